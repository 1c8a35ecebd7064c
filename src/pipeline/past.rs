//! What is remembered of a few articles and outputs, read from the shelf without the rest.

use super::amendments::Amendment;
use super::index::{Asked, Index};
use super::memory::{Memory, Slot};
use crate::base::{Fingerprint, OutputPath, SourcePath};
use crate::engine::Trace;
use crate::output::Job;
use crate::site::Question;
use crate::site::query::{ArticleOf, Query};

/// The last build, as far as somebody asks.
pub(super) struct Past<'a> {
    index: Index,
    amended: &'a [Amendment],
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
    pub(super) fn open(memory: &'a Memory) -> Option<Past<'a>> {
        let index = Index::open(memory.shelf.clone()?).ok()?;
        let standing = memory.standing.as_ref()?;
        let is_ours = memory.is_asleep || memory.seal.as_deref() == Some(index.seal());
        let is_one = is_ours && standing.index.as_deref() == Some(index.seal());
        is_one.then_some(Past { index, amended: &memory.amended })
    }

    pub(super) fn index(&self) -> &Index {
        &self.index
    }

    /// What an article was parsed from, and where it lies.
    pub(super) fn article(&self, path: &SourcePath) -> Option<(Fingerprint, Slot)> {
        self.amended_article(path).or_else(|| self.index.article(path))
    }

    fn amended_article(&self, path: &SourcePath) -> Option<(Fingerprint, Slot)> {
        let mut articles = self.amended.iter().rev().flat_map(|amendment| &amendment.articles);
        articles.find(|(known, ..)| known == path).map(|(_, key, slot)| (*key, *slot))
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
            && let Some((key, _)) = self.amended_article(path)
        {
            answer = key;
        }
        Some((question, answer, place))
    }
}
