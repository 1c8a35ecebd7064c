//! A topic, and the index of topics.

use super::contract::view;
use super::parts::{Common, DateView, HeadlineView, PagerView, TopicLinkView};
use crate::theme::Html;

view! {
    /// A topic: `topic.html`.
    pub struct TopicPage {
        /// What every page has; `page.title` is the topic's.
        #[serde(flatten)]
        pub common: Common,
        /// The slug of the topic.
        pub slug: String,
        /// The text of `content/topics/<slug>.md`; may be empty.
        pub intro: Html,
        /// How many posts the topic holds.
        pub count: usize,
        /// Posts of this page, newest first.
        pub posts: Vec<HeadlineView>,
        /// Where this page stands, when there are several.
        pub pager: Option<PagerView>,
        /// Topics that share the most posts with this one, at most 6.
        pub neighbours: Vec<TopicLinkView>,
    }
}

view! {
    /// The index of topics: `topics.html`.
    pub struct TopicsPage {
        /// What every page has.
        #[serde(flatten)]
        pub common: Common,
        /// All topics, by title.
        pub topics: Vec<TopicSummaryView>,
    }
}

view! {
    /// A topic in the index.
    pub struct TopicSummaryView {
        /// Its title.
        pub title: String,
        /// Its slug.
        pub slug: String,
        /// Its page.
        pub url: String,
        /// What it is about; may be empty.
        pub description: String,
        /// How many posts it holds.
        pub count: usize,
        /// When its newest post appeared.
        pub latest: Option<DateView>,
    }
}
