//! The one error type of the core: what is wrong, where, and what to do.
//!
//! Collected, never thrown: a function that can go on returns `Checked`. Printing lives elsewhere (`cli::printer`).

use super::{Code, Label, SourcePath};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::HashMap;

/// How bad it is. Belongs to the code; `--strict`, `--deny` and `--allow` may change it for a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The site cannot be published.
    Error,
    /// Something is probably not as meant.
    Warning,
    /// Worth knowing.
    Note,
}

/// One problem.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Diagnostic {
    code: Code,
    message: String,
    /// On how many more pages it was found.
    others: usize,
    /// How many more of its kind its file has, that are counted and not told.
    untold: usize,
    primary: Option<Label>,
    related: Vec<Label>,
    help: Option<String>,
    fix: Option<Edit>,
}

/// A replacement that would mend the primary label's text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edit {
    /// What to write instead of the labelled text.
    pub replacement: String,
}

impl Diagnostic {
    /// A problem without a place yet; the message is lower case, without a final period.
    pub fn new(code: Code, message: impl Into<String>) -> Diagnostic {
        Diagnostic {
            code,
            message: message.into(),
            others: 0,
            untold: 0,
            primary: None,
            related: Vec::new(),
            help: None,
            fix: None,
        }
    }

    /// The same problem, at a place.
    #[must_use]
    pub fn at(self, label: Label) -> Diagnostic {
        Diagnostic { primary: Some(label), ..self }
    }

    /// The same problem, at a place if there is one.
    #[must_use]
    pub fn at_any(self, label: Option<Label>) -> Diagnostic {
        match label {
            Some(label) => self.at(label),
            None => self,
        }
    }

    /// The same problem, with another place that matters.
    #[must_use]
    pub fn related(mut self, label: Label) -> Diagnostic {
        self.related.push(label);
        self
    }

    /// The same problem, with a remedy, in the imperative.
    #[must_use]
    pub fn help(self, help: impl Into<String>) -> Diagnostic {
        Diagnostic { help: Some(help.into()), ..self }
    }

    /// The same problem, with a remedy if there is one.
    #[must_use]
    pub fn help_any(self, help: Option<String>) -> Diagnostic {
        match help {
            Some(help) => self.help(help),
            None => self,
        }
    }

    /// The same problem, with the text to put in place of the labelled one.
    #[must_use]
    pub fn fix(self, replacement: impl Into<String>) -> Diagnostic {
        Diagnostic { fix: Some(Edit { replacement: replacement.into() }), ..self }
    }

    /// Counts one that is the same, on another page.
    pub fn count(&mut self, same: &Diagnostic) {
        self.others += 1 + same.others;
    }

    /// The same problem, without the other places.
    #[must_use]
    pub fn alone(self) -> Diagnostic {
        Diagnostic { related: Vec::new(), ..self }
    }

    /// Which kind of problem.
    pub fn code(&self) -> Code {
        self.code
    }

