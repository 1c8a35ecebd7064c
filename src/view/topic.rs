//! A topic, and the index of topics.

use super::contract::view;
use super::headline::{Desk, numbered, whole};
use super::link::Shown;
use super::parts::{Common, DateView, HeadlineView, PagerView};
use super::structured::{self, Listed};
use super::trail::{Step, trail};
use crate::base::{Slug, UrlPath};
use crate::site::List;
use crate::site::query::{AllTopics, ArticleOf, CountOf, TopicFacts, TopicNeighbours};
use crate::theme::{Html, Ready};

view! {
    /// A topic: `topic.html`.
    pub struct TopicPage {
        /// What every page has; `page.title` is the topic's.
        #[flat]
        pub common: Common,
        /// The slug of the topic.
        pub slug: String,
        /// The text of `content/topics/<slug>.md`; may be empty.
        pub intro: Html,
        /// How many posts the topic holds; only on the topic's own address, so that full pages never change.
        pub count: Option<usize>,
        /// Posts of this page, newest first.
        pub posts: Vec<HeadlineView> as Vec<Ready<HeadlineView>>,
        /// Where this page stands, when there are several.
        pub pager: Option<PagerView>,
        /// Topics that share the most posts with this one, at most 6; only on the topic's own address.
        pub neighbours: Vec<TopicSummaryView>,
    }
}

view! {
    /// The index of topics: `topics.html`.
    pub struct TopicsPage {
        /// What every page has.
        #[flat]
        pub common: Common,
        /// All topics, by title.
        pub topics: Vec<TopicSummaryView>,
    }
}

view! {
    /// A topic in the index.
    pub struct TopicSummaryView {
        /// Its title.
        pub title: String,
        /// Its slug.
        pub slug: String,
        /// Its page, unless topic pages are off.
        pub url: Option<String>,
        /// What it is about; may be empty.
        pub description: String,
        /// How many posts it holds.
        pub count: usize,
        /// When its newest post appeared.
        pub latest: Option<DateView>,
    }
}

/// Builds a page of a topic; nothing when there is no such topic.
pub fn build(desk: &Desk<'_>, slug: &Slug, number: Option<usize>) -> Option<TopicPage> {
    let topic = desk.reader.ask(TopicFacts { name: slug.to_string() })?;
    let list = List::Topic(topic.slug.clone());
    let page = desk.list_page(list.clone(), number, &topic.url);
    let url = number.map_or_else(|| topic.url.clone(), |number| numbered(&topic.url, number));
    let is_own = number.is_none();
    let text = topic.text.as_ref().filter(|_| is_own).and_then(|path| {
        let parsed = desk.reader.ask(ArticleOf { path: path.clone() })?;
        Some(whole(&desk.scene(path, Shown::OwnPage), &parsed.article.body.lede, &parsed.rest()))
    });
    let own = [Step::Topics, Step::Page(&topic.title, &topic.url)];
    let above = if is_own { &own[..1] } else { &own[..] };
    let common = Common {
        description: topic.description.clone(),
        feeds: if desk.about.topic_feeds { desk.feeds(&topic.title, &topic.url) } else { Vec::new() },
        ..desk.common("topic", &url, topic.title.clone())
    };
    let trail = trail(desk, &desk.about.language, above);
    Some(TopicPage {
        common: structured::collection(desk, common, &trail, &page.entries),
        slug: topic.slug.to_string(),
        intro: text.unwrap_or_default(),
        count: is_own.then(|| desk.reader.ask(CountOf { list })),
        posts: page.posts,
        pager: page.pager,
        neighbours: match is_own {
            true => desk.topic_summaries(&desk.reader.ask(TopicNeighbours { slug: topic.slug, limit: 6 })),
            false => Vec::new(),
        },
    })
}

/// Builds the index of topics.
pub fn build_index(desk: &Desk<'_>, title: String) -> TopicsPage {
    let url = desk.about.topics.clone().unwrap_or_else(UrlPath::root);
    let topics = desk.reader.ask(AllTopics {});
    let entries: Vec<Listed> =
        topics.iter().map(|topic| Listed { title: topic.title.clone(), url: desk.absolute(&topic.url) }).collect();
    let trail = trail(desk, &desk.about.language, &[]);
    TopicsPage {
        common: structured::collection(desk, desk.common("topics", &url, title), &trail, &entries),
        topics: desk.topic_summaries(&topics),
    }
}
