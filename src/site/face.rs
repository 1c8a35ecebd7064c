//! What a site takes of an article, besides handing its text to who asks for it.

use super::Parsed;
use super::headlines::{excerpt, reading_minutes};

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
