//! Files of `content/` and `data/` whose names say that they are not what their author takes them for: copies, documents of
//! word processors, posts outside `posts/`, no articles at all, or no data.
//!
//! Knows names only: none of the files is read for it.

use crate::base::{Code, Diagnostic, Label, SourcePath};
use crate::content::misplaced;
use std::collections::HashSet;

/// Endings that other tools give to Markdown.
const OTHER_MARKDOWN: &[&str] = &["markdown", "mdown", "mkdn", "mkd", "mdwn", "mdx", "md.txt", "markdown.txt"];

/// Endings of what may well be made of a Markdown file, and be meant for readers.
const MADE_OF_MARKDOWN: &[&str] = &[
    "zip", "gz", "xz", "zst", "7z", "pdf", "epub", "html", "xml", "json", "png", "jpg", "jpeg", "gif", "webp", "avif",
    "svg", "mp3", "m4a", "ogg", "opus", "mp4", "webm", "mov",
];

/// Endings of Markdown, the longest first.
const MARKDOWN: &[&str] = &[".markdown", ".mdown", ".mdwn", ".mkdn", ".mdx", ".mkd", ".md"];

/// Endings of data that are not read.
const OTHER_DATA: &[&str] = &[
    "yaml", "yml", "json5", "jsonc", "jsonl", "ndjson", "tsv", "xml", "xls", "xlsx", "ods", "numbers", "sqlite", "db",
];

/// Endings of documents that must be saved as Markdown first.
const DOCUMENTS: &[&str] = &["docx", "doc", "odt", "rtf", "pages"];

/// Says what articles and other files of `content/` probably are.
pub(super) fn warn(articles: &[SourcePath], files: &[SourcePath], diagnostics: &mut Vec<Diagnostic>) {
    let names: HashSet<String> = articles.iter().map(|path| path.as_str().to_lowercase()).collect();
    let folders: HashSet<&str> =
        articles.iter().filter(|path| path.file_name() == "index.md").map(SourcePath::folder).collect();
    for path in articles {
        diagnostics.extend(copy(path, &names));
        diagnostics.extend(post_elsewhere(path));
    }
    for path in files {
        diagnostics.extend(no_markdown(path, &folders));
    }
    diagnostics.extend(unread_posts(files));
}

/// Whether a file is Markdown under another name, or a copy of an article that some program keeps. It may hold what its
/// author has not published, so it is not published as it is.
pub(super) fn is_markdown(path: &SourcePath) -> bool {
    let name = path.file_name().trim().to_lowercase();
    let is_other = OTHER_MARKDOWN.iter().any(|ending| ends_as(&name, ending));
    is_other || (has_more_after_markdown(&name) && !MADE_OF_MARKDOWN.iter().any(|ending| ends_as(&name, ending)))
}

/// Whether a name goes on behind an ending of Markdown: `a.md.20250619`, `a.md#`, `a.markdown_ancien`, `a.md2`. `a.md5` is
/// a sum.
fn has_more_after_markdown(name: &str) -> bool {
    let mut rests = MARKDOWN.iter().flat_map(|ending| name.match_indices(ending));
    rests.any(|(at, ending)| {
        let rest = &name[at + ending.len()..];
        at > 0 && rest.starts_with(|c: char| !c.is_alphabetic()) && !(ending == ".md" && rest == "5")
    })
}

fn ends_as(name: &str, ending: &str) -> bool {
    name.strip_suffix(ending).is_some_and(|stem| stem.ends_with('.') && stem.len() > 1)
}

/// A copy that a file manager, an editor or a synchronised folder made of an article that is there too: both are published.
fn copy(path: &SourcePath, names: &HashSet<String>) -> Option<Diagnostic> {
    let original = original(path.stem())?;
    let beside = match path.folder() {
        "" => format!("{original}.md"),
        folder => format!("{folder}/{original}.md"),
    };
    names.contains(&beside.to_lowercase()).then(|| {
        Diagnostic::new(Code::CopiedFile, format!("this looks like a copy of `{original}.md`, and both are published"))
            .at(Label::file(path.clone(), ""))
            .help("keep one of them; if they are two articles, rename this file")
    })
}

/// The name that a copy is of: `x` for `x (1)`, `x copy`, `x - Copie 2`, `Copy of x`, `x (conflicted copy 2025-06-19)`.
fn original(stem: &str) -> Option<&str> {
    let words = ["copy", "copie"];
    for word in words {
        for between in [" of ", " de "] {
            let before = word.len() + between.len();
            if stem.get(..before).is_some_and(|start| start.eq_ignore_ascii_case(&format!("{word}{between}"))) {
                return stem.get(before..).filter(|rest| !rest.is_empty());
            }
        }
    }
    let base = stem.trim_end_matches(|c: char| c.is_ascii_digit());
    let end = base.trim_end();
    let plain = words.iter().find_map(|word| {
        let cut = end.len().checked_sub(word.len())?;
        end.get(cut..).filter(|last| last.eq_ignore_ascii_case(word))?;
        end.get(..cut)?.strip_suffix([' ', '-', '_'])
    });
    if let Some(rest) = plain {
        return Some(rest.trim_end_matches([' ', '-', '_'])).filter(|rest| !rest.is_empty());
    }
    let (rest, inside) = stem.strip_suffix(')')?.rsplit_once(" (")?;
    let is_number = !inside.is_empty() && inside.chars().all(|c| c.is_ascii_digit());
    let lower = inside.to_lowercase();
    (is_number || lower.contains("conflict") || lower.contains("conflit") || words.contains(&lower.as_str()))
        .then_some(rest)
}

