//! What must hold for every site and every edit, in memory.
//!
//! The centre is that recorded reads tell the truth: an output whose questions all have the answers they had is the
//! output it was. Incremental builds stand on it.

use manchette::base::{OutputPath, Policy, SourcePath, SourceText};
use manchette::output::{Job, Renderer};
use manchette::pipeline::{self, Request, Survey};
use manchette::sink::MemorySink;
use manchette::site::query::Query;
use manchette::world::{MemoryWorld, Walked, World};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

/// The files of a site.
#[derive(Clone, Debug)]
struct Files(BTreeMap<String, String>);

/// One change of a site.
type Edit = fn(&mut Files);

/// How an output came to be.
struct Made {
    job: Job,
    bytes: Result<Vec<u8>, String>,
    reads: Vec<(Query, manchette::base::Fingerprint)>,
}

/// A site with something of everything that asks questions.
fn site() -> Files {
    let mut files = Files(BTreeMap::new());
    let plain = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sites/themes/plain");
    for (name, bytes) in crate::scratch::tree(&plain) {
        files.write(&format!("themes/plain/{name}"), std::str::from_utf8(&bytes).unwrap());
    }
    files.write(
        "site.toml",
        r#"
title = "Essai"
base_url = "https://example.org/actu"
timezone = "Europe/Paris"
theme = "plain"
[lists]
per_page = 2
[feeds]
entries = 3
[[source]]
name = "WSJ"
aliases = ["wsj.com"]
description = "Un quotidien"
[[topic]]
title = "Puces"
aliases = ["puce"]
description = "Le silicium"
"#,
    );
    files.write("content/index.md", "+++\ntitle = \"La une\"\n+++\nBienvenue, voir [trois](posts/p3.md).\n");
    files.write("content/a-propos.md", "+++\ntitle = \"À propos\"\naliases = [\"/about/\"]\n+++\nQui ?\n");
    files.write("content/topics/puces.md", "+++\ntitle = \"Puces\"\n+++\nSur les puces.\n");
    files.write("content/outils.md", "+++\ntitle = \"Outils\"\ntemplate = \"tools.html\"\n+++\nx\n");
    files.write(
        "templates/tools.html",
        concat!(
            "{% set a = topic(name=\"puce\") %}{% set s = source(name=\"WSJ\") %}{% set prices = data(name=\"prix\") %}<title>x</title>\n",
            "{{ a.title }} {{ a.count }} {{ s.name }} {{ s.count }} {{ prices.euro }} ",
            "{{ asset(path=\"style.css\") }} {% for p in posts(topic=\"puce\", limit=2) %}{{ p.title }} {% endfor %}\n",
        ),
    );
    files.write("data/prix.toml", "euro = 1\n");
    files.write("static/style.css", "x\n");
    let tags = ["Puces", "Droit", "Puces\", \"Droit", "Droit", "", "Puces", "Puces"];
    for (at, tag) in tags.iter().enumerate() {
        let number = at + 1;
        let tags = if tag.is_empty() { String::new() } else { format!("tags = [\"{tag}\"]\n") };
        let source = if number % 2 == 0 { "WSJ" } else { "Le Monde" };
        let (month, link) = (number.div_ceil(2), if number == 2 { 5 } else { 1 });
        files.write(
            &format!("content/posts/p{number}.md"),
            &format!(
                "+++\ntitle = \"Billet {number}\"\ndate = 2025-{month:02}-{number:02}\nsource = \"{source}\"\n{tags}+++\nChapô {number}, [lien](p{link}.md).\n\nCorps {number}.\n"
            ),
        );
    }
    files
}

impl Files {
    fn write(&mut self, path: &str, text: &str) {
        self.0.insert(path.to_owned(), text.to_owned());
    }

    fn remove(&mut self, path: &str) {
        self.0.remove(path);
    }

    /// Replaces the first of a text, if it is there.
    fn replace(&mut self, path: &str, from: &str, to: &str) {
        if let Some(text) = self.0.get_mut(path) {
            *text = text.replacen(from, to, 1);
        }
    }

