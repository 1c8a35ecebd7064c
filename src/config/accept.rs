//! One value against the type of its key.
//!
//! Knows no places: whoever asks points at the value.

use super::checks::{Objection, quoted};
use super::hints;
use super::keys::{Key, Kind};
use crate::base::{Code, suggest};
use std::ops::RangeInclusive;
use toml::de::DeValue;

/// Reads a single value as what its key takes.
pub(super) fn accept(key: &Key, path: &str, value: &DeValue) -> Result<toml::Value, Objection> {
    match (&key.kind, value) {
        (Kind::Text(check), DeValue::String(text)) => check(text).map(toml::Value::String),
        (Kind::Choice(words), DeValue::String(text)) => choose(words, path, text),
        (Kind::Flag, DeValue::Boolean(flag)) => Ok(toml::Value::Boolean(*flag)),
        (Kind::Number(range), DeValue::Integer(_)) => match integer(value) {
            Some(number) if range.contains(&number) => Ok(toml::Value::Integer(number)),
            _ => Err(out_of_range(path, range)),
        },
        _ => Err(wrong_type(key, path, value)),
    }
}

/// Reads one item of a list.
pub(super) fn accept_item(key: &Key, path: &str, value: &DeValue) -> Result<toml::Value, Objection> {
    match (&key.kind, value) {
        (Kind::Texts(check), DeValue::String(text)) => check(text).map(toml::Value::String),
        (Kind::Choices(words), DeValue::String(text)) => choose(words, path, text),
        _ => Err(Objection::new(
            Code::WrongType,
            format!("`{path}` takes a list of texts, and this is {}", name_of(value)),
        )
        .note("expected text between quotes")
        .help("put every item between quotes")),
    }
}

/// Reads a text from outside the file as what its key takes.
pub(super) fn accept_text(key: &Key, path: &str, text: &str) -> Result<toml::Value, Objection> {
    match &key.kind {
        Kind::Flag => match text.trim() {
            "true" => Ok(toml::Value::Boolean(true)),
            "false" => Ok(toml::Value::Boolean(false)),
            _ => Err(Objection::new(Code::WrongType, format!("`{path}` takes true or false, not `{text}`"))),
        },
        Kind::Number(range) => match text.trim().parse() {
            Ok(number) if range.contains(&number) => Ok(toml::Value::Integer(number)),
            Ok(_) => Err(out_of_range(path, range)),
            Err(_) => Err(Objection::new(Code::WrongType, format!("`{path}` takes a whole number, not `{text}`"))),
        },
        _ => accept(key, path, &DeValue::String(text.into())),
    }
}

fn choose(words: &[&str], path: &str, text: &str) -> Result<toml::Value, Objection> {
    if words.contains(&text) {
        return Ok(toml::Value::String(text.to_owned()));
    }
    let list = listed(words);
    let objection = Objection::new(Code::BadValue, format!("`{text}` is not a choice for `{path}`"))
        .note(format!("choose from {list}"));
    Err(match suggest::nearest(text, words.iter().copied()) {
        Some(near) => objection.help(format!("did you mean \"{near}\"?")).fix(quoted(near)),
        None if words.len() == 1 => objection.help(format!("write {list}")),
        None => objection.help(format!("write one of {list}")),
    })
}

/// Words as they are written, between quotes.
pub(super) fn listed(words: &[&str]) -> String {
    words.iter().map(|word| format!("\"{word}\"")).collect::<Vec<_>>().join(", ")
}

fn out_of_range(path: &str, range: &RangeInclusive<i64>) -> Objection {
    Objection::new(Code::BadValue, format!("`{path}` must be between {} and {}", range.start(), range.end()))
        .help(format!("write a number from {} to {}", range.start(), range.end()))
}

/// Why a value is not of the type that its key takes.
pub(super) fn wrong_type(key: &Key, path: &str, value: &DeValue) -> Objection {
    let expected = match &key.kind {
        Kind::Text(_) => "text between quotes".to_owned(),
        Kind::Choice(words) => format!("one of {}", listed(words)),
        Kind::Flag => "true or false".to_owned(),
        Kind::Number(_) => "a whole number".to_owned(),
        Kind::Texts(_) | Kind::Choices(_) => "a list of texts".to_owned(),
        Kind::Free | Kind::Table(_) => "a table".to_owned(),
        Kind::NameOrTable(_) => "a name or a table".to_owned(),
        Kind::Entries(_) => format!("tables `[[{path}]]`"),
    };
    let message = format!("`{path}` takes {expected}, and this is {}", name_of(value));
    let objection = Objection::new(Code::WrongType, message).note(format!("expected {expected}"));
    match hints::wrong_type(key, path, value) {
        (Some(help), Some(fix)) => objection.help(help).fix(fix),
        (Some(help), None) => objection.help(help),
        _ => objection,
    }
}

fn name_of(value: &DeValue) -> &'static str {
    match value {
        DeValue::String(_) => "text",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a decimal number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        value if is_list_of_tables(value) => "a list of tables",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

/// Whether a value is what `[[x]]` makes.
pub(super) fn is_list_of_tables(value: &DeValue) -> bool {
    let DeValue::Array(items) = value else { return false };
    !items.is_empty() && items.iter().all(|item| matches!(item.get_ref(), DeValue::Table(_)))
}

fn integer(value: &DeValue) -> Option<i64> {
    let DeValue::Integer(number) = value else { return None };
    i64::from_str_radix(number.as_str(), number.radix()).ok()
}

/// A value without its places.
pub(super) fn plain(value: &DeValue) -> toml::Value {
    match value {
        DeValue::String(text) => toml::Value::String(text.to_string()),
        // A number that does not fit has been told; what is shown of it is what its author wrote.
        DeValue::Integer(number) => {
            integer(value).map_or_else(|| toml::Value::String(number.to_string()), toml::Value::Integer)
        }
        DeValue::Float(number) => toml::Value::Float(number.as_str().parse().unwrap_or(f64::NAN)),
        DeValue::Boolean(flag) => toml::Value::Boolean(*flag),
        DeValue::Datetime(date) => toml::Value::Datetime(*date),
        DeValue::Array(items) => toml::Value::Array(items.iter().map(|item| plain(item.get_ref())).collect()),
        DeValue::Table(table) => {
            let pairs = table.iter().map(|(name, value)| (name.get_ref().to_string(), plain(value.get_ref())));
            toml::Value::Table(pairs.collect())
        }
    }
}
