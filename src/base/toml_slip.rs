//! What the TOML parser objects to, in our words.
//!
//! Never decides what is valid TOML.

use super::slips::{Format, Reader, Reread, SyntaxError, Unit};
use super::toml_words::{self, CURLY, quoted};
use super::{Code, Diagnostic, Label, SourceText, odd_numbers};
use std::borrow::Cow;
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue, Error};

/// A text that the TOML parser can read to its end: it says of no place that a key is nested too deep, and stops there.
pub struct Flat<'t> {
    /// The text, with other keys in the place of those.
    pub text: Cow<'t, str>,
    /// Where those stand, here and in the text as it was.
    pub deep: Vec<Range<usize>>,
}

impl Flat<'_> {
    /// A text without keys that are too deep.
    pub fn of(text: &str) -> Flat<'_> {
        let deep = toml_words::deep_keys(text);
        let stops = || DeTable::parse_recoverable(text).1.iter().any(|error| error.span().is_none());
        match deep.is_empty() || !stops() {
            // What looks like such a key stands in a text of several lines.
            true => Flat { text: Cow::Borrowed(text), deep: Vec::new() },
            false => Flat { text: Cow::Owned(toml_words::without_depth(text, &deep)), deep },
        }
    }
}

/// What the TOML parser objects to in a text, in our words.
///
/// One slip often breaks the rest of its line in several ways: each line is told once. `is_date` says where a date stands,
/// for whoever tells of dates in better words.
pub fn in_words(flat: &Flat<'_>, text: &str, errors: &[Error], is_date: &dyn Fn(usize) -> bool) -> Vec<SyntaxError> {
    // What is still told of no place stands somewhere in a line.
    let is_nowhere = errors.iter().any(|error| error.span().is_none());
    let mut found: Vec<SyntaxError> =
        flat.deep.iter().cloned().chain(is_nowhere.then_some(NOWHERE)).map(too_deep).collect();
    let mut placed: Vec<(Range<usize>, &str)> =
        errors.iter().filter_map(|error| Some((error.span()?, error.message()))).collect();
    placed.sort_by_key(|(span, _)| span.start);
    let mut last_line = None;
    for (span, message) in placed {
        let line_start = line_start(text, span.start);
        let is_after_all = line_start >= text.len() && !found.is_empty();
        if is_date(span.start) || is_after_all || last_line == Some(line_start) {
            continue;
        }
        last_line = Some(line_start);
        found.push(slip(text, span, message));
    }
    found
}

/// A slip of no place.
pub const NOWHERE: Range<usize> = usize::MAX..usize::MAX;

fn slip(text: &str, span: Range<usize>, message: &str) -> SyntaxError {
    if let Some((key, span)) = without_value(text, span.start) {
        let help = format!("write `{key} = …`, or take `{key}` out");
        let message = "there is no value after `=`".to_owned();
        return SyntaxError { code: Code::Syntax, message, span, help: Some(help) };
    }
    let line = text[line_start(text, span.start)..].lines().next().unwrap_or("");
    if let Some(name) = unopened(line) {
        let signs = &line.trim()[name.len()..];
        let help = format!("write `{}{name}{signs}`", signs.replace(']', "["));
        let message = "the name of the table is never opened by `[`".to_owned();
        return SyntaxError { code: Code::Syntax, message, span, help: Some(help) };
    }
    let written = text.get(span.clone()).unwrap_or("");
    let (code, help) = match message {
        "duplicate key" => (Code::Duplicate, Some("keep one of the two".to_owned())),
        _ => (Code::Syntax, toml_words::help(message, line)),
    };
    SyntaxError { code, message: toml_words::problem(message, written), span, help }
}

/// The name in a heading that lacks its first brackets: `feeds]`.
fn unopened(line: &str) -> Option<&str> {
    let name = line.trim().trim_end_matches(']');
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    (line.trim().len() > name.len() && !name.is_empty() && name.chars().all(is_name)).then_some(name)
}

