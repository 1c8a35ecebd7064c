//! What a TOML parser objects to, in words for people who know no parser.
//!
//! Knows no parser and no file: it gets the parser's message, and the text or the line that it is about.

pub use super::toml_remedy::{days_meant, quoted, remedy, switch};

use super::odd_numbers;
use super::toml_remedy::{behind, with_commas};
use std::ops::Range;

/// What is wrong: the parser's message in our words, where we have any.
pub fn problem(message: &str, written: &str) -> String {
    let (what, expected) = message.trim().split_once(", expected ").unwrap_or((message.trim(), ""));
    let control = written.chars().find(|c| c.is_control() && !matches!(c, '\n' | '\t'));
    let words = match what {
        "string values must be quoted" if written.is_empty() => "there is no value after `=`",
        "string values must be quoted" if written.starts_with(|c: char| c.is_ascii_digit()) => {
            "this is neither a number nor a date"
        }
        "string values must be quoted" => "text must be between quotes",
        "duplicate key" => return format!("the key `{written}` is written twice"),
        // What a number is called that no type of the parser has room for.
        what if has_no_room(what) => return odd_numbers::objection(written).0,
        _ if odd_space(written).is_some() => return odd_space_words(odd_space(written).unwrap_or(' ')),
        "invalid unquoted key" if written == ":" => "a key is followed by `=`, not by `:`",
        "invalid unquoted key" => "a key is made of letters without accents, digits, `-` and `_`",
        "key with no value" | "missing value for key" | "missing assignment between key-value pairs" => {
            "there is no `=` after the key"
        }
        "unexpected key or value" => "there is something after the value",
        "missing escaped value" => "a backslash in text stands before another one, or before n, t, u or a quote",
        "unclosed array" => "the list is never closed by `]`",
        "unclosed inline table" => "the table is never closed by `}`",
        "unclosed table" => "the name of the table is never closed by `]`",
        "unclosed array table" => "the name of the table is never closed by `]]`",
        "missing comma between array elements" | "missing comma between key-value pairs" => {
            "there is no comma before this"
        }
        "extra comma in array" | "extra comma in inline table" => "there is a comma too many",
        "extra `=`" | "extra assignment between key-value pairs" => "there is a second `=`",
        "unexpected `=` in array" => "there is `=` in a list",
        "missing opening quote" => "this text is not opened by a quote",
        "redundant numeric sign" | "unexpected sign" => "a number has one sign and no more",
        "integers with a radix cannot be signed" => "a number that begins with `0x`, `0o` or `0b` has no sign",
        "radix must be lowercase" => "`0x`, `0o` and `0b` are written in small letters",
        "redundant integer number prefix" => "a number cannot begin with `0d`",
        "invalid mantissa" | "invalid fraction" | "invalid exponent" => {
            "a number has digits on both sides of its point"
        }
        "invalid date" | "invalid time" | "invalid datetime" | "invalid date-time" | "invalid offset" => {
            "this is no day of the calendar, or no time"
        }
        "invalid comment character" => "this control character cannot stand in a comment",
        "unquoted keys cannot be empty" => "there is no key before `=`",
        what if what.starts_with("keys cannot be multi-line") => "a key cannot be text of several lines",
        what if what.starts_with("cannot extend value") => "this name has another value above",
        "unexpected leading zero" => "a number cannot begin with 0",
        what if what.starts_with("carriage return must") => "the lines of this file end with CR alone",
        what if what.contains("recurs") => TOO_DEEP,
        what if what.starts_with("invalid ") && what.ends_with(" string") => match control {
            Some(c) => return format!("text cannot have a control character, U+{:04X}", u32::from(c)),
            None if expected.starts_with(['`', '"', '\'']) => "the text is never closed by a quote",
            None => "this text cannot be read",
        },
        "invalid float" | "invalid integer" | "invalid boolean" | "invalid infinity" | "invalid nan" => {
            "this is neither a number nor text between quotes"
        }
        _ if expected.starts_with("unicode hexadecimal") => "`\\u` stands before what is no character",
        _ if matches!(expected, "" | "nothing") => what.trim_end_matches('.'),
        _ => return format!("{what}: expected {expected}"),
    };
    words.to_owned()
}

/// What to do about it: of what the parser objected to, else of the line, else of what is wrong in general.
pub fn help(message: &str, line: &str) -> Option<String> {
    let general = || general(message).map(str::to_owned);
    match message {
        _ if has_no_room(message) => Some(odd_numbers::objection("").1.to_owned()),
        _ if message.contains("recurs") => Some(FEWER_LEVELS.to_owned()),
        _ if message.starts_with("carriage return must") => {
            Some("save it with the line ends of Unix (LF) or Windows (CR LF)".to_owned())
        }
        _ if message.starts_with("missing comma") && with_commas(line) != line.trim() => {
            Some(format!("write a comma between the values: `{}`", with_commas(line)))
        }
        _ if message.contains("comma") && line.matches('"').count() % 2 == 1 => remedy(line).or_else(general),
        _ if message.starts_with("key with no value") => with_sign(line).or_else(|| remedy(line)).or_else(general),
        _ if message.starts_with("unexpected key or value") => behind(line).or_else(|| remedy(line)).or_else(general),
        // What the line looks like says nothing of these.
        _ if message.contains("comma") || message.contains("keys cannot be multi-line") => general(),
        _ => remedy(line).or_else(general),
    }
}

