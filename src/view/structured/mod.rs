//! What a page says to machines: JSON-LD in the words of schema.org, one graph for each page.
//!
//! Never says what readers do not see, and never leaves the script that it stands in, whatever a title says. The words are
//! those of <https://schema.org/>, the syntax is JSON-LD (<https://www.w3.org/TR/json-ld11/>), and what search engines
//! want of articles and breadcrumbs is told at <https://developers.google.com/search/docs/appearance/structured-data>.

mod article;
mod nodes;
mod picture;
mod publisher;

#[cfg(test)]
mod tests;

pub use article::{Story, article};

use super::headline::Desk;
use super::locale;
use super::parts::Common;
use super::trail::Trail;
use crate::base::SourcePath;
use crate::base::legal::legal;
use crate::site::query::HeadlineOf;
use crate::theme::Html;
use nodes::{Breadcrumbs, Entry, Graph, Node, Page, Site};
use publisher::Publisher;
use serde::Serialize;

/// A page that a list leads to.
pub struct Listed {
    /// Its title.
    pub title: String,
    /// Its whole address.
    pub url: String,
}

/// How many entries of a list are named: who wants more follows the links.
const LISTED: usize = 100;

/// Posts of a list, as it names them.
pub fn listed(desk: &Desk<'_>, posts: &[SourcePath]) -> Vec<Listed> {
    let headlines = posts.iter().take(LISTED).filter_map(|path| desk.reader.ask(HeadlineOf { path: path.clone() }));
    headlines.map(|post| Listed { title: post.title.clone(), url: desk.absolute(&post.url) }).collect()
}

/// A page that is a list: what it says, and its breadcrumbs.
pub fn collection(desk: &Desk<'_>, page: Common, trail: &Trail, entries: &[Listed]) -> Common {
    let site = Site::of(desk);
    let entries = (1..).zip(entries.iter().take(LISTED));
    let entries = entries.map(|(at, entry)| Entry::to_page(at, &entry.title, &entry.url)).collect();
    let own = Node::Page(Page::collection(&page, &site, entries));
    finished(desk, &site, trail, &page, own, Some(Node::Publisher(Publisher::of(desk))))
}

/// A page outside the stream, published and changed at these dates: what it says, and its breadcrumbs.
pub fn text(desk: &Desk<'_>, page: Common, trail: &Trail, dates: (Option<&str>, Option<&str>)) -> Common {
    let site = Site::of(desk);
    let own = Node::Page(Page::text(&page, &site, dates));
    finished(desk, &site, trail, &page, own, Some(Node::Publisher(Publisher::of(desk))))
}

/// A page that says nothing to machines, with its breadcrumbs.
pub fn silent(desk: &Desk<'_>, page: Common, trail: &Trail) -> Common {
    let locale = locale::of(&page.language);
    Common { breadcrumbs: trail.links(desk), locale, ..page }
}

/// The page with its breadcrumbs, and with a graph of what it is, where it stands and what it is part of.
fn finished(
    desk: &Desk<'_>,
    site: &Site<'_>,
    trail: &Trail,
    page: &Common,
    own: Node<'_>,
    publisher: Option<Node<'_>>,
) -> Common {
    let way = Breadcrumbs::of(desk, trail, page).map(Node::Breadcrumbs);
    let nodes = [Some(own), way, Some(Node::Site(site)), publisher].into_iter().flatten().collect();
    let script = script(&Graph { context: "https://schema.org", nodes });
    let locale = locale::of(&page.language);
    Common { breadcrumbs: trail.links(desk), structured_data: script, locale, ..page.clone() }
}

/// A graph as an element for the head of a page.
fn script<T: Serialize>(graph: &T) -> Html {
    // Plain data in memory: writing it cannot fail.
    let json = serde_json::to_string(graph).unwrap_or_default();
    Html::written(|html| {
        html.push_str("<script type=\"application/ld+json\">");
        push_escaped(html, &legal(&json));
        html.push_str("</script>");
    })
}

/// JSON that is the same JSON inside a script: these characters stand in its strings alone, and there an escape means
/// the same.
fn push_escaped(to: &mut String, json: &str) {
    to.reserve(json.len());
    let bytes = json.as_bytes();
    let mut kept = 0;
    for (at, byte) in bytes.iter().enumerate() {
        let (escape, length) = match byte {
            b'<' => ("\\u003c", 1),
            b'>' => ("\\u003e", 1),
            b'&' => ("\\u0026", 1),
            0xe2 if bytes[at..].starts_with("\u{2028}".as_bytes()) => ("\\u2028", 3),
            0xe2 if bytes[at..].starts_with("\u{2029}".as_bytes()) => ("\\u2029", 3),
            _ => continue,
        };
        to.push_str(&json[kept..at]);
        to.push_str(escape);
        kept = at + length;
    }
    to.push_str(&json[kept..]);
}
