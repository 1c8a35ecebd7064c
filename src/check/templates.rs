//! Templates that articles name exist.

use super::Subject;
use crate::base::{Code, Diagnostic, suggest};

pub(super) fn check(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let Some(theme) = subject.theme else { return Vec::new() };
    let mut problems = Vec::new();
    for template in subject.site.all_articles().filter_map(|article| article.front.template.as_ref()) {
        if !theme.has(&template.text) {
            let message = format!("the template `{}` does not exist", template.text);
            let problem = Diagnostic::new(Code::TemplateMissing, message).at(template.label.clone());
            let help = suggest::help(&template.text, &theme.names());
            problems.push(help.into_iter().fold(problem, |problem, help| problem.help(help)));
        }
    }
    problems
}
