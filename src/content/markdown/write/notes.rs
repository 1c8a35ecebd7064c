//! Footnotes: references in the text, the notes at its end, and the ways back.

use super::super::footnotes::{self, Fate};
use super::super::out::Out;
use super::Writer;
use crate::base::{Code, Diagnostic, Label};
use crate::content::document::What;
use std::collections::HashMap;
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

    /// Tells of definitions that are shown nowhere: nothing refers to them, or another one has their label.
    pub(super) fn tell_lost_notes(&mut self) {
        if self.footnotes.fates().all(|(_, fate)| fate == Fate::Shown) {
            return;
        }
        // Each label is made once and in the order of the text, since going back in a long text takes time.
        let mut labels: HashMap<usize, Label> = HashMap::new();
        for (at, fate) in self.footnotes.fates() {
            let start = self.events.get(at).map_or(0, |(_, range)| range.start);
            let rest = self.text.get(start..).unwrap_or("");
            let written = rest.get(..rest.find("]:").map_or(0, |end| end + 1)).unwrap_or("");
            let place = self.setting.origin.place(start..start + written.len());
            let label = self.findings.label(place, "");
            let problem = match fate {
                Fate::Shown => None,
                Fate::Unasked => {
                    let problem = Diagnostic::new(
                        Code::LostFootnote,
                        format!("nothing refers to the footnote `{written}`, so no page shows it"),
                    );
                    Some(problem.help(format!("write `{written}` where the text needs it, or delete the footnote")))
                }
                Fate::Second(first) => {
                    let problem = Diagnostic::new(
                        Code::LostFootnote,
                        format!("the footnote `{written}` is defined twice, and this one is shown nowhere"),
                    );
                    let first = labels.get(&first).map(|label| label.noting("this one counts"));
                    let problem = first.into_iter().fold(problem, Diagnostic::related);
                    Some(problem.help("give it a name of its own, there and where the text refers to it, or delete it"))
                }
            };
            if let Some(problem) = problem {
                self.findings.push(problem.at(label.clone()));
            }
            labels.insert(at, label);
        }
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
