//! The closed list of questions that pages may ask, with their answers.
//!
//! An answer is as small as the page that asks: lists ask for headlines, not posts. A new question is one struct here.

use super::links::Landing;
use super::reader::Ask;
use super::{List, Parsed, Resident, Site, address, sources};
use crate::base::Json;
use crate::base::{Fingerprint, Slug, SourcePath, UrlPath, When};
use crate::config::{FeedContent, FeedFormat};
use crate::content::{Document, Piece, Target, TargetKind};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

macro_rules! questions {
    ($($(#[doc = $doc:literal])+ $name:ident { $($field:ident: $ty:ty),* } -> $answer:ty, |$site:ident, $q:ident| $body:expr $(, fingerprint |$fs:ident, $fq:ident, $fa:ident| $fingerprint:expr)?;)*) => {
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
                $(fn fingerprint(&self, $fs: &Site, $fa: &$answer) -> Fingerprint { let $fq = self; let _ = ($fs, $fq, $fa); $fingerprint })?
            }
        )*

        impl Query {
            /// What the site answers now.
            pub fn fingerprint(&self, site: &Site) -> Fingerprint {
                match self { $(Query::$name(question) => { let answer = question.answer(site); question.fingerprint(site, &answer) })* }
            }
        }
    };
}

questions! {
    /// What the site is: title, address, menu, feeds, pages.
    AboutSite {} -> Arc<About>, |site, q| site.about().0.clone(), fingerprint |site, q, a| site.about().1;

    /// A post or page as lists show it.
    HeadlineOf { path: SourcePath } -> Option<Arc<Headline>>,
        |site, q| site.resident(&q.path).map(|resident| site.headline(resident).0.clone()),
        fingerprint |site, q, a| site.resident(&q.path).map_or(Fingerprint::of(&()), |resident| site.headline(resident).1);

    /// The whole of an article.
    ArticleOf { path: SourcePath } -> Option<Arc<Parsed>>,
        |site, q| site.resident(&q.path).map(|resident| resident.parsed.clone()),
        fingerprint |site, q, a| a.as_ref().map_or(Fingerprint::of(&()), |parsed| parsed.fingerprint);

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
    LinkFrom { from: SourcePath, target: Target } -> Landing, |site, q| site.land(&q.from, &q.target).0;

    /// The file of `data/` of that name.
    DataNamed { name: String } -> Option<Json>, |site, q| site.data.get(&q.name).map(wrapped);

    /// Whether a file is published at that path.
    FileAt { path: String } -> bool, |site, q| site.has_file(&q.path);

    /// How long feeds are, and how much of each post they carry.
    ShapeOfFeeds {} -> FeedShape, |site, q| FeedShape { entries: site.config.feeds.entries, content: site.config.feeds.content };

    /// The addresses of the sitemap with their last changes.
    AllPages {} -> Vec<(UrlPath, Option<When>)>, |site, q| site.all_pages();

    /// Old addresses and where they lead.
    AllAliases {} -> Vec<(UrlPath, UrlPath)>, |site, q| site.all_aliases();
}

/// A JSON value that is not an object travels under one key.
fn wrapped(value: &serde_json::Value) -> Json {
    Json(serde_json::Map::from_iter([("value".to_owned(), value.clone())]))
}

/// What the site is.
#[derive(Clone, Debug, Serialize)]
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
    /// `[extra]`
    pub extra: Json,
}

/// A post or page as lists show it.
#[derive(Clone, Debug, Serialize)]
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
    pub summary: String,
    /// The chapô, or what stands before `<!-- more -->`, as blocks.
    pub excerpt: Vec<Piece>,
    /// Who reported first.
    pub source: Option<Mention>,
    /// Its topics.
    pub topics: Vec<TopicRef>,
    /// Its authors.
    pub authors: Vec<AuthorRef>,
    /// Its lead picture.
    pub image: Option<PictureRef>,
    /// How many words.
    pub words: u32,
    /// Whether it is a draft.
    pub draft: bool,
}

