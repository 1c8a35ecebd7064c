//! Single values of front matter: texts, lists, dates, addresses.
//!
//! Never repairs in silence: what is not of the right kind is told with the line to write instead. Texts come out
//! trimmed and in NFC.

use super::keys;
use super::toml::quoted;
use super::tree::{Entry, Format, Node, Value};
use crate::base::calendar::read_date;
use crate::base::language::is_tag;
use crate::base::legal::control_in;
use crate::base::local::{WITHOUT_LOGIN, has_login, is_local};
use crate::base::toml_words::days_meant;
use crate::base::typography::{self, Rules};
use crate::base::{Code, Diagnostic, Label, Precision, When};
use crate::content::ContentOptions;
use crate::content::article::Written;
use crate::content::findings::Findings;
use crate::content::folded::folded;
use jiff::civil;
use std::borrow::Cow;

/// What reading values needs, and what it remembers.
pub struct Reading<'r, 'a> {
    /// Which format, for helps.
    pub format: Format,
    /// Zone and language.
    pub options: &'r ContentOptions,
    /// Where problems go.
    pub findings: &'r mut Findings<'a>,
    /// The first date without a zone, when the site names none.
    pub zoneless: Option<Label>,
}

impl<'a> Reading<'_, 'a> {
    /// A problem at a value.
    pub fn tell(&mut self, code: Code, node: &Node, message: impl Into<String>, help: impl Into<String>) {
        let label = self.findings.label(node.span.clone(), "");
        self.findings.push(Diagnostic::new(code, message).at(label).help(help));
    }

    /// The value as its author wrote it.
    pub fn written(&self, node: &Node) -> &'a str {
        self.findings.source().as_str().get(node.span.clone()).unwrap_or("")
    }
}

/// The keys of a table that are still to be read; what is left in the end is unknown.
pub struct Fields(Vec<Entry>);

impl Fields {
    /// All keys of a table.
    pub fn new(entries: Vec<Entry>) -> Fields {
        Fields(entries)
    }

    /// Takes a key out; a key without a value counts as absent.
    pub fn take(&mut self, key: &str) -> Option<Entry> {
        self.take_even_empty(key).filter(|entry| entry.node.value != Value::Nothing)
    }

    /// Takes an entry out, even one whose value is nothing.
    pub fn take_even_empty(&mut self, key: &str) -> Option<Entry> {
        let at = self.0.iter().position(|entry| entry.key == key)?;
        Some(self.0.remove(at))
    }

    /// Tells of a key of YAML whose value was meant to begin with `#`.
    pub fn commented(&self, key: &str, cx: &mut Reading<'_, '_>) -> bool {
        let is_it =
            |entry: &&Entry| entry.key == key && entry.node.value == Value::Nothing && cx.format == Format::Yaml;
        let Some(entry) = self.0.iter().find(is_it) else { return false };
        let rest = cx.findings.source().as_str().get(entry.key_span.end..).unwrap_or("").lines().next().unwrap_or("");
        let value = rest.trim_start_matches([':', ' ']).trim_end();
        if !value.strip_prefix('#').is_some_and(|word| word.starts_with(char::is_alphanumeric)) {
            return false;
        }
        let at = entry.key_span.end + rest.find('#').unwrap_or(0);
        let label = cx.findings.label(at..at + value.len(), "");
        let help = format!("put the text between quotes: `{}`", cx.format.assign(key, &quoted(value)));
        let message = format!("`{key}` has no value: `#` begins a comment");
        cx.findings.push(Diagnostic::new(Code::MissingKey, message).at(label).help(help));
        true
    }

    /// The keys that nobody took.
    pub fn rest(self) -> Vec<Entry> {
        self.0
    }
}

/// A text on one line: trimmed, NFC, white space folded, never empty.
pub fn text(entry: &Entry, cx: &mut Reading<'_, '_>) -> Option<String> {
    text_of(&entry.key, &entry.node, cx)
}

/// A text on one line that nothing but readers reads: with its typography.
pub fn prose(entry: &Entry, rules: Rules, cx: &mut Reading<'_, '_>) -> Option<String> {
    let text = text(entry, cx)?;
    Some(match typography::set(&text, rules) {
        Cow::Owned(set) => set,
        Cow::Borrowed(_) => text,
    })
}

