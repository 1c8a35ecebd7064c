//! What must hold for every site: its bytes hang on nothing but its files, and no text makes it panic.

use crate::dials::Dials;
use manchette::base::{SourcePath, SourceText};
use manchette::pipeline::{self, Memory, Request};
use manchette::sink::MemorySink;
use manchette::world::{MemoryWorld, Walked, World};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::path::Path;

#[test]
fn p13_a_second_build_touches_no_file_on_the_disk() {
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
    let dials = Dials::new();
    let built = |world: &dyn World| {
        let sink = MemorySink::new();
        let report = pipeline::build(world, &sink, &mut Memory::new(), &dials.config(), &Request::default());
        assert!(!report.has_errors(), "{:?}", report.diagnostics);
        sink.files()
    };
    let expected = built(&dials.world());
    for threads in [1, 8] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        for shuffled in [false, true] {
            let world: &dyn World = if shuffled { &Shuffled(dials.world()) } else { &dials.world() };
            assert!(pool.install(|| built(world)) == expected, "{threads} threads, shuffled: {shuffled}");
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
    let plain = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sites/themes/plain");
    let mut world = MemoryWorld::new("2025-12-31T12:00:00Z".parse().unwrap());
    for (name, bytes) in crate::scratch::tree(&plain) {
        world = world.with(&format!("themes/plain/{name}"), bytes);
    }
    let post = "+++\ntitle = \"Un\"\ndate = 2025-01-01\nsource = \"WSJ\"\n+++\nUn.\n";
    let site = "title = \"E\"\nbase_url = \"https://example.org\"\ntimezone = \"UTC\"\ntheme = \"plain\"\n";
    let world = world.with("content/posts/p1.md", post).with("site.toml", site).with(path, text);
    let config = String::from_utf8(world.read(&SourcePath::new("site.toml")).unwrap()).unwrap();
    let config = SourceText::new(SourcePath::new("site.toml"), config);
    let sink = MemorySink::new();
    let report = pipeline::build(&world, &sink, &mut Memory::new(), &config, &Request::default());
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

/// A variable of the environment.
type Variable = (&'static str, &'static str);

/// A program run with an environment of its own, below a shell that sets the umask.
fn built_elsewhere(umask: &str, variables: &[Variable], folder: &str) -> BTreeMap<String, Vec<u8>> {
    let scratch = crate::scratch::Scratch::empty();
    let site = Path::new(env!("CARGO_MANIFEST_DIR"));
    let root = scratch.path(folder);
    for part in ["content", "themes"] {
        crate::scratch::copy(&site.join(part), &root.join(part));
    }
    std::fs::copy(site.join("site.toml"), root.join("site.toml")).unwrap();
    let script = format!("umask {umask} && exec \"$0\" build --quiet");
    let mut command = crate::scratch::without_settings("sh");
    command.args(["-c", &script, env!("CARGO_BIN_EXE_manchette")]).current_dir(&root);
    command.env("MANCHETTE_AT", crate::scratch::NOW).envs(variables.iter().copied());
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    crate::scratch::tree(&root.join("public"))
}

#[cfg(unix)]
#[test]
fn where_and_how_a_build_runs_does_not_show_in_its_bytes() {
    let plain = built_elsewhere("022", &[("RAYON_NUM_THREADS", "1")], "a");
    let others: [(&str, &[Variable], &str); 2] = [
        ("077", &[("RAYON_NUM_THREADS", "8"), ("TZ", "Asia/Tokyo"), ("LC_ALL", "tr_TR.UTF-8")], "là/b c"),
        (
            "000",
            &[("TZ", "America/St_Johns"), ("LC_ALL", "C"), ("HOME", "/nowhere"), ("SOURCE_DATE_EPOCH", "1")],
            "d/e",
        ),
    ];
    for (umask, variables, folder) in others {
        let other = built_elsewhere(umask, variables, folder);
        let differs = plain.iter().find(|(path, bytes)| other.get(*path) != Some(*bytes));
        assert!(differs.is_none() && plain.len() == other.len(), "{variables:?}: {:?}", differs.map(|(path, _)| path));
    }
}
