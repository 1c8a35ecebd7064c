//! Straight quotes and apostrophes: which open, which close, and which are apostrophes.
//!
//! Never guesses in the open: a straight quote that nothing says anything about (inches, seconds of arc, half of a pair
//! that another paragraph has) stays straight.

use super::rules::Style;
use super::text::{after, before, is_closing, is_dash, is_firm, is_opening, is_word, spaces_after, spaces_before};
use super::words;
use super::{Edit, NOTE};
use memchr::{memchr, memchr_iter, memchr2};

/// What a straight quote is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// It opens.
    Opens,
    /// It opens, with a space after it.
    OpensWide,
    /// It closes, or is an apostrophe.
    Closes,
    /// It closes, with a space before it.
    ClosesWide,
}

/// The straight quotes of a run that are something else, in order: where, and what.
#[derive(Debug, Default)]
pub(super) struct Quotes(Vec<(usize, Kind)>);

impl Quotes {
    /// Whether the straight quote at a place becomes one that may stand at the end of a word.
    pub(super) fn closes_at(&self, at: usize) -> bool {
        matches!(self.kind(at), Some(Kind::Closes | Kind::ClosesWide))
    }

    /// Whether there will be a space before the straight quote at a place.
    pub(super) fn has_space_before(&self, at: usize) -> bool {
        self.kind(at) == Some(Kind::ClosesWide)
    }

    /// Whether there will be a space after the straight quote at a place.
    pub(super) fn has_space_after(&self, at: usize) -> bool {
        self.kind(at) == Some(Kind::OpensWide)
    }

    fn kind(&self, at: usize) -> Option<Kind> {
        self.0.binary_search_by_key(&at, |(at, _)| *at).ok().map(|found| self.0[found].1)
    }
}

/// Finds what the straight quotes of a run are, and says what becomes of them.
pub(super) fn resolve(run: &str, style: &Style, edits: &mut Vec<Edit>) -> Quotes {
    if memchr2(b'"', b'\'', run.as_bytes()).is_none() {
        return Quotes::default();
    }
    let mut quotes = Quotes::default();
    singles(run, edits, &mut quotes);
    if memchr(b'"', run.as_bytes()).is_some() {
        doubles(run, style, edits, &mut quotes);
        quotes.0.sort_unstable_by_key(|(at, _)| *at);
    }
    quotes
}

/// What a quote may be by what stands beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum May {
    Open,
    Close,
    /// Whichever is due: spaces, dashes or slashes on both sides.
    Either,
    Neither,
}

/// White space, the border of the run, or French quotes, which have spaces inside or will get them.
fn is_gap(c: Option<char>, own: char) -> bool {
    c.is_none_or(|c| c.is_whitespace() || c == own)
}

fn may(run: &str, at: usize) -> May {
    let (left, right) = (before(run, at), after(run, at + 1));
    let gap_left = is_gap(left, '«') || is_gap(left, '‹');
    let gap_right = is_gap(right, '»') || is_gap(right, '›');
    let is_between = |c: char| is_dash(c) || c == '/';
    let opens_left = gap_left || left.is_some_and(|c| is_opening(c) || is_between(c) || matches!(c, '\'' | '’'));
    let closes_right = gap_right
        || right.is_some_and(|c| {
            is_closing(c) || is_between(c) || matches!(c, NOTE | ',' | '.' | ';' | ':' | '!' | '?' | '…' | '"' | '\'')
        });
    let may_open = opens_left && !gap_right && right.is_some_and(|c| !is_closing(c) || c == '’') && right != Some('"');
    let may_close = closes_right && !gap_left && !left.is_some_and(is_opening);
    match (may_open && !starts_punctuation(right), may_close) {
        (true, false) => May::Open,
        (false, true) => May::Close,
        (true, true) => May::Either,
        (false, false) if gap_left && gap_right && left.is_some() && right.is_some() => May::Either,
        (false, false) if gap_left && gap_right && (left.is_some() || right.is_some()) => May::Either,
        (false, false) => May::Neither,
    }
}

/// Whether a character ends something rather than beginning it. `…` and `...` may begin a quotation.
fn starts_punctuation(c: Option<char>) -> bool {
    c.is_some_and(|c| matches!(c, NOTE | ',' | ';' | ':' | '!' | '?'))
}

/// A double quote that has found its partner, or stands alone at an end of the run.
struct Pair {
    open: Option<usize>,
    close: Option<usize>,
    depth: usize,
}

