//! What is a comment to YAML, and was meant as a part of a value: `title: Le #1 mondial`.
//!
//! People write a space after the `#` of a comment, so only what has a letter or a digit there is told. Never looks at
//! values between quotes: what stands behind them is no part of them.

use super::toml::quoted;
use super::tree::{Entry, Format, Node, Value};
use crate::base::{Code, Diagnostic};
use crate::content::findings::Findings;

/// Tells of all of them. A `title` that is nothing else is told by whoever misses the title.
pub fn tell(format: Format, entries: &[Entry], findings: &mut Findings<'_>) {
    if format == Format::Yaml && findings.source().as_str().contains('#') {
        for entry in entries.iter().filter(|entry| entry.key != "title" || entry.node.value != Value::Nothing) {
            value(&entry.key, Some(entry.key_span.end), &entry.node, findings);
        }
    }
}

/// A value of a key, or an item of its list, which has no key that ends anywhere.
fn value(key: &str, key_end: Option<usize>, node: &Node, findings: &mut Findings<'_>) {
    let text = findings.source().as_str();
    let rest = |at: usize| text.get(at..).and_then(|rest| rest.lines().next()).unwrap_or("");
    // Where the text begins that may go on with `#`, and where it goes on.
    let (start, end) = match (&node.value, key_end) {
        (Value::Table(entries), _) => {
            return entries.iter().for_each(|inner| value(&inner.key, Some(inner.key_span.end), &inner.node, findings));
        }
        (Value::List(items), _) => return items.iter().for_each(|item| value(key, None, item, findings)),
        (Value::Nothing, Some(end)) => {
            let sign = rest(end).len() - rest(end).trim_start_matches([':', ' ', '\t']).len();
            (end + sign, end + sign)
        }
        // The parser finds an item that is not there at the end of its line.
        (Value::Nothing, None) => {
            let before = text.get(..node.span.start).unwrap_or("").trim_end();
            let line = before.rfind('\n').map_or(0, |end| end + 1);
            let sign = rest(line).len() - rest(line).trim_start_matches(['-', ' ', '\t']).len();
            (line + sign, line + sign)
        }
        _ => {
            let written = text.get(node.span.clone()).unwrap_or("");
            let has_end = written.ends_with(char::is_whitespace);
            if has_end || written.starts_with(['"', '\'', '*', '|', '>']) {
                return;
            }
            let blank = rest(node.span.end).len() - rest(node.span.end).trim_start_matches([' ', '\t']).len();
            if blank == 0 {
                return;
            }
            (node.span.start, node.span.end + blank)
        }
    };
    let comment = rest(end).trim_end();
    if !comment.strip_prefix('#').is_some_and(|word| word.starts_with(char::is_alphanumeric)) {
        return;
    }
    let whole = text.get(start..end + comment.len()).unwrap_or(comment);
    let help = match (&node.value, key_end) {
        // Quotes would make it a text that is no date.
        _ if matches!(key, "date" | "updated" | "expires") => "take it away".to_owned(),
        (Value::Text(_) | Value::Nothing, _) if whole.contains('\n') => "put the whole text between quotes".to_owned(),
        (Value::Text(_) | Value::Nothing, Some(_)) => {
            format!("put the text between quotes: `{}`", Format::Yaml.assign(key, &quoted(whole)))
        }
        (Value::Text(_) | Value::Nothing, None) => format!("put the item between quotes: `- {}`", quoted(whole)),
        _ => "take it away".to_owned(),
    };
    let label = findings.label(end..end + comment.len(), "left out");
    let message = format!("`{comment}` is a comment to YAML, and no part of `{key}`");
    let problem = Diagnostic::new(Code::UnquotedHash, message).at(label);
    findings.push(problem.help(format!("{help}; if it is a comment, write a space after `#`")));
}
