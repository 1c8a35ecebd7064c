//! The text of an article as finished HTML with symbolic pieces between.
//!
//! A piece that depends on the rest of the site (a link, a picture) or on the page that shows it (an id) stays symbolic
//! until a page asks (`view::link`). Everything else is HTML already.

use crate::base::Label;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// A parsed Markdown text.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Document {
    /// What others want to know of it.
    pub face: Face,
    /// Everything after the lede (everything, when there is none).
    pub rest: Prose,
}

/// What lists, links and checks want to know of a text. The rest of it is for its own page and for feeds.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Face {
    /// The inside of the first paragraph when the text begins with one, else empty.
    pub lede: Arc<Prose>,
    /// What stands before `<!-- more -->`, the lede too, as blocks.
    pub before_more: Option<Arc<Prose>>,
    /// The summary as plain text: what stands before `<!-- more -->`, else the first paragraph.
    pub summary: Arc<str>,
    /// Headings in order, for the table of contents and for anchors.
    pub headings: Box<[Heading]>,
    /// Other ids that a fragment may name (footnotes), sorted: a note may be referred to thousands of times.
    pub ids: Box<[String]>,
    /// What it refers to, in order.
    pub mentions: Box<[Mention]>,
    /// How many words.
    pub words: u32,
}

/// What a text refers to, as far as a check has something to say of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Mention {
    /// How.
    pub how: Reference,
    /// To what.
    pub target: Target,
    /// Where it stands.
    pub label: Label,
}

/// How a text refers to something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reference {
    /// With a link.
    Link,
    /// With a picture that says what it shows.
    Picture,
    /// With one that does not.
    SilentPicture,
}

impl Document {
    /// All pieces in order (without the tags around the lede).
    pub fn pieces(&self) -> impl Iterator<Item = Piece<'_>> {
        self.face.lede.pieces().chain(self.rest.pieces())
    }

    /// Whether there is no text at all.
    pub fn is_empty(&self) -> bool {
        self.face.lede.is_empty() && self.rest.is_empty()
    }
}

impl Face {
    /// What stands before `<!-- more -->`, else the first paragraph.
    pub fn opening(&self) -> Opening {
        match &self.before_more {
            Some(blocks) => Opening::Blocks(blocks.clone()),
            None if self.lede.is_empty() => Opening::Blocks(Arc::default()),
            None => Opening::Lede(self.lede.clone()),
        }
    }
}

/// The beginning of a text, for lists.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Opening {
    /// The inside of its first paragraph, as the text has it.
    Lede(Arc<Prose>),
    /// Whole blocks.
    Blocks(Arc<Prose>),
}

/// Finished HTML in one run, with marks where something else stands or where a part is for one page alone.
///
/// Marks stand in order, at characters; what a damaged store may hold instead reads as less text, never as a panic.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Prose {
    html: Box<str>,
    marks: Vec<Mark>,
}

/// A mark in the HTML of a text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Mark {
    /// Where, in bytes of the HTML.
    pub at: u32,
    /// What stands there.
    pub what: What,
}

/// What a mark stands for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum What {
    /// So many bytes of HTML from here on are for the article's own page.
    Own(u32),
    /// The start of an internal link.
    LinkStart(Box<Link>),
    /// Its end.
    LinkEnd,
    /// A picture.
    Image(Box<Image>),
    /// A "Lire aussi" block.
    Related(Box<Related>),
}

/// A place in a text: what stands before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cut {
    /// So many bytes of HTML.
    pub html: u32,
    /// So many marks.
    pub marks: u32,
}

