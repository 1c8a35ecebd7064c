//! Text, attributes and addresses as HTML.
//!
//! Control characters that no HTML and no feed may hold are dropped here, so that nothing behind has to look.

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

/// Appends text as the content of an element.
pub fn text(out: &mut String, text: &str) {
    escape(out, text, |byte| match byte {
        b'&' => Some("&amp;"),
        b'<' => Some("&lt;"),
        b'>' => Some("&gt;"),
        byte => control(byte),
    });
}

/// Appends text as the value of an attribute between double quotes.
pub fn attribute(out: &mut String, text: &str) {
    escape(out, text, |byte| match byte {
        b'&' => Some("&amp;"),
        b'<' => Some("&lt;"),
        b'>' => Some("&gt;"),
        b'"' => Some("&quot;"),
        byte => control(byte),
    });
}

/// Text as HTML, fit for an element or an attribute.
pub fn escaped(text: &str) -> String {
    let mut html = String::with_capacity(text.len() + text.len() / 8);
    attribute(&mut html, text);
    html
}

/// What an address must encode; what is encoded already stays so.
const ADDRESS: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'<')
    .add(b'>')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// An address with what it must encode encoded, not yet escaped.
pub fn encoded(address: &str) -> String {
    utf8_percent_encode(address, ADDRESS).to_string()
}

/// Appends an address as the value of `href` or `src`.
pub fn address(out: &mut String, address: &str) {
    for part in utf8_percent_encode(address, ADDRESS) {
        escape(out, part, |byte| match byte {
            b'&' => Some("&amp;"),
            b'\'' => Some("&#x27;"),
            _ => None,
        });
    }
}

fn control(byte: u8) -> Option<&'static str> {
    match byte {
        b'\t' | b'\n' => None,
        0..0x20 | 0x7F => Some(""),
        _ => None,
    }
}

fn escape(out: &mut String, text: &str, replace: impl Fn(u8) -> Option<&'static str>) {
    let mut done = 0;
    for (at, byte) in text.bytes().enumerate() {
        // Only ASCII is ever replaced, so the cuts are at characters.
        if let Some(replacement) = replace(byte) {
            out.push_str(&text[done..at]);
            out.push_str(replacement);
            done = at + 1;
        }
    }
    out.push_str(&text[done..]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_escapes() {
        let mut out = String::new();
        text(&mut out, "a < b & \"c\"\u{8}\u{0}é");
        attribute(&mut out, "\"><é");
        address(&mut out, "https://a/é %20[x]'&\"");
        assert_eq!(out, "a &lt; b &amp; \"c\"é&quot;&gt;&lt;éhttps://a/%C3%A9%20%20%5Bx%5D&#x27;&amp;%22");
    }
}
