//! The whole build on one page.
//!
//! `survey` reads a site and finds everything that can be found without writing; `build` renders it and publishes all
//! or nothing. Nothing here knows how files are read, pages made or bytes put in place.

mod amend;
mod amendments;
mod answers;
mod differences;
#[cfg(test)]
mod faults;
mod files;
mod gone;
mod index;
pub mod live;
mod load;
mod measuring;
pub mod memory;
mod misfiled;
mod past;
mod progress;
mod records;
mod rehearsal;
pub mod report;
#[doc(hidden)]
pub mod reseal;
mod standing;
pub mod store;
mod texts;
mod themes;
mod unwritten;
mod verify;
mod witness;
mod work;

pub use crate::engine::Change;
pub use differences::Difference;
pub use live::{ConfigFile, Edition, Hint, Live, Memo, Proof, Proofreader, Shown};
pub use load::read;
pub use memory::{Lost, Memory};
pub use progress::Progress;
pub use rehearsal::{Rehearsal, rehearse};
pub use report::{Changed, Counts, Explained, Report, Way, Why, Would};
pub use themes::{Listed, OptionFacts, option_facts, theme_names, themes};
pub use unwritten::{in_the_way, refused};
pub use verify::{Verified, verified};

use crate::base::{Checked, Code, Diagnostic, OutputPath, Policy, SourceText, Table, calendar};
use crate::check::{self, Depth, Directory, Subject};
use crate::config::{self, Config, Override};
use crate::content;
use crate::output::{self, Job, Kind, Plan};
use crate::sink::{Previous, Publication, Published, Rank, Sink, Stamp};
use crate::site::{self, Selection, Site};
use crate::theme::{Choices, Theme};
use crate::world::World;
use jiff::Timestamp;
use load::Broken;
use standing::{Apart, Standing};
use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;
use witness::Witness;
use work::Work;

/// What a run takes in.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// Settings that are stronger than site.toml.
    pub overrides: Vec<Override>,
    /// Drafts too.
    pub drafts: bool,
    /// Posts whose date is to come too.
    pub future: bool,
    /// Posts that have expired too.
    pub expired: bool,
    /// The moment of the build, when it is not the clock's; a time without an offset is in the site's zone.
    pub at: Option<String>,
    /// What becomes of warnings.
    pub policy: Policy,
    /// Read every file, and believe no stamp.
    pub paranoid: bool,
    /// Say why each output was made.
    pub explain: bool,
    /// Only say what would be written and removed.
    pub dry_run: bool,
    /// Told how far the run has come.
    pub progress: Arc<Progress>,
}

/// Everything that is known of a site before it is rendered.
#[derive(Clone)]
pub struct Survey {
    /// The policy of the run and of the configuration together.
    pub policy: Policy,
    /// The site.
    pub site: Arc<Site>,
    /// All its outputs.
    pub plan: Arc<Plan>,
    /// The theme, when it compiles.
    pub theme: Option<Arc<Theme>>,
    /// The theme's options with the site's choices.
    pub options: Choices,
    /// The moment of the build.
    pub now: Timestamp,
    /// The moments between which the same articles are due: from the first, and before the last.
    pub due: (Option<Timestamp>, Option<Timestamp>),
}

/// A survey, if the configuration can be used at all, and everything that is wrong.
pub struct Surveyed {
    /// What is known.
    pub survey: Option<Survey>,
    /// What is wrong, in no order.
    pub diagnostics: Vec<Diagnostic>,
}

/// Reads a site and finds what can be found without rendering it.
pub fn survey(
    world: &dyn World,
    memory: &mut Memory,
    config_source: &SourceText,
    request: &Request,
    depth: Depth,
) -> Surveyed {
    let read = settings(config_source, request);
    survey_by(&Witness::new(world, Table::default()), memory, read, request, depth)
}

fn survey_by(
    world: &Witness<'_>,
    memory: &mut Memory,
    read: Checked<Config>,
    request: &Request,
    depth: Depth,
) -> Surveyed {
    let mut diagnostics = Vec::new();
    let Some(config) = read.unpack(&mut diagnostics).map(Arc::new) else {
        return Surveyed { survey: None, diagnostics };
    };
    let now = moment(world, &config, request);
    memory.wake();
    let selection = Selection { drafts: request.drafts, future: request.future, expired: request.expired, now };
    let theme = load::theme(world, &config, &mut diagnostics);
    let wish = load::Wish {
        config: &config,
        theme_folders: &theme.folders,
        selection,
        progress: &request.progress,
        broken: Broken::Dropped,
        pictures: &Table::default(),
        is_paranoid: request.paranoid,
    };
    let parts = load::parts(world, &wish, memory, &mut diagnostics);
    let due = selection.due(parts.articles.iter().map(|parsed| &parsed.article));
    let (site, problems) = site::assemble(parts);
    diagnostics.extend(problems);
    let (plan, problems) = output::plan(&site);
    diagnostics.extend(problems);
    let directory = Directory::new(&site);
    let subject = Subject { site: &site, plan: &plan, theme: theme.compiled.as_ref(), directory };
    diagnostics.extend(check::run(&subject, depth));
    let policy = config::policy(&config, &request.policy);
    let survey = Survey {
        policy,
        site: Arc::new(site),
        plan: Arc::new(plan),
        theme: theme.compiled.map(Arc::new),
        options: theme.options,
        now,
        due,
    };
    Surveyed { survey: Some(survey), diagnostics }
}

