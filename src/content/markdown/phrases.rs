//! The few words that the text itself needs, in the article's language.
//!
//! Never those of themes: they have their own strings. French and English; other languages read English.

use pulldown_cmark::BlockQuoteKind;

/// The words of one language.
#[derive(Debug)]
pub struct Phrases {
    /// Titles of alerts: note, tip, important, warning, caution.
    alerts: [&'static str; 5],
    /// The name of the part with the footnotes.
    pub notes: &'static str,
    /// What the link from a footnote to the text says.
    pub back: &'static str,
    /// The name of a table that scrolls.
    pub table: &'static str,
    /// A task that is done.
    pub done: &'static str,
    /// A task that is not.
    pub open: &'static str,
}

const FRENCH: Phrases = Phrases {
    alerts: ["Note", "Astuce", "Important", "Attention", "Prudence"],
    notes: "Notes",
    back: "Retour au texte",
    table: "Tableau",
    done: "fait",
    open: "à faire",
};

const ENGLISH: Phrases = Phrases {
    alerts: ["Note", "Tip", "Important", "Warning", "Caution"],
    notes: "Footnotes",
    back: "Back to the text",
    table: "Table",
    done: "done",
    open: "to do",
};

/// The words for a language tag.
pub fn of(language: &str) -> &'static Phrases {
    match language.split(['-', '_']).next() {
        Some(primary) if primary.eq_ignore_ascii_case("fr") => &FRENCH,
        _ => &ENGLISH,
    }
}

/// What an alert is called in classes, in every language.
pub fn alert_name(kind: BlockQuoteKind) -> &'static str {
    match kind {
        BlockQuoteKind::Note => "note",
        BlockQuoteKind::Tip => "tip",
        BlockQuoteKind::Important => "important",
        BlockQuoteKind::Warning => "warning",
        BlockQuoteKind::Caution => "caution",
    }
}

impl Phrases {
    /// The title of an alert.
    pub fn alert(&self, kind: BlockQuoteKind) -> &'static str {
        let [note, tip, important, warning, caution] = self.alerts;
        match kind {
            BlockQuoteKind::Note => note,
            BlockQuoteKind::Tip => tip,
            BlockQuoteKind::Important => important,
            BlockQuoteKind::Warning => warning,
            BlockQuoteKind::Caution => caution,
        }
    }
}
