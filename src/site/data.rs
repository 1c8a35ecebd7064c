//! Tracked data for templates: `data/*.toml|json|csv`.

use crate::base::toml_slip;
use crate::base::{Code, Diagnostic, SourceText};
use serde_json::{Map, Value};

/// Parses one data file by its extension. CSV gives a list of objects, with the first line as keys.
pub fn parse_data(source: &SourceText) -> Result<Value, Box<Diagnostic>> {
    match source.path().extension().to_ascii_lowercase().as_str() {
        "toml" => toml::from_str::<toml::Table>(source.as_str())
            .map_err(|error| Box::new(toml_slip::diagnostic(source, &error)))
            .map(|table| json_of(toml::Value::Table(table))),
        "json" => serde_json::from_str(source.as_str()).map_err(|error| {
            let start =
                source.as_str().split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum::<usize>();
            let at = start + error.column().saturating_sub(1);
            let message = error.to_string();
            let message = message.rsplit_once(" at line").map_or(message.as_str(), |(words, _)| words);
            let problem = syntax(source, at..at + 1, &format!("this is not JSON: {}", json_words(message)));
            Box::new(problem.help_any(json_help(message).map(str::to_owned)))
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
        let line_end =
            source.as_str().get(at..).and_then(|rest| rest.find('\n')).map_or(source.as_str().len(), |n| at + n);
        match error.kind() {
            csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
                let message = format!("this row has {len} fields, and the first row {expected_len}");
                let problem = Diagnostic::new(Code::Syntax, message).at(source.label(at..line_end, ""));
                Box::new(problem.help("put a field that has a comma in it between double quotes"))
            }
            _ => syntax(source, at..line_end, "this row cannot be read"),
        }
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

/// What the JSON parser objects to, in words for people who know no parser.
fn json_words(message: &str) -> String {
    match message {
        "expected value" | "expected ident" => {
            "here must be a value: text between quotes, a number, true, false, null, `[` or `{`".to_owned()
        }
        "EOF while parsing a list" => "the list is never closed by `]`".to_owned(),
        "EOF while parsing an object" => "the object is never closed by `}`".to_owned(),
        "EOF while parsing a string" => "the text is never closed by `\"`".to_owned(),
        "EOF while parsing a value" => "the file ends where a value must stand".to_owned(),
        "trailing comma" => "there is a comma after the last item".to_owned(),
        "trailing characters" => "there is something after the end".to_owned(),
        "key must be a string" => "a key stands between double quotes".to_owned(),
        "recursion limit exceeded" => "values are nested too deep".to_owned(),
        "invalid escape" => "this backslash stands before a letter that means nothing".to_owned(),
        _ if message.starts_with("control character") => {
            "text cannot have a line end or a control character".to_owned()
        }
        "unexpected end of hex escape" | "lone leading surrogate in hex escape" => {
            "`\\u` stands before a half of a character".to_owned()
        }
        _ => match message.strip_prefix("expected ") {
            Some(expected) => format!("there must be {expected}"),
            None => message.to_owned(),
        },
    }
}

/// What to do about it, where that is known.
fn json_help(message: &str) -> Option<&'static str> {
    match message {
        "trailing comma" => Some("remove the comma before this"),
        "key must be a string" => Some("put the key between double quotes"),
        "trailing characters" => Some("remove what follows, or put all of it into one list `[…]`"),
        "EOF while parsing a list" => Some("write `]` where the list ends"),
        "EOF while parsing an object" => Some("write `}` where the object ends"),
        "EOF while parsing a string" => Some("write `\"` where the text ends"),
        _ => None,
    }
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
