//! YAML into the tree.
//!
//! Only `true` and `false` are booleans here: `no` is a language, a word and a country. Anchors are followed as far as a
//! front matter can reasonably need; merge keys and tags are not read.

use super::toml::quoted;
use super::tree::{Entry, Node, Parsed, SyntaxError, Value};
use crate::base::Code;
use granit_parser::{Event, Parser, ScalarStyle};
use std::collections::{HashMap, HashSet};
use std::ops::Range;

/// More repeated values than this come from a mistake or an attack (`*a` of `*a` of `*a`).
const MOST_REPEATED: usize = 10_000;

/// How much text counts as a value of its own, in bytes, where it is repeated.
const BYTES_OF_A_VALUE: usize = 100;

/// Reads the text that stands at `range` of a file.
pub fn read(file: &str, range: Range<usize>) -> Parsed {
    let text = &file[range.clone()];
    let mut builder = Builder { base: range.start, text, ..Builder::default() };
    for next in Parser::new_from_str(text) {
        let step = match next {
            Ok((event, span)) => builder.take(event, span.byte_range().unwrap_or(0..0)),
            Err(error) => {
                let at = error.marker().byte_offset().unwrap_or(0).min(text.len());
                let message = words(&error.info(), line_at(text, at));
                // A tab is the mistake, and the parser stands behind it.
                let start = if text[..at].ends_with('\t') { at - 1 } else { at };
                let span = start + range.start..at + range.start;
                Err(SyntaxError { code: Code::Syntax, message, span, help: None })
            }
        };
        if let Err(error) = step {
            let at = error.span.start - range.start;
            let line = |at| remedy(&error.message, line_at(text, at));
            let help = error.help.clone().or_else(|| line(at)).or_else(|| line(at.saturating_sub(1)));
            builder.errors.push(SyntaxError { help, ..error });
            break;
        }
    }
    builder.finish()
}

/// The tree while it grows: open collections on a stack, no recursion.
#[derive(Default)]
struct Builder<'a> {
    base: usize,
    text: &'a str,
    open: Vec<Open>,
    anchors: HashMap<usize, Node>,
    /// How many values came from aliases.
    repeated: usize,
    root: Option<Node>,
    errors: Vec<SyntaxError>,
}

/// A list or a table that is not closed yet.
struct Open {
    start: usize,
    anchor: usize,
    kind: OpenKind,
}

enum OpenKind {
    List(Vec<Node>),
    Table(Table),
}

/// A table that is not closed yet.
#[derive(Default)]
struct Table {
    entries: Vec<Entry>,
    /// The keys so far: a table may have thousands.
    keys: HashSet<String>,
    /// The key that waits for its value, unless it was there before.
    waiting: Option<Option<(String, Range<usize>)>>,
}

