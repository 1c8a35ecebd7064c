//! YAML into the tree.
//!
//! Only `true` and `false` are booleans here: `no` is a language, a word and a country. Anchors are followed as far as a
//! front matter can reasonably need; merge keys and tags are not read.

use super::shared::{Kind, Pair, Shared};
use super::tree::{Node, Parsed, SyntaxError, Value};
use super::yaml_words::{NO_KEY, TOO_DEEP, help, line_at, remedy, words};
use crate::base::Code;
use granit_parser::{Event, Parser, ScalarStyle};
use std::collections::{HashMap, HashSet};
use std::ops::Range;

/// More repeated values than this come from a mistake or an attack (`*a` of `*a` of `*a`). A hundred bytes of text count as
/// a value.
const MOST_REPEATED: usize = 10_000;

/// So many collections may be in each other, those of anchors counted where they are repeated. The parser has a limit of
/// its own, which knows nothing of what aliases stand for; that of JSON, in which free values are remembered, is 127.
const DEEPEST: usize = 120;

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
    anchors: HashMap<usize, Shared>,
    /// How many values came from aliases.
    repeated: usize,
    root: Option<Shared>,
    errors: Vec<SyntaxError>,
}

/// A list or a table that is not closed yet.
struct Open {
    start: usize,
    anchor: usize,
    kind: OpenKind,
}

enum OpenKind {
    List(Vec<Shared>),
    Table(Table),
}

impl OpenKind {
    fn done(self) -> Kind {
        match self {
            OpenKind::List(items) => Kind::List(items),
            OpenKind::Table(table) => Kind::Table(table.entries),
        }
    }
}

