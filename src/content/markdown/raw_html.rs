//! Raw HTML: comments dropped, `<!-- more -->` kept as a mark, the rest let through, turned into text, or sieved.
//!
//! Never judges what HTML says (`sanitize` does), and never touches addresses in what is let through.

use super::Setting;
use super::escape;
use super::events::Located;
use super::sanitize::{Lost, Opened, Sieve};
use super::unseen::{Unseen, never_closed};
use crate::base::{Code, Diagnostic};
use crate::content::RawHtml;
use crate::content::findings::Findings;
use memchr::memchr;
use pulldown_cmark::{CowStr, Event, Tag, TagEnd};
use std::ops::Range;

/// The text of the only comment that leaves this pass, as an `Event::Html`.
pub const MORE: &str = "<!-- more -->";

/// The same events, where `Html` is either `MORE` or let through.
pub fn settle<'t>(
    events: Vec<Located<'t>>,
    text: &str,
    setting: &Setting<'_>,
    findings: &mut Findings<'_>,
) -> Vec<Located<'t>> {
    if memchr(b'<', text.as_bytes()).is_none() {
        return events;
    }
    let mut settling = Settling {
        text,
        setting,
        findings,
        out: Vec::with_capacity(events.len()),
        sieve: match setting.options.raw_html {
            RawHtml::Sanitize => Some(Sieve::new(&setting.options.external_rel)),
            RawHtml::Allow | RawHtml::Escape | RawHtml::Refuse => None,
        },
        open: vec![Level::default()],
        unseen: Unseen::default(),
        links: 0,
        pictures: 0,
        last_end: text.rfind("-->"),
    };
    let mut block: Option<(String, Range<usize>)> = None;
    for (event, range) in events {
        match event {
            Event::Start(Tag::HtmlBlock) => block = Some((String::new(), range)),
            Event::Html(html) | Event::Text(html) if block.is_some() => {
                if let Some((whole, _)) = &mut block {
                    whole.push_str(&html);
                }
            }
            Event::End(TagEnd::HtmlBlock) => {
                if let Some((html, range)) = block.take() {
                    settling.block(&html, range);
                }
            }
            Event::InlineHtml(html) if html.starts_with("<!--") => {
                if is_more(&html) {
                    settling.out.push((Event::Html(CowStr::Borrowed(MORE)), range));
                }
            }
            event => {
                if matches!(event, Event::Text(_)) {
                    settling.tell_shown_comments(range.clone());
                }
                settling.step(event, range);
            }
        }
    }
    settling.out
}

/// The work on one text.
struct Settling<'w, 't, 's, 'a> {
    text: &'w str,
    setting: &'w Setting<'s>,
    findings: &'w mut Findings<'a>,
    out: Vec<Located<'t>>,
    /// What judges HTML, where it is not trusted.
    sieve: Option<Sieve<'w>>,
    /// The elements of Markdown that are open.
    open: Vec<Level>,
    unseen: Unseen,
    /// How many links are open, in Markdown or HTML: HTML has none in others.
    links: usize,
    /// How many pictures: what stands in one is its description, plain.
    pictures: usize,
    /// Where the last comment of the text ends, or what looks like it.
    last_end: Option<usize>,
}

/// An element of Markdown, and the raw elements that are open in it. They end where it ends, so that nothing that an author
/// forgot to close goes on behind, and no end tag closes what Markdown or the theme opened.
#[derive(Default)]
struct Level {
    is_link: bool,
    elements: Vec<&'static str>,
}

/// How many elements may be open in one line.
const MOST_IN_A_LINE: usize = 100;

