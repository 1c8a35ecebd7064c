//! An edit that only texts show is built from remembered answers, and from nothing else; every other edit is not.

use crate::dials::Dials;
use crate::engine::{Files, build_files, difference, replace, said};
use manchette::base::OutputPath;
use manchette::pipeline::{Memory, Report, Way};
use manchette::sink::{MemoryShelf, MemorySink, Shelf};
use std::sync::Arc;

const POST: &str = "content/posts/p0.md";

/// The site of the dials, published, with what is remembered of it.
struct Desk {
    files: Files,
    sink: MemorySink,
    shelf: Arc<MemoryShelf>,
}

impl Desk {
    fn new() -> Desk {
        let desk = Desk { files: Dials::new().files(), sink: MemorySink::new(), shelf: Arc::new(MemoryShelf::new()) };
        desk.build();
        desk
    }

    /// The same site in the same state, at another place.
    fn copy(&self) -> Desk {
        Desk { files: self.files.clone(), sink: self.sink.copy(), shelf: Arc::new(self.shelf.copy()) }
    }

    /// A build by another process.
    fn build(&self) -> Report {
        let report = self.build_only();
        self.assert_clean(&report);
        report
    }

    /// The same, where something else says whether it is right.
    fn build_only(&self) -> Report {
        build_files(&self.files, &self.sink, &mut Memory::load(self.shelf.clone()))
    }

    fn assert_clean(&self, report: &Report) {
        let sink = MemorySink::new();
        let clean = build_files(&self.files, &sink, &mut Memory::new());
        assert_eq!(said(report), said(&clean));
        if !clean.has_errors() {
            assert_eq!(difference(&self.sink.files(), &sink.files()), None);
        }
    }

    fn edit(&mut self, from: &str, to: &str) {
        replace(&mut self.files, POST, from, to);
    }
}

#[test]
fn what_an_editor_writes_is_built_without_the_site_as_often_as_they_save() {
    let mut desk = Desk::new();
    replace(&mut desk.files, "site.toml", "entries = 3", "entries = 30");
    desk.build();
    let mut one_process = Memory::load(Arc::new(desk.shelf.copy()));
    let other_sink = MemorySink::new();
    build_files(&desk.files, &other_sink, &mut one_process);
    let before = desk.shelf.read("index").unwrap();
    for number in 0..160 {
        // Two posts that one feed shows, in turn.
        let post = [POST, "content/posts/p3.md"][number % 2];
        desk.files.insert(post.to_owned(), Dials::new().files()[post].replace("Corps", &format!("Corps {number}")));
        // Each tenth is compared with a clean build, and all with one process that goes on.
        let report = if number % 10 == 0 { desk.build() } else { desk.build_only() };
        assert_eq!(report.way, Way::Amended, "{number}");
        assert_eq!(desk.build_only().way, Way::Stood, "{number}");
        let report = build_files(&desk.files, &other_sink, &mut one_process);
        assert_eq!(report.way, Way::Amended, "{number}");
        assert_eq!(difference(&other_sink.files(), &desk.sink.files()), None);
    }
    assert!(desk.shelf.read("index").unwrap() != before, "the log is folded into the index before it gets long");
    assert!(desk.shelf.sizes().unwrap().iter().map(|(_, size)| size).sum::<u64>() < 2_000_000);
}

