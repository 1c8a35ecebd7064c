//! Bare addresses in text become links.
//!
//! Never in code, in links, in pictures or between raw `<a>` tags; only http, https and mail addresses, since anything
//! else in running text is more often prose than an address.

use super::events::Located;
use super::typography;
use linkify::{LinkFinder, LinkKind};
use memchr::{memchr, memchr_iter, memmem};
use pulldown_cmark::{CowStr, Event, LinkType, Tag, TagEnd};
use std::ops::Range;

/// Characters that a sentence puts around an address, and that linkify takes for part of it.
const AROUND: &[char] = &['«', '»', '“', '”', '‘', '’', '…', '\u{200B}', '\u{FEFF}', '。', '、', '）', '」'];

/// The same events with bare addresses as links.
pub fn link<'t>(events: Vec<Located<'t>>, source: &str) -> Vec<Located<'t>> {
    if !may_have_addresses(&events, source) {
        return events;
    }
    let finder = LinkFinder::new();
    let mut out: Vec<Located<'t>> = Vec::with_capacity(events.len() + 16);
    // How many links, pictures and code blocks are open.
    let mut closed = 0usize;
    let mut raw_link = false;
    let mut events = events.into_iter().peekable();
    while let Some((event, range)) = events.next() {
        match event {
            Event::Text(text) if closed == 0 && !raw_link => {
                // The parser cuts text at characters that could have meant something (`_`, `&`): an address may go on.
                let (mut whole, mut range) = (text, range);
                if let Some((Event::Text(_), _)) = events.peek() {
                    let mut joined = whole.into_string();
                    while let Some((Event::Text(more), place)) = events
                        .next_if(|(next, place)| matches!(next, Event::Text(part) if !is_kept(source, part, place)))
                    {
                        joined.push_str(&more);
                        range.end = place.end;
                    }
                    whole = CowStr::from(joined);
                }
                split(whole, range, &finder, &mut out);
                continue;
            }
            Event::Start(Tag::Link { .. } | Tag::Image { .. } | Tag::CodeBlock(_)) => closed += 1,
            Event::End(TagEnd::Link | TagEnd::Image | TagEnd::CodeBlock) => closed = closed.saturating_sub(1),
            Event::End(TagEnd::Paragraph) => raw_link = false,
            Event::InlineHtml(ref html) => {
                if html.starts_with("<a ") || html.starts_with("<A ") {
                    raw_link = true;
                } else if html.eq_ignore_ascii_case("</a>") {
                    raw_link = false;
                }
            }
            _ => {}
        }
        out.push((event, range));
    }
    out
}

/// Whether a text begins with a quote that a backslash keeps straight: typography has to find it where it is.
fn is_kept(source: &str, part: &str, place: &Range<usize>) -> bool {
    part.starts_with(['"', '\'']) && typography::is_escaped(source, part, place)
}

/// Whether an address may stand in running text. Most texts have addresses in links alone.
fn may_have_addresses(events: &[Located<'_>], text: &str) -> bool {
    if memchr(b'&', text.as_bytes()).is_some() {
        // What the text does not have, an entity may give.
        return events
            .iter()
            .any(|(event, _)| matches!(event, Event::Text(text) if text.contains("://") || text.contains('@')));
    }
    stand_in_text(events, memmem::find_iter(text.as_bytes(), b"://"))
        || stand_in_text(events, memchr_iter(b'@', text.as_bytes()))
}

/// Whether one of these places, in order, is in a run of text.
fn stand_in_text(events: &[Located<'_>], places: impl Iterator<Item = usize>) -> bool {
    let mut texts =
        events.iter().filter(|(event, _)| matches!(event, Event::Text(_))).map(|(_, range)| range).peekable();
    for place in places {
        while texts.next_if(|range| range.end <= place).is_some() {}
        if texts.peek().is_some_and(|range| range.start <= place) {
            return true;
        }
    }
    false
}

fn split<'t>(text: CowStr<'t>, range: Range<usize>, finder: &LinkFinder, out: &mut Vec<Located<'t>>) {
    if !text.contains("://") && !text.contains('@') {
        out.push((Event::Text(text), range));
        return;
    }
    let mut done = 0;
    for link in finder.links(&text) {
        let found = link.as_str();
        let cut = found.find(|c: char| c.is_whitespace() || AROUND.contains(&c)).unwrap_or(found.len());
        let address = found[..cut].trim_end_matches(['.', ',', ';', ':', '!', '?', '*', '_', '~']);
        let link_type = match link.kind() {
            LinkKind::Url if starts_with_web_scheme(address) => LinkType::Autolink,
            LinkKind::Email => LinkType::Email,
            _ => continue,
        };
        // Where the text is as the source has it, a part of it has a place of its own.
        let place = match range.len() == text.len() {
            true => range.start + link.start()..range.start + link.start() + address.len(),
            false => range.clone(),
        };
        if link.start() > done {
            out.push((Event::Text(text[done..link.start()].to_owned().into()), range.clone()));
        }
        let tag = Tag::Link { link_type, dest_url: address.to_owned().into(), title: "".into(), id: "".into() };
        out.push((Event::Start(tag), place.clone()));
        out.push((Event::Text(address.to_owned().into()), place.clone()));
        out.push((Event::End(TagEnd::Link), place));
        done = link.start() + address.len();
    }
    if done == 0 {
        out.push((Event::Text(text), range));
    } else if done < text.len() {
        out.push((Event::Text(text[done..].to_owned().into()), range));
    }
}

fn starts_with_web_scheme(address: &str) -> bool {
    ["http://", "https://"].iter().any(|scheme| {
        address.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme))
            && address.len() > scheme.len()
    })
}
