//! Entries of the menu lead somewhere.

use super::Subject;
use crate::base::{Diagnostic, UrlPath};

pub(super) fn check(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let mut problems = Vec::new();
    for entry in &subject.site.config().menu {
        let Some(path) = entry.url.starts_with('/').then(|| entry.url.split(['?', '#']).next()).flatten() else {
            continue;
        };
        let Ok(url) = UrlPath::parse(path) else { continue };
        if subject.plan.at(&url).is_none() {
            problems.push(super::links::nowhere(subject, &url, None).at(entry.label.clone()));
        }
    }
    problems
}
