//! What one run has to make, making it, and what is learnt from it.
//!
//! Decides by questions and answers alone; which file somebody edited is not known here.

use super::differences::differences;
use super::files::Files;
use super::load;
use super::memory::{Learnt, Memory};
use super::report::{self, Changed, Explained, Why};
use super::{Request, Survey};
use crate::base::{Code, Diagnostic, Fingerprint, Label, OutputPath, SourcePath};
use crate::engine::{Change, Ledger, Reason, Refresh, Trace, Verdict, Wanted, refresh};
use crate::output::{Job, Renderer};
use crate::sink::{Previous, Stamp};
use crate::site::{Question, Snapshot};
use crate::theme::Theme;
use crate::world::{World, unreadable};
use rayon::prelude::*;
use std::collections::BTreeMap;

/// What one run has to make.
pub(super) struct Work<'a> {
    world: &'a dyn World,
    survey: &'a Survey,
    request: &'a Request,
    memory: &'a Memory,
    files: Files<'a>,
    verdicts: Vec<(Wanted<'a, Job>, Verdict<'a, Question, Job>)>,
    moment: Option<std::time::SystemTime>,
}

/// What came of it.
#[derive(Default)]
pub(super) struct Made {
    /// What is in every output that there is now: made, or kept.
    pub(super) stamps: BTreeMap<OutputPath, Stamp>,
    /// What those that were made asked.
    traces: BTreeMap<OutputPath, Trace<Job>>,
    ledger: Ledger<Question>,
    /// Warnings of all of them, and why some could not be made.
    pub(super) diagnostics: Vec<Diagnostic>,
}

/// An output that was made, or why it cannot be.
type Attempt = Result<Trace<Job>, Box<Diagnostic>>;

/// What is done with an output as soon as it is made.
pub(super) type Take<'a> = dyn Fn(&OutputPath, &Stamp, &[u8]) -> Result<(), Box<Diagnostic>> + Sync + 'a;

