//! A text by its parts, each a key at the top with all that belongs to it, read so that slips stay in theirs.
//!
//! Knows lines, quotes and brackets, and no more of either format; decides nothing about text that a parser accepts.

use super::Format;
use std::ops::Range;

/// A part, in bytes of the file.
#[derive(Clone, Debug)]
pub struct Unit {
    /// Its first line, without the line's end.
    pub first: Range<usize>,
    /// All of its lines.
    pub all: Range<usize>,
}

/// Something that a part opens and never closes.
#[derive(Clone, Copy, Debug)]
pub struct Opened {
    /// A bracket or a quote.
    pub sign: char,
    /// Where it stands.
    pub at: usize,
    /// Whether it is a text in a list or a table.
    pub is_inside: bool,
    /// Whether it is a text of several lines, between three quotes.
    pub is_of_lines: bool,
}

/// The parts of the text at `range` of a file.
pub fn of(format: Format, file: &str, range: Range<usize>) -> Vec<Unit> {
    let mut units: Vec<Unit> = Vec::new();
    let mut start = range.start;
    let mut is_header = false;
    // What is open here is closed there: no line before begins a part.
    let mut closed_at = range.start;
    // Each value that is never closed is looked through to the end: so much is looked at, in bytes, and no more.
    let mut left = MOST_SCANNED;
    for line in file[range.clone()].split_inclusive('\n') {
        let all = start..start + line.len();
        start = all.end;
        let begins = match format {
            Format::Yaml => all.start >= closed_at && begins_yaml(line),
            // What stands below a heading that is left out would be another table's.
            Format::Toml => all.start >= closed_at && begins_toml(line) && (!is_header || is_toml_header(line)),
        };
        match units.last_mut() {
            Some(unit) if !begins => unit.all.end = all.end,
            _ => units.push(Unit { first: all.start..all.start + line.trim_end().len(), all: all.clone() }),
        }
        if !begins {
            continue;
        }
        is_header = format == Format::Toml && is_broken_header(line);
        let value = match format {
            Format::Toml if is_toml_header(line) => None,
            Format::Toml => Some(line.find(['=', ':']).map_or(0, |at| at + 1)),
            Format::Yaml => line.find(": ").map(|at| at + 2).filter(|at| line[*at..].trim_start().starts_with(OPENING)),
        };
        closed_at = all.end;
        if let Some(value) = value.map(|at| all.start + at).filter(|_| left > 0) {
            let value = value + (file[value..].len() - file[value..].trim_start_matches(' ').len());
            let end = file.floor_char_boundary(range.end.min(value + left));
            let closed = scan(&file[..end], value, format == Format::Toml).ok();
            left -= closed.map_or(end, |at| at.min(end)).saturating_sub(value);
            if closed.is_none() && format == Format::Toml && OF_LINES.iter().any(|mark| file[value..].starts_with(mark))
            {
                // All that follows is part of the text.
                closed_at = range.end;
                continue;
            }
            // YAML lets a text or a list go on in the first column; a line with a key there is more likely one.
            let is_likely = |at: &usize| format == Format::Toml || !file[all.end.min(*at)..*at].lines().any(has_key);
            closed_at = closed.filter(is_likely).map_or(all.end, |at| at.max(all.end));
        }
    }
    units
}

/// What values begin with that may go on over lines.
const OPENING: [char; 4] = ['[', '{', '"', '\''];

/// What texts of several lines begin with in TOML.
pub const OF_LINES: [&str; 2] = ["\"\"\"", "'''"];

/// How many bytes of values are looked through for their ends.
const MOST_SCANNED: usize = 1 << 20;

/// Whether a line of YAML has a key in the first column.
fn has_key(line: &str) -> bool {
    let key = line.split(':').next().unwrap_or("");
    let is_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
    let rest = &line[key.len()..];
    !key.is_empty() && key.chars().all(is_word) && (rest.starts_with(": ") || rest.trim_end() == ":")
}

/// What a part opens and never closes.
pub fn opened(format: Format, file: &str, unit: &Unit) -> Option<Opened> {
    let line = &file[unit.first.clone()];
    let at = match format {
        Format::Toml if line.trim_start().starts_with('[') => return None,
        Format::Toml => line.find('=')? + 1,
        Format::Yaml => line.find(": ")? + 2,
    };
    let value = unit.first.start + at + (line[at..].len() - line[at..].trim_start().len());
    if !file[value..unit.first.end].starts_with(OPENING) {
        return None;
    }
    let text = &file[..unit.all.end];
    let is_toml = format == Format::Toml;
    let starts_with = |marks: [&str; 2]| marks.iter().any(|mark| file[value..unit.first.end].starts_with(mark));
    if is_toml && starts_with(["\"\"", "''"]) && !starts_with(OF_LINES) {
        return None;
    }
    scan(text, value, is_toml).err()
}

