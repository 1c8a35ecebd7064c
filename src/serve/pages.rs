//! What answers a path of the site: a planned output, a redirect, or a page that says why there is none.
//!
//! Never reads a path from the disk: what is no key of the plan is nowhere. Never changes what is shown but for one tag in
//! HTML, which loads our script.

use super::redirects::{Rules, Verdict};
use super::reply::{Content, Reply};
use super::target::{self, Meant, Target};
use super::{Context, State, files, trouble, types};
use crate::base::{Diagnostic, Fingerprint, OutputPath, SourcePath};
use crate::output::{self, Job};
use crate::pipeline::{Edition, Shown};
use hyper::StatusCode;
use hyper::body::Bytes;
use std::sync::{Arc, Mutex, PoisonError};

/// The tag that loads our script.
pub const TAG: &str = r#"<script src="/__manchette/preview.js" defer></script>"#;

/// What pages are answered from.
pub struct Pages<'a> {
    /// The newest of everything.
    pub state: &'a State,
    /// What is the same for every answer.
    pub context: &'a Context,
    /// The rules as they were read last.
    pub rules: &'a KnownRules,
}

/// The rules as they were read last, with what identifies their text.
pub type KnownRules = Mutex<Option<(Fingerprint, Arc<Rules>)>>;

impl Pages<'_> {
    /// Answers a path. Takes as long as it takes to make a page.
    pub fn reply(&self, path: &str, query: &str) -> Reply {
        let newest = self.state.newest();
        let Some(edition) = &newest.edition else { return trouble::unusable(&[], self.context) };
        let Some(config) = edition.config() else { return trouble::unusable(&newest.problems(), self.context) };
        let base = config.base_url.path.as_str();
        match target::meant(path, base) {
            // Hosts obey rules outside the site's own folder too.
            Meant::Above(path) => self
                .outside(edition, &path, query)
                .unwrap_or_else(|| Reply::elsewhere(StatusCode::FOUND, with_query(&format!("{base}/"), query))),
            Meant::Outside(path) => self.outside(edition, &path, query).unwrap_or_else(|| self.missing(edition)),
            Meant::Nothing => self.missing(edition),
            Meant::Inside(target) => self.below(edition, base, &target, query),
        }
    }

    fn below(&self, edition: &Arc<Edition>, base: &str, target: &Target, query: &str) -> Reply {
        let planned = target.output().and_then(|path| edition.job(&path).map(|job| (path, job)));
        // An alias has a page for hosts that know no rules; where there are rules, it is they who lead to the article.
        let folder = target.as_folder().and_then(|path| edition.job(&path).map(|job| (path, job)));
        let has_file = planned.iter().chain(&folder).any(|(_, job)| !matches!(job, Job::Alias(_)));
        match self.verdict(edition, &format!("{base}/{}", target.path), query, has_file) {
            Some(Verdict::Elsewhere { status, location }) => {
                let page = planned.map(|(path, job)| self.made(edition, &path, job, StatusCode::OK));
                return redirect(status, location, page);
            }
            Some(Verdict::Instead { status, path }) => {
                if let Some(reply) = self.instead(edition, status, &path) {
                    return reply;
                }
            }
            None => {}
        }
        if let Some((path, job)) = planned {
            return self.output(edition, &path, job, StatusCode::OK);
        }
        // Never from the request: a path that begins with two slashes would be another host.
        if let Some((folder, _)) = folder {
            return Reply::elsewhere(StatusCode::PERMANENT_REDIRECT, with_query(&href(edition, &folder.url()), query));
        }
        if let Some(now) = target.url().as_ref().and_then(|url| edition.moved(url)) {
            return Reply::elsewhere(StatusCode::FOUND, with_query(&href(edition, now), query));
        }
        self.missing(edition)
    }

    /// Where rules lead from a path outside the site's folder.
    fn outside(&self, edition: &Arc<Edition>, path: &str, query: &str) -> Option<Reply> {
        match self.verdict(edition, path, query, false)? {
            Verdict::Elsewhere { status, location } => Some(redirect(status, location, None)),
            Verdict::Instead { status, path } => self.instead(edition, status, &path),
        }
    }

    /// What the rules of `_redirects` say of a path of the server.
    fn verdict(&self, edition: &Edition, path: &str, query: &str, has_file: bool) -> Option<Verdict> {
        let file = OutputPath::parse("_redirects").ok()?;
        let has_own = match edition.job(&file)? {
            Job::Redirects(own) => own.is_some(),
            _ => true,
        };
        // Our own rules are never forced.
        if has_file && !has_own {
            return None;
        }
        let shown = self.state.memo.show(edition, &file)?;
        self.read_rules(&shown).verdict(path, query, has_file)
    }

    fn read_rules(&self, shown: &Shown) -> Arc<Rules> {
        let mut known = self.rules.lock().unwrap_or_else(PoisonError::into_inner);
        match &*known {
            Some((is, rules)) if *is == shown.is => rules.clone(),
            _ => {
                let rules = Arc::new(Rules::parse(&String::from_utf8_lossy(&shown.bytes)));
                *known = Some((shown.is, rules.clone()));
                rules
            }
        }
    }

    /// The file that a rule puts in the place of another.
    fn instead(&self, edition: &Arc<Edition>, status: u16, path: &str) -> Option<Reply> {
        let base = edition.config()?.base_url.path.as_str();
        let path = path.split(['?', '#']).next().unwrap_or_default();
        let Meant::Inside(target) = target::meant(path, base) else { return None };
        let status = StatusCode::from_u16(status).ok()?;
        let mut candidates = target.output().into_iter().chain(target.as_folder());
        let (path, job) = candidates.find_map(|path| edition.job(&path).map(|job| (path, job)))?;
        Some(self.output(edition, &path, job, status))
    }

    fn missing(&self, edition: &Arc<Edition>) -> Reply {
        let page = OutputPath::parse("404.html").ok();
        match page.and_then(|path| edition.job(&path).map(|job| (path, job))) {
            Some((path, job)) => self.output(edition, &path, job, StatusCode::NOT_FOUND),
            None => trouble::missing(),
        }
    }

    /// An output with our tag, if it is HTML.
    fn output(&self, edition: &Arc<Edition>, path: &OutputPath, job: &Job, status: StatusCode) -> Reply {
        let reply = self.made(edition, path, job, status);
        match (reply.content_type.starts_with("text/html"), &reply.content) {
            (true, Content::Bytes(bytes)) if reply.is.is_some() => {
                Reply { content: Content::Bytes(tagged(bytes)), ..reply }
            }
            // A file that is too large to be held for whoever reads it slowly goes without our tag.
            (true, Content::File(edition, path, stamp)) if stamp.size <= HELD => match edition.world().read(path) {
                Ok(bytes) => Reply { content: Content::Bytes(tagged(&bytes)), ..reply },
                Err(_) => reply,
            },
            _ => reply,
        }
    }

    /// An output, as it will be published.
    fn made(&self, edition: &Arc<Edition>, path: &OutputPath, job: &Job, status: StatusCode) -> Reply {
        let kind = types::content_type(path, job);
        if let Job::Copy(source) = job {
            return match files::content(edition, source) {
                Some((_, content)) if let Some(problem) = unfit(edition, source, &content) => {
                    trouble::broken(&[(problem.code().severity(), problem)], self.context)
                }
                Some((is, content)) => Reply::new(status, &kind, is, content),
                None => trouble::missing(),
            };
        }
        match self.state.memo.show(edition, path) {
            Some(shown) if shown.is_stale && shown.bytes.is_empty() => {
                let problems = shown.problems.into_iter().map(|problem| (problem.code().severity(), problem));
                trouble::broken(&problems.collect::<Vec<_>>(), self.context)
            }
            Some(shown) if has_theme(edition) => {
                Reply::new(status, &kind, Some(shown.is.to_string()), Content::Bytes(Bytes::from_owner(shown.bytes)))
            }
            _ => trouble::unusable(&self.state.newest().problems(), self.context),
        }
    }
}

