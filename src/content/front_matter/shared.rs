//! Values of YAML while a file is read. What aliases repeat is shared: it takes memory once, and is copied when all is
//! read and known to be little.

use super::tree::{Entry, Node, Value};
use std::ops::Range;
use std::rc::Rc;

/// How much text counts as a value of its own, in bytes.
const BYTES_OF_A_VALUE: usize = 100;

/// A value at its place.
#[derive(Clone)]
pub struct Shared {
    made: Rc<Made>,
    /// Where it is used: where it is written, or where an alias stands.
    span: Range<usize>,
}

#[derive(Clone)]
struct Made {
    kind: Kind,
    /// Where it is written.
    written: Range<usize>,
    size: usize,
    depth: usize,
}

/// What a value is.
#[derive(Clone)]
pub enum Kind {
    /// A scalar.
    One(Value),
    /// A list.
    List(Vec<Shared>),
    /// A table; no key twice.
    Table(Vec<Pair>),
}

/// A key and its value.
#[derive(Clone)]
pub struct Pair {
    /// The key.
    pub key: String,
    /// Where the key stands.
    pub key_span: Range<usize>,
    /// Its value.
    pub value: Shared,
}

impl Shared {
    /// A value that is written there.
    pub fn new(kind: Kind, span: Range<usize>) -> Shared {
        let of_text = |text: &str| text.len() / BYTES_OF_A_VALUE;
        let (size, depth) = match &kind {
            Kind::One(Value::Text(text) | Value::Date(text)) => (of_text(text), 0),
            Kind::One(_) => (0, 0),
            Kind::List(items) => (items.iter().map(Shared::size).sum(), 1 + deepest(items.iter())),
            Kind::Table(pairs) => (
                pairs.iter().map(|pair| of_text(&pair.key) + pair.value.size()).sum(),
                1 + deepest(pairs.iter().map(|pair| &pair.value)),
            ),
        };
        Shared { made: Rc::new(Made { kind, written: span.clone(), size: 1 + size, depth }), span }
    }

    /// The same value at another place.
    pub fn at(self, span: Range<usize>) -> Shared {
        Shared { span, ..self }
    }

    /// Where it is used.
    pub fn span(&self) -> Range<usize> {
        self.span.clone()
    }

    /// Where it is written.
    pub fn written(&self) -> Range<usize> {
        self.made.written.clone()
    }

    /// How many values it is, long texts counted by their length.
    pub fn size(&self) -> usize {
        self.made.size
    }

    /// How many collections are in each other.
    pub fn depth(&self) -> usize {
        self.made.depth
    }

    /// The key that it is, if it can be one: a text, or what was written.
    pub fn as_key(&self, written: &str) -> Option<String> {
        match &self.made.kind {
            Kind::One(Value::Text(text)) => Some(text.clone()),
            Kind::One(_) => Some(written.to_owned()),
            Kind::List(_) | Kind::Table(_) => None,
        }
    }

    /// The tree of which it is the root. What nobody else shares is not copied.
    pub fn into_node(self) -> Node {
        let value = match Rc::unwrap_or_clone(self.made).kind {
            Kind::One(value) => value,
            Kind::List(items) => Value::List(items.into_iter().map(Shared::into_node).collect()),
            Kind::Table(pairs) => Value::Table(pairs.into_iter().map(Pair::into_entry).collect()),
        };
        Node { value, span: self.span }
    }
}

impl Pair {
    fn into_entry(self) -> Entry {
        Entry { key: self.key, key_span: self.key_span, node: self.value.into_node() }
    }
}

fn deepest<'a>(of: impl Iterator<Item = &'a Shared>) -> usize {
    of.map(Shared::depth).max().unwrap_or(0)
}
