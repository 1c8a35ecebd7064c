//! Texts on one line: white space folded, NFC.
//!
//! Never touches no-break spaces inside: they are the author's.

use crate::base::nfc::into_nfc;

/// A text without leading, trailing and double white space, in NFC.
pub fn folded(text: &str) -> String {
    let text = text.trim();
    let bytes = text.as_bytes();
    let after = bytes.get(1..).unwrap_or(&[]);
    // Most texts have nothing to fold. Without a way out of the loop, many bytes are compared at once.
    let is_double = bytes.iter().zip(after).fold(false, |found, (a, b)| found | (is_white(*a) & is_white(*b)));
    let has_lines = bytes.iter().fold(false, |found, byte| found | (*byte == b'\n') | (*byte == b'\t'));
    let folded = match (is_double, has_lines) {
        (true, _) => joined(text),
        (false, true) => text.replace(['\n', '\t'], " "),
        (false, false) => text.to_owned(),
    };
    into_nfc(folded)
}

/// The words of a text, between single spaces.
pub fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split([' ', '\t', '\n']).filter(|word| !word.is_empty())
}

fn joined(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in words(text) {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

fn is_white(byte: u8) -> bool {
    (byte == b' ') | (byte == b'\t') | (byte == b'\n')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_space_is_folded() {
        for text in
            ["", " ", "a", " a\u{a0}b ", "a b", "a\nb", "a \n b\t\tc", "\u{a0} a b\t", "a\n\nb", "e\u{301}\u{a0} x"]
        {
            assert_eq!(folded(text), into_nfc(joined(text.trim())), "{text:?}");
        }
    }
}
