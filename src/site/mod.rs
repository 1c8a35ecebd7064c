//! The site model: posts in order, topics, sources, archive, addresses.
//!
//! A `Site` is immutable and born complete (`assemble`); pages read it through a `Reader` alone, by the questions of
//! `query`. Nothing here knows files, templates or HTML pages.

pub(crate) mod address;
mod answers;
mod assemble;
mod csv_slip;
mod data;
mod face;
mod files;
mod headlines;
mod json_lost;
mod json_slip;
mod links;
mod matching;
mod parsed;
mod places;
pub mod query;
mod question;
mod reader;
mod recollection;
mod select;
mod slips;
mod sources;
mod topics;

pub use assemble::{Parts, assemble};
pub use data::parse_data;
pub use face::same_face;
pub use links::{Landing, Resolution};
pub use matching::Rules;
pub use parsed::{Keeper, Parsed};
pub use question::Question;
pub use reader::{Ask, Read, Reader, Snapshot};
pub use recollection::{Answers, Recollection};
pub use select::{Hidden, Selection};
pub use sources::Source;
pub use topics::{Topic, without_address};

use crate::base::nfc::nfc;
use crate::base::{Fingerprint, OutputPath, Slug, SourcePath, Table, UrlPath, When, Zone};
use crate::config::Config;
use crate::content::Article;
use crate::pictures::Measured;
use query::{About, Headline};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, OnceLock};

/// An immutable snapshot of everything that pages may ask.
#[derive(Clone, Debug)]
pub struct Site {
    config: Arc<Config>,
    zone: Zone,
    /// Posts in the order of the stream (newest first), then pages, the home text and topic texts.
    residents: Vec<Arc<Resident>>,
    /// How many of `residents` are posts.
    stream: usize,
    by_path: Arc<Table<String, usize>>,
    /// Articles that have a page of their own.
    by_url: Arc<Table<UrlPath, usize>>,
    /// Those by their old addresses.
    by_alias: Arc<Table<UrlPath, usize>>,
    hidden: Arc<BTreeMap<SourcePath, Hidden>>,
    topics: Arc<Vec<Topic>>,
    topic_by_slug: Arc<HashMap<Slug, usize>>,
    sources: Arc<Vec<Source>>,
    source_by_slug: Arc<HashMap<Slug, usize>>,
    files: Arc<files::Files>,
    /// What is published, and when.
    selection: Selection,
    /// Pictures by their files.
    pictures: Arc<Table<SourcePath, Measured>>,
    data: Arc<BTreeMap<String, serde_json::Value>>,
    about: Arc<OnceLock<(Arc<About>, Fingerprint)>>,
}

/// Addresses that the plan of outputs needs besides those of articles.
pub struct AddressBook<'a> {
    config: &'a Config,
    /// The index of topics.
    pub topics: UrlPath,
    /// The index of sources.
    pub sources: UrlPath,
    archive: UrlPath,
}

/// The addresses of a site's lists.
pub fn address_book(site: &Site) -> AddressBook<'_> {
    let urls = &site.config.urls;
    AddressBook {
        config: &site.config,
        topics: address::index_of(&urls.topics),
        sources: address::index_of(&urls.sources),
        archive: address::index_of(&urls.archive),
    }
}

impl AddressBook<'_> {
    /// The page of a topic.
    pub fn topic(&self, slug: &Slug) -> UrlPath {
        address::topic(self.config, slug)
    }

    /// The page of a source.
    pub fn source(&self, slug: &Slug) -> UrlPath {
        address::source(self.config, slug)
    }

    /// A page of the archive.
    pub fn period(&self, period: Period) -> UrlPath {
        match period {
            Period::All => self.archive.clone(),
            Period::Year(year) => address::year(&self.config.urls.archive, year),
            Period::Month(year, month) => address::month(&self.config.urls.archive, year, month),
        }
    }
}

/// A page of the archive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Period {
    /// The index.
    All,
    /// A year.
    Year(i16),
    /// A month.
    Month(i16, i8),
}

/// An article that is published, with its place in the site.
#[derive(Debug)]
pub(crate) struct Resident {
    pub(crate) parsed: Arc<Parsed>,
    pub(crate) url: UrlPath,
    pub(crate) output: OutputPath,
    /// Feed id; empty for what is in no feed.
    pub(crate) id: String,
    /// Indices of topics, as the author ordered them, then those that match.
    pub(crate) topics: Vec<usize>,
    pub(crate) source: Option<usize>,
    pub(crate) headline: OnceLock<(Arc<Headline>, Fingerprint)>,
    /// What a fragment may mean here; known when a link had one.
    pub(crate) ids: OnceLock<links::Ids>,
}

