//! Updates and corrections that are dated later: published at their hour, like posts.

use crate::engine::{difference, said};
use crate::scratch::Scratch;
use manchette::base::{OutputPath, SourcePath, SourceText};
use manchette::pipeline::{self, Memory, Report, Request, Way};
use manchette::sink::{MemoryShelf, MemorySink};
use manchette::world::MemoryWorld;
use std::sync::Arc;

const POST: &str = "content/posts/a.md";
const TEXT: &str = "+++\ntitle = \"A\"\ndate = 2025-06-18T08:00:00Z\nupdated = 2025-06-19T18:00:00Z\n\n[[updates]]\ndate = 2025-06-19T10:00:00Z\ntext = \"Déjà su.\"\n\n[[updates]]\ndate = 2025-06-20T08:00:00Z\ntext = \"Sous embargo.\"\n\n[[corrections]]\ndate = 2025-06-21T08:00:00Z\ntext = \"Était faux.\"\n+++\nChapô.\n\nLa suite.\n";

/// What each page tells of an article's changes.
const PAGE: &str = "{{ page.title }}{% if page.kind == \"post\" %}{{ page.body }}|{{ page.updated.iso }}{% for note in page.updates %}|{{ note.text }}{% endfor %}{% for note in page.corrections %}|{{ note.text }}{% endfor %}{% elif page.kind == \"home\" %}{% for note in page.updates %}|{{ note.text }}{% endfor %}{% endif %}";

struct Site {
    world: MemoryWorld,
    sink: MemorySink,
    shelf: Arc<MemoryShelf>,
}

impl Site {
    fn new() -> Site {
        let moment = "2025-06-19T12:00:00Z".parse().unwrap();
        let mut world = MemoryWorld::new(moment).with("themes/small/theme.toml", "name = \"small\"\n").with(POST, TEXT);
        for name in ["home", "post", "page", "topic", "topics", "source", "sources", "archive", "404"] {
            world = world.with(&format!("themes/small/templates/{name}.html"), PAGE);
        }
        Site { world, sink: MemorySink::new(), shelf: Arc::new(MemoryShelf::new()) }
    }

    /// Builds by another process, as a clean build does; what its outputs say of the changes.
    fn build(&self, request: &Request) -> (Report, Vec<&'static str>) {
        let config = "title = \"Essai\"\nbase_url = \"https://example.org\"\ntimezone = \"UTC\"\ntheme = \"small\"\n[sources]\nrequired = \"off\"\n";
        let config = SourceText::new(SourcePath::new("site.toml"), config);
        let build = |sink, memory: &mut Memory| pipeline::build(&self.world, sink, memory, &config, request);
        let report = build(&self.sink, &mut Memory::load(self.shelf.clone()));
        let clean = MemorySink::new();
        assert_eq!(said(&report), said(&build(&clean, &mut Memory::new())));
        assert_eq!(difference(&self.sink.files(), &clean.files()), None);
        let all = self.sink.files();
        let text = |path: &str| String::from_utf8(all[&OutputPath::parse(path).unwrap()].clone()).unwrap();
        let shown = ["Déjà su", "Sous embargo", "Était faux"].into_iter().filter(|words| {
            let places = ["2025/06/a/index.html", "index.html", "atom.xml"].map(|path| text(path).contains(words));
            assert!(places.iter().all(|is| *is == places[0]), "{words}: {places:?}");
            places[0]
        });
        let shown = shown.collect();
        assert!(text("2025/06/a/index.html").contains("La suite."));
        (report, shown)
    }

    fn at(&mut self, moment: &str) -> (Way, Vec<&'static str>, Option<String>) {
        self.world = self.world.clone().at(moment.parse().unwrap());
        let (report, shown) = self.build(&Request::default());
        let held = report.held.iter().map(|(path, when)| format!("{path} {}", when.instant)).next();
        let sitemap = self.sink.files()[&OutputPath::parse("sitemap.xml").unwrap()].clone();
        let newest = if shown.contains(&"Était faux") { "2025-06-21" } else { "2025-06-20" };
        let is_newest = String::from_utf8(sitemap).unwrap().contains(newest);
        assert_eq!(is_newest, shown.contains(&"Sous embargo"), "{moment}");
        (report.way, shown, held)
    }
}

#[test]
fn p33_updates_and_corrections_are_published_at_their_hour() {
    let mut site = Site::new();
    let held = |when: &str| Some(format!("{POST} {when}"));
    assert_eq!(site.at("2025-06-19T12:00:00Z").1, ["Déjà su"]);
    // The same again, but for a word: what is to come stays where it is.
    assert_eq!(site.at("2025-06-19T12:30:00Z"), (Way::Stood, vec!["Déjà su"], held("2025-06-19T18:00:00Z")));
    site.world = site.world.clone().with(POST, TEXT.replace("La suite.", "La suite. Et plus."));
    assert_eq!(site.at("2025-06-19T13:00:00Z").1, ["Déjà su"]);
    assert_eq!(site.at("2025-06-19T18:00:00Z").2, held("2025-06-20T08:00:00Z"));
    assert_eq!(site.at("2025-06-20T07:59:59Z").0, Way::Stood);
    assert_eq!(
        site.at("2025-06-20T08:00:00Z"),
        (Way::Assembled, vec!["Déjà su", "Sous embargo"], held("2025-06-21T08:00:00Z"))
    );
    assert_eq!(site.at("2025-06-22T08:00:00Z"), (Way::Assembled, vec!["Déjà su", "Sous embargo", "Était faux"], None));
    // A clock that goes back.
    assert_eq!(site.at("2025-06-19T12:00:00Z").1, ["Déjà su"]);
    // All that is to come, when a run asks for it.
    let request = Request { future: true, ..Request::default() };
    let (report, shown) = site.build(&request);
    assert_eq!((shown.len(), report.held.len()), (3, 0));
}

