//! A post that is about to be written: what a build would refuse in it.
//!
//! Never writes it: what the site would be with it is surveyed in a world that has it.

use super::load::content_options;
use super::{Memory, Request, survey};
use crate::base::{Code, Diagnostic, Severity, SourcePath, SourceText};
use crate::check::Depth;
use crate::config::Config;
use crate::content::{self, Place};
use crate::world::{FileStamp, Walked, World};
use std::io;

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

/// What has the address of a post already, be it hidden as a draft or as a post to come.
pub fn in_the_way(
    world: &dyn World,
    memory: &mut Memory,
    config_source: &SourceText,
    request: Request,
    post: &SourceText,
) -> Option<Diagnostic> {
    let with_post = WithPost { world, post };
    let request = Request { drafts: true, future: true, expired: true, ..request };
    let surveyed = survey(&with_post, memory, config_source, &request, Depth::Build);
    let is_of_post = |problem: &&Diagnostic| {
        let mut labels = problem.primary().into_iter().chain(problem.related_labels());
        problem.code() == Code::PathCollision && labels.any(|label| label.path == *post.path())
    };
    let problem = surveyed.diagnostics.iter().find(is_of_post)?;
    let mut labels = problem.primary().into_iter().chain(problem.related_labels());
    let other = labels.find(|label| label.path != *post.path());
    let message = match other {
        Some(other) => format!("`{}` has the address of this post already", other.path),
        None => problem.message().to_owned(),
    };
    let told = Diagnostic::new(Code::PathCollision, message).at_any(other.map(|other| other.noting("")));
    Some(told.help("give the post another address with `--slug`"))
}

/// A world in which a post is written.
struct WithPost<'a> {
    world: &'a dyn World,
    post: &'a SourceText,
}

impl World for WithPost<'_> {
    fn read(&self, path: &SourcePath) -> io::Result<Vec<u8>> {
        match path == self.post.path() {
            true => Ok(self.post.as_str().as_bytes().to_vec()),
            false => self.world.read(path),
        }
    }

    fn walk(&self, folder: &str) -> Walked {
        let mut walked = self.world.walk(folder);
        let path = self.post.path();
        if path.below(folder).is_some() && !walked.files.contains(path) {
            walked.files.push(path.clone());
            walked.files.sort();
        }
        walked
    }

    fn stamp(&self, path: &SourcePath) -> Option<FileStamp> {
        self.world.stamp(path).filter(|_| path != self.post.path())
    }

    fn now(&self) -> jiff::Timestamp {
        self.world.now()
    }
}