impl Resident {
    pub(crate) fn article(&self) -> &Article {
        &self.parsed.article
    }

    /// The same place with other words.
    fn retold(&self, parsed: Arc<Parsed>) -> Resident {
        let (url, output, id, topics) = (self.url.clone(), self.output.clone(), self.id.clone(), self.topics.clone());
        Resident {
            parsed,
            url,
            output,
            id,
            topics,
            source: self.source,
            headline: OnceLock::new(),
            ids: OnceLock::new(),
        }
    }
}

/// A list of posts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum List {
    /// All posts.
    All,
    /// Those of a topic.
    Topic(Slug),
    /// Those that cite a source.
    Source(Slug),
    /// Those of a month.
    Month(i16, i8),
}

impl Site {
    /// The configuration.
    pub fn config(&self) -> &Arc<Config> {
        &self.config
    }

    /// The zone in which dates are shown.
    pub fn zone(&self) -> &Zone {
        &self.zone
    }

    /// Articles that have a page of their own: posts in the order of the stream, then pages.
    pub fn articles(&self) -> impl Iterator<Item = (&Article, &UrlPath, &OutputPath)> {
        let residents = self.residents.iter().filter(|resident| resident.has_page());
        residents.map(|resident| (resident.article(), &resident.url, &resident.output))
    }

    /// The published article of a file.
    pub fn article(&self, path: &SourcePath) -> Option<&Article> {
        self.resident(path).map(Resident::article)
    }

    /// The same site with an article as it is now, if nothing but what is shown of that is another: all the rest is shared.
    pub fn retold(&self, parsed: Arc<Parsed>) -> Option<Site> {
        let parsed = self.selection.shows(parsed);
        let index = self.index_of(&parsed.article.path)?;
        let known = &self.residents[index];
        face::same_frame(&known.parsed, &parsed).then(|| {
            let mut site = self.clone();
            site.residents[index] = Arc::new(known.retold(parsed));
            site
        })
    }

    /// A published article with its text.
    pub fn parsed(&self, path: &SourcePath) -> Option<&Arc<Parsed>> {
        self.resident(path).map(|resident| &resident.parsed)
    }

    /// Whether two sites were assembled at once, and have the same addresses, lists, topics and sources.
    pub fn is_retold_as(&self, other: &Site) -> bool {
        Arc::ptr_eq(&self.by_path, &other.by_path)
    }

    /// The address of a published article.
    pub fn address_of(&self, path: &SourcePath) -> Option<&UrlPath> {
        self.resident(path).map(|resident| &resident.url)
    }

    /// Every published article, those without a page of their own too.
    pub fn all_articles(&self) -> impl Iterator<Item = &Article> {
        self.residents.iter().map(|resident| resident.article())
    }

    /// Posts in the order of the stream, newest first.
    pub fn posts(&self) -> impl ExactSizeIterator<Item = &Article> {
        self.residents[..self.stream].iter().map(|resident| resident.article())
    }

    /// Articles that are not published, and why.
    pub fn hidden(&self) -> &BTreeMap<SourcePath, Hidden> {
        &self.hidden
    }

    /// Articles with updates or corrections that are not published yet, and when the next of them is.
    pub fn held(&self) -> impl Iterator<Item = (&SourcePath, When)> {
        self.residents.iter().filter_map(|resident| Some((&resident.article().path, resident.parsed.held?)))
    }

    /// Topics by title.
    pub fn topics(&self) -> &[Topic] {
        &self.topics
    }

    /// Sources by name.
    pub fn sources(&self) -> &[Source] {
        &self.sources
    }

    /// Files that are copied as they are: where to, where from.
    pub fn files(&self) -> impl Iterator<Item = (&OutputPath, &SourcePath)> {
        self.files.by_output.iter().map(|(output, file)| (output, &file.source))
    }

    /// Whether a post is in the sitemap of news.
    pub(crate) fn is_news(&self, article: &Article) -> bool {
        self.selection.is_news(article)
    }

