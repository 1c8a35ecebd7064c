//! Properties of the rules, and the tags that choose them. What single texts become stands in `tests/typography/`.

use super::*;
use proptest::prelude::*;

/// A text in which no-break spaces can be seen: `⍽` is U+00A0, `␣` is U+202F.
fn shown(text: &str) -> String {
    text.replace('\u{a0}', "⍽").replace('\u{202f}', "␣")
}

#[test]
fn a_tag_chooses_the_rules() {
    for (tag, rules) in [
        ("fr", Rules::French),
        ("fr-FR", Rules::French),
        ("FR_be", Rules::French),
        ("fr-CA", Rules::Canadian),
        ("fr-Latn-CA", Rules::Canadian),
        ("fr-u-ca-gregory", Rules::French),
        ("fr-CH", Rules::Swiss),
        ("en-GB", Rules::English),
        ("frr", Rules::Off),
        ("de", Rules::Off),
        ("", Rules::Off),
    ] {
        assert_eq!(Rules::of(tag), rules, "{tag}");
    }
}

#[test]
fn names_change_their_apostrophes_alone() {
    assert_eq!(name("L'Équipe ? \"d'ici\"", Rules::French), "L’Équipe ? \"d’ici\"");
    assert_eq!(name("Yahoo!", Rules::French), "Yahoo!");
    assert_eq!(name("L'Équipe", Rules::Off), "L'Équipe");
}

#[test]
fn text_that_is_right_is_not_copied() {
    for text in ["Une phrase.", "« Oui\u{202f}! »".replace(' ', "\u{a0}").as_str(), ""] {
        assert!(matches!(set(text, Rules::French), Cow::Borrowed(_)), "{}", shown(text));
    }
}

/// Pieces of text from which nasty ones are made.
pub(crate) const PIECES: &[&str] = &[
    "14h30",
    "5Mo",
    "9h",
    "XX",
    "mot",
    "Mot",
    "l",
    "d'",
    "n",
    "a",
    "M.",
    "Mme",
    "Me",
    "p.",
    "n°",
    "§",
    "1er",
    "XXIe",
    "siècle",
    "19",
    "juin",
    "2025",
    "10",
    "000",
    "12",
    "0",
    "h",
    "km",
    "Mo",
    "€",
    "%",
    "$",
    "°C",
    "millions",
    " ",
    " ",
    " ",
    " ",
    "\n",
    "\u{a0}",
    "\u{202f}",
    "\u{2009}",
    ";",
    ":",
    "!",
    "?",
    "?!",
    "\"",
    "\"",
    "\"",
    "'",
    "'",
    "«",
    "»",
    "“",
    "”",
    "‘",
    "’",
    "‹",
    "›",
    "(",
    ")",
    "[",
    "]",
    ".",
    "...",
    "…",
    ",",
    "-",
    "--",
    "---",
    "–",
    "—",
    "/",
    "\\",
    "+",
    "C++",
    "https://a.fr/?b='c'",
    "www.a.fr",
    "`x ?`",
    "`",
    "a@b.fr",
    "#tag",
    "12:30",
    "::",
    ":)",
    "Yahoo!",
    "&amp;",
    "=",
    "\u{1}",
    "\u{2}",
    "é",
    "中",
    "_",
    "*",
    "<b>",
    "🎉",
    "'90",
    "'n'",
    "tis",
];

/// The characters that typography may not touch.
fn kept(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace() && !"\"'«»“”‘’‹›".contains(*c)).collect()
}

fn any_rules() -> impl Strategy<Value = Rules> {
    prop::sample::select(vec![Rules::French, Rules::Canadian, Rules::Swiss, Rules::English])
}

#[test]
fn a_hyphen_that_begins_a_line_and_becomes_a_dash_is_set_once() {
    for rules in [Rules::French, Rules::English] {
        let once = set("14h30\n- h", rules).into_owned();
        assert_eq!(shown(&set(&once, rules)), shown(&once));
    }
}

#[test]
fn an_apostrophe_that_was_typed_as_a_quote_parts_words_before_it_is_mended() {
    let once = set("5Mo‘p. 2025", Rules::French).into_owned();
    assert_eq!(shown(&once), "5⍽Mo’p.⍽2025");
    assert_eq!(shown(&set(&once, Rules::French)), shown(&once));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]

    #[test]
    fn setting_twice_is_setting_once(
        pieces in prop::collection::vec(prop::sample::select(PIECES.to_vec()), 0..14), rules in any_rules(),
    ) {
        let text = pieces.concat();
        let once = set(&text, rules).into_owned();
        let twice = set(&once, rules);
        prop_assert_eq!(shown(&once), shown(&twice), "of {:?}", text);
    }

    #[test]
    fn nothing_but_spaces_quotes_dots_and_dashes_changes(
        pieces in prop::collection::vec(prop::sample::select(PIECES.to_vec()), 0..14), rules in any_rules(),
    ) {
        let text = pieces.concat();
        // Dots and dashes are the rules' own: they are compared apart from how they were typed.
        let plain = |text: &str| kept(text).replace('…', "...").replace(['–', '—'], "-");
        let squeezed = |text: String| {
            let mut out = String::new();
            for c in text.chars() {
                if c != '-' || !out.ends_with('-') {
                    out.push(c);
                }
            }
            out
        };
        let set = set(&text, rules);
        prop_assert_eq!(squeezed(plain(&text)), squeezed(plain(&set)));
        if rules == Rules::English {
            let spaces = |text: &str| text.chars().filter(|c| c.is_whitespace()).collect::<String>();
            prop_assert_eq!(spaces(&text), spaces(&set));
        }
    }

    #[test]
    fn any_text_is_set(text in "\\PC{0,60}", rules in any_rules()) {
        let once = set(&text, rules).into_owned();
        prop_assert_eq!(shown(&set(&once, rules)), shown(&once));
        for range in ordinals(&text, rules) {
            prop_assert!(text.get(range).is_some());
        }
    }
}
