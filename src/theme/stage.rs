//! What functions and filters of templates may reach while a page is rendered.
//!
//! Tera calls functions with their arguments alone, and components are closed scopes, so the page's language and its
//! reader stand on a stage that belongs to the thread. Nothing may start parallel work while it is set: a stolen job
//! would read through another page's reader.

use super::strings::Strings;
use crate::base::typography::Rules;
use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;
use tera::{TeraResult, Value};

/// What a template may ask for beyond its view. Every answer is recorded as a read of the page.
pub trait Library {
    /// Headlines of the newest posts, of a topic or a source when one is named.
    fn posts(&self, topic: Option<&str>, source: Option<&str>, limit: usize) -> Result<Value, String>;
    /// A topic by slug, title or alias.
    fn topic(&self, name: &str) -> Result<Value, String>;
    /// A source by slug, name or alias.
    fn source(&self, name: &str) -> Result<Value, String>;
    /// The contents of a file of `data/`.
    fn data(&self, name: &str) -> Result<Value, String>;
    /// The address of a file of `static/`.
    fn asset(&self, path: &str) -> Result<String, String>;
    /// The address of a path of the site.
    fn url(&self, path: &str) -> Result<String, String>;
}

thread_local! {
    static STAGE: RefCell<Option<Set>> = const { RefCell::new(None) };
}

struct Set {
    library: Rc<dyn Library>,
    language: String,
    strings: Arc<Strings>,
    missing: Vec<String>,
    /// How many turns of loops, includes and components there were.
    steps: u32,
}

/// Holds the stage while a page is rendered.
pub(super) struct Stage(());

impl Stage {
    pub(super) fn enter(library: Rc<dyn Library>, language: &str, strings: Arc<Strings>) -> Stage {
        let set = Set { library, language: language.to_owned(), strings, missing: Vec::new(), steps: 0 };
        STAGE.with(|stage| *stage.borrow_mut() = Some(set));
        Stage(())
    }

    /// Clears the stage and gives the keys that had no text in the page's language.
    pub(super) fn leave(self) -> Vec<String> {
        let set = STAGE.with(|stage| stage.borrow_mut().take());
        let mut missing = set.map(|set| set.missing).unwrap_or_default();
        missing.sort();
        missing.dedup();
        missing
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        STAGE.with(|stage| drop(stage.borrow_mut().take()));
    }
}

/// Counts steps of the page that is being rendered: how many there were so far.
pub(super) fn step(steps: u32) -> Option<u32> {
    STAGE.with(|stage| {
        let mut stage = stage.borrow_mut();
        let set = stage.as_mut()?;
        set.steps = set.steps.saturating_add(steps);
        Some(set.steps)
    })
}

/// The library of the page that is being rendered.
pub(super) fn library() -> TeraResult<Rc<dyn Library>> {
    STAGE
        .with(|stage| stage.borrow().as_ref().map(|set| set.library.clone()))
        .ok_or_else(|| tera::Error::message("there is no page to ask for"))
}

/// Does something in the language of the page that is being rendered; it may not ask the stage for more.
pub(super) fn in_language<T>(act: impl FnOnce(&str) -> T) -> T {
    STAGE.with(|stage| act(stage.borrow().as_ref().map_or("en", |set| &set.language)))
}

/// The typography of a language, else of the page that is being rendered.
pub(super) fn rules(language: Option<&str>) -> Rules {
    STAGE.with(|stage| match stage.borrow().as_ref() {
        Some(set) => set.strings.rules(language.unwrap_or(&set.language)),
        None => Rules::Off,
    })
}

/// A text of the theme in the page's language, and the typography that it has.
pub(super) fn text(key: &str, number: Option<f64>) -> (String, Rules) {
    STAGE.with(|stage| {
        let mut stage = stage.borrow_mut();
        let Some(set) = stage.as_mut() else { return (key.to_owned(), Rules::Off) };
        let found = set.strings.find(key, &set.language, number);
        if !found.in_language {
            set.missing.push(key.to_owned());
        }
        (found.text, found.rules)
    })
}
