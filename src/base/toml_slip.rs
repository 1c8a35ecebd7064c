//! What the TOML parser objects to, in our words.
//!
//! Never decides what is valid TOML.

use super::toml_words::{self, quoted};
use super::{Code, Diagnostic, Label, SourceText};
use std::borrow::Cow;
use std::ops::Range;
use toml::de::DeTable;

/// A text that the TOML parser can read to its end: it says of no place that a key is nested too deep, and stops there.
pub struct Flat<'t> {
    /// The text, with other keys in the place of those.
    pub text: Cow<'t, str>,
    /// Where those stand, here and in the text as it was.
    pub deep: Vec<Range<usize>>,
}

impl Flat<'_> {
    /// A text without keys that are too deep.
    pub fn of(text: &str) -> Flat<'_> {
        let deep = toml_words::deep_keys(text);
        let stops = || DeTable::parse_recoverable(text).1.iter().any(|error| error.span().is_none());
        match deep.is_empty() || !stops() {
            // What looks like such a key stands in a text of several lines.
            true => Flat { text: Cow::Borrowed(text), deep: Vec::new() },
            false => Flat { text: Cow::Owned(toml_words::without_depth(text, &deep)), deep },
        }
    }
}

/// The slips that the TOML parser found in a file, in our words, and the keys that were too deep for it.
///
/// One slip often breaks the rest of its line in several ways: each line is told once.
pub fn diagnostics<'e>(
    source: &SourceText,
    flat: &Flat<'_>,
    errors: impl IntoIterator<Item = &'e toml::de::Error>,
) -> Vec<Diagnostic> {
    let mut errors: Vec<&toml::de::Error> = errors.into_iter().collect();
    errors.sort_by_key(|error| error.span().map_or(0, |span| span.start));
    let mut found: Vec<Diagnostic> = flat.deep.iter().map(|key| too_deep(source.label(key.clone(), ""))).collect();
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
        let label = toml_words::deep_keys(text).first().map(|key| source.label(key.clone(), ""));
        return too_deep(label.unwrap_or_else(|| Label::file(source.path().clone(), "")));
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

fn too_deep(label: Label) -> Diagnostic {
    Diagnostic::new(Code::Syntax, toml_words::TOO_DEEP).at(label).help(toml_words::FEWER_LEVELS)
}

fn line_start(text: &str, at: usize) -> usize {
    text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |end| end + 1)
}