fn doubles(run: &str, style: &Style, edits: &mut Vec<Edit>, quotes: &mut Quotes) {
    let mut pairs: Vec<Pair> = Vec::new();
    let mut open: Vec<(usize, usize)> = Vec::new();
    let mut alone: Vec<usize> = Vec::new();
    // How many printed quotes are open.
    let mut printed = 0usize;
    let mut seen = 0;
    for at in memchr_iter(b'"', run.as_bytes()) {
        printed = depth_after(printed, &run[seen..at]);
        seen = at + 1;
        match (may(run, at), open.last()) {
            (May::Open, _) | (May::Either, None) => open.push((at, printed + open.len())),
            (May::Close | May::Either, Some(_)) => {
                if let Some((start, depth)) = open.pop() {
                    pairs.push(Pair { open: Some(start), close: Some(at), depth });
                }
            }
            (May::Close, None) | (May::Neither, _) => alone.push(at),
        }
    }
    alone.extend(open.iter().map(|(at, _)| *at));
    // A quotation that goes on in another paragraph has one of its quotes here.
    if let [at] = alone.as_slice() {
        pairs.extend(half(run, *at));
    }
    for pair in pairs {
        let (opening, closing) = style.quotes[pair.depth.min(style.quotes.len() - 1)];
        if let Some(at) = pair.open {
            let is_wide = opening.ends_with(char::is_whitespace);
            quotes.0.push((at, if is_wide { Kind::OpensWide } else { Kind::Opens }));
            let spaces = spaces_after(run, at + 1);
            edits.push(match (is_firm(&run[spaces.clone()]), style.spaces.is_some()) {
                // A firm space that stands there already is as good as ours.
                (true, true) => Edit { range: at..at + 1, with: opening.trim_end() },
                (false, true) => Edit { range: at..spaces.end, with: opening },
                (_, false) => Edit { range: at..at + 1, with: opening },
            });
        }
        if let Some(at) = pair.close {
            let is_wide = closing.starts_with(char::is_whitespace);
            quotes.0.push((at, if is_wide { Kind::ClosesWide } else { Kind::Closes }));
            let spaces = spaces_before(run, at);
            edits.push(match (is_firm(&run[spaces.clone()]), style.spaces.is_some()) {
                (true, true) => Edit { range: at..at + 1, with: closing.trim_start() },
                (false, true) => Edit { range: spaces.start..at + 1, with: closing },
                (_, false) => Edit { range: at..at + 1, with: closing },
            });
        }
    }
}

/// A lone quote at the very beginning or end of a run.
fn half(run: &str, at: usize) -> Option<Pair> {
    let (left, right) = (before(run, at), after(run, at + 1));
    match (left, right) {
        (None, Some(c)) if is_word(c) => Some(Pair { open: Some(at), close: None, depth: 0 }),
        (Some(c), None) if c.is_alphabetic() || matches!(c, '.' | '!' | '?' | '…') => {
            Some(Pair { open: None, close: Some(at), depth: 0 })
        }
        _ => None,
    }
}

/// How many printed quotes are open after a text.
fn depth_after(before: usize, text: &str) -> usize {
    if text.is_ascii() {
        return before;
    }
    text.chars().fold(before, |depth, c| match c {
        '«' | '“' | '‹' => depth + 1,
        '»' | '”' | '›' => depth.saturating_sub(1),
        _ => depth,
    })
}

fn singles(run: &str, edits: &mut Vec<Edit>, quotes: &mut Quotes) {
    let mut places = memchr_iter(b'\'', run.as_bytes()).peekable();
    // Where the quotation closes that was opened last, and whether any more can close: searched once for each, since a
    // text may have thousands that never do.
    let mut closes = None;
    let mut none_closes = false;
    while let Some(at) = places.next() {
        let (left, right) = (before(run, at), after(run, at + 1));
        let with = match (left, right) {
            _ if closes == Some(at) => "’",
            (_, Some('\'')) | (Some('\''), _) => continue,
            _ if is_apostrophe(run, at, left, right) => "’",
            _ if opens(left, right) => {
                if closes.is_none_or(|end| end <= at) && !none_closes {
                    closes = places.clone().find(|end| ends_quotation(run, *end));
                    none_closes = closes.is_none();
                }
                if none_closes { "’" } else { "‘" }
            }
            // The end of a word that was cut short, or a plural possessive.
            (Some(c), _) if c.is_alphabetic() => "’",
            _ => continue,
        };
        quotes.0.push((at, if with == "’" { Kind::Closes } else { Kind::Opens }));
        edits.push(Edit { range: at..at + 1, with });
    }
}

fn is_apostrophe(run: &str, at: usize, left: Option<char>, right: Option<char>) -> bool {
    let goes_on = right.is_some_and(|c| is_word(c) || is_opening(c) || c == '"');
    let within = match left {
        Some(c) if c.is_alphabetic() => goes_on,
        // `1990's`, and code with a possessive.
        Some(c) if is_word(c) => right.is_some_and(char::is_alphabetic),
        _ => false,
    };
    // `'90`, `'tis`, `rock 'n' roll`.
    let rest = &run[at + 1..];
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    within || (opens(left, right) && (digits == 2 || words::is_clipped(rest))) || run[..at].ends_with("'n")
}

fn opens(left: Option<char>, right: Option<char>) -> bool {
    left.is_none_or(|c| c.is_whitespace() || is_opening(c) || is_dash(c) || matches!(c, '"' | '/'))
        && right.is_some_and(|c| is_word(c) || is_opening(c) || c == '"')
}

fn ends_quotation(run: &str, at: usize) -> bool {
    let (left, right) = (before(run, at), after(run, at + 1));
    left.is_some_and(|c| !c.is_whitespace() && !is_opening(c) && c != '\'')
        && right.is_none_or(|c| {
            c.is_whitespace()
                || is_closing(c)
                || is_dash(c)
                || matches!(c, NOTE | '"' | ',' | '.' | ';' | ':' | '!' | '?' | '…' | '/')
        })
}
