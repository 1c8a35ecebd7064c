//! Pictures: their description, and those that stand alone in a paragraph.
//!
//! Never asks whether the file exists or how large it is.

use super::events::Located;
use super::links::{self, Judged, Refused};
use crate::content::document::Target;
use pulldown_cmark::{Event, Tag, TagEnd};

/// A picture alone in its paragraph, perhaps inside a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Figure {
    /// The event of the link around it.
    pub link: Option<usize>,
    /// The event of the picture.
    pub picture: usize,
    /// The first event after the paragraph.
    pub end: usize,
}

/// The figure that begins at a `Start(Paragraph)`, if it is one whose picture may be shown.
pub fn figure(events: &[Located<'_>], at: usize) -> Option<Figure> {
    let is = |at: usize, wanted: fn(&Event<'_>) -> bool| events.get(at).is_some_and(|(event, _)| wanted(event));
    let link = is(at + 1, |event| matches!(event, Event::Start(Tag::Link { .. }))).then_some(at + 1);
    let picture = link.unwrap_or(at) + 1;
    let Some((Event::Start(Tag::Image { dest_url, .. }), _)) = events.get(picture) else { return None };
    target(dest_url).ok()?;
    let mut after = description(events, picture).1;
    if link.is_some() {
        if !is(after, |event| matches!(event, Event::End(TagEnd::Link))) {
            return None;
        }
        after += 1;
    }
    is(after, |event| matches!(event, Event::End(TagEnd::Paragraph))).then_some(Figure {
        link,
        picture,
        end: after + 1,
    })
}

/// Where a picture is.
pub fn target(destination: &str) -> Result<Target, Refused> {
    match links::judge(destination) {
        Judged::Internal(_) if destination.trim().is_empty() => Err(Refused::Nothing),
        Judged::Internal(target) => Ok(target),
        Judged::External(address) if links::is_web(&address) => Ok(links::external(&address)),
        Judged::External(address) => Err(Refused::Scheme(address.split(':').next().unwrap_or("").to_owned())),
        Judged::Unsafe(refused) => Err(refused),
    }
}

/// The description of the picture that starts at this event, plain, and the first event after the picture.
pub fn description(events: &[Located<'_>], at: usize) -> (String, usize) {
    let mut text = String::new();
    let mut depth = 0usize;
    for (offset, (event, _)) in events.iter().skip(at).enumerate() {
        match event {
            Event::Start(Tag::Image { .. }) => depth += 1,
            Event::End(TagEnd::Image) => {
                depth -= 1;
                if depth == 0 {
                    return (text, at + offset + 1);
                }
            }
            Event::Text(part) | Event::Code(part) => text.push_str(part),
            Event::SoftBreak | Event::HardBreak => text.push(' '),
            _ => {}
        }
    }
    (text, events.len())
}
