//! Well-formed XML by construction: elements nest because closures do, and text is escaped on its way in.
//!
//! Never takes ready-made markup, so no title, however hostile, can break a feed. CDATA is avoided too: escaped text
//! means the same to every parser and has no `]]>` to look out for.

use crate::base::legal;
use std::borrow::Cow;

/// A document being written, an element on a line, two spaces deeper than what it stands in.
pub(super) struct Xml {
    text: String,
    depth: usize,
}

/// The bytes of a document whose elements `body` writes.
pub(super) fn document(body: impl FnOnce(&mut Xml)) -> Vec<u8> {
    let mut xml = Xml { text: "<?xml version=\"1.0\" encoding=\"UTF-8\"?>".to_owned(), depth: 0 };
    body(&mut xml);
    xml.text.push('\n');
    xml.text.into_bytes()
}

impl Xml {
    /// An element with others inside.
    pub(super) fn element(&mut self, name: &str, attributes: &[(&str, &str)], inside: impl FnOnce(&mut Xml)) {
        self.start(name, attributes);
        self.text.push('>');
        self.depth += 1;
        inside(self);
        self.depth -= 1;
        self.line();
        self.end(name);
    }

    /// An element with text inside.
    pub(super) fn text(&mut self, name: &str, attributes: &[(&str, &str)], text: &str) {
        self.start(name, attributes);
        self.text.push('>');
        push_text(&mut self.text, &legal(text));
        self.end(name);
    }

    /// An element with nothing inside.
    pub(super) fn empty(&mut self, name: &str, attributes: &[(&str, &str)]) {
        self.start(name, attributes);
        self.text.push_str("/>");
    }

    fn start(&mut self, name: &str, attributes: &[(&str, &str)]) {
        self.line();
        self.text.push('<');
        self.text.push_str(name);
        for (key, value) in attributes {
            self.text.push(' ');
            self.text.push_str(key);
            self.text.push_str("=\"");
            push_attribute(&mut self.text, &legal(value));
            self.text.push('"');
        }
    }

    fn end(&mut self, name: &str) {
        self.text.push_str("</");
        self.text.push_str(name);
        self.text.push('>');
    }

    fn line(&mut self) {
        self.text.push('\n');
        self.text.extend(std::iter::repeat_n("  ", self.depth));
    }
}

/// Plain text as HTML.
pub(super) fn html(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    push_text(&mut html, text);
    html
}

/// Quotes stay as they are: in text they need no escape, and French is full of them.
fn push_text(to: &mut String, text: &str) {
    push_escaped(to, text, memchr::memchr3_iter(b'&', b'<', b'>', text.as_bytes()));
}

/// Parsers make spaces of bare line ends and tabs in attributes.
fn push_attribute(to: &mut String, text: &str) {
    let is_special = |byte: u8| matches!(byte, b'&' | b'<' | b'>' | b'"' | b'\'' | b'\n' | b'\t');
    push_escaped(to, text, text.bytes().enumerate().filter(|(_, byte)| is_special(*byte)).map(|(at, _)| at));
}

/// Appends a legal text whose special characters stand at these places.
fn push_escaped(to: &mut String, text: &str, places: impl Iterator<Item = usize>) {
    to.reserve(text.len());
    let mut plain = 0;
    for at in places {
        to.push_str(&text[plain..at]);
        to.push_str(match text.as_bytes()[at] {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            b'"' => "&quot;",
            b'\'' => "&apos;",
            b'\n' => "&#10;",
            _ => "&#9;",
        });
        plain = at + 1;
    }
    to.push_str(&text[plain..]);
}

/// The text without the characters that XML 1.0 or HTML cannot hold at all, not even escaped; line ends as `\n`.
pub(super) fn legal(text: &str) -> Cow<'_, str> {
    match memchr::memchr(b'\r', text.as_bytes()) {
        Some(_) => Cow::Owned(legal::legal(&text.replace("\r\n", "\n").replace('\r', "\n")).into_owned()),
        None => legal::legal(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_escaped_and_stripped_of_what_xml_cannot_hold() {
        let bytes = document(|xml| {
            xml.element("a", &[("b", "\"<'&\u{0}\n")], |xml| {
                xml.text("c", &[], "l'« été » ]]> & <x>\u{1}\u{FFFE}\r\n🚀")
            });
        });
        let expected = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<a b=\"&quot;&lt;&apos;&amp;&#10;\">\n  \
                        <c>l'« été » ]]&gt; &amp; &lt;x&gt;\n🚀</c>\n</a>\n";
        assert_eq!(String::from_utf8(bytes).unwrap(), expected);
    }
}
