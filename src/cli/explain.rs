//! `manchette explain`: what a code means, why it matters, an example.
//!
//! The words are those of `base::codes`; nothing is said here that is not in that list.

use crate::base::codes::{CODES, Entry};
use crate::base::{Code, Severity, suggest};

/// How wide explanations are, in characters.
const WIDTH: usize = 80;

/// The explanation of a code, or why there is none, with the name that was perhaps meant.
pub fn explain(name: &str) -> Result<String, String> {
    let name = name.trim();
    // Whoever copies it from a message may take the brackets along.
    let bare = name.rsplit_once('[').map_or(name, |(_, rest)| rest.trim_end_matches([']', ':'])).to_lowercase();
    match Code::named(&bare) {
        Some(code) => Ok(entry(code.entry())),
        None => {
            let near = suggest::nearest(&bare, CODES.iter().map(|entry| entry.name));
            let near = near.map(|near| format!("did you mean `{near}`?"));
            let help = near.unwrap_or_else(|| "run `manchette explain` for the list".to_owned());
            Err(format!("there is no code `{}`: {help}", super::visible(name)))
        }
    }
}

/// All codes, a line each.
pub fn list() -> String {
    let width = CODES.iter().map(|entry| entry.name.len()).max().unwrap_or(0);
    let line = |entry: &Entry| format!("{:width$}  {:7}  {}\n", entry.name, severity(entry.severity), entry.title);
    CODES.iter().map(line).collect()
}

fn entry(entry: &Entry) -> String {
    let example: String = entry.example.lines().map(|line| format!("    {line}\n")).collect();
    let standing = match entry.severity {
        Severity::Error => "always an error".to_owned(),
        other => format!("a {}, unless --strict, --deny or --allow say otherwise", severity(other)),
    };
    format!("{}: {}\n{standing}\n\n{}\nExample:\n\n{example}", entry.name, entry.title, wrapped(entry.explanation))
}

fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}

/// The text in lines of at most `WIDTH` characters, as far as words allow.
fn wrapped(text: &str) -> String {
    let mut lines = String::new();
    let mut width = 0;
    for word in text.split(' ') {
        let length = word.chars().count();
        if width > 0 && width + 1 + length > WIDTH {
            lines.push('\n');
            width = 0;
        } else if width > 0 {
            lines.push(' ');
            width += 1;
        }
        lines.push_str(word);
        width += length;
    }
    lines.push('\n');
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_explained_within_the_width() {
        for known in CODES {
            let text = explain(known.name).unwrap();
            assert!(text.starts_with(known.name) && text.contains(known.example.lines().next().unwrap()));
            assert!(wrapped(known.explanation).lines().all(|line| line.chars().count() <= WIDTH), "{text}");
            assert!(list().contains(known.title));
        }
    }

    #[test]
    fn a_slip_in_a_code_is_answered() {
        assert_eq!(explain("unknwon-key").unwrap_err(), "there is no code `unknwon-key`: did you mean `unknown-key`?");
        assert!(explain("E0308").unwrap_err().contains("for the list"));
        assert!(explain("error[unknown-key]:").is_ok());
    }
}
