//! Reading a whole edition over: every check, every output, and whether the world is still as it was read.
//!
//! Takes its time on one core, and gives way when there is another edition. What it renders is thrown away: it wants to know
//! what is wrong, and remembers what every output asked, so that the next proof makes again what changed alone.

use super::super::memory::{KnownFile, Memory};
use super::super::work::Work;
use super::super::{Progress, Request, STACK};
use super::Edition;
use crate::base::{Diagnostic, Severity, SourcePath};
use crate::check::{self, Depth, Directory, Subject};
use crate::pictures::Measured;
use crate::site::Question;
use std::sync::Arc;

/// Reads editions over.
pub struct Proofreader {
    memory: Memory,
    request: Request,
    threads: Option<rayon::ThreadPool>,
}

/// What came of it.
#[derive(Debug)]
pub struct Proof {
    /// The edition.
    pub number: u64,
    /// All that is wrong with it, sorted, with what the policy makes of it.
    pub problems: Vec<(Severity, Diagnostic)>,
    /// How many outputs were made.
    pub rendered: usize,
    /// How many there are.
    pub outputs: usize,
    /// Texts and folders that are not as they were when the edition was made: nobody said so.
    pub apart: Vec<SourcePath>,
}

impl Proofreader {
    /// Takes what is remembered of outputs.
    pub(super) fn new(memory: &mut Memory, request: Request) -> Proofreader {
        let traces = std::mem::take(&mut memory.traces);
        let memory = Memory { traces, files: memory.files.clone(), losses: memory.losses.clone(), ..Memory::default() };
        let threads = rayon::ThreadPoolBuilder::new()
            .num_threads(1)
            .stack_size(STACK)
            .thread_name(|_| "proof".to_owned())
            .build();
        Proofreader { memory, request, threads: threads.ok() }
    }

    /// Reads an edition over; nothing when it was stopped.
    pub fn read(&mut self, edition: &Edition, progress: &Arc<Progress>) -> Option<Proof> {
        let request = Request { progress: progress.clone(), ..self.request.clone() };
        let memory = &mut self.memory;
        match &self.threads {
            Some(threads) => threads.install(|| read(memory, edition, &request)),
            None => read(memory, edition, &request),
        }
    }
}

fn read(memory: &mut Memory, edition: &Edition, request: &Request) -> Option<Proof> {
    let is_stopped = || request.progress.is_stopped();
    let apart = edition.apart(&is_stopped);
    let mut found = edition.found.to_vec();
    let Some(survey) = edition.survey() else {
        let problems = edition.judged(found);
        return (!is_stopped()).then_some(Proof { number: edition.number(), problems, rendered: 0, outputs: 0, apart });
    };
    if is_stopped() {
        return None;
    }
    let directory = Directory::new(&survey.site);
    let subject = Subject { site: &survey.site, plan: &survey.plan, theme: survey.theme.as_deref(), directory };
    found.extend(check::run(&subject, Depth::Build));
    if is_stopped() {
        return None;
    }
    let work = Work::plan(edition.world(), survey, memory, None, request);
    let made = work.render(&|_, _, _| Ok(()));
    if is_stopped() {
        return None;
    }
    found.extend(made.diagnostics.iter().cloned());
    let rendered = made.rendered();
    let learnt = work.learnt(made);
    if let Some(traces) = learnt.traces {
        memory.traces = traces;
    }
    // Files that are copied: what the last proof read of them is all that is known.
    let is_other = |(path, file): &(&SourcePath, &KnownFile)| {
        memory.files.get(*path).is_some_and(|known| known.fingerprint != file.fingerprint)
    };
    let files: Vec<SourcePath> = learnt.files.iter().filter(is_other).map(|(path, _)| path.clone()).collect();
    // A picture that changed after it was measured.
    let is_another = |(path, measured): &(&SourcePath, &Measured)| {
        let copied = memory.traces.answer(&Question::File((*path).clone()));
        copied.is_some_and(|copied| copied != measured.of)
    };
    let mut pictures: Vec<SourcePath> =
        survey.site.pictures().iter().filter(is_another).map(|(path, _)| path.clone()).collect();
    pictures.sort();
    let apart = apart.into_iter().chain(files).chain(pictures).collect();
    memory.files = learnt.files;
    let outputs = survey.plan.outputs().len();
    Some(Proof { number: edition.number(), problems: edition.judged(found), rendered, outputs, apart })
}
