//! How editors save, replayed as system calls beside a preview: the newest text is shown, nothing wrong before it, and
//! little work is done for it.

use super::editors::{SAVES, anew, obsidian};
use super::scratch::{NOW, Scratch, skipped};
use manchette::base::{OutputPath, SourcePath};
use manchette::pipeline::{ConfigFile, Edition, Hint, Live, Memory, Proof, Request};
use manchette::serve::{self, State, Witness};
use manchette::watch::{Heard, How, News, Teller, Watch};
use manchette::world::{DiskWorld, WithThemes};
use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};
use std::thread::{JoinHandle, sleep};
use std::time::{Duration, Instant};

/// The slowest machine shows a save within that.
const BOUND: Duration = Duration::from_secs(10);

/// How long nothing must come before all is said.
const QUIET: Duration = Duration::from_millis(350);

/// A site that is previewed, without the connections.
struct Preview {
    site: Scratch,
    state: Arc<State>,
    counted: Arc<Counted>,
    teller: Teller,
    thread: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Counted {
    editions: AtomicUsize,
}

impl Witness for Counted {
    fn published(&self, _: &Edition, _: &News, _: Duration) {
        self.editions.fetch_add(1, Ordering::SeqCst);
    }

    fn proved(&self, _: &Edition, _: &Proof, _: Duration) {}

    fn notice(&self, _: &str) {}
}

impl Preview {
    fn of(site: Scratch, how: How) -> Preview {
        let watch = Watch::start(site.root(), &[site.path("public")], how);
        let world = Arc::new(WithThemes::new(DiskWorld::new(site.root().to_owned())));
        let request = Request { at: Some(NOW.to_owned()), drafts: true, ..Request::default() };
        let config = ConfigFile { world: world.clone(), path: SourcePath::new("site.toml") };
        let mut live = Live::new(world, config, Memory::new(), request);
        let state = Arc::new(State::new());
        state.publish(live.look(&Hint::Everything).unwrap());
        let counted = Arc::<Counted>::default();
        let teller = watch.teller();
        let thread = std::thread::spawn({
            let (state, witness) = (state.clone(), counted.clone() as Arc<dyn Witness>);
            move || serve::run(live, watch, &state, &witness)
        });
        Preview { site, state, counted, teller, thread: Some(thread) }
    }

    fn show(&self, path: &str) -> Option<String> {
        show(&self.state, path)
    }

    fn editions(&self) -> usize {
        self.counted.editions.load(Ordering::SeqCst)
    }

    /// Waits until a page shows a text.
    #[track_caller]
    fn shows(&self, path: &str, text: &str) {
        let start = Instant::now();
        while !self.show(path).is_some_and(|page| page.contains(text)) {
            assert!(start.elapsed() < BOUND, "{path} never showed {text}, but {:?}", self.show(path));
            sleep(Duration::from_millis(2));
        }
    }

