//! The comparison: what each output asked, against what a later site answers.
//!
//! Each distinct question is asked once, whoever asked it; nothing is inferred from what changed. Nobody here knows which
//! file was edited.

use super::{Trace, Traces};
use crate::base::{Fingerprint, OutputPath};
use rayon::prelude::*;
use std::hash::Hash;

/// An output that shall be there.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'a, J> {
    /// Where.
    pub path: &'a OutputPath,
    /// What is to be made.
    pub job: &'a J,
}

/// Whether an output must be made, and why.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict<'a, Q, J> {
    /// It is what it would be.
    Keep(&'a Trace<J>),
    /// It must be made.
    Make(Reason<Q>),
}

/// Why an output must be made.
#[derive(Clone, Debug, PartialEq)]
pub enum Reason<Q> {
    /// Nothing is known of it.
    New,
    /// Something else was made at its path.
    OtherJob,
    /// Questions have other answers.
    Changed(Vec<Change<Q>>),
    /// What was made is gone, or somebody changed it.
    Absent,
}

/// A question with another answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Change<Q> {
    /// The question.
    pub question: Q,
    /// The fingerprint of the answer that was.
    pub from: Fingerprint,
    /// The fingerprint of the answer that is.
    pub to: Fingerprint,
}

/// A verdict for each output, in the order in which they were wanted.
#[derive(Clone, Debug)]
pub struct Refresh<'a, Q, J> {
    /// The verdicts.
    pub verdicts: Vec<Verdict<'a, Q, J>>,
    /// How many distinct questions were asked.
    pub asked: usize,
}

/// Compares. `is_there` says whether what a trace tells of is still at its path.
pub fn refresh<'a, Q, J>(
    traces: &'a Traces<Q, J>,
    wanted: &[Wanted<'_, J>],
    is_there: impl Fn(&OutputPath, &Trace<J>) -> bool + Sync,
    answer: impl Fn(&Q) -> Fingerprint + Sync,
) -> Refresh<'a, Q, J>
where
    Q: Clone + Eq + Hash + Ord + Send + Sync,
    J: PartialEq + Send + Sync,
{
    let known: Vec<Option<&Trace<J>>> = wanted.iter().map(|output| traces.outputs.get(output.path)).collect();
    let mut is_asked = vec![false; traces.questions.len()];
    for read in known.iter().flatten().flat_map(|trace| &trace.reads) {
        if let Some(asked) = is_asked.get_mut(*read as usize) {
            *asked = true;
        }
    }
    let answers: Vec<Option<Fingerprint>> = traces
        .questions
        .par_iter()
        .zip(&is_asked)
        .map(|((question, old), is_asked)| match is_asked {
            true => Some(answer(question)).filter(|new| new != old),
            false => None,
        })
        .collect();
    let verdict = |output: &Wanted<'_, J>, trace: &Option<&'a Trace<J>>| {
        let Some(trace) = trace else { return Verdict::Make(Reason::New) };
        if trace.job != *output.job {
            return Verdict::Make(Reason::OtherJob);
        }
        let changes = changes(traces, trace, &answers);
        if !changes.is_empty() {
            return Verdict::Make(Reason::Changed(changes));
        }
        match is_there(output.path, trace) {
            true => Verdict::Keep(trace),
            false => Verdict::Make(Reason::Absent),
        }
    };
    let verdicts = wanted.par_iter().zip(&known).map(|(output, trace)| verdict(output, trace)).collect();
    Refresh { verdicts, asked: is_asked.iter().filter(|asked| **asked).count() }
}

fn changes<Q: Clone, J>(traces: &Traces<Q, J>, trace: &Trace<J>, answers: &[Option<Fingerprint>]) -> Vec<Change<Q>> {
    let changed = trace.reads.iter().filter_map(|read| {
        let at = *read as usize;
        let (question, from) = traces.questions.get(at)?;
        let to = answers.get(at).copied().flatten()?;
        Some(Change { question: question.clone(), from: *from, to })
    });
    changed.collect()
}

#[cfg(test)]
mod tests {
    use super::super::Ledger;
    use super::*;

    fn path(text: &str) -> OutputPath {
        OutputPath::parse(text).unwrap()
    }

    /// Traces of outputs that each asked some words, at a time when the answer to each was the word itself.
    fn traces(outputs: &[(&str, &[&str])]) -> Traces<String, String> {
        let ledger = Ledger::new();
        let made = outputs.iter().map(|(output, words)| {
            let reads = words.iter().map(|word| ((*word).to_owned(), Fingerprint::of(*word))).collect();
            let content = Fingerprint::of(*output);
            let job = (*output).to_owned();
            let trace = Trace { job, reads: ledger.enter(reads), content, length: 0, diagnostics: Vec::new() };
            (path(output), trace)
        });
        let made = made.collect();
        Traces::default().after(std::iter::empty(), made, ledger)
    }

    fn reasons(traces: &Traces<String, String>, present: &[&str], wanted: &[&str], changed: &str) -> Vec<&'static str> {
        let outputs: Vec<(OutputPath, String)> =
            wanted.iter().map(|output| (path(output), (*output).to_owned())).collect();
        let wanted: Vec<Wanted<'_, String>> = outputs.iter().map(|(path, job)| Wanted { path, job }).collect();
        let is_there = |path: &OutputPath, _: &Trace<String>| present.contains(&path.as_str());
        let answer = |question: &String| Fingerprint::of(if question == changed { "else" } else { question });
        let refreshed = refresh(traces, &wanted, is_there, answer);
        let reason = |verdict: &Verdict<'_, String, String>| match verdict {
            Verdict::Keep(_) => "keep",
            Verdict::Make(Reason::New) => "new",
            Verdict::Make(Reason::OtherJob) => "other job",
            Verdict::Make(Reason::Changed(_)) => "changed",
            Verdict::Make(Reason::Absent) => "absent",
        };
        refreshed.verdicts.iter().map(reason).collect()
    }

    #[test]
    fn an_output_is_made_again_only_for_its_own_questions() {
        let traces = traces(&[("a", &["x", "y"]), ("b", &["y", "z"])]);
        assert_eq!(reasons(&traces, &["a", "b"], &["a", "b"], ""), ["keep", "keep"]);
        assert_eq!(reasons(&traces, &["a", "b"], &["a", "b", "c"], "z"), ["keep", "changed", "new"]);
        assert_eq!(reasons(&traces, &["a", "b"], &["a", "b"], "y"), ["changed", "changed"]);
        assert_eq!(reasons(&traces, &["b"], &["a", "b"], ""), ["absent", "keep"]);
    }

    #[test]
    fn questions_of_outputs_that_are_gone_are_not_asked() {
        let traces = traces(&[("a", &["x", "y"]), ("b", &["y", "z"])]);
        let a = path("a");
        let wanted = [Wanted { path: &a, job: &"a".to_owned() }];
        assert_eq!(refresh(&traces, &wanted, |_, _| true, |question: &String| Fingerprint::of(question)).asked, 2);
    }
}
