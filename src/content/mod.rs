//! One file of content, one `Article`.
//!
//! A parsed article depends on its own bytes and the options alone: nothing here knows other articles, the theme, the
//! disk or the clock. What refers to the rest of the site stays symbolic (`document::Piece`).

pub mod article;
pub mod document;
mod findings;
mod folded;
mod front_matter;
mod markdown;
pub mod misplaced;

pub use article::{Article, FrontMatter, Place, Whole};
pub use document::{Document, Face, Opening, Piece, Prose, Target, TargetKind};
pub use front_matter::split::ends_early;
pub use markdown::blocks::{Block, blocks, letters};
pub use markdown::escape;
pub use markdown::headings::id_of as heading_id;
pub use markdown::highlight::rest;

use self::findings::Findings;
use crate::base::{Checked, Code, Diagnostic, SourcePath, SourceText, Zone};
use serde::Serialize;

/// What parsing depends on besides the file: it is part of a parsed article's fingerprint.
#[derive(Clone, Debug, Serialize)]
pub struct ContentOptions {
    /// Where dates without a zone are.
    pub zone: Zone,
    /// Whether the site names its zone; if not, the first date without one is remembered.
    pub zone_is_named: bool,
    /// The site's language, for articles that name none.
    pub language: String,
    /// What becomes of raw HTML.
    pub raw_html: RawHtml,
    /// Whether code is coloured.
    pub highlight: bool,
    /// Whether the typography pass runs.
    pub typography: bool,
    /// The `rel` of links that leave the site; empty for none.
    pub external_rel: String,
    /// Where the site is served (`https://example.org/actu`): whole addresses below it are links inside the site. Empty
    /// for nowhere.
    pub own_address: String,
}

/// What becomes of raw HTML in Markdown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum RawHtml {
    /// Shown as text, with a warning.
    Escape,
    /// Refused: the site says that it is an error.
    Refuse,
    /// Let through.
    Allow,
    /// Let through as far as a list of ours goes, with a warning for what was dropped.
    Sanitize,
}

/// What a file below `content/` is, if it is an article: Markdown whose name and folders do not begin with `_` or `.`.
pub fn place_of(path: &SourcePath) -> Option<Place> {
    let below = path.below("content")?;
    if !path.extension().eq_ignore_ascii_case("md") || below.split('/').any(|part| part.starts_with(['_', '.'])) {
        return None;
    }
    Some(match below.split_once('/') {
        None if below == "index.md" => Place::Home,
        Some(("posts", _)) => Place::Post,
        Some(("topics", rest)) if !rest.contains('/') => Place::Topic,
        _ => Place::Page,
    })
}

/// Parses one file. The body is read even where the front matter fails, so that all problems are told at once.
pub fn parse(source: &SourceText, place: Place, options: &ContentOptions) -> Checked<Whole> {
    let mut findings = Findings::new(source);
    let Some(read) = front_matter::read(place, options, &mut findings) else {
        return Checked::failed(findings.finish());
    };
    let document = markdown::body(read.body, &read.language, options, &mut findings);
    if document.is_empty()
        && let Some(front) = read.front.as_ref().filter(|front| place == Place::Post && !front.draft)
        && is_a_title_alone(front)
    {
        tell_no_text(read.body, &mut findings);
    }
    let Document { face, rest } = document;
    let diagnostics = findings.finish();
    match read.front {
        Some(front) => {
            let article = Article { path: source.path().clone(), place, front, body: face };
            Checked::new(Whole { article, rest }, diagnostics)
        }
        None => Checked::failed(diagnostics),
    }
}

/// Whether front matter gives a page nothing but its title. A dispatch that leads to the report itself needs no text.
fn is_a_title_alone(front: &FrontMatter) -> bool {
    let leads_on = front.source.as_ref().is_some_and(|source| source.url.is_some());
    let has_notes = !front.updates.is_empty() || !front.corrections.is_empty();
    front.description.is_none() && front.image.is_none() && !leads_on && !has_notes
}

/// Says of a post that nothing stands behind its front matter.
fn tell_no_text(body: usize, findings: &mut Findings<'_>) {
    let front = findings.source().as_str().get(..body).unwrap_or("").trim_end().len();
    let label = findings.label(front.saturating_sub(3)..front, "nothing follows");
    let problem = Diagnostic::new(Code::NoText, "this post has no text: its page is a title alone");
    findings.push(problem.at(label).help("write what has happened, or `draft = true` until you do"));
}
