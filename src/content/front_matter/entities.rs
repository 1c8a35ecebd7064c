//! Entities of HTML in texts of front matter, which are plain: `title: L&#39;IA` is shown as it is written.
//!
//! Never looks at texts that are Markdown (updates, corrections), nor at what is no text for readers.

use super::tree::{Entry, Format, Node, Value};
use crate::base::{Code, Diagnostic, spelling};
use crate::content::findings::Findings;
use pulldown_cmark::{Event, Parser};
use std::ops::Range;

/// Keys whose values are no text for readers, or not ours to read.
const OTHERS: &[&str] = &["aliases", "corrections", "extra", "id", "slug", "template", "updates"];

/// Longest name of an entity, in bytes: `&CounterClockwiseContourIntegral;`.
const LONGEST: usize = 33;

/// Tells of the first entity of each text.
pub fn tell(format: Format, entries: &[Entry], findings: &mut Findings<'_>) {
    for entry in entries.iter().filter(|entry| !OTHERS.contains(&entry.key.as_str())) {
        value(format, &entry.key, &entry.node, findings);
    }
}

fn value(format: Format, key: &str, node: &Node, findings: &mut Findings<'_>) {
    match &node.value {
        Value::Text(text) if text.contains('&') => tell_first(format, key, node, findings),
        Value::List(items) => items.iter().for_each(|item| value(format, key, item, findings)),
        Value::Table(entries) => entries.iter().for_each(|entry| value(format, &entry.key, &entry.node, findings)),
        _ => {}
    }
}

fn tell_first(format: Format, key: &str, node: &Node, findings: &mut Findings<'_>) {
    let written = findings.source().as_str().get(node.span.clone()).unwrap_or("");
    let Some((place, meant)) = first(written) else { return };
    let entity = &written[place.clone()];
    let help = match (meant.as_str(), written.chars().next()) {
        (meant, _) if meant.chars().all(char::is_whitespace) => "write a space".to_owned(),
        (meant, _) if spelling::invisible(meant).is_some() => "delete it".to_owned(),
        ("\"", Some('"')) => "write the character itself: `\\\"` between double quotes".to_owned(),
        ("'", Some('\'')) => match format {
            Format::Toml => "write the character itself, `'`, between double quotes".to_owned(),
            Format::Yaml => "write the character itself: `''` between single quotes".to_owned(),
        },
        (meant, _) => format!("write the character itself: `{meant}`"),
    };
    let message = format!("`{entity}` is shown as written: `{key}` is plain text, without HTML");
    let label = findings.label(node.span.start + place.start..node.span.start + place.end, "");
    findings.push(Diagnostic::new(Code::ForeignMarkup, message).at(label).help(help));
}

/// The first entity of a text, and what it stands for.
fn first(text: &str) -> Option<(Range<usize>, String)> {
    text.match_indices('&').find_map(|(at, _)| {
        let rest = &text[at..];
        let end = rest.bytes().take(LONGEST).position(|byte| byte == b';')? + 1;
        let is_one = rest[1..end - 1].bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'#');
        let meant = is_one.then(|| meaning(&rest[..end]))?;
        (meant != rest[..end]).then(|| (at..at + end, meant))
    })
}

/// What Markdown makes of an entity: the same text, if it is none.
fn meaning(entity: &str) -> String {
    let texts = Parser::new(entity).filter_map(|event| match event {
        Event::Text(text) => Some(text.into_string()),
        _ => None,
    });
    texts.collect()
}

#[cfg(test)]
mod tests {
    use super::first;

    #[test]
    fn entities_are_known_and_other_signs_are_not() {
        for (text, found) in [
            ("L&#39;IA", Some(("&#39;", "'"))),
            ("R&D & &eacute;t&eacute;", Some(("&eacute;", "é"))),
            ("a&nbsp;b", Some(("&nbsp;", "\u{a0}"))),
            ("https://a.fr/?x=1&amp;y=2", Some(("&amp;", "&"))),
            ("https://a.fr/?x=1&y=2;", None),
            ("R&D; AT&T", None),
            ("a & b; &é; &", None),
        ] {
            let told = first(text).map(|(place, meant)| (&text[place], meant));
            assert_eq!(told, found.map(|(entity, meant)| (entity, meant.to_owned())), "{text}");
        }
    }
}