impl Builder<'_> {
    fn take(&mut self, event: Event<'_>, span: Range<usize>) -> Result<(), SyntaxError> {
        let span = span.start + self.base..span.end + self.base;
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                self.refuse_tag(tag.is_some(), span.clone());
                let value = match style {
                    ScalarStyle::Plain => plain(&text),
                    _ => Value::Text(text.into_owned()),
                };
                self.add(Node { value, span }, anchor)
            }
            Event::SequenceStart(_, anchor, tag) => {
                self.refuse_tag(tag.is_some(), span.clone());
                self.begin(span.start, anchor, OpenKind::List(Vec::new()))
            }
            Event::MappingStart(_, anchor, tag) => {
                self.refuse_tag(tag.is_some(), span.clone());
                self.begin(span.start, anchor, OpenKind::Table(Table::default()))
            }
            Event::SequenceEnd | Event::MappingEnd => match self.open.pop() {
                Some(Open { start, anchor, kind }) => {
                    let value = match kind {
                        OpenKind::List(items) => Value::List(items),
                        OpenKind::Table(table) => Value::Table(table.entries),
                    };
                    let end = self.trimmed(start, span.end);
                    self.close(Node { value, span: start..end }, anchor);
                    Ok(())
                }
                None => Ok(()),
            },
            Event::Alias(anchor) => match self.anchors.get(&anchor) {
                // The value is that of the anchor, the place that of the alias: it is there that it is used.
                Some(node) => {
                    self.repeated += size(node);
                    if self.repeated > MOST_REPEATED {
                        return Err(SyntaxError {
                            code: Code::Syntax,
                            message: format!("anchors and aliases make more than {MOST_REPEATED} values of it"),
                            span,
                            help: Some("remove the anchors `&` and aliases `*`".to_owned()),
                        });
                    }
                    let node = Node { value: node.value.clone(), span };
                    self.add(node, 0)
                }
                None => Err(SyntaxError {
                    code: Code::Syntax,
                    message: "this alias is inside its own anchor".to_owned(),
                    span,
                    help: Some("write the value out instead".to_owned()),
                }),
            },
            _ => Ok(()),
        }
    }

    /// Tells of a tag (`!!str`, `!!python/…`): none means anything here, and a value that was tagged is seldom what it looks
    /// like.
    fn refuse_tag(&mut self, is_tagged: bool, span: Range<usize>) {
        if is_tagged {
            self.errors.push(SyntaxError {
                code: Code::Syntax,
                message: "tags that begin with `!` are not read".to_owned(),
                span,
                help: Some("remove the tag before this value; put text between quotes".to_owned()),
            });
        }
    }

    fn begin(&mut self, start: usize, anchor: usize, kind: OpenKind) -> Result<(), SyntaxError> {
        if self.waits_for_key() {
            return Err(SyntaxError {
                code: Code::Syntax,
                message: "a key must be a plain word".to_owned(),
                span: start..start + 1,
                help: None,
            });
        }
        self.open.push(Open { start, anchor, kind });
        Ok(())
    }

    fn waits_for_key(&self) -> bool {
        matches!(self.open.last(), Some(Open { kind: OpenKind::Table(Table { waiting: None, .. }), .. }))
    }

    fn add(&mut self, node: Node, anchor: usize) -> Result<(), SyntaxError> {
        if !self.waits_for_key() {
            self.close(node, anchor);
            return Ok(());
        }
        let Some(Open { kind: OpenKind::Table(table), .. }) = self.open.last_mut() else { return Ok(()) };
        let written = self.text.get(node.span.start - self.base..node.span.end - self.base).unwrap_or("");
        let key = match node.value {
            Value::Text(text) => text,
            _ => written.to_owned(),
        };
        let is_new = table.keys.insert(key.clone());
        if !is_new {
            self.errors.push(SyntaxError {
                code: Code::Duplicate,
                message: format!("the key `{key}` is written twice"),
                span: node.span.clone(),
                help: Some("keep one of the two".to_owned()),
            });
        }
        table.waiting = Some(is_new.then_some((key, node.span)));
        Ok(())
    }

    /// Puts a finished value where it belongs.
    fn close(&mut self, node: Node, anchor: usize) {
        if anchor != 0 {
            self.anchors.insert(anchor, node.clone());
        }
        match self.open.last_mut().map(|open| &mut open.kind) {
            Some(OpenKind::List(items)) => items.push(node),
            Some(OpenKind::Table(table)) => {
                if let Some(Some((key, key_span))) = table.waiting.take() {
                    table.entries.push(Entry { key, key_span, node });
                }
            }
            None => self.root = Some(node),
        }
    }

    /// The end of a collection without the blank space that the parser counts to it.
    fn trimmed(&self, start: usize, end: usize) -> usize {
        self.text.get(start - self.base..end - self.base).map_or(end, |text| start + text.trim_end().len())
    }

    fn finish(mut self) -> Parsed {
        // After an error the collections are still open: what they have is worth checking.
        while let Some(Open { start, kind, .. }) = self.open.pop() {
            let value = match kind {
                OpenKind::List(items) => Value::List(items),
                OpenKind::Table(table) => Value::Table(table.entries),
            };
            self.close(Node { value, span: start..start }, 0);
        }
        let entries = match self.root {
            Some(Node { value: Value::Table(entries), .. }) => entries,
            None | Some(Node { value: Value::Nothing, .. }) => Vec::new(),
            // What made the parser stop has been told, and may be why.
            Some(_) if !self.errors.is_empty() => Vec::new(),
            Some(Node { span, .. }) => {
                let line = line_at(self.text, span.start - self.base);
                self.errors.push(SyntaxError {
                    code: Code::Syntax,
                    message: "it must have keys and values".to_owned(),
                    span,
                    help: help(line).or_else(|| Some("write each as `key: value`".to_owned())),
                });
                Vec::new()
            }
        };
        Parsed { entries, errors: self.errors }
    }
}

/// How many values a tree has. As deep as the parser lets it be, which is bounded.
fn size(node: &Node) -> usize {
    1 + match &node.value {
        Value::Text(text) | Value::Date(text) => text.len() / BYTES_OF_A_VALUE,
        Value::List(items) => items.iter().map(size).sum(),
        Value::Table(entries) => entries.iter().map(|entry| size(&entry.node)).sum(),
        _ => 0,
    }
}

