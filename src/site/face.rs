//! What a site takes of an article, besides handing its text to who asks for it.

use super::headlines::{excerpt, reading_minutes};
use super::matching;
use crate::config::Config;
use crate::content::Article;

/// Whether a site with one of two texts in an article's place would answer every question as with the other, but for
/// `ArticleOf` that article.
pub fn same_face(config: &Config, one: &Article, other: &Article) -> bool {
    let shown = |article: &Article| excerpt(article.front.description.as_deref(), &article.body);
    let (body, other_body) = (&one.body, &other.body);
    one.path == other.path
        && one.place == other.place
        && one.front == other.front
        && body.summary == other_body.summary
        && body.headings == other_body.headings
        && body.ids == other_body.ids
        && reading_minutes(body.words) == reading_minutes(other_body.words)
        && shown(one) == shown(other)
        && same_topics(config, one, other)
}

/// Whether the rules by which topics take in posts say the same of both.
fn same_topics(config: &Config, one: &Article, other: &Article) -> bool {
    let mut rules = config.topic.iter().flat_map(|topic| &topic.matches).peekable();
    if rules.peek().is_none() {
        return true;
    }
    let (one, other) = (matching::haystack(one), matching::haystack(other));
    rules.all(|rule| matching::matches(rule, &one) == matching::matches(rule, &other))
}
