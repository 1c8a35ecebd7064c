//! Diagnostics as text for people and as JSON for programs; both forms are described in `docs/diagnostics.md`.
//!
//! Never reads a file: a label carries the line it shows. Never decides how bad a problem is: the policy of the run
//! does.

use super::visible::{self, on_a_line, visible};
use crate::base::source::Excerpt;
use crate::base::{Diagnostic, Label, Severity};
use annotate_snippets::{AnnotationKind, Element, Group, Level, Origin, Renderer, Snippet};
use serde::Serialize;
use std::borrow::Cow;
use std::ops::Range;

/// A problem as rustc would draw it, without a final line end.
pub fn human(problem: &Diagnostic, severity: Severity, styled: bool) -> String {
    let mut elements = Vec::new();
    if let Some(label) = problem.primary() {
        elements.extend(place(label, AnnotationKind::Primary));
    }
    for label in problem.related_labels() {
        elements.extend(place(label, AnnotationKind::Context));
    }
    let help = problem.help_text().map(|help| shortened(help, SHOWN_OF_HELP));
    if let Some(help) = &help {
        elements.push(Level::HELP.message(visible(help)).into());
    }
    let told = problem.told();
    let message = shortened(&told, SHOWN);
    let title = level(severity).primary_title(visible(&message)).id(problem.code().name());
    let renderer = if styled { Renderer::styled() } else { Renderer::plain() };
    let drawn = renderer.render(&[Group::with_title(title).elements(elements)]);
    let drawn = with_columns(drawn, problem.primary().into_iter().chain(problem.related_labels()));
    match problem.primary().is_none() && problem.related_labels().is_empty() {
        true => without_bars(&drawn),
        false => drawn,
    }
}

/// The same without lines that hold nothing but the bar of a margin: where no line of a file is shown, there is none.
fn without_bars(drawn: &str) -> String {
    let is_bar = |line: &&str| anstream::adapter::strip_str(line).to_string().trim() == "|";
    drawn.lines().filter(|line| !is_bar(line)).collect::<Vec<_>>().join("\n")
}

/// The columns of the file in the place of those that were drawn: of a long line only a part was, and what a terminal would
/// act on takes more room there.
fn with_columns<'l>(mut drawn: String, labels: impl Iterator<Item = &'l Label>) -> String {
    let mut from = 0;
    for label in labels {
        let Some(at) = label.at.as_ref() else { continue };
        let (line, meant) = line(at);
        let column = line[..meant.start].chars().count() + 1;
        if column == at.column as usize {
            continue;
        }
        let place = format!("{}:{}:", on_a_line(label.path.as_str()), at.line);
        let shown = format!("{place}{column}");
        // The places come in the order of the labels, and below the message.
        let begin = from.max(drawn.find('\n').unwrap_or(0));
        let Some(found) = drawn[begin..].find(&shown) else { continue };
        let start = begin + found;
        let whole = format!("{place}{}", at.column);
        drawn.replace_range(start..start + shown.len(), &whole);
        from = start + whole.len();
    }
    drawn
}

/// A message without the middle of a very long name in it.
fn shortened(message: &str, shown: usize) -> Cow<'_, str> {
    let ends = message.char_indices().nth(2 * shown).and_then(|_| {
        let head = message.char_indices().nth(shown)?.0;
        let tail = message.char_indices().nth_back(shown - 1)?.0;
        Some((&message[..head], &message[tail..]))
    });
    ends.map_or(Cow::Borrowed(message), |(head, tail)| Cow::Owned(format!("{head}…{tail}")))
}

/// How much of each end of a very long message is shown, in characters.
const SHOWN: usize = 150;

/// The same of a help, in which a line may stand that is to be written.
const SHOWN_OF_HELP: usize = 500;

/// How much of the head of a long line is put back, as spaces: more is never shown, and a file may be one line.
const HEAD: usize = 300;

/// How many characters of a line stand before its excerpt.
fn cut_off(at: &Excerpt) -> usize {
    (at.column as usize).saturating_sub(at.offset as usize + 1)
}

fn level(severity: Severity) -> Level<'static> {
    match severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    }
}

/// A place, drawn: the line with what is meant underlined, or the name of the file.
fn place(label: &Label, kind: AnnotationKind) -> Vec<Element<'_>> {
    let path = on_a_line(label.path.as_str());
    let note = visible(&label.note);
    match &label.at {
        Some(at) => {
            let (line, meant) = line(at);
            let annotation = kind.span(meant);
            let annotation = if note.is_empty() { annotation } else { annotation.label(note) };
            vec![Snippet::source(line).line_start(at.line as usize).path(path).annotation(annotation).into()]
        }
        None if note.is_empty() => vec![Origin::path(path).into()],
        None => vec![Origin::path(path).into(), Level::NOTE.message(note).into()],
    }
}

