//! Text with a name, and labels that point into it.
//!
//! A label carries the line it shows, so whoever prints it needs no access to the text. Lines and columns count from 1,
//! columns in characters, and both are those of the file (a BOM is invisible, a CRLF is one line end).

use super::{Code, Diagnostic, SourcePath, conflict, windows};
use memchr::{memchr, memchr_iter};
use serde::{Deserialize, Serialize};
use std::ops::Range;
use std::sync::{Arc, OnceLock};

/// One text file of the site, decoded: UTF-8, without BOM, line ends as `\n`.
#[derive(Clone, Debug)]
pub struct SourceText {
    path: SourcePath,
    text: Arc<str>,
    /// Where lines begin but the first, in bytes; known when a label was made.
    lines: Arc<OnceLock<Vec<usize>>>,
    /// How many characters there are up to every so many bytes; known when a label was made far into a line.
    marks: Arc<OnceLock<Vec<usize>>>,
}

impl SourceText {
    /// Text that is known to be decoded already (tests, embedded files).
    pub fn new(path: SourcePath, text: impl Into<Arc<str>>) -> SourceText {
        SourceText { path, text: text.into(), lines: Arc::default(), marks: Arc::default() }
    }

    /// Decodes the bytes of a file, or points at the line of the first byte that is not UTF-8.
    pub fn decode(path: SourcePath, bytes: &[u8]) -> Result<SourceText, Box<Diagnostic>> {
        let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
        if is_utf16(bytes) {
            let text = SourceText::new(path, String::from_utf8_lossy(&bytes[..2]));
            let label = text.label(0..text.as_str().len(), "");
            let problem = Diagnostic::new(Code::NotUtf8, "this file is not valid UTF-8").at(label);
            return Err(Box::new(problem.help("the file looks like UTF-16: save it as UTF-8")));
        }
        match simdutf8::compat::from_utf8(bytes) {
            Ok(text) if memchr(b'\r', bytes).is_some() && text.contains("\r\n") => {
                SourceText::new(path, text.replace("\r\n", "\n")).merged()
            }
            Ok(text) => SourceText::new(path, text).merged(),
            Err(error) => {
                let good = String::from_utf8_lossy(&bytes[..error.valid_up_to()]).replace("\r\n", "\n");
                let looks_utf16 = bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]);
                let rest = bytes[error.valid_up_to()..].split(|byte| matches!(byte, b'\n' | b'\r')).next();
                let windows = rest.filter(|_| !looks_utf16).and_then(windows::read);
                let shown = windows.as_deref().unwrap_or("\u{FFFD}");
                let bad = good.len()..good.len() + shown.chars().next().map_or(0, char::len_utf8);
                let text = SourceText::new(path, format!("{good}{shown}"));
                let label = text.label(bad, "this byte is not UTF-8");
                let help = match windows {
                    Some(_) => {
                        "the file looks like Windows-1252, as older programs write it, and is read so here: in your editor, save it as UTF-8"
                    }
                    None if looks_utf16 => "the file looks like UTF-16: save it as UTF-8",
                    None => "save the file as UTF-8",
                };
                Err(Box::new(Diagnostic::new(Code::NotUtf8, "this file is not valid UTF-8").at(label).help(help)))
            }
        }
    }

    /// The text, unless a merge was left halfway in it.
    fn merged(self) -> Result<SourceText, Box<Diagnostic>> {
        match conflict::find(&self) {
            Some(problem) => Err(Box::new(problem)),
            None => Ok(self),
        }
    }

    /// Where the text came from.
    pub fn path(&self) -> &SourcePath {
        &self.path
    }

    /// The whole text.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// A label on a byte range of the text; a range that spans lines is cut at the end of its first line.
    pub fn label(&self, range: Range<usize>, note: impl Into<String>) -> Label {
        let start = self.text.floor_char_boundary(range.start);
        let end = self.text.floor_char_boundary(range.end.max(range.start));
        let lines = self.lines.get_or_init(|| memchr_iter(b'\n', self.text.as_bytes()).map(|at| at + 1).collect());
        let before = lines.partition_point(|line| *line <= start);
        let line_start = before.checked_sub(1).map_or(0, |last| lines[last]);
        let line_end = lines.get(before).map_or(self.text.len(), |next| next - 1);
        let window = window(&self.text, line_start..line_end, start);
        let line = Line { number: before as u32 + 1, text: &self.text[window.clone()], shown: None };
        let mut label = line.label(&self.path, start - window.start..end - window.start, note);
        if let Some(at) = label.at.as_mut().filter(|_| window.start > line_start) {
            at.column += (self.characters(window.start) - self.characters(line_start)) as u32;
        }
        label
    }

    /// How many characters stand before a place in the whole text, without counting all of them for each label.
    fn characters(&self, at: usize) -> usize {
        let bytes = self.text.as_bytes();
        // Every byte begins a character that does not continue one.
        let begun = |bytes: &[u8]| bytes.iter().filter(|byte| **byte & 0xC0 != 0x80).count();
        let marks = self.marks.get_or_init(|| {
            let sums = bytes.chunks(MARKED).scan(0, |sum, chunk| {
                *sum += begun(chunk);
                Some(*sum)
            });
            std::iter::once(0).chain(sums).collect()
        });
        let mark = at / MARKED;
        marks.get(mark).copied().unwrap_or_default() + begun(bytes.get(mark * MARKED..at).unwrap_or_default())
    }
}