/// A scalar without quotes, by the core schema of YAML 1.2.
fn plain(text: &str) -> Value {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Value::Nothing,
        "true" | "True" | "TRUE" => return Value::Boolean(true),
        "false" | "False" | "FALSE" => return Value::Boolean(false),
        ".nan" | ".NaN" | ".NAN" => return Value::Float(f64::NAN),
        ".inf" | ".Inf" | ".INF" | "+.inf" => return Value::Float(f64::INFINITY),
        "-.inf" => return Value::Float(f64::NEG_INFINITY),
        _ => {}
    }
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if digits.bytes().all(|byte| byte.is_ascii_digit()) && !digits.is_empty() {
        return text.parse().map_or_else(|_| Value::Float(text.parse().unwrap_or(f64::INFINITY)), Value::Integer);
    }
    let number = digits.starts_with(|c: char| c.is_ascii_digit() || c == '.')
        && digits.bytes().all(|byte| byte.is_ascii_digit() || b".eE+-".contains(&byte))
        && digits.bytes().any(|byte| byte.is_ascii_digit());
    match text.parse::<f64>() {
        Ok(float) if number => Value::Float(float),
        _ => Value::Text(text.to_owned()),
    }
}

const DIRECTIVE: &str = "directives, lines that begin with `%`, are not read";

const TOO_DEEP: &str = "values are nested too deep";

const OUT_OF_LINE: &str = "this line does not begin in the column of those above";

/// Whether a line that begins with spaces is `key: value` with nothing else wrong in it.
fn is_indented(line: &str) -> bool {
    line.starts_with(' ') && line.split_once(": ").is_some_and(|(_, value)| !value.contains(": "))
}

/// What to do about a line, once it is known what is wrong with it.
fn remedy(message: &str, line: &str) -> Option<String> {
    match message {
        OUT_OF_LINE => Some("begin it in the same column".to_owned()),
        DIRECTIVE => Some("remove the line that begins with `%`".to_owned()),
        TOO_DEEP => Some("take levels away: a handful is enough for anything".to_owned()),
        _ => help(line),
    }
}

/// What the parser objects to, in words for people who know no parser.
fn words(message: &str, line: &str) -> String {
    let plain = match message {
        _ if message.contains("mapping values are not allowed") && is_indented(line) => OUT_OF_LINE,
        _ if message.contains("mapping values are not allowed") => "text that has `: ` in it must be between quotes",
        _ if message.contains("tab") && !message.contains("expected") => "lines cannot begin with a tab",
        _ if message.contains("trailing content") => "there is something after the closing quote",
        _ if message.contains("unknown anchor") => "this `*name` repeats an `&name` that does not exist",
        _ if message.contains("unclosed quote") || message.contains("quoted scalar, found unexpected") => {
            "the text is never closed by a quote"
        }
        _ if message.contains("unclosed bracket '{'") || message.contains("flow mapping") => {
            "the table is never closed by `}`"
        }
        _ if message.contains("unclosed bracket") || message.contains("flow sequence") => {
            "the list is never closed by `]`"
        }
        _ if message.contains("block mapping")
            || message.contains("block collection")
            || message.contains("indent") =>
        {
            OUT_OF_LINE
        }
        _ if message.contains("expect ':'") || message.contains("expected ':'") => "there is no `:` after the key",
        _ if message.contains("unexpected character") || message.contains("cannot start any token") => {
            "this character cannot begin a value"
        }
        _ if message.contains("bracket") => "this bracket closes nothing",
        _ if message.contains("comment or line break") => "after `|` or `>` the text begins on the next line",
        _ if message.contains("<document start>") => DIRECTIVE,
        _ if message.contains("surrogate") => "`\\u` stands before a half of a character",
        _ if message.contains("escape") => "this backslash stands before a letter that means nothing",
        _ if message.contains("recursion") || message.contains("depth") => TOO_DEEP,
        // "while parsing a node, did not find …": what was being done is for programmers.
        _ if message.starts_with("while ") => message.split_once(", ").map_or(message, |(_, rest)| rest),
        _ => message,
    };
    plain.to_owned()
}

fn line_at(text: &str, at: usize) -> &str {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    let start = text[..at].rfind('\n').map_or(0, |at| at + 1);
    text[start..].lines().next().unwrap_or("")
}

