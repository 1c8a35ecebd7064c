//! Where the links of articles lead.
//!
//! A link to a file is followed from the file it stands in. Absence is an answer too: a link to a missing post becomes
//! right when the post appears.

use super::{Resident, Site};
use crate::base::nfc::nfc;
use crate::base::{SourcePath, UrlPath};
use crate::content::{Article, Target, TargetKind};
use serde::{Deserialize, Serialize};

/// Where a link leads.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Landing {
    /// The path below `base_url`, or the whole address when the target is external.
    pub path: Option<UrlPath>,
    /// Query, without its `?`.
    pub query: Option<String>,
    /// Fragment, without its `#`, as the page has it.
    pub fragment: Option<String>,
}

/// What became of a link, for the check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Resolution {
    /// It leads to an article; the fragment is one of its ids, or there is none.
    Article,
    /// It leads to an article that has no such fragment.
    NoFragment {
        /// The file of the article.
        on: SourcePath,
    },
    /// It leads to a file that is published.
    File,
    /// It is a path of the site that only the plan of outputs can judge.
    Path(UrlPath),
    /// It names a Markdown file that does not exist or is not published.
    NoArticle,
    /// It leaves the site's folder.
    Outside,
    /// It leads elsewhere on the web.
    External,
}

impl Site {
    /// Where a target written in an article leads; nothing when it leads nowhere that has an address.
    pub(crate) fn land(&self, from: &SourcePath, target: &Target) -> (Landing, Resolution) {
        let landing =
            |path: Option<UrlPath>, fragment: Option<String>| Landing { path, query: target.query.clone(), fragment };
        match target.kind {
            TargetKind::External => (landing(None, target.fragment.clone()), Resolution::External),
            TargetKind::Own => match self.resident(from) {
                Some(own) => self.land_on(own, target),
                None => (landing(None, target.fragment.clone()), Resolution::NoArticle),
            },
            TargetKind::Markdown => {
                let path = match target.path.strip_prefix('/') {
                    Some(path) => Some(SourcePath::new(format!("content/{path}"))),
                    None => from.resolve(&target.path),
                };
                match path {
                    None => (landing(None, None), Resolution::Outside),
                    Some(path) => match self.resident_nfc(path.as_str()) {
                        Some(resident) => self.land_on(resident, target),
                        None => (landing(None, None), Resolution::NoArticle),
                    },
                }
            }
            TargetKind::Rooted => match UrlPath::parse(&encode(&target.path)) {
                Ok(url) => (landing(Some(url.clone()), self.fragment_at(&url, target)), Resolution::Path(url)),
                Err(_) => (landing(None, None), Resolution::Outside),
            },
            TargetKind::Relative => self.land_relative(from, target),
        }
    }

    /// A relative path means a file from where the article stands, else an article without its extension, else an
    /// address from where the article is published.
    fn land_relative(&self, from: &SourcePath, target: &Target) -> (Landing, Resolution) {
        if let Some(path) = from.resolve(&target.path) {
            if let Some(output) = self.files.by_source.get(&*nfc(path.as_str())) {
                let landing = Landing {
                    path: Some(output.url()),
                    query: target.query.clone(),
                    fragment: target.fragment.clone(),
                };
                return (landing, Resolution::File);
            }
            for name in [format!("{path}.md"), format!("{path}/index.md")] {
                if let Some(resident) = self.resident_nfc(&name) {
                    return self.land_on(resident, target);
                }
            }
        }
        let base = self.resident(from).map_or_else(UrlPath::root, |resident| resident.url.clone());
        let joined = url::Url::parse("http://site.invalid").and_then(|root| root.join(base.as_str()));
        match joined.and_then(|base| base.join(&encode(&target.path))) {
            Ok(url) => match UrlPath::parse(url.path()) {
                Ok(path) => {
                    let landing = Landing {
                        path: Some(path.clone()),
                        query: target.query.clone(),
                        fragment: self.fragment_at(&path, target),
                    };
                    (landing, Resolution::Path(path))
                }
                Err(_) => (Landing { path: None, query: None, fragment: None }, Resolution::Outside),
            },
            Err(_) => (Landing { path: None, query: None, fragment: None }, Resolution::Outside),
        }
    }

    /// The fragment of a target at an address: the id that is meant, when an article is there.
    fn fragment_at(&self, url: &UrlPath, target: &Target) -> Option<String> {
        let wanted = target.fragment.as_deref()?;
        let article = self.by_url.get(url).map(|index| self.residents[*index].article());
        Some(article.and_then(|article| meant_id(article, wanted)).unwrap_or_else(|| wanted.to_owned()))
    }

    /// Lands on an article; a fragment that differs from one id only by accents, apostrophes or GitHub's rule means it.
    fn land_on(&self, resident: &Resident, target: &Target) -> (Landing, Resolution) {
        let landing = |fragment| Landing { path: Some(resident.url.clone()), query: target.query.clone(), fragment };
        match target.fragment.as_deref() {
            None | Some("") => (landing(None), Resolution::Article),
            Some(wanted) => match meant_id(resident.article(), wanted) {
                Some(id) => (landing(Some(id)), Resolution::Article),
                None => {
                    let on = resident.article().path.clone();
                    (landing(Some(wanted.to_owned())), Resolution::NoFragment { on })
                }
            },
        }
    }

    /// The article that answers an address, with what its fragment lands on.
    pub fn fragment_of_article<'a>(&'a self, article: &'a Article, fragment: &str) -> Option<String> {
        meant_id(article, fragment)
    }

    fn resident_nfc(&self, path: &str) -> Option<&Resident> {
        self.by_path.get(&*nfc(path)).map(|index| &*self.residents[*index])
    }
}

/// The id that a fragment means on an article.
fn meant_id(article: &Article, wanted: &str) -> Option<String> {
    let body = &article.body;
    let is_other = || body.ids.binary_search_by(|id| id.as_str().cmp(wanted)).is_ok();
    if wanted == "top" || body.headings.iter().any(|heading| heading.id == wanted) || is_other() {
        return Some(wanted.to_owned());
    }
    // GitHub numbers the second of equal headings 1, we number it 2.
    let numbered = wanted.rsplit_once('-').and_then(|(base, number)| Some((base, number.parse::<u32>().ok()? + 1)));
    if let Some((base, number)) = numbered {
        let second = format!("{base}-{number}");
        let second: String = loose(&second).collect();
        if let Some(heading) = body.headings.iter().find(|heading| loose(&heading.id).eq(second.chars())) {
            return Some(heading.id.clone());
        }
    }
    let wanted: String = loose(wanted).collect();
    let mut meant = body.headings.iter().filter(|heading| loose(&heading.id).eq(wanted.chars()));
    match (meant.next(), meant.next()) {
        (Some(heading), None) if !wanted.is_empty() => Some(heading.id.clone()),
        _ => None,
    }
}

/// The letters and digits of an id without accents and case; made one by one, for most ids differ in the first.
fn loose(text: &str) -> impl Iterator<Item = char> {
    let plain = text.chars().flat_map(|c| deunicode::deunicode_char(c).unwrap_or("").chars());
    plain.filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase())
}

/// A decoded path, encoded again so that `UrlPath` may check it.
fn encode(path: &str) -> String {
    percent_encoding::utf8_percent_encode(path, percent_encoding::CONTROLS)
        .to_string()
        .replace('?', "%3F")
        .replace('#', "%23")
}
