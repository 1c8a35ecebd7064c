//! How the site answers the questions of `query`.
//!
//! Nothing here is seen by a page except through a `Reader`.

use super::query::{About, Icon, ListPage, Neighbours, NoteRef, SourceAbout, SourceSummary, TopicAbout, TopicSummary};
use super::{List, Resident, Site, address};
use crate::base::typography::{self, Rules};
use crate::base::{Fingerprint, OutputPath, Slug, SourcePath, UrlPath, When};
use crate::content::article::Note;
use crate::pictures::Size;
use std::sync::Arc;

/// Files of the site's root by which it is known, if it has them.
const ICONS: &[&str] =
    &["favicon.svg", "icon.svg", "icon-192.png", "icon-512.png", "icon-maskable-512.png", "logo.png", "logo.svg"];

impl Site {
    pub(crate) fn about(&self) -> &(Arc<About>, Fingerprint) {
        self.about.get_or_init(|| {
            let config = &self.config;
            let set = |text: &str| typography::set(text, self.rules()).into_owned();
            let pages = self
                .residents
                .iter()
                .filter(|resident| matches!(resident.article().place, crate::content::Place::Page))
                .map(|resident| (resident.article().front.shown_title().to_owned(), resident.url.clone()))
                .collect();
            let about = About {
                title: set(&config.title),
                description: set(&config.description),
                language: config.language.clone(),
                base_url: config.base_url.clone(),
                zone: self.zone.clone(),
                menu: config.menu.iter().map(|entry| (set(&entry.title), entry.url.clone())).collect(),
                pages,
                formats: config.feeds.formats.clone(),
                topic_feeds: config.feeds.topics && config.pages.topics,
                source_feeds: config.feeds.sources && config.pages.sources,
                news_sitemap: config.feeds.news_sitemap,
                authority: super::places::authority(config).to_owned(),
                topics: config.pages.topics.then(|| address::index_of(&config.urls.topics)),
                sources: config.pages.sources.then(|| address::index_of(&config.urls.sources)),
                archive: config.pages.archive.then(|| address::index_of(&config.urls.archive)),
                archive_pattern: config.urls.archive.clone(),
                icons: self.icons(),
                extra: config.extra.clone(),
            };
            let fingerprint = Fingerprint::of(&about);
            (Arc::new(about), fingerprint)
        })
    }

    /// The files by which the site is known, as far as there are.
    fn icons(&self) -> Vec<Icon> {
        let icons = ICONS.iter().filter_map(|name| {
            let file = self.files.by_output.get(&OutputPath::parse(name).ok()?)?;
            let size = self.pictures.get(&file.source).and_then(|measured| measured.size);
            Some(Icon { file: (*name).to_owned(), size })
        });
        icons.collect()
    }

    /// The typography of the site's language.
    pub(super) fn rules(&self) -> Rules {
        self.rules_of(&self.config.language)
    }

    /// The typography of a language, on this site.
    pub(super) fn rules_of(&self, language: &str) -> Rules {
        Rules::when(self.config.markdown.typography, language)
    }

    pub(super) fn post_index(&self, path: &SourcePath) -> Option<usize> {
        self.index_of(path).filter(|index| *index < self.stream)
    }

    pub(super) fn neighbours(&self, path: &SourcePath) -> Neighbours {
        let link = |index: usize| {
            let resident = &self.residents[index];
            (resident.article().front.shown_title().to_owned(), resident.url.clone())
        };
        match self.post_index(path) {
            None => Neighbours { newer: None, older: None },
            Some(index) => Neighbours {
                newer: index.checked_sub(1).map(link),
                older: Some(index + 1).filter(|older| *older < self.stream).map(link),
            },
        }
    }