    /// What is wrong.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// What is wrong, on how many other pages it is, and how many more of its kind are not told.
    pub fn told(&self) -> Cow<'_, str> {
        let mut told = Cow::Borrowed(&*self.message);
        match self.others {
            0 => {}
            1 => told.to_mut().push_str(" (and on 1 other page)"),
            others => told.to_mut().push_str(&format!(" (and on {others} other pages)")),
        }
        if self.untold > 0 {
            told.to_mut().push_str(&format!(" (and {} more of this kind in this file)", self.untold));
        }
        told
    }

    /// How many problems this stands for: itself, and those of its kind that are not told.
    pub fn weight(&self) -> usize {
        1 + self.untold
    }

    /// Where, if anywhere.
    pub fn primary(&self) -> Option<&Label> {
        self.primary.as_ref()
    }

    /// Other places that matter.
    pub fn related_labels(&self) -> &[Label] {
        &self.related
    }

    /// What to do.
    pub fn help_text(&self) -> Option<&str> {
        self.help.as_deref()
    }

    /// The replacement that would mend it.
    pub fn edit(&self) -> Option<&Edit> {
        self.fix.as_ref()
    }

    /// The order in which problems are shown: by file, position, code, text; those without a place first.
    pub fn sort(diagnostics: &mut Vec<Diagnostic>) {
        diagnostics.sort_by(|a, b| {
            let place = |d: &Diagnostic| {
                d.primary.as_ref().map(|label| (label.path.clone(), label.at.as_ref().map(|at| (at.line, at.column))))
            };
            place(a).cmp(&place(b)).then(a.code.name().cmp(b.code.name())).then(a.message.cmp(&b.message))
        });
        diagnostics.dedup();
    }

    /// Keeps of each kind of problem in each file the first `MOST_TOLD`, and counts the others at the last of them: a text
    /// that is one long mistake has hundreds of thousands. They are sorted already.
    pub fn bound(diagnostics: &mut Vec<Diagnostic>) {
        if diagnostics.len() <= MOST_TOLD {
            return;
        }
        // How many of a kind a file has, which of the kept is the last, and how many more there are.
        let mut kinds: HashMap<(Code, Option<SourcePath>), (usize, usize, usize)> = HashMap::new();
        let mut kept = 0;
        diagnostics.retain(|problem| {
            let path = problem.primary.as_ref().map(|label| label.path.clone());
            let (count, last, more) = kinds.entry((problem.code, path)).or_default();
            let is_told = *count < MOST_TOLD;
            if is_told {
                (*count, *last) = (*count + 1, kept);
                kept += 1;
            } else {
                *more += problem.weight();
            }
            is_told
        });
        for (_, last, more) in kinds.into_values() {
            diagnostics[last].untold += more;
        }
    }
}

/// How many problems of one kind are told of one file. Nobody mends more in one go, and each takes a kilobyte and some time.
const MOST_TOLD: usize = 500;

/// A value that is usable, perhaps, though something was wrong.
#[derive(Clone, Debug)]
pub struct Checked<T> {
    /// Absent when nothing usable came out.
    pub value: Option<T>,
    /// All that was wrong, in the order found.
    pub diagnostics: Vec<Diagnostic>,
}

impl<T> Checked<T> {
    /// A value and what was wrong on the way.
    pub fn new(value: T, diagnostics: Vec<Diagnostic>) -> Checked<T> {
        Checked { value: Some(value), diagnostics }
    }

    /// Nothing usable.
    pub fn failed(diagnostics: Vec<Diagnostic>) -> Checked<T> {
        Checked { value: None, diagnostics }
    }

    /// Moves the problems to `into` and gives the value.
    pub fn unpack(self, into: &mut Vec<Diagnostic>) -> Option<T> {
        into.extend(self.diagnostics);
        self.value
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::SourceText;

    fn found(path: &str, code: Code, count: usize) -> Vec<Diagnostic> {
        let source = SourceText::new(SourcePath::new(path), "a\n".repeat(count));
        (0..count).map(|line| Diagnostic::new(code, "a").at(source.label(2 * line..2 * line + 1, ""))).collect()
    }

    fn weight(diagnostics: &[Diagnostic]) -> usize {
        diagnostics.iter().map(Diagnostic::weight).sum()
    }

    #[test]
    fn p18_of_one_kind_in_one_file_the_first_are_told_and_the_others_counted() {
        let mut all = found("a.md", Code::UndefinedReference, MOST_TOLD + 3);
        all.extend(found("a.md", Code::LostLink, MOST_TOLD));
        all.extend(found("b.md", Code::UndefinedReference, 1));
        Diagnostic::sort(&mut all);
        Diagnostic::bound(&mut all);
        assert_eq!((all.len(), weight(&all)), (2 * MOST_TOLD + 1, 2 * MOST_TOLD + 4));
        let last = all.iter().find(|problem| problem.weight() > 1).unwrap();
        assert_eq!(last.told(), "a (and 3 more of this kind in this file)");
        assert_eq!(last.primary().unwrap().at.as_ref().unwrap().line as usize, MOST_TOLD);
        // Once more, with one that comes from elsewhere and stands before them.
        all.insert(0, found("a.md", Code::UndefinedReference, 1).remove(0).help("b"));
        Diagnostic::bound(&mut all);
        assert_eq!((all.len(), weight(&all)), (2 * MOST_TOLD + 1, 2 * MOST_TOLD + 5));
        let said: Vec<_> = all.iter().filter(|problem| problem.weight() > 1).map(|problem| problem.told()).collect();
        assert_eq!(said, ["a (and 4 more of this kind in this file)"]);
    }
}