/// A page whose name begins with a day, as those of posts do.
fn post_elsewhere(path: &SourcePath) -> Option<Diagnostic> {
    misplaced::is_by_name(path).then(|| {
        Diagnostic::new(Code::MisplacedPost, "this is a page, although its name begins with a date: no list shows it")
            .at(Label::file(path.clone(), ""))
            .help(misplaced::help(path))
    })
}

/// Texts in a folder such as `content/_posts/`, of which nothing is read: said once a folder.
fn unread_posts(files: &[SourcePath]) -> Vec<Diagnostic> {
    let mut told = HashSet::new();
    let first = |path: &&SourcePath| {
        let folder = path.below("content").and_then(|below| below.split_once('/')).map_or("", |(folder, _)| folder);
        path.extension().eq_ignore_ascii_case("md")
            && folder.starts_with('_')
            && misplaced::is_nearly_posts(folder)
            && told.insert(folder.to_owned())
    };
    let unread = files.iter().filter(first).map(|path| {
        Diagnostic::new(Code::MisplacedPost, "nothing is read of folders whose name begins with `_`")
            .at(Label::file(path.clone(), ""))
            .help(misplaced::help(path))
    });
    unread.collect()
}

/// A site without a single text, which is most often one that is looked for elsewhere. `near` is a folder with another name
/// that may be meant.
pub(super) fn no_articles(near: Option<&str>) -> Diagnostic {
    let help = match near {
        Some(near) => format!("there is a folder `{near}/`: rename it to `content/`"),
        None => "write a post as `content/posts/name.md`, or with `manchette new \"Title\"`".to_owned(),
    };
    Diagnostic::new(Code::NoArticles, "this site has no article: no file below `content/` is one").help(help)
}

/// A file that is published as it is, where an article was probably meant.
fn no_markdown(path: &SourcePath, bundles: &HashSet<&str>) -> Option<Diagnostic> {
    let below = path.below("content")?;
    if below.split('/').any(|part| part.starts_with(['_', '.'])) {
        return None;
    }
    let name = path.file_name().to_lowercase();
    let (what, help) = if let Some(ending) = OTHER_MARKDOWN.iter().find(|ending| ends_as(&name, ending)) {
        let stem = path.file_name().get(..name.len() - ending.len()).unwrap_or_default();
        (format!("`.{ending}` is not read as an article, and is not published"), format!("name it `{stem}md`"))
    } else if is_markdown(path) {
        let what = "this looks like a copy of an article, by a name that does not end with `.md`: it is not published";
        (what.to_owned(), "remove it, or let its name end with `.md`".to_owned())
    } else {
        let is_among_posts = path.as_str().starts_with("content/posts/") && !bundles.contains(path.folder());
        // Plain text is what people download too, unless it is named like a post.
        let plain: &[&str] = if misplaced::begins_with_a_day(path.file_name()) { &["txt"] } else { &[] };
        let ending = DOCUMENTS.iter().chain(plain).find(|ending| ends_as(&name, ending)).filter(|_| is_among_posts)?;
        let help = match *ending {
            "txt" => "give it front matter and the ending `.md`; a file to download belongs in `static/`",
            _ => "save its text as Markdown, in a file that ends with `.md`; a file to download belongs in `static/`",
        };
        (format!("a `.{ending}` file is no article: it is published as it is, and no list shows it"), help.to_owned())
    };
    Some(Diagnostic::new(Code::NotMarkdown, what).at(Label::file(path.clone(), "")).help(help))
}

/// A file of `data/` in a format that is not read.
pub(super) fn unread_data(path: &SourcePath) -> Option<Diagnostic> {
    let ending = path.extension().to_ascii_lowercase();
    let stem = path.as_str().strip_suffix(path.extension())?;
    OTHER_DATA.contains(&ending.as_str()).then(|| {
        let instead =
            if matches!(ending.as_str(), "tsv" | "xls" | "xlsx" | "ods" | "numbers") { "csv" } else { "toml" };
        Diagnostic::new(Code::UnreadData, format!("a `.{ending}` file is no data here: templates do not find it"))
            .at(Label::file(path.clone(), ""))
            .help(format!("write it as `{stem}{instead}`; data are .toml, .json or .csv"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p33_markdown_under_another_name_is_known() {
        for name in [
            "a.markdown",
            "A.MDX",
            "a.md.txt",
            "a.md.20250619",
            "a.md#",
            "a.md_ancien",
            "a.md 2",
            "a.md-1",
            "a.md20250619",
            "a.markdown.old2",
            "a.mdx.2024",
            "a.markdown~1",
            "a.markdown ",
        ] {
            assert!(is_markdown(&SourcePath::new(format!("content/posts/{name}"))), "{name}");
        }
        for name in [
            "a.mdb",
            "a.zip",
            "a.md.zip",
            "a.md.html",
            "markdown",
            ".md-x",
            "a.mdash.png",
            "a.txt",
            "a.md5",
            "a.md.webp",
            "a.md.mp4",
            "a.mdb2",
        ] {
            assert!(!is_markdown(&SourcePath::new(format!("content/posts/{name}"))), "{name}");
        }
    }

    #[test]
    fn copies_are_known_by_their_names() {
        for (name, of) in [
            ("llama (1)", "llama"),
            ("llama copy", "llama"),
            ("llama copy 2", "llama"),
            ("llama - Copie", "llama"),
            ("llama-copie", "llama"),
            ("Copie de llama", "llama"),
            ("Copy of llama", "llama"),
            ("llama (conflicted copy 2025-06-19)", "llama"),
            ("llama (Copie en conflit de Claire)", "llama"),
        ] {
            assert_eq!(original(name), Some(of), "{name}");
        }
        for name in
            ["llama", "photocopie", "copie", "copy of ", "llama (suite)", "2025", "llama 2", "()", "é (1", " copy"]
        {
            assert_eq!(original(name), None, "{name}");
        }
    }
}
