//! What is known of a value without rendering anything: which fields it has, what goes through it, which texts it may be.

use std::collections::{BTreeMap, BTreeSet};

/// What a value is, as far as it is known.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Shape {
    /// Nothing is known.
    Any,
    /// Text, a number, true or false: it has no fields.
    Plain,
    /// One of these texts.
    Words(BTreeSet<String>),
    /// A list of such values.
    List(Box<Shape>),
    /// A record of the contract, by its name.
    Record(String),
}

/// What templates are given.
#[derive(Clone, Debug, Default)]
pub struct Contract {
    /// The fields of every record.
    pub records: BTreeMap<String, BTreeMap<String, Shape>>,
    /// Names that all templates and components that want them see.
    pub globals: BTreeMap<String, Shape>,
    /// What functions give.
    pub functions: BTreeMap<String, Shape>,
    /// The record of `page` in each template that a page is made with.
    pub pages: Vec<(String, String)>,
}

/// The record that holds the theme's options.
pub const OPTIONS: &str = "options";

impl Shape {
    /// A value that is one text.
    pub(super) fn word(text: &str) -> Shape {
        Shape::Words(BTreeSet::from([text.to_owned()]))
    }

    /// What is known of a value that is one or the other.
    pub(super) fn or(self, other: Shape) -> Shape {
        match (self, other) {
            (Shape::Words(mut a), Shape::Words(b)) => {
                a.extend(b);
                Shape::Words(a)
            }
            (Shape::Words(_) | Shape::Plain, Shape::Plain) | (Shape::Plain, Shape::Words(_)) => Shape::Plain,
            (a, b) if a == b => a,
            (Shape::Any | Shape::Plain | Shape::Words(_) | Shape::List(_) | Shape::Record(_), _) => Shape::Any,
        }
    }

    /// What is known of what a loop goes through.
    pub(super) fn item(&self) -> Shape {
        match self {
            Shape::List(item) => (**item).clone(),
            Shape::Any | Shape::Plain | Shape::Words(_) | Shape::Record(_) => Shape::Any,
        }
    }

    /// What a filter makes of a value.
    pub(super) fn filtered(self, filter: &str) -> Shape {
        match filter {
            "first" | "last" | "nth" => self.item(),
            "reverse" | "sort" | "unique" => self,
            "upper" | "lower" | "trim" | "length" | "date" | "ordinals" | "urlencode" | "join" | "str" | "replace"
            | "truncate" | "escape" | "safe" => Shape::Plain,
            _ => Shape::Any,
        }
    }
}
