//! Which outputs show a post.
//!
//! Answers from the model alone, and renders nothing: what a template leaves out is not known here.

use super::{Job, news_sitemap};
use crate::base::{SourcePath, UrlPath};
use crate::site::{List, Period, Site, address_book};
use crate::view::headline::{feed_file, numbered};
use crate::view::home::UPDATES;

/// The outputs that show a post, its own page first; nothing for what is no post.
pub fn showing(site: &Site, path: &SourcePath) -> Vec<(UrlPath, Job)> {
    let Some(index) = site.index_of(path).filter(|index| *index < site.posts().len()) else { return Vec::new() };
    let resident = &site.residents()[index];
    let config = site.config();
    let book = address_book(site);
    let mut shown = vec![(resident.url.clone(), Job::Post(path.clone()))];
    let aliases = resident.article().front.aliases.iter();
    shown.extend(aliases.map(|alias| (alias.url.clone(), Job::Alias(alias.url.clone()))));

    let topics: Vec<_> = resident.topics.iter().map(|topic| &site.topics()[*topic].slug).collect();
    let source = resident.source.map(|source| &site.sources()[source].slug);
    let mut lists = vec![(List::All, UrlPath::root(), Paged::Home, true)];
    if config.pages.topics {
        lists.extend(topics.into_iter().map(|slug| {
            let list = List::Topic(slug.clone());
            (list, book.topic(slug), Paged::Topic(slug), config.feeds.topics)
        }));
    }
    if config.pages.sources {
        lists.extend(source.map(|slug| {
            let list = List::Source(slug.clone());
            (list, book.source(slug), Paged::Source(slug), config.feeds.sources)
        }));
    }
    for (list, url, paged, has_feeds) in lists {
        let members = site.members(&list);
        let Some(position) = (0..members.len()).find(|at| members.at(*at) == index) else { continue };
        let number = number(members.len() - 1 - position, config.lists.per_page, site.pages_of(&list));
        let address = number.map_or_else(|| url.clone(), |number| numbered(&url, number));
        shown.push((address, paged.job(number)));
        if has_feeds && position < config.feeds.entries {
            let feeds = config.feeds.formats.iter();
            shown.extend(feeds.map(|format| (url.join(feed_file(*format)), Job::Feed(list.clone(), *format))));
        }
    }
    // The front page tells of the newest updates, however old their post is.
    let is_updated = site.newest_notes(UPDATES).iter().any(|note| note.path == *path);
    if is_updated && !shown.iter().any(|(_, job)| *job == Job::Home(None)) {
        shown.push((UrlPath::root(), Job::Home(None)));
    }
    if config.feeds.news_sitemap && site.is_news(resident.article()) {
        shown.push((UrlPath::root().join(news_sitemap::FILE), Job::NewsSitemap));
    }
    if config.pages.archive
        && let Some(date) = resident.article().front.date.map(|when| when.date(site.zone()))
    {
        let period = Period::Month(date.year(), date.month());
        shown.push((book.period(period), Job::Archive(period)));
    }
    shown
}

/// The page of a list on which its post number `from_oldest` stands; nothing for the list's own address.
fn number(from_oldest: usize, per_page: usize, pages: usize) -> Option<usize> {
    let number = from_oldest.checked_div(per_page)? + 1;
    (number < pages).then_some(number)
}

/// Which list.
enum Paged<'a> {
    Home,
    Topic(&'a crate::base::Slug),
    Source(&'a crate::base::Slug),
}

impl Paged<'_> {
    fn job(&self, number: Option<usize>) -> Job {
        match self {
            Paged::Home => Job::Home(number),
            Paged::Topic(slug) => Job::Topic((*slug).clone(), number),
            Paged::Source(slug) => Job::Source((*slug).clone(), number),
        }
    }
}
