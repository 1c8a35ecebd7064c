//! Which articles are published now. Decided here, once, for every page, list and feed.

use crate::base::When;
use crate::content::Article;
use jiff::Timestamp;
use serde::Serialize;

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
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
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
}
