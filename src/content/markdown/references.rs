//! Links by reference that lose something: an address that nothing refers to and that is none (`[Correction]: 14,3`), and a
//! link whose address is nowhere (`[x][nulle]`). Told, and left as they are.
//!
//! Never tells of `[x]` alone, which is prose far more often than a link, nor of an address that waits for its link.

use super::Setting;
use super::events::Located;
use crate::base::{Code, Diagnostic};
use crate::content::findings::Findings;
use pulldown_cmark::{BrokenLink, Event, LinkType, RefDefs, Tag};
use std::collections::HashSet;
use std::ops::Range;

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
        let words = written.split("][").next().unwrap_or("").trim_start_matches(['!', '[']);
        // `a[i][j]` is of a programmer, `[1][2]` are two notes, and `[^1]` is told as a footnote.
        let is_joined = text.get(..link.span.start).is_some_and(|before| before.ends_with(char::is_alphanumeric));
        let is_link = words.contains(char::is_alphabetic) || written.starts_with('!');
        let is_note = words.starts_with('^') || link.reference.starts_with('^');
        (is_whole && is_link && !is_joined && !is_note)
            .then(|| Broken { place: link.span.clone(), name: one_line(&link.reference) })
    }
}

/// Tells of the links that lead nowhere, and of the text that was taken for an address.
pub fn tell(
    lost: Vec<(Range<usize>, String)>,
    mut broken: Vec<Broken>,
    text: &str,
    setting: &Setting<'_>,
    findings: &mut Findings<'_>,
) {
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
    for (place, name) in lost {
        let message = format!("this line is taken for the address of `[{name}]`, and no page shows it");
        let label = findings.label(setting.origin.place(place), "left out");
        let help = format!("write `\\[{name}]:` if it is text; if it is an address, `[text][{name}]` leads there");
        findings.push(Diagnostic::new(Code::LostText, message).at(label).help(help));
    }
}

/// The definitions that nothing refers to and that give no address, in order: where each stands, and the name that it gives.
pub fn lost_lines(events: &[Located<'_>], defined: &RefDefs<'_>) -> Vec<(Range<usize>, String)> {
    // `[^1]: …` in a short text is told as a footnote, and `[//]: <> (…)` is how people write comments.
    let is_text =
        |name: &str, address: &str| !name.starts_with('^') && !address.is_empty() && !looks_like_address(address);
    let mut lost: Vec<(Range<usize>, String)> = defined
        .iter()
        .filter(|(name, definition)| is_text(name, &definition.dest))
        .map(|(name, definition)| (definition.span.clone(), one_line(name)))
        .collect();
    if lost.is_empty() {
        return lost;
    }
    let referred = |event: &Event<'_>| match event {
        Event::Start(Tag::Link { id, .. } | Tag::Image { id, .. }) if !id.is_empty() => {
            defined.get(id).map(|definition| definition.span.start)
        }
        _ => None,
    };
    let used: HashSet<usize> = events.iter().filter_map(|(event, _)| referred(event)).collect();
    lost.retain(|(place, _)| !used.contains(&place.start));
    lost.sort_by_key(|(place, _)| place.start);
    lost
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
