//! Where a site's sources lie, and a walk through them that stays inside.
//!
//! Follows links as the world does: to what is inside the root, and round no loop. Never goes into a folder that is written
//! by us, and never opens a file.

#![expect(clippy::disallowed_methods, reason = "part of the door: folders are listed to know what to listen to")]

use crate::world::litter::is_litter;
use std::fs;
use std::path::{Component, Path, PathBuf};

/// The folders of a site's root that hold sources.
const SOURCES: [&str; 5] = ["content", "static", "data", "templates", "themes"];

/// How many links may lead to each other.
const HOPS: usize = 40;

/// Where a site's sources lie.
#[derive(Clone, Debug)]
pub(super) struct Places {
    /// The root without symbolic links.
    pub(super) root: PathBuf,
    /// Folders that are written by us.
    own: Vec<PathBuf>,
    /// The configuration: in the root, or elsewhere.
    pub(super) config: PathBuf,
    /// What git holds while it changes files, if the site is in a repository.
    pub(super) lock: Option<PathBuf>,
}

/// Who is shown a site.
pub(super) trait Visitor {
    /// A folder, before it is listed. It is not when this says no.
    fn enter(&mut self, path: &str, real: &Path) -> bool;
    /// A file; what a link leads to has been found to be inside.
    fn file(&mut self, path: &str, real: &Path);
    /// A link itself, wherever it leads.
    fn met(&mut self, _path: &str, _real: &Path) {}
    /// A link on the way: what is in this folder under that name decides what is at the path.
    fn link(&mut self, path: &str, folder: &Path, name: &str);
}

impl Places {
    pub(super) fn new(root: &Path, own: &[PathBuf], config: &Path) -> Places {
        let real_root = fs::canonicalize(root).unwrap_or_else(|_| root.to_owned());
        let own = own.iter().chain([&root.join(".manchette")]).map(|own| really(root, &real_root, own)).collect();
        // Of the configuration only the folder: it may be a link itself, and become another.
        let folder = really(root, &real_root, config.parent().unwrap_or(Path::new("")));
        let config = config.file_name().map_or_else(|| folder.clone(), |name| folder.join(name));
        let lock = real_root.ancestors().map(|folder| folder.join(".git")).find(|folder| folder.is_dir());
        Places { root: real_root, own, config, lock: lock.map(|folder| folder.join("index.lock")) }
    }

    /// Names in the root that news is about.
    pub(super) fn is_source(&self, name: &str) -> bool {
        SOURCES.contains(&name) || self.config == self.root.join(name)
    }

    /// The folder and the name of a configuration that is not in the root.
    pub(super) fn other_config(&self) -> Option<(&Path, &str)> {
        let folder = self.config.parent().filter(|folder| *folder != self.root)?;
        Some((folder, self.config.file_name()?.to_str()?))
    }

    /// Whether something is written by us.
    pub(super) fn is_own(&self, real: &Path) -> bool {
        self.own.iter().any(|own| real.starts_with(own))
    }

    /// Shows all that is listened to: the root, and all in it that holds sources.
    pub(super) fn visit_root(&self, visitor: &mut dyn Visitor) {
        visitor.enter("", &self.root);
        self.visit_config(visitor);
        self.visit_all(visitor);
    }

    /// Shows where a configuration is that is not in the root.
    pub(super) fn visit_config(&self, visitor: &mut dyn Visitor) {
        if let Some((folder, name)) = self.other_config() {
            visitor.link(name, folder, name);
        }
    }

    /// Shows all source folders.
    pub(super) fn visit_all(&self, visitor: &mut dyn Visitor) {
        for name in SOURCES {
            self.visit(name, visitor);
        }
        if let Some(name) = self.config.strip_prefix(&self.root).ok().and_then(Path::to_str)
            && !name.contains('/')
        {
            self.visit(name, visitor);
        }
    }

