//! Templates that come to an end: a page has so many steps, and so many bytes.
//!
//! Tera ends what recurses, and nothing else: a loop in a loop can go on for days. So a call of ours is written behind
//! every tag that begins a turn (`for`, `include`, `component`), in the text that Tera compiles and nowhere else. It
//! prints nothing. Places in that text are led back to those of the file.

use super::reading::tokens::{Token, tokens};
use super::stage;
use crate::base::{Code, Diagnostic, SourceText};
use std::collections::BTreeMap;
use std::io;
use std::ops::Range;
use tera::{Kwargs, State, Tera, TeraResult};

/// The most turns of loops on one page. The largest page that is known, an archive of 100,000 posts, takes about a fourth
/// of it.
const MOST_STEPS: u32 = 2_000_000;

/// How many turns of a loop an include or a call of a component counts for: it takes as long.
const WEIGHT: u32 = 10;

/// The longest page, in bytes: ten times an article of 25 MB, every byte of which was escaped once.
const MOST_BYTES: usize = 256 << 20;

/// The longest chain of `elif`: Tera compiles each inside the one before, until there is no stack left.
const MOST_ELIFS: usize = 200;

/// What counts a step; the second form keeps the blank space away that the tag before kept away.
const CALLS: [&str; 2] = ["{{manchette_step()}}", "{{manchette_step() -}}"];

/// The same behind an include or at the head of a component.
const LONG_CALLS: [&str; 2] = ["{{manchette_part()}}", "{{manchette_part() -}}"];

/// Lets templates count their steps.
pub(super) fn register(tera: &mut Tera) {
    tera.register_function("manchette_step", |_: Kwargs, _: &State| count(1));
    tera.register_function("manchette_part", |_: Kwargs, _: &State| count(WEIGHT));
}

/// Counts, and ends what goes on for too long.
fn count(steps: u32) -> TeraResult<&'static str> {
    match stage::step(steps) {
        Some(so_far) if so_far > MOST_STEPS => Err(tera::Error::message(format!(
            "this page takes more than {MOST_STEPS} turns of loops, or {} includes and components",
            MOST_STEPS / WEIGHT
        ))),
        _ => Ok(""),
    }
}

/// A template in which steps are counted.
pub(super) struct Counted {
    /// The text to compile.
    pub text: String,
    /// Where calls were written in, by their places in that text, with the tags of the file behind which they stand.
    calls: Vec<(Range<usize>, Range<usize>)>,
}

impl Counted {
    /// Writes the calls in.
    pub(super) fn of(source: &SourceText) -> Counted {
        let written = source.as_str();
        let (mut text, mut calls, mut done) = (String::with_capacity(written.len() + 64), Vec::new(), 0);
        let tokens = tokens(written);
        for (at, pair) in tokens.windows(2).enumerate() {
            let [(Token::Tag, open), (Token::Word(word), _)] = pair else { continue };
            if !matches!(word.as_str(), "for" | "include" | "component") {
                continue;
            }
            let Some((_, close)) = tokens[at..].iter().find(|(token, _)| *token == Token::Close) else { break };
            text.push_str(&written[done..close.end]);
            done = close.end;
            let start = text.len();
            let calls_of = if word == "for" { CALLS } else { LONG_CALLS };
            text.push_str(calls_of[usize::from(written[close.clone()].starts_with('-'))]);
            calls.push((start..text.len(), open.start..close.end));
        }
        text.push_str(&written[done..]);
        Counted { text, calls }
    }

    /// The place in the file that a place in the text stands for.
    pub(super) fn place(&self, range: Range<usize>) -> Range<usize> {
        let mut before = 0;
        for (call, tag) in &self.calls {
            if call.end > range.start {
                if call.start <= range.start {
                    return tag.clone();
                }
                break;
            }
            before += call.len();
        }
        let inside = self.calls.iter().filter(|(call, _)| call.start >= range.start && call.end <= range.end);
        let inside: usize = inside.map(|(call, _)| call.len()).sum();
        range.start - before..(range.end - before - inside).max(range.start - before)
    }
}

/// Says where a chain of `elif` is too long to be compiled.
pub(super) fn long_chain(source: &SourceText) -> Option<Diagnostic> {
    let mut open: Vec<usize> = Vec::new();
    for pair in tokens(source.as_str()).windows(2) {
        let [(Token::Tag, place), (Token::Word(word), end)] = pair else { continue };
        match word.as_str() {
            "if" => open.push(0),
            "endif" => drop(open.pop()),
            "elif" => {
                let Some(chain) = open.last_mut() else { continue };
                *chain += 1;
                if open.iter().sum::<usize>() > MOST_ELIFS {
                    let message = format!("there are more than {MOST_ELIFS} `elif` in one `if`");
                    let problem = Diagnostic::new(Code::TemplateSyntax, message);
                    let label = source.label(place.start..end.end, "");
                    return Some(problem.at(label).help("look the value up in a table, or write several `if`"));
                }
            }
            _ => {}
        }
    }
    None
}

/// Where a page is written, as long as it is not too long.
pub(super) struct Bounded<'b>(pub &'b mut Vec<u8>);

impl io::Write for Bounded<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.0.len() + bytes.len() > MOST_BYTES {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Says that a page is too long, if that is what ended it.
pub(super) fn too_long(template: &str, error: &tera::Error) -> Option<Diagnostic> {
    let tera::ErrorKind::Io(kind) = error.kind() else { return None };
    (*kind == io::ErrorKind::FileTooLarge).then(|| {
        let message = format!("{template}: this page is longer than {} MB", MOST_BYTES >> 20);
        Diagnostic::new(Code::TemplateRender, message).help("look for a loop that prints more than it should")
    })
}

/// The places of all templates.
pub(super) type Places = BTreeMap<String, Counted>;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::SourcePath;

    fn source(text: &str) -> SourceText {
        SourceText::new(SourcePath::new("templates/home.html"), text)
    }

    #[test]
    fn calls_stand_behind_tags_that_begin_a_turn_and_places_are_led_back() {
        let text = "a {% for x in y -%} b{{ x }} {% endfor %}{% raw %}{% for %}{% endraw %}{% include \"c.html\" %} d";
        let counted = Counted::of(&source(text));
        assert_eq!(counted.text.matches("{{manchette_").count(), 2, "{}", counted.text);
        assert!(counted.text.contains("-%}{{manchette_step() -}} b"), "{}", counted.text);
        for word in ["a ", "for x", "{{ x }}", "endfor", "c.html", " d"] {
            let at = counted.text.rfind(word).unwrap();
            let place = counted.place(at..at + word.len());
            assert_eq!(&text[place], word);
        }
        let call = counted.text.find("{{manchette").unwrap();
        assert_eq!(&text[counted.place(call + 2..call + 9)], "{% for x in y -%}");
    }

    #[test]
    fn chains_may_be_long_but_not_endless() {
        let chain = |links: usize| format!("{{% if a %}}{}{{% endif %}}", "{% elif a %}".repeat(links));
        assert_eq!(long_chain(&source(&chain(MOST_ELIFS))), None);
        assert!(long_chain(&source(&chain(MOST_ELIFS + 1))).is_some());
        assert_eq!(long_chain(&source(&chain(MOST_ELIFS).repeat(3))), None);
    }
}
