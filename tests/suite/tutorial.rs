//! `docs/themes.md` is tried by doing it: its listings are written, its commands run, what it shows is what comes out.
//!
//! What a code block is stands behind its language: `file=PATH` is written there, `shows=PATH` stands in that file of the
//! site, `console` runs what follows `$ ` and compares what is printed. Blocks are taken in the order of the page, in one
//! folder. `UPDATE=1` writes what commands print into the page: read the difference before you commit it.

use crate::scratch::Scratch;
use std::path::{Path, PathBuf};

/// A code block: what stands behind its fence, and its lines.
struct Block {
    kind: String,
    lines: Vec<String>,
    /// The number of its first line on the page, from 0.
    start: usize,
    section: String,
}

fn page() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/themes.md")
}

fn blocks(text: &str) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut section = String::new();
    let mut is_open = false;
    for (number, line) in text.lines().enumerate() {
        match (line.strip_prefix("```"), is_open) {
            (Some(kind), false) => {
                blocks.push(Block {
                    kind: kind.trim().to_owned(),
                    lines: Vec::new(),
                    start: number + 1,
                    section: section.clone(),
                });
                is_open = true;
            }
            (Some(_), true) => is_open = false,
            (None, true) => blocks.last_mut().unwrap().lines.push(line.to_owned()),
            (None, false) => section = line.strip_prefix("## ").map_or(section, str::to_owned),
        }
    }
    blocks
}

/// What a command prints, without what is another each time.
fn run(site: &Scratch, command: &str) -> Vec<String> {
    let words = shlex::split(command).unwrap();
    assert_eq!(words[0], "manchette", "{command}");
    let ran = site.run(&words[1..]);
    let printed = format!("{}{}", ran.stdout, ran.stderr);
    let mut lines: Vec<String> = printed.lines().map(|line| without_time(line.trim_end())).collect();
    while lines.last().is_some_and(String::is_empty) {
        lines.pop();
    }
    lines
}

/// A line without how long it took.
fn without_time(line: &str) -> String {
    let mut words: Vec<&str> = line.split(' ').collect();
    for at in 1..words.len() {
        if words[at].starts_with("ms") && words[at - 1].chars().all(|digit| digit.is_ascii_digit()) {
            words[at - 1] = "…";
        }
    }
    words.join(" ")
}

/// The lines of a `console` block with what its commands print.
fn printed(site: &Scratch, block: &Block) -> Vec<String> {
    let commands = block.lines.iter().filter(|line| line.starts_with("$ "));
    commands.flat_map(|command| std::iter::once(command.clone()).chain(run(site, &command[2..]))).collect()
}

#[test]
fn the_tutorial_does_what_it_says() {
    let text = std::fs::read_to_string(page()).unwrap();
    let site = Scratch::empty();
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let mut wrong = Vec::new();
    // From behind, so that the places of earlier blocks stay when a later one grows; what is done goes forwards.
    let mut replacements: Vec<(usize, usize, Vec<String>)> = Vec::new();
    for block in blocks(&text) {
        let mut words = block.kind.split(' ').skip(1);
        if block.kind == "console" {
            let now = printed(&site, &block);
            if now != block.lines && std::env::var_os("UPDATE").is_some() {
                replacements.push((block.start, block.lines.len(), now));
            } else if now != block.lines {
                wrong.push(format!("line {}: this is printed:\n{}", block.start, now.join("\n")));
            }
            continue;
        }
        match words.next().and_then(|word| word.split_once('=')) {
            Some(("file", path)) => site.write(path, block.lines.join("\n") + "\n"),
            Some(("shows", path)) => {
                // No reader of the page sees which space it is.
                let file = site.read(path).replace(['\u{a0}', '\u{202f}'], " ");
                let wanted: Vec<&str> = block.lines.iter().map(|line| line.trim()).collect();
                let there: Vec<&str> = file.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
                if !there.windows(wanted.len()).any(|window| window == wanted) {
                    wrong.push(format!("line {}: {path} does not have these lines; it is:\n{file}", block.start));
                }
            }
            Some((other, _)) => panic!("line {}: what is `{other}`?", block.start),
            None => {}
        }
    }
    if !replacements.is_empty() {
        for (start, length, now) in replacements.into_iter().rev() {
            lines.splice(start..start + length, now);
        }
        std::fs::write(page(), lines.join("\n") + "\n").unwrap();
    }
    assert!(wrong.is_empty(), "docs/themes.md:\n{}", wrong.join("\n\n"));
}

#[test]
fn nothing_in_the_tutorial_is_only_said() {
    let text = std::fs::read_to_string(page()).unwrap();
    let tried =
        |block: &Block| block.kind == "console" || block.kind.contains(" file=") || block.kind.contains(" shows=");
    let tutorial: Vec<Block> =
        blocks(&text).into_iter().filter(|block| block.section == "From an empty folder").collect();
    assert!(tutorial.len() > 15, "{}", tutorial.len());
    for block in tutorial {
        assert!(tried(&block), "line {}: ```{}", block.start, block.kind);
    }
}

#[test]
fn the_page_has_the_options_functions_and_templates_that_there_are() {
    let text = std::fs::read_to_string(page()).unwrap();
    for (call, _) in manchette::theme::FUNCTIONS {
        let name = call.split('(').next().unwrap();
        assert!(text.contains(&format!("`{name}(")), "{name}");
    }
    for (template, _) in manchette::output::templates::TEMPLATES {
        assert!(text.contains(&format!("`{template}`")), "{template}");
    }
    for kind in ["string", "boolean", "integer", "list", "color", "file"] {
        assert!(text.contains(&format!("`\"{kind}\"`")), "{kind}");
    }
}
