//! The text of an article as finished HTML with symbolic pieces between.
//!
//! A piece that depends on the rest of the site (a link, a picture) or on the page that shows it (an id) stays symbolic
//! until a page asks (`view::link`). Everything else is HTML already.

use crate::base::Label;
use serde::{Deserialize, Serialize};

/// A parsed Markdown text.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Document {
    /// The inside of the first paragraph when the text begins with one, else empty.
    pub lede: Vec<Piece>,
    /// Everything after it (everything, when `lede` is empty).
    pub rest: Vec<Piece>,
    /// How many pieces of `rest` stand before `<!-- more -->`.
    pub more: Option<u32>,
    /// The summary as plain text: what stands before `<!-- more -->`, else the first paragraph.
    pub summary: String,
    /// Headings in order, for the table of contents and for anchors.
    pub headings: Vec<Heading>,
    /// Other ids that a fragment may name (footnotes).
    pub ids: Vec<String>,
    /// How many words.
    pub words: u32,
}

impl Document {
    /// All pieces in order (without the tags around the lede).
    pub fn pieces(&self) -> impl Iterator<Item = &Piece> {
        self.lede.iter().chain(&self.rest)
    }

    /// Whether there is no text at all.
    pub fn is_empty(&self) -> bool {
        self.lede.is_empty() && self.rest.is_empty()
    }
}

/// A heading.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Heading {
    /// 1 to 6.
    pub level: u8,
    /// Unique in its document.
    pub id: String,
    /// Its text without markup.
    pub text: String,
}

/// A part of a document.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Piece {
    /// Finished HTML.
    Html(Box<str>),
    /// ` id="…"` inside a tag on the article's own page; nothing elsewhere, since ids of two articles may be equal.
    Id(Box<str>),
    /// The start of an internal link: `<a href="…">`.
    LinkStart(Box<Link>),
    /// Its end: `</a>`.
    LinkEnd,
    /// A picture: `<img …>`.
    Image(Box<Image>),
    /// A paragraph that is "Lire aussi :" and a link, alone.
    Related(Box<Related>),
}

/// An internal link.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Link {
    /// Where it leads.
    pub target: Target,
    /// The `title` attribute, plain text.
    pub title: Option<String>,
    /// Extra attributes of the tag, finished and escaped, with a leading space (` class="footnote-ref"`); may be empty.
    pub attributes: String,
    /// Where it stands; absent for links that we made ourselves and that cannot break.
    pub label: Option<Label>,
}

impl Link {
    /// Whether it is the mark beside a heading that leads to the heading itself: of no use but on the article's page.
    pub fn is_anchor(&self) -> bool {
        self.attributes.starts_with(" class=\"anchor\"")
    }
}

/// A picture in the text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Image {
    /// The file or address.
    pub target: Target,
    /// What it shows.
    pub alt: String,
    /// The `title` attribute, when it is not already the caption of a figure.
    pub title: Option<String>,
    /// Where it stands.
    pub label: Label,
}

/// A "Lire aussi" block.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Related {
    /// The words before the link, without colon: `Lire aussi`.
    pub lead: String,
    /// Where it leads; may be an external address.
    pub target: Target,
    /// The text of the link, plain.
    pub text: String,
    /// Extra attributes of the link, finished and escaped, with a leading space; may be empty.
    pub attributes: String,
    /// Where it stands.
    pub label: Label,
}

/// Where a link leads, as written, percent-decoded and in NFC.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Target {
    /// How to read the path.
    pub kind: TargetKind,
    /// The path without query and fragment (the whole address, encoded, when external).
    pub path: String,
    /// The query without its `?`.
    pub query: Option<String>,
    /// The fragment without its `#`, percent-decoded.
    pub fragment: Option<String>,
}

/// How to read the path of a target.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum TargetKind {
    /// A Markdown file: relative to the article's file, or from `content/` when it begins with `/`.
    Markdown,
    /// From the site's root: `/img/x.png`, `/a-propos/`.
    Rooted,
    /// Another relative path: a file beside the article.
    Relative,
    /// A fragment of the article itself; the path is empty.
    Own,
    /// An address outside the site, allowed and complete.
    External,
}
