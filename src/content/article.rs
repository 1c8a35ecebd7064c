//! What one Markdown file says, before anything is linked.
//!
//! An `Article` depends on its own file and the options alone. Links and pictures stay symbolic, and so does every
//! name of a topic, source or author.

use super::document::{Document, Face, Prose, Target};
use crate::base::{Json, Label, Slug, SourcePath, UrlPath, When};
use serde::{Deserialize, Serialize};

/// What a Markdown file is, by its place under `content/`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Place {
    /// Below `content/posts/`: part of the stream of news.
    Post,
    /// Elsewhere: a page at its path, outside the stream.
    Page,
    /// `content/topics/<slug>.md`: describes a topic.
    Topic,
    /// `content/index.md`: text for the home page.
    Home,
}

/// One parsed Markdown file.
#[derive(Clone, Debug, PartialEq)]
pub struct Whole {
    /// What the site is made of.
    pub article: Article,
    /// Its text after the lede: for its own page and for feeds.
    pub rest: Prose,
}

/// What the site wants to know of a Markdown file: all of it but the text after the lede.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Article {
    /// The file.
    pub path: SourcePath,
    /// What it is.
    pub place: Place,
    /// What its front matter says.
    pub front: FrontMatter,
    /// What others want to know of its text.
    pub body: Face,
}

impl Article {
    /// Whether the file is a bundle: `slug/index.md` with its files beside it.
    pub fn is_bundle(&self) -> bool {
        self.path.stem() == "index" && !matches!(self.place, Place::Home)
    }
}

/// The front matter of an article, typed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FrontMatter {
    /// The headline as its author wrote it, plain text, never empty: what names, slugs and lists go by.
    pub title: String,
    /// The headline as readers see it, where typography makes it another.
    pub set_title: Option<Box<str>>,
    /// Publication; always there for posts (front matter or file name).
    pub date: Option<When>,
    /// The feed id that the author wants to keep.
    pub id: Option<String>,
    /// Who reported first.
    pub source: Option<Citation>,
    /// Topics, as written.
    pub tags: Vec<Written>,
    /// The slug that the author wrote, else the one made from the file name (without its date).
    pub slug: Slug,
    /// The chapô, when the first paragraph is not it.
    pub description: Option<String>,
    /// Ids or names of authors, as written.
    pub authors: Vec<Written>,
    /// The lead picture.
    pub image: Option<Box<Picture>>,
    /// When the text last changed in a way that matters to readers.
    pub updated: Option<When>,
    /// News added later.
    pub updates: Vec<Note>,
    /// Errors repaired.
    pub corrections: Vec<Note>,
    /// The story it belongs to (kept; shown by a later version).
    pub story: Option<String>,
    /// Not to be published.
    pub draft: bool,
    /// When it leaves the site.
    pub expires: Option<When>,
    /// Its language, when it is not the site's.
    pub lang: Option<String>,
    /// Addresses it had before.
    pub aliases: Vec<Alias>,
    /// Greater comes first among equals.
    pub weight: i64,
    /// Another template than that of its kind.
    pub template: Option<Box<Written>>,
    /// For templates.
    pub extra: Json,
    /// The first date that named no zone, when the site has none either.
    pub zoneless: Option<Label>,
}

impl FrontMatter {
    /// The headline as readers see it.
    pub fn shown_title(&self) -> &str {
        self.set_title.as_deref().unwrap_or(&self.title)
    }

    /// The latest of `updated`, updates and corrections; nothing when the text never changed.
    pub fn modified(&self) -> Option<When> {
        self.changes().max()
    }

    /// When the text changes, as far as it says.
    pub fn changes(&self) -> impl Iterator<Item = When> {
        let notes = self.updates.iter().chain(&self.corrections).map(|note| note.date);
        notes.chain(self.updated)
    }
}

/// A name as its author wrote it, and where.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Written {
    /// The name, trimmed, NFC.
    pub text: String,
    /// Where it stands.
    pub label: Label,
}

/// An address that an article had before.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Alias {
    /// The address.
    pub url: UrlPath,
    /// Where it stands.
    pub label: Label,
}

/// `source = …`: who reported first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Citation {
    /// A name, an alias or nothing when only a URL was given.
    pub name: Option<String>,
    /// The report (or the source's home page).
    pub url: Option<String>,
    /// Who wrote it.
    pub author: Option<String>,
    /// Its headline.
    pub title: Option<String>,
    /// When it appeared.
    pub date: Option<When>,
    /// Its language.
    pub lang: Option<String>,
    /// Who pointed us to it.
    pub via: Option<Via>,
    /// Where the name or URL stands.
    pub label: Label,
}

/// Who pointed us to the source.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Via {
    /// A name, an alias or nothing when only a URL was given.
    pub name: Option<String>,
    /// Where they did.
    pub url: Option<String>,
}

/// The lead picture of an article.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Picture {
    /// The file or address, from where the article stands.
    pub target: Target,
    /// What it shows, for those who do not see it.
    pub alt: String,
    /// What is said below it.
    pub caption: Option<String>,
    /// Who made it.
    pub credit: Option<String>,
    /// Where the path stands.
    pub label: Label,
}

/// A dated note on an article: an update or a correction.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Note {
    /// When it was added.
    pub date: When,
    /// What it says, in Markdown.
    pub text: Document,
}
