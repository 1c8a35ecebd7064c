//! A template followed tag by tag with what is known of its values: parents, blocks, includes and components where they
//! stand, both ways of every `if`, each loop once.
//!
//! Never judges what it does not know: a value of unknown shape has every field.

mod components;
mod expressions;
mod fields;

use super::book::{Book, word};
use super::shape::{Contract, Shape};
use super::tokens::Token;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// What is wrong with a place, and what to do.
pub(super) type Wrong = (String, Option<String>);

/// What following templates brought to light. Places are a template and where in it.
#[derive(Default)]
pub(super) struct Found {
    /// Places where a field or a variable is asked for: nothing where some page has it, else what is wrong.
    pub(super) asked: BTreeMap<(usize, usize, usize), Option<Wrong>>,
    /// Keys of texts, and where they were asked for first.
    pub(super) texts: BTreeMap<String, (usize, Range<usize>)>,
    /// Whether some key is not known before a page is rendered.
    pub(super) has_free_texts: bool,
    /// Options.
    pub(super) options: BTreeSet<String>,
    /// Whether some option is not known before a page is rendered.
    pub(super) has_free_options: bool,
    /// Files of `static/`, and where they were asked for.
    pub(super) files: BTreeMap<(String, usize, usize), Range<usize>>,
    /// Templates of which something is used.
    pub(super) leaves: BTreeSet<usize>,
}

/// Where the walk is, and what it knows there.
pub(super) struct Walk<'b> {
    book: &'b Book<'b>,
    contract: &'b Contract,
    found: &'b mut Found,
    page: Shape,
    /// The templates that make this page.
    chain: Vec<usize>,
    leaf: usize,
    at: usize,
    end: usize,
    scopes: Vec<BTreeMap<String, Shape>>,
    /// The block that is walked, and which of its versions.
    block: Option<(String, usize)>,
    depth: usize,
    seen: BTreeSet<String>,
}

/// Deeper than any theme; components may call themselves.
const DEEPEST: usize = 60;

/// Follows a page's template.
pub(super) fn walk<'b>(book: &'b Book<'b>, contract: &'b Contract, root: usize, record: &str, found: &'b mut Found) {
    let chain = book.chain(root);
    let page = Shape::Record(record.to_owned());
    let (scopes, seen) = (vec![BTreeMap::new()], BTreeSet::new());
    let (leaf, at, end, block, depth) = (root, 0, 0, None, 0);
    let mut walk =
        Walk { book, contract, found, page, chain: chain.clone(), leaf, at, end, scopes, block, depth, seen };
    let Some((last, heirs)) = chain.split_last() else { return };
    for heir in heirs {
        walk.found.leaves.insert(*heir);
        walk.loose_sets(*heir);
    }
    walk.body(*last, 0..book.leaves[*last].tokens.len());
}

impl<'b> Walk<'b> {
    /// What a template that extends another sets outside of its blocks.
    fn loose_sets(&mut self, leaf: usize) {
        let tokens = &self.book.leaves[leaf].tokens;
        let blocks: Vec<Range<usize>> = self.book.leaves[leaf].blocks.values().cloned().collect();
        for at in 0..tokens.len() {
            let is_set = super::book::is_tag(tokens, at, "set") || super::book::is_tag(tokens, at, "set_global");
            let in_component = self.book.components.values().any(|c| c.leaf == leaf && c.body.contains(&at));
            if is_set && !in_component && !blocks.iter().any(|block| block.contains(&at)) {
                let close = (at..tokens.len()).find(|at| tokens[*at].0 == Token::Close).unwrap_or(tokens.len() - 1);
                self.body(leaf, at..close + 1);
            }
        }
    }

    fn body(&mut self, leaf: usize, range: Range<usize>) {
        self.found.leaves.insert(leaf);
        if self.depth >= DEEPEST {
            return;
        }
        let saved = (self.leaf, self.at, self.end);
        (self.leaf, self.at, self.end) = (leaf, range.start, range.end);
        self.depth += 1;
        while let Some(token) = self.peek() {
            self.at += 1;
            match token {
                Token::Print => {
                    self.expression(true);
                    self.past_close();
                }
                Token::Tag => self.tag(),
                Token::Close | Token::Word(_) | Token::Text(_) | Token::Number | Token::Sign(_) => {}
            }
        }
        self.depth -= 1;
        (self.leaf, self.at, self.end) = saved;
    }

