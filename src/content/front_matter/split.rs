//! Where the front matter of a file begins and ends.
//!
//! Never looks inside it.

use super::tree::Format;
use std::ops::Range;

/// A file cut in two.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Split {
    /// Which format.
    pub format: Format,
    /// The text between the fences.
    pub front: Range<usize>,
    /// Where the body begins.
    pub body: usize,
}

/// Why a file cannot be cut.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SplitError {
    /// The first line is no fence; a fence after blank lines is named.
    Missing {
        /// The first line that has something on it, if that is a fence.
        late_fence: Option<Range<usize>>,
    },
    /// No line closes it.
    Unclosed {
        /// Which format was opened.
        format: Format,
        /// The opening line.
        opening: Range<usize>,
        /// The first line that is the other format's fence.
        other_fence: Option<Range<usize>>,
    },
}

/// Cuts a file after the front matter that it begins with.
pub fn split(text: &str) -> Result<Split, SplitError> {
    let mut lines = lines(text);
    let opening = lines.next().unwrap_or(0..0);
    let Some(format) = fence(&text[opening.clone()]) else {
        let late = lines.find(|line| !text[line.clone()].trim().is_empty());
        let blank = text[opening].trim().is_empty();
        return Err(SplitError::Missing {
            late_fence: late.filter(|line| blank && fence(&text[line.clone()]).is_some()),
        });
    };
    let start = (opening.end + 1).min(text.len());
    let mut other_fence = None;
    for line in lines {
        match fence(&text[line.clone()]) {
            Some(closing) if closing == format => {
                return Ok(Split { format, front: start..line.start, body: (line.end + 1).min(text.len()) });
            }
            Some(_) if other_fence.is_none() => other_fence = Some(line),
            _ => {}
        }
    }
    Err(SplitError::Unclosed { format, opening, other_fence })
}

/// Whether a file looks as if somebody had written its first bytes only: nothing, a part of a fence, or no closing fence.
pub fn ends_early(text: &str) -> bool {
    match split(text) {
        Ok(_) => false,
        Err(SplitError::Unclosed { .. }) => true,
        Err(SplitError::Missing { .. }) => text.trim().is_empty() || ["+", "++", "-", "--"].contains(&text),
    }
}

/// The lines of a text, without their ends.
fn lines(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut at = Some(0);
    std::iter::from_fn(move || {
        let start = at?;
        let end = text[start..].find('\n').map(|length| start + length);
        at = end.map(|end| end + 1);
        Some(start..end.unwrap_or(text.len()))
    })
}

/// The format whose fence a line is.
fn fence(line: &str) -> Option<Format> {
    match line.trim_end() {
        "+++" => Some(Format::Toml),
        "---" => Some(Format::Yaml),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str) -> (&str, &str) {
        let split = split(text).unwrap();
        (&text[split.front], &text[split.body..])
    }

    #[test]
    fn fences_are_lines_of_their_own() {
        assert_eq!(cut("+++\na = 1\n+++\nbody"), ("a = 1\n", "body"));
        assert_eq!(cut("---  \na: 1\n---\t\n"), ("a: 1\n", ""));
        assert_eq!(cut("---\n---"), ("", ""));
        assert_eq!(cut("+++\na = '''\n ++++\n'''\n+++\n+++\n"), ("a = '''\n ++++\n'''\n", "+++\n"));
    }

    #[test]
    fn a_file_without_front_matter_is_no_article() {
        for text in ["", "texte", " +++\n+++", "++++\n++++\n"] {
            assert_eq!(split(text), Err(SplitError::Missing { late_fence: None }), "{text:?}");
        }
        assert_eq!(split("\n+++\n+++"), Err(SplitError::Missing { late_fence: Some(1..4) }));
    }

    #[test]
    fn the_fence_of_the_other_format_is_named() {
        let error = split("+++\na = 1\n---\nbody").unwrap_err();
        assert_eq!(error, SplitError::Unclosed { format: Format::Toml, opening: 0..3, other_fence: Some(10..13) });
    }
}