/// A table that is not closed yet.
#[derive(Default)]
struct Table {
    entries: Vec<Pair>,
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
                if style == ScalarStyle::Plain {
                    self.refuse_joined(&span);
                }
                let value = match style {
                    ScalarStyle::Plain => plain(&text),
                    _ => Value::Text(text.into_owned()),
                };
                self.add(Shared::new(Kind::One(value), span), anchor)
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
                    let end = self.trimmed(start, span.end);
                    self.close(Shared::new(kind.done(), start..end), anchor);
                    Ok(())
                }
                None => Ok(()),
            },
            Event::Alias(anchor) => match self.anchors.get(&anchor).cloned() {
                Some(meant) => self.repeat(meant, span),
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

    /// Puts a value where an alias stands: it is that of the anchor, and its place is that of the alias, where it is used.
    fn repeat(&mut self, meant: Shared, span: Range<usize>) -> Result<(), SyntaxError> {
        self.repeated += meant.size();
        let message = match () {
            () if self.repeated > MOST_REPEATED => {
                format!("anchors and aliases repeat more than {MOST_REPEATED} values, or a megabyte of text")
            }
            () if self.open.len() + meant.depth() > DEEPEST => TOO_DEEP.to_owned(),
            () => return self.add(meant.at(span), 0),
        };
        let help = (message != TOO_DEEP).then(|| "remove the anchors `&` and aliases `*`".to_owned());
        Err(SyntaxError { code: Code::Syntax, message, span, help })
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

    /// An item of a list that goes on in the next line, where another item was meant: YAML makes one text of both.
    fn refuse_joined(&mut self, span: &Range<usize>) {
        let Some(Open { start, kind: OpenKind::List(_), .. }) = self.open.last() else { return };
        let is_bracketed = self.text[start - self.base..].starts_with('[');
        let written = self.text.get(span.start - self.base..span.end - self.base).unwrap_or("").trim_end();
        let mut at = span.start;
        for line in written.split_inclusive('\n') {
            let begins = at + line.len() - line.trim_start().len();
            let place = begins..begins + 1;
            let (message, help) = if at == span.start {
                at += line.len();
                continue;
            } else if line.trim_start().starts_with("- ") {
                (
                    "this `-` does not begin in the column of the one above, and so is part of its text",
                    "begin it in that column",
                )
            } else if is_bracketed {
                ("there is no comma before this", "write `,` at the end of the line above")
            } else {
                return;
            };
            let help = Some(help.to_owned());
            self.errors.push(SyntaxError { code: Code::Syntax, message: message.to_owned(), span: place, help });
            return;
        }
    }

    fn begin(&mut self, start: usize, anchor: usize, kind: OpenKind) -> Result<(), SyntaxError> {
        if self.waits_for_key() {
            return Err(no_key(start..start + 1));
        }
        if self.open.len() >= DEEPEST {
            let (code, message) = (Code::Syntax, TOO_DEEP.to_owned());
            return Err(SyntaxError { code, message, span: start..start + 1, help: None });
        }
        self.open.push(Open { start, anchor, kind });
        Ok(())
    }

    fn waits_for_key(&self) -> bool {
        matches!(self.open.last(), Some(Open { kind: OpenKind::Table(Table { waiting: None, .. }), .. }))
    }

    fn add(&mut self, value: Shared, anchor: usize) -> Result<(), SyntaxError> {
        if !self.waits_for_key() {
            self.close(value, anchor);
            return Ok(());
        }
        let written = value.written();
        let written = self.text.get(written.start - self.base..written.end - self.base).unwrap_or("");
        let Some(key) = value.as_key(written) else { return Err(no_key(value.span())) };
        // An anchor before a key names the key, and not what belongs to it.
        if anchor != 0 {
            self.anchors.insert(anchor, value.clone());
        }
        let Some(Open { kind: OpenKind::Table(table), .. }) = self.open.last_mut() else { return Ok(()) };
        let is_new = table.keys.insert(key.clone());
        if !is_new {
            self.errors.push(SyntaxError {
                code: Code::Duplicate,
                message: format!("the key `{key}` is written twice"),
                span: value.span(),
                help: Some("keep one of the two".to_owned()),
            });
        }
        table.waiting = Some(is_new.then(|| (key, value.span())));
        Ok(())
    }

    /// Puts a finished value where it belongs.
    fn close(&mut self, value: Shared, anchor: usize) {
        if anchor != 0 {
            self.anchors.insert(anchor, value.clone());
        }
        match self.open.last_mut().map(|open| &mut open.kind) {
            Some(OpenKind::List(items)) => items.push(value),
            Some(OpenKind::Table(table)) => {
                if let Some(Some((key, key_span))) = table.waiting.take() {
                    table.entries.push(Pair { key, key_span, value });
                }
            }
            None => self.root = Some(value),
        }
    }

    /// The end of a collection without the blank space that the parser counts to it.
    fn trimmed(&self, start: usize, end: usize) -> usize {
        self.text.get(start - self.base..end - self.base).map_or(end, |text| start + text.trim_end().len())
    }

    fn finish(mut self) -> Parsed {
        // After an error the collections are still open: what they have is worth checking.
        while let Some(Open { start, kind, .. }) = self.open.pop() {
            self.close(Shared::new(kind.done(), start..start), 0);
        }
        // What is shared with nobody any more is not copied.
        self.anchors.clear();
        let entries = match self.root.map(Shared::into_node) {
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

fn no_key(span: Range<usize>) -> SyntaxError {
    SyntaxError { code: Code::Syntax, message: NO_KEY.to_owned(), span, help: None }
}

/// A scalar without quotes, by the core schema of YAML 1.2.
fn plain(text: &str) -> Value {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Value::Nothing,
        "true" | "True" | "TRUE" => return Value::Boolean(true),
        "false" | "False" | "FALSE" => return Value::Boolean(false),
        ".nan" | ".NaN" | ".NAN" => return Value::Float(f64::NAN),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => return Value::Float(f64::INFINITY),
        "-.inf" | "-.Inf" | "-.INF" => return Value::Float(f64::NEG_INFINITY),
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
        let parsed =
            read_all("a: no\nb: yes\nc: true\nd: 2019-02-07 19:12:14 +0000\ne: 12\nf: 1.5\ng:\nh: -.Inf\ni: +.INF\n");
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
                Value::Nothing,
                Value::Float(f64::NEG_INFINITY),
                Value::Float(f64::INFINITY)
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
    fn an_anchor_before_a_key_names_the_key() {
        let parsed = read_all("&k a: 1\nb: *k\n*k : 2\n&n 12: x\nc: {*n : y}\n");
        assert_eq!(parsed.errors.len(), 1, "{:?}", parsed.errors);
        assert_eq!(parsed.errors[0].message, "the key `a` is written twice");
        assert_eq!(parsed.errors[0].span, 14..16);
        let value = |at: usize| &parsed.entries[at].node.value;
        assert_eq!((parsed.entries[0].key.as_str(), value(0)), ("a", &Value::Integer(1)));
        assert_eq!(value(1), &Value::Text("a".into()));
        let Value::Table(inner) = value(3) else { panic!("{parsed:?}") };
        assert_eq!((inner[0].key.as_str(), &inner[0].node.value), ("12", &Value::Text("y".into())));
        assert_eq!(read_all("a: &l [b]\n*l : 1\n").errors[0].message, "a key must be a plain word");
    }

    #[test]
    fn what_aliases_stand_for_is_no_deeper_than_what_is_written() {
        let mut text = format!("a0: &a0 {}x{}\n", "[".repeat(100), "]".repeat(100));
        for level in 1..9 {
            text += &format!("a{level}: &a{level} {}*a{}{}\n", "[".repeat(100), level - 1, "]".repeat(100));
        }
        let parsed = read_all(&text);
        assert_eq!(parsed.errors[0].message, TOO_DEEP);
        assert!(parsed.errors[0].help.is_some());
        let nested = |depth: usize| read_all(&format!("a: {}x{}\n", "[".repeat(depth), "]".repeat(depth)));
        assert!(nested(DEEPEST - 1).errors.is_empty());
        let deeper = nested(DEEPEST);
        assert_eq!((&*deeper.errors[0].message, deeper.errors[0].help.is_some()), (TOO_DEEP, true));
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