impl<'a> Work<'a> {
    /// Finds what must be made. Without `previous`, it does not matter what is in the output folder.
    pub(super) fn plan(
        world: &'a dyn World,
        survey: &'a Survey,
        memory: &'a Memory,
        previous: Option<&Previous>,
        request: &'a Request,
    ) -> Work<'a> {
        let copied: Vec<&SourcePath> =
            survey.plan.outputs().values().filter_map(|planned| file_of(&planned.job)).collect();
        let files = Files::look(world, &copied, &memory.files, request.paranoid);
        // Before any file is read: what is written to it later has a later stamp.
        let moment = previous.filter(|_| !request.dry_run && files.has_doubts()).and_then(|_| memory.moment());
        let outputs = survey.plan.outputs();
        let wanted: Vec<Wanted<'a, Job>> =
            outputs.iter().map(|(path, planned)| Wanted { path, job: &planned.job }).collect();
        let answer = |question: &Question| answer(question, survey, |path| files.fingerprint(path));
        let is_there = |path: &OutputPath, trace: &Trace<Job>| {
            let stamp = Stamp { fingerprint: trace.content, length: trace.length };
            previous.is_none_or(|previous| previous.files.get(path) == Some(&stamp))
        };
        let Refresh { verdicts, .. } = refresh(&memory.traces, &wanted, is_there, answer);
        let verdicts = wanted.into_iter().zip(verdicts).collect();
        Work { world, survey, request, memory, files, verdicts, moment }
    }

    /// Makes what must be made, on all cores. Only stamps are kept: the bytes go to `take` and are forgotten.
    pub(super) fn render(&self, take: &Take<'_>) -> Made {
        let Some(theme) = &self.survey.theme else { return Made::default() };
        let ledger = Ledger::new();
        self.request.progress.enter(1, self.verdicts.len());
        let mut made = Made::default();
        let mut traces: Vec<Option<Attempt>> = self.verdicts.iter().map(|_| None).collect();
        loop {
            self.attempt(theme, &ledger, take, &mut traces);
            let lost = self.memory.losses.take();
            made.diagnostics.extend(lost.iter().filter_map(|(path, key)| self.mend(path, *key)));
            if lost.is_empty() || !made.diagnostics.is_empty() {
                break;
            }
        }
        for ((Wanted { path, .. }, verdict), trace) in self.verdicts.iter().zip(traces) {
            match (verdict, trace) {
                (_, Some(Err(problem))) => made.diagnostics.push(*problem),
                (Verdict::Keep(trace), None) => made.note(path, trace),
                (_, Some(Ok(trace))) => {
                    made.note(path, &trace);
                    made.traces.insert((*path).clone(), trace);
                }
                (Verdict::Make(_), None) => {}
            }
        }
        made.ledger = ledger;
        made.diagnostics = report::folded(made.diagnostics);
        made
    }

    /// Makes what must be made and was not yet. An output that may lack a text that was lost does not count; what it may
    /// have left with the renderer goes with the renderer.
    fn attempt(&self, theme: &Theme, ledger: &Ledger<Question>, take: &Take<'_>, traces: &mut [Option<Attempt>]) {
        let snapshot = Snapshot::Site(self.survey.site.clone());
        let renderer = Renderer::new(snapshot, theme, &self.survey.options, self.world);
        let one = |Wanted { path, job }: &Wanted<'_, Job>| -> Option<Attempt> {
            let rendered = renderer.render(job);
            if self.memory.losses.is_any() {
                return None;
            }
            let taken = rendered.and_then(|rendered| {
                let stamp = Stamp::of(&rendered.bytes);
                take(path, &stamp, &rendered.bytes)?;
                Ok(Trace {
                    job: (*job).clone(),
                    reads: ledger.enter(rendered.reads),
                    content: stamp.fingerprint,
                    length: stamp.length,
                    diagnostics: rendered.diagnostics,
                })
            });
            Some(taken)
        };
        self.verdicts.par_iter().zip(traces).for_each(|((wanted, verdict), trace)| {
            self.request.progress.step();
            let is_wanted = matches!(verdict, Verdict::Make(_)) && trace.is_none();
            if is_wanted && !self.request.progress.is_stopped() {
                *trace = one(wanted);
            }
        });
    }

    /// Parses a text again that was lost on the shelf; what is to be said if it cannot be had any more.
    fn mend(&self, path: &SourcePath, key: Fingerprint) -> Option<Diagnostic> {
        match load::rest_again(self.world, self.survey.site.config(), path, key) {
            Ok(Some(rest)) => {
                self.memory.losses.mend(key, rest);
                None
            }
            Err(error) => Some(unreadable(path, &error)),
            Ok(None) => {
                let message =
                    format!("the text of `{path}` was lost, and its file has changed while the site was built");
                let problem = Diagnostic::new(Code::Unreadable, message).at(Label::file(path.clone(), ""));
                Some(problem.help("build again"))
            }
        }
    }

    /// Why each output that was made was made, when the run asks for it.
    pub(super) fn explained(&self) -> Vec<Explained> {
        if !self.request.explain {
            return Vec::new();
        }
        let why = |reason: &Reason<Question>| match reason {
            Reason::New => self.memory.lost().map_or(Why::New, Why::Forgotten),
            Reason::OtherJob => Why::OtherJob,
            Reason::Changed(changes) => Why::Changed(changes.iter().map(|change| self.told(change)).collect()),
            Reason::Absent => Why::Absent,
        };
        let explained = self.verdicts.iter().filter_map(|(Wanted { path, .. }, verdict)| match verdict {
            Verdict::Keep(_) => None,
            Verdict::Make(reason) => Some(Explained { path: (*path).clone(), why: why(reason) }),
        });
        explained.collect()
    }

    /// A change with what differs.
    fn told(&self, change: &Change<Question>) -> Changed {
        let differences = match &change.question {
            Question::Site(query) => self.memory.answer(change.from).and_then(|old| {
                let mut new = Vec::new();
                query.encode(&self.survey.site, &mut new);
                Some(differences(&query.shown(&old)?, &query.shown(&new)?))
            }),
            _ => None,
        };
        Changed { change: change.clone(), differences: differences.unwrap_or_default() }
    }

    /// What the next run may know.
    pub(super) fn learnt(self, made: Made) -> Learnt {
        let is_kept = |verdict: &Verdict<'_, Question, Job>| matches!(verdict, Verdict::Keep(_));
        let all_kept = self.verdicts.iter().all(|(_, verdict)| is_kept(verdict));
        let is_same = all_kept && self.verdicts.len() == self.memory.traces.outputs().len();
        let traces = (!is_same).then(|| {
            let kept = self.verdicts.iter().filter(|(_, verdict)| is_kept(verdict)).map(|(wanted, ..)| wanted.path);
            self.memory.traces.after(kept, made.traces, made.ledger)
        });
        let asked = |path: &SourcePath| {
            let question = Question::File(path.clone());
            traces.as_ref().unwrap_or(&self.memory.traces).answer(&question)
        };
        let measured = |path: &SourcePath| self.survey.site.pictures().get(path).copied();
        let files = self.files.learnt(asked, measured, self.moment);
        Learnt { traces, files }
    }
}

impl Made {
    /// How many outputs were made.
    pub(super) fn rendered(&self) -> usize {
        self.traces.len()
    }

    fn note(&mut self, path: &OutputPath, trace: &Trace<Job>) {
        self.stamps.insert(path.clone(), Stamp { fingerprint: trace.content, length: trace.length });
        self.diagnostics.extend(trace.diagnostics.iter().cloned());
    }
}

/// The file that a job copies or takes in.
fn file_of(job: &Job) -> Option<&SourcePath> {
    match job {
        Job::Copy(source) | Job::Redirects(Some(source)) => Some(source),
        _ => None,
    }
}

/// What the answer to a question is now.
pub(super) fn answer(question: &Question, survey: &Survey, file: impl Fn(&SourcePath) -> Fingerprint) -> Fingerprint {
    let theme = survey.theme.as_ref();
    let nothing = || Fingerprint::of(&());
    match question {
        Question::Site(query) => query.fingerprint(&survey.site),
        Question::Template(name) => theme.and_then(|theme| theme.closure(name)).unwrap_or_else(nothing),
        Question::Texts => theme.map_or_else(nothing, |theme| theme.texts()),
        Question::Options => Fingerprint::of(&survey.options),
        Question::App => theme.map_or_else(nothing, |theme| theme.app().1),
        Question::File(path) => file(path),
    }
}