/// The settings of a run. Without a zone nobody can tell whether the moment that was asked for is one: what clocks skip or
/// repeat in the site's is told here, and then nothing is looked at.
fn settings(config_source: &SourceText, request: &Request) -> Checked<Config> {
    let read = config::read(config_source, &request.overrides);
    let (Some(at), Some(config)) = (request.at.as_deref(), read.value.as_ref()) else { return read };
    let Err(why) = calendar::read_date(at, &config.zone()) else { return read };
    let mut diagnostics = read.diagnostics;
    diagnostics.push(Diagnostic::new(Code::BadDate, format!("`--at` is no moment of this site: {why}")));
    Checked::failed(diagnostics)
}

/// The moment of a run: the one that was asked for, which `settings` has looked at, else the clock's.
fn moment(world: &dyn World, config: &Config, request: &Request) -> Timestamp {
    let at = request.at.as_deref().and_then(|at| calendar::read_date(at, &config.zone()).ok());
    at.map_or_else(|| world.now(), |at| at.when.instant)
}

/// Finds every problem of a site, and writes nothing. What rendered before and would render the same is not rendered.
pub fn check(world: &dyn World, memory: &mut Memory, config_source: &SourceText, request: &Request) -> Report {
    let Surveyed { survey, mut diagnostics } = survey(world, memory, config_source, request, Depth::CheckOnly);
    let Some(survey) = survey else { return Report::failed(diagnostics, &request.policy) };
    let work = Work::plan(world, &survey, memory, None, request);
    diagnostics.extend(work.render(&|_, _, _| Ok(())).diagnostics);
    Report::new(&survey, diagnostics)
}

/// The stack of threads that make pages, in bytes. Lists in lists need it, and templates: sixteen that lead to one another,
/// through twenty components, take some 15 MB where the program is not optimised.
pub const STACK: usize = 32 << 20;

/// Builds a site: what is not as it would be is rendered, then everything is published, or nothing is.
pub fn build(
    world: &dyn World,
    sink: &dyn Sink,
    memory: &mut Memory,
    config_source: &SourceText,
    request: &Request,
) -> Report {
    let read = settings(config_source, request);
    // Before anything else is read: what a dead build left is mended whatever comes, and who waits for another build sees
    // what came meanwhile. Only a configuration that cannot be read says nothing of where that would be.
    let opened = match &read.value {
        Some(_) if request.dry_run => Some(sink.peek()),
        Some(_) => Some(sink.open()),
        None => None,
    };
    let report = match opened {
        Some(Err(problem)) if problem.code() == Code::Busy => Report::failed(vec![*problem], &request.policy),
        opened => build_opened(world, sink, opened, memory, (config_source, read), request),
    };
    sink.close();
    report
}

