//! Topics: one topic whatever the case, accents, hyphens or spaces of its tags.

use super::Parsed;
use super::{address, slips};
use crate::base::spelling::{in_ascii, invisible, look_alike};
use crate::base::typography::{self, Rules};
use crate::base::{Code, Diagnostic, Label, Slug, Table, UrlPath};
use crate::config::Config;
use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

/// A topic with its posts.
#[derive(Debug)]
pub struct Topic {
    /// As its author wrote it.
    pub title: String,
    /// As readers see it.
    shown: OnceLock<Box<str>>,
    /// In its address.
    pub slug: Slug,
    /// Other spellings that site.toml declares.
    pub aliases: Vec<String>,
    /// What it is about; may be empty.
    pub description: String,
    /// Its text, `content/topics/<slug>.md`.
    pub(crate) text: Option<Arc<Parsed>>,
    /// Posts as indices, newest first.
    pub(crate) posts: Vec<usize>,
    /// Its address, since every post of it asks.
    page: OnceLock<UrlPath>,
    /// Spellings met, with how often each.
    spellings: BTreeMap<String, Spelling>,
}

#[derive(Debug)]
struct Spelling {
    count: usize,
    first: Label,
}

impl Topic {
    /// How many posts it holds.
    pub fn count(&self) -> usize {
        self.posts.len()
    }

    /// Where the first spelling that was met stands, if any was.
    pub fn first_written(&self) -> Option<&Label> {
        self.spellings.values().map(|spelling| &spelling.first).min()
    }

    /// Its title as readers see it, since every post of it asks.
    pub(super) fn shown(&self, rules: Rules) -> &str {
        self.shown.get_or_init(|| typography::set(&self.title, rules).into())
    }

    /// Its page, if topics have pages.
    pub(super) fn page(&self, config: &Config) -> UrlPath {
        self.page.get_or_init(|| address::topic(config, &self.slug)).clone()
    }
}

/// Topics by title, and for each post the indices of its topics.
pub(super) struct Grouped {
    pub(super) topics: Vec<Topic>,
    pub(super) of_post: Vec<Vec<usize>>,
}

/// What is said of a tag from which no address can be made.
pub fn without_address(tag: &str) -> Diagnostic {
    let message = format!("no address can be made of the tag `{tag}`");
    Diagnostic::new(Code::EmptyTopic, message).help("write it with letters or digits")
}

/// Groups posts (newest first) by their tags and by the match rules of site.toml. Declared topics exist even when they
/// are empty only if they have a text; otherwise a topic exists by its posts.
pub(super) fn group(
    config: &Config,
    posts: &[Arc<Parsed>],
    texts: &[Arc<Parsed>],
    diagnostics: &mut Vec<Diagnostic>,
) -> Grouped {
    let mut topics: Vec<Topic> = Vec::new();
    let mut by_key: Table<String, usize> = Table::default();
    declare(config, &mut topics, &mut by_key);
    describe(texts, &mut topics, &mut by_key, diagnostics);
    let declared_count = topics.len();
    let mut of_post = vec![Vec::new(); posts.len()];
    // Most tags were seen before, in just this spelling.
    let mut by_text: Table<&str, usize> = Table::default();
    for (index, post) in posts.iter().enumerate() {
        for tag in &post.article.front.tags {
            if let Some(topic) = by_text.get(tag.text.as_str()).copied() {
                if let Some(spelling) = topics[topic].spellings.get_mut(&tag.text) {
                    spelling.count += 1;
                }
                file(index, topic, &mut topics, &mut of_post);
                continue;
            }
            let Some((slug, spelt)) = Slug::derive(&tag.text).zip(Slug::of_spellings(&tag.text)) else {
                diagnostics.push(without_address(&tag.text).at(tag.label.clone()));
                continue;
            };
            let topic = *by_key.entry(spelt).or_insert_with(|| {
                topics.push(Topic::new(tag.text.clone(), slug));
                topics.len() - 1
            });
            if topic >= declared_count {
                diagnostics.extend(slips::several(tag));
            }
            topics[topic].spellings.insert(tag.text.clone(), Spelling { count: 1, first: tag.label.clone() });
            by_text.insert(&tag.text, topic);
            file(index, topic, &mut topics, &mut of_post);
        }
    }
    apply_rules(config, posts, &mut topics, &by_key, &mut of_post);
    let declared: Vec<&str> = config.topic.iter().map(|entry| entry.slug.as_str()).collect();
    for topic in &mut topics {
        // Rules came after tags; the order is that of the stream.
        topic.posts.sort_unstable();
        let is_declared = declared.contains(&topic.slug.as_str()) || topic.text.is_some();
        topic.settle(is_declared, diagnostics);
    }
    let is_declared = |topic: &Topic| declared.contains(&topic.slug.as_str()) || topic.text.is_some();
    diagnostics.extend(slips::find(&topics, &is_declared));
    sorted(topics, of_post)
}

impl Topic {
    fn new(title: String, slug: Slug) -> Topic {
        Topic {
            title,
            shown: OnceLock::new(),
            slug,
            aliases: Vec::new(),
            description: String::new(),
            text: None,
            posts: Vec::new(),
            page: OnceLock::new(),
            spellings: BTreeMap::new(),
        }
    }

