//! A post.

use super::contract::view;
use super::parts::{AuthorView, CitationView, Common, DateView, HeadingView, HeadlineView, LinkView, NoteView, PictureView, TopicLinkView};
use crate::theme::Html;

view! {
    /// A post: `post.html`, or the template that its front matter names.
    pub struct PostPage {
        /// What every page has.
        #[serde(flatten)]
        pub common: Common,
        /// The stable id that its feeds use.
        pub id: String,
        /// Publication.
        pub date: DateView,
        /// The latest update or correction.
        pub updated: Option<DateView>,
        /// Who reported first.
        pub source: Option<CitationView>,
        /// Its topics, as the author ordered them.
        pub topics: Vec<TopicLinkView>,
        /// Its authors.
        pub authors: Vec<AuthorView>,
        /// Its lead picture.
        pub image: Option<PictureView>,
        /// The chapô: the description, else the first paragraph, as inline HTML; may be empty.
        pub lede: Html,
        /// The text after the chapô.
        pub body: Html,
        /// The chapô as plain text; may be empty.
        pub summary: String,
        /// Its headings.
        pub toc: Vec<HeadingView>,
        /// How many words.
        pub words: u32,
        /// Minutes to read it, at least 1.
        pub reading_minutes: u32,
        /// News added later, newest first.
        pub updates: Vec<NoteView>,
        /// Errors repaired, newest first.
        pub corrections: Vec<NoteView>,
        /// The next post in the stream.
        pub newer: Option<LinkView>,
        /// The one before it.
        pub older: Option<LinkView>,
        /// The newest posts in the same topics.
        pub more: Vec<HeadlineView>,
        /// Whether it is a draft (only under `--drafts`).
        pub draft: bool,
        /// `[extra]` of its front matter.
        pub extra: serde_json::Value,
    }
}
