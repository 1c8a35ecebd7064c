//! Views that are Tera's values already.

use super::Theme;
use serde::{Serialize, Serializer};
use std::marker::PhantomData;
use tera::Value;

/// A view as the value that templates see: made once, it is shared by all pages that show it.
#[derive(Debug)]
pub struct Ready<T> {
    value: Value,
    view: PhantomData<fn() -> T>,
}

impl<T: Serialize> Ready<T> {
    /// Makes the value of a view.
    pub fn new(view: &T) -> Ready<T> {
        Ready { value: Theme::value(view), view: PhantomData }
    }
}

impl<T> Clone for Ready<T> {
    fn clone(&self) -> Ready<T> {
        Ready { value: self.value.clone(), view: PhantomData }
    }
}

impl<T> Serialize for Ready<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // Tera takes its own values as they are.
        self.value.serialize(serializer)
    }
}
