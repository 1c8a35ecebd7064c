//! A build after edits that change nothing but what texts say.
//!
//! Where the last build stands but for some articles, and those look to the site as they did (`site::same_face`), every
//! question has the answer it had, but for the articles themselves. So nothing is assembled: the outputs that asked for
//! them are made from remembered answers, and all others are kept. At the least doubt it gives up, having changed nothing,
//! and the build takes its usual way.

use super::load::{self, LoadedTheme};
use super::memory::{Memory, Outcome, Remembered};
use super::report::{Explained, Report, Why};
use super::standing::{self, Apart};
use super::witness::Witness;
use super::{Request, cannot_write, is_there, publication, would};
use crate::base::{Checked, Diagnostic, Fingerprint, OutputPath, SourcePath, Table};
use crate::check;
use crate::config::{self, Config};
use crate::engine::{Change, Trace};
use crate::output::{Job, Renderer};
use crate::sink::{Previous, Sink, Stamp};
use crate::site::query::{ArticleOf, Query};
use crate::site::{self, Parsed, Question, Recollection, Snapshot};
use crate::world::World;
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::sync::Arc;

/// More edited articles are no edit but another site.
const MOST: usize = 64;

/// Where an amendment takes place.
pub(super) struct Scene<'a> {
    pub(super) world: &'a dyn World,
    pub(super) sink: &'a dyn Sink,
    pub(super) previous: &'a Previous,
    pub(super) config: &'a Config,
    pub(super) request: &'a Request,
}

/// An article with another text.
struct Rewritten {
    path: SourcePath,
    key: Fingerprint,
    outcome: Outcome,
}

/// An output that was made again.
struct Remade {
    path: OutputPath,
    trace: Trace<Job>,
    bytes: Vec<u8>,
}

/// Builds what shows the edited texts; nothing when more than that may have changed.
pub(super) fn amend(scene: &Scene<'_>, memory: &mut Memory, apart: &Apart) -> Option<Report> {
    let changed = apart.changed.as_ref().filter(|changed| changed.len() <= MOST)?;
    let standing = memory.standing.as_ref()?;
    let policy = config::policy(scene.config, &scene.request.policy);
    let report = Report::again(&standing.said, &policy);
    let is_told_of = |path: &SourcePath| standing.said.diagnostics.iter().any(|problem| is_about(problem, path));
    if report.has_errors() || !standing.is_online(scene.previous) || changed.iter().any(is_told_of) {
        return None;
    }
    memory.wake();
    let witness = Witness::new(scene.world, Table::default());
    let mut problems = Vec::new();
    let LoadedTheme { compiled, options, .. } = load::theme(&witness, scene.config, &mut problems);
    let theme = compiled?;
    let texts: Vec<Rewritten> =
        changed.iter().map(|path| rewritten(scene.config, &witness, memory, path)).collect::<Option<_>>()?;
    let seen = witness.sights();
    if !memory.standing.as_ref()?.sights.agree(&seen, changed) {
        return None;
    }
    let recollection = Arc::new(recollect(memory, &texts)?);
    let renderer = Renderer::new(Snapshot::Recollection(recollection.clone()), &theme, &options, scene.world);
    let shown = memory.traces.who_asked(&questions(&texts));
    scene.request.progress.enter(1, shown.len());
    let remade: Vec<Remade> = shown
        .into_par_iter()
        .map(|(path, trace)| {
            scene.request.progress.step();
            remake(memory, &renderer, path, trace, &texts)
        })
        .collect::<Option<_>>()?;
    if recollection.is_short() {
        return None;
    }
    let explained = if scene.request.explain { explained(memory, &remade, &texts) } else { Vec::new() };
    let report = report.explained(explained, None);
    let stamp = |trace: &Trace<Job>| Stamp { fingerprint: trace.content, length: trace.length };
    let mut stamps: BTreeMap<OutputPath, Stamp> =
        memory.traces.outputs().iter().map(|(path, trace)| (path.clone(), stamp(trace))).collect();
    stamps.extend(remade.iter().map(|output| (output.path.clone(), stamp(&output.trace))));
    if scene.request.dry_run {
        return Some(report.would(would(scene.previous, &stamps)));
    }
    for Remade { path, trace, bytes } in &remade {
        if !is_there(scene.previous, path, &stamp(trace))
            && let Err(error) = scene.sink.stage(path, bytes)
        {
            return Some(report.with(cannot_write(path, &error), &policy));
        }
    }
    scene.request.progress.enter(2, stamps.len());
    let outputs = standing::outputs(&stamps);
    let job_of = |path: &OutputPath| memory.traces.output(path).map(|trace| &trace.job);
    match scene.sink.publish(&publication(job_of, scene.previous, stamps)) {
        Ok(published) => {
            let outputs_made = remade.into_iter().map(|output| (output.path, output.trace)).collect();
            memory.traces.amend(outputs_made, answers(&texts));
            let articles = texts.into_iter().map(|text| {
                let remembered = Remembered { key: text.key, outcome: Some(text.outcome), slot: None };
                (text.path, remembered)
            });
            memory.articles.extend(articles);
            let forgotten = memory.learn_amended(&seen, outputs).err();
            Some(report.published(published).forgetting(forgotten))
        }
        Err(problem) => Some(report.with(*problem, &policy)),
    }
}

