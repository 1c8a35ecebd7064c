//! What a text says, without markup: its words counted, and the beginning kept for a summary.
//!
//! Never keeps a whole text unless `<!-- more -->` may come.

use crate::base::legal;
use crate::base::nfc::into_nfc;
use crate::content::folded;
use memchr::memchr;
use std::ops::Range;

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
            before_more: (memchr(b'<', text.as_bytes()).is_some() && text.contains("<!--")).then(String::new),
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
        let mut at = 0;
        while at < text.len() {
            let end = text.floor_char_boundary(at + BLOCK);
            match words_in(window(text.as_bytes(), at..end, self.in_word, &mut [b' '; BLOCK + 2])) {
                Some(words) => {
                    self.words += words;
                    self.in_word = !is_space(text.as_bytes()[end - 1]);
                }
                None => self.count_slowly(&text[at..end]),
            }
            at = end;
        }
    }

    fn count_slowly(&mut self, text: &str) {
        for c in text.chars() {
            if c.is_ascii() {
                // Without branches: where words begin cannot be foreseen.
                let (is_letter, is_space) = (c.is_ascii_alphanumeric(), is_space(c as u8));
                self.words += u32::from(is_letter & !self.in_word);
                self.in_word = (self.in_word | is_letter) & !is_space;
            } else if c.is_whitespace() {
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
        if !legal::may_have_controls(text) {
            return folded::folded(text);
        }
        let mut summary = String::with_capacity(text.len());
        for word in folded::words(text.trim()) {
            if !summary.is_empty() {
                summary.push(' ');
            }
            summary.extend(word.chars().filter(|c| !c.is_control()));
        }
        into_nfc(summary)
    }
}

/// How much text is counted in one go, in bytes.
const BLOCK: usize = 64;

/// A block of text after two bytes that say what stands before it.
type Window = [u8; BLOCK + 2];

/// The window on a block: a part of the text where that serves, else a copy that is filled up with spaces.
fn window<'w>(text: &'w [u8], block: Range<usize>, in_word: bool, copy: &'w mut Window) -> &'w Window {
    let before = block.start.checked_sub(2).filter(|start| in_word != is_space(text[start + 1]));
    if let Some(whole) = before.and_then(|start| text[start..block.end].try_into().ok()) {
        return whole;
    }
    copy[1] = if in_word { b'x' } else { b' ' };
    copy[2..block.len() + 2].copy_from_slice(&text[block]);
    copy
}

/// How many words begin in a block of plain text, where every run without a space begins with a letter or digit; nothing
/// when it is not that plain.
fn words_in(window: &Window) -> Option<u32> {
    let is_letter = |byte: u8| ((byte | 0x20).wrapping_sub(b'a') < 26) | (byte.wrapping_sub(b'0') < 10);
    if window.is_ascii() {
        return begun(window, is_letter, |_, _, _| false);
    }
    // À to ÿ begin with 0xC3, apart from × and ÷; dashes and quotes with 0xE2 0x80, where there are spaces as well. Other
    // spaces, and scripts without spaces, begin with the other bytes.
    let is_letter = |byte: u8| is_letter(byte) | (byte == 0xC3);
    let is_odd = |first: u8, before: u8, byte: u8| {
        let is_sign = (before == 0xC3) & ((byte == 0x97) | (byte == 0xB7));
        let is_rare = (first == 0xE2) & (before == 0x80) & !(0x90..0xA8).contains(&byte);
        let is_far = (before == 0xE2) & (byte != 0x80);
        is_sign | is_rare | is_far | (byte == 0xC2) | ((byte >= 0xCC) & (byte != 0xE2))
    };
    begun(window, is_letter, is_odd)
}

/// How many runs begin in a block, if all begin with a letter and no byte is odd. Without a way out of the loop, many
/// bytes are compared at once.
#[inline]
fn begun(window: &Window, is_letter: impl Fn(u8) -> bool, is_odd: impl Fn(u8, u8, u8) -> bool) -> Option<u32> {
    let (mut words, mut odd) = (0u8, false);
    for at in 2..BLOCK + 2 {
        let (first, before, byte) = (window[at - 2], window[at - 1], window[at]);
        let begins = is_space(before) & !is_space(byte);
        words += u8::from(begins);
        odd |= (begins & !is_letter(byte)) | is_odd(first, before, byte);
    }
    (!odd).then_some(words.into())
}

fn is_space(byte: u8) -> bool {
    (byte == b' ') | (byte.wrapping_sub(b'\t') < 5)
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

    #[test]
    fn many_bytes_at_once_count_as_each_alone() {
        let text = "L’été, « 3 000 » (mots) : d'où\u{a0}vient-il\u{2009}?\n\tplain words only, in a row, so that blocks are plain \
                    中文 x\u{85}y -- é ÷ ß à×b l’ami–e a…b\u{2029}c\u{205f}d e\u{2007}f ⅷ 3€ ×2 élan à côté\u{b}z… “So it” goes -on -- and on.";
        for start in (0..text.len()).filter(|at| text.is_char_boundary(*at)) {
            for end in (start..=text.len()).filter(|at| text.is_char_boundary(*at)) {
                let (mut fast, mut slow) = (Said::new(""), Said::new(""));
                fast.count(&text[..start]);
                fast.count(&text[start..end]);
                slow.count_slowly(&text[..end]);
                assert_eq!((fast.words, fast.in_word), (slow.words, slow.in_word), "{:?}", &text[start..end]);
            }
        }
    }

    proptest::proptest! {
        #[test]
        fn runs_of_any_length_count_as_each_character(runs in proptest::collection::vec(proptest::collection::vec(
            proptest::sample::select(vec![
                "mot", "words ", " ", "\n", "é", "à ", "’", "“", "« ", "\u{a0}", "\u{202f}", "—", "中", "×", "x", "1", ".", "\t", "€ ",
                "une suite de mots simples ", "\u{1}", "\u{b}", "Œ", "ß", " -", "\u{2003}", "\u{85}", "(", "aaaaaaaaaaaaaaaaaaaa",
            ]), 0..40), 1..4)) {
            let (mut fast, mut slow) = (Said::new(""), Said::new(""));
            for run in runs {
                fast.count(&run.concat());
                slow.count_slowly(&run.concat());
                proptest::prop_assert_eq!((fast.words, fast.in_word), (slow.words, slow.in_word));
            }
        }
    }
}
