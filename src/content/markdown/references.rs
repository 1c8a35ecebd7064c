//! Links by reference that lose something: an address that nothing refers to and that is none (`[Correction]: 14,3`), and a
//! link whose address is nowhere (`[x][nulle]`). Told, and left as they are.
//!
//! Never tells of `[x]` alone, which is prose far more often than a link, nor of an address that waits for its link.

use super::Setting;
use super::events::Located;
use crate::base::{Code, Diagnostic};
use crate::content::findings::Findings;
use memchr::{memmem, memrchr};
use pulldown_cmark::{BrokenLink, Event, LinkType, RefDefs, Tag};
use std::collections::HashSet;
use std::ops::Range;

/// Longest name that Markdown reads, with what may stand before it in its line, in bytes.
const LONGEST: usize = 1_100;

/// A link by reference to nothing.
pub struct Broken {
    place: Range<usize>,
    name: String,
}

impl Broken {
    /// A link that the parser could not follow, if it can have been meant as one.
    pub fn new(link: &BrokenLink<'_>, text: &str) -> Option<Broken> {
        let is_whole = match link.link_type {
            LinkType::Reference | LinkType::Collapsed => true,
            LinkType::Inline
            | LinkType::ReferenceUnknown
            | LinkType::CollapsedUnknown
            | LinkType::Shortcut
            | LinkType::ShortcutUnknown
            | LinkType::Autolink
            | LinkType::Email
            | LinkType::WikiLink { .. } => false,
        };
        let written = text.get(link.span.clone()).unwrap_or("");
        // Links in brackets of others may be as many as there are brackets.
        let near = &written[..written.floor_char_boundary(LONGEST)];
        let words = near.split("][").next().unwrap_or("").trim_start_matches(['!', '[']);
        // `a[i][j]` is of a programmer, `[1][2]` are two notes, and `[^1]` is told as a footnote.
        let is_joined = text.get(..link.span.start).is_some_and(|before| before.ends_with(char::is_alphanumeric));
        let is_link = words.contains(char::is_alphabetic) || written.starts_with('!');
        let is_note = words.starts_with('^') || link.reference.starts_with('^');
        (is_whole && is_link && !is_joined && !is_note)
            .then(|| Broken { place: link.span.clone(), name: one_line(&link.reference) })
    }
}

/// Tells of the links that lead nowhere, and of the text that was taken for an address.
pub fn tell(lost: Vec<Lost>, mut broken: Vec<Broken>, text: &str, setting: &Setting<'_>, findings: &mut Findings<'_>) {
    // The parser tells of inner links first; labels are made in the order of the text.
    broken.sort_by_key(|link| link.place.start);
    for Broken { place, name } in broken {
        let what = if text[place.clone()].starts_with('!') { "picture" } else { "link" };
        let message = format!("this {what} is shown as text: nothing says where `[{name}]` leads");
        let label = findings.label(setting.origin.place(place), "shown as written");
        let help = format!(
            "write its address on a line of its own, `[{name}]: https://…`, or behind its text: `[text](https://…)`"
        );
        findings.push(Diagnostic::new(Code::UndefinedReference, message).at(label).help(help));
    }
    for Lost { place, name, is_second } in lost {
        let message = format!("this line is taken for the address of `[{name}]`, and no page shows it");
        let label = findings.label(setting.origin.place(place), "left out");
        let what_else = match is_second {
            true => "give it a name of its own".to_owned(),
            false => format!("`[text][{name}]` leads there"),
        };
        let help = format!("write `\\[{name}]:` if it is text; if it is an address, {what_else}");
        findings.push(Diagnostic::new(Code::LostText, message).at(label).help(help));
    }
}

/// A line that no page shows.
pub struct Lost {
    place: Range<usize>,
    /// The name that it gives.
    name: String,
    /// Whether a line before it gives the same name, and counts.
    is_second: bool,
}

/// The definitions that nothing refers to and that give no address, in order.
pub fn lost_lines(events: &[Located<'_>], text: &str, defined: &RefDefs<'_>) -> Vec<Lost> {
    let mut lost: Vec<Lost> = defined
        .iter()
        .filter(|(name, definition)| is_text(name, &definition.dest))
        .map(|(name, definition)| Lost { place: definition.span.clone(), name: one_line(name), is_second: false })
        .collect();
    if !lost.is_empty() {
        let referred = |event: &Event<'_>| match event {
            Event::Start(Tag::Link { id, .. } | Tag::Image { id, .. }) if !id.is_empty() => {
                defined.get(id).map(|definition| definition.span.start)
            }
            _ => None,
        };
        let used: HashSet<usize> = events.iter().filter_map(|(event, _)| referred(event)).collect();
        lost.retain(|line| !used.contains(&line.place.start));
    }
    if defined.iter().next().is_some() {
        lost.extend(second_lines(events, text, defined));
    }
    lost.sort_by_key(|line| line.place.start);
    lost
}