    /// Waits until no more editions come.
    fn settle(&self) {
        let mut known = (self.editions(), Instant::now());
        while known.1.elapsed() < QUIET {
            sleep(Duration::from_millis(10));
            if self.editions() != known.0 {
                known = (self.editions(), Instant::now());
            }
        }
    }
}

impl Drop for Preview {
    fn drop(&mut self) {
        self.teller.stop();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// A page as it is shown now; nothing where there is none, or only one that cannot be made.
fn show(state: &State, path: &str) -> Option<String> {
    let edition = state.newest().edition?;
    let shown = state.memo.show(&edition, &OutputPath::parse(path).unwrap())?;
    (!shown.bytes.is_empty()).then(|| String::from_utf8_lossy(&shown.bytes).into_owned())
}

/// Looks at a page all the time, until it is asked what it saw: which numbers, and whether there was no page.
struct Reader {
    is_over: Arc<AtomicBool>,
    thread: JoinHandle<BTreeSet<Option<usize>>>,
}

impl Reader {
    fn of(preview: &Preview, path: &'static str) -> Reader {
        let is_over = Arc::<AtomicBool>::default();
        let thread = std::thread::spawn({
            let (state, is_over) = (preview.state.clone(), is_over.clone());
            move || {
                let mut seen = BTreeSet::new();
                while !is_over.load(Ordering::SeqCst) {
                    seen.insert(show(&state, path).and_then(|page| number_in(&page)));
                    sleep(Duration::from_millis(1));
                }
                seen
            }
        });
        Reader { is_over, thread }
    }

    fn saw(self) -> BTreeSet<Option<usize>> {
        self.is_over.store(true, Ordering::SeqCst);
        self.thread.join().unwrap()
    }
}

fn post(title: &str, body: &str) -> String {
    format!("+++\ntitle = \"{title}\"\ndate = 2025-06-19\n+++\n\n{body}\n")
}

/// A text with a number that a page shows.
fn text(number: usize) -> String {
    post("Un", &format!("Texte [{number}] de la dépêche."))
}

fn number_in(page: &str) -> Option<usize> {
    page.split("Texte [").nth(1)?.split(']').next()?.parse().ok()
}

/// Where the post of these tests is, and its page.
const FILE: &str = "content/posts/un.md";
const PAGE: &str = "2025/06/un/index.html";

fn site() -> Scratch {
    Scratch::site(&[(FILE, &text(0)), ("content/posts/deux.md", &post("Deux", "Autre."))])
}

/// All editors, one after the other. Whether nothing wrong was ever shown is only asked where the machine let the save
/// come through as fast as the editor meant it.
fn every_editor(how: How, most: usize) {
    let preview = Preview::of(site(), how);
    preview.shows(PAGE, "Texte [0]");
    preview.settle();
    for (round, (name, save, swift)) in SAVES.iter().enumerate() {
        let (before, number) = (preview.editions(), round + 1);
        let reader = Reader::of(&preview, PAGE);
        let start = Instant::now();
        save(&preview.site.path(FILE), &text(number));
        let is_swift = start.elapsed() < *swift;

        preview.shows(PAGE, &format!("Texte [{number}]"));
        preview.settle();
        let (saw, made) = (reader.saw(), preview.editions() - before);
        assert_eq!(preview.show(PAGE).and_then(|page| number_in(&page)), Some(number), "{name}");
        let is_right = saw.iter().all(|seen| [Some(round), Some(number)].contains(seen));
        assert!(is_right || !is_swift, "{name}: {saw:?}");
        assert!(made <= most || !is_swift, "{name}: {made} editions");
    }
}

#[test]
fn p39_every_editor_is_followed() {
    every_editor(How::System, 2);
}

#[test]
fn p39_every_editor_is_followed_by_looking() {
    every_editor(How::Poll(Duration::from_millis(50)), 3);
}

#[test]
fn p39_who_saves_at_every_stroke_sees_the_last_one() {
    let preview = Preview::of(site(), How::System);
    let reader = Reader::of(&preview, PAGE);
    let start = Instant::now();
    for number in 1..=40 {
        obsidian(&preview.site.path(FILE), &text(number));
        sleep(Duration::from_millis(3));
    }
    let is_swift = start.elapsed() < Duration::from_secs(2);
    preview.shows(PAGE, "Texte [40]");
    preview.settle();
    assert!(!reader.saw().contains(&None) || !is_swift);
    assert!(preview.editions() <= 41, "{} editions", preview.editions());
}

#[test]
fn a_real_vim_is_followed() {
    let preview = Preview::of(site(), How::System);
    for (number, backup_copy) in [(1, "no"), (2, "yes"), (3, "auto")] {
        let mut vim = Command::new("vim");
        vim.args(["-Nu", "NONE", "-es", "-c", &format!("set backupcopy={backup_copy}")]);
        vim.args(["-c", &format!("%s/\\[\\d*\\]/[{number}]/"), "-c", "wq", FILE]);
        let Ok(status) = vim.env("HOME", preview.site.root()).current_dir(preview.site.root()).status() else {
            skipped("there is no vim here");
            return;
        };
        assert!(status.success());
        preview.shows(PAGE, &format!("Texte [{number}]"));
    }
}

#[test]
fn a_post_that_is_renamed_deleted_and_brought_back() {
    let preview = Preview::of(site(), How::System);
    let (here, there) = (preview.site.path(FILE), preview.site.path("content/posts/trois.md"));
    fs::rename(&here, &there).unwrap();
    preview.shows("2025/06/trois/index.html", "Texte [0]");
    assert_eq!(preview.show(PAGE), None);
    fs::remove_file(&there).unwrap();
    let start = Instant::now();
    while preview.show("2025/06/trois/index.html").is_some() {
        assert!(start.elapsed() < BOUND);
        sleep(Duration::from_millis(2));
    }
    fs::write(&here, text(7)).unwrap();
    preview.shows(PAGE, "Texte [7]");
}

#[test]
fn settings_and_templates_take_effect_break_and_are_mended() {
    let preview = Preview::of(site(), How::System);
    let settings = preview.site.read("site.toml");
    preview.site.write("site.toml", settings.replace("Essai", "Autre titre"));
    preview.shows(PAGE, "Autre titre");
    preview.site.write("site.toml", "title = ");
    preview.settle();
    preview.shows(PAGE, "Autre titre");
    preview.site.write("site.toml", settings.replace("Essai", "Encore un"));
    preview.shows(PAGE, "Encore un");
}

/// The real thing, asked over HTTP.
#[test]
fn p40_a_browser_is_shown_the_newest_text_and_nothing_wrong_before_it() {
    let site = site();
    let child = site.command(&["serve", "--port", "0"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut serving = Serving(child);
    let lines = BufReader::new(serving.0.stderr.take().unwrap()).lines().map_while(Result::ok);
    let others = BufReader::new(serving.0.stdout.take().unwrap()).lines().map_while(Result::ok);
    let (sender, receiver) = mpsc::channel();
    for lines in [Box::new(lines) as Box<dyn Iterator<Item = String> + Send>, Box::new(others)] {
        let sender = sender.clone();
        std::thread::spawn(move || lines.for_each(|line| drop(sender.send(line))));
    }
    let port = loop {
        let line = receiver.recv_timeout(BOUND).expect("it says where it is");
        if let Some(rest) = line.split("http://localhost:").nth(1) {
            let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
            break digits.parse::<u16>().unwrap();
        }
    };
    for (round, (name, save, swift)) in SAVES.iter().enumerate() {
        let start = Instant::now();
        save(&site.path(FILE), &text(round + 1));
        let is_swift = start.elapsed() < *swift;
        loop {
            let (status, page) = get(port, "/2025/06/un/");
            match number_in(&page) {
                Some(number) if number == round + 1 => break,
                Some(number) => assert_eq!((status, number), (200, round), "{name}"),
                None => assert!(!is_swift, "{name}: {status} {page}"),
            }
            assert!(start.elapsed() < BOUND, "{name}: {page}");
            sleep(Duration::from_millis(2));
        }
    }
}

/// A program that ends with its test.
struct Serving(Child);

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The status and the body of an answer.
fn get(port: u16, path: &str) -> (u16, String) {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let status = answer.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap();
    (status, answer)
}

/// How a branch is switched, with git itself or as git does it.
fn storm(site: &Scratch, files: &[(String, String)]) -> Box<dyn FnOnce(&Path) + Send> {
    let git = |arguments: &[&str]| {
        let mut command = Command::new("git");
        command.args(["-c", "user.name=c", "-c", "user.email=c@example.org", "-c", "gc.auto=0"]).args(arguments);
        command.current_dir(site.root()).env("GIT_CONFIG_GLOBAL", "/dev/null").output()
    };
    let is_git = git(&["init", "-q"]).is_ok_and(|output| output.status.success());
    if !is_git {
        let files = files.to_vec();
        return Box::new(move |root| files.iter().for_each(|(path, text)| anew(&root.join(path), text)));
    }
    let commit = |name: &str| {
        for arguments in [&["add", "-A"][..], &["commit", "-qm", name], &["branch", name]] {
            assert!(git(arguments).unwrap().status.success());
        }
    };
    let before: Vec<String> = files.iter().map(|(path, _)| site.read(path)).collect();
    commit("before");
    files.iter().for_each(|(path, text)| site.write(path, text));
    commit("after");
    assert!(git(&["checkout", "-q", "before"]).unwrap().status.success());
    assert!(files.iter().zip(&before).all(|((path, _), text)| site.read(path) == *text));
    Box::new(|root| {
        assert!(Command::new("git").args(["checkout", "-q", "after"]).current_dir(root).status().unwrap().success());
    })
}

#[test]
fn p41_a_branch_of_two_thousand_posts_is_one_refresh() {
    let site = Scratch::site(&[]);
    let body = |number: usize, branch: &str| post(&format!("Dépêche {number}"), &format!("Branche {branch}."));
    let files: Vec<(String, String)> =
        (0..2000).map(|number| (format!("content/posts/p{number}.md"), body(number, "après"))).collect();
    (0..2000).for_each(|number| site.write(&files[number].0, body(number, "avant")));
    let switch = storm(&site, &files);
    let preview = Preview::of(site, How::System);
    let pages = [0, 999, 1999].map(|number| format!("2025/06/p{number}/index.html"));
    pages.iter().for_each(|page| preview.shows(page, "Branche avant."));
    preview.settle();
    let before = preview.editions();
    // Who has nothing else to do than to listen is not told of every file either.
    let mut idle = Watch::start(preview.site.root(), &[preview.site.path("public")], How::System);
    let stop = idle.teller();
    let listener = std::thread::spawn(move || {
        let mut heard = 0;
        while idle.wait(None) != Heard::Stopped {
            heard += 1;
        }
        heard
    });
    switch(preview.site.root());
    let start = Instant::now();
    while pages.iter().any(|page| !preview.show(page).is_some_and(|page| page.contains("Branche après."))) {
        assert!(start.elapsed() < BOUND * 3);
        sleep(Duration::from_millis(20));
    }
    preview.settle();
    let made = preview.editions() - before;
    assert!(made <= 4, "{made} editions");
    stop.stop();
    let heard = listener.join().unwrap();
    assert!((1..=20).contains(&heard), "{heard} pieces of news");
}

#[test]
fn p40_nothing_is_heard_of_reading_and_of_builds() {
    let site = site();
    let mut watch = Watch::start(site.root(), &[site.path("public")], How::System);
    site.run(&["build"]).ok();
    site.run(&["check"]).ok();
    assert_eq!(site.tree("content").len(), 2);
    assert_eq!(watch.wait(Some(Duration::from_secs(2))), Heard::Nothing);
    site.write(FILE, text(1));
    assert!(matches!(watch.wait(Some(BOUND)), Heard::News(_)));
    site.run(&["build"]).ok();
    assert_eq!(watch.wait(Some(Duration::from_secs(1))), Heard::Nothing);
}