fn build_opened(
    world: &dyn World,
    sink: &dyn Sink,
    opened: Option<Result<Previous, Box<Diagnostic>>>,
    memory: &mut Memory,
    (config_source, read): (&SourceText, Checked<Config>),
    request: &Request,
) -> Report {
    let (previous, refused) = match opened.transpose() {
        Ok(previous) => (previous, None),
        Err(problem) => (None, Some(*problem)),
    };
    memory.look();
    let stands = previous.as_ref().zip(read.value.as_ref());
    let apart = match stands.map(|(previous, config)| stand(world, previous, memory, (config_source, config), request))
    {
        Some(Ok(report)) => return settled(world, memory, report),
        Some(Err(apart)) => apart,
        None => Apart::default(),
    };
    if let Some((previous, config)) = previous.as_ref().zip(read.value.as_ref()) {
        let scene = amend::Scene { world, sink, previous, config, request };
        if let Some(report) = amend::amend(&scene, memory, &apart) {
            return settled(world, memory, report);
        }
    }
    let witness = Witness::new(world, apart.texts);
    // The lock is held, and what is learnt will be stored: texts may go to the shelf as soon as they are parsed.
    memory.may_store = previous.is_some() && !request.dry_run;
    let Surveyed { survey, mut diagnostics } = survey_by(&witness, memory, read, request, Depth::Build);
    memory.may_store = false;
    diagnostics.extend(refused);
    // All texts are parsed: what colours code makes room for what is rendered.
    content::rest();
    let Some(survey) = survey else { return Report::failed(diagnostics, &request.policy) };
    // With errors already known nothing will be published, but templates may have more to say.
    let previous = previous.filter(|_| !report::has_errors(&diagnostics, &survey.policy));
    let Some(previous) = previous else {
        let work = Work::plan(world, &survey, memory, None, request);
        diagnostics.extend(work.render(&|_, _, _| Ok(())).diagnostics);
        return Report::new(&survey, diagnostics);
    };
    let work = Work::plan(world, &survey, memory, Some(&previous), request);
    let mut made = work.render(&|path, stamp, bytes| match request.dry_run || is_there(&previous, path, stamp) {
        true => Ok(()),
        false => sink.stage(path, bytes).map_err(|error| Box::new(cannot_write(path, &error))),
    });
    diagnostics.extend(made.diagnostics.iter().cloned());
    let said = report::said(&survey, &diagnostics, made.stamps.len());
    let gone = gone::gone(&previous, &survey.site, &survey.plan);
    if gone.iter().any(|problem| problem.code() == Code::NoContent) {
        diagnostics.retain(|problem| problem.code() != Code::NoArticles);
    }
    diagnostics.extend(gone);
    let report = Report::new(&survey, diagnostics).explained(work.explained(), memory.lost());
    if request.dry_run {
        return report.would(would(&previous, &made.stamps));
    }
    if report.has_errors() {
        return report;
    }
    request.progress.enter(2, made.stamps.len());
    let outputs = standing::outputs(&made.stamps);
    let job = |path: &OutputPath| survey.plan.outputs().get(path).map(|planned| &planned.job);
    let published = sink.publish(&publication(job, &previous, std::mem::take(&mut made.stamps)));
    let learnt = work.learnt(made);
    let answered = match (&learnt.traces, &published) {
        (Some(traces), Ok(_)) => memory.keep_answers(traces, &survey.site),
        _ => Ok(()),
    };
    let Survey { policy, due, .. } = survey;
    // A large site takes room that what is stored now needs, and letting go of it time that nobody needs to wait for.
    rayon::spawn(move || drop((survey.site, survey.plan, previous)));
    match published {
        Ok(published) => {
            let (sights, files) = (witness.sights(), learnt.files.clone());
            let built = standing::Built { config: config_source, request, due, sights, files, outputs, said };
            // What is not remembered only takes time: the site is online, and that is what was asked for.
            report.published(published).forgetting(memory.learn(learnt, Standing::new(built)).and(answered).err())
        }
        Err(problem) => report.with(*problem, &policy),
    }
}

/// The report of a build that did not look at the site as a whole, after which files may have come to rest.
fn settled(world: &dyn World, memory: &mut Memory, report: Report) -> Report {
    if report.published.is_some() {
        // What is not remembered only takes time.
        memory.settle(world).unwrap_or_default();
    }
    report
}

/// The report of a build that has nothing to do; else what is not as it was.
fn stand(
    world: &dyn World,
    previous: &Previous,
    memory: &Memory,
    (config_source, config): (&SourceText, &Config),
    request: &Request,
) -> Result<Report, Apart> {
    let Some(standing) = &memory.standing else { return Err(Apart::default()) };
    let said = standing.look(world, config_source, request, moment(world, config, request))?;
    let report = Report::again(said, &config::policy(config, &request.policy));
    if report.has_errors() {
        return Err(Apart::default());
    }
    match standing.is_online(previous) {
        true if request.dry_run => Ok(report.would(Would::default())),
        true => Ok(report.published(Published { written: 0, removed: Vec::new(), unchanged: said.outputs })),
        false => Err(Apart::default()),
    }
}

fn cannot_write(path: &OutputPath, error: &io::Error) -> Diagnostic {
    let help =
        crate::sink::remedy(error).unwrap_or("see to the disk, or choose a folder on another one with `--output`");
    Diagnostic::new(Code::WriteFailed, format!("cannot write `{path}`: {error}")).help(help)
}

/// What publishing would do.
fn would(previous: &Previous, stamps: &BTreeMap<OutputPath, Stamp>) -> Would {
    let written = stamps.iter().filter(|(path, stamp)| !is_there(previous, path, stamp)).map(|(path, _)| path.clone());
    let removed = previous.files.keys().filter(|path| !stamps.contains_key(*path)).cloned();
    Would { written: written.collect(), removed: removed.collect() }
}

/// Whether the last build left exactly that at a path.
fn is_there(previous: &Previous, path: &OutputPath, stamp: &Stamp) -> bool {
    previous.files.get(path) == Some(stamp)
}

/// How outputs get online; `job` says what made one.
fn publication<'a>(
    job: impl Fn(&OutputPath) -> Option<&'a Job>,
    previous: &Previous,
    outputs: BTreeMap<OutputPath, Stamp>,
) -> Publication {
    let rank = |path: &OutputPath| job(path).map_or(Rank::Page, rank_of);
    let staged = outputs
        .iter()
        .filter(|(path, stamp)| !is_there(previous, path, stamp))
        .map(|(path, _)| (path.clone(), rank(path)))
        .collect();
    Publication { files: outputs, staged }
}

fn rank_of(job: &Job) -> Rank {
    match job.kind() {
        Kind::File => Rank::Asset,
        Kind::Page => Rank::Page,
        Kind::List => Rank::List,
        Kind::Feed => Rank::Feed,
    }
}
