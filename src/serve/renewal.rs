//! What a page asks for to become its newest self: its HTML with what identifies it, and what identifies the files that it
//! is shown with.
//!
//! Never answers with another status than 200: a browser writes every other one into its console, and a page that is gone
//! is nothing wrong with the preview.

use super::place;
use super::{Newest, State};
use crate::base::{Fingerprint, OutputPath};
use crate::output::Job;
use crate::pipeline::Edition;
use serde::Serialize;
use std::collections::BTreeMap;

/// A page, as it is now.
#[derive(Serialize)]
pub(super) struct Renewed {
    /// What identifies it.
    is: String,
    html: String,
}

/// The page at `location.pathname`, or the one for missing addresses; nothing where there is no HTML to show.
pub(super) fn page(state: &State, at: &str) -> Option<Renewed> {
    let Newest { edition, .. } = state.newest();
    let edition = edition?;
    let planned = place::page(&edition, at).and_then(|page| page.planned.map(|(output, _)| output));
    let output = match planned {
        Some(output) => output,
        None => OutputPath::parse("404.html").ok()?,
    };
    if !output.as_str().ends_with(".html") {
        return None;
    }
    let shown = state.memo.show(&edition, &output)?;
    let html = String::from_utf8_lossy(&shown.bytes).into_owned();
    (!html.is_empty()).then(|| Renewed { is: shown.is.to_string(), html })
}

/// More files of one page are not asked for.
const MOST: usize = 200;

/// What identifies files, by their paths; those that are not there are left out.
pub(super) fn assets(state: &State, query: &str) -> BTreeMap<String, String> {
    let Some(edition) = state.newest().edition else { return BTreeMap::new() };
    let pairs = url::form_urlencoded::parse(query.as_bytes());
    let paths = pairs.filter(|(key, _)| key == "at").map(|(_, value)| value.into_owned()).take(MOST);
    paths.filter_map(|at| Some((identity(state, &edition, &at)?, at))).map(|(is, at)| (at, is)).collect()
}

fn identity(state: &State, edition: &Edition, at: &str) -> Option<String> {
    let (output, job) = place::page(edition, at)?.planned?;
    let is = match job {
        Job::Copy(path) => match edition.world().stamp(path) {
            Some(stamp) => Fingerprint::of_bytes(format!("{stamp:?}").as_bytes()).to_string(),
            // The files of the built-in theme.
            None => "known by its path".to_owned(),
        },
        Job::Home(_)
        | Job::Post(_)
        | Job::Page(_)
        | Job::Topic(..)
        | Job::Topics
        | Job::Source(..)
        | Job::Sources
        | Job::Archive(_)
        | Job::NotFound
        | Job::Feed(..)
        | Job::Sitemap
        | Job::SitemapPart(_)
        | Job::NewsSitemap
        | Job::Robots
        | Job::Alias(_)
        | Job::Redirects(_)
        | Job::NoJekyll
        | Job::WebManifest => state.memo.show(edition, &output)?.is.to_string(),
    };
    Some(is)
}
