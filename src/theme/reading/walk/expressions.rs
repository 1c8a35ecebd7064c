//! Expressions: what a value is, as far as that is known.

use super::super::book::word;
use super::super::shape::{OPTIONS, Shape};
use super::super::tokens::Token;
use super::Walk;
use crate::base::suggest;
use std::ops::Range;

impl<'b> Walk<'b> {
    pub(super) fn expression(&mut self, ternary: bool) -> Shape {
        let mut shape = self.operand();
        while let Some(token) = self.peek() {
            match token {
                Token::Sign("|") => {
                    self.at += 1;
                    let filter = self.take_word();
                    self.arguments();
                    shape = shape.filtered(&filter);
                }
                Token::Sign("[" | "?[") => shape = self.subscript(shape),
                Token::Sign(
                    sign @ ("==" | "!=" | "<=" | ">=" | "<" | ">" | "//" | "**" | "+" | "-" | "*" | "/" | "%" | "~"),
                ) => {
                    self.at += 1;
                    self.expression(ternary);
                    return if *sign == "~" { Shape::Plain } else { Shape::Any };
                }
                Token::Word(word) => match word.as_str() {
                    "if" if ternary => {
                        self.at += 1;
                        self.expression(true);
                        self.take_word();
                        let other = self.expression(true);
                        return shape.or(other);
                    }
                    "is" => {
                        self.at += 1;
                        if self.take_word() == "not" {
                            self.take_word();
                        }
                        self.arguments();
                        shape = Shape::Any;
                    }
                    "not" => self.at += 1,
                    "in" | "and" => {
                        self.at += 1;
                        self.expression(ternary);
                        return Shape::Any;
                    }
                    "or" => {
                        self.at += 1;
                        let other = self.expression(ternary);
                        return shape.or(other);
                    }
                    _ => break,
                },
                Token::Print | Token::Tag | Token::Close | Token::Text(_) | Token::Number | Token::Sign(_) => break,
            }
        }
        shape
    }

    pub(super) fn operand(&mut self) -> Shape {
        let Some(token) = self.peek() else { return Shape::Any };
        match token {
            Token::Number => {
                self.at += 1;
                Shape::Plain
            }
            Token::Text(text) => {
                self.at += 1;
                Shape::word(text)
            }
            Token::Word(name) => self.named(name),
            Token::Sign("(") => {
                self.at += 1;
                let shape = self.expression(true);
                self.take_sign(")");
                shape
            }
            Token::Sign("[") => self.list(),
            Token::Sign("{") => self.map(),
            Token::Sign("<") => {
                self.at += 1;
                self.component_call();
                Shape::Plain
            }
            Token::Sign("-") => {
                self.at += 1;
                self.operand();
                Shape::Plain
            }
            Token::Sign(_) => {
                self.at += 1;
                Shape::Any
            }
            Token::Print | Token::Tag | Token::Close => Shape::Any,
        }
    }

    /// A word where a value is wanted: a variable with its fields, a function, a constant.
    fn named(&mut self, name: &'b str) -> Shape {
        let range = self.range();
        self.at += 1;
        match name {
            "not" => {
                self.operand();
                return Shape::Plain;
            }
            "true" | "false" | "True" | "False" => return Shape::Plain,
            "none" | "None" | "null" => return Shape::Any,
            _ => {}
        }
        if self.is_sign("(") {
            return self.function(name);
        }
        let mut shape = match self.value_of(name) {
            Some(shape) => shape,
            None => {
                let is_known = self.book.bound.contains(name) || matches!(name, "loop" | "body" | "__tera_context");
                let names = self.contract.globals.keys().map(String::as_str).chain(["page"]);
                let help = suggest::nearest(name, names).map(|near| format!("did you mean `{near}`?"));
                self.note(range, is_known, || (format!("nothing gives `{name}` a value"), help));
                Shape::Any
            }
        };
        loop {
            if self.is_sign(".") || self.is_sign("?.") {
                let is_optional = self.is_sign("?.");
                self.at += 1;
                let range = self.range();
                let field = self.take_word();
                shape = self.field(&shape, &field, range, is_optional);
            } else if self.is_sign("[") || self.is_sign("?[") {
                shape = self.subscript(shape);
            } else {
                return shape;
            }
        }
    }

