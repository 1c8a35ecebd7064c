//! Publishing as promised, by the program itself: kills, full disks, two builds at once, onlookers.

use super::scratch::{Ran, Scratch, copy, skipped, tree, without_settings};
use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant, SystemTime};

pub(super) type Tree = BTreeMap<String, Vec<u8>>;

/// The two ways of publishing.
pub(super) const METHODS: &[&str] = &["in-place", "swap"];

/// Two versions of a site and what a clean build makes of each.
pub(super) struct Versions {
    pub(super) scratch: Scratch,
    pub(super) sources: [Scratch; 2],
    pub(super) clean: [Tree; 2],
}

impl Versions {
    pub(super) fn new(method: &str) -> Versions {
        Versions::at(Scratch::empty(), method)
    }

    /// The same in a folder that is there.
    pub(super) fn at(scratch: Scratch, method: &str) -> Versions {
        let sources = [0, 1].map(|version| sources(version, method));
        let clean = [0, 1].map(|version| {
            let clean = Scratch::copy_of(sources[version].root());
            clean.run(&["build"]).ok();
            site(&clean.path("public"))
        });
        Versions { scratch, sources, clean }
    }

    /// Makes the sources those of a version.
    pub(super) fn turn_to(&self, version: usize) {
        for folder in ["content", "static"] {
            fs::remove_dir_all(self.scratch.path(folder)).unwrap_or_default();
        }
        copy(self.sources[version].root(), self.scratch.root());
    }

    pub(super) fn build(&self) -> Ran {
        self.scratch.run(&["build"])
    }

    pub(super) fn published(&self) -> Tree {
        site(&self.scratch.path("public"))
    }

    #[track_caller]
    pub(super) fn assert_is(&self, version: usize, when: &str) {
        assert!(
            self.published() == self.clean[version],
            "{when}: not version {version}: {:?}",
            self.differences(version)
        );
    }

    fn differences(&self, version: usize) -> Vec<String> {
        let (there, clean) = (self.published(), &self.clean[version]);
        let names = there.keys().chain(clean.keys());
        names.filter(|name| there.get(*name) != clean.get(*name)).cloned().collect()
    }

    /// Insists that every file is whole, of one version or the other.
    #[track_caller]
    pub(super) fn assert_whole(&self, when: &str) {
        for (name, bytes) in self.published() {
            let is_whole = self.clean.iter().any(|clean| clean.get(&name) == Some(&bytes));
            assert!(is_whole || name.ends_with(".manchette-tmp"), "{when}: {name} is torn");
        }
    }

    #[track_caller]
    pub(super) fn assert_no_remains(&self, when: &str) {
        let entries = fs::read_dir(self.scratch.path(".manchette")).unwrap().flatten();
        let names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
        let odd: Vec<String> =
            names.filter(|name| ["next", "undo", "journal", "complete"].contains(&name.as_str())).collect();
        assert!(odd.is_empty(), "{when}: {odd:?} is left");
        assert!(
            !self.published().keys().any(|name| name.ends_with(".manchette-tmp")),
            "{when}: temporary files are left"
        );
    }
}

/// The files of a site but for the list of them.
pub(super) fn site(folder: &Path) -> Tree {
    let mut files = tree(folder);
    files.remove(".manchette-manifest");
    files
}

/// Posts that stay, change, come and go; a file that becomes a folder.
fn sources(version: usize, method: &str) -> Scratch {
    let scratch = Scratch::site(&[]);
    let settings = format!("title = \"Essai\"\nbase_url = \"https://example.org\"\npublish = \"{method}\"\n");
    scratch.write("site.toml", settings);
    for number in 0..12 {
        let text = if number % 3 == 0 { version * 1000 } else { 0 } + number;
        let name = if number % 4 == 0 { format!("v{version}-{number}") } else { number.to_string() };
        let post = format!(
            "+++\ntitle = \"Titre {text}\"\ndate = 2025-06-{:02}\ntags = [\"IA\"]\n[source]\nname = \"Wired\"\nurl = \"https://wired.com/{number}\"\n+++\nTexte {text}.\n",
            number + 1
        );
        scratch.write(&format!("content/posts/2025-06-{:02}-{name}.md", number + 1), post);
    }
    let file = ["static/swing", "static/swing/inside.txt"][version];
    scratch.write(file, format!("version {version}"));
    scratch.write("static/large.bin", vec![b'0' + u8::try_from(version).unwrap(); 40_000]);
    scratch
}

