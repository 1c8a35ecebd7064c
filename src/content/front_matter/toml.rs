//! TOML into the tree.
//!
//! Never stops at the first slip: what can be read is read, and each bad line is told once.

use super::plain;
use super::tree::{Entry, Node, Parsed, Value};
use crate::base::toml_slip;
pub use crate::base::toml_words::quoted;
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Reads the text that stands at `range` of a file.
pub fn read(file: &str, range: Range<usize>) -> Parsed {
    match plain::read(&file[range.clone()], range.start) {
        Some(entries) => Parsed { entries, errors: Vec::new() },
        None => parse(file, range),
    }
}

/// The same, with the parser of TOML.
pub(super) fn parse(file: &str, range: Range<usize>) -> Parsed {
    let text = &file[range.clone()];
    let flat = toml_slip::Flat::of(text);
    let (table, errors) = DeTable::parse_recoverable(&flat.text);
    let entries = entries(table.into_inner(), text, range.start);
    // A day that is not in the calendar is told by whoever reads dates, in better words.
    let mut dates = Vec::new();
    if !errors.is_empty() {
        entries.iter().for_each(|entry| find_dates(&entry.node, &mut dates));
    }
    // Whether a place is in a date, or where it breaks off; what stands right behind it, as in `2025-06-19,`, is no date.
    let in_date = |at: usize| {
        let at = at + range.start;
        let breaks_off = file.get(at..).is_none_or(|rest| rest.is_empty() || rest.starts_with(char::is_whitespace));
        dates.iter().any(|date| date.start <= at && (at < date.end || (at == date.end && breaks_off)))
    };
    let mut errors = toml_slip::in_words(&flat, text, &errors, &in_date);
    for error in &mut errors {
        // What is of no place is told of the opening fence.
        error.span = match error.span == toml_slip::NOWHERE {
            true => 0..3,
            false => error.span.start + range.start..error.span.end + range.start,
        };
    }
    Parsed { errors, entries }
}

/// Where dates stand.
fn find_dates(node: &Node, dates: &mut Vec<Range<usize>>) {
    match &node.value {
        Value::Date(_) => dates.push(node.span.clone()),
        Value::List(items) => items.iter().for_each(|item| find_dates(item, dates)),
        Value::Table(entries) => entries.iter().for_each(|entry| find_dates(&entry.node, dates)),
        _ => {}
    }
}

/// Whether a value that stands there without quotes is meant as a date.
fn looks_like_date(written: &str) -> bool {
    let bytes = written.as_bytes();
    bytes.len() > 5 && bytes[..4].iter().all(u8::is_ascii_digit) && bytes[4] == b'-'
}

fn entries(table: DeTable<'_>, text: &str, base: usize) -> Vec<Entry> {
    let entry = |(key, value): (Spanned<std::borrow::Cow<'_, str>>, Spanned<DeValue<'_>>)| Entry {
        key_span: key.span().start + base..key.span().end + base,
        key: key.into_inner().into_owned(),
        node: node(value, text, base),
    };
    table.into_iter().map(entry).collect()
}

fn node(spanned: Spanned<DeValue<'_>>, text: &str, base: usize) -> Node {
    let span = spanned.span();
    let written = text.get(span.clone()).unwrap_or("");
    let value = match spanned.into_inner() {
        // As written: TOML's own types lose whether seconds were given, and everything of an impossible day.
        DeValue::Datetime(_) => Value::Date(written.to_owned()),
        DeValue::String(_) | DeValue::Integer(_) | DeValue::Float(_) if looks_like_date(written) => {
            Value::Date(written.to_owned())
        }
        DeValue::String(string) => Value::Text(string.into_owned()),
        DeValue::Integer(number) => match i64::from_str_radix(number.as_str(), number.radix()) {
            Ok(number) => Value::Integer(number),
            Err(_) => Value::Float(number.as_str().parse().unwrap_or(f64::INFINITY)),
        },
        DeValue::Float(number) => Value::Float(number.as_str().parse().unwrap_or(f64::NAN)),
        DeValue::Boolean(boolean) => Value::Boolean(boolean),
        DeValue::Array(array) => Value::List(array.into_iter().map(|item| node(item, text, base)).collect()),
        DeValue::Table(table) => Value::Table(entries(table, text, base)),
    };
    Node { value, span: span.start + base..span.end + base }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_those_of_the_file() {
        let file = "+++\ntitre = \"é\"\n[source]\nname = \"WSJ\"\n+++\n";
        let parsed = read(file, 4..file.len() - 4);
        assert!(parsed.errors.is_empty());
        assert_eq!(&file[parsed.entries[0].key_span.clone()], "titre");
        assert_eq!(&file[parsed.entries[0].node.span.clone()], "\"é\"");
        let Value::Table(source) = &parsed.entries[1].node.value else { panic!() };
        assert_eq!(&file[source[0].node.span.clone()], "\"WSJ\"");
    }

    #[test]
    fn all_slips_are_told_at_once() {
        let file = "title = Meta débauche\ndate = 2025-06-19\ntags = [\"a\"\nsource = Il dit\n";
        let parsed = read(file, 0..file.len());
        assert_eq!(parsed.errors.len(), 2, "{:?}", parsed.errors);
        assert!(parsed.errors[0].help.as_deref().unwrap().contains("title = \"Meta débauche\""));
    }

    #[test]
    fn impossible_dates_are_no_slips_of_syntax() {
        for date in ["2025-02-30", "2025-6-19", "2025-06-19T25:00:00", "2025-06-19 9:30", "2025-06-19T10:00:00+0200"] {
            let parsed = read(&format!("date = {date}\n"), 0..date.len() + 8);
            assert!(parsed.errors.is_empty(), "{date}: {:?}", parsed.errors);
            assert_eq!(parsed.entries[0].node.value, Value::Date(date.to_owned()));
        }
    }

    #[test]
    fn what_stands_behind_a_date_is_a_slip() {
        for (line, help) in [
            ("date = 2025-06-19,", "take the comma away: `date = 2025-06-19`"),
            ("date = 2025-06-19 draft = true", "put `draft = true` on a line of its own"),
        ] {
            let errors = read(line, 0..line.len()).errors;
            assert_eq!(errors.len(), 1, "{line}: {errors:?}");
            assert!(errors[0].help.as_deref().unwrap_or("").contains(help), "{line}: {errors:?}");
        }
    }

    #[test]
    fn p18_every_key_that_is_too_deep_is_told_and_what_stands_below_it() {
        let deep = vec!["a"; 100].join(".");
        let file = format!(
            "t = \"\"\"\n{deep} = 1\n\"\"\"\nb.{deep} = 1\nx = y z\n[extra]\nc.{deep} = 2\n[d.{deep}]\nz = 1\n[[e.{deep}]]\n"
        );
        let told = |file: &str| {
            let parsed = read(file, 0..file.len());
            let lines = parsed.errors.iter().map(|error| file[..error.span.start].matches('\n').count() + 1);
            lines.collect::<std::collections::BTreeSet<usize>>()
        };
        assert_eq!(told(&file), [2, 4, 5, 7, 8, 10].into());
        // A text is no key, where no key is too deep.
        assert_eq!(told(&file[..file.find("b.").unwrap()]), [].into());
    }

    #[test]
    fn deep_tables_do_not_overflow() {
        for text in [format!("{}=1", vec!["a"; 50_000].join(".")), format!("a={}", "[".repeat(50_000))] {
            let _ = read(&text, 0..text.len());
        }
    }
}