/// An article that looks to the site, and to those who check it, as it did.
fn rewritten(config: &Config, world: &Witness<'_>, memory: &mut Memory, path: &SourcePath) -> Option<Rewritten> {
    let (key, parsed) = load::parse_again(world, path, config)?;
    let Checked { value: Some(outcome), .. } = parsed else { return None };
    memory.recall(std::slice::from_ref(path));
    let known = memory.articles.get(path)?.outcome.as_ref()?;
    let (old, new) = (&known.parsed.article, &outcome.parsed.article);
    let is_silent = known.diagnostics.is_empty() && outcome.diagnostics.is_empty() && check::stay_silent(old, new);
    (is_silent && site::same_face(config, old, new)).then(|| Rewritten { path: path.clone(), key, outcome })
}

/// Whether a problem is about a file.
fn is_about(problem: &Diagnostic, path: &SourcePath) -> bool {
    problem.primary().into_iter().chain(problem.related_labels()).any(|label| label.path == *path)
}

fn question(path: &SourcePath) -> Question {
    Question::Site(Query::ArticleOf(ArticleOf { path: path.clone() }))
}

fn questions(texts: &[Rewritten]) -> Vec<Question> {
    texts.iter().map(|text| question(&text.path)).collect()
}

/// The questions whose answers are new.
fn answers(texts: &[Rewritten]) -> Vec<(Question, Fingerprint)> {
    texts.iter().map(|text| (question(&text.path), text.key)).collect()
}

/// The answers to all that the outputs which show the texts asked before.
fn recollect(memory: &mut Memory, texts: &[Rewritten]) -> Option<Recollection> {
    let mut articles: Table<SourcePath, Arc<Parsed>> =
        texts.iter().map(|text| (text.path.clone(), text.outcome.parsed.clone())).collect();
    let mut shown = Vec::new();
    let mut known = Table::default();
    let shelf = memory.shelf.clone();
    for (_, trace) in memory.traces.who_asked(&questions(texts)) {
        for (question, answer) in memory.traces.questions_of(trace) {
            match question {
                Question::Site(Query::ArticleOf(ArticleOf { path })) if !articles.contains_key(path) => {
                    shown.push(path.clone());
                }
                Question::Site(query) if !known.contains_key(query) && !matches!(query, Query::ArticleOf(_)) => {
                    let bytes = memory.answers.read(shelf.as_deref()?, *answer)?;
                    known.insert(query.clone(), (*answer, bytes));
                }
                _ => {}
            }
        }
    }
    memory.recall(&shown);
    for path in shown {
        let parsed = memory.articles.get(&path)?.outcome.as_ref()?.parsed.clone();
        articles.insert(path, parsed);
    }
    Recollection::new(known, articles)
}

/// Makes an output again, if it asks and says no more than it did.
fn remake(
    memory: &Memory,
    renderer: &Renderer<'_>,
    path: &OutputPath,
    trace: &Trace<Job>,
    texts: &[Rewritten],
) -> Option<Remade> {
    let rendered = renderer.render(&trace.job).ok()?;
    let is_changed = |asked: &Question| texts.iter().any(|text| question(&text.path) == *asked);
    let reads = memory.traces.asked_before(trace, &rendered.reads, is_changed)?;
    let Stamp { fingerprint, length } = Stamp::of(&rendered.bytes);
    let trace = Trace { reads, content: fingerprint, length, ..trace.clone() };
    (trace.diagnostics == rendered.diagnostics).then(|| Remade { path: path.clone(), trace, bytes: rendered.bytes })
}

/// Why each output was made.
fn explained(memory: &Memory, remade: &[Remade], texts: &[Rewritten]) -> Vec<Explained> {
    let why = |output: &Remade| {
        let asked = memory.traces.output(&output.path).into_iter().flat_map(|trace| memory.traces.questions_of(trace));
        let change = |(asked, from): &(Question, Fingerprint)| {
            let text = texts.iter().find(|text| question(&text.path) == *asked)?;
            Some(Change { question: asked.clone(), from: *from, to: text.key })
        };
        Why::Changed(asked.filter_map(change).collect())
    };
    remade.iter().map(|output| Explained { path: output.path.clone(), why: why(output) }).collect()
}
