//! Whether a site is the same whatever it is built with: it is built several times, and the bytes are compared.
//!
//! Builds with nothing remembered come first: on one core, on several, with files handed over backwards. Then the build
//! that was asked for, with what is remembered: it is published only when it would be, to the byte, what these gave.

use super::memory::Memory;
use super::report::Report;
use super::{Request, build, moment, settings};
use crate::base::{Code, Diagnostic, OutputPath, SourcePath, SourceText};
use crate::config;
use crate::sink::{MemorySink, Previous, Publication, Published, Sink, Stamp};
use crate::site::Question;
use crate::world::{FileStamp, Walked, World};
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::io;
use std::ops::Range;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// How many cores the second build has, whatever the machine has.
const MANY: usize = 8;

/// How many characters of a line are shown, with what stands before the first that differs.
const SHOWN: usize = 60;
const BEFORE: usize = 20;

/// How many outputs are told that differ between two builds.
const TOLD: usize = 20;

/// What was compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verified {
    /// How many outputs the site has.
    pub outputs: usize,
    /// How many builds gave them.
    pub builds: usize,
}

/// Outputs with their bytes.
type Tree = BTreeMap<OutputPath, Vec<u8>>;

/// Builds a site when several builds of it are the same. The report says what was compared, when there was a site to
/// compare and all was the same.
pub fn verified(
    world: &dyn World,
    sink: &dyn Sink,
    memory: &mut Memory,
    config_source: &SourceText,
    request: &Request,
) -> Report {
    let Some(config) = settings(config_source, request).value else {
        return build(world, sink, memory, config_source, request);
    };
    let now = moment(world, &config, request);
    let plain = Request { explain: false, dry_run: false, progress: Default::default(), ..request.clone() };
    let still = Arranged { world, now, is_backwards: false };
    let backwards = Arranged { is_backwards: true, ..still };
    let first = MemorySink::new();
    let mut learnt = Memory::new();
    let report = on_cores(1, || build(&still, &first, &mut learnt, config_source, &plain));
    if report.has_errors() {
        return build(&still, sink, memory, config_source, request);
    }
    let expected = first.files();
    let mut differences = Vec::new();
    for (cores, world, condition) in [
        (MANY, &still, format!("with {MANY} cores instead of one")),
        (1, &backwards, "with the files of folders in another order".to_owned()),
    ] {
        let against = Against::new(&expected, None);
        let mut other = Memory::new();
        let report = on_cores(cores, || build(world, &against, &mut other, config_source, &plain));
        if report.has_errors() {
            return report;
        }
        let found = against.differences();
        differences.extend(told(&found, &condition, |path| asked_otherwise(&learnt, &other, path)));
    }
    let policy = config::policy(&config, &request.policy);
    if !differences.is_empty() {
        return Report::failed(differences, &policy);
    }
    let against = Against::new(&expected, Some(sink));
    let mut report = build(&still, &against, memory, config_source, request);
    let found = against.differences();
    if !found.is_empty() {
        for problem in told(&found, "with what earlier builds remembered", |_| None) {
            report = report.with(problem.help("run `manchette cache clear`, and report this: it is a bug"), &policy);
        }
    }
    let is_same = !report.has_errors();
    Report { verified: is_same.then_some(Verified { outputs: expected.len(), builds: 4 }), ..report }
}

/// Does something on so many cores; on those that there are, when the system gives no others.
fn on_cores<T: Send>(cores: usize, work: impl FnOnce() -> T + Send) -> T {
    match rayon::ThreadPoolBuilder::new().num_threads(cores).stack_size(super::STACK).build() {
        Ok(pool) => pool.install(work),
        Err(_) => work(),
    }
}

/// A world at a moment that stands still, with files as they come or backwards.
#[derive(Clone, Copy)]
struct Arranged<'a> {
    world: &'a dyn World,
    now: Timestamp,
    is_backwards: bool,
}

