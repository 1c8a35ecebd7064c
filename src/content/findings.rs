//! What is wrong with one file, gathered while it is read, and the labels that point into it.
//!
//! Never decides what a problem means for the site: severities belong to the codes. What is said once a file is
//! counted here and becomes a diagnostic at the end.

use crate::base::source::{Line, window};
use crate::base::{Code, Diagnostic, Label, SourceText};
use memchr::{memchr, memchr_iter, memrchr};
use std::cell::{Cell, RefCell};
use std::collections::HashSet;
use std::ops::Range;
use std::sync::Arc;

/// A line that a label was made on.
#[derive(Debug)]
struct LastLine {
    /// Which line, from 1.
    number: u32,
    /// Where it begins, in bytes.
    start: usize,
    /// Up to where it is known to go on.
    seen: usize,
    /// Where it ends, if that was looked for.
    end: Option<usize>,
    /// Its text, if a label needed the whole of it.
    shown: Option<Arc<str>>,
}

/// The problems of one file so far.
#[derive(Debug)]
pub struct Findings<'a> {
    source: &'a SourceText,
    /// The line of the last label: the next one is most often on the same line or below.
    last_line: RefCell<LastLine>,
    /// The start of a line, a place in it, and how many characters are between.
    last_column: Cell<(usize, usize, usize)>,
    diagnostics: Vec<Diagnostic>,
    raw_html: Option<(Label, bool, u32)>,
    removed_html: Option<(Label, String, u32)>,
    directive: Option<(Label, String)>,
    languages: HashSet<String>,
}

