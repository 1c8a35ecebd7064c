//! Who publishes the site: `NewsMediaOrganization`.

use super::super::headline::Desk;
use super::nodes::Reference;
use super::picture::Image;
use crate::base::UrlPath;
use serde::Serialize;

/// The files that may be a logo, the best first.
const LOGOS: &[&str] = &["logo.svg", "logo.png", "icon-512.png", "icon-192.png", "icon.svg", "favicon.svg"];

/// The publisher: known by the site's name.
#[derive(Serialize)]
pub(super) struct Publisher {
    #[serde(rename = "@type")]
    kind: &'static str,
    #[serde(rename = "@id")]
    id: String,
    name: String,
    url: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    logo: Option<Image>,
}

impl Publisher {
    pub(super) fn of(desk: &Desk<'_>) -> Publisher {
        let logo = LOGOS.iter().find_map(|name| desk.about.icons.iter().find(|icon| icon.file == *name));
        Publisher {
            kind: "NewsMediaOrganization",
            id: Publisher::reference(desk).id,
            name: desk.about.title.clone(),
            url: desk.absolute(&UrlPath::root()),
            logo: logo.map(|icon| Image::logo(desk.absolute(&UrlPath::root().join(&icon.file)), icon.size)),
        }
    }

    /// The publisher in the place of authors.
    pub(super) fn as_author(desk: &Desk<'_>) -> Publisher {
        Publisher { logo: None, ..Publisher::of(desk) }
    }

    /// The publisher, for those whose node stands beside it.
    pub(super) fn reference(desk: &Desk<'_>) -> Reference {
        Reference { id: format!("{}#publisher", desk.absolute(&UrlPath::root())) }
    }
}