/// A text on one line, of an item of a list.
pub fn item(key: &str, node: &Node, cx: &mut Reading<'_, '_>) -> Option<String> {
    match &node.value {
        Value::Text(raw) => one_line(key, Called::Item, raw, node, cx),
        Value::List(_) | Value::Table(_) | Value::Nothing => {
            cx.tell(
                Code::WrongType,
                node,
                format!("the items of `{key}` are texts"),
                "write every item between quotes",
            );
            None
        }
        Value::Boolean(_) | Value::Integer(_) | Value::Float(_) | Value::Date(_) => {
            let mended = quoted(cx.written(node));
            let label = cx.findings.label(node.span.clone(), format!("this is {}", node.value.kind()));
            let problem = Diagnostic::new(Code::WrongType, format!("the items of `{key}` are texts")).at(label);
            cx.findings.push(problem.help(format!("put it between quotes: `{mended}`")).fix(mended));
            None
        }
    }
}

/// A text on one line, of a value whose key is elsewhere.
pub fn text_of(key: &str, node: &Node, cx: &mut Reading<'_, '_>) -> Option<String> {
    let raw = raw_text(key, node, cx)?;
    one_line(key, Called::Key, raw, node, cx)
}

/// What problems call a text.
#[derive(Clone, Copy)]
enum Called {
    /// By its key.
    Key,
    /// An item of the list that has the key.
    Item,
}

/// A text, trimmed and folded.
fn one_line(key: &str, called: Called, raw: &str, node: &Node, cx: &mut Reading<'_, '_>) -> Option<String> {
    let (what, it) = match called {
        Called::Key => ("", format_args!("`{key}`")),
        Called::Item => ("an item of ", format_args!("it")),
    };
    if let Some(control) = control_in(raw) {
        let message = format!("{what}`{key}` has a control character, U+{:04X}", u32::from(control));
        cx.tell(Code::BadValue, node, message, "delete it; it may be invisible in your editor");
        return None;
    }
    let text = folded(raw);
    if text.is_empty() {
        // A title cannot be removed.
        let or_remove = if key == "title" { "" } else { " or remove it" };
        cx.tell(Code::BadValue, node, format!("{what}`{key}` is empty"), format!("give {it} a value{or_remove}"));
        return None;
    }
    Some(text)
}

/// A text as it stands, which may have lines (Markdown).
pub fn raw_text<'n>(key: &str, node: &'n Node, cx: &mut Reading<'_, '_>) -> Option<&'n str> {
    if let Value::Text(text) = &node.value {
        return Some(text);
    }
    let written = cx.written(node);
    let replacement = match &node.value {
        Value::Boolean(_) | Value::Integer(_) | Value::Float(_) | Value::Date(_) => Some(quoted(written)),
        Value::List(items) => match items.as_slice() {
            [Node { value: Value::Text(only), .. }] => Some(quoted(only)),
            _ => None,
        },
        _ => None,
    };
    wrong_type(key, node, "text", replacement, cx);
    None
}

/// A list of texts, each with its place; a text alone is told, and read by its commas so that the rest is checked.
pub fn texts(entry: &Entry, cx: &mut Reading<'_, '_>) -> Vec<Written> {
    match &entry.node.value {
        Value::List(items) => items.iter().filter_map(|node| written_item(&entry.key, node, cx)).collect(),
        Value::Text(text) => {
            let names: Vec<&str> = text.split(',').map(str::trim).filter(|name| !name.is_empty()).collect();
            wrong_type(&entry.key, &entry.node, "a list of texts", Some(keys::list(&names)), cx);
            Vec::new()
        }
        Value::Boolean(_) | Value::Integer(_) | Value::Float(_) | Value::Date(_) => {
            let replacement = keys::list(&[cx.written(&entry.node)]);
            wrong_type(&entry.key, &entry.node, "a list of texts", Some(replacement), cx);
            Vec::new()
        }
        _ => {
            wrong_type(&entry.key, &entry.node, "a list of texts", None, cx);
            Vec::new()
        }
    }
}

/// One text or a list of them.
pub fn one_or_more(entry: &Entry, cx: &mut Reading<'_, '_>) -> Vec<Written> {
    match &entry.node.value {
        Value::List(_) => texts(entry, cx),
        _ => written_text(&entry.key, &entry.node, cx).into_iter().collect(),
    }
}

/// A text with its place.
pub fn written_text(key: &str, node: &Node, cx: &mut Reading<'_, '_>) -> Option<Written> {
    let text = text_of(key, node, cx)?;
    Some(Written { text, label: cx.findings.label(node.span.clone(), "") })
}

