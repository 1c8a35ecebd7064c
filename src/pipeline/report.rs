//! What a run found and did.

use super::differences::Difference;
use super::standing::Said;
use super::verify::Verified;
use super::{Lost, Survey};
use crate::base::{Diagnostic, OutputPath, Policy, Severity, SourcePath, When};
use crate::engine::Change;
use crate::output::Job;
use crate::sink::Published;
use crate::site::{Hidden, Question, Site};
use serde::{Deserialize, Serialize};
use std::io;

/// What a run found and did.
#[derive(Debug)]
pub struct Report {
    /// Problems in the order in which they are shown, with what the policy makes of them.
    pub diagnostics: Vec<(Severity, Diagnostic)>,
    /// What the site has.
    pub counts: Counts,
    /// Articles that are not published, and why.
    pub hidden: Vec<(SourcePath, Hidden)>,
    /// Articles with updates or corrections that are not published yet, and when the next of them is.
    pub held: Vec<(SourcePath, When)>,
    /// How much of the site was looked at.
    pub way: Way,
    /// What was written, when something was to be.
    pub published: Option<Published>,
    /// What would have been written, when that was all that was asked for.
    pub would: Option<Would>,
    /// Why outputs were made, when that was asked for, by path.
    pub explained: Vec<Explained>,
    /// Why nothing was remembered of earlier builds.
    pub lost: Option<Lost>,
    /// Why the next build will know nothing of this one.
    pub forgetful: Option<String>,
    /// What several builds gave alike, when that was asked for.
    pub verified: Option<Verified>,
}

/// How much of a site a run looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Nothing had changed.
    Stood,
    /// Texts alone had changed: only what shows them was looked at.
    Amended,
    /// The site was assembled.
    Assembled,
}

/// What publishing would do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Would {
    /// Files that are new or others.
    pub written: Vec<OutputPath>,
    /// Files that are no longer part of the site.
    pub removed: Vec<OutputPath>,
}

/// Why an output was made.
#[derive(Clone, Debug, PartialEq)]
pub struct Explained {
    /// The output.
    pub path: OutputPath,
    /// Why.
    pub why: Why,
}

/// Why an output was made.
#[derive(Clone, Debug, PartialEq)]
pub enum Why {
    /// No build has made it before.
    New,
    /// Nothing is remembered of earlier builds.
    Forgotten(Lost),
    /// Something else was made at its path.
    OtherJob,
    /// What it asks has other answers.
    Changed(Vec<Changed>),
    /// What was made is gone from the output folder, or somebody changed it.
    Absent,
}

/// A question with another answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Changed {
    /// The question, with the fingerprints of both answers.
    pub change: Change<Question>,
    /// How they differ, as far as the old one is kept.
    pub differences: Vec<Difference>,
}

/// What a site has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Posts.
    pub posts: usize,
    /// Pages of every kind.
    pub pages: usize,
    /// Feeds.
    pub feeds: usize,
    /// Files copied.
    pub files: usize,
    /// Topics.
    pub topics: usize,
    /// Sources.
    pub sources: usize,
}

impl Report {
    /// A run that could not even read site.toml.
    pub(super) fn failed(diagnostics: Vec<Diagnostic>, policy: &Policy) -> Report {
        Report {
            diagnostics: judged(diagnostics, policy),
            counts: Counts::default(),
            hidden: Vec::new(),
            held: Vec::new(),
            way: Way::Assembled,
            published: None,
            would: None,
            explained: Vec::new(),
            lost: None,
            forgetful: None,
            verified: None,
        }
    }

    pub(super) fn new(survey: &Survey, diagnostics: Vec<Diagnostic>) -> Report {
        Report {
            diagnostics: judged(diagnostics, &survey.policy),
            counts: counts(survey),
            hidden: hidden(&survey.site),
            held: held(&survey.site),
            way: Way::Assembled,
            published: None,
            would: None,
            explained: Vec::new(),
            lost: None,
            forgetful: None,
            verified: None,
        }
    }

    /// What a build that has nothing to do says.
    pub(super) fn again(said: &Said, policy: &Policy) -> Report {
        let report = Report::failed(said.diagnostics.clone(), policy);
        Report { counts: said.counts, hidden: said.hidden.clone(), held: said.held.clone(), way: Way::Stood, ..report }
    }

