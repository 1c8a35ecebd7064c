//! Elements in a line whose text no reader sees as text: what stands between `<script>` and `</script>`.
//!
//! Never goes beyond the element of Markdown that it began in.

use super::sanitize::UNSEEN;
use super::tags;
use std::ops::Range;

/// Whether such an element is open.
#[derive(Debug, Default)]
pub struct Unseen {
    open: Option<Open>,
    depth: usize,
}

/// An element that is open.
#[derive(Debug)]
pub struct Open {
    /// Its name.
    pub name: String,
    /// Where its tag stands in the text.
    pub tag: Range<usize>,
    /// How many elements of Markdown were open where it began.
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

    /// It ends, and with it what was open in it, which is given back.
    pub fn leave(&mut self) -> Option<Open> {
        self.depth = self.depth.saturating_sub(1);
        self.open.take_if(|open| open.depth > self.depth)
    }

    /// A single tag, which stands there.
    pub fn see(&mut self, html: &str, at: Range<usize>) {
        let Some(tag) = tags::tags(html).into_iter().next() else { return };
        match &self.open {
            Some(open) if tag.is_end && open.name == tag.name => self.open = None,
            None if !tag.is_end && !html.ends_with("/>") && UNSEEN.contains(&tag.name.as_str()) => {
                self.open = Some(Open { name: tag.name, tag: at, depth: self.depth });
            }
            _ => {}
        }
    }
}

/// The element that a block of HTML opens and never closes, whose text nobody sees: its name, and where its tag begins.
/// Nothing when there is no text behind it.
pub fn never_closed(html: &str) -> Option<(String, usize)> {
    let parted = |at: usize| html.get(at..).and_then(|rest| rest.split_once('>')).unwrap_or_default();
    // Of these elements, drawings and formulas alone may end in their own tag.
    let is_whole = |name: &str, at| matches!(name, "svg" | "math") && parted(at).0.ends_with('/');
    // Within such an element `<` begins no tag (`a<b`): its end is looked for as it is written.
    let lower = html.to_ascii_lowercase();
    let mut closed = 0;
    for tag in tags::tags(html) {
        let is_none_of_these = tag.at < closed || tag.is_end || !UNSEEN.contains(&tag.name.as_str());
        if is_none_of_these || is_whole(&tag.name, tag.at) {
            continue;
        }
        match lower.get(tag.at..).and_then(|rest| rest.find(&format!("</{}", tag.name))) {
            Some(length) => closed = tag.at + length,
            None => return Some((tag.name, tag.at)).filter(|(_, at)| !parted(*at).1.trim().is_empty()),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::never_closed;

    #[test]
    fn what_takes_text_along_is_found() {
        for (html, found) in [
            ("<div><script>a<b</script>c</div>", None),
            ("a<script src=x>", None),
            ("<script>a<b</script>c<title>d<Title>e</TITLE><style>f", Some(("style", 45))),
            ("<svg width=1/>a<script/>b", Some(("script", 15))),
            ("<svg><title>a</svg>b", None),
            ("<p>a<IFRAME src=x>\n<script></script>b", Some(("iframe", 4))),
        ] {
            assert_eq!(never_closed(html).as_ref().map(|(name, at)| (name.as_str(), *at)), found, "{html}");
        }
    }
}
