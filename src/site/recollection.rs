//! Answers of an earlier site that the present one would give again: enough to make some outputs without a site.
//!
//! Who fills it vouches for the answers. A question that it does not know gets an empty answer, and what was made of that
//! is worth nothing: `is_short` tells, once all is made.

use super::query::{About, AboutSite, Query};
use super::{Ask, Parsed};
use crate::base::{Fingerprint, SourcePath, Table};
use serde::de::DeserializeOwned;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Answers, and the articles that were asked for.
#[derive(Debug)]
pub struct Recollection {
    about: (Arc<About>, Fingerprint),
    answers: Answers,
    articles: Table<SourcePath, Arc<Parsed>>,
    is_short: AtomicBool,
}

/// Answers by question: the fingerprint, and the bytes that `Query::encode` gave.
pub type Answers = Table<Query, (Fingerprint, Vec<u8>)>;

impl Recollection {
    /// Holds these answers; nothing when what the site is, which every page asks, is not among them.
    pub fn new(answers: Answers, articles: Table<SourcePath, Arc<Parsed>>) -> Option<Recollection> {
        let (fingerprint, bytes) = answers.get(&AboutSite {}.query())?;
        let about = (Arc::new(postcard::from_bytes(bytes).ok()?), *fingerprint);
        Some(Recollection { about, answers, articles, is_short: AtomicBool::new(false) })
    }

    /// Whether something was asked that is not known here.
    pub fn is_short(&self) -> bool {
        self.is_short.load(Ordering::Relaxed)
    }

    pub(super) fn about(&self) -> (Arc<About>, Fingerprint) {
        self.about.clone()
    }

    pub(super) fn article(&self, path: &SourcePath) -> (Option<Arc<Parsed>>, Fingerprint) {
        match self.articles.get(path) {
            Some(parsed) => (Some(parsed.clone()), parsed.fingerprint),
            None => self.unknown(),
        }
    }

    pub(super) fn answer<T: DeserializeOwned + Default>(&self, query: &Query) -> (T, Fingerprint) {
        let known = self.answers.get(query);
        match known.and_then(|(fingerprint, bytes)| Some((postcard::from_bytes(bytes).ok()?, *fingerprint))) {
            Some(answer) => answer,
            None => self.unknown(),
        }
    }

    fn unknown<T: Default>(&self) -> (T, Fingerprint) {
        self.is_short.store(true, Ordering::Relaxed);
        (T::default(), Fingerprint::of(&()))
    }
}

#[cfg(test)]
mod tests {
    use super::super::query::CountOf;
    use super::super::{List, Reader, Snapshot};
    use super::*;
    use crate::base::SourceText;
    use crate::site::{Parts, Selection, assemble};
    use std::collections::BTreeMap;

    #[test]
    fn a_question_that_is_not_known_is_noticed() {
        let source = SourceText::new(SourcePath::new("site.toml"), "title = \"A\"\nbase_url = \"https://a.example\"\n");
        let config = Arc::new(crate::config::read(&source, &[]).value.unwrap());
        let now = jiff::Timestamp::UNIX_EPOCH;
        let (site, _) = assemble(Parts {
            config,
            articles: Vec::new(),
            content_files: Vec::new(),
            statics: Vec::new(),
            pictures: Arc::default(),
            data: BTreeMap::new(),
            selection: Selection { drafts: false, future: false, expired: false, now },
        });
        let count = CountOf { list: List::All };
        let questions = [AboutSite {}.query(), count.query()];
        let answers = questions.map(|query| {
            let mut bytes = Vec::new();
            query.encode(&site, &mut bytes);
            assert_eq!(Fingerprint::of_bytes(&bytes), query.fingerprint(&site));
            (query.clone(), (Fingerprint::of_bytes(&bytes), bytes))
        });
        let recollection = Arc::new(Recollection::new(answers.into_iter().collect(), Table::default()).unwrap());
        let reader = Reader::new(Snapshot::Recollection(recollection.clone()));
        assert_eq!(reader.ask(count), 0);
        assert_eq!(reader.ask(AboutSite {}).title, site.config().title);
        assert!(!recollection.is_short());
        assert_eq!(reader.ask(CountOf { list: List::Month(2025, 6) }), 0);
        assert!(recollection.is_short());
        assert!(Recollection::new(Answers::default(), Table::default()).is_none());
    }
}
