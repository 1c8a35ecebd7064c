//! What several kinds of pages show: the site, headlines, links, dates, pictures.

use super::contract::view;
use crate::theme::{Html, Ready};

view! {
    /// The site, the same on every page: `site`.
    pub struct SiteView {
        /// The name of the site.
        pub title: String,
        /// What it is, in a sentence; may be empty.
        pub description: String,
        /// BCP 47 tag of its language.
        pub language: String,
        /// Address of the home page, for a link.
        pub url: String,
        /// `base_url` of site.toml, without a final slash.
        pub base_url: String,
        /// The menu of site.toml, in order.
        pub menu: Vec<LinkView>,
        /// Pages outside the stream, by weight, then title (without those that are in the menu).
        pub pages: Vec<LinkView>,
        /// The site's feeds.
        pub feeds: Vec<FeedLinkView>,
        /// The index of topics, unless that page kind is off.
        pub topics_url: Option<String>,
        /// The index of sources, unless that page kind is off.
        pub sources_url: Option<String>,
        /// The archive, unless that page kind is off.
        pub archive_url: Option<String>,
        /// The web app manifest, for `rel=manifest`.
        pub webmanifest_url: Option<String>,
        /// `[extra]` of site.toml.
        pub extra: serde_json::Value,
        /// The theme's options with the site's choices.
        pub options: serde_json::Value,
        /// `manchette` and its version.
        pub generator: String,
    }
}

view! {
    /// What every page has, whatever its kind: fields of `page`.
    pub struct Common {
        /// `home`, `post`, `page`, `topic`, `topics`, `source`, `sources`, `archive` or `404`.
        pub kind: &'static str,
        /// Address of this page, for a link.
        pub url: String,
        /// Its whole address, for `rel=canonical`.
        pub canonical: String,
        /// Its title, without the site's; empty for the indexes and the archive, which the theme names in its language.
        pub title: String,
        /// What it is about, plain text for `meta`; may be empty.
        pub description: String,
        /// BCP 47 tag of its language.
        pub language: String,
        /// The same with a region, as `og:locale` wants it: `fr_FR`, the likeliest where the tag names none; may be empty.
        pub locale: String,
        /// Feeds of this page besides the site's (a topic's, a source's).
        pub feeds: Vec<FeedLinkView>,
        /// The pages above it, from the front page down to its parent; the page itself is not among them.
        pub breadcrumbs: Vec<LinkView>,
        /// What it says in JSON-LD: a finished `<script>` for the head; may be empty.
        pub structured_data: Html,
    }
}

view! {
    /// A link.
    pub struct LinkView {
        /// Its text.
        pub title: String,
        /// Where it leads.
        pub url: String,
    }
}

view! {
    /// A feed.
    pub struct FeedLinkView {
        /// `Atom`, `RSS` or `JSON Feed`.
        pub name: &'static str,
        /// What the feed holds: the site's, topic's or source's name.
        pub title: String,
        /// Its MIME type.
        pub mime: &'static str,
        /// Its address.
        pub url: String,
    }
}

view! {
    /// A date.
    pub struct DateView {
        /// RFC 3339 with the site's offset, for `<time datetime>` and the `date` filter.
        pub iso: String,
        /// Whether its author gave a time of day.
        pub has_time: bool,
    }
}

view! {
    /// A post as lists show it.
    pub struct HeadlineView {
        /// Its address.
        pub url: String,
        /// Its headline.
        pub title: String,
        /// Publication.
        pub date: DateView,
        /// The latest update or correction.
        pub updated: Option<DateView>,
        /// Its language, when it is not the site's.
        pub lang: Option<String>,
        /// The chapô as plain text; may be empty.
        pub summary: String,
        /// The chapô, or what stands before `<!-- more -->`, as HTML blocks; may be empty.
        pub excerpt: Html,
        /// Who reported first.
        pub source: Option<CitationView>,
        /// Its topics, as the author ordered them.
        pub topics: Vec<TopicLinkView> as Vec<Ready<TopicLinkView>>,
        /// Its authors.
        pub authors: Vec<AuthorView>,
        /// Its lead picture.
        pub image: Option<PictureView>,
        /// Minutes to read it, at least 1.
        pub reading_minutes: u32,
        /// Whether it is a draft (only under `--drafts`).
        pub draft: bool,
    }
}

view! {
    /// A topic as others link to it.
    pub struct TopicLinkView {
        /// Its title.
        pub title: String,
        /// Its slug.
        pub slug: String,
        /// Its page, unless topic pages are off.
        pub url: Option<String>,
    }
}

view! {
    /// Who reported first.
    pub struct CitationView {
        /// The name of the source, as readers see it.
        pub name: String,
        /// The report, or the source's home page.
        pub url: Option<String>,
        /// The source's page on this site, unless source pages are off.
        pub page: Option<String>,
        /// Who wrote the report.
        pub author: Option<String>,
        /// Its headline.
        pub title: Option<String>,
        /// When it appeared.
        pub date: Option<DateView>,
        /// Its language, when it is not the site's.
        pub lang: Option<String>,
        /// Whether readers must pay there.
        pub paywall: bool,
        /// Who pointed us to it.
        pub via: Option<ViaView>,
    }
}

view! {
    /// Who pointed us to the source.
    pub struct ViaView {
        /// Their name.
        pub name: String,
        /// Where they did, or their home page.
        pub url: Option<String>,
        /// Their page on this site, when they are a source here too.
        pub page: Option<String>,
    }
}

view! {
    /// An author.
    pub struct AuthorView {
        /// Their id, or the name as written when site.toml does not have them.
        pub id: String,
        /// Their name.
        pub name: String,
        /// Their page.
        pub url: Option<String>,
        /// What they do.
        pub bio: Option<String>,
    }
}

view! {
    /// A lead picture.
    pub struct PictureView {
        /// Its address.
        pub url: String,
        /// Its whole address, for cards.
        pub absolute: String,
        /// What it shows.
        pub alt: String,
        /// What is said below it.
        pub caption: Option<String>,
        /// Who made it.
        pub credit: Option<String>,
        /// How wide it is in pixels; nothing where that cannot be told: a picture elsewhere, a drawing without a size.
        pub width: Option<u32>,
        /// How high it is.
        pub height: Option<u32>,
    }
}

view! {
    /// Where a numbered list stands. Pages count from the oldest, so that a full page never changes; the list's own
    /// address shows the newest.
    pub struct PagerView {
        /// The number of this page, 1 is the oldest.
        pub number: usize,
        /// Whether this is the list's own address.
        pub is_newest: bool,
        /// The page with newer posts.
        pub newer: Option<String>,
        /// The page with older posts.
        pub older: Option<String>,
    }
}

view! {
    /// A heading of the table of contents.
    pub struct HeadingView {
        /// Its text.
        pub title: String,
        /// Its address on the page: `#…`.
        pub url: String,
        /// The headings below it.
        pub children: Vec<HeadingView>,
    }
}

view! {
    /// An update or a correction.
    pub struct NoteView {
        /// When it was added.
        pub date: DateView,
        /// What it says.
        pub text: Html,
    }
}

view! {
    /// An update or a correction of a post, for those who do not look at the post.
    pub struct UpdateView {
        /// Where the post is.
        pub url: String,
        /// The headline of the post.
        pub title: String,
        /// Its language, when it is not the site's.
        pub lang: Option<String>,
        /// When the note was added.
        pub date: DateView,
        /// What it says.
        pub text: Html,
        /// Whether it repairs an error.
        pub is_correction: bool,
    }
}
