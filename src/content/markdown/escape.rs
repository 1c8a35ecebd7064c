//! Text, attributes and addresses as HTML.
//!
//! Characters that no HTML and no feed may hold are dropped here, so that nothing behind has to look.

use crate::base::legal::legal;
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

/// Appends text as the content of an element.
pub fn text(out: &mut String, text: &str) {
    escape(out, text, |byte| match byte {
        b'&' => Some("&amp;"),
        b'<' => Some("&lt;"),
        b'>' => Some("&gt;"),
        _ => None,
    });
}

/// Appends text as the value of an attribute between double quotes.
pub fn attribute(out: &mut String, text: &str) {
    escape(out, text, |byte| match byte {
        b'&' => Some("&amp;"),
        b'<' => Some("&lt;"),
        b'>' => Some("&gt;"),
        b'"' => Some("&quot;"),
        _ => None,
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
    if address.bytes().all(is_plain_in_address) {
        return out.push_str(address);
    }
    for part in utf8_percent_encode(address, ADDRESS).flat_map(|part| part.split_inclusive(['&', '\''])) {
        match part.as_bytes() {
            [.., b'&'] => out.extend([&part[..part.len() - 1], "&amp;"]),
            [.., b'\''] => out.extend([&part[..part.len() - 1], "&#x27;"]),
            _ => out.push_str(part),
        }
    }
}

/// What a fragment must encode: letters of any script stay readable in ids, but travel encoded.
const FRAGMENT: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b'<').add(b'>').add(b'`').add(b'%');

/// A fragment for the end of an address, encoded and not yet escaped.
pub fn encoded_fragment(fragment: &str) -> String {
    utf8_percent_encode(fragment, FRAGMENT).to_string()
}

/// Appends a fragment, with its `#`, as the value of `href`.
pub fn fragment(out: &mut String, fragment: &str) {
    out.push('#');
    for part in utf8_percent_encode(fragment, FRAGMENT) {
        attribute(out, part);
    }
}

/// What stays as it is in addresses, where most have nothing else.
fn is_plain_in_address(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~:/?#@!$()*+,;=%".contains(&byte)
}

/// How much text is looked at in one go.
const BLOCK: usize = 32;

#[inline]
fn escape(out: &mut String, text: &str, replace: impl Fn(u8) -> Option<&'static str>) {
    let text = &*legal(text);
    out.reserve(text.len());
    let mut done = 0;
    for (index, block) in text.as_bytes().chunks(BLOCK).enumerate() {
        if !may_need_escape(block) {
            continue;
        }
        for (at, byte) in block.iter().enumerate().map(|(at, byte)| (index * BLOCK + at, *byte)) {
            // Only ASCII is ever replaced, so the cuts are at characters.
            if let Some(replacement) = replace(byte) {
                out.push_str(&text[done..at]);
                out.push_str(replacement);
                done = at + 1;
            }
        }
    }
    out.push_str(&text[done..]);
}

/// Whether anything in a block could be replaced. Without a way out of the loop, many bytes are compared at once.
#[inline]
fn may_need_escape(block: &[u8]) -> bool {
    block
        .iter()
        .fold(false, |found, byte| found | (*byte == b'&') | (*byte == b'<') | (*byte == b'>') | (*byte == b'"'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_is_looked_at() {
        for at in 0..100 {
            let mut written = "é-".repeat(50);
            written.insert(at / 2 * 3, '<');
            let mut out = String::new();
            text(&mut out, &written);
            assert_eq!(out, written.replace('<', "&lt;"));
        }
    }

    #[test]
    fn plain_addresses_are_those_that_need_nothing() {
        for byte in 0..0x80u8 {
            let text = char::from(byte).to_string();
            let is_kept = encoded(&text) == text && !"&'".contains(&text);
            assert!(is_kept || !is_plain_in_address(byte), "{text:?}");
        }
    }

    #[test]
    fn nothing_escapes() {
        let mut out = String::new();
        text(&mut out, "a < b & \"c\"\u{8}\u{0}é");
        attribute(&mut out, "\"><é");
        address(&mut out, "https://a/é %20[x]'&\"");
        assert_eq!(out, "a &lt; b &amp; \"c\"é&quot;&gt;&lt;éhttps://a/%C3%A9%20%20%5Bx%5D&#x27;&amp;%22");
    }
}
