//! Colours for code, as classes that themes style.
//!
//! The grammars' hundreds of scopes become these classes and no others: `hl-comment`, `hl-string`, `hl-number`,
//! `hl-constant`, `hl-keyword`, `hl-operator`, `hl-function`, `hl-type`, `hl-variable`, `hl-attribute`, `hl-tag`,
//! `hl-heading`, `hl-inserted`, `hl-deleted`. Punctuation has none of its own: it would double the size of most blocks.
//! No inline styles, no nesting, and no time limit: what is too long for the budget stays plain, on every machine alike.
//! The set of grammars and lines that were coloured before are all that is kept.

mod memory;

use self::memory::Between;
use super::escape;
use crate::base::suggest;
use std::sync::{Arc, Mutex, PoisonError};
use syntect::parsing::{BasicScopeStackOp, ParseState, Scope, ScopeStack, SyntaxReference, SyntaxSet};

/// What became of a block.
#[derive(Debug, PartialEq, Eq)]
pub enum Painted {
    /// HTML with classes.
    Html(String),
    /// Too much for the budget, or more than its grammar can take.
    Plain,
    /// No grammar of that name.
    Unknown,
}

/// Longest block that is coloured, in bytes.
const LONGEST_BLOCK: usize = 200_000;
/// Most lines of a block that is coloured.
const MOST_LINES: usize = 5_000;
/// Longest line of a block that is coloured, in bytes: patterns backtrack along lines.
const LONGEST_LINE: usize = 4_000;

/// Colours a block of code.
pub fn paint(code: &str, language: &str) -> Painted {
    let grammars = grammars();
    let Some(syntax) = grammars.named(language) else { return Painted::Unknown };
    let within_budget = code.len() <= LONGEST_BLOCK
        && code.lines().take(MOST_LINES + 1).count() <= MOST_LINES
        && code.lines().all(|line| line.len() <= LONGEST_LINE);
    if !within_budget {
        return Painted::Plain;
    }
    match colour(code, syntax, &grammars) {
        Some(html) => Painted::Html(html),
        None => Painted::Plain,
    }
}

/// The name that was probably meant.
pub fn suggestion(language: &str) -> Option<String> {
    let grammars = grammars();
    let names = grammars.set.syntaxes().iter().flat_map(|syntax| {
        std::iter::once(syntax.name.as_str()).chain(syntax.file_extensions.iter().map(String::as_str))
    });
    suggest::nearest(language, names.filter(|name| name.len() > 2))
        .map(|name| format!("did you mean `{}`?", name.to_lowercase()))
}

/// What a scope does to the text in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Effect {
    /// It has this class, without prefix.
    Class(&'static str),
    /// It has none, whatever is around it: code inside a string, one language inside another.
    Reset,
}

/// The effect of scopes, by the start of their names; the first that fits counts.
const EFFECTS: &[(&str, Effect)] = &[
    ("punctuation.definition.comment", Effect::Class("comment")),
    ("comment", Effect::Class("comment")),
    ("meta.interpolation", Effect::Reset),
    ("meta.template.expression", Effect::Reset),
    ("source", Effect::Reset),
    ("text", Effect::Reset),
    ("punctuation.definition.string", Effect::Class("string")),
    ("punctuation.definition.heading", Effect::Class("heading")),
    ("punctuation.definition.inserted", Effect::Class("inserted")),
    ("punctuation.definition.deleted", Effect::Class("deleted")),
    ("string", Effect::Class("string")),
    ("markup.raw", Effect::Class("string")),
    ("markup.heading", Effect::Class("heading")),
    ("markup.inserted", Effect::Class("inserted")),
    ("markup.deleted", Effect::Class("deleted")),
    ("constant.numeric", Effect::Class("number")),
    ("constant", Effect::Class("constant")),
    ("support.constant", Effect::Class("constant")),
    ("keyword.operator.word", Effect::Class("keyword")),
    ("keyword.operator", Effect::Class("operator")),
    ("keyword", Effect::Class("keyword")),
    ("storage", Effect::Class("keyword")),
    ("variable.language", Effect::Class("keyword")),
    ("variable.function", Effect::Class("function")),
    ("variable.annotation", Effect::Class("attribute")),
    ("variable", Effect::Class("variable")),
    ("entity.name.function", Effect::Class("function")),
    ("support.function", Effect::Class("function")),
    ("support.macro", Effect::Class("function")),
    ("entity.name.macro", Effect::Class("function")),
    ("entity.name.tag", Effect::Class("tag")),
    ("entity.other.attribute-name", Effect::Class("attribute")),
    ("support.type.property-name", Effect::Class("attribute")),
    ("meta.annotation", Effect::Class("attribute")),
    ("meta.attribute", Effect::Class("attribute")),
    ("entity.name.section", Effect::Class("heading")),
    ("entity.name", Effect::Class("type")),
    ("entity.other.inherited-class", Effect::Class("type")),
    ("support.type", Effect::Class("type")),
    ("support.class", Effect::Class("type")),
];

