//! Templates that articles name exist.

use super::Subject;
use crate::base::Diagnostic;

pub(super) fn check(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let Some(theme) = subject.theme else { return Vec::new() };
    let mut problems = Vec::new();
    for template in subject.site.all_articles().filter_map(|article| article.front.template.as_ref()) {
        if !theme.has(&template.text) {
            problems.push(theme.missing(&template.text).at(template.label.clone()));
        }
    }
    problems
}
