//! Conflicts that Git left in a text: two versions between lines of `<<<<<<<`, `=======` and `>>>>>>>`.

use super::{Code, Diagnostic, SourcePath, SourceText};
use memchr::memmem;

/// Endings of texts that are published as they are, and that people write.
const TEXTS: &[&str] = &[
    "",
    "atom",
    "css",
    "csv",
    "htm",
    "html",
    "ics",
    "js",
    "json",
    "md",
    "mjs",
    "rss",
    "svg",
    "toml",
    "txt",
    "vtt",
    "webmanifest",
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

/// The first conflict of a text, told with how many follow; nothing when there is none. What stands in a fenced block of
/// Markdown is an example.
pub(super) fn find(source: &SourceText) -> Option<Diagnostic> {
    let text = source.as_str();
    memmem::find(text.as_bytes(), b"<<<<<<< ")?;
    let mut at = 0;
    let mut fence: Option<&str> = None;
    let mut begun: Option<(usize, usize)> = None;
    let mut is_parted = false;
    let mut found: Vec<(usize, usize)> = Vec::new();
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let line = line.trim_end();
        let mark = ["```", "~~~"].into_iter().find(|mark| line.trim_start().starts_with(mark));
        match (fence, mark) {
            (None, Some(mark)) => fence = Some(mark),
            (Some(open), Some(mark)) if open == mark => fence = None,
            _ => {}
        }
        if fence.is_some() {
            continue;
        }
        if line.starts_with("<<<<<<< ") {
            (begun, is_parted) = (Some((start, start + line.len())), false);
        } else if line == "=======" {
            is_parted = true;
        } else if line.starts_with(">>>>>>> ") && is_parted {
            found.extend(begun.take());
            is_parted = false;
        }
    }
    let (start, end) = *found.first()?;
    let message = match found.len() - 1 {
        0 => "two versions of this file were merged, and a conflict is left".to_owned(),
        1 => "two versions of this file were merged, and a conflict is left here and 1 more below".to_owned(),
        more => format!("two versions of this file were merged, and a conflict is left here and {more} more below"),
    };
    let help = "keep one of the two texts, the one above `=======` or the one below it, and delete the lines that begin \
                with `<<<<<<<`, `=======` and `>>>>>>>`";
    Some(Diagnostic::new(Code::ConflictMarkers, message).at(source.label(start..end, "it begins here")).help(help))
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
}