/// The grammars, and the table above as scopes.
struct Grammars {
    set: SyntaxSet,
    effects: Vec<(Scope, Effect)>,
}

/// The grammars while they are wanted: with their patterns compiled they take some 60 MB.
static GRAMMARS: Mutex<Option<Arc<Grammars>>> = Mutex::new(None);

fn grammars() -> Arc<Grammars> {
    let mut held = GRAMMARS.lock().unwrap_or_else(PoisonError::into_inner);
    held.get_or_insert_with(|| Arc::new(Grammars::new())).clone()
}

/// Lets go of the grammars; they are loaded again when there is more to colour.
pub fn rest() {
    *GRAMMARS.lock().unwrap_or_else(PoisonError::into_inner) = None;
}

impl Grammars {
    fn new() -> Grammars {
        Grammars {
            set: two_face::syntax::extra_newlines(),
            effects: EFFECTS.iter().filter_map(|(scope, effect)| Some((Scope::new(scope).ok()?, *effect))).collect(),
        }
    }

    /// The grammar of that name or file extension.
    fn named(&self, language: &str) -> Option<&SyntaxReference> {
        let lower = language.to_lowercase();
        let name = match lower.as_str() {
            "shell" | "zsh" | "sh-session" => "bash",
            "csharp" => "cs",
            "golang" => "go",
            "jsonc" | "json5" => "json",
            "objc" => "objective-c",
            "docker" => "dockerfile",
            "jsx" => "tsx",
            "go-html-template" | "gotmpl" | "handlebars" | "hbs" | "njk" | "nunjucks" => "html",
            other => other,
        };
        self.set.find_syntax_by_token(name)
    }

    fn effect(&self, scope: Scope) -> Option<Effect> {
        self.effects.iter().find(|(prefix, _)| prefix.is_prefix_of(scope)).map(|(_, effect)| *effect)
    }
}

/// Where the grammar stands between two lines.
#[derive(Clone, PartialEq)]
struct State {
    parse: ParseState,
    scopes: ScopeStack,
    /// The effect of each scope.
    effects: Vec<Option<Effect>>,
}

/// The HTML of a block; nothing when its grammar fails on it.
fn colour(code: &str, syntax: &SyntaxReference, grammars: &Grammars) -> Option<String> {
    let start = State { parse: ParseState::new(syntax), scopes: ScopeStack::new(), effects: Vec::new() };
    let mut between = Between::of(start);
    let mut html = String::with_capacity(code.len() * 2);
    for line in code.split_inclusive('\n') {
        between = match between.recall(line, &mut html) {
            Some(after) => after,
            None => {
                let mut state = between.state()?;
                let coloured = colour_line(line, &mut state, grammars)?;
                html.push_str(&coloured);
                between.keep(line, &coloured, state)
            }
        };
    }
    Some(html)
}

