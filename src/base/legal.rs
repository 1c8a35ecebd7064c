//! Characters that no page may hold: the controls and non-characters that the HTML standard calls errors
//! (<https://html.spec.whatwg.org/multipage/parsing.html#preprocessing-the-input-stream>).
//!
//! They cannot be written in another way either, so they are dropped where text becomes HTML.

use super::{Code, Diagnostic, SourceText};
use std::borrow::Cow;

/// The text without such characters; tabs and line ends stay.
pub fn legal(text: &str) -> Cow<'_, str> {
    if !may_be_illegal(text.as_bytes()) || text.chars().all(is_legal) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().filter(|c| is_legal(*c)).collect())
}

/// Whether a page may hold the character.
pub fn is_legal(c: char) -> bool {
    let is_noncharacter = matches!(c, '\u{FDD0}'..='\u{FDEF}') || u32::from(c) & 0xFFFE == 0xFFFE;
    matches!(c, '\t' | '\n') || !(c.is_control() || is_noncharacter)
}

/// Whether there may be any. Without an early end, so that many bytes are compared at once.
fn may_be_illegal(bytes: &[u8]) -> bool {
    let control = |byte: u8| ((byte < 0x20) & (byte != b'\t') & (byte != b'\n')) | (byte == 0x7F);
    // U+0080 to U+009F begin with 0xC2; U+FDD0 to U+FDEF with 0xEF 0xB7, and the last two of a plane end in 0xBF 0xBE
    // or 0xBF 0xBF.
    let pair = |a: u8, b: u8| ((a == 0xC2) & (b < 0xA0)) | ((a == 0xEF) & (b == 0xB7)) | ((a == 0xBF) & (b >= 0xBE));
    let alone = bytes.iter().fold(false, |found, byte| found | control(*byte));
    let after = bytes.get(1..).unwrap_or_default();
    alone | bytes.iter().zip(after).fold(false, |found, (a, b)| found | pair(*a, *b))
}

/// Says where a file that goes into pages as it is has the first character that no page may hold. What HTML takes for white
/// space, it may have.
pub fn told(source: &SourceText, code: Code) -> Option<Diagnostic> {
    let text = source.as_str();
    let may_be = may_be_illegal(text.as_bytes());
    let mut found = text.char_indices().filter(|(_, c)| !(is_legal(*c) || matches!(c, '\r' | '\u{c}')));
    let (at, first) = may_be.then(|| found.next()).flatten()?;
    let what = if first.is_control() { "control character" } else { "character that no page may hold" };
    let message = match found.count() {
        0 => format!("this file has a {what}, U+{:04X}", u32::from(first)),
        more => format!("this file has a {what}, U+{:04X}, and {more} more of the kind below", u32::from(first)),
    };
    let label = source.label(at..at + first.len_utf8(), "");
    Some(Diagnostic::new(code, message).at(label).help("delete it; it may be invisible in your editor"))
}

/// The first control character of a text, tabs and line ends apart.
pub fn control_in(text: &str) -> Option<char> {
    let first = || text.chars().find(|c| c.is_control() && !matches!(c, '\n' | '\t'));
    may_have_controls(text).then(first).flatten()
}

/// Whether a text may have control characters, apart from tabs and line ends.
pub fn may_have_controls(text: &str) -> bool {
    // U+0080 to U+009F begin with the byte 0xC2.
    text.bytes().fold(false, |found, byte| {
        found | ((byte < 0x20) & (byte != b'\t') & (byte != b'\n')) | (byte == 0x7F) | (byte == 0xC2)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::SourcePath;

    #[test]
    fn every_character_is_judged_alike_alone_and_in_a_text() {
        for c in ('\0'..=char::MAX).filter(|c| u32::from(*c) < 0x1_1000 || u32::from(*c) & 0xFFF0 == 0xFFF0) {
            let text = format!("é{c}»");
            let kept = if is_legal(c) { text.clone() } else { "é»".to_owned() };
            assert_eq!(legal(&text), kept, "{c:?}");
        }
        assert!(matches!(legal("déjà « vu »\n\t🚀"), Cow::Borrowed(_)));
        assert_eq!(legal("a\r\u{85}\u{fffe}\u{1fffe}\u{fdd0}b"), "ab");
    }

    #[test]
    fn what_no_page_may_hold_is_told_at_its_place_in_a_file() {
        let told = |text: &str| {
            let source = SourceText::new(SourcePath::new("a.html"), text);
            told(&source, Code::TemplateSyntax).map(|found| (found.primary().unwrap().location(), found.told().into()))
        };
        for (bad, words) in [
            ('\0', "control character, U+0000"),
            ('\u{1b}', "control character, U+001B"),
            ('\u{85}', "control character, U+0085"),
            ('\u{fffe}', "character that no page may hold, U+FFFE"),
        ] {
            let (place, message): (String, String) = told(&format!("<p>\nl’été {bad}{{{{ x }}}}")).unwrap();
            assert_eq!((place.as_str(), message), ("a.html:2:7", format!("this file has a {words}")));
        }
        assert!(told("\0\0\0").is_some_and(|(_, message)| message.ends_with(", and 2 more of the kind below")));
        assert_eq!(told("l’été\t🚀\r\u{c}\n"), None);
    }

    #[test]
    fn no_control_is_missed() {
        for c in ('\0'..'\u{400}').filter(|c| c.is_control() && !matches!(c, '\n' | '\t')) {
            assert_eq!(control_in(&format!("Une ligne{c}")), Some(c));
        }
        assert!(may_have_controls("Une ligne\0") && !may_have_controls("l’été\n\tici"));
    }
}
