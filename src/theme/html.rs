//! Text that is HTML already, and that templates print as it is.

use serde::{Serialize, Serializer};

/// Finished HTML: a template prints it without escaping. Made only where HTML is made, never from an author's words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Html(pub String);

impl Html {
    /// Whether there is nothing.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Serialize for Html {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // Tera hands its own values through its serialiser, and with them the mark "safe".
        tera::Value::safe_string(&self.0).serialize(serializer)
    }
}
