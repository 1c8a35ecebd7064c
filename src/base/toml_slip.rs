//! What the TOML parser objects to, in our words.
//!
//! Never decides what is valid TOML.

use super::toml_words::{self, quoted};
use super::{Code, Diagnostic, Label, SourceText};

/// The slips that the TOML parser found in a file, in our words.
///
/// One slip often breaks the rest of its line in several ways: each line is told once.
pub fn diagnostics<'e>(source: &SourceText, errors: impl IntoIterator<Item = &'e toml::de::Error>) -> Vec<Diagnostic> {
    let mut errors: Vec<&toml::de::Error> = errors.into_iter().collect();
    errors.sort_by_key(|error| error.span().map_or(0, |span| span.start));
    let mut found = Vec::new();
    let mut last_line = None;
    for error in errors {
        let line = line_start(source.as_str(), error.span().map_or(0, |span| span.start));
        if last_line.replace(line) != Some(line) {
            found.push(diagnostic(source, error));
        }
    }
    found
}

/// A slip that the TOML parser found, in our words.
pub fn diagnostic(source: &SourceText, error: &toml::de::Error) -> Diagnostic {
    let text = source.as_str();
    let Some(span) = error.span() else {
        let problem = Diagnostic::new(Code::Syntax, toml_words::problem(error.message(), ""));
        let label = toml_words::deep_key(text).map(|key| source.label(key, ""));
        return problem
            .at(label.unwrap_or_else(|| Label::file(source.path().clone(), "")))
            .help_any(toml_words::help(error.message(), ""));
    };
    let written = text.get(span.clone()).unwrap_or("");
    let problem = toml_words::problem(error.message(), written);
    if error.message() == "duplicate key" {
        let label = source.label(span, "again here");
        return Diagnostic::new(Code::Duplicate, problem).at(label).help("keep one of the two");
    }
    let line = text[line_start(text, span.start)..].lines().next().unwrap_or("");
    let slip = Diagnostic::new(Code::Syntax, problem).at(source.label(span, ""));
    if error.message().starts_with("string values must be quoted") && !written.is_empty() {
        let mended = quoted(written.trim_matches(['“', '”', '«', '»', '\u{a0}', ' ']));
        return slip.help(format!("write {mended}")).fix(mended);
    }
    slip.help_any(toml_words::help(error.message(), line))
}

fn line_start(text: &str, at: usize) -> usize {
    text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |end| end + 1)
}
