//! Under which names folders of the disk are met in a site: several where links lead to them, none where they are only on a
//! link's way.
//!
//! Knows no disk: it is told what a walk found.

use super::places::Visitor;
use crate::base::SourcePath;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;
use std::path::{Path, PathBuf};

/// The folders that are listened to, and their names in the site.
#[derive(Debug, Default)]
pub(super) struct Names {
    spots: BTreeMap<PathBuf, Spot>,
    /// Where each folder of the site really is; `""` is the root.
    folders: BTreeMap<String, PathBuf>,
    /// The folders that decide where a link leads, by the link's path.
    links: BTreeMap<String, BTreeSet<PathBuf>>,
}

/// A folder of the disk.
#[derive(Debug, Default)]
pub(super) struct Spot {
    /// Its paths in the site.
    pub(super) folders: BTreeSet<String>,
    /// Names in it that decide what is at other paths.
    pub(super) links: BTreeSet<(String, String)>,
}

/// What a walk came across.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) files: Vec<SourcePath>,
    folders: Vec<(String, PathBuf)>,
    links: Vec<(String, PathBuf, String)>,
}

impl Names {
    pub(super) fn contains(&self, real: &Path) -> bool {
        self.spots.contains_key(real)
    }

    pub(super) fn get(&self, real: &Path) -> Option<&Spot> {
        self.spots.get(real)
    }

    /// How many folders are listened to.
    pub(super) fn len(&self) -> usize {
        self.spots.len()
    }

    /// Whether anything at or below a path of the site is known.
    pub(super) fn knows(&self, path: &str) -> bool {
        below(&self.folders, path).next().is_some() || below(&self.links, path).next().is_some()
    }

    /// A folder is listened to from now on.
    pub(super) fn add(&mut self, real: PathBuf) {
        self.spots.entry(real).or_default();
    }

    /// Gives names to folders that are listened to.
    pub(super) fn tie(&mut self, found: &Found) {
        for (path, real) in &found.folders {
            if let Some(spot) = self.spots.get_mut(real) {
                spot.folders.insert(path.clone());
                self.folders.insert(path.clone(), real.clone());
            }
        }
        for (path, folder, name) in &found.links {
            if let Some(spot) = self.spots.get_mut(folder) {
                spot.links.insert((name.clone(), path.clone()));
                self.links.entry(path.clone()).or_default().insert(folder.clone());
            }
        }
    }

    /// Gives the names at and below a path to what was found there, and to nothing else. Returns folders that have no name
    /// any more: nobody needs to listen to them.
    pub(super) fn replace(&mut self, path: &str, found: &Found) -> Vec<PathBuf> {
        let mut idle = Vec::new();
        for folder in below(&self.folders, path).cloned().collect::<Vec<String>>() {
            if let Some(real) = self.folders.remove(&folder) {
                self.change(&real, |spot| _ = spot.folders.remove(&folder));
                idle.push(real);
            }
        }
        for link in below(&self.links, path).cloned().collect::<Vec<String>>() {
            for real in self.links.remove(&link).unwrap_or_default() {
                self.change(&real, |spot| spot.links.retain(|(_, known)| *known != link));
                idle.push(real);
            }
        }
        self.tie(found);
        let is_idle =
            |real: &PathBuf| self.spots.get(real).is_some_and(|spot| spot.folders.is_empty() && spot.links.is_empty());
        let idle: BTreeSet<PathBuf> = idle.into_iter().filter(is_idle).collect();
        idle.iter().for_each(|real| _ = self.spots.remove(real));
        idle.into_iter().collect()
    }

    /// A folder of the disk is gone, with all that is in it, and nobody listens to them any more. Returns the paths whose
    /// meaning that may change: of those that lie in each other, the outermost.
    pub(super) fn lose(&mut self, real: &Path) -> BTreeSet<String> {
        let lost = self.inside(real);
        let mut names = BTreeSet::new();
        for real in lost {
            let Some(spot) = self.spots.remove(&real) else { continue };
            for (_, link) in &spot.links {
                if let Some(folders) = self.links.get_mut(link) {
                    folders.remove(&real);
                }
                names.insert(link.clone());
            }
            spot.folders.iter().for_each(|folder| _ = self.folders.remove(folder));
            names.extend(spot.folders);
        }
        let is_outermost = |path: &String| !ancestors(path).any(|above| names.contains(above));
        names.iter().filter(|path| is_outermost(path)).cloned().collect()
    }

