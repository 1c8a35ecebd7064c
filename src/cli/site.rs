//! Finding the site that a command is about.

#![expect(clippy::disallowed_methods, reason = "where the command was called, and with what environment")]

use super::args::{Format, Global};
use super::say;
use crate::base::{Code, Diagnostic, Severity, SourcePath, SourceText};
use crate::config::{self, Config, Override};
use crate::pipeline::{self, Request};
use crate::world::{DiskWorld, WithThemes};
use std::path::{Path, PathBuf};

/// A site on disk.
pub(super) struct Place {
    /// Its folder.
    pub(super) root: PathBuf,
    /// Its files.
    pub(super) world: WithThemes<DiskWorld>,
    /// Its site.toml.
    pub(super) config: SourceText,
    /// Settings that are stronger.
    pub(super) overrides: Vec<Override>,
}

/// Finds the site: `--root`, or the nearest folder upward with a site.toml.
pub(super) fn find(global: &Global) -> Result<Place, Box<Diagnostic>> {
    let here = std::env::current_dir().unwrap_or_else(|_| PathBuf::from("."));
    let root = match &global.root {
        Some(root) => here.join(root),
        None => nearest(&here, global)?,
    };
    let (folder, name) = match &global.config {
        None => (root.clone(), "site.toml".to_owned()),
        Some(file) => named(&here, &root, file),
    };
    let world = DiskWorld::new(root.clone());
    let path = SourcePath::new(&name);
    let config = match folder == root {
        true => pipeline::read_config(&world, &path),
        // A configuration outside the site's folder is read through a door of its own.
        false => pipeline::read_config(&DiskWorld::new(folder), &path),
    };
    let config = config.map_err(|problem| match root.join(&name).exists() || global.config.is_some() {
        true => problem,
        false if global.root.is_some() => Box::new(not_there(&root)),
        false => Box::new(not_found(&root)),
    })?;
    let variables =
        std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
    let mut overrides = config::overrides(variables);
    overrides.extend(global.overrides(&here));
    Ok(Place { root, world: WithThemes::new(world), config, overrides })
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

    /// What the run takes in.
    pub(super) fn request(&self, global: &Global) -> Request {
        Request {
            overrides: self.overrides.clone(),
            drafts: global.drafts,
            future: global.future,
            expired: global.expired,
            at: global.at.as_ref().map(|at| at.text().to_owned()),
            policy: global.policy(),
            progress: Default::default(),
        }
    }

    /// Whether the configuration has no errors.
    fn is_sound(&self, global: &Global) -> bool {
        let policy = global.policy();
        let problems = config::read(&self.config, &self.overrides).diagnostics;
        !problems.iter().any(|problem| policy.severity(problem.code()) == Some(Severity::Error))
    }

    /// The configuration alone, or what is wrong with it.
    pub(super) fn read_config(&self, global: &Global) -> Option<Config> {
        let read = config::read(&self.config, &self.overrides);
        let policy = global.policy();
        let judged = read.diagnostics.iter().filter_map(|problem| Some((policy.severity(problem.code())?, problem)));
        say::diagnostics(judged, global);
        read.value
    }
}

/// `manchette config`: the settings as they count.
pub(super) fn config(global: &Global) -> bool {
    let place = match find(global) {
        Ok(place) => place,
        Err(problem) => return say::failed(&problem, global),
    };
    let is_sound = place.read_config(global).is_some() && place.is_sound(global);
    let settings = config::effective(&place.config, &place.overrides);
    let file = place.config.path().to_string();
    say::data(&match global.format {
        Format::Text => super::config::text(&settings, &file),
        Format::Json => super::config::json(&settings, &file),
    });
    is_sound
}

fn nearest(here: &Path, global: &Global) -> Result<PathBuf, Box<Diagnostic>> {
    if global.config.is_some() && !here.join("site.toml").exists() {
        return Ok(here.to_owned());
    }
    let found = here.ancestors().find(|folder| folder.join("site.toml").is_file());
    found.map(Path::to_owned).ok_or_else(|| Box::new(not_found(here)))
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

fn not_there(root: &Path) -> Diagnostic {
    let message = match root.is_dir() {
        true => format!("there is no site.toml in `{}`", root.display()),
        false => format!("there is no folder `{}`", root.display()),
    };
    Diagnostic::new(Code::SiteNotFound, message).help("name the folder of a site, or make one with `manchette init`")
}

fn not_found(here: &Path) -> Diagnostic {
    let message = format!("there is no site.toml in `{}` or above it", here.display());
    Diagnostic::new(Code::SiteNotFound, message)
        .help("go to the folder of a site, name it with `--root`, or make one with `manchette init`")
}
