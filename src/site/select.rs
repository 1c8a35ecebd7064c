//! Which articles are published now. Decided here, once, for every page, list and feed.

use super::Parsed;
use crate::base::When;
use crate::content::{Article, Place};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// What a build takes in.
#[derive(Clone, Copy, Debug)]
pub struct Selection {
    /// Drafts too.
    pub drafts: bool,
    /// What is dated later than `now` too: posts, updates and corrections.
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

/// How long a post is news to search engines.
const NEWS_LASTS: SignedDuration = SignedDuration::from_hours(48);

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

    /// An article that is not hidden, as it is published.
    pub fn shows(&self, parsed: Arc<Parsed>) -> Arc<Parsed> {
        if self.future { parsed } else { Parsed::before(parsed, self.now) }
    }

    /// Whether a post is news now, for everybody: what a run shows besides is not.
    pub fn is_news(&self, article: &Article) -> bool {
        let everybody = Selection { drafts: false, future: false, expired: false, now: self.now };
        let is_young = stale(article).is_some_and(|stale| self.now < stale);
        is_young && everybody.hides(article).is_none()
    }

    /// The moments between which the same articles, updates and corrections are due as now, and the same posts are news:
    /// from the first, and before the last.
    pub fn due<'a>(&self, articles: impl Iterator<Item = &'a Article>) -> (Option<Timestamp>, Option<Timestamp>) {
        let moments = articles.flat_map(|article| {
            let dates = [article.front.date, article.front.expires].map(|date| date.map(|date| date.instant));
            let changes = article.front.changes().map(|date| Some(date.instant));
            dates.into_iter().chain([stale(article)]).chain(changes).flatten()
        });
        let (mut first, mut last) = (None, None);
        for moment in moments {
            match moment <= self.now {
                true => first = first.max(Some(moment)),
                false => last = Some(last.map_or(moment, |last: Timestamp| last.min(moment))),
            }
        }
        (first, last)
    }
}

/// From when on a post is no news any more.
fn stale(article: &Article) -> Option<Timestamp> {
    match article.place {
        Place::Post => article.front.date?.instant.checked_add(NEWS_LASTS).ok(),
        Place::Page | Place::Topic | Place::Home => None,
    }
}
