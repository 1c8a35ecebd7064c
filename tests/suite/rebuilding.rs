//! `manchette build --watch`, as somebody meets it who serves the output folder with another program.

use super::scratch::Scratch;
use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// The slowest machine follows an edit within that.
const BOUND: Duration = Duration::from_secs(20);

/// The program at work.
struct Rebuilding<'a> {
    site: &'a Scratch,
    child: Child,
    said: Arc<Mutex<Vec<String>>>,
}

impl<'a> Rebuilding<'a> {
    /// Starts, and waits for the first build.
    fn of(site: &'a Scratch, arguments: &[&str]) -> Rebuilding<'a> {
        Rebuilding::started(site, site.command(&[&["build", "--watch"], arguments].concat()))
    }

    fn started(site: &'a Scratch, mut command: Command) -> Rebuilding<'a> {
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let (said, lines) =
            (Arc::<Mutex<Vec<String>>>::default(), BufReader::new(child.stderr.take().unwrap()).lines());
        std::thread::spawn({
            let said = said.clone();
            move || lines.map_while(Result::ok).for_each(|line| said.lock().unwrap().push(line))
        });
        let rebuilding = Rebuilding { site, child, said };
        rebuilding.says("waiting for changes");
        rebuilding
    }

    fn said(&self) -> Vec<String> {
        self.said.lock().unwrap().clone()
    }

    #[track_caller]
    fn wait(&self, what: &str, is_so: impl Fn() -> bool) {
        let start = Instant::now();
        while !is_so() {
            assert!(start.elapsed() < BOUND, "never: {what}; it said {:#?}", self.said());
            sleep(Duration::from_millis(10));
        }
    }

    #[track_caller]
    fn says(&self, words: &str) {
        self.wait(words, || self.said().iter().any(|line| line.contains(words)));
    }

    #[track_caller]
    fn writes(&self, path: &str, text: &str) {
        let path = self.site.path(path);
        self.wait(text, || fs::read_to_string(&path).is_ok_and(|page| page.contains(text)));
    }

    /// Ends it with a signal, and says how it ended.
    fn end(&mut self, signal: &str) -> Option<i32> {
        let id = self.child.id().to_string();
        assert!(Command::new("sh").args(["-c", &format!("kill -{signal} {id}")]).status().unwrap().success());
        let start = Instant::now();
        loop {
            match self.child.try_wait().unwrap() {
                Some(status) => return status.code(),
                None => assert!(start.elapsed() < BOUND, "it does not end"),
            }
            sleep(Duration::from_millis(10));
        }
    }
}

impl Drop for Rebuilding<'_> {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn post(title: &str, body: &str) -> String {
    format!("+++\ntitle = \"{title}\"\ndate = 2025-06-19\n+++\n\n{body}\n")
}

fn site() -> Scratch {
    Scratch::site(&[
        ("content/posts/un.md", &post("Un", "Premier.")),
        ("content/posts/deux.md", &post("Deux", "Autre.")),
    ])
}

const PAGE: &str = "public/2025/06/un/index.html";

#[test]
fn the_output_follows_edits_and_ctrl_c_ends_it() {
    let site = site();
    for (arguments, signal, code) in [(&[][..], "INT", 130), (&["--poll=50"], "TERM", 143)] {
        site.write("content/posts/un.md", post("Un", "Premier."));
        let mut rebuilding = Rebuilding::of(&site, arguments);
        rebuilding.writes(PAGE, "Premier.");
        site.write("content/posts/un.md", post("Un", "Deuxième."));
        rebuilding.writes(PAGE, "Deuxième.");
        rebuilding.says("content/posts/un.md: ");
        fs::rename(site.path("content/posts/deux.md"), site.path("content/posts/trois.md")).unwrap();
        rebuilding.writes("public/2025/06/trois/index.html", "Autre.");
        rebuilding.wait("the old page goes", || !site.path("public/2025/06/deux/index.html").exists());
        fs::rename(site.path("content/posts/trois.md"), site.path("content/posts/deux.md")).unwrap();
        rebuilding.writes("public/2025/06/deux/index.html", "Autre.");
        assert_eq!(rebuilding.end(signal), Some(code));
    }
    let kept = site.tree("public");
    site.run(&["build", "--no-cache"]).ok();
    assert_eq!(site.tree("public"), kept);
}

#[test]
fn what_is_broken_leaves_the_last_good_site_and_is_mended() {
    let site = site();
    let settings = site.read("site.toml");
    let rebuilding = Rebuilding::of(&site, &[]);
    for (round, path, broken, whole) in [
        (1, "content/posts/un.md", "+++\ntitle = \n+++\n".to_owned(), None),
        (2, "site.toml", "title = ".to_owned(), Some(settings.clone())),
        (3, "templates/post.html", "{% if".to_owned(), None),
    ] {
        let before = site.read(PAGE);
        site.write(path, broken);
        rebuilding.wait("an error", || {
            rebuilding.said().iter().filter(|line| line.contains("nothing was published")).count() == round
        });
        assert_eq!(site.read(PAGE), before);
        match whole {
            Some(text) => site.write(path, text),
            None if round == 1 => site.write(path, post("Un", "Mendé.")),
            None => fs::remove_file(site.path(path)).unwrap(),
        }
        site.write("content/posts/un.md", post("Un", &format!("Ronde {round}.")));
        rebuilding.writes(PAGE, &format!("Ronde {round}."));
    }
    fs::remove_file(site.path("site.toml")).unwrap();
    rebuilding.says("there is no site.toml");
    site.write("site.toml", settings.replace("Essai", "Autre titre"));
    rebuilding.writes(PAGE, "Autre titre");
}

#[test]
fn another_output_folder_is_followed() {
    let site = site();
    let settings = site.read("site.toml");
    let rebuilding = Rebuilding::of(&site, &[]);
    site.write("site.toml", format!("output = \"static/ailleurs\"\n{settings}"));
    rebuilding.says("static/ailleurs");
    rebuilding.says("nothing was published");
    site.write("site.toml", format!("output = \"ailleurs\"\n{settings}"));
    rebuilding.writes("ailleurs/2025/06/un/index.html", "Premier.");
    site.write("content/posts/un.md", post("Un", "Deuxième."));
    rebuilding.writes("ailleurs/2025/06/un/index.html", "Deuxième.");
}

#[test]
fn who_is_idle_writes_nothing_and_says_nothing() {
    let site = site();
    let rebuilding = Rebuilding::of(&site, &[]);
    let written = |path: &str| fs::metadata(site.path(path)).unwrap().modified().unwrap();
    sleep(Duration::from_millis(300));
    let before = (rebuilding.said(), written("public"), written(PAGE), site.tree(".manchette"));
    // Nothing is different there, and some of it is no source.
    site.write("content/posts/un.md", post("Un", "Premier."));
    site.write("content/posts/un.md~", "backup");
    site.write("README.md", "nobody cares");
    sleep(Duration::from_millis(1500));
    let after = site.tree(".manchette");
    // The clock of the disk is asked by writing `moment`.
    let is_other = |path: &&String| before.3.get(*path) != after.get(*path) && !path.ends_with("/moment");
    let others: Vec<&String> = before.3.keys().chain(after.keys()).filter(is_other).collect();
    assert_eq!(others, [""; 0]);
    assert_eq!((rebuilding.said(), written("public"), written(PAGE)), (before.0, before.1, before.2));
}

#[test]
fn a_post_appears_at_its_hour() {
    let site = site();
    let hour = jiff::Timestamp::now() + Duration::from_secs(4);
    site.write(
        "content/posts/tard.md",
        format!("+++\ntitle = \"Tard\"\ndate = {hour:.0}\nslug = \"tard\"\n+++\n\nEnfin.\n"),
    );
    let mut command = site.command(&["build", "--watch"]);
    command.env_remove("MANCHETTE_AT");
    let rebuilding = Rebuilding::started(&site, command);
    rebuilding.says("not yet: content/posts/tard.md");
    rebuilding.says("the hour has come");
    assert!(site.tree("public").keys().any(|path| path.contains("tard")));
}
