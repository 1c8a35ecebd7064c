//! What is heard of a folder on the disk that somebody works in, from the system itself and by looking.

use super::scratch::Scratch;
use manchette::base::SourcePath;
use manchette::watch::{Heard, How, News, Watch};
use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::time::{Duration, Instant};

/// Both ways to hear.
const WAYS: [How; 2] = [How::System, How::Poll(Duration::from_millis(60))];

/// How long the slowest machine may take.
const LONG: Duration = Duration::from_secs(20);

/// How long nothing must be heard.
const QUIET: Duration = Duration::from_millis(300);

/// A site that is listened to.
struct Listener {
    site: Scratch,
    watch: Watch,
    how: How,
    /// What was heard of: what was found by looking is told once more, in case the clock of the disk is a slow one.
    known: BTreeSet<SourcePath>,
}

impl Listener {
    fn to(how: How, files: &[&str]) -> Listener {
        Listener::prepared(how, files, |_| {})
    }

    /// To a site with these files, after something else was done to it.
    fn prepared(how: How, files: &[&str], prepare: impl Fn(&Scratch)) -> Listener {
        let site = Scratch::site(&[]);
        files.iter().for_each(|path| site.write(path, "first"));
        prepare(&site);
        let watch = Watch::start(site.root(), &[site.path("public"), site.path("static/made")], how);
        Listener::new(site, watch, how)
    }

    fn new(site: Scratch, watch: Watch, how: How) -> Listener {
        Listener { site, watch, how, known: BTreeSet::new() }
    }

    fn wait(&mut self, patience: Duration) -> Option<News> {
        match self.watch.wait(Some(patience)) {
            Heard::News(news) => {
                self.known.extend(news.paths.iter().cloned());
                Some(news)
            }
            Heard::Nothing => None,
            Heard::Stopped => panic!("nobody stopped it"),
        }
    }

    /// Waits until all of these were named, and says how many pieces of news that took.
    #[track_caller]
    fn hears(&mut self, wanted: &[&str]) -> usize {
        let mut wanted: BTreeSet<SourcePath> = wanted.iter().map(SourcePath::new).collect();
        let start = Instant::now();
        let mut pieces = 0;
        while !wanted.is_empty() {
            assert!(start.elapsed() < LONG, "never heard of {wanted:?}");
            let Some(news) = self.wait(LONG) else { continue };
            wanted.retain(|path| !news.paths.contains(path) && !news.is_everywhere);
            pieces += 1;
        }
        pieces
    }

    /// Waits until nothing more comes.
    fn settle(&mut self) {
        while self.wait(QUIET).is_some() {}
    }

    #[track_caller]
    fn hears_nothing(&mut self) {
        let known = self.known.clone();
        while let Some(news) = self.wait(QUIET) {
            assert!(self.how != How::System && news.paths.is_subset(&known), "{news:?}");
        }
    }
}

#[test]
fn every_way_to_save_is_heard_of() {
    for how in WAYS {
        let mut heard = Listener::to(how, &["content/posts/a.md", "content/posts/b.md", "templates/t.html"]);
        let Listener { site, .. } = &heard;
        site.write("content/posts/a.md", "in place");
        site.write("content/posts/b.new", "renamed");
        fs::rename(site.path("content/posts/b.new"), site.path("content/posts/b.md")).unwrap();
        site.write("templates/new.html", "new");
        site.write("site.toml", "title = \"Autre\"");
        heard.hears(&["content/posts/a.md", "content/posts/b.md", "templates/new.html", "site.toml"]);
        heard.settle();
        fs::remove_file(heard.site.path("content/posts/a.md")).unwrap();
        heard.hears(&["content/posts/a.md"]);
    }
}

#[test]
fn a_save_that_keeps_time_and_size_is_heard_of() {
    for how in WAYS {
        let mut heard = Listener::to(how, &["content/posts/a.md"]);
        let path = heard.site.path("content/posts/a.md");
        let modified = fs::metadata(&path).unwrap().modified().unwrap();
        std::thread::sleep(Duration::from_millis(20));
        fs::write(&path, "other").unwrap();
        fs::File::options().write(true).open(&path).unwrap().set_modified(modified).unwrap();
        heard.hears(&["content/posts/a.md"]);
    }
}

#[test]
fn a_file_in_folders_that_were_made_with_it_is_heard_of() {
    for how in WAYS {
        let mut heard = Listener::to(how, &["content/posts/a.md"]);
        heard.site.write("content/posts/2025/12/new/index.md", "new");
        heard.hears(&["content/posts/2025/12/new/index.md"]);
        heard.settle();
        heard.site.write("content/posts/2025/12/new/index.md", "edited");
        heard.hears(&["content/posts/2025/12/new/index.md"]);
    }
}

