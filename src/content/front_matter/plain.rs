//! TOML as most front matter writes it, read in one go: keys with texts between quotes, lists of such texts on one line,
//! days and times, true and false, and tables under a heading.
//!
//! Never judges: where anything else stands, the whole is left to the parser of TOML. What it does read is, to the byte,
//! what that parser reads.

use super::tree::{Entry, Node, Value};
use std::ops::Range;

/// The keys of a text that begins at `base` in its file; nothing when it is not that plain.
pub fn read(text: &str, base: usize) -> Option<Vec<Entry>> {
    let mut top: Vec<Entry> = Vec::new();
    // The entries of the last heading's table, which stands at the end of `top`.
    let mut table: Option<Vec<Entry>> = None;
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let mut cursor = Cursor { text, at: start, base };
        start += line.len();
        cursor.skip_spaces();
        match cursor.peek() {
            None | Some(b'\n') => {}
            Some(b'[') => {
                close(&mut top, &mut table);
                top.push(heading(&mut cursor, &top)?);
                table = Some(Vec::new());
            }
            Some(_) => {
                let entries = table.as_mut().unwrap_or(&mut top);
                let entry = assignment(&mut cursor, entries)?;
                entries.push(entry);
            }
        }
        cursor.skip_spaces();
        if !matches!(cursor.peek(), None | Some(b'\n')) {
            return None;
        }
    }
    close(&mut top, &mut table);
    Some(top)
}

/// Puts the entries of a table where its heading stands.
fn close(top: &mut [Entry], table: &mut Option<Vec<Entry>>) {
    if let (Some(entries), Some(last)) = (table.take(), top.last_mut()) {
        last.node.value = Value::Table(entries);
    }
}

/// `[source]`.
fn heading(cursor: &mut Cursor<'_>, above: &[Entry]) -> Option<Entry> {
    let start = cursor.at;
    cursor.take(b'[')?;
    let (key, key_span) = cursor.key(above)?;
    cursor.take(b']')?;
    Some(Entry { key, key_span, node: Node { value: Value::Nothing, span: cursor.span(start) } })
}

/// `key = value`.
fn assignment(cursor: &mut Cursor<'_>, above: &[Entry]) -> Option<Entry> {
    let (key, key_span) = cursor.key(above)?;
    cursor.skip_spaces();
    cursor.take(b'=')?;
    cursor.skip_spaces();
    let node = match cursor.peek()? {
        b'[' => cursor.list()?,
        _ => cursor.scalar()?,
    };
    Some(Entry { key, key_span, node })
}

/// A place in the text.
struct Cursor<'t> {
    text: &'t str,
    at: usize,
    base: usize,
}