impl World for Arranged<'_> {
    fn read(&self, path: &SourcePath) -> io::Result<Vec<u8>> {
        self.world.read(path)
    }

    fn part(&self, path: &SourcePath, part: Range<u64>) -> io::Result<Vec<u8>> {
        self.world.part(path, part)
    }

    fn walk(&self, folder: &str) -> Walked {
        let mut walked = self.world.walk(folder);
        if self.is_backwards {
            walked.files.reverse();
        }
        walked
    }

    fn stamp(&self, path: &SourcePath) -> Option<FileStamp> {
        self.world.stamp(path)
    }

    fn is_replaced(&self) -> bool {
        self.world.is_replaced()
    }

    fn now(&self) -> Timestamp {
        self.now
    }
}

/// How an output differs from the expected one.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Difference {
    /// Other bytes: what was made.
    Bytes(Vec<u8>),
    /// It was made before, and other bytes than these are expected.
    Kept,
    /// It is not expected at all.
    Surplus,
    /// It is expected, and nobody made it.
    Missing,
}

/// A sink that compares all it gets with what is expected, and lets nothing else through to the one behind it.
struct Against<'a> {
    expected: &'a Tree,
    behind: Option<&'a dyn Sink>,
    found: Mutex<BTreeMap<OutputPath, Difference>>,
    /// What is published so far, while nothing else is.
    online: Mutex<Option<BTreeMap<OutputPath, Stamp>>>,
}

impl<'a> Against<'a> {
    fn new(expected: &'a Tree, behind: Option<&'a dyn Sink>) -> Against<'a> {
        Against { expected, behind, found: Mutex::default(), online: Mutex::default() }
    }

    fn found(&self) -> MutexGuard<'_, BTreeMap<OutputPath, Difference>> {
        self.found.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Compares what is or will be online as a whole.
    fn compare(&self, files: &BTreeMap<OutputPath, Stamp>) {
        let mut found = self.found();
        for (path, stamp) in files {
            match self.expected.get(path) {
                Some(bytes) if Stamp::of(bytes) == *stamp => {}
                Some(_) => drop(found.entry(path.clone()).or_insert(Difference::Kept)),
                None => drop(found.insert(path.clone(), Difference::Surplus)),
            }
        }
        for path in self.expected.keys().filter(|path| !files.contains_key(*path)) {
            found.insert(path.clone(), Difference::Missing);
        }
    }

    /// How what was made, or what is online when nothing was, differs from what is expected.
    fn differences(&self) -> BTreeMap<OutputPath, (Difference, Vec<u8>)> {
        let expected = |path: &OutputPath| self.expected.get(path).cloned().unwrap_or_default();
        let found = std::mem::take(&mut *self.found());
        found.into_iter().map(|(path, difference)| (path.clone(), (difference, expected(&path)))).collect()
    }
}

impl Sink for Against<'_> {
    fn open(&self) -> Result<Previous, Box<Diagnostic>> {
        let previous = self.behind.map_or_else(|| Ok(Previous::default()), |sink| sink.open())?;
        *self.online.lock().unwrap_or_else(PoisonError::into_inner) = Some(previous.files.clone());
        Ok(previous)
    }

    fn peek(&self) -> Result<Previous, Box<Diagnostic>> {
        self.behind.map_or_else(|| Ok(Previous::default()), |sink| sink.peek())
    }

    fn stage(&self, path: &OutputPath, bytes: &[u8]) -> io::Result<()> {
        match self.expected.get(path) {
            Some(expected) if expected != bytes => {
                self.found().insert(path.clone(), Difference::Bytes(bytes.to_vec()));
            }
            _ => {}
        }
        self.behind.map_or(Ok(()), |sink| sink.stage(path, bytes))
    }

    fn publish(&self, plan: &Publication) -> Result<Published, Box<Diagnostic>> {
        *self.online.lock().unwrap_or_else(PoisonError::into_inner) = None;
        self.compare(&plan.files);
        let count = self.found().len();
        match self.behind {
            Some(_) if count > 0 => {
                let message = format!("{count} outputs are not what a build that remembers nothing makes");
                Err(Box::new(Diagnostic::new(Code::NotReproducible, message)))
            }
            Some(sink) => sink.publish(plan),
            None => Ok(Published { written: plan.files.len(), removed: Vec::new(), unchanged: 0 }),
        }
    }

    fn close(&self) {
        // A build that had nothing to do vouches for what is there.
        let online = self.online.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let (Some(files), Some(_)) = (online, self.behind) {
            self.compare(&files);
        }
        if let Some(sink) = self.behind {
            sink.close();
        }
    }
}