/// A source as a post cites it.
#[derive(Clone, Debug, Serialize)]
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
    /// Who pointed us to it: name, address, page here.
    pub via: Option<(String, Option<String>, Option<UrlPath>)>,
}

/// A topic as a post names it.
#[derive(Clone, Debug, Serialize)]
pub struct TopicRef {
    /// Its title.
    pub title: String,
    /// Its slug.
    pub slug: Slug,
    /// Its page, unless topic pages are off.
    pub page: Option<UrlPath>,
}

/// An author.
#[derive(Clone, Debug, Serialize)]
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

/// A lead picture.
#[derive(Clone, Debug, Serialize)]
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
#[derive(Clone, Debug, Serialize)]
pub struct Neighbours {
    /// The next one in time.
    pub newer: Option<(String, UrlPath)>,
    /// The one before.
    pub older: Option<(String, UrlPath)>,
}

/// One page of a list.
#[derive(Clone, Debug, Serialize)]
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
#[derive(Clone, Copy, Debug, Serialize)]
pub struct FeedShape {
    /// How many posts.
    pub entries: usize,
    /// How much of each.
    pub content: FeedContent,
}

/// A topic in an index.
#[derive(Clone, Debug, Serialize)]
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
#[derive(Clone, Debug, Serialize)]
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
#[derive(Clone, Debug, Serialize)]
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
#[derive(Clone, Debug, Serialize)]
pub struct SourceSummary {
    /// What it is.
    pub about: SourceAbout,
    /// How many posts cite it.
    pub count: usize,
    /// The newest of them.
    pub latest: Option<When>,
}

impl Site {
    pub(crate) fn about(&self) -> &(Arc<About>, Fingerprint) {
        self.about.get_or_init(|| {
            let config = &self.config;
            let pages = self
                .residents
                .iter()
                .filter(|resident| matches!(resident.article().place, crate::content::Place::Page))
                .map(|resident| (resident.article().front.title.clone(), resident.url.clone()))
                .collect();
            let about = About {
                title: config.title.clone(),
                description: config.description.clone(),
                language: config.language.clone(),
                base_url: config.base_url.clone(),
                zone: self.zone.clone(),
                menu: config.menu.iter().map(|entry| (entry.title.clone(), entry.url.clone())).collect(),
                pages,
                formats: config.feeds.formats.clone(),
                topic_feeds: config.feeds.topics && config.pages.topics,
                source_feeds: config.feeds.sources && config.pages.sources,
                authority: super::places::authority(config).to_owned(),
                topics: config.pages.topics.then(|| address::index_of(&config.urls.topics)),
                sources: config.pages.sources.then(|| address::index_of(&config.urls.sources)),
                archive: config.pages.archive.then(|| address::index_of(&config.urls.archive)),
                archive_pattern: config.urls.archive.clone(),
                extra: config.extra.clone(),
            };
            let fingerprint = Fingerprint::of(&about);
            (Arc::new(about), fingerprint)
        })
    }

    pub(crate) fn headline<'a>(&'a self, resident: &'a Resident) -> &'a (Arc<Headline>, Fingerprint) {
        resident.headline.get_or_init(|| {
            let headline = self.make_headline(resident);
            let fingerprint = Fingerprint::of(&headline);
            (Arc::new(headline), fingerprint)
        })
    }

