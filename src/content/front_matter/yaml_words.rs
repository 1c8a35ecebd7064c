//! What a YAML parser objects to, in words for people who know no parser.

use super::toml::quoted;

const DIRECTIVE: &str = "directives, lines that begin with `%`, are not read";

/// What is said of values in values in values.
pub const TOO_DEEP: &str = "values are nested too deep";

const OUT_OF_LINE: &str = "this line does not begin in the column of those above";

/// Whether a line that begins with spaces is `key: value` with nothing else wrong in it.
fn is_indented(line: &str) -> bool {
    line.starts_with(' ') && line.split_once(": ").is_some_and(|(_, value)| !value.contains(": "))
}

/// What to do about a line, once it is known what is wrong with it.
pub fn remedy(message: &str, line: &str) -> Option<String> {
    match message {
        OUT_OF_LINE => Some("begin it in the same column".to_owned()),
        DIRECTIVE => Some("remove the line that begins with `%`".to_owned()),
        TOO_DEEP => Some("take levels away: a handful is enough for anything".to_owned()),
        _ => help(line),
    }
}

/// What the parser objects to, in words for people who know no parser.
pub fn words(message: &str, line: &str) -> String {
    let plain = match message {
        _ if message.contains("mapping values are not allowed") && is_indented(line) => OUT_OF_LINE,
        _ if message.contains("mapping values are not allowed") => "text that has `: ` in it must be between quotes",
        _ if message.contains("tab") && !message.contains("expected") => "lines cannot begin with a tab",
        _ if message.contains("trailing content") => "there is something after the closing quote",
        _ if message.contains("unknown anchor") => "this `*name` repeats an `&name` that does not exist",
        _ if message.contains("unclosed quote") || message.contains("quoted scalar, found unexpected") => {
            "the text is never closed by a quote"
        }
        _ if message.contains("unclosed bracket '{'") || message.contains("flow mapping") => {
            "the table is never closed by `}`"
        }
        _ if message.contains("unclosed bracket") || message.contains("flow sequence") => {
            "the list is never closed by `]`"
        }
        _ if message.contains("block mapping")
            || message.contains("block collection")
            || message.contains("indent") =>
        {
            OUT_OF_LINE
        }
        _ if message.contains("expect ':'") || message.contains("expected ':'") => "there is no `:` after the key",
        _ if message.contains("unexpected character") || message.contains("cannot start any token") => {
            "this character cannot begin a value"
        }
        _ if message.contains("bracket") => "this bracket closes nothing",
        _ if message.contains("comment or line break") => "after `|` or `>` the text begins on the next line",
        _ if message.contains("<document start>") => DIRECTIVE,
        _ if message.contains("surrogate") => "`\\u` stands before a half of a character",
        _ if message.contains("escape") => "this backslash stands before a letter that means nothing",
        _ if message.contains("recursion") || message.contains("depth") => TOO_DEEP,
        // "while parsing a node, did not find …": what was being done is for programmers.
        _ if message.starts_with("while ") => message.split_once(", ").map_or(message, |(_, rest)| rest),
        _ => message,
    };
    plain.to_owned()
}

/// The line of a text in which a byte is.
pub fn line_at(text: &str, at: usize) -> &str {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    let start = text[..at].rfind('\n').map_or(0, |at| at + 1);
    text[start..].lines().next().unwrap_or("")
}

/// What to write instead of a line that is no YAML, in the cases that people meet.
pub fn help(line: &str) -> Option<String> {
    if line.starts_with('\t') {
        return Some("indent with spaces: YAML takes no tabs".to_owned());
    }
    if line.starts_with(['{', '[']) {
        return None;
    }
    if let Some((key, value)) = line.split_once(" = ") {
        return Some(format!("write `:` after the key: `{}: {}`", key.trim(), value.trim()));
    }
    if let Some((key, value)) = line.split_once(':')
        && !line.contains(": ")
        && !value.is_empty()
        && key.chars().all(char::is_alphanumeric)
    {
        return Some(format!("write a space after `:`: `{key}: {value}`"));
    }
    let (key, value) = line.split_once(": ")?;
    let (key, value) = (key.trim(), value.trim());
    for (open, close, what) in [('[', ']', "list"), ('{', '}', "table")] {
        if value.starts_with(open) {
            let is_open = !value.contains(close);
            return is_open.then(|| format!("close the {what}: `{key}: {}{close}`", value.trim_end_matches(',')));
        }
    }
    let inner = value.strip_prefix(['"', '\'']).map(|rest| rest.strip_suffix(['"', '\'']).unwrap_or(rest));
    match inner {
        Some(inner) if inner.contains('\\') => Some(format!("double the backslash: `{key}: {}`", quoted(inner))),
        Some(inner) => Some(format!("put the whole text between double quotes: `{key}: {}`", quoted(inner))),
        None if value.is_empty() => None,
        None => Some(format!("put the text between quotes: `{key}: {}`", quoted(value))),
    }
}
