//! Texts to HTML: links and pictures are resolved here, when a page shows them.
//!
//! Every tag with an address in it is written in this file or, when nothing of it depends on the site, by
//! `content::markdown`.

use crate::base::{SourcePath, UrlPath};
use crate::config::BaseUrl;
use crate::content::document::{Image, Link, Related};
use crate::content::{Opening, Piece, Prose, Target, TargetKind, escape};
use crate::site::Reader;
use crate::site::query::{LinkFrom, PictureSize};
use crate::theme::Html;
use std::cell::Cell;
use std::fmt::Write as _;

/// Where texts are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// On the article's own page: ids are kept, fragments stay on the page.
    OwnPage,
    /// Among others on a page: no ids, since those of two articles may be equal, and no marks beside headings; fragments
    /// lead to the article's page.
    InList,
    /// In a feed: as in a list, with whole addresses.
    InFeed,
}

/// An article whose texts are shown somewhere.
pub struct Scene<'a> {
    /// Who asks.
    pub reader: &'a Reader,
    /// Where the site is served.
    pub base: &'a BaseUrl,
    /// The file of the article.
    pub path: &'a SourcePath,
    /// Where its texts are shown.
    pub shown: Shown,
    /// Whether the next picture is the first that readers see: it is not put off.
    pub hurries: Cell<bool>,
}

impl Scene<'_> {
    /// The beginning of a text as blocks.
    pub fn opening(&self, opening: &Opening) -> Html {
        match opening {
            Opening::Lede(lede) => Html::written(|html| self.paragraph(lede, html)),
            Opening::Blocks(blocks) => self.html(blocks),
        }
    }

    /// A text as HTML.
    pub fn html(&self, prose: &Prose) -> Html {
        Html::written(|html| self.write(prose, html))
    }

    /// A text as blocks: its lede as a paragraph, and the rest.
    pub fn whole(&self, lede: &Prose, rest: &Prose, html: &mut String) {
        if !lede.is_empty() {
            self.paragraph(lede, html);
        }
        self.write(rest, html);
    }

    fn paragraph(&self, inside: &Prose, html: &mut String) {
        html.push_str("<p>");
        self.write(inside, html);
        html.push_str("</p>\n");
    }

    fn write(&self, prose: &Prose, html: &mut String) {
        html.reserve(prose.len() + prose.len() / 8);
        // A link that leads nowhere keeps its text; its end must go with its start.
        let mut open_links: Vec<bool> = Vec::new();
        for piece in prose.pieces() {
            match piece {
                Piece::Html(text) => html.push_str(text),
                Piece::Own(text) => {
                    if self.shown == Shown::OwnPage {
                        html.push_str(text);
                    }
                }
                Piece::LinkStart(link) => open_links.push(self.start_link(link, html)),
                Piece::LinkEnd => {
                    if open_links.pop() == Some(true) {
                        html.push_str("</a>");
                    }
                }
                Piece::Image(image) => self.image(image, html),
                Piece::Related(related) => self.related(related, html),
            }
        }
    }

    /// The address of a target, for this scene; nothing when it leads nowhere.
    fn href(&self, target: &Target) -> Option<String> {
        self.place(target).map(|(href, _)| href)
    }

    /// The address of a target, with its path when it is in the site.
    fn place(&self, target: &Target) -> Option<(String, Option<UrlPath>)> {
        if target.kind == TargetKind::External {
            return Some((target.path.clone(), None));
        }
        if target.kind == TargetKind::Own && self.shown == Shown::OwnPage && target.path.is_empty() {
            let landing = self.reader.ask(LinkFrom { from: self.path.clone(), target: Box::new(target.clone()) });
            let fragment = landing.fragment.or_else(|| target.fragment.clone())?;
            return Some((format!("#{}", escape::encoded_fragment(&fragment)), None));
        }
        let landing = self.reader.ask(LinkFrom { from: self.path.clone(), target: Box::new(target.clone()) });
        let path = landing.path?;
        let mut href = self.address(&path);
        if let Some(query) = &landing.query {
            href.push('?');
            href.push_str(query);
        }
        if let Some(fragment) = landing.fragment.filter(|fragment| !fragment.is_empty()) {
            href.push('#');
            href.push_str(&escape::encoded_fragment(&fragment));
        }
        Some((href, Some(path)))
    }

    fn address(&self, url: &UrlPath) -> String {
        match self.shown {
            Shown::OwnPage | Shown::InList => self.base.href(url),
            Shown::InFeed => self.base.absolute(url),
        }
    }

    fn start_link(&self, link: &Link, html: &mut String) -> bool {
        // A link that we made ourselves to a place on its own page cannot break: nothing is to be asked.
        let is_ours = link.label.is_none() && link.target.kind == TargetKind::Own && self.shown == Shown::OwnPage;
        let href = match &link.target.fragment {
            Some(fragment) if is_ours => Some(format!("#{}", escape::encoded_fragment(fragment))),
            _ => self.href(&link.target),
        };
        let Some(href) = href else { return false };
        html.push_str("<a href=\"");
        escape::attribute(html, &href);
        html.push('"');
        if let Some(title) = &link.title {
            html.push_str(" title=\"");
            escape::attribute(html, title);
            html.push('"');
        }
        html.push_str(&link.attributes);
        html.push('>');
        true
    }

    fn image(&self, image: &Image, html: &mut String) {
        let (src, path) = match self.place(&image.target) {
            Some(place) => place,
            None => return escape::text(html, &image.alt),
        };
        html.push_str("<img src=\"");
        escape::attribute(html, &src);
        html.push_str("\" alt=\"");
        escape::attribute(html, &image.alt);
        html.push('"');
        if let Some(title) = &image.title {
            html.push_str(" title=\"");
            escape::attribute(html, title);
            html.push('"');
        }
        if let Some(size) = path.and_then(|path| self.reader.ask(PictureSize { path })) {
            let _ = write!(html, " width=\"{}\" height=\"{}\"", size.width, size.height);
        }
        html.push_str(if self.hurries.take() {
            " decoding=\"async\">"
        } else {
            " loading=\"lazy\" decoding=\"async\">"
        });
    }

    fn related(&self, related: &Related, html: &mut String) {
        html.push_str("<aside class=\"related\"><p><span class=\"related-lead\">");
        escape::text(html, &related.lead);
        html.push_str("</span> ");
        match self.href(&related.target) {
            Some(href) => {
                html.push_str("<a href=\"");
                escape::attribute(html, &href);
                html.push('"');
                html.push_str(&related.attributes);
                html.push('>');
                escape::text(html, if related.text.is_empty() { &href } else { &related.text });
                html.push_str("</a>");
            }
            None => escape::text(html, &related.text),
        }
        html.push_str("</p></aside>\n");
    }
}
