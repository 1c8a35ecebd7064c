//! Every key of `site.toml` with every kind of value: made from the table of keys, so that a new key is covered.

use super::keys::{Kind, SITE};
use super::read;
use crate::base::{Severity, SourcePath, SourceText};

/// A kind of value, with how it is written.
const VALUES: &[(&str, &str)] = &[
    ("text", "\"x\""),
    ("integer", "1"),
    ("float", "1.5"),
    ("boolean", "true"),
    ("date", "2025-06-19"),
    ("time", "10:00:00"),
    ("texts", "[\"x\"]"),
    ("numbers", "[1, 2]"),
    ("lists", "[[\"x\"]]"),
    ("tables", "[{ x = 1 }]"),
    ("table", "{ x = 1 }"),
];

fn takes(kind: &Kind) -> &'static [&'static str] {
    match kind {
        Kind::Text(_) | Kind::Choice(_) => &["text"],
        Kind::Flag => &["boolean"],
        Kind::Number(_) => &["integer"],
        Kind::Choices(_) | Kind::Texts(_) => &["texts"],
        Kind::Free | Kind::Table(_) => &["table"],
        Kind::NameOrTable(_) => &["text", "table"],
        Kind::Entries(_) => &["tables"],
    }
}

/// A header to stand under, a name, and what it takes.
type Row = (String, &'static str, &'static Kind);

/// Every key, those of tables and entries with their headers.
fn rows() -> Vec<Row> {
    let mut rows = Vec::new();
    for key in SITE {
        rows.push((String::new(), key.name, &key.kind));
        let (header, keys) = match &key.kind {
            Kind::Table(keys) | Kind::NameOrTable(keys) => (format!("[{}]\n", key.name), keys),
            Kind::Entries(keys) => (format!("[[{}]]\n", key.name), keys),
            _ => continue,
        };
        rows.extend(keys.iter().map(|inner| (header.clone(), inner.name, &inner.kind)));
    }
    rows
}

/// The lines of the errors of a file in which a key has a value, and the line of that value.
fn lines(header: &str, name: &str, value: &str) -> (Vec<Option<u32>>, u32) {
    let least: String = ["title = \"T\"\n", "base_url = \"https://example.org\"\n"]
        .into_iter()
        .filter(|line| !header.is_empty() || !line.starts_with(&format!("{name} =")))
        .collect();
    let text = format!("{least}{header}{name} = {value}\n");
    let line = text.lines().count() as u32;
    let read = read(&SourceText::new(SourcePath::new("site.toml"), text), &[]);
    let errors = read.diagnostics.iter().filter(|problem| problem.code().severity() == Severity::Error);
    let line_of = |problem: &crate::base::Diagnostic| Some(problem.primary()?.at.as_ref()?.line);
    (errors.map(line_of).collect(), line)
}

#[test]
fn p19_every_key_of_site_toml_refuses_values_of_other_types_at_their_line() {
    let mut tried = 0;
    for (header, name, kind) in rows() {
        for (what, value) in VALUES.iter().filter(|(what, _)| !takes(kind).contains(what)) {
            let (errors, line) = lines(&header, name, value);
            assert!(errors.contains(&Some(line)), "{header}{name} = {value} ({what}): {errors:?}");
            tried += 1;
        }
    }
    assert!(tried > 500, "{tried}");
}

#[test]
fn p19_every_key_of_site_toml_refuses_what_is_out_of_range() {
    for (header, name, kind) in rows() {
        let bad: Vec<String> = match kind {
            Kind::Number(range) => {
                let beside = [range.start().wrapping_sub(1), range.end().wrapping_add(1), i64::MIN, i64::MAX];
                beside.map(|number| number.to_string()).into_iter().chain(["99999999999999999999".into()]).collect()
            }
            Kind::Text(_) => vec!["\"a\\u0000b\"".to_owned(), "\"\\u001b[31m\"".to_owned()],
            Kind::Choice(_) => vec!["\"\"".to_owned(), "\"nothing of the kind\"".to_owned()],
            Kind::Choices(_) | Kind::Texts(_) => {
                vec!["[\"a\\u0000b\"]".to_owned(), "[[]]".to_owned(), "[\"a\", 1]".to_owned()]
            }
            Kind::Flag => vec!["\"yes\"".to_owned(), "0".to_owned(), "nan".to_owned(), "inf".to_owned()],
            // What the site's own tables hold is the site's affair; those of entries have rows of their own.
            Kind::Free | Kind::Table(_) | Kind::NameOrTable(_) | Kind::Entries(_) => Vec::new(),
        };
        for value in bad {
            let (errors, line) = lines(&header, name, &value);
            assert!(errors.contains(&Some(line)), "{header}{name} = {value}: {errors:?}");
        }
    }
}