#[test]
fn p41_source_folders_may_come_go_and_come_again() {
    for how in WAYS {
        let mut heard = Listener::to(how, &["content/posts/a.md"]);
        heard.site.write("data/new.toml", "a = 1");
        heard.hears(&["data/new.toml"]);
        fs::remove_dir_all(heard.site.path("content")).unwrap();
        heard.hears(&["content/posts/a.md"]);
        heard.settle();
        heard.site.write("content/posts/a.md", "again");
        heard.hears(&["content/posts/a.md"]);
        heard.settle();
        heard.site.write("content/posts/a.md", "and again");
        heard.hears(&["content/posts/a.md"]);
    }
}

#[test]
fn a_folder_moved_away_is_edited_and_moved_back() {
    for how in WAYS {
        let mut heard = Listener::to(how, &["content/posts/a.md", "content/posts/deep/b.md"]);
        let (here, away) = (heard.site.path("content"), heard.site.path("content.away"));
        fs::rename(&here, &away).unwrap();
        fs::write(away.join("posts/deep/b.md"), "edited while away").unwrap();
        fs::rename(&away, &here).unwrap();
        heard.hears(&["content/posts/deep/b.md"]);
        heard.settle();
        fs::rename(heard.site.path("content/posts/deep"), heard.site.path("content/posts/other")).unwrap();
        heard.hears(&["content/posts/other/b.md"]);
        heard.settle();
        heard.site.write("content/posts/other/b.md", "edited there");
        heard.hears(&["content/posts/other/b.md"]);
        fs::rename(&here, &away).unwrap();
        heard.settle();
        fs::write(away.join("posts/a.md"), "nobody hears this").unwrap();
        heard.hears_nothing();
    }
}

#[test]
fn links_are_followed_to_where_they_lead_now() {
    for how in WAYS {
        let files = ["content/posts/a.md", "common/c.md", "common/deep/d.md", "other/c.md", "lent/one.md"];
        let mut heard = Listener::prepared(how, &files, |site| {
            symlink("../common", site.path("content/common")).unwrap();
            symlink("../../lent/one.md", site.path("content/posts/one.md")).unwrap();
        });
        heard.site.write("common/deep/d.md", "edited behind a link");
        heard.hears(&["content/common/deep/d.md"]);
        heard.site.write("lent/one.md", "edited behind a link");
        heard.hears(&["content/posts/one.md"]);
        heard.settle();
        heard.site.write("lent/two.md", "nobody links to this");
        heard.site.write("other/c.md", "nobody links to this yet");
        heard.hears_nothing();

        symlink("../other", heard.site.path("content/other")).unwrap();
        heard.hears(&["content/other/c.md"]);
        heard.site.write("other/new.md", "new");
        heard.hears(&["content/other/new.md"]);
        heard.settle();

        symlink("../other", heard.site.path("content/turn")).unwrap();
        fs::rename(heard.site.path("content/turn"), heard.site.path("content/common")).unwrap();
        heard.hears(&["content/common/new.md"]);
        heard.site.write("other/c.md", "two paths");
        heard.hears(&["content/other/c.md", "content/common/c.md"]);

        fs::remove_dir_all(heard.site.path("other")).unwrap();
        heard.hears(&["content/other/c.md"]);
        heard.settle();
        heard.site.write("other/c.md", "the target is there again");
        heard.hears(&["content/other/c.md", "content/common/c.md"]);
    }
}

#[test]
fn a_folder_on_the_way_of_a_link_is_moved_away_and_back() {
    for how in WAYS {
        let mut heard = Listener::prepared(how, &["lent/deep/c.md", "content/posts/a.md"], |site| {
            symlink("../lent/deep", site.path("content/common")).unwrap();
        });
        let (here, away) = (heard.site.path("lent"), heard.site.path("away"));
        fs::rename(&here, &away).unwrap();
        heard.settle();
        fs::write(away.join("deep/c.md"), "edited while away").unwrap();
        fs::rename(&away, &here).unwrap();
        heard.hears(&["content/common/c.md"]);
        heard.settle();
        heard.site.write("lent/deep/c.md", "edited there");
        heard.hears(&["content/common/c.md"]);
    }
}

