//! Every key of `theme.toml` with every kind of value. The keys are those that the reader names when it meets one that it
//! does not know, so that a new key is missed here.

use super::parse_manifest;
use crate::base::{Diagnostic, Severity, SourcePath, SourceText};

/// A kind of value, with how it is written.
const VALUES: &[(&str, &str)] = &[
    ("text", "\"x\""),
    ("integer", "1"),
    ("huge", "99999999999999999999"),
    ("float", "1.5"),
    ("boolean", "true"),
    ("date", "2025-06-19"),
    ("time", "10:00:00"),
    ("texts", "[\"x\"]"),
    ("numbers", "[1, 2]"),
    ("lists", "[[\"x\"]]"),
    ("tables", "[{ zzz = 1 }]"),
    ("table", "{ zzz = 1 }"),
];

/// An option of that type, whose table is open.
fn option(kind: &str, default: &str) -> String {
    format!("name = \"t\"\n[options.o]\ntype = \"{kind}\"\ndefault = {default}\n")
}

/// What stands before a key, the key, and the kinds of values that it takes.
type Row = (String, &'static str, &'static [&'static str]);

/// Every key with what it takes. Of a choice or a colour that is none, ranges are told below.
fn rows() -> Vec<Row> {
    let name = || "name = \"t\"\n".to_owned();
    let mut rows: Vec<Row> = vec![
        (String::new(), "name", &["text"]),
        (name(), "contract", &["integer"]),
        (name(), "description", &["text"]),
        (name(), "license", &["text"]),
        (name(), "extends", &["text"]),
        (name(), "options", &[]),
        (name(), "app", &[]),
        (name(), "strings", &[]),
        (name() + "[options]\n", "o", &[]),
        (name() + "[strings]\n", "fr", &[]),
        (name() + "[strings.fr]\n", "home", &["text"]),
        ("name = \"t\"\n[options.o]\ndefault = \"x\"\n".to_owned(), "type", &[]),
        (option("integer", "1"), "min", &["integer"]),
        (option("integer", "1"), "max", &["integer"]),
        (option("integer", "1"), "choices", &["numbers"]),
        (option("string", "\"x\""), "choices", &["texts"]),
        (option("list", "[\"x\"]"), "choices", &["texts"]),
        (option("color", "\"red\""), "on", &[]),
        (option("string", "\"x\""), "typography", &["boolean"]),
        (option("string", "\"x\""), "description", &["text"]),
    ];
    rows.extend(
        ["one", "few", "many"].map(|form| -> Row { (name() + "[strings.fr.posts]\nother = \"x\"\n", form, &["text"]) }),
    );
    rows.push((name() + "[strings.fr.posts]\none = \"x\"\n", "other", &["text"]));
    rows.extend(["display", "theme_color", "background_color"].map(|key| -> Row { (name() + "[app]\n", key, &[]) }));
    for (kind, takes) in [
        ("string", &["text"][..]),
        ("boolean", &["boolean"]),
        ("integer", &["integer"]),
        ("list", &["texts"]),
        ("color", &[]),
        ("file", &["text"]),
    ] {
        rows.push((format!("name = \"t\"\n[options.o]\ntype = \"{kind}\"\n"), "default", takes));
    }
    rows
}

fn errors(text: &str) -> Vec<Diagnostic> {
    let read = parse_manifest(&SourceText::new(SourcePath::new("themes/t/theme.toml"), text));
    read.diagnostics.into_iter().filter(|problem| problem.code().severity() == Severity::Error).collect()
}

/// Insists on an error at the last line, or at the heading above it, which says what to do.
fn is_told(text: &str) {
    let last = text.lines().count() as u32;
    let heading =
        text.lines().collect::<Vec<_>>().iter().rposition(|line| line.starts_with('[')).map(|at| at as u32 + 1);
    let found = errors(text);
    let line = |problem: &Diagnostic| problem.primary().and_then(|label| label.at.as_ref()).map(|at| at.line);
    // What does not go together is told at the default.
    let default = text.lines().position(|line| line.starts_with("default")).map(|at| at as u32 + 1);
    let is_there = |problem: &Diagnostic| [Some(last), heading, default].contains(&line(problem));
    assert!(found.iter().any(is_there), "{text}{found:?}");
    for problem in &found {
        assert!(line(problem).is_some() && problem.help_text().is_some(), "{text}{problem:?}");
    }
}

#[test]
fn p19_every_key_of_theme_toml_refuses_values_of_other_types_at_their_line() {
    let mut tried = 0;
    for (before, key, takes) in rows() {
        for (_, value) in VALUES.iter().filter(|(what, _)| !takes.contains(what)) {
            is_told(&format!("{before}{key} = {value}\n"));
            tried += 1;
        }
        for value in takes.iter().filter_map(|takes| VALUES.iter().find(|(what, _)| what == takes)) {
            let found = errors(&format!("{before}{key} = {}\n", value.1));
            assert!(found.is_empty(), "{before}{key} = {}: {found:?}", value.1);
        }
    }
    assert!(tried > 300, "{tried}");
}

#[test]
fn p19_every_key_of_theme_toml_refuses_what_is_out_of_range() {
    let name = "name = \"t\"\n";
    for (before, line) in [
        (name.to_owned(), "contract = 0"),
        (name.to_owned(), "contract = 2"),
        (name.to_owned(), "contract = -9223372036854775808"),
        (name.to_owned(), "nam = \"x\""),
        (name.to_owned() + "[app]\n", "display = \"\""),
        (name.to_owned() + "[app]\n", "theme_color = \"gren\""),
        (name.to_owned() + "[app]\n", "background_color = \"\""),
        (name.to_owned() + "[app]\n", "icon = \"a.png\""),
        (name.to_owned() + "[options.o]\ndefault = 1\n", "type = \"number\""),
        (name.to_owned() + "[options.o]\ntype = \"color\"\n", "default = \"gren\""),
        (option("integer", "1"), "min = 2"),
        (option("integer", "3"), "max = 2"),
        (option("integer", "3") + "min = 4\n", "max = 2"),
        (option("integer", "3"), "choices = [1, 2]"),
        (option("string", "\"x\""), "choices = [\"a\"]"),
        (option("string", "\"x\""), "choices = [\"x\", 1]"),
        (option("list", "[\"x\"]"), "choices = [\"a\"]"),
        (option("color", "\"red\""), "on = \"gren\""),
        (option("string", "\"x\""), "min = 1"),
        (option("boolean", "true"), "choices = [true]"),
        (option("integer", "1"), "on = \"#fff\""),
        (option("integer", "1"), "step = 2"),
        (name.to_owned() + "[strings.fr.posts]\n", "one = \"x\""),
    ] {
        is_told(&format!("{before}{line}\n"));
    }
}

#[test]
fn every_key_that_the_reader_knows_is_tried() {
    let rows = rows();
    for before in
        ["name = \"t\"\n", "name = \"t\"\n[app]\n", "name = \"t\"\n[options.o]\ntype = \"string\"\ndefault = \"x\"\n"]
    {
        let found = errors(&format!("{before}qqqqqqqq = 1\n"));
        let known = found.iter().find_map(|problem| problem.help_text()?.strip_prefix("known here: ")).unwrap();
        for key in known.split(", ") {
            assert!(rows.iter().any(|(_, tried, _)| *tried == key), "`{key}` is not tried");
        }
    }
}

#[test]
fn p18_every_slip_of_theme_toml_is_told_with_what_is_wrong_beside_it() {
    let text = "name = mien\nlicence = \"MIT\"\n[options.a]\ntype = color\ndefault = \"red\"\n[options.b]\ntype = \"integer\"\n\
                default = \"dix\"\n[options.c]\ntype: \"boolean\"\n[options.d]\ndefault = \"x\"\n[options.e\ntype = \"string\"\n\
                default = x y\n[strings.fr]\nlire = \"Lire\"\nsuite = Suite\n";
    let mut lines: Vec<u32> =
        errors(text).iter().map(|problem| problem.primary().unwrap().at.as_ref().unwrap().line).collect();
    lines.sort_unstable();
    assert_eq!(lines, [1, 2, 4, 8, 10, 11, 13, 15, 18]);
}
