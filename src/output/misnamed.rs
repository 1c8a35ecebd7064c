//! Articles among the files that are published as they are: their front matter says what they are, and their name does not.
//!
//! Knows the shape of front matter only, and reads none of it.

use crate::base::{Code, Diagnostic, Label, SourcePath};

/// What is said of a file of `content/` that begins as an article does. It may be a draft, and would be shown to everybody.
pub(super) fn article(path: &SourcePath, bytes: &[u8]) -> Option<Diagnostic> {
    path.below("content")?;
    begins_as_article(bytes).then(|| {
        Diagnostic::new(
            Code::BadName,
            "this has the front matter of an article, and a name that does not end with `.md`",
        )
        .at(Label::file(path.clone(), ""))
        .help("let its name end with `.md`, or move it to `static/` if it shall be published as it is")
    })
}

/// What is said of a file of `static/` that is probably no file for readers: an article, or settings.
pub(super) fn published(path: &SourcePath, bytes: &[u8]) -> Option<Diagnostic> {
    let below = path.below("static")?;
    let (message, help) = if path.extension().eq_ignore_ascii_case("md") && begins_as_article(bytes) {
        (
            "this article is published as it is, with its front matter, and is no page",
            format!(
                "move it to `content/posts/{below}`, or below `content/` for a page; if readers shall have the file itself, let its name end with `.txt`"
            ),
        )
    } else if below.eq_ignore_ascii_case("site.toml") {
        (
            "these settings are published, and nothing reads them",
            "move them beside `content/`, or delete the file".to_owned(),
        )
    } else {
        return None;
    };
    Some(Diagnostic::new(Code::PublishedSource, message).at(Label::file(path.clone(), "")).help(help))
}

/// Whether a text begins with front matter that has a title.
fn begins_as_article(bytes: &[u8]) -> bool {
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let Some(fence) = [b"+++", b"---"].into_iter().find(|fence| text.starts_with(*fence)) else { return false };
    let mut lines = text.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii_end);
    let is_opened = lines.next().is_some_and(|line| line == fence);
    let mut has_title = false;
    let is_closed = lines.take(MOST_LINES).any(|line| {
        has_title |= line.trim_ascii_start().starts_with(b"title");
        line == fence
    });
    is_opened && is_closed && has_title
}

/// Front matter is not longer than so many lines.
const MOST_LINES: usize = 500;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p33_an_article_is_known_whatever_its_name() {
        let is_told = |path: &str, text: &str| article(&SourcePath::new(path), text.as_bytes()).is_some();
        for text in
            ["+++\ntitle = \"A\"\n+++\nA", "---\r\ntitle: A\r\n---\r\n", "\u{feff}--- \ndraft: true\n title: A\n---"]
        {
            assert!(is_told("content/posts/brouillon", text), "{text}");
            assert!(!is_told("static/brouillon", text), "{text}");
        }
        for text in ["---\ntitle: A\n", "--- a/x\n+++ b/x\ntitle\n+++", "+++\na\n+++", "title\n+++\n+++"] {
            assert!(!is_told("content/posts/a.txt", text), "{text}");
        }
    }

    #[test]
    fn articles_and_settings_in_static_are_told() {
        let is_told = |path: &str, text: &str| published(&SourcePath::new(path), text.as_bytes()).is_some();
        let article = "+++\ntitle = \"A\"\n+++\nA";
        assert!(
            is_told("static/a.md", article) && is_told("static/x/a.MD", article) && is_told("static/site.toml", "")
        );
        for (path, text) in [
            ("static/LISEZMOI.md", "# A"),
            ("static/x/site.toml", ""),
            ("static/a.txt", article),
            ("content/a.md", article),
        ] {
            assert!(!is_told(path, text), "{path}");
        }
    }
}
