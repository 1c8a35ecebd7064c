//! `manchette build --watch`: the output folder itself, kept up to date.
//!
//! Every round is a build like any other, with what builds remember on the disk: nothing is kept in memory from one to the
//! next but what was said, so that it is not said again. News only wakes it.

use super::args::{BuildArgs, Format, Global};
use super::build::{self, Built};
use super::signals::{self, Signal};
use super::site::{self, Place};
use super::{printer, say};
use crate::base::{Severity, SourcePath, names};
use crate::config;
use crate::content::ends_early;
use crate::watch::{HOLD, Heard, How, News, Teller, Watch};
use crate::world::World;
use jiff::Timestamp;
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How often is looked whether an article has become due: a clock may be set.
const MINUTE: Duration = Duration::from_secs(60);

/// Builds until somebody ends it. Returns the exit code.
pub(super) fn run(args: &BuildArgs, global: &Global) -> u8 {
    let Some(place) = site::open(global) else { return 1 };
    let end = Arc::<End>::default();
    let told = end.clone();
    signals::tell(move |signal| told.come(signal));
    // Whatever becomes of site.toml, the site is this one.
    let global = Global { root: Some(place.root.clone()), ..global.clone() };
    let mut rounds = Rounds { args, global: &global, end: &end, said: BTreeSet::new(), had_errors: false };
    rounds.run(place);
    locked(&end.signal).map_or(1, Signal::exit_code)
}

/// How it ends.
#[derive(Default)]
struct End {
    signal: Mutex<Option<Signal>>,
    teller: Mutex<Option<Teller>>,
}

impl End {
    fn come(&self, signal: Signal) {
        *locked(&self.signal) = Some(signal);
        if let Some(teller) = &*locked(&self.teller) {
            teller.stop();
        }
    }

    /// Another watch is listened to now. False when it is all over.
    fn follow(&self, watch: &Watch) -> bool {
        *locked(&self.teller) = Some(watch.teller());
        locked(&self.signal).is_none()
    }
}

struct Rounds<'a> {
    args: &'a BuildArgs,
    global: &'a Global,
    end: &'a End,
    /// Problems of the last round.
    said: BTreeSet<String>,
    had_errors: bool,
}

impl Rounds<'_> {
    fn run(&mut self, mut place: Place) {
        let mut output = output_of(&place);
        // Before the first build: what is saved meanwhile is news.
        let mut watch = self.listen(&place, &output);
        if !self.end.follow(&watch) {
            return;
        }
        let start = Instant::now();
        let built = build::once(&place, self.args, self.global);
        build::tell(&built.report, "build", Some(&built.output), start, self.global, &built.zone);
        self.note(&built);
        let mut due = self.due(&built, place.world.now());
        if self.talks() {
            say::talk("waiting for changes; Ctrl-C ends it");
        }
        loop {
            watch.notices().iter().for_each(|words| say::talk(words));
            let news = match watch.wait(patience(due, place.world.now())) {
                Heard::News(news) => news,
                Heard::Nothing if due.is_some_and(|due| due <= place.world.now()) => News::default(),
                Heard::Nothing => continue,
                Heard::Stopped => return,
            };
            let Some(news) = whole(&place, &mut watch, news) else { return };
            let start = Instant::now();
            let Some(found) = site::open(self.global) else {
                // It was said why; the next news may bring it back.
                self.said.clear();
                self.had_errors = true;
                continue;
            };
            place = found;
            let folder = output_of(&place);
            if folder != output {
                if self.talks() {
                    say::talk(&format!("the site is built in `{}` now", folder.display()));
                }
                watch = self.listen(&place, &folder);
                output = folder;
                if !self.end.follow(&watch) {
                    return;
                }
            }
            let built = build::once(&place, self.args, self.global);
            self.tell(&built, &news, start);
            due = self.due(&built, place.world.now());
        }
    }

    fn listen(&self, place: &Place, output: &PathBuf) -> Watch {
        let how = self.args.poll.map_or(How::System, |every| How::Poll(Duration::from_millis(every)));
        Watch::with_config(&place.root, &place.config_file, std::slice::from_ref(output), how)
    }

    fn talks(&self) -> bool {
        !self.global.quiet && self.global.format == Format::Text
    }

    /// When the next article is due; never when the moment stands still. It may be over already: while the site was built,
    /// then it is built again, or since a build that failed, then in a while, for the reason may lie elsewhere than in the
    /// site.
    fn due(&self, built: &Built, now: Timestamp) -> Option<Timestamp> {
        let due = built.memory.due().filter(|_| self.global.at.is_none())?;
        Some(again(due, now, built.report.has_errors()))
    }

    fn note(&mut self, built: &Built) {
        self.said = built.report.diagnostics.iter().map(|(severity, what)| printer::json(what, *severity)).collect();
        self.had_errors = built.report.has_errors();
    }

    /// One line for each build that changed something, and the problems that are new.
    fn tell(&mut self, built: &Built, news: &News, start: Instant) {
        let Built { report, output, zone, .. } = built;
        if self.global.format == Format::Json {
            return build::tell(report, "build", Some(output), start, self.global, zone);
        }
        let is_new = |(severity, what): &(Severity, _)| !self.said.contains(&printer::json(what, *severity));
        let new: Vec<_> = report.diagnostics.iter().filter(|problem| is_new(problem)).collect();
        let (is_first_error, is_mended) =
            (report.has_errors() && !new.is_empty(), self.had_errors && !report.has_errors());
        say::diagnostics(new.iter().map(|(severity, what)| (*severity, what)), self.global);
        self.note(built);
        if self.global.quiet {
            return;
        }
        let (what, milliseconds, problems) = (named(news), start.elapsed().as_millis(), build::problems(report));
        match &report.published {
            Some(published) => {
                let (written, removed) = (published.written, published.removed.len());
                if written + removed > 0 || is_mended || self.global.verbose {
                    let sum = format!("{written} written, {removed} removed in {milliseconds} ms; {problems}");
                    say::talk(&format!("{what}: {sum}"));
                }
            }
            None if is_first_error || self.global.verbose => {
                say::talk(&format!("{what}: nothing was published: {problems}; `{output}` is as it was"));
            }
            None => {}
        }
    }
}

