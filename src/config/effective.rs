//! The settings as they count, each with where it comes from: what `manchette config` shows.
//!
//! Only values that can be used are listed; the problems of the others are what `read` reports.

use super::keys;
use super::overrides::{Origin, Override};
use super::settings::{self, Found};
use crate::base::SourceText;
use serde::Serialize as _;

/// One setting.
#[derive(Clone, Debug, PartialEq)]
pub struct Setting {
    /// The table it stands in, without brackets: empty at the top, `lists`, `theme.options`, `source`.
    pub table: String,
    /// Which of the `[[entries]]` of that name, from 0; nothing in a plain table.
    pub entry: Option<usize>,
    /// The name in its table, as TOML writes it.
    pub name: String,
    /// The value as TOML writes it; nothing when the key is not set and has no default.
    pub value: Option<String>,
    /// The value for programs: null when not set, dates as texts.
    pub json: serde_json::Value,
    /// Where it comes from.
    pub origin: Origin,
}

impl Setting {
    /// The whole name: `lists.per_page`, `source[0].name`.
    pub fn key(&self) -> String {
        match self.entry {
            Some(index) => format!("{}[{index}].{}", self.table, self.name),
            None => keys::join(&self.table, &self.name),
        }
    }
}

/// All settings, in the order in which a `site.toml` can hold them.
pub fn effective(source: &SourceText, overrides: &[Override]) -> Vec<Setting> {
    let (read, _) = settings::gather(source, overrides);
    let mut settings = Vec::new();
    for leaf in keys::leaves() {
        let found = read.site.found(&leaf.path);
        if let Some(table) = found.and_then(|found| found.value.as_table().map(|table| (table, found))) {
            settings.extend(free_settings(&leaf.path, table.0, table.1));
        } else if !matches!(leaf.key.kind, keys::Kind::Free) {
            let (table, name) = leaf.path.rsplit_once('.').unwrap_or(("", &leaf.path));
            settings.push(setting(table, None, name, found));
        }
    }
    for key in keys::SITE {
        let sections =
            read.entries.iter().find(|(name, _)| *name == key.name).map_or(&[][..], |(_, sections)| sections);
        for (index, section) in sections.iter().enumerate() {
            let values = section.values.iter();
            settings.extend(values.map(|(name, found)| setting(key.name, Some(index), name, Some(found))));
        }
    }
    settings
}

fn setting(table: &str, entry: Option<usize>, name: &str, found: Option<&Found>) -> Setting {
    Setting {
        table: table.to_owned(),
        entry,
        name: name.to_owned(),
        value: found.map(|found| shown(&found.value)),
        json: found.map_or(serde_json::Value::Null, |found| super::read::json(&found.value)),
        origin: found.map_or(Origin::Default, |found| found.origin.clone()),
    }
}

/// The keys of a table that is the site's own, each with its line.
fn free_settings<'a>(path: &'a str, table: &'a toml::Table, found: &'a Found) -> impl Iterator<Item = Setting> + 'a {
    table.iter().zip(&found.parts).map(move |((name, value), label)| Setting {
        table: path.to_owned(),
        entry: None,
        name: bare_or_quoted(name),
        value: Some(shown(value)),
        json: super::read::json(value),
        origin: Origin::File { line: label.at.as_ref().map_or(1, |at| at.line) },
    })
}

/// A value as TOML. What a slip left of a date cannot be written, and its own `Display` would panic.
fn shown(value: &toml::Value) -> String {
    let mut text = String::new();
    match value.serialize(toml::ser::ValueSerializer::new(&mut text)) {
        Ok(_) => text,
        Err(_) => super::read::json(value).to_string(),
    }
}

fn bare_or_quoted(name: &str) -> String {
    let bare = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
    if bare { name.to_owned() } else { super::checks::quoted(name) }
}
