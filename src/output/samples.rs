//! Feeds for the tests of this room.

use crate::base::calendar::read_date;
use crate::base::{When, Zone};
use crate::view::feed::{EntryView, FeedView};
use std::sync::Arc;

pub(super) fn zone() -> Zone {
    Zone::named("Europe/Paris").unwrap()
}

fn when(text: &str) -> When {
    read_date(text, &zone()).unwrap().when
}

/// A feed with one entry that has everything and one that has little.
pub(super) fn feed() -> FeedView {
    let full = EntryView {
        id: "tag:example.org,2025-06-19:meta".into(),
        url: "https://example.org/actu/2025/06/meta/".into(),
        title: "Meta & l'IA débauchent".into(),
        lang: None,
        published: when("2025-06-19T09:30:00"),
        updated: when("2025-06-20T08:00:00"),
        authors: vec![("Claire".into(), Some("https://example.org/actu/claire/".into()))],
        topics: vec!["Meta AI".into()],
        summary: "Des millions < des milliards.".into(),
        content: Some("<p>Des millions &lt; des milliards.</p>\n".into()),
        source: Some(("WSJ".into(), Some("https://www.wsj.com/a?b=1&c=2".into()))),
        image: Some("https://example.org/actu/2025/06/meta/courbe.png".into()),
    };
    let short = EntryView {
        id: "tag:example.org,2025-06-18:short".into(),
        url: "https://example.org/actu/2025/06/short/".into(),
        title: "Short".into(),
        lang: Some("en".into()),
        published: when("2025-06-18"),
        updated: when("2025-06-18"),
        authors: Vec::new(),
        topics: Vec::new(),
        summary: String::new(),
        content: None,
        source: None,
        image: None,
    };
    FeedView {
        title: "La Manchette".into(),
        description: "La tech, d'un coup d'œil".into(),
        language: "fr".into(),
        home_url: "https://example.org/actu/".into(),
        self_url: "https://example.org/actu/feed.xml".into(),
        id: "tag:example.org,2025:feed".into(),
        updated: Some(when("2025-06-20T08:00:00")),
        generator: "manchette 0.1.0".into(),
        publisher: "La Manchette".into(),
        entries: vec![full.into(), short.into()],
    }
}

/// A feed without entries or description.
pub(super) fn empty() -> FeedView {
    FeedView { description: String::new(), updated: None, entries: Vec::new(), ..feed() }
}

/// All that a feed must survive, in every field that authors write.
pub(super) fn hostile() -> FeedView {
    let controls: String = ('\u{0}'..='\u{1F}').filter(|c| !c.is_whitespace()).collect();
    with_text(&format!("a ]]> & &amp; <script>alert('1')</script> \"q\" {controls}\u{FFFE}\u{FFFF}🚀 z"))
}

/// The same, as a reader must see it.
pub(super) fn hostile_as_read() -> FeedView {
    with_text("a ]]> & &amp; <script>alert('1')</script> \"q\" 🚀 z")
}

fn with_text(text: &str) -> FeedView {
    let mut feed = feed();
    feed.title = text.to_owned();
    feed.description = text.to_owned();
    feed.entries.truncate(1);
    for entry in feed.entries.iter_mut().map(Arc::make_mut) {
        entry.title = text.to_owned();
        entry.summary = text.to_owned();
        entry.content = Some(text.to_owned());
        entry.topics = vec![text.to_owned()];
        entry.authors = vec![(text.to_owned(), None)];
        entry.source = Some((text.to_owned(), Some("https://example.com/".to_owned())));
    }
    feed
}

/// Compares what a parser read with what was meant, where the three formats agree.
pub(super) fn assert_same_feed(read: &feed_rs::model::Feed, meant: &FeedView) {
    assert_eq!(read.title.as_ref().unwrap().content, meant.title);
    assert_eq!(read.description.as_ref().unwrap().content, meant.description);
    assert!(read.links.iter().any(|link| link.href == meant.home_url));
    assert_eq!(read.entries.len(), meant.entries.len());
    for (read, meant) in read.entries.iter().zip(&meant.entries) {
        assert_eq!(read.id, meant.id);
        assert_eq!(read.title.as_ref().unwrap().content, meant.title);
        assert!(read.links.iter().any(|link| link.href == meant.url));
        assert_eq!(
            read.categories.iter().map(|category| &category.term).collect::<Vec<_>>(),
            meant.topics.iter().collect::<Vec<_>>()
        );
        let content = read.content.as_ref().and_then(|content| content.body.as_deref());
        assert_eq!(content.map(str::trim), meant.content.as_deref().map(str::trim));
    }
}