    fn make_headline(&self, resident: &Resident) -> Headline {
        let article = resident.article();
        let front = &article.front;
        let summary = front.description.clone().unwrap_or_else(|| article.body.summary.clone());
        Headline {
            path: article.path.clone(),
            url: resident.url.clone(),
            id: resident.id.clone(),
            title: front.title.clone(),
            date: front.date,
            updated: front.modified(),
            lang: front.lang.clone().filter(|lang| *lang != self.config.language),
            excerpt: excerpt(front.description.as_deref(), &article.body),
            summary,
            source: self.mention(resident),
            topics: resident.topics.iter().map(|index| self.topic_ref(&self.topics[*index])).collect(),
            authors: front.authors.iter().map(|author| self.author(&author.text)).collect(),
            image: front.image.as_ref().map(|picture| {
                let is_external = picture.target.kind == TargetKind::External;
                PictureRef {
                    path: self.land(&article.path, &picture.target).0.path,
                    external: is_external.then(|| picture.target.path.clone()),
                    alt: picture.alt.clone(),
                    caption: picture.caption.clone(),
                    credit: picture.credit.clone(),
                }
            }),
            words: article.body.words,
            draft: front.draft,
        }
    }

    fn mention(&self, resident: &Resident) -> Option<Mention> {
        let citation = resident.article().front.source.as_ref()?;
        let source = resident.source.map(|index| &self.sources[index]);
        let name = match source {
            Some(source) => source.name.clone(),
            None => sources::shown_name(citation)?,
        };
        let pages = self.config.pages.sources;
        let lang = citation.lang.clone().or_else(|| source.and_then(|source| source.lang.clone()));
        Some(Mention {
            name,
            url: citation.url.clone().or_else(|| source.and_then(|source| source.url.clone())),
            page: source.filter(|_| pages).map(|source| address::source(&self.config, &source.slug)),
            author: citation.author.clone(),
            title: citation.title.clone(),
            date: citation.date,
            lang: lang.filter(|lang| *lang != self.config.language),
            paywall: source.is_some_and(|source| source.paywall),
            via: citation.via.as_ref().and_then(|via| {
                let declared = sources::declared(&self.config, via);
                let name = declared
                    .map(|entry| entry.name.clone())
                    .or_else(|| via.name.clone())
                    .or_else(|| via.url.as_deref().and_then(sources::host))?;
                let slug = declared.map(|entry| entry.slug.clone()).or_else(|| Slug::derive(&name));
                let page = slug
                    .filter(|slug| pages && self.source_by_slug.contains_key(slug))
                    .map(|slug| address::source(&self.config, &slug));
                let url = via.url.clone().or_else(|| declared.and_then(|entry| entry.url.clone()));
                Some((name, url, page))
            }),
        })
    }

    fn topic_ref(&self, topic: &super::Topic) -> TopicRef {
        TopicRef {
            title: topic.title.clone(),
            slug: topic.slug.clone(),
            page: self.config.pages.topics.then(|| address::topic(&self.config, &topic.slug)),
        }
    }

    fn author(&self, written: &str) -> AuthorRef {
        let known = self.config.author.iter().find(|author| author.id == written || author.name == written);
        AuthorRef {
            id: known.map_or_else(|| written.to_owned(), |author| author.id.clone()),
            name: known.map_or_else(|| written.to_owned(), |author| author.name.clone()),
            url: known.and_then(|author| author.url.clone()),
            bio: known.and_then(|author| author.bio.clone()),
        }
    }

    fn post_index(&self, path: &SourcePath) -> Option<usize> {
        self.by_path.get(path.as_str()).copied().filter(|index| *index < self.stream)
    }

    fn neighbours(&self, path: &SourcePath) -> Neighbours {
        let link = |index: usize| {
            let resident = &self.residents[index];
            (resident.article().front.title.clone(), resident.url.clone())
        };
        match self.post_index(path) {
            None => Neighbours { newer: None, older: None },
            Some(index) => Neighbours {
                newer: index.checked_sub(1).map(link),
                older: Some(index + 1).filter(|older| *older < self.stream).map(link),
            },
        }
    }

    fn more_like(&self, path: &SourcePath, limit: usize) -> Vec<SourcePath> {
        let Some(own) = self.post_index(path) else { return Vec::new() };
        let mut indices: Vec<usize> = self.residents[own]
            .topics
            .iter()
            .flat_map(|topic| self.topics[*topic].posts.iter().filter(|post| **post != own).take(limit))
            .copied()
            .collect();
        indices.sort_unstable();
        indices.dedup();
        indices.truncate(limit);
        indices.into_iter().map(|index| self.path_at(index)).collect()
    }

