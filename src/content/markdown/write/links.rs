//! Links and pictures: what leads out of the text.
//!
//! What depends on the rest of the site becomes a mark; what does not is finished here.

use super::super::links::{self, Judged, Refused, is_web};
use super::super::pictures::{self, Figure};
use super::super::{escape, related};
use super::{LinkEnd, Writer};
use crate::base::nfc::nfc;
use crate::content::document::{Image, Link, Related, Target, What};
use pulldown_cmark::{Event, LinkType, Tag, TagEnd};
use std::ops::Range;

impl Writer<'_, '_, '_> {
    /// The link of a heading to itself. Hidden from assistive technology, which reads headings as they are.
    pub(super) fn heading_anchor(&mut self) {
        let Some((_, heading)) = self.heading.take().and_then(|index| self.outline.get(index)) else { return };
        let html = &mut self.out.html;
        let start = html.len();
        html.push_str("<a href=\"");
        escape::fragment(html, &heading.id);
        html.push_str("\" class=\"anchor\" aria-hidden=\"true\" tabindex=\"-1\">#</a>");
        self.out.own(start);
    }

    /// Whether a link is open: HTML has none in others, and the parser takes `<https://…>` for one wherever it stands.
    pub(super) fn in_link(&self) -> bool {
        self.links.iter().any(|end| !matches!(end, LinkEnd::Nothing))
    }

    pub(super) fn link(&mut self, link_type: LinkType, destination: &str, title: &str, range: &Range<usize>) {
        if self.in_link() {
            return self.links.push(LinkEnd::Nothing);
        }
        let email;
        let address = match link_type {
            LinkType::Email => {
                email = format!("mailto:{destination}");
                &email
            }
            _ => destination,
        };
        let end = match links::judge_on(&self.setting.options.own_address, address) {
            Judged::External(address) => {
                links::tell_if_private(&address, range.clone(), self.text, self.setting, self.findings);
                let html = &mut self.out.html;
                html.push_str("<a href=\"");
                escape::address(html, &address);
                html.push('"');
                rel(html, &address, &self.setting.options.external_rel);
                if !title.is_empty() {
                    html.push_str(" title=\"");
                    escape::attribute(html, title);
                    html.push('"');
                }
                html.push('>');
                LinkEnd::Html
            }
            Judged::Internal(_) if address.trim().is_empty() => {
                let nothing = Refused::Nothing;
                links::refuse(&nothing, destination, range.clone(), self.text, self.setting, self.findings);
                LinkEnd::Nothing
            }
            Judged::Internal(target) => {
                let label = self.label(destination, range, "");
                let title = (!title.is_empty()).then(|| nfc(title).into_owned());
                let link = Link { target, title, attributes: String::new(), label: Some(label) };
                self.out.mark(What::LinkStart(Box::new(link)));
                LinkEnd::Mark
            }
            Judged::Unsafe(refused) => {
                links::refuse(&refused, destination, range.clone(), self.text, self.setting, self.findings);
                LinkEnd::Nothing
            }
        };
        self.links.push(end);
    }

    /// A label on the destination of a link or picture.
    fn label(&self, destination: &str, range: &Range<usize>, note: &str) -> crate::base::Label {
        let place = links::place(destination, range.clone(), self.text);
        self.findings.label(self.setting.origin.place(place), note)
    }

    /// A picture in a line of text; the index of the next event.
    pub(super) fn picture(&mut self, at: usize) -> usize {
        let events = self.events;
        let Some((Event::Start(Tag::Image { dest_url, title, .. }), range)) = events.get(at) else { return at + 1 };
        let (alt, next) = pictures::description(events, at);
        match pictures::target(dest_url) {
            Ok(target) => {
                let title = (!title.is_empty()).then(|| nfc(title).into_owned());
                self.image(target, alt, title, dest_url, range);
            }
            Err(refused) => {
                links::refuse(&refused, dest_url, range.clone(), self.text, self.setting, self.findings);
                self.said.say(&alt);
                escape::text(&mut self.out.html, &alt);
            }
        }
        next
    }

    fn image(&mut self, target: Target, alt: String, title: Option<String>, destination: &str, range: &Range<usize>) {
        links::tell_if_private(destination, range.clone(), self.text, self.setting, self.findings);
        let label = self.label(destination, range, "");
        self.out.mark(What::Image(Box::new(Image { target, alt: nfc(alt.trim()).into_owned(), title, label })));
    }

    /// A picture alone in its paragraph; the index of the next event.
    pub(super) fn figure(&mut self, at: usize) -> Option<usize> {
        let Figure { link, picture, end } = pictures::figure(self.events, at)?;
        let events = self.events;
        let (Event::Start(Tag::Image { dest_url, title, .. }), range) = events.get(picture)? else { return None };
        let target = pictures::target(dest_url).ok()?;
        self.out.block("<figure>");
        if let Some((Event::Start(Tag::Link { link_type, dest_url, title, .. }), range)) =
            link.and_then(|link| events.get(link))
        {
            self.link(*link_type, dest_url, title, range);
        }
        self.image(target, pictures::description(events, picture).0, None, dest_url, range);
        if link.is_some() {
            self.end(TagEnd::Link);
        }
        if !title.is_empty() {
            self.said.count(title);
            self.out.html.push_str("<figcaption>");
            escape::text(&mut self.out.html, &nfc(title));
            self.out.html.push_str("</figcaption>");
        }
        self.out.html.push_str("</figure>\n");
        Some(end)
    }

    /// A "Lire aussi" paragraph; the index of the next event.
    pub(super) fn related(&mut self, at: usize) -> Option<usize> {
        let found = related::find(self.events, at)?;
        let (target, attributes) = match links::judge_on(&self.setting.options.own_address, found.destination) {
            Judged::External(address) if is_web(&address) => {
                links::tell_if_private(&address, found.link.clone(), self.text, self.setting, self.findings);
                let mut attributes = String::new();
                rel(&mut attributes, &address, &self.setting.options.external_rel);
                (links::external(&address), attributes)
            }
            Judged::Internal(target) if !found.destination.trim().is_empty() => (target, String::new()),
            _ => return None,
        };
        let label = self.label(found.destination, &found.link, "");
        self.said.count(&found.text);
        let related = Related { lead: found.lead, target, text: found.text, attributes, label };
        self.out.block_mark(What::Related(Box::new(related)));
        Some(found.end)
    }

    /// The start of a link that we make ourselves, to an id of this text: it cannot break, so it has no label.
    pub(super) fn own_link(&mut self, id: &str, attributes: String) {
        let target = links::own(id);
        self.out.mark(What::LinkStart(Box::new(Link { target, title: None, attributes, label: None })));
    }
}

/// Appends the `rel` of a link that leaves the site, as an attribute with a leading space, if it has one.
fn rel(html: &mut String, address: &str, rel: &str) {
    if !rel.is_empty() && is_web(address) {
        html.push_str(" rel=\"");
        escape::attribute(html, rel);
        html.push('"');
    }
}