    fn world(&self) -> MemoryWorld {
        let empty = MemoryWorld::new("2025-12-31T12:00:00Z".parse().unwrap());
        self.0.iter().fold(empty, |world, (path, text)| world.with(path, text.as_bytes()))
    }

    fn survey(&self) -> Survey {
        let surveyed = pipeline::survey(&self.world(), &self.config(), &request(), manchette::check::Depth::Build);
        let survey = surveyed.survey.filter(|survey| survey.theme.is_some());
        survey.unwrap_or_else(|| panic!("{:?}", surveyed.diagnostics))
    }

    fn config(&self) -> SourceText {
        SourceText::new(SourcePath::new("site.toml"), self.0["site.toml"].clone())
    }

    /// Every output, with what it read.
    fn make(&self) -> (Survey, BTreeMap<OutputPath, Made>) {
        let (world, survey) = (self.world(), self.survey());
        let theme = survey.theme.as_ref().unwrap();
        let renderer = Renderer::new(survey.site.clone(), theme, &survey.options, &world);
        let made = survey.plan.outputs().iter().map(|(path, planned)| {
            let made = match renderer.render(&planned.job) {
                Ok(rendered) => Made { job: planned.job.clone(), bytes: Ok(rendered.bytes), reads: rendered.reads },
                Err(problem) => {
                    Made { job: planned.job.clone(), bytes: Err(problem.message().to_owned()), reads: Vec::new() }
                }
            };
            (path.clone(), made)
        });
        let made = made.collect();
        (survey, made)
    }

    fn build(&self, sink: &MemorySink) -> pipeline::Report {
        let report = pipeline::build(&self.world(), sink, &self.config(), &request());
        assert!(!report.has_errors(), "{:?}", report.diagnostics);
        report
    }

    fn built(&self) -> BTreeMap<String, Vec<u8>> {
        let sink = MemorySink::new();
        self.build(&sink);
        sink.files().into_iter().map(|(path, bytes)| (path.to_string(), bytes)).collect()
    }
}

fn request() -> Request {
    Request {
        overrides: Vec::new(),
        drafts: false,
        future: false,
        expired: false,
        at: None,
        policy: Policy::default(),
        progress: Arc::default(),
    }
}

/// The name of a question, without what it asks about.
fn kind(query: &Query) -> String {
    let name = format!("{query:?}");
    name.split('(').next().unwrap().to_owned()
}

/// Outputs whose reads say that they are as they were, and that are not. Reads of one kind may be left out.
fn stale(old: &BTreeMap<OutputPath, Made>, new: &Files, without: Option<&str>) -> Vec<String> {
    let (survey, now) = new.make();
    stale_among(old, &survey, &now, without)
}

fn stale_among(
    old: &BTreeMap<OutputPath, Made>,
    survey: &Survey,
    now: &BTreeMap<OutputPath, Made>,
    without: Option<&str>,
) -> Vec<String> {
    let mut stale = Vec::new();
    for (path, before) in old {
        let Some(after) = now.get(path).filter(|after| after.job == before.job) else { continue };
        let mut reads = before.reads.iter().filter(|(query, _)| Some(kind(query).as_str()) != without);
        let unchanged = reads.all(|(query, answer)| query.fingerprint(&survey.site) == *answer);
        if unchanged && before.bytes != after.bytes {
            stale.push(path.to_string());
        }
    }
    stale
}

const SITE: &str = "site.toml";
const P: [&str; 8] = [
    "",
    "content/posts/p1.md",
    "content/posts/p2.md",
    "content/posts/p3.md",
    "content/posts/p4.md",
    "content/posts/p5.md",
    "content/posts/p6.md",
    "content/posts/p7.md",
];

fn new_post(files: &mut Files, name: &str, date: &str, more: &str) {
    let text = format!("+++\ntitle = \"Neuf {name}\"\ndate = {date}\nsource = \"WSJ\"\n{more}+++\nNeuf.\n");
    files.write(&format!("content/posts/{name}.md"), &text);
}

