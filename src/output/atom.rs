//! Atom feeds (RFC 4287).
//!
//! The link of an entry is our page; the report it stands on is `rel="related"`. Dates come from the posts alone, so a
//! feed changes only when they do.

use super::xml::{Xml, document};
use crate::base::{When, Zone};
use crate::view::feed::{EntryView, FeedView};

/// `updated` is mandatory; a feed that never had an entry was never updated.
const NEVER: &str = "1970-01-01T00:00:00Z";

/// The feed as Atom.
pub fn render(feed: &FeedView, zone: &Zone) -> Vec<u8> {
    document(|xml| {
        let attributes = [("xmlns", "http://www.w3.org/2005/Atom"), ("xml:lang", feed.language.as_str())];
        xml.element("feed", &attributes, |xml| {
            xml.text("id", &[], &feed.id);
            xml.text("title", &[], &feed.title);
            if !feed.description.is_empty() {
                xml.text("subtitle", &[], &feed.description);
            }
            xml.empty("link", &[("rel", "self"), ("type", "application/atom+xml"), ("href", &feed.self_url)]);
            xml.empty("link", &[("rel", "alternate"), ("type", "text/html"), ("href", &feed.home_url)]);
            let latest = feed.updated.or_else(|| feed.entries.iter().map(|entry| entry.updated).max());
            xml.text("updated", &[], &latest.map_or_else(|| NEVER.to_owned(), |when: When| when.rfc3339(zone)));
            xml.text("generator", &[], &feed.generator);
            // Every entry needs an author, its own or the feed's.
            if feed.entries.is_empty() || feed.entries.iter().any(|entry| entry.authors.is_empty()) {
                xml.element("author", &[], |xml| xml.text("name", &[], &feed.publisher));
            }
            for entry in &feed.entries {
                write_entry(xml, entry, zone);
            }
        });
    })
}

fn write_entry(xml: &mut Xml, entry: &EntryView, zone: &Zone) {
    let language: Vec<(&str, &str)> = entry.lang.iter().map(|lang| ("xml:lang", lang.as_str())).collect();
    xml.element("entry", &language, |xml| {
        xml.text("id", &[], &entry.id);
        xml.text("title", &[], &entry.title);
        xml.empty("link", &[("rel", "alternate"), ("type", "text/html"), ("href", &entry.url)]);
        if let Some((name, Some(report))) = &entry.source {
            xml.empty("link", &[("rel", "related"), ("title", name), ("href", report)]);
        }
        xml.text("published", &[], &entry.published.rfc3339(zone));
        xml.text("updated", &[], &entry.updated.rfc3339(zone));
        for (name, url) in &entry.authors {
            xml.element("author", &[], |xml| {
                xml.text("name", &[], name);
                if let Some(url) = url {
                    xml.text("uri", &[], url);
                }
            });
        }
        for topic in &entry.topics {
            xml.empty("category", &[("term", topic)]);
        }
        if !entry.summary.is_empty() {
            xml.text("summary", &[("type", "text")], &entry.summary);
        }
        if let Some(content) = &entry.content {
            xml.text("content", &[("type", "html")], content);
        }
    });
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;

    const GOLDEN: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="fr">
  <id>tag:example.org,2025:feed</id>
  <title>La Manchette</title>
  <subtitle>La tech, d'un coup d'œil</subtitle>
  <link rel="self" type="application/atom+xml" href="https://example.org/actu/feed.xml"/>
  <link rel="alternate" type="text/html" href="https://example.org/actu/"/>
  <updated>2025-06-20T08:00:00+02:00</updated>
  <generator>manchette 0.1.0</generator>
  <author>
    <name>La Manchette</name>
  </author>
  <entry>
    <id>tag:example.org,2025-06-19:meta</id>
    <title>Meta &amp; l'IA débauchent</title>
    <link rel="alternate" type="text/html" href="https://example.org/actu/2025/06/meta/"/>
    <link rel="related" title="WSJ" href="https://www.wsj.com/a?b=1&amp;c=2"/>
    <published>2025-06-19T09:30:00+02:00</published>
    <updated>2025-06-20T08:00:00+02:00</updated>
    <author>
      <name>Claire</name>
      <uri>https://example.org/actu/claire/</uri>
    </author>
    <category term="Meta AI"/>
    <summary type="text">Des millions &lt; des milliards.</summary>
    <content type="html">&lt;p&gt;Des millions &amp;lt; des milliards.&lt;/p&gt;
</content>
  </entry>
  <entry xml:lang="en">
    <id>tag:example.org,2025-06-18:short</id>
    <title>Short</title>
    <link rel="alternate" type="text/html" href="https://example.org/actu/2025/06/short/"/>
    <published>2025-06-18T00:00:00+02:00</published>
    <updated>2025-06-18T00:00:00+02:00</updated>
  </entry>
</feed>
"#;

    #[test]
    fn a_small_feed_is_written_so() {
        assert_eq!(String::from_utf8(render(&samples::feed(), &samples::zone())).unwrap(), GOLDEN);
    }

    #[test]
    fn another_parser_reads_what_was_meant() {
        for (feed, meant) in [(samples::feed(), samples::feed()), (samples::hostile(), samples::hostile_as_read())] {
            let read = feed_rs::parser::parse(render(&feed, &samples::zone()).as_slice()).unwrap();
            samples::assert_same_feed(&read, &meant);
            assert_eq!(read.links[0].href, meant.self_url);
            assert_eq!(read.language.as_deref(), Some(meant.language.as_str()));
            for (read, meant) in read.entries.iter().zip(&meant.entries) {
                assert_eq!(read.published.unwrap().timestamp(), meant.published.instant.as_second());
                assert_eq!(read.updated.unwrap().timestamp(), meant.updated.instant.as_second());
                let related = read.links.iter().find(|link| link.rel.as_deref() == Some("related"));
                let report = meant.source.as_ref().and_then(|(name, url)| Some((name.clone(), url.clone()?)));
                assert_eq!(related.map(|link| (link.title.clone().unwrap(), link.href.clone())), report);
                let authors: Vec<_> =
                    read.authors.iter().map(|author| (author.name.clone().unwrap(), author.uri.clone())).collect();
                assert_eq!(authors, meant.authors);
                assert_eq!(read.summary.as_ref().map_or("", |text| text.content.as_str()), meant.summary);
            }
        }
    }

    #[test]
    fn an_empty_feed_has_a_constant_date_and_an_author() {
        let bytes = render(&samples::empty(), &samples::zone());
        let read = feed_rs::parser::parse(bytes.as_slice()).unwrap();
        assert_eq!(read.updated.unwrap().timestamp(), 0);
        assert_eq!((read.authors[0].name.as_deref(), read.entries.len()), (Some("La Manchette"), 0));
        assert!(!String::from_utf8(bytes).unwrap().contains("subtitle"));
    }

    #[test]
    fn equal_feeds_are_equal_bytes() {
        assert_eq!(render(&samples::hostile(), &samples::zone()), render(&samples::hostile(), &samples::zone()));
    }
}
