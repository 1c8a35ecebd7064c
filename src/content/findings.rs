//! What is wrong with one file, gathered while it is read, and the labels that point into it.
//!
//! Never decides what a problem means for the site: severities belong to the codes. What is said once a file is
//! counted here and becomes a diagnostic at the end.

use crate::base::{Code, Diagnostic, Label, SourceText};
use std::cell::{Cell, OnceCell};
use std::collections::HashSet;
use std::ops::Range;

/// The problems of one file so far.
#[derive(Debug)]
pub struct Findings<'a> {
    source: &'a SourceText,
    /// Where lines begin, found when the first label is made: most files of a good site need few.
    line_starts: OnceCell<Vec<usize>>,
    /// The start of a line, a place in it, and how many characters are between.
    last_column: Cell<(usize, usize, usize)>,
    diagnostics: Vec<Diagnostic>,
    raw_html: Option<(Label, u32)>,
    directive: Option<(Label, String)>,
    languages: HashSet<String>,
}

impl<'a> Findings<'a> {
    /// Nothing wrong yet.
    pub fn new(source: &'a SourceText) -> Findings<'a> {
        Findings {
            source,
            line_starts: OnceCell::new(),
            last_column: Cell::new((0, 0, 0)),
            diagnostics: Vec::new(),
            raw_html: None,
            directive: None,
            languages: HashSet::new(),
        }
    }

    /// The file.
    pub fn source(&self) -> &'a SourceText {
        self.source
    }

    /// A label on a byte range of the file, without counting its lines again for each.
    pub fn label(&self, range: Range<usize>, note: impl Into<String>) -> Label {
        let text = self.source.as_str();
        let starts = self.line_starts.get_or_init(|| {
            let ends = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1);
            std::iter::once(0).chain(ends).collect()
        });
        let range = range.start.min(text.len())..range.end.min(text.len());
        let line = starts.partition_point(|start| *start <= range.start).max(1);
        let start = starts[line - 1];
        let end = starts.get(line).map_or(text.len(), |next| next - 1);
        let window = window(text, start..end, range.start);
        let part = SourceText::new(self.source.path().clone(), &text[window.clone()]);
        let inside = range.start - window.start..range.end.max(range.start) - window.start;
        let mut label = part.label(inside, note);
        if let Some(at) = &mut label.at {
            at.line = line as u32;
            at.column += self.columns_before(start, window.start) as u32;
        }
        label
    }

    /// How many characters stand between the start of a line and `at`; counted on from the last answer where possible,
    /// since labels are made in the order of the text.
    fn columns_before(&self, line_start: usize, at: usize) -> usize {
        if line_start == at {
            return 0;
        }
        let (from, before) = match self.last_column.get() {
            (line, from, before) if line == line_start && from <= at => (from, before),
            _ => (line_start, 0),
        };
        let columns = before + self.source.as_str()[from..at].chars().count();
        self.last_column.set((line_start, at, columns));
        columns
    }

    /// One more problem.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    /// Raw HTML that is shown as text: said once a file.
    pub fn raw_html(&mut self, range: Range<usize>) {
        match &mut self.raw_html {
            Some((_, count)) => *count += 1,
            None => self.raw_html = Some((self.label(range, "shown as text"), 1)),
        }
    }

    /// A `:::` fence that was dropped: said once a file.
    pub fn directive(&mut self, range: Range<usize>, name: &str) {
        if self.directive.is_none() {
            self.directive = Some((self.label(range, ""), name.to_owned()));
        }
    }

    /// A code language that is not known: said once a file and language.
    pub fn unknown_language(&mut self, range: Range<usize>, language: &str, help: Option<String>) {
        if !self.languages.insert(language.to_lowercase()) {
            return;
        }
        let label = self.label(range, "shown without colours");
        let help = help.unwrap_or_else(|| "write the name of a language, or `text`".to_owned());
        let message = format!("no language called `{language}`");
        self.push(Diagnostic::new(Code::UnknownLanguage, message).at(label).help(help));
    }

    /// Everything found, in the order of the file.
    pub fn finish(mut self) -> Vec<Diagnostic> {
        if let Some((label, count)) = self.raw_html.take() {
            let message = match count {
                1 => "raw HTML is shown as text".to_owned(),
                count => format!("raw HTML is shown as text, {count} times in this file"),
            };
            let help =
                "write Markdown, or let HTML through in the whole site: `[markdown] raw_html = \"allow\"` in site.toml";
            self.push(Diagnostic::new(Code::RawHtml, message).at(label).help(help));
        }
        if let Some((label, name)) = self.directive.take() {
            let message = format!("`:::{name}` is not known: its text is kept, the fence is dropped");
            let help = "remove the lines that begin with `:::`, or use a quotation `> [!NOTE]`";
            self.push(Diagnostic::new(Code::UnknownDirective, message).at(label).help(help));
        }
        Diagnostic::sort(&mut self.diagnostics);
        self.diagnostics
    }
}

/// Lines up to this length, in bytes, are shown to `SourceText` as they are.
const LONG_LINE: usize = 2_000;

/// The part of a line that a label at `at` can show: of a very long line, what is around it.
fn window(text: &str, line: Range<usize>, at: usize) -> Range<usize> {
    if line.len() <= LONG_LINE {
        return line;
    }
    let boundary = |mut at: usize| {
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        at
    };
    boundary(at.saturating_sub(LONG_LINE / 2).max(line.start))..boundary(at.saturating_add(LONG_LINE).min(line.end))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::SourcePath;

    #[test]
    fn labels_in_very_long_lines_are_those_of_the_source() {
        let text = format!("a\n{}\nb", "déjà vu ".repeat(2_000));
        let source = SourceText::new(SourcePath::new("a.md"), text.as_str());
        let findings = Findings::new(&source);
        for start in (0..text.len()).step_by(137).chain([500, 3, 0, text.len()]) {
            for length in [0, 5, 300, 30_000] {
                assert_eq!(
                    findings.label(start..start + length, ""),
                    source.label(start..start + length, ""),
                    "{start} {length}"
                );
            }
        }
    }

    #[test]
    fn labels_are_those_of_the_source() {
        let text = "un\ndéjà vu\n\nfin";
        let source = SourceText::new(SourcePath::new("a.md"), text);
        let findings = Findings::new(&source);
        for start in 0..=text.len() {
            for end in start..=text.len() {
                assert_eq!(findings.label(start..end, "x"), source.label(start..end, "x"), "{start}..{end}");
            }
        }
    }
}
