//! Components: called with what is known of their arguments, once for each difference.

use super::super::shape::Shape;
use super::super::tokens::Token;
use super::Walk;
use std::collections::BTreeMap;
use std::ops::Range;

impl Walk<'_> {
    /// A call of a component, behind its `<`.
    pub(super) fn component_call(&mut self) {
        let mut name = self.take_word();
        while self.take_sign(".") {
            name = format!("{name}.{}", self.take_word());
        }
        let mut given: BTreeMap<String, Shape> = BTreeMap::new();
        while let Some(token) = self.peek() {
            match token {
                Token::Word(attribute) => {
                    self.at += 1;
                    let shape = if !self.take_sign("=") {
                        self.value_of(attribute).unwrap_or(Shape::Any)
                    } else if self.take_sign("{") {
                        let shape = self.expression(true);
                        self.take_sign("}");
                        shape
                    } else {
                        self.operand()
                    };
                    given.insert(attribute.clone(), shape);
                }
                Token::Sign("{") => {
                    self.at += 1;
                    self.take_sign("...");
                    self.expression(true);
                    self.take_sign("}");
                }
                Token::Sign("/") => self.at += 1,
                Token::Sign(_) | Token::Print | Token::Tag | Token::Close | Token::Text(_) | Token::Number => break,
            }
        }
        self.take_sign(">");
        self.component(&name, given);
    }

    fn component(&mut self, name: &str, given: BTreeMap<String, Shape>) {
        let Some(component) = self.book.components.get(name).cloned() else { return };
        if !self.seen.insert(format!("{name} {given:?}")) {
            return;
        }
        let scope = self.parameters(component.leaf, component.parameters, given);
        let (scopes, block) = (std::mem::replace(&mut self.scopes, vec![scope]), self.block.take());
        self.body(component.leaf, component.body);
        (self.scopes, self.block) = (scopes, block);
    }

    /// What a component knows: what it was given, its defaults, and what it takes from the page (`@site`).
    fn parameters(
        &self,
        leaf: usize,
        range: Range<usize>,
        mut given: BTreeMap<String, Shape>,
    ) -> BTreeMap<String, Shape> {
        let tokens = &self.book.leaves[leaf].tokens[range];
        let sign = |at: usize, sign: &'static str| tokens.get(at).is_some_and(|(token, _)| *token == Token::Sign(sign));
        let mut scope = BTreeMap::from([("body".to_owned(), Shape::Plain)]);
        let mut depth = 0_usize;
        for (at, (token, _)) in tokens.iter().enumerate() {
            match token {
                Token::Sign("[" | "{") => depth += 1,
                Token::Sign("]" | "}") => depth = depth.saturating_sub(1),
                Token::Sign(")") if depth == 0 => break,
                Token::Word(name)
                    if depth == 0 && !at.checked_sub(1).is_some_and(|at| sign(at, ":") || sign(at, "=")) =>
                {
                    let is_implicit = at.checked_sub(1).is_some_and(|at| sign(at, "@"));
                    let typed = if sign(at + 1, ":") { at + 3 } else { at + 1 };
                    let default = match (sign(typed, "="), tokens.get(typed + 1)) {
                        (true, Some((Token::Text(text), _))) => Shape::word(text),
                        _ => Shape::Any,
                    };
                    let shape = match (given.remove(name), is_implicit) {
                        (Some(shape), _) => shape,
                        (None, true) if name == "page" => self.page.clone(),
                        (None, true) => self.contract.globals.get(name).cloned().unwrap_or(default),
                        (None, false) => default,
                    };
                    scope.insert(name.clone(), shape);
                }
                Token::Print
                | Token::Tag
                | Token::Close
                | Token::Word(_)
                | Token::Text(_)
                | Token::Number
                | Token::Sign(_) => {}
            }
        }
        scope
    }
}
