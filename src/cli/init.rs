//! `manchette init`: a small working site. Leaves alone what is there, and never overwrites.

use super::args::{Global, Lang};
use super::say;
use crate::base::SourcePath;
use crate::sink;
use crate::world::{DiskWorld, World, embedded};
use std::path::Path;

/// A file of a new site: its path and its text, in which `{{date}}` is today and `{{theme}}` the theme.
type Starter = (&'static str, &'static str);

const FRENCH: &[Starter] = &[
    ("site.toml", include_str!("starter/fr/site.toml")),
    ("content/a-propos.md", include_str!("starter/fr/a-propos.md")),
    ("content/posts/bienvenue.md", include_str!("starter/fr/bienvenue.md")),
    ("content/posts/comment-ecrire.md", include_str!("starter/fr/comment-ecrire.md")),
    (".gitignore", include_str!("starter/gitignore")),
];

const ENGLISH: &[Starter] = &[
    ("site.toml", include_str!("starter/en/site.toml")),
    ("content/about.md", include_str!("starter/en/about.md")),
    ("content/posts/welcome.md", include_str!("starter/en/welcome.md")),
    ("content/posts/how-to-write.md", include_str!("starter/en/how-to-write.md")),
    (".gitignore", include_str!("starter/gitignore")),
];

/// Makes the site.
pub(super) fn run(dir: &Path, lang: Lang, theme: &str, eject_theme: bool, global: &Global) -> bool {
    let starters = match lang {
        Lang::Fr => FRENCH,
        Lang::En => ENGLISH,
    };
    let now = DiskWorld::new(dir.to_owned()).now();
    let today = now.strftime("%Y-%m-%d").to_string();
    // A repository may have been made first: its list of ignored files is left alone.
    let has_ignores = DiskWorld::new(dir.to_owned()).read(&SourcePath::new(".gitignore")).is_ok();
    let mut files: Vec<(String, Vec<u8>)> = starters
        .iter()
        .filter(|(path, _)| !(has_ignores && *path == ".gitignore"))
        .map(|(path, text)| {
            ((*path).to_owned(), text.replace("{{date}}", &today).replace("{{theme}}", theme).into_bytes())
        })
        .collect();
    if eject_theme {
        files.extend(embedded::files(theme).into_iter().map(|(path, bytes)| (path.to_string(), bytes.to_vec())));
    }
    match sink::create_new(dir, &files) {
        Ok(()) => {
            if !global.quiet {
                let here = dir == Path::new(".");
                let go = if here { String::new() } else { format!("cd {} && ", dir.display()) };
                say::talk(&format!("made a site in `{}`; next: {go}manchette build", dir.display()));
            }
            true
        }
        Err(problem) => say::failed(&problem, global),
    }
}