    /// The title of an undeclared topic is its most frequent spelling; every other undeclared spelling is a warning
    /// that names both places.
    fn settle(&mut self, is_declared: bool, diagnostics: &mut Vec<Diagnostic>) {
        if !is_declared && let Some(most) = self.spellings.values().map(|spelling| spelling.count).max() {
            // Of several, one without a sign before it: `#IA` is how other places write the tag `IA`.
            let has_sign = |text: &str| !text.starts_with(char::is_alphanumeric);
            let most_frequent = self.spellings.iter().filter(|(_, spelling)| spelling.count == most);
            let title = most_frequent.min_by_key(|(text, _)| has_sign(text));
            self.title = title.map_or_else(|| self.title.clone(), |(text, _)| text.clone());
        }
        let chosen = self.spellings.get(&self.title);
        for (text, spelling) in &self.spellings {
            let is_declared = self.aliases.iter().any(|alias| alias.to_lowercase() == text.to_lowercase());
            // What nobody sees was told where it stands, unless it stands in site.toml.
            let is_read = chosen.is_some() || self.text.is_some() || invisible(text).is_some();
            if *text == self.title || is_declared || (is_read && look_alike(text, &self.title)) {
                continue;
            }
            let mut problem = Diagnostic::new(
                Code::TopicVariants,
                format!("`{text}` and `{}` are one topic in two spellings", self.title),
            )
            .at(spelling.first.noting(format!("shown as `{}`", self.title)));
            if let Some(chosen) = chosen {
                problem = problem.related(chosen.first.noting("the other spelling"));
                if spelling.count == 1 && chosen.first.path == spelling.first.path {
                    let help = format!("take it away: the article has the topic by `{}`", self.title);
                    diagnostics.push(problem.help(help));
                    continue;
                }
            }
            diagnostics.push(problem.fix(self.title.clone()).help(format!(
                "write `{0}`, or add `aliases = [\"{text}\"]` to a `[[topic]]` titled \"{0}\" in site.toml",
                self.title
            )));
        }
    }
}

fn declare(config: &Config, topics: &mut Vec<Topic>, by_key: &mut Table<String, usize>) {
    for entry in &config.topic {
        let mut topic = Topic::new(entry.title.clone(), entry.slug.clone());
        topic.aliases = entry.aliases.clone();
        let rules = Rules::when(config.markdown.typography, &config.language);
        topic.description = typography::set(entry.description.as_deref().unwrap_or(""), rules).into_owned();
        let keys = entry.aliases.iter().chain([&entry.title]).filter_map(|name| Slug::of_spellings(name));
        for key in keys.chain([entry.slug.to_string()]) {
            by_key.insert(key, topics.len());
        }
        topics.push(topic);
    }
}

/// Texts of topics name them too, unless site.toml already does.
fn describe(
    texts: &[Arc<Parsed>],
    topics: &mut Vec<Topic>,
    by_key: &mut Table<String, usize>,
    diagnostics: &mut Vec<Diagnostic>,
) {
    for text in texts {
        let front = &text.article.front;
        let key = Slug::of_spellings(front.slug.as_str()).unwrap_or_else(|| front.slug.to_string());
        let index = *by_key.entry(key).or_insert_with(|| {
            topics.push(Topic::new(front.title.clone(), front.slug.clone()));
            topics.len() - 1
        });
        if let Some(spelt) = Slug::of_spellings(&front.title) {
            by_key.entry(spelt).or_insert(index);
        }
        if topics[index].description.is_empty() {
            topics[index].description = front.description.clone().unwrap_or_default();
        }
        if let Some(other) = topics[index].text.replace(text.clone()) {
            let message = format!("two files describe the topic `{}`", topics[index].title);
            diagnostics.push(
                Diagnostic::new(Code::Duplicate, message)
                    .at(Label::file(text.article.path.clone(), ""))
                    .related(Label::file(other.article.path.clone(), "the other"))
                    .help("make them one file"),
            );
        }
    }
}

fn apply_rules(
    config: &Config,
    posts: &[Arc<Parsed>],
    topics: &mut [Topic],
    by_key: &Table<String, usize>,
    of_post: &mut [Vec<usize>],
) {
    let topic_of = |entry: &crate::config::TopicEntry| by_key.get(entry.slug.as_str()).copied();
    let topic_of_rule: Vec<Option<usize>> =
        config.topic.iter().flat_map(|entry| entry.matches.iter().map(move |_| topic_of(entry))).collect();
    for (index, post) in posts.iter().enumerate() {
        for topic in post.rules.iter().filter_map(|rule| *topic_of_rule.get(*rule as usize)?) {
            file(index, topic, topics, of_post);
        }
    }
}

fn file(post: usize, topic: usize, topics: &mut [Topic], of_post: &mut [Vec<usize>]) {
    if !of_post[post].contains(&topic) {
        of_post[post].push(topic);
        topics[topic].posts.push(post);
    }
}

/// Orders topics by title (accents folded) and drops declared ones that have neither posts nor text.
fn sorted(topics: Vec<Topic>, mut of_post: Vec<Vec<usize>>) -> Grouped {
    let mut order: Vec<usize> =
        (0..topics.len()).filter(|index| topics[*index].count() > 0 || topics[*index].text.is_some()).collect();
    order.sort_by_cached_key(|index| (in_ascii(&topics[*index].title), topics[*index].slug.clone()));
    let mut place = vec![0; topics.len()];
    for (new, old) in order.iter().enumerate() {
        place[*old] = new;
    }
    for indices in &mut of_post {
        for index in indices {
            *index = place[*index];
        }
    }
    let mut slots: Vec<Option<Topic>> = topics.into_iter().map(Some).collect();
    let topics = order.into_iter().filter_map(|index| slots[index].take()).collect();
    Grouped { topics, of_post }
}