    fn tag(&mut self) {
        if self.take_sign("<") {
            self.component_call();
            return self.past_close();
        }
        match self.take_word().as_str() {
            name @ ("set" | "set_global") => {
                let variable = self.take_word();
                let shape = if self.take_sign("=") { self.expression(true) } else { Shape::Plain };
                self.bind(variable, shape, name == "set_global");
            }
            "for" => {
                let names = self.loop_names();
                let target = self.expression(true);
                self.enter_loop(names, &target);
            }
            "endfor" if self.scopes.len() > 1 => drop(self.scopes.pop()),
            "if" | "elif" => drop(self.expression(true)),
            "include" => {
                if let Some(Token::Text(name)) = self.peek()
                    && let Some(leaf) = self.book.find(name)
                {
                    let (depth, block) = (self.scopes.len(), self.block.take());
                    self.body(leaf, 0..self.book.leaves[leaf].tokens.len());
                    self.scopes.truncate(depth);
                    self.block = block;
                }
            }
            "block" => return self.block(),
            "component" => {
                let tokens = &self.book.leaves[self.leaf].tokens;
                let end = (self.at..self.end).find(|at| super::book::is_tag(tokens, *at, "endcomponent"));
                self.at = end.unwrap_or(self.end);
            }
            _ => {}
        }
        self.past_close();
    }

    /// A block: the version of the nearest heir stands in its place.
    fn block(&mut self) {
        let name = self.take_word();
        let end = self.book.leaves[self.leaf].blocks.get(&name).map_or(self.end, |body| body.end);
        self.version(&name, 0);
        self.at = end;
        self.past_close();
    }

    /// A version of a block, the nearest heir's first; `super()` is the next.
    fn version(&mut self, name: &str, version: usize) {
        let own = [self.leaf];
        // A block in an included template has no heirs.
        let chain = if self.chain.contains(&self.leaf) { self.chain.as_slice() } else { &own };
        let body = |leaf: &usize| Some((*leaf, self.book.leaves[*leaf].blocks.get(name)?.clone()));
        let Some((leaf, range)) = chain.iter().filter_map(body).nth(version) else { return };
        let block = self.block.replace((name.to_owned(), version));
        let depth = self.scopes.len();
        self.body(leaf, range);
        self.scopes.truncate(depth);
        self.block = block;
    }

    /// Names of a loop, up to its `in`.
    fn loop_names(&mut self) -> Vec<String> {
        let mut names = Vec::new();
        while let Some(token) = self.peek() {
            self.at += 1;
            match word(token) {
                Some("in") => break,
                Some(name) => names.push(name.to_owned()),
                None => {}
            }
        }
        names
    }

    fn enter_loop(&mut self, names: Vec<String>, target: &Shape) {
        let is_pair = names.len() > 1;
        let shape = if is_pair { Shape::Any } else { target.item() };
        self.scopes.push(names.into_iter().map(|name| (name, shape.clone())).collect());
    }

    fn bind(&mut self, name: String, shape: Shape, global: bool) {
        let scope = if global { self.scopes.first_mut() } else { self.scopes.last_mut() };
        if let Some(scope) = scope {
            let known = scope.remove(&name);
            scope.insert(name, known.map_or(shape.clone(), |known| known.or(shape)));
        }
    }

    fn peek(&self) -> Option<&'b Token> {
        let tokens: &'b [(Token, Range<usize>)] = &self.book.leaves[self.leaf].tokens;
        tokens.get(self.at).filter(|_| self.at < self.end).map(|(token, _)| token)
    }

    /// Where the next token stands.
    fn range(&self) -> Range<usize> {
        self.book.leaves[self.leaf].tokens.get(self.at).map_or(0..0, |(_, range)| range.clone())
    }

    fn is_sign(&self, sign: &'static str) -> bool {
        self.peek() == Some(&Token::Sign(sign))
    }

    fn take_sign(&mut self, sign: &'static str) -> bool {
        let is_it = self.is_sign(sign);
        self.at += usize::from(is_it);
        is_it
    }

    fn take_word(&mut self) -> String {
        match self.peek().and_then(word) {
            Some(word) => {
                self.at += 1;
                word.to_owned()
            }
            None => String::new(),
        }
    }

    fn past_close(&mut self) {
        while let Some(token) = self.peek() {
            self.at += 1;
            if *token == Token::Close {
                return;
            }
        }
    }
}
