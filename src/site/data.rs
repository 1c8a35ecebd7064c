//! Tracked data for templates: `data/*.toml|json|csv`.

use super::{csv_slip, json_lost, json_slip};
use crate::base::{Code, Diagnostic, SourceText, legal, odd_numbers, toml_slip};
use serde_json::{Map, Value};
use std::collections::HashSet;
use toml::Spanned;
use toml::de::DeTable;

/// So many rows of a file are told to be of another length than the first.
const MOST_ROWS: usize = 20;

/// Parses one data file by its extension, or says all that is wrong with it. CSV gives a list of objects, with the first
/// line as keys.
pub fn parse_data(source: &SourceText) -> Result<Value, Vec<Diagnostic>> {
    match source.path().extension().to_ascii_lowercase().as_str() {
        "toml" => match toml::from_str::<toml::Table>(source.as_str()) {
            Ok(table) => match toml_slip::odd_numbers(source) {
                odd if odd.is_empty() => Ok(json_of(toml::Value::Table(table))),
                odd => Err(odd),
            },
            Err(error) => {
                let mut file = toml_slip::Legible::of(source);
                let odd = odd_numbers_of(source, &file.table(), &file.slips);
                file.slips.extend(odd);
                Diagnostic::sort(&mut file.slips);
                Err(match file.slips {
                    // It is TOML, and a value is none that we can hold.
                    slips if slips.is_empty() => vec![toml_slip::of_value(source, &error)],
                    slips => slips,
                })
            }
        },
        "json" => match serde_json::from_str(source.as_str()) {
            Ok(value) => match json_lost::told(source) {
                lost if lost.is_empty() => Ok(value),
                lost => Err(lost),
            },
            Err(error) => Err(vec![json_slip::told(source, &error)]),
        },
        "csv" => match legal::told(source, Code::Syntax) {
            Some(problem) => Err(vec![problem]),
            None => rows(source),
        },
        _ => Err(vec![
            Diagnostic::new(Code::Syntax, "a data file is .toml, .json or .csv")
                .at(crate::base::Label::file(source.path().clone(), "")),
        ]),
    }
}

/// The numbers that cannot be kept of a file with other slips, but for those in a line that has one of these.
fn odd_numbers_of(source: &SourceText, table: &Spanned<DeTable<'_>>, slips: &[Diagnostic]) -> Vec<Diagnostic> {
    let line = |problem: &Diagnostic| problem.primary().and_then(|label| label.at.as_ref()).map(|at| at.line);
    let lines: HashSet<u32> = slips.iter().filter_map(line).collect();
    let mut found = Vec::new();
    table.get_ref().iter().for_each(|(_, value)| toml_slip::find_odd_numbers(value, &mut found));
    let told = found.into_iter().map(|span| {
        let (message, help) = odd_numbers::objection(source.as_str().get(span.clone()).unwrap_or(""));
        Diagnostic::new(Code::BadValue, message).at(source.label(span, "")).help(help)
    });
    told.filter(|problem| line(problem).is_none_or(|line| !lines.contains(&line))).collect()
}

fn rows(source: &SourceText) -> Result<Value, Vec<Diagnostic>> {
    let layout = csv_slip::look(source);
    let mut reader = csv::Reader::from_reader(source.as_str().as_bytes());
    let failed = |error: csv::Error| {
        let at = error.position().map_or(0, |position| position.byte() as usize);
        let line_end =
            source.as_str().get(at..).and_then(|rest| rest.find('\n')).map_or(source.as_str().len(), |n| at + n);
        let (message, help) = match error.kind() {
            csv::ErrorKind::UnequalLengths { expected_len, len, .. } => (
                format!(
                    "this row has {len} field{}, and the first row {expected_len}",
                    if *len == 1 { "" } else { "s" }
                ),
                match len < expected_len {
                    true => "write a comma for each field, also for those that are empty",
                    // A quote begins a text where a field begins, and nowhere else.
                    false if source.as_str().get(at..line_end).is_some_and(|row| row.contains(", \"")) => {
                        "write no space between a comma and the quote behind it"
                    }
                    false => "put a field that has a comma in it between double quotes",
                },
            ),
            _ => ("this row cannot be read".to_owned(), "write its fields with commas between them"),
        };
        Diagnostic::new(Code::Syntax, message).at(source.label(at..line_end, "")).help(help)
    };
    let keys = reader.headers().map_err(|error| vec![failed(error)])?.clone();
    let is_for_spreadsheets = |first: &str| first.to_ascii_lowercase().starts_with("sep=");
    if keys.get(0).is_some_and(|first| is_for_spreadsheets(first) && !first.contains([';', '\t'])) {
        let place = layout.header.first().cloned().unwrap_or(0..0);
        let problem = Diagnostic::new(Code::Syntax, "this line would be taken for the names of the columns");
        let help = "take it away: only spreadsheets know it";
        return Err(vec![problem.at(source.label(place, "")).help(help)]);
    }
    if let Some(first) = keys.get(0).filter(|first| keys.len() == 1 && first.contains([';', '\t'])) {
        let (sign, name) = if first.contains(';') { (';', "semicolons") } else { ('\t', "tabs") };
        let message = format!("fields are parted by commas, and these by {name}");
        let place = layout.header.first().cloned().unwrap_or(0..0);
        let help = match is_for_spreadsheets(first) {
            true => "save it as CSV with commas, and take this line away: only spreadsheets know it".to_owned(),
            false => format!("save it as CSV with commas: `{}`", first.split(sign).collect::<Vec<_>>().join(",")),
        };
        return Err(vec![Diagnostic::new(Code::Syntax, message).at(source.label(place, "")).help(help)]);
    }
    let (mut rows, mut problems) = (Vec::new(), csv_slip::twice(source, &keys, &layout));
    let mut nameless: Vec<usize> = (0..keys.len()).filter(|number| keys.get(*number) == Some("")).collect();
    for record in reader.records() {
        let at = match &record {
            Ok(record) => record.position().cloned(),
            Err(error) => error.position().cloned(),
        };
        // From a slip of quotes on, nothing is where it seems to be.
        let at = at.map_or(0, |at| at.byte() as usize);
        if at >= layout.sound_until {
            break;
        }
        match record {
            Ok(record) => {
                if let Some(lost) = csv_slip::nameless(source, &nameless, &record, &layout, at) {
                    problems.push(lost);
                    nameless.clear();
                }
                let row: Map<String, Value> =
                    keys.iter().zip(record.iter()).map(|(key, value)| (key.to_owned(), Value::from(value))).collect();
                rows.push(Value::Object(row));
            }
            Err(error) => problems.push(failed(error)),
        }
        if problems.len() == MOST_ROWS {
            break;
        }
    }
    problems.extend(layout.slip);
    if problems.is_empty() { Ok(Value::Array(rows)) } else { Err(problems) }
}