impl<'a> Findings<'a> {
    /// Nothing wrong yet.
    pub fn new(source: &'a SourceText) -> Findings<'a> {
        Findings {
            source,
            last_line: RefCell::new(LastLine::first()),
            last_column: Cell::new((0, 0, 0)),
            diagnostics: Vec::new(),
            raw_html: None,
            removed_html: None,
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
        let range = range.start.min(text.len())..range.end.min(text.len());
        let mut last = self.last_line.borrow_mut();
        last.move_to(text, range.start);
        let (number, start) = (last.number, last.start);
        let end = last.end(text, range.start);
        let window = window(text, start..end, range.start);
        let is_whole = window == (start..end);
        let shown = last.shown.clone().filter(|_| is_whole);
        let line = Line { number, text: &text[window.clone()], shown };
        let inside = text.floor_char_boundary(range.start)..text.floor_char_boundary(range.end.max(range.start));
        let mut label = line.label(self.source.path(), inside.start - window.start..inside.end - window.start, note);
        if let Some(at) = &mut label.at {
            at.column += self.columns_before(start, window.start) as u32;
            if is_whole && at.text.len() == end - start {
                last.shown = Some(at.text.clone());
            }
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
        if self.diagnostics.len() > MANY {
            self.settle();
        }
    }

    /// Sorts what was found, and counts what is too much to be told.
    fn settle(&mut self) {
        Diagnostic::sort(&mut self.diagnostics);
        Diagnostic::bound(&mut self.diagnostics);
    }

    /// Raw HTML that is shown as text, or that the site refuses: said once a file.
    pub fn raw_html(&mut self, range: Range<usize>, is_refused: bool) {
        match &mut self.raw_html {
            Some((.., count)) => *count += 1,
            None => {
                let note = if is_refused { "" } else { "shown as text" };
                self.raw_html = Some((self.label(range, note), is_refused, 1));
            }
        }
    }

    /// Raw HTML that was dropped: said once a file.
    pub fn removed_html(&mut self, range: Range<usize>, what: &str) {
        match &mut self.removed_html {
            Some((.., count)) => *count += 1,
            None => self.removed_html = Some((self.label(range, ""), what.to_owned(), 1)),
        }
    }

    /// A `:::` fence that was dropped: said once a file.
    pub fn directive(&mut self, range: Range<usize>, name: &str) {
        if self.directive.is_none() {
            self.directive = Some((self.label(range, ""), name.to_owned()));
        }
    }

    /// A code language that is not known: said once a file and language.
    ///
    /// `suggest` finds the language that was meant. That is dear, and past a few nobody reads it.
    pub fn unknown_language(
        &mut self,
        range: Range<usize>,
        language: &str,
        suggest: impl FnOnce(&str) -> Option<String>,
    ) {
        if !self.languages.insert(language.to_lowercase()) {
            return;
        }
        let label = self.label(range, "shown without colours");
        let help = if self.languages.len() <= SUGGESTED_LANGUAGES { suggest(language) } else { None };
        let help = help.unwrap_or_else(|| "write the name of a language, or `text`".to_owned());
        let message = format!("no language called `{language}`");
        self.push(Diagnostic::new(Code::UnknownLanguage, message).at(label).help(help));
    }

    /// Everything found, in the order of the file.
    pub fn finish(mut self) -> Vec<Diagnostic> {
        if let Some((label, is_refused, count)) = self.raw_html.take() {
            let what =
                if is_refused { "raw HTML is refused by `raw_html = \"error\"`" } else { "raw HTML is shown as text" };
            let message = match count {
                1 => what.to_owned(),
                count => format!("{what}, {count} times in this file"),
            };
            let help = match is_refused {
                true => {
                    "write Markdown, or let HTML through in the whole site: `\"allow\"`, or `\"sanitize\"` for what is harmless of it, instead of `\"error\"` in site.toml"
                }
                false => {
                    "write Markdown, or let HTML through in the whole site: `[markdown] raw_html = \"allow\"` in site.toml"
                }
            };
            self.push(Diagnostic::new(Code::RawHtml, message).at(label).help(help));
        }
        if let Some((label, what, count)) = self.removed_html.take() {
            let message = match count {
                1 => format!("{what} is not allowed in raw HTML and was removed"),
                count => {
                    format!("{what} is not allowed in raw HTML and was removed, with {} more in this file", count - 1)
                }
            };
            let help = "write Markdown, or what is allowed; `[markdown] raw_html = \"allow\"` trusts every author";
            self.push(Diagnostic::new(Code::RemovedHtml, message).at(label).help(help));
        }
        if let Some((label, name)) = self.directive.take() {
            let message = format!("`:::{name}` is not known: its text is kept, the fence is dropped");
            let help = "remove the lines that begin with `:::`, or use a quotation `> [!NOTE]`";
            self.push(Diagnostic::new(Code::UnknownDirective, message).at(label).help(help));
        }
        self.settle();
        self.diagnostics
    }
}

impl LastLine {
    fn first() -> LastLine {
        LastLine { number: 1, start: 0, seen: 0, end: None, shown: None }
    }

    /// Goes to the line that holds a byte. No byte is looked at twice while the bytes asked for go forward: a line may be
    /// as long as a file, and have as many labels as words.
    fn move_to(&mut self, text: &str, at: usize) {
        if at < self.start {
            *self = LastLine::first();
        }
        if at <= self.seen {
            return;
        }
        let between = &text.as_bytes()[self.seen..at];
        let lines = memchr_iter(b'\n', between).count();
        if let Some(end) = memrchr(b'\n', between) {
            let start = self.seen + end + 1;
            *self = LastLine { number: self.number + lines as u32, start, seen: start, end: None, shown: None };
        }
        self.seen = at;
    }

    /// Where the line ends that holds a byte.
    fn end(&mut self, text: &str, at: usize) -> usize {
        *self.end.get_or_insert_with(|| memchr(b'\n', &text.as_bytes()[at..]).map_or(text.len(), |length| at + length))
    }
}

/// After how many findings those that are too many are only counted, so that they take no memory. More than all kinds
/// together may have that are told.
const MANY: usize = 50_000;

/// How many unknown languages of a file get a suggestion.
const SUGGESTED_LANGUAGES: usize = 20;

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
