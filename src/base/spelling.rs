//! What does not tell one name from another: vowel points of Hebrew and Arabic, and characters that nobody sees.
//!
//! Never says that a character is wrong in a text: joiners belong to words of Persian and of the languages of India, and a
//! space without width parts words in Thai.

use std::borrow::Cow;

/// A name without points and without what nobody sees.
pub fn bare(name: &str) -> Cow<'_, str> {
    match name.contains(|c| is_point(c) || is_invisible(c)) {
        true => Cow::Owned(name.chars().filter(|c| !is_point(*c) && !is_invisible(*c)).collect()),
        false => Cow::Borrowed(name),
    }
}

/// A name as it is said in ASCII, which is what names of all scripts are ordered by.
pub fn in_ascii(name: &str) -> String {
    let ascii = deunicode::deunicode_with_tofu_cow(name, " ").to_ascii_lowercase();
    ascii.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Whether two names look the same, since one of them has a character that nobody sees and no script needs.
pub fn look_alike(one: &str, other: &str) -> bool {
    let seen = |name: &str| name.chars().filter(|c| !is_invisible(*c)).collect::<String>();
    (invisible(one).is_some() || invisible(other).is_some()) && seen(one) == seen(other)
}

/// The first character of a name that nobody sees and that no script needs there, and where it stands, in bytes.
pub fn invisible(name: &str) -> Option<(usize, char)> {
    let mut before = None;
    for (at, c) in name.char_indices() {
        let is_needed = match c {
            '\u{200b}' => before.is_some_and(parts_words_unseen),
            '\u{200c}' => before.is_some_and(joins),
            '\u{200d}' => before.is_some_and(|c| joins(c) || is_symbol(c)),
            // Marks of direction stand beside what is written from the right.
            '\u{200e}' | '\u{200f}' => !name.is_ascii() && name.chars().any(joins),
            _ => false,
        };
        if is_invisible(c) && !is_needed {
            return Some((at, c));
        }
        before = Some(c);
    }
    None
}

/// Vowel points and signs of reading, which may be written or not: those of Hebrew (U+0591 to U+05C7 but for punctuation),
/// and of Arabic the vowels, with the stroke that stretches a word. The hamza makes another letter.
pub fn is_point(c: char) -> bool {
    matches!(c, '\u{591}'..='\u{5bd}' | '\u{5bf}' | '\u{5c1}' | '\u{5c2}' | '\u{5c4}' | '\u{5c5}' | '\u{5c7}')
        || matches!(c, '\u{610}'..='\u{61a}' | '\u{640}' | '\u{64b}'..='\u{652}' | '\u{656}'..='\u{65f}' | '\u{670}')
        || matches!(c, '\u{6d6}'..='\u{6dc}' | '\u{6df}'..='\u{6e4}' | '\u{6e7}' | '\u{6e8}' | '\u{6ea}'..='\u{6ed}')
}

/// Characters that Unicode calls ignorable, as far as they get into names: the soft hyphen, spaces without width, joiners,
/// and what sets the direction of text.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}')
        || c == '\u{feff}'
}

/// Whether a letter is of a script whose letters join, or that has joiners: from Hebrew to Myanmar, Khmer and Mongolian,
/// and those of later blocks.
fn joins(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{109f}' | '\u{1700}'..='\u{18af}' | '\u{1900}'..='\u{1c7f}' | '\u{1cd0}'..='\u{1cff}')
        || matches!(c, '\u{a800}'..='\u{abff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}')
        || matches!(c, '\u{10a00}'..='\u{11fff}' | '\u{1e900}'..='\u{1e95f}')
}

/// Whether a letter is of a script that writes no spaces between words: Thai, Lao, Tibetan, Myanmar, Khmer, Tai.
fn parts_words_unseen(c: char) -> bool {
    matches!(c, '\u{e00}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' | '\u{1950}'..='\u{1aaf}')
}

/// Whether a character may be a part of a picture that joiners make of several.
pub fn is_symbol(c: char) -> bool {
    matches!(c, '\u{2190}'..='\u{2bff}' | '\u{fe0f}' | '\u{1f000}'..='\u{1faff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_sees_is_found_where_no_script_needs_it() {
        for (name, found) in [
            ("WS\u{200b}J", Some((2, '\u{200b}'))),
            ("\u{feff}Meta", Some((0, '\u{feff}'))),
            ("Ré\u{ad}gulation", Some((3, '\u{ad}'))),
            ("Meta\u{200d}", Some((4, '\u{200d}'))),
            ("a\u{200c}b", Some((1, '\u{200c}'))),
            ("Meta\u{200e}", Some((4, '\u{200e}'))),
            ("می\u{200c}خواهم", None),
            ("क्\u{200d}ष", None),
            ("ไทย\u{200b}รัฐ", None),
            ("👩\u{200d}💻", None),
            ("Été", None),
        ] {
            assert_eq!(invisible(name), found, "{name:?}");
        }
        assert!(look_alike("WS\u{200b}J", "WSJ") && !look_alike("WS\u{200b}J", "wsj") && !look_alike("WSJ", "WSJ"));
    }
}
