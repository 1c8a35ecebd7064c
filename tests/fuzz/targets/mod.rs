//! What any bytes must not break. Each target takes bytes, and panics where a promise does not hold.
//!
//! `cargo test` runs them over the corpus beside this folder and some thousand variations of it; `cargo fuzz` runs them
//! guided by coverage (`tests/fuzz/README.md`).
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a target fails by a panic")]

mod cache;
mod config;
mod data;
mod front_matter;
mod http;
mod links;
mod markdown;
mod pictures;
mod sites;
mod template;
mod typography;

use manchette::base::{Diagnostic, SourcePath, SourceText, Zone};
use manchette::content::{ContentOptions, RawHtml};

/// What takes bytes.
pub type Target = fn(&[u8]);

/// All targets by name.
pub const TARGETS: &[(&str, Target)] = &[
    ("cache", cache::target),
    ("config", config::target),
    ("data", data::target),
    ("front_matter", front_matter::target),
    ("http", http::target),
    ("links", links::target),
    ("markdown", markdown::target),
    ("pictures", pictures::target),
    ("template", template::target),
    ("typography", typography::target),
];

/// Options of content that do not get in the way.
fn options() -> ContentOptions {
    ContentOptions {
        zone: Zone::utc(),
        zone_is_named: true,
        language: "fr".to_owned(),
        raw_html: RawHtml::Escape,
        highlight: true,
        typography: true,
        external_rel: String::new(),
        own_address: "https://example.org/actu".to_owned(),
    }
}

/// The bytes as a text of the site, if they are one. What is said of those that are none points into them.
fn text(path: &str, bytes: &[u8]) -> Option<SourceText> {
    match SourceText::decode(SourcePath::new(path), bytes) {
        Ok(text) => Some(text),
        Err(problem) => {
            let lines = bytes.iter().filter(|byte| **byte == b'\n').count() + 1;
            let at = problem.primary().and_then(|label| label.at.as_ref()).expect("a place");
            assert!((1..=lines).contains(&(at.line as usize)), "line {} of {lines}", at.line);
            None
        }
    }
}

/// Whatever is said of a text points at a line that it has, and at characters of that line.
fn points_inside(source: &SourceText, problems: &[Diagnostic]) {
    let lines: Vec<&str> = source.as_str().split('\n').collect();
    for problem in problems {
        for label in problem.primary().into_iter().chain(problem.related_labels()) {
            let Some(at) = label.at.as_ref().filter(|_| label.path == *source.path()) else { continue };
            let line = lines.get((at.line as usize).wrapping_sub(1));
            let line = line.unwrap_or_else(|| panic!("line {} of {}: {problem:?}", at.line, lines.len()));
            let characters = line.chars().count();
            let end = at.column as usize - 1 + at.length as usize;
            // One more than the line has: a place at its end.
            assert!(at.column >= 1 && end <= characters + 1, "{at:?} in {characters} characters: {problem:?}");
            assert!(!problem.message().is_empty());
        }
    }
}
