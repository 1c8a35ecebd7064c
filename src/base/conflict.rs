//! Conflicts that Git left in a text: two versions between lines of `<<<<<<<`, `=======` and `>>>>>>>`.
//!
//! Knows of Markdown only what a fenced block of code is.

use super::{Code, Diagnostic, SourcePath, SourceText};
use memchr::memmem;
use std::ops::Range;

/// Endings of texts that are published as they are, and that people write.
const TEXTS: &[&str] = &[
    "",
    "atom",
    "css",
    "csv",
    "geojson",
    "htm",
    "html",
    "ics",
    "js",
    "json",
    "md",
    "mjs",
    "opml",
    "rss",
    "scss",
    "srt",
    "svg",
    "toml",
    "tsv",
    "txt",
    "vtt",
    "webmanifest",
    "xhtml",
    "xml",
    "xsl",
    "yaml",
    "yml",
];

/// Whether the name of a file is that of a text that people write.
pub fn is_text(path: &SourcePath) -> bool {
    TEXTS.contains(&path.extension().to_ascii_lowercase().as_str())
}

/// The first conflict in a file that is published as it is, if its name is that of a text (`_redirects` has no ending).
pub fn in_copied(path: &SourcePath, bytes: &[u8]) -> Option<Diagnostic> {
    memmem::find(bytes, b"<<<<<<< ").filter(|_| is_text(path))?;
    find(&SourceText::new(path.clone(), String::from_utf8_lossy(bytes)))
}

/// The first conflict of a text, told with how many follow; nothing when there is none. What stands in closed blocks of
/// code of Markdown is an example.
pub(super) fn find(source: &SourceText) -> Option<Diagnostic> {
    let text = source.as_str();
    memmem::find(text.as_bytes(), b"<<<<<<< ")?;
    let mut at = 0;
    let mut fences = source.path().extension().eq_ignore_ascii_case("md").then(Fences::default);
    let mut begun: Option<Marks> = None;
    let mut found: Vec<Marks> = Vec::new();
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let line = line.trim_end();
        let block = fences.as_mut().and_then(|fences| fences.block_of(line));
        if line.starts_with("<<<<<<< ") {
            begun =
                Some(Marks { begin: start..start + line.len(), is_parted: false, is_outside: block.is_none(), block });
        } else if let Some(marks) = &mut begun
            && (line == "=======" || line.starts_with(">>>>>>> "))
        {
            marks.is_outside |= block.is_none();
            marks.block = block;
            marks.is_parted |= line == "=======";
            if line != "=======" {
                found.extend(begun.take().filter(|marks| marks.is_parted));
            }
        }
    }
    // Where a fence is not closed, a merge has more likely lost the other one than that all of the rest is an example.
    let unclosed = fences.and_then(|fences| fences.open.map(|_| fences.blocks));
    found.retain(|marks| marks.is_outside || marks.block == unclosed);
    let begin = found.first()?.begin.clone();
    let message = match found.len() - 1 {
        0 => "two versions of this file were merged, and a conflict is left".to_owned(),
        1 => "two versions of this file were merged, and a conflict is left here and 1 more below".to_owned(),
        more => format!("two versions of this file were merged, and a conflict is left here and {more} more below"),
    };
    let help = "keep one of the two texts, the one above `=======` or the one below it, and delete the lines that begin \
                with `<<<<<<<`, `=======` and `>>>>>>>`";
    Some(Diagnostic::new(Code::ConflictMarkers, message).at(source.label(begin, "it begins here")).help(help))
}

/// The lines that mark a conflict, as far as they are known.
struct Marks {
    /// The bytes of the first one.
    begin: Range<usize>,
    is_parted: bool,
    /// Whether one of them is outside all blocks of code: then it is no example, whatever the others are in.
    is_outside: bool,
    /// The block that the last one is in.
    block: Option<usize>,
}

/// Fenced blocks of code, line by line, as CommonMark has them (0.31, 4.5).
#[derive(Default)]
struct Fences {
    open: Option<Fence>,
    /// How many blocks have begun.
    blocks: usize,
}

/// A fence that opened a block.
struct Fence {
    mark: u8,
    length: usize,
    /// The column at which the text of its list's item begins: what stands before that is not in the block.
    column: usize,
}

impl Fences {
    /// Goes on by a line: the number of the block that it is in.
    fn block_of(&mut self, line: &str) -> Option<usize> {
        let indent = run(line, b' ');
        if self.open.as_ref().is_some_and(|fence| indent < line.len() && indent < fence.column) {
            self.open = None;
        }
        let Some(fence) = &self.open else {
            self.open = Fence::opened_by(line);
            self.blocks += usize::from(self.open.is_some());
            return self.open.as_ref().map(|_| self.blocks);
        };
        let length = run(&line[indent..], fence.mark);
        if indent <= fence.column + 3 && length >= fence.length && indent + length == line.len() {
            self.open = None;
        }
        Some(self.blocks)
    }
}

