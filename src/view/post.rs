//! A post.

use super::contract::view;
use super::headline::{Desk, author, neighbour, whole};
use super::link::{Scene, Shown};
use super::parts::{
    AuthorView, CitationView, Common, DateView, HeadingView, HeadlineView, LinkView, NoteView, PictureView,
    TopicLinkView,
};
use super::structured::{self, Story};
use super::trail::{Step, trail};
use crate::base::{SourcePath, When};
use crate::content::article::Note;
use crate::content::document::Heading;
use crate::content::escape;
use crate::site::query::{ArticleOf, HeadlineOf, MoreLike, NeighboursOf};
use crate::theme::{Html, Ready};

view! {
    /// A post: `post.html`, or the template that its front matter names.
    pub struct PostPage {
        /// What every page has.
        #[flat]
        pub common: Common,
        /// The stable id that its feeds use.
        pub id: String,
        /// Publication.
        pub date: DateView,
        /// The latest update or correction.
        pub updated: Option<DateView>,
        /// Who reported first.
        pub source: Option<CitationView>,
        /// Its topics, as the author ordered them.
        pub topics: Vec<TopicLinkView> as Vec<Ready<TopicLinkView>>,
        /// Its authors.
        pub authors: Vec<AuthorView>,
        /// Its lead picture.
        pub image: Option<PictureView>,
        /// The chapô: the description, else the first paragraph, as inline HTML; may be empty.
        pub lede: Html,
        /// The text after the chapô.
        pub body: Html,
        /// The chapô as plain text; may be empty.
        pub summary: String,
        /// Its headings.
        pub toc: Vec<HeadingView>,
        /// How many words.
        pub words: u32,
        /// Minutes to read it, at least 1.
        pub reading_minutes: u32,
        /// News added later, newest first.
        pub updates: Vec<NoteView>,
        /// Errors repaired, newest first.
        pub corrections: Vec<NoteView>,
        /// The next post in the stream.
        pub newer: Option<LinkView>,
        /// The one before it.
        pub older: Option<LinkView>,
        /// The newest posts in the same topics.
        pub more: Vec<HeadlineView> as Vec<Ready<HeadlineView>>,
        /// Whether it is a draft (only under `--drafts`).
        pub draft: bool,
        /// `[extra]` of its front matter.
        pub extra: serde_json::Value,
    }
}

/// How many posts of the same topics stand below a post.
const MORE: usize = 4;

/// Builds the page of a post; nothing when it is not published.
pub fn build(desk: &Desk<'_>, path: &SourcePath) -> Option<PostPage> {
    let headline = desk.reader.ask(HeadlineOf { path: path.clone() })?;
    let parsed = desk.reader.ask(ArticleOf { path: path.clone() })?;
    let neighbours = desk.reader.ask(NeighboursOf { path: path.clone() });
    let more = desk.reader.ask(MoreLike { path: path.clone(), limit: MORE });
    let (front, body) = (&parsed.article.front, &parsed.article.body);
    let language = front.lang.as_deref().unwrap_or(&desk.about.language);
    let first_topic = headline.topics.first().and_then(|topic| Some((topic.title.as_str(), topic.page.as_ref()?)));
    let steps: Vec<Step<'_>> = first_topic.into_iter().map(|(title, url)| Step::Page(title, url)).collect();
    let image = headline.image.as_ref().and_then(|picture| desk.picture(picture));
    let scene = desk.scene(path, Shown::OwnPage);
    scene.hurries.set(image.is_none());
    // A description takes the place of the chapô; the first paragraph then stays where it is.
    let (lede, rest) = match &front.description {
        Some(description) => {
            let lede = Html::written(|html| escape::attribute(html, description));
            (lede, whole(&scene, &body.lede, &parsed.rest()))
        }
        None => (scene.html(&body.lede), scene.html(&parsed.rest())),
    };
    let trail = trail(desk, language, &steps);
    let common = Common {
        description: headline.summary.to_string(),
        language: language.to_owned(),
        ..desk.common("post", &headline.url, headline.title.clone())
    };
    let published = headline.date?;
    let story = Story {
        headline: &headline,
        published,
        image: image.as_ref(),
        words: body.words,
        corrections: &front.corrections,
    };
    Some(PostPage {
        common: structured::article(desk, common, &trail, &story),
        id: headline.id.clone(),
        date: desk.date(&published),
        updated: headline.updated.as_ref().map(|when| desk.date(when)),
        source: headline.source.as_ref().map(|mention| desk.citation(mention)),
        topics: desk.topic_links(&headline.topics),
        authors: headline.authors.iter().map(author).collect(),
        image,
        lede,
        body: rest,
        summary: headline.summary.to_string(),
        toc: contents(&body.headings),
        words: body.words,
        reading_minutes: headline.minutes,
        updates: notes(desk, &scene, &front.updates),
        corrections: notes(desk, &scene, &front.corrections),
        newer: neighbour(desk, neighbours.newer),
        older: neighbour(desk, neighbours.older),
        more: desk.shared_headlines(&more),
        draft: front.draft,
        extra: serde_json::Value::Object(front.extra.0.clone()),
    })
}

/// Notes, newest first.
fn notes(desk: &Desk<'_>, scene: &Scene<'_>, notes: &[Note]) -> Vec<NoteView> {
    let mut views: Vec<(When, NoteView)> = notes
        .iter()
        .map(|note| {
            (
                note.date,
                NoteView { date: desk.date(&note.date), text: whole(scene, &note.text.face.lede, &note.text.rest) },
            )
        })
        .collect();
    views.sort_by_key(|(date, _)| std::cmp::Reverse(*date));
    views.into_iter().map(|(_, view)| view).collect()
}

/// Headings as a tree: a heading belongs to the nearest earlier one of a lower level.
pub(super) fn contents(headings: &[Heading]) -> Vec<HeadingView> {
    // Branches that may still grow, with their levels; at most six deep, since levels rise along it.
    let mut open: Vec<(u8, Vec<HeadingView>)> = vec![(0, Vec::new())];
    let close = |open: &mut Vec<(u8, Vec<HeadingView>)>| {
        if let Some((_, children)) = open.pop()
            && let Some(parent) = open.last_mut().and_then(|(_, siblings)| siblings.last_mut())
        {
            parent.children = children;
        }
    };
    for heading in headings {
        while open.len() > 1 && open.last().is_some_and(|(level, _)| *level >= heading.level) {
            close(&mut open);
        }
        let view = HeadingView { title: heading.text.clone(), url: format!("#{}", heading.id), children: Vec::new() };
        if let Some((_, siblings)) = open.last_mut() {
            siblings.push(view);
        }
        open.push((heading.level, Vec::new()));
    }
    while open.len() > 1 {
        close(&mut open);
    }
    open.pop().map(|(_, roots)| roots).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_nest_by_level() {
        let heading = |level, id: &str| Heading { level, id: id.to_owned(), text: id.to_owned() };
        let tree = contents(&[heading(2, "a"), heading(4, "b"), heading(3, "c"), heading(2, "d")]);
        let shape: Vec<(&str, Vec<&str>)> = tree
            .iter()
            .map(|root| (root.title.as_str(), root.children.iter().map(|child| child.title.as_str()).collect()))
            .collect();
        assert_eq!(shape, [("a", vec!["b", "c"]), ("d", vec![])]);
    }
}
