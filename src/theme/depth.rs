//! Chains of templates that extend or include one another: each step takes room on the stack of who renders, and time to
//! compile. Those that are longer than any theme needs are refused before Tera sees them.
//!
//! Circles have no length: they are told elsewhere.

use super::together::Leaf;
use crate::base::{Code, Diagnostic, SourceText};
use std::collections::BTreeMap;

/// The longest chain, in templates.
pub(super) const DEEPEST: usize = 16;

/// What is said of the templates with which a chain becomes too long.
pub(super) fn told(sources: &BTreeMap<String, SourceText>, prefixes: &[String]) -> Vec<Diagnostic> {
    if sources.len() <= DEEPEST {
        return Vec::new();
    }
    let leaves: BTreeMap<&str, Leaf> = sources.iter().map(|(name, source)| (name.as_str(), Leaf::of(source))).collect();
    let find = |name: &str| super::together::find(sources, prefixes, name);
    let mut depths: BTreeMap<&str, Option<usize>> = BTreeMap::new();
    let mut problems = Vec::new();
    for first in leaves.keys() {
        // Each with the number of the step that is looked at next: a chain may be longer than our own stack.
        let mut path: Vec<(&str, usize)> = vec![(first, 0)];
        while let Some((at, number)) = path.last_mut() {
            let at = *at;
            let Some(leaf) = leaves.get(at).filter(|_| *number > 0 || !depths.contains_key(at)) else {
                path.pop();
                continue;
            };
            depths.entry(at).or_insert(None);
            let step = leaf.steps().nth(*number);
            *number += 1;
            if let Some(step) = step {
                path.extend(find(&step.name).filter(|other| !depths.contains_key(other)).map(|other| (other, 0)));
                continue;
            }
            path.pop();
            let below = leaf.steps().filter_map(|step| Some((step, depths.get(find(&step.name)?).copied().flatten()?)));
            let deepest = below.max_by_key(|(_, depth)| *depth);
            let depth = deepest.map_or(0, |(_, depth)| depth) + 1;
            depths.insert(at, Some(depth));
            // One template of a chain is told, and those that lead to it are not.
            if let Some((step, _)) = deepest.filter(|_| depth == DEEPEST + 1) {
                let message = format!("more than {DEEPEST} templates include or extend one another in a row");
                let label = sources.get(at).map(|source| source.label(step.written.clone(), ""));
                let problem = Diagnostic::new(Code::TemplateSyntax, message).at_any(label);
                problems.push(problem.help("put some of them together: a theme needs four or five in a row"));
            }
        }
    }
    problems
}
