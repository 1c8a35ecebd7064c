//! Dots and dashes: what was typed as several signs, or as another.
//!
//! Never takes a hyphen between digits for a dash: a range, a score, a date and a telephone number look alike.

use super::Edit;
use super::rules::WIDE;
use super::scan::Walk;
use super::text::{after, before, is_closing, is_opening, is_word, spaces_after};

impl Walk<'_> {
    /// Three dots are one sign.
    pub(super) fn dots(&mut self, at: usize) -> usize {
        let dots = self.run[at..].bytes().take_while(|byte| *byte == b'.').count();
        let (left, right) = (before(self.run, at), after(self.run, at + dots));
        let is_within_word = left.is_some_and(is_word) && right.is_some_and(is_word);
        let is_path = matches!(left, Some('/' | '\\')) || matches!(right, Some('/' | '\\'));
        if dots == 3 && !is_within_word && !is_path {
            self.edits.push(Edit { range: at..at + 3, with: "…" });
        }
        at + dots
    }

    /// `--`, `---`, and a hyphen that stands for a dash. A hyphen between digits is what its author says it is: a range, a
    /// score, a date, a telephone number.
    pub(super) fn hyphens(&mut self, at: usize) -> usize {
        let count = self.run[at..].bytes().take_while(|byte| *byte == b'-').count();
        let end = at + count;
        let (left, right) = (before(self.run, at), after(self.run, end));
        let is_parted = self.gap_before(at) && self.gap_after(end) && right.is_some();
        let is_between = |is: fn(char) -> bool| left.is_some_and(is) && right.is_some_and(is);
        let with = match count {
            1 if is_parted && self.is_aside(at, end) => "–",
            2 if is_parted || is_between(|c| c.is_ascii_digit()) => "–",
            3 if is_parted || is_between(is_word) => "—",
            _ => return end,
        };
        self.edits.push(Edit { range: at..end, with });
        if self.is_french && self.begins_line(at) { self.reply(end) } else { end }
    }

    /// Whether a line begins at a place.
    pub(super) fn begins_line(&self, at: usize) -> bool {
        self.run[..at].ends_with('\n')
    }

    /// What somebody says after a dash is not parted from it; where to go on.
    pub(super) fn reply(&mut self, end: usize) -> usize {
        let spaces = spaces_after(self.run, end);
        if spaces.end < self.run.len() {
            self.bind(spaces, WIDE);
        }
        end
    }

    /// Whether words stand on both sides of a hyphen: no numbers, as in a score, and no single letters, as in a difference.
    fn is_aside(&self, at: usize, end: usize) -> bool {
        let (left, right) = (self.run[..at].trim_end(), self.run[end..].trim_start());
        let (Some(last), Some(first)) = (left.chars().next_back(), right.chars().next()) else { return false };
        let is_text = |c: char| {
            is_word(c) || is_closing(c) || is_opening(c) || matches!(c, '"' | '\'' | '.' | '…' | '!' | '?' | '%' | '€')
        };
        let is_letter = |text: &str, c: char| c.is_alphabetic() && text.chars().count() == 1;
        let word_before = left.rsplit(char::is_whitespace).next().unwrap_or("");
        let word_after = right.split(char::is_whitespace).next().unwrap_or("");
        let is_difference = is_letter(word_before, last) && is_letter(word_after, first);
        is_text(last) && is_text(first) && !(last.is_ascii_digit() && first.is_ascii_digit()) && !is_difference
    }

    /// The dash that begins what somebody says.
    pub(super) fn dialogue(&mut self) {
        let dash = ["—", "–", "---", "--"].into_iter().find(|dash| self.run.starts_with(dash));
        if let Some(dash) = dash {
            self.reply(dash.len());
        }
    }
}
