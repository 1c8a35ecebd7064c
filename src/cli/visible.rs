//! Characters that would act on the terminal instead of being shown: control characters and those that turn the
//! direction of text, which can make a line read as what it is not.
//!
//! Never applied to what is published, only to what is printed.

use std::borrow::Cow;

/// The text with every such character in a visible form; line ends and tabs stay.
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.chars().any(acts) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().flat_map(shown).collect())
}

/// The same for what must stay on its line, such as the name of a file: line ends and tabs are pictures too.
pub fn on_a_line(text: &str) -> Cow<'_, str> {
    match visible(text) {
        shown if shown.contains(['\n', '\t']) => Cow::Owned(shown.replace('\n', "\u{240a}").replace('\t', "\u{2409}")),
        shown => shown,
    }
}

/// Whether a terminal would act on the character.
pub(super) fn acts(c: char) -> bool {
    (c.is_control() && !matches!(c, '\n' | '\t'))
        || matches!(c,
            '\u{061C}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}')
}

/// The character as it is shown: itself, its picture (`␛`), or its number (`\u{202e}`).
pub(super) fn shown(c: char) -> impl Iterator<Item = char> {
    let picture = match c {
        '\u{7F}' => Some('\u{2421}'),
        c if acts(c) => char::from_u32(0x2400 + u32::from(c)).filter(|_| u32::from(c) < 0x20),
        c => Some(c),
    };
    let number = if picture.is_none() { format!("\\u{{{:x}}}", u32::from(c)) } else { String::new() };
    picture.into_iter().chain(number.chars().collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_act_is_shown() {
        assert_eq!(visible("\u{1b}[31mrouge\u{7f}"), "␛[31mrouge␡");
        assert_eq!(visible("a\u{202e}b\u{9b}"), "a\\u{202e}b\\u{9b}");
        assert!(matches!(visible("déjà\tvu\n👩\u{200d}"), Cow::Owned(_)));
        assert!(matches!(visible("déjà\tvu\n"), Cow::Borrowed(_)));
        assert_eq!(on_a_line("a\n\u{1b}b\t"), "a␊␛b␉");
    }
}
