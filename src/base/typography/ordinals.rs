//! Ordinals and centuries: what of them is raised above the line.
//!
//! Never changes how they are written: `2ème` is raised as it is.

use super::Rules;
use super::text::{after, before, is_word};
use std::ops::Range;

/// What may follow the number one.
const AFTER_ONE: &[&str] = &["er", "ers", "re", "res", "ère", "ères", "ere", "eres"];
/// What may follow any other number.
const AFTER_OTHERS: &[&str] = &["e", "es", "ème", "èmes", "eme", "emes"];
/// What may follow the number two, besides.
const AFTER_TWO: &[&str] = &["nd", "nds", "nde", "ndes"];

/// The parts of a text that are raised, in order: the letters after a number.
pub fn ordinals(text: &str, rules: Rules) -> Vec<Range<usize>> {
    if !rules.raises_ordinals() {
        return Vec::new();
    }
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) = next(text.as_bytes(), at) {
        let suffix = match text.as_bytes()[start] {
            b'0'..=b'9' => arabic(text, start),
            _ => roman(text, start),
        };
        at = suffix.as_ref().map_or(start + run_of(text, start), |suffix| suffix.end);
        found.extend(suffix);
    }
    found
}

/// Where a number may begin from a place on. Most text has none: many bytes are looked at at once.
fn next(bytes: &[u8], mut at: usize) -> Option<usize> {
    while let Some(block) = bytes.get(at..at + 32) {
        let is_any = block.iter().fold(false, |found, byte| {
            found | (byte.wrapping_sub(b'0') < 10) | (*byte == b'I') | (*byte == b'V') | (*byte == b'X')
        });
        if is_any {
            break;
        }
        at += 32;
    }
    bytes[at..].iter().position(begins).map(|offset| at + offset)
}

fn begins(byte: &u8) -> bool {
    matches!(byte, b'0'..=b'9' | b'I' | b'V' | b'X')
}

/// How many bytes there is nothing to be found in: the digits of a number, or one letter.
fn run_of(text: &str, at: usize) -> usize {
    text[at..].bytes().take_while(u8::is_ascii_digit).count().max(1)
}

fn arabic(text: &str, start: usize) -> Option<Range<usize>> {
    let end = start + run_of(text, start);
    let suffix = suffix(text, start, end)?;
    let letters = &text[suffix.clone()];
    let is_fit = match &text[start..end] {
        "1" => AFTER_ONE.contains(&letters),
        "2" => AFTER_OTHERS.contains(&letters) || AFTER_TWO.contains(&letters),
        number => AFTER_OTHERS.contains(&letters) && !number.starts_with('0'),
    };
    is_fit.then_some(suffix)
}

/// The letters after the Roman number that begins at a place.
pub(super) fn roman(text: &str, start: usize) -> Option<Range<usize>> {
    let end = start + text[start..].bytes().take_while(|byte| matches!(byte, b'I' | b'V' | b'X' | b'L')).count();
    let suffix = suffix(text, start, end)?;
    let letters = &text[suffix.clone()];
    let is_fit = match &text[start..end] {
        "I" => AFTER_ONE.contains(&letters),
        number => is_roman(number) && AFTER_OTHERS.contains(&letters),
    };
    is_fit.then_some(suffix)
}

/// The letters from the end of a number on, if the whole is a word by itself.
fn suffix(text: &str, start: usize, end: usize) -> Option<Range<usize>> {
    let length = text[end..].find(|c: char| !c.is_alphabetic()).unwrap_or(text.len() - end);
    let (left, right) = (before(text, start), after(text, end + length));
    let is_part = |c: char| is_word(c) || matches!(c, '_' | '.' | ',' | '#' | '@' | '/' | '\\' | '$' | '&' | '+' | '=');
    let is_bound = |c: Option<char>| c.is_some_and(|c| matches!(c, '-' | '‑' | '–'));
    // `17e-18e`, but not `4e-3` nor the middle of an id.
    let left_is_free = match is_bound(left) {
        true => text[..start].trim_end_matches(['-', '‑', '–']).ends_with('e'),
        false => !left.is_some_and(is_part),
    };
    let right_is_free = match is_bound(right) {
        true => {
            let rest = text[end + length..].trim_start_matches(['-', '‑', '–']);
            let number = rest.bytes().take_while(begins).count();
            number == 0 || rest[number..].starts_with('e')
        }
        false => !right.is_some_and(|c| is_word(c) || matches!(c, '_' | '@' | '/' | '\\' | '=')),
    };
    (length > 0 && left_is_free && right_is_free).then_some(end..end + length)
}

/// Whether letters are a Roman number below ninety, written as one should.
fn is_roman(number: &str) -> bool {
    let rest = number.strip_prefix("XL").or_else(|| number.strip_prefix('L')).unwrap_or(number);
    let tens = rest.bytes().take_while(|byte| *byte == b'X').count();
    let ones = &rest[tens..];
    let is_fit = matches!(ones, "" | "I" | "II" | "III" | "IV" | "V" | "VI" | "VII" | "VIII" | "IX");
    // Four tens are XL, and a lone L is no ordinal that anybody writes: `Le` is a word.
    let nines = rest[tens..].starts_with("IX");
    tens <= 3 && is_fit && number != "L" && (tens + usize::from(nines) <= 4)
}
