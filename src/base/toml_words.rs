//! What a TOML parser objects to, in words for people who know no parser.
//!
//! Knows no parser and no file: it gets the parser's message, and the text or the line that it is about.

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

/// What to do about it: of what the parser objected to, else of the line.
pub fn help(message: &str, line: &str) -> Option<String> {
    match message {
        _ if message.contains("recurs") => Some(FEWER_LEVELS.to_owned()),
        _ if message.starts_with("carriage return must") => {
            Some("save it with the line ends of Unix (LF) or Windows (CR LF)".to_owned())
        }
        _ if message.starts_with("missing comma") && with_commas(line) != line.trim() => {
            Some(format!("write a comma between the values: `{}`", with_commas(line)))
        }
        _ => remedy(line),
    }
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
const CURLY: [char; 6] = ['“', '”', '«', '»', '\u{a0}', '’'];

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

/// A line with a comma wherever two texts stand side by side.
fn with_commas(line: &str) -> String {
    let parts: Vec<&str> = line.trim().split('"').collect();
    let mut mended = String::new();
    for (at, part) in parts.iter().enumerate() {
        let is_between = at % 2 == 0 && at > 0 && at + 1 < parts.len() && part.trim().is_empty();
        mended.push_str(if at > 0 { "\"" } else { "" });
        mended.push_str(if is_between { ", " } else { part });
    }
    mended
}

/// A value as TOML wants it, of one that was written without regard to that.
fn as_value(key: &str, value: &str) -> String {
    let inside = value.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    match inside {
        _ if SWITCHES.contains(&key) && switch(value).is_some() => (switch(value) == Some(true)).to_string(),
        Some(items) if !value.contains(['"', '\'']) => {
            let items: Vec<String> =
                items.split(',').map(str::trim).filter(|item| !item.is_empty()).map(quoted).collect();
            format!("[{}]", items.join(", "))
        }
        _ if value.starts_with(['[', '{']) || value.starts_with(|c: char| c.is_ascii_digit()) => value.to_owned(),
        _ => quoted(value),
    }
}

/// Keys that take a date.
const DATES: &[&str] = &["date", "updated", "expires"];

/// Keys of site.toml and of front matter that are true or false.
const SWITCHES: &[&str] = &["draft", "highlight", "typography", "news_sitemap", "paywall"];

/// Whether a word turns a switch on or off, in English or French.
pub fn switch(word: &str) -> Option<bool> {
    match word.trim_matches(['"', '\'']).to_lowercase().as_str() {
        "true" | "yes" | "on" | "oui" | "vrai" => Some(true),
        "false" | "no" | "off" | "non" | "faux" => Some(false),
        _ => None,
    }
}

/// What to write instead of a line that is no TOML, in the cases that people meet.
pub fn remedy(line: &str) -> Option<String> {
    if let Some(odd) =
        line.split(['"', '\'']).next().and_then(|start| start.chars().find(|c| odd_space(&c.to_string()).is_some()))
    {
        let mended: String = line.chars().filter(|c| *c != odd).collect();
        return Some(format!("delete it, or write a plain space: `{}`", mended.trim()));
    }
    if line.chars().any(|c| c.is_control() && c != '\t') {
        return Some("delete the control character; it may be invisible in your editor".to_owned());
    }
    let yaml =
        line.trim().split_once(':').filter(|(key, _)| !key.contains(['=', '"', '\'', ' ', '[']) && !key.is_empty());
    let Some((key, value)) = line.split_once('=') else {
        if let Some((key, value)) = yaml {
            return Some(format!("write `=` after the key: `{key} = {}`", as_value(key, value.trim())));
        }
        let name = line.trim().trim_matches(['[', ']']);
        let is_word = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
        return match line.trim() {
            _ if !is_word => None,
            header if header.starts_with("[[") => Some(format!("write `[[{name}]]`")),
            header if header.starts_with('[') => Some(format!("write `[{name}]`")),
            word => Some(format!("write `{word} = …`")),
        };
    };
    let (key, value) = (key.trim(), value.trim());
    let inner = value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    match inner {
        Some(inner) if inner.contains('"') => Some(format!(
            "put a backslash before quotes inside the text: `{key} = \"{}\"`",
            inner.replace('\\', "\\\\").replace('"', "\\\"")
        )),
        Some(inner) if inner.contains('\\') && !inner.contains('\'') => {
            Some(format!("put text with backslashes between single quotes: `{key} = '{inner}'`"))
        }
        _ if !key.is_ascii() && !key.starts_with(['"', '\'']) => Some(format!(
            "write keys without accents; one of your own goes into `[extra]`, between quotes: `\"{key}\" = {value}`"
        )),
        _ if value.starts_with('[') && value.contains(CURLY) && !value.contains('"') => {
            let inside = value.trim_matches(['[', ']']).split(',').map(|item| quoted(item.trim_matches(CURLY).trim()));
            let items: Vec<String> = inside.map(|item| item.replace(CURLY, "")).collect();
            Some(format!("put texts between straight quotes: `{key} = [{}]`", items.join(", ")))
        }
        _ if value.starts_with(CURLY) => {
            let text = value.trim_matches(CURLY);
            Some(format!("put text between straight quotes: `{key} = {}`", quoted(text)))
        }
        _ if value.starts_with(|c: char| c.is_ascii_digit())
            && (value.matches('/').count() == 2 || !days_meant(value).is_empty()) =>
        {
            Some(match days_meant(value).as_slice() {
                [(day, words), (other, others)] => {
                    format!("write `{key} = {day}` for {words}, `{key} = {other}` for {others}")
                }
                [(day, _)] => format!("write `{key} = {day}`"),
                _ => format!("write a date as in `{key} = 2025-06-19`"),
            })
        }
        _ if DATES.contains(&key) && value.starts_with(char::is_alphabetic) => {
            Some(format!("write a date as in `{key} = 2025-06-19`"))
        }
        _ if value.starts_with('[') && value.matches('"').count() % 2 == 1 => {
            let end = value.trim_end_matches([']', ' ', ',']).len();
            Some(format!("put a quote at the end of the last text: `{key} = {}\"{}`", &value[..end], &value[end..]))
        }
        _ if value.starts_with('[')
            && value.ends_with(']')
            && value[1..].trim_start().starts_with(char::is_alphabetic)
            && as_value(key, value) != value =>
        {
            Some(format!("put texts between quotes: `{key} = {}`", as_value(key, value)))
        }
        _ if SWITCHES.contains(&key) && switch(value).is_some() => {
            Some(format!("write `{key} = {}`", switch(value) == Some(true)))
        }
        _ if value.starts_with(|c: char| c.is_alphabetic()) => {
            Some(format!("put text between quotes: `{key} = {}`", quoted(value)))
        }
        _ if value.starts_with('"') && value.matches('"').count() > 1 && inner.is_none() => {
            Some(format!("put all of it between quotes: `{key} = {}`", quoted(value)))
        }
        _ if value.starts_with('"') && inner.is_none_or(str::is_empty) => {
            Some(format!("put a quote at the end: `{key} = {value}\"`"))
        }
        _ if value.starts_with('\'') && value.matches('\'').count() == 1 => {
            Some(format!("put a quote at the end: `{key} = {value}'`"))
        }
        _ if value.starts_with('[') && !value.contains(']') => {
            Some(format!("close the list: `{key} = {}]`", value.trim_end_matches(',')))
        }
        _ if value.is_empty() => Some(format!("give `{key}` a value or remove the line")),
        _ => None,
    }
}

/// The days that a date with its year at the end may mean, as dates and in words: `03/04/2025` is read in two ways.
pub fn days_meant(text: &str) -> Vec<(String, String)> {
    const MONTHS: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    /// Enough of each name to know it by, in French and in English.
    const BEGINNINGS: [[&str; 2]; 12] = [
        ["janv", "jan"],
        ["févr", "feb"],
        ["mars", "mar"],
        ["avr", "apr"],
        ["mai", "may"],
        ["juin", "jun"],
        ["juil", "jul"],
        ["août", "aug"],
        ["sept", "sep"],
        ["oct", "oct"],
        ["nov", "nov"],
        ["déc", "dec"],
    ];
    let parts: Vec<&str> = text.trim().trim_matches(['"', '\'']).split(['/', '.', '-', ' ']).collect();
    let [first, second, year] = parts.as_slice() else { return Vec::new() };
    let lower = second.to_lowercase();
    let is_named = |names: &[&str; 2]| names.iter().any(|name| lower.starts_with(name));
    if let (Some(month), Ok(day), Ok(year)) =
        (BEGINNINGS.iter().position(is_named), first.trim_end_matches("er").parse::<u8>(), year.parse::<u16>())
        && (1..=31).contains(&day)
        && year > 999
    {
        return vec![(format!("{year}-{:02}-{day:02}", month + 1), format!("{day} {}", MONTHS[month]))];
    }
    let number = |part: &str, longest| part.parse::<usize>().ok().filter(|_| part.len() <= longest);
    let (Some(first), Some(second), Some(year)) = (number(first, 2), number(second, 2), number(year, 4)) else {
        return Vec::new();
    };
    let day = |day: usize, month: usize| {
        let name = MONTHS.get(month.checked_sub(1)?)?;
        let is_day = (1..=31).contains(&day) && (1000..=9999).contains(&year);
        is_day.then(|| (format!("{year}-{month:02}-{day:02}"), format!("{day} {name}")))
    };
    let mut days: Vec<(String, String)> = [day(first, second), day(second, first)].into_iter().flatten().collect();
    days.dedup();
    days
}

/// A text as a TOML or YAML string between double quotes.
pub fn quoted(text: &str) -> String {
    let bare = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(text);
    format!("\"{}\"", bare.replace('\\', "\\\\").replace('"', "\\\""))
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