    fn page_of_list(&self, list: &List, number: Option<usize>) -> ListPage {
        let members = self.members(list);
        let (total, per_page, pages) = (members.len(), self.config.lists.per_page, self.pages_of(list));
        let number = number.unwrap_or(pages);
        let range = match (per_page, number == pages) {
            (0, _) => 0..total,
            (_, true) => 0..total - (pages - 1) * per_page,
            (_, false) => total.saturating_sub(number * per_page)..total.saturating_sub((number - 1) * per_page),
        };
        ListPage {
            posts: range.map(|at| self.path_at(members.at(at))).collect(),
            number,
            is_newest: number == pages,
            next_is_newest: number + 1 == pages,
        }
    }

    fn newest(&self, list: &List, limit: usize) -> Vec<SourcePath> {
        let members = self.members(list);
        (0..members.len().min(limit)).map(|at| self.path_at(members.at(at))).collect()
    }

    fn path_at(&self, index: usize) -> SourcePath {
        self.residents[index].article().path.clone()
    }

    fn latest(&self, posts: &[usize]) -> Option<When> {
        posts.first().and_then(|index| self.residents[*index].article().front.date)
    }

    fn topic_summary(&self, topic: &super::Topic) -> TopicSummary {
        TopicSummary {
            title: topic.title.clone(),
            slug: topic.slug.clone(),
            url: address::topic(&self.config, &topic.slug),
            description: topic.description.clone(),
            count: topic.count(),
            latest: self.latest(&topic.posts),
        }
    }

    fn top_topics(&self, limit: usize) -> Vec<TopicSummary> {
        if !self.config.pages.topics {
            return Vec::new();
        }
        let mut topics: Vec<&super::Topic> = self.topics.iter().filter(|topic| topic.count() > 0).collect();
        topics.sort_by_key(|topic| std::cmp::Reverse(topic.count()));
        topics.into_iter().take(limit).map(|topic| self.topic_summary(topic)).collect()
    }

    fn topic_about(&self, name: &str) -> Option<TopicAbout> {
        let slug = Slug::derive(name)?;
        let declared = self.config.topic.iter().find(|entry| {
            entry.aliases.iter().chain([&entry.title]).any(|other| Slug::derive(other).as_ref() == Some(&slug))
        });
        let slug = declared.map_or(slug, |entry| entry.slug.clone());
        let topic = self.topic_by_slug.get(&slug).map(|index| &self.topics[*index]);
        let topic =
            topic.or_else(|| self.topics.iter().find(|topic| Slug::derive(&topic.title).as_ref() == Some(&slug)))?;
        Some(TopicAbout {
            title: topic.title.clone(),
            slug: topic.slug.clone(),
            url: address::topic(&self.config, &topic.slug),
            description: topic.description.clone(),
            text: topic.text.as_ref().map(|parsed| parsed.article.path.clone()),
        })
    }

    fn topic_neighbours(&self, slug: &Slug, limit: usize) -> Vec<TopicSummary> {
        let Some(own) = self.topic_by_slug.get(slug).copied() else { return Vec::new() };
        let mut shared = vec![0_usize; self.topics.len()];
        for post in &self.topics[own].posts {
            for topic in &self.residents[*post].topics {
                shared[*topic] += 1;
            }
        }
        let mut others: Vec<usize> =
            (0..self.topics.len()).filter(|topic| *topic != own && shared[*topic] > 0).collect();
        others.sort_by_key(|topic| std::cmp::Reverse(shared[*topic]));
        others.into_iter().take(limit).map(|topic| self.topic_summary(&self.topics[topic])).collect()
    }

    fn source_summary(&self, source: &super::Source) -> SourceSummary {
        SourceSummary { about: self.about_source(source), count: source.count(), latest: self.latest(&source.posts) }
    }

