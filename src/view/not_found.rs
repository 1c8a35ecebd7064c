//! The page of addresses that lead nowhere.

use super::contract::view;
use super::parts::{Common, HeadlineView, TopicLinkView};

view! {
    /// `404.html`, the page of addresses that lead nowhere.
    pub struct NotFoundPage {
        /// What every page has.
        #[serde(flatten)]
        pub common: Common,
        /// The newest posts.
        pub posts: Vec<HeadlineView>,
        /// Topics, most posts first.
        pub topics: Vec<TopicLinkView>,
    }
}
