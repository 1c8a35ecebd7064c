//! The tags of a template, as a flat list of tokens with their places.
//!
//! Tera keeps its own syntax tree to itself. What is read here was compiled by Tera before, so nothing is judged: what is
//! not understood is passed over.

use std::ops::Range;

/// A token inside a tag.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::theme) enum Token {
    /// `{{`.
    Print,
    /// `{%`.
    Tag,
    /// `}}` or `%}`.
    Close,
    /// A name or a word of the language.
    Word(String),
    /// Text between quotes.
    Text(String),
    /// A number.
    Number,
    /// Anything else.
    Sign(&'static str),
}

/// Longer ones first.
const SIGNS: &[&str] = &[
    "...", "?.", "?[", "==", "!=", "<=", ">=", "</", "//", "**", "<", ">", "=", "+", "-", "*", "/", "%", "~", "|", ".",
    ",", ":", "!", "[", "]", "(", ")", "{", "}", "@",
];

/// All tokens of a template; text, comments and what is `raw` are none.
pub(in crate::theme) fn tokens(text: &str) -> Vec<(Token, Range<usize>)> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(open) = text.get(at..).and_then(|rest| next_open(rest).map(|found| at + found)) {
        at = open + 2;
        if text[open..].starts_with("{#") {
            at = after(text, at, "#}");
            continue;
        }
        if let Some(end) = raw(text, open) {
            at = end;
            continue;
        }
        let is_print = text[open..].starts_with("{{");
        found.push((if is_print { Token::Print } else { Token::Tag }, open..at));
        at += usize::from(text[at..].starts_with('-'));
        at = tag(text, at, if is_print { "}}" } else { "%}" }, &mut found);
    }
    found
}

fn next_open(text: &str) -> Option<usize> {
    text.as_bytes().windows(2).position(|pair| matches!(pair, b"{{" | b"{%" | b"{#"))
}

fn after(text: &str, at: usize, end: &str) -> usize {
    text[at..].find(end).map_or(text.len(), |found| at + found + end.len())
}

/// The end of a `raw` block that begins here.
fn raw(text: &str, open: usize) -> Option<usize> {
    let is_tag = |from: usize, word: &str| {
        let tag = text[from..].strip_prefix("{%")?.trim_start_matches('-').trim_start().strip_prefix(word)?;
        let rest = tag.trim_start().trim_start_matches('-').strip_prefix("%}")?;
        Some(text.len() - rest.len())
    };
    let body = is_tag(open, "raw")?;
    let end = text[body..].match_indices("{%").find_map(|(found, _)| is_tag(body + found, "endraw"));
    Some(end.unwrap_or(text.len()))
}

/// The tokens of a tag, and where it ends.
fn tag(text: &str, mut at: usize, close: &str, found: &mut Vec<(Token, Range<usize>)>) -> usize {
    let mut braces = 0_usize;
    while let Some(next) = text[at..].chars().next() {
        let rest = &text[at..];
        let start = at;
        if next.is_whitespace() {
            at += next.len_utf8();
            continue;
        }
        let is_trimming = rest.strip_prefix('-').is_some_and(|rest| rest.starts_with(close));
        if braces == 0 && (rest.starts_with(close) || is_trimming) {
            at += close.len() + usize::from(is_trimming);
            found.push((Token::Close, start..at));
            return at;
        }
        let token = if next.is_alphabetic() || next == '_' {
            at += rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len());
            Token::Word(text[start..at].to_owned())
        } else if next.is_ascii_digit() {
            at += rest.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(rest.len());
            Token::Number
        } else if matches!(next, '"' | '\'' | '`') {
            let (written, length) = quoted(rest, next);
            at += length;
            Token::Text(written)
        } else if let Some(sign) = SIGNS.iter().find(|sign| rest.starts_with(**sign)) {
            braces = match *sign {
                "{" => braces + 1,
                "}" => braces.saturating_sub(1),
                _ => braces,
            };
            at += sign.len();
            Token::Sign(sign)
        } else {
            at += next.len_utf8();
            continue;
        };
        found.push((token, start..at));
    }
    at
}

/// The text between quotes, with its escapes undone, and how long it is with them.
fn quoted(rest: &str, quote: char) -> (String, usize) {
    let mut text = String::new();
    let mut letters = rest.char_indices().skip(1);
    while let Some((at, letter)) = letters.next() {
        match letter {
            '\\' => text.extend(letters.next().map(|(_, escaped)| match escaped {
                'n' => '\n',
                't' => '\t',
                'r' => '\r',
                other => other,
            })),
            letter if letter == quote => return (text, at + letter.len_utf8()),
            letter => text.push(letter),
        }
    }
    (text, rest.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<Token> {
        tokens(text).into_iter().map(|(token, _)| token).collect()
    }

    #[test]
    fn only_tags_have_tokens() {
        let word = |word: &str| Token::Word(word.to_owned());
        assert_eq!(read("a {# {{ b }} #} {%- raw -%} {{ c }} {%- endraw -%} d"), []);
        assert_eq!(
            read("x {{- page?.titre | f(a='%}\\'') -}} y"),
            [
                Token::Print,
                word("page"),
                Token::Sign("?."),
                word("titre"),
                Token::Sign("|"),
                word("f"),
                Token::Sign("("),
                word("a"),
                Token::Sign("="),
                Token::Text("%}'".to_owned()),
                Token::Sign(")"),
                Token::Close
            ]
        );
        assert_eq!(read("{{ <c a={b} /> }}").len(), 11);
        assert_eq!(read("{{ {\"a\": {\"b\": 1}} }}{{ é }}").last(), Some(&Token::Close));
    }
}
