//! Every key of front matter with every kind of value, in both formats: made from the tables of keys, so that a new key
//! is covered (as one that takes text, until `takes` says more).

use super::keys;
use super::tests::options;
use super::tree::Format;
use crate::base::{Diagnostic, Severity, SourcePath, SourceText};
use crate::content::{self, Place};

/// A kind of value, with how it is written in TOML and in YAML.
const VALUES: &[(&str, &str, &str)] = &[
    ("text", "\"x\"", "\"x\""),
    ("integer", "1", "1"),
    ("huge", "99999999999999999999", "99999999999999999999"),
    ("float", "1.5", "1.5"),
    ("nan", "nan", ".nan"),
    ("infinite", "-inf", "-.inf"),
    ("boolean", "true", "true"),
    ("date", "2025-06-19", "2025-06-19"),
    ("texts", "[\"x\"]", "[x]"),
    ("numbers", "[1, 2]", "[1, 2]"),
    ("lists", "[[\"x\"]]", "[[x]]"),
    ("tables", "[{ zzz = 1 }]", "[{zzz: 1}]"),
    ("table", "{ zzz = 1 }", "{zzz: 1}"),
];

/// What a key takes; whatever else it is given is an error. In YAML a date is text as well.
fn takes(table: &str, key: &str) -> &'static [&'static str] {
    match (table, key) {
        ("" | "source" | "updates" | "corrections", "date") | ("", "updated" | "expires") => &["date"],
        ("", "tags" | "aliases") => &["texts"],
        ("", "author" | "authors") => &["text", "texts"],
        ("", "source" | "image") | ("source", "via") => &["text"],
        ("", "draft") => &["boolean"],
        ("", "weight") => &["integer"],
        ("", "extra") => &["table"],
        _ => &["text"],
    }
}

/// All keys with the table that they stand in.
fn rows() -> Vec<(&'static str, &'static str)> {
    let of = |table: &'static str, keys: &'static [&'static str]| keys.iter().map(move |key| (table, *key));
    of("", keys::ARTICLE)
        .chain(of("source", keys::SOURCE))
        .chain(of("via", keys::VIA))
        .chain(of("image", keys::IMAGE))
        .chain(of("updates", keys::NOTE))
        .chain(of("corrections", keys::NOTE))
        .collect()
}

/// A post in which a key has a value, on the last line of its front matter, and that line.
fn post(format: Format, table: &str, key: &str, value: &str) -> (String, u32) {
    let fence = format.fence();
    let line = format.assign(key, value);
    let least: String = [("title", "\"T\""), ("date", "2025-06-19"), ("source", "\"WSJ\"")]
        .into_iter()
        .filter(|(name, _)| *name != key || !table.is_empty())
        .filter(|(name, _)| *name != "source" || !matches!(table, "source" | "via"))
        .map(|(name, value)| format.assign(name, value) + "\n")
        .collect();
    let under = match (format, table) {
        (_, "") => line,
        (Format::Toml, "via") => format!("[source]\nname = \"WSJ\"\n[source.via]\n{line}"),
        (Format::Toml, "updates" | "corrections") => format!("[[{table}]]\n{line}"),
        (Format::Toml, _) => format!("[{table}]\n{line}"),
        (Format::Yaml, "via") => format!("source:\n  name: WSJ\n  via:\n    {line}"),
        (Format::Yaml, "updates" | "corrections") => format!("{table}:\n  - {line}"),
        (Format::Yaml, _) => format!("{table}:\n  {line}"),
    };
    let text = format!("{fence}\n{least}{under}\n");
    let number = text.lines().count() as u32;
    (format!("{text}{fence}\nTexte.\n"), number)
}

fn errors(text: &str) -> Vec<(Option<u32>, String)> {
    let source = SourceText::new(SourcePath::new("content/posts/a.md"), text);
    let checked = content::parse(&source, Place::Post, &options());
    let line = |problem: &Diagnostic| problem.primary().and_then(|label| label.at.as_ref()).map(|at| at.line);
    let errors = checked.diagnostics.iter().filter(|problem| problem.code().severity() == Severity::Error);
    errors.map(|problem| (line(problem), problem.message().to_owned())).collect()
}

#[test]
fn p19_every_key_of_front_matter_refuses_values_of_other_types_at_their_line() {
    let mut tried = 0;
    for (table, key) in rows() {
        for format in [Format::Toml, Format::Yaml] {
            for (what, toml, yaml) in VALUES {
                let is_date_in_text = format == Format::Yaml && *what == "date" && takes(table, key).contains(&"text");
                if takes(table, key).contains(what) || is_date_in_text {
                    continue;
                }
                let (text, line) = post(format, table, key, if format == Format::Toml { toml } else { yaml });
                let found = errors(&text);
                assert!(found.iter().any(|(at, _)| *at == Some(line)), "{what} for `{key}`:\n{text}{found:?}");
                tried += 1;
            }
        }
    }
    assert!(tried > 700, "{tried}");
}

#[test]
fn p19_impossible_dates_are_errors_at_their_line_wherever_a_date_may_stand() {
    let impossible = [
        "2025-02-30",
        "2025-13-01",
        "2025-00-10",
        "0000-06-30",
        "-001-06-30",
        "-0001-06-30",
        "+0001-06-30",
        "-2025-06-30T10:00:00Z",
        "9999-12-31",
        "9999-12-31T23:59:59-12:00",
        "10000-01-01",
        "10000-01-01T10:00:00Z",
        "2025-06-30T24:00:00Z",
        "2025-06-30T10:61:00Z",
        "2016-12-31T23:59:60Z",
        "2016-12-31T23:59:60.5+00:00",
        "2025-06-30T10:00:00+25:00",
        "2025-06-30T10:00:00+02:60",
        "10:00:00",
    ];
    for (table, key) in rows().into_iter().filter(|(table, key)| takes(table, key) == ["date"]) {
        for format in [Format::Toml, Format::Yaml] {
            for date in impossible {
                let (text, line) = post(format, table, key, date);
                let found = errors(&text);
                assert!(found.iter().any(|(at, _)| *at == Some(line)), "{text}{found:?}");
                let is_in_our_words = |(_, said): &(Option<u32>, String)| !said.contains("parameter");
                assert!(found.iter().all(is_in_our_words), "{text}{found:?}");
            }
        }
    }
}

#[test]
fn p16_control_characters_in_texts_are_errors_at_their_line() {
    for (table, key) in rows().into_iter().filter(|(table, key)| takes(table, key).contains(&"text")) {
        for format in [Format::Toml, Format::Yaml] {
            for value in ["\"a\\u0000b\"", "\"\\u001b[31m\"", "\"\\u0085\"", "\"\\u0001\""] {
                let (text, line) = post(format, table, key, value);
                let found = errors(&text);
                assert!(found.iter().any(|(at, _)| *at == Some(line)), "{text}{found:?}");
            }
        }
    }
}