impl Cursor<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn take(&mut self, wanted: u8) -> Option<()> {
        (self.peek()? == wanted).then(|| self.at += 1)
    }

    fn skip_spaces(&mut self) {
        self.skip(|byte| byte == b' ');
    }

    fn skip(&mut self, wanted: impl Fn(u8) -> bool) {
        while self.peek().is_some_and(&wanted) {
            self.at += 1;
        }
    }

    /// The place in the file of what was read since.
    fn span(&self, start: usize) -> Range<usize> {
        self.base + start..self.base + self.at
    }

    /// A key without quotes or dots that does not stand above.
    fn key(&mut self, above: &[Entry]) -> Option<(String, Range<usize>)> {
        let start = self.at;
        self.skip(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-');
        let key = &self.text[start..self.at];
        let is_new = !key.is_empty() && above.iter().all(|entry| entry.key != key);
        is_new.then(|| (key.to_owned(), self.span(start)))
    }

    /// `["a", "b"]`.
    fn list(&mut self) -> Option<Node> {
        let start = self.at;
        let mut items = Vec::new();
        self.take(b'[')?;
        self.skip_spaces();
        while self.peek()? != b']' {
            if !items.is_empty() {
                self.take(b',')?;
                self.skip_spaces();
            }
            items.push(self.string()?);
            self.skip_spaces();
        }
        self.take(b']')?;
        Some(Node { value: Value::List(items), span: self.span(start) })
    }

    fn scalar(&mut self) -> Option<Node> {
        match self.peek()? {
            b'"' | b'\'' => self.string(),
            b'0'..=b'9' => self.date(),
            _ => self.boolean(),
        }
    }

    /// A text between quotes on one line, without a backslash.
    fn string(&mut self) -> Option<Node> {
        let start = self.at;
        let quote = self.peek().filter(|byte| matches!(byte, b'"' | b'\''))?;
        self.at += 1;
        self.skip(|byte| byte >= b' ' && byte != quote && byte != b'\\' && byte != 0x7F);
        let text = &self.text[start + 1..self.at];
        self.take(quote)?;
        // Two quotes may begin a text of several lines.
        let is_whole = !text.is_empty() || self.peek() != Some(quote);
        is_whole.then(|| Node { value: Value::Text(text.to_owned()), span: self.span(start) })
    }

    /// `2025-06-19`, `2025-06-19T09:30:00Z`, `2025-06-19T09:30:00+02:00`.
    fn date(&mut self) -> Option<Node> {
        let start = self.at;
        self.skip(|byte| byte.is_ascii_digit() || matches!(byte, b'-' | b':' | b'T' | b'Z' | b'+'));
        let written = &self.text[start..self.at];
        let shape: Vec<u8> = written.bytes().map(|byte| if byte.is_ascii_digit() { b'0' } else { byte }).collect();
        let is_date = match shape.as_slice() {
            b"0000-00-00" => true,
            [date @ .., b'Z'] => date == b"0000-00-00T00:00:00",
            [date @ .., b'+' | b'-', b'0', b'0', b':', b'0', b'0'] => date == b"0000-00-00T00:00:00",
            _ => false,
        };
        is_date.then(|| Node { value: Value::Date(written.to_owned()), span: self.span(start) })
    }

    fn boolean(&mut self) -> Option<Node> {
        let start = self.at;
        self.skip(|byte| byte.is_ascii_alphabetic());
        let value = match &self.text[start..self.at] {
            "true" => Value::Boolean(true),
            "false" => Value::Boolean(false),
            _ => return None,
        };
        Some(Node { value, span: self.span(start) })
    }
}

#[cfg(test)]
mod tests {
    use super::super::toml;
    use super::*;

    #[test]
    fn most_front_matter_is_plain() {
        let text = "title = \"Été\"\ndate = 2025-06-19T09:30:00+02:00\ntags = [\"a\", 'b']\ndraft = true\n\n[source]\n\
                    name = \"WSJ\"\nurl = \"https://wsj.com\"\n[extra]\nx = \"y\"\n";
        assert!(read(text, 4).is_some());
        for other in
            ["a = 1", "a = \"\\n\"", "a.b = \"c\"", "a = \"\"\"x\"\"\"", "# x", "[[a]]", "a = {}", "a = \"b\" # c"]
        {
            assert!(read(other, 0).is_none(), "{other}");
        }
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(2000))]

        #[test]
        fn what_is_plain_is_what_the_parser_reads(parts in proptest::collection::vec(proptest::sample::select(vec![
            "\n", "\n", "\n", "a = ", "b= ", "a", "b", "c=", " ", "\t", "\"x\"", "\"é\"", "''", "\"\"", "'y\"'", "[a]\n", "[b]", "[c]\nd = ",
            "[", "]", ", ", "[\"p\", \"q\"]", "[ ]", "2025-06-19", "2025-02-30", "2025-06-19T09:30:00Z", "2025-06-19T09:30:00+02:00",
            "2025-06-19T25:61:00-99:99", "true", "false", "1", "#", ".", "\"", "'", "\\", "=", "\u{7f}", "\u{1}", "[d]\nx = \"y\"\n", "\r",
            "e = \"f\"\n", "f = [\"g\"]\n", "g = 2025-06-19\n", "0000-00-00", "2025-06-19 10:00:00", "-", "_",
        ]), 0..14)) {
            let text = parts.concat();
            if let Some(entries) = read(&text, 4) {
                let file = format!("+++\n{text}");
                let parsed = toml::parse(&file, 4..file.len());
                proptest::prop_assert!(parsed.errors.is_empty(), "{:?} {:?}", text, parsed.errors);
                proptest::prop_assert_eq!(entries, parsed.entries);
            }
        }
    }
}