    fn about_source(&self, source: &super::Source) -> SourceAbout {
        SourceAbout {
            name: source.name.clone(),
            slug: source.slug.clone(),
            url: address::source(&self.config, &source.slug),
            homepage: source.url.clone(),
            description: source.description.clone(),
            lang: source.lang.clone(),
            paywall: source.paywall,
        }
    }

    fn source_about(&self, name: &str) -> Option<SourceAbout> {
        let slug = Slug::derive(name)?;
        let declared = self.config.source.iter().find(|entry| {
            entry.aliases.iter().chain([&entry.name]).any(|other| Slug::derive(other).as_ref() == Some(&slug))
        });
        let slug = declared.map_or(slug, |entry| entry.slug.clone());
        self.source_by_slug.get(&slug).map(|index| self.about_source(&self.sources[*index]))
    }

    fn has_file(&self, path: &str) -> bool {
        crate::base::OutputPath::parse(path).is_ok_and(|path| self.files.by_output.contains_key(&path))
    }

    /// Pages for search engines: no numbered list pages, no redirects.
    pub(super) fn all_pages(&self) -> Vec<(UrlPath, Option<When>)> {
        let changed = |resident: &Resident| {
            let front = &resident.article().front;
            front.modified().max(front.date)
        };
        let newest = |posts: &[usize]| posts.iter().filter_map(|post| changed(&self.residents[*post])).max();
        let stream = self.residents[..self.stream].iter().filter_map(changed).max();
        let mut pages = vec![(UrlPath::root(), stream)];
        let articles = self.residents.iter().filter(|resident| resident.has_page());
        pages.extend(articles.map(|resident| (resident.url.clone(), changed(resident))));
        let about = &self.about().0;
        if let Some(index) = &about.topics {
            pages.push((index.clone(), stream));
            let topics = self.topics.iter();
            pages.extend(topics.map(|topic| (address::topic(&self.config, &topic.slug), newest(&topic.posts))));
        }
        if let Some(index) = &about.sources {
            pages.push((index.clone(), stream));
            let sources = self.sources.iter();
            pages.extend(sources.map(|source| (address::source(&self.config, &source.slug), newest(&source.posts))));
        }
        if let Some(index) = &about.archive {
            pages.push((index.clone(), stream));
            for (year, months) in self.archive() {
                for (month, _) in months {
                    let posts: Vec<usize> = self.month(year, month).collect();
                    pages.push((address::month(&self.config.urls.archive, year, month), newest(&posts)));
                }
            }
        }
        pages
    }

    fn all_aliases(&self) -> Vec<(UrlPath, UrlPath)> {
        let residents = self.residents.iter().filter(|resident| resident.has_page());
        let mut aliases: Vec<(UrlPath, UrlPath)> = residents
            .flat_map(|resident| {
                resident.article().front.aliases.iter().map(|alias| (alias.url.clone(), resident.url.clone()))
            })
            .collect();
        aliases.sort();
        aliases
    }
}

/// The chapô as blocks: the description, else what stands before `<!-- more -->`, else the first paragraph.
fn excerpt(description: Option<&str>, body: &Document) -> Vec<Piece> {
    let paragraph = |text: &str| vec![Piece::Html(format!("<p>{}</p>", crate::content::escape::escaped(text)).into())];
    if let Some(description) = description {
        return paragraph(description);
    }
    let mut pieces = Vec::new();
    if !body.lede.is_empty() {
        pieces.push(Piece::Html("<p>".into()));
        pieces.extend(body.lede.iter().cloned());
        pieces.push(Piece::Html("</p>\n".into()));
    }
    if let Some(more) = body.more {
        pieces.extend(body.rest.iter().take(more as usize).cloned());
    }
    match pieces.is_empty() && !body.summary.is_empty() {
        true => paragraph(&body.summary),
        false => pieces,
    }
}
