//! Markdown to a `Document`: the parser's events, our passes over them, finished HTML with symbolic pieces.
//!
//! The chain stands below, in order; each step has a file. Nothing here knows other files, the theme or the page that
//! will show the text; no pass ever looks at HTML that is already written, and none recurses: how deep a text nests is
//! its author's affair.

pub mod bare_links;
pub mod blocks;
pub mod code;
pub mod directives;
pub mod escape;
pub mod events;
pub mod footnotes;
mod foreign;
pub mod headings;
pub mod highlight;
pub mod links;
mod lost_cells;
mod lost_links;
mod out;
pub mod phrases;
pub mod pictures;
pub mod quotes;
pub mod raw_html;
mod references;
pub mod related;
mod said;
mod sanitize;
mod tags;
pub mod typography;
mod unseen;
mod write;

use super::ContentOptions;
use super::document::Document;
use super::findings::Findings;
use std::ops::Range;

/// What is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The body of an article.
    Body,
    /// A short text shown inside another page: no footnotes, and headings without ids.
    Note,
}

/// Where the text stands in its file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// It is the file from this byte on.
    At(usize),
    /// It was a value with escapes: any problem is shown on the whole of it.
    Within(Range<usize>),
}

impl Origin {
    /// The range of the file that a range of the text stands for.
    pub fn place(&self, range: Range<usize>) -> Range<usize> {
        match self {
            Origin::At(start) => start + range.start..start + range.end,
            Origin::Within(whole) => whole.clone(),
        }
    }
}

/// What every pass may need to know.
#[derive(Clone, Debug)]
pub struct Setting<'s> {
    /// What the text is.
    pub kind: Kind,
    /// Where it stands.
    pub origin: Origin,
    /// The language of the article.
    pub language: &'s str,
    /// The site's options.
    pub options: &'s ContentOptions,
}

/// The text of a file from `start` on.
pub fn body(start: usize, language: &str, options: &ContentOptions, findings: &mut Findings<'_>) -> Document {
    let text = findings.source().as_str().get(start..).unwrap_or("");
    chain(text, &Setting { kind: Kind::Body, origin: Origin::At(start), language, options }, findings)
}

/// A short text that was a value of the front matter at `place`.
pub fn note(
    text: &str,
    place: Range<usize>,
    language: &str,
    options: &ContentOptions,
    findings: &mut Findings<'_>,
) -> Document {
    let written = findings.source().as_str().get(place.clone()).unwrap_or("");
    let origin = match written.find(text) {
        Some(at) => Origin::At(place.start + at),
        None => Origin::Within(place),
    };
    chain(text, &Setting { kind: Kind::Note, origin, language, options }, findings)
}

fn chain(text: &str, setting: &Setting<'_>, findings: &mut Findings<'_>) -> Document {
    let text = directives::drop_fences(text, setting, findings);
    let events = events::read(&text, setting, findings);
    foreign::tell(&events, &text, setting, findings);
    lost_links::tell(&events, &text, setting, findings);
    lost_cells::tell(&events, &text, setting, findings);
    let events = bare_links::link(events, &text);
    // Ids come from what the author wrote.
    let named = headings::written(&events);
    let events = typography::set(events, &text, setting);
    let events = raw_html::settle(events, &text, setting, findings);
    write::document(&events, &named, &text, setting, findings)
}

#[cfg(test)]
mod tests;
