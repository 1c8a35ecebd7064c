//! What a parser of CSV would lose without a word: rows behind a quote that nothing closes, columns of one name.
//!
//! Never decides what a row holds.

use crate::base::{Code, Diagnostic, SourceText};
use csv::StringRecord;
use std::collections::HashMap;
use std::ops::Range;

/// Where things stand in a file.
pub(super) struct Layout {
    /// The fields of the first row.
    pub(super) header: Vec<Range<usize>>,
    /// Up to which byte rows are what they seem to be: where the row with the slip begins.
    pub(super) sound_until: usize,
    /// A quote that stands where none can be.
    pub(super) slip: Option<Diagnostic>,
}

/// Where in a field a byte stands.
enum In {
    /// Before it.
    Start,
    /// Without quotes.
    Plain,
    /// Between quotes.
    Quotes,
    /// Right behind the second quote, which may be the first of two that stand for one.
    Closed,
    /// Behind a text between quotes and a space.
    Behind,
}

/// Finds the fields of the first row, and the first quote that stands where none can be.
pub(super) fn look(source: &SourceText) -> Layout {
    let text = source.as_str();
    let mut header: Vec<Range<usize>> = Vec::new();
    let (mut place, mut is_first, mut row, mut field) = (In::Start, true, 0, 0);
    for (at, byte) in text.bytes().enumerate() {
        let ends = matches!(byte, b',' | b'\n' | b'\r') && !matches!(place, In::Quotes);
        if ends {
            // Parsers leave empty lines out.
            let is_empty_line = byte != b',' && row == at;
            if is_first && !is_empty_line {
                header.push(field..at);
                is_first = byte == b',';
            }
            (place, field) = (In::Start, at + 1);
            if byte != b',' {
                row = at + 1;
            }
            continue;
        }
        place = match (place, byte) {
            (In::Start | In::Closed, b'"') => In::Quotes,
            (In::Quotes, b'"') => In::Closed,
            (In::Quotes, _) => In::Quotes,
            (In::Closed | In::Behind, b' ' | b'\t') => In::Behind,
            (In::Closed | In::Behind, _) => {
                let slip = Some(behind(source, field, at));
                return Layout { header, sound_until: row, slip };
            }
            (In::Start | In::Plain, _) => In::Plain,
        };
    }
    if matches!(place, In::Quotes) {
        return Layout { header, sound_until: row, slip: Some(never_closed(source, field)) };
    }
    if is_first {
        header.push(field..text.len());
    }
    Layout { header, sound_until: usize::MAX, slip: None }
}

fn never_closed(source: &SourceText, open: usize) -> Diagnostic {
    Diagnostic::new(Code::Syntax, "this text is never closed by `\"`, and takes all rows that follow")
        .at(source.label(open..open + 1, "it begins here"))
        .help(CLOSE)
}

/// Something behind a text between quotes: most often the text was to end earlier, and this is where the next one begins.
fn behind(source: &SourceText, open: usize, at: usize) -> Diagnostic {
    let end =
        source.as_str().get(at..).and_then(|rest| rest.find([',', '\n', '\r'])).map_or(at + 1, |length| at + length);
    Diagnostic::new(Code::Syntax, "there is something behind the quote that closes this text")
        .at(source.label(open..open + 1, "the text begins here"))
        .related(source.label(at..end, "and this stands behind its end"))
        .help(CLOSE)
}

const CLOSE: &str =
    "write `\"` where the text ends, before a comma or at the end of a line, and `\"\"` for a quote in it";

/// Columns of one name: only the last would be kept.
pub(super) fn twice(source: &SourceText, keys: &StringRecord, layout: &Layout) -> Vec<Diagnostic> {
    let mut first: HashMap<&str, usize> = HashMap::new();
    let mut found = Vec::new();
    for (number, key) in keys.iter().enumerate() {
        if found.len() == MOST_TWICE {
            break;
        }
        match first.get(key) {
            None => drop(first.insert(key, number)),
            Some(_) if key.is_empty() => {}
            Some(other) => {
                let place = |number: usize| layout.header.get(number).cloned().unwrap_or(0..0);
                let problem = Diagnostic::new(Code::Duplicate, format!("two columns have the name `{key}`"))
                    .at(source.label(place(number), "again here"))
                    .related(source.label(place(*other), "the first one"));
                found.push(problem.help("give one of the two another name"));
            }
        }
    }
    found
}

/// So many columns with the name of another are told.
const MOST_TWICE: usize = 20;

/// The texts of a row in several columns without a name, of which only the last would be kept. Spreadsheets end lines with
/// commas, so columns without a name and without texts are nothing to tell.
pub(super) fn nameless(
    source: &SourceText,
    columns: &[usize],
    row: &StringRecord,
    layout: &Layout,
    at: usize,
) -> Option<Diagnostic> {
    let has_text = |column: &usize| row.get(*column).is_some_and(|text| !text.trim().is_empty());
    let second = columns.get(1).filter(|_| columns.iter().any(has_text))?;
    let place = layout.header.get(*second).cloned().unwrap_or(0..0);
    let end = source.as_str().get(at..).and_then(|rest| rest.find('\n')).map_or(source.as_str().len(), |end| at + end);
    let problem =
        Diagnostic::new(Code::Duplicate, format!("{} columns have no name, and texts in them", columns.len()))
            .at(source.label(place, "the second one"))
            .related(source.label(at..end, "a row with such a text"));
    Some(problem.help("give each of them a name in the first row"))
}

#[cfg(test)]
mod tests {
    use super::super::parse_data;
    use super::*;
    use crate::base::SourcePath;

    fn told(text: &str) -> String {
        let place = |label: &crate::base::Label| label.location().replace("data/a.csv:", "");
        let problems = parse_data(&SourceText::new(SourcePath::new("data/a.csv"), text)).err().unwrap_or_default();
        let labels = |problem: &Diagnostic| {
            problem.primary().into_iter().chain(problem.related_labels()).map(place).collect::<Vec<_>>().join("-")
        };
        problems.iter().map(labels).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn what_would_be_lost_is_told_where_it_begins() {
        for (text, places) in [
            // Texts of several lines, quotes in them, and quotes in fields without quotes are CSV.
            ("a,b\n\"1\n,\"\"2\"\"\",3\n4\" x,\"5\" \n", ""),
            ("a,b\n1,\"2\n3,4\n5,6\n", "2:3"),
            ("a,b\n1,\"2\n3,\"4\"\n5,6\n", "2:3-3:4"),
            ("a,b\n1\n2,\"x\"y\n3\n", "2:1 3:3-3:6"),
            ("\n\nnom,prix,\"nom\",d,prix\n1,2,3,4,5\n", "3:10-3:1 3:18-3:5"),
            ("\"a\nb\",c\n1,2,3\n", "3:1"),
            ("a,,\n1,,\n", ""),
            ("a,,\n1,,2\n", "1:4-2:1"),
            ("a\"", ""),
            ("\"a", "1:1"),
        ] {
            assert_eq!(told(text), places, "{text:?}");
        }
    }
}
