//! What the terminal says while a site is served: a line when it starts, one for each change, and problems once.

use super::args::{Format, Global};
use super::build::several;
use super::{printer, say, visible};
use crate::base::{Diagnostic, Severity};
use crate::content::Place;
use crate::pipeline::{Edition, Proof};
use crate::serve::{State, Witness};
use crate::watch::News;
use serde_json::json;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// How many files are named.
const NAMED: usize = 3;
/// How many problems are told at once.
const TOLD: usize = 20;

/// How it started.
pub(super) struct Started {
    /// How long it took.
    pub(super) took: Duration,
    /// The port that was taken, if another is used.
    pub(super) moved_from: Option<u16>,
}

/// Tells what happens.
pub(super) struct Bulletin {
    global: Global,
    url: String,
    root: PathBuf,
    state: Arc<State>,
    told: Mutex<Told>,
}

/// What was said.
#[derive(Default)]
struct Told {
    /// Problems that there are, as far as they were told.
    problems: BTreeSet<String>,
    /// Whether anything was wrong since the site was well.
    was_wrong: bool,
    /// What has changed, until it is known how many routes it has changed.
    pending: Option<String>,
    /// Whether something changed whose routes were not counted: the next count is of those too.
    is_behind: bool,
}

impl Bulletin {
    pub(super) fn new(global: &Global, url: &str, root: &Path, state: Arc<State>) -> Bulletin {
        let (global, url, root) = (global.clone(), url.to_owned(), root.to_owned());
        Bulletin { global, url, root, state, told: Mutex::default() }
    }

    /// The first line, and what is wrong so far.
    pub(super) fn start(&self, edition: &Edition, Started { took, moved_from }: &Started) {
        let counts = Counts::of(edition);
        match (self.global.format, self.global.quiet) {
            (Format::Json, _) => say::json(&json!({
                "serve": "started",
                "url": self.url,
                "root": self.root,
                "posts": counts.posts,
                "topics": counts.topics,
                "drafts": counts.drafts,
                "future": counts.future,
                "milliseconds": took.as_millis(),
            })),
            (Format::Text, true) => {}
            (Format::Text, false) => {
                if let Some(port) = moved_from {
                    say::talk(&format!("port {port} is taken, so the preview is at the next free one"));
                }
                let site = edition.site().map_or_else(|| "not readable yet".to_owned(), |_| counts.to_string());
                say::talk(&format!("{} · {site} · ready in {:.2} s", self.url, took.as_secs_f64()));
            }
        }
        let problems = edition.problems();
        self.tell(&problems);
    }

    /// Tells what has changed, without waiting for how many routes that is.
    fn tell_pending(&self) {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(pending) = told.pending.take() {
            told.is_behind = true;
            say::talk(&pending);
        }
    }

    /// Tells what has changed, and how many routes are others since the last time that this was told.
    fn tell_counted(&self, proof: &Proof) {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        let before = if std::mem::take(&mut told.is_behind) { ", with the changes before" } else { "" };
        if let Some(pending) = told.pending.take() {
            let (rendered, outputs) = (thousands(proof.rendered), several(proof.outputs, "route"));
            say::talk(&format!("{pending} · {rendered} of {outputs}{before}"));
        }
    }

    /// Tells problems that were not told yet; none is forgotten.
    fn tell(&self, problems: &[(Severity, Diagnostic)]) {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        told.was_wrong |= is_wrong(problems);
        let new: Vec<&(Severity, Diagnostic)> = problems
            .iter()
            .filter(|(severity, problem)| told.problems.insert(printer::json(problem, *severity)))
            .collect();
        drop(told);
        if !new.is_empty() {
            self.tell_pending();
        }
        let shown = match self.global.format {
            Format::Json => new.len(),
            Format::Text => new.len().min(TOLD),
        };
        say::diagnostics(new[..shown].iter().map(|(severity, problem)| (*severity, problem)), &self.global);
        if new.len() > shown {
            let all = self.url.splitn(4, '/').take(3).collect::<Vec<_>>().join("/");
            say::talk(&format!("and {} more: {all}/__manchette/", several(new.len() - shown, "problem")));
        }
    }
}

