//! The nodes of a graph that most pages have: the site, the page, its breadcrumbs, a list.
//!
//! What is empty is left out. A property stands here under the name that schema.org gives it.

use super::super::headline::Desk;
use super::super::parts::Common;
use super::super::trail::Trail;
use super::article::NewsArticle;
use super::publisher::Publisher;
use crate::base::UrlPath;
use serde::Serialize;

/// All nodes of a page.
#[derive(Serialize)]
pub(super) struct Graph<'a> {
    #[serde(rename = "@context")]
    pub(super) context: &'static str,
    #[serde(rename = "@graph")]
    pub(super) nodes: Vec<Node<'a>>,
}

/// A node.
#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum Node<'a> {
    Article(Box<NewsArticle<'a>>),
    Page(Page<'a>),
    Breadcrumbs(Breadcrumbs<'a>),
    Site(&'a Site<'a>),
    Publisher(Publisher),
}

/// A node that stands elsewhere in the graph.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Reference {
    #[serde(rename = "@id")]
    pub(super) id: String,
}

/// The site: `WebSite`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Site<'a> {
    #[serde(rename = "@type")]
    kind: &'static str,
    #[serde(rename = "@id")]
    id: String,
    name: &'a str,
    url: String,
    #[serde(skip_serializing_if = "str::is_empty")]
    description: &'a str,
    in_language: &'a str,
    publisher: Reference,
}

impl<'a> Site<'a> {
    pub(super) fn of(desk: &'a Desk<'_>) -> Site<'a> {
        let about = &*desk.about;
        let url = desk.absolute(&UrlPath::root());
        Site {
            kind: "WebSite",
            id: format!("{url}#website"),
            name: &about.title,
            url,
            description: &about.description,
            in_language: &about.language,
            publisher: Publisher::reference(desk),
        }
    }

    /// The site, for those who are part of it.
    pub(super) fn reference(&self) -> Reference {
        Reference { id: self.id.clone() }
    }
}

/// A page that is no article: `WebPage`, or `CollectionPage` with its list.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Page<'a> {
    #[serde(rename = "@type")]
    kind: &'static str,
    #[serde(rename = "@id")]
    id: &'a str,
    url: &'a str,
    name: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    description: &'a str,
    in_language: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    date_published: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    date_modified: Option<&'a str>,
    is_part_of: Reference,
    #[serde(skip_serializing_if = "Option::is_none")]
    main_entity: Option<ItemList<'a>>,
}

impl<'a> Page<'a> {
    /// A page that is a list.
    pub(super) fn collection(page: &'a Common, site: &Site<'_>, entries: Vec<Entry<'a>>) -> Page<'a> {
        let list = ItemList { kind: "ItemList", entries };
        let main_entity = (!list.entries.is_empty()).then_some(list);
        Page { kind: "CollectionPage", main_entity, ..Page::text(page, site, (None, None)) }
    }

    /// Another page, published and changed at these dates.
    pub(super) fn text(page: &'a Common, site: &Site<'_>, dates: (Option<&'a str>, Option<&'a str>)) -> Page<'a> {
        Page {
            kind: "WebPage",
            id: &page.canonical,
            url: &page.canonical,
            name: &page.title,
            description: &page.description,
            in_language: &page.language,
            date_published: dates.0,
            date_modified: dates.1,
            is_part_of: site.reference(),
            main_entity: None,
        }
    }
}

/// A list: `ItemList`.
#[derive(Serialize)]
struct ItemList<'a> {
    #[serde(rename = "@type")]
    kind: &'static str,
    #[serde(rename = "itemListElement")]
    entries: Vec<Entry<'a>>,
}

/// An entry of a list: `ListItem`.
#[derive(Serialize)]
pub(super) struct Entry<'a> {
    #[serde(rename = "@type")]
    kind: &'static str,
    position: usize,
    name: &'a str,
    /// Where it leads when the list is one of pages.
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'a str>,
    /// Where it leads when the list is a way to a page.
    #[serde(skip_serializing_if = "Option::is_none")]
    item: Option<String>,
}

impl<'a> Entry<'a> {
    pub(super) fn to_page(position: usize, name: &'a str, url: &'a str) -> Entry<'a> {
        Entry { kind: "ListItem", position, name, url: Some(url), item: None }
    }

    fn on_the_way(position: usize, name: &'a str, item: String) -> Entry<'a> {
        Entry { kind: "ListItem", position, name, url: None, item: Some(item) }
    }
}

/// Where a page stands, itself last: `BreadcrumbList`.
#[derive(Serialize)]
pub(super) struct Breadcrumbs<'a> {
    #[serde(rename = "@type")]
    kind: &'static str,
    #[serde(rename = "itemListElement")]
    entries: Vec<Entry<'a>>,
}

impl<'a> Breadcrumbs<'a> {
    /// The way to a page; nothing for the front page, which has nothing above it.
    pub(super) fn of(desk: &Desk<'_>, trail: &'a Trail, page: &'a Common) -> Option<Breadcrumbs<'a>> {
        let above = trail.steps().iter().map(|(title, url)| (title.as_str(), desk.absolute(url)));
        let way = above.chain([(page.title.as_str(), page.canonical.clone())]);
        let entries: Vec<Entry<'a>> =
            (1..).zip(way).map(|(at, (title, url))| Entry::on_the_way(at, title, url)).collect();
        (entries.len() > 1).then_some(Breadcrumbs { kind: "BreadcrumbList", entries })
    }
}