/// A part of a text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Piece<'p> {
    /// Finished HTML.
    Html(&'p str),
    /// Finished HTML for the article's own page and nowhere else: an id, since ids of two articles may be equal, or the
    /// mark beside a heading.
    Own(&'p str),
    /// The start of an internal link: `<a href="…">`.
    LinkStart(&'p Link),
    /// Its end: `</a>`.
    LinkEnd,
    /// A picture: `<img …>`.
    Image(&'p Image),
    /// A paragraph that is "Lire aussi :" and a link, alone.
    Related(&'p Related),
}

impl Prose {
    /// A text of HTML and marks.
    pub fn new(html: String, marks: Vec<Mark>) -> Prose {
        Prose { html: html.into(), marks }
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.html.is_empty() && self.marks.is_empty()
    }

    /// How many bytes of finished HTML it has.
    pub fn len(&self) -> usize {
        self.html.len()
    }

    /// All pieces in order.
    pub fn pieces(&self) -> impl Iterator<Item = Piece<'_>> {
        let mut done = 0;
        let marked = self.marks.iter().flat_map(move |mark| {
            let html = Piece::Html(self.html(done, mark.at()));
            done = mark.end();
            [html, self.piece(mark)]
        });
        let last = self.html(self.marks.last().map_or(0, Mark::end), self.html.len());
        marked.chain([Piece::Html(last)]).filter(|piece| *piece != Piece::Html(""))
    }

    fn piece<'p>(&'p self, mark: &'p Mark) -> Piece<'p> {
        match &mark.what {
            What::Own(_) => Piece::Own(self.html(mark.at(), mark.end())),
            What::LinkStart(link) => Piece::LinkStart(link),
            What::LinkEnd => Piece::LinkEnd,
            What::Image(image) => Piece::Image(image),
            What::Related(related) => Piece::Related(related),
        }
    }

    fn html(&self, start: usize, end: usize) -> &str {
        self.html.get(start..end).unwrap_or("")
    }

    /// A lede and what stands before a cut in the text after it, as blocks.
    pub fn before(lede: &Prose, rest: &Prose, cut: Cut) -> Prose {
        let rest_html = rest.html(0, cut.html as usize);
        let rest_marks = rest.marks.get(..cut.marks as usize).unwrap_or(&[]);
        let mut html = String::with_capacity("<p></p>\n".len() + lede.html.len() + rest_html.len());
        let mut marks = Vec::with_capacity(lede.marks.len() + rest_marks.len());
        if !lede.is_empty() {
            html.push_str("<p>");
            marks.extend(lede.marks.iter().map(|mark| mark.moved(html.len())));
            html.push_str(&lede.html);
            html.push_str("</p>\n");
        }
        marks.extend(rest_marks.iter().map(|mark| mark.moved(html.len())));
        html.push_str(rest_html);
        Prose::new(html, marks)
    }

    /// What a check may have something to say of.
    pub fn mentions(&self) -> impl Iterator<Item = Mention> {
        self.marks
            .iter()
            .filter_map(|mark| match &mark.what {
                What::LinkStart(link) => Some((Reference::Link, &link.target, link.label.as_ref()?)),
                What::Related(related) => Some((Reference::Link, &related.target, &related.label)),
                What::Image(image) if image.alt.trim().is_empty() => {
                    Some((Reference::SilentPicture, &image.target, &image.label))
                }
                What::Image(image) => Some((Reference::Picture, &image.target, &image.label)),
                What::Own(_) | What::LinkEnd => None,
            })
            // Nobody looks at what is elsewhere, but a picture has to say what it shows wherever it is.
            .filter(|(how, target, _)| *how == Reference::SilentPicture || target.kind != TargetKind::External)
            .map(|(how, target, label)| Mention { how, target: target.clone(), label: label.clone() })
    }
}

impl Mark {
    fn at(&self) -> usize {
        self.at as usize
    }

    /// The first byte of HTML that is not the mark's.
    fn end(&self) -> usize {
        match self.what {
            What::Own(length) => self.at() + length as usize,
            What::LinkStart(_) | What::LinkEnd | What::Image(_) | What::Related(_) => self.at(),
        }
    }

    fn moved(&self, by: usize) -> Mark {
        Mark { at: self.at.saturating_add(by as u32), what: self.what.clone() }
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
