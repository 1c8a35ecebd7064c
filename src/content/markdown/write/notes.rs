//! Footnotes: references in the text, the notes at its end, and the ways back.

use super::super::footnotes;
use super::super::out::Out;
use super::Writer;
use crate::content::document::What;
use std::fmt::Write as _;

impl Writer<'_, '_, '_> {
    /// A reference to a footnote.
    pub(super) fn reference(&mut self, label: &str) {
        let Some(reference) = self.footnotes.refer(label) else { return };
        self.out.html.push_str("<sup");
        self.out.id(&reference.id());
        self.out.html.push('>');
        let attributes = " class=\"footnote-ref\" role=\"doc-noteref\"".to_owned();
        let is_link = !self.in_link();
        if is_link {
            self.own_link(&footnotes::note_id(reference.number), attributes);
        }
        let _ = write!(self.out.html, "{}", reference.number);
        if is_link {
            self.out.mark(What::LinkEnd);
        }
        self.out.html.push_str("</sup>");
    }

    /// The footnotes that were referred to, at the end. A note may refer to others, which then come after it.
    pub(super) fn endnotes(&mut self, ids: &mut Vec<String>) {
        if self.footnotes.cited().is_empty() {
            return;
        }
        let main = std::mem::take(&mut self.out);
        self.said.in_notes = true;
        let mut notes: Vec<Out> = Vec::new();
        while let Some(cited) = self.footnotes.cited().get(notes.len()).cloned() {
            self.depth = 0;
            self.run(cited.events);
            notes.push(std::mem::take(&mut self.out));
        }
        self.out = main;
        let title = self.phrases.notes;
        self.out.block("");
        let _ =
            write!(self.out.html, "<section class=\"footnotes\" role=\"doc-endnotes\" aria-label=\"{title}\">\n<ol>\n");
        for (index, note) in notes.into_iter().enumerate() {
            let number = index + 1;
            let references = self.footnotes.cited().get(index).map_or(0, |cited| cited.references);
            let id = footnotes::note_id(number);
            self.out.html.push_str("<li");
            self.out.id(&id);
            self.out.html.push_str(">\n");
            ids.push(id);
            self.out.append(note);
            // The way back stands at the end of the last paragraph, if there is one.
            let in_paragraph = self.out.tail().ends_with("</p>\n");
            if in_paragraph {
                self.out.html.truncate(self.out.html.len() - "</p>\n".len());
            } else {
                self.out.block("<p>");
            }
            for nth in 1..=references {
                if in_paragraph || nth > 1 {
                    self.out.html.push(' ');
                }
                let reference = footnotes::Reference { number, nth };
                self.back(reference);
                ids.push(reference.id());
            }
            self.out.html.push_str("</p>\n</li>\n");
        }
        self.out.html.push_str("</ol>\n</section>\n");
    }

    fn back(&mut self, reference: footnotes::Reference) {
        let mut attributes = " class=\"footnote-back\" role=\"doc-backlink\" aria-label=\"".to_owned();
        let _ = write!(attributes, "{} {}", self.phrases.back, reference.number);
        if reference.nth > 1 {
            let _ = write!(attributes, "-{}", reference.nth);
        }
        attributes.push('"');
        self.own_link(&reference.id(), attributes);
        self.out.html.push('↩');
        if reference.nth > 1 {
            let _ = write!(self.out.html, "<sup>{}</sup>", reference.nth);
        }
        self.out.mark(What::LinkEnd);
    }
}