    /// The folders that are listened to at and below a path of the disk.
    pub(super) fn inside(&self, real: &Path) -> Vec<PathBuf> {
        let range = self.spots.range::<Path, _>((Bound::Included(real), Bound::Unbounded));
        range.map(|(known, _)| known.clone()).take_while(|known| known.starts_with(real)).collect()
    }

    fn change(&mut self, real: &Path, change: impl FnOnce(&mut Spot)) {
        if let Some(spot) = self.spots.get_mut(real) {
            change(spot);
        }
    }
}

impl Found {
    /// All folders of the disk that must be listened to.
    pub(super) fn real(&self) -> BTreeSet<&Path> {
        let folders = self.folders.iter().map(|(_, real)| real.as_path());
        folders.chain(self.links.iter().map(|(_, folder, _)| folder.as_path())).collect()
    }
}

impl Visitor for Found {
    fn enter(&mut self, path: &str, real: &Path) -> bool {
        self.folders.push((path.to_owned(), real.to_owned()));
        true
    }

    fn file(&mut self, path: &str, _: &Path) {
        self.files.push(SourcePath::new(path));
    }

    fn link(&mut self, path: &str, folder: &Path, name: &str) {
        self.links.push((path.to_owned(), folder.to_owned(), name.to_owned()));
    }
}

/// The paths of the folders that a path lies in.
fn ancestors(path: &str) -> impl Iterator<Item = &str> {
    path.match_indices('/').filter_map(|(at, _)| path.get(..at))
}

/// The keys at a path and below it.
fn below<'a, V>(map: &'a BTreeMap<String, V>, path: &'a str) -> impl Iterator<Item = &'a String> {
    let range = map.range::<str, _>((Bound::Excluded(format!("{path}/").as_str()), Bound::Unbounded));
    let inside = range
        .map(|(key, _)| key)
        .take_while(move |key| key.strip_prefix(path).is_some_and(|rest| rest.starts_with('/')));
    map.get_key_value(path).map(|(key, _)| key).into_iter().chain(inside)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder that is met twice: by its own name, and by that of a link beside it.
    fn names() -> Names {
        let mut names = Names::default();
        for real in ["/s", "/s/content", "/s/content/a", "/s/content/a/b"] {
            names.add(PathBuf::from(real));
        }
        names.tie(&found());
        names
    }

    fn found() -> Found {
        let mut found = Found::default();
        for (path, real) in
            [("", ""), ("content", "/content"), ("content/a", "/content/a"), ("content/a/b", "/content/a/b")]
        {
            found.enter(path, Path::new(&format!("/s{real}")));
        }
        found.enter("content/link", Path::new("/s/content/a"));
        found.enter("content/link/b", Path::new("/s/content/a/b"));
        found.link("content/link", Path::new("/s/content"), "a");
        found
    }

    #[test]
    fn a_folder_has_all_names_that_lead_to_it() {
        let names = names();
        let spot = names.get(Path::new("/s/content/a/b")).unwrap();
        assert_eq!(spot.folders, ["content/a/b", "content/link/b"].map(str::to_owned).into());
    }

    #[test]
    fn a_folder_is_listened_to_until_it_has_no_name_left() {
        let mut names = names();
        let nothing = Found::default();
        assert!(names.replace("content/link", &nothing).is_empty());
        assert!(names.contains(Path::new("/s/content/a/b")));
        let idle = names.replace("content/a", &nothing);
        assert_eq!(idle, ["/s/content/a", "/s/content/a/b"].map(PathBuf::from));
        assert!(names.knows("content") && !names.knows("content/a"));
    }

    #[test]
    fn what_was_found_again_is_no_loss() {
        let mut names = names();
        assert!(names.replace("content", &found()).is_empty());
        assert_eq!(names.len(), 4);
    }

    #[test]
    fn a_folder_that_is_gone_is_so_under_all_of_its_names() {
        let mut names = names();
        assert_eq!(names.inside(Path::new("/s/content/a")).len(), 2);
        let paths = names.lose(Path::new("/s/content/a"));
        assert_eq!(names.len(), 2);
        assert_eq!(paths, ["content/a", "content/link"].map(str::to_owned).into());
        assert!(names.links.contains_key("content/link"));
    }
}
