//! What a path of the browser means: an address of the site, and the output that answers it.
//!
//! Paths of browsers begin with the path of `base_url`; the site's own addresses do not.

use crate::base::{OutputPath, SourcePath, UrlPath};
use crate::content::Place;
use crate::output::Job;
use crate::pipeline::Edition;
use crate::site::query::TopicFacts;
use crate::site::{Ask as _, Site};

/// A page that a browser shows.
pub(super) struct Page<'e> {
    /// Its address in the site.
    pub(super) url: UrlPath,
    /// What answers it; nothing for an address that leads nowhere.
    pub(super) planned: Option<(OutputPath, &'e Job)>,
}

/// The page at `location.pathname`; nothing outside the site.
pub(super) fn page<'e>(edition: &'e Edition, at: &str) -> Option<Page<'e>> {
    let below = at.strip_prefix(edition.config()?.base_url.path.as_str())?;
    let url = UrlPath::parse(if below.is_empty() { "/" } else { below }).ok()?;
    let output = url.output().ok();
    let planned = output.and_then(|output| edition.job(&output).map(|job| (output, job)));
    Some(Page { url, planned })
}

/// The article whose text a page shows, if it is about one.
pub(super) fn article_of(site: &Site, job: &Job) -> Option<SourcePath> {
    match job {
        Job::Post(path) | Job::Page(path) => Some(path.clone()),
        Job::Topic(slug, _) => TopicFacts { name: slug.to_string() }.answer(site)?.text,
        Job::Home(_) => {
            site.all_articles().find(|article| article.place == Place::Home).map(|article| article.path.clone())
        }
        Job::Alias(url) => {
            let is_it = |article: &crate::content::Article| article.front.aliases.iter().any(|alias| alias.url == *url);
            site.articles().find(|(article, ..)| is_it(article)).map(|(article, ..)| article.path.clone())
        }
        Job::Topics
        | Job::Source(..)
        | Job::Sources
        | Job::Archive(_)
        | Job::NotFound
        | Job::Feed(..)
        | Job::Sitemap
        | Job::SitemapPart(_)
        | Job::NewsSitemap
        | Job::Robots
        | Job::Redirects(_)
        | Job::NoJekyll
        | Job::WebManifest
        | Job::Copy(_) => None,
    }
}

/// What kind of output it is, in a word.
pub(super) fn kind(job: &Job) -> &'static str {
    match job {
        Job::Home(_) => "home",
        Job::Post(_) => "post",
        Job::Page(_) => "page",
        Job::Topic(..) => "topic",
        Job::Topics => "topics",
        Job::Source(..) => "source",
        Job::Sources => "sources",
        Job::Archive(_) => "archive",
        Job::NotFound => "404",
        Job::Feed(..) => "feed",
        Job::Sitemap | Job::SitemapPart(_) | Job::NewsSitemap => "sitemap",
        Job::Robots => "robots",
        Job::Alias(_) => "alias",
        Job::Redirects(_) => "redirects",
        Job::NoJekyll => "marker",
        Job::WebManifest => "manifest",
        Job::Copy(_) => "file",
    }
}

/// What an output is, in a few words for people.
pub(super) fn words(site: &Site, job: &Job) -> String {
    use crate::site::{List, Period};
    let page = |number: &Option<usize>| number.map_or_else(String::new, |number| format!(", page {number}"));
    let topic = |slug: &crate::base::Slug| {
        let topic = site.topics().iter().find(|topic| topic.slug == *slug);
        topic.map_or_else(|| slug.to_string(), |topic| topic.title.clone())
    };
    let source = |slug: &crate::base::Slug| {
        let source = site.sources().iter().find(|source| source.slug == *slug);
        source.map_or_else(|| slug.to_string(), |source| source.name.clone())
    };
    match job {
        Job::Home(number) => format!("home page{}", page(number)),
        Job::Post(_) => "its own page".to_owned(),
        Job::Page(_) => "page".to_owned(),
        Job::Topic(slug, number) => format!("topic {}{}", topic(slug), page(number)),
        Job::Topics => "index of topics".to_owned(),
        Job::Source(slug, number) => format!("source {}{}", source(slug), page(number)),
        Job::Sources => "index of sources".to_owned(),
        Job::Archive(Period::All) => "archive".to_owned(),
        Job::Archive(Period::Year(year)) => format!("archive of {year}"),
        Job::Archive(Period::Month(year, month)) => format!("archive of {year}-{month:02}"),
        Job::NotFound => "page for missing addresses".to_owned(),
        Job::Feed(list, format) => {
            let format = match format {
                crate::config::FeedFormat::Atom => "Atom",
                crate::config::FeedFormat::Rss => "RSS",
                crate::config::FeedFormat::Json => "JSON",
            };
            let whose = match list {
                List::All => "the site".to_owned(),
                List::Topic(slug) => format!("topic {}", topic(slug)),
                List::Source(slug) => format!("source {}", source(slug)),
                List::Month(year, month) => format!("{year}-{month:02}"),
            };
            format!("{format} feed of {whose}")
        }
        Job::Sitemap => "sitemap".to_owned(),
        Job::SitemapPart(part) => format!("sitemap, part {part}"),
        Job::NewsSitemap => "sitemap of news".to_owned(),
        Job::Robots => "robots.txt".to_owned(),
        Job::Alias(_) => "redirect from an old address".to_owned(),
        Job::Redirects(_) => "redirects".to_owned(),
        Job::NoJekyll => "marker for GitHub Pages".to_owned(),
        Job::WebManifest => "web app manifest".to_owned(),
        Job::Copy(path) => format!("copy of {path}"),
    }
}
