//! A post that is about to be written: what a build would refuse in it.
//!
//! Never looks at the rest of the site.

use super::load::content_options;
use crate::base::{Diagnostic, Severity, SourceText};
use crate::config::Config;
use crate::content::{self, Place};

/// The errors of a post, each without its place: there is no file yet.
pub fn refused(config: &Config, post: &SourceText) -> Vec<Diagnostic> {
    let read = content::parse(post, Place::Post, &content_options(config));
    let errors = read.diagnostics.into_iter().filter(|problem| problem.code().severity() == Severity::Error);
    errors
        .map(|problem| {
            Diagnostic::new(problem.code(), problem.message()).help_any(problem.help_text().map(str::to_owned))
        })
        .collect()
}
