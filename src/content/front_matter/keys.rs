//! The keys of front matter, and what to say of the others.
//!
//! Never accepts a key under another tool's name: it says what to write instead. Fields of the author's own belong in
//! `extra`.

use super::toml::quoted;
use super::tree::{Entry, Format, Value};
use crate::base::{Code, Diagnostic};
use crate::base::{suggest, toml_words};
use crate::content::findings::Findings;

/// The keys of an article.
pub const ARTICLE: &[&str] = &[
    "title",
    "date",
    "source",
    "tags",
    "slug",
    "description",
    "author",
    "authors",
    "image",
    "updated",
    "updates",
    "corrections",
    "story",
    "id",
    "draft",
    "expires",
    "lang",
    "aliases",
    "weight",
    "template",
    "extra",
];
/// The keys of `source`.
pub const SOURCE: &[&str] = &["name", "url", "author", "title", "date", "lang", "via"];
/// The keys of `via`.
pub const VIA: &[&str] = &["name", "url"];
/// The keys of `image`.
pub const IMAGE: &[&str] = &["path", "alt", "caption", "credit"];
/// The keys of an update or a correction.
pub const NOTE: &[&str] = &["date", "text"];

/// Whether an article has a key of this name, here or with another tool.
pub fn is_known(key: &str) -> bool {
    ARTICLE.contains(&key) || FOREIGN.iter().any(|(foreign, _)| *foreign == key)
}