/// How many bytes are between two places up to which characters were counted.
const MARKED: usize = 256;

/// Lines up to this length, in bytes, are looked at whole.
const LONG_LINE: usize = 2_000;

/// How many bytes of a longer one are looked at before and behind a place: more than are shown, whatever its characters.
const BEFORE: usize = 4 * SHOWN;
const BEHIND: usize = 8 * SHOWN;

/// The part of a line that a label at `at` can show: of a very long line, what is around it.
pub fn window(text: &str, line: Range<usize>, at: usize) -> Range<usize> {
    if line.len() <= LONG_LINE {
        return line;
    }
    let start = text.floor_char_boundary(at.saturating_sub(BEFORE).max(line.start));
    start..text.floor_char_boundary(at.saturating_add(BEHIND).min(line.end))
}

/// Whether a text begins as UTF-16 without a byte order mark would: every other byte is zero.
fn is_utf16(bytes: &[u8]) -> bool {
    let Some(start) = bytes.get(..8) else { return false };
    let pairs = || start.chunks_exact(2).map(|pair| (pair[0], pair[1]));
    let is_text = |byte: u8| byte.is_ascii_graphic() || byte.is_ascii_whitespace();
    pairs().all(|(low, high)| is_text(low) && high == 0) || pairs().all(|(high, low)| is_text(low) && high == 0)
}

/// A line of a text that labels are made on.
pub struct Line<'t> {
    /// Which line, from 1.
    pub number: u32,
    /// What stands there.
    pub text: &'t str,
    /// The same, when a label on this line was made before: labels share it.
    pub shown: Option<Arc<str>>,
}

impl Line<'_> {
    /// A label on a byte range of the line, which is cut at its end; both ends are at characters.
    pub fn label(self, path: &SourcePath, range: Range<usize>, note: impl Into<String>) -> Label {
        let column = self.text[..range.start].chars().count() as u32 + 1;
        let length = self.text[range.start..range.end.clamp(range.start, self.text.len())].chars().count() as u32;
        Label { path: path.clone(), at: Some(Excerpt::cut(self, column, length)), note: note.into() }
    }
}

/// A place in a file, with what to say about it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Label {
    /// The file, relative to the site's root.
    pub path: SourcePath,
    /// The place in it; absent when the whole file is meant.
    pub at: Option<Excerpt>,
    /// What to say there; may be empty.
    pub note: String,
}

