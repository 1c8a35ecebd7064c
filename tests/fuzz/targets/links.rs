//! Names and addresses: whatever is accepted stays below the folder that it is meant for.

use manchette::base::{OutputPath, Slug, SourcePath, UrlPath};
use manchette::content::heading_id;

pub fn target(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
    for slug in [Slug::derive(first), Slug::parse(first).ok()].into_iter().flatten() {
        is_one_component(slug.as_str());
        assert_eq!(Slug::parse(slug.as_str()).as_ref(), Ok(&slug), "a slug is one again");
    }
    if let Ok(path) = OutputPath::parse(first) {
        stays_below(path.as_str());
        let again = path.url().output().expect("an address of an output leads to an output");
        // What has no extension is taken for a folder.
        assert!(again == path || again.as_str().starts_with(path.as_str()), "{again:?} is not {path:?}");
    }
    for url in [UrlPath::parse(first).ok(), Some(UrlPath::root().join(rest))].into_iter().flatten() {
        assert!(url.as_str().starts_with('/') && !url.as_str().starts_with("//"), "{url:?} is another host");
        if let Ok(path) = url.output() {
            stays_below(path.as_str());
        }
    }
    match SourcePath::new("content/posts/a.md").resolve(first) {
        // A key of the site's files and no more: backslashes are letters here.
        Some(path) if !path.as_str().is_empty() => path.as_str().split('/').for_each(is_one_component),
        // The site itself, or what is outside.
        _ => {}
    }
    assert!(!heading_id(first).contains(|c: char| c.is_whitespace() || c.is_control() || "\"'<>&=`".contains(c)));
}

fn stays_below(path: &str) {
    path.split('/').for_each(is_one_component);
    assert!(!path.contains(['\\', '\0', '\n', '\r']), "{path:?}");
}

fn is_one_component(name: &str) {
    assert!(!name.is_empty() && name != "." && name != ".." && !name.contains('/'), "{name:?}");
}
