//! A build after edits that change nothing but what texts say.
//!
//! Where the last build stands but for some articles, and those look to the site as they did (`site::same_face`), every
//! question has the answer it had, but for the articles themselves. So nothing is assembled: the outputs that asked for
//! them are made from remembered answers, and all others are kept. At the least doubt it gives up, having changed nothing,
//! and the build takes its usual way.

use super::load::{self, LoadedTheme};
use super::memory::{Memory, Outcome};
use super::past::{Past, Shown};
use super::report::{Changed, Explained, Report, Why};
use super::standing::{self, Apart};
use super::witness::{Sights, Witness};
use super::{Request, cannot_write, publication, would};
use crate::base::{Diagnostic, Fingerprint, OutputPath, SourcePath, Table};
use crate::check;
use crate::config::{self, Config};
use crate::engine::Change;
use crate::output::{Job, Renderer};
use crate::sink::{Previous, Sink, Stamp};
use crate::site::query::{ArticleOf, Query};
use crate::site::{self, Parsed, Question, Recollection, Snapshot};
use crate::world::World;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
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

/// An output that was made again, with the bytes that it now has.
struct Remade {
    shown: Shown,
    bytes: Vec<u8>,
}

/// An article with another text.
struct Rewritten {
    /// What it was parsed from before.
    old: Fingerprint,
    outcome: Outcome,
}

/// All that an amendment makes before anything is written.
struct Amended {
    texts: Vec<Rewritten>,
    seen: Sights,
    outputs: Vec<Remade>,
    explained: Vec<Explained>,
}

/// Builds what shows the edited texts; nothing when more than that may have changed.
pub(super) fn amend(scene: &Scene<'_>, memory: &mut Memory, apart: &Apart) -> Option<Report> {
    let changed = apart.changed.as_ref().filter(|changed| changed.len() <= MOST)?;
    let standing = memory.standing.as_ref()?;
    let policy = config::policy(scene.config, &scene.request.policy);
    let report = Report::again(&standing.said, &policy);
    if report.has_errors() || !standing.is_online(scene.previous) {
        return None;
    }
    let Amended { texts, seen, outputs, explained } = make(scene, memory, changed)?;
    let report = report.amended().explained(explained, None);
    let made = outputs.iter().map(|output| (output.shown.path.clone(), Stamp::of(&output.bytes)));
    let mut stamps = scene.previous.files.clone();
    stamps.extend(made);
    if scene.request.dry_run {
        return Some(report.would(would(scene.previous, &stamps)));
    }
    for Remade { shown, bytes } in &outputs {
        let is_new = scene.previous.files.get(&shown.path) != stamps.get(&shown.path);
        if is_new && let Err(error) = scene.sink.stage(&shown.path, bytes) {
            return Some(report.with(cannot_write(&shown.path, &error), &policy));
        }
    }
    scene.request.progress.enter(2, stamps.len());
    let online = standing::outputs(&stamps);
    let jobs: BTreeMap<&OutputPath, &Job> =
        outputs.iter().map(|output| (&output.shown.path, &output.shown.trace.job)).collect();
    match scene.sink.publish(&publication(|path| jobs.get(path).copied(), scene.previous, stamps)) {
        Ok(published) => {
            let traces = outputs.into_iter().map(|output| (output.shown.path, output.shown.trace)).collect();
            let outcomes = texts.into_iter().map(|text| text.outcome).collect();
            let forgotten = memory.learn_amended(outcomes, traces, seen, online).err();
            Some(report.published(published).forgetting(forgotten))
        }
        Err(problem) => Some(report.with(*problem, &policy)),
    }
}

/// Makes again what shows the edited texts, in memory.
fn make(scene: &Scene<'_>, memory: &mut Memory, changed: &[SourcePath]) -> Option<Amended> {
    let past = Past::open(memory, scene.config)?;
    let amended = make_of(scene, &past, changed);
    let (has_lost_a_text, has_lost_an_answer) = (past.has_lost_a_text(), past.has_lost_an_answer());
    memory.distrusts_answers |= has_lost_an_answer;
    let standing = memory.standing.as_ref()?;
    // What the last build said of an article it must say of this text too.
    let is_told_of = |text: &Rewritten| {
        let path = &text.outcome.parsed.article.path;
        let mut about = standing.said.diagnostics.iter().filter(|problem| is_about(problem, path));
        about.any(|problem| !text.outcome.diagnostics.contains(problem))
    };
    amended.filter(|amended| {
        let is_whole = !has_lost_a_text && !has_lost_an_answer;
        is_whole && standing.sights.agree(&amended.seen, changed) && !amended.texts.iter().any(is_told_of)
    })
}

fn make_of(scene: &Scene<'_>, past: &Past<'_>, changed: &[SourcePath]) -> Option<Amended> {
    let witness = Witness::new(scene.world, Table::default());
    let texts: Vec<Rewritten> =
        changed.iter().map(|path| rewritten(scene.config, &witness, past, path)).collect::<Option<_>>()?;
    let mut shown: BTreeMap<OutputPath, Shown> = BTreeMap::new();
    for text in &texts {
        let outputs = past.shown(&text.outcome.parsed.article.path)?;
        shown.extend(outputs.into_iter().map(|output| (output.path.clone(), output)));
    }
    let explained = match scene.request.explain {
        true => shown.values().map(|output| explained(output, &texts)).collect(),
        false => Vec::new(),
    };
    let outputs = match shown.is_empty() {
        true => Vec::new(),
        false => {
            let recollection = recollect(past, shown.values(), &texts)?;
            remake(scene, &witness, Arc::new(recollection), shown, &texts)?
        }
    };
    Some(Amended { texts, seen: witness.sights(), outputs, explained })
}