#[test]
fn a_root_that_was_moved_away_is_heard_of_when_it_is_back() {
    for how in WAYS {
        let parent = Scratch::empty();
        parent.write("site/content/posts/a.md", "a");
        let (here, away) = (parent.path("site"), parent.path("away"));
        let mut heard = Listener::new(Scratch::empty(), Watch::start(&here, &[], how), how);
        fs::rename(&here, &away).unwrap();
        heard.settle();
        fs::rename(&away, &here).unwrap();
        heard.settle();
        parent.write("site/content/posts/a.md", "edited");
        heard.hears(&["content/posts/a.md"]);
    }
}

#[test]
fn a_source_folder_may_become_a_link() {
    for how in WAYS {
        let mut heard = Listener::to(how, &["content/posts/a.md", "v2/posts/a.md"]);
        fs::remove_dir_all(heard.site.path("content")).unwrap();
        symlink("v2", heard.site.path("content")).unwrap();
        heard.hears(&["content/posts/a.md"]);
        heard.settle();
        heard.site.write("v2/posts/a.md", "edited");
        heard.hears(&["content/posts/a.md"]);
    }
}

#[test]
fn links_that_lead_out_or_round_are_left_alone() {
    for how in WAYS {
        let outside = Scratch::empty();
        outside.write("secret.md", "secret");
        let mut heard = Listener::prepared(how, &["content/posts/a.md"], |site| {
            symlink(outside.root(), site.path("content/outside")).unwrap();
            symlink("..", site.path("content/posts/round")).unwrap();
            symlink("self", site.path("content/self")).unwrap();
        });
        outside.write("secret.md", "edited");
        heard.hears_nothing();
        heard.site.write("content/posts/a.md", "edited");
        heard.hears(&["content/posts/a.md"]);
        // A link that leads nowhere is an error of the site: whoever walks wants to know of it.
        symlink("absent.md", heard.site.path("content/posts/lost.md")).unwrap();
        heard.hears(&["content/posts/lost.md"]);
        std::fs::remove_file(heard.site.path("content/posts/lost.md")).unwrap();
        heard.hears(&["content/posts/lost.md"]);
    }
}

#[test]
fn what_is_no_source_is_no_news() {
    for how in WAYS {
        let mut heard = Listener::to(how, &["content/posts/a.md", "static/a.css", "themes/x/node_modules/y/z.js"]);
        let Listener { site, .. } = &heard;
        for path in [
            "public/index.html",
            "static/made/index.html",
            ".manchette/next/a",
            ".git/HEAD",
            "target/debug/a",
            "node_modules/a/b.js",
            "themes/x/node_modules/y/z.js",
            "README.md",
            "content/posts/a.md~",
            "content/posts/.a.md.swp",
            "content/posts/#a.md#",
            "content/posts/4913",
        ] {
            site.write(path, "nobody cares");
        }
        symlink("claire@host.1234", site.path("content/posts/.#a.md")).unwrap();
        fs::remove_file(site.path("content/posts/.#a.md")).unwrap();
        heard.hears_nothing();
    }
}

#[test]
fn reading_everything_is_no_news() {
    for how in WAYS {
        let mut heard = Listener::to(how, &["content/posts/a.md", "static/a.css", "templates/t.html"]);
        heard.site.tree("");
        heard.hears_nothing();
        assert_eq!(heard.site.tree("content").len(), 1);
        heard.hears_nothing();
    }
}

/// Whoever is told of each file that is opened, and reads all of them when the system lost count, does so for ever.
#[test]
fn whoever_reads_twenty_thousand_files_hears_nothing() {
    let files: Vec<String> = (0..20_000).map(|number| format!("content/posts/{}/{number}.md", number % 50)).collect();
    let names: Vec<&str> = files.iter().map(String::as_str).collect();
    let mut heard = Listener::to(How::System, &names);
    assert_eq!(heard.site.tree("content").len(), names.len());
    heard.hears_nothing();
    heard.site.write(&files[7], "edited");
    heard.hears(&[&files[7]]);
    assert_eq!(heard.known.len(), 1);
}

#[test]
fn a_storm_is_few_pieces_of_news() {
    for how in WAYS {
        let files: Vec<String> = (0..2000).map(|number| format!("content/posts/{}/{number}.md", number % 20)).collect();
        let names: Vec<&str> = files.iter().map(String::as_str).collect();
        let mut heard = Listener::to(how, &names);
        let site = heard.site.root().to_owned();
        let storm = std::thread::spawn({
            let files = files.clone();
            move || files.iter().for_each(|path| replace(&site.join(path)))
        });
        let pieces = heard.hears(&names);
        storm.join().unwrap();
        assert!(pieces <= 4, "{pieces} pieces of news, {how:?}");
    }
}

