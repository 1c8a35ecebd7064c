//! All templates of a theme, taken apart: their tags, blocks, parents and components.

use super::tokens::{Token, tokens};
use crate::base::SourceText;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// A template, taken apart.
pub(super) struct Leaf<'a> {
    pub(super) name: &'a str,
    pub(super) source: &'a SourceText,
    pub(super) tokens: Vec<(Token, Range<usize>)>,
    /// The template that it extends, as it is written.
    pub(super) parent: Option<String>,
    /// The tokens of each block's body.
    pub(super) blocks: BTreeMap<String, Range<usize>>,
}

/// A component: the template it stands in, and the tokens of its parameters and of its body.
#[derive(Clone)]
pub(super) struct Component {
    pub(super) leaf: usize,
    pub(super) parameters: Range<usize>,
    pub(super) body: Range<usize>,
}

/// All templates.
pub(super) struct Book<'a> {
    pub(super) leaves: Vec<Leaf<'a>>,
    /// Where each name leads, with prefixes and without.
    names: BTreeMap<&'a str, usize>,
    pub(super) components: BTreeMap<String, Component>,
    /// Every name that some tag gives a value.
    pub(super) bound: BTreeSet<String>,
}

impl<'a> Book<'a> {
    /// Takes templates apart; the winner's prefix is first.
    pub(super) fn new(sources: &'a BTreeMap<String, SourceText>, prefixes: &[String]) -> Book<'a> {
        let leaves: Vec<Leaf<'a>> = sources.iter().map(|(name, source)| leaf(name, source)).collect();
        let mut names = BTreeMap::new();
        for prefix in prefixes {
            for (index, leaf) in leaves.iter().enumerate() {
                names.entry(leaf.name).or_insert(index);
                if let Some(short) = leaf.name.strip_prefix(prefix.as_str()) {
                    names.entry(short).or_insert(index);
                }
            }
        }
        let mut book = Book { leaves, names, components: BTreeMap::new(), bound: BTreeSet::new() };
        book.note_components(prefixes);
        book.note_bound();
        book
    }

    /// The template that a name leads to.
    pub(super) fn find(&self, name: &str) -> Option<usize> {
        self.names.get(name).copied()
    }

    /// The templates that make a page, from its own to the last that is extended.
    pub(super) fn chain(&self, root: usize) -> Vec<usize> {
        let mut chain = vec![root];
        let parent = |leaf: usize| self.leaves[leaf].parent.as_deref().and_then(|name| self.find(name));
        while let Some(next) = chain.last().and_then(|leaf| parent(*leaf)).filter(|next| !chain.contains(next)) {
            chain.push(next);
        }
        chain
    }

    fn note_components(&mut self, prefixes: &[String]) {
        // The winner's come last, so that they stay.
        let rank =
            |name: &str| prefixes.iter().position(|prefix| !prefix.is_empty() && name.starts_with(prefix.as_str()));
        let mut order: Vec<usize> = (0..self.leaves.len()).collect();
        order.sort_by_key(|index| std::cmp::Reverse(rank(self.leaves[*index].name).unwrap_or(0)));
        for leaf in order {
            let tokens = &self.leaves[leaf].tokens;
            let starts = (0..tokens.len()).filter(|at| is_tag(tokens, *at, "component"));
            let found: Vec<(String, Component)> = starts
                .filter_map(|at| {
                    let open = (at..tokens.len()).find(|at| tokens[*at].0 == Token::Sign("("))?;
                    let name: String =
                        tokens[at + 2..open].iter().filter_map(|(token, _)| word(token)).collect::<Vec<_>>().join(".");
                    let close = (open..tokens.len()).find(|at| tokens[*at].0 == Token::Close)?;
                    let end = (close..tokens.len()).find(|at| is_tag(tokens, *at, "endcomponent"))?;
                    Some((name, Component { leaf, parameters: open + 1..close, body: close + 1..end }))
                })
                .collect();
            self.components.extend(found);
        }
    }

    fn note_bound(&mut self) {
        for leaf in &self.leaves {
            let tokens = &leaf.tokens;
            let mut words = |range: Range<usize>| {
                self.bound.extend(tokens[range].iter().filter_map(|(token, _)| word(token)).map(str::to_owned));
            };
            for (at, (token, _)) in tokens.iter().enumerate() {
                match word(token) {
                    Some("set" | "set_global") if at + 1 < tokens.len() => words(at + 1..at + 2),
                    Some("for") => words(at + 1..(at + 4).min(tokens.len())),
                    _ => {}
                }
            }
        }
        let parameters: Vec<String> = self
            .components
            .values()
            .flat_map(|component| self.leaves[component.leaf].tokens[component.parameters.clone()].iter())
            .filter_map(|(token, _)| word(token).map(str::to_owned))
            .collect();
        self.bound.extend(parameters);
    }
}

/// The word that a token is.
pub(super) fn word(token: &Token) -> Option<&str> {
    match token {
        Token::Word(word) => Some(word),
        Token::Print | Token::Tag | Token::Close | Token::Text(_) | Token::Number | Token::Sign(_) => None,
    }
}

/// Whether a tag with that word begins here.
pub(super) fn is_tag(tokens: &[(Token, Range<usize>)], at: usize, name: &str) -> bool {
    tokens.get(at).is_some_and(|(token, _)| *token == Token::Tag)
        && tokens.get(at + 1).and_then(|(token, _)| word(token)) == Some(name)
}

fn leaf<'a>(name: &'a str, source: &'a SourceText) -> Leaf<'a> {
    let tokens = tokens(source.as_str());
    let parent = (0..tokens.len()).find(|at| is_tag(&tokens, *at, "extends")).and_then(|at| match tokens.get(at + 2) {
        Some((Token::Text(name), _)) => Some(name.clone()),
        _ => None,
    });
    let mut blocks = BTreeMap::new();
    let mut open: Vec<(String, usize)> = Vec::new();
    for at in 0..tokens.len() {
        if is_tag(&tokens, at, "block") {
            let name = tokens.get(at + 2).and_then(|(token, _)| word(token)).unwrap_or_default();
            open.push((name.to_owned(), at + 4));
        } else if is_tag(&tokens, at, "endblock") {
            blocks.extend(open.pop().map(|(name, start)| (name, start.min(at)..at)));
        }
    }
    Leaf { name, source, tokens, parent, blocks }
}