/// Edits of which each changes another answer.
const EDITS: &[(&str, Edit)] = &[
    ("a typo in a body", |files| files.replace(P[1], "Corps", "Corsp")),
    ("a typo in a chapô", |files| files.replace(P[3], "Chapô", "Cahpô")),
    ("another title", |files| files.replace(P[4], "Billet", "Article")),
    ("another date", |files| files.replace(P[2], "2025-01-02", "2025-01-03")),
    ("another month", |files| files.replace(P[2], "2025-01-02", "2025-02-02")),
    ("another source", |files| files.replace(P[2], "source = \"WSJ\"", "source = \"Le Monde\"")),
    ("another slug", |files| files.replace(P[1], "source", "slug = \"autre\"\nsource")),
    ("another slug of what lists do not show", |files| files.replace(P[5], "source", "slug = \"autre\"\nsource")),
    ("one more tag", |files| files.replace(P[1], "[\"Puces\"]", "[\"Puces\", \"Droit\"]")),
    ("a tag more where there was none", |files| files.replace(P[5], "source", "tags = [\"Droit\"]\nsource")),
    ("a tag less", |files| files.replace(P[1], "tags = [\"Puces\"]\n", "")),
    ("an alias", |files| files.replace(P[1], "source", "aliases = [\"/vieux/\"]\nsource")),
    ("an alias less", |files| files.replace("content/a-propos.md", "aliases = [\"/about/\"]\n", "")),
    ("the target of an alias", |files| files.replace("content/a-propos.md", "aliases", "slug = \"nous\"\naliases")),
    ("an update", |files| files.replace(P[4], "source", "updated = 2025-06-01\nsource")),
    ("a draft", |files| files.replace(P[2], "source", "draft = true\nsource")),
    ("an expired post", |files| files.replace(P[6], "source", "expires = 2025-10-01\nsource")),
    ("a new post", |files| new_post(files, "neuf", "2025-07-01", "")),
    ("a new post with a tag", |files| new_post(files, "neuf", "2025-07-01", "tags = [\"Puces\"]\n")),
    ("a new post in the middle", |files| new_post(files, "neuf", "2025-02-20", "tags = [\"Neuf\"]\n")),
    ("a post less", |files| files.remove(P[4])),
    ("the title of the site", |files| files.replace(SITE, "Essai", "Journal")),
    ("where the site is served", |files| files.replace(SITE, "example.org/actu", "example.com")),
    ("the zone", |files| files.replace(SITE, "Europe/Paris", "America/New_York")),
    ("the language", |files| files.replace(SITE, "theme =", "language = \"en\"\ntheme =")),
    ("the length of feeds", |files| files.replace(SITE, "entries = 3", "entries = 4")),
    ("what feeds carry", |files| files.replace(SITE, "entries = 3", "content = \"summary\"\nentries = 3")),
    ("the length of lists", |files| files.replace(SITE, "per_page = 2", "per_page = 3")),
    ("the description of a topic", |files| files.replace(SITE, "Le silicium", "Les puces")),
    ("the description of a source", |files| files.replace(SITE, "Un quotidien", "Un journal")),
    ("a rule of a topic", |files| files.replace(SITE, "aliases = [\"puce\"]", "match = [\"Billet 5\"]")),
    ("no source pages", |files| files.replace(SITE, "[lists]", "[pages]\nsources = false\n[lists]")),
    ("the text of a topic", |files| files.replace("content/topics/puces.md", "Sur", "À propos")),
    ("the text of the home page", |files| files.replace("content/index.md", "Bienvenue", "Salut")),
    ("another page", |files| files.write("content/mentions.md", "+++\ntitle = \"Mentions\"\n+++\nx\n")),
    ("data", |files| files.replace("data/prix.toml", "1", "2")),
    ("a file that is gone", |files| files.remove("static/style.css")),
];

#[test]
fn what_reads_say_is_true_of_every_edit() {
    let (_, old) = site().make();
    for (name, edit) in EDITS {
        let mut new = site();
        edit(&mut new);
        assert_ne!(new.0, site().0, "{name}");
        assert_eq!(stale(&old, &new, None), Vec::<String>::new(), "{name}");
    }
}

