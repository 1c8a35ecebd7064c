//! One walk over a run: the marks that want a space, dashes, ellipses, numbers and titles.
//!
//! Never looks at letters that begin nothing: most bytes are passed by a look into a table.

use super::numbers;
use super::quotes::Quotes;
use super::rules::{Spaces, Style, WIDE};
use super::text::{
    after, before, is_closing, is_dash, is_firm, is_word, is_word_end, is_word_start, spaces_after, spaces_before,
};
use super::{Edit, NOTE, STAND_IN, ordinals, words};
use std::ops::Range;

/// The bytes at which something may be to do.
const TRIGGERS: [bool; 256] = {
    let mut table = [false; 256];
    let bytes = b";:!?%$.-0123456789MDPIVX\xC2\xE2";
    let mut at = 0;
    while at < bytes.len() {
        table[bytes[at] as usize] = true;
        at += 1;
    }
    table
};

/// A walk over a run.
pub(super) struct Walk<'r> {
    pub(super) run: &'r str,
    pub(super) quotes: &'r Quotes,
    /// Whether French quotes have spaces inside.
    pub(super) is_french: bool,
    /// The opening quote with its space.
    pub(super) opening: &'static str,
    pub(super) edits: &'r mut Vec<Edit>,
}

/// Says what becomes of everything but straight quotes.
pub(super) fn marks(run: &str, style: &Style, quotes: &Quotes, edits: &mut Vec<Edit>) {
    let bytes = run.as_bytes();
    let mut walk = Walk { run, quotes, is_french: style.spaces.is_some(), opening: style.quotes[0].0, edits };
    if let Some(spaces) = &style.spaces {
        walk.dialogue();
        let mut at = 0;
        while let Some(found) = next(bytes, at) {
            at = walk.french(found, bytes[found], spaces).max(found + 1);
        }
    } else {
        let mut at = 0;
        while let Some(found) = next(bytes, at) {
            at = match bytes[found] {
                b'.' => walk.dots(found),
                b'-' => walk.hyphens(found),
                _ => found + 1,
            };
        }
    }
}

fn next(bytes: &[u8], from: usize) -> Option<usize> {
    bytes[from..].iter().position(|byte| TRIGGERS[*byte as usize]).map(|at| from + at)
}