    pub(super) fn amended(self) -> Report {
        Report { way: Way::Amended, ..self }
    }

    pub(super) fn would(self, would: Would) -> Report {
        Report { would: Some(would), ..self }
    }

    pub(super) fn explained(self, explained: Vec<Explained>, lost: Option<Lost>) -> Report {
        Report { explained, lost, ..self }
    }

    pub(super) fn forgetting(self, error: Option<io::Error>) -> Report {
        Report { forgetful: error.map(|error| error.to_string()), ..self }
    }

    pub(super) fn published(self, published: Published) -> Report {
        Report { published: Some(published), ..self }
    }

    pub(super) fn with(mut self, problem: Diagnostic, policy: &Policy) -> Report {
        self.diagnostics.extend(judged(vec![problem], policy));
        self
    }

    /// How many problems are that bad.
    pub fn count(&self, severity: Severity) -> usize {
        self.diagnostics.iter().filter(|(of, _)| *of == severity).map(|(_, problem)| problem.weight()).sum()
    }

    /// Whether the run failed.
    pub fn has_errors(&self) -> bool {
        self.count(Severity::Error) > 0
    }
}

/// What a build says besides what it wrote.
pub(super) fn said(survey: &Survey, diagnostics: &[Diagnostic], outputs: usize) -> Said {
    let (hidden, held) = (hidden(&survey.site), held(&survey.site));
    Said { diagnostics: diagnostics.to_vec(), counts: counts(survey), hidden, held, outputs }
}

fn hidden(site: &Site) -> Vec<(SourcePath, Hidden)> {
    site.hidden().iter().map(|(path, why)| (path.clone(), *why)).collect()
}

fn held(site: &Site) -> Vec<(SourcePath, When)> {
    site.held().map(|(path, when)| (path.clone(), when)).collect()
}

/// Sorted, each once, no kind too often, with what the policy makes of them; what it silences is gone.
pub(super) fn judged(mut diagnostics: Vec<Diagnostic>, policy: &Policy) -> Vec<(Severity, Diagnostic)> {
    Diagnostic::sort(&mut diagnostics);
    Diagnostic::bound(&mut diagnostics);
    diagnostics.into_iter().filter_map(|problem| Some((policy.severity(problem.code())?, problem))).collect()
}

/// Whether the policy makes an error of any of them.
pub(super) fn has_errors(diagnostics: &[Diagnostic], policy: &Policy) -> bool {
    diagnostics.iter().any(|problem| policy.severity(problem.code()) == Some(Severity::Error))
}

/// One template that fails on a thousand pages is one problem: the first page is named, the others are counted.
pub(super) fn folded(mut diagnostics: Vec<Diagnostic>) -> Vec<Diagnostic> {
    Diagnostic::sort(&mut diagnostics);
    let mut folded: Vec<Diagnostic> = Vec::new();
    for problem in diagnostics {
        match folded.last_mut() {
            Some(first)
                if first.code() == problem.code()
                    && first.message() == problem.message()
                    && first.primary() == problem.primary() =>
            {
                first.count(&problem);
            }
            _ => folded.push(problem),
        }
    }
    folded
}

pub(super) fn counts(survey: &Survey) -> Counts {
    let mut counts = Counts {
        posts: survey.site.posts().len(),
        topics: survey.site.topics().len(),
        sources: survey.site.sources().len(),
        ..Counts::default()
    };
    for planned in survey.plan.outputs().values() {
        match planned.job {
            Job::Home(_)
            | Job::Post(_)
            | Job::Page(_)
            | Job::Topic(..)
            | Job::Topics
            | Job::Source(..)
            | Job::Sources
            | Job::Archive(_)
            | Job::NotFound => counts.pages += 1,
            Job::Feed(..) => counts.feeds += 1,
            Job::Copy(_) => counts.files += 1,
            Job::Sitemap
            | Job::SitemapPart(_)
            | Job::NewsSitemap
            | Job::Robots
            | Job::Alias(_)
            | Job::Redirects(_)
            | Job::NoJekyll
            | Job::WebManifest => {}
        }
    }
    counts
}