impl Label {
    /// A label on a whole file.
    pub fn file(path: SourcePath, note: impl Into<String>) -> Label {
        Label { path, at: None, note: note.into() }
    }

    /// The same place with something else to say.
    pub fn noting(&self, note: impl Into<String>) -> Label {
        Label { note: note.into(), ..self.clone() }
    }

    /// `path:line:column`, or the path alone.
    pub fn location(&self) -> String {
        match &self.at {
            Some(at) => format!("{}:{}:{}", self.path, at.line, at.column),
            None => self.path.to_string(),
        }
    }
}

/// One line of a file, or the part of a very long one around what is meant.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Excerpt {
    /// Line in the file, from 1.
    pub line: u32,
    /// Column in the file, in characters, from 1.
    pub column: u32,
    /// How many characters are meant; 0 is a point between two.
    pub length: u32,
    /// The line as shown.
    pub text: Arc<str>,
    /// Where the meant part starts in `text`, in characters, from 0.
    pub offset: u32,
}

/// How much of a long line is shown, in characters.
const SHOWN: usize = 160;

impl Excerpt {
    fn cut(Line { number: line, text: line_text, shown }: Line<'_>, column: u32, length: u32) -> Excerpt {
        let offset = column - 1;
        if line_text.len() <= SHOWN {
            let text = shown.unwrap_or_else(|| Arc::from(line_text));
            return Excerpt { line, column, length, text, offset };
        }
        let skip = (offset as usize).saturating_sub(SHOWN / 3);
        let mut text: String = line_text.chars().skip(skip).take(SHOWN).collect();
        let mut offset = offset - skip as u32;
        if skip > 0 {
            text.insert(0, '…');
            offset += 1;
        }
        if line_text.chars().nth(skip + SHOWN).is_some() {
            text.push('…');
        }
        let length = length.min(SHOWN as u32 + 1 - offset.min(SHOWN as u32));
        Excerpt { line, column, length, text: text.into(), offset }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_count_characters_and_lines_of_the_file() {
        let text = SourceText::decode(SourcePath::new("a.md"), "\u{FEFF}un\r\ndéjà vu\r\n".as_bytes()).unwrap();
        let at = text.as_str().find("vu").unwrap();
        let label = text.label(at..at + 2, "");
        assert_eq!(label.location(), "a.md:2:6");
        assert_eq!(&*label.at.unwrap().text, "déjà vu");
    }

    #[test]
    fn the_first_bad_byte_is_named() {
        let error = SourceText::decode(SourcePath::new("a.md"), b"ok\nd\xE9j\xE0").unwrap_err();
        assert_eq!(error.primary().unwrap().location(), "a.md:2:2");
    }

    #[test]
    fn labels_far_into_a_line_are_those_that_counting_it_whole_would_give() {
        let text = format!("é\n{}\nà", "déjà vu ☂ ".repeat(1_500));
        let source = SourceText::new(SourcePath::new("a.md"), text.as_str());
        let (first, last) = ("é\n".len(), text.len() - "\nà".len());
        for start in (first..last).step_by(137).chain([first, last]) {
            for length in [0, 5, 300, 30_000] {
                let start = text.floor_char_boundary(start);
                let end = text.floor_char_boundary(start + length);
                let line = Line { number: 2, text: &text[first..last], shown: None };
                let whole = line.label(source.path(), start - first..end - first, "");
                assert_eq!(source.label(start..end, ""), whole, "{start} {length}");
            }
        }
        assert_eq!(source.label(text.len() - 1..text.len(), "").location(), "a.md:3:1");
    }

    #[test]
    fn long_lines_are_cut_around_what_is_meant() {
        let text = SourceText::new(SourcePath::new("a.md"), "x".repeat(10_000));
        let excerpt = text.label(5_000..5_010, "").at.unwrap();
        assert_eq!((excerpt.column, excerpt.length), (5_001, 10));
        assert!(excerpt.text.chars().count() <= SHOWN + 2);
    }
}
