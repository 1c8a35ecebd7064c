//! The keys of `site.toml`: one list, from which reading, defaults, overrides and help for unknown keys all follow.
//!
//! Never looks at a file: this is what may be written, not what was.

use super::checks::{self, Check};
use crate::base::names;
use std::ops::RangeInclusive;

/// One key.
pub(super) struct Key {
    /// Its name in its table.
    pub name: &'static str,
    /// What it takes.
    pub kind: Kind,
    /// What it is when absent.
    pub fallback: Fallback,
}

/// What a key takes.
pub(super) enum Kind {
    /// Text that passes a check.
    Text(Check),
    /// `true` or `false`.
    Flag,
    /// A whole number in a range.
    Number(RangeInclusive<i64>),
    /// One of some words.
    Choice(&'static [&'static str]),
    /// Some of some words, each once.
    Choices(&'static [&'static str]),
    /// A list of texts, each of which passes a check.
    Texts(Check),
    /// A table whose keys are the site's own.
    Free,
    /// A table with these keys.
    Table(&'static [Key]),
    /// A table with these keys, or the text that would be its `name`.
    NameOrTable(&'static [Key]),
    /// Any number of tables with these keys: `[[source]]`.
    Entries(&'static [Key]),
}

/// What a key is when absent.
pub(super) enum Fallback {
    /// An error; the example shows how to write it.
    Required(&'static str),
    /// Nothing.
    Absent,
    /// A text.
    Text(&'static str),
    /// A text that depends on the site's language.
    ByLanguage {
        /// For French.
        french: &'static str,
        /// For every other language.
        other: &'static str,
    },
    /// A number.
    Number(i64),
    /// A switch.
    Flag(bool),
    /// A list of texts.
    Texts(&'static [&'static str]),
}

const fn key(name: &'static str, kind: Kind, fallback: Fallback) -> Key {
    Key { name, kind, fallback }
}

/// A key that only groups others.
const fn group(name: &'static str, kind: Kind) -> Key {
    Key { name, kind, fallback: Fallback::Absent }
}

/// The most posts on a page or in a feed that make sense; beyond, a slip is likelier than a wish.
const MANY: i64 = 1_000_000;

use Fallback::{Absent, ByLanguage, Required};
use Kind::{Choice, Choices, Entries, Flag, Free, NameOrTable, Number, Table, Text, Texts};

/// All keys, in the order in which `manchette config` shows them: plain ones before tables, as TOML wants.
pub(super) static SITE: &[Key] = &[
    key("title", Text(checks::not_blank), Required("title = \"La Manchette\"")),
    key("base_url", Text(checks::base_url), Required("base_url = \"https://example.org\"")),
    key("description", Text(checks::any), Fallback::Text("")),
    // The product is French first; a site in another language says so.
    key("language", Text(checks::language), Fallback::Text("fr")),
    key("timezone", Text(checks::timezone), Absent),
    key("output", Text(checks::output_folder), Fallback::Text(names::USUAL_OUTPUT)),
    key("publish", Choice(&["in-place", "swap"]), Fallback::Text("in-place")),
    group(
        "theme",
        NameOrTable(&[key("name", Text(checks::folder_name), Fallback::Text("kiosque")), group("options", Free)]),
    ),
    group(
        "urls",
        Table(&[
            key("posts", Text(checks::posts_pattern), Fallback::Text("/:year/:month/:slug/")),
            key(
                "topics",
                Text(checks::topics_pattern),
                ByLanguage { french: "/sujets/:slug/", other: "/topics/:slug/" },
            ),
            key("sources", Text(checks::sources_pattern), Fallback::Text("/sources/:slug/")),
            key(
                "archive",
                Text(checks::archive_pattern),
                ByLanguage { french: "/archives/:year/:month/", other: "/archive/:year/:month/" },
            ),
        ]),
    ),
    group(
        "pages",
        Table(&[
            key("topics", Flag, Fallback::Flag(true)),
            key("sources", Flag, Fallback::Flag(true)),
            key("archive", Flag, Fallback::Flag(true)),
        ]),
    ),
    group("lists", Table(&[key("per_page", Number(0..=MANY), Fallback::Number(20))])),
    group(
        "feeds",
        Table(&[
            key("formats", Choices(&["atom", "rss", "json"]), Fallback::Texts(&["atom", "rss", "json"])),
            key("entries", Number(1..=1000), Fallback::Number(30)),
            key("content", Choice(&["full", "summary"]), Fallback::Text("full")),
            key("authority", Text(checks::authority), Absent),
            key("topics", Flag, Fallback::Flag(true)),
            key("sources", Flag, Fallback::Flag(true)),
            key("news_sitemap", Flag, Fallback::Flag(true)),
        ]),
    ),
    group(
        "markdown",
        Table(&[
            key("raw_html", Choice(&["escape", "sanitize", "allow", "error"]), Fallback::Text("escape")),
            key("highlight", Flag, Fallback::Flag(true)),
            key("typography", Flag, Fallback::Flag(true)),
            key("external_rel", Text(checks::rel), Fallback::Text("external noopener")),
        ]),
    ),
    group("sources", Table(&[key("required", Choice(&["warn", "error", "off"]), Fallback::Text("warn"))])),
    group("static", Table(&[key("include", Texts(checks::inner_path), Fallback::Texts(&[]))])),
    group("extra", Free),
    group(
        "source",
        Entries(&[
            key("name", Text(checks::not_blank), Required("name = \"WSJ\"")),
            key("slug", Text(checks::slug), Absent),
            key("aliases", Texts(checks::not_blank), Absent),
            key("url", Text(checks::web_url), Absent),
            key("lang", Text(checks::language), Absent),
            key("paywall", Flag, Absent),
            key("description", Text(checks::any), Absent),
        ]),
    ),
    group(
        "topic",
        Entries(&[
            key("title", Text(checks::not_blank), Required("title = \"Meta AI\"")),
            key("slug", Text(checks::slug), Absent),
            key("aliases", Texts(checks::not_blank), Absent),
            key("description", Text(checks::any), Absent),
            key("match", Texts(checks::not_blank), Absent),
        ]),
    ),
    group(
        "author",
        Entries(&[
            key("id", Text(checks::not_blank), Required("id = \"claire\"")),
            key("name", Text(checks::not_blank), Required("name = \"Claire Dupont\"")),
            key("url", Text(checks::web_url), Absent),
            key("bio", Text(checks::any), Absent),
        ]),
    ),
    group(
        "menu",
        Entries(&[
            key("title", Text(checks::not_blank), Required("title = \"À propos\"")),
            key("url", Text(checks::menu_url), Required("url = \"/a-propos/\"")),
        ]),
    ),
];

/// A key of the site that holds one value, with its dotted path.
pub(super) struct Leaf {
    /// `lists.per_page`
    pub path: String,
    /// The key.
    pub key: &'static Key,
}

/// All keys outside `[[entries]]` that hold a value, in order.
pub(super) fn leaves() -> Vec<Leaf> {
    let mut leaves = Vec::new();
    collect_leaves("", SITE, &mut leaves);
    leaves
}

fn collect_leaves(prefix: &str, keys: &'static [Key], into: &mut Vec<Leaf>) {
    for key in keys {
        let path = join(prefix, key.name);
        match &key.kind {
            Table(keys) | NameOrTable(keys) => collect_leaves(&path, keys, into),
            Entries(_) => {}
            _ => into.push(Leaf { path, key }),
        }
    }
}

/// The tables in which a key of this name exists, as they are written: `[lists]`, `[[source]]`, or nothing for the top.
pub(super) fn tables_with(name: &str) -> Vec<String> {
    let has = |keys: &[Key]| keys.iter().any(|key| key.name == name);
    let mut tables = Vec::new();
    if has(SITE) {
        tables.push(String::new());
    }
    for key in SITE {
        match &key.kind {
            Table(keys) | NameOrTable(keys) if has(keys) => tables.push(format!("[{}]", key.name)),
            Entries(keys) if has(keys) => tables.push(format!("[[{}]]", key.name)),
            _ => {}
        }
    }
    tables
}

/// A dotted path.
pub(super) fn join(prefix: &str, name: &str) -> String {
    if prefix.is_empty() { name.to_owned() } else { format!("{prefix}.{name}") }
}
