//! What is remembered of a few articles and outputs, read from the shelf without the rest.

use super::amendments::{AMENDMENTS, Amendment};
use super::answers;
use super::index::{Asked, Index};
use super::memory::{Memory, Outcome, Slot};
use super::records;
use super::store::Place;
use super::texts::TextShelf;
use crate::base::{Fingerprint, OutputPath, SourcePath};
use crate::config::Config;
use crate::engine::Trace;
use crate::output::Job;
use crate::sink::Shelf;
use crate::site::query::{ArticleOf, Query};
use crate::site::{Question, Rules};
use std::cell::Cell;
use std::sync::Arc;

/// The last build, as far as somebody asks.
pub(super) struct Past<'a> {
    shelf: Arc<dyn Shelf>,
    index: Index,
    amended: &'a [Amendment],
    texts: TextShelf,
    rules: Rules,
    has_lost_an_answer: Cell<bool>,
}

/// An output that shows a text.
pub(super) struct Shown {
    pub(super) path: OutputPath,
    pub(super) trace: Trace<Job>,
    /// What it asked, with the numbers of the questions.
    pub(super) asked: Vec<(u32, Asked)>,
}

impl<'a> Past<'a> {
    /// The past that the standing is of; nothing when the index on the shelf is of another build.
    pub(super) fn open(memory: &'a mut Memory, config: &Config) -> Option<Past<'a>> {
        let shelf = memory.shelf.clone()?;
        let index = Index::open(shelf.clone()).ok()?;
        let is_ours = memory.is_asleep || memory.seal.as_deref() == Some(index.seal());
        // Another build may have added to the log since it was read.
        let is_known = index.length_of(AMENDMENTS) == memory.amended.length;
        if !is_ours || !is_known || memory.standing.as_ref()?.index.as_deref() != Some(index.seal()) {
            return None;
        }
        let data = memory.amended.all.last().map_or(index.data(), |amendment| amendment.data);
        // A file that lost its end takes nothing more.
        if index.length_of(&records::file_name(data.number)) < data.length {
            return None;
        }
        let texts = memory.texts_of(data)?;
        Some(Past {
            shelf,
            index,
            amended: &memory.amended.all,
            texts,
            rules: Rules::of(config),
            has_lost_an_answer: Cell::new(false),
        })
    }

    /// The site's match rules.
    pub(super) fn rules(&self) -> &Rules {
        &self.rules
    }

    /// An answer, if it is there and whole.
    pub(super) fn answer(&self, (_, answer, place): &Asked) -> Option<Vec<u8>> {
        let bytes = answers::read(&*self.shelf, self.index.answers()?, (*place)?, *answer);
        self.has_lost_an_answer.set(self.has_lost_an_answer.get() || bytes.is_none());
        bytes
    }

    /// Whether an answer that should be there could not be read back.
    pub(super) fn has_lost_an_answer(&self) -> bool {
        self.has_lost_an_answer.get()
    }

    /// Whether a text that somebody wanted could not be read back; it is forgotten then that it was wanted.
    pub(super) fn has_lost_a_text(&self) -> bool {
        !self.texts.losses.take().is_empty()
    }

    /// An article as it was parsed, if it is there and whole.
    pub(super) fn article(&self, path: &SourcePath) -> Option<Outcome> {
        let (key, slot, text) = self.amended_article(path).or_else(|| self.index.article(path))?;
        Place { path, key, slot, text }.fetch(&self.texts, &self.rules)
    }

    fn amended_article(&self, path: &SourcePath) -> Option<(Fingerprint, Slot, Slot)> {
        let mut articles = self.amended.iter().rev().flat_map(|amendment| &amendment.articles);
        articles.find(|(known, ..)| known == path).map(|(_, key, slot, text)| (*key, *slot, *text))
    }

    /// The outputs that show an article. An article that nobody shows has none.
    pub(super) fn shown(&self, path: &SourcePath) -> Option<Vec<Shown>> {
        let question = Question::Site(Query::ArticleOf(ArticleOf { path: path.clone() }));
        let Some(number) = self.index.number(&question).ok()? else { return Some(Vec::new()) };
        let outputs = self.index.outputs(number)?.into_iter().map(|(path, trace)| {
            let mut amended = self.amended.iter().rev().flat_map(|amendment| &amendment.outputs);
            let trace = amended.find(|(known, _)| *known == path).map_or(trace, |(_, trace)| trace.clone());
            let asked =
                trace.reads.iter().map(|number| Some((*number, self.asked(*number)?))).collect::<Option<_>>()?;
            Some(Shown { path, trace, asked })
        });
        outputs.collect()
    }

    fn asked(&self, number: u32) -> Option<Asked> {
        let (question, mut answer, place) = self.index.question(number)?;
        if let Question::Site(Query::ArticleOf(ArticleOf { path })) = &question
            && let Some((key, ..)) = self.amended_article(path)
        {
            answer = key;
        }
        Some((question, answer, place))
    }
}
