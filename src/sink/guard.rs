//! Whether a folder may be the output of a site.
//!
//! Looks only: nothing is made, not even to find out. Says no to every folder in which a build could do harm.

use super::manifest::{FILE_NAME, Manifest};
use super::operations::{TEMPORARY, failed};
use super::plain;
use crate::base::{Code, Diagnostic, names};
use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

/// Folders of the site that no output may be in.
const SOURCES: &[&str] = &["content", "static", "themes", "templates", "data", ".manchette", ".git"];

/// A site and its output, without symbolic links.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// The site's folder.
    pub root: PathBuf,
    /// The output folder; it may not exist yet.
    pub output: PathBuf,
}

impl Place {
    /// `.manchette/`, where a site keeps its lock and its stage.
    pub(super) fn workshop(&self) -> PathBuf {
        self.root.join(".manchette")
    }
}

/// Whether the output is a folder of strangers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Strangers {
    /// A folder with files but without our list is refused.
    Refuse,
    /// It is taken over; what is in it stays.
    Accept,
}

/// The place of a site's output, or why it cannot be there. `site` is the site's address, where it is known.
pub(super) fn check(
    root: &Path,
    output: &Path,
    home: Option<&Path>,
    site: Option<&str>,
    strangers: Strangers,
) -> Result<Place, Box<Diagnostic>> {
    let refuse = |why: &str| refused(&format!("`{}` {why}", output.display()));
    let root = fs::canonicalize(root).map_err(|error| failed("find the site's folder", root, &error))?;
    let given = root.join(output);
    let real = match resolve(&given) {
        Ok(real) => real,
        Err(error) => return Err(refuse(&format!("cannot be the output folder: {error}"))),
    };
    if real.parent().is_none() {
        return Err(refuse("is the root of the disk"));
    }
    if root.starts_with(&real) {
        return Err(refuse(if root == real { "is the site's own folder" } else { "holds the site's own folder" }));
    }
    let home = home.and_then(|home| fs::canonicalize(home).ok());
    if home.as_ref().is_some_and(|home| home.starts_with(&real)) {
        return Err(refuse("is your home folder, or holds it"));
    }
    if home.is_some_and(|home| is_hidden_below(&real, &home, &root)) {
        return Err(refuse("is in a hidden folder of your home, where programs look for what is theirs"));
    }
    for source in SOURCES {
        let named = root.join(source);
        let meant = fs::canonicalize(&named).unwrap_or_else(|_| named.clone());
        if is_below(&real, &root, source) || real.starts_with(&meant) || meant.starts_with(&real) {
            return Err(refuse(&format!("is in `{source}/`, or holds it, and the site's sources are there")));
        }
    }
    // Those that hold this site's folder too are its own business.
    let mut foreign = real.ancestors().filter(|folder| !root.starts_with(folder));
    if foreign.any(is_repository) {
        return Err(refuse("is in a folder that a program of version control keeps for itself"));
    }
    for other in real.ancestors().filter(|folder| *folder != root && folder.join("site.toml").is_file()) {
        if real == other || SOURCES.iter().any(|source| is_below(&real, other, source)) {
            return Err(refuse(&format!("holds sources of another site, the one in `{}`", other.display())));
        }
        if resolve(&other.join(output_of(other))).is_ok_and(|theirs| real == theirs) {
            return Err(refuse(&format!("is the output of another site, the one in `{}`", other.display())));
        }
    }
    match fs::metadata(&real) {
        Ok(metadata) if !metadata.is_dir() => return Err(refuse("is not a folder")),
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => return Err(refuse("is below a file")),
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(failed("look at", &real, &error)),
        _ => {}
    }
    let list = Manifest::read_head(&real).map_err(|error| failed("read", &real.join(FILE_NAME), &error))?;
    let is_own = is_of_site_alone(&real, &root);
    if let Some(theirs) = list.as_ref().and_then(|list| list.site.as_deref()).filter(|_| !is_own)
        && let Some(ours) = site.filter(|ours| *ours != theirs)
    {
        let refused = refuse(&format!("has another site: the one of `{theirs}`, and this is `{ours}`"));
        return Err(Box::new(refused.help(
            "choose another folder with `output` in site.toml or with `--output`; if it is this site, and its address \
             has changed, remove the folder first",
        )));
    }
    // One that came to be there before this was refused can be cleaned.
    if strangers == Strangers::Refuse {
        if let Some(above) = real.ancestors().skip(1).find(|above| has_this_site(above, &root, site)) {
            let refused = refuse(&format!("is in `{}`, where this site is published already", above.display()));
            let help =
                "choose a folder beside it, or `manchette clean` that one first: what is in it would stay online";
            return Err(Box::new(refused.help(help)));
        }
        let names = if list.is_some() { Vec::new() } else { names_in(&real)? };
        if names.iter().any(|name| name == FILE_NAME) {
            let why = format!("has a list of manchette's files that is damaged: {FILE_NAME}");
            return Err(Box::new(refuse(&why).help("move the folder away, and the next build makes it anew")));
        }
        if !names.is_empty() {
            let files = list_of_names(&names);
            return Err(refuse(&format!("has files that manchette did not make: {files}")));
        }
    }
    Ok(Place { root, output: real })
}