/// An article that looks to the site, and to those who check it, as it did.
fn rewritten(config: &Config, world: &Witness<'_>, past: &Past<'_>, path: &SourcePath) -> Option<Rewritten> {
    let (parsed, problems) = load::parse_again(world, config, past.rules(), path)?;
    let known = past.article(path)?;
    let is_silent = *known.diagnostics == *problems && check::stay_silent(&known.parsed.article, &parsed.article);
    (is_silent && site::same_face(&known.parsed, &parsed)).then(|| Rewritten {
        old: known.parsed.fingerprint,
        outcome: Outcome { parsed: Arc::new(parsed), diagnostics: problems.into() },
    })
}

/// Whether a problem is about a file.
fn is_about(problem: &Diagnostic, path: &SourcePath) -> bool {
    problem.primary().into_iter().chain(problem.related_labels()).any(|label| label.path == *path)
}

/// The answers to all that these outputs asked before.
fn recollect<'s>(
    past: &Past<'_>,
    outputs: impl Iterator<Item = &'s Shown>,
    texts: &[Rewritten],
) -> Option<Recollection> {
    let mut articles: Table<SourcePath, Arc<Parsed>> = Table::default();
    let mut known = Table::default();
    for (_, asked) in outputs.flat_map(|output| &output.asked) {
        match &asked.0 {
            Question::Site(Query::ArticleOf(ArticleOf { path })) if !articles.contains_key(path) => {
                let text = texts.iter().find(|text| is_for(&asked.0, text));
                let (was, is) = match text {
                    Some(text) => (text.old, text.outcome.parsed.clone()),
                    None => past.article(path).map(|known| (known.parsed.fingerprint, known.parsed))?,
                };
                // The answer was that there is none: the article is hidden.
                if was != asked.1 {
                    return None;
                }
                articles.insert(path.clone(), is);
            }
            Question::Site(query) if !known.contains_key(query) && !matches!(query, Query::ArticleOf(_)) => {
                known.insert(query.clone(), (asked.1, past.answer(asked)?));
            }
            _ => {}
        }
    }
    Recollection::new(known, articles)
}

/// Makes outputs again.
fn remake(
    scene: &Scene<'_>,
    witness: &Witness<'_>,
    recollection: Arc<Recollection>,
    shown: BTreeMap<OutputPath, Shown>,
    texts: &[Rewritten],
) -> Option<Vec<Remade>> {
    let mut problems = Vec::new();
    let LoadedTheme { compiled, options, .. } = load::theme(witness, scene.config, &mut problems);
    let theme = compiled?;
    let renderer = Renderer::new(Snapshot::Recollection(recollection.clone()), &theme, &options, scene.world);
    scene.request.progress.enter(1, shown.len());
    let outputs = shown.into_par_iter().map(|(_, output)| {
        scene.request.progress.step();
        render(&renderer, output, texts)
    });
    let outputs: Vec<Remade> = outputs.collect::<Option<_>>()?;
    (!recollection.is_short()).then_some(outputs)
}

/// Makes an output again, if it asks and says no more than it did.
fn render(renderer: &Renderer<'_>, mut output: Shown, texts: &[Rewritten]) -> Option<Remade> {
    let rendered = renderer.render(&output.trace.job).ok()?;
    if rendered.diagnostics != output.trace.diagnostics {
        return None;
    }
    let mut reads = BTreeSet::new();
    for (question, answer) in &rendered.reads {
        let (number, (_, known, _)) = output.asked.iter().find(|(_, (asked, ..))| asked == question)?;
        if known != answer && !texts.iter().any(|text| is_for(question, text)) {
            return None;
        }
        reads.insert(*number);
    }
    let Stamp { fingerprint, length } = Stamp::of(&rendered.bytes);
    output.trace.reads = reads.into_iter().collect();
    (output.trace.content, output.trace.length) = (fingerprint, length);
    Some(Remade { shown: output, bytes: rendered.bytes })
}

/// Whether a question is for this text.
fn is_for(question: &Question, text: &Rewritten) -> bool {
    let own = &text.outcome.parsed.article.path;
    matches!(question, Question::Site(Query::ArticleOf(ArticleOf { path })) if path == own)
}

/// Why an output was made.
fn explained(output: &Shown, texts: &[Rewritten]) -> Explained {
    let changes = output.asked.iter().filter_map(|(_, (question, from, _))| {
        let text = texts.iter().find(|text| is_for(question, text))?;
        let change = Change { question: question.clone(), from: *from, to: text.outcome.parsed.fingerprint };
        Some(Changed { change, differences: Vec::new() })
    });
    Explained { path: output.path.clone(), why: Why::Changed(changes.collect()) }
}
