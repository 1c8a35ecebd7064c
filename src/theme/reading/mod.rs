//! A theme read without rendering it: which fields, texts, options and files its templates ask for, and what they use.
//!
//! Never says that something is wrong where some page might have it; what is missing on one page only shows when that
//! page is rendered.

mod book;
mod shape;
pub(super) mod tokens;
mod walk;

pub use shape::{Contract, OPTIONS, Shape};

use super::Theme;
use crate::base::{Code, Diagnostic, Label};
use book::Book;
use std::collections::{BTreeMap, BTreeSet};
use walk::Found;

/// What was read.
#[derive(Debug, Default)]
pub struct Reading {
    /// Fields, options and variables that no page has.
    pub problems: Vec<Diagnostic>,
    /// The keys of texts, and where each is asked for first.
    pub texts: BTreeMap<String, Label>,
    /// Whether some key is not known before a page is rendered.
    pub has_free_texts: bool,
    /// The options that are asked for.
    pub options: BTreeSet<String>,
    /// Whether some option is not known before a page is rendered.
    pub has_free_options: bool,
    /// The files of `static/` that are asked for, and where.
    pub files: Vec<(String, Label)>,
    /// The templates of which something is used, with their prefixes.
    pub templates: BTreeSet<String>,
}

impl Theme {
    /// Reads all templates that pages are made with, and what they extend, include and call.
    pub fn read(&self, contract: &Contract) -> Reading {
        let book = Book::new(&self.sources, &self.prefixes);
        let mut found = Found::default();
        for (template, record) in &contract.pages {
            if let Some(root) = book.find(template) {
                walk::walk(&book, contract, root, record, &mut found);
            }
        }
        let label = |leaf: usize, range| book.leaves[leaf].source.label(range, "");
        let wrong = found.asked.iter().filter_map(|((leaf, start, end), wrong)| {
            let (message, help) = wrong.clone()?;
            let problem = Diagnostic::new(Code::TemplateRender, message).at(label(*leaf, *start..*end));
            Some(problem.help_any(help))
        });
        Reading {
            problems: wrong.collect(),
            texts: found.texts.iter().map(|(key, (leaf, range))| (key.clone(), label(*leaf, range.clone()))).collect(),
            has_free_texts: found.has_free_texts,
            options: found.options,
            has_free_options: found.has_free_options,
            files: found.files.iter().map(|((path, leaf, _), at)| (path.clone(), label(*leaf, at.clone()))).collect(),
            templates: found.leaves.iter().map(|leaf| book.leaves[*leaf].name.to_owned()).collect(),
        }
    }

    /// The names of all templates, with the prefixes of their themes, and where each lies.
    pub fn all_templates(&self) -> impl Iterator<Item = (&str, Label)> {
        self.sources.iter().map(|(name, source)| (name.as_str(), Label::file(source.path().clone(), "")))
    }
}
