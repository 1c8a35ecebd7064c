//! Bytes of Windows-1252, the character set of texts that older programs save.

/// What the bytes 0x80 to 0x9F stand for there (WHATWG Encoding, index windows-1252); the rest is Latin-1.
const HIGH: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}', '‘', '’',
    '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

/// The character of a byte.
fn character(byte: u8) -> char {
    match byte {
        0x80..=0x9F => HIGH[usize::from(byte - 0x80)],
        byte => char::from(byte),
    }
}

/// What a byte that is not UTF-8 would be in a text in a Western language, when it is such a text as far as can be seen;
/// `line` is the rest of its line.
pub(super) fn read(line: &[u8]) -> Option<String> {
    let text: String = line.iter().map(|byte| character(*byte)).collect();
    let is_text = |c: char| c == '\t' || !c.is_control();
    let is_likely = |c: char| c.is_ascii() || c.is_alphabetic() || "’‘“”«»…–—€°·§£\u{a0}²³½".contains(c);
    text.chars().all(|c| is_text(c) && is_likely(c)).then_some(text)
}
