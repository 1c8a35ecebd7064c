//! The first step: Markdown to events, with the extensions that we read.
//!
//! Never enables smart punctuation (quotes depend on the language) nor classes on headings (`write` ignores what else
//! the braces hold).

use super::references::{self, Broken};
use super::{Kind, Setting};
use crate::base::{Code, Diagnostic};
use crate::content::findings::Findings;
use memchr::memchr;
use pulldown_cmark::{BrokenLink, Event, Options, Parser, Tag};
use std::ops::Range;

/// An event and where it stands in the text.
pub type Located<'t> = (Event<'t>, Range<usize>);

/// How much text makes an event, about; with less, the list would grow too often.
const BYTES_OF_AN_EVENT: usize = 40;

/// All events of a text; notes and addresses that are referred to and do not exist are told, and what is lost as one.
pub fn read<'t>(text: &'t str, setting: &Setting<'_>, findings: &mut Findings<'_>) -> Vec<Located<'t>> {
    let mut events: Vec<Located<'t>> = Vec::with_capacity(16 + text.len() / BYTES_OF_AN_EVENT);
    let mut broken: Vec<Broken> = Vec::new();
    let mut note = |link: BrokenLink<'t>| {
        broken.extend(Broken::new(&link, text));
        None
    };
    let mut parser =
        Parser::new_with_broken_link_callback(text, options(setting.kind), Some(&mut note)).into_offset_iter();
    events.extend(parser.by_ref());
    let lost = references::lost_lines(&events, text, parser.reference_definitions());
    drop(parser);
    references::tell(lost, broken, text, setting, findings);
    if memchr(b'^', text.as_bytes()).is_some() && text.contains("[^") {
        match setting.kind {
            Kind::Body => tell_undefined_notes(&events, text, setting, findings),
            Kind::Note => tell_footnotes(text, setting, findings),
        }
    }
    events
}

/// A short text has no footnotes: the parser takes `[^1]: x` for the address of a link. What they would be is told.
fn tell_footnotes(text: &str, setting: &Setting<'_>, findings: &mut Findings<'_>) {
    let events: Vec<Located<'_>> = Parser::new_ext(text, options(Kind::Body)).into_offset_iter().collect();
    tell_undefined_notes(&events, text, setting, findings);
    for (event, range) in &events {
        let (code, end, what) = match event {
            Event::FootnoteReference(_) => (Code::UndefinedReference, "]", "refers to no footnote"),
            Event::Start(Tag::FootnoteDefinition(_)) => (Code::LostFootnote, "]:", "is no footnote"),
            _ => continue,
        };
        let written = text.get(range.clone()).unwrap_or("");
        let written = &written[..written.find(end).map_or(0, |at| at + end.len())];
        let label = findings.label(setting.origin.place(range.start..range.start + written.len()), "");
        let message = format!("`{written}` {what}: updates and corrections have none");
        findings.push(Diagnostic::new(code, message).at(label).help("write the note out in the text"));
    }
}

/// The parser leaves a reference to nothing as three texts, `[`, `^1` and `]`, and does not say so.
fn tell_undefined_notes(events: &[Located<'_>], text: &str, setting: &Setting<'_>, findings: &mut Findings<'_>) {
    for window in events.windows(3) {
        let [(Event::Text(open), before), (Event::Text(label), inside), (Event::Text(close), after)] = window else {
            continue;
        };
        let joined = before.end == inside.start && inside.end == after.start;
        if !joined || !open.ends_with('[') || label.len() < 2 || !label.starts_with('^') || !close.starts_with(']') {
            continue;
        }
        let place = inside.start - 1..inside.end + 1;
        let written = text.get(place.clone()).unwrap_or("");
        let label = findings.label(setting.origin.place(place), "shown as written");
        let help = match setting.kind {
            Kind::Body => format!("define it on a line of its own: `{written}: …`"),
            Kind::Note => "write the note out: there are no footnotes here".to_owned(),
        };
        let message = format!("the footnote `{written}` is not defined");
        findings.push(Diagnostic::new(Code::UndefinedReference, message).at(label).help(help));
    }
}

pub(super) fn options(kind: Kind) -> Options {
    let common = Options::ENABLE_TABLES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_GFM
        | Options::ENABLE_DEFINITION_LIST
        | Options::ENABLE_HEADING_ATTRIBUTES;
    match kind {
        Kind::Body => common | Options::ENABLE_FOOTNOTES,
        Kind::Note => common,
    }
}
