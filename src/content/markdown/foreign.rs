//! Markup of other tools that means nothing here: shortcodes and links between double brackets. Told, and left as it is.
//!
//! Never looks at code, where such things are examples, nor at what is a link of Markdown.

use super::Setting;
use super::events::Located;
use crate::base::{Code, Diagnostic};
use crate::content::findings::Findings;
use memchr::{memchr2_iter, memmem};
use pulldown_cmark::{Event, Tag, TagEnd};
use std::ops::Range;

/// What is found of one kind in a text.
#[derive(Default)]
struct Found {
    first: Option<Range<usize>>,
    count: usize,
}

impl Found {
    fn count(&mut self, range: Range<usize>) {
        self.first.get_or_insert(range);
        self.count += 1;
    }
}

/// Tells of shortcodes and of links between double brackets, once for each kind.
pub fn tell(events: &[Located<'_>], text: &str, setting: &Setting<'_>, findings: &mut Findings<'_>) {
    if ["{{", "{%", "[["].iter().all(|mark| memmem::find(text.as_bytes(), mark.as_bytes()).is_none()) {
        return;
    }
    let (mut shortcodes, mut links) = (Found::default(), Found::default());
    // How many links, pictures and blocks of code are open, and up to where the text is known.
    let (mut closed, mut known) = (0usize, 0);
    for (at, (event, range)) in events.iter().enumerate() {
        match event {
            Event::Start(Tag::Link { .. } | Tag::Image { .. } | Tag::CodeBlock(_) | Tag::HtmlBlock) => closed += 1,
            Event::End(TagEnd::Link | TagEnd::Image | TagEnd::CodeBlock | TagEnd::HtmlBlock) => {
                closed = closed.saturating_sub(1);
            }
            Event::Text(_) if closed == 0 => {
                let written = text.get(range.clone()).unwrap_or("");
                for mark in memchr2_iter(b'{', b'[', written.as_bytes()).map(|mark| range.start + mark) {
                    if mark < known || text[..mark].ends_with('\\') {
                        continue;
                    }
                    let rest = beginning(&text[mark..]);
                    if let Some(length) = shortcode(rest) {
                        known = mark + length;
                        shortcodes.count(mark..known);
                    } else if let Some(length) = link(rest).filter(|length| is_text(&events[at + 1..], mark + length)) {
                        known = mark + length;
                        links.count(mark..known);
                    }
                }
            }
            _ => {}
        }
    }
    let mut push = |found: Found, what: &str, help: &str| {
        let Some(first) = found.first else { return };
        let written = &text[first.clone()];
        let more = match found.count {
            1 => String::new(),
            count => format!(
                ", and so {} more in this file",
                if count == 2 { "is 1".into() } else { format!("are {}", count - 1) }
            ),
        };
        let message = format!("`{written}` is {what} of another tool and is shown as written{more}");
        let label = findings.label(setting.origin.place(first), "");
        findings.push(Diagnostic::new(Code::ForeignMarkup, message).at(label).help(help));
    };
    push(
        shortcodes,
        "a shortcode",
        "write Markdown instead, such as a link to what it would show, or put it between backquotes if it is an example",
    );
    push(
        links,
        "a link",
        "write `[text](file.md)`, with the path of the article's file, or put it between backquotes if it is an example",
    );
}

/// Longest piece of markup that is looked for, in bytes.
const LONGEST: usize = 300;

/// The beginning of a text, on its first line.
fn beginning(text: &str) -> &str {
    let cut = &text[..text.floor_char_boundary(LONGEST)];
    cut.lines().next().unwrap_or("")
}

/// How long the shortcode is that a text begins with.
fn shortcode(text: &str) -> Option<usize> {
    let ends = |inner: &str, end: &str| inner.find(end).map(|at| text.len() - inner.len() + at + end.len());
    if let Some(inner) = text.strip_prefix("{{<") {
        return ends(inner, ">}}");
    }
    if let Some(inner) = text.strip_prefix("{{%") {
        return ends(inner, "%}}");
    }
    let begins_with_name = |inner: &str| inner.trim_start().starts_with(|c: char| c.is_ascii_lowercase());
    if let Some(inner) = text.strip_prefix("{%") {
        let name = inner.trim_start_matches('-');
        return ends(inner, "%}").filter(|_| name.starts_with(' ') && begins_with_name(name));
    }
    // `{{ youtube(id="…") }}`
    let inner = text.strip_prefix("{{")?;
    let end = ends(inner, "}}")?;
    let call = text[2..end - 2].trim();
    let is_call = call.split_once('(').is_some_and(|(name, _)| {
        name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
    });
    (is_call && begins_with_name(call) && call.ends_with(')')).then_some(end)
}

/// How long the link between double brackets is that a text begins with.
fn link(text: &str) -> Option<usize> {
    let inner = text.strip_prefix("[[")?;
    let end = inner.find([']', '[']).filter(|end| inner[*end..].starts_with("]]"))?;
    let name = &inner[..end];
    (name.starts_with(char::is_alphabetic) && !name.ends_with(' ')).then_some(end + 4)
}

/// Whether what follows is text up to a place, and no link or code.
fn is_text(events: &[Located<'_>], end: usize) -> bool {
    events
        .iter()
        .take_while(|(_, range)| range.start < end)
        .all(|(event, _)| matches!(event, Event::Text(_) | Event::End(_)))
}
