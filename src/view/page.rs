//! A page outside the stream: about, legal.

use super::contract::view;
use super::parts::{Common, DateView, HeadingView, PictureView};
use crate::theme::Html;

view! {
    /// A page outside the stream: `page.html`, or the template that its front matter names.
    pub struct TextPage {
        /// What every page has.
        #[serde(flatten)]
        pub common: Common,
        /// When it was published, if it says so.
        pub date: Option<DateView>,
        /// The latest update or correction.
        pub updated: Option<DateView>,
        /// Its lead picture.
        pub image: Option<PictureView>,
        /// Its whole text.
        pub body: Html,
        /// Its headings.
        pub toc: Vec<HeadingView>,
        /// How many words.
        pub words: u32,
        /// Minutes to read it, at least 1.
        pub reading_minutes: u32,
        /// `[extra]` of its front matter.
        pub extra: serde_json::Value,
    }
}
