//! What a feed says, whatever its format. Not for templates: feeds are written by an XML or JSON writer.

use crate::base::When;
use serde::Serialize;

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
    /// Newest first.
    pub entries: Vec<EntryView>,
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
