//! The closed list of questions that pages may ask, with their answers.
//!
//! An answer is as small as the page that asks: lists ask for headlines, not posts. A new question is one struct here.

use super::links::Landing;
use super::reader::Ask;
use super::{List, Parsed, Recollection, Site};
use crate::base::Json;
use crate::base::{Fingerprint, Slug, SourcePath, UrlPath, When};
use crate::config::{FeedContent, FeedFormat};
use crate::content::{Opening, Prose, Target};
use crate::pictures::Size;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::sync::Arc;

macro_rules! questions {
    ($($(#[doc = $doc:literal])+ $name:ident { $($field:ident: $ty:ty),* } -> $answer:ty, |$site:ident, $q:ident| $body:expr $(, known |$ks:ident, $kq:ident| $known:expr)? $(, recalled |$rs:ident, $rq:ident| $recalled:expr)? $(, !$opaque:ident)?;)*) => {
        /// A question, as it is recorded.
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum Query { $($(#[doc = $doc])+ $name($name),)* }

        $(
            $(#[doc = $doc])+
            #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
            pub struct $name { $(#[allow(missing_docs)] pub $field: $ty),* }

            impl Ask for $name {
                type Answer = $answer;
                fn query(&self) -> Query { Query::$name(self.clone()) }
                fn answer(&self, $site: &Site) -> $answer { let $q = self; let _ = $q; $body }
                $(fn known(&self, $ks: &Site) -> ($answer, Fingerprint) { let $kq = self; let _ = $kq; $known })?
                fn recalled(&self, recollection: &Recollection) -> ($answer, Fingerprint) {
                    questions!(@recalled self, recollection $(, |$rs, $rq| $recalled)?)
                }
            }
        )*

        impl Query {
            /// The name of its kind.
            pub fn kind(&self) -> &'static str {
                match self { $(Query::$name(_) => stringify!($name),)* }
            }

            /// What its kind is about, and what this one asks for.
            fn words(&self) -> (String, String) {
                match self { $(Query::$name(_question) => {
                    let parts: Vec<String> = vec![$(_question.$field.shown()),*];
                    (concat!($($doc),+).trim().trim_end_matches('.').to_owned(), parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", "))
                })* }
            }

            /// What the site answers now.
            pub fn fingerprint(&self, site: &Site) -> Fingerprint {
                match self { $(Query::$name(question) => question.known(site).1,)* }
            }

            /// An answer from its bytes, for people; nothing for an article, which is not kept so.
            pub fn shown(&self, bytes: &[u8]) -> Option<serde_json::Value> {
                match self { $(Query::$name(_) => questions!(@shown bytes, $answer $(, $opaque)?),)* }
            }

            /// The answer as bytes, for a `Recollection`: those that the fingerprint is of, but for an article, which is
            /// known by its source.
            pub fn encode(&self, site: &Site, bytes: &mut Vec<u8>) {
                // Plain data in memory: writing it cannot fail.
                match self {
                    $(Query::$name(question) => drop(postcard::to_io(&question.answer(site), bytes)),)*
                }
            }
        }
    };
    (@shown $bytes:expr, $answer:ty) => {
        postcard::from_bytes::<$answer>($bytes).ok().and_then(|answer| serde_json::to_value(answer).ok())
    };
    (@shown $bytes:expr, $answer:ty, shown) => { None };
    (@recalled $question:expr, $recollection:expr) => { $recollection.answer(&$question.query()) };
    (@recalled $question:expr, $recollection:expr, |$rs:ident, $rq:ident| $recalled:expr) => {{
        let ($rs, $rq) = ($recollection, $question);
        let _ = $rq;
        $recalled
    }};
}

questions! {
    /// What the site is: title, address, menu, feeds, pages.
    AboutSite {} -> Arc<About>, |site, q| site.about().0.clone(), known |site, q| site.about().clone(), recalled |known, q| known.about();

    /// A post or page as lists show it.
    HeadlineOf { path: SourcePath } -> Option<Arc<Headline>>,
        |site, q| site.resident(&q.path).map(|resident| site.headline(resident).0.clone()),
        known |site, q| match site.resident(&q.path).map(|resident| site.headline(resident)) {
            Some((headline, fingerprint)) => (Some(headline.clone()), *fingerprint),
            None => (None, Fingerprint::of(&None::<()>)),
        };

    /// The whole of an article.
    ArticleOf { path: SourcePath } -> Option<Arc<Parsed>>,
        |site, q| site.resident(&q.path).map(|resident| resident.parsed.clone()),
        known |site, q| match site.resident(&q.path).map(|resident| &resident.parsed) {
            Some(parsed) => (Some(parsed.clone()), parsed.fingerprint),
            None => (None, Fingerprint::of(&())),
        },
        recalled |known, q| known.article(&q.path), !shown;

    /// The posts after and before a post in the stream.
    NeighboursOf { path: SourcePath } -> Neighbours, |site, q| site.neighbours(&q.path);

    /// The newest other posts in the topics of a post.
    MoreLike { path: SourcePath, limit: usize } -> Vec<SourcePath>, |site, q| site.more_like(&q.path, q.limit);

    /// One page of a list; no number is the list's own address.
    PageOfList { list: List, number: Option<usize> } -> ListPage, |site, q| site.page_of_list(&q.list, q.number);

    /// The newest posts of a list.
    NewestOf { list: List, limit: usize } -> Vec<SourcePath>, |site, q| site.newest(&q.list, q.limit);

    /// How many posts a list holds.
    CountOf { list: List } -> usize, |site, q| site.members(&q.list).len();

    /// All topics, by title.
    AllTopics {} -> Vec<TopicSummary>, |site, q| site.topics.iter().map(|topic| site.topic_summary(topic)).collect();

    /// The topics with the most posts.
    TopTopics { limit: usize } -> Vec<TopicSummary>, |site, q| site.top_topics(q.limit);

    /// What a topic is, without its posts; found by slug, title or alias.
    TopicFacts { name: String } -> Option<TopicAbout>, |site, q| site.topic_about(&q.name);

    /// The topics that share the most posts with one.
    TopicNeighbours { slug: Slug, limit: usize } -> Vec<TopicSummary>, |site, q| site.topic_neighbours(&q.slug, q.limit);

    /// All sources, by name.
    AllSources {} -> Vec<SourceSummary>, |site, q| site.sources.iter().map(|source| site.source_summary(source)).collect();

    /// What a source is, without its posts; found by slug, name or alias.
    SourceFacts { name: String } -> Option<SourceAbout>, |site, q| site.source_about(&q.name);

    /// Years and months that have posts, with counts, newest first.
    ArchiveYears {} -> Vec<(i16, Vec<(i8, usize)>)>, |site, q| site.archive();

    /// Where a link written in an article leads.
    LinkFrom { from: SourcePath, target: Box<Target> } -> Landing, |site, q| site.land(&q.from, &q.target).0;

    /// The file of `data/` of that name.
    DataNamed { name: String } -> Option<Json>, |site, q| site.data.get(&q.name).map(wrapped);

    /// Whether a file is published at that path.
    FileAt { path: String } -> bool, |site, q| site.has_file(&q.path);

    /// How large the picture at an address of the site is.
    PictureSize { path: UrlPath } -> Option<Size>, |site, q| site.picture_size(&q.path);

    /// The newest updates and corrections of posts.
    NewestNotes { limit: usize } -> Vec<NoteRef>, |site, q| site.newest_notes(q.limit);

    /// How long feeds are, and how much of each post they carry.
    ShapeOfFeeds {} -> FeedShape, |site, q| FeedShape { entries: site.config.feeds.entries, content: site.config.feeds.content };

    /// The addresses of the sitemap with their last changes.
    AllPages {} -> Vec<(UrlPath, Option<When>)>, |site, q| site.all_pages();

    /// The posts that are news, newest first.
    NewestNews { limit: usize } -> Vec<SourcePath>, |site, q| site.news(q.limit);

    /// Old addresses and where they lead.
    AllAliases {} -> Vec<(UrlPath, UrlPath)>, |site, q| site.all_aliases();

    /// Where an old address leads.
    TargetOfAlias { alias: UrlPath } -> Option<UrlPath>, |site, q| site.target_of_alias(&q.alias);
}

impl fmt::Display for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (what, of) = self.words();
        let mut letters = what.chars();
        let first = letters.next().map(|first| first.to_lowercase().to_string()).unwrap_or_default();
        match of.as_str() {
            "" => write!(f, "{first}{}", letters.as_str()),
            of => write!(f, "{first}{}: {of}", letters.as_str()),
        }
    }
}

/// A part of a question in words.
trait Shown {
    fn shown(&self) -> String;
}

impl Shown for SourcePath {
    fn shown(&self) -> String {
        self.to_string()
    }
}

impl Shown for String {
    fn shown(&self) -> String {
        self.clone()
    }
}

impl Shown for UrlPath {
    fn shown(&self) -> String {
        self.to_string()
    }
}

impl Shown for Slug {
    fn shown(&self) -> String {
        self.to_string()
    }
}

impl Shown for usize {
    fn shown(&self) -> String {
        match *self {
            usize::MAX => String::new(),
            number => format!("{number} at most"),
        }
    }
}

impl Shown for Option<usize> {
    fn shown(&self) -> String {
        self.map_or_else(|| "the newest page".to_owned(), |number| format!("page {number}"))
    }
}

impl Shown for List {
    fn shown(&self) -> String {
        match self {
            List::All => "all posts".to_owned(),
            List::Topic(slug) => format!("the topic {slug}"),
            List::Source(slug) => format!("the source {slug}"),
            List::Month(year, month) => format!("{year:04}-{month:02}"),
        }
    }
}

impl Shown for Box<Target> {
    fn shown(&self) -> String {
        match &self.fragment {
            Some(fragment) => format!("{}#{fragment}", self.path),
            None => self.path.clone(),
        }
    }
}

/// A JSON value that is not an object travels under one key.
fn wrapped(value: &serde_json::Value) -> Json {
    Json(serde_json::Map::from_iter([("value".to_owned(), value.clone())]))
}

/// What the site is.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct About {
    /// Its name.
    pub title: String,
    /// What it is, in a sentence; may be empty.
    pub description: String,
    /// BCP 47 tag of its language.
    pub language: String,
    /// Where it is served.
    pub base_url: crate::config::BaseUrl,
    /// The zone in which dates are shown.
    pub zone: crate::base::Zone,
    /// The menu.
    pub menu: Vec<(String, String)>,
    /// Pages outside the stream, by weight, then title.
    pub pages: Vec<(String, UrlPath)>,
    /// Formats of feeds.
    pub formats: Vec<FeedFormat>,
    /// Whether topics and sources have feeds.
    pub topic_feeds: bool,
    /// Whether sources have feeds.
    pub source_feeds: bool,
    /// Whether there is a sitemap of news.
    pub news_sitemap: bool,
    /// The authority of feed ids.
    pub authority: String,
    /// The index of topics, unless off.
    pub topics: Option<UrlPath>,
    /// The index of sources, unless off.
    pub sources: Option<UrlPath>,
    /// The archive, unless off.
    pub archive: Option<UrlPath>,
    /// The pattern of archive pages.
    pub archive_pattern: String,
    /// The files by which the site is known in windows, on home screens and to search engines.
    pub icons: Vec<Icon>,
    /// `[extra]`
    pub extra: Json,
}

/// A file of the site's root by which it is known.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Icon {
    /// Its name.
    pub file: String,
    /// How large it is.
    pub size: Option<Size>,
}

/// A post or page as lists show it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Headline {
    /// The file.
    pub path: SourcePath,
    /// Its page.
    pub url: UrlPath,
    /// Feed id; empty for pages.
    pub id: String,
    /// Its headline.
    pub title: String,
    /// Publication.
    pub date: Option<When>,
    /// The latest update or correction.
    pub updated: Option<When>,
    /// Its language, when it is not the site's.
    pub lang: Option<String>,
    /// The chapô as plain text.
    pub summary: Arc<str>,
    /// The chapô, or what stands before `<!-- more -->`, as blocks.
    pub excerpt: Opening,
    /// Who reported first.
    pub source: Option<Mention>,
    /// Its topics.
    pub topics: Vec<TopicRef>,
    /// Its authors.
    pub authors: Vec<AuthorRef>,
    /// Its lead picture.
    pub image: Option<PictureRef>,
    /// Minutes to read it: what lists show of its length, and seldom another number after an edit.
    pub minutes: u32,
    /// Whether it is a draft.
    pub draft: bool,
}

/// A source as a post cites it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Mention {
    /// Its name.
    pub name: String,
    /// The report, or the source's home page.
    pub url: Option<String>,
    /// Its page here.
    pub page: Option<UrlPath>,
    /// Who wrote the report.
    pub author: Option<String>,
    /// Its headline.
    pub title: Option<String>,
    /// When it appeared.
    pub date: Option<When>,
    /// Its language.
    pub lang: Option<String>,
    /// Whether readers must pay.
    pub paywall: bool,
    /// Whether `url` is that of the report.
    pub is_report: bool,
    /// Who pointed us to it: name, address, page here.
    pub via: Option<(String, Option<String>, Option<UrlPath>)>,
}

