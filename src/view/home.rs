//! The front page.

use super::contract::view;
use super::parts::{Common, HeadlineView, PagerView, TopicLinkView};
use crate::theme::Html;

view! {
    /// The front page, and the numbered pages behind it: `home.html`.
    pub struct HomePage {
        /// What every page has.
        #[serde(flatten)]
        pub common: Common,
        /// The text of `content/index.md`; may be empty.
        pub intro: Html,
        /// Posts of this page, newest first.
        pub posts: Vec<HeadlineView>,
        /// Where this page stands, when there are several.
        pub pager: Option<PagerView>,
        /// Topics, most posts first.
        pub topics: Vec<TopicLinkView>,
    }
}
