//! `manchette build` and `manchette check`.

use super::args::{BuildArgs, Format, Global};
use super::site::Place;
use super::{progress, say, site, why};
use crate::base::{OutputPath, Severity, Zone, names};
use crate::config::{self, Config, Publish};
use crate::pipeline::{self, Memory, Report, Request, Verified};
use crate::sink::{DiskSink, Method};
use crate::site::Hidden;
use serde::Serialize;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// What came of a build.
pub(super) struct Built {
    pub(super) report: Report,
    /// The output folder, as it is set.
    pub(super) output: String,
    pub(super) zone: Zone,
    /// What the build remembers.
    pub(super) memory: Memory,
}

/// Builds the site.
pub(super) fn build(args: &BuildArgs, global: &Global) -> bool {
    let start = Instant::now();
    let Some(place) = site::open(global) else { return false };
    let Built { report, output, zone, memory } = once(&place, args, global);
    tell(&report, "build", Some(&output), start, global, &zone);
    // The process ends here: what it remembers need not be taken apart.
    std::mem::forget(memory);
    !report.has_errors()
}

/// Builds a site that was found; all is told but the problems and the sum.
pub(super) fn once(place: &Place, args: &BuildArgs, global: &Global) -> Built {
    let request = Request {
        paranoid: args.paranoid || args.verify,
        explain: args.explain.is_some(),
        dry_run: args.dry_run,
        ..place.request(global)
    };
    let mut memory = if args.no_cache { Memory::new() } else { place.memory() };
    // The output folder must be known before the site is read; a configuration that cannot be read has its say later.
    let config = config::read(&place.config, &place.overrides).value;
    let zone = config.as_ref().map_or_else(Zone::utc, Config::zone);
    let method = config.as_ref().map_or(Method::InPlace, |config| method(config.publish));
    let address = config.as_ref().map(|config| config.base_url.text.clone());
    let output = config.map_or_else(|| names::USUAL_OUTPUT.to_owned(), |config| config.output);
    let home = site::home();
    let sink = DiskSink::new(place.root.clone(), PathBuf::from(&output), home, false).telling(say::talk);
    let sink = address.into_iter().fold(sink, DiskSink::of_site);
    let sink = publishing(sink.method(method), args);
    let shown = progress::watch(request.progress.clone());
    let build = if args.verify { pipeline::verified } else { pipeline::build };
    let report = build(&place.world, &sink, &mut memory, &place.config, &request);
    drop(shown);
    if let Some(lost) = report.lost.filter(|_| global.verbose) {
        say::talk(&format!("everything was made: {}", lost.words()));
    }
    if let Some(wanted) = &args.explain {
        why::tell(&report, wanted, &output, global);
    }
    Built { report, output, zone, memory }
}

fn method(publish: Publish) -> Method {
    match publish {
        Publish::InPlace => Method::InPlace,
        Publish::Swap => Method::Swap,
    }
}

fn publishing(sink: DiskSink, args: &BuildArgs) -> DiskSink {
    let sink = if args.no_wait { sink.patience(Duration::ZERO) } else { sink };
    let sink = if args.paranoid || args.no_cache || args.verify { sink.paranoid() } else { sink };
    if args.sync { sink.syncing() } else { sink }
}

/// Finds every problem and writes nothing.
pub(super) fn check(global: &Global) -> bool {
    let start = Instant::now();
    let Some(place) = site::open(global) else { return false };
    let request = place.request(global);
    let shown = progress::watch(request.progress.clone());
    let report = pipeline::check(&place.world, &mut place.memory(), &place.config, &request);
    drop(shown);
    let zone = config::read(&place.config, &place.overrides).value.map_or_else(Zone::utc, |config| config.zone());
    tell(&report, "check", None, start, global, &zone);
    !report.has_errors()
}

/// The last line of `--format json`.
#[derive(Serialize)]
struct Summary<'a> {
    summary: &'a str,
    ok: bool,
    output: Option<&'a str>,
    #[serde(flatten)]
    counts: crate::pipeline::Counts,
    written: Option<usize>,
    removed: Option<usize>,
    unchanged: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    verified: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    would_write: Option<Vec<&'a str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    would_remove: Option<Vec<&'a str>>,
    errors: usize,
    warnings: usize,
    hidden: usize,
    milliseconds: u128,
}