/// A topic as a post names it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct TopicRef {
    /// Its title.
    pub title: String,
    /// Its slug.
    pub slug: Slug,
    /// Its page, unless topic pages are off.
    pub page: Option<UrlPath>,
}

/// An author.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AuthorRef {
    /// What the post wrote.
    pub id: String,
    /// Their name.
    pub name: String,
    /// Their page.
    pub url: Option<String>,
    /// What they do.
    pub bio: Option<String>,
}

/// An update or a correction of a post, with what leads to it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct NoteRef {
    /// The file of the post.
    pub path: SourcePath,
    /// Its page.
    pub url: UrlPath,
    /// Its headline.
    pub title: String,
    /// Its language, when it is not the site's.
    pub lang: Option<String>,
    /// When the note was added.
    pub date: When,
    /// What it says: its first paragraph, and the rest.
    pub text: (Arc<Prose>, Prose),
    /// Whether it repairs an error.
    pub is_correction: bool,
}

/// A lead picture.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PictureRef {
    /// A path of the site, or else `external` is set.
    pub path: Option<UrlPath>,
    /// An address elsewhere.
    pub external: Option<String>,
    /// What it shows.
    pub alt: String,
    /// What is said below it.
    pub caption: Option<String>,
    /// Who made it.
    pub credit: Option<String>,
}

