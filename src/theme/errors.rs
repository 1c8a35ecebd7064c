//! Tera's errors as diagnostics, each with its template, line and column.

use crate::base::{Code, Diagnostic, Label, SourceText};
use std::collections::BTreeMap;
use tera::{ErrorKind, Tera};

/// The syntax error of one template, if it has one. What a template needs of others (parents, components) is not
/// looked at here.
pub(super) fn syntax_of(tera: &Tera, name: &str, source: &SourceText) -> Option<Diagnostic> {
    let mut alone = tera.clone();
    match alone.add_raw_template(name, source.as_str()) {
        Err(error) => match error.kind() {
            ErrorKind::SyntaxError(report) => {
                let label = source.label(report.span().range.clone(), "");
                Some(Diagnostic::new(Code::TemplateSyntax, lower(report.message())).at(label))
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
            let message = lower(report.message());
            vec![placed(Diagnostic::new(Code::TemplateSyntax, message), report, sources)]
        }
        ErrorKind::MissingParent { current, parent } => {
            let message = format!("the parent `{parent}` does not exist");
            let problem = Diagnostic::new(Code::TemplateMissing, message);
            let label = sources.get(current).map(|source| find(source, parent));
            let help = crate::base::suggest::help(parent, &sources.keys().map(String::as_str).collect::<Vec<_>>());
            let problem = label.into_iter().fold(problem, Diagnostic::at);
            vec![help.into_iter().fold(problem, |problem, help| problem.help(help))]
        }
        ErrorKind::CircularExtend { tpl, inheritance_chain: chain }
        | ErrorKind::CircularInclude { tpl, include_chain: chain } => {
            let message = format!("templates lead in a circle: {} → {tpl}", chain.join(" → "));
            let problem = Diagnostic::new(Code::TemplateSyntax, message);
            let label = sources.get(tpl).map(|source| Label::file(source.path().clone(), ""));
            vec![label.into_iter().fold(problem, Diagnostic::at)]
        }
        _ => of_blocks(&error.to_string(), sources),
    }
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
                let word: usize =
                    rest[offset..].chars().take_while(|c| c.is_alphanumeric() || *c == '_').map(char::len_utf8).sum();
                let label = source.label(start + offset..start + offset + word.max(1), "");
                let text = message.trim().trim_start_matches("error:").trim();
                problems.push(Diagnostic::new(Code::TemplateSyntax, lower(text)).at(label));
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

/// What went wrong while a page was rendered.
pub(super) fn of_rendering(error: &tera::Error, template: &str, sources: &BTreeMap<String, SourceText>) -> Diagnostic {
    match error.kind() {
        ErrorKind::RenderingError(report) | ErrorKind::SyntaxError(report) => {
            let (message, help) = split_help(report.message());
            let problem = placed(Diagnostic::new(Code::TemplateRender, message), report, sources);
            help.into_iter().fold(problem, |problem, help| problem.help(help))
        }
        ErrorKind::TemplateNotFound(name) => {
            Diagnostic::new(Code::TemplateMissing, format!("the template `{name}` does not exist"))
        }
        _ => Diagnostic::new(Code::TemplateRender, format!("{template}: {}", lower(&error.to_string()))),
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
            (lower(problem), Some(format!("there are: {rest}")))
        }
        None => (lower(message), None),
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
