//! What the TOML parser objects to, in our words.
//!
//! Never decides what is valid TOML.

use super::checks::quoted;
use crate::base::{Code, Diagnostic, SourceText};

/// A slip that the TOML parser found, in our words.
pub(super) fn diagnostic(source: &SourceText, error: &toml::de::Error) -> Diagnostic {
    let span = error.span().unwrap_or(0..0);
    let (message, expected) = error.message().split_once(", expected ").unwrap_or((error.message(), ""));
    let written = source.as_str().get(span.clone()).unwrap_or("");
    let note = if expected.is_empty() { String::new() } else { format!("expected {expected}") };
    match message {
        "duplicate key" => {
            let message = format!("`{written}` is written twice in its table");
            Diagnostic::new(Code::Duplicate, message).at(source.label(span, "again here")).help("keep one of the two")
        }
        "string values must be quoted" if !written.is_empty() => {
            let mended = quoted(written.trim_matches(['“', '”', '«', '»', '\u{a0}', ' ']));
            Diagnostic::new(Code::Syntax, "text must be between quotes")
                .at(source.label(span, ""))
                .help(format!("write {mended}"))
                .fix(mended)
        }
        "string values must be quoted" => Diagnostic::new(Code::Syntax, "this key has no value")
            .at(source.label(span, ""))
            .help("write a value after `=`"),
        _ => Diagnostic::new(Code::Syntax, message).at(source.label(span, note)),
    }
}
