//! What a text says, without markup: its words counted, and the beginning kept for a summary.
//!
//! Never keeps a whole text unless `<!-- more -->` may come.

use unicode_normalization::UnicodeNormalization;

/// What was said so far.
#[derive(Debug)]
pub struct Said {
    /// How many words.
    pub words: u32,
    /// Whether the word that the last text ended in is counted already.
    in_word: bool,
    /// Whether footnotes are being written: they count as words, not as summary.
    pub in_notes: bool,
    /// Whether what is being written (a heading, a table) is left out of the summary.
    pub skipped: bool,
    /// The first paragraph, and whether it is whole.
    first: String,
    first_is: First,
    /// What stands before `<!-- more -->`, kept only when there may be one.
    before_more: Option<String>,
    more_was_seen: bool,
}

#[derive(Debug, PartialEq)]
enum First {
    Awaited,
    Open,
    Whole,
}

impl Said {
    /// Nothing said yet of a text.
    pub fn new(text: &str) -> Said {
        Said {
            words: 0,
            in_word: false,
            in_notes: false,
            skipped: false,
            first: String::new(),
            first_is: First::Awaited,
            before_more: text.contains("<!--").then(String::new),
            more_was_seen: false,
        }
    }

    /// A run of text.
    pub fn say(&mut self, text: &str) {
        self.count(text);
        if self.in_notes || self.skipped {
            return;
        }
        if self.first_is == First::Open {
            self.first.push_str(text);
        }
        if let Some(before) = self.before_more.as_mut().filter(|_| !self.more_was_seen) {
            before.push_str(text);
        }
    }

    /// A run of text that is no part of a summary.
    pub fn count(&mut self, text: &str) {
        for c in text.chars() {
            if c.is_whitespace() {
                self.in_word = false;
            } else if is_word_by_itself(c) {
                self.words += 1;
                self.in_word = false;
            } else if !self.in_word && c.is_alphanumeric() {
                self.words += 1;
                self.in_word = true;
            }
        }
    }

    /// A paragraph begins.
    pub fn begin_paragraph(&mut self) {
        if self.first_is == First::Awaited && !self.in_notes {
            self.first_is = First::Open;
        }
    }

    /// It ends.
    pub fn end_paragraph(&mut self) {
        if self.first_is == First::Open {
            self.first_is = if self.first.trim().is_empty() { First::Awaited } else { First::Whole };
        }
    }

    /// `<!-- more -->` stands here.
    pub fn see_more(&mut self) {
        self.more_was_seen = true;
    }

    /// The summary: what stands before `<!-- more -->`, else the first paragraph.
    pub fn summary(&self) -> String {
        let text = match &self.before_more {
            Some(before) if self.more_was_seen && !before.trim().is_empty() => before,
            _ => &self.first,
        };
        let mut summary = String::with_capacity(text.len());
        for word in text.trim().split([' ', '\t', '\n']).filter(|word| !word.is_empty()) {
            if !summary.is_empty() {
                summary.push(' ');
            }
            summary.extend(word.chars().filter(|c| !c.is_control()));
        }
        summary.nfc().collect()
    }
}

/// Scripts that write without spaces: one character counts as a word.
fn is_word_by_itself(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30FF}' | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_counted_across_runs() {
        let mut said = Said::new("");
        for run in ["L'IA", " débar", "que ", "! ", "中文", "\n", "— 12:30"] {
            said.count(run);
        }
        assert_eq!(said.words, 5);
    }
}