/// An item of a list with its place.
fn written_item(key: &str, node: &Node, cx: &mut Reading<'_, '_>) -> Option<Written> {
    let text = item(key, node, cx)?;
    Some(Written { text, label: cx.findings.label(node.span.clone(), "") })
}

/// True or false.
pub fn boolean(entry: &Entry, cx: &mut Reading<'_, '_>) -> Option<bool> {
    if let Value::Boolean(boolean) = entry.node.value {
        return Some(boolean);
    }
    let replacement = match &entry.node.value {
        Value::Text(text) => match text.to_lowercase().as_str() {
            "true" | "yes" | "on" | "oui" => Some("true".to_owned()),
            "false" | "no" | "off" | "non" => Some("false".to_owned()),
            _ => None,
        },
        _ => None,
    };
    wrong_type(&entry.key, &entry.node, "true or false", replacement, cx);
    None
}

/// A whole number.
pub fn integer(entry: &Entry, cx: &mut Reading<'_, '_>) -> Option<i64> {
    if let Value::Integer(number) = entry.node.value {
        return Some(number);
    }
    if matches!(entry.node.value, Value::Float(_)) && cx.written(&entry.node).bytes().all(|byte| byte.is_ascii_digit())
    {
        let message = format!("`{}` is too large a number", entry.key);
        cx.tell(Code::BadValue, &entry.node, message, "write a smaller one: a few digits are enough");
        return None;
    }
    let replacement = match &entry.node.value {
        Value::Text(text) => text.trim().parse::<i64>().ok().map(|number| number.to_string()),
        _ => None,
    };
    wrong_type(&entry.key, &entry.node, "a whole number", replacement, cx);
    None
}

/// A date, and the day that stands in the file, whatever the zone.
pub fn date(entry: &Entry, cx: &mut Reading<'_, '_>) -> Option<(When, Option<civil::Date>)> {
    let node = &entry.node;
    let text = match &node.value {
        Value::Text(text) | Value::Date(text) => text.as_str(),
        Value::Integer(_) | Value::Float(_) => cx.written(node),
        _ => {
            let help = format!("write `{}`", cx.format.assign(&entry.key, "2025-06-19"));
            cx.tell(Code::WrongType, node, format!("`{}` takes a date", entry.key), help);
            return None;
        }
    };
    let read = match read_date(text, &cx.options.zone) {
        Ok(read) => read,
        Err(problem) => {
            let write = |date: &str| cx.format.assign(&entry.key, date);
            let help = match days_meant(text).as_slice() {
                [(day, words), (other, others)] => {
                    format!("write `{}` for {words}, `{}` for {others}", write(day), write(other))
                }
                [(day, _)] => format!("write `{}`", write(day)),
                _ if entry.key == "expires" && problem.contains("range") => {
                    "leave `expires` out: without it the article stays".to_owned()
                }
                _ => {
                    format!("write `{}`, or with a time `{}`", write("2025-06-19"), write("2025-06-19T09:30:00+02:00"))
                }
            };
            cx.tell(Code::BadDate, node, format!("`{}` is not a date: {problem}", entry.key), help);
            return None;
        }
    };
    if cx.format == Format::Toml && matches!(node.value, Value::Text(_)) {
        let plain = match (read.when.precision, read.has_zone) {
            (Precision::Day, _) => read.when.date(&cx.options.zone).to_string(),
            (Precision::Time, true) => read.when.rfc3339(&cx.options.zone),
            (Precision::Time, false) => read.when.zoned(&cx.options.zone).datetime().to_string(),
        };
        let label = cx.findings.label(node.span.clone(), "");
        let message = format!("`{}` is a date between quotes", entry.key);
        let help = format!("write `{}`", cx.format.assign(&entry.key, &plain));
        cx.findings.push(Diagnostic::new(Code::QuotedDate, message).at(label).help(help).fix(plain));
    }
    if !read.has_zone {
        let label = cx.findings.label(node.span.clone(), "");
        without_zone(label, cx);
    }
    let day = text.trim().get(..10).and_then(|day| day.parse().ok());
    Some((read.when, day))
}

/// Remembers a date that named no zone, if the site names none either and it is the first.
pub fn without_zone(label: Label, cx: &mut Reading<'_, '_>) {
    if !cx.options.zone_is_named && cx.zoneless.is_none() {
        cx.zoneless = Some(label);
    }
}

