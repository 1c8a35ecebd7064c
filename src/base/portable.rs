//! What other systems make of a file's name: names that Windows cannot have, and names that are one file on some disks.
//!
//! A site that is built on Linux is unpacked on Windows and macOS by those who edit it, host it or keep it.

use unicode_normalization::UnicodeNormalization;

/// Whether Windows takes a name for a device, with or without an extension (Microsoft, "Naming Files, Paths, and
/// Namespaces": the digits of ports may be raised ones).
pub fn is_reserved(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or("").trim_end_matches(' ').to_lowercase();
    let port = stem.strip_prefix("com").or_else(|| stem.strip_prefix("lpt"));
    matches!(stem.as_str(), "con" | "nul" | "prn" | "aux" | "conin$" | "conout$")
        || port.is_some_and(|rest| matches!(rest, "¹" | "²" | "³") || matches!(rest.as_bytes(), [b'0'..=b'9']))
}

/// Why Windows cannot have a name, one part of a path, in words for a message; nothing when it can.
pub fn objection(part: &str) -> Option<String> {
    if let Some(odd) = part.chars().find(|c| matches!(c, '<' | '>' | ':' | '"' | '|' | '?' | '*' | '\\')) {
        return Some(format!("a name on Windows cannot have the character `{odd}`"));
    }
    if is_reserved(part) {
        return Some(format!("`{part}` is the name of a device on Windows"));
    }
    match part.chars().last() {
        Some('.') => Some("a name on Windows cannot end with a dot".to_owned()),
        Some(' ') => Some("a name on Windows cannot end with a space".to_owned()),
        _ => None,
    }
}

/// A path in the form in which two of them are one file on some disk: composed or decomposed (macOS), in capitals or not
/// (Windows, macOS), with dots and spaces behind its parts or without (Windows).
pub fn key(path: &str) -> String {
    // Capitals first: `ß` and `ss`, and both small sigmas, are one where cases are folded in full.
    let mut folded: String = match path.is_ascii() {
        true => path.to_ascii_lowercase(),
        // The capital of `ß` is none of `SS`, and yet one with it.
        false => path.replace('ẞ', "ß").nfd().flat_map(char::to_uppercase).flat_map(char::to_lowercase).nfd().collect(),
    };
    if folded.split('/').any(|part| part.ends_with(['.', ' '])) {
        let parts: Vec<&str> = folded.split('/').map(|part| part.trim_end_matches(['.', ' '])).collect();
        folded = parts.join("/");
    }
    folded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p32_names_that_windows_cannot_have_are_known() {
        for bad in [
            "con",
            "CON",
            "nul.txt",
            "aux.tar.gz",
            "com1",
            "LPT9.log",
            "com0",
            "com\u{b9}",
            "CONIN$",
            "con .txt",
            "a:b",
            "a?",
            "<a",
            "a>",
            "a\"",
            "a|b",
            "a*",
            "a\\b",
            "a.",
            "a ",
            "...",
        ] {
            assert!(objection(bad).is_some(), "{bad:?}");
        }
        for good in ["conseil", "com", "com10", "nulle-part", "a.b", ".htaccess", "été", "🚀", "a con", "index.html"]
        {
            assert_eq!(objection(good), None, "{good:?}");
        }
    }

    #[test]
    fn p31_names_that_are_one_file_on_some_disk_have_one_key() {
        for (one, other) in [
            ("A/b.html", "a/B.html"),
            ("\u{e9}t\u{e9}", "E\u{301}te\u{301}"),
            ("a.", "a"),
            ("a . /b", "a/b"),
            ("Straße", "STRASSE"),
            ("GROẞ", "groß"),
            ("ΟΔΟΣ", "οδος"),
            ("οδοσ", "οδος"),
            ("\u{212a}elvin", "kelvin"),
            // A ligature is two letters once it is in capitals.
            ("\u{fb01}n", "fin"),
        ] {
            assert_eq!(key(one), key(other), "{one:?} {other:?}");
        }
        for (one, other) in [("a/b", "ab"), ("m2", "m²"), ("été", "ete"), ("a.b", "ab"), ("1", "①")] {
            assert_ne!(key(one), key(other), "{one:?} {other:?}");
        }
    }

    #[test]
    fn p31_the_key_of_a_folder_begins_the_key_of_what_is_in_it() {
        for path in ["É/ß. /x", "A/B/c", "e/\u{301}"] {
            let folder = path.rsplit_once('/').unwrap().0;
            assert!(key(path).starts_with(&format!("{}/", key(folder))), "{path:?}");
        }
    }
}