/// Numbers that look random and come again with the same seed.
pub(super) struct Random(pub(super) u64);

impl Random {
    pub(super) fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit.max(1)
    }
}

pub(super) fn number_from(variable: &str) -> Option<u64> {
    std::env::var(variable).ok()?.parse().ok()
}

/// `MANCHETTE_KILLS=200 cargo test --test suite kill` takes a minute or two; `MANCHETTE_SEED` repeats a run.
#[cfg(unix)]
#[test]
fn p04_whenever_it_is_killed_every_file_is_whole_and_the_next_build_is_right() {
    let kills = number_from("MANCHETTE_KILLS").unwrap_or(16);
    let seed = number_from("MANCHETTE_SEED").unwrap_or_else(|| u64::from(std::process::id()) * 7919 + 1);
    eprintln!("MANCHETTE_SEED={seed}");
    let mut random = Random(seed);
    let versions = METHODS.iter().map(|method| Versions::new(method)).collect::<Vec<_>>();
    let lengths: Vec<u64> = versions
        .iter()
        .map(|versions| {
            versions.turn_to(0);
            let start = Instant::now();
            versions.build().ok();
            u64::try_from(start.elapsed().as_micros()).unwrap()
        })
        .collect();
    let mut under_way = 0;
    // What was built last; nothing after a kill that was not put right.
    let mut built = [Some(0), Some(0)];
    for kill in 0..kills {
        let at = usize::try_from(kill % 2).unwrap();
        let (site, method) = (&versions[at], METHODS[at]);
        let version = built[at].map_or_else(|| usize::try_from(random.below(2)).unwrap(), |version| 1 - version);
        built[at] = None;
        site.turn_to(version);
        let when = format!("seed {seed}, kill {kill} of a build by {method}");
        kill_while_it_builds(site, method, lengths[at], &mut random);
        under_way +=
            u64::from(["journal", "complete"].iter().any(|name| site.scratch.path(".manchette").join(name).exists()));
        site.assert_whole(&when);
        if method == "swap" {
            assert!(site.clean.contains(&site.published()), "{when}: a mixture");
        }
        // Sometimes the next one is killed too, while it mends.
        if random.below(3) > 0 || kill + 2 >= kills {
            site.build().ok();
            site.assert_is(version, &when);
            site.assert_no_remains(&when);
            built[at] = Some(version);
        }
    }
    eprintln!("{kills} kills, {under_way} of them while publishing");
}

/// Half of the kills come at any time, half as soon as there is something to publish, or soon after.
#[cfg(unix)]
fn kill_while_it_builds(site: &Versions, method: &str, length: u64, random: &mut Random) {
    let mut child = site.scratch.command(&["build"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    if random.below(2) == 0 {
        std::thread::sleep(Duration::from_micros(random.below(length * 5 / 4)));
    } else {
        let waiting: &[&str] = if method == "swap" { &["next", "complete"] } else { &["next", "journal", "undo"] };
        let awaited = waiting[usize::try_from(random.below(waiting.len() as u64)).unwrap()];
        let awaited = site.scratch.path(".manchette").join(awaited);
        while !awaited.exists() && child.try_wait().unwrap().is_none() {
            std::hint::spin_loop();
        }
        std::thread::sleep(Duration::from_micros(random.below(600)));
    }
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn p02_who_reads_during_a_build_finds_every_page_that_both_sites_have() {
    for method in METHODS {
        let site = Versions::new(method);
        site.turn_to(0);
        site.build().ok();
        let [old, new] = &site.clean;
        let shared: Vec<&String> = old.keys().filter(|name| new.contains_key(*name)).collect();
        let is_over = AtomicBool::new(false);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                while !is_over.load(Ordering::SeqCst) {
                    for name in &shared {
                        let read = fs::read(site.scratch.path("public").join(name));
                        let bytes = read.unwrap_or_else(|error| panic!("{method}: {name}: {error}"));
                        assert!(bytes == old[*name] || bytes == new[*name], "{method}: {name} is torn");
                    }
                }
            });
            for version in [1, 0, 1, 0] {
                site.turn_to(version);
                let ran = site.build();
                if ran.code != 0 {
                    is_over.store(true, Ordering::SeqCst);
                }
                ran.ok();
                site.assert_is(version, method);
            }
            is_over.store(true, Ordering::SeqCst);
        });
    }
}

