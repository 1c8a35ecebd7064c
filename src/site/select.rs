//! Which articles are published now. Decided here, once, for every page, list and feed.

use crate::base::When;
use crate::content::Article;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What a build takes in.
#[derive(Clone, Copy, Debug)]
pub struct Selection {
    /// Drafts too.
    pub drafts: bool,
    /// Posts dated later than `now` too.
    pub future: bool,
    /// Posts that have expired too.
    pub expired: bool,
    /// The moment of the build.
    pub now: Timestamp,
}

/// Why an article is not published.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Hidden {
    /// It says `draft = true`.
    Draft,
    /// Its date is still to come.
    Future(When),
    /// Its `expires` has passed.
    Expired(When),
}

impl Selection {
    /// Why an article is not published; nothing when it is.
    pub fn hides(&self, article: &Article) -> Option<Hidden> {
        let front = &article.front;
        if front.draft && !self.drafts {
            return Some(Hidden::Draft);
        }
        if let Some(date) = front.date.filter(|date| date.instant > self.now && !self.future) {
            return Some(Hidden::Future(date));
        }
        front.expires.filter(|expires| expires.instant <= self.now && !self.expired).map(Hidden::Expired)
    }

    /// The moments between which the same articles are due as now: from the first, and before the last.
    pub fn due<'a>(&self, articles: impl Iterator<Item = &'a Article>) -> (Option<Timestamp>, Option<Timestamp>) {
        let dates = articles.flat_map(|article| [article.front.date, article.front.expires]).flatten();
        let (mut first, mut last) = (None, None);
        for date in dates {
            match date.instant <= self.now {
                true => first = first.max(Some(date.instant)),
                false => last = Some(last.map_or(date.instant, |last: Timestamp| last.min(date.instant))),
            }
        }
        (first, last)
    }
}