pub(super) fn tell(report: &Report, what: &str, output: Option<&str>, start: Instant, global: &Global, zone: &Zone) {
    say::diagnostics(report.diagnostics.iter().map(|(severity, problem)| (*severity, problem)), global);
    let milliseconds = start.elapsed().as_millis();
    let published = report.published.as_ref();
    if global.format == Format::Json {
        let summary = Summary {
            summary: what,
            ok: !report.has_errors(),
            output,
            counts: report.counts,
            written: published.map(|published| published.written),
            removed: published.map(|published| published.removed.len()),
            unchanged: published.map(|published| published.unchanged),
            verified: report.verified.map(|verified| verified.outputs),
            would_write: report.would.as_ref().map(|would| names(&would.written)),
            would_remove: report.would.as_ref().map(|would| names(&would.removed)),
            errors: report.count(Severity::Error),
            warnings: report.count(Severity::Warning),
            hidden: report.hidden.len(),
            milliseconds,
        };
        say::json(&summary);
        return;
    }
    if let Some(would) = &report.would {
        would.written.iter().for_each(|path| say::line(&format!("write {path}")));
        would.removed.iter().for_each(|path| say::line(&format!("remove {path}")));
    }
    if global.quiet {
        return;
    }
    if let Some(why) = &report.forgetful {
        say::talk(&format!("what was learnt could not be kept, so the next build takes longer: {why}"));
    }
    tell_hidden(report, global, zone);
    if let Some(Verified { outputs, builds }) = report.verified {
        say::talk(&format!("verified: {builds} builds gave the same {}", several(outputs, "output")));
    }
    if let Some(published) = published.filter(|_| global.verbose) {
        published.removed.iter().for_each(|path| say::talk(&format!("removed {path}")));
    }
    let counts = report.counts;
    let problems = problems(report);
    let site = format!(
        "{}, {}, {} ({}, {}, {})",
        several(counts.pages, "page"),
        several(counts.feeds, "feed"),
        several(counts.files, "file"),
        several(counts.posts, "post"),
        several(counts.topics, "topic"),
        several(counts.sources, "source"),
    );
    if let (false, Some(would), Some(output)) = (report.has_errors(), &report.would, output) {
        let (written, removed) = (would.written.len(), would.removed.len());
        say::talk(&format!("{output}: {site}; {written} would be written, {removed} removed; {problems}"));
        return;
    }
    match (report.has_errors(), published, output) {
        (true, _, Some(output)) => say::talk(&format!("nothing was published: {problems}; `{output}` is as it was")),
        (true, _, None) => say::talk(&format!("{problems} in {milliseconds} ms")),
        (false, Some(published), Some(output)) => {
            let changes = format!(
                "{} written, {} removed, {} unchanged",
                published.written,
                published.removed.len(),
                published.unchanged
            );
            say::talk(&format!("{output}: {site} in {milliseconds} ms; {changes}; {problems}"));
        }
        (false, ..) => say::talk(&format!("{site} checked in {milliseconds} ms; {problems}")),
    }
}

fn names(paths: &[OutputPath]) -> Vec<&str> {
    paths.iter().map(OutputPath::as_str).collect()
}

/// Posts that are not published are always named when they only wait for their hour, since that is where a wrong zone
/// shows; drafts and expired ones are counted, and named under `--verbose`.
fn tell_hidden(report: &Report, global: &Global, zone: &Zone) {
    for (path, why) in &report.hidden {
        match why {
            Hidden::Future(when) => say::talk(&format!("not yet: {path} appears on {}", when.rfc3339(zone))),
            Hidden::Draft if global.verbose => say::talk(&format!("draft: {path}")),
            Hidden::Expired(when) if global.verbose => {
                say::talk(&format!("expired: {path} on {}", when.rfc3339(zone)));
            }
            Hidden::Draft | Hidden::Expired(_) => {}
        }
    }
    for (path, when) in &report.held {
        say::talk(&format!("not yet: {path} has news on {}", when.rfc3339(zone)));
    }
    let drafts = report.hidden.iter().filter(|(_, why)| *why == Hidden::Draft).count();
    let expired = report.hidden.iter().filter(|(_, why)| matches!(why, Hidden::Expired(_))).count();
    if drafts + expired > 0 && !global.verbose {
        say::talk(&format!("left out: {}, {expired} expired", several(drafts, "draft")));
    }
}

pub(super) fn problems(report: &Report) -> String {
    let errors = report.count(Severity::Error);
    let warnings = several(report.count(Severity::Warning), "warning");
    match errors {
        0 => warnings,
        _ => format!("{}, {warnings}", several(errors, "error")),
    }
}

/// A number with its noun.
pub(super) fn several(number: usize, noun: &str) -> String {
    match number {
        1 => format!("1 {noun}"),
        _ => format!("{number} {noun}s"),
    }
}
