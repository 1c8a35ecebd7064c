//! The sitemap of news (<https://developers.google.com/search/docs/crawling-indexing/sitemaps/news-sitemap>, 0.9): the
//! posts of the last two days.
//!
//! Never decides what is news: the site does, by the moment of the build. A site without news has an empty one, which is
//! as it should be: its address stays.

use super::xml::{Xml, document};

/// Its name.
pub const FILE: &str = "sitemap-news.xml";

/// How many items one may hold.
pub const MAX_ITEMS: usize = 1000;

const NAMESPACES: &[(&str, &str)] = &[
    ("xmlns", "http://www.sitemaps.org/schemas/sitemap/0.9"),
    ("xmlns:news", "http://www.google.com/schemas/sitemap-news/0.9"),
];

/// A post.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// The address, absolute.
    pub loc: String,
    /// The name of the site.
    pub publication: String,
    /// As `language` gives it.
    pub language: String,
    /// RFC 3339, or a day.
    pub date: String,
    /// The headline.
    pub title: String,
}

/// The sitemap of these posts, at most `MAX_ITEMS`.
pub fn render(items: &[Item]) -> Vec<u8> {
    document(|xml| xml.element("urlset", NAMESPACES, |xml| items.iter().for_each(|item| write(xml, item))))
}

fn write(xml: &mut Xml, item: &Item) {
    xml.element("url", &[], |xml| {
        xml.text("loc", &[], &item.loc);
        xml.element("news:news", &[], |xml| {
            xml.element("news:publication", &[], |xml| {
                xml.text("news:name", &[], &item.publication);
                xml.text("news:language", &[], &item.language);
            });
            xml.text("news:publication_date", &[], &item.date);
            xml.text("news:title", &[], &item.title);
        });
    });
}

/// The language of a BCP 47 tag as a news sitemap writes it: by ISO 639 alone, but for Chinese, which is told apart by
/// its script.
pub fn language(tag: &str) -> String {
    let tag = tag.to_ascii_lowercase();
    let mut parts = tag.split(['-', '_']);
    match parts.next() {
        Some("zh") if parts.any(|part| ["hant", "tw", "hk", "mo"].contains(&part)) => "zh-tw".to_owned(),
        Some("zh") => "zh-cn".to_owned(),
        Some(language) => language.to_owned(),
        None => tag,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_are_those_of_iso_639() {
        let tags = ["fr", "fr-CA", "EN-gb", "zh", "zh-Hant", "zh-TW", "zh-Hans-CN"];
        assert_eq!(tags.map(language), ["fr", "fr", "en", "zh-cn", "zh-tw", "zh-tw", "zh-cn"]);
    }

    #[test]
    fn hostile_titles_stay_text() {
        let item = Item {
            loc: "https://example.org/a/".into(),
            publication: "A & B".into(),
            language: "fr".into(),
            date: "2025-06-19T09:30:00+02:00".into(),
            title: "</news:title>]]><x>".into(),
        };
        let text = String::from_utf8(render(&[item])).unwrap();
        assert!(text.contains("<news:title>&lt;/news:title&gt;]]&gt;&lt;x&gt;</news:title>"), "{text}");
        assert!(text.contains("<news:name>A &amp; B</news:name>"), "{text}");
    }
}
