//! Where each block of a file stands, by what it says: the way back from a page to its Markdown.
//!
//! Never part of a page: published HTML carries no marks of its source. A block is known again by its letters and digits,
//! since typography, entities and markup make the page say the same with other characters.

use super::Kind;
use super::events;
use crate::base::SourceText;
use crate::content::front_matter::split;
use pulldown_cmark::{Event, Parser, Tag};

/// A block of a file: a paragraph, a heading, an item, a cell, a line of the front matter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// Where it begins, from 1.
    pub line: u32,
    /// Its own letters and digits, without those of blocks inside it.
    pub text: String,
}

/// What two spellings of a text have in common: letters and digits, in lower case.
pub fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The blocks of the text of a file in order, then the lines of its front matter, which pages show too (the title, the
/// description, corrections).
pub fn blocks(source: &SourceText) -> Vec<Block> {
    let text = source.as_str();
    let (front, body) = match split::split(text) {
        Ok(split) => (split.front, split.body),
        Err(_) => (0..0, 0),
    };
    let mut blocks = of_body(text, body);
    blocks.extend(of_front(text, front));
    blocks
}

fn of_body(text: &str, start: usize) -> Vec<Block> {
    let body = text.get(start..).unwrap_or("");
    let mut found: Vec<(usize, String)> = Vec::new();
    // Blocks that are open: where each began, and what it has said so far.
    let mut open: Vec<(usize, String)> = Vec::new();
    let mut say = |open: &mut Vec<(usize, String)>, at: usize, words: &str| match open.last_mut() {
        Some((_, said)) => said.push_str(&letters(words)),
        None => found.push((at, letters(words))),
    };
    let mut ended: Vec<(usize, String)> = Vec::new();
    for (event, range) in Parser::new_ext(body, events::options(Kind::Body)).into_offset_iter() {
        match event {
            Event::Start(tag) if is_block(&tag) => open.push((range.start, String::new())),
            // What a picture's title says stands in a caption, a block of its own.
            Event::Start(Tag::Image { title, .. }) if !title.is_empty() => ended.push((range.start, letters(&title))),
            Event::End(tag) if is_block_end(tag) => ended.extend(open.pop()),
            Event::Text(words) | Event::Code(words) => say(&mut open, range.start, &words),
            Event::Html(html) | Event::InlineHtml(html) => say(&mut open, range.start, &without_tags(&html)),
            Event::Start(_)
            | Event::End(_)
            | Event::InlineMath(_)
            | Event::DisplayMath(_)
            | Event::FootnoteReference(_)
            | Event::SoftBreak
            | Event::HardBreak
            | Event::Rule
            | Event::TaskListMarker(_) => {}
        }
    }
    found.extend(ended);
    found.retain(|(_, said)| !said.is_empty());
    found.sort_by_key(|(at, _)| *at);
    let mut lines = Lines { text, at: 0, line: 1 };
    found.into_iter().map(|(at, text)| Block { line: lines.of(start + at), text }).collect()
}

/// The tags that a browser shows as blocks of their own.
fn is_block(tag: &Tag<'_>) -> bool {
    match tag {
        Tag::Paragraph
        | Tag::Heading { .. }
        | Tag::BlockQuote(_)
        | Tag::CodeBlock(_)
        | Tag::HtmlBlock
        | Tag::Item
        | Tag::FootnoteDefinition(_)
        | Tag::DefinitionListTitle
        | Tag::DefinitionListDefinition
        | Tag::TableCell => true,
        Tag::List(_)
        | Tag::DefinitionList
        | Tag::Table(_)
        | Tag::TableHead
        | Tag::TableRow
        | Tag::Emphasis
        | Tag::Strong
        | Tag::Strikethrough
        | Tag::Superscript
        | Tag::Subscript
        | Tag::Link { .. }
        | Tag::Image { .. }
        | Tag::MetadataBlock(_) => false,
    }
}

fn is_block_end(tag: pulldown_cmark::TagEnd) -> bool {
    use pulldown_cmark::TagEnd;
    match tag {
        TagEnd::Paragraph
        | TagEnd::Heading(_)
        | TagEnd::BlockQuote(_)
        | TagEnd::CodeBlock
        | TagEnd::HtmlBlock
        | TagEnd::Item
        | TagEnd::FootnoteDefinition
        | TagEnd::DefinitionListTitle
        | TagEnd::DefinitionListDefinition
        | TagEnd::TableCell => true,
        TagEnd::List(_)
        | TagEnd::DefinitionList
        | TagEnd::Table
        | TagEnd::TableHead
        | TagEnd::TableRow
        | TagEnd::Emphasis
        | TagEnd::Strong
        | TagEnd::Strikethrough
        | TagEnd::Superscript
        | TagEnd::Subscript
        | TagEnd::Link
        | TagEnd::Image
        | TagEnd::MetadataBlock(_) => false,
    }
}

fn without_tags(html: &str) -> String {
    let mut is_inside = false;
    let outside = |c: &char| {
        match *c {
            '<' => is_inside = true,
            '>' if is_inside => is_inside = false,
            _ => return !is_inside,
        }
        false
    };
    html.chars().filter(outside).collect()
}

/// Values of the front matter, a line each, without their keys.
fn of_front(text: &str, front: std::ops::Range<usize>) -> Vec<Block> {
    let mut lines = Lines { text, at: 0, line: 1 };
    let first = lines.of(front.start);
    let written = text.get(front).unwrap_or("");
    let values = (first..).zip(written.lines()).map(|(line, written)| {
        let value = match written.split_once(['=', ':']) {
            Some((key, value)) if key.trim().chars().all(|c| c.is_alphanumeric() || "-_. ".contains(c)) => value,
            _ => written,
        };
        Block { line, text: letters(value) }
    });
    values.filter(|block| !block.text.is_empty()).collect()
}

/// Counts lines up to places that only go on.
struct Lines<'t> {
    text: &'t str,
    at: usize,
    line: u32,
}