/// Where the `=` belongs in a line that has a key and a value: `title "A"`.
fn with_sign(line: &str) -> Option<String> {
    let (key, value) = line.trim().split_once(' ')?;
    let is_value = value.trim_start().starts_with(['"', '\'', '[', '{', 't', 'f'])
        || value.starts_with(|c: char| c.is_ascii_digit());
    (is_value && !value.contains('=')).then(|| format!("write `=` after the key: `{key} = {}`", value.trim_start()))
}

/// What to do, where the line does not tell more.
fn general(message: &str) -> Option<&'static str> {
    let what = message.trim().split(", expected ").next().unwrap_or("");
    Some(match what {
        "string values must be quoted" => "put text between quotes, and write numbers and dates as they are",
        "invalid unquoted key" => "write `key = value`, with a key of letters without accents, digits, `-` and `_`",
        "key with no value" | "missing value for key" | "missing assignment between key-value pairs" => {
            "write `key = value`"
        }
        "unexpected key or value" => "take it away, or put it on a line of its own",
        "missing escaped value" => "double the backslash: `\\\\`",
        "unclosed array" => "write `]` where the list ends",
        "unclosed inline table" => "write `}` where the table ends",
        "unclosed table" => "write `]` after the name",
        "unclosed array table" => "write `]]` after the name",
        "missing comma between array elements" | "missing comma between key-value pairs" => "write `,` before this",
        "extra comma in array" | "extra comma in inline table" => "take it away",
        "extra `=`" | "extra assignment between key-value pairs" => "take one of the two away",
        "unexpected `=` in array" => "put keys and values in a list between braces: `[{ key = \"…\" }]`",
        "missing opening quote" => "put the whole text between quotes",
        "invalid comment character" => "delete it; it may be invisible in your editor",
        "unquoted keys cannot be empty" => "write a key before `=`, or take the line away",
        "unexpected leading zero" => "take the 0 away, or put it between quotes if it is text",
        "invalid date" | "invalid time" | "invalid datetime" | "invalid date-time" | "invalid offset" => {
            "write a date as in 2025-06-19, with a time as in 2025-06-19T09:30:00+02:00"
        }
        what if what.starts_with("keys cannot be multi-line") => "write a key and `=` before it",
        what if what.starts_with("cannot extend value") => "give one of the two another name, or take it away",
        what if what.starts_with("invalid ") && what.ends_with(" string") => "write the text again, between quotes",
        what if what.contains("sign")
            || what.contains("radix")
            || what.contains("digits")
            || what.contains("number") =>
        {
            "write it as in 12, -3 or 0.5, or put it between quotes if it is text"
        }
        "invalid float" | "invalid integer" | "invalid boolean" | "invalid infinity" | "invalid nan" => {
            "put it between quotes if it is text"
        }
        _ => return None,
    })
}

/// Whether the parser says of a number that none of its types has room for it.
fn has_no_room(message: &str) -> bool {
    let beginnings = [
        "invalid type: integer",
        "integer number overflowed",
        "floating-point number overflowed",
        "u64 value was",
        "i64 value was",
    ];
    beginnings.iter().any(|beginning| message.starts_with(beginning))
}

/// What is said of values in values in values.
pub const TOO_DEEP: &str = "values are nested too deep";

/// What to do about it.
pub const FEWER_LEVELS: &str = "take levels away: a handful is enough for anything";

/// The keys that are nested deeper than parsers go, where one says so of no place: those that begin a line.
pub fn deep_keys(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let key = start + deep_key(line).start..start + deep_key(line).end;
        found.extend((!key.is_empty()).then_some(key));
        start += line.len();
    }
    found
}

/// The key that a line begins with, be it between brackets, if it is too deep; else nothing of the line.
fn deep_key(line: &str) -> Range<usize> {
    if line.trim_start().starts_with('#') {
        return 0..0;
    }
    let opening = line.len() - line.trim_start_matches('[').len();
    let end = line[opening..].find(if opening == 0 { '=' } else { ']' }).map_or(line.len(), |at| opening + at);
    let key = line[..end].trim_end();
    if key.matches('.').count() >= DEEP { opening..key.len() } else { 0..0 }
}

/// The same text with other keys in the place of these, as long and not deep: a parser that stops at a deep key reads it to
/// its end.
pub fn without_depth(text: &str, keys: &[Range<usize>]) -> String {
    let mut flat = text.to_owned();
    for (number, key) in keys.iter().enumerate() {
        // Other keys than any other, and of such a length that they are bare in either case.
        let name = number.to_string();
        flat.replace_range(key.clone(), &(name.clone() + &"-".repeat(key.len() - name.len())));
    }
    flat
}

/// How many dots a key may have.
const DEEP: usize = 79;

/// Quotes that are no quotes to TOML.
pub(super) const CURLY: [char; 12] = ['“', '”', '„', '«', '»', '‹', '›', '‘', '’', '‚', '\u{a0}', '\u{202f}'];

