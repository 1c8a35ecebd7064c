//! Problems as the browser shows them: the terminal's words, and where they are.
//!
//! Never decides how bad a problem is: the policy of the run did.

use crate::base::{Diagnostic, Severity};
use serde::Serialize;

/// Draws a problem as the terminal would, without colours.
pub type Print = fn(&Diagnostic, Severity) -> String;

/// A problem, for a browser.
#[derive(Serialize)]
pub(super) struct Problem {
    severity: Severity,
    code: &'static str,
    /// Without how many other pages have it: that is found out later.
    message: String,
    /// As the terminal prints it.
    text: String,
    file: Option<String>,
    line: Option<u32>,
    column: Option<u32>,
    help: Option<String>,
}

impl Problem {
    pub(super) fn new(severity: Severity, problem: &Diagnostic, print: Print) -> Problem {
        let label = problem.primary().or_else(|| problem.related_labels().first());
        let at = label.and_then(|label| label.at.as_ref());
        Problem {
            severity,
            code: problem.code().name(),
            message: problem.message().to_owned(),
            text: print(problem, severity),
            file: label.map(|label| label.path.to_string()),
            line: at.map(|at| at.line),
            column: at.map(|at| at.column),
            help: problem.help_text().map(str::to_owned),
        }
    }
}
