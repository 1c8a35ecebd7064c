//! A file of content, front matter and all: an article or errors, which point into it.

use super::{options, points_inside, text};
use manchette::base::Severity;
use manchette::content::{self, Article, Place};

pub fn target(bytes: &[u8]) {
    let Some(source) = text("content/posts/2025-06-19-a.md", bytes) else { return };
    for place in [Place::Post, Place::Page, Place::Topic] {
        let parsed = content::parse(&source, place, &options());
        points_inside(&source, &parsed.diagnostics);
        let has_errors = parsed.diagnostics.iter().any(|problem| problem.code().severity() == Severity::Error);
        assert!(parsed.value.is_some() || has_errors, "no article, and nobody says why");
        let Some(whole) = parsed.value else { continue };
        // What is remembered of an article is the article.
        let written = postcard::to_stdvec(&whole.article).unwrap();
        let read: Article = postcard::from_bytes(&written).unwrap();
        assert!(postcard::to_stdvec(&read).unwrap() == written, "not as it was written");
    }
}
