//! What to say to those who write a key of another generator, a key in the wrong table, or a slip of the finger.
//!
//! Only advice: nothing written here is ever accepted as a key.

use super::accept::listed;
use super::checks::quoted;
use super::keys::{self, Key, Kind};
use crate::base::suggest;
use toml::de::DeValue;

/// Advice on an unknown key.
pub(super) struct Hint {
    /// What to do.
    pub help: Option<String>,
    /// The key to write instead, where that alone mends it.
    pub rename: Option<String>,
}

enum Advice {
    /// It has another name here.
    Rename(&'static str),
    /// It is done otherwise.
    Say(&'static str),
}

use Advice::{Rename, Say};

/// Keys of Hugo, Zola, Jekyll, Pelican and Eleventy, in lower case, at the top of the file.
const PEERS: &[(&str, Advice)] = &[
    ("baseurl", Rename("base_url")),
    ("base", Rename("base_url")),
    ("url", Rename("base_url")),
    ("siteurl", Rename("base_url")),
    ("site_url", Rename("base_url")),
    ("languagecode", Rename("language")),
    ("default_language", Rename("language")),
    ("defaultcontentlanguage", Rename("language")),
    ("default_lang", Rename("language")),
    ("lang", Rename("language")),
    ("locale", Rename("language")),
    ("timezone", Rename("timezone")),
    ("time_zone", Rename("timezone")),
    ("tz", Rename("timezone")),
    ("publishdir", Rename("output")),
    ("output_dir", Rename("output")),
    ("output_path", Rename("output")),
    ("destination", Rename("output")),
    ("sitename", Rename("title")),
    ("name", Rename("title")),
    ("tagline", Rename("description")),
    ("subtitle", Rename("description")),
    ("paginate", Say("write `per_page` under `[lists]`")),
    ("paginate_by", Say("write `per_page` under `[lists]`")),
    ("pagination", Say("write `per_page` under `[lists]`")),
    ("default_pagination", Say("write `per_page` under `[lists]`")),
    ("params", Say("write values for templates under `[extra]`")),
    ("defaults", Say("write values for templates under `[extra]`")),
    ("generate_feed", Say("write the feeds' `formats` under `[feeds]`")),
    ("generate_feeds", Say("write the feeds' `formats` under `[feeds]`")),
    ("feed_filename", Say("write the feeds' `formats` under `[feeds]`")),
    ("feed_filenames", Say("write the feeds' `formats` under `[feeds]`")),
    ("outputs", Say("write the feeds' `formats` under `[feeds]`")),
    ("feed", Say("write `[feeds]`")),
    ("rsslimit", Say("write `entries` under `[feeds]`")),
    ("feed_limit", Say("write `entries` under `[feeds]`")),
    ("permalink", Say("write the URL pattern of posts under `[urls]`: `posts = \"/:year/:month/:slug/\"`")),
    ("permalinks", Say("write the URL pattern of posts under `[urls]`: `posts = \"/:year/:month/:slug/\"`")),
    ("markup", Say("write `[markdown]`")),
    ("menus", Say("write one `[[menu]]`, with `title` and `url`, for each entry")),
    ("authors", Say("write one `[[author]]`, singular, with `id` and `name`, for each")),
    (
        "topics",
        Say("write one `[[topic]]`, singular, with `title`, for each; `[urls]` and `[pages]` decide on their pages"),
    ),
    ("tags", Say("write one `[[topic]]` for each that needs a title or aliases; other tags need no entry")),
    ("taxonomies", Say("write one `[[topic]]` for each tag that needs a title or aliases; other tags need no entry")),
    ("builddrafts", Say("use the flag `--drafts`")),
    ("show_drafts", Say("use the flag `--drafts`")),
    ("buildfuture", Say("use the flag `--future`")),
    ("future", Say("use the flag `--future`")),
    ("buildexpired", Say("use the flag `--expired`")),
];

/// The same inside tables: table, key in lower case, advice.
const PEERS_INSIDE: &[(&str, &str, Advice)] = &[
    ("[lists]", "paginate_by", Rename("per_page")),
    ("[lists]", "pagersize", Rename("per_page")),
    ("[feeds]", "limit", Rename("entries")),
    ("[markdown]", "highlight_code", Rename("highlight")),
    ("[markdown]", "smart_punctuation", Rename("typography")),
    ("[markdown]", "unsafe", Say("write `raw_html = \"allow\"`")),
    ("[[source]]", "title", Rename("name")),
    ("[[source]]", "homepage", Rename("url")),
    ("[[source]]", "link", Rename("url")),
    ("[[source]]", "language", Rename("lang")),
    ("[[topic]]", "name", Rename("title")),
    ("[[author]]", "title", Rename("name")),
    ("[[menu]]", "name", Rename("title")),
    ("[[menu]]", "pageref", Rename("url")),
    ("[[menu]]", "weight", Say("put the entries in the order in which they are to be shown")),
];

/// Advice on a key that this table does not have; `header` is the table as it is written, empty at the top.
pub(super) fn unknown(typed: &str, header: &str, keys: &[Key]) -> Hint {
    let lower = typed.to_lowercase();
    if let Some(advice) = from_peers(&lower, header) {
        return match advice {
            Rename(name) => Hint { help: Some(format!("write `{name}`")), rename: Some((*name).to_owned()) },
            Say(help) => Hint { help: Some((*help).to_owned()), rename: None },
        };
    }
    let elsewhere = keys::tables_with(typed);
    if let Some(table) = elsewhere.first() {
        let help = match table.as_str() {
            "" => format!("move `{typed}` to the top of the file, before the first `[table]`"),
            _ => format!(
                "`{typed}` is a key of {}",
                elsewhere.iter().map(|t| format!("`{t}`")).collect::<Vec<_>>().join(", ")
            ),
        };
        return Hint { help: Some(help), rename: None };
    }
    let names: Vec<&str> = keys.iter().map(|key| key.name).collect();
    Hint {
        help: suggest::help(typed, &names),
        rename: suggest::nearest(typed, names.iter().copied()).map(str::to_owned),
    }
}

fn from_peers(lower: &str, header: &str) -> Option<&'static Advice> {
    if header.is_empty() {
        return PEERS.iter().find(|(name, _)| *name == lower).map(|(_, advice)| advice);
    }
    PEERS_INSIDE.iter().find(|(table, name, _)| *table == header && *name == lower).map(|(_, _, advice)| advice)
}

/// Advice on a value of the wrong type, and the TOML to write instead where that is certain.
pub(super) fn wrong_type(key: &Key, path: &str, value: &DeValue) -> (Option<String>, Option<String>) {
    let written = |fix: String| (Some(format!("write {fix}")), Some(fix));
    match (&key.kind, value) {
        (Kind::Entries(_), DeValue::Table(_)) => {
            (Some(format!("write `[[{path}]]`, in double brackets, once for each")), None)
        }
        (Kind::Entries(_), _) => (Some(format!("write a table `[[{path}]]` for each")), None),
        (Kind::Table(_), DeValue::Array(_)) if path == "sources" => {
            (Some("write `[[source]]`, singular, to describe one; `[sources]` has the rules for all".to_owned()), None)
        }
        (Kind::Table(_) | Kind::NameOrTable(_) | Kind::Free, _) => {
            (Some(format!("write `[{path}]` and its keys below")), None)
        }
        (Kind::Texts(_) | Kind::Choices(_), DeValue::String(text)) => written(format!("[{}]", quoted(text))),
        (Kind::Text(check), _) => match bare(value).filter(|text| check(text).is_ok()) {
            Some(text) => written(quoted(&text)),
            None => (None, None),
        },
        (Kind::Choice(words), _) => (Some(format!("write one of {}", listed(words))), None),
        (Kind::Flag, DeValue::String(text)) if matches!(text.as_ref(), "true" | "false") => written(text.to_string()),
        (Kind::Flag, DeValue::String(_) | DeValue::Integer(_)) => {
            (Some("write true or false, without quotes".to_owned()), None)
        }
        (Kind::Number(_), DeValue::String(text)) if text.parse::<i64>().is_ok() => written(text.to_string()),
        _ => (None, None),
    }
}

/// What its author would have put between quotes.
fn bare(value: &DeValue) -> Option<String> {
    match value {
        DeValue::Integer(number) => Some(number.to_string()),
        DeValue::Float(number) => Some(number.to_string()),
        DeValue::Datetime(date) => Some(date.to_string()),
        _ => None,
    }
}