    /// Pictures by their files, as they were when they were measured.
    pub fn pictures(&self) -> &Table<SourcePath, Measured> {
        &self.pictures
    }

    /// Years that have posts, newest first, each with its months and their counts.
    pub fn archive(&self) -> Vec<(i16, Vec<(i8, usize)>)> {
        let mut years: Vec<(i16, Vec<(i8, usize)>)> = Vec::new();
        for post in self.posts() {
            let Some(when) = post.front.date else { continue };
            let date = when.date(&self.zone);
            if years.last().is_none_or(|(year, _)| *year != date.year()) {
                years.push((date.year(), Vec::new()));
            }
            let Some((_, months)) = years.last_mut() else { continue };
            match months.last_mut() {
                Some((month, count)) if *month == date.month() => *count += 1,
                _ => months.push((date.month(), 1)),
            }
        }
        years
    }

    /// How many pages a list has. Full pages never change: they are numbered from the oldest, and the list's own
    /// address (the last number) takes what is left, so it holds between one and two pages' worth.
    pub fn pages_of(&self, list: &List) -> usize {
        match self.config.lists.per_page {
            0 => 1,
            per_page => (self.members(list).len() / per_page).max(1),
        }
    }

    /// The posts of a list, newest first.
    pub(crate) fn members(&self, list: &List) -> Members<'_> {
        match list {
            List::All => Members::Run(0..self.stream),
            List::Topic(slug) => {
                Members::Listed(self.topic_by_slug.get(slug).map_or(&[][..], |index| &self.topics[*index].posts))
            }
            List::Source(slug) => {
                Members::Listed(self.source_by_slug.get(slug).map_or(&[][..], |index| &self.sources[*index].posts))
            }
            List::Month(year, month) => Members::Run(self.month(*year, *month)),
        }
    }

    fn month(&self, year: i16, month: i8) -> std::ops::Range<usize> {
        let key = |resident: &Arc<Resident>| {
            resident.article().front.date.map(|when| when.date(&self.zone)).map(|date| (date.year(), date.month()))
        };
        let posts = &self.residents[..self.stream];
        let start = posts.partition_point(|resident| key(resident) > Some((year, month)));
        let end = posts.partition_point(|resident| key(resident) >= Some((year, month)));
        start..end
    }

    /// How many addresses the sitemap has.
    pub fn sitemap_len(&self) -> usize {
        let pages = &self.config.pages;
        let index = |is_on: bool, entries: usize| if is_on { 1 + entries } else { 0 };
        let articles = self.residents.iter().filter(|resident| resident.has_page()).count();
        let months = || self.archive().iter().map(|(_, months)| months.len()).sum::<usize>();
        let archive = if pages.archive { 1 + months() } else { 0 };
        1 + articles + index(pages.topics, self.topics.len()) + index(pages.sources, self.sources.len()) + archive
    }

    /// Published articles: posts in the order of the stream, then the others.
    pub(crate) fn residents(&self) -> &[Arc<Resident>] {
        &self.residents
    }

    pub(crate) fn resident(&self, path: &SourcePath) -> Option<&Resident> {
        self.index_of(path).map(|index| &*self.residents[index])
    }

    /// Where an article stands among the residents; keys are NFC, names from some disks are not.
    pub(crate) fn index_of(&self, path: &SourcePath) -> Option<usize> {
        self.by_path.get(path.as_str()).or_else(|| self.by_path.get(&*nfc(path.as_str()))).copied()
    }
}

/// The posts of a list, as indices into the residents, newest first.
pub(crate) enum Members<'a> {
    /// Neighbours in the stream.
    Run(std::ops::Range<usize>),
    /// Those of a group.
    Listed(&'a [usize]),
}

impl Members<'_> {
    pub(crate) fn len(&self) -> usize {
        match self {
            Members::Run(range) => range.len(),
            Members::Listed(posts) => posts.len(),
        }
    }

    pub(crate) fn at(&self, at: usize) -> usize {
        match self {
            Members::Run(range) => range.start + at,
            Members::Listed(posts) => posts[at],
        }
    }
}

impl Resident {
    /// Whether the article has a page of its own (a topic's text stands on the topic's page, the home text on the home
    /// page).
    pub(crate) fn has_page(&self) -> bool {
        use crate::content::Place;
        match self.article().place {
            Place::Post | Place::Page => true,
            Place::Topic | Place::Home => false,
        }
    }
}