/// Whether what stands behind `[name]:` is text. `[^1]: …` in a short text is told as a footnote, and `[//]: <> (…)` is how
/// people write comments.
fn is_text(name: &str, address: &str) -> bool {
    !name.starts_with('^') && !matches!(address, "" | "<>") && !looks_like_address(address)
}

/// The definitions of a name that was defined before, of which the parser does not tell: lines that look like one and in
/// which nothing else stands.
fn second_lines(events: &[Located<'_>], text: &str, defined: &RefDefs<'_>) -> Vec<Lost> {
    let mut found: Vec<Lost> = Vec::new();
    for close in memmem::find_iter(text.as_bytes(), b"]:") {
        // A line may be as long as a file, and have as many of these as words.
        let near = text.floor_char_boundary(close.saturating_sub(LONGEST));
        let Some(line) = memrchr(b'\n', &text.as_bytes()[near..close]).map(|end| near + end + 1) else { continue };
        let Some(start) = text[line..close].find('[').map(|at| line + at) else { continue };
        // A definition may stand in a quotation or a list.
        let is_first = text[line..start].bytes().all(|byte| b" \t>-*+.)0123456789".contains(&byte));
        let name = &text[start + 1..close];
        let is_second = is_first && defined.get(name).is_some_and(|first| first.span.start < start);
        if !is_second {
            continue;
        }
        let rest = text[close + 2..].lines().next().unwrap_or("");
        if is_text(name, rest.split_whitespace().next().unwrap_or("")) {
            let place = start..close + 2 + rest.trim_end().len();
            found.push(Lost { place, name: one_line(name), is_second });
        }
    }
    if found.is_empty() {
        return found;
    }
    let shown = events.iter().filter(|(event, _)| !matches!(event, Event::Start(_) | Event::End(_)));
    let mut taken: Vec<Range<usize>> = shown.map(|(_, range)| range.clone()).collect();
    taken.extend(defined.iter().map(|(_, definition)| definition.span.clone()));
    taken.sort_unstable_by_key(|range| range.start);
    found.retain(|line| {
        let before = taken.partition_point(|range| range.start <= line.place.start);
        before.checked_sub(1).and_then(|last| taken.get(last)).is_none_or(|range| range.end <= line.place.start)
    });
    found
}

/// Whether what stands behind `[name]:` can be meant as an address: it has a scheme, begins as paths do, or names a host or
/// a file.
fn looks_like_address(text: &str) -> bool {
    let path = text.split(['?', '#']).next().unwrap_or("");
    let has_scheme = path.split_once(':').is_some_and(|(scheme, rest)| {
        let is_scheme = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.');
        !rest.is_empty() && scheme.starts_with(|c: char| c.is_ascii_alphabetic()) && scheme.chars().all(is_scheme)
    });
    let has_ending = |part: &str| {
        let ending = part.rsplit_once('.').map_or("", |(stem, ending)| if stem.is_empty() { "" } else { ending });
        ending.chars().count() > 1
            && ending.starts_with(char::is_alphabetic)
            && ending.chars().all(char::is_alphanumeric)
    };
    let host = path.split(['/', ':']).next().unwrap_or("");
    let file = path.rsplit('/').next().unwrap_or("");
    text.starts_with(['/', '.', '#', '?']) || has_scheme || has_ending(host) || has_ending(file)
}

/// A name without line breaks, as readers of a message want it.
fn one_line(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::looks_like_address;

    #[test]
    fn addresses_are_known_and_text_is_not() {
        for address in [
            "https://a.fr",
            "mailto:a@b.fr",
            "/a",
            "./a",
            "..",
            "#",
            "a.fr",
            "a.fr/b",
            "b/c.png",
            "page.md#là",
            "été.fr",
        ] {
            assert!(looks_like_address(address), "{address}");
        }
        for text in ["14,3", "14.3", "14h30", "Meta", "oui/non", "Fin.", "Attention:", "3/4", "12:30", "é"] {
            assert!(!looks_like_address(text), "{text}");
        }
    }
}
