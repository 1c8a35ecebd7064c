//! A parsed article, and where its text is.
//!
//! The text is the bulk of an article, and few ask for it: it may be kept elsewhere until somebody does. Nothing here
//! knows where that is.

use crate::base::Fingerprint;
use crate::content::{Article, Prose, Whole};
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
        Parsed { article, fingerprint, rules, text: Text::Held(Arc::new(rest)) }
    }

    /// An article whose text somebody keeps.
    pub fn kept(article: Article, fingerprint: Fingerprint, rules: Box<[u32]>, keeper: Arc<dyn Keeper>) -> Parsed {
        Parsed { article, fingerprint, rules, text: Text::Kept(keeper) }
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
