//! Printing. A stream that is closed or full is no error of the command.
//!
//! The last place where text of a site, of its file names or of a command line could act on the terminal: all that is
//! said goes through here, with such characters in a visible form.

use super::args::{Format, Global};
use super::{printer, visible};
use crate::base::{Diagnostic, Policy, Severity};
use serde::Serialize;
use std::io::Write;

/// Data, as it is, to stdout.
pub(super) fn data(text: &str) {
    let mut stdout = anstream::stdout().lock();
    let _ = stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush());
}

/// A line of data.
pub(super) fn line(text: &str) {
    data(&format!("{}\n", visible(text)));
}

/// A line of JSON.
pub(super) fn json<T: Serialize>(value: &T) {
    line(&as_json(value));
}

/// JSON that is safe to look at.
pub(super) fn as_json<T: Serialize>(value: &T) -> String {
    printer::escape(&serde_json::to_string(value).unwrap_or_default())
}

/// A line of talk, to stderr.
pub(super) fn talk(text: &str) {
    styled(&visible(text));
}

/// What is drawn already, with its colours, to stderr.
fn styled(text: &str) {
    let mut stderr = anstream::stderr().lock();
    let _ = stderr.write_all(format!("{text}\n").as_bytes());
}

/// Whether colours would be seen. Where they would not, none are drawn: taking them out again is a call of the system for
/// each piece.
fn is_styled() -> bool {
    anstream::AutoStream::choice(&std::io::stderr()) != anstream::ColorChoice::Never
}

/// An answer on stdout, or what is wrong on stderr.
pub(super) fn answer(answer: Result<String, String>) -> bool {
    match answer {
        Ok(text) => {
            data(&text);
            true
        }
        Err(text) => {
            talk(text.trim_end());
            false
        }
    }
}

/// Problems: for people on stderr, for programs on stdout. Quiet leaves out notes.
pub(super) fn diagnostics<'a>(problems: impl IntoIterator<Item = (Severity, &'a Diagnostic)>, global: &Global) {
    for (severity, problem) in problems {
        match global.format {
            Format::Json => line(&printer::json(problem, severity)),
            Format::Text if global.quiet && severity == Severity::Note => {}
            Format::Text => styled(&format!("{}\n", printer::human(problem, severity, is_styled()).trim_end())),
        }
    }
}

/// One problem that ends a command.
pub(super) fn failed(problem: &Diagnostic, global: &Global) -> bool {
    let severity = Policy::default().severity(problem.code()).unwrap_or(Severity::Error);
    diagnostics([(severity, problem)], global);
    false
}