/// What another tool's key is here.
enum Foreign {
    /// One of our keys, with the same value.
    Renamed(&'static str),
    /// One of our keys, which takes a list of names.
    Names(&'static str),
    /// Something that needs words; `{}` is not filled in.
    Words(&'static str),
    /// `source`, of which it is the address.
    SourceUrl,
    /// `draft`, turned round.
    Published,
}

/// Keys that other tools taught, in the order of the survey.
const FOREIGN: &[(&str, Foreign)] = &[
    ("categories", Foreign::Names("tags")),
    ("category", Foreign::Names("tags")),
    ("topics", Foreign::Names("tags")),
    ("topic", Foreign::Names("tags")),
    ("keywords", Foreign::Names("tags")),
    ("taxonomies", Foreign::Words("write `tags` at the top level, as a list: every tag is a topic")),
    ("lastmod", Foreign::Renamed("updated")),
    ("modified", Foreign::Renamed("updated")),
    ("last_modified_at", Foreign::Renamed("updated")),
    ("dateModified", Foreign::Renamed("updated")),
    ("update", Foreign::Words("write `updates`, a list of notes with `date` and `text`, or `updated`, a date alone")),
    ("correction", Foreign::Words("write `corrections`, a list of notes with `date` and `text`")),
    ("publishDate", Foreign::Renamed("date")),
    ("pubDate", Foreign::Renamed("date")),
    ("expiryDate", Foreign::Renamed("expires")),
    ("url", Foreign::Words("name the last part of the address with `slug`; earlier addresses go into `aliases`")),
    (
        "path",
        Foreign::Words("name the last part of the address with `slug`; a page's address is its place below `content/`"),
    ),
    ("permalink", Foreign::Words("name the last part of the address with `slug`; earlier addresses go into `aliases`")),
    ("redirect_from", Foreign::Names("aliases")),
    ("summary", Foreign::Renamed("description")),
    ("excerpt", Foreign::Renamed("description")),
    ("subtitle", Foreign::Renamed("description")),
    ("lede", Foreign::Renamed("description")),
    ("chapo", Foreign::Renamed("description")),
    ("chapô", Foreign::Renamed("description")),
    ("cover", Foreign::Renamed("image")),
    ("featured_image", Foreign::Renamed("image")),
    ("thumbnail", Foreign::Renamed("image")),
    ("banner", Foreign::Renamed("image")),
    ("layout", Foreign::Words("remove it: posts and pages choose their template; `template` names another one")),
    ("type", Foreign::Words("remove it: the folder says what an article is; `template` names another template")),
    ("language", Foreign::Renamed("lang")),
    ("locale", Foreign::Renamed("lang")),
    ("source_url", Foreign::SourceUrl),
    ("link", Foreign::SourceUrl),
    ("external_url", Foreign::SourceUrl),
    ("original", Foreign::SourceUrl),
    ("published", Foreign::Published),
    ("params", Foreign::Words("move its fields into `extra`")),
    ("series", Foreign::Renamed("story")),
    ("titre", Foreign::Renamed("title")),
    ("auteur", Foreign::Renamed("author")),
    ("langue", Foreign::Renamed("lang")),
    ("résumé", Foreign::Renamed("description")),
    ("resume", Foreign::Renamed("description")),
    ("brouillon", Foreign::Renamed("draft")),
    ("étiquettes", Foreign::Names("tags")),
    ("etiquettes", Foreign::Names("tags")),
    ("sujets", Foreign::Names("tags")),
    ("lien", Foreign::SourceUrl),
    ("<<", Foreign::Words("write the keys out: merge keys are not read")),
];

/// Longest value that is repeated in a help.
const LONGEST_REPEATED: usize = 60;

/// Tells that the article has a key that nobody reads.
pub fn unknown_in_article(entry: &Entry, format: Format, findings: &mut Findings<'_>) {
    if let Some(odd) = toml_words::odd_space(&entry.key) {
        let label = findings.label(entry.key_span.clone(), "");
        let problem = Diagnostic::new(Code::UnknownKey, toml_words::odd_space_words(odd)).at(label);
        return findings.push(problem.help("delete it, or write a plain space"));
    }
    let foreign = FOREIGN.iter().find(|(name, _)| *name == entry.key).map(|(_, foreign)| foreign);
    let Some(foreign) = foreign else {
        return unknown(entry, ARTICLE, Some("or move it into `extra`, which is for fields of your own"), findings);
    };
    let written = findings.source().as_str().get(entry.node.span.clone()).unwrap_or("").trim();
    let repeated =
        Some(written).filter(|text| !text.is_empty() && text.len() <= LONGEST_REPEATED && !text.contains('\n'));
    let help = match foreign {
        Foreign::Words(words) => (*words).to_owned(),
        Foreign::Renamed("draft") => {
            format!(
                "write `{}`",
                format.assign("draft", if toml_words::switch(written) == Some(false) { "false" } else { "true" })
            )
        }
        Foreign::Renamed(key) => match repeated {
            Some(value) if is_scalar(&entry.node.value) => format!("write `{}`", format.assign(key, value)),
            _ => format!("write `{key}` instead"),
        },
        Foreign::Names(key) => match names(&entry.node.value) {
            Some(names) => format!("write `{}`", format.assign(key, &list(&names))),
            None => format!("write `{key}`, a list"),
        },
        Foreign::SourceUrl => {
            let url = repeated.map_or_else(|| "\"https://…\"".to_owned(), quoted);
            format!("write `{}`", format.assign("source", &format.table(&[("name", "\"…\""), ("url", &url)])))
        }
        Foreign::Published => match entry.node.value {
            Value::Boolean(true) => "remove it: what is not a draft is published".to_owned(),
            _ => format!("write `{}`", format.assign("draft", "true")),
        },
    };
    let label = findings.label(entry.key_span.clone(), "");
    findings.push(Diagnostic::new(Code::UnknownKey, format!("unknown key `{}`", entry.key)).at(label).help(help));
}

/// Tells that a table has a key that nobody reads.
pub fn unknown_in_table(entry: &Entry, known: &[&str], findings: &mut Findings<'_>) {
    let text = findings.source().as_str();
    let before = text.get(..entry.key_span.start).unwrap_or("");
    let begins_its_line = before.rsplit('\n').next().is_some_and(|start| start.trim().is_empty());
    if ARTICLE.contains(&entry.key.as_str()) && text.starts_with("+++") && begins_its_line {
        let heading = before.lines().rev().map(str::trim).find(|line| line.starts_with('['));
        if let Some(heading) = heading {
            let key = &entry.key;
            let label = findings.label(entry.key_span.clone(), "");
            let problem = Diagnostic::new(Code::UnknownKey, format!("`{key}` is no key of `{heading}`")).at(label);
            return findings.push(problem.help("move it above the first line that begins with `[`"));
        }
    }
    unknown(entry, known, None, findings);
}

fn unknown(entry: &Entry, known: &[&str], otherwise: Option<&str>, findings: &mut Findings<'_>) {
    let label = findings.label(entry.key_span.clone(), "");
    let mut diagnostic = Diagnostic::new(Code::UnknownKey, format!("unknown key `{}`", entry.key)).at(label);
    let nearest = suggest::nearest(&entry.key, known.iter().copied());
    if let Some(name) = nearest {
        diagnostic = diagnostic.fix(name);
    }
    if let Some(help) = suggest::help(&entry.key, known) {
        let help = match (nearest, otherwise) {
            (None, Some(otherwise)) => format!("{help}; {otherwise}"),
            _ => help,
        };
        diagnostic = diagnostic.help(help);
    }
    findings.push(diagnostic);
}

/// Names as a list, in either format.
pub fn list(names: &[&str]) -> String {
    let names: Vec<String> = names.iter().map(|name| quoted(name)).collect();
    format!("[{}]", names.join(", "))
}

fn is_scalar(value: &Value) -> bool {
    !matches!(value, Value::List(_) | Value::Table(_) | Value::Nothing)
}

/// The names in a list, or in a text that separates them by commas.
fn names(value: &Value) -> Option<Vec<&str>> {
    match value {
        Value::Text(text) => Some(text.split(',').map(str::trim).filter(|name| !name.is_empty()).collect()),
        Value::List(items) => items
            .iter()
            .map(|item| match &item.value {
                Value::Text(text) => Some(text.as_str()),
                _ => None,
            })
            .collect(),
        _ => None,
    }
}
