//! Blocks of code.
//!
//! The first word of the info string is the language; what else stands there is ignored. Never warns about languages
//! when colours are off.

use super::highlight::{self, Painted};
use super::{Setting, escape};
use crate::base::{Code, Diagnostic};
use crate::content::findings::Findings;
use std::ops::Range;

/// Names for text that has no grammar.
const PLAIN: &[&str] = &["", "text", "txt", "plain", "plaintext", "console", "none", "output"];

/// Appends a block of code; `info` is what stands behind its fence, if it has one, and `range` that of the whole block in
/// `text`.
pub fn write(
    info: Option<&str>,
    code: &str,
    range: Range<usize>,
    text: &str,
    setting: &Setting<'_>,
    findings: &mut Findings<'_>,
    out: &mut String,
) {
    let language = info.map_or("", language);
    let block = text.get(range.clone()).unwrap_or("");
    if info.is_some() && is_open(block) && text[range.end..].trim().is_empty() {
        let first = block.lines().next().unwrap_or("").len();
        let label =
            findings.label(setting.origin.place(range.start..range.start + first), "all below is shown as code");
        let problem = Diagnostic::new(Code::UnclosedCode, "this block of code is never closed").at(label);
        let fence: String = block.chars().take_while(|c| matches!(c, '`' | '~')).collect();
        findings.push(problem.help(format!("write a line of {fence} where it ends")));
    }
    // A block may be wider than its column: the keyboard must be able to scroll it.
    out.push_str("<pre tabindex=\"0\"><code");
    if !language.is_empty() {
        out.push_str(" class=\"language-");
        escape::attribute(out, language);
        out.push('"');
    }
    out.push('>');
    let plain = !setting.options.highlight || PLAIN.iter().any(|name| name.eq_ignore_ascii_case(language));
    match if plain { Painted::Plain } else { highlight::paint(code, language) } {
        Painted::Html(html) => out.push_str(&html),
        Painted::Plain => escape::text(out, code),
        Painted::Unknown => {
            escape::text(out, code);
            let first_line = text.get(range.clone()).and_then(|block| block.lines().next()).unwrap_or("");
            let place = match first_line.find(language) {
                Some(at) => range.start + at..range.start + at + language.len(),
                None => range,
            };
            findings.unknown_language(setting.origin.place(place), language, highlight::suggestion);
        }
    }
    out.push_str("</code></pre>\n");
}

/// Whether a block begins with a fence, and ends without one.
fn is_open(block: &str) -> bool {
    let fence = |line: &str| {
        let sign = line.chars().next().filter(|sign| matches!(sign, '`' | '~'));
        sign.map_or(0, |sign| line.chars().take_while(|c| *c == sign).count())
    };
    let mut lines = block.trim_end().lines();
    let opening = fence(lines.next().unwrap_or(""));
    // Lines in quotations have their sign before them.
    let last = lines.next_back().unwrap_or("").trim_matches(|c: char| c == '>' || c.is_whitespace());
    let closing = if last.chars().next() == block.chars().next() { fence(last) } else { 0 };
    opening >= 3 && !(closing >= opening && last.len() == closing)
}

/// The language that an info string names: `rust,no_run`, `js {1,3}`, `toml title="x"`.
fn language(info: &str) -> &str {
    let info = info.trim_start();
    let end = info.find(|c: char| c.is_whitespace() || matches!(c, ',' | '{')).unwrap_or(info.len());
    &info[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fences_that_are_open_are_known() {
        for block in ["```rust\nx\n``", "```", "~~~\nx\n```", "````\n```\n", "```\nx\n``` y"] {
            assert!(is_open(block), "{block}");
        }
        for block in ["```\nx\n```\n", "~~~ a\n> ~~~~  \n", "```\n```", "    x\n    y\n", "", "é"] {
            assert!(!is_open(block), "{block}");
        }
    }

    #[test]
    fn the_first_word_is_the_language() {
        for (info, name) in [
            ("rust,no_run", "rust"),
            ("js {1,3}", "js"),
            ("c++", "c++"),
            ("", ""),
            ("{.x}", ""),
            ("toml title=\"x\"", "toml"),
        ] {
            assert_eq!(language(info), name);
        }
    }
}