/// Where a site is built. While its configuration cannot be read, that is nowhere.
fn output_of(place: &Place) -> PathBuf {
    let config = config::read(&place.config, &place.overrides).value;
    place.root.join(config.map_or_else(|| names::USUAL_OUTPUT.to_owned(), |config| config.output))
}

/// When is built again for what is due then.
fn again(due: Timestamp, now: Timestamp, has_failed: bool) -> Timestamp {
    if due <= now && has_failed { now + MINUTE } else { due }
}

fn patience(due: Option<Timestamp>, now: Timestamp) -> Option<Duration> {
    let until = Duration::try_from(due?.duration_since(now)).unwrap_or(Duration::ZERO);
    Some(until.min(MINUTE))
}

/// News without articles that stop in the middle, for as long as one waits for those; nothing when all is over.
fn whole(place: &Place, watch: &mut Watch, mut news: News) -> Option<News> {
    let end = Instant::now() + HOLD;
    loop {
        let left = end.saturating_duration_since(Instant::now());
        if left.is_zero() || !news.paths.iter().any(|path| stops_early(place, path)) {
            return Some(news);
        }
        match watch.wait(Some(left)) {
            Heard::News(more) => {
                news.paths.extend(more.paths);
                news.is_everywhere |= more.is_everywhere;
            }
            Heard::Nothing => return Some(news),
            Heard::Stopped => return None,
        }
    }
}

fn stops_early(place: &Place, path: &SourcePath) -> bool {
    let is_article = path.below("content").is_some() && matches!(path.extension(), "md" | "markdown");
    is_article && place.world.read(path).is_ok_and(|bytes| ends_early(&String::from_utf8_lossy(&bytes)))
}

/// What changed, in a few words.
fn named(news: &News) -> String {
    let mut paths = news.paths.iter();
    match (news.is_everywhere, paths.next(), paths.len()) {
        (true, ..) => "everything".to_owned(),
        (false, None, _) => "the hour has come".to_owned(),
        (false, Some(path), 0) => path.to_string(),
        (false, Some(path), others) => format!("{path} and {}", build::several(others, "other")),
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fell_due_while_the_site_was_built_is_built_at_once_unless_that_failed() {
        let (due, now) = (Timestamp::from_second(10).unwrap(), Timestamp::from_second(12).unwrap());
        assert_eq!(again(due, now, false), due);
        assert_eq!(patience(Some(again(due, now, false)), now), Some(Duration::ZERO));
        assert_eq!(again(due, now, true), now + MINUTE);
        assert_eq!(again(now, due, true), now);
    }
}
