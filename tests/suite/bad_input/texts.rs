//! Files of text that are no text, and front matter, settings and data that are too much.

use super::guarded::{Published, post, run, run_within};
use crate::scratch::Scratch;

/// Insists that a file is refused with these words, and that nothing is published.
#[track_caller]
fn refused(path: &str, bytes: impl AsRef<[u8]>, words: &[&str]) {
    let published = Published::new();
    published.site.write(path, bytes);
    run(&published.site, &["build"]).refused(path, words);
    published.is_untouched(path);
}

#[test]
fn p16_the_line_of_the_first_bad_byte_is_named_in_every_kind_of_text() {
    let published = Published::new();
    let theme = "name = \"t\"\nextends = \"kiosque\"\n";
    published.site.write("themes/t/theme.toml", theme);
    let config = published.site.read("site.toml") + "theme = \"t\"\n";
    published.site.write("site.toml", &config);
    let texts = [
        ("content/posts/b.md", post("b\nc")),
        ("content/c.md", "+++\ntitle = \"C\"\n+++\nc\n".to_owned()),
        ("data/a.toml", "a = 1\nb = 2\n".to_owned()),
        ("data/b.json", "[1,\n2]\n".to_owned()),
        ("data/c.csv", "a,b\n1,2\n".to_owned()),
        ("templates/home.html", "<p>\n</p>\n".to_owned()),
        ("themes/t/templates/post.html", "<p>\n</p>\n".to_owned()),
    ];
    let mut words = Vec::new();
    for (path, text) in &texts {
        let line = text.lines().count() + 1;
        published.site.write(path, [text.as_bytes(), b"caf\xe9\n"].concat());
        words.push(format!("{path}:{line}:4"));
    }
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let watched = run(&published.site, &["build"]).refused("bad bytes", &words);
    assert_eq!(watched.ran.stderr.matches("error[not-utf8]").count(), texts.len(), "{}", watched.ran.stderr);
    published.is_untouched("bad bytes");
    published.site.write("themes/t/theme.toml", [theme.as_bytes(), b"# \xe9\n"].concat());
    run(&published.site, &["build"]).refused("theme.toml", &["themes/t/theme.toml:3:3", "error[not-utf8]"]);
    published.site.write("site.toml", [config.as_bytes(), b"# \xe9\n"].concat());
    run(&published.site, &["build"]).refused("site.toml", &["site.toml:5:3", "error[not-utf8]"]);
    published.is_untouched("bad bytes");
}

#[test]
fn p16_a_zero_in_a_text_is_a_page_without_it() {
    let site = Scratch::site(&[("content/posts/a.md", &post("a\0b `c\0` [d\0](/e\0) <f\0>\n\n```\ng\0\n```"))]);
    let watched = run(&site, &["build"]).answered("zeros");
    assert_eq!(watched.ran.code, 0, "{}", watched.ran.stderr);
    let pages = site.tree("public");
    let texts = pages.iter().filter(|(path, _)| [".html", ".xml", ".json"].iter().any(|end| path.ends_with(end)));
    for (path, bytes) in texts {
        assert!(!bytes.contains(&0), "{path}");
    }
}

#[test]
fn p16_values_nested_ten_thousand_deep_are_errors_at_their_line() {
    let list = |n| format!("{}1{}", "[".repeat(n), "]".repeat(n));
    let map = |n| format!("{}1{}", "{a = ".repeat(n), "}".repeat(n));
    let toml = "title = \"U\"\ndate = 2025-06-19\nsource = \"WSJ\"\n";
    let yaml = "title: U\ndate: 2025-06-19\nsource: WSJ\n";
    let front = |rest: String| format!("+++\n{toml}{rest}\n+++\n");
    let yaml_front = |rest: String| format!("---\n{yaml}{rest}\n---\n");
    let n = 10_000;
    for text in [
        front(format!("x = {}", list(n))),
        front(format!("x = {}", "[".repeat(n))),
        front(format!("x = {}", map(n))),
        front(format!("extra.{} = 1", vec!["a"; n].join("."))),
        front(format!("[extra.{}]\n", vec!["a"; n].join("."))),
        yaml_front(format!("x: {}", list(n))),
        yaml_front(format!("x: {}", "[".repeat(n))),
        yaml_front(format!("x: {}", "{a: ".repeat(n))),
        yaml_front("extra:\n".to_owned() + &*(1..3_000).map(|level| " ".repeat(level) + "a:\n").collect::<String>()),
        yaml_front("? ".repeat(n)),
        yaml_front(format!("x: {}", "- ".repeat(n))),
        yaml_front(format!("x: {}", "&a ".repeat(n))),
        yaml_front(format!("x: {}", "! ".repeat(n))),
    ] {
        refused("content/posts/b.md", text, &["error[syntax]", "content/posts/b.md:"]);
    }
    let site = "title = \"Essai\"\nbase_url = \"https://example.org\"\n";
    for (path, text, line) in [
        ("site.toml", format!("{site}[extra]\nx = {}\n", list(n)), 4),
        ("site.toml", format!("{site}[extra]\nx = {}\n", map(n)), 4),
        ("site.toml", format!("{site}extra.{} = 1\n", vec!["a"; n].join(".")), 3),
        ("data/a.toml", format!("x = {}\n", list(n)), 1),
        ("data/a.json", list(n), 1),
        ("data/a.json", "{\"a\":".repeat(n), 1),
    ] {
        refused(path, text, &["error[syntax]", "nested too deep", &format!("{path}:{line}:")]);
    }
}

