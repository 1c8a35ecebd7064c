//! `:::name` fences: dropped before Markdown sees them, their content kept.
//!
//! Never changes an offset: a fence becomes a line of spaces of the same length, so that what it was glued to stays a
//! block of its own. Lines inside fenced code are left alone, and so are those indented by four spaces.

use super::Setting;
use crate::content::findings::Findings;
use memchr::memmem;
use std::borrow::Cow;

/// The text without its `:::` lines; the first is told.
pub fn drop_fences<'t>(text: &'t str, setting: &Setting<'_>, findings: &mut Findings<'_>) -> Cow<'t, str> {
    if memmem::find(text.as_bytes(), b":::").is_none() {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut code: Option<&str> = None;
    let mut told = false;
    for line in text.split_inclusive('\n') {
        let start = out.len();
        let content = line.trim_end_matches('\n');
        match code {
            Some(fence) if closes(content, fence) => code = None,
            Some(_) => {}
            None => code = code_fence(content),
        }
        let name = directive(content).filter(|_| code.is_none());
        let Some(name) = name else {
            out.push_str(line);
            continue;
        };
        if !told && !name.is_empty() {
            findings.directive(setting.origin.place(start..start + content.len()), name);
            told = true;
        }
        out.extend(std::iter::repeat_n(' ', content.len()));
        out.push_str(&line[content.len()..]);
    }
    Cow::Owned(out)
}

/// The name after `:::`; empty for a closing fence.
fn directive(line: &str) -> Option<&str> {
    let rest = line.trim_start_matches(' ');
    if line.len() - rest.len() > 3 {
        return None;
    }
    let name = rest.strip_prefix(":::")?.trim_start_matches(':').trim();
    let end = name.find(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | '_'))).unwrap_or(name.len());
    match (name.is_empty(), end) {
        (true, _) => Some(""),
        // Pandoc's `::: {.note}`.
        (false, 0) if name.starts_with(['{', '[']) => Some(name),
        (false, 0) => None,
        (false, end) => Some(&name[..end]),
    }
}

/// The characters of a line that opens fenced code, inside whatever quotations and lists.
fn code_fence(line: &str) -> Option<&str> {
    let inner = line.trim_start_matches(|c: char| {
        matches!(c, ' ' | '\t' | '>' | '-' | '*' | '+' | '.' | ')') || c.is_ascii_digit()
    });
    let mark = inner.chars().next().filter(|c| matches!(c, '`' | '~'))?;
    let length = inner.len() - inner.trim_start_matches(mark).len();
    let info = &inner[length..];
    (length >= 3 && !(mark == '`' && info.contains('`'))).then(|| &inner[..length])
}

fn closes(line: &str, fence: &str) -> bool {
    let inner = line.trim_start_matches([' ', '\t', '>']).trim_end();
    inner.len() >= fence.len() && fence.starts_with(|mark| inner.trim_start_matches(mark).is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fences_have_a_name_or_nothing() {
        for (line, name) in [
            (":::intro", Some("intro")),
            (":::", Some("")),
            ("::: note Titre", Some("note")),
            (":::: a-b {x}", Some("a-b")),
        ] {
            assert_eq!(directive(line), name, "{line}");
        }
        for line in ["    :::intro", "a :::", "::", ": :: x"] {
            assert_eq!(directive(line), None, "{line}");
        }
    }

    #[test]
    fn code_fences_are_seen_in_lists() {
        assert_eq!(code_fence("- ```rust"), Some("```"));
        assert_eq!(code_fence("> ~~~~"), Some("~~~~"));
        assert_eq!(code_fence("``` a`b"), None);
        assert!(closes("  ````", "```") && !closes("``", "```") && !closes("~~~", "```") && !closes("``` x", "```"));
    }
}
