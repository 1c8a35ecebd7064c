//! What a template opens and never closes, or closes and never opened: Tera sees only where that made it stop.
//!
//! Compiles nothing: it looks for brackets and for the first word of tags.

use crate::base::{Code, Diagnostic, SourceText, suggest};
use std::ops::Range;

/// Tags that go on until another one ends them.
const BLOCKS: &[&str] = &["if", "for", "block", "filter", "component", "raw"];

/// The tags that end them.
const ENDS: [&str; 6] = ["endif", "endfor", "endblock", "endfilter", "endcomponent", "endraw"];

/// Tags that end what may do without.
const OTHER_ENDS: &[&str] = &["endset", "endset_global", "endmacro", "endcall"];

/// The tag that ends one.
fn end_of(opened: &str) -> &'static str {
    ENDS.into_iter().find(|end| end.strip_prefix("end") == Some(opened)).unwrap_or("endif")
}

/// The first block or bracket that is not closed where it should be, if there is one.
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
        // Not `{%}`, where the two share a sign.
        let inside = start + 2;
        let Some(end) = text[inside..].find(closer).map(|found| inside + found + 2) else {
            let opener = &text[start..inside];
            let problem = Diagnostic::new(Code::TemplateSyntax, format!("this `{opener}` is never closed"));
            return Some(problem.at(source.label(start..inside, "")).help(format!("write `{closer}` after it")));
        };
        at = end;
        if closer != "%}" {
            continue;
        }
        let word = text[inside..end - 2].trim_start_matches('-').split_whitespace().next().unwrap_or("");
        if word == "raw" {
            // Nothing counts until its end.
            let Some(stop) = text[end..].find("endraw").map(|found| end + found) else {
                return Some(never_closed(source, start..end, word));
            };
            at = text[stop..].find("%}").map_or(text.len(), |found| stop + found + 2);
        } else if BLOCKS.contains(&word) {
            open.push((start..end, word));
        } else if let Some(of) = word.strip_prefix("end").filter(|of| BLOCKS.contains(of)) {
            match open.pop() {
                Some((_, opened)) if opened == of => {}
                Some((place, opened)) => return Some(never_closed(source, place, opened)),
                None => {
                    let problem = Diagnostic::new(Code::TemplateSyntax, format!("this `{word}` closes nothing"));
                    return Some(problem.at(source.label(start..end, "")).help("remove it, or write what it closes"));
                }
            }
        } else if word.starts_with("end") && !OTHER_ENDS.contains(&word) {
            // A slip in the name, and the last that was opened is what it ends.
            let of = open
                .last()
                .map_or_else(|| suggest::nearest(word, ENDS).unwrap_or("endif"), |(_, opened)| end_of(opened));
            let problem = Diagnostic::new(Code::TemplateSyntax, format!("there is no tag `{word}`"));
            return Some(problem.at(source.label(start..end, "")).help(format!("write `{{% {of} %}}`")));
        }
    }
    open.pop().map(|(place, word)| never_closed(source, place, word))
}

fn never_closed(source: &SourceText, place: Range<usize>, word: &str) -> Diagnostic {
    Diagnostic::new(Code::TemplateSyntax, format!("this `{word}` is never closed"))
        .at(source.label(place, ""))
        .help(format!("write `{{% end{word} %}}` where it ends"))
}