impl Witness for Bulletin {
    fn published(&self, edition: &Edition, news: &News, took: Duration) {
        let paths: Vec<&str> = news.paths.iter().map(|path| path.as_str()).collect();
        match (self.global.format, self.global.quiet) {
            (Format::Json, _) => say::json(&json!({
                "serve": "changed",
                "edition": edition.number(),
                "paths": paths,
                "milliseconds": took.as_secs_f64() * 1000.0,
            })),
            (Format::Text, true) => {}
            (Format::Text, false) => {
                let tabs = match self.state.listeners() {
                    0 => String::new(),
                    listeners => format!(" · {} told", several(listeners, "browser")),
                };
                self.tell_pending();
                let line = format!("{} · {}{tabs}", what_changed(&paths), duration(took));
                self.told.lock().unwrap_or_else(PoisonError::into_inner).pending = Some(line);
            }
        }
        let problems = edition.problems();
        self.tell(&problems);
    }

    fn proved(&self, edition: &Edition, proof: &Proof, _: Duration) {
        // What somebody changed meanwhile is read over next.
        if self.state.newest().edition.is_some_and(|newest| newest.number() != edition.number()) {
            return;
        }
        self.tell_counted(proof);
        self.tell(&proof.problems);
        let is_wrong = is_wrong(&proof.problems);
        let was_wrong = {
            let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
            // What is mended and breaks again is news again.
            told.problems =
                proof.problems.iter().map(|(severity, problem)| printer::json(problem, *severity)).collect();
            std::mem::replace(&mut told.was_wrong, is_wrong)
        };
        match self.global.format {
            Format::Json => say::json(&json!({
                "serve": "checked",
                "edition": edition.number(),
                "errors": count(proof, Severity::Error),
                "warnings": count(proof, Severity::Warning),
                "outputs": proof.outputs,
                "rendered": proof.rendered,
            })),
            Format::Text if was_wrong && !is_wrong && !self.global.quiet => say::talk("all is well again"),
            Format::Text => {}
        }
    }

    fn notice(&self, words: &str) {
        match self.global.format {
            Format::Json => say::json(&json!({ "serve": "notice", "message": words })),
            Format::Text => say::talk(words),
        }
    }
}

fn is_wrong(problems: &[(Severity, Diagnostic)]) -> bool {
    problems.iter().any(|(severity, _)| *severity != Severity::Note)
}

fn count(proof: &Proof, severity: Severity) -> usize {
    proof.problems.iter().filter(|(found, _)| *found == severity).map(|(_, problem)| problem.weight()).sum()
}

/// The files that changed, by name if they are few.
fn what_changed(paths: &[&str]) -> String {
    let named = match paths {
        [] => "the site has changed".to_owned(),
        paths if paths.len() <= NAMED => paths.join(", "),
        paths => several(paths.len(), "file"),
    };
    visible(&named).into_owned()
}

fn duration(took: Duration) -> String {
    match took.as_secs() {
        0 => format!("{} ms", took.as_millis()),
        _ => format!("{:.1} s", took.as_secs_f64()),
    }
}

/// How much there is.
#[derive(Default)]
struct Counts {
    posts: usize,
    topics: usize,
    drafts: usize,
    future: usize,
}

impl Counts {
    fn of(edition: &Edition) -> Counts {
        let Some(survey) = edition.survey() else { return Counts::default() };
        let mut counts = Counts { topics: survey.site.topics().len(), ..Counts::default() };
        for (article, ..) in survey.site.articles() {
            counts.posts += usize::from(article.place == Place::Post);
            counts.drafts += usize::from(article.front.draft);
            let is_to_come = article.front.date.is_some_and(|date| date.instant > survey.now);
            counts.future += usize::from(is_to_come && !article.front.draft);
        }
        counts
    }
}

impl std::fmt::Display for Counts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let noun =
            |number: usize, noun: &str| format!("{} {noun}{}", thousands(number), if number == 1 { "" } else { "s" });
        write!(f, "{}, {}", noun(self.posts, "post"), noun(self.topics, "topic"))?;
        match (self.drafts, self.future) {
            (0, 0) => Ok(()),
            (drafts, 0) => write!(f, " ({})", several(drafts, "draft")),
            (0, future) => write!(f, " ({future} future)"),
            (drafts, future) => write!(f, " ({}, {future} future)", several(drafts, "draft")),
        }
    }
}

/// A number as it is read: `10,000`.
fn thousands(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_files_are_named_and_many_counted() {
        assert_eq!(what_changed(&["content/a.md", "site.toml"]), "content/a.md, site.toml");
        assert_eq!(what_changed(&["a", "b", "c", "d"]), "4 files");
        assert_eq!(what_changed(&[]), "the site has changed");
        assert_eq!(what_changed(&["\u{1b}[31m"]), "␛[31m");
    }

    #[test]
    fn numbers_are_read_in_threes() {
        let texts = [0, 12, 999, 1000, 10_000, 1_234_567].map(thousands);
        assert_eq!(texts, ["0", "12", "999", "1,000", "10,000", "1,234,567"]);
    }
}