/// A space that is none to TOML and YAML, or a character that nobody sees: what word processors and web pages leave in
/// pasted text.
pub fn odd_space(text: &str) -> Option<char> {
    let is_odd = |c: &char| {
        (c.is_whitespace() && !c.is_ascii())
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
    };
    text.chars().next().filter(is_odd)
}

/// What such a space is.
pub fn odd_space_words(odd: char) -> String {
    let name = match odd {
        '\u{a0}' | '\u{202f}' => "a no-break space",
        odd if odd.is_whitespace() => "a space of print",
        _ => "an invisible character",
    };
    format!("{name} (U+{:04X}) stands here", u32::from(odd))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_meet_has_words_and_a_remedy() {
        for (line, help) in [
            ("title: Meta", "`title = \"Meta\"`"),
            ("title = Meta", "`title = \"Meta\"`"),
            ("title = \"a \"b\" c\"", r#"`title = "a \"b\" c"`"#),
            ("path = \"a\\d\"", "`path = 'a\\d'`"),
            ("title = \"Meta", "`title = \"Meta\"`"),
            ("title = \"Meta\" dit", r#"`title = "\"Meta\" dit"`"#),
            ("title = \"\"X\"\"", r#"`title = "\"X\""`"#),
            (" source: \"WSJ\"", "`source = \"WSJ\"`"),
            ("tags: [\"IA\"]", "`tags = [\"IA\"]`"),
            ("tags = [IA, Meta]", "`tags = [\"IA\", \"Meta\"]`"),
            ("tags = [\"IA\", \"Meta]", "`tags = [\"IA\", \"Meta\"]`"),
            ("updated = today", "`updated = 2025-06-19`"),
            ("date = 19 juin 2025", "`date = 2025-06-19`"),
            ("tags = [\"a\",", "`tags = [\"a\"]`"),
            ("date =", "give `date` a value"),
            ("date = 03/04/2025", "`date = 2025-04-03` for 3 April, `date = 2025-03-04` for 4 March"),
            ("date = 19/06/2025", "write `date = 2025-06-19`"),
            ("draft = yes", "write `draft = true`"),
            ("draft = non", "write `draft = false`"),
            ("title = Oui", "`title = \"Oui\"`"),
            ("\u{a0}date = 2025-06-19", "write a plain space: `date = 2025-06-19`"),
            ("tags\u{202f}= [\"a\"]", "write a plain space: `tags= [\"a\"]`"),
            ("tags = [« Meta », “OpenAI”]", "`tags = [\"Meta\", \"OpenAI\"]`"),
        ] {
            assert!(remedy(line).unwrap().contains(help), "{line}: {:?}", remedy(line));
            let error = line.parse::<toml::Table>().unwrap_err();
            let written = error.span().and_then(|span| line.get(span)).unwrap_or("");
            let words = problem(error.message(), written);
            assert!(!words.contains("expected") && !words.contains("literal"), "{line}: {words}");
        }
    }

    #[test]
    fn what_stands_behind_a_value_has_a_remedy() {
        for (line, advice) in [
            ("title = 'L'été'", "write it between double quotes: `title = \"L'été\"`"),
            ("title = \"a\",", "take the comma away: `title = \"a\"`"),
            ("tags = [\"a\", \"b\"],", "take the comma away: `tags = [\"a\", \"b\"]`"),
            ("draft = true,", "take the comma away: `draft = true`"),
            ("weight = 3,", "take the comma away: `weight = 3`"),
            ("title = \"a\" tags = [\"b\"]", "put `tags = [\"b\"]` on a line of its own"),
            ("title = 'a' source = 'b'", "put `source = 'b'` on a line of its own"),
            ("title = \"Meta\" dit", r#"`title = "\"Meta\" dit"`"#),
        ] {
            let error = line.parse::<toml::Table>().unwrap_err();
            let told = help(error.message(), line).unwrap_or_default();
            assert!(told.contains(advice), "{line}: {} {told}", error.message());
        }
    }

    #[test]
    fn deep_keys_are_keys() {
        let deep = vec!["a"; 90].join(".");
        assert_eq!(deep_keys(&format!("# {deep}\n  # {deep} = 1\n{deep} = 1\n[{deep}]\n")).len(), 2);
    }

    #[test]
    fn days_are_understood_in_any_order_and_in_words() {
        let meant = |text: &str| days_meant(text).into_iter().map(|(day, _)| day).collect::<Vec<_>>();
        assert_eq!(meant("03/04/2025"), ["2025-04-03", "2025-03-04"]);
        assert_eq!(meant("19.06.2025"), ["2025-06-19"]);
        assert_eq!(meant("05-05-2025"), ["2025-05-05"]);
        assert_eq!(meant("3 avril 2025"), ["2025-04-03"]);
        assert_eq!(meant("1er août 2025"), ["2025-08-01"]);
        for text in ["", "2025", "99/99/2025", "3 floréal 2025", "0/0/2025", "1/2/3/4", "19/06/25"] {
            assert!(meant(text).is_empty(), "{text}");
        }
    }
}
