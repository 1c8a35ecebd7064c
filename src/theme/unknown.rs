//! Filters, functions, tests, components, blocks and templates that nobody knows: what Tera says of them, and what was
//! probably meant.

use super::errors::{WRITE_IT, helped, in_words, lower};
use super::functions::{FILTERS, FUNCTIONS};
use super::laid::Laid;
use crate::base::{Code, Diagnostic, SourceText, suggest};
use std::collections::BTreeMap;
use std::ops::Range;

/// The block that no parent has, of a message that says so.
pub(super) fn missing_block(message: &str) -> Option<&str> {
    message.strip_prefix("block `")?.split('`').next()
}

/// What to do about it: the nearest of all blocks that templates have.
pub(super) fn known_block(name: &str, sources: &BTreeMap<String, SourceText>) -> Option<String> {
    let tags = sources.values().map(SourceText::as_str).flat_map(|text| text.split("{%").skip(1));
    let names = tags.filter_map(|tag| {
        let mut words = tag.trim_start_matches('-').split_whitespace();
        (words.next() == Some("block")).then(|| words.next()).flatten().filter(|other| *other != name)
    });
    let mut names: Vec<&str> = names.collect();
    names.sort_unstable();
    names.dedup();
    suggest::help(name, &names).or_else(|| Some("write the name of a block that the parent has".to_owned()))
}

/// Unknown filters, functions, components and includes come as one text of drawn blocks, each with ` --> name:line:col`.
pub(super) fn of_blocks(
    text: &str,
    sources: &BTreeMap<String, SourceText>,
    laid: &BTreeMap<String, Laid<'_>>,
) -> Vec<Diagnostic> {
    let mut problems = Vec::new();
    let mut message = String::new();
    let mut lines = Lines(BTreeMap::new());
    for line in text.lines() {
        let line = line.trim_start();
        if let Some(place) = line.strip_prefix("--> ") {
            let text = message.trim().trim_start_matches("error:").trim();
            // The name that the message gives stands there, or one step further.
            let name = text.split('`').nth(1).unwrap_or("");
            if let Some((source, place)) = lines.place(place, name, sources, laid) {
                problems.push(unknown(text, name, sources).at(source.label(place, "")));
                message.clear();
            }
        } else if !line.starts_with(|c: char| c == '|' || c.is_ascii_digit()) && !line.is_empty() {
            message = line.to_owned();
        }
    }
    if problems.is_empty() {
        problems.push(Diagnostic::new(Code::TemplateSyntax, lower(text.lines().next().unwrap_or("unreadable"))));
    }
    problems
}

/// Where the lines of the texts begin that Tera got, as far as it was asked.
struct Lines<'n>(BTreeMap<&'n str, Vec<usize>>);

impl<'n> Lines<'n> {
    /// Where a name stands in a file, of a place as Tera writes it: the template's name, the line and the column.
    fn place<'s>(
        &mut self,
        place: &'n str,
        name: &str,
        sources: &'s BTreeMap<String, SourceText>,
        laid: &BTreeMap<String, Laid<'_>>,
    ) -> Option<(&'s SourceText, Range<usize>)> {
        let mut parts = place.trim().trim_start_matches('[').trim_end_matches(']').rsplitn(3, ':');
        let column: usize = parts.next()?.parse().ok()?;
        let row: usize = parts.next()?.parse().ok()?;
        let template = parts.next()?;
        let (source, laid) = (sources.get(template)?, laid.get(template)?);
        let begun = || std::iter::once(0).chain(laid.text.match_indices('\n').map(|(end, _)| end + 1)).collect();
        let start = *self.0.entry(template).or_insert_with(begun).get(row.checked_sub(1)?)?;
        let line = laid.text[start..].lines().next().unwrap_or("");
        let offset: usize = line.chars().take(column.saturating_sub(1)).map(char::len_utf8).sum();
        let at = start + offset + line[offset..].find(name).unwrap_or(0);
        Some((source, laid.place(at..at + name.len().max(1))))
    }
}

/// A filter, function, component or template that nobody knows.
fn unknown(text: &str, name: &str, sources: &BTreeMap<String, SourceText>) -> Diagnostic {
    let ours = |table: &[(&'static str, &str)]| -> Vec<&'static str> {
        table.iter().map(|(call, _)| call.split('(').next().unwrap_or(call)).collect()
    };
    let message = in_words(text);
    if message.starts_with("unknown template") {
        let problem = Diagnostic::new(Code::TemplateMissing, format!("the template `{name}` does not exist"));
        return problem.help(suggest::help(name, &known(sources, "")).unwrap_or_else(|| WRITE_IT.to_owned()));
    }
    let help = match message.split(' ').nth(1) {
        Some("filter") => {
            let names = [ours(FILTERS).as_slice(), TERA_FILTERS].concat();
            suggest::nearest(name, names).map(|near| format!("did you mean `{near}`?"))
        }
        _ if missing_block(&message).is_some() => known_block(name, sources),
        Some("test") => suggest::help(name, TERA_TESTS),
        Some("function") => suggest::help(name, &[ours(FUNCTIONS).as_slice(), TERA_FUNCTIONS].concat()),
        _ => None,
    };
    helped(Diagnostic::new(Code::TemplateSyntax, message), help)
}

/// Filters that Tera brings.
const TERA_FILTERS: &[&str] = &[
    "safe",
    "default",
    "upper",
    "lower",
    "wordcount",
    "escape",
    "escape_html",
    "escape_xml",
    "newlines_to_br",
    "pluralize",
    "trim",
    "trim_start",
    "trim_end",
    "replace",
    "capitalize",
    "title",
    "truncate",
    "indent",
    "str",
    "int",
    "float",
    "length",
    "reverse",
    "split",
    "abs",
    "round",
    "first",
    "last",
    "nth",
    "join",
    "sort",
    "unique",
    "get",
    "values",
    "keys",
    "pairs",
    "group_by",
];

/// Functions that Tera brings.
const TERA_FUNCTIONS: &[&str] = &["range", "throw"];

/// Tests that Tera brings, after `is`.
const TERA_TESTS: &[&str] = &[
    "string",
    "number",
    "map",
    "bool",
    "array",
    "integer",
    "float",
    "none",
    "iterable",
    "defined",
    "undefined",
    "odd",
    "even",
    "divisible_by",
    "starting_with",
    "ending_with",
    "containing",
];

/// Names by which a template may be extended or included from another, without that one.
pub(super) fn known<'a>(sources: &'a BTreeMap<String, SourceText>, current: &str) -> Vec<&'a str> {
    let own = |name: &str| name.rsplit('/').next().unwrap_or(name).to_owned();
    let mut names: Vec<&str> = sources
        .keys()
        .filter(|name| own(name) != own(current))
        // A name of a theme is found without the theme's too.
        .map(|name| match name.split_once('/') {
            Some((_, rest)) if !sources.contains_key(rest) && !name.starts_with("partials/") => rest,
            _ => name.as_str(),
        })
        .collect();
    names.sort_unstable();
    names.dedup();
    names
}
