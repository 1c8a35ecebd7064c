//! Posts that stand where only pages are.
//!
//! Knows paths only.

use crate::base::SourcePath;

/// Whether the name of a page begins with a day, as those of posts do: right below `content/`, or in a folder whose name
/// is nearly `posts`.
pub fn is_by_name(path: &SourcePath) -> bool {
    let Some(below) = path.below("content") else { return false };
    match below.split_once('/') {
        None => begins_with_a_day(below),
        Some((folder, rest)) => is_nearly_posts(folder) && rest.split('/').any(begins_with_a_day),
    }
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
            ("content/notes/2025-06-19-x.md", false, "move it to `content/posts/notes/2025-06-19-x.md`"),
        ] {
            let path = SourcePath::new(path);
            assert_eq!(is_by_name(&path), by_name, "{path}");
            assert!(help(&path).contains(belongs), "{}", help(&path));
        }
    }
}
