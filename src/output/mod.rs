//! What leaves the site: the list of jobs, the plan of all outputs, and one file per kind of file that we emit.
//!
//! A job is a value; `plan` lists every output of a site, `render` turns one job into bytes and says what it read.
//! Nothing here touches the disk or the clock, and equal answers give equal bytes.

pub mod atom;
pub mod json_feed;
mod misnamed;
pub mod news_sitemap;
pub mod plan;
pub mod redirect;
pub mod render;
pub mod robots;
pub mod rss;
pub mod showing;
pub mod sitemap;
pub mod templates;
pub mod webmanifest;
mod xml;

#[cfg(test)]
mod samples;

pub use plan::{Plan, Planned, plan};
pub use render::{Rendered, Renderer, may_be_unfit, unfit};
pub use showing::showing;

use crate::base::{OutputPath, Slug, SourcePath, UrlPath};
use crate::config::FeedFormat;
use crate::site::List;
use crate::site::Period;
use crate::view::headline::feed_file;
use serde::{Deserialize, Serialize};

/// One output to make. A new kind of page or file is a variant here, an arm in `render`, and a line in `plan`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Job {
    /// The front page, or a numbered page behind it.
    Home(Option<usize>),
    /// A post.
    Post(SourcePath),
    /// A page outside the stream.
    Page(SourcePath),
    /// A topic, or a numbered page behind it.
    Topic(Slug, Option<usize>),
    /// The index of topics.
    Topics,
    /// A source, or a numbered page behind it.
    Source(Slug, Option<usize>),
    /// The index of sources.
    Sources,
    /// A page of the archive.
    Archive(Period),
    /// The page of addresses that lead nowhere.
    NotFound,
    /// A feed.
    Feed(List, FeedFormat),
    /// The sitemap, or the index of its parts.
    Sitemap,
    /// A part of a sitemap that is too long for one file, from 1.
    SitemapPart(usize),
    /// The sitemap of news.
    NewsSitemap,
    /// robots.txt
    Robots,
    /// A page that leads from an old address to the new one.
    Alias(UrlPath),
    /// `_redirects`, with the site's own lines first.
    Redirects(Option<SourcePath>),
    /// `.nojekyll`
    NoJekyll,
    /// The web app manifest.
    WebManifest,
    /// A file, copied.
    Copy(SourcePath),
}

/// Whether feeds have that name.
pub fn is_feed(path: &OutputPath) -> bool {
    let name = path.as_str().rsplit('/').next().unwrap_or_default();
    [FeedFormat::Atom, FeedFormat::Rss, FeedFormat::Json].into_iter().any(|format| feed_file(format) == name)
}

/// When an output is put in place: no page may lead to what is not there yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// What pages need: files.
    File,
    /// Posts and pages.
    Page,
    /// What leads to them.
    List,
    /// What leads to all of it: feeds, sitemaps, redirects.
    Feed,
}

impl Job {
    /// When it is put in place.
    pub fn kind(&self) -> Kind {
        match self {
            Job::Copy(_) | Job::NoJekyll | Job::WebManifest => Kind::File,
            Job::Post(_) | Job::Page(_) => Kind::Page,
            Job::Home(_)
            | Job::Topic(..)
            | Job::Topics
            | Job::Source(..)
            | Job::Sources
            | Job::Archive(_)
            | Job::NotFound => Kind::List,
            Job::Feed(..)
            | Job::Sitemap
            | Job::SitemapPart(_)
            | Job::NewsSitemap
            | Job::Robots
            | Job::Alias(_)
            | Job::Redirects(_) => Kind::Feed,
        }
    }
}
