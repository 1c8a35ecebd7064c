//! Articles among the files that are published as they are: their front matter says what they are, and their name does not.
//!
//! Knows the shape of front matter only, and reads none of it.

use crate::base::{Code, Diagnostic, Label, SourcePath};
use std::borrow::Cow;

/// What is said of a file of `content/` that begins as an article does. It may be a draft, and would be shown to everybody.
pub(super) fn article(path: &SourcePath, bytes: &[u8]) -> Option<Diagnostic> {
    path.below("content")?;
    begins_as_article(path, bytes).then(|| {
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
    let (message, help) = if path.extension().eq_ignore_ascii_case("md") && begins_as_article(path, bytes) {
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

/// Whether a file begins with front matter of an article.
fn begins_as_article(path: &SourcePath, bytes: &[u8]) -> bool {
    let text = decoded(bytes);
    let lines = text.split(|byte| matches!(byte, b'\n' | b'\r')).map(<[u8]>::trim_ascii_end);
    let mut lines = lines.filter(|line| !line.is_empty());
    let Some(fence) = lines.next().filter(|line| matches!(*line, b"+++" | b"---")) else { return false };
    let (mut has_title, mut has_key) = (false, false);
    // Between `---` anything may stand in a text, so that all of it must look like keys where there is no title.
    let mut is_sure = true;
    let is_closed = lines.by_ref().take(MOST_LINES).any(|line| {
        let key = key(line);
        has_title |= key.as_deref() == Some("title");
        has_key |= key.as_deref().is_some_and(|key| KEYS.contains(&key));
        is_sure &= fence == b"+++" || line == fence || key.is_some() || line.starts_with(b" ") || is_of_yaml(line);
        line == fence
    });
    // A file of YAML may have several documents.
    let is_yaml = matches!(path.extension().to_ascii_lowercase().as_str(), "yaml" | "yml")
        && lines.next().is_none_or(|line| key(line).is_some() || is_of_yaml(line));
    let is_article = (has_title || (has_key && is_sure)) && !is_yaml;
    is_closed && is_article
}

/// Front matter is not longer than so many lines.
const MOST_LINES: usize = 500;

/// How many bytes of UTF-16 are looked at.
const MOST_BYTES: usize = 65_536;

/// Keys that front matter begins with, here or in other tools; lower case.
const KEYS: &[&str] = &[
    "author",
    "authors",
    "categories",
    "date",
    "description",
    "draft",
    "expires",
    "layout",
    "published",
    "slug",
    "source",
    "tags",
    "updated",
];

/// The bytes as UTF-8, without a mark at the start. Some editors write UTF-16.
fn decoded(bytes: &[u8]) -> Cow<'_, [u8]> {
    let unit: fn([u8; 2]) -> u16 = match bytes {
        [0xff, 0xfe, ..] => u16::from_le_bytes,
        [0xfe, 0xff, ..] => u16::from_be_bytes,
        _ => return Cow::Borrowed(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)),
    };
    let pairs = bytes.chunks_exact(2).skip(1).take(MOST_BYTES / 2);
    let units: Vec<u16> = pairs.map(|pair| unit([pair[0], pair[1]])).collect();
    Cow::Owned(String::from_utf16_lossy(&units).into_bytes())
}

/// The key that a line begins with, TOML's or YAML's, without quotes and in small letters.
fn key(line: &[u8]) -> Option<String> {
    let end = line.iter().position(|byte| matches!(byte, b'=' | b':'))?;
    let written = std::str::from_utf8(line.get(..end)?).ok()?.trim();
    let key = written.trim_matches(['"', '\'']);
    let is_key = !key.is_empty() && key.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.'));
    is_key.then(|| key.to_lowercase())
}

/// Whether a line without a key may be YAML's: a comment, or an item of a list.
fn is_of_yaml(line: &[u8]) -> bool {
    line.starts_with(b"#") || line.starts_with(b"-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p33_an_article_is_known_whatever_its_name() {
        let is_told = |path: &str, text: &str| article(&SourcePath::new(path), text.as_bytes()).is_some();
        for text in [
            "+++\ntitle = \"A\"\n+++\nA",
            "---\r\ntitle: A\r\n---\r\n",
            "\u{feff}--- \ndraft: true\n title: A\n---",
            "\n \n+++\ntitle=\"x\"\n+++",
            "+++\ndraft=true\n+++",
            "+++\n\"title\"=\"x\"\ndraft=true\n+++",
            "---\n# à relire\ndraft: true\ntags:\n- a\n  - b\n---\nTexte",
            "---\n'title': x\n---",
            "---\nTitle : x\n---",
            "---\rtitle: x\r---\r",
        ] {
            let utf16 = |unit: fn(u16) -> [u8; 2]| -> Vec<u8> {
                let marked = format!("\u{feff}{}", text.trim_start_matches('\u{feff}'));
                marked.encode_utf16().flat_map(unit).collect()
            };
            for (path, is_article) in
                [("content/posts/brouillon", true), ("content/b.html", true), ("static/brouillon", false)]
            {
                assert_eq!(is_told(path, text), is_article, "{path}: {text}");
                for bytes in [utf16(u16::to_le_bytes), utf16(u16::to_be_bytes)] {
                    assert_eq!(article(&SourcePath::new(path), &bytes).is_some(), is_article, "UTF-16, {path}: {text}");
                }
            }
        }
        for text in [
            "---\ntitle: A\n",
            "--- a/x\n+++ b/x\ntitle\n+++",
            "+++\na\n+++",
            "title\n+++\n+++",
            "---\nUn texte entre deux traits.\nDate: hier\n---\n",
            "---\nname: x\n---\n",
            "\u{feff}",
        ] {
            assert!(!is_told("content/posts/a.txt", text), "{text}");
        }
        for text in ["---\ntitle: A\n---\ntitle: B\n", "---\ntitle: A\n---\n", "---\ndate: 2025\n---\n- a\n"] {
            assert!(!is_told("content/posts/x/a.yml", text), "{text}");
        }
        assert!(is_told("content/posts/x/a.yml", "---\ntitle: A\n---\n\nDu texte.\n"));
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