#[test]
fn p13_an_idle_build_touches_nothing() {
    for method in METHODS {
        let site = Versions::new(method);
        for version in [0, 1] {
            site.turn_to(version);
            site.build().ok();
        }
        let before = times(&site.scratch.path("public"));
        for flags in [&["build"][..], &["build", "--sync", "--no-wait"]] {
            site.scratch.run(flags).ok();
            assert_eq!(times(&site.scratch.path("public")), before);
        }
    }
}

/// When each file and folder was last touched in any way.
fn times(folder: &Path) -> BTreeMap<PathBuf, (SystemTime, Vec<i64>)> {
    let entries = walkdir::WalkDir::new(folder).into_iter().map(Result::unwrap);
    let stamp = |metadata: &fs::Metadata| {
        #[cfg(unix)]
        {
            use std::os::unix::fs::MetadataExt;
            vec![i64::try_from(metadata.ino()).unwrap(), metadata.ctime(), metadata.ctime_nsec()]
        }
        #[cfg(not(unix))]
        Vec::new()
    };
    entries
        .map(|entry| {
            let metadata = entry.metadata().unwrap();
            (entry.path().to_owned(), (metadata.modified().unwrap(), stamp(&metadata)))
        })
        .collect()
}

#[test]
fn p25_outputs_that_were_edited_cut_or_deleted_are_restored() {
    for method in METHODS {
        let site = Versions::new(method);
        for version in [0, 1, 0] {
            site.turn_to(version);
            site.build().ok();
        }
        let public = site.scratch.path("public");
        let old = fs::read(public.join("index.html")).unwrap();
        let edited: Vec<u8> = old.iter().map(|byte| if *byte == b'e' { b'o' } else { *byte }).collect();
        fs::write(public.join("index.html"), edited).unwrap();
        fs::write(public.join("404.html"), "").unwrap();
        fs::remove_file(public.join("sitemap.xml")).unwrap();
        fs::remove_dir_all(public.join("2025")).unwrap();
        site.build().ok();
        site.assert_is(0, method);
    }
}

#[cfg(unix)]
#[test]
fn p12_modes_do_not_depend_on_the_umask() {
    use std::os::unix::fs::PermissionsExt;
    for (method, umask) in METHODS.iter().zip(["077", "277"]) {
        let site = Versions::new(method);
        for version in [0, 1, 0] {
            site.turn_to(version);
            let script = format!("umask {umask}; exec \"$0\" build");
            let mut shell = without_settings("sh");
            shell.args(["-c", &script, env!("CARGO_BIN_EXE_manchette")]).current_dir(site.scratch.root());
            Ran::from(shell.output().unwrap()).ok();
            for entry in walkdir::WalkDir::new(site.scratch.path("public")).into_iter().map(Result::unwrap) {
                let mode = entry.metadata().unwrap().permissions().mode() & 0o777;
                let expected = if entry.file_type().is_dir() { 0o755 } else { 0o644 };
                assert_eq!(mode, expected, "{method}, umask {umask}: {}", entry.path().display());
            }
        }
    }
}