/// The HTML of a line.
fn colour_line(line: &str, State { parse, scopes, effects }: &mut State, grammars: &Grammars) -> Option<String> {
    let mut spans = Spans { html: String::with_capacity(line.len() * 2), open: None };
    let mut done = 0;
    for (at, op) in parse.parse_line(line, &grammars.set).ok()? {
        let at = at.clamp(done, line.len());
        spans.push(class(effects), line.get(done..at)?);
        done = at;
        let applied = scopes.apply_with_hook(&op, |step, _| match step {
            BasicScopeStackOp::Push(scope) => effects.push(grammars.effect(scope)),
            BasicScopeStackOp::Pop => {
                effects.pop();
            }
        });
        applied.ok()?;
    }
    spans.push(class(effects), line.get(done..)?);
    Some(spans.finish())
}

/// The class of the innermost scope that has an effect.
fn class(effects: &[Option<Effect>]) -> Option<&'static str> {
    match effects.iter().rev().find_map(|effect| *effect)? {
        Effect::Class(class) => Some(class),
        Effect::Reset => None,
    }
}

/// HTML in which neighbours of one class share a tag.
struct Spans {
    html: String,
    open: Option<&'static str>,
}

impl Spans {
    fn push(&mut self, class: Option<&'static str>, text: &str) {
        if text.is_empty() {
            return;
        }
        // White space has no colour: it never opens or closes a tag, except at the end of a line, which closes all.
        if class != self.open && !text.trim().is_empty() {
            self.close();
            if let Some(class) = class {
                self.html.push_str("<span class=\"hl-");
                self.html.push_str(class);
                self.html.push_str("\">");
                self.open = Some(class);
            }
        }
        match text.strip_suffix('\n') {
            Some(line) => {
                escape::text(&mut self.html, line);
                self.close();
                self.html.push('\n');
            }
            None => escape::text(&mut self.html, text),
        }
    }

    fn close(&mut self) {
        if self.open.take().is_some() {
            self.html.push_str("</span>");
        }
    }

    fn finish(mut self) -> String {
        self.close();
        self.html
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn html(code: &str, language: &str) -> String {
        match paint(code, language) {
            Painted::Html(html) => html,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn code_is_coloured_by_classes() {
        let html = html("// un & deux\nfn main() { let x = \"é\\n\"; }\n", "rust");
        assert!(html.contains("<span class=\"hl-comment\">// un &amp; deux</span>\n"), "{html}");
        assert!(html.contains("<span class=\"hl-function\">main</span>"), "{html}");
        assert!(html.contains("<span class=\"hl-string\">\"é</span><span class=\"hl-constant\">\\n</span>"), "{html}");
    }

    #[test]
    fn the_text_is_never_changed() {
        for (code, language) in [
            ("<p class=\"x\">a &amp; b</p>\n<script>let a = `x${1 + 2}`;</script>\n", "html"),
            ("a: 1\nb: [x, 'y']\n", "yaml"),
            ("- a\n+ b\n", "diff"),
            ("def f(x):\n    return f\"{x!r}\"", "python"),
        ] {
            let html = html(code, language);
            let mut text = String::new();
            let mut inside = false;
            for c in html.chars() {
                match c {
                    '<' => inside = true,
                    '>' => inside = false,
                    c if !inside => text.push(c),
                    _ => {}
                }
            }
            let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
            assert_eq!(text, code);
        }
    }

    #[test]
    fn unknown_languages_are_told_with_a_guess() {
        assert_eq!(paint("x", "rutst"), Painted::Unknown);
        assert_eq!(suggestion("rutst").as_deref(), Some("did you mean `rust`?"));
        for known in [
            "rust",
            "js",
            "ts",
            "tsx",
            "sh",
            "shell",
            "toml",
            "c++",
            "cs",
            "html",
            "json",
            "yml",
            "sql",
            "go",
            "dockerfile",
            "diff",
            "md",
        ] {
            assert_ne!(paint("x", known), Painted::Unknown, "{known}");
        }
    }

    #[test]
    fn what_is_too_long_stays_plain() {
        assert_eq!(paint(&"x = 1\n".repeat(40_000), "python"), Painted::Plain);
        assert_eq!(paint(&"(".repeat(5_000), "rust"), Painted::Plain);
    }
}