/// Whether a folder is in the site's own, and no other site lies between: then it is the same site that was published there,
/// perhaps by another address.
fn is_of_site_alone(folder: &Path, root: &Path) -> bool {
    let mut between = folder.ancestors().take_while(|folder| *folder != root);
    folder.starts_with(root) && !between.any(|folder| folder.join("site.toml").is_file())
}

/// Whether a folder has the list of this site. Another site may have one below: an edition in another language.
fn has_this_site(folder: &Path, root: &Path, site: Option<&str>) -> bool {
    let list = Manifest::read_head(folder).ok().flatten();
    list.is_some_and(|list| is_of_site_alone(folder, root) || (site.is_some() && list.site.as_deref() == site))
}

/// Whether a folder is in one of `home` whose name begins with a dot (`~/.ssh`, `~/.config`), unless the site
/// is there too, or around it.
fn is_hidden_below(folder: &Path, home: &Path, root: &Path) -> bool {
    let is_hidden = |folder: &&Path| folder.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
    let mut between = folder.ancestors().take_while(|folder| *folder != home && folder.starts_with(home));
    between.any(|folder| is_hidden(&folder) && !root.starts_with(folder) && !folder.starts_with(root))
}

/// Whether a folder is one in which a program of version control keeps what is its own: by its name, or a bare repository
/// of Git by what is in it.
fn is_repository(folder: &Path) -> bool {
    let is_named = |name: &std::ffi::OsStr| name.to_str().is_some_and(names::is_repository);
    let is_bare = folder.join("HEAD").is_file() && folder.join("objects").is_dir() && folder.join("refs").is_dir();
    folder.file_name().is_some_and(is_named) || is_bare
}

/// Whether a path is that folder of a site or in it, in any case: on some disks `Content` is `content`.
fn is_below(path: &Path, root: &Path, folder: &str) -> bool {
    let first = path.strip_prefix(root).ok().and_then(|below| below.components().next());
    first.is_some_and(|first| first.as_os_str().eq_ignore_ascii_case(folder))
}

/// The output folder that the settings of a site name.
fn output_of(site: &Path) -> String {
    let settings = plain::read(&site.join("site.toml")).unwrap_or_default();
    let table = String::from_utf8_lossy(&settings).parse::<toml::Table>().unwrap_or_default();
    table.get("output").and_then(toml::Value::as_str).unwrap_or(names::USUAL_OUTPUT).to_owned()
}

/// A refusal to write, with the remedy.
pub(super) fn refused(message: &str) -> Box<Diagnostic> {
    let diagnostic = Diagnostic::new(Code::OutputRefused, message);
    Box::new(diagnostic.help("choose another folder with `output` in site.toml or with `--output`, or empty this one"))
}

/// The first of some names, for a message.
pub(super) fn list_of_names(names: &[String]) -> String {
    let shown: Vec<String> = names.iter().take(3).map(|name| format!("`{name}`")).collect();
    let rest = if names.len() > shown.len() { ", …" } else { "" };
    format!("{}{rest}", shown.join(", "))
}

/// What is in a folder, sorted; nothing when there is no folder. Our own temporary files do not count.
pub(super) fn names_in(folder: &Path) -> Result<Vec<String>, Box<Diagnostic>> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.map_err(|error| failed("read", folder, &error))?,
    };
    let mut names = Vec::new();
    for entry in entries {
        let entry = entry.map_err(|error| failed("read", folder, &error))?;
        names.push(entry.file_name().to_string_lossy().into_owned());
    }
    names.retain(|name| !name.ends_with(TEMPORARY));
    names.sort();
    Ok(names)
}

