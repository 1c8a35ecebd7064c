//! Tera's errors as diagnostics, each with its template, line and column.

use super::advice::advised;
use super::laid::Laid;
use super::steps::{self, Places};
use super::unclosed;
use super::unknown::{known, known_block, missing_block, of_blocks};
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
    let laid = Laid::of(source.as_str());
    match alone.add_raw_template(name, &laid.text) {
        Err(error) => match error.kind() {
            ErrorKind::SyntaxError(report) => {
                let unclosed = report.message().contains("end of input") || report.message() == "Unknown tag";
                let unclosed = unclosed.then(|| unclosed::find(source)).flatten();
                let label = source.label(laid.place(report.span().range.clone()), "");
                let told = || Diagnostic::new(Code::TemplateSyntax, in_words(report.message())).at(label);
                Some(advised(unclosed.unwrap_or_else(told)))
            }
            _ => None,
        },
        Ok(()) => None,
    }
}

/// What Tera says is wrong with the templates taken together.
pub(super) fn of_compiling(
    error: &tera::Error,
    sources: &BTreeMap<String, SourceText>,
    laid: &BTreeMap<String, Laid<'_>>,
) -> Vec<Diagnostic> {
    match error.kind() {
        ErrorKind::SyntaxError(report) | ErrorKind::RenderingError(report) => {
            let message = in_words(report.message());
            let help = missing_block(&message).and_then(|name| known_block(name, sources));
            let problem = helped(Diagnostic::new(Code::TemplateSyntax, message), help);
            let place = || {
                let range = laid.get(report.filename())?.place(report.span().range.clone());
                Some(sources.get(report.filename())?.label(range, ""))
            };
            vec![problem.at_any(place())]
        }
        ErrorKind::MissingParent { current, parent } => {
            let label = sources.get(current).map(|source| find(source, parent));
            vec![no_parent(current, parent, label, sources)]
        }
        ErrorKind::CircularExtend { tpl, inheritance_chain: chain }
        | ErrorKind::CircularInclude { tpl, include_chain: chain } => {
            let circle = circle(tpl, chain);
            let label = match circle.as_slice() {
                [first, second, ..] => sources.get(*first).map(|source| find(source, second)),
                _ => None,
            };
            vec![in_circle(&circle, label)]
        }
        _ => of_blocks(&error.to_string(), sources, laid),
    }
}

/// What to do about a template that does not exist and has a name like no other.
pub(super) const WRITE_IT: &str = "write the template, or mend its name here";

/// Says that the parent of a template does not exist.
pub(super) fn no_parent(
    template: &str,
    parent: &str,
    label: Option<Label>,
    sources: &BTreeMap<String, SourceText>,
) -> Diagnostic {
    let problem = Diagnostic::new(Code::TemplateMissing, format!("the parent `{parent}` does not exist"));
    let near = suggest::help(parent, &known(sources, template));
    helped(problem.at_any(label), near.or_else(|| Some(WRITE_IT.to_owned())))
}

/// Says that templates lead from one to the next, and back.
pub(super) fn in_circle(circle: &[&str], label: Option<Label>) -> Diagnostic {
    let message = format!("templates lead in a circle: {}", circle.join(" → "));
    Diagnostic::new(Code::TemplateSyntax, message).help("take one of these steps out").at_any(label)
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

/// The same problem with what to do about it.
pub(super) fn helped(problem: Diagnostic, help: Option<String>) -> Diagnostic {
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
            Diagnostic::new(Code::TemplateMissing, format!("the template `{name}` does not exist")).help(format!(
                "write it in the theme's `templates/`, or let its theme.toml say `extends = \"kiosque\"`; if the theme \
                     has the name of a built-in one: `manchette theme eject --template {name}`"
            ))
        }
        _ => helped(Diagnostic::new(Code::TemplateRender, format!("{template}: {}", lower(&error.to_string()))), None),
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
pub(super) fn in_words(message: &str) -> String {
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
pub(super) fn lower(message: &str) -> String {
    let message = message.trim().trim_end_matches('.');
    let mut chars = message.chars();
    match chars.next() {
        Some(first) => first.to_lowercase().chain(chars).collect(),
        None => String::new(),
    }
}