/// Where the value that begins at a place ends, or what it never closes.
fn scan(text: &str, value: usize, is_toml: bool) -> Result<usize, Opened> {
    let mut open: Vec<(usize, char)> = Vec::new();
    let mut at = value;
    let mut before = ' ';
    while let Some(next) = text[at..].chars().next() {
        let rest = &text[at..];
        match next {
            '"' | '\'' if is_toml || open.is_empty() || matches!(before, '[' | '{' | ',' | ':') => {
                let Some(length) = quoted(rest, next, is_toml) else {
                    let is_of_lines = is_toml && OF_LINES.iter().any(|mark| rest.starts_with(mark));
                    return Err(Opened { sign: next, at, is_inside: !open.is_empty(), is_of_lines });
                };
                at += length;
                before = next;
                if open.is_empty() {
                    return Ok(at);
                }
                continue;
            }
            '#' if is_toml || text[..at].ends_with([' ', '\n']) => {
                at += rest.find('\n').unwrap_or(rest.len());
                continue;
            }
            '[' | '{' => open.push((at, next)),
            ']' | '}' => drop(open.pop()),
            '\n' if open.is_empty() => return Ok(at),
            _ => {}
        }
        at += next.len_utf8();
        if open.is_empty() && matches!(next, ']' | '}') {
            return Ok(at);
        }
        if !next.is_whitespace() {
            before = next;
        }
    }
    match open.first() {
        Some((at, sign)) => Err(Opened { sign: *sign, at: *at, is_inside: false, is_of_lines: false }),
        None => Ok(at),
    }
}

/// How long a text between quotes is, if it ends: in TOML on its line, unless there are three of them.
fn quoted(rest: &str, quote: char, is_toml: bool) -> Option<usize> {
    let three = quote.to_string().repeat(3);
    if is_toml && rest.starts_with(&three) {
        return rest[3..].find(&three).map(|end| end + 6);
    }
    let mut letters = rest.char_indices().skip(1).peekable();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '\\' if quote == '"' => drop(letters.next()),
            '\n' if is_toml => return None,
            letter
                if letter == quote && !is_toml && quote == '\'' && letters.peek().is_some_and(|(_, c)| *c == '\'') =>
            {
                letters.next();
            }
            letter if letter == quote => return Some(at + 1),
            _ => {}
        }
    }
    None
}

/// Whether a line begins a part: a key in the first column, and nothing that goes on from the line above.
fn begins_yaml(line: &str) -> bool {
    let text = line.trim_end();
    let goes_on = text.starts_with(|c: char| c.is_whitespace() || matches!(c, '#' | ']' | '}' | ':')) || is_item(text);
    !goes_on && !text.is_empty()
}

fn is_item(text: &str) -> bool {
    text == "-" || text.starts_with("- ")
}

/// Whether a line is a heading or has a key, with whatever stands after it.
fn begins_toml(line: &str) -> bool {
    let text = line.trim();
    let key = text.split(['=', ':']).next().unwrap_or("").trim_end();
    let is_key = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '"' | '\'');
    is_toml_header(line)
        || (key.len() < text.len() && !key.is_empty() && key.chars().all(is_key) && !key.starts_with(['"', '\'']))
        || lacks_sign(text)
}

/// Whether a line is a key and a value with nothing between them: `title "A"`.
fn lacks_sign(text: &str) -> bool {
    let Some((key, value)) = text.split_once(' ') else { return false };
    let is_key = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    let is_value = |value: &str| {
        value.starts_with(OPENING)
            || value.starts_with(|c: char| c.is_ascii_digit())
            || matches!(value, "true" | "false")
    };
    !key.is_empty() && key.chars().all(is_key) && is_value(value.trim_start())
}

/// Whether a line is a heading, or meant as one: `[feeds`, `feeds]`.
pub fn is_toml_header(line: &str) -> bool {
    let text = line.trim();
    let name = text.trim_start_matches('[').trim_end_matches(']').trim();
    let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
    (text.starts_with('[') || text.ends_with(']')) && !name.is_empty() && name.chars().all(is_name)
}

/// Whether a heading lacks a bracket.
fn is_broken_header(line: &str) -> bool {
    let text = line.trim();
    is_toml_header(line) && text.matches('[').count() != text.matches(']').count()
}
