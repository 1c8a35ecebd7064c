//! The page of addresses that lead nowhere.

use super::contract::view;
use super::headline::Desk;
use super::parts::{Common, HeadlineView};
use super::structured;
use super::topic::TopicSummaryView;
use super::trail::trail;
use crate::base::UrlPath;
use crate::site::List;
use crate::site::query::{NewestOf, TopTopics};
use crate::theme::Ready;

view! {
    /// `404.html`, the page of addresses that lead nowhere.
    pub struct NotFoundPage {
        /// What every page has.
        #[flat]
        pub common: Common,
        /// The newest posts.
        pub posts: Vec<HeadlineView> as Vec<Ready<HeadlineView>>,
        /// The topics with the most posts, at most 24.
        pub topics: Vec<TopicSummaryView>,
    }
}

/// Builds the page of addresses that lead nowhere.
pub fn build(desk: &Desk<'_>, title: String) -> NotFoundPage {
    let url = UrlPath::root().join("404.html");
    NotFoundPage {
        common: structured::silent(desk, desk.common("404", &url, title), &trail(desk, &desk.about.language, &[])),
        posts: desk.headlines(&desk.reader.ask(NewestOf { list: List::All, limit: 10 })),
        topics: desk.topic_summaries(&desk.reader.ask(TopTopics { limit: 24 })),
    }
}