    /// Shows what is at a path: a file, or a folder with all that is in it.
    pub(super) fn visit(&self, path: &str, visitor: &mut dyn Visitor) {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        if let Ok(folder) = fs::canonicalize(self.root.join(folder))
            && folder.starts_with(&self.root)
        {
            self.show(path, &folder.join(name), &mut Vec::new(), visitor);
        }
    }

    fn show(&self, path: &str, real: &Path, above: &mut Vec<PathBuf>, visitor: &mut dyn Visitor) {
        let Ok(metadata) = fs::symlink_metadata(real) else { return };
        if !metadata.is_symlink() {
            return self.show_plain(path, real, metadata.is_dir(), above, visitor);
        }
        if is_litter(last(path)) {
            return;
        }
        visitor.met(path, real);
        self.follow(path, real, visitor);
        if let Ok(target) = fs::canonicalize(real)
            && target.starts_with(&self.root)
            && let Ok(metadata) = fs::metadata(&target)
        {
            self.show_plain(path, &target, metadata.is_dir(), above, visitor);
        }
    }

    fn show_plain(
        &self,
        path: &str,
        real: &Path,
        is_folder: bool,
        above: &mut Vec<PathBuf>,
        visitor: &mut dyn Visitor,
    ) {
        if !is_folder {
            return if !is_litter(last(path)) {
                visitor.file(path, real)
            };
        }
        let is_loop = above.iter().any(|above| above == real);
        if is_loop || self.is_own(real) || is_foreign(path) || !visitor.enter(path, real) {
            return;
        }
        let Ok(entries) = fs::read_dir(real) else { return };
        above.push(real.to_owned());
        for entry in entries.flatten() {
            let name = entry.file_name();
            let (Some(name), Ok(kind)) = (name.to_str(), entry.file_type()) else { continue };
            let (path, real) = (format!("{path}/{name}"), entry.path());
            match kind.is_symlink() {
                true => self.show(&path, &real, above, visitor),
                false => self.show_plain(&path, &real, kind.is_dir(), above, visitor),
            }
        }
        above.pop();
    }

    /// Tells of every name inside the root that decides where a link leads, also of one that is not there.
    fn follow(&self, path: &str, real: &Path, visitor: &mut dyn Visitor) {
        let mut at = real.parent().unwrap_or(&self.root).to_owned();
        let Ok(target) = fs::read_link(real) else { return };
        let mut ahead = vec![target];
        let mut hops = 1;
        while let Some(rest) = ahead.pop() {
            let mut parts = rest.components();
            let Some(part) = parts.next() else { continue };
            ahead.push(parts.as_path().to_owned());
            match part {
                Component::CurDir => {}
                Component::ParentDir => drop(at.pop()),
                Component::RootDir | Component::Prefix(_) => at.push(part),
                Component::Normal(name) => {
                    if let Some(name) = name.to_str().filter(|_| at.starts_with(&self.root)) {
                        visitor.link(path, &at, name);
                    }
                    let next = at.join(name);
                    match fs::symlink_metadata(&next) {
                        Err(_) => return,
                        Ok(metadata) if !metadata.is_symlink() => at = next,
                        Ok(_) if hops == HOPS => return,
                        Ok(_) => {
                            ahead.extend(fs::read_link(&next));
                            hops += 1;
                        }
                    }
                }
            }
        }
    }
}

/// Where something is without the symbolic links of the root, and of its own if it is there.
fn really(root: &Path, real_root: &Path, path: &Path) -> PathBuf {
    let path = root.join(path);
    fs::canonicalize(&path).unwrap_or_else(|_| match path.strip_prefix(root) {
        Ok(below) => real_root.join(below),
        Err(_) => path,
    })
}

/// Folders that other programs keep beside sources: their thousands of files are no part of a site.
fn is_foreign(path: &str) -> bool {
    match last(path) {
        ".git" => true,
        "node_modules" => path.starts_with("themes/"),
        _ => false,
    }
}

fn last(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}
