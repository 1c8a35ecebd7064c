//! A page outside the stream: about, legal.

use super::contract::view;
use super::headline::{Desk, whole};
use super::link::Shown;
use super::parts::{Common, DateView, HeadingView, PictureView};
use super::post::contents;
use super::structured;
use super::trail::trail;
use crate::base::SourcePath;
use crate::site::query::{ArticleOf, HeadlineOf};
use crate::theme::Html;

view! {
    /// A page outside the stream: `page.html`, or the template that its front matter names.
    pub struct TextPage {
        /// What every page has.
        #[flat]
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

/// Builds a page outside the stream; nothing when it is not published.
pub fn build(desk: &Desk<'_>, path: &SourcePath) -> Option<TextPage> {
    let headline = desk.reader.ask(HeadlineOf { path: path.clone() })?;
    let parsed = desk.reader.ask(ArticleOf { path: path.clone() })?;
    let (front, body) = (&parsed.article.front, &parsed.article.body);
    let language = front.lang.as_deref().unwrap_or(&desk.about.language);
    let image = headline.image.as_ref().and_then(|picture| desk.picture(picture));
    let scene = desk.scene(path, Shown::OwnPage);
    scene.hurries.set(image.is_none());
    let common = Common {
        description: headline.summary.to_string(),
        language: language.to_owned(),
        ..desk.common("page", &headline.url, headline.title.clone())
    };
    let date = headline.date.as_ref().map(|when| desk.date(when));
    let updated = headline.updated.as_ref().map(|when| desk.date(when));
    let iso = |date: &Option<DateView>| date.as_ref().map(|date| date.iso.clone());
    let dates = (iso(&date), iso(&updated));
    Some(TextPage {
        common: structured::text(desk, common, &trail(desk, language, &[]), (dates.0.as_deref(), dates.1.as_deref())),
        date,
        updated,
        image,
        body: whole(&scene, &body.lede, &parsed.rest()),
        toc: contents(&body.headings),
        words: body.words,
        reading_minutes: headline.minutes,
        extra: serde_json::Value::Object(front.extra.0.clone()),
    })
}
