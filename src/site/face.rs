//! What a site takes of an article, besides handing its text to who asks for it.

use super::Parsed;
use super::headlines::{excerpt, reading_minutes};
use crate::content::{FrontMatter, Place};

/// Whether a site with one of two texts in an article's place would answer every question as with the other, but for
/// `ArticleOf` that article.
pub fn same_face(one: &Parsed, other: &Parsed) -> bool {
    let shown = |parsed: &Parsed| excerpt(parsed.article.front.description.as_deref(), &parsed.article.body);
    let (article, other_article) = (&one.article, &other.article);
    let (body, other_body) = (&article.body, &other_article.body);
    article.path == other_article.path
        && article.place == other_article.place
        && article.front == other_article.front
        && one.rules == other.rules
        && body.summary == other_body.summary
        && body.headings == other_body.headings
        && body.ids == other_body.ids
        && reading_minutes(body.words) == reading_minutes(other_body.words)
        && shown(one) == shown(other)
}

/// Whether a site with one of two articles in the other's place would have the same addresses, lists, topics and sources:
/// then nothing but what is shown of that article is another.
pub(super) fn same_frame(one: &Parsed, other: &Parsed) -> bool {
    match one.article.place {
        // A post is listed by its date and filed by what it names: its words are for whoever shows them.
        Place::Post => {
            let front = FrontMatter {
                title: one.article.front.title.clone(),
                set_title: one.article.front.set_title.clone(),
                description: one.article.front.description.clone(),
                updated: one.article.front.updated,
                updates: one.article.front.updates.clone(),
                corrections: one.article.front.corrections.clone(),
                ..other.article.front.clone()
            };
            let is_in_place = one.article.path == other.article.path && other.article.place == Place::Post;
            is_in_place && one.rules == other.rules && front == one.article.front
        }
        Place::Page | Place::Topic | Place::Home => same_face(one, other),
    }
}