#[test]
fn without_one_kind_of_question_reads_would_lie() {
    let (_, old) = site().make();
    let edited: Vec<(Survey, BTreeMap<OutputPath, Made>)> = EDITS
        .iter()
        .map(|(_, edit)| {
            let mut new = site();
            edit(&mut new);
            new.make()
        })
        .collect();
    let kinds: BTreeSet<String> = old.values().flat_map(|made| &made.reads).map(|(query, _)| kind(query)).collect();
    assert!(kinds.len() >= 20, "{kinds:?}");
    let needless: Vec<&String> = kinds
        .iter()
        .filter(|kind| {
            edited.iter().all(|(survey, now)| stale_among(&old, survey, now, Some(kind.as_str())).is_empty())
        })
        .collect();
    assert!(needless.is_empty(), "no edit needs {needless:?}: is the question recorded, and its edit in the list?");
}

/// Applies edits one after the other; what one needs another may have taken away.
fn apply(files: &Files, edits: &[usize]) -> Files {
    let mut files = files.clone();
    edits.iter().for_each(|at| EDITS[*at].1(&mut files));
    files
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_reads_say_is_true_of_edits_on_edits(
        edits in prop::sample::subsequence((0..EDITS.len() - 1).collect::<Vec<_>>(), 1..7).prop_shuffle(),
        split in any::<prop::sample::Index>(),
    ) {
        let (first, second) = edits.split_at(split.index(edits.len()));
        let before = apply(&site(), first);
        let after = apply(&before, second);
        let (_, old) = before.make();
        prop_assert_eq!(stale(&old, &after, None), Vec::<String>::new());
    }
}

/// Outputs that are new, changed or gone.
fn touched(edit: Edit) -> Vec<String> {
    let (before, mut files) = (site().built(), site());
    edit(&mut files);
    let after = files.built();
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    names.into_iter().filter(|name| before.get(*name) != after.get(*name)).cloned().collect()
}

/// Outputs of both sites of which some question has another answer.
fn dirty(edit: Edit) -> Vec<String> {
    let (_, old) = site().make();
    let mut files = site();
    edit(&mut files);
    let now = files.survey();
    let is_dirty = |made: &Made| made.reads.iter().any(|(query, answer)| query.fingerprint(&now.site) != *answer);
    let outputs = old.iter().filter(|(path, made)| now.plan.outputs().contains_key(*path) && is_dirty(made));
    outputs.map(|(path, _)| path.to_string()).collect()
}

