//! What is wrong with one file, gathered while it is read, and the labels that point into it.
//!
//! Never decides what a problem means for the site: severities belong to the codes. What is said once a file is
//! counted here and becomes a diagnostic at the end.

use crate::base::{Code, Diagnostic, Label, SourceText};
use std::cell::OnceCell;
use std::collections::HashSet;
use std::ops::Range;

/// The problems of one file so far.
#[derive(Debug)]
pub struct Findings<'a> {
    source: &'a SourceText,
    /// Where lines begin, found when the first label is made: most files of a good site need few.
    line_starts: OnceCell<Vec<usize>>,
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
        let line = starts.partition_point(|start| *start <= range.start.min(text.len())).max(1);
        let start = starts[line - 1];
        let end = starts.get(line).map_or(text.len(), |next| next - 1);
        let one_line = SourceText::new(self.source.path().clone(), &text[start..end]);
        let mut label = one_line.label(range.start - start..range.end.max(range.start) - start, note);
        if let Some(at) = &mut label.at {
            at.line = line as u32;
        }
        label
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::SourcePath;

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
