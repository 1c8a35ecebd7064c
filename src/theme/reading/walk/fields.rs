//! Variables and fields: whether what is asked for is there.

use super::super::shape::{OPTIONS, Shape};
use super::{Walk, Wrong};
use crate::base::suggest;
use std::collections::BTreeMap;
use std::ops::Range;

impl Walk<'_> {
    pub(super) fn value_of(&self, name: &str) -> Option<Shape> {
        let local = self.scopes.iter().rev().find_map(|scope| scope.get(name));
        match local {
            Some(shape) => Some(shape.clone()),
            None if name == "page" => Some(self.page.clone()),
            None => self.contract.globals.get(name).cloned(),
        }
    }

    pub(super) fn field(&mut self, shape: &Shape, field: &str, range: Range<usize>, is_optional: bool) -> Shape {
        let record = match shape {
            Shape::Record(record) => record,
            Shape::Any => {
                self.note(range, true, || (String::new(), None));
                return Shape::Any;
            }
            Shape::Plain | Shape::Words(_) => {
                self.note(range, is_optional, || (format!("this is no table: it has no field `{field}`"), None));
                return Shape::Any;
            }
            Shape::List(_) => {
                let help = "go through it with `for`, or take one with `| first`".to_owned();
                self.note(range, is_optional, || (format!("this is a list: it has no field `{field}`"), Some(help)));
                return Shape::Any;
            }
        };
        let contract = self.contract;
        let fields = contract.records.get(record);
        let known = fields.and_then(|fields| fields.get(field));
        if record == OPTIONS {
            self.found.options.insert(field.to_owned());
        }
        let elsewhere = if known.is_none() && self.is_shared() { self.on_some_page(record, field) } else { None };
        self.note(range, known.is_some() || fields.is_none() || is_optional || elsewhere.is_some(), || {
            let names: Vec<&str> = fields.into_iter().flat_map(BTreeMap::keys).map(String::as_str).collect();
            let message = match record.as_str() {
                OPTIONS => format!("the theme declares no option `{field}`"),
                record => format!("there is no field `{field}` in `{record}`"),
            };
            (message, suggest::help(field, &names))
        });
        known.cloned().or(elsewhere).unwrap_or(Shape::Any)
    }

    /// Whether the template that is walked may be a part of pages of other kinds, even if it is of none now.
    fn is_shared(&self) -> bool {
        self.chain.first() != Some(&self.leaf)
    }

    /// What a field is on pages of other kinds, where a record is a page's; nothing where none has it.
    fn on_some_page(&self, record: &str, field: &str) -> Option<Shape> {
        let pages = || self.contract.pages.iter().map(|(_, page)| page);
        let on = |page: &String| self.contract.records.get(page)?.get(field).cloned();
        let is_page = pages().any(|page| page == record);
        is_page.then(|| pages().filter_map(on).reduce(Shape::or)).flatten()
    }

    /// Notes that a place asks for something, and what is wrong where it is not there. What one page lacks and another
    /// has is right: the template may have asked which page it is.
    pub(super) fn note(&mut self, range: Range<usize>, is_known: bool, wrong: impl FnOnce() -> Wrong) {
        let place = (self.leaf, range.start, range.end);
        match self.found.asked.get_mut(&place) {
            Some(before) if is_known => *before = None,
            Some(_) => {}
            None => drop(self.found.asked.insert(place, (!is_known).then(wrong))),
        }
    }
}
