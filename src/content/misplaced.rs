//! Posts that stand where only pages are.
//!
//! Knows paths only.

use crate::base::SourcePath;

/// Whether the name of a page, or of a folder that it is in, begins with a day, as those of posts do.
pub fn is_by_name(path: &SourcePath) -> bool {
    let Some(below) = path.below("content") else { return false };
    !below.starts_with("posts/") && !below.starts_with("topics/") && below.split('/').any(begins_with_a_day)
}

/// The folder among those above a page in which its author may keep drafts.
pub fn drafts_folder(path: &SourcePath) -> Option<&str> {
    path.folder().split('/').find(|folder| DRAFTS.contains(&folder.to_lowercase().as_str()))
}

/// The folder above a page that is probably meant to be `posts`.
pub fn nearly_posts_folder(path: &SourcePath) -> Option<&str> {
    let (folder, _) = path.below("content")?.split_once('/')?;
    is_nearly_posts(folder).then_some(folder)
}

/// Where a post belongs that stands there.
pub fn help(path: &SourcePath) -> String {
    let below = path.below("content").unwrap_or(path.as_str());
    match below.split_once('/') {
        Some((folder, _)) if is_nearly_posts(folder) => {
            format!("posts are below `content/posts/`: rename the folder `content/{folder}` to `content/posts`")
        }
        Some((folder, rest)) if DRAFTS.contains(&folder.to_lowercase().as_str()) => format!(
            "posts are below `content/posts/`: move it to `content/posts/{rest}`, and write `draft = true` in it while it is one"
        ),
        _ if drafts_folder(path).is_some() => {
            "posts are below `content/posts/`: move it there, and write `draft = true` in it while it is one".to_owned()
        }
        _ => format!("posts are below `content/posts/`: move it to `content/posts/{below}`"),
    }
}

/// Whether a folder of `content/` is probably meant to be `posts`.
pub fn is_nearly_posts(folder: &str) -> bool {
    folder != "posts" && matches!(folder.trim_start_matches('_').to_lowercase().as_str(), "post" | "posts")
}

/// Folders in which other tools keep drafts.
const DRAFTS: &[&str] = &["drafts", "draft", "brouillons", "brouillon"];

/// Whether a name begins as `2025-06-19-` does.
pub fn begins_with_a_day(name: &str) -> bool {
    let start = name.as_bytes().get(..11).unwrap_or_default();
    start
        .iter()
        .zip(b"0000-00-00-")
        .filter(|(byte, shape)| byte == shape || (**shape == b'0' && byte.is_ascii_digit()))
        .count()
        == 11
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_post_elsewhere_is_known_by_its_name_and_sent_where_it_belongs() {
        for (path, by_name, belongs) in [
            ("content/2025-06-19-x.md", true, "move it to `content/posts/2025-06-19-x.md`"),
            ("content/Posts/2025-06-19-x.md", true, "rename the folder `content/Posts` to `content/posts`"),
            ("content/post/2025-06-19-x/index.md", true, "rename the folder `content/post` to `content/posts`"),
            ("content/post/x.md", false, "rename the folder `content/post` to `content/posts`"),
            ("content/drafts/p.md", false, "move it to `content/posts/p.md`, and write `draft = true` in it"),
            ("content/Brouillons/a/p.md", false, "move it to `content/posts/a/p.md`, and write `draft = true` in it"),
            ("content/notes/2025-06-19-x.md", true, "move it to `content/posts/notes/2025-06-19-x.md`"),
            ("content/2025-06-19-x/index.md", true, "move it to `content/posts/2025-06-19-x/index.md`"),
            ("content/news/2025/06/x.md", false, "move it to `content/posts/news/2025/06/x.md`"),
        ] {
            let path = SourcePath::new(path);
            assert_eq!(is_by_name(&path), by_name, "{path}");
            assert!(help(&path).contains(belongs), "{}", help(&path));
        }
        for path in ["content/posts/2025-06-19-x.md", "content/topics/2025-06-19-x.md", "static/2025-06-19-x.md"] {
            assert!(!is_by_name(&SourcePath::new(path)), "{path}");
        }
    }
}
