//! The site, as every page sees it.

use super::headline::Desk;
use super::parts::{LinkView, SiteView};
use crate::base::UrlPath;

/// What writes our pages and feeds.
pub const GENERATOR: &str = concat!("manchette ", env!("CARGO_PKG_VERSION"));

/// The file of the web app manifest.
pub const WEB_MANIFEST: &str = "site.webmanifest";

/// Builds the view of the site; the same for every page, so one will do for a build.
pub fn build(desk: &Desk<'_>, options: &serde_json::Map<String, serde_json::Value>) -> SiteView {
    let about = &desk.about;
    let menu: Vec<LinkView> =
        about.menu.iter().map(|(title, url)| LinkView { title: title.clone(), url: menu_href(desk, url) }).collect();
    let pages = about
        .pages
        .iter()
        .map(|(title, url)| LinkView { title: title.clone(), url: desk.href(url) })
        .filter(|page| !menu.iter().any(|entry| entry.url == page.url))
        .collect();
    SiteView {
        title: about.title.clone(),
        description: about.description.clone(),
        language: about.language.clone(),
        url: desk.href(&UrlPath::root()),
        base_url: about.base_url.text.clone(),
        pages,
        menu,
        feeds: desk.feeds(&about.title, &UrlPath::root()),
        topics_url: about.topics.as_ref().map(|url| desk.href(url)),
        sources_url: about.sources.as_ref().map(|url| desk.href(url)),
        archive_url: about.archive.as_ref().map(|url| desk.href(url)),
        webmanifest_url: Some(desk.href(&UrlPath::root().join(WEB_MANIFEST))),
        extra: serde_json::Value::Object(about.extra.0.clone()),
        options: serde_json::Value::Object(options.clone()),
        generator: GENERATOR.to_owned(),
    }
}

/// A menu entry is a path of the site or a whole address.
fn menu_href(desk: &Desk<'_>, url: &str) -> String {
    match url.starts_with('/') {
        true => format!("{}{url}", desk.about.base_url.path),
        false => url.to_owned(),
    }
}
