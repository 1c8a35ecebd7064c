//! Unicode in its composed form, NFC: the form in which names and texts are kept and compared.
//!
//! Never copies a text that is composed already, as nearly every text is.

use std::borrow::Cow;
use unicode_normalization::{UnicodeNormalization, is_nfc};

/// A text in NFC.
pub fn nfc(text: &str) -> Cow<'_, str> {
    if is_composed(text) { Cow::Borrowed(text) } else { Cow::Owned(text.nfc().collect()) }
}

/// A text of one's own in NFC.
pub fn into_nfc(text: String) -> String {
    if is_composed(&text) { text } else { text.nfc().collect() }
}

fn is_composed(text: &str) -> bool {
    // Nothing below U+0300 combines with what stands before it, and all bytes below 0xCC are of such characters.
    let greatest = text.bytes().fold(0, u8::max);
    greatest < 0xCC || is_nfc(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_composed_and_composed_texts_stay() {
        for (text, composed) in [
            ("Re\u{301}gulation", "Régulation"),
            ("Régulation", "Régulation"),
            ("l’été “là”", "l’été “là”"),
            ("\u{1100}\u{1161}", "가"),
            ("\u{212B}", "Å"),
            ("", ""),
        ] {
            assert_eq!(nfc(text), composed);
            assert_eq!(into_nfc(text.to_owned()), composed);
        }
        for c in (0..0x300).filter_map(char::from_u32) {
            assert!(is_nfc(&format!("a{c}")), "{c:?}");
        }
    }
}