#[test]
fn p16_what_repeats_itself_takes_no_memory() {
    let head = "---\ntitle: U\ndate: 2025-06-19\nsource: WSJ\nextra:\n";
    let mut bomb = head.to_owned() + "  a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
    for level in 1..12 {
        let aliases = vec![format!("*a{}", level - 1); 10].join(", ");
        bomb.push_str(&format!("  a{level}: &a{level} [{aliases}]\n"));
    }
    let words = ["anchors and aliases", "content/posts/b.md:9:"];
    refused("content/posts/b.md", bomb + "---\n", &words);
    let aliases = vec!["*a"; 9_000].join(", ");
    let long = format!("{head}  a: &a \"{}\"\n  b: [{aliases}]\n---\n", "x".repeat(100_000));
    refused("content/posts/b.md", long, &["anchors and aliases", "content/posts/b.md:7:"]);
    let huge = "x".repeat(4 << 20);
    for value in [format!("&a \"{huge}\""), format!("&a {{? \"{huge}\" : 1}}"), format!("{{? &a \"{huge}\" : 1}}")] {
        let text = format!("{head}  a: {value}\n  b: [{aliases}]\n---\n");
        refused("content/posts/b.md", text, &["anchors and aliases", "content/posts/b.md:7:"]);
    }
    // Names of values in values are names of the same text, and none of them is a copy of it.
    let site = Scratch::empty();
    site.write("site.toml", "title = \"Essai\"\nbase_url = \"https://example.org\"\n");
    let nested: String = (0..100).map(|level| format!("&a{level} [")).collect();
    site.write("content/posts/b.md", format!("{head}  a: {nested}\"{huge}\"{}\n---\nUn.\n", "]".repeat(100)));
    let watched = run_within(200, &site, &["build"]).answered("names of values in values");
    assert_eq!(watched.ran.code, 0, "{}", watched.ran.stderr);
}

#[test]
fn p16_thousands_of_keys_entries_and_rows_end_soon() {
    let site = Scratch::site(&[("content/posts/a.md", &post("Un."))]);
    let numbered = |n: usize, line: fn(usize) -> String| (0..n).map(line).collect::<String>();
    let yaml = numbered(20_000, |i| format!("  k{i}: {i}\n"));
    site.write("content/posts/b.md", format!("---\ntitle: B\ndate: 2025-06-19\nsource: WSJ\nextra:\n{yaml}---\nB.\n"));
    let toml = numbered(20_000, |i| format!("k{i} = {i}\n"));
    site.write(
        "content/posts/c.md",
        format!("+++\ntitle = \"C\"\ndate = 2025-06-19\nsource = \"WSJ\"\n[extra]\n{toml}+++\nC.\n"),
    );
    site.write("data/a.toml", &toml);
    site.write("data/b.csv", numbered(20_000, |i| format!("{i},\"x\"\n")));
    site.write("data/c.csv", ",".repeat(50_000) + "\n");
    let config =
        site.read("site.toml") + &*numbered(1_000, |i| format!("[[source]]\nname = \"s{i}\"\naliases = [\"t{i}\"]\n"));
    // Each has a place, and all are in one line.
    let one_line = numbered(10_000, |i| format!("k{i} = {i}, "));
    site.write("site.toml", format!("extra = {{ {} }}\n{config}", one_line.trim_end_matches(", ")));
    let watched = run(&site, &["build"]).answered("thousands of keys");
    assert_eq!(watched.ran.code, 0, "{}", watched.ran.stderr);
    let unknown = numbered(3_000, |i| format!("k{i} = x y\n")) + &*numbered(3_000, |i| format!("l{i} = 1\n"));
    refused("content/posts/d.md", format!("+++\n{unknown}+++\n"), &["k499", "l499", "2500 more", "6000 errors"]);
    let tags: Vec<String> = (0..5_000).map(|i| format!("\"t{i}\"")).collect();
    let text = format!("+++\ntitle = \"D\"\ndate = 2025-06-19\nsource = \"WSJ\"\ntags = [{}]\n+++\n", tags.join(", "));
    refused("content/posts/d.md", text, &["more than 500 tags", "d.md:5:"]);
}
