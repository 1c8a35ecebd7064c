//! Internal links, fragments and pictures of all articles lead somewhere.

use super::{Subject, advice};
use crate::base::{Code, Diagnostic, Label, UrlPath};
use crate::content::document::{Mention, Reference};
use crate::content::{Article, Target, TargetKind};
use crate::output::Job;
use crate::site::Resolution;
use std::collections::HashSet;

pub(super) fn check(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let mut problems = Vec::new();
    for article in subject.site.all_articles() {
        let front = &article.front;
        let notes = front.updates.iter().chain(&front.corrections).map(|note| &note.text.face);
        for mention in std::iter::once(&article.body).chain(notes).flat_map(|face| &face.mentions) {
            match mention.how {
                Reference::Link => check_link(subject, article, &mention.target, &mention.label, &mut problems),
                Reference::Picture | Reference::SilentPicture => {
                    check_picture(subject, article, &mention.target, &mention.label, &mut problems);
                }
            }
        }
        if let Some(picture) = &front.image {
            check_picture(subject, article, &picture.target, &picture.label, &mut problems);
        }
    }
    problems
}

/// Whether every link and picture of one text of an article leads where one of another text of it leads.
pub(super) fn asks_no_more(known: &Article, other: &Article) -> bool {
    let known: HashSet<(bool, &Target)> = known.body.mentions.iter().map(led).collect();
    other.body.mentions.iter().all(|mention| known.contains(&led(mention)))
}

/// Where a mention leads, with whether that must be a picture.
fn led(mention: &Mention) -> (bool, &Target) {
    (mention.how != Reference::Link, &mention.target)
}

fn check_link(
    subject: &Subject<'_>,
    article: &Article,
    target: &Target,
    label: &Label,
    problems: &mut Vec<Diagnostic>,
) {
    let problem = match subject.site.land(&article.path, target).1 {
        Resolution::Article | Resolution::File | Resolution::External => return,
        Resolution::NoFragment { path } => no_fragment(subject, target, subject.site.article(&path).unwrap_or(article)),
        Resolution::NoArticle => no_article(subject, article, target),
        Resolution::Outside => {
            let code = if target.kind == TargetKind::Markdown { Code::BrokenSourceLink } else { Code::BrokenLink };
            Diagnostic::new(code, format!("`{}` leaves the site's folder", target.path))
                .help("write a path from `content/` that begins with `/`")
        }
        Resolution::Path(url) => match judge(subject, article, &url, target) {
            Some(problem) => problem,
            None => return,
        },
    };
    problems.push(problem.at(label.clone()));
}

/// Judges an address of the site by the plan.
fn judge(subject: &Subject<'_>, from: &Article, url: &UrlPath, target: &Target) -> Option<Diagnostic> {
    let planned = subject.plan.at(url).or_else(|| {
        // `/x` is answered by the file `x` too, and `/x.y` by the folder `x.y`.
        let folder = UrlPath::parse(&format!("{}/", url.as_str().trim_end_matches('/'))).ok()?;
        subject.plan.at(&folder)
    });
    let Some(planned) = planned else { return Some(nowhere_or_mail(subject, from, url, target)) };
    let fragment = target.fragment.as_deref().filter(|fragment| !fragment.is_empty())?;
    let (Job::Post(path) | Job::Page(path)) = &planned.job else { return None };
    let article = subject.site.article(path)?;
    match subject.site.fragment_of_article(path, fragment) {
        Some(_) => None,
        None => Some(no_fragment(subject, target, article)),
    }
}

/// An address that nothing answers, with the nearest one that something does.
pub(super) fn nowhere(subject: &Subject<'_>, url: &UrlPath, own: Option<&str>) -> Diagnostic {
    let problem = Diagnostic::new(Code::BrokenLink, format!("nothing of the site is at `{url}`"));
    let base = &subject.site.config().base_url.path;
    if let Some(rest) =
        url.as_str().strip_prefix(base.as_str()).filter(|rest| !base.is_empty() && rest.starts_with('/'))
        && UrlPath::parse(rest).is_ok_and(|url| subject.plan.at(&url).is_some())
    {
        return problem.help(format!("write `{rest}`: `{base}`, the path of `base_url`, is put before it"));
    }
    match subject.directory.address(url.as_str(), own) {
        Some(near) => problem.help(format!("did you mean `{near}`?")),
        None => problem.help("correct the address; a link to an article is best written as its file, `/posts/….md`"),
    }
}

/// A link that looks like an address of e-mail, or one that leads nowhere.
fn nowhere_or_mail(subject: &Subject<'_>, article: &Article, url: &UrlPath, target: &Target) -> Diagnostic {
    let own = subject.site.address_of(&article.path);
    match target.path.contains('@') && !target.path.contains('/') {
        true => Diagnostic::new(Code::BrokenLink, format!("nothing of the site is at `{url}`"))
            .help(format!("for an address of e-mail write `mailto:{}`", target.path)),
        false => match advice::on_link(subject, target) {
            Some(help) => Diagnostic::new(Code::BrokenLink, format!("nothing of the site is at `{url}`")).help(help),
            None => nowhere(subject, url, own.map(UrlPath::as_str)),
        },
    }
}

