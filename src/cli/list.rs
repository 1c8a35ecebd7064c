//! `manchette list`: articles by their state.

use super::args::{Format, Global, Listing};
use super::{say, site};
use crate::content::{Article, Place};
use crate::site::{Hidden, Selection};
use serde::Serialize;

/// An article, a line.
#[derive(Serialize)]
struct Row<'a> {
    path: &'a str,
    title: &'a str,
    date: Option<String>,
    expires: Option<String>,
    url: String,
    topics: Vec<&'a str>,
    source: Option<&'a str>,
}

/// Lists articles.
pub(super) fn run(what: Listing, global: &Global) -> bool {
    let Some(place) = site::open(global) else { return false };
    // Everything is taken in, so that what is not published has an address too.
    let mut request = place.request(global);
    (request.drafts, request.future, request.expired) = (true, true, true);
    let Some(survey) = place.survey(&request, global) else { return false };
    let now = survey.now;
    let usual = Selection { drafts: global.drafts, future: global.future, expired: global.expired, now };
    let strict = Selection { drafts: false, future: false, expired: false, now };
    let config = survey.site.config();
    for (article, url, _) in survey.site.articles() {
        if is_listed(what, article, &usual, &strict) {
            say::line(&shown(article, &config.base_url.href(url), survey.site.zone(), global));
        }
    }
    true
}

fn is_listed(what: Listing, article: &Article, usual: &Selection, strict: &Selection) -> bool {
    match what {
        Listing::Posts => article.place == Place::Post && usual.hides(article).is_none(),
        Listing::Pages => article.place == Place::Page && usual.hides(article).is_none(),
        Listing::Drafts => article.front.draft,
        Listing::Future => matches!(Selection { drafts: true, ..*strict }.hides(article), Some(Hidden::Future(_))),
        Listing::Expired => {
            matches!(Selection { drafts: true, future: true, ..*strict }.hides(article), Some(Hidden::Expired(_)))
        }
    }
}

fn shown(article: &Article, url: &str, zone: &crate::base::Zone, global: &Global) -> String {
    let front = &article.front;
    let date = front.date.map(|date| date.rfc3339(zone));
    match global.format {
        Format::Json => {
            let row = Row {
                path: article.path.as_str(),
                title: &front.title,
                date,
                expires: front.expires.map(|date| date.rfc3339(zone)),
                url: url.to_owned(),
                topics: front.tags.iter().map(|tag| tag.text.as_str()).collect(),
                source: front.source.as_ref().and_then(|source| source.name.as_deref().or(source.url.as_deref())),
            };
            super::say::as_json(&row)
        }
        Format::Text => {
            let date = date.as_deref().map_or("          ", |date| &date[..10]);
            super::visible::on_a_line(&format!("{date}  {}  {}", article.path, front.title)).into_owned()
        }
    }
}