/// Why a build would not publish a file, as far as that is seen in what is held of it. A film is never looked at.
fn unfit(edition: &Edition, source: &SourcePath, content: &Content) -> Option<Diagnostic> {
    match content {
        Content::Bytes(bytes) => output::unfit(source, bytes),
        Content::File(_, path, stamp) if stamp.size <= HELD && output::may_be_unfit(path) => {
            output::unfit(source, &edition.world().read(path).ok()?)
        }
        Content::File(..) => None,
    }
}

/// How many bytes of a file are held for a reader.
const HELD: u64 = 4 << 20;

fn has_theme(edition: &Edition) -> bool {
    edition.survey().is_some_and(|survey| survey.theme.is_some())
}

/// An address of the site as browsers write it.
fn href(edition: &Edition, url: &crate::base::UrlPath) -> String {
    edition.config().map_or_else(|| url.to_string(), |config| config.base_url.href(url))
}

fn with_query(path: &str, query: &str) -> String {
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

/// A redirect; with the page that leads there too, where there is one.
fn redirect(status: u16, location: String, page: Option<Reply>) -> Reply {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::FOUND);
    match page {
        Some(page) => Reply { status, location: Some(location), is: None, ..page },
        None => Reply::elsewhere(status, location),
    }
}

/// A page with our tag before the end of its body, or at its end.
fn tagged(page: &[u8]) -> Bytes {
    let end = page.windows(6).rposition(|window| window.eq_ignore_ascii_case(b"</body")).unwrap_or(page.len());
    [&page[..end], TAG.as_bytes(), &page[end..]].concat().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tag_comes_before_the_last_end_of_a_body() {
        let tag = |page: &str| String::from_utf8(tagged(page.as_bytes()).to_vec()).unwrap();
        assert_eq!(tag("<body>a</BODY ></html>"), format!("<body>a{TAG}</BODY ></html>"));
        assert_eq!(tag("<pre></body></pre></body>"), format!("<pre></body></pre>{TAG}</body>"));
        assert_eq!(tag("<p>é"), format!("<p>é{TAG}"));
        assert_eq!(tag(""), TAG);
    }
}
