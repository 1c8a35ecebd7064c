//! What a template opens and never closes: Tera sees only that the file ends.
//!
//! Compiles nothing: it looks for brackets and for the first word of tags.

use crate::base::{Code, Diagnostic, SourceText};
use std::ops::Range;

/// Tags that go on until another one ends them.
const BLOCKS: &[&str] = &["if", "for", "block", "filter", "component", "raw"];

/// The innermost block or bracket that is still open at the end, if there is one.
pub(super) fn find(source: &SourceText) -> Option<Diagnostic> {
    let text = source.as_str();
    let mut open: Vec<(Range<usize>, &str)> = Vec::new();
    let mut at = 0;
    while let Some(start) = text[at..].find(['{']).map(|found| at + found) {
        let closer = match text[start..].get(..2) {
            Some("{%") => "%}",
            Some("{{") => "}}",
            Some("{#") => "#}",
            _ => {
                at = start + 1;
                continue;
            }
        };
        let Some(end) = text[start..].find(closer).map(|found| start + found + 2) else {
            let opener = &text[start..start + 2];
            let problem = Diagnostic::new(Code::TemplateSyntax, format!("this `{opener}` is never closed"));
            return Some(problem.at(source.label(start..start + 2, "")).help(format!("write `{closer}` after it")));
        };
        at = end;
        if closer != "%}" {
            continue;
        }
        let word = text[start + 2..end - 2].trim_start_matches('-').split_whitespace().next().unwrap_or("");
        if word == "raw" {
            // Nothing counts until its end.
            let Some(stop) = text[end..].find("endraw").map(|found| end + found) else {
                return Some(never_closed(source, start..end, word));
            };
            at = text[stop..].find("%}").map_or(text.len(), |found| stop + found + 2);
        } else if BLOCKS.contains(&word) {
            open.push((start..end, word));
        } else if word.strip_prefix("end").is_some_and(|word| open.last().is_some_and(|(_, of)| *of == word)) {
            open.pop();
        }
    }
    open.pop().map(|(place, word)| never_closed(source, place, word))
}

fn never_closed(source: &SourceText, place: Range<usize>, word: &str) -> Diagnostic {
    Diagnostic::new(Code::TemplateSyntax, format!("this `{word}` is never closed"))
        .at(source.label(place, ""))
        .help(format!("write `{{% end{word} %}}` where it ends"))
}
