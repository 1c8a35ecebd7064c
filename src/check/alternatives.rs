//! Pictures say what they show.

use super::Subject;
use crate::base::{Code, Diagnostic};
use crate::content::Piece;

pub(super) fn check(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let silent = |label: &crate::base::Label| {
        Diagnostic::new(Code::MissingAlt, "this picture says nothing to those who do not see it")
            .at(label.clone())
            .help("describe it in a few words: ![what it shows](…), or `alt = \"…\"`")
    };
    let mut problems = Vec::new();
    for article in subject.site.all_articles() {
        let images = article.body.pieces().filter_map(|piece| match piece {
            Piece::Image(image) => Some((&image.alt, &image.label)),
            Piece::Html(_) | Piece::Own(_) | Piece::LinkStart(_) | Piece::LinkEnd | Piece::Related(_) => None,
        });
        let lead = article.front.image.iter().map(|picture| (&picture.alt, &picture.label));
        problems.extend(images.chain(lead).filter(|(alt, _)| alt.trim().is_empty()).map(|(_, label)| silent(label)));
    }
    problems
}
