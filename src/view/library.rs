//! What templates may ask for beyond their view: every answer goes through the page's reader.

use super::headline::Desk;
use super::parts::DateView;
use super::shelf::Shelf;
use super::source;
use super::trail::Wordless;
use crate::base::{OutputPath, Slug, UrlPath};
use crate::site::query::{CountOf, DataNamed, FileAt, HeadlineOf, NewestOf, SourceFacts, TopicFacts};
use crate::site::{List, Reader};
use crate::theme::{Library, Theme};
use std::rc::Rc;
use std::sync::Arc;
use tera::Value;

/// The library of one page.
pub struct PageLibrary {
    /// The page's reader.
    pub reader: Rc<Reader>,
    /// What pages share.
    pub shelf: Arc<Shelf>,
}

impl PageLibrary {
    fn desk(&self) -> Desk<'_> {
        Desk::new(&self.reader, &self.shelf, &Wordless)
    }

    /// When the newest post of a list appeared.
    fn latest(&self, desk: &Desk<'_>, list: List) -> Option<DateView> {
        let newest = self.reader.ask(NewestOf { list, limit: 1 }).into_iter().next()?;
        let date = self.reader.ask(HeadlineOf { path: newest })?.date?;
        Some(desk.date(&date))
    }
}

impl Library for PageLibrary {
    fn posts(&self, topic: Option<&str>, source: Option<&str>, limit: usize) -> Result<Value, String> {
        let list = match (topic, source) {
            (None, None) => List::All,
            (Some(name), None) => match self.reader.ask(TopicFacts { name: name.to_owned() }) {
                Some(topic) => List::Topic(topic.slug),
                None => List::Topic(slug(name)?),
            },
            (None, Some(name)) => match self.reader.ask(SourceFacts { name: name.to_owned() }) {
                Some(source) => List::Source(source.slug),
                None => List::Source(slug(name)?),
            },
            (Some(_), Some(_)) => return Err("`posts` takes a topic or a source, not both".to_owned()),
        };
        let desk = self.desk();
        Ok(Theme::value(&desk.shared_headlines(&self.reader.ask(NewestOf { list, limit }))))
    }

    fn topic(&self, name: &str) -> Result<Value, String> {
        let desk = self.desk();
        let Some(topic) = self.reader.ask(TopicFacts { name: name.to_owned() }) else { return Ok(Value::none()) };
        let list = List::Topic(topic.slug.clone());
        let latest = self.latest(&desk, list.clone());
        Ok(Theme::value(&super::topic::TopicSummaryView {
            title: topic.title,
            slug: topic.slug.to_string(),
            url: desk.about.topics.as_ref().map(|_| desk.href(&topic.url)),
            description: topic.description,
            count: self.reader.ask(CountOf { list }),
            latest,
        }))
    }

    fn source(&self, name: &str) -> Result<Value, String> {
        let desk = self.desk();
        let Some(about) = self.reader.ask(SourceFacts { name: name.to_owned() }) else { return Ok(Value::none()) };
        let list = List::Source(about.slug.clone());
        let count = self.reader.ask(CountOf { list: list.clone() });
        let latest = self.latest(&desk, list);
        Ok(Theme::value(&source::summary(&desk, &about, count, latest)))
    }

    fn data(&self, name: &str) -> Result<Value, String> {
        let found = self.reader.ask(DataNamed { name: name.to_owned() });
        match found.as_ref().and_then(|data| data.0.get("value")) {
            Some(value) => Ok(Theme::value(value)),
            None => Err(format!("there is no data/{name}.toml, .json or .csv")),
        }
    }

    fn asset(&self, path: &str) -> Result<String, String> {
        let path = path.trim_start_matches('/');
        self.shelf.assets.take(path, &self.reader, |reader| match reader.ask(FileAt { path: path.to_owned() }) {
            // The name of a file, as it is: `%` and `?` in it are no more than characters.
            true => OutputPath::parse(path)
                .map(|file| Desk::new(reader, &self.shelf, &Wordless).href(&file.url()))
                .map_err(|error| format!("`{path}` is not the path of a file: {error}")),
            false => Err(format!("there is no `{path}` in a `static/` folder")),
        })
    }

    fn url(&self, path: &str) -> Result<String, String> {
        self.shelf.urls.take(path, &self.reader, |reader| href(&Desk::new(reader, &self.shelf, &Wordless), path))
    }
}

fn href(desk: &Desk<'_>, path: &str) -> Result<String, String> {
    let path = format!("/{}", path.trim_start_matches('/'));
    let url = UrlPath::parse(&path).map_err(|error| format!("`{path}` is not a path of the site: {error}"))?;
    Ok(desk.href(&url))
}

fn slug(name: &str) -> Result<Slug, String> {
    Slug::derive(name).ok_or_else(|| format!("`{name}` names nothing"))
}
