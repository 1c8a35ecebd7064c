//! Pictures say what they show.

use super::Subject;
use crate::base::{Code, Diagnostic};
use crate::content::document::Reference;

pub(super) fn check(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let silent = |label: &crate::base::Label| {
        Diagnostic::new(Code::MissingAlt, "this picture says nothing to those who do not see it")
            .at(label.clone())
            .help("describe it in a few words: ![what it shows](…), or `alt = \"…\"`")
    };
    let mut problems = Vec::new();
    for article in subject.site.all_articles() {
        let silent_ones = article.body.mentions.iter().filter(|mention| mention.how == Reference::SilentPicture);
        problems.extend(silent_ones.map(|mention| silent(&mention.label)));
        let lead = article.front.image.iter().filter(|picture| picture.alt.trim().is_empty());
        problems.extend(lead.map(|picture| silent(&picture.label)));
    }
    problems
}
