//! Why a reader would not see an article today.
//!
//! The preview shows what is not published yet, and what is not published any more: marked, so that nobody is surprised.

use crate::content::Article;
use crate::site::{Hidden, Selection};
use jiff::Timestamp;
use serde::Serialize;

/// A reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Mark {
    Draft,
    Future,
    Expired,
}

/// Why an article would not be published at a moment; nothing when it would.
pub(super) fn mark(article: &Article, now: Timestamp) -> Option<Mark> {
    let strict = Selection { drafts: false, future: false, expired: false, now };
    strict.hides(article).map(|hidden| match hidden {
        Hidden::Draft => Mark::Draft,
        Hidden::Future(_) => Mark::Future,
        Hidden::Expired(_) => Mark::Expired,
    })
}
