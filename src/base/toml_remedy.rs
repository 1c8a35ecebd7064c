//! What to write instead of a line that is no TOML, in the cases that people meet.
//!
//! Knows no parser and no file: it gets a line.

use super::toml_words::{CURLY, odd_space};

/// A line with a comma wherever two texts stand side by side.
pub(super) fn with_commas(line: &str) -> String {
    let parts: Vec<&str> = line.trim().split('"').collect();
    let mut mended = String::new();
    for (at, part) in parts.iter().enumerate() {
        let is_between = at % 2 == 0 && at > 0 && at + 1 < parts.len() && part.trim().is_empty();
        mended.push_str(if at > 0 { "\"" } else { "" });
        mended.push_str(if is_between { ", " } else { part });
    }
    mended
}

/// A list of texts of which one lacks a quote, with all of them; nothing when a comma may be part of a text.
fn with_quotes(value: &str) -> Option<String> {
    let inside = value.trim_start_matches('[').trim_end_matches([']', ' ', ',']);
    let items: Vec<&str> = inside.split(',').map(str::trim).collect();
    let is_cut = |item: &&str| item.matches('"').count() == 1;
    let is_clear = items.iter().filter(|item| is_cut(item)).count() <= 1 && !value.contains(['\'', '{', '\\']);
    let items: Vec<String> = items.iter().map(|item| quoted(item.trim_matches('"'))).collect();
    is_clear.then(|| format!("[{}]", items.join(", ")))
}

/// What to do about what stands behind a value that is whole, or only looks so.
pub(super) fn behind(line: &str) -> Option<String> {
    let (key, value) = line.split_once('=')?;
    let (key, value) = (key.trim(), value.trim());
    if let Some(help) = not_of_toml(key, value) {
        return Some(help);
    }
    if let Some(value) = value.strip_suffix(',').map(str::trim_end).filter(|value| is_whole(value)) {
        return Some(format!("take the comma away: `{key} = {value}`"));
    }
    if let Some(next) = second_key(value) {
        return Some(format!("put `{next}` on a line of its own"));
    }
    let inner = value.strip_prefix('\'')?.strip_suffix('\'')?;
    inner.contains('\'').then(|| {
        format!(
            "an apostrophe ends text between single quotes; write it between double quotes: `{key} = {}`",
            quoted(inner)
        )
    })
}

/// What to do about signs that other languages have behind a value: a comment, the end of a statement, a second value.
fn not_of_toml(key: &str, value: &str) -> Option<String> {
    let (value, rest) = value.split_at(end_of_first(value)?);
    let rest = rest.trim_start();
    if let Some(comment) = ["//", "--", "/*"].iter().find_map(|sign| rest.strip_prefix(sign)) {
        let comment = comment.trim_end_matches("*/").trim();
        return Some(format!("begin a comment with `#`: `{key} = {value} # {comment}`"));
    }
    if rest == ";" {
        return Some(format!("take the semicolon away: `{key} = {value}`"));
    }
    let mut others = rest;
    while let Some(other) = others.strip_prefix([',', ';']).map(str::trim_start) {
        let end = end_of_first(other).filter(|_| other.starts_with(['"', '\'']))?;
        others = other[end..].trim_start();
    }
    let is_list = others.is_empty() && !rest.is_empty() && value.starts_with(['"', '\'']);
    is_list.then(|| format!("put square brackets around several texts: `{key} = [{value}{}]`", rest.replace(';', ",")))
}

/// Where the first value of a text ends, if that is whole.
fn end_of_first(text: &str) -> Option<usize> {
    let end = match text.chars().next()? {
        quote @ ('"' | '\'') => text[1..].find(quote)? + 2,
        '[' => text.find(']')? + 1,
        _ => text.find([' ', ',', ';', '/']).unwrap_or(text.len()),
    };
    is_whole(&text[..end]).then_some(end)
}

/// Whether a value is one and no more, as far as can be seen without a parser.
fn is_whole(value: &str) -> bool {
    let between = |open, close| value.strip_prefix(open).and_then(|rest: &str| rest.strip_suffix(close));
    match value.as_bytes().first() {
        Some(b'"') => between('"', '"').is_some_and(|inner| !inner.contains(['"', '\\'])),
        Some(b'\'') => between('\'', '\'').is_some_and(|inner| !inner.contains('\'')),
        Some(b'[') => between('[', ']')
            .is_some_and(|inner| !inner.contains(['[', ']']) && inner.matches('"').count().is_multiple_of(2)),
        Some(first) if first.is_ascii_digit() => !value.contains([' ', ',', '"', '\'', '=', '/']),
        _ => matches!(value, "true" | "false"),
    }
}

/// The `key = value` that stands behind a value in its line.
fn second_key(value: &str) -> Option<&str> {
    let end = end_of_first(value)?;
    let next = value[end..].trim_start_matches([' ', ',']);
    let (key, rest) = next.split_once('=')?;
    let key = key.trim_end();
    let is_key = !key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
    (is_key && is_whole(rest.trim())).then_some(next)
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
    if let Some(value) = value.strip_prefix('=').map(|rest| rest.trim_start_matches(['=', ' '])) {
        let value = if value.is_empty() { "…" } else { value };
        return Some(format!("write one `=`: `{key} = {value}`"));
    }
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
            let inside = value.trim_matches(['[', ']']).split(',').map(str::trim);
            let items: Vec<String> = inside.map(|item| quoted(item.trim_matches(CURLY).trim())).collect();
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
        _ if value.starts_with('[') && value.matches('"').count() % 2 == 1 => Some(match with_quotes(value) {
            Some(list) => format!("put each text between two quotes: `{key} = {list}`"),
            None => "put each text between two quotes".to_owned(),
        }),
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
