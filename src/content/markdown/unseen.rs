//! Elements in a line whose text no reader sees as text: what stands between `<script>` and `</script>`.
//!
//! Never goes beyond the element of Markdown that it began in.

use super::sanitize::UNSEEN;
use super::tags;

/// Whether such an element is open.
#[derive(Debug, Default)]
pub struct Unseen {
    /// Its name, and how many elements of Markdown were open where it began.
    open: Option<(String, usize)>,
    depth: usize,
}

impl Unseen {
    /// Whether what follows is unseen.
    pub fn is_open(&self) -> bool {
        self.open.is_some()
    }

    /// An element of Markdown begins.
    pub fn enter(&mut self) {
        self.depth += 1;
    }

    /// It ends, and with it what was open in it.
    pub fn leave(&mut self) {
        self.depth = self.depth.saturating_sub(1);
        if self.open.as_ref().is_some_and(|(_, depth)| *depth > self.depth) {
            self.open = None;
        }
    }

    /// A single tag.
    pub fn see(&mut self, html: &str) {
        let Some(tag) = tags::tags(html).into_iter().next() else { return };
        match &self.open {
            Some((name, _)) if tag.is_end && *name == tag.name => self.open = None,
            None if !tag.is_end && !html.ends_with("/>") && UNSEEN.contains(&tag.name.as_str()) => {
                self.open = Some((tag.name, self.depth));
            }
            _ => {}
        }
    }
}
