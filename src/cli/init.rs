//! `manchette init`: a small working site. Leaves alone what is there, and never overwrites.

use super::args::{Global, Lang};
use super::{say, visible};
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
                let shown = dir.display().to_string();
                let (go, shown) = (go_to(&shown), visible::on_a_line(&shown).into_owned());
                say::talk(&format!("made a site in `{shown}`; next: {go}manchette build"));
            }
            true
        }
        Err(problem) => say::failed(&problem, global),
    }
}

/// How a shell gets to a folder, for a line that is copied from the terminal. Characters that would act there are shown.
fn go_to(folder: &str) -> String {
    if folder == "." {
        return String::new();
    }
    // What begins with a hyphen would be a flag.
    let folder = if folder.starts_with('-') { format!("./{folder}") } else { folder.to_owned() };
    let folder = visible::on_a_line(&folder).into_owned();
    let quoted = shlex::try_quote(&folder).map_or_else(|_| folder.clone(), std::borrow::Cow::into_owned);
    format!("cd {quoted} && ")
}

#[cfg(test)]
mod tests {
    use super::go_to;

    #[test]
    fn the_next_command_can_be_pasted() {
        for (folder, go) in [
            (".", ""),
            ("actu", "cd actu && "),
            ("mon site", "cd 'mon site' && "),
            ("l'actu", "cd \"l'actu\" && "),
            ("-x", "cd ./-x && "),
            ("a;rm b", "cd 'a;rm b' && "),
            ("a\n\u{1b}b", "cd 'a␊␛b' && "),
        ] {
            assert_eq!(go_to(folder), go, "{folder:?}");
        }
    }
}
