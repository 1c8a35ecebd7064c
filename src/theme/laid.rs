//! A template's text as Tera is asked what is wrong with it: with line ends in very long lines, and without the tags that
//! are told already.
//!
//! Tera draws the line of each slip, twice: thousands of them in one line would take the memory that there is. No page is
//! made with this text.

use super::reading::tokens::{Token, tokens};
use std::borrow::Cow;
use std::ops::Range;

/// Lines beyond this length, in bytes, are broken before the next tag.
const LONG_LINE: usize = 2_000;

/// The text of a template, and how it was laid out.
pub(super) struct Laid<'s> {
    /// What Tera gets.
    pub text: Cow<'s, str>,
    /// Where line ends were put into it.
    breaks: Vec<usize>,
}

impl<'s> Laid<'s> {
    /// The text with its long lines broken.
    pub(super) fn of(text: &'s str) -> Laid<'s> {
        let (mut laid, mut breaks) = (String::new(), Vec::new());
        if text.split('\n').all(|line| line.len() <= LONG_LINE) {
            return Laid { text: Cow::Borrowed(text), breaks };
        }
        let (mut done, mut seen, mut line_start) = (0, 0, 0);
        for (token, place) in tokens(text) {
            if !matches!(token, Token::Print | Token::Tag) {
                continue;
            }
            line_start = text[seen..place.start].rfind('\n').map_or(line_start, |end| seen + end + 1);
            seen = place.start;
            if place.start - line_start > LONG_LINE {
                laid.push_str(&text[done..place.start]);
                breaks.push(laid.len());
                laid.push('\n');
                (done, line_start) = (place.start, place.start);
            }
        }
        laid.push_str(&text[done..]);
        Laid { text: Cow::Owned(laid), breaks }
    }

    /// The same with nothing where these tags stand.
    pub(super) fn without(text: &str, tags: &[Range<usize>]) -> Laid<'s> {
        let mut left = text.to_owned();
        for tag in tags {
            // As many bytes and as many characters, on as many lines.
            let blank = text[tag.clone()].chars().map(|c| if c.is_ascii() && c != '\n' { ' ' } else { c });
            left.replace_range(tag.clone(), &blank.collect::<String>());
        }
        let Laid { text, breaks } = Laid::of(&left);
        Laid { text: Cow::Owned(text.into_owned()), breaks }
    }

    /// Whether lines were broken.
    pub(super) fn is_broken(&self) -> bool {
        !self.breaks.is_empty()
    }

    /// The place in the file that a place in the text stands for.
    pub(super) fn place(&self, range: Range<usize>) -> Range<usize> {
        let file = |at: usize| at - self.breaks.partition_point(|end| *end < at);
        file(range.start)..file(range.end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lines_are_broken_before_tags_and_places_are_led_back() {
        let text = format!("é{}\n{{% raw %}}{}{{% endraw %}}", "{{ a | nof }}".repeat(1_000), "{{ b }}".repeat(1_000));
        let laid = Laid::of(&text);
        assert_eq!(laid.text.lines().filter(|line| line.contains("nof")).count(), 7);
        assert_eq!(laid.text.replace('\n', ""), text.replace('\n', ""));
        for (at, _) in laid.text.match_indices("nof") {
            assert_eq!(&text[laid.place(at..at + 3)], "nof");
        }
        let end = laid.text.len();
        assert_eq!(laid.place(end..end), text.len()..text.len());
        assert!(!Laid::of("{{ a }}\n").is_broken());
    }

    #[test]
    fn what_is_left_out_takes_its_place() {
        let text = "a {% extends\n\"é.html\" %}b";
        let tag = 2..text.len() - 1;
        assert_eq!(Laid::without(text, std::slice::from_ref(&tag)).text, "a           \n é         b");
    }
}
