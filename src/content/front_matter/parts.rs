//! The values of front matter that have parts: source, picture, notes, free fields.
//!
//! Whether a source or picture exists is for others to say.

use super::keys;
use super::tree::{Entry, Format, Node, Value};
use super::values::{self, Fields, Reading};
use crate::base::typography::Rules;
use crate::base::{Code, Diagnostic, Json, odd_numbers};
use crate::content::article::{Citation, Note, Picture, Via};
use crate::content::document::Target;
use crate::content::markdown::{self, links};

/// `source = "WSJ"`, `source = "https://…"` or a table.
pub fn citation(entry: Entry, cx: &mut Reading<'_, '_>) -> Option<Citation> {
    let nothing =
        |label| Citation { name: None, url: None, author: None, title: None, date: None, lang: None, via: None, label };
    let Value::Table(_) = entry.node.value else {
        let label = cx.findings.label(entry.node.span.clone(), "");
        if let Value::List(items) = &entry.node.value
            && items.len() > 1
        {
            let help = "name who reported first; put the others into the text, or into `via`";
            cx.tell(Code::WrongType, &entry.node, "`source` takes one source", help);
            return None;
        }
        let text = values::text(&entry, cx)?;
        return Some(match is_address(&text) {
            true => Citation { url: Some(values::url_of("source", &entry.node, &text, cx)?), ..nothing(label) },
            false => Citation { name: Some(text), ..nothing(label) },
        });
    };
    let (mut fields, span) = table(entry);
    let name_entry = fields.take("name");
    let url_entry = fields.take("url");
    let place = name_entry.as_ref().or(url_entry.as_ref()).map_or(span.clone(), |entry| entry.node.span.clone());
    let given = name_entry.is_some() || url_entry.is_some();
    let citation = Citation {
        name: name_entry.and_then(|entry| values::text(&entry, cx)),
        url: url_entry.and_then(|entry| values::url(&entry, cx)),
        author: fields.take("author").and_then(|entry| values::text(&entry, cx)),
        title: fields.take("title").and_then(|entry| values::text(&entry, cx)),
        date: fields.take("date").and_then(|entry| values::date(&entry, cx)).map(|(when, _)| when),
        lang: fields.take("lang").and_then(|entry| values::language(&entry, cx)),
        via: fields.take("via").and_then(|entry| via(entry, cx)),
        label: cx.findings.label(place, ""),
    };
    for entry in fields.rest() {
        keys::unknown_in_table(&entry, keys::SOURCE, cx.findings);
    }
    if !given {
        let node = Node { value: Value::Nothing, span };
        cx.tell(
            Code::MissingKey,
            &node,
            "`source` needs a `name` or a `url`",
            "name who reported first: `name = \"WSJ\"`",
        );
    }
    (citation.name.is_some() || citation.url.is_some()).then_some(citation)
}

/// `image = "courbe.svg"` or a table.
pub fn picture(entry: Entry, rules: Rules, cx: &mut Reading<'_, '_>) -> Option<Picture> {
    if !matches!(entry.node.value, Value::Table(_)) {
        let target = picture_target(&entry, cx)?;
        let label = cx.findings.label(entry.node.span.clone(), "");
        return Some(Picture { target, alt: String::new(), caption: None, credit: None, label });
    }
    let (mut fields, span) = table(entry);
    let path = fields.take("path");
    let target = path.as_ref().and_then(|entry| picture_target(entry, cx));
    let alt = fields.take("alt").and_then(|entry| values::prose(&entry, rules, cx)).unwrap_or_default();
    let caption = fields.take("caption").and_then(|entry| values::prose(&entry, rules, cx));
    let credit = fields.take("credit").and_then(|entry| values::prose(&entry, rules, cx));
    for entry in fields.rest() {
        keys::unknown_in_table(&entry, keys::IMAGE, cx.findings);
    }
    let Some(path) = path else {
        let node = Node { value: Value::Nothing, span };
        cx.tell(Code::MissingKey, &node, "`image` needs a `path`", "name the file: `path = \"courbe.svg\"`");
        return None;
    };
    let label = cx.findings.label(path.node.span, "");
    Some(Picture { target: target?, alt, caption, credit, label })
}

/// `[[updates]]` and `[[corrections]]`, oldest first as written.
pub fn notes(entry: Entry, language: &str, cx: &mut Reading<'_, '_>) -> Vec<Note> {
    let key = entry.key;
    let Value::List(items) = entry.node.value else {
        let help = match cx.format {
            Format::Toml => format!("write `[[{key}]]`, then `date = 2025-06-19` and `text = \"…\"` below it"),
            Format::Yaml => {
                format!("begin each note with `-`:\n{key}:\n  - date: 2025-06-19\n    text: \"…\"")
            }
        };
        cx.tell(Code::WrongType, &entry.node, format!("`{key}` takes a list of dated notes"), help);
        return Vec::new();
    };
    items.into_iter().filter_map(|item| note(&key, item, language, cx)).collect()
}

/// `[extra]`, as JSON.
pub fn extra(entry: &Entry, cx: &mut Reading<'_, '_>) -> Json {
    match json(&entry.node, cx) {
        serde_json::Value::Object(object) => Json(object),
        _ => {
            let help = match cx.format {
                Format::Toml => "write `[extra]`, then your keys below it",
                Format::Yaml => "write `extra:`, then your keys below it, each after two spaces",
            };
            cx.tell(Code::WrongType, &entry.node, "`extra` takes a table", help);
            Json::default()
        }
    }
}

