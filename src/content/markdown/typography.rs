//! The typography pass: the rules of `base::typography` on the text of each block, as one run however markup cuts it.
//!
//! It changes text, soft line breaks, titles and descriptions of links and pictures. Never code, addresses, raw HTML or
//! destinations, and never what a backslash keeps as it is.

use super::Setting;
use super::events::Located;
use crate::base::typography::{self, Edit, NOTE, Rules, STAND_IN};
use pulldown_cmark::{CowStr, Event, LinkType, Tag, TagEnd};
use std::ops::Range;

/// Elements of raw HTML whose text is not prose.
const CODE_ELEMENTS: &[&str] =
    &["code", "kbd", "samp", "var", "tt", "pre", "script", "style", "textarea", "math", "svg"];

/// The same events with the typography of the article's language.
pub fn set<'t>(mut events: Vec<Located<'t>>, text: &str, setting: &Setting<'_>) -> Vec<Located<'t>> {
    let rules = Rules::when(setting.options.typography, setting.language);
    if rules == Rules::Off {
        return events;
    }
    let mut raised = Vec::new();
    let mut blocks = Blocks {
        rules,
        text,
        run: Run::default(),
        around: Vec::new(),
        hidden: Hidden::No,
        edits: Vec::new(),
        raised: &mut raised,
    };
    for at in 0..events.len() {
        blocks.see(at, &mut events);
    }
    blocks.end(&mut events);
    if raised.is_empty() {
        return events;
    }
    raised.sort_by_key(|(at, _)| *at);
    with_superscripts(events, &raised)
}

/// Whether a text is what a backslash stood before.
pub fn is_escaped(source: &str, part: &str, place: &Range<usize>) -> bool {
    part.starts_with(|c: char| c.is_ascii_punctuation())
        && place.start > 0
        && source.as_bytes().get(place.start - 1) == Some(&b'\\')
        && part.as_bytes().first() == source.as_bytes().get(place.start)
}

/// The texts of a block, one after the other.
#[derive(Default)]
struct Run {
    text: String,
    parts: Vec<Part>,
    /// Whether it is the description of a picture, which is an attribute.
    is_attribute: bool,
}

/// What an event gave to a run.
struct Part {
    event: usize,
    start: usize,
    end: usize,
}

/// Whether what comes is no prose.
#[derive(Clone, Copy, PartialEq)]
enum Hidden {
    No,
    /// A block of code or of raw HTML.
    Block,
    /// A link whose text is its address.
    Address,
    /// An element of raw HTML.
    Element(&'static str),
}

struct Blocks<'b> {
    rules: Rules,
    text: &'b str,
    run: Run,
    /// The runs in which the pictures stand that are being described.
    around: Vec<Run>,
    hidden: Hidden,
    /// Room for what changes in a run.
    edits: Vec<Edit>,
    /// Which parts of which events are raised.
    raised: &'b mut Vec<(usize, Vec<Range<usize>>)>,
}