impl Lines<'_> {
    fn of(&mut self, place: usize) -> u32 {
        let bytes = self.text.as_bytes();
        let passed = bytes.get(self.at..place.min(bytes.len())).unwrap_or(&[]);
        self.line += passed.iter().filter(|byte| **byte == b'\n').count() as u32;
        self.at = self.at.max(place);
        self.line
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::SourcePath;

    fn of(text: &str) -> Vec<(u32, String)> {
        let source = SourceText::new(SourcePath::new("content/posts/a.md"), text);
        blocks(&source).into_iter().map(|block| (block.line, block.text)).collect()
    }

    fn line_of(text: &str, words: &str) -> u32 {
        let wanted = letters(words);
        let found = of(text).into_iter().find(|(_, said)| *said == wanted);
        found.unwrap_or_else(|| panic!("{words}: {:?}", of(text))).0
    }

    #[test]
    fn paragraphs_and_headings_stand_on_their_lines() {
        let text = "+++\ntitle = \"Un titre\"\n+++\nPremier *mot* : « ici ».\nsuite\n\n## Deux &amp; trois\n\n> cité\n> > deux fois\n";
        assert_eq!(line_of(text, "Premier mot : “ici” . suite"), 4);
        assert_eq!(line_of(text, "Deux & trois"), 7);
        assert_eq!(line_of(text, "cité"), 9);
        assert_eq!(line_of(text, "deux fois"), 10);
        assert_eq!(line_of(text, "Un titre"), 2);
    }

    #[test]
    fn an_item_is_what_it_says_itself() {
        let text = "- un\n  - dedans\n- deux\n\n\n1. lâche\n\n   second\n";
        assert_eq!(
            of(text).iter().map(|(line, text)| (*line, text.as_str())).collect::<Vec<_>>(),
            [(1, "un"), (2, "dedans"), (3, "deux"), (6, "lâche"), (8, "second")]
        );
    }

    #[test]
    fn cells_notes_code_and_captions_are_blocks() {
        let text = "| a | b |\n|---|---|\n| c | d e |\n\nNote[^1].\n\n[^1]: la note\n\n```rust\nlet x = 1;\n```\n\n![vue](x.png \"légende\")\n\nTerme\n: sens\n";
        assert_eq!(line_of(text, "d e"), 3);
        assert_eq!(line_of(text, "Note."), 5);
        assert_eq!(line_of(text, "la note"), 7);
        assert_eq!(line_of(text, "let x = 1;"), 9);
        assert_eq!(line_of(text, "vue"), 13);
        assert_eq!(line_of(text, "légende"), 13);
        assert_eq!(line_of(text, "Terme"), 15);
        assert_eq!(line_of(text, "sens"), 16);
    }

    #[test]
    fn values_of_front_matter_come_without_their_keys() {
        let text = "---\ntitle: 'Dix: onze'\ncorrections:\n  - date: 2025-01-01\n    text: Corrigé\n---\nTexte\n";
        assert_eq!(line_of(text, "Dix: onze"), 2);
        assert_eq!(line_of(text, "Corrigé"), 5);
        assert_eq!(line_of(text, "Texte"), 7);
    }

    #[test]
    fn raw_html_is_known_by_what_it_shows() {
        assert_eq!(line_of("a\n\n<div>\n<p>brut</p>\n</div>\n", "brut"), 3);
        assert_eq!(line_of("un <b>gras</b> mot\n", "un gras mot"), 1);
    }
}
