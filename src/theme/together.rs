//! What is wrong with templates taken together: parents that are not there, circles, components that stand there twice,
//! and names that nobody knows.
//!
//! Tera ends at the first of most of these. So they are looked for here, and Tera is asked about what is left without
//! them. Templates that are right never come here.

use super::closure;
use super::errors;
use super::laid::Laid;
use super::reading::tokens::{Token, tokens};
use crate::base::{Code, Diagnostic, SourcePath, SourceText};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use tera::Tera;

/// All that is wrong with templates taken together; those that do not compile alone are told already.
pub(super) fn told(
    tera: &Tera,
    sources: &BTreeMap<String, SourceText>,
    prefixes: &[String],
    already: &[Diagnostic],
) -> Vec<Diagnostic> {
    let broken: BTreeSet<&SourcePath> =
        already.iter().filter_map(Diagnostic::primary).map(|label| &label.path).collect();
    let is_broken = |source: &SourceText| broken.contains(source.path());
    let sound = sources.iter().filter(|(_, source)| !is_broken(source));
    let leaves = sound.map(|(name, source)| (name.as_str(), Leaf::of(source))).collect();
    let mut looking = Looking { sources, prefixes, leaves, problems: Vec::new(), left_out: BTreeMap::new() };
    looking.at_parents();
    looking.at_includes();
    looking.at_components();
    let Looking { mut problems, left_out, .. } = looking;
    let laid = |(name, source): (&'_ String, &SourceText)| {
        // What a template is that cannot be read, nobody knows: it is there, and that is all.
        let text = if is_broken(source) { "" } else { source.as_str() };
        (name.clone(), Laid::without(text, left_out.get(name.as_str()).map_or(&[], Vec::as_slice)))
    };
    let laid: BTreeMap<String, Laid<'_>> = sources.iter().map(laid).collect();
    if let Err(error) = tera.clone().add_raw_templates(laid.iter().map(|(name, laid)| (name, &laid.text))) {
        let unread: BTreeSet<&str> = sources
            .values()
            .filter(|source| is_broken(source))
            .flat_map(|source| closure::defined(source.as_str()))
            .collect();
        let found = errors::of_compiling(&error, sources, &laid);
        problems.extend(found.into_iter().filter(|problem| !is_component_of(problem, &unread)));
    }
    problems
}

/// Whether a component is missed that stands in a template which could not be read.
fn is_component_of(problem: &Diagnostic, unread: &BTreeSet<&str>) -> bool {
    let name = problem.message().strip_prefix("unknown component `").and_then(|rest| rest.split(['`', '.']).next());
    name.is_some_and(|name| unread.contains(name))
}

/// The template that a name leads to, as Tera finds it.
pub(super) fn find<'s>(sources: &'s BTreeMap<String, SourceText>, prefixes: &[String], name: &str) -> Option<&'s str> {
    let fallbacks = prefixes.iter().filter(|prefix| !prefix.is_empty()).map(|prefix| format!("{prefix}{name}"));
    let mut names = std::iter::once(name.to_owned()).chain(fallbacks);
    names.find_map(|name| sources.get_key_value(&name)).map(|(name, _)| name.as_str())
}

/// A step from one template to another.
pub(super) struct Step {
    /// The other's name, as it is written.
    pub(super) name: String,
    /// Where that stands, without its quotes.
    pub(super) written: Range<usize>,
    /// The whole tag.
    tag: Range<usize>,
}

/// A component that a template defines.
struct Defined {
    name: String,
    written: Range<usize>,
    /// From its first tag to its last.
    all: Range<usize>,
}

/// What of a template matters to others.
pub(super) struct Leaf {
    parent: Option<Step>,
    includes: Vec<Step>,
    components: Vec<Defined>,
}

impl Leaf {
    /// The templates that it leads to.
    pub(super) fn steps(&self) -> impl Iterator<Item = &Step> {
        self.parent.iter().chain(&self.includes)
    }

    pub(super) fn of(source: &SourceText) -> Leaf {
        let tokens = tokens(source.as_str());
        let mut leaf = Leaf { parent: None, includes: Vec::new(), components: Vec::new() };
        let close = |from: usize| tokens[from..].iter().find(|(token, _)| *token == Token::Close);
        for (at, three) in tokens.windows(3).enumerate() {
            let [(Token::Tag, open), (Token::Word(word), _), (third, place)] = three else { continue };
            match (word.as_str(), third) {
                ("extends" | "include", Token::Text(name)) => {
                    let tag = open.start..close(at).map_or(place.end, |(_, close)| close.end);
                    let step = Step { name: name.clone(), written: place.start + 1..place.end - 1, tag };
                    match word.as_str() {
                        "extends" => leaf.parent = Some(step),
                        _ => leaf.includes.push(step),
                    }
                }
                ("component", Token::Word(_)) => {
                    let parts = tokens[at + 2..].iter().take_while(|(token, _)| *token != Token::Sign("("));
                    let written = place.start..parts.last().map_or(place.end, |(_, last)| last.end);
                    let is_end = |pair: &[(Token, Range<usize>)]| matches!(pair, [(Token::Tag, _), (Token::Word(word), _)] if word == "endcomponent");
                    let end = tokens[at..].windows(2).position(is_end).and_then(|end| close(at + end));
                    let Some((_, end)) = end else { continue };
                    let name: String = source.as_str()[written.clone()].split_whitespace().collect();
                    leaf.components.push(Defined { name, written, all: open.start..end.end });
                }
                _ => {}
            }
        }
        leaf
    }
}

