//! Tracked data for templates: `data/*.toml|json|csv`.

use crate::base::{Code, Diagnostic, SourceText};
use serde_json::{Map, Value};

/// Parses one data file by its extension. CSV gives a list of objects, with the first line as keys.
pub fn parse_data(source: &SourceText) -> Result<Value, Box<Diagnostic>> {
    match source.path().extension().to_ascii_lowercase().as_str() {
        "toml" => toml::from_str::<toml::Table>(source.as_str())
            .map_err(|error| syntax(source, error.span().unwrap_or(0..0), error.message()))
            .map(|table| json_of(toml::Value::Table(table))),
        "json" => serde_json::from_str(source.as_str()).map_err(|error| {
            let start =
                source.as_str().split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum::<usize>();
            let at = start + error.column().saturating_sub(1);
            let message = error.to_string();
            let message = message.rsplit_once(" at line").map_or(message.as_str(), |(words, _)| words);
            syntax(source, at..at + 1, message)
        }),
        "csv" => rows(source),
        _ => Err(Box::new(
            Diagnostic::new(Code::Syntax, "a data file is .toml, .json or .csv")
                .at(crate::base::Label::file(source.path().clone(), "")),
        )),
    }
}

fn rows(source: &SourceText) -> Result<Value, Box<Diagnostic>> {
    let mut reader = csv::Reader::from_reader(source.as_str().as_bytes());
    let failed = |error: csv::Error| {
        let at = error.position().map_or(0, |position| position.byte() as usize);
        syntax(source, at..at + 1, &error.to_string())
    };
    let keys = reader.headers().map_err(failed)?.clone();
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(failed)?;
        let row: Map<String, Value> =
            keys.iter().zip(record.iter()).map(|(key, value)| (key.to_owned(), Value::from(value))).collect();
        rows.push(Value::Object(row));
    }
    Ok(Value::Array(rows))
}

fn syntax(source: &SourceText, range: std::ops::Range<usize>, message: &str) -> Box<Diagnostic> {
    Box::new(Diagnostic::new(Code::Syntax, message.lines().next().unwrap_or("unreadable")).at(source.label(range, "")))
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

    fn parse(name: &str, text: &str) -> Result<Value, Box<Diagnostic>> {
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
        let at = |result: Result<Value, Box<Diagnostic>>| result.unwrap_err().primary().unwrap().location();
        assert_eq!(at(parse("data/a.json", "{\n  \"x\": oups\n}")), "data/a.json:2:8");
        assert_eq!(at(parse("data/a.toml", "x = 1\ny = \n")), "data/a.toml:2:5");
        assert!(at(parse("data/a.csv", "a,b\n1,2,3\n")).starts_with("data/a.csv:2"));
    }
}
