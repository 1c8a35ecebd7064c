//! Checks over the whole site: one file each, listed here in the order in which they run.
//!
//! A check reads the site and the plan and gives diagnostics; it changes nothing and stops nothing. A new check is one
//! file and one line in `CHECKS`.

mod advice;
mod alternatives;
mod copies;
mod directory;
mod links;
mod menu;
mod misplaced;
mod templates;

use crate::base::Diagnostic;
use crate::content::Article;
use crate::output::Plan;
use crate::site::Site;
use crate::theme::Theme;
pub use directory::Directory;

/// What checks look at.
pub struct Subject<'a> {
    /// The site.
    pub site: &'a Site,
    /// All its outputs.
    pub plan: &'a Plan,
    /// The theme, when it could be compiled.
    pub theme: Option<&'a Theme>,
    /// What broken links may have meant.
    pub directory: Directory<'a>,
}

/// When a check runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// With every build.
    Build,
    /// Only with `check`.
    CheckOnly,
}

type Check = fn(&Subject<'_>) -> Vec<Diagnostic>;

const CHECKS: &[(Depth, Check)] = &[
    (Depth::Build, links::check),
    (Depth::Build, menu::check),
    (Depth::Build, misplaced::check),
    (Depth::Build, copies::check),
    (Depth::Build, templates::check),
    (Depth::CheckOnly, alternatives::check),
];

/// Whether the checks of a build, which found nothing in one text of an article, find nothing in another one with the
/// same face.
pub fn stay_silent(known: &Article, other: &Article) -> bool {
    links::asks_no_more(known, other)
}

/// Runs the checks of a build, or all of them.
pub fn run(subject: &Subject<'_>, depth: Depth) -> Vec<Diagnostic> {
    CHECKS
        .iter()
        .filter(|(of, _)| *of == Depth::Build || depth == Depth::CheckOnly)
        .flat_map(|(_, check)| check(subject))
        .collect()
}