/// The line of an excerpt, every character of it visible, and the bytes of the part that is meant.
///
/// The renderer counts columns in the text it gets. The head that was cut off a long line is put back as spaces, which
/// the renderer cuts off again; of a very long one not all, which `with_columns` makes good.
fn line(at: &Excerpt) -> (String, Range<usize>) {
    let cut = cut_off(at).min(HEAD);
    let mut line = " ".repeat(cut);
    let (first, last) = (at.offset as usize, at.offset as usize + at.length as usize);
    let (mut start, mut end) = (None, None);
    for (index, c) in at.text.chars().enumerate() {
        if index == first {
            start = Some(line.len());
        }
        if index == last {
            end = Some(line.len());
        }
        match c {
            // It would stand beside the renderer's own sign.
            '…' if index == 0 && cut > 0 => line.push(' '),
            c => line.extend(visible::shown(c)),
        }
    }
    let start = start.unwrap_or(line.len());
    let end = end.unwrap_or(line.len()).max(start);
    (line, start..end)
}

/// A problem as one line of JSON, without a line end.
pub fn json(problem: &Diagnostic, severity: Severity) -> String {
    let primary = problem.primary();
    let at = primary.and_then(|label| label.at.as_ref());
    let object = Object {
        code: problem.code().name(),
        severity,
        message: &problem.told(),
        file: primary.map(|label| label.path.as_str()),
        line: at.map(|at| at.line),
        column: at.map(|at| at.column),
        length: at.map(|at| at.length),
        text: at.map(|at| &*at.text),
        note: primary.map(|label| label.note.as_str()).filter(|note| !note.is_empty()),
        help: problem.help_text(),
        fix: problem.edit().map(|edit| Fix { replacement: &edit.replacement }),
        related: problem.related_labels().iter().map(related).collect(),
    };
    escape(&serde_json::to_string(&object).unwrap_or_default())
}

/// JSON or TOML that is safe to look at in a terminal: what would act on it is written as `\uXXXX`, which means the
/// same there.
pub(super) fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        if visible::acts(c) {
            // All of them are below U+10000, so one escape is enough.
            safe.push_str(&format!("\\u{:04x}", u32::from(c)));
        } else {
            safe.push(c);
        }
    }
    safe
}

/// A problem for programs; fields are added, never renamed.
#[derive(Serialize)]
struct Object<'a> {
    code: &'a str,
    severity: Severity,
    message: &'a str,
    file: Option<&'a str>,
    line: Option<u32>,
    column: Option<u32>,
    length: Option<u32>,
    text: Option<&'a str>,
    note: Option<&'a str>,
    help: Option<&'a str>,
    fix: Option<Fix<'a>>,
    related: Vec<Related<'a>>,
}

#[derive(Serialize)]
struct Fix<'a> {
    replacement: &'a str,
}

#[derive(Serialize)]
struct Related<'a> {
    file: &'a str,
    line: Option<u32>,
    column: Option<u32>,
    note: &'a str,
}

