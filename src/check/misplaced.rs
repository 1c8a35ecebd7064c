//! Pages that are probably posts, by what their front matter says or by their folder. Those that name a source and those
//! with the names of posts are told where they are read.

use super::Subject;
use crate::base::{Code, Diagnostic, Label};
use crate::content::{Article, Place, misplaced};

pub(super) fn check(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let pages = subject.site.all_articles().filter(|article| article.place == Place::Page);
    pages.filter_map(told).collect()
}

fn told(page: &Article) -> Option<Diagnostic> {
    let (path, front) = (&page.path, &page.front);
    if front.source.is_some() || misplaced::is_by_name(path) {
        return None;
    }
    let (message, label) = if let Some(folder) = misplaced::drafts_folder(path) {
        (format!("this page is published, although its folder is called `{folder}`"), None)
    } else if let Some(tag) = front.tags.first() {
        (
            "this is a page, although it has tags: no list shows it".to_owned(),
            Some(tag.label.noting("only posts have topics")),
        )
    } else {
        let folder = misplaced::nearly_posts_folder(path).filter(|_| front.date.is_some())?;
        (format!("this is a page, although its folder is called `{folder}`: no list shows it"), None)
    };
    let label = label.unwrap_or_else(|| Label::file(path.clone(), ""));
    Some(Diagnostic::new(Code::MisplacedPost, message).at(label).help(misplaced::help(path)))
}