/// What differs, for people: each output with the first place, and what it depends on.
fn told(
    found: &BTreeMap<OutputPath, (Difference, Vec<u8>)>,
    condition: &str,
    asked: impl Fn(&OutputPath) -> Option<String>,
) -> Vec<Diagnostic> {
    let mut problems: Vec<Diagnostic> = found
        .iter()
        .take(TOLD)
        .map(|(path, (difference, expected))| {
            let what = match difference {
                Difference::Bytes(made) => place(expected, made),
                Difference::Kept => "what is in the output folder is another".to_owned(),
                Difference::Surplus => "it is made in one of the two only".to_owned(),
                Difference::Missing => "it is missing from one of the two".to_owned(),
            };
            let problem = Diagnostic::new(Code::NotReproducible, format!("`{path}` is another {condition}: {what}"));
            problem.help_any(asked(path))
        })
        .collect();
    if found.len() > TOLD {
        let message = format!("and {} more outputs are others {condition}", found.len() - TOLD);
        problems.push(Diagnostic::new(Code::NotReproducible, message));
    }
    problems
}

/// The first place in which two texts differ: its line, and both texts around it.
fn place(one: &[u8], other: &[u8]) -> String {
    let at = one.iter().zip(other).take_while(|(a, b)| a == b).count();
    let line = one[..at].iter().filter(|byte| **byte == b'\n').count() + 1;
    let shown = |bytes: &[u8]| {
        let start = bytes[..at].iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
        let end = bytes[at..].iter().position(|byte| *byte == b'\n').map_or(bytes.len(), |end| at + end);
        let before: Vec<char> = String::from_utf8_lossy(&bytes[start..at]).chars().collect();
        let before: String = before[before.len().saturating_sub(BEFORE)..].iter().collect();
        let after: String = String::from_utf8_lossy(&bytes[at..end]).chars().take(SHOWN).collect();
        format!("`{}`", format!("{before}{after}").escape_debug())
    };
    format!("line {line} is {}, and {}", shown(one), shown(other))
}

/// The first question of an output that two builds answered in two ways.
fn asked_otherwise(one: &Memory, other: &Memory, path: &OutputPath) -> Option<String> {
    let trace = one.traces().output(path)?;
    let is_other = |(question, answer): &&(Question, _)| other.traces().answer(question) != Some(*answer);
    Some(match one.traces().questions_of(trace).find(is_other) {
        Some((question, _)) => format!("it depends on {question}, which had two answers"),
        None => "all that it depends on was the same, so the fault is in how it is made: report this".to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_place_is_told_with_what_surrounds_it() {
        assert_eq!(place(b"a\nb c\n", b"a\nb d\n"), "line 2 is `b c`, and `b d`");
        assert_eq!(place(b"a", b"a\x1b[31m"), r"line 1 is `a`, and `a\u{1b}[31m`");
        assert_eq!(place("é".as_bytes(), "è".as_bytes()).matches("line 1").count(), 1);
        let long = format!("{}x{}", "a".repeat(500), "b".repeat(500));
        assert!(place(long.as_bytes(), long.replace('x', "y").as_bytes()).len() < 250);
    }
}
