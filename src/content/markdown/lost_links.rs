//! Links and pictures that no reader sees as such: with a space in their address, or before it, they are text to Markdown.
//! Told, and left as they are.
//!
//! Never looks at code nor at raw HTML, where such things are examples.

use super::Setting;
use super::events::Located;
use crate::base::{Code, Diagnostic};
use crate::content::findings::Findings;
use memchr::{memchr, memchr_iter};
use pulldown_cmark::{Event, Tag, TagEnd};
use std::ops::Range;

/// Longest text of a link, and longest address, that are looked at, in bytes.
const LONGEST: usize = 300;

/// Tells of every link and picture whose address has a space in it or before it.
pub fn tell(events: &[Located<'_>], text: &str, setting: &Setting<'_>, findings: &mut Findings<'_>) {
    if memchr(b']', text.as_bytes()).is_none() {
        return;
    }
    // How many pictures and blocks of code are open: the text of a link may hold a picture that is none.
    let mut closed = 0usize;
    for (event, range) in events {
        match event {
            Event::Start(Tag::Image { .. } | Tag::CodeBlock(_) | Tag::HtmlBlock) => closed += 1,
            Event::End(TagEnd::Image | TagEnd::CodeBlock | TagEnd::HtmlBlock) => closed = closed.saturating_sub(1),
            Event::Text(_) if closed == 0 => {
                let written = text.get(range.clone()).unwrap_or("");
                for at in memchr_iter(b']', written.as_bytes()).map(|at| range.start + at) {
                    if let Some(lost) = lost(text, at) {
                        push(&lost, text, setting, findings);
                    } else if let Some(apart) = apart(text, at) {
                        push_apart(&apart, text, setting, findings);
                    }
                }
            }
            _ => {}
        }
    }
}

/// What would be a link without the space.
struct Lost {
    is_picture: bool,
    /// Where its address stands.
    address: Range<usize>,
}

/// The link whose `](` stands there.
fn lost(text: &str, middle: usize) -> Option<Lost> {
    let rest = text.get(middle..)?.strip_prefix("](")?;
    let open = opening_of(text, middle)?;
    let is_picture = text[..open].ends_with('!');
    let inside = inside(rest)?;
    let blank = inside.len() - inside.trim_start().len();
    let address = without_title(inside.trim());
    // Between `<` and `>` a space is one; what has quotes is no address.
    let is_one = address.contains([' ', '\t', '\u{a0}', '\u{202f}'])
        && !address.contains(['<', '>', '"'])
        && (is_picture || looks_like_address(address));
    let at = middle + 2 + blank;
    is_one.then(|| Lost { is_picture, address: at..at + address.len() })
}

/// What would be a link if no space stood between its brackets.
struct Apart {
    is_picture: bool,
    /// Where the space stands.
    space: Range<usize>,
    /// Where its address stands.
    address: Range<usize>,
}

/// The link whose `]` stands there, with a space before its `(`: what is between the brackets is an address beyond doubt.
fn apart(text: &str, middle: usize) -> Option<Apart> {
    let rest = text.get(middle + 1..)?;
    let space = rest.len() - rest.trim_start_matches([' ', '\t', '\u{a0}', '\u{202f}']).len();
    let inside = inside(rest[space..].strip_prefix('(')?).filter(|_| space > 0)?;
    let blank = inside.len() - inside.trim_start().len();
    let address = without_title(inside.trim());
    let open = opening_of(text, middle)?;
    let is_picture = text[..open].ends_with('!');
    // `[1] (https://…)` is a list of sources.
    let has_words = is_picture || text[open..middle].contains(char::is_alphabetic);
    let at = middle + 1 + space + 1 + blank;
    (has_words && is_address(address)).then(|| Apart {
        is_picture,
        space: middle + 1..middle + 1 + space,
        address: at..at + address.len(),
    })
}

/// Whether a text is an address and can be nothing else: one of the web, or the name of an article or a picture.
fn is_address(text: &str) -> bool {
    let path = text.split(['?', '#']).next().unwrap_or("").to_ascii_lowercase();
    let has_scheme = ["http://", "https://", "mailto:"].iter().any(|scheme| path.starts_with(scheme));
    let is_file = path.rsplit_once('.').is_some_and(|(stem, ending)| !stem.is_empty() && FILES.contains(&ending));
    !text.contains(char::is_whitespace) && (has_scheme || is_file)
}

/// Endings of what articles link to and show.
const FILES: &[&str] =
    &["md", "html", "htm", "png", "jpg", "jpeg", "gif", "webp", "avif", "svg", "pdf", "mp3", "mp4", "webm"];

/// Where the `[` stands that belongs to a `]`, on the same line.
fn opening_of(text: &str, middle: usize) -> Option<usize> {
    let before = text.get(..middle).filter(|before| !before.ends_with('\\'))?;
    // A line may be as long as a file, and have as many of these as words.
    let near = text.ceil_char_boundary(middle.saturating_sub(LONGEST));
    let start = before[near..].rfind('\n').map_or(near, |end| near + end + 1);
    opening(&before[start..]).map(|at| start + at)
}

/// What stands before the `)` that closes a bracket before this text, on the same line.
fn inside(rest: &str) -> Option<&str> {
    let rest = rest[..rest.floor_char_boundary(LONGEST)].lines().next().unwrap_or("");
    closing(rest).map(|end| &rest[..end])
}

/// Where the `[` stands that a `]` behind this text closes.
fn opening(before: &str) -> Option<usize> {
    let mut depth = 0usize;
    let brackets = before.char_indices().rev().filter(|(_, c)| matches!(c, '[' | ']'));
    for (at, bracket) in brackets {
        match (bracket, depth) {
            _ if before[..at].ends_with('\\') => {}
            ('[', 0) => return Some(at),
            ('[', _) => depth -= 1,
            _ => depth += 1,
        }
    }
    None
}

/// Where the `)` stands that closes a bracket before this text.
fn closing(text: &str) -> Option<usize> {
    let mut depth = 0usize;
    for (at, c) in text.char_indices() {
        match (c, depth) {
            (')', 0) => return Some(at),
            (')', _) => depth -= 1,
            ('(', _) => depth += 1,
            _ => {}
        }
    }
    None
}

/// An address without the title behind it: `photo.png "Une photo"`.
fn without_title(inside: &str) -> &str {
    for quote in ['"', '\''] {
        if let Some(rest) = inside.strip_suffix(quote)
            && let Some(at) = rest.rfind(&format!(" {quote}"))
        {
            return inside[..at].trim_end();
        }
    }
    inside
}

/// Whether a text with spaces was meant as an address: others stand between brackets too (`[1](voir plus bas)`).
fn looks_like_address(text: &str) -> bool {
    let path = text.split(['?', '#']).next().unwrap_or("").trim_end();
    let begins = ["/", "./", "../", "http://", "https://", "www."].iter().any(|start| text.starts_with(start));
    let has_ending = path.rsplit_once('.').is_some_and(|(stem, ending)| {
        !stem.ends_with(' ')
            && (1..=5).contains(&ending.len())
            && ending.bytes().all(|byte| byte.is_ascii_alphanumeric())
            && ending.bytes().any(|byte| byte.is_ascii_alphabetic())
    });
    begins || has_ending
}

fn push(lost: &Lost, text: &str, setting: &Setting<'_>, findings: &mut Findings<'_>) {
    let address = &text[lost.address.clone()];
    let what = if lost.is_picture { "picture" } else { "link" };
    let encoded = address.replace(' ', "%20").replace('\t', "%09").replace('\u{a0}', "%C2%A0");
    let encoded = encoded.replace('\u{202f}', "%E2%80%AF");
    let label = findings.label(setting.origin.place(lost.address.clone()), "the address ends at the space");
    let message = format!("this {what} is shown as text: its address has a space");
    let is_file = !address.contains("://") && !address.ends_with('/');
    let rename = if is_file { ", or give the file a name without spaces" } else { "" };
    let help = format!("write `(<{address}>)` or `({encoded})`{rename}");
    findings.push(Diagnostic::new(Code::LostLink, message).at(label).help(help));
}

fn push_apart(apart: &Apart, text: &str, setting: &Setting<'_>, findings: &mut Findings<'_>) {
    let what = if apart.is_picture { "picture" } else { "link" };
    let label = findings.label(setting.origin.place(apart.space.clone()), "");
    let message = format!("this {what} is shown as text: a space stands before its address");
    let help = format!("take the space away: `]({})`", &text[apart.address.clone()]);
    findings.push(Diagnostic::new(Code::LostLink, message).at(label).help(help).fix(String::new()));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_with_spaces_are_found_and_prose_is_not() {
        let found = |text: &str| lost(text, text.find("](").unwrap()).map(|lost| text[lost.address].to_owned());
        for (text, address) in [
            ("![x](my photo.png)", "my photo.png"),
            ("![](ma photo)", "ma photo"),
            ("![x]( my photo (1).png \"Une photo\")", "my photo (1).png"),
            ("a [x [y] z](my page.md#là bas) b", "my page.md#là bas"),
            ("[x](https://example.org/a b)", "https://example.org/a b"),
            ("[x](/2025/a b/ 'Titre')", "/2025/a b/"),
            ("[x](rapport\u{a0}final.pdf)", "rapport\u{a0}final.pdf"),
        ] {
            assert_eq!(found(text).as_deref(), Some(address), "{text}");
        }
        for text in [
            "[1](voir plus bas)",
            "t[i](il y en a 3. Fin.)",
            "x](a b.md)",
            "\\[x](a b.md)",
            "[x](a.md",
            "[x](a.md)",
            "[x](<a b.md>)",
            "[x](a.md \"Un titre\")",
            "[a\nb](a\nb.md)",
        ] {
            assert_eq!(found(text), None, "{text}");
        }
    }

    #[test]
    fn a_space_between_brackets_is_found_where_an_address_follows() {
        let found = |text: &str| apart(text, text.rfind(']').unwrap()).map(|apart| text[apart.address].to_owned());
        for (text, address) in [
            ("![x] (page.md)", "page.md"),
            ("![] (a.PNG)", "a.PNG"),
            ("le [WSJ]\u{a0}(https://wsj.com/a \"Titre\")", "https://wsj.com/a"),
            ("[x [y] z]  (../a.md#là)", "../a.md#là"),
        ] {
            assert_eq!(found(text).as_deref(), Some(address), "{text}");
        }
        for text in [
            "[x](page.md)",
            "[x] (voir page.md)",
            "[x] (plus bas)",
            "[1] (https://a.fr)",
            "\\[x\\] (a.md)",
            "x] (a.md)",
            "[x]\n(a.md)",
            "[x] (.md)",
            "[x] a.md",
        ] {
            assert_eq!(found(text), None, "{text}");
        }
    }
}
