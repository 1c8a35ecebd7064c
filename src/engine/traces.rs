//! What every output asked, and what came of it: all that outlives a build.
//!
//! Questions stand in one table, sorted, each once; an output holds their places in it.

use super::Ledger;
use crate::base::{Diagnostic, Fingerprint, OutputPath};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::hash::Hash;

/// What all outputs asked. Compared with a later site by `refresh`.
#[derive(Clone, Debug, PartialEq)]
pub struct Traces<Q, J> {
    /// Questions, sorted, with the fingerprints of the answers.
    pub(super) questions: Vec<(Q, Fingerprint)>,
    /// What each output asked.
    pub(super) outputs: BTreeMap<OutputPath, Trace<J>>,
}

/// What one output asked, and what came of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Trace<J> {
    /// What was to be made.
    pub job: J,
    /// Places in the table of questions, sorted.
    pub reads: Vec<u32>,
    /// The bytes that were made.
    pub content: Fingerprint,
    /// How many there are.
    pub length: u64,
    /// Warnings on the way: told again while the output stays as it is.
    pub diagnostics: Vec<Diagnostic>,
}

impl<Q, J> Default for Traces<Q, J> {
    fn default() -> Traces<Q, J> {
        Traces { questions: Vec::new(), outputs: BTreeMap::new() }
    }
}

impl<Q: Clone + Eq + Hash + Ord + Send, J: Clone> Traces<Q, J> {
    /// What an output asked, if it is known.
    pub fn output(&self, path: &OutputPath) -> Option<&Trace<J>> {
        self.outputs.get(path)
    }

    /// All outputs.
    pub fn outputs(&self) -> &BTreeMap<OutputPath, Trace<J>> {
        &self.outputs
    }

    /// All questions, sorted, with the fingerprints of the answers.
    pub fn questions(&self) -> &[(Q, Fingerprint)] {
        &self.questions
    }

    /// Traces of these outputs, with the table in which their questions stand; nothing when a place is not in it.
    pub fn of(questions: Vec<(Q, Fingerprint)>, outputs: Vec<(OutputPath, Trace<J>)>) -> Option<Traces<Q, J>> {
        let traces = Traces { questions, outputs: outputs.into_iter().collect() };
        traces.is_sound().then_some(traces)
    }

    /// How many questions are kept.
    pub fn len(&self) -> usize {
        self.questions.len()
    }

    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        self.outputs.is_empty()
    }

    /// Forgets that questions were asked. For tests alone: it must make an incremental build wrong.
    pub fn forget(&mut self, is_forgotten: impl Fn(&Q) -> bool) {
        let kept: Vec<bool> = self.questions.iter().map(|(question, _)| !is_forgotten(question)).collect();
        for trace in self.outputs.values_mut() {
            trace.reads.retain(|read| kept.get(*read as usize) == Some(&true));
        }
    }

    /// The fingerprint of the answer to a question, if some output asked it.
    pub fn answer(&self, question: &Q) -> Option<Fingerprint> {
        let place = self.place(question)? as usize;
        self.questions.get(place).map(|(_, answer)| *answer)
    }

    /// Where a question stands in the table, if some output asked it.
    fn place(&self, question: &Q) -> Option<u32> {
        let place = self.questions.binary_search_by(|(known, _)| known.cmp(question)).ok()?;
        u32::try_from(place).ok()
    }

    /// Takes in outputs that were made again, and new answers; both are known already.
    pub fn amend(&mut self, outputs: Vec<(OutputPath, Trace<J>)>, answers: Vec<(Q, Fingerprint)>) {
        // What asked something else is of another table, and counts for nothing.
        let end = self.questions.len();
        let is_sound = |trace: &Trace<J>| trace.reads.iter().all(|read| (*read as usize) < end);
        for (path, trace) in outputs {
            match is_sound(&trace) {
                true => self.outputs.insert(path, trace),
                false => self.outputs.remove(&path),
            };
        }
        for (question, answer) in answers {
            let place = self.place(&question);
            if let Some(known) = place.and_then(|place| self.questions.get_mut(place as usize)) {
                known.1 = answer;
            }
        }
    }

    /// Whether every place that an output holds is in the table.
    fn is_sound(&self) -> bool {
        let end = self.questions.len();
        self.outputs.values().flat_map(|trace| &trace.reads).all(|read| (*read as usize) < end)
    }

    /// The questions of an output.
    pub fn questions_of<'a>(&'a self, trace: &'a Trace<J>) -> impl Iterator<Item = &'a (Q, Fingerprint)> {
        trace.reads.iter().filter_map(|read| self.questions.get(*read as usize))
    }

    /// The traces after a build: `kept` outputs as they were here, `made` ones with numbers in the ledger. Questions
    /// that nobody asks any more are forgotten.
    #[must_use]
    pub fn after<'a>(
        &self,
        kept: impl Iterator<Item = &'a OutputPath>,
        made: BTreeMap<OutputPath, Trace<J>>,
        ledger: Ledger<Q>,
    ) -> Traces<Q, J> {
        let mut outputs: BTreeMap<OutputPath, Trace<J>> =
            kept.filter_map(|path| Some((path.clone(), self.outputs.get(path)?.clone()))).collect();
        let mut is_asked = vec![false; self.questions.len()];
        for read in outputs.values().flat_map(|trace| &trace.reads) {
            if let Some(asked) = is_asked.get_mut(*read as usize) {
                *asked = true;
            }
        }
        let merged = merge(&self.questions, &is_asked, ledger);
        for trace in outputs.values_mut() {
            renumber(trace, &merged.old_places);
        }
        outputs.extend(made.into_iter().map(|(path, mut trace)| {
            renumber(&mut trace, &merged.new_places);
            (path, trace)
        }));
        Traces { questions: merged.questions, outputs }
    }
}

