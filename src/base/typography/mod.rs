//! The typography of a language: which spaces, quotes, apostrophes, dashes and ellipses a printer would set.
//!
//! Pure functions on characters. Never knows Markdown or HTML: text that markup cuts into pieces comes as one run, in
//! which `STAND_IN` stands for what is not to be read (code, a picture, an address). Never changes letters or digits, nor
//! a character that is right already, so that setting a text twice is setting it once. The rules and their sources are in
//! `docs/typography.md`.

mod dashes;
mod numbers;
mod ordinals;
mod quotes;
mod rules;
mod scan;
mod text;
mod words;

pub use ordinals::ordinals;
pub use rules::Rules;

use memchr::{memchr, memchr2, memchr3_iter};
use std::borrow::Cow;
use std::ops::Range;

/// Stands in a run for something that is not text, or for a character that its author wants as it is. One byte, so that a
/// character of one byte can be hidden without moving the others.
pub const STAND_IN: char = '\u{1}';

/// Stands in a run for the number of a note: it follows a word, and what comes after it is seen as coming after the word.
pub const NOTE: char = '\u{2}';

/// A change of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// What goes, in bytes; empty where something is only added.
    pub range: Range<usize>,
    /// What comes in its place.
    pub with: &'static str,
}

/// What typography changes in a run, in order and without overlaps.
pub fn edits(run: &str, rules: Rules) -> Vec<Edit> {
    let mut edits = Vec::new();
    edits_into(run, rules, &mut edits);
    edits
}

/// The same, in the place of earlier ones.
pub fn edits_into(run: &str, rules: Rules, edits: &mut Vec<Edit>) {
    edits.clear();
    let Some(style) = rules.style() else { return };
    let masked = masked(run);
    let run = masked.as_deref().unwrap_or(run);
    let quotes = quotes::resolve(run, style, edits);
    scan::marks(run, style, &quotes, edits);
    if edits.len() > 1 {
        settle(edits);
    }
}

/// Puts changes in order, where two rules want something of one place: the first wins, and there is one space.
fn settle(edits: &mut Vec<Edit>) {
    edits.sort_by_key(|edit| (edit.range.start, !edit.range.is_empty()));
    edits.dedup_by(|edit, last| {
        let is_beside = edit.range.start == last.range.end && last.with.ends_with(char::is_whitespace);
        if is_beside && last.range.is_empty() && edit.with.starts_with(char::is_whitespace) {
            // The space that was to be added comes with what stands beside it.
            std::mem::swap(edit, last);
            return true;
        }
        edit.range.start < last.range.end || (is_beside && edit.range.is_empty())
    });
}

/// A text with the typography of a language.
pub fn set(text: &str, rules: Rules) -> Cow<'_, str> {
    if rules == Rules::Off {
        return Cow::Borrowed(text);
    }
    applied(text, &edits(text, rules))
}

/// A proper name: its apostrophes, and nothing else. How a firm or a person writes itself is nobody's to mend.
pub fn name(text: &str, rules: Rules) -> Cow<'_, str> {
    if rules == Rules::Off || memchr(b'\'', text.as_bytes()).is_none() {
        return Cow::Borrowed(text);
    }
    let is_between_letters = |at: &usize| {
        text::before(text, *at).is_some_and(char::is_alphabetic)
            && text::after(text, at + 1).is_some_and(char::is_alphabetic)
    };
    let apostrophes = memchr::memchr_iter(b'\'', text.as_bytes()).filter(is_between_letters);
    applied(text, &apostrophes.map(|at| Edit { range: at..at + 1, with: "’" }).collect::<Vec<Edit>>())
}

fn applied<'t>(text: &'t str, edits: &[Edit]) -> Cow<'t, str> {
    if edits.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 2 * edits.len());
    let mut done = 0;
    for edit in edits {
        out.push_str(&text[done..edit.range.start]);
        out.push_str(edit.with);
        done = edit.range.end;
    }
    out.push_str(&text[done..]);
    Cow::Owned(out)
}

/// The run with stand-ins for addresses and for what stands between backticks, if it has any.
fn masked(run: &str) -> Option<String> {
    let bytes = run.as_bytes();
    let is_hidden = |at: usize| match bytes[at] {
        b'/' => bytes[..at].ends_with(b":") && bytes[at..].starts_with(b"//"),
        b'w' => bytes[at..].starts_with(b"www."),
        _ => true,
    };
    memchr3_iter(b'/', b'w', b'`', bytes).find(|at| is_hidden(*at))?;
    let mut masked = run.as_bytes().to_vec();
    let mut hide = |range: Range<usize>| masked[range].fill(STAND_IN as u8);
    let mut start = 0;
    for word in run.split_inclusive(char::is_whitespace) {
        let mut done = 0;
        while let Some(found) = address(word, done) {
            hide(start + found.start..start + found.end);
            done = found.end;
        }
        start += word.len();
    }
    let ticks: Vec<usize> = memchr::memchr_iter(b'`', bytes).collect();
    for pair in ticks.chunks_exact(2) {
        hide(pair[0]..pair[1] + 1);
    }
    String::from_utf8(masked).ok()
}

/// The first address in a word from a place on.
fn address(word: &str, from: usize) -> Option<Range<usize>> {
    let rest = &word[from..];
    memchr2(b'/', b'w', rest.as_bytes())?;
    let scheme = rest.find("://").map(|at| {
        let is_other = |c: char| !c.is_ascii_alphanumeric() && c != '+' && c != '-';
        rest[..at].char_indices().rfind(|(_, c)| is_other(*c)).map_or(0, |(before, c)| before + c.len_utf8())
    });
    let start = from + scheme.into_iter().chain(rest.find("www.")).min()?;
    let whole = &word[start..];
    let end = whole.find(|c: char| c.is_whitespace() || text::ends_address(c)).unwrap_or(whole.len());
    let is_quoted = word[..start].ends_with(['\'', '’', '‘']);
    let is_after = |c: char| matches!(c, '.' | ',' | ';' | ':' | '!' | '?' | ')') || (is_quoted && c == '\'');
    let trimmed = whole[..end].trim_end_matches(is_after).len();
    // What is left may be nothing but dots.
    Some(start..start + trimmed.max("://".len()).min(end))
}

#[cfg(test)]
mod tests;
