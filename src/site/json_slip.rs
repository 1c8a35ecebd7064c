//! What the JSON parser objects to in a data file, in our words, with what to do about it.
//!
//! Never decides what is valid JSON.

use crate::base::toml_words::{FEWER_LEVELS, TOO_DEEP};
use crate::base::{Code, Diagnostic, SourceText};

/// The slip at which the parser stopped.
pub(super) fn told(source: &SourceText, error: &serde_json::Error) -> Diagnostic {
    let text = source.as_str();
    let start: usize = text.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum();
    let at = start + error.column().saturating_sub(1);
    let message = error.to_string();
    let message = message.rsplit_once(" at line").map_or(message.as_str(), |(words, _)| words);
    let (words, help) = in_words(message, text, text.floor_char_boundary(at.min(text.len())));
    Diagnostic::new(Code::Syntax, format!("this is not JSON: {words}")).at(source.label(at..at + 1, "")).help_any(help)
}

/// What the parser objects to at a place, in words for people who know no parser, and what to do.
fn in_words(message: &str, text: &str, at: usize) -> (String, Option<String>) {
    let rest = &text[at..];
    let (words, help) = match message {
        "expected value" | "expected ident" => {
            return (
                "here must be a value: text between quotes, a number, true, false, null, `[` or `{`".to_owned(),
                Some(value(text, at)),
            );
        }
        _ if rest.starts_with('/') => ("JSON has no comments", "delete the comment"),
        "EOF while parsing a list" => ("the list is never closed by `]`", "write `]` where the list ends"),
        "EOF while parsing an object" => ("the object is never closed by `}`", "write `}` where the object ends"),
        "EOF while parsing a string" => ("the text is never closed by `\"`", "write `\"` where the text ends"),
        "EOF while parsing a value" if text.trim().is_empty() => {
            ("the file is empty", "write `[]` for a list of nothing, or take the file away")
        }
        "EOF while parsing a value" => {
            ("the file ends where a value must stand", "write the value, or take out what stands before it")
        }
        "trailing comma" => ("there is a comma after the last item", "remove the comma before this"),
        "trailing characters" => {
            ("there is something after the end", "remove what follows, or put all of it into one list `[…]`")
        }
        "key must be a string" => ("a key stands between double quotes", "put the key between double quotes"),
        "expected `:`" => ("there must be `:`", "write `:` between the key and its value"),
        "expected `,` or `]`" => ("there must be `,` or `]`", "write `,` before this, or `]` if the list ends here"),
        "expected `,` or `}`" => ("there must be `,` or `}`", "write `,` before this, or `}` if the object ends here"),
        "recursion limit exceeded" => (TOO_DEEP, FEWER_LEVELS),
        "invalid escape" => (
            "this backslash stands before a letter that means nothing",
            "double the backslash if it belongs to the text: `\\\\`",
        ),
        "unexpected end of hex escape" | "lone leading surrogate in hex escape" | "invalid unicode code point" => {
            ("`\\u` stands before a half of a character", "write the character itself instead")
        }
        "number out of range" => ("this number is too large", "write a smaller one, or put it between quotes"),
        "invalid number" => {
            ("this is no number", "write it as in 12, -3 or 0.5, or put it between quotes if it is text")
        }
        _ if message.starts_with("control character") => (
            "text cannot have a line end or a control character",
            "close the text with `\"` on its line; within it, write `\\n` for a line end and `\\t` for a tab",
        ),
        _ => {
            let words = message.strip_prefix("expected ").map(|expected| format!("there must be {expected}"));
            return (words.unwrap_or_else(|| message.to_owned()), None);
        }
    };
    (words.to_owned(), Some(help.to_owned()))
}

/// What to write where something stands that begins no value.
fn value(text: &str, at: usize) -> String {
    let is_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
    // Of `tru`, the parser says where it ends.
    let start = text[..at].trim_end_matches(is_word).len();
    let word = &text[start..at + text[at..].find(|c| !is_word(c)).unwrap_or(text.len() - at)];
    let quoted = text[at..].strip_prefix('\'').and_then(|rest| rest.lines().next()?.split_once('\''));
    match text[at..].chars().next() {
        Some('/' | '#') => "JSON has no comments: delete it".to_owned(),
        Some('\'') => match quoted {
            Some((inner, _)) => format!("write double quotes: `\"{inner}\"`"),
            None => "write double quotes round the text".to_owned(),
        },
        Some('“' | '”' | '«' | '„') => "write straight quotes round the text: `\"…\"`".to_owned(),
        Some('.' | '+') => "write numbers as in 12, -3 or 0.5".to_owned(),
        _ => match word.to_lowercase().as_str() {
            "" => "write the value, or take out the key or the comma before this".to_owned(),
            "true" | "yes" | "oui" | "vrai" => "write `true`, or put it between double quotes if it is text".to_owned(),
            "false" | "no" | "non" | "faux" => {
                "write `false`, or put it between double quotes if it is text".to_owned()
            }
            "none" | "nil" | "undefined" | "nan" => "write `null`".to_owned(),
            _ => format!("put text between double quotes: `\"{word}\"`"),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::SourcePath;

    #[test]
    fn what_is_no_json_has_a_remedy() {
        for (text, help) in [
            ("{\"x\": oups}", "`\"oups\"`"),
            ("{\"x\": }", "write the value"),
            ("{\"x\": 'été'}", "`\"été\"`"),
            ("[True, False]", "write `true`"),
            ("[tru]", "`\"tru\"`"),
            ("[None]", "write `null`"),
            ("[1, // un\n2]", "delete it"),
            ("{ // un\n\"a\": 1}", "delete the comment"),
            ("{\"a\": “b”}", "straight quotes"),
            ("[.5]", "0.5"),
            ("[1 2]", "write `,` before this"),
            ("[1,]", "remove the comma"),
            ("{\"a\" 1}", "write `:`"),
            ("{a: 1}", "put the key between double quotes"),
            ("", "write `[]`"),
            ("{\"a\":", "write the value"),
            ("[1e999]", "smaller"),
            ("[01]", "12"),
            ("[\"\\d\"]", "`\\\\`"),
            ("[\"\\ud800\"]", "the character itself"),
            ("[\"a\nb\"]", "`\\n`"),
            ("[\"a", "where the text ends"),
            ("{} {}", "one list"),
        ] {
            let source = SourceText::new(SourcePath::new("data/a.json"), text);
            let problem = told(&source, &serde_json::from_str::<serde_json::Value>(text).unwrap_err());
            let found = problem.help_text().unwrap_or("");
            assert!(found.contains(help), "{text}: {} | {found}", problem.message());
        }
    }
}