    pub(super) fn subscript(&mut self, shape: Shape) -> Shape {
        let is_optional = self.is_sign("?[");
        self.at += 1;
        let (range, first) = (self.range(), self.peek());
        let key = if self.is_sign(":") { Shape::Any } else { self.expression(true) };
        let mut is_slice = false;
        while self.take_sign(":") {
            is_slice = true;
            if !self.is_sign(":") && !self.is_sign("]") {
                self.expression(true);
            }
        }
        self.take_sign("]");
        match (first, &shape) {
            _ if is_slice => shape,
            (Some(Token::Text(_)), Shape::Record(_)) => match key {
                Shape::Words(names) if names.len() == 1 => {
                    let name = names.into_iter().next().unwrap_or_default();
                    self.field(&shape, &name, range, is_optional)
                }
                Shape::Any | Shape::Plain | Shape::Words(_) | Shape::List(_) | Shape::Record(_) => Shape::Any,
            },
            (_, Shape::Record(record)) => {
                self.found.has_free_options |= record == OPTIONS;
                Shape::Any
            }
            (_, Shape::Any | Shape::Plain | Shape::Words(_) | Shape::List(_)) => shape.item(),
        }
    }

    /// The arguments between parentheses, if there are any.
    pub(super) fn arguments(&mut self) -> Vec<(String, Shape, Range<usize>)> {
        let mut arguments = Vec::new();
        if !self.take_sign("(") {
            return arguments;
        }
        while let Some(token) = self.peek() {
            if self.take_sign(")") {
                break;
            }
            match token {
                Token::Word(name) => {
                    self.at += 1;
                    if self.take_sign("=") {
                        let range = self.range();
                        let shape = self.expression(true);
                        arguments.push((name.clone(), shape, range));
                    }
                }
                Token::Close => break,
                Token::Print | Token::Tag | Token::Text(_) | Token::Number | Token::Sign(_) => self.at += 1,
            }
        }
        arguments
    }

    fn function(&mut self, name: &str) -> Shape {
        let arguments = self.arguments();
        let argument =
            |name: &str| arguments.iter().find(|(key, ..)| key == name).map(|(_, shape, range)| (shape, range));
        match (name, argument("key"), argument("path")) {
            ("super", ..) => {
                if let Some((name, version)) = self.block.clone() {
                    self.version(&name, version + 1);
                }
                Shape::Plain
            }
            ("t", Some((Shape::Words(keys), range)), _) => {
                for key in keys {
                    self.found.texts.entry(key.clone()).or_insert_with(|| (self.leaf, range.clone()));
                }
                Shape::Plain
            }
            ("t", ..) => {
                self.found.has_free_texts = true;
                Shape::Plain
            }
            ("asset", _, Some((Shape::Words(paths), range))) => {
                for path in paths {
                    self.found.files.insert((path.clone(), self.leaf, range.start), range.clone());
                }
                Shape::Plain
            }
            _ => self.contract.functions.get(name).cloned().unwrap_or(Shape::Any),
        }
    }

    fn list(&mut self) -> Shape {
        self.at += 1;
        if let Some(clause) = self.clause() {
            let item = self.at;
            self.at = clause + 1;
            let names = self.loop_names();
            let target = self.expression(false);
            self.enter_loop(names, &target);
            if self.peek().and_then(word) == Some("if") {
                self.at += 1;
                self.expression(false);
            }
            let end = self.at;
            self.at = item;
            let shape = self.expression(false);
            self.at = end;
            self.scopes.pop();
            self.take_sign("]");
            return Shape::List(Box::new(shape));
        }
        let mut shape: Option<Shape> = None;
        while !self.take_sign("]") {
            let before = self.at;
            let is_spread = self.take_sign("...");
            let mut item = self.expression(true);
            if is_spread {
                item = item.item();
            }
            shape = Some(shape.map_or(item.clone(), |shape| shape.or(item)));
            self.take_sign(",");
            if self.at == before {
                break;
            }
        }
        Shape::List(Box::new(shape.unwrap_or(Shape::Any)))
    }

    /// Where the `for` of a list that is made by one stands.
    fn clause(&self) -> Option<usize> {
        let tokens = &self.book.leaves[self.leaf].tokens;
        let mut depth = 0_usize;
        for (at, (token, _)) in tokens.iter().enumerate().take(self.end).skip(self.at) {
            match token {
                Token::Sign("[" | "?[" | "(" | "{") => depth += 1,
                Token::Sign("]" | ")" | "}") => depth = depth.checked_sub(1)?,
                Token::Word(word) if word == "for" && depth == 0 => return Some(at),
                Token::Close => return None,
                Token::Print | Token::Tag | Token::Word(_) | Token::Text(_) | Token::Number | Token::Sign(_) => {}
            }
        }
        None
    }

    fn map(&mut self) -> Shape {
        self.at += 1;
        while !self.take_sign("}") {
            let before = self.at;
            self.take_sign("...");
            self.expression(true);
            if self.take_sign(":") {
                self.expression(true);
            }
            self.take_sign(",");
            if self.at == before {
                break;
            }
        }
        Shape::Any
    }
}