/// As git does it.
fn replace(path: &Path) {
    fs::remove_file(path).unwrap();
    fs::write(path, "another branch").unwrap();
}

#[test]
fn what_comes_while_nobody_waits_is_one_piece_of_news() {
    for how in WAYS {
        let mut heard = Listener::to(how, &["content/posts/a.md", "content/posts/b.md"]);
        for number in 0..5 {
            heard.site.write("content/posts/a.md", format!("{number}"));
            heard.site.write("content/posts/b.md", format!("{number}"));
        }
        std::thread::sleep(Duration::from_millis(400));
        let news = heard.wait(LONG).unwrap();
        assert_eq!(news.paths, ["content/posts/a.md", "content/posts/b.md"].map(SourcePath::new).into());
    }
    let mut heard = Listener::to(How::System, &["content/posts/a.md"]);
    heard.site.write("content/posts/a.md", "edited");
    heard.hears(&["content/posts/a.md"]);
    heard.hears_nothing();
}

#[test]
fn a_configuration_elsewhere_is_heard_of_by_its_name() {
    for how in WAYS {
        let site = Scratch::site(&[("content/posts/a.md", "a"), ("config/live.toml", "title = \"a\"")]);
        let elsewhere = Scratch::empty();
        elsewhere.write("my.toml", "title = \"a\"");
        for (scratch, path, name) in [(&site, "config/live.toml", "live.toml"), (&elsewhere, "my.toml", "my.toml")] {
            let watch = Watch::with_config(site.root(), &scratch.path(path), &[], how);
            let mut heard = Listener::new(Scratch::empty(), watch, how);
            scratch.write("beside.toml", "nobody cares");
            heard.hears_nothing();
            scratch.write(path, "title = \"b\"");
            heard.hears(&[name]);
            heard.settle();
            scratch.write("new", "title = \"c\"");
            fs::rename(scratch.path("new"), scratch.path(path)).unwrap();
            heard.hears(&[name]);
        }
    }
}

#[test]
fn a_configuration_may_be_a_link() {
    for how in WAYS {
        let mut heard = Listener::prepared(how, &["content/posts/a.md", "config/a.toml", "config/b.toml"], |site| {
            fs::remove_file(site.path("site.toml")).unwrap();
            symlink("config/a.toml", site.path("site.toml")).unwrap();
        });
        heard.site.write("config/a.toml", "title = \"a\"");
        heard.hears(&["site.toml"]);
        heard.settle();
        symlink("config/b.toml", heard.site.path("turn")).unwrap();
        fs::rename(heard.site.path("turn"), heard.site.path("site.toml")).unwrap();
        heard.hears(&["site.toml"]);
        heard.settle();
        heard.site.write("config/b.toml", "title = \"b\"");
        heard.hears(&["site.toml"]);
    }
}

#[test]
fn who_never_closes_a_file_is_heard_of_too() {
    for how in WAYS {
        let mut heard = Listener::to(how, &["content/posts/a.md"]);
        let mut file = fs::File::options().append(true).open(heard.site.path("content/posts/a.md")).unwrap();
        for _ in 0..2 {
            std::io::Write::write_all(&mut file, b"more").unwrap();
            heard.hears(&["content/posts/a.md"]);
            heard.settle();
        }
        drop(file);
    }
}

#[test]
fn a_root_that_was_gone_is_heard_of_when_it_is_back() {
    for how in WAYS {
        let parent = Scratch::empty();
        parent.write("site/content/posts/a.md", "a");
        let watch = Watch::start(&parent.path("site"), &[], how);
        let mut heard = Listener::new(Scratch::empty(), watch, how);
        fs::remove_dir_all(parent.path("site")).unwrap();
        heard.settle();
        parent.write("site/content/posts/a.md", "again");
        let start = Instant::now();
        let mut is_back = false;
        while !is_back && start.elapsed() < LONG {
            is_back = heard.wait(QUIET).is_some();
        }
        assert!(is_back, "{how:?}");
        heard.settle();
        parent.write("site/content/posts/a.md", "edited");
        heard.hears(&["content/posts/a.md"]);
    }
}

#[test]
fn others_bring_news_and_end_the_waiting() {
    for how in WAYS {
        let mut heard = Listener::to(how, &["content/posts/a.md"]);
        let teller = heard.watch.teller();
        teller.tell(vec![SourcePath::new("content/posts/told.md")]);
        heard.hears(&["content/posts/told.md"]);
        let stopper = std::thread::spawn(move || teller.stop());
        assert_eq!(heard.watch.wait(None), Heard::Stopped);
        stopper.join().unwrap();
    }
}