#[test]
fn only_what_texts_alone_show_is_built_without_the_site() {
    let edits: &[(&str, &str, &str, Way)] = &[
        ("a typo", "Corps", "Corsp", Way::Amended),
        ("a paragraph", "Corps.", "Corps.\n\nUn autre, [là-bas](https://example.org).", Way::Amended),
        ("a comment in the front matter", "title =", "# note\ntitle =", Way::Assembled),
        ("a heading", "Corps.", "## Titre\n\nCorps.", Way::Assembled),
        ("a title", "Billet", "Article", Way::Assembled),
        ("the first paragraph", "Chapô", "Cahpô", Way::Assembled),
        ("a link to another post", "Corps.", "[Corps](/posts/p1.md).", Way::Assembled),
        ("a link that leads nowhere", "Corps.", "[Corps](/nulle-part/).", Way::Assembled),
        ("a directive that does not exist", "Corps.", "::: rien\nCorps.\n:::", Way::Assembled),
        ("a word that files it under a topic", "Corps.", "Corps. Variante.", Way::Assembled),
        ("two minutes more", "Corps.", &"mot ".repeat(500), Way::Assembled),
    ];
    for (name, from, to, way) in edits {
        let mut desk = Desk::new();
        replace(
            &mut desk.files,
            "site.toml",
            "[[topic]]",
            "[[topic]]\ntitle = \"Variantes\"\nmatch = [\"variante\"]\n\n[[topic]]",
        );
        desk.build();
        desk.edit(from, to);
        assert_eq!(desk.build().way, *way, "{name}");
        desk.edit(to, from);
        desk.build();
    }
    // Something else changes at the same time.
    for (path, from, to) in [
        ("site.toml", "\"Essai\"", "\"Journal\""),
        ("themes/small/templates/base.html", "<", " <"),
        ("content/posts/p1.md", "Billet", "Article"),
    ] {
        let mut desk = Desk::new();
        desk.edit("Corps", "Corsp");
        replace(&mut desk.files, path, from, to);
        assert_eq!(desk.build().way, Way::Assembled, "{path}");
    }
    let mut desk = Desk::new();
    desk.edit("Corps", "Corsp");
    desk.sink.tamper(&OutputPath::parse("index.html").unwrap(), None);
    assert_eq!(desk.build().way, Way::Assembled, "somebody deleted a page");
}

#[test]
fn an_article_with_a_problem_and_one_that_nobody_shows() {
    let mut desk = Desk::new();
    desk.edit("Corps.", "[Corps](/nulle-part/).");
    desk.build();
    desk.edit("[Corps]", "\n\nPlus bas, [Corps]");
    assert_eq!(desk.build().way, Way::Assembled, "the problem stands on another line");
    let mut desk = Desk::new();
    desk.edit("title =", "draft = true\ntitle =");
    desk.build();
    desk.edit("Corps", "Corsp");
    let report = desk.build();
    assert_eq!((report.way, report.published.unwrap().written), (Way::Amended, 0), "a draft");
    desk.edit("draft = true\n", "");
    desk.build();
}

#[test]
fn a_text_that_is_hidden_stays_hidden() {
    let home = "content/index.md";
    let hidden = ["draft = true", "expires = 2025-01-02", "date = 2031-01-01"];
    for hidden in hidden {
        let mut desk = Desk::new();
        let text = format!("+++\ntitle = \"La une\"\n{hidden}\n+++\nChapô.\n\nPas encore.\n");
        desk.files.insert(home.to_owned(), text);
        desk.build();
        replace(&mut desk.files, home, "Pas encore", "Toujours pas");
        desk.build();
        let page = &desk.sink.files()[&OutputPath::parse("index.html").unwrap()];
        assert!(!String::from_utf8_lossy(page).contains("Toujours pas"), "{hidden}");
    }
}

#[test]
fn a_build_that_waited_sees_what_the_other_one_learnt() {
    let mut desk = Desk::new();
    desk.edit("Corps", "Corps un");
    desk.build();
    // Two processes that begin at once: one after the other they get the lock.
    let mut waiting = Memory::load(desk.shelf.clone());
    desk.files.insert("content/posts/neuf.md".to_owned(), desk.files[POST].replace("Billet 0", "Neuf"));
    assert_eq!(desk.build().way, Way::Assembled);
    desk.edit("Corps un", "Corps deux");
    let report = build_files(&desk.files, &desk.sink, &mut waiting);
    desk.assert_clean(&report);
    desk.edit("Corps deux", "Corps trois");
    assert_eq!(desk.build().way, Way::Amended);
}

