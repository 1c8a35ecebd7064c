//! All that an output may depend on: what it asks the site, and what stands beside the site.
//!
//! Templates, texts and options of the theme and the bytes of files are no part of the site: whoever uses one for an
//! output notes it with the output's reader, and so it is recorded like every other read.

use super::query::Query;
use crate::base::SourcePath;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Something that an output depends on.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Question {
    /// What the site answers.
    Site(Query),
    /// A template with all that it extends, includes or calls.
    Template(String),
    /// The texts of the theme.
    Texts,
    /// The options of the theme.
    Options,
    /// How the theme wants the site to look as an app.
    App,
    /// The bytes of a file that is copied, or taken into an output.
    File(SourcePath),
}

impl Question {
    /// The name of its kind, as `--explain` prints it.
    pub fn kind(&self) -> &'static str {
        match self {
            Question::Site(query) => query.kind(),
            Question::Template(_) => "Template",
            Question::Texts => "Texts",
            Question::Options => "Options",
            Question::App => "App",
            Question::File(_) => "File",
        }
    }
}

impl fmt::Display for Question {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Question::Site(query) => query.fmt(f),
            Question::Template(name) => write!(f, "the template {name}, or what it extends, includes or calls"),
            Question::Texts => f.write_str("the texts of the theme"),
            Question::Options => f.write_str("the options of the theme"),
            Question::App => f.write_str("how the theme wants the site to look as an app"),
            Question::File(path) => write!(f, "the file {path}"),
        }
    }
}
