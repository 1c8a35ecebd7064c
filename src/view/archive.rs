//! The archive: its index, a year, a month.

use super::contract::view;
use super::parts::{Common, HeadlineView};

view! {
    /// The archive: `archive.html`. The index has neither `year` nor `month`, a year has no `month`.
    pub struct ArchivePage {
        /// What every page has.
        #[serde(flatten)]
        pub common: Common,
        /// The year of this page.
        pub year: Option<i16>,
        /// The month of this page, 1 to 12.
        pub month: Option<i8>,
        /// The first day of the month or year, for the `date` filter.
        pub first_day: Option<String>,
        /// Years with their months, newest first: all of them on the index, one on the page of a year, none on a month's.
        pub years: Vec<YearView>,
        /// Posts of the month, newest first; empty elsewhere.
        pub posts: Vec<HeadlineView>,
        /// The nearest later month or year that has posts.
        pub newer: Option<PeriodView>,
        /// The nearest earlier one.
        pub older: Option<PeriodView>,
    }
}

view! {
    /// A year of the archive.
    pub struct YearView {
        /// The year.
        pub year: i16,
        /// Its page.
        pub url: String,
        /// How many posts.
        pub count: usize,
        /// Its months that have posts, newest first.
        pub months: Vec<PeriodView>,
    }
}

view! {
    /// A month or a year of the archive.
    pub struct PeriodView {
        /// Its first day, for the `date` filter.
        pub first_day: String,
        /// Its page.
        pub url: String,
        /// How many posts.
        pub count: usize,
    }
}
