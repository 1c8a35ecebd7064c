//! A post: `NewsArticle`, with what it is based on and what was corrected in it.

use super::super::headline::Desk;
use super::super::parts::{Common, PictureView};
use super::super::trail::Trail;
use super::finished;
use super::nodes::{Node, Reference, Site};
use super::picture::Image;
use super::publisher::Publisher;
use crate::base::When;
use crate::content::article::Note;
use crate::site::query::{AuthorRef, Headline, Mention};
use serde::Serialize;

/// A post, as machines want to know it.
pub struct Story<'a> {
    /// What lists say of it.
    pub headline: &'a Headline,
    /// When it was published.
    pub published: When,
    /// Its lead picture.
    pub image: Option<&'a PictureView>,
    /// How many words.
    pub words: u32,
    /// Errors repaired.
    pub corrections: &'a [Note],
}

/// The page of a post: what it says, and its breadcrumbs.
pub fn article(desk: &Desk<'_>, page: Common, trail: &Trail, story: &Story<'_>) -> Common {
    let site = Site::of(desk);
    let node = NewsArticle::of(desk, &page, &site, story);
    // The publisher stands in the article: there search engines look for it.
    finished(desk, &site, trail, &page, Node::Article(Box::new(node)), None)
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct NewsArticle<'a> {
    #[serde(rename = "@type")]
    kind: &'static str,
    #[serde(rename = "@id")]
    id: String,
    main_entity_of_page: WebPage<'a>,
    headline: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    description: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    image: Option<Image>,
    date_published: String,
    date_modified: String,
    author: Authors<'a>,
    publisher: Publisher,
    in_language: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    article_section: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    keywords: Vec<&'a str>,
    word_count: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    is_based_on: Option<Cited<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    citation: Option<Cited<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    correction: Vec<Correction<'a>>,
    is_part_of: Reference,
}

impl<'a> NewsArticle<'a> {
    fn of(desk: &'a Desk<'_>, page: &'a Common, site: &Site<'_>, story: &Story<'a>) -> NewsArticle<'a> {
        let headline = story.headline;
        let date = |when: &When| when.rfc3339(&desk.about.zone);
        let modified = headline.updated.map_or(story.published, |updated| updated.max(story.published));
        let source = headline.source.as_ref();
        let mut corrections: Vec<&Note> = story.corrections.iter().collect();
        corrections.sort_by_key(|note| std::cmp::Reverse(note.date));
        NewsArticle {
            kind: "NewsArticle",
            id: format!("{}#article", page.canonical),
            main_entity_of_page: WebPage { kind: "WebPage", id: &page.canonical },
            headline: &page.title,
            description: &page.description,
            image: story.image.map(Image::of),
            date_published: date(&story.published),
            date_modified: date(&modified),
            author: match headline.authors.is_empty() {
                true => Authors::Publisher(Box::new(Publisher::as_author(desk))),
                false => Authors::People(headline.authors.iter().map(Person::author).collect()),
            },
            publisher: Publisher::of(desk),
            in_language: &page.language,
            article_section: headline.topics.first().map(|topic| topic.title.as_str()),
            keywords: headline.topics.iter().map(|topic| topic.title.as_str()).collect(),
            word_count: story.words,
            is_based_on: source.map(|source| Cited::report(source, date)),
            citation: source.and_then(Cited::hint),
            correction: corrections.iter().filter_map(|note| Correction::of(note, date)).collect(),
            is_part_of: site.reference(),
        }
    }
}

#[derive(Serialize)]
struct WebPage<'a> {
    #[serde(rename = "@type")]
    kind: &'static str,
    #[serde(rename = "@id")]
    id: &'a str,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Authors<'a> {
    People(Vec<Person<'a>>),
    Publisher(Box<Publisher>),
}

#[derive(Serialize)]
struct Person<'a> {
    #[serde(rename = "@type")]
    kind: &'static str,
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
}

impl<'a> Person<'a> {
    fn author(author: &'a AuthorRef) -> Person<'a> {
        let (url, description) = (author.url.as_deref(), author.bio.as_deref());
        Person { kind: "Person", name: &author.name, url, description }
    }

    fn named(name: &'a str) -> Person<'a> {
        Person { kind: "Person", name, url: None, description: None }
    }
}

/// The work of others: a report, or a source of which we know no more than its name.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Cited<'a> {
    #[serde(rename = "@type")]
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    headline: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    author: Option<Person<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    date_published: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    in_language: Option<&'a str>,
    /// Only said where readers must pay.
    #[serde(skip_serializing_if = "Option::is_none")]
    is_accessible_for_free: Option<bool>,
    publisher: Organization<'a>,
}

impl<'a> Cited<'a> {
    /// Who reported first.
    fn report(source: &'a Mention, date: impl Fn(&When) -> String) -> Cited<'a> {
        let is_report = source.is_report || source.title.is_some();
        let url = source.url.as_deref();
        Cited {
            kind: if is_report { "NewsArticle" } else { "CreativeWork" },
            url: url.filter(|_| source.is_report),
            headline: source.title.as_deref(),
            author: source.author.as_deref().map(Person::named),
            date_published: source.date.as_ref().map(date),
            in_language: source.lang.as_deref(),
            is_accessible_for_free: source.paywall.then_some(false),
            publisher: Organization::named(&source.name, url.filter(|_| !source.is_report)),
        }
    }

    /// Who pointed us to it.
    fn hint(source: &'a Mention) -> Option<Cited<'a>> {
        let (name, url, _) = source.via.as_ref()?;
        Some(Cited {
            kind: "CreativeWork",
            url: url.as_deref(),
            headline: None,
            author: None,
            date_published: None,
            in_language: None,
            is_accessible_for_free: None,
            publisher: Organization::named(name, None),
        })
    }
}

#[derive(Serialize)]
struct Organization<'a> {
    #[serde(rename = "@type")]
    kind: &'static str,
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'a str>,
}

impl<'a> Organization<'a> {
    fn named(name: &'a str, url: Option<&'a str>) -> Organization<'a> {
        Organization { kind: "Organization", name, url }
    }
}

/// An error repaired: `CorrectionComment`. Of a long one its first paragraph.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Correction<'a> {
    #[serde(rename = "@type")]
    kind: &'static str,
    text: &'a str,
    date_published: String,
}

impl<'a> Correction<'a> {
    fn of(note: &'a Note, date: impl Fn(&When) -> String) -> Option<Correction<'a>> {
        let text: &str = &note.text.face.summary;
        (!text.is_empty()).then(|| Correction { kind: "CorrectionComment", text, date_published: date(&note.date) })
    }
}
