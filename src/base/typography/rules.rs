//! The rules of a language: which spaces stand where, and which quotes.
//!
//! Never guesses: a language without rules here keeps what its author wrote.

/// No-break space.
pub(super) const WIDE: &str = "\u{a0}";
/// Narrow no-break space.
pub(super) const NARROW: &str = "\u{202f}";

/// The rules that a text takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rules {
    /// French of France, and of wherever no other is named.
    French,
    /// French of Canada.
    Canadian,
    /// French of Switzerland.
    Swiss,
    /// English.
    English,
    /// None: another language, or typography is switched off.
    Off,
}

impl Rules {
    /// The rules for a language tag (BCP 47).
    pub fn of(tag: &str) -> Rules {
        let mut parts = tag.split(['-', '_']);
        let primary = parts.next().unwrap_or("");
        // What stands after a single letter is an extension: `ca` in `fr-u-ca-gregory` is no country.
        let region = parts.take_while(|part| part.len() > 1).find(|part| part.len() == 2).unwrap_or("");
        match () {
            () if primary.eq_ignore_ascii_case("en") => Rules::English,
            () if !primary.eq_ignore_ascii_case("fr") => Rules::Off,
            () if region.eq_ignore_ascii_case("ca") => Rules::Canadian,
            () if region.eq_ignore_ascii_case("ch") => Rules::Swiss,
            () => Rules::French,
        }
    }

    /// The same, for a site that may have typography switched off.
    pub fn when(on: bool, tag: &str) -> Rules {
        if on { Rules::of(tag) } else { Rules::Off }
    }

    /// Whether ordinals are raised: English style guides leave them on the line.
    pub(super) fn raises_ordinals(self) -> bool {
        match self {
            Rules::French | Rules::Canadian | Rules::Swiss => true,
            Rules::English | Rules::Off => false,
        }
    }

    pub(super) fn style(self) -> Option<&'static Style> {
        match self {
            Rules::French => Some(&FRENCH),
            Rules::Canadian => Some(&CANADIAN),
            Rules::Swiss => Some(&SWISS),
            Rules::English => Some(&ENGLISH),
            Rules::Off => None,
        }
    }
}

/// What a language asks for.
#[derive(Debug)]
pub(super) struct Style {
    /// The spaces of French; nothing where spaces stay as they are.
    pub spaces: Option<Spaces>,
    /// Double quotes by how deep they stand, each with the spaces inside.
    pub quotes: [(&'static str, &'static str); 3],
}

/// The spaces of one kind of French.
#[derive(Debug)]
pub(super) struct Spaces {
    /// Before `;`, `!` and `?`.
    pub high: &'static str,
    /// Whether it is added where its author wrote none.
    pub adds_high: bool,
    /// Before `:`.
    pub colon: &'static str,
    /// Inside « and ».
    pub quotes: &'static str,
    /// Before `%` and `‰`.
    pub percent: &'static str,
    /// Between groups of digits.
    pub groups: &'static str,
}

static FRENCH: Style = Style {
    spaces: Some(Spaces { high: NARROW, adds_high: true, colon: WIDE, quotes: WIDE, percent: NARROW, groups: NARROW }),
    quotes: [("«\u{a0}", "\u{a0}»"), ("“", "”"), ("‘", "’")],
};

static CANADIAN: Style = Style {
    spaces: Some(Spaces { high: NARROW, adds_high: false, colon: WIDE, quotes: WIDE, percent: WIDE, groups: WIDE }),
    quotes: [("«\u{a0}", "\u{a0}»"), ("“", "”"), ("‘", "’")],
};

static SWISS: Style = Style {
    spaces: Some(Spaces {
        high: NARROW,
        adds_high: true,
        colon: NARROW,
        quotes: NARROW,
        percent: NARROW,
        groups: NARROW,
    }),
    quotes: [("«\u{202f}", "\u{202f}»"), ("‹\u{202f}", "\u{202f}›"), ("“", "”")],
};

static ENGLISH: Style = Style { spaces: None, quotes: [("“", "”"), ("“", "”"), ("“", "”")] };