struct Looking<'s> {
    sources: &'s BTreeMap<String, SourceText>,
    prefixes: &'s [String],
    /// The templates that compile alone.
    leaves: BTreeMap<&'s str, Leaf>,
    problems: Vec<Diagnostic>,
    /// The tags of each template that Tera must not see.
    left_out: BTreeMap<&'s str, Vec<Range<usize>>>,
}

impl<'s> Looking<'s> {
    /// The template that a name leads to, as Tera finds it.
    fn find(&self, name: &str) -> Option<&'s str> {
        find(self.sources, self.prefixes, name)
    }

    /// Parents that are not there, and templates that extend themselves in the end. None of those below has all its
    /// parents, and what blocks these have is not known.
    fn at_parents(&mut self) {
        // Whether all parents of a template are there; nothing while that is being found out.
        let mut whole: BTreeMap<&str, Option<bool>> = BTreeMap::new();
        let names: Vec<&'s str> = self.leaves.keys().copied().collect();
        for name in &names {
            let (mut path, mut at): (Vec<&'s str>, &'s str) = (Vec::new(), *name);
            let is_whole = loop {
                match whole.get(at) {
                    Some(Some(known)) => break *known,
                    Some(None) => {
                        let first = path.iter().position(|step| *step == at).unwrap_or_default();
                        self.tell_circle(&path[first..]);
                        break false;
                    }
                    None => {}
                }
                whole.insert(at, None);
                path.push(at);
                let Some(leaf) = self.leaves.get(at) else { break false };
                let Some(step) = &leaf.parent else { break true };
                match self.find(&step.name) {
                    Some(parent) => at = parent,
                    None => {
                        let label = self.sources.get(at).map(|source| source.label(step.written.clone(), ""));
                        self.problems.push(errors::no_parent(at, &step.name, label, self.sources));
                        break false;
                    }
                }
            };
            whole.extend(path.into_iter().map(|name| (name, Some(is_whole))));
        }
        for name in names.into_iter().filter(|name| whole.get(name) == Some(&Some(false))) {
            let parent = self.leaves.get(name).and_then(|leaf| leaf.parent.as_ref());
            self.left_out.entry(name).or_default().extend(parent.map(|step| step.tag.clone()));
        }
    }

    /// Templates that include themselves in the end: each step back is told once for a template.
    fn at_includes(&mut self) {
        let mut done: BTreeSet<&str> = BTreeSet::new();
        let mut told: BTreeSet<&str> = BTreeSet::new();
        let names: Vec<&'s str> = self.leaves.keys().copied().collect();
        for name in names {
            let mut path: Vec<(&'s str, usize)> = vec![(name, 0)];
            let mut open: BTreeSet<&str> = BTreeSet::from([name]);
            while let Some((at, number)) = path.last_mut().filter(|(at, _)| !done.contains(at)) {
                let (at, next) = (*at, *number);
                *number += 1;
                let step = self.leaves.get(at).and_then(|leaf| leaf.includes.get(next));
                let Some(step) = step else {
                    done.insert(at);
                    open.remove(at);
                    path.pop();
                    continue;
                };
                match self.find(&step.name) {
                    Some(back) if open.contains(back) => {
                        self.left_out.entry(at).or_default().push(step.tag.clone());
                        if told.insert(at) {
                            let steps: Vec<&str> = path.iter().map(|(name, _)| *name).collect();
                            let first = steps.iter().position(|step| *step == back).unwrap_or_default();
                            self.tell_circle(&steps[first..]);
                        }
                    }
                    Some(other) if !done.contains(other) => {
                        open.insert(other);
                        path.push((other, 0));
                    }
                    // One that is not there is told by Tera.
                    _ => {}
                }
            }
        }
    }

    /// Says that these templates lead from the first to the last, and that to the first.
    fn tell_circle(&mut self, steps: &[&'s str]) {
        let [first, ..] = steps else { return };
        let second = steps.get(1).unwrap_or(first);
        let leads = |step: &&Step| self.find(&step.name) == Some(*second);
        let label = self.leaves.get(first).and_then(|leaf| {
            let step = leaf.steps().find(leads)?;
            Some(self.sources.get(*first)?.label(step.written.clone(), ""))
        });
        let circle: Vec<&str> = steps.iter().chain([first]).copied().collect();
        self.problems.push(errors::in_circle(&circle, label));
    }

    /// Components that two templates of one layer define.
    fn at_components(&mut self) {
        let mut first: BTreeMap<(usize, &str), (&str, &Defined)> = BTreeMap::new();
        for (name, leaf) in &self.leaves {
            // Tera goes by the beginning of the name.
            let layer = self.prefixes.iter().filter(|prefix| !prefix.is_empty());
            let layer =
                layer.enumerate().find(|(_, prefix)| name.starts_with(prefix.as_str())).map_or(0, |(at, _)| at + 1);
            for component in &leaf.components {
                let Some((other, before)) = first.get(&(layer, component.name.as_str())) else {
                    first.insert((layer, component.name.as_str()), (*name, component));
                    continue;
                };
                let label = |name: &str, of: &Defined, note: &str| {
                    self.sources.get(name).map(|source| source.label(of.written.clone(), note))
                };
                let message = format!("two templates define the component `{}`", component.name);
                let mut problem = Diagnostic::new(Code::TemplateSyntax, message).help("rename one, or take it out");
                if let Some(other) = label(other, before, "the other") {
                    problem = problem.related(other);
                }
                self.problems.push(problem.at_any(label(name, component, "")));
                self.left_out.entry(*name).or_default().push(component.all.clone());
            }
        }
    }
}