/// The path without symbolic links, `.` and `..`, though its end may not exist.
fn resolve(path: &Path) -> io::Result<PathBuf> {
    let mut real = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                real.pop();
            }
            part => real.push(part),
        }
        // A link to nowhere is refused here, rather than followed to make what it means.
        if fs::symlink_metadata(&real).is_ok() {
            real = fs::canonicalize(&real)?;
        }
    }
    Ok(real)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(root: &Path, output: &Path, home: Option<&Path>) -> String {
        let refused = check(root, output, home, None, Strangers::Refuse).unwrap_err();
        assert_eq!(refused.code(), Code::OutputRefused);
        refused.message().to_owned()
    }

    #[test]
    fn p09_dangerous_outputs_are_refused_and_nothing_is_made() {
        let scratch = tempfile::tempdir().unwrap();
        let root = scratch.path().join("home/site");
        fs::create_dir_all(root.join("content/posts")).unwrap();
        fs::write(root.join("file"), "").unwrap();
        fs::create_dir(root.join("theirs")).unwrap();
        for name in ["a", "b", "c", "d"] {
            fs::write(root.join("theirs").join(name), "").unwrap();
        }
        let list = |site: &str| Manifest::published(Some(site.to_owned()), Default::default()).to_text();
        for (folder, site) in
            [("online", "https://a.example"), ("../www", "https://a.example"), ("../web", "https://b.example")]
        {
            fs::create_dir(root.join(folder)).unwrap();
            fs::write(root.join(folder).join(FILE_NAME), list(site)).unwrap();
        }
        let home = scratch.path().join("home");
        let elsewhere = scratch.path().join("elsewhere");
        fs::create_dir(&elsewhere).unwrap();
        fs::create_dir(home.join("other")).unwrap();
        fs::write(home.join("other/site.toml"), "").unwrap();
        fs::create_dir(home.join("named")).unwrap();
        fs::write(home.join("named/site.toml"), "output = \"www/fr\"").unwrap();
        for (output, home, why) in [
            (Path::new("/"), None, "the root of the disk"),
            (Path::new("."), None, "the site's own folder"),
            (Path::new("content/.."), None, "the site's own folder"),
            (Path::new(".."), None, "holds the site's own folder"),
            (home.as_path(), Some(home.as_path()), "holds the site's own folder"),
            (elsewhere.as_path(), Some(elsewhere.as_path()), "your home folder"),
            (Path::new("content"), None, "sources"),
            (Path::new("content/posts/out"), None, "sources"),
            (Path::new("absent/../static/x"), None, "sources"),
            (Path::new(".manchette/out"), None, "sources"),
            (Path::new("Content"), None, "sources"),
            (Path::new("STATIC/x/"), None, "sources"),
            (Path::new("content/"), None, "sources"),
            (Path::new("../other"), None, "sources of another site"),
            (Path::new("../other/Content/x"), None, "sources of another site"),
            (Path::new("../other/public"), None, "the output of another site"),
            (Path::new("../named/www/fr"), None, "the output of another site"),
            (Path::new("../project/.git/x"), None, "version control"),
            (Path::new("../project/.HG"), None, "version control"),
            (Path::new("../.ssh"), Some(home.as_path()), "hidden folder of your home"),
            (Path::new("../.config/autostart"), Some(home.as_path()), "hidden folder of your home"),
            (Path::new("file"), None, "is not a folder"),
            (Path::new("file/x"), None, "is below a file"),
            (Path::new("online/fr"), None, "where this site is published already"),
            (Path::new("online/fr/x"), None, "where this site is published already"),
            (Path::new("theirs"), None, "did not make: `a`, `b`, `c`, …"),
        ] {
            let message = refusal(&root, output, home);
            assert!(message.contains(why), "{message}");
        }
        assert!(!root.join("static").exists() && !root.join(".manchette").exists());
        let is_ok = |output: &str, site| check(&root, Path::new(output), None, site, Strangers::Refuse).is_ok();
        assert!(check(&root, Path::new("online/fr"), None, None, Strangers::Accept).is_ok());
        assert!(!is_ok("../www/fr", Some("https://a.example")) && is_ok("../web/fr", Some("https://a.example")));
        assert!(check(&root, Path::new("theirs"), None, None, Strangers::Accept).is_ok());
        assert!(check(&root, Path::new("public"), Some(&home), None, Strangers::Refuse).is_ok());
        assert!(check(&root, Path::new(".public"), Some(&home), None, Strangers::Refuse).is_ok());
        assert!(check(&root, Path::new("../public"), None, None, Strangers::Refuse).is_ok());
        assert!(check(&root, Path::new("../other/fr"), None, None, Strangers::Refuse).is_ok());
        assert!(check(&root, Path::new("../named/public"), None, None, Strangers::Refuse).is_ok());
        assert!(check(&root, Path::new("contents"), None, None, Strangers::Refuse).is_ok());
    }

    #[cfg(unix)]
    #[test]
    fn links_are_judged_by_what_they_mean() {
        use std::os::unix::fs::symlink;
        let scratch = tempfile::tempdir().unwrap();
        let root = scratch.path().join("site");
        fs::create_dir_all(root.join("content")).unwrap();
        fs::create_dir(scratch.path().join("www")).unwrap();
        symlink("../www", root.join("public")).unwrap();
        symlink("content", root.join("sly")).unwrap();
        symlink("nowhere", root.join("dangling")).unwrap();
        let place = check(&root, Path::new("public"), None, None, Strangers::Refuse).unwrap();
        assert_eq!(place.output, fs::canonicalize(scratch.path()).unwrap().join("www"));
        assert!(refusal(&root, Path::new("sly"), None).contains("sources"));
        assert!(refusal(&root, Path::new("dangling"), None).contains("No such file"));
    }
}
