//! A text while it is written: HTML with marks.
//!
//! Never looks at what the HTML says, except for its last line end.

use super::escape;
use crate::content::document::{Cut, Mark, Prose, What};

/// A text while it is written.
#[derive(Debug, Default)]
pub struct Out {
    /// All HTML so far.
    pub html: String,
    marks: Vec<Mark>,
    /// Where the HTML after the last mark begins.
    since: usize,
    /// Whether the last mark, when no HTML follows it, ends a line.
    at_line_start: bool,
}

impl Out {
    /// Nothing yet of a text that takes about so many bytes.
    pub fn with_capacity(bytes: usize) -> Out {
        Out { html: String::with_capacity(bytes), ..Out::default() }
    }

    /// Whether nothing was written.
    pub fn is_empty(&self) -> bool {
        self.html.is_empty() && self.marks.is_empty()
    }

    /// What was written so far.
    pub fn cut(&self) -> Cut {
        Cut { html: self.html.len() as u32, marks: self.marks.len() as u32 }
    }

    /// The HTML after the last mark.
    pub fn tail(&self) -> &str {
        &self.html[self.since..]
    }

    /// Appends HTML that begins a line.
    pub fn block(&mut self, html: &str) {
        let is_fresh = match self.tail().as_bytes().last() {
            Some(last) => *last == b'\n',
            None => self.marks.is_empty() || self.at_line_start,
        };
        if !is_fresh {
            self.html.push('\n');
        }
        self.html.push_str(html);
    }

    /// Appends what is not HTML yet.
    pub fn mark(&mut self, what: What) {
        self.since = self.html.len();
        self.marks.push(Mark { at: self.since as u32, what });
        self.at_line_start = false;
    }

    /// Appends what is not HTML yet and is a block.
    pub fn block_mark(&mut self, what: What) {
        self.block("");
        self.mark(what);
        self.at_line_start = true;
    }

    /// Takes the HTML from here on for that of the article's own page alone.
    pub fn own(&mut self, from: usize) {
        let length = (self.html.len() - from) as u32;
        self.marks.push(Mark { at: from as u32, what: What::Own(length) });
        self.since = self.html.len();
        self.at_line_start = false;
    }

    /// Appends an id inside a tag, for the article's own page.
    pub fn id(&mut self, id: &str) {
        let start = self.html.len();
        self.html.push_str(" id=\"");
        escape::attribute(&mut self.html, id);
        self.html.push('"');
        self.own(start);
    }

    /// Appends another text.
    pub fn append(&mut self, other: Out) {
        let start = self.html.len();
        self.html.push_str(&other.html);
        if !other.marks.is_empty() {
            self.since = start + other.since;
            self.at_line_start = false;
        }
        self.marks.extend(other.marks.into_iter().map(|mark| Mark { at: mark.at + start as u32, ..mark }));
    }

    /// Drops white space after the last mark.
    pub fn trim_end(&mut self) {
        let had_text = !self.tail().is_empty();
        self.html.truncate(self.since + self.tail().trim_end().len());
        if had_text && self.is_empty() {
            // A paragraph of nothing but white space is still a paragraph.
            self.own(0);
        }
    }

    /// The text.
    pub fn finish(mut self) -> Prose {
        self.marks.shrink_to_fit();
        Prose::new(self.html, self.marks)
    }
}
