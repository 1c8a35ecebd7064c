//! Strings that want to be more than text (`tests/injection/strings.txt`), in every field, looked for in every output.
//!
//! The verdict is by structure and by parsers that are not ours: html5ever, roxmltree, serde_json, and for `_redirects` the
//! fields of its lines. A site with such strings must have the skeleton of the same site with harmless words, and
//! where a field is shown it must say the whole string: nothing breaks out, and nothing is lost.

mod addresses;
mod bodies;
mod dom;
mod fields;
mod names;
mod places;
mod posts;
mod preview;
mod sanitized;
mod shipped;
mod terminal;

use manchette::base::{SourcePath, SourceText};
use manchette::pipeline::{self, Memory, Report, Request};
use manchette::sink::MemorySink;
use manchette::world::{MemoryWorld, WithThemes};
use std::collections::{BTreeMap, BTreeSet};
use unicode_normalization::UnicodeNormalization;

/// The moment of the builds: posts of the day before are news.
const NOW: &str = "2025-06-20T12:00:00Z";

/// All strings.
pub fn strings() -> Vec<String> {
    let text = include_str!("../../injection/strings.txt");
    let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with("## "));
    lines.map(meant).collect()
}

/// A line of the file with its `\u{…}` as characters.
fn meant(line: &str) -> String {
    let (mut out, mut rest) = (String::new(), line);
    while let Some(start) = rest.find("\\u{") {
        let end = rest[start..].find('}').unwrap() + start;
        let number = u32::from_str_radix(&rest[start + 3..end], 16);
        out.push_str(&rest[..start]);
        match number.ok().and_then(char::from_u32) {
            Some(c) => out.push(c),
            None => out.push_str(&rest[start..=end]),
        }
        rest = &rest[end + 1..];
    }
    out + rest
}

/// What a text of front matter and of site.toml may hold: control characters are refused there.
fn without_controls(text: &str) -> String {
    text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect()
}

/// A text as pages say it: NFC, white space folded, without what no page may hold.
fn shown(text: &str) -> String {
    dom::folded(&legal(text)).trim().to_owned()
}

/// A text without what no page may hold, in NFC.
fn legal(text: &str) -> String {
    let is_noncharacter = |c: char| matches!(c, '\u{FDD0}'..='\u{FDEF}') || u32::from(c) & 0xFFFE == 0xFFFE;
    let text: String = text.chars().filter(|c| !is_noncharacter(*c)).collect();
    without_controls(&text).nfc().collect()
}

/// A text as TOML writes it.
fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

/// What a build in memory gave.
struct Built {
    report: Report,
    /// Files that are text.
    files: BTreeMap<String, String>,
    /// All of them.
    names: BTreeSet<String>,
}

impl Built {
    /// Insists on a site.
    #[track_caller]
    fn whole(self) -> Built {
        let errors: Vec<_> = self
            .report
            .diagnostics
            .iter()
            .filter(|(severity, _)| *severity == manchette::base::Severity::Error)
            .collect();
        assert!(!self.report.has_errors(), "{errors:#?}");
        self
    }

    fn pages(&self) -> impl Iterator<Item = (&String, &String)> {
        self.files.iter().filter(|(name, _)| name.ends_with(".html"))
    }
}

/// Builds a site of these files, `site.toml` among them.
fn build(files: &[(String, String)]) -> Built {
    let world = MemoryWorld::new(NOW.parse().unwrap());
    let world = files.iter().fold(world, |world, (path, text)| world.with(path, text.as_str()));
    let config = files.iter().find(|(path, _)| path == "site.toml").unwrap().1.clone();
    let config = SourceText::new(SourcePath::new("site.toml"), config);
    let sink = MemorySink::new();
    let world = WithThemes::new(world);
    let report = pipeline::build(&world, &sink, &mut Memory::new(), &config, &Request::default());
    let files = sink.files();
    let names = files.keys().map(|path| path.as_str().to_owned()).collect();
    let files = files.into_iter().filter_map(|(path, bytes)| {
        let text = String::from_utf8(bytes).ok()?;
        Some((path.as_str().to_owned(), text))
    });
    Built { report, files: files.collect(), names }
}

/// A theme that prints what a post says, and nothing else.
fn bare_theme() -> Vec<(String, String)> {
    let frame = |inside: &str| {
        format!(
            "<!DOCTYPE html><html lang=\"fr\"><head><meta charset=\"utf-8\"><title>x</title></head><body><main>{inside}</main><footer>fin</footer></body></html>"
        )
    };
    let post = frame(
        "<p class=\"summary\">{{ page.description }}</p><article><p class=\"lede\">{{ page.lede }}</p>{{ page.body }}</article>\
         {% for note in page.updates %}<div class=\"note\">{{ note.text }}</div>{% endfor %}\
         {% for note in page.corrections %}<div class=\"note\">{{ note.text }}</div>{% endfor %}",
    );
    let mut files = vec![("themes/bare/theme.toml".to_owned(), "name = \"bare\"\n".to_owned())];
    for name in ["home", "page", "topic", "topics", "source", "sources", "archive", "404"] {
        files.push((format!("themes/bare/templates/{name}.html"), frame("x")));
    }
    files.push(("themes/bare/templates/post.html".to_owned(), post));
    files
}

/// Insists that nothing is wrong, and shows the first things that are.
#[track_caller]
fn nothing_wrong(problems: &[String]) {
    let first: Vec<&str> = problems.iter().take(12).map(String::as_str).collect();
    assert!(problems.is_empty(), "{} problems, the first:\n{}", problems.len(), first.join("\n"));
}

/// Where two lists first differ.
fn difference(wanted: &[String], got: &[String]) -> Option<String> {
    if wanted == got {
        return None;
    }
    let at = wanted.iter().zip(got).position(|(wanted, got)| wanted != got).unwrap_or(wanted.len().min(got.len()));
    Some(format!("at {at}: {:?} became {:?}", wanted.get(at), got.get(at)))
}

#[test]
fn p34_there_are_enough_strings_and_they_are_what_they_should_be() {
    let strings = strings();
    assert!(strings.len() >= 200, "{}", strings.len());
    for wanted in ["a\u{0}b", "java\tscript:alert(1)", "<script>alert(1)</script>", "\\ud83d"] {
        assert!(strings.iter().any(|string| string == wanted), "{wanted:?}");
    }
}
