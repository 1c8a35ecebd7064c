//! What a parser of JSON would lose without a word: the first of two values with one key, digits of a long number.
//!
//! Looks at JSON that was found valid, and judges nothing else.

use crate::base::{Code, Diagnostic, SourceText, odd_numbers};
use std::collections::HashMap;
use std::ops::Range;

/// So many are told.
const MOST: usize = 20;

/// What would be lost of a file that is valid JSON.
pub(super) fn told(source: &SourceText) -> Vec<Diagnostic> {
    let text = source.as_str();
    let bytes = text.as_bytes();
    // What is open: the keys so far of an object, nothing for a list.
    let mut open: Vec<Option<HashMap<String, Range<usize>>>> = Vec::new();
    let (mut at, mut is_key, mut found) = (0, false, Vec::new());
    while let Some(byte) = bytes.get(at).filter(|_| found.len() < MOST) {
        let start = at;
        at += 1;
        match byte {
            b'{' => {
                open.push(Some(HashMap::new()));
                is_key = true;
            }
            b'[' => {
                open.push(None);
                is_key = false;
            }
            b'}' | b']' => drop(open.pop()),
            b',' => is_key = matches!(open.last(), Some(Some(_))),
            b':' => is_key = false,
            b'"' => {
                at = end_of_text(bytes, at);
                let Some(Some(keys)) = open.last_mut().filter(|_| is_key) else { continue };
                let written = text.get(start..at).unwrap_or("");
                let Ok(key) = serde_json::from_str::<String>(written) else { continue };
                match keys.get(&key) {
                    Some(first) => found.push(twice(source, &key, start..at, first.clone())),
                    None => drop(keys.insert(key, start..at)),
                }
            }
            b'-' | b'0'..=b'9' => {
                let is_part = |byte: &u8| byte.is_ascii_digit() || matches!(byte, b'.' | b'e' | b'E' | b'+' | b'-');
                at += bytes.get(at..).unwrap_or_default().iter().take_while(|byte| is_part(byte)).count();
                let written = text.get(start..at).unwrap_or("");
                let is_kept = written.parse::<i64>().is_ok() || written.parse::<u64>().is_ok();
                if odd_numbers::is_whole(written) && !is_kept {
                    let (message, help) = odd_numbers::objection(written);
                    let problem = Diagnostic::new(Code::BadValue, message).at(source.label(start..at, ""));
                    found.push(problem.help(help));
                }
            }
            _ => {}
        }
    }
    found
}

/// The place after the quote that closes a text.
fn end_of_text(bytes: &[u8], mut at: usize) -> usize {
    loop {
        match bytes.get(at) {
            None => return bytes.len(),
            Some(b'"') => return at + 1,
            Some(b'\\') => at += 2,
            Some(_) => at += 1,
        }
    }
}

fn twice(source: &SourceText, key: &str, again: Range<usize>, first: Range<usize>) -> Diagnostic {
    Diagnostic::new(Code::Duplicate, format!("the key `{key}` is written twice"))
        .at(source.label(again, "again here"))
        .related(source.label(first, "the first one"))
        .help("keep one of the two")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::SourcePath;

    #[test]
    fn what_would_be_lost_is_told_where_it_stands() {
        for (text, places) in [
            ("{\"a\": 1, \"b\": {\"a\": 1}, \"c\": [{\"a\": 1}, {\"a\": 2}, \"a\", \"a\"]}", ""),
            ("{\"a\": 1,\n\"\\u0061\": 2}", "2:1-1:2"),
            ("{\"a\": \"\\\"a\\\"\", \"b\": {\"x\": [], \"x\": {}},\n\"a\": 3}", "1:31-1:22 2:1-1:2"),
            ("[18446744073709551615, -9223372036854775808, 1.5, 1e3, -0, \"99999999999999999999\"]", ""),
            ("[1,\n18446744073709551616, -9223372036854775809]", "2:1 2:23"),
        ] {
            let place = |label: &crate::base::Label| label.location().replace("data/a.json:", "");
            let found: Vec<String> = told(&SourceText::new(SourcePath::new("data/a.json"), text))
                .iter()
                .map(|problem| {
                    let labels = problem.primary().into_iter().chain(problem.related_labels());
                    labels.map(place).collect::<Vec<_>>().join("-")
                })
                .collect();
            assert_eq!(found.join(" "), places, "{text}");
        }
    }
}
