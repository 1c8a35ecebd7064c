//! Entries of the menu lead somewhere.

use super::Subject;
use crate::base::{Code, Diagnostic, UrlPath};

pub(super) fn check(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let mut problems = Vec::new();
    for entry in &subject.site.config().menu {
        let Some(path) = entry.url.starts_with('/').then(|| entry.url.split(['?', '#']).next()).flatten() else {
            continue;
        };
        let is_there = UrlPath::parse(path).is_ok_and(|url| subject.plan.at(&url).is_some());
        if !is_there {
            let message = format!("nothing of the site is at `{path}`");
            problems.push(Diagnostic::new(Code::BrokenLink, message).at(entry.label.clone()));
        }
    }
    problems
}