/// The key of a table between braces that has no value, and where its `=` stands: a parser looks for the value beyond the
/// line's end, and objects to what it finds there.
fn without_value(text: &str, noticed: usize) -> Option<(&str, Range<usize>)> {
    let before = text.get(..noticed)?.trim_end();
    let is_after = text[noticed..].trim_start().starts_with(['}', ']', ',']);
    let key = before.strip_suffix('=').filter(|_| is_after)?.trim_end();
    let start = key.trim_end_matches(|c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_')).len();
    let key = Some(&key[start..]).filter(|key| !key.is_empty())?;
    Some((key, before.len() - 1..before.len()))
}

fn too_deep(span: Range<usize>) -> SyntaxError {
    let help = Some(toml_words::FEWER_LEVELS.to_owned());
    SyntaxError { code: Code::Syntax, message: toml_words::TOO_DEEP.to_owned(), span, help }
}

/// A file of TOML, as far as it can be read.
pub struct Legible {
    text: String,
    /// All that is wrong with its syntax.
    pub slips: Vec<Diagnostic>,
    left_out: Vec<Range<usize>>,
    /// Where the tables begin that have a heading.
    headings: Vec<usize>,
}

impl Legible {
    /// What can be read of a file, each slip left out with the key that it belongs to.
    pub fn of(source: &SourceText) -> Legible {
        let file = source.as_str();
        let once = |text: &str| {
            let flat = Flat::of(text);
            let (_, errors) = DeTable::parse_recoverable(&flat.text);
            let slips = in_words(&flat, text, &errors, &|_| false);
            (flat.text.into_owned(), slips)
        };
        let better = |_: &Unit, slip| slip;
        let reader = Reader { format: Format::Toml, once: &once, better: &better };
        let Reread { value: text, errors, left_out } = reader.read(file, 0..file.len());
        let mut start = 0;
        let lines = file.split_inclusive('\n').map(|line| {
            start += line.len();
            (start - line.len(), line)
        });
        let headings = lines.filter(|(_, line)| line.trim_start().starts_with('[')).map(|(at, _)| at).collect();
        let mut slips = errors.iter().map(|error| diagnostic(source, error)).collect();
        Diagnostic::sort(&mut slips);
        Legible { text, slips, left_out, headings }
    }

    /// Its values, where they stand in the file.
    pub fn table(&self) -> Spanned<DeTable<'_>> {
        DeTable::parse_recoverable(&self.text).0
    }

    /// Whether something was left out in the table whose heading, or a key, stands at a place: what is not there may be there.
    pub fn lacks_something(&self, at: usize) -> bool {
        let next = self.headings.partition_point(|heading| *heading <= at);
        let start = next.checked_sub(1).map_or(0, |last| self.headings[last]);
        let end = self.headings.get(next).copied().unwrap_or(usize::MAX);
        self.left_out.iter().any(|part| start <= part.start && part.start < end)
    }
}

/// What the TOML parser objects to where a file's values are read, in our words.
pub fn of_value(source: &SourceText, error: &Error) -> Diagnostic {
    diagnostic(
        source,
        &error.span().map_or_else(|| too_deep(NOWHERE), |span| slip(source.as_str(), span, error.message())),
    )
}

/// Every number of a file of TOML that is none or too large (`nan`, `inf`, `1e999`, a whole one beyond 64 bits): JSON has
/// none of these, and templates would print nothing.
pub fn odd_numbers(source: &SourceText) -> Vec<Diagnostic> {
    let table = DeTable::parse_recoverable(source.as_str()).0;
    let mut found = Vec::new();
    table.get_ref().iter().for_each(|(_, value)| find_odd_numbers(value, &mut found));
    found.sort_by_key(|span| span.start);
    let told = found.into_iter().map(|span| {
        let (message, help) = odd_numbers::objection(source.as_str().get(span.clone()).unwrap_or(""));
        Diagnostic::new(Code::BadValue, message).at(source.label(span, "")).help(help)
    });
    told.collect()
}

/// Where such numbers stand in a value.
pub fn find_odd_numbers(value: &Spanned<DeValue<'_>>, found: &mut Vec<Range<usize>>) {
    match value.get_ref() {
        DeValue::Float(number) if !number.as_str().parse::<f64>().is_ok_and(f64::is_finite) => found.push(value.span()),
        DeValue::Integer(number) if i64::from_str_radix(number.as_str(), number.radix()).is_err() => {
            found.push(value.span());
        }
        DeValue::Array(items) => items.iter().for_each(|item| find_odd_numbers(item, found)),
        DeValue::Table(table) => table.iter().for_each(|(_, inner)| find_odd_numbers(inner, found)),
        _ => {}
    }
}

fn diagnostic(source: &SourceText, slip: &SyntaxError) -> Diagnostic {
    let note = if slip.code == Code::Duplicate { "again here" } else { "" };
    let label = match slip.span == NOWHERE {
        true => Label::file(source.path().clone(), note),
        false => source.label(slip.span.clone(), note),
    };
    let problem = Diagnostic::new(slip.code, slip.message.as_str()).at(label).help_any(slip.help.clone());
    let written = source.as_str().get(slip.span.clone()).unwrap_or("").trim_matches(CURLY).trim();
    match &slip.help {
        Some(help) if !written.is_empty() && help.contains(&format!("= {}`", quoted(written))) => {
            problem.fix(quoted(written))
        }
        _ => problem,
    }
}

fn line_start(text: &str, at: usize) -> usize {
    text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |end| end + 1)
}