/// A site on the disk, with its posts.
fn on_disk(files: &[(&str, &str)]) -> Scratch {
    let site = Scratch::site(files);
    let config =
        "title = \"Essai\"\nbase_url = \"https://example.org\"\nlanguage = \"fr\"\ntimezone = \"Europe/Paris\"\n";
    site.write("site.toml", config);
    site
}

#[test]
fn a_moment_that_the_clocks_of_the_site_skip_or_repeat_is_an_error() {
    let site = on_disk(&[
        ("content/posts/un.md", "+++\ntitle = \"Un\"\ndate = 2025-01-01\nsource = \"WSJ\"\n+++\nUn.\n"),
        ("content/posts/secret.md", "+++\ntitle = \"Secret\"\ndate = 2025-11-01\nsource = \"WSJ\"\n+++\nUn.\n"),
    ]);
    for (at, words) in [("2025-03-30T02:30", "clocks were put forward"), ("2025-10-26 02:30", "comes twice")] {
        for command in [
            &["build"][..],
            &["build", "--verify"],
            &["check"],
            &["list", "posts"],
            &["new", "Un titre"],
            &["theme", "check"],
        ] {
            let arguments = [command, &["--at", at]].concat();
            let ran = site.run(&arguments);
            assert_eq!(ran.code, 1, "{arguments:?}: {}", ran.stderr);
            assert!(ran.stderr.contains("bad-date") && ran.stderr.contains(words), "{arguments:?}: {}", ran.stderr);
        }
    }
    assert!(!site.path("public").exists() && !site.path("content/posts/2025").exists());
    site.run(&["build", "--at", "2025-10-26T02:30+02:00"]).ok();
    let published = site.tree("public");
    assert!(published.contains_key("2025/01/un/index.html") && !published.contains_key("2025/11/secret/index.html"));
}

#[test]
fn what_is_not_the_hidden_articles_own_is_published_all_the_same() {
    const HIDDEN: &str = "+++\ntitle = \"Un\"\ndate = 2025-06-19\nexpires = 2025-06-20\n+++\nUn.\n";
    const SHOWN: &str = "+++\ntitle = \"Deux\"\ndate = 2025-06-19\nsource = \"WSJ\"\n+++\n![a](b.svg)\n";
    const DRAWN: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"9\" height=\"9\"/>";
    let site = on_disk(&[
        ("content/index.md", "+++\ntitle = \"Annonce\"\nexpires = 2025-06-20\n+++\nAnnonce.\n"),
        ("content/img/x.svg", DRAWN),
        ("content/rapport.txt", "Un."),
        ("content/posts/outer/index.md", HIDDEN),
        ("content/posts/outer/own.svg", DRAWN),
        ("content/posts/outer/inner/index.md", SHOWN),
        ("content/posts/outer/inner/b.svg", DRAWN),
    ]);
    let published = |at: &str| {
        let ran = site.run(&["build", "--at", at, "--deny", "missing-image"]).ok();
        (
            site.tree("public")
                .into_keys()
                .filter(|path| path.ends_with(".svg") || path.ends_with(".txt"))
                .collect::<Vec<_>>(),
            ran,
        )
    };
    let ours = ["2025/06/inner/b.svg", "2025/06/outer/own.svg", "img/x.svg", "rapport.txt"];
    let of = |all: &[String]| ours.into_iter().filter(|path| all.iter().any(|is| is == path)).collect::<Vec<_>>();
    assert_eq!(of(&published("2025-06-19").0), ours);
    assert_eq!(of(&published("2025-06-21").0), [ours[0], ours[2], ours[3]]);
    // Who shows what went with another article is told where it went.
    site.write("content/posts/autre.md", SHOWN.replace("b.svg", "outer/own.svg"));
    let said = site.run(&["check", "--at", "2025-06-21"]).stderr;
    assert!(said.contains("`content/posts/outer/index.md` is not published, and neither is"), "{said}");
}

#[test]
fn no_post_is_begun_that_would_have_no_address() {
    let site =
        on_disk(&[("content/posts/un.md", "+++\ntitle = \"Un\"\ndate = 2025-01-01\ntags = [\"IA\"]\n+++\nUn.\n")]);
    site.write(
        "site.toml",
        site.read("site.toml") + "[urls]\nposts = \"/:topic/:slug/\"\n[sources]\nrequired = \"off\"\n",
    );
    let ran = site.run(&["new", "Sans sujet"]);
    assert!(ran.code == 1 && ran.stderr.contains("give it one with `--tag`"), "{}", ran.stderr);
    site.run(&["new", "Avec sujet", "--tag", "IA"]).ok();
    site.run(&["build"]).ok();
}
