//! Finding the site that a command is about.

#![expect(clippy::disallowed_methods, reason = "where the command was called, and with what environment")]

use super::args::{Format, Global};
use super::say;
use crate::base::{Code, Diagnostic, Severity, SourcePath, SourceText};
use crate::check::Depth;
use crate::config::{self, Config, Override};
use crate::pipeline::{self, ConfigFile, Memory, Request, Survey};
use crate::sink::DiskShelf;
use crate::world::{DiskWorld, WithThemes};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

/// A site on disk.
pub(super) struct Place {
    /// Its folder.
    pub(super) root: PathBuf,
    /// Its files.
    pub(super) world: WithThemes<DiskWorld>,
    /// Its site.toml.
    pub(super) config: SourceText,
    /// Where that lies.
    pub(super) config_file: PathBuf,
    /// Where it is read from again.
    pub(super) config_at: ConfigFile,
    /// Settings that are stronger.
    pub(super) overrides: Vec<Override>,
}

/// Finds the site that a command is about, or says why there is none.
pub(super) fn open(global: &Global) -> Option<Place> {
    if let Err(why) = threads() {
        say::talk(why);
        return None;
    }
    match find(global) {
        Ok(place) => Some(place),
        Err(problem) => {
            say::failed(&problem, global);
            None
        }
    }
}

/// Starts the threads that share the work, once. Left to itself, rayon starts them when they are first needed, and panics
/// where the system gives none.
fn threads() -> Result<(), &'static str> {
    static STARTED: OnceLock<Result<(), String>> = OnceLock::new();
    let start = || {
        let started = rayon::ThreadPoolBuilder::new().stack_size(pipeline::STACK).build_global();
        started.map_err(|error| format!("the system gives too few threads to work with: {error}"))
    };
    STARTED.get_or_init(start).as_ref().copied().map_err(String::as_str)
}

/// Finds the site: `--root`, or the nearest folder upward with a site.toml.
fn find(global: &Global) -> Result<Place, Box<Diagnostic>> {
    let here = std::env::current_dir().unwrap_or_else(|_| PathBuf::from("."));
    let root = match &global.root {
        Some(root) => here.join(root),
        None => nearest(&here, global)?,
    };
    let (folder, name) = match &global.config {
        None => (root.clone(), "site.toml".to_owned()),
        Some(file) => named(&here, &root, file),
    };
    let path = SourcePath::new(&name);
    let config_file = folder.join(&name);
    // A configuration outside the site's folder is read through a door of its own.
    let config_at = ConfigFile { world: Arc::new(DiskWorld::new(folder)), path };
    let config = pipeline::read(&*config_at.world, &config_at.path);
    let config = config.map_err(|problem| match is_there(&root.join(&name)) || global.config.is_some() {
        true => problem,
        false if global.root.is_some() => Box::new(not_there(&root)),
        false => Box::new(not_found(&root)),
    })?;
    let mut overrides = config::overrides(environment()?);
    overrides.extend(global.overrides(&here));
    let world = WithThemes::new(DiskWorld::new(root.clone()));
    Ok(Place { root, world, config, config_file, config_at, overrides })
}

impl Place {
    /// A path of the site as it can be opened from where the command was typed.
    pub(super) fn shown_here(&self, path: &str) -> String {
        let here = std::env::current_dir().unwrap_or_default();
        match here == self.root {
            true => path.to_owned(),
            false => self.root.join(path).display().to_string(),
        }
    }

    /// What builds remember of the site.
    pub(super) fn memory(&self) -> Memory {
        Memory::load(self.shelf())
    }

    /// Where that lies.
    pub(super) fn shelf(&self) -> Arc<DiskShelf> {
        Arc::new(DiskShelf::new(&self.root))
    }

    /// What the run takes in.
    pub(super) fn request(&self, global: &Global) -> Request {
        Request {
            overrides: self.overrides.clone(),
            drafts: global.drafts,
            future: global.future,
            expired: global.expired,
            at: global.at.as_ref().map(|at| at.text().to_owned()),
            policy: global.policy(),
            paranoid: false,
            explain: false,
            dry_run: false,
            progress: Default::default(),
        }
    }

    /// The site as far as it is known without rendering, for commands that list it; its errors are told.
    pub(super) fn survey(&self, request: &Request, global: &Global) -> Option<Survey> {
        let mut surveyed = pipeline::survey(&self.world, &mut self.memory(), &self.config, request, Depth::Build);
        Diagnostic::sort(&mut surveyed.diagnostics);
        let errors = surveyed.diagnostics.iter().filter(|problem| problem.code().severity() == Severity::Error);
        say::diagnostics(errors.map(|problem| (Severity::Error, problem)), global);
        surveyed.survey
    }

    /// The configuration alone; what is wrong with it is told.
    pub(super) fn read_config(&self, global: &Global) -> Option<Config> {
        self.read_told(global).0
    }

    /// The configuration alone, and whether it has no errors; what is wrong with it is told.
    pub(super) fn read_told(&self, global: &Global) -> (Option<Config>, bool) {
        let read = config::read(&self.config, &self.overrides);
        let policy = global.policy();
        let judged: Vec<(Severity, &Diagnostic)> =
            read.diagnostics.iter().filter_map(|problem| Some((policy.severity(problem.code())?, problem))).collect();
        let is_sound = judged.iter().all(|(severity, _)| *severity != Severity::Error);
        say::diagnostics(judged, global);
        (read.value, is_sound)
    }
}

