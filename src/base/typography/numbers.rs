//! Numbers: groups of digits, and what stands before and after them.
//!
//! Never groups digits that are written together: years, ids and references are numbers too.

use super::rules::{Spaces, WIDE};
use super::scan::Walk;
use super::text::{after, before, is_opening, is_word, is_word_end, spaces_after, spaces_before};
use super::{STAND_IN, words};
use std::ops::Range;

/// The number that begins at a place; where to go on.
pub(super) fn number(walk: &mut Walk<'_>, at: usize, spaces: &Spaces) -> usize {
    let left = before(walk.run, at);
    let first = digits(walk.run, at);
    if left.is_some_and(|c| is_word(c) || c == '_') {
        return first;
    }
    bind_before(walk, at);
    let mut end = first;
    if let Some(gaps) = groups(walk.run, at, first) {
        end = gaps.last().map_or(first, |gap| digits(walk.run, gap.end));
        for gap in gaps {
            walk.bind(gap, spaces.groups);
        }
    }
    end = decimals(walk.run, end);
    bind_after(walk, at, end);
    end
}

/// Where the digits from a place on end.
fn digits(run: &str, at: usize) -> usize {
    at + run[at..].bytes().take_while(u8::is_ascii_digit).count()
}

/// Where the digits after commas and points end.
fn decimals(run: &str, mut end: usize) -> usize {
    while run[end..].starts_with([',', '.']) && after(run, end + 1).is_some_and(|c| c.is_ascii_digit()) {
        end = digits(run, end + 1);
    }
    end
}

/// `n° 5`, `p. 12`.
fn bind_before(walk: &mut Walk<'_>, at: usize) {
    let spaces = spaces_before(walk.run, at);
    if !spaces.is_empty() && words::binds_a_number(&walk.run[..spaces.start]) {
        walk.bind(spaces, WIDE);
    }
}

/// The gaps between groups of three digits: nothing unless all of it is one number. A telephone number, a date or two
/// numbers in a row are not.
fn groups(run: &str, at: usize, first: usize) -> Option<Vec<Range<usize>>> {
    let is_first = first - at <= 3 && !run[at..].starts_with('0');
    let left = before(run, at);
    if !is_first
        || left.is_some_and(|c| matches!(c, '.' | ',' | ':' | '/' | '-' | '#' | '@'))
        || follows_number(run, at)
    {
        return None;
    }
    let mut gaps = Vec::new();
    let mut end = first;
    loop {
        let gap = spaces_after(run, end);
        let next = digits(run, gap.end);
        if gap.is_empty() || next == gap.end {
            break;
        }
        let is_single = run[gap.clone()].chars().count() == 1;
        let is_whole = next - gap.end == 3 && !after(run, next).is_some_and(|c| c.is_alphanumeric() || c == STAND_IN);
        if !is_single || !is_whole {
            return None;
        }
        gaps.push(gap);
        end = next;
    }
    // `+33 612 345 678`.
    let is_telephone = left == Some('+') && gaps.len() > 1;
    (!gaps.is_empty() && !is_telephone).then_some(gaps)
}

/// Whether another number stands just before.
fn follows_number(run: &str, at: usize) -> bool {
    let spaces = spaces_before(run, at);
    !spaces.is_empty() && before(run, spaces.start).is_some_and(|c| c.is_ascii_digit())
}

/// `12 km`, `14 h 30`, `19 juin`, `1er janvier`, `3e siècle`.
fn bind_after(walk: &mut Walk<'_>, start: usize, end: usize) {
    let (written, rest) = (&walk.run[start..end], &walk.run[end..]);
    let is_first = written == "1" && rest.starts_with("er");
    let is_ordinal = rest.starts_with('e') && is_word_end(walk.run, end + 1);
    let end = end + if is_first { 2 } else { usize::from(is_ordinal) };
    let spaces = spaces_after(walk.run, end);
    if spaces.is_empty() {
        if !is_first && !is_ordinal {
            part(walk, start, end);
        }
        return;
    }
    let next = &walk.run[spaces.end..];
    if is_ordinal {
        if next.starts_with("siècle") {
            walk.bind(spaces, WIDE);
        }
        return;
    }
    if written.len() <= 2 && written.bytes().all(|byte| byte.is_ascii_digit()) && words::month(next).is_some() {
        walk.bind(spaces, WIDE);
    } else if let Some(length) = words::unit(next).filter(|_| !is_first) {
        let end = spaces.end + length;
        walk.bind(spaces, WIDE);
        // `14 h 30`, `2 min 30 s`.
        let more = spaces_after(walk.run, end);
        if matches!(&next[..length], "h" | "min") && after(walk.run, more.end).is_some_and(|c| c.is_ascii_digit()) {
            walk.bind(more, WIDE);
        }
    }
}

/// `39ms` and `14h30`, whose spaces are missing.
fn part(walk: &mut Walk<'_>, start: usize, end: usize) {
    let is_free = before(walk.run, start).is_none_or(|c| {
        c.is_whitespace() || is_opening(c) || matches!(c, '"' | '\'' | '’' | '~' | '≈' | '+' | '<' | '>' | '°' | '§')
    });
    let rest = &walk.run[end..];
    if !is_free {
        return;
    }
    if words::attached_unit(rest) {
        walk.add(end, WIDE);
    } else if rest.starts_with('h') && end - start <= 2 {
        let after_hour = end + 1;
        let minutes = digits(walk.run, after_hour);
        let is_minutes =
            minutes - after_hour == 2 && walk.run[after_hour..].starts_with(['0', '1', '2', '3', '4', '5']);
        // `24h/24` is a figure of speech.
        let ends = is_word_end(walk.run, minutes) && !walk.run[minutes..].starts_with(['/', '-', '–', '—']);
        let is_last = !after(walk.run, spaces_after(walk.run, minutes).end).is_some_and(|c| c.is_ascii_digit());
        if ends && is_last && (is_minutes || minutes == after_hour) {
            walk.add(end, WIDE);
            if is_minutes {
                walk.add(after_hour, WIDE);
                bind_after(walk, after_hour, minutes);
            }
        }
    }
}