impl Blocks<'_> {
    fn see(&mut self, at: usize, events: &mut [Located<'_>]) {
        let (event, place) = &mut events[at];
        match event {
            Event::Start(Tag::CodeBlock(_) | Tag::HtmlBlock | Tag::MetadataBlock(_)) => {
                self.end(events);
                self.hidden = Hidden::Block;
            }
            Event::End(TagEnd::CodeBlock | TagEnd::HtmlBlock | TagEnd::MetadataBlock(_)) => self.hidden = Hidden::No,
            _ if self.hidden == Hidden::Block => {}
            Event::Text(_) | Event::SoftBreak if self.hidden != Hidden::No => self.run.text.push(STAND_IN),
            Event::Text(part) => self.say(at, part, is_escaped(self.text, part, place)),
            Event::SoftBreak => self.say(at, "\n", false),
            Event::Code(_) | Event::InlineMath(_) | Event::DisplayMath(_) => self.run.text.push(STAND_IN),
            // A break is a gap that nobody fills.
            Event::HardBreak => self.run.text.push('\n'),
            Event::FootnoteReference(_) => self.run.text.push(NOTE),
            Event::TaskListMarker(_) => {}
            Event::InlineHtml(html) => self.element(html),
            Event::Start(Tag::Link { link_type, title, .. }) => {
                set_title(title, self.rules);
                if self.hidden == Hidden::No && matches!(link_type, LinkType::Autolink | LinkType::Email) {
                    self.hidden = Hidden::Address;
                }
            }
            Event::End(TagEnd::Link) if self.hidden == Hidden::Address => self.hidden = Hidden::No,
            Event::Start(Tag::Image { title, .. }) => {
                set_title(title, self.rules);
                self.run.text.push(STAND_IN);
                let described = Run { is_attribute: true, ..Run::default() };
                self.around.push(std::mem::replace(&mut self.run, described));
            }
            Event::End(TagEnd::Image) => {
                self.settle(events);
                self.run = self.around.pop().unwrap_or_default();
            }
            Event::Start(Tag::Emphasis | Tag::Strong | Tag::Strikethrough | Tag::Superscript | Tag::Subscript)
            | Event::End(
                TagEnd::Emphasis
                | TagEnd::Strong
                | TagEnd::Strikethrough
                | TagEnd::Superscript
                | TagEnd::Subscript
                | TagEnd::Link,
            ) => {}
            Event::Start(_) | Event::End(_) | Event::Html(_) | Event::Rule => self.end(events),
        }
    }

    /// Appends the text of an event to the run.
    fn say(&mut self, event: usize, text: &str, is_escaped: bool) {
        let start = self.run.text.len();
        if is_escaped {
            // One byte for one byte: what may be escaped is ASCII.
            self.run.text.push(STAND_IN);
            self.run.text.push_str(text.get(1..).unwrap_or(""));
        } else {
            self.run.text.push_str(text);
        }
        self.run.parts.push(Part { event, start, end: self.run.text.len() });
    }

    /// A tag of raw HTML: the border of code, a break, or nothing.
    fn element(&mut self, html: &str) {
        let is_end = html.starts_with("</");
        let name = html.trim_start_matches(['<', '/']);
        let name = &name[..name.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(name.len())];
        let known = CODE_ELEMENTS.iter().find(|element| element.eq_ignore_ascii_case(name));
        match (self.hidden, known) {
            (Hidden::Element(open), Some(element)) if is_end && open == *element => self.hidden = Hidden::No,
            (Hidden::No, Some(element)) if !is_end => {
                self.run.text.push(STAND_IN);
                self.hidden = Hidden::Element(element);
            }
            (Hidden::No, None) if name.eq_ignore_ascii_case("br") => self.run.text.push('\n'),
            _ => {}
        }
    }

    /// The end of a block.
    fn end(&mut self, events: &mut [Located<'_>]) {
        self.settle(events);
        self.hidden = Hidden::No;
    }

    /// Sets the run, and begins the next.
    fn settle(&mut self, events: &mut [Located<'_>]) {
        if !self.run.parts.is_empty() {
            let mut edits = std::mem::take(&mut self.edits);
            typography::edits_into(&self.run.text, self.rules, &mut edits);
            let raised = match self.run.is_attribute {
                true => Vec::new(),
                false => typography::ordinals(&self.run.text, self.rules),
            };
            if !edits.is_empty() || !raised.is_empty() {
                self.apply(&edits, &raised, events);
            }
            self.edits = edits;
        }
        self.run.text.clear();
        self.run.parts.clear();
    }

    fn apply(&mut self, edits: &[Edit], raised: &[Range<usize>], events: &mut [Located<'_>]) {
        let mut edits = edits.iter().peekable();
        // What an edit takes away may go on in the next part.
        let mut gone = 0;
        for (index, part) in self.run.parts.iter().enumerate() {
            let goes_on = self.run.parts.get(index + 1).is_some_and(|next| next.start == part.end);
            let own = |edit: &&Edit| {
                edit.range.start < part.end || (edit.range.start == part.end && edit.range.is_empty() && !goes_on)
            };
            // What stands between parts is nobody's to change.
            while edits.next_if(|edit| edit.range.start < part.start).is_some() {}
            let event = &mut events[part.event].0;
            let old: &str = match &*event {
                Event::Text(text) => text,
                _ => "\n",
            };
            let raised: Vec<Range<usize>> = raised
                .iter()
                .filter(|range| part.start < range.start && range.end <= part.end)
                .filter(|range| is_whole(&self.run.text, part, range))
                .cloned()
                .collect();
            let first = edits.peek().copied().filter(own);
            if gone <= part.start && first.is_none() && raised.is_empty() {
                continue;
            }
            let mut new = String::with_capacity(part.end - part.start + 8);
            let mut done = gone.clamp(part.start, part.end);
            let mut lifted = Vec::with_capacity(raised.len());
            let mut raised = raised.into_iter().peekable();
            while let Some(edit) = edits.next_if(own) {
                let until = edit.range.start.max(done);
                lift(&mut raised, until, done, new.len(), &mut lifted);
                new.push_str(old.get(done - part.start..until - part.start).unwrap_or(""));
                new.push_str(edit.with);
                gone = edit.range.end;
                done = edit.range.end.min(part.end).max(until);
            }
            lift(&mut raised, part.end, done, new.len(), &mut lifted);
            new.push_str(old.get(done - part.start..).unwrap_or(""));
            *event = Event::Text(CowStr::from(new));
            if !lifted.is_empty() {
                self.raised.push((part.event, lifted));
            }
        }
    }
}

/// Whether the number of an ordinal stands in the part of its letters.
fn is_whole(run: &str, part: &Part, letters: &Range<usize>) -> bool {
    let number = run[part.start..letters.start]
        .bytes()
        .rev()
        .take_while(|byte| byte.is_ascii_digit() || matches!(byte, b'I' | b'V' | b'X' | b'L'))
        .count();
    let before = letters.start - number;
    before > part.start || run[..before].chars().next_back().is_none_or(|c| !c.is_alphanumeric())
}

/// Moves what is raised before a place to where it stands in the new text.
fn lift(
    raised: &mut std::iter::Peekable<impl Iterator<Item = Range<usize>>>,
    until: usize,
    old: usize,
    new: usize,
    lifted: &mut Vec<Range<usize>>,
) {
    while let Some(range) = raised.next_if(|range| range.end <= until) {
        lifted.push((range.start + new).saturating_sub(old)..(range.end + new).saturating_sub(old));
    }
}

fn set_title(title: &mut CowStr<'_>, rules: Rules) {
    if let std::borrow::Cow::Owned(set) = typography::set(title, rules) {
        *title = CowStr::from(set);
    }
}

/// The same events, with parts of texts raised.
fn with_superscripts<'t>(events: Vec<Located<'t>>, raised: &[(usize, Vec<Range<usize>>)]) -> Vec<Located<'t>> {
    let mut out: Vec<Located<'t>> = Vec::with_capacity(events.len() + 4 * raised.len());
    let mut raised = raised.iter().peekable();
    for (at, (event, place)) in events.into_iter().enumerate() {
        let (Event::Text(text), Some((_, ranges))) = (&event, raised.next_if(|(event, _)| *event == at)) else {
            out.push((event, place));
            continue;
        };
        let mut done = 0;
        let part = |range: Range<usize>| Event::Text(CowStr::from(text.get(range).unwrap_or("").to_owned()));
        for range in ranges {
            out.push((part(done..range.start), place.clone()));
            out.push((Event::Start(Tag::Superscript), place.clone()));
            out.push((part(range.clone()), place.clone()));
            out.push((Event::End(TagEnd::Superscript), place.clone()));
            done = range.end;
        }
        if done < text.len() {
            out.push((part(done..text.len()), place));
        }
    }
    out
}