#[test]
fn answers_are_as_small_as_the_page_that_asks() {
    // Beside each edit, what would be made again for nothing: pages whose view holds the headline or the description, of
    // which this theme prints only the title.
    let edits: &[(&str, Edit, &[&str])] = &[
        ("a typo in a body", |files| files.replace(P[1], "Corps", "Corsp"), &[]),
        ("a typo in a body that feeds carry", |files| files.replace(P[6], "Corps", "Corsp"), &[]),
        (
            "a typo in a chapô",
            |files| files.replace(P[2], "Chapô", "Cahpô"),
            &["2025/02/p3/index.html", "2025/02/p4/index.html", "404.html"],
        ),
        ("another title", |files| files.replace(P[4], "Billet", "Article"), &[]),
        ("the text of a page", |files| files.replace("content/a-propos.md", "Qui ?", "Nous."), &[]),
        ("the text of a topic", |files| files.replace("content/topics/puces.md", "Sur", "De"), &[]),
        (
            "the description of a topic",
            |files| files.replace(SITE, "Le silicium", "Les puces"),
            &["404.html", "outils/index.html"],
        ),
        ("data", |files| files.replace("data/prix.toml", "1", "2"), &[]),
    ];
    let mut problems = Vec::new();
    for (name, edit, also) in edits {
        let touched = touched(*edit);
        let needless: Vec<String> = dirty(*edit).into_iter().filter(|path| !touched.contains(path)).collect();
        if needless != *also {
            problems.push(format!("{name}: {needless:?}"));
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn an_edit_touches_what_shows_it_and_nothing_else() {
    let table: &[(&str, Edit, &[&str])] = &[
        (
            "a typo in the body of an old post",
            |files| files.replace(P[1], "Corps", "Corsp"),
            &["2025/01/p1/index.html"],
        ),
        (
            "a typo in the body of a post that feeds carry",
            |files| files.replace(P[6], "Corps", "Corsp"),
            &[
                "2025/03/p6/index.html",
                "atom.xml",
                "feed.json",
                "rss.xml",
                "sources/wsj/atom.xml",
                "sources/wsj/feed.json",
                "sources/wsj/rss.xml",
                "sujets/puces/atom.xml",
                "sujets/puces/feed.json",
                "sujets/puces/rss.xml",
            ],
        ),
        (
            "a typo in the chapô of an old post",
            |files| files.replace(P[2], "Chapô", "Cahpô"),
            &[
                "2025/01/p2/index.html",
                "archives/2025/01/index.html",
                "page/1/index.html",
                "sources/wsj/atom.xml",
                "sources/wsj/feed.json",
                "sources/wsj/index.html",
                "sources/wsj/rss.xml",
                "sujets/droit/atom.xml",
                "sujets/droit/feed.json",
                "sujets/droit/index.html",
                "sujets/droit/rss.xml",
            ],
        ),
        (
            "a new post without topic, newest of all: full pages of lists stay as they are",
            |files| new_post(files, "neuf", "2025-04-08", ""),
            &[
                "2025/04/neuf/index.html",
                "2025/04/p7/index.html",
                "404.html",
                // It leads to April, with how many posts that has.
                "archives/2025/03/index.html",
                "archives/2025/04/index.html",
                "archives/2025/index.html",
                "archives/index.html",
                "atom.xml",
                "feed.json",
                "index.html",
                "outils/index.html",
                "page/2/index.html",
                "page/3/index.html",
                "rss.xml",
                "sitemap.xml",
                "sources/index.html",
                "sources/wsj/atom.xml",
                "sources/wsj/feed.json",
                "sources/wsj/index.html",
                "sources/wsj/page/1/index.html",
                "sources/wsj/rss.xml",
            ],
        ),
        (
            "the text of a page",
            |files| files.replace("content/a-propos.md", "Qui ?", "Nous."),
            &["a-propos/index.html"],
        ),
        (
            "the text of a topic",
            |files| files.replace("content/topics/puces.md", "Sur", "De"),
            &["sujets/puces/index.html"],
        ),
        ("data", |files| files.replace("data/prix.toml", "1", "2"), &["outils/index.html"]),
        ("a stylesheet", |files| files.replace("static/style.css", "x", "y"), &["style.css"]),
        ("a comment in a body", |files| files.replace(P[1], "Corps", "<!-- note -->Corps"), &[]),
        ("a comment in site.toml", |files| files.replace(SITE, "[lists]", "# note\n[lists]"), &[]),
    ];
    let mut problems = Vec::new();
    for (name, edit, expected) in table {
        let touched = touched(*edit);
        if touched != *expected {
            problems.push(format!("{name}: {touched:#?}"));
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn a_second_build_writes_nothing() {
    let sink = MemorySink::new();
    assert!(site().build(&sink).published.unwrap().written > 40);
    let again = site().build(&sink).published.unwrap();
    assert_eq!((again.written, again.removed.len()), (0, 0));
}

#[test]
fn a_second_build_touches_no_file_on_the_disk() {
    let site = crate::scratch::Scratch::site(&[("content/posts/2025-06-19-a.md", "+++\ntitle = \"A\"\n+++\nTexte.\n")]);
    let stamps = || -> BTreeMap<String, std::time::SystemTime> {
        let names = site.tree("public").into_keys();
        names
            .map(|name| (name.clone(), site.path("public").join(name).metadata().unwrap().modified().unwrap()))
            .collect()
    };
    site.run(&["build"]).ok();
    let first = stamps();
    site.run(&["build"]).ok();
    assert_eq!(first, stamps());
}

/// A disk that tells its files in another order.
struct Shuffled(MemoryWorld);

impl World for Shuffled {
    fn read(&self, path: &SourcePath) -> std::io::Result<Vec<u8>> {
        self.0.read(path)
    }

    fn walk(&self, folder: &str) -> Walked {
        let mut walked = self.0.walk(folder);
        walked.files.sort_by_key(|path| path.as_str().chars().rev().collect::<String>());
        walked
    }

    fn now(&self) -> jiff::Timestamp {
        self.0.now()
    }
}

#[test]
fn threads_and_the_order_of_files_do_not_matter() {
    let (site, expected) = (site(), site().built());
    for threads in [1, 8] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        for shuffled in [false, true] {
            let sink = MemorySink::new();
            let world: &dyn World = if shuffled { &Shuffled(site.world()) } else { &site.world() };
            let report = pool.install(|| pipeline::build(world, &sink, &site.config(), &request()));
            assert!(!report.has_errors());
            let files: BTreeMap<String, Vec<u8>> =
                sink.files().into_iter().map(|(path, bytes)| (path.to_string(), bytes)).collect();
            assert!(files == expected, "{threads} threads, shuffled: {shuffled}");
        }
    }
}

/// Texts that are more likely to hurt than letters alone.
fn nasty() -> impl Strategy<Value = String> {
    let bits = prop::sample::select(vec![
        "#",
        "## ",
        "+++",
        "---",
        "\n",
        "\n\n",
        "[",
        "](",
        ")",
        "![",
        "<",
        ">",
        "<!--",
        "-->",
        "`",
        "```",
        "|",
        "|-|",
        "*",
        "_",
        "~~",
        "[^1]",
        "[^1]: ",
        "- [ ] ",
        "> [!NOTE]\n",
        ": ",
        ":::x\n",
        "{#a}",
        "&amp;",
        "\\",
        "\r\n",
        "\t",
        "\u{0}",
        "\u{a0}",
        "é",
        "e\u{301}",
        "中",
        "🚀",
        "https://a.b/",
        "a@b.c",
        "x.md",
        "Lire aussi : [a](b.md)",
        "    ",
        "<!-- more -->",
        "{{",
        "{%",
        "'",
        "\"",
        "\u{202e}",
        "= ",
        "1. ",
    ]);
    prop_oneof![
        any::<String>(),
        prop::collection::vec(prop_oneof![4 => bits.prop_map(str::to_owned), 1 => "[a-z ]{1,6}"], 0..40)
            .prop_map(|parts| parts.concat()),
    ]
}

/// Builds a small site with a file in it; the answer does not matter, only that there is one.
fn survives(path: &str, text: &str) {
    let mut files = Files(site().0.into_iter().filter(|(path, _)| path.starts_with("themes/")).collect());
    files.write("content/posts/p1.md", "+++\ntitle = \"Un\"\ndate = 2025-01-01\nsource = \"WSJ\"\n+++\nUn.\n");
    files.write(SITE, "title = \"E\"\nbase_url = \"https://example.org\"\ntimezone = \"UTC\"\ntheme = \"plain\"\n");
    files.write(path, text);
    let sink = MemorySink::new();
    let report = pipeline::build(&files.world(), &sink, &files.config(), &request());
    assert_eq!(report.has_errors(), sink.files().is_empty(), "{:?}", report.diagnostics);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_can_be_the_body_of_a_post(body in nasty()) {
        survives("content/posts/p2.md", &format!("+++\ntitle = \"Deux\"\ndate = 2025-01-02\nsource = \"WSJ\"\n+++\n{body}"));
    }

    #[test]
    fn any_text_can_be_a_file(text in nasty(), path in prop::sample::select(vec![
        "content/posts/p2.md", "content/a.md", "content/index.md", "content/topics/a.md", "site.toml", "data/a.toml",
        "data/a.csv", "data/a.json", "templates/post.html", "themes/plain/theme.toml", "static/_redirects",
    ])) {
        survives(path, &text);
    }

    #[test]
    fn any_text_can_be_a_title_and_a_tag(text in nasty()) {
        let quoted = toml::Value::from(text.as_str());
        survives("content/posts/p2.md", &format!("+++\ntitle = {quoted}\ndate = 2025-01-02\nsource = {quoted}\ntags = [{quoted}]\n+++\nx"));
    }
}
