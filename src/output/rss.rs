//! RSS 2.0 feeds, with the whole text in `content:encoded`.
//!
//! The link of an item is our page. There is no `<source>`: by the RSS text it names the *feed* an item was copied
//! from, and a digest copies from none.

use super::xml::{self, Xml, document, legal};
use crate::base::Zone;
use crate::view::feed::{EntryView, FeedView};

/// The feed as RSS.
pub fn render(feed: &FeedView, zone: &Zone) -> Vec<u8> {
    let namespaces = [
        ("version", "2.0"),
        ("xmlns:atom", "http://www.w3.org/2005/Atom"),
        ("xmlns:content", "http://purl.org/rss/1.0/modules/content/"),
        ("xmlns:dc", "http://purl.org/dc/elements/1.1/"),
    ];
    document(|xml| {
        xml.element("rss", &namespaces, |xml| xml.element("channel", &[], |xml| write_channel(xml, feed, zone)))
    })
}

fn write_channel(xml: &mut Xml, feed: &FeedView, zone: &Zone) {
    xml.text("title", &[], &feed.title);
    xml.text("link", &[], &feed.home_url);
    // Mandatory, so a site without a description lends its title.
    let description = if feed.description.is_empty() { &feed.title } else { &feed.description };
    xml.text("description", &[], &html(description));
    xml.text("language", &[], &feed.language);
    if let Some(updated) = feed.updated.or_else(|| feed.entries.iter().map(|entry| entry.updated).max()) {
        xml.text("lastBuildDate", &[], &updated.rfc2822(zone));
    }
    xml.empty("atom:link", &[("rel", "self"), ("type", "application/rss+xml"), ("href", &feed.self_url)]);
    xml.text("generator", &[], &feed.generator);
    for entry in &feed.entries {
        xml.element("item", &[], |xml| write_item(xml, entry, zone));
    }
}

fn write_item(xml: &mut Xml, entry: &EntryView, zone: &Zone) {
    xml.text("title", &[], &entry.title);
    xml.text("link", &[], &entry.url);
    xml.text("guid", &[("isPermaLink", "false")], &entry.id);
    xml.text("pubDate", &[], &entry.published.rfc2822(zone));
    for (name, _) in &entry.authors {
        xml.text("dc:creator", &[], name);
    }
    if let Some(lang) = &entry.lang {
        xml.text("dc:language", &[], lang);
    }
    for topic in &entry.topics {
        xml.text("category", &[], topic);
    }
    if !entry.summary.is_empty() {
        xml.text("description", &[], &html(&entry.summary));
    }
    if let Some(content) = &entry.content {
        xml.text("content:encoded", &[], content);
    }
}

/// Plain text as HTML: that is what readers take a description for, so a bare `<` would vanish with what follows it.
fn html(text: &str) -> String {
    xml::html(&legal(text))
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;

    const GOLDEN: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">
  <channel>
    <title>La Manchette</title>
    <link>https://example.org/actu/</link>
    <description>La tech, d'un coup d'œil</description>
    <language>fr</language>
    <lastBuildDate>Fri, 20 Jun 2025 08:00:00 +0200</lastBuildDate>
    <atom:link rel="self" type="application/rss+xml" href="https://example.org/actu/feed.xml"/>
    <generator>manchette 0.1.0</generator>
    <item>
      <title>Meta &amp; l'IA débauchent</title>
      <link>https://example.org/actu/2025/06/meta/</link>
      <guid isPermaLink="false">tag:example.org,2025-06-19:meta</guid>
      <pubDate>Thu, 19 Jun 2025 09:30:00 +0200</pubDate>
      <dc:creator>Claire</dc:creator>
      <category>Meta AI</category>
      <description>Des millions &amp;lt; des milliards.</description>
      <content:encoded>&lt;p&gt;Des millions &amp;lt; des milliards.&lt;/p&gt;
</content:encoded>
    </item>
    <item>
      <title>Short</title>
      <link>https://example.org/actu/2025/06/short/</link>
      <guid isPermaLink="false">tag:example.org,2025-06-18:short</guid>
      <pubDate>Wed, 18 Jun 2025 00:00:00 +0200</pubDate>
      <dc:language>en</dc:language>
    </item>
  </channel>
</rss>
"#;

    #[test]
    fn a_small_feed_is_written_so() {
        assert_eq!(String::from_utf8(render(&samples::feed(), &samples::zone())).unwrap(), GOLDEN);
    }

    #[test]
    fn another_parser_reads_what_was_meant() {
        for (feed, mut meant) in [(samples::feed(), samples::feed()), (samples::hostile(), samples::hostile_as_read())]
        {
            let read = feed_rs::parser::parse(render(&feed, &samples::zone()).as_slice()).unwrap();
            meant.description = html(&meant.description);
            samples::assert_same_feed(&read, &meant);
            assert_eq!(read.language.as_deref(), Some(meant.language.as_str()));
            for (read, meant) in read.entries.iter().zip(&meant.entries) {
                assert_eq!(read.published.unwrap().timestamp(), meant.published.instant.as_second());
                let authors: Vec<_> = read.authors.iter().map(|author| author.name.as_deref().unwrap()).collect();
                assert_eq!(authors, meant.authors.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>());
                assert_eq!(read.summary.as_ref().map_or("", |text| text.content.as_str()), html(&meant.summary));
            }
        }
    }

    #[test]
    fn an_empty_feed_has_a_description_and_no_date() {
        let text = String::from_utf8(render(&samples::empty(), &samples::zone())).unwrap();
        assert!(feed_rs::parser::parse(text.as_bytes()).is_ok());
        assert!(text.contains("<description>La Manchette</description>") && !text.contains("lastBuildDate"));
    }

    #[test]
    fn equal_feeds_are_equal_bytes() {
        assert_eq!(render(&samples::hostile(), &samples::zone()), render(&samples::hostile(), &samples::zone()));
    }
}