fn related(label: &Label) -> Related<'_> {
    let at = label.at.as_ref();
    Related {
        file: label.path.as_str(),
        line: at.map(|at| at.line),
        column: at.map(|at| at.column),
        note: label.note.as_str(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{Code, SourcePath, SourceText};

    fn source(text: &str) -> SourceText {
        SourceText::new(SourcePath::new("site.toml"), text)
    }

    fn unknown(text: &str, word: &str) -> Diagnostic {
        let at = text.find(word).unwrap();
        Diagnostic::new(Code::UnknownKey, format!("unknown key `{word}`"))
            .at(source(text).label(at..at + word.len(), ""))
    }

    #[test]
    fn people_see_the_line_the_place_and_the_help() {
        let problem = unknown("# é\ntitel = 1\n", "titel").help("did you mean `title`?");
        let drawn = "error[unknown-key]: unknown key `titel`\n \
                     --> site.toml:2:1\n  \
                     |\n\
                     2 | titel = 1\n  \
                     | ^^^^^\n  \
                     |\n  \
                     = help: did you mean `title`?";
        assert_eq!(human(&problem, Severity::Error, false), drawn);
        let styled = human(&problem, Severity::Warning, true);
        assert!(styled.contains("\u{1b}[") && styled.contains("warning[unknown-key]"));
    }

    #[test]
    fn related_places_are_further_snippets() {
        let text = source("a = 1\nb = 2\n");
        let problem = Diagnostic::new(Code::Duplicate, "two names")
            .at(text.label(6..7, "again here"))
            .related(text.label(0..1, "first here"))
            .related(Label::file(SourcePath::new("content/x.md"), ""));
        let drawn = human(&problem, Severity::Error, false);
        assert!(drawn.contains("site.toml:2:1") && drawn.contains("^ again here"), "{drawn}");
        assert!(drawn.contains("site.toml:1:1") && drawn.contains("- first here"), "{drawn}");
        assert!(drawn.contains("content/x.md"), "{drawn}");
    }

    #[test]
    fn problems_without_a_place_have_none() {
        let problem = Diagnostic::new(Code::SiteNotFound, "no site.toml here");
        assert_eq!(human(&problem, Severity::Error, false), "error[site-not-found]: no site.toml here");
        let file = problem.at(Label::file(SourcePath::new("site.toml"), "the whole of it"));
        let drawn = human(&file, Severity::Error, false);
        assert!(drawn.contains("--> site.toml\n") && drawn.contains("the whole of it"), "{drawn}");
    }

    #[test]
    fn the_column_is_that_of_the_file_even_in_a_long_line() {
        let text = format!("{}WRONG{}", "x".repeat(5000), "y".repeat(5000));
        let drawn = human(&unknown(&text, "WRONG"), Severity::Error, false);
        assert!(drawn.contains("site.toml:1:5001"), "{drawn}");
        assert!(drawn.lines().all(|line| line.chars().count() < 200), "{drawn}");
        let (line, carets) = (drawn.lines().nth(3).unwrap(), drawn.lines().nth(4).unwrap());
        assert_eq!(line.find("WRONG"), carets.find('^'), "{drawn}");
    }

    #[test]
    fn the_column_is_that_of_the_file_behind_what_takes_more_room_when_it_is_shown() {
        let drawn = human(&unknown("a\u{200d}b\u{202e}c wrong = 1", "wrong"), Severity::Error, false);
        assert!(drawn.contains("site.toml:1:7\n"), "{drawn}");
        let (line, carets) = (drawn.lines().nth(3).unwrap(), drawn.lines().nth(4).unwrap());
        assert_eq!(line.find("wrong"), carets.find('^'), "{drawn}");
    }

    #[test]
    fn very_long_messages_lose_their_middle() {
        let message = format!("`{}é` cannot be a slug", "é".repeat(5000));
        let drawn = human(&Diagnostic::new(Code::BadName, message.clone()), Severity::Error, false);
        assert!(drawn.chars().count() < 350 && drawn.ends_with("é` cannot be a slug"), "{drawn}");
        assert!(json(&Diagnostic::new(Code::BadName, message.clone()), Severity::Error).contains(&message));
    }

    #[test]
    fn nothing_printed_acts_on_the_terminal() {
        let problem = unknown("\u{1b}[31m\u{202e} wrong = 1", "wrong").help("\u{7}ring");
        for drawn in [human(&problem, Severity::Error, false), json(&problem, Severity::Error)] {
            assert!(!drawn.chars().any(visible::acts), "{drawn:?}");
        }
        let drawn = human(&problem, Severity::Error, false);
        let (line, carets) = (drawn.lines().nth(3).unwrap(), drawn.lines().nth(4).unwrap());
        let column = |text: &str, at: usize| text[..at].chars().count();
        assert_eq!(column(line, line.find("wrong").unwrap()), column(carets, carets.find('^').unwrap()), "{drawn}");
        // What is escaped in JSON is the same text to whoever reads it.
        let value: serde_json::Value = serde_json::from_str(&json(&problem, Severity::Error)).unwrap();
        assert_eq!(value["text"], "\u{1b}[31m\u{202e} wrong = 1");
    }

    #[test]
    fn programs_get_one_object_a_line() {
        let text = source("a = 1\nb = 2\n");
        let problem = Diagnostic::new(Code::UnknownKey, "unknown key `b`")
            .at(text.label(6..7, "here"))
            .related(text.label(0..1, "first"))
            .help("write `a`")
            .fix("a");
        assert_eq!(
            json(&problem, Severity::Error),
            concat!(
                r#"{"code":"unknown-key","severity":"error","message":"unknown key `b`","file":"site.toml","line":2,"#,
                r#""column":1,"length":1,"text":"b = 2","note":"here","help":"write `a`","fix":{"replacement":"a"},"#,
                r#""related":[{"file":"site.toml","line":1,"column":1,"note":"first"}]}"#
            )
        );
        let bare = json(&Diagnostic::new(Code::SiteNotFound, "no site\nhere"), Severity::Note);
        assert!(!bare.contains('\n') && bare.contains(r#""severity":"note""#) && bare.contains(r#""file":null"#));
    }
}
