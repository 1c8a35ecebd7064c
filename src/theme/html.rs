//! Text that is HTML already, and that templates print as it is.

use serde::{Serialize, Serializer};
use std::cell::Cell;
use tera::Value;

thread_local! {
    /// Where HTML is written before its length is known: the value that is made of it then takes what it needs.
    static SCRATCH: Cell<String> = const { Cell::new(String::new()) };
}

/// A scratch that grew longer than this is not kept.
const MAX_SCRATCH: usize = 1 << 16;

/// Finished HTML: a template prints it without escaping. Made only where HTML is made, never from an author's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Html(Value);

impl Html {
    /// What `write` writes.
    pub fn written(write: impl FnOnce(&mut String)) -> Html {
        let mut html = SCRATCH.take();
        html.clear();
        write(&mut html);
        let value = Value::safe_string(&html);
        if html.capacity() <= MAX_SCRATCH {
            SCRATCH.set(html);
        }
        Html(value)
    }

    /// Whether there is nothing.
    pub fn is_empty(&self) -> bool {
        self.0.as_str().is_none_or(str::is_empty)
    }
}

impl Default for Html {
    fn default() -> Html {
        Html(Value::safe_string(""))
    }
}

impl Serialize for Html {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // Tera hands its own values through its serialiser, and with them the mark "safe".
        self.0.serialize(serializer)
    }
}