    pub(super) fn more_like(&self, path: &SourcePath, limit: usize) -> Vec<SourcePath> {
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

    pub(super) fn page_of_list(&self, list: &List, number: Option<usize>) -> ListPage {
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

    pub(super) fn newest(&self, list: &List, limit: usize) -> Vec<SourcePath> {
        let members = self.members(list);
        (0..members.len().min(limit)).map(|at| self.path_at(members.at(at))).collect()
    }

    pub(super) fn path_at(&self, index: usize) -> SourcePath {
        self.residents[index].article().path.clone()
    }

    pub(super) fn latest(&self, posts: &[usize]) -> Option<When> {
        posts.first().and_then(|index| self.residents[*index].article().front.date)
    }

    pub(super) fn topic_summary(&self, topic: &super::Topic) -> TopicSummary {
        TopicSummary {
            title: topic.shown(self.rules()).to_owned(),
            slug: topic.slug.clone(),
            url: topic.page(&self.config),
            description: topic.description.clone(),
            count: topic.count(),
            latest: self.latest(&topic.posts),
        }
    }

    pub(super) fn top_topics(&self, limit: usize) -> Vec<TopicSummary> {
        if !self.config.pages.topics {
            return Vec::new();
        }
        let mut topics: Vec<&super::Topic> = self.topics.iter().filter(|topic| topic.count() > 0).collect();
        topics.sort_by_key(|topic| std::cmp::Reverse(topic.count()));
        topics.into_iter().take(limit).map(|topic| self.topic_summary(topic)).collect()
    }

    pub(super) fn topic_about(&self, name: &str) -> Option<TopicAbout> {
        let spelt = Slug::of_spellings(name)?;
        let declared = self.config.topic.iter().find(|entry| {
            entry.aliases.iter().chain([&entry.title]).any(|other| Slug::of_spellings(other).as_ref() == Some(&spelt))
        });
        let slug = declared.map_or_else(|| Slug::derive(name), |entry| Some(entry.slug.clone()))?;
        let topic = self.topic_by_slug.get(&slug).map(|index| &self.topics[*index]);
        let topic = topic
            .or_else(|| self.topics.iter().find(|topic| Slug::of_spellings(&topic.title).as_ref() == Some(&spelt)))?;
        Some(TopicAbout {
            title: topic.shown(self.rules()).to_owned(),
            slug: topic.slug.clone(),
            url: topic.page(&self.config),
            description: topic.description.clone(),
            text: topic.text.as_ref().map(|parsed| parsed.article.path.clone()),
        })
    }

    pub(super) fn topic_neighbours(&self, slug: &Slug, limit: usize) -> Vec<TopicSummary> {
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

    pub(super) fn source_summary(&self, source: &super::Source) -> SourceSummary {
        SourceSummary { about: self.about_source(source), count: source.count(), latest: self.latest(&source.posts) }
    }

    pub(super) fn about_source(&self, source: &super::Source) -> SourceAbout {
        SourceAbout {
            name: typography::name(&source.name, self.rules()).into_owned(),
            slug: source.slug.clone(),
            url: address::source(&self.config, &source.slug),
            homepage: source.url.clone(),
            description: source.description.clone(),
            lang: source.lang.clone(),
            paywall: source.paywall,
        }
    }

    pub(super) fn source_about(&self, name: &str) -> Option<SourceAbout> {
        let spelt = Slug::of_spellings(name)?;
        let declared = self.config.source.iter().find(|entry| {
            entry.aliases.iter().chain([&entry.name]).any(|other| Slug::of_spellings(other).as_ref() == Some(&spelt))
        });
        let slug = declared.map_or_else(|| Slug::derive(name), |entry| Some(entry.slug.clone()))?;
        self.source_by_slug.get(&slug).map(|index| self.about_source(&self.sources[*index]))
    }

    pub(super) fn has_file(&self, path: &str) -> bool {
        crate::base::OutputPath::parse(path).is_ok_and(|path| self.files.by_output.contains_key(&path))
    }

    /// How large a picture is; nothing when there is none at that address, or it does not tell.
    pub(super) fn picture_size(&self, url: &UrlPath) -> Option<Size> {
        let file = self.files.by_output.get(&url.output().ok()?)?;
        self.pictures.get(&file.source)?.size
    }

    /// The newest updates and corrections of posts.
    pub(crate) fn newest_notes(&self, limit: usize) -> Vec<NoteRef> {
        let posts = self.residents[..self.stream].iter().enumerate();
        let mut notes: Vec<(usize, &Resident, &Note, bool)> = posts
            .flat_map(|(at, resident)| {
                let front = &resident.article().front;
                let updates = front.updates.iter().map(move |note| (at, &**resident, note, false));
                updates.chain(front.corrections.iter().map(move |note| (at, &**resident, note, true)))
            })
            .collect();
        // The newest first; of one instant, in the order of the stream.
        notes.sort_by_key(|(at, _, note, _)| (std::cmp::Reverse(note.date), *at));
        let newest = notes.into_iter().take(limit).map(|(_, resident, note, is_correction)| NoteRef {
            path: resident.article().path.clone(),
            url: resident.url.clone(),
            title: resident.article().front.shown_title().to_owned(),
            lang: resident.article().front.lang.clone().filter(|lang| *lang != self.config.language),
            date: note.date,
            text: (note.text.face.lede.clone(), note.text.rest.clone()),
            is_correction,
        });
        newest.collect()
    }

    pub(super) fn news(&self, limit: usize) -> Vec<SourcePath> {
        let is_news = |at: &usize| self.is_news(self.residents[*at].article());
        (0..self.stream).filter(is_news).take(limit).map(|at| self.path_at(at)).collect()
    }

    /// Pages for search engines: no numbered list pages, no redirects.
    pub(super) fn all_pages(&self) -> Vec<(UrlPath, Option<When>)> {
        let changed = |resident: &Arc<Resident>| {
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
            pages.extend(topics.map(|topic| (topic.page(&self.config), newest(&topic.posts))));
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

    pub(super) fn all_aliases(&self) -> Vec<(UrlPath, UrlPath)> {
        let residents = self.residents.iter().filter(|resident| resident.has_page());
        let mut aliases: Vec<(UrlPath, UrlPath)> = residents
            .flat_map(|resident| {
                resident.article().front.aliases.iter().map(|alias| (alias.url.clone(), resident.url.clone()))
            })
            .collect();
        aliases.sort();
        aliases
    }

    pub(super) fn target_of_alias(&self, alias: &UrlPath) -> Option<UrlPath> {
        self.by_alias.get(alias).map(|index| self.residents[*index].url.clone())
    }
}