impl<'t> Settling<'_, 't, '_, '_> {
    /// Any event outside a block of HTML.
    fn step(&mut self, event: Event<'t>, range: Range<usize>) {
        match event {
            Event::InlineHtml(html) => self.inline(html, range),
            Event::Text(words) if self.unseen.is_open() => {
                // Where HTML is trusted it is printed as ever; what is no text for readers is none for summaries.
                if self.sieve.is_none() {
                    let mut html = String::new();
                    escape::text(&mut html, &words);
                    self.out.push((Event::InlineHtml(html.into()), range));
                }
            }
            Event::Code(_) | Event::SoftBreak | Event::HardBreak if self.unseen.is_open() && self.sieve.is_some() => {}
            Event::Start(tag) => {
                self.unseen.enter();
                let is_link = matches!(tag, Tag::Link { .. });
                self.links += usize::from(is_link);
                self.pictures += usize::from(matches!(tag, Tag::Image { .. }));
                self.open.push(Level { is_link, elements: Vec::new() });
                self.out.push((Event::Start(tag), range));
            }
            Event::End(tag) => {
                if let Some(open) = self.unseen.leave() {
                    let rest = self.text.get(open.tag.end..range.end).unwrap_or("");
                    if self.sieve.is_some() && !rest.trim().is_empty() {
                        self.tell_open_element(&open.name, open.tag);
                    }
                }
                self.pictures -= usize::from(self.pictures > 0 && tag == TagEnd::Image);
                self.close_to(0, range.end..range.end);
                if self.open.len() > 1 && self.open.pop().is_some_and(|level| level.is_link) {
                    self.links = self.links.saturating_sub(1);
                }
                self.out.push((Event::End(tag), range));
            }
            event => self.out.push((event, range)),
        }
    }

    fn tell_raw(&mut self, range: Range<usize>) {
        let is_refused = self.setting.options.raw_html == RawHtml::Refuse;
        self.findings.raw_html(self.setting.origin.place(range), is_refused);
    }

    /// A single tag in a line.
    fn inline(&mut self, html: CowStr<'t>, range: Range<usize>) {
        match self.setting.options.raw_html {
            RawHtml::Escape | RawHtml::Refuse => {
                // An element is told once, not again where it ends.
                if !html.starts_with("</") {
                    self.tell_raw(range.clone());
                }
                self.out.push((Event::Text(html), range));
            }
            RawHtml::Allow => {
                self.unseen.see(&html, range.clone());
                self.out.push((Event::InlineHtml(html), range));
            }
            RawHtml::Sanitize => {
                let was_unseen = self.unseen.is_open();
                self.unseen.see(&html, range.clone());
                if !was_unseen && self.pictures == 0 {
                    self.sift(&html, range);
                }
            }
        }
    }

    /// A single tag that is not trusted.
    fn sift(&mut self, html: &str, range: Range<usize>) {
        if let Some(name) = html.strip_prefix("</") {
            let name = name.trim_end_matches('>').trim();
            let open = self
                .open
                .last()
                .and_then(|level| level.elements.iter().rposition(|element| element.eq_ignore_ascii_case(name)));
            if let Some(index) = open {
                self.close_to(index, range);
            }
            return;
        }
        let Some(sieve) = &self.sieve else { return };
        let (mut opened, mut lost) = sieve.open(html);
        let is_full = self.open.last().is_none_or(|level| level.elements.len() >= MOST_IN_A_LINE);
        if matches!(opened, Opened::Element(name, _) if is_full || (name == "a" && self.links > 0)) {
            opened = Opened::Nothing;
            lost = lost.or(Some(Lost { at: 0, what: format!("`{html}`") }));
        }
        if let Some(lost) = lost {
            self.findings.removed_html(self.setting.origin.place(range.clone()), &lost.what);
        }
        match opened {
            Opened::Element(name, html) => {
                self.links += usize::from(name == "a");
                if let Some(level) = self.open.last_mut() {
                    level.elements.push(name);
                }
                self.out.push((Event::InlineHtml(html.into()), range));
            }
            Opened::Whole(html) => self.out.push((Event::InlineHtml(html.into()), range)),
            Opened::Nothing => {}
        }
    }

    /// Closes raw elements of the innermost level until so many are open.
    fn close_to(&mut self, count: usize, range: Range<usize>) {
        let Some(level) = self.open.last_mut() else { return };
        while level.elements.len() > count {
            let Some(name) = level.elements.pop() else { return };
            self.links -= usize::from(name == "a" && self.links > 0);
            self.out.push((Event::InlineHtml(format!("</{name}>").into()), range.clone()));
        }
    }

    fn block(&mut self, html: &str, range: Range<usize>) {
        // In scripts and styles `<!--` is no comment.
        let verbatim = ["<script", "<style", "<textarea"]
            .iter()
            .any(|tag| html.trim_start().get(..tag.len()).is_some_and(|start| start.eq_ignore_ascii_case(tag)));
        let Uncommented { kept, more, is_open } = match verbatim {
            true => Uncommented { kept: html.to_owned(), ..Uncommented::default() },
            false => without_comments(html),
        };
        if is_open {
            self.tell_open_comment(&range);
        }
        if more {
            self.out.push((Event::Html(CowStr::Borrowed(MORE)), range.clone()));
        }
        if kept.trim().is_empty() {
            return;
        }
        match &self.sieve {
            Some(sieve) => match sieve.block(&kept) {
                Some(cleaned) => {
                    self.tell_instruction(&kept, &range);
                    let never_closed = never_closed(&kept);
                    if let Some((name, at)) = &never_closed {
                        let place = self.place_in(&range, &kept, *at);
                        self.tell_open_element(name, place);
                    }
                    let is_told = |lost: &Lost| never_closed.as_ref().is_some_and(|(_, at)| *at == lost.at);
                    if let Some(lost) = cleaned.lost.filter(|lost| !is_told(lost)) {
                        let place = self.place_in(&range, &kept, lost.at);
                        self.findings.removed_html(self.setting.origin.place(place), &lost.what);
                    }
                    let html = cleaned.html.trim();
                    if !html.is_empty() {
                        self.out.push((Event::Html(format!("{html}\n").into()), range));
                    }
                }
                None => self.as_text(&kept, range),
            },
            None if self.setting.options.raw_html == RawHtml::Allow => {
                self.out.push((Event::Html(kept.into()), range));
            }
            None => self.as_text(&kept, range),
        }
    }

    fn tell_open_comment(&mut self, block: &Range<usize>) {
        let at = self.text.get(block.clone()).and_then(|written| written.rfind("<!--"));
        let start = block.start + at.unwrap_or(0);
        let label = self.findings.label(self.setting.origin.place(start..start + 4), "what follows is left out");
        let problem = Diagnostic::new(Code::UnclosedComment, "this comment is never closed").at(label);
        self.findings.push(problem.help("write `-->` where it ends"));
    }

    /// A comment that begins in a line and ends behind its paragraph or cell is no comment to Markdown.
    fn tell_shown_comments(&mut self, words: Range<usize>) {
        let (bytes, written) = (self.text.as_bytes(), self.text.get(words.clone()).unwrap_or(""));
        for start in written.match_indices('<').map(|(at, _)| words.start + at) {
            let is_escaped = start > 0 && bytes[start - 1] == b'\\';
            if is_escaped || !self.text[start..].starts_with("<!--") || self.last_end.is_none_or(|end| end < start) {
                continue;
            }
            let label = self.findings.label(self.setting.origin.place(start..start + 4), "shown to readers");
            let message = "this comment goes on behind its paragraph or cell, and so it is text";
            let problem = Diagnostic::new(Code::UnclosedComment, message).at(label);
            self.findings
                .push(problem.help("begin it at the beginning of a line, or end it before the blank line or `|`"));
        }
    }

    /// What a parser of HTML takes for a comment that is none of ours (`<?php …`, `<!DOCTYPE …`), and removes.
    fn tell_instruction(&mut self, html: &str, block: &Range<usize>) {
        let Some(at) = html.match_indices('<').map(|(at, _)| at).find(|at| html[at + 1..].starts_with(['?', '!']))
        else {
            return;
        };
        let word = html[at..].split(|c: char| c.is_whitespace() || c == '>').next().unwrap_or("<");
        let place = self.place_in(block, html, at);
        match html[at..].contains('>') {
            true => self.findings.removed_html(self.setting.origin.place(place), &format!("`{word}`")),
            false => {
                let label = self.findings.label(self.setting.origin.place(place), "what follows is left out");
                let message = format!("`{word}` is never closed, and the text behind it was removed with it");
                let problem = Diagnostic::new(Code::RemovedHtml, message).at(label);
                self.findings.push(problem.help(format!("remove `{word}`")));
            }
        }
    }

    /// An element that is never closed, with which the text behind it was removed.
    fn tell_open_element(&mut self, name: &str, tag: Range<usize>) {
        let label = self.findings.label(self.setting.origin.place(tag), "what follows is left out");
        let message = format!("`<{name}>` is never closed, and the text behind it was removed with it");
        let problem = Diagnostic::new(Code::RemovedHtml, message).at(label);
        self.findings.push(problem.help(format!("remove `<{name}>`, or write `</{name}>` where it ends")));
    }

    fn as_text(&mut self, html: &str, range: Range<usize>) {
        self.tell_raw(range.clone());
        self.out.push((Event::Start(Tag::Paragraph), range.clone()));
        self.out.push((Event::Text(html.trim().to_owned().into()), range.clone()));
        self.out.push((Event::End(TagEnd::Paragraph), range));
    }

    /// Where a tag of a block stands in the text: the whole block, where it is written in another way (in a quotation).
    fn place_in(&self, block: &Range<usize>, html: &str, at: usize) -> Range<usize> {
        let line = html.get(at..).and_then(|rest| rest.lines().next()).unwrap_or("");
        let tag = line.find('>').map_or(line, |end| &line[..end + 1]);
        let found = self.text.get(block.clone()).filter(|_| !tag.is_empty()).and_then(|written| written.find(tag));
        found.map_or(block.clone(), |found| block.start + found..block.start + found + tag.len())
    }
}

