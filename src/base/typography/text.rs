//! What stands beside a place in a run.
//!
//! Never decides anything about typography: only what kind of character is there.

use super::STAND_IN;
use std::ops::Range;

/// The character before a place.
pub(super) fn before(run: &str, at: usize) -> Option<char> {
    run[..at].chars().next_back()
}

/// The character after a place.
pub(super) fn after(run: &str, at: usize) -> Option<char> {
    run[at..].chars().next()
}

/// The white space before a place.
pub(super) fn spaces_before(run: &str, at: usize) -> Range<usize> {
    run[..at].trim_end().len()..at
}

/// The white space after a place.
pub(super) fn spaces_after(run: &str, at: usize) -> Range<usize> {
    at..run.len() - run[at..].trim_start().len()
}

/// Whether white space is a single space at which no line ends: then it stays, whoever wrote it.
pub(super) fn is_firm(spaces: &str) -> bool {
    matches!(spaces, "\u{a0}" | "\u{202f}" | "\u{2007}")
}

/// What counts as part of a word: a letter, a digit, or what a stand-in stands for.
pub(super) fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == STAND_IN
}

/// What closes something.
pub(super) fn is_closing(c: char) -> bool {
    matches!(c, ')' | ']' | '}' | '»' | '”' | '’' | '›')
}

/// What opens something.
pub(super) fn is_opening(c: char) -> bool {
    matches!(c, '(' | '[' | '{' | '«' | '“' | '‘' | '‹')
}

/// A hyphen or a dash.
pub(super) fn is_dash(c: char) -> bool {
    matches!(c, '-' | '–' | '—')
}

/// What a sentence puts after an address.
pub(super) fn ends_address(c: char) -> bool {
    is_closing(c) && !matches!(c, ')' | ']' | '}') || matches!(c, '"' | '«' | '…' | '<' | '>')
}

/// Whether nothing of a word stands before a place.
pub(super) fn is_word_start(run: &str, at: usize) -> bool {
    !before(run, at).is_some_and(|c| is_word(c) || c == '_')
}

/// Whether nothing of a word stands after a place.
pub(super) fn is_word_end(run: &str, at: usize) -> bool {
    !after(run, at).is_some_and(|c| is_word(c) || c == '_')
}