impl Walk<'_> {
    /// What is to do at a byte; where to go on.
    fn french(&mut self, at: usize, byte: u8, spaces: &Spaces) -> usize {
        match byte {
            b'!' | b'?' => self.exclamation(at, spaces),
            b';' => self.semicolon(at, spaces),
            b':' => self.colon(at, spaces),
            b'%' => self.symbol(at, 1, spaces.percent, |c| c.is_ascii_digit()),
            b'$' => self.symbol(at, 1, WIDE, |c| c.is_ascii_digit()),
            b'.' => self.dots(at),
            b'-' => self.hyphens(at),
            b'0'..=b'9' => numbers::number(self, at, spaces),
            b'M' | b'D' | b'P' => self.title(at),
            b'I' | b'V' | b'X' => self.century(at),
            0xC2 => self.latin_sign(at, spaces),
            0xE2 => self.sign(at, spaces),
            _ => at + 1,
        }
    }

    /// Puts a space where white space stands.
    pub(super) fn bind(&mut self, spaces: Range<usize>, with: &'static str) {
        if !spaces.is_empty() && !is_firm(&self.run[spaces.clone()]) {
            self.edits.push(Edit { range: spaces, with });
        }
    }

    /// Puts a space where none stands.
    pub(super) fn add(&mut self, at: usize, with: &'static str) {
        self.edits.push(Edit { range: at..at, with });
    }

    /// Whether what stands before a place is the end of a word, after which a mark without its space is a slip.
    fn ends_word(&self, at: usize) -> bool {
        match before(self.run, at) {
            Some('"' | '\'') => self.quotes.closes_at(at - 1),
            Some('.') => self.run[..at].ends_with("..."),
            Some(c) => is_word(c) || is_closing(c) || matches!(c, NOTE | '%' | '€' | '$' | '°' | '‰' | '…'),
            None => false,
        }
    }

    /// Whether a gap is before a place, or will be.
    pub(super) fn gap_before(&self, at: usize) -> bool {
        before(self.run, at).is_none_or(|c| match c {
            '«' => self.is_french,
            '"' => self.quotes.has_space_after(at - 1),
            c => c.is_whitespace(),
        })
    }

    /// Whether a gap is after a place, or will be.
    pub(super) fn gap_after(&self, at: usize) -> bool {
        after(self.run, at).is_none_or(|c| match c {
            '»' => self.is_french,
            '"' => self.quotes.has_space_before(at),
            c => c.is_whitespace(),
        })
    }

    /// Whether something stands before white space.
    fn follows_text(&self, spaces: &Range<usize>) -> bool {
        spaces.start > 0 && !spaces.is_empty()
    }

    fn exclamation(&mut self, at: usize, spaces: &Spaces) -> usize {
        let end = at + self.run[at..].bytes().take_while(|byte| matches!(byte, b'!' | b'?')).count();
        let next = after(self.run, end);
        let ends = next.is_none_or(|c| {
            c.is_whitespace()
                || is_closing(c)
                || is_dash(c) && c != '-'
                || matches!(c, NOTE | '"' | '\'' | ',' | '.' | '…' | ';' | ':')
        });
        if !ends {
            return end;
        }
        let before = spaces_before(self.run, at);
        if self.follows_text(&before) {
            self.bind(before, spaces.high);
        } else if spaces.adds_high && self.ends_word(at) && !self.belongs_to_name(at, end) {
            self.add(at, spaces.high);
        }
        end
    }

    /// Whether an exclamation mark is part of a name: `Yahoo!`, or a capital before it and a small letter after.
    fn belongs_to_name(&self, at: usize, end: usize) -> bool {
        let word = &self.run[..at];
        if !self.run[at..end].eq("!") {
            return false;
        }
        let start = word
            .rfind(|c: char| !c.is_alphanumeric())
            .map_or(0, |found| found + word[found..].chars().next().map_or(1, char::len_utf8));
        let is_capital = word[start..].chars().next().is_some_and(char::is_uppercase);
        let goes_on = self.run[end..].trim_start().chars().next().is_some_and(char::is_lowercase);
        words::is_exclaimed(word) || (is_capital && goes_on)
    }

    fn semicolon(&mut self, at: usize, spaces: &Spaces) -> usize {
        let before = spaces_before(self.run, at);
        if self.is_followed_by_text(at + 1) && !self.ends_entity(at) {
            if self.follows_text(&before) {
                self.bind(before, spaces.high);
            } else if spaces.adds_high && self.ends_word(at) {
                self.add(at, spaces.high);
            }
        }
        at + 1
    }

    fn colon(&mut self, at: usize, spaces: &Spaces) -> usize {
        let before = spaces_before(self.run, at);
        if self.is_followed_by_text(at + 1) && !self.run[..at].ends_with(':') {
            if self.follows_text(&before) {
                self.bind(before, spaces.colon);
            } else if self.ends_word(at) && !self.ends_shortcode(at) {
                self.add(at, spaces.colon);
            }
        }
        at + 1
    }

    /// Whether a mark ends something: after it comes a gap, the end, or what opens. `12:30`, `::` and `:)` do not.
    fn is_followed_by_text(&self, end: usize) -> bool {
        self.gap_after(end) || after(self.run, end).is_some_and(|c| matches!(c, '«' | '“' | STAND_IN | NOTE))
    }

    /// Whether a colon ends a code like `:tada:`.
    fn ends_shortcode(&self, at: usize) -> bool {
        let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'+' | b'-');
        let name = self.run[..at].bytes().rev().take_while(is_part).count();
        name > 0 && self.run[..at - name].ends_with(':')
    }

    /// Whether a semicolon ends an entity of HTML that somebody wrote out.
    fn ends_entity(&self, at: usize) -> bool {
        let name = self.run[..at]
            .bytes()
            .rev()
            .take(32)
            .take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'#')
            .count();
        name > 0 && self.run[..at - name].ends_with('&')
    }

    /// A sign after a number: `%`, `€`.
    fn symbol(&mut self, at: usize, length: usize, with: &'static str, belongs: impl Fn(char) -> bool) -> usize {
        let end = at + length;
        let spaces = spaces_before(self.run, at);
        let is_sign = is_word_end(self.run, end) && !self.run[end..].starts_with(['%', '$', '{', '(']);
        if is_sign {
            if self.follows_text(&spaces) && before(self.run, spaces.start).is_some_and(belongs) {
                self.bind(spaces, with);
            } else if before(self.run, at).is_some_and(|c| c.is_ascii_digit()) {
                self.add(at, with);
            }
        }
        end
    }

    /// `« » ° §`, and whatever else is written with that first byte.
    fn latin_sign(&mut self, at: usize, spaces: &Spaces) -> usize {
        let end = at + 2;
        match after(self.run, at) {
            Some('«') => self.after_opening(end, spaces.quotes),
            Some('»') => self.before_closing(at, spaces.quotes),
            Some('§') if after(self.run, end).is_some_and(|c| c.is_ascii_digit()) => self.add(end, WIDE),
            Some('°') => self.degree(at, end),
            _ => {}
        }
        end
    }

    fn after_opening(&mut self, end: usize, with: &'static str) {
        let spaces = spaces_after(self.run, end);
        match after(self.run, spaces.end) {
            None => {}
            Some(_) if !spaces.is_empty() => self.bind(spaces, with),
            Some('»') => {}
            Some('"') if self.quotes.has_space_before(end) => {}
            // The space belongs to the sign: what markup opens after it shall not be underlined too early.
            Some(_) => self.edits.push(Edit { range: end - '«'.len_utf8()..end, with: self.opening }),
        }
    }

    fn before_closing(&mut self, at: usize, with: &'static str) {
        let spaces = spaces_before(self.run, at);
        match before(self.run, spaces.start) {
            None => {}
            Some(_) if !spaces.is_empty() => self.bind(spaces, with),
            Some('«') => {}
            Some(_) => self.add(at, with),
        }
    }

    /// `n°5` and `20°C`.
    fn degree(&mut self, at: usize, end: usize) {
        let (left, right) = (before(self.run, at), after(self.run, end));
        let is_number_sign = matches!(left, Some('n' | 'N')) && is_word_start(self.run, at - 1);
        if is_number_sign && right.is_some_and(|c| c.is_ascii_digit()) {
            self.add(end, WIDE);
        } else if left.is_some_and(|c| c.is_ascii_digit())
            && matches!(right, Some('C' | 'F'))
            && is_word_end(self.run, end + 1)
        {
            self.add(at, WIDE);
        }
    }

    /// `€ ‰ ‹ ›`, and whatever else is written with that first byte.
    fn sign(&mut self, at: usize, spaces: &Spaces) -> usize {
        match after(self.run, at) {
            Some('—' | '–') if self.begins_line(at) => self.reply(at + 3),
            Some('€') => self.symbol(at, 3, WIDE, |c| c.is_alphanumeric()),
            // An apostrophe that some keyboard turned round.
            Some('‘') if before(self.run, at).is_some_and(char::is_alphabetic) => {
                if after(self.run, at + 3).is_some_and(char::is_alphabetic) {
                    self.edits.push(Edit { range: at..at + 3, with: "’" });
                }
                at + 3
            }
            Some('‰') => self.symbol(at, 3, spaces.percent, |c| c.is_ascii_digit()),
            _ => at + 3,
        }
    }

    /// `M. Dupont`: a title and the name after it.
    fn title(&mut self, at: usize) -> usize {
        if !is_word_start(self.run, at) {
            return at + 1;
        }
        let Some(length) = words::title(&self.run[at..]) else { return at + 1 };
        let spaces = spaces_after(self.run, at + length);
        if words::name(&self.run[spaces.end..]) {
            self.bind(spaces, WIDE);
        }
        at + length
    }

    /// `XXIe siècle`.
    fn century(&mut self, at: usize) -> usize {
        let Some(suffix) = ordinals::roman(self.run, at) else { return at + 1 };
        let spaces = spaces_after(self.run, suffix.end);
        if self.run[spaces.end..].starts_with("siècle") {
            self.bind(spaces, WIDE);
        }
        suffix.end
    }
}
