//! The program run as a child that may take so much time and memory, and no more.

use crate::scratch::{Ran, Scratch};
use std::process::Stdio;
use std::sync::mpsc;
use std::time::Duration;

/// After that a child is killed, and the test fails: nothing here takes a tenth of it on an idle machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// How much address space a child may have, in MB. A build of a small site wants less than 100 of it, with two threads of
/// work and two arenas of the allocator, whatever the machine has.
pub const ADDRESSES: u64 = 600;

/// What a child did.
pub struct Watched {
    pub ran: Ran,
    /// Processor time, in milliseconds.
    pub cpu: u64,
}

impl Watched {
    /// Insists on an end that is an answer: no panic, no signal.
    #[track_caller]
    pub fn answered(self, what: &str) -> Watched {
        let Ran { code, stderr, .. } = &self.ran;
        assert!(matches!(code, 0 | 1) && !stderr.contains("panicked"), "{what}: exit code {code}\n{}", head(stderr));
        self
    }

    /// Insists on errors, each of these words among what was said, and nothing published.
    #[track_caller]
    pub fn refused(self, what: &str, words: &[&str]) -> Watched {
        let watched = self.answered(what);
        assert_eq!(watched.ran.code, 1, "{what}: {}", head(&watched.ran.stderr));
        for word in words {
            assert!(watched.ran.stderr.contains(word), "{what}: no `{word}` in\n{}", head(&watched.ran.stderr));
        }
        watched
    }
}

/// The first lines of a text, cut where they are long.
fn head(text: &str) -> String {
    text.lines().take(40).map(|line| line.chars().take(200).collect::<String>() + "\n").collect()
}

/// Runs the program in a folder; it is killed when it takes too long.
#[track_caller]
pub fn run(site: &Scratch, arguments: &[&str]) -> Watched {
    run_within(ADDRESSES, site, arguments)
}

/// The same, with another bound of its memory, in MB of addresses.
#[cfg(unix)]
#[track_caller]
pub fn run_within(megabytes: u64, site: &Scratch, arguments: &[&str]) -> Watched {
    use std::os::unix::process::CommandExt;
    let program = site.command(arguments);
    // The shell limits what the program gets, and tells what it took.
    let script = format!("ulimit -v {}; \"$0\" \"$@\"; code=$?; times >&2; exit $code", megabytes << 10);
    let mut shell = std::process::Command::new("sh");
    shell.args(["-c", &script]).arg(program.get_program()).args(program.get_args()).current_dir(site.root());
    for (name, value) in program.get_envs() {
        match value {
            Some(value) => shell.env(name, value),
            None => shell.env_remove(name),
        };
    }
    let child = shell
        .env("RUST_BACKTRACE", "0")
        .env("RAYON_NUM_THREADS", "2")
        .env("MALLOC_ARENA_MAX", "2")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0)
        .spawn()
        .unwrap();
    let group = rustix::process::Pid::from_child(&child);
    let (tell, ended) = mpsc::channel();
    let guard = std::thread::spawn(move || {
        let is_late = ended.recv_timeout(PATIENCE).is_err();
        if is_late {
            let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
        }
        is_late
    });
    let output = child.wait_with_output().unwrap();
    let _ = tell.send(());
    assert!(!guard.join().unwrap(), "{arguments:?} was killed after {PATIENCE:?}");
    let mut ran = Ran::from(output);
    // The last line has the times of the children.
    let cpu = ran.stderr.lines().last().map_or(0, milliseconds);
    let said = ran.stderr.lines().count().saturating_sub(2);
    ran.stderr = ran.stderr.lines().take(said).map(|line| format!("{line}\n")).collect();
    Watched { ran, cpu }
}

/// The sum of times such as `0m1.250s 0m0.03s`.
fn milliseconds(line: &str) -> u64 {
    let one = |time: &str| {
        let (minutes, seconds) = time.trim_end_matches('s').split_once('m')?;
        Some((minutes.parse::<f64>().ok()? * 60.0 + seconds.replace(',', ".").parse::<f64>().ok()?) * 1000.0)
    };
    line.split_whitespace().filter_map(one).sum::<f64>() as u64
}

/// A post with that body.
pub fn post(body: &str) -> String {
    format!("+++\ntitle = \"Un\"\ndate = 2025-06-19\nsource = \"WSJ\"\n+++\n{body}\n")
}

/// A site with a post, published once, and what is then in its output.
pub struct Published {
    pub site: Scratch,
    before: std::collections::BTreeMap<String, Vec<u8>>,
}

impl Published {
    pub fn new() -> Published {
        let site = Scratch::site(&[("content/posts/un.md", &post("Un."))]);
        site.run(&["build"]).ok();
        let before = site.tree("public");
        assert!(before.contains_key("index.html"));
        Published { site, before }
    }

    /// Insists that the output is as it was, byte for byte.
    #[track_caller]
    pub fn is_untouched(&self, what: &str) {
        assert!(self.site.tree("public") == self.before, "{what}: something was published");
    }
}