/// The posts after and before a post: title and address.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Neighbours {
    /// The next one in time.
    pub newer: Option<(String, UrlPath)>,
    /// The one before.
    pub older: Option<(String, UrlPath)>,
}

/// One page of a list.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct ListPage {
    /// Its posts, newest first.
    pub posts: Vec<SourcePath>,
    /// Its number; 1 is the oldest.
    pub number: usize,
    /// Whether it is the newest, at the list's own address.
    pub is_newest: bool,
    /// Whether the page after it is the newest.
    pub next_is_newest: bool,
}

/// How long feeds are, and how much of each post they carry.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub struct FeedShape {
    /// How many posts.
    pub entries: usize,
    /// How much of each.
    pub content: FeedContent,
}

/// A topic in an index.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct TopicSummary {
    /// Its title.
    pub title: String,
    /// Its slug.
    pub slug: Slug,
    /// Its page.
    pub url: UrlPath,
    /// What it is about; may be empty.
    pub description: String,
    /// How many posts.
    pub count: usize,
    /// Its newest post's date.
    pub latest: Option<When>,
}

/// What a topic is, without its posts.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct TopicAbout {
    /// Its title.
    pub title: String,
    /// Its slug.
    pub slug: Slug,
    /// Its page.
    pub url: UrlPath,
    /// What it is about; may be empty.
    pub description: String,
    /// Its text.
    pub text: Option<SourcePath>,
}

/// What a source is, without its posts.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SourceAbout {
    /// Its name.
    pub name: String,
    /// Its slug.
    pub slug: Slug,
    /// Its page here.
    pub url: UrlPath,
    /// Its home page.
    pub homepage: Option<String>,
    /// What it is; may be empty.
    pub description: String,
    /// Its language.
    pub lang: Option<String>,
    /// Whether readers must pay.
    pub paywall: bool,
}

/// A source in an index.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SourceSummary {
    /// What it is.
    pub about: SourceAbout,
    /// How many posts cite it.
    pub count: usize,
    /// The newest of them.
    pub latest: Option<When>,
}