/// An absolute address of the web.
pub fn url(entry: &Entry, cx: &mut Reading<'_, '_>) -> Option<String> {
    let text = text(entry, cx)?;
    url_of(&entry.key, &entry.node, &text, cx)
}

/// An absolute address of the web, from a text that is already read.
pub fn url_of(key: &str, node: &Node, text: &str, cx: &mut Reading<'_, '_>) -> Option<String> {
    let url = web_address(key, node, text, cx)?;
    tell_if_private(key, node, &url, cx);
    Some(url)
}

/// Tells of an address that is one of the machine of who wrote it, or has a login.
pub fn tell_if_private(key: &str, node: &Node, address: &str, cx: &mut Reading<'_, '_>) {
    if has_login(address) {
        let message = format!("`{key}` has a user name or a password: readers would see it");
        cx.tell(Code::LoginInAddress, node, message, WITHOUT_LOGIN);
    }
    if is_local(address) {
        let message = format!("`{key}` is an address of your own machine: nobody else can follow it");
        cx.tell(Code::LocalAddress, node, message, "write the address that it has on the web");
    }
}

fn web_address(key: &str, node: &Node, text: &str, cx: &mut Reading<'_, '_>) -> Option<String> {
    if is_plainly_web(text) {
        return Some(text.to_owned());
    }
    let parsed = url::Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    match parsed {
        // As written, unless a browser or a feed reader would have to guess.
        Some(_) if is_legal(text) => Some(text.to_owned()),
        Some(url) => Some(url.into()),
        None => {
            let host = text.trim_start_matches('/');
            let looks_like_host =
                host.split('/').next().is_some_and(|host| host.contains('.') && !host.contains([' ', ':']));
            let help = match looks_like_host {
                true => format!("write the whole address: \"https://{host}\""),
                false => "write a whole address that begins with https://".to_owned(),
            };
            cx.tell(Code::BadUrl, node, format!("`{key}` is not an address of the web: `{text}`"), help);
            None
        }
    }
}

/// Whether an address of the web has a name for its host that no reader could misread, and nothing to encode.
fn is_plainly_web(text: &str) -> bool {
    let Some(rest) = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")) else { return false };
    let host = &rest[..rest.find(['/', '?', '#']).unwrap_or(rest.len())];
    let is_plain_label = |label: &str| {
        label.starts_with(|first: char| first.is_ascii_lowercase())
            && !label.starts_with("xn--")
            && label.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
    };
    host.split('.').all(is_plain_label) && is_legal(text)
}

/// Whether an address has no byte that must be encoded.
fn is_legal(text: &str) -> bool {
    text.bytes().all(|byte| {
        byte.is_ascii_graphic() && !matches!(byte, b'<' | b'>' | b'"' | b'\\' | b'^' | b'`' | b'{' | b'|' | b'}')
    })
}

/// A language as browsers and feeds know it: `fr`, `fr-CH`, `zh-Hant`.
pub fn language(entry: &Entry, cx: &mut Reading<'_, '_>) -> Option<String> {
    let text = text(entry, cx)?;
    if is_tag(&text) {
        return Some(text);
    }
    let mended = text.replace('_', "-");
    let help = match is_tag(&mended) {
        true => format!("write `{}`", cx.format.assign(&entry.key, &quoted(&mended))),
        false => "write a language tag such as `fr`, `en` or `fr-CH`".to_owned(),
    };
    cx.tell(Code::BadValue, &entry.node, format!("`{text}` is not a language tag"), help);
    None
}

/// Tells that a value is of another kind, with the corrected line when we can guess it.
pub fn wrong_type(key: &str, node: &Node, wanted: &str, replacement: Option<String>, cx: &mut Reading<'_, '_>) {
    let label = cx.findings.label(node.span.clone(), format!("this is {}", node.value.kind()));
    let mut diagnostic = Diagnostic::new(Code::WrongType, format!("`{key}` takes {wanted}")).at(label);
    diagnostic = match replacement {
        Some(value) => {
            let quotes = if wanted == "text" && !matches!(node.value, Value::List(_)) {
                "put it between quotes: "
            } else {
                "write "
            };
            diagnostic.help(format!("{quotes}`{}`", cx.format.assign(key, &value))).fix(value)
        }
        None => diagnostic.help(format!("give `{key}` {wanted}")),
    };
    cx.findings.push(diagnostic);
}
