//! JSON Feed 1.1.
//!
//! `url` is our page, `external_url` the report it stands on: what the format was given that field for.

use super::xml::legal;
use crate::base::Zone;
use crate::view::feed::{EntryView, FeedView};
use serde::Serialize;
use std::borrow::Cow;

/// The feed as JSON, on one line.
pub fn render(feed: &FeedView, zone: &Zone) -> Vec<u8> {
    let document = Document {
        version: "https://jsonfeed.org/version/1.1",
        title: legal(&feed.title),
        home_page_url: &feed.home_url,
        feed_url: &feed.self_url,
        description: Some(legal(&feed.description)).filter(|text| !text.is_empty()),
        language: &feed.language,
        items: feed.entries.iter().map(|entry| item(entry, zone)).collect(),
    };
    // Text and lists always have a JSON form.
    let mut bytes = serde_json::to_vec(&document).unwrap_or_default();
    bytes.push(b'\n');
    bytes
}

#[derive(Serialize)]
struct Document<'a> {
    version: &'a str,
    title: Cow<'a, str>,
    home_page_url: &'a str,
    feed_url: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<Cow<'a, str>>,
    language: &'a str,
    items: Vec<Item<'a>>,
}

#[derive(Serialize)]
struct Item<'a> {
    id: &'a str,
    url: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    external_url: Option<&'a str>,
    title: Cow<'a, str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    content_html: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    content_text: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    summary: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    image: Option<&'a str>,
    date_published: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    date_modified: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    authors: Vec<Author<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tags: Vec<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<&'a str>,
}

#[derive(Serialize)]
struct Author<'a> {
    name: Cow<'a, str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'a str>,
}

fn item<'a>(entry: &'a EntryView, zone: &Zone) -> Item<'a> {
    let summary = Some(legal(&entry.summary)).filter(|text| !text.is_empty());
    // An item must have content of one kind; its title is the last resort.
    let content_text = match entry.content {
        Some(_) => None,
        None => Some(summary.clone().unwrap_or_else(|| legal(&entry.title))),
    };
    Item {
        id: &entry.id,
        url: &entry.url,
        external_url: entry.source.as_ref().and_then(|(_, report)| report.as_deref()),
        title: legal(&entry.title),
        content_html: entry.content.as_deref().map(legal),
        content_text,
        summary,
        image: entry.image.as_deref(),
        date_published: entry.published.rfc3339(zone),
        date_modified: (entry.updated.instant != entry.published.instant).then(|| entry.updated.rfc3339(zone)),
        authors: entry.authors.iter().map(|(name, url)| Author { name: legal(name), url: url.as_deref() }).collect(),
        tags: entry.topics.iter().map(|topic| legal(topic)).collect(),
        language: entry.lang.as_deref(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;
    use std::sync::Arc;

    const GOLDEN: &str = concat!(
        r#"{"version":"https://jsonfeed.org/version/1.1","title":"La Manchette","home_page_url":"https://example.org/actu/","#,
        r#""feed_url":"https://example.org/actu/feed.xml","description":"La tech, d'un coup d'œil","language":"fr","items":["#,
        r#"{"id":"tag:example.org,2025-06-19:meta","url":"https://example.org/actu/2025/06/meta/","#,
        r#""external_url":"https://www.wsj.com/a?b=1&c=2","title":"Meta & l'IA débauchent","#,
        r#""content_html":"<p>Des millions &lt; des milliards.</p>\n","summary":"Des millions < des milliards.","#,
        r#""image":"https://example.org/actu/2025/06/meta/courbe.png","date_published":"2025-06-19T09:30:00+02:00","#,
        r#""date_modified":"2025-06-20T08:00:00+02:00","authors":[{"name":"Claire","url":"https://example.org/actu/claire/"}],"#,
        r#""tags":["Meta AI"]},"#,
        r#"{"id":"tag:example.org,2025-06-18:short","url":"https://example.org/actu/2025/06/short/","title":"Short","#,
        r#""content_text":"Short","date_published":"2025-06-18T00:00:00+02:00","language":"en"}]}"#,
        "\n"
    );

    #[test]
    fn a_small_feed_is_written_so() {
        assert_eq!(String::from_utf8(render(&samples::feed(), &samples::zone())).unwrap(), GOLDEN);
    }

    #[test]
    fn another_parser_reads_what_was_meant() {
        for (feed, mut meant) in [(samples::feed(), samples::feed()), (samples::hostile(), samples::hostile_as_read())]
        {
            let bytes = render(&feed, &samples::zone());
            let read = feed_rs::parser::parse(bytes.as_slice()).unwrap();
            // The parser wants content, which the short entry lends from its title.
            meant.entries.iter_mut().map(Arc::make_mut).filter(|entry| entry.content.is_none()).for_each(|entry| {
                entry.content = Some(entry.title.clone());
            });
            meant.id = read.id.clone();
            samples::assert_same_feed(&read, &meant);
            let json: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
            for (item, meant) in json["items"].as_array().unwrap().iter().zip(&meant.entries) {
                let report = meant.source.as_ref().and_then(|(_, url)| url.as_deref());
                assert_eq!(item["external_url"].as_str(), report);
                assert_eq!(item["summary"].as_str().unwrap_or(""), meant.summary);
            }
        }
    }

    #[test]
    fn an_empty_feed_is_a_feed() {
        let read = feed_rs::parser::parse(render(&samples::empty(), &samples::zone()).as_slice()).unwrap();
        assert_eq!(read.entries.len(), 0);
    }

    #[test]
    fn a_summary_stands_in_for_the_text() {
        let mut feed = samples::feed();
        Arc::make_mut(&mut feed.entries[0]).content = None;
        let json: serde_json::Value = serde_json::from_slice(&render(&feed, &samples::zone())).unwrap();
        assert_eq!(json["items"][0]["content_text"], "Des millions < des milliards.");
        assert!(json["items"][0].get("content_html").is_none());
    }
}
