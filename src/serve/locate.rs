//! From a block of a page to the line of its Markdown.
//!
//! The HTML carries no marks for this, so that what is previewed is what will be published: a block is found by what it
//! says. Only files of the site's own map are ever found: an article, or a file that a problem points into.

use super::Newest;
use super::place;
use crate::base::{SourcePath, SourceText};
use crate::content::{Block, blocks, letters};
use crate::pipeline::Edition;
use serde::Deserialize;

/// What a browser wants to see in an editor.
#[derive(Debug, Deserialize)]
pub struct Wanted {
    /// The page, as `location.pathname` has it.
    #[serde(default)]
    pub at: String,
    /// The page that shows the block, where it is another one: a list.
    #[serde(default)]
    pub here: String,
    /// Whether the block stands outside of what the page is about: in a menu, at the foot.
    #[serde(default)]
    pub outside: bool,
    /// What the block says.
    #[serde(default)]
    pub text: String,
    /// How many blocks before it on the page say the same.
    #[serde(default)]
    pub nth: usize,
    /// A file instead: that of a problem, or of the page.
    pub file: Option<String>,
    /// And its line.
    pub line: Option<u32>,
    /// And its column.
    pub column: Option<u32>,
}

/// A place in a source of the site.
#[derive(Debug, PartialEq, Eq)]
pub struct Spot {
    /// The file.
    pub file: SourcePath,
    /// From 1.
    pub line: u32,
    /// From 1.
    pub column: u32,
}

/// Where that is; nothing when no file of the site says it.
pub fn spot(newest: &Newest, wanted: &Wanted) -> Option<Spot> {
    let edition = newest.edition.as_deref()?;
    if let Some(file) = &wanted.file {
        let (line, column) = (wanted.line.unwrap_or(1).max(1), wanted.column.unwrap_or(1).max(1));
        return known(newest, edition, file).map(|file| Spot { file, line, column });
    }
    let page = article(edition, &wanted.at);
    // What a list says itself, above its posts, wins over what an entry near it is about.
    let around = (wanted.here != wanted.at).then(|| article(edition, &wanted.here)).flatten();
    if let Some(list) = around
        && let Some(line) = exactly(&blocks(&list), &letters(&wanted.text), wanted.nth)
    {
        return Some(Spot { file: list.path().clone(), line, column: 1 });
    }
    let page = page?;
    let found = line(&page, &wanted.text, wanted.nth);
    let line = found.or((!wanted.outside).then_some(1))?;
    Some(Spot { file: page.path().clone(), line, column: 1 })
}

/// The source of the article that a page shows. One that is no text has no blocks.
fn article(edition: &Edition, at: &str) -> Option<SourceText> {
    let page = place::page(edition, at)?;
    let file = place::article_of(edition.site()?, page.planned?.1)?;
    let bytes = edition.world().read(&file).ok()?;
    Some(SourceText::decode(file.clone(), &bytes).unwrap_or_else(|_| SourceText::new(file, "")))
}

/// A file that the browser was told of: an article of the site, or one that a problem points into.
fn known(newest: &Newest, edition: &Edition, file: &str) -> Option<SourcePath> {
    let path = SourcePath::new(file);
    if edition.site().is_some_and(|site| site.article(&path).is_some()) {
        return Some(path);
    }
    let problems = newest.problems();
    let rendered = edition.problems();
    let proof = newest.proof.iter().flat_map(|proof| proof.problems.iter());
    let mut labels = problems
        .iter()
        .chain(&rendered)
        .chain(proof)
        .flat_map(|(_, problem)| problem.primary().into_iter().chain(problem.related_labels()));
    labels.any(|label| label.path == path).then_some(path)
}

/// Less than this is in too many blocks by chance.
const TELLING: usize = 8;

/// How alike two texts must be.
const ALIKE: f64 = 0.6;

/// The line of the block that says a text. The same words win, then words that hold the others, then those most alike,
/// then the front matter that a theme makes a line of.
fn line(source: &SourceText, text: &str, nth: usize) -> Option<u32> {
    let wanted = letters(text);
    if wanted.is_empty() {
        return None;
    }
    let blocks = blocks(source);
    let holds = |block: &&Block| {
        let (short, long) = match block.text.len() < wanted.len() {
            true => (&block.text, &wanted),
            false => (&wanted, &block.text),
        };
        short.len() >= TELLING && long.contains(short.as_str())
    };
    // What differs least in length says the most of the same.
    let held = || blocks.iter().filter(holds).min_by_key(|block| block.text.len().abs_diff(wanted.len()));
    let alike = || {
        let scores = blocks.iter().map(|block| (strsim::sorensen_dice(&block.text, &wanted), block));
        scores.filter(|(score, _)| *score >= ALIKE).max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, block)| block)
    };
    let by_words = exactly(&blocks, &wanted, nth).or_else(|| held().or_else(alike).map(|block| block.line));
    by_words.or_else(|| of_key(source, text))
}

