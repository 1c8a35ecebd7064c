//! A source, and the index of sources.

use super::contract::view;
use super::parts::{Common, DateView, HeadlineView, PagerView};

view! {
    /// A source: `source.html`.
    pub struct SourcePage {
        /// What every page has; `page.title` is the source's name.
        #[serde(flatten)]
        pub common: Common,
        /// The slug of the source.
        pub slug: String,
        /// Its home page.
        pub homepage: Option<String>,
        /// Its language.
        pub lang: Option<String>,
        /// Whether readers must pay there.
        pub paywall: bool,
        /// How many posts cite it.
        pub count: usize,
        /// Posts of this page, newest first.
        pub posts: Vec<HeadlineView>,
        /// Where this page stands, when there are several.
        pub pager: Option<PagerView>,
    }
}

view! {
    /// The index of sources: `sources.html`.
    pub struct SourcesPage {
        /// What every page has.
        #[serde(flatten)]
        pub common: Common,
        /// All sources, by name.
        pub sources: Vec<SourceSummaryView>,
    }
}

view! {
    /// A source in the index.
    pub struct SourceSummaryView {
        /// Its name.
        pub name: String,
        /// Its slug.
        pub slug: String,
        /// Its page on this site.
        pub url: String,
        /// Its home page.
        pub homepage: Option<String>,
        /// Whether readers must pay there.
        pub paywall: bool,
        /// How many posts cite it.
        pub count: usize,
        /// When the newest of them appeared.
        pub latest: Option<DateView>,
    }
}