#[test]
fn p06_a_second_build_waits_and_says_so_or_fails_when_it_shall_not_wait() {
    let site = Versions::new("in-place");
    site.turn_to(0);
    site.build().ok();
    site.turn_to(1);
    let lock = fs::File::options().write(true).open(site.scratch.path(".manchette/lock")).unwrap();
    lock.lock().unwrap();

    let ran = site.scratch.run(&["build", "--no-wait"]);
    assert_eq!(ran.code, 1);
    assert!(ran.stderr.contains("error[busy]: another build of this site is running"), "{}", ran.stderr);
    site.assert_is(0, "the other did not wait");

    let mut waiting = site.scratch.command(&["build"]).stderr(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
    let mut stderr = BufReader::new(waiting.stderr.take().unwrap());
    let mut line = String::new();
    stderr.read_line(&mut line).unwrap();
    assert_eq!(line, "another build of this site is running: waiting for it\n");
    site.assert_is(0, "the other waits");
    drop(lock);
    stderr.read_to_string(&mut line).unwrap();
    assert!(waiting.wait().unwrap().success(), "{line}");
    site.assert_is(1, "the other waited");
}

#[test]
fn p06_builds_at_once_do_not_mix() {
    for method in METHODS {
        let site = Versions::new(method);
        for version in [0, 1, 0] {
            site.turn_to(version);
            let mut running: Vec<_> = (0..3)
                .map(|_| site.scratch.command(&["build"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap())
                .collect();
            assert!(running.iter_mut().all(|build| build.wait().unwrap().success()));
            site.assert_is(version, method);
            site.assert_no_remains(method);
        }
    }
}

/// A folder that is a file system of its own until it is dropped.
#[cfg(target_os = "linux")]
pub(super) struct Mount(PathBuf);

#[cfg(target_os = "linux")]
impl Mount {
    /// Nothing where one may not mount.
    pub(super) fn tmpfs(at: &Path, options: &str) -> Option<Mount> {
        fs::create_dir_all(at).unwrap();
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", options, "tmpfs"]).arg(at).output();
        mounted.is_ok_and(|mounted| mounted.status.success()).then(|| Mount(at.to_owned()))
    }

    fn remount(&self, options: &str) {
        let status = Command::new("mount").args(["-o", options]).arg(&self.0).status();
        assert!(status.unwrap().success());
    }
}

#[cfg(target_os = "linux")]
impl Drop for Mount {
    fn drop(&mut self) {
        Command::new("umount").arg("-l").arg(&self.0).status().unwrap();
    }
}

/// Writes to a file until the disk is full, then gives some of it back.
#[cfg(target_os = "linux")]
pub(super) fn fill(file: &Path, leaving: u64) {
    let mut ballast = fs::File::create(file).unwrap();
    while std::io::Write::write_all(&mut ballast, &[0; 4096]).is_ok() {}
    let length = ballast.metadata().unwrap().len();
    ballast.set_len(length.saturating_sub(leaving)).unwrap();
}

#[cfg(target_os = "linux")]
#[test]
fn p05_a_full_disk_is_an_error_and_loses_nothing() {
    for method in METHODS {
        let scratch = Scratch::empty();
        let Some(_mount) = Mount::tmpfs(scratch.root(), "size=4m,mode=755") else {
            skipped("nothing can be mounted here");
            return;
        };
        let site = Versions::at(scratch, method);
        site.turn_to(0);
        site.build().ok();
        site.turn_to(1);
        let ballast = site.scratch.path("ballast");
        // From no room at all until there is enough.
        let mut refused = 0;
        for leaving in (0..).map(|step| step * 12 * 1024) {
            fill(&ballast, leaving);
            let ran = site.build();
            if ran.code == 0 {
                break;
            }
            refused += 1;
            assert_eq!(ran.code, 1);
            assert!(ran.stderr.contains("No space left on device"), "{}", ran.stderr);
            site.assert_is(0, &format!("{method}, {leaving} bytes left"));
            fs::remove_file(&ballast).unwrap();
        }
        assert!(refused > 3, "{refused}");
        site.assert_is(1, method);
        fs::remove_file(&ballast).unwrap();
        site.build().ok();
        site.assert_is(1, method);
        site.assert_no_remains(method);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn p05_an_output_that_is_read_only_is_an_error_and_loses_nothing() {
    for method in METHODS {
        let site = Versions::new(method);
        let Some(mount) = Mount::tmpfs(&site.scratch.path("public"), "size=8m,mode=755") else {
            skipped("nothing can be mounted here");
            return;
        };
        site.turn_to(0);
        let ran = site.build().ok();
        assert_eq!(site.scratch.run(&["build"]).ok().code, ran.code);
        mount.remount("remount,ro");
        site.turn_to(1);
        let ran = site.build();
        assert_eq!(ran.code, 1);
        assert!(ran.stderr.contains("Read-only file system"), "{}", ran.stderr);
        site.assert_is(0, method);
        mount.remount("remount,rw");
        let ran = site.build().ok();
        site.assert_is(1, method);
        site.assert_no_remains(method);
        // A mount point cannot be exchanged.
        assert_eq!(ran.stderr.contains("folders cannot be exchanged here"), *method == "swap", "{}", ran.stderr);
    }
}
