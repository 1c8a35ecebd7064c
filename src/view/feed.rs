//! What a feed says, whatever its format. Not for templates: feeds are written by an XML or JSON writer.

use super::headline::{Desk, feed_file};
use super::link::Shown;
use super::parts::DateView;
use super::site::GENERATOR;
use crate::base::{SourcePath, UrlPath, When};
use crate::config::{FeedContent, FeedFormat};
use crate::content::article::Note;
use crate::content::escape::escaped;
use crate::site::query::{ArticleOf, Headline, HeadlineOf, NewestOf, ShapeOfFeeds, SourceFacts, TopicFacts};
use crate::site::{List, Reader};
use serde::Serialize;
use std::sync::Arc;

/// A feed.
#[derive(Clone, Debug, Serialize)]
pub struct FeedView {
    /// Its title.
    pub title: String,
    /// What it is; may be empty.
    pub description: String,
    /// BCP 47 tag of its language.
    pub language: String,
    /// The page it follows, absolute.
    pub home_url: String,
    /// Its own address, absolute.
    pub self_url: String,
    /// Its id: a `tag:` URI.
    pub id: String,
    /// The latest change of its entries; nothing when it has none.
    pub updated: Option<When>,
    /// `manchette` and its version.
    pub generator: String,
    /// The site's name, the author of what names none.
    pub publisher: String,
    /// Newest first.
    pub entries: Vec<Arc<EntryView>>,
}

/// A post in a feed.
#[derive(Clone, Debug, Serialize)]
pub struct EntryView {
    /// Its stable id.
    pub id: String,
    /// Its page, absolute.
    pub url: String,
    /// Its headline, plain text.
    pub title: String,
    /// Its language, when it is not the feed's.
    pub lang: Option<String>,
    /// Publication.
    pub published: When,
    /// The latest update or correction, else publication.
    pub updated: When,
    /// Names of its authors, with their pages.
    pub authors: Vec<(String, Option<String>)>,
    /// Titles of its topics.
    pub topics: Vec<String>,
    /// Its chapô, plain text; may be empty.
    pub summary: String,
    /// Its whole text as HTML with absolute addresses, under `content = "full"`.
    pub content: Option<String>,
    /// The source's name and the address of the report.
    pub source: Option<(String, Option<String>)>,
    /// Its lead picture, absolute.
    pub image: Option<String>,
}

/// Builds the feed of a list; nothing when the topic or source does not exist.
pub fn build(desk: &Desk<'_>, list: &List, format: FeedFormat, lead: &Lead<'_>) -> Option<FeedView> {
    let about = &desk.about;
    let (title, description, own) = match list {
        List::All => (about.title.clone(), about.description.clone(), UrlPath::root()),
        List::Topic(slug) => {
            let topic = desk.reader.ask(TopicFacts { name: slug.to_string() })?;
            (format!("{} – {}", about.title, topic.title), topic.description, topic.url)
        }
        List::Source(slug) => {
            let source = desk.reader.ask(SourceFacts { name: slug.to_string() })?;
            (format!("{} – {}", about.title, source.name), source.description, source.url)
        }
        List::Month(..) => return None,
    };
    let shape = desk.reader.ask(ShapeOfFeeds {});
    let posts = desk.reader.ask(NewestOf { list: list.clone(), limit: shape.entries });
    let make = |path: &SourcePath, reader: &Reader| {
        // Who takes the entry has a desk too, and has asked what the site is and how long feeds are.
        let desk = Desk { reader, about: about.clone(), shelf: desk.shelf, wording: desk.wording };
        entry(&desk, path, shape.content, lead).map(Arc::new)
    };
    let entries: Vec<Arc<EntryView>> = posts
        .iter()
        .filter_map(|path| desk.shelf.entries.take(path, desk.reader, |reader| make(path, reader)))
        .collect();
    Some(FeedView {
        id: format!("tag:{},2025:{}", about.authority, own.as_str()),
        title,
        description,
        language: about.language.clone(),
        home_url: desk.absolute(&own),
        self_url: desk.absolute(&own.join(feed_file(format))),
        updated: entries.iter().map(|entry| entry.updated).max(),
        generator: GENERATOR.to_owned(),
        publisher: about.title.clone(),
        entries,
    })
}

/// What to write before a note, from its kind and its date.
pub type Lead<'a> = dyn Fn(NoteKind, &DateView) -> String + 'a;

/// What a note is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoteKind {
    /// News added later.
    Update,
    /// An error repaired.
    Correction,
}

fn entry(desk: &Desk<'_>, path: &SourcePath, content: FeedContent, lead: &Lead<'_>) -> Option<EntryView> {
    let headline = desk.reader.ask(HeadlineOf { path: path.clone() })?;
    let published = headline.date?;
    let content = match content {
        FeedContent::Summary => None,
        FeedContent::Full => {
            let parsed = desk.reader.ask(ArticleOf { path: path.clone() })?;
            let scene = desk.scene(path, Shown::InFeed);
            let mut html = picture(desk, &headline);
            let front = &parsed.article.front;
            let notes = [(NoteKind::Correction, &front.corrections), (NoteKind::Update, &front.updates)];
            for (kind, notes) in notes {
                let mut notes: Vec<&Note> = notes.iter().collect();
                notes.sort_by_key(|note| std::cmp::Reverse(note.date));
                for note in notes {
                    let lead = lead(kind, &desk.date(&note.date));
                    html.push_str(&format!("<p><strong>{}</strong></p>\n", escaped(&lead)));
                    scene.whole(&note.text.face.lede, &note.text.rest, &mut html);
                }
            }
            scene.whole(&parsed.article.body.lede, &parsed.rest(), &mut html);
            Some(html)
        }
    };
    Some(EntryView {
        id: headline.id.clone(),
        url: desk.absolute(&headline.url),
        title: headline.title.clone(),
        lang: headline.lang.clone(),
        published,
        updated: headline.updated.map_or(published, |updated| updated.max(published)),
        authors: headline.authors.iter().map(|author| (author.name.clone(), author.url.clone())).collect(),
        topics: headline.topics.iter().map(|topic| topic.title.clone()).collect(),
        summary: headline.summary.to_string(),
        content,
        source: headline.source.as_ref().map(|source| (source.name.clone(), source.url.clone())),
        image: headline.image.as_ref().and_then(|image| desk.picture(image)).map(|picture| picture.absolute),
    })
}

/// The lead picture, so that readers of the full text see it too.
fn picture(desk: &Desk<'_>, headline: &Headline) -> String {
    match headline.image.as_ref().and_then(|image| desk.picture(image)) {
        Some(picture) => {
            let size = match (picture.width, picture.height) {
                (Some(width), Some(height)) => format!(" width=\"{width}\" height=\"{height}\""),
                _ => String::new(),
            };
            format!("<p><img src=\"{}\" alt=\"{}\"{size}></p>\n", escaped(&picture.absolute), escaped(&picture.alt))
        }
        None => String::new(),
    }
}
