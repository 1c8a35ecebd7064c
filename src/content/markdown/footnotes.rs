//! Footnotes: where they are defined, in which order they are numbered, how often each is referred to.
//!
//! Numbers follow the first reference, not the definition. Ids are `fn-1`, `fnref-1`, `fnref-1-2`; two articles on one
//! page may share them, so they are only ever written as `Piece::Id`.

use super::events::Located;
use pulldown_cmark::{Event, Tag, TagEnd};
use std::collections::HashMap;
use std::ops::Range;

/// The footnotes of a text.
#[derive(Debug, Default)]
pub struct Footnotes {
    /// The events of a definition, by label.
    by_label: HashMap<String, Range<usize>>,
    /// Where a definition ends, by where it begins (its `Start` event, the one after its `End`).
    spans: HashMap<usize, usize>,
    /// Every definition in the order of the text: the event that it begins with, and its label.
    definitions: Vec<(usize, String)>,
    /// Those that are referred to, in order.
    cited: Vec<Cited>,
    numbers: HashMap<String, usize>,
}

/// A footnote that is referred to.
#[derive(Clone, Debug)]
pub struct Cited {
    /// The events inside its definition.
    pub events: Range<usize>,
    /// How many references it has so far.
    pub references: u32,
}

/// What becomes of a definition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// The text refers to it.
    Shown,
    /// Nothing refers to it.
    Unasked,
    /// Another one has its label, which begins at this event.
    Second(usize),
}

/// A reference: the number of its note, and which of the references to it this is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reference {
    /// From 1.
    pub number: usize,
    /// From 1.
    pub nth: u32,
}

impl Footnotes {
    /// Finds the definitions in a text. Of two with one label, the first counts.
    pub fn find(events: &[Located<'_>]) -> Footnotes {
        let mut found = Footnotes::default();
        let mut open: Vec<(usize, String)> = Vec::new();
        for (at, (event, _)) in events.iter().enumerate() {
            match event {
                Event::Start(Tag::FootnoteDefinition(label)) => {
                    found.definitions.push((at, key(label)));
                    open.push((at, key(label)));
                }
                Event::End(TagEnd::FootnoteDefinition) => {
                    if let Some((start, label)) = open.pop() {
                        found.by_label.entry(label).or_insert(start + 1..at);
                        found.spans.insert(start, at + 1);
                    }
                }
                _ => {}
            }
        }
        found
    }

    /// Whether there are definitions.
    pub fn are_any(&self) -> bool {
        !self.by_label.is_empty()
    }

    /// Where the definition that begins at this event ends.
    pub fn definition_at(&self, at: usize) -> Option<usize> {
        // Most texts have none: the map is not even asked.
        if self.spans.is_empty() { None } else { self.spans.get(&at).copied() }
    }

    /// Counts a reference; nothing when its note is not defined.
    pub fn refer(&mut self, label: &str) -> Option<Reference> {
        let label = key(label);
        let index = match self.numbers.get(&label) {
            Some(index) => *index,
            None => {
                let events = self.by_label.get(&label)?.clone();
                self.cited.push(Cited { events, references: 0 });
                self.numbers.insert(label, self.cited.len() - 1);
                self.cited.len() - 1
            }
        };
        let cited = self.cited.get_mut(index)?;
        cited.references += 1;
        Some(Reference { number: index + 1, nth: cited.references })
    }

    /// Those that are referred to so far, in order.
    pub fn cited(&self) -> &[Cited] {
        &self.cited
    }

    /// What became of every definition, once all references are counted, by the events that they begin with.
    pub fn fates(&self) -> impl Iterator<Item = (usize, Fate)> {
        self.definitions.iter().map(|(at, label)| {
            let first = self.by_label.get(label).map_or(*at, |events| events.start.saturating_sub(1));
            let fate = match self.numbers.contains_key(label) {
                _ if first != *at => Fate::Second(first),
                true => Fate::Shown,
                false => Fate::Unasked,
            };
            (*at, fate)
        })
    }

    /// The ids that could be given out, for headings to keep clear of.
    pub fn ids(&self) -> impl Iterator<Item = String> {
        (1..=self.by_label.len()).flat_map(|number| [note_id(number), Reference { number, nth: 1 }.id()])
    }
}

impl Reference {
    /// The id of the reference.
    pub fn id(self) -> String {
        match self.nth {
            1 => format!("fnref-{}", self.number),
            nth => format!("fnref-{}-{nth}", self.number),
        }
    }
}

/// The id of a note.
pub fn note_id(number: usize) -> String {
    format!("fn-{number}")
}

/// Labels are equal without regard to case, as those of links.
fn key(label: &str) -> String {
    label.to_lowercase()
}
