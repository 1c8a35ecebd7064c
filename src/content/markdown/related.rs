//! "Lire aussi": a paragraph that is those words and a link, alone.
//!
//! Never guesses from other words: a paragraph that merely begins so stays a paragraph.

use super::events::Located;
use crate::base::nfc::{into_nfc, nfc};
use pulldown_cmark::{Event, Tag, TagEnd};
use std::ops::Range;

/// The words that make such a paragraph, in lower case.
const LEADS: &[&str] = &["lire aussi", "à lire aussi", "lire", "à lire", "read also", "see also", "voir aussi"];
/// Longest text before the link that is worth looking at, in bytes.
const LONGEST_LEAD: usize = 64;

/// Such a paragraph.
#[derive(Debug, PartialEq)]
pub struct Found<'e> {
    /// The words, without colon: `Lire aussi`.
    pub lead: String,
    /// Where the link leads, as written.
    pub destination: &'e str,
    /// The text of the link, plain.
    pub text: String,
    /// Where the link stands.
    pub link: Range<usize>,
    /// The first event after the paragraph.
    pub end: usize,
}

/// The "Lire aussi" that begins at a `Start(Paragraph)`, if it is one.
pub fn find<'e>(events: &'e [Located<'_>], at: usize) -> Option<Found<'e>> {
    let (mut before, mut text) = (String::new(), String::new());
    let mut link: Option<(&str, Range<usize>)> = None;
    let mut inside = false;
    for (offset, (event, range)) in events.get(at + 1..)?.iter().enumerate() {
        match event {
            Event::Text(part) | Event::Code(part) if inside => text.push_str(part),
            Event::Text(part) if link.is_none() && before.len() + part.len() <= LONGEST_LEAD => before.push_str(part),
            Event::Text(part) if link.is_some() && part.trim().is_empty() => {}
            Event::SoftBreak | Event::HardBreak => (if inside { &mut text } else { &mut before }).push(' '),
            Event::Start(Tag::Strong | Tag::Emphasis | Tag::Superscript)
            | Event::End(TagEnd::Strong | TagEnd::Emphasis | TagEnd::Superscript) => {}
            Event::Start(Tag::Link { dest_url, .. }) if link.is_none() => {
                lead(&before)?;
                link = Some((dest_url, range.clone()));
                inside = true;
            }
            Event::End(TagEnd::Link) => inside = false,
            Event::End(TagEnd::Paragraph) => {
                let (destination, link) = link?;
                let text = nfc(text.trim()).into_owned();
                return Some(Found { lead: lead(&before)?, destination, text, link, end: at + offset + 2 });
            }
            _ => return None,
        }
    }
    None
}

/// The words before the colon, if they are those.
fn lead(before: &str) -> Option<String> {
    let words = before.trim().strip_suffix([':', '：'])?;
    let words = into_nfc(words.split_whitespace().collect::<Vec<&str>>().join(" "));
    LEADS.contains(&words.to_lowercase().as_str()).then_some(words)
}

#[cfg(test)]
mod tests {
    use super::*;
    use pulldown_cmark::Parser;

    fn found(text: &str) -> Option<(String, String)> {
        let events: Vec<Located<'_>> = Parser::new(text).into_offset_iter().collect();
        find(&events, 0).map(|found| (found.lead, found.text))
    }

    #[test]
    fn the_words_may_be_set_in_many_ways() {
        for text in [
            "Lire aussi : [Avant](a.md)",
            "**Lire aussi\u{a0}:** [Avant](a.md)",
            "*Lire aussi:* [Avant](a.md)",
            "**Lire aussi\u{202f}: [Avant](a.md)**",
            "Lire aussi :\n[Avant](a.md)",
        ] {
            assert_eq!(found(text), Some(("Lire aussi".to_owned(), "Avant".to_owned())), "{text}");
        }
        assert_eq!(found("À LIRE AUSSI : [*Avant* `x`](a.md)").unwrap().1, "Avant x");
        assert!(found("Read also: [Before](a.md)").is_some());
    }

    #[test]
    fn other_paragraphs_stay_what_they_are() {
        for text in [
            "Lire aussi [Avant](a.md)",
            "Lire aussi : [a](a.md) et [b](b.md)",
            "Lire aussi : [a](a.md).",
            "Relire : [a](a.md)",
            "Lire aussi :",
        ] {
            assert_eq!(found(text), None, "{text}");
        }
    }
}