/// HTML without its comments.
#[derive(Default)]
struct Uncommented {
    kept: String,
    /// Whether `more` was one of them.
    more: bool,
    /// Whether the last one never ends, and goes on to the end.
    is_open: bool,
}

fn without_comments(html: &str) -> Uncommented {
    let (mut kept, mut more, mut is_open, mut rest) = (String::with_capacity(html.len()), false, false, html);
    while let Some(start) = rest.find("<!--") {
        kept.push_str(&rest[..start]);
        let comment = &rest[start..];
        // `<!-->` and `<!--->` are whole comments.
        let end = match comment {
            _ if comment.starts_with("<!-->") => 5,
            _ if comment.starts_with("<!--->") => 6,
            _ => match comment.get(4..).and_then(|inner| inner.find("-->")) {
                Some(at) => at + 7,
                None => {
                    is_open = true;
                    comment.len()
                }
            },
        };
        more |= is_more(&comment[..end]);
        rest = &comment[end..];
    }
    kept.push_str(rest);
    Uncommented { kept, more, is_open }
}

fn is_more(comment: &str) -> bool {
    let inner = comment.strip_prefix("<!--").and_then(|rest| rest.strip_suffix("-->"));
    inner.is_some_and(|inner| inner.trim().eq_ignore_ascii_case("more"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_are_cut_out() {
        for (html, kept, more, is_open) in [
            ("<!-- a\n\nb --> c <!-- d -->", " c ", false, false),
            ("<!--more-->\n", "\n", true, false),
            ("a <!-- never", "a ", false, true),
            ("<!--> a --><!---> b", " a --> b", false, false),
        ] {
            let found = without_comments(html);
            assert_eq!((&*found.kept, found.more, found.is_open), (kept, more, is_open), "{html}");
        }
    }
}
