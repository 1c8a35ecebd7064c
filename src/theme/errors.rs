//! Tera's errors as diagnostics, each with its template, line and column.

use super::advice::advised;
use super::functions::{FILTERS, FUNCTIONS};
use super::steps::{self, Places};
use super::unclosed;
use crate::base::{Code, Diagnostic, Label, SourceText, suggest};
use std::collections::BTreeMap;
use tera::{ErrorKind, Tera};

/// The syntax error of one template, if it has one. What a template needs of others (parents, components) is not
/// looked at here.
pub(super) fn syntax_of(tera: &Tera, name: &str, source: &SourceText) -> Option<Diagnostic> {
    if let Some(problem) = steps::long_chain(source) {
        return Some(problem);
    }
    let mut alone = tera.clone();
    match alone.add_raw_template(name, source.as_str()) {
        Err(error) => match error.kind() {
            ErrorKind::SyntaxError(report) => {
                let unclosed = report.message().contains("end of input") || report.message() == "Unknown tag";
                let unclosed = unclosed.then(|| unclosed::find(source)).flatten();
                let label = source.label(report.span().range.clone(), "");
                let told = || Diagnostic::new(Code::TemplateSyntax, in_words(report.message())).at(label);
                Some(advised(unclosed.unwrap_or_else(told)))
            }
            _ => None,
        },
        Ok(()) => None,
    }
}

/// What is wrong with the templates taken together.
pub(super) fn of_compiling(error: &tera::Error, sources: &BTreeMap<String, SourceText>) -> Vec<Diagnostic> {
    match error.kind() {
        ErrorKind::SyntaxError(report) | ErrorKind::RenderingError(report) => {
            let message = in_words(report.message());
            let help = missing_block(&message).and_then(|name| known_block(name, sources));
            vec![placed(helped(Diagnostic::new(Code::TemplateSyntax, message), help), report, sources)]
        }
        ErrorKind::MissingParent { current, parent } => {
            let message = format!("the parent `{parent}` does not exist");
            let problem = Diagnostic::new(Code::TemplateMissing, message);
            let label = sources.get(current).map(|source| find(source, parent));
            let problem = problem.at_any(label);
            vec![helped(problem, suggest::help(parent, &known(sources, current)))]
        }
        ErrorKind::CircularExtend { tpl, inheritance_chain: chain }
        | ErrorKind::CircularInclude { tpl, include_chain: chain } => {
            let circle = circle(tpl, chain);
            let message = format!("templates lead in a circle: {}", circle.join(" → "));
            let problem = Diagnostic::new(Code::TemplateSyntax, message).help("take one of these steps out");
            let label = match circle.as_slice() {
                [first, second, ..] => sources.get(*first).map(|source| find(source, second)),
                _ => None,
            };
            vec![problem.at_any(label)]
        }
        _ => of_blocks(&error.to_string(), sources),
    }
}

/// The block that no parent has, of a message that says so.
fn missing_block(message: &str) -> Option<&str> {
    message.strip_prefix("block `")?.split('`').next()
}