fn no_fragment(subject: &Subject<'_>, target: &Target, article: &Article) -> Diagnostic {
    let fragment = target.fragment.as_deref().unwrap_or_default();
    let where_to = if target.kind == TargetKind::Own { "this article" } else { "that page" };
    let problem = Diagnostic::new(Code::BrokenAnchor, format!("{where_to} has no heading `#{fragment}`"));
    let headings = &article.body.headings;
    match subject.directory.id(fragment, headings.iter().map(|heading| heading.id.as_str())) {
        Some(near) => problem.help(format!("did you mean `#{near}`?")),
        None if headings.is_empty() => problem.help("it has no headings at all"),
        None if headings.len() <= 12 => {
            let ids: Vec<&str> = headings.iter().map(|heading| heading.id.as_str()).collect();
            problem.help(format!("it has: #{}", ids.join(", #")))
        }
        None => problem,
    }
}

fn no_article(subject: &Subject<'_>, article: &Article, target: &Target) -> Diagnostic {
    let meant = advice::source_meant(article, target);
    let path = meant.map_or_else(|| target.path.clone(), |path| path.to_string());
    if let Some((_, hidden)) = subject.site.hidden().iter().find(|(hidden, _)| hidden.as_str() == path) {
        let why = match hidden {
            crate::site::Hidden::Draft => "it is a draft",
            crate::site::Hidden::Future(_) => "its date is still to come",
            crate::site::Hidden::Expired(_) => "it has expired",
        };
        return Diagnostic::new(Code::BrokenSourceLink, format!("`{path}` is not published: {why}"))
            .help("publish it first, or take the link out");
    }
    let message = match path.starts_with("content/") {
        true => format!("no article of the site is `{path}`"),
        false => format!("`{path}` is not below `content/`"),
    };
    let problem = Diagnostic::new(Code::BrokenSourceLink, message);
    match subject.directory.file(&path, article.path.as_str()) {
        Some(near) => problem.help(format!("did you mean `/{}`?", near.trim_start_matches("content/"))),
        None => problem.help("see that the file is there, and mend what is wrong in itself first"),
    }
}

/// Whether a path from `/` begins as those of files on one's own computer do.
fn is_of_a_computer(path: &str) -> bool {
    ["/Users/", "/home/", "/Volumes/", "/mnt/", "/tmp/"].iter().any(|start| path.starts_with(start))
}

/// The pictures in the folder of an article that has one of its own.
fn beside(subject: &Subject<'_>, article: &Article) -> Vec<String> {
    if !article.is_bundle() {
        return Vec::new();
    }
    let here = subject.site.files().filter(|(_, source)| source.folder() == article.path.folder());
    let is_picture = |name: &&str| {
        let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending).to_ascii_lowercase();
        ["png", "jpg", "jpeg", "gif", "webp", "avif", "svg"].contains(&ending.as_str())
    };
    here.map(|(_, source)| source.file_name()).filter(is_picture).map(str::to_owned).collect()
}

fn check_picture(
    subject: &Subject<'_>,
    article: &Article,
    target: &Target,
    label: &Label,
    problems: &mut Vec<Diagnostic>,
) {
    let mut is_picture = true;
    let missing = match subject.site.land(&article.path, target).1 {
        Resolution::File | Resolution::External => return,
        Resolution::Path(url) => match subject.plan.at(&url).map(|planned| &planned.job) {
            Some(Job::Copy(_)) => return,
            _ => format!("there is no picture `{}`", target.path),
        },
        Resolution::Outside => format!("`{}` leaves the site's folder", target.path),
        Resolution::Article | Resolution::NoFragment { .. } | Resolution::NoArticle => {
            is_picture = false;
            let fragment = target.fragment.as_deref().filter(|_| target.path.is_empty());
            format!("`{}` is not a picture", fragment.map_or_else(|| target.path.clone(), |name| format!("#{name}")))
        }
    };
    let files: Vec<&str> = subject.site.files().map(|(output, _)| output.as_str()).collect();
    let name = target.path.rsplit('/').next().unwrap_or(&target.path);
    let same_name = files.iter().find(|file| file.rsplit('/').next() == Some(name));
    let problem = Diagnostic::new(Code::MissingImage, missing).at(label.clone());
    problems.push(match same_name {
        _ if !is_picture => problem.help("name a file such as `courbe.svg` or `photo.jpg`"),
        Some(file) => problem.help(format!("there is one of that name at `/{file}`")),
        None if let Some(help) = advice::on_letters(subject, article, target) => problem.help(help),
        None if target.path.contains('\\') => {
            problem.help(format!("write `/` between folders: `{}`", target.path.replace('\\', "/")))
        }
        None if is_of_a_computer(&target.path) => problem.help(
            "this is a path of your own computer: copy the file beside the article and write its name, as in `photo.jpg`",
        ),
        None if let Some(help) = advice::on_withheld(subject, article, target) => problem.help(help),
        None if let [one] = beside(subject, article).as_slice() => {
            problem.help(format!("beside the article there is `{one}`"))
        }
        None => problem.help("put the file beside the article, or in `static/` and write its path from `/`"),
    });
}