#[test]
fn numbers_are_remembered_to_the_last_digit() {
    let mut desk = Desk::new();
    let number = "31.245270191439438";
    desk.files.insert("data/mesure.toml".to_owned(), format!("f = {number}\n"));
    desk.edit("title =", &format!("extra = {{ f = {number} }}\ntitle ="));
    let template = "themes/small/templates/post.html";
    let shown = "{% block main %}{{ page.extra }} {{ data(name=\"mesure\") }} ";
    replace(&mut desk.files, template, "{% block main %}", shown);
    let report = desk.build();
    assert!(!report.has_errors(), "{:?}", report.diagnostics);
    desk.edit("Corps", "Corsp");
    assert_eq!(desk.build().way, Way::Amended);
    replace(&mut desk.files, template, "{% block main %}", "{% block main %}x ");
    desk.build();
    let page = &desk.sink.files()[&OutputPath::parse("2025/01/p0/index.html").unwrap()];
    assert_eq!(String::from_utf8_lossy(page).matches(number).count(), 2);
}

#[test]
fn warnings_that_stay_where_they_are_do_not_matter() {
    let mut desk = Desk::new();
    desk.edit("source = \"WSJ\"\n", "");
    assert!(!desk.build().diagnostics.is_empty());
    desk.edit("Corps", "Corsp");
    assert_eq!(desk.build().way, Way::Amended);
}

#[test]
fn idle_builds_stand_whatever_was_learnt_between_edits() {
    let mut desk = Desk::new();
    desk.edit("Corps", "Corps un");
    assert_eq!(desk.build().way, Way::Amended);
    // The index stays as it is, and the standing does not.
    desk.files.insert("templates/personne.html".to_owned(), "rien".to_owned());
    assert_eq!(desk.build().way, Way::Assembled);
    assert_eq!(desk.build().way, Way::Stood);
    desk.edit("Corps un", "Corps deux");
    assert_eq!(desk.build().way, Way::Amended);
    assert_eq!(desk.build().way, Way::Stood);
}

#[test]
fn damage_is_made_good_by_the_next_build() {
    for name in ["answers.1", "articles.1", "amendments"] {
        let mut desk = Desk::new();
        desk.edit("Corps", "Corps 0");
        desk.build();
        desk.shelf.damage(|of, bytes| {
            if of == name {
                bytes.iter_mut().for_each(|byte| *byte ^= 1);
            }
        });
        for (number, way) in [Way::Assembled, Way::Amended, Way::Amended].into_iter().enumerate() {
            desk.edit(&format!("Corps {number}"), &format!("Corps {}", number + 1));
            assert_eq!(desk.build().way, way, "{name}, edit {number}");
            let before = desk.shelf.sizes().unwrap();
            assert_eq!(desk.build().way, Way::Stood, "{name}, after edit {number}");
            assert_eq!(desk.shelf.sizes().unwrap(), before);
        }
    }
}

#[test]
fn a_damaged_memory_costs_time_and_nothing_else() {
    let mut whole = Desk::new();
    whole.edit("Corps", "Corps un");
    assert_eq!(whole.build().way, Way::Amended);
    for name in ["index", "amendments", "standing", "answers.1", "articles.1"] {
        for part in 0..12 {
            let mut desk = whole.copy();
            desk.shelf.damage(|of, bytes| {
                if of == name {
                    let at = (bytes.len() - 1) * part / 11;
                    bytes[at] ^= 1;
                }
            });
            desk.edit("Corps un", "Corps deux");
            desk.build();
            desk.shelf.damage(|of, bytes| {
                if of == name {
                    bytes.truncate(bytes.len() * part / 12);
                }
            });
            desk.edit("Corps deux", "Corps trois");
            desk.build();
        }
    }
}

#[test]
fn an_id_that_others_name_is_part_of_the_face() {
    let mut desk = Desk::new();
    desk.edit("Corps.", "Corps[^a].\n\n[^a]: Une note.");
    let next = "content/posts/p3.md";
    let id = {
        desk.build();
        let page = &desk.sink.files()[&OutputPath::parse("2025/01/p0/index.html").unwrap()];
        let page = String::from_utf8_lossy(page).into_owned();
        let at = page.find(" id=\"fn").expect("a footnote has an id");
        page[at + 5..].split('"').next().unwrap().to_owned()
    };
    replace(&mut desk.files, next, "Corps.", &format!("[Corps](/posts/p0.md#{id})."));
    let before = desk.build().diagnostics.len();
    desk.edit("Corps[^a].\n\n[^a]: Une note.", "Corps.");
    let report = desk.build();
    assert_eq!((report.way, report.diagnostics.len()), (Way::Assembled, before + 1), "{id}");
}