impl Fence {
    /// At least three backticks or tildes, indented by three spaces at most, also as the first in items of lists. No
    /// backtick follows backticks: that would be code in a line of text.
    fn opened_by(line: &str) -> Option<Fence> {
        let (mut rest, mut column) = (line, 0);
        loop {
            let indent = run(rest, b' ');
            let text = rest.get(indent..).filter(|_| indent <= 3)?;
            let mark = *text.as_bytes().first()?;
            if matches!(mark, b'`' | b'~') {
                let length = run(text, mark);
                let is_fence = length >= 3 && (mark == b'~' || !text[length..].contains('`'));
                return is_fence.then_some(Fence { mark, length, column });
            }
            let bullet = text.trim_start_matches(|c: char| c.is_ascii_digit());
            let is_bullet = match bullet.len() == text.len() {
                true => bullet.starts_with(['-', '*', '+']),
                false => bullet.starts_with(['.', ')']),
            };
            let after = bullet.get(1..).filter(|_| is_bullet)?;
            let spaces = run(after, b' ');
            rest = after.get(spaces..).filter(|_| (1..=4).contains(&spaces))?;
            column += indent + text.len() - rest.len();
        }
    }
}

/// How many of a byte a text begins with.
fn run(text: &str, byte: u8) -> usize {
    text.bytes().take_while(|found| *found == byte).count()
}

#[cfg(test)]
mod tests {
    use super::super::SourcePath;
    use super::*;

    #[test]
    fn conflicts_are_whole_and_not_examples() {
        let told = |text: &str| {
            find(&SourceText::new(SourcePath::new("a.md"), text)).map(|problem| problem.primary().unwrap().location())
        };
        assert_eq!(told("x\n<<<<<<< HEAD\na\n=======\nb\n>>>>>>> other\n").as_deref(), Some("a.md:2:1"));
        for text in [
            "```\n<<<<<<< HEAD\na\n=======\nb\n>>>>>>> other\n```\n",
            "<<<<<<< HEAD\na\n",
            "a <<<<<<< HEAD\n=======\n>>>>>>> b\n",
            "<<<<<<< a\n>>>>>>> b\n",
            "Titre\n=======\n",
        ] {
            assert_eq!(told(text), None, "{text:?}");
        }
    }

    #[test]
    fn fences_are_those_of_markdown() {
        const CONFLICT: &str = "<<<<<<< HEAD\na\n=======\nb\n>>>>>>> x\n";
        let is_told = |path: &str, text: &str| in_copied(&SourcePath::new(path), text.as_bytes()).is_some();
        for (before, after) in [
            // No fences, or fences that are closed by then.
            ("```x``` est du code.\n", "```\n```\n"),
            ("````\n```\n````\n", ""),
            ("`````\n````\n```\n`````\n", "```\n```\n"),
            ("~~~ `a`\n```\n~~~\n", ""),
            ("    ```\n", "```\n```\n"),
            ("- ```\n  code\n  ```\n", "```\n```\n"),
            ("1. a\n2) ```\n   code\n", "```\n```\n"),
            ("``\n", "``\n"),
            // A fence that nothing closes, and one that only one of the versions has.
            ("```\n", ""),
            ("~~~\n", "```\n"),
            ("```\n```\n````\n", "```\n"),
        ] {
            assert!(is_told("static/a.md", &format!("{before}{CONFLICT}{after}")), "{before:?}");
        }
        assert!(is_told("static/a.md", "<<<<<<< HEAD\n```js\n=======\n```ts\n>>>>>>> x\ncode\n```\n"));
        assert!(is_told("static/a.md", "```\n<<<<<<< HEAD\na\n```\n=======\nb\n```\n>>>>>>> x\n"));
        for (before, after) in [
            ("```\n", "```\n"),
            ("````md\n```\n", "```\n````\n"),
            ("~~~ `a`\n```\n", "~~~\n"),
            ("   ```\n", "  `````\n"),
        ] {
            assert!(!is_told("static/a.md", &format!("{before}{CONFLICT}{after}")), "{before:?}");
            assert!(is_told("static/a.css", &format!("{before}{CONFLICT}{after}")), "{before:?}");
        }
        assert!(!is_told("static/a.md", "```\n<<<<<<< a\n```\n```\n=======\n```\n```\n>>>>>>> b\n```\n"));
        for ending in ["tsv", "geojson", "opml", "srt", "xhtml", "scss", "TXT"] {
            assert!(is_told(&format!("static/a.{ending}"), CONFLICT), "{ending}");
        }
    }
}
