//! How editors save, replayed as system calls beside a preview: the newest text is shown, nothing wrong before it, and
//! little work is done for it.

use super::scratch::{NOW, Scratch};
use manchette::base::{OutputPath, SourcePath};
use manchette::pipeline::{ConfigFile, Edition, Hint, Live, Memory, Proof, Request};
use manchette::serve::{self, State, Witness};
use manchette::watch::{Heard, How, News, Teller, Watch};
use manchette::world::{DiskWorld, WithThemes};
use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::{JoinHandle, sleep};
use std::time::{Duration, Instant};

/// The slowest machine shows a save within that.
const BOUND: Duration = Duration::from_secs(10);

/// How long nothing must come before all is said.
const QUIET: Duration = Duration::from_millis(350);

/// A save that the machine did not let come through at once may be seen half.
const SWIFT: Duration = Duration::from_millis(60);

/// The same for one that pauses on purpose.
const STEADY: Duration = Duration::from_millis(200);

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

fn write(path: &Path, text: &str) {
    let mut file = File::create(path).unwrap();
    file.write_all(text.as_bytes()).unwrap();
    file.sync_all().unwrap();
}

fn beside(path: &Path, name: impl Fn(&str) -> String) -> std::path::PathBuf {
    path.with_file_name(name(path.file_name().unwrap().to_str().unwrap()))
}

/// vim with `backupcopy=no`: it looks whether it may, moves the old file away and writes a new one.
fn vim_by_renaming(path: &Path, text: &str) {
    let (backup, probe) = (beside(path, |name| format!("{name}~")), path.with_file_name("4913"));
    File::create(&probe).unwrap();
    fs::remove_file(&probe).unwrap();
    fs::rename(path, &backup).unwrap();
    write(path, text);
    fs::set_permissions(path, fs::Permissions::from_mode(0o644)).unwrap();
    fs::remove_file(&backup).unwrap();
}

/// The same with `backup`: the old file stays.
fn vim_with_backup(path: &Path, text: &str) {
    let backup = beside(path, |name| format!("{name}~"));
    fs::rename(path, &backup).unwrap();
    write(path, text);
}

/// vim with `backupcopy=yes`, and its swap file.
fn vim_by_copying(path: &Path, text: &str) {
    let (backup, swap) = (beside(path, |name| format!("{name}~")), beside(path, |name| format!(".{name}.swp")));
    let probe = beside(path, |name| format!(".{name}.swx"));
    fs::write(&swap, "b0VIM").unwrap();
    fs::write(&probe, "").unwrap();
    fs::remove_file(&probe).unwrap();
    fs::copy(path, &backup).unwrap();
    write(path, text);
    fs::remove_file(&backup).unwrap();
    fs::remove_file(&swap).unwrap();
}

/// Emacs: a lock that is a link to nowhere, an auto-save, and a backup by renaming.
fn emacs(path: &Path, text: &str) {
    let lock = beside(path, |name| format!(".#{name}"));
    let (draft, backup) = (beside(path, |name| format!("#{name}#")), beside(path, |name| format!("{name}~")));
    symlink("claire@host.4242:1700000000", &lock).unwrap();
    fs::write(&draft, text).unwrap();
    fs::rename(path, &backup).unwrap();
    write(path, text);
    fs::remove_file(&lock).unwrap();
    fs::remove_file(&draft).unwrap();
}

/// VS Code, nano, and most: truncate and write.
fn in_place(path: &Path, text: &str) {
    fs::write(path, text).unwrap();
}

/// VS Code, when it is asked to save atomically.
fn code_atomically(path: &Path, text: &str) {
    let temporary = beside(path, |name| format!("{name}.vsctmp"));
    write(&temporary, text);
    fs::rename(&temporary, path).unwrap();
}

/// JetBrains' safe write.
fn jetbrains(path: &Path, text: &str) {
    let (new, old) =
        (beside(path, |name| format!("{name}___jb_tmp___")), beside(path, |name| format!("{name}___jb_old___")));
    write(&new, text);
    fs::rename(path, &old).unwrap();
    fs::rename(&new, path).unwrap();
    fs::remove_file(&old).unwrap();
}

/// nano with a backup: a copy of the old file, then in place.
fn nano_with_backup(path: &Path, text: &str) {
    fs::copy(path, beside(path, |name| format!("{name}~"))).unwrap();
    fs::write(path, text).unwrap();
}

/// Obsidian: in place, and the time is what it says.
fn obsidian(path: &Path, text: &str) {
    let modified = fs::metadata(path).unwrap().modified().unwrap();
    fs::write(path, text).unwrap();
    OpenOptions::new().write(true).open(path).unwrap().set_modified(modified).unwrap();
}

/// `sed -i`: a new file whose name nobody knows.
fn sed(path: &Path, text: &str) {
    let temporary = path.with_file_name("sedK3x9Qa");
    write(&temporary, text);
    fs::set_permissions(&temporary, fs::Permissions::from_mode(0o644)).unwrap();
    fs::rename(&temporary, path).unwrap();
}

/// Deleted and made again.
fn anew(path: &Path, text: &str) {
    fs::remove_file(path).unwrap();
    fs::write(path, text).unwrap();
}

/// Over a slow line: nothing, a part of the front matter, the rest.
fn slowly(path: &Path, text: &str) {
    let mut file = File::create(path).unwrap();
    sleep(Duration::from_millis(40));
    file.write_all(&text.as_bytes()[..12]).unwrap();
    sleep(Duration::from_millis(40));
    file.write_all(&text.as_bytes()[12..]).unwrap();
}

type Save = fn(&Path, &str);

const SAVES: [(&str, Save, Duration); 13] = [
    ("in place", in_place, SWIFT),
    ("vim, by renaming", vim_by_renaming, SWIFT),
    ("vim, with a backup", vim_with_backup, SWIFT),
    ("vim, by copying", vim_by_copying, SWIFT),
    ("Emacs", emacs, SWIFT),
    ("VS Code, atomically", code_atomically, SWIFT),
    ("JetBrains", jetbrains, SWIFT),
    ("nano, with a backup", nano_with_backup, SWIFT),
    ("Obsidian", obsidian, SWIFT),
    ("sed -i", sed, SWIFT),
    ("deleted and made again", anew, SWIFT),
    ("slowly", slowly, STEADY),
    ("in place, once more", in_place, SWIFT),
];

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
fn every_editor_is_followed() {
    every_editor(How::System, 2);
}

#[test]
fn every_editor_is_followed_by_looking() {
    every_editor(How::Poll(Duration::from_millis(50)), 3);
}

#[test]
fn who_saves_at_every_stroke_sees_the_last_one() {
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
            eprintln!("skipped: there is no vim here");
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
fn a_branch_of_two_thousand_posts_is_one_refresh() {
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
    switch(preview.site.root());
    let start = Instant::now();
    while pages.iter().any(|page| !preview.show(page).is_some_and(|page| page.contains("Branche après."))) {
        assert!(start.elapsed() < BOUND * 3);
        sleep(Duration::from_millis(20));
    }
    preview.settle();
    let made = preview.editions() - before;
    assert!(made <= 4, "{made} editions");
}

#[test]
fn nothing_is_heard_of_reading_and_of_builds() {
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
