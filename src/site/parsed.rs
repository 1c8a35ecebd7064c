//! A parsed article, and where its text is.
//!
//! The text is the bulk of an article, and few ask for it: it may be kept elsewhere until somebody does. Nothing here
//! knows where that is.

use crate::base::{Fingerprint, When};
use crate::content::{Article, Prose, Whole};
use jiff::Timestamp;
use std::fmt;
use std::sync::Arc;

/// A parsed article with the fingerprint of all that it depends on: its text, its path, the options.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Parsed {
    /// The article.
    pub article: Article,
    /// What identifies it, its text too.
    pub fingerprint: Fingerprint,
    /// Which of the site's match rules it meets.
    #[serde(skip)]
    pub rules: Box<[u32]>,
    /// When the next of its updates and corrections that are not published yet is.
    #[serde(skip)]
    pub held: Option<When>,
    #[serde(skip)]
    text: Text,
}

/// Where the text of an article is.
#[derive(Clone, Debug)]
enum Text {
    Held(Arc<Prose>),
    Kept(Arc<dyn Keeper>),
}

/// Who keeps the text of one article.
pub trait Keeper: fmt::Debug + Send + Sync {
    /// The text. One that cannot be had is noted by the keeper, and whatever is made without it must not be used.
    fn rest(&self, of: &Parsed) -> Option<Arc<Prose>>;
}

impl Parsed {
    /// An article with its text.
    pub fn held(Whole { article, rest }: Whole, fingerprint: Fingerprint, rules: Box<[u32]>) -> Parsed {
        Parsed { article, fingerprint, rules, held: None, text: Text::Held(Arc::new(rest)) }
    }

    /// An article whose text somebody keeps.
    pub fn kept(article: Article, fingerprint: Fingerprint, rules: Box<[u32]>, keeper: Arc<dyn Keeper>) -> Parsed {
        Parsed { article, fingerprint, rules, held: None, text: Text::Kept(keeper) }
    }

    /// The article as readers see it at a moment: updates, corrections and an `updated` that are still to come are not in
    /// it.
    pub fn before(parsed: Arc<Parsed>, now: Timestamp) -> Arc<Parsed> {
        let Some(next) = Parsed::next(&parsed.article, now) else { return parsed };
        let is_past = |date: &When| date.instant <= now;
        let mut article = parsed.article.clone();
        article.front.updates.retain(|note| is_past(&note.date));
        article.front.corrections.retain(|note| is_past(&note.date));
        article.front.updated = article.front.updated.filter(is_past);
        // How many of them there are tells which.
        let front = &article.front;
        let left = (front.updates.len(), front.corrections.len(), front.updated.is_some());
        Arc::new(Parsed {
            fingerprint: Fingerprint::of(&(parsed.fingerprint, left)),
            rules: parsed.rules.clone(),
            held: Some(next),
            text: match &parsed.text {
                Text::Held(rest) => Text::Held(rest.clone()),
                Text::Kept(_) => Text::Kept(Arc::new(Entire(parsed.clone()))),
            },
            article,
        })
    }

    /// When the next of an article's updates and corrections is that are to come at a moment.
    pub fn next(article: &Article, now: Timestamp) -> Option<When> {
        article.front.changes().filter(|date| date.instant > now).min()
    }

    /// The text after the lede.
    pub fn rest(&self) -> Arc<Prose> {
        match &self.text {
            Text::Held(rest) => rest.clone(),
            Text::Kept(keeper) => keeper.rest(self).unwrap_or_default(),
        }
    }

    /// The text after the lede, if it is in memory.
    pub fn held_rest(&self) -> Option<&Arc<Prose>> {
        match &self.text {
            Text::Held(rest) => Some(rest),
            Text::Kept(_) => None,
        }
    }
}

/// An article that is published in part: its text is that of the whole.
#[derive(Debug)]
struct Entire(Arc<Parsed>);

impl Keeper for Entire {
    fn rest(&self, _of: &Parsed) -> Option<Arc<Prose>> {
        Some(self.0.rest())
    }
}