/// What to write instead of a line that is no YAML, in the cases that people meet.
fn help(line: &str) -> Option<String> {
    if line.starts_with('\t') {
        return Some("indent with spaces: YAML takes no tabs".to_owned());
    }
    if line.starts_with(['{', '[']) {
        return None;
    }
    if let Some((key, value)) = line.split_once(" = ") {
        return Some(format!("write `:` after the key: `{}: {}`", key.trim(), value.trim()));
    }
    if let Some((key, value)) = line.split_once(':')
        && !line.contains(": ")
        && !value.is_empty()
        && key.chars().all(char::is_alphanumeric)
    {
        return Some(format!("write a space after `:`: `{key}: {value}`"));
    }
    let (key, value) = line.split_once(": ")?;
    let (key, value) = (key.trim(), value.trim());
    for (open, close, what) in [('[', ']', "list"), ('{', '}', "table")] {
        if value.starts_with(open) {
            let is_open = !value.contains(close);
            return is_open.then(|| format!("close the {what}: `{key}: {}{close}`", value.trim_end_matches(',')));
        }
    }
    let inner = value.strip_prefix(['"', '\'']).map(|rest| rest.strip_suffix(['"', '\'']).unwrap_or(rest));
    match inner {
        Some(inner) if inner.contains('\\') => Some(format!("double the backslash: `{key}: {}`", quoted(inner))),
        Some(inner) => Some(format!("put the whole text between double quotes: `{key}: {}`", quoted(inner))),
        None if value.is_empty() => None,
        None => Some(format!("put the text between quotes: `{key}: {}`", quoted(value))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_all(text: &str) -> Parsed {
        read(text, 0..text.len())
    }

    #[test]
    fn spans_are_those_of_the_file() {
        let file = "---\ntitle: Été\ntags:\n  - Méta\n  - b\nsource: {name: WSJ}\n---\n";
        let parsed = read(file, 4..file.len() - 4);
        assert!(parsed.errors.is_empty(), "{:?}", parsed.errors);
        assert_eq!(&file[parsed.entries[0].node.span.clone()], "Été");
        assert_eq!(&file[parsed.entries[1].key_span.clone()], "tags");
        let Value::List(tags) = &parsed.entries[1].node.value else { panic!() };
        assert_eq!(&file[tags[0].span.clone()], "Méta");
        let Value::Table(source) = &parsed.entries[2].node.value else { panic!() };
        assert_eq!(&file[source[0].node.span.clone()], "WSJ");
    }

    #[test]
    fn no_is_a_word() {
        let parsed = read_all("a: no\nb: yes\nc: true\nd: 2019-02-07 19:12:14 +0000\ne: 12\nf: 1.5\ng:\n");
        let values: Vec<Value> = parsed.entries.into_iter().map(|entry| entry.node.value).collect();
        assert_eq!(
            values,
            [
                Value::Text("no".into()),
                Value::Text("yes".into()),
                Value::Boolean(true),
                Value::Text("2019-02-07 19:12:14 +0000".into()),
                Value::Integer(12),
                Value::Float(1.5),
                Value::Nothing
            ]
        );
    }

    #[test]
    fn a_colon_in_a_title_is_explained() {
        let parsed = read_all("title: Meta : la suite: fin\ndate: 2025-06-19\n");
        assert_eq!(parsed.errors.len(), 1, "{parsed:?}");
        assert!(parsed.errors[0].help.as_deref().unwrap().contains("title: \"Meta : la suite: fin\""), "{parsed:?}");
        let parsed = read_all("title: 'L'IA'\n");
        assert!(parsed.errors[0].help.as_deref().unwrap().contains("title: \"L'IA\""), "{parsed:?}");
    }

    #[test]
    fn keys_given_twice_are_all_told() {
        assert_eq!(read_all("a: 1\na: 2\nb: 1\nb: 3\n").errors.len(), 2);
    }

    #[test]
    fn alias_bombs_are_refused() {
        let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
        for level in 1..12 {
            let aliases = vec![format!("*a{}", level - 1); 10].join(", ");
            bomb.push_str(&format!("a{level}: &a{level} [{aliases}]\n"));
        }
        assert!(read_all(&bomb).errors[0].message.contains("more than"));
        let _ = read_all(&"[".repeat(100_000));
        let _ = read_all(&"- ".repeat(100_000));
    }

    #[test]
    fn anchors_are_followed() {
        let parsed = read_all("a: &x [b, c]\nd: *x\n");
        assert_eq!(parsed.entries[0].node.value, {
            let Value::List(items) = &parsed.entries[1].node.value else { panic!() };
            Value::List(items.clone())
        });
    }
}
