//! Residents: articles with their addresses and feed ids.

use super::address;
use super::{Parsed, Resident};
use crate::base::{Code, Diagnostic, Label, Slug, Zone};
use crate::config::Config;
use crate::content::{Article, Place};
use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

/// Gives an article its address and id, or says why it cannot have one.
pub(super) fn settle(
    parsed: Arc<Parsed>,
    topics: Vec<usize>,
    first_topic: Option<&Slug>,
    source: Option<usize>,
    config: &Config,
    zone: &Zone,
) -> Result<Resident, Box<Diagnostic>> {
    let article = &parsed.article;
    let url = address::article(article, first_topic, config, zone)?;
    let output = url.output().map_err(|error| {
        Box::new(
            Diagnostic::new(Code::BadName, format!("the address `{url}` cannot be used: {error}"))
                .at(Label::file(article.path.clone(), "")),
        )
    })?;
    let id = match article.place {
        Place::Post => feed_id(article, config, zone),
        Place::Page | Place::Topic | Place::Home => String::new(),
    };
    Ok(Resident {
        parsed: parsed.clone(),
        url,
        output,
        id,
        topics,
        source,
        headline: OnceLock::new(),
        ids: OnceLock::new(),
    })
}

/// The id of a post in feeds: what the author wrote, else a `tag:` URI of its day and first slug, so that it survives
/// another slug, domain or scheme. The first alias is taken to be the oldest.
fn feed_id(article: &Article, config: &Config, zone: &Zone) -> String {
    let front = &article.front;
    if let Some(id) = &front.id {
        return id.clone();
    }
    let oldest = front.aliases.first().and_then(|alias| {
        let path = alias.url.as_str().trim_end_matches('/');
        let name = path.rsplit('/').next().filter(|name| !name.is_empty())?;
        Some(name.strip_suffix(".html").unwrap_or(name).to_owned())
    });
    let slug = oldest.unwrap_or_else(|| front.slug.to_string());
    let day = front.date.map(|date| date.date(zone).to_string()).unwrap_or_default();
    format!("tag:{},{day}:{slug}", authority(config))
}

/// The authority of `tag:` ids.
pub(super) fn authority(config: &Config) -> &str {
    config.feeds.authority.as_deref().unwrap_or(&config.base_url.host)
}

/// Ids that two posts share.
pub(super) fn check_ids(residents: &[Resident], diagnostics: &mut Vec<Diagnostic>) {
    let mut seen: BTreeMap<&str, &Resident> = BTreeMap::new();
    for resident in residents.iter().filter(|resident| !resident.id.is_empty()) {
        if let Some(other) = seen.insert(&resident.id, resident)
            && other.output != resident.output
        {
            diagnostics.push(
                Diagnostic::new(Code::Duplicate, format!("two posts have the feed id `{}`", resident.id))
                    .at(Label::file(resident.article().path.clone(), ""))
                    .related(Label::file(other.article().path.clone(), "the other"))
                    .help("give one of them an `id` of its own"),
            );
        }
    }
}