/// `manchette config`: the settings as they count.
pub(super) fn config(global: &Global) -> bool {
    let Some(place) = open(global) else { return false };
    let (config, is_sound) = place.read_told(global);
    let settings = config::effective(&place.config, &place.overrides);
    let file = place.config.path().to_string();
    say::data(&match global.format {
        Format::Text => super::config::text(&settings, &file),
        Format::Json => super::config::json(&settings, &file),
    });
    config.is_some() && is_sound
}

fn nearest(here: &Path, global: &Global) -> Result<PathBuf, Box<Diagnostic>> {
    if global.config.is_some() && !here.join("site.toml").exists() {
        return Ok(here.to_owned());
    }
    let found = here.ancestors().find(|folder| is_there(&folder.join("site.toml")));
    found.map(Path::to_owned).ok_or_else(|| Box::new(not_found(here)))
}

/// Whether something of that name is there, be it a folder, a pipe, a link that leads nowhere or what the disk cannot tell.
fn is_there(path: &Path) -> bool {
    use std::io::ErrorKind::{NotADirectory, NotFound, PermissionDenied};
    match path.symlink_metadata() {
        Ok(_) => true,
        Err(error) => !matches!(error.kind(), NotFound | NotADirectory | PermissionDenied),
    }
}

/// Where a configuration file is: its folder and its name; relative to where it was typed, else to the root.
fn named(here: &Path, root: &Path, file: &Path) -> (PathBuf, String) {
    let typed = here.join(file);
    let path = if typed.exists() { typed } else { root.join(file) };
    let name = path.file_name().map_or_else(|| "site.toml".to_owned(), |name| name.to_string_lossy().into_owned());
    match path.parent() {
        Some(folder) => (folder.to_owned(), name),
        None => (root.to_owned(), name),
    }
}

/// The user's own folder, in which nothing is published.
pub(super) fn home() -> Option<PathBuf> {
    std::env::var_os("HOME").map(PathBuf::from)
}

/// The variables of the environment that are texts. One of ours that is none is an error: it would do nothing.
fn environment() -> Result<Vec<(String, String)>, Box<Diagnostic>> {
    let mut texts = Vec::new();
    for (name, value) in std::env::vars_os() {
        match (name.into_string(), value.into_string()) {
            (Ok(name), Ok(value)) => texts.push((name, value)),
            (Ok(name), Err(value)) if name.starts_with(config::PREFIX) => {
                let message = format!("`{name}` is no text in UTF-8: `{}`", value.to_string_lossy());
                return Err(Box::new(Diagnostic::new(Code::BadValue, message).help("set it in UTF-8, or unset it")));
            }
            _ => {}
        }
    }
    Ok(texts)
}

/// What the environment sets of our options.
pub(super) fn variables() -> Vec<OsString> {
    let ours = |name: &OsString| name.to_string_lossy().starts_with(config::PREFIX);
    std::env::vars_os().filter(|(name, _)| ours(name)).map(|(_, value)| value).collect()
}

fn not_there(root: &Path) -> Diagnostic {
    let message = match root.is_dir() {
        true => format!("there is no site.toml in `{}`", root.display()),
        false => format!("there is no folder `{}`", root.display()),
    };
    let problem = Diagnostic::new(Code::SiteNotFound, message);
    if let Some(help) = misnamed(root) {
        return problem.help(help);
    }
    problem.help("name the folder of a site, or make one with `manchette init`")
}

fn not_found(here: &Path) -> Diagnostic {
    let message = format!("there is no site.toml in `{}` or above it", here.display());
    let entries = std::fs::read_dir(here).into_iter().flatten().flatten();
    let mut below: Vec<String> = entries
        .filter(|entry| entry.path().join("site.toml").is_file())
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    below.sort();
    let problem = Diagnostic::new(Code::SiteNotFound, message);
    if let Some(name) = below.first() {
        return problem.help(format!("there is a site in `{name}`: type `cd {name}` first, or add `--root {name}`"));
    }
    if let Some(help) = misnamed(here) {
        return problem.help(help);
    }
    problem.help("go to the folder of a site, name it with `--root`, or make one with `manchette init`")
}

/// What to do where a site.toml has another name.
fn misnamed(folder: &Path) -> Option<String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut names: Vec<String> = entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    if names.iter().any(|name| name == "site.toml") {
        return Some("there is `site.toml`, but it may not be looked at: give yourself the right to".to_owned());
    }
    let is_ours =
        |name: &&String| ["site.toml", "site.toml.txt", "site.tml", "site.txt"].contains(&&*name.to_lowercase());
    if let Some(name) = names.iter().find(is_ours) {
        return Some(format!("there is `{name}`: rename it to `site.toml`, in small letters and with no other ending"));
    }
    let is_of_others = |name: &&String| {
        ["config.toml", "hugo.toml", "zola.toml", "_config.yml", "site.yml", "site.yaml", "config.yaml"]
            .contains(&name.as_str())
    };
    let name = names.iter().find(is_of_others)?;
    Some(format!(
        "there is `{name}`, which manchette does not read: if it has the keys of a site.toml, rename it to `site.toml`"
    ))
}