/// What to do about it: the nearest of all blocks that templates have.
fn known_block(name: &str, sources: &BTreeMap<String, SourceText>) -> Option<String> {
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
fn of_blocks(text: &str, sources: &BTreeMap<String, SourceText>) -> Vec<Diagnostic> {
    let mut problems = Vec::new();
    let mut message = String::new();
    for line in text.lines() {
        if let Some((_, place)) = line.split_once("--> ") {
            let mut parts = place.trim().trim_start_matches('[').trim_end_matches(']').rsplitn(3, ':');
            let column = parts.next().and_then(|part| part.parse::<usize>().ok());
            let row = parts.next().and_then(|part| part.parse::<usize>().ok());
            let source = parts.next().and_then(|name| sources.get(name));
            if let (Some(column), Some(row), Some(source)) = (column, row, source) {
                let start: usize = source.as_str().split_inclusive('\n').take(row - 1).map(str::len).sum();
                let rest = source.as_str()[start..].lines().next().unwrap_or("");
                let offset: usize = rest.chars().take(column.saturating_sub(1)).map(char::len_utf8).sum();
                let text = message.trim().trim_start_matches("error:").trim();
                // The name that the message gives stands there, or one step further.
                let name = text.split('`').nth(1).unwrap_or("");
                let at = offset + rest[offset..].find(name).unwrap_or(0);
                let label = source.label(start + at..start + at + name.len().max(1), "");
                problems.push(unknown(text, name, sources).at(label));
                message.clear();
            }
        } else if !line.trim_start().starts_with(|c: char| c == '|' || c.is_ascii_digit()) && !line.trim().is_empty() {
            message = line.to_owned();
        }
    }
    if problems.is_empty() {
        problems.push(Diagnostic::new(Code::TemplateSyntax, lower(text.lines().next().unwrap_or("unreadable"))));
    }
    problems
}

/// A filter, function, component or template that nobody knows.
fn unknown(text: &str, name: &str, sources: &BTreeMap<String, SourceText>) -> Diagnostic {
    let ours = |table: &[(&'static str, &str)]| -> Vec<&'static str> {
        table.iter().map(|(call, _)| call.split('(').next().unwrap_or(call)).collect()
    };
    let message = in_words(text);
    if message.starts_with("unknown template") {
        let problem = Diagnostic::new(Code::TemplateMissing, format!("the template `{name}` does not exist"));
        return helped(problem, suggest::help(name, &known(sources, "")));
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
fn known<'a>(sources: &'a BTreeMap<String, SourceText>, current: &str) -> Vec<&'a str> {
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

/// The steps of a circle, from a template to itself.
fn circle<'a>(template: &'a str, chain: &'a [String]) -> Vec<&'a str> {
    let mut steps: Vec<&str> = chain.iter().map(String::as_str).collect();
    let last = steps.last().copied().unwrap_or(template);
    match steps.iter().position(|step| *step == last) {
        Some(first) if first + 1 < steps.len() => steps.drain(..first).for_each(drop),
        _ => steps.insert(0, template),
    }
    steps
}

fn helped(problem: Diagnostic, help: Option<String>) -> Diagnostic {
    advised(problem.help_any(help))
}

/// What went wrong while a page was rendered.
pub(super) fn of_rendering(
    error: &tera::Error,
    template: &str,
    sources: &BTreeMap<String, SourceText>,
    places: &Places,
) -> Diagnostic {
    if let Some(problem) = steps::too_long(template, error) {
        return problem;
    }
    match error.kind() {
        ErrorKind::RenderingError(report) | ErrorKind::SyntaxError(report) => {
            let (message, help) = split_help(report.message());
            let problem = helped(Diagnostic::new(Code::TemplateRender, message), help);
            let place = || {
                let range = places.get(report.filename())?.place(report.span().range.clone());
                Some(sources.get(report.filename())?.label(range, ""))
            };
            problem.at_any(place())
        }
        ErrorKind::TemplateNotFound(name) => {
            Diagnostic::new(Code::TemplateMissing, format!("the template `{name}` does not exist"))
                .help("write it in the theme's `templates/`, or let its theme.toml say `extends = \"kiosque\"`")
        }
        _ => helped(Diagnostic::new(Code::TemplateRender, format!("{template}: {}", lower(&error.to_string()))), None),
    }
}

fn placed(problem: Diagnostic, report: &tera::ReportError, sources: &BTreeMap<String, SourceText>) -> Diagnostic {
    match sources.get(report.filename()) {
        Some(source) => problem.at(source.label(report.span().range.clone(), "")),
        None => problem,
    }
}

/// Where a name stands in a template, else the template itself.
fn find(source: &SourceText, name: &str) -> Label {
    match source.as_str().find(name) {
        Some(at) => source.label(at..at + name.len(), ""),
        None => Label::file(source.path().clone(), ""),
    }
}

/// Tera says which fields there are in the message itself: that part is help.
fn split_help(message: &str) -> (String, Option<String>) {
    match message.split_once(". Available") {
        Some((problem, rest)) => {
            let rest =
                rest.trim_start_matches(" fields:").trim_start_matches(" variables:").trim().trim_end_matches('.');
            let name = problem.split('`').nth(1).unwrap_or("");
            let near = suggest::nearest(name, rest.split(", "));
            let near = near.map_or_else(String::new, |near| format!("did you mean `{near}`? "));
            (in_words(problem), Some(format!("{near}there are: {rest}")))
        }
        None => (in_words(message), None),
    }
}

/// Tera's message without the words of its parser and of Rust.
fn in_words(message: &str) -> String {
    let message = lower(message);
    if let Some((found, expected)) = message.split_once(" but expected ") {
        let found = found.trim_start_matches("found ").replace("identifier", "a name");
        let expected = match expected {
            "identifier" => "a name".to_owned(),
            "in" | "as" => format!("`{expected}`"),
            _ if expected.contains(['`', ' ']) || expected.chars().any(char::is_alphanumeric) => {
                expected.replace("ident,", "name,").replace("bool", "true or false").replace("identifier", "a name")
            }
            signs => format!("`{signs}`"),
        };
        return format!("here stands {found}, where {expected} must stand");
    }
    let quoted: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
    match quoted.as_slice() {
        [wanted, given] if message.contains("but got") => {
            format!("{} was given where {} must be", kind(given), kind(wanted))
        }
        [value, wanted] if message.contains("out of range") => format!("{value} is out of range for {}", kind(wanted)),
        [given] if message.starts_with("iteration not possible") => format!("{} is no list to go through", kind(given)),
        [a, b] if message.starts_with("cannot compare") => format!("cannot compare {} with {}", kind(a), kind(b)),
        [sign, a, b] if message.contains("requires both operands") => {
            format!("`{sign}` takes two numbers, and here are {} and {}", kind(a), kind(b))
        }
        _ => message.replace("keyword argument", "argument"),
    }
}

/// What a type of Rust or Tera is called here.
fn kind(name: &str) -> &str {
    match name.trim_start_matches('&') {
        "str" | "string" | "String" | "alloc::string::String" => "text",
        "bool" => "true or false",
        "usize" | "u64" | "i64" | "u128" | "i128" | "u32" | "i32" | "integer" => "a whole number",
        "f64" | "f32" | "float" | "number" => "a number",
        "array" | "Vec" => "a list",
        "map" | "Map" | "map/struct" => "a table",
        _ if name.contains("Vec<") || name.contains("[Value]") => "a list",
        _ => name,
    }
}

/// Our messages begin in lower case and have no final period.
fn lower(message: &str) -> String {
    let message = message.trim().trim_end_matches('.');
    let mut chars = message.chars();
    match chars.next() {
        Some(first) => first.to_lowercase().chain(chars).collect(),
        None => String::new(),
    }
}
