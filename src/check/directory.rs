//! "Did you mean" for addresses and files: looked up by their last names, for the first broken links of a run.
//!
//! Measuring how near two names are is dear, and an import may bring a broken link for every post: past a number nobody
//! reads, there are no more suggestions.

use crate::base::calendar::split_dated_name;
use crate::base::suggest;
use crate::site::Site;
use std::cell::{Cell, OnceCell};

/// How many suggestions a run makes.
const SUGGESTIONS: usize = 50;

/// Paths with their last names.
type Names<'a> = Vec<(String, &'a str)>;

/// What a link may have meant.
pub struct Directory<'a> {
    site: &'a Site,
    left: Cell<usize>,
    addresses: OnceCell<Names<'a>>,
    files: OnceCell<Names<'a>>,
}

impl<'a> Directory<'a> {
    /// The directory of a site; nothing is looked up yet.
    pub fn new(site: &'a Site) -> Directory<'a> {
        Directory { site, left: Cell::new(SUGGESTIONS), addresses: OnceCell::new(), files: OnceCell::new() }
    }

    /// The address of an article nearest to one that leads nowhere; never the article's `own`.
    pub(super) fn address(&self, wanted: &str, own: Option<&str>) -> Option<&'a str> {
        let names = || named(self.site.articles().map(|(_, url, _)| url.as_str()));
        self.nearest(wanted, own, self.left.get().checked_sub(1).map(|_| self.addresses.get_or_init(names))?)
    }

    /// The file of an article nearest to one that does not exist.
    pub(super) fn file(&self, wanted: &str, own: &str) -> Option<&'a str> {
        let names = || named(self.site.all_articles().map(|article| article.path.as_str()));
        self.nearest(wanted, Some(own), self.left.get().checked_sub(1).map(|_| self.files.get_or_init(names))?)
    }

    /// The id nearest to one that a page does not have.
    pub(super) fn id<'i>(&self, wanted: &str, ids: impl Iterator<Item = &'i str>) -> Option<&'i str> {
        self.left.set(self.left.get().checked_sub(1)?);
        suggest::nearest(wanted, ids)
    }

    /// The path whose last name is the nearest: in whole paths, what they have in common would hide all that differs.
    fn nearest(&self, wanted: &str, own: Option<&str>, known: &Names<'a>) -> Option<&'a str> {
        self.left.set(self.left.get() - 1);
        let others = || known.iter().filter(|(name, path)| !name.is_empty() && Some(*path) != own);
        let near = suggest::nearest(&last_name(wanted), others().map(|(name, _)| name.as_str()))?;
        let mut same: Vec<&str> = others().filter(|(name, _)| name == near).map(|(_, path)| *path).collect();
        same.sort_by(|a, b| strsim::jaro_winkler(wanted, b).total_cmp(&strsim::jaro_winkler(wanted, a)).then(a.cmp(b)));
        same.first().copied()
    }
}

fn named<'a>(paths: impl Iterator<Item = &'a str>) -> Names<'a> {
    paths.map(|path| (last_name(path), path)).collect()
}

/// The last name of a path, without a date, an extension or the `index.md` of a bundle.
fn last_name(path: &str) -> String {
    let path = path.trim_end_matches('/').trim_end_matches("/index.md");
    let name = path.rsplit('/').next().unwrap_or("");
    split_dated_name(name).map_or(name, |(_, rest)| rest).trim_end_matches(".md").to_owned()
}
