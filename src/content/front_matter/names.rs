//! Names of sources, topics and authors that are not what their author sees: a character that nobody sees stands in one, or
//! a line of YAML without quotes goes on in the next.
//!
//! Never looks at titles: a long one may well go on in the next line.

use super::tree::{Entry, Format, Node, Value};
use crate::base::spelling::invisible;
use crate::base::{Code, Diagnostic};
use crate::content::Place;
use crate::content::findings::Findings;
use crate::content::folded::folded;

/// Keys whose values are names, or lists of names, or tables with a `name`.
const NAMES: &[&str] = &["source", "tags", "author", "authors", "story"];

/// Tells of all of them.
pub fn tell(format: Format, place: Place, entries: &[Entry], findings: &mut Findings<'_>) {
    for entry in entries {
        if NAMES.contains(&entry.key.as_str()) {
            name(format, &entry.key, &entry.node, findings);
        } else if place == Place::Topic && entry.key == "title" {
            // The title of such a text is the name of a topic.
            tell_invisible(&entry.key, &entry.node, findings);
        }
    }
}

fn name(format: Format, key: &str, node: &Node, findings: &mut Findings<'_>) {
    match &node.value {
        Value::Text(_) => {
            tell_invisible(key, node, findings);
            if format == Format::Yaml {
                tell_joined(node, findings);
            }
        }
        Value::List(items) => items.iter().for_each(|item| name(format, key, item, findings)),
        // Of a source, and of `via` in it.
        Value::Table(entries) if key == "source" || key == "via" => {
            let inner = entries.iter().filter(|entry| matches!(entry.key.as_str(), "name" | "author" | "via"));
            inner.for_each(|entry| name(format, &entry.key, &entry.node, findings));
        }
        Value::Table(_) | Value::Integer(_) | Value::Float(_) | Value::Boolean(_) | Value::Date(_) | Value::Nothing => {
        }
    }
}

fn tell_invisible(key: &str, node: &Node, findings: &mut Findings<'_>) {
    let Value::Text(text) = &node.value else { return };
    let Some((_, odd)) = invisible(text) else { return };
    let written = findings.source().as_str().get(node.span.clone()).unwrap_or("");
    let place = match invisible(written) {
        Some((at, found)) if found == odd => node.span.start + at..node.span.start + at + found.len_utf8(),
        _ => node.span.clone(),
    };
    let message = format!("a name in `{key}` has a character that nobody sees, U+{:04X}", u32::from(odd));
    let label = findings.label(place, "");
    let help = "delete it, or type the name anew: copied text often has such characters";
    findings.push(Diagnostic::new(Code::InvisibleCharacter, message).at(label).help(help));
}

/// A value without quotes that goes on in the next line: YAML makes one text of both.
fn tell_joined(node: &Node, findings: &mut Findings<'_>) {
    let (Value::Text(text), source) = (&node.value, findings.source().as_str()) else { return };
    let written = source.get(node.span.clone()).unwrap_or("").trim_end();
    let Some(end) = written.find('\n').filter(|_| !written.starts_with(['"', '\''])) else { return };
    // Behind `>` or `|` a text is meant to go on.
    let before = source.get(..node.span.start).unwrap_or("").trim_end();
    if before.rsplit(char::is_whitespace).next().is_some_and(|sign| sign.starts_with(['>', '|'])) {
        return;
    }
    let rest = &written[end..];
    let start = node.span.start + end + (rest.len() - rest.trim_start().len());
    let line = source.get(start..).and_then(|rest| rest.lines().next()).unwrap_or("");
    let line_end = (start + line.trim_end().len()).min(node.span.start + written.len());
    let message = format!("this line is read as a part of the name above it: `{}`", folded(text));
    let label = findings.label(start..line_end, "");
    let help =
        "write the name in one line; a key of its own has a `:` behind it, and a name of its own a `-` before it";
    findings.push(Diagnostic::new(Code::JoinedLines, message).at(label).help(help));
}