struct Merged<Q> {
    questions: Vec<(Q, Fingerprint)>,
    /// Where each old question stands now.
    old_places: Vec<u32>,
    /// Where each number of the ledger stands now.
    new_places: Vec<u32>,
}

/// Two sorted tables to one. An answer of the ledger is the newer one; where both are asked they are equal, for
/// otherwise the output that asked before would not have been kept.
fn merge<Q: Clone + Eq + Hash + Ord + Send>(
    old: &[(Q, Fingerprint)],
    is_asked: &[bool],
    ledger: Ledger<Q>,
) -> Merged<Q> {
    let new = ledger.finish();
    let mut merged = Merged {
        questions: Vec::with_capacity(old.len() + new.len()),
        old_places: vec![0; old.len()],
        new_places: vec![0; new.len()],
    };
    let mut new = new.into_iter().peekable();
    let push_new = |merged: &mut Merged<Q>, (question, number, answer): (Q, u32, Fingerprint)| {
        if let Some(place) = merged.new_places.get_mut(number as usize) {
            *place = merged.questions.len() as u32;
        }
        merged.questions.push((question, answer));
    };
    for (at, entry) in old.iter().enumerate().filter(|(at, _)| is_asked.get(*at) == Some(&true)) {
        while let Some(before) = new.next_if(|(question, ..)| *question < entry.0) {
            push_new(&mut merged, before);
        }
        merged.old_places[at] = merged.questions.len() as u32;
        match new.next_if(|(question, ..)| *question == entry.0) {
            Some(same) => push_new(&mut merged, same),
            None => merged.questions.push(entry.clone()),
        }
    }
    new.for_each(|rest| push_new(&mut merged, rest));
    merged
}

fn renumber<J>(trace: &mut Trace<J>, places: &[u32]) {
    for read in &mut trace.reads {
        *read = places.get(*read as usize).copied().unwrap_or(0);
    }
    trace.reads.sort_unstable();
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(text: &str) -> OutputPath {
        OutputPath::parse(text).unwrap()
    }

    fn trace(reads: Vec<u32>) -> Trace<Fingerprint> {
        let job = Fingerprint::of("job");
        Trace { job, reads, content: job, length: 1, diagnostics: Vec::new() }
    }

    fn asked<'a>(traces: &'a Traces<String, Fingerprint>, output: &str) -> Vec<&'a str> {
        let trace = traces.output(&path(output)).unwrap();
        traces.questions_of(trace).map(|(question, _)| question.as_str()).collect()
    }

    #[test]
    fn kept_and_made_outputs_share_one_table() {
        let read = |question: &str| (question.to_owned(), Fingerprint::of(question));
        let ledger = Ledger::new();
        let first = ledger.enter(vec![read("d"), read("b")]);
        let second = ledger.enter(vec![read("b"), read("c")]);
        let made = BTreeMap::from([(path("1"), trace(first)), (path("2"), trace(second))]);
        let traces = Traces::default().after(std::iter::empty(), made, ledger);
        assert_eq!(asked(&traces, "1"), ["b", "d"]);
        assert_eq!(traces.len(), 3);

        let ledger = Ledger::new();
        let third = ledger.enter(vec![read("a"), read("b"), read("e")]);
        let made = BTreeMap::from([(path("1"), trace(third))]);
        let traces = traces.after([&path("2")].into_iter(), made, ledger);
        assert_eq!(asked(&traces, "1"), ["a", "b", "e"]);
        assert_eq!(asked(&traces, "2"), ["b", "c"]);
        assert_eq!(traces.questions.iter().map(|(q, _)| q.as_str()).collect::<Vec<_>>(), ["a", "b", "c", "e"]);
    }
}