/// Whether a `source` or `via` is an address rather than a name.
fn is_address(text: &str) -> bool {
    text.contains("://")
}

fn via(entry: Entry, cx: &mut Reading<'_, '_>) -> Option<Via> {
    let Value::Table(_) = entry.node.value else {
        let text = values::text(&entry, cx)?;
        return Some(match is_address(&text) {
            true => Via { name: None, url: Some(values::url_of("via", &entry.node, &text, cx)?) },
            false => Via { name: Some(text), url: None },
        });
    };
    let (mut fields, _) = table(entry);
    let name = fields.take("name").and_then(|entry| values::text(&entry, cx));
    let url = fields.take("url").and_then(|entry| values::url(&entry, cx));
    for entry in fields.rest() {
        keys::unknown_in_table(&entry, keys::VIA, cx.findings);
    }
    (name.is_some() || url.is_some()).then_some(Via { name, url })
}

fn picture_target(entry: &Entry, cx: &mut Reading<'_, '_>) -> Option<Target> {
    let text = values::text(entry, cx)?;
    match links::picture_target(&text) {
        Ok(target) => {
            values::tell_if_private(&entry.key, &entry.node, &text, cx);
            Some(target)
        }
        Err(problem) => {
            let help = "write a path from the article's folder, one from the site's root, or a whole https:// address";
            cx.tell(Code::BadUrl, &entry.node, format!("`{}` cannot be a picture: {problem}", entry.key), help);
            None
        }
    }
}

fn note(key: &str, node: Node, language: &str, cx: &mut Reading<'_, '_>) -> Option<Note> {
    let span = node.span.clone();
    let Value::Table(entries) = node.value else {
        values::wrong_type(key, &node, "notes with a date and a text", None, cx);
        return None;
    };
    let mut fields = Fields::new(entries);
    let (date, text) = (fields.take("date"), fields.take("text"));
    for (name, missing) in [("date", date.is_none()), ("text", text.is_none())] {
        if missing {
            let node = Node { value: Value::Nothing, span: span.clone() };
            cx.tell(Code::MissingKey, &node, format!("this note of `{key}` has no `{name}`"), format!("add `{name}`"));
        }
    }
    for entry in fields.rest() {
        keys::unknown_in_table(&entry, keys::NOTE, cx.findings);
    }
    let date = date.and_then(|entry| values::date(&entry, cx));
    let text = text.and_then(|entry| {
        values::text(&entry, cx)?;
        let raw = values::raw_text("text", &entry.node, cx)?;
        Some(markdown::note(raw, entry.node.span.clone(), language, cx.options, cx.findings))
    });
    Some(Note { date: date?.0, text: text? })
}

/// The keys of a table value.
fn table(entry: Entry) -> (Fields, std::ops::Range<usize>) {
    match entry.node.value {
        Value::Table(entries) => (Fields::new(entries), entry.node.span),
        _ => (Fields::new(Vec::new()), entry.node.span),
    }
}

/// A free value. What JSON would keep as another number is told, and a date of TOML that is none.
fn json(node: &Node, cx: &mut Reading<'_, '_>) -> serde_json::Value {
    use serde_json::Value as J;
    match &node.value {
        Value::Text(text) => J::String(text.clone()),
        Value::Date(text) => {
            if text.parse::<toml::value::Datetime>().is_err() {
                let message = "this is no day of the calendar, or no time";
                let help = "write a date as in 2025-06-19, with a time as in 2025-06-19T09:30:00+02:00, or put it between \
                            quotes if it is text";
                cx.tell(Code::BadDate, node, message, help);
            }
            J::String(text.clone())
        }
        Value::Integer(number) => J::from(*number),
        Value::Float(number) => {
            let written = cx.written(node);
            if !number.is_finite() || odd_numbers::is_whole(written) {
                let (message, help) = odd_numbers::objection(written);
                cx.tell(Code::BadValue, node, message, help);
            }
            J::from(*number)
        }
        Value::Boolean(boolean) => J::Bool(*boolean),
        Value::Nothing => J::Null,
        Value::List(items) => J::Array(items.iter().map(|item| json(item, cx)).collect()),
        Value::Table(entries) => {
            entries
                .iter()
                .filter(|entry| HIDING.contains(&entry.key.as_str()))
                .for_each(|entry| hides_nothing(entry, cx));
            J::Object(entries.iter().map(|entry| (entry.key.clone(), json(&entry.node, cx))).collect())
        }
    }
}

/// Keys that keep an article from readers. Below `[extra]` they would publish what is to be hidden.
const HIDING: &[&str] = &["draft", "expires"];

fn hides_nothing(entry: &Entry, cx: &mut Reading<'_, '_>) {
    let help = match cx.format {
        Format::Toml => "move it above the first line that begins with `[`; for an option of a theme take another name",
        Format::Yaml => "write it at the beginning of its line; for an option of a theme take another name",
    };
    let label = cx.findings.label(entry.key_span.clone(), "");
    let message = format!("`{}` hides nothing in `extra`", entry.key);
    cx.findings.push(Diagnostic::new(Code::UnknownKey, message).at(label).help(help));
}
