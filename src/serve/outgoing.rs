//! The links of an article's text, as readers would follow them.
//!
//! Reads our own finished HTML and nothing else: where raw HTML is let through, an odd link may be missed.

use crate::config::BaseUrl;
use crate::content::{Piece, Target, TargetKind};
use crate::site::query::LinkFrom;
use crate::site::{Ask as _, Parsed, Site};
use serde::Serialize;

/// A link.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(super) struct Outgoing {
    url: String,
    text: String,
    internal: bool,
}

/// More are not shown.
const MOST: usize = 200;

/// The links of an article in order. Those that lead nowhere keep what their author wrote.
pub(super) fn links(site: &Site, base: &BaseUrl, parsed: &Parsed) -> Vec<Outgoing> {
    let rest = parsed.rest();
    let mut links = Links::default();
    let href = |target: &Target| {
        let question = LinkFrom { from: parsed.article.path.clone(), target: Box::new(target.clone()) };
        let landing = question.answer(site);
        let path = landing.path.map_or_else(|| target.path.clone(), |path| base.href(&path));
        let query = landing.query.map_or_else(String::new, |query| format!("?{query}"));
        let fragment = landing.fragment.map_or_else(String::new, |fragment| format!("#{fragment}"));
        [path, query, fragment].concat()
    };
    for piece in parsed.article.body.lede.pieces().chain(rest.pieces()) {
        match piece {
            Piece::Html(html) => links.read(html),
            Piece::Own(_) | Piece::Image(_) => {}
            Piece::LinkStart(link) => match link.target.kind {
                // Footnotes and headings of the same page.
                TargetKind::Own => {}
                TargetKind::External => links.open(link.target.path.clone(), false),
                TargetKind::Markdown | TargetKind::Rooted | TargetKind::Relative => {
                    links.open(href(&link.target), true)
                }
            },
            Piece::LinkEnd => links.close(),
            Piece::Related(related) => {
                let is_internal = related.target.kind != TargetKind::External;
                let url = if is_internal { href(&related.target) } else { related.target.path.clone() };
                links.open(url, is_internal);
                links.say(&related.text);
                links.close();
            }
        }
    }
    links.found.truncate(MOST);
    links.found
}

#[derive(Default)]
struct Links {
    found: Vec<Outgoing>,
    open: Option<Outgoing>,
}

impl Links {
    fn open(&mut self, url: String, internal: bool) {
        self.open = Some(Outgoing { url, text: String::new(), internal });
    }

    fn say(&mut self, words: &str) {
        if let Some(link) = &mut self.open {
            link.text.push_str(words);
        }
    }

    fn close(&mut self) {
        self.found.extend(self.open.take());
    }

    /// Finished HTML: tags, and text between them.
    fn read(&mut self, html: &str) {
        let mut rest = html;
        while let Some(start) = rest.find('<') {
            self.say(&unescaped(&rest[..start]));
            let Some(length) = rest[start..].find('>') else { return };
            let tag = &rest[start + 1..start + length];
            if tag == "/a" {
                self.close();
            } else if let Some(href) = tag.strip_prefix("a ").and_then(href) {
                self.open(href, false);
            }
            rest = &rest[start + length + 1..];
        }
        self.say(&unescaped(rest));
    }
}

fn href(attributes: &str) -> Option<String> {
    let (_, value) = attributes.split_once("href=\"")?;
    let (value, _) = value.split_once('"')?;
    (!value.starts_with('#')).then(|| unescaped(value))
}

fn unescaped(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&#39;", "'").replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_of_finished_html_are_read() {
        let mut links = Links::default();
        links.read(
            "<p>Un <a href=\"https://e.org/?a=1&amp;b\" rel=\"x\">lien <em>&lt;fort&gt;</em></a>, <a href=\"#n\">1</a>",
        );
        let link = Outgoing { url: "https://e.org/?a=1&b".to_owned(), text: "lien <fort>".to_owned(), internal: false };
        assert_eq!(links.found, [link]);
    }
}
