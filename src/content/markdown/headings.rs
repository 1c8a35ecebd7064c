//! The headings of a text and their ids.
//!
//! An id is lower case, with letters of any script; it never depends on anything but the headings of its own text.

use super::events::Located;
use super::footnotes::Footnotes;
use crate::base::nfc::{into_nfc, nfc};
use crate::content::document::Heading;
use pulldown_cmark::{Event, Tag, TagEnd};
use std::collections::HashMap;
use unicode_normalization::char::is_combining_mark;

/// What each heading of a text says, in order, those of footnotes too.
pub fn written(events: &[Located<'_>]) -> Vec<String> {
    let starts = events.iter().enumerate().filter(|(_, (event, _))| is_start(event));
    starts.map(|(at, _)| plain(&events[at + 1..])).collect()
}

fn is_start(event: &Event<'_>) -> bool {
    matches!(event, Event::Start(Tag::Heading { .. }))
}

/// The headings of a text, each with the index of its first event, in order. Ids are made of what was `written`, whatever
/// typography made of it.
pub fn outline(events: &[Located<'_>], written: &[String], footnotes: &Footnotes) -> Vec<(usize, Heading)> {
    let mut found: Vec<(usize, Heading, bool)> = Vec::new();
    let mut at = 0;
    let mut written = written.iter();
    while at < events.len() {
        if let Some(end) = footnotes.definition_at(at) {
            for _ in events[at..end].iter().filter(|(event, _)| is_start(event)) {
                written.next();
            }
            at = end;
            continue;
        }
        if let Event::Start(Tag::Heading { level, id, .. }) = &events[at].0 {
            let text = plain(&events[at + 1..]);
            let own = id.as_ref().map(|id| nfc(id.trim()).into_owned()).filter(|id| !id.is_empty());
            let chosen = own.is_some();
            let id = written.next().map_or("", String::as_str);
            let id = own.unwrap_or_else(|| id_of(id));
            found.push((at, Heading { level: *level as u8, id, text }, chosen));
        }
        at += 1;
    }
    if !footnotes.are_any() && are_distinct(&found) {
        return found.into_iter().map(|(at, heading, _)| (at, heading)).collect();
    }
    let mut used: HashMap<String, u32> = footnotes.ids().map(|id| (id, 1)).collect();
    // Ids that authors chose are served first: links from outside may name them.
    for chosen_first in [true, false] {
        for (_, heading, _) in found.iter_mut().filter(|(_, _, chosen)| *chosen == chosen_first) {
            heading.id = unique(std::mem::take(&mut heading.id), &mut used);
        }
    }
    found.into_iter().map(|(at, heading, _)| (at, heading)).collect()
}

/// Whether a few headings have an id of their own each, as most have.
fn are_distinct(headings: &[(usize, Heading, bool)]) -> bool {
    headings.len() <= 16
        && headings
            .iter()
            .enumerate()
            .all(|(at, (_, heading, _))| headings[..at].iter().all(|(_, earlier, _)| earlier.id != heading.id))
}

/// The id that a heading's text gives: spaces and apostrophes to hyphens, other punctuation dropped.
pub fn id_of(text: &str) -> String {
    let mut id = String::with_capacity(text.len());
    for c in nfc(text).chars() {
        match c {
            'a'..='z' | 'A'..='Z' | '0'..='9' => id.push(c.to_ascii_lowercase()),
            c => c.to_lowercase().for_each(|c| push(&mut id, c)),
        }
    }
    id.truncate(id.trim_end_matches('-').len());
    // What lower case takes apart (`İ`) is put together again.
    let id = into_nfc(id);
    if id.is_empty() { "section".to_owned() } else { id }
}

fn push(id: &mut String, c: char) {
    match c {
        c if c.is_alphanumeric() || c == '_' || is_combining_mark(c) => id.push(c),
        '-' | '\'' | '’' | 'ʼ' | '‐' | '‑' => hyphen(id),
        c if c.is_whitespace() => hyphen(id),
        _ => {}
    }
}

fn hyphen(id: &mut String) {
    if !id.is_empty() && !id.ends_with('-') {
        id.push('-');
    }
}

fn unique(id: String, used: &mut HashMap<String, u32>) -> String {
    if !used.contains_key(&id) {
        used.insert(id.clone(), 1);
        return id;
    }
    let mut number = used.get(&id).copied().unwrap_or(1);
    loop {
        number += 1;
        let candidate = format!("{id}-{number}");
        if !used.contains_key(&candidate) {
            used.insert(candidate.clone(), 1);
            used.insert(id, number);
            return candidate;
        }
    }
}

/// The text up to the end of the heading, without markup.
fn plain(events: &[Located<'_>]) -> String {
    let mut text = String::new();
    for (event, _) in events {
        match event {
            Event::End(TagEnd::Heading(_)) => break,
            Event::Text(part) | Event::Code(part) => text.push_str(part),
            Event::SoftBreak | Event::HardBreak => text.push(' '),
            _ => {}
        }
    }
    nfc(text.trim()).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_keep_letters_of_any_script() {
        for (text, id) in [
            ("L’IA : débarque à l'Élysée !", "l-ia-débarque-à-l-élysée"),
            ("Re\u{301}gulation", "régulation"),
            ("C++ & C#", "c-c"),
            ("中文 标题", "中文-标题"),
            ("हिन्दी", "हिन्दी"),
            ("—", "section"),
            ("a - b", "a-b"),
            ("snake_case", "snake_case"),
        ] {
            assert_eq!(id_of(text), id);
        }
    }

    #[test]
    fn repeated_ids_are_numbered_without_meeting_others() {
        let mut used = HashMap::new();
        let ids: Vec<String> =
            ["a", "a", "a-2", "a", "a-2"].iter().map(|id| unique((*id).to_owned(), &mut used)).collect();
        assert_eq!(ids, ["a", "a-2", "a-2-2", "a-3", "a-2-3"]);
    }
}
