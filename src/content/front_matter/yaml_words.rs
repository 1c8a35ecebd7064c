//! What a YAML parser objects to, in words for people who know no parser.

use super::toml::quoted;

const DIRECTIVE: &str = "directives, lines that begin with `%`, are not read";

/// What is said of values in values in values.
pub const TOO_DEEP: &str = "values are nested too deep";

/// What is said of a key that is a list, a table or a text of several lines.
pub const NO_KEY: &str = "a key must be a plain word";

const QUOTES: &str = "text that has `: ` in it must be between quotes";
const SOMETHING_AFTER: &str = "there is something after the closing quote";
const NO_ANCHOR: &str = "this `*name` repeats an `&name` that does not exist";
const NO_QUOTE: &str = "the text is never closed by a quote";
const NO_BRACE: &str = "the table is never closed by `}`";
const NO_BRACKET: &str = "the list is never closed by `]`";
const NO_COLON: &str = "there is no `:` after the key";
const NO_VALUE: &str = "this character cannot begin a value";
const STRAY_BRACKET: &str = "this bracket closes nothing";
const NEXT_LINE: &str = "after `|` or `>` the text begins on the next line";
const HALF: &str = "`\\u` stands before a half of a character";
const BACKSLASH: &str = "this backslash stands before a letter that means nothing";
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
        _ => help(line).or_else(|| general(message).map(str::to_owned)),
    }
}

/// What to do, where the line does not tell more.
fn general(words: &str) -> Option<&'static str> {
    Some(match words {
        SOMETHING_AFTER => "put the whole text between quotes",
        NO_ANCHOR => "write the value out; a text that begins with `*` stands between quotes",
        NO_QUOTE => "put a quote at the end of the text",
        NO_BRACE => "write `}` where the table ends",
        NO_BRACKET => "write `]` where the list ends",
        NO_COLON | NO_KEY => "write it as `key: value`, with a plain word before `:`",
        NO_VALUE => "put the text between quotes",
        STRAY_BRACKET => "take it away, or put the whole text between quotes",
        NEXT_LINE => "begin the text on the next line, after two spaces",
        HALF => "write the character itself instead",
        BACKSLASH => "double the backslash if it belongs to the text",
        QUOTES => "put the whole text between quotes",
        _ => return None,
    })
}

/// What the parser objects to, in words for people who know no parser.
pub fn words(message: &str, line: &str) -> String {
    let plain = match message {
        _ if message.contains("mapping values are not allowed") && is_indented(line) => OUT_OF_LINE,
        _ if message.contains("mapping values are not allowed") => QUOTES,
        _ if message.contains("tab") && !message.contains("expected") => "lines cannot begin with a tab",
        _ if message.contains("trailing content") => SOMETHING_AFTER,
        _ if message.contains("unknown anchor") => NO_ANCHOR,
        _ if message.contains("unclosed quote") || message.contains("quoted scalar, found unexpected") => NO_QUOTE,
        _ if message.contains("unclosed bracket '{'") || message.contains("flow mapping") => NO_BRACE,
        _ if message.contains("unclosed bracket") || message.contains("flow sequence") => NO_BRACKET,
        _ if message.contains("block mapping")
            || message.contains("block collection")
            || message.contains("indent") =>
        {
            OUT_OF_LINE
        }
        _ if message.contains("expect ':'") || message.contains("expected ':'") => NO_COLON,
        _ if message.contains("unexpected character") || message.contains("cannot start any token") => NO_VALUE,
        _ if message.contains("bracket") => STRAY_BRACKET,
        _ if message.contains("comment or line break") => NEXT_LINE,
        _ if message.contains("<document start>") => DIRECTIVE,
        _ if message.contains("surrogate") => HALF,
        _ if message.contains("escape") => BACKSLASH,
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

/// The items of a list with quotes around those that begin with `#`, if there are any and none has quotes or brackets.
fn with_hashes_quoted(items: &str) -> Option<String> {
    let is_hash = |item: &str| item.strip_prefix('#').is_some_and(|word| word.starts_with(char::is_alphanumeric));
    let items: Vec<&str> = items.split(',').map(str::trim).filter(|item| !item.is_empty()).collect();
    if items.iter().any(|item| item.contains(['"', '\'', '[', ']', '{', '}', ':']))
        || !items.iter().any(|item| is_hash(item))
    {
        return None;
    }
    let quoted = items.iter().map(|item| if is_hash(item) { quoted(item) } else { (*item).to_owned() });
    Some(quoted.collect::<Vec<String>>().join(", "))
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
        if let Some(quoted) =
            value.strip_prefix(open).and_then(|items| with_hashes_quoted(items.trim_end_matches(close)))
        {
            return Some(format!("`#` begins a comment: put it between quotes: `{key}: {open}{quoted}{close}`"));
        }
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

#[cfg(test)]
mod tests {
    use super::help;

    #[test]
    fn items_that_begin_with_a_hash_are_put_between_quotes() {
        for (line, written) in [
            ("tags: [#a, b]", Some("`tags: [\"#a\", b]`")),
            ("tags: [a, #b, #1]", Some("`tags: [a, \"#b\", \"#1\"]`")),
            ("tags: [a, b", Some("`tags: [a, b]`")),
            ("tags: [a, # un mot", Some("`tags: [a, # un mot]`")),
        ] {
            assert_eq!(
                help(line).and_then(|help| help.split(": `").last().map(|end| format!("`{end}"))).as_deref(),
                written
            );
        }
    }
}