/// The line of the block that has these letters: of several, the one that has so many before it.
fn exactly(blocks: &[Block], wanted: &str, nth: usize) -> Option<u32> {
    let same: Vec<&Block> = blocks.iter().filter(|block| !wanted.is_empty() && block.text == wanted).collect();
    same.get(nth).or(same.last()).map(|block| block.line)
}

/// The line of the front matter whose date or source a text writes in other words.
fn of_key(source: &SourceText, text: &str) -> Option<u32> {
    let said = letters(text);
    let numbers: Vec<&str> = text.split(|c: char| !c.is_ascii_digit()).filter(|number| !number.is_empty()).collect();
    let mut lines = (1..).zip(source.as_str().lines());
    let (_, fence) = lines.next().filter(|(_, line)| matches!(line.trim_end(), "+++" | "---"))?;
    let front = lines.take_while(|(_, line)| line.trim_end() != fence.trim_end());
    let is_it = |line: &str| {
        let Some((key, value)) = line.split_once(['=', ':']) else { return false };
        match key.trim() {
            "date" => {
                let parts = value.trim().trim_matches('"').get(..10).unwrap_or("");
                let mut parts = parts.split('-');
                let (year, _, day) = (parts.next(), parts.next(), parts.next());
                let has = |part: Option<&str>| {
                    part.is_some_and(|part| {
                        numbers.iter().any(|n| n.trim_start_matches('0') == part.trim_start_matches('0'))
                    })
                };
                has(year) && has(day)
            }
            "source" => !letters(value).is_empty() && said.contains(&letters(value)),
            _ => false,
        }
    };
    front.filter(|(_, line)| is_it(line)).map(|(number, _)| number).next()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str, wanted: &str, nth: usize) -> u32 {
        line(&SourceText::new(SourcePath::new("content/posts/a.md"), text), wanted, nth).unwrap_or(0)
    }

    const POST: &str = "+++\ntitle = \"L'IA d'ici\"\ndescription = \"Un chapô écrit à la main\"\n+++\n\nUn mot.\n\nLire aussi : [Le titre](b.md)\n\nUn mot.\n\nUne phrase assez longue, avec une note[^1] et un <b>gras</b>.\n\n[^1]: La note du bas\n";

    #[test]
    fn the_same_words_with_other_typography_are_found() {
        assert_eq!(found(POST, "L’IA d’ici", 0), 2);
        assert_eq!(found(POST, "Un chapô écrit à la main", 0), 3);
        assert_eq!(found(POST, "Lire aussi\u{a0}: Le titre", 0), 8);
        assert_eq!(found(POST, "La note du bas ↩", 0), 14);
    }

    #[test]
    fn of_equal_blocks_the_right_one_is_found() {
        assert_eq!((found(POST, "Un mot.", 0), found(POST, "Un mot.", 1), found(POST, "Un mot.", 7)), (6, 10, 10));
    }

    #[test]
    fn a_part_or_something_much_alike_is_enough() {
        assert_eq!(found(POST, "Une phrase assez longue", 0), 12);
        // Raw HTML that is shown as text.
        assert_eq!(found(POST, "Une phrase assez longue, avec une note et un <b>gras</b>.", 0), 12);
        assert_eq!(found(POST, "Tout autre chose, qui n’est nulle part", 0), 0);
        assert_eq!(found(POST, "…", 0), 0);
    }

    #[test]
    fn the_lines_of_date_and_source_lead_to_their_keys() {
        let post = "+++\ntitle = \"Un\"\nsource = \"WSJ\"\ndate = 2025-06-02\n+++\n\nUn texte.\n\nsource: WSJ\n";
        assert_eq!(found(post, "Publié le 2 juin 2025", 0), 4);
        assert_eq!(found(post, "Source\u{a0}: WSJ →", 0), 9);
        assert_eq!(found(post, "Lire sur WSJ", 0), 3);
        assert_eq!(found(post, "Publié le 3 juin 2025", 0), 0);
        assert_eq!(found("source: WSJ", "Lire sur WSJ", 0), 0);
    }
}
