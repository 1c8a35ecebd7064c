//! `site.toml`: settings or errors, which point into it.

use super::{points_inside, text};
use manchette::base::Severity;
use manchette::config;
use url::Url;

pub fn target(bytes: &[u8]) {
    let Some(source) = text("site.toml", bytes) else { return };
    let read = config::read(&source, &[]);
    points_inside(&source, &read.diagnostics);
    let has_errors = read.diagnostics.iter().any(|problem| problem.code().severity() == Severity::Error);
    assert!(read.value.is_some() || has_errors, "no settings, and nobody says why");
    let Some(config) = read.value.filter(|_| !has_errors) else { return };
    let base = Url::parse(&config.base_url.text).expect("a base URL that is one");
    assert!(matches!(base.scheme(), "http" | "https") && base.query().is_none() && base.fragment().is_none());
    assert!(!config.title.trim().is_empty());
}
