//! Well-formed XML by construction: elements nest because closures do, and text is escaped on its way in.
//!
//! Never takes ready-made markup, so no title, however hostile, can break a feed. CDATA is avoided too: escaped text
//! means the same to every parser and has no `]]>` to look out for.

use quick_xml::Writer;
use quick_xml::escape::partial_escape;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};

/// A document being written.
pub(super) struct Xml {
    writer: Writer<Vec<u8>>,
}

/// The bytes of a document whose elements `body` writes.
pub(super) fn document(body: impl FnOnce(&mut Xml)) -> Vec<u8> {
    let mut xml = Xml { writer: Writer::new_with_indent(Vec::new(), b' ', 2) };
    xml.put(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)));
    body(&mut xml);
    let mut bytes = xml.writer.into_inner();
    bytes.push(b'\n');
    bytes
}

impl Xml {
    /// An element with others inside.
    pub(super) fn element(&mut self, name: &str, attributes: &[(&str, &str)], inside: impl FnOnce(&mut Xml)) {
        self.put(Event::Start(start(name, attributes)));
        inside(self);
        self.put(Event::End(BytesEnd::new(name)));
    }

    /// An element with text inside.
    pub(super) fn text(&mut self, name: &str, attributes: &[(&str, &str)], text: &str) {
        let text = legal(text);
        self.put(Event::Start(start(name, attributes)));
        // Quotes stay as they are: in text they need no escape, and French is full of them.
        self.put(Event::Text(BytesText::from_escaped(partial_escape(text.as_str()))));
        self.put(Event::End(BytesEnd::new(name)));
    }

    /// An element with nothing inside.
    pub(super) fn empty(&mut self, name: &str, attributes: &[(&str, &str)]) {
        self.put(Event::Empty(start(name, attributes)));
    }

    fn put(&mut self, event: Event<'_>) {
        // Writing into memory cannot fail.
        self.writer.write_event(event).unwrap_or_default();
    }
}

fn start<'a>(name: &'a str, attributes: &[(&str, &str)]) -> BytesStart<'a> {
    let mut start = BytesStart::new(name);
    for (key, value) in attributes {
        start.push_attribute((*key, legal(value).as_str()));
    }
    start
}

/// The text without the characters that XML 1.0 cannot hold at all, not even escaped; line ends as `\n`.
pub(super) fn legal(text: &str) -> String {
    let is_legal = |c: char| matches!(c, '\t' | '\n' | ' '..='\u{FFFD}' | '\u{10000}'..);
    text.replace("\r\n", "\n").replace('\r', "\n").chars().filter(|c| is_legal(*c)).collect()
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
