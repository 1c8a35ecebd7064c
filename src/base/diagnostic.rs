//! The one error type of the core: what is wrong, where, and what to do.
//!
//! Collected, never thrown: a function that can go on returns `Checked`. Printing lives elsewhere (`cli::printer`).

use super::{Code, Label};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

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

    /// What is wrong, and on how many other pages it is.
    pub fn told(&self) -> Cow<'_, str> {
        match self.others {
            0 => Cow::Borrowed(&self.message),
            1 => Cow::Owned(format!("{} (and on 1 other page)", self.message)),
            others => Cow::Owned(format!("{} (and on {others} other pages)", self.message)),
        }
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
}

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