/// TOML as JSON: dates become text.
fn json_of(value: toml::Value) -> Value {
    match value {
        toml::Value::String(text) => Value::from(text),
        toml::Value::Integer(number) => Value::from(number),
        toml::Value::Float(number) => Value::from(number),
        toml::Value::Boolean(flag) => Value::from(flag),
        toml::Value::Datetime(date) => Value::from(date.to_string()),
        toml::Value::Array(items) => Value::Array(items.into_iter().map(json_of).collect()),
        toml::Value::Table(table) => Value::Object(table.into_iter().map(|(key, item)| (key, json_of(item))).collect()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::SourcePath;
    use serde_json::json;

    fn parse(name: &str, text: &str) -> Result<Value, Vec<Diagnostic>> {
        parse_data(&SourceText::new(SourcePath::new(name), text))
    }

    #[test]
    fn three_formats_are_read() {
        assert_eq!(
            parse("data/a.toml", "x = 1\n[y]\nz = 2025-01-01\n").unwrap(),
            json!({"x": 1, "y": {"z": "2025-01-01"}})
        );
        assert_eq!(parse("data/a.json", "[1, 2]").unwrap(), json!([1, 2]));
        assert_eq!(parse("data/a.csv", "nom,prix\nA,\"1,5\"\n").unwrap(), json!([{"nom": "A", "prix": "1,5"}]));
    }

    #[test]
    fn errors_point_into_the_file() {
        let at = |result: Result<Value, Vec<Diagnostic>>| result.unwrap_err()[0].primary().unwrap().location();
        assert_eq!(at(parse("data/a.json", "{\n  \"x\": oups\n}")), "data/a.json:2:8");
        assert_eq!(at(parse("data/a.toml", "x = 1\ny = \n")), "data/a.toml:2:5");
        assert!(at(parse("data/a.csv", "a,b\n1,2,3\n")).starts_with("data/a.csv:2"));
        let of_excel = &parse("data/a.csv", "nom;prix\nA;1,5\nB;2\n").unwrap_err()[0];
        assert_eq!(of_excel.message(), "fields are parted by commas, and these by semicolons");
        assert!(of_excel.help_text().is_some_and(|help| help.contains("`nom,prix`")));
    }

    #[test]
    fn p18_every_slip_of_a_data_file_is_told() {
        let told = |name: &str, text: &str| {
            let problems = parse(name, text).unwrap_err();
            assert!(problems.iter().all(|problem| problem.help_text().is_some()), "{problems:?}");
            problems.iter().map(|problem| problem.primary().unwrap().at.as_ref().unwrap().line).collect::<Vec<_>>()
        };
        assert_eq!(told("data/a.csv", "a,b\n1,2,3\n1,2\n1\n\"a,\nb\",2\n1,2,3,4\n"), [2, 4, 7]);
        assert_eq!(
            told("data/a.toml", "a = [\n  1,\nb = x y\nc = 2025-02-30\n[d\ne = f\n[g]\nh = oui\ni = 1\n"),
            [1, 3, 4, 5, 6, 8]
        );
        let large = "9".repeat(30);
        assert_eq!(told("data/a.toml", &format!("a = {large}\nb = 1e999\nc = 1\n")), [1, 2]);
        assert_eq!(
            told("data/a.toml", &format!("a = {large}\nb = 1e999\nc = 2025-02-30\n[d]\ne = nan\n")),
            [1, 2, 3, 5]
        );
        assert_eq!(told("data/a.csv", "a,b\n1,\0\n"), [2]);
    }
}
