//! The fuzz targets on stable: every input of the corpus, texts of this repository, and variations of both.

#[path = "../fuzz/targets/mod.rs"]
mod targets;

use super::dice::Dice;
use std::path::Path;
use targets::{TARGETS, Target};

/// Texts to begin with, for targets that take files of a site: where they lie and how their names end.
const SEEDS: &[(&str, &str, &str)] = &[
    ("front_matter", "tests/diagnostics", ".md"),
    ("front_matter", "tests/sites", ".md"),
    ("config", "tests/diagnostics", "site.toml"),
    ("markdown", "tests/sites", ".md"),
    ("template", "tests/sites", ".html"),
    ("template", "themes", ".html"),
    ("typography", "tests/typography", ".txt"),
    ("pictures", "tests/sites", ".png"),
    ("pictures", "tests/sites", ".svg"),
];

/// Bytes that hurt more often than others.
const HURTFUL: &[u8] = b"\0\n\r\t \"'#%&()*+,-./0:;<=>?[\\]^_`a{|}~\x7f\x80\xc2\xe2\xff";

/// The same bytes with some changes.
fn vary(dice: &mut Dice, bytes: &[u8], others: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for _ in 0..=dice.below(4) {
        let at = dice.below(bytes.len() + 1);
        let end = (at + dice.below(12)).min(bytes.len());
        match dice.below(6) {
            0 => bytes.insert(at, *dice.one_of(HURTFUL)),
            1 => drop(bytes.drain(at..end)),
            2 => bytes.truncate(at.max(1)),
            3 => bytes.splice(at..at, bytes[at..end].repeat(dice.below(20))).for_each(drop),
            4 => {
                let other = dice.one_of(others);
                let from = dice.below(other.len() + 1);
                let to = (from + dice.below(60)).min(other.len());
                bytes.splice(at..end, other[from..to].iter().copied()).for_each(drop);
            }
            _ => bytes.iter_mut().skip(at).take(1).for_each(|byte| *byte = *dice.one_of(HURTFUL)),
        }
    }
    bytes
}

fn inputs(name: &str) -> Vec<Vec<u8>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut inputs: Vec<Vec<u8>> =
        crate::scratch::tree(&root.join("tests/fuzz/corpus").join(name)).into_values().collect();
    for (_, folder, end) in SEEDS.iter().filter(|(target, ..)| *target == name) {
        let files = crate::scratch::tree(&root.join(folder));
        inputs.extend(files.into_iter().filter(|(path, _)| path.ends_with(end)).map(|(_, bytes)| bytes));
    }
    inputs
}

/// Runs a target over some bytes.
fn try_it(name: &str, bytes: &[u8]) {
    let (_, target): &(&str, Target) = TARGETS.iter().find(|(known, _)| *known == name).unwrap();
    let held = std::panic::catch_unwind(|| target(bytes));
    assert!(held.is_ok(), "{name} breaks on {:?}", String::from_utf8_lossy(bytes));
}

/// Runs a target over all that it begins with, and over so many variations.
fn holds(name: &str, variations: usize) {
    let inputs = inputs(name);
    assert!(inputs.len() >= 5, "{name} begins with {} inputs", inputs.len());
    let mut dice = Dice::new(1);
    inputs.iter().for_each(|bytes| try_it(name, bytes));
    for _ in 0..variations {
        let bytes = dice.one_of(&inputs);
        try_it(name, &vary(&mut dice, bytes, &inputs));
    }
}

#[test]
fn p16_any_front_matter_is_an_article_or_an_error() {
    holds("front_matter", 600);
}

#[test]
fn p16_any_settings_are_settings_or_errors() {
    holds("config", 1000);
}

#[test]
fn any_data_are_values_or_errors() {
    holds("data", 1000);
}

#[test]
fn p16_any_markdown_becomes_markup_of_ours_alone() {
    holds("markdown", 300);
}

#[test]
fn p16_any_template_is_a_page_or_an_error() {
    holds("template", 600);
}

#[test]
fn p16_any_bytes_can_be_a_picture() {
    holds("pictures", 2000);
}

#[test]
fn p16_typography_changes_no_letter_of_any_text() {
    holds("typography", 300);
}

#[test]
fn p30_any_name_stays_below_its_folder() {
    holds("links", 5000);
}

#[test]
fn p25_any_damage_of_what_is_remembered_changes_no_output() {
    holds("cache", 60);
    // A letter in the place of a byte, all over each file: much of that can be read as before, and says something else.
    for file in 0..5 {
        for place in (0..24).map(|number| 173 * number) {
            for world in [0, 2] {
                let [high, low] = u16::to_be_bytes(place);
                try_it("cache", &[world, file, 0, high, low, b'e']);
            }
        }
    }
}

#[test]
fn p45_any_request_gets_what_is_planned_or_a_refusal() {
    holds("http", 600);
}

#[test]
fn every_target_has_a_test_and_a_corpus() {
    let own = include_str!("fuzzing.rs");
    for (name, _) in TARGETS {
        assert!(own.contains(&format!("holds(\"{name}\"")), "{name} is in no test");
        assert!(!inputs(name).is_empty(), "{name} has nothing to begin with");
    }
}
