//! The web app manifest (<https://www.w3.org/TR/appmanifest/>): how the site is called and looks where it is kept as an app.
//!
//! Never names an icon that is not there.

use crate::base::UrlPath;
use crate::pictures::Size;
use crate::site::query::Icon;
use crate::theme::App;
use crate::view::headline::Desk;
use crate::view::locale;
use crate::view::site::WEB_MANIFEST;
use serde::Serialize;

/// Its name.
pub const FILE: &str = WEB_MANIFEST;

/// A name below an icon has room for so many letters.
const SHORT: usize = 12;

/// The drawing that has any size: the first that is there.
const DRAWINGS: &[&str] = &["icon.svg", "favicon.svg"];

/// Pictures that are icons, and whether a system may cut their edges off.
const PICTURES: &[(&str, &str)] =
    &[("icon-192.png", "any"), ("icon-512.png", "any"), ("icon-maskable-512.png", "maskable")];

#[derive(Serialize)]
struct WebManifest<'a> {
    id: &'a str,
    name: &'a str,
    short_name: String,
    #[serde(skip_serializing_if = "str::is_empty")]
    description: &'a str,
    lang: &'a str,
    dir: &'static str,
    start_url: &'a str,
    scope: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    display: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    theme_color: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    background_color: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    icons: Vec<Image>,
}

#[derive(Serialize)]
struct Image {
    src: String,
    sizes: String,
    #[serde(rename = "type")]
    kind: &'static str,
    purpose: &'static str,
}

/// The manifest of a site with a theme.
pub fn render(desk: &Desk<'_>, app: &App) -> Vec<u8> {
    let about = &*desk.about;
    let root = desk.href(&UrlPath::root());
    let manifest = WebManifest {
        id: &root,
        name: &about.title,
        short_name: short(&about.title),
        description: &about.description,
        lang: &about.language,
        dir: locale::direction(&about.language),
        start_url: &root,
        scope: &root,
        display: app.display.as_deref(),
        theme_color: app.theme_color.as_deref(),
        background_color: app.background_color.as_deref(),
        icons: icons(desk),
    };
    // Plain data in memory: writing it cannot fail.
    let mut bytes = serde_json::to_vec_pretty(&manifest).unwrap_or_default();
    bytes.push(b'\n');
    bytes
}

fn icons(desk: &Desk<'_>) -> Vec<Image> {
    let icon = |name: &str| desk.about.icons.iter().find(|icon| icon.file == name);
    let src = |icon: &Icon| desk.href(&UrlPath::root().join(&icon.file));
    let drawing = DRAWINGS.iter().find_map(|name| icon(name)).map(|icon| Image {
        src: src(icon),
        sizes: "any".to_owned(),
        kind: "image/svg+xml",
        purpose: "any",
    });
    let pictures = PICTURES.iter().filter_map(|(name, purpose)| {
        let icon = icon(name)?;
        let Size { width, height } = icon.size?;
        Some(Image { src: src(icon), sizes: format!("{width}x{height}"), kind: "image/png", purpose })
    });
    drawing.into_iter().chain(pictures).collect()
}

/// The first words of a name, as many as there is room for; at least one.
fn short(name: &str) -> String {
    let mut short = String::new();
    for word in name.split_whitespace() {
        let longer = if short.is_empty() { word.to_owned() } else { format!("{short} {word}") };
        if !short.is_empty() && longer.chars().count() > SHORT {
            break;
        }
        short = longer;
    }
    short
}

#[cfg(test)]
mod tests {
    use super::short;

    #[test]
    fn a_short_name_is_made_of_whole_words() {
        let names = ["La Manchette", "Le Journal des puces", "Antikonstitutionell", "  A  B "];
        assert_eq!(names.map(short), ["La Manchette", "Le Journal", "Antikonstitutionell", "A B"]);
    }
}
