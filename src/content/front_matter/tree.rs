//! One tree for both formats of front matter: values with their place in the file.
//!
//! Knows no key of ours and judges nothing.

pub use crate::base::slips::{Format, SyntaxError};
use std::ops::Range;

/// A value and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// What it is.
    pub value: Value,
    /// Where, in bytes of the file.
    pub span: Range<usize>,
}

/// What a value can be.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A string.
    Text(String),
    /// A whole number.
    Integer(i64),
    /// Another number.
    Float(f64),
    /// True or false.
    Boolean(bool),
    /// A TOML date or time, as written.
    Date(String),
    /// A list.
    List(Vec<Node>),
    /// Keys and values, in order; no key twice.
    Table(Vec<Entry>),
    /// A YAML key without a value.
    Nothing,
}

impl Value {
    /// What it is called in messages.
    pub fn kind(&self) -> &'static str {
        match self {
            Value::Text(_) => "text",
            Value::Integer(_) | Value::Float(_) => "a number",
            Value::Boolean(_) => "true or false",
            Value::Date(_) => "a date",
            Value::List(_) => "a list",
            Value::Table(_) => "a table",
            Value::Nothing => "nothing",
        }
    }
}

/// A key and its value.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The key.
    pub key: String,
    /// Where the key stands, in bytes of the file.
    pub key_span: Range<usize>,
    /// Its value.
    pub node: Node,
}

/// What reading the format gave: a tree, as far as it went, and what is wrong with the syntax.
#[derive(Debug)]
pub struct Parsed {
    /// The keys at the top.
    pub entries: Vec<Entry>,
    /// Problems of the syntax.
    pub errors: Vec<SyntaxError>,
}
