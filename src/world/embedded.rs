//! The themes inside the binary, laid under a site that has no folder of their name.
//!
//! Never knows what a theme is made of: every folder of `themes/` in this repository is one, whatever it holds.

use super::{FileStamp, Walked, World};
use crate::base::SourcePath;
use include_dir::{Dir, DirEntry, include_dir};
use std::io;

static THEMES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/themes");

/// The names of the themes that are built in, sorted.
pub fn built_in() -> Vec<&'static str> {
    let mut names: Vec<&str> = THEMES.dirs().filter_map(|dir| dir.path().to_str()).collect();
    names.sort_unstable();
    names
}

/// A world in which built-in themes exist, unless the site has a folder of their name.
pub struct WithThemes<W> {
    world: W,
    /// The themes that come from the binary.
    lent: Vec<&'static str>,
}

impl<W: World> WithThemes<W> {
    /// Lays the built-in themes under a world.
    pub fn new(world: W) -> WithThemes<W> {
        // A folder that cannot be read is there all the same: the site would be published with another theme.
        let is_lent = |name: &&str| world.walk(&format!("themes/{name}")) == Walked::default();
        let lent = built_in().into_iter().filter(is_lent).collect();
        WithThemes { world, lent }
    }

    /// Whether a theme comes from the binary.
    pub fn is_built_in(&self, theme: &str) -> bool {
        self.lent.contains(&theme)
    }

    /// What lies below `themes/` on a path into a theme that comes from the binary.
    fn lent<'p>(&self, path: &'p str) -> Option<&'p str> {
        let below = path.strip_prefix("themes/")?;
        let theme = below.split('/').next().unwrap_or(below);
        self.is_built_in(theme).then_some(below)
    }
}

impl<W: World> World for WithThemes<W> {
    fn read(&self, path: &SourcePath) -> io::Result<Vec<u8>> {
        match self.lent(path.as_str()) {
            Some(below) => THEMES
                .get_file(below)
                .map(|file| file.contents().to_vec())
                .ok_or_else(|| io::Error::new(io::ErrorKind::NotFound, "the built-in theme has no such file")),
            None => self.world.read(path),
        }
    }

    fn part(&self, path: &SourcePath, part: std::ops::Range<u64>) -> io::Result<Vec<u8>> {
        match self.lent(path.as_str()) {
            Some(_) => Ok(super::cut(&self.read(path)?, &part)),
            None => self.world.part(path, part),
        }
    }

    fn walk(&self, folder: &str) -> Walked {
        let Some(below) = self.lent(folder) else { return self.world.walk(folder) };
        let mut found = Vec::new();
        if let Some(folder) = THEMES.get_dir(below) {
            collect(folder, &mut found);
        }
        found.sort();
        Walked { files: found.into_iter().map(|(path, _)| path).collect(), diagnostics: Vec::new() }
    }

    fn stamp(&self, path: &SourcePath) -> Option<FileStamp> {
        match self.lent(path.as_str()) {
            Some(_) => None,
            None => self.world.stamp(path),
        }
    }

    fn is_replaced(&self) -> bool {
        self.world.is_replaced()
    }

    fn now(&self) -> jiff::Timestamp {
        self.world.now()
    }
}

/// The files of a built-in theme, sorted, as a site would have them; none where there is no such theme.
pub fn files(theme: &str) -> Vec<(SourcePath, &'static [u8])> {
    let mut files = Vec::new();
    if let Some(folder) = THEMES.get_dir(theme) {
        collect(folder, &mut files);
    }
    files.sort();
    files
}

/// One file of a built-in theme, as a site would name it.
pub fn file(path: &SourcePath) -> Option<&'static [u8]> {
    THEMES.get_file(path.below("themes")?).map(|file| file.contents())
}

fn collect(folder: &'static Dir<'_>, files: &mut Vec<(SourcePath, &'static [u8])>) {
    for entry in folder.entries() {
        match entry {
            DirEntry::Dir(below) => collect(below, files),
            DirEntry::File(file) => {
                let path = file.path().to_string_lossy().replace('\\', "/");
                files.push((SourcePath::new(format!("themes/{path}")), file.contents()));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::MemoryWorld;

    #[test]
    fn a_built_in_theme_is_there_until_the_site_has_its_own() {
        let world = MemoryWorld::new(jiff::Timestamp::UNIX_EPOCH);
        let manifest = SourcePath::new("themes/kiosque/theme.toml");
        let lent = WithThemes::new(world.clone());
        assert!(built_in().iter().all(|theme| lent.is_built_in(theme)));
        assert!(lent.walk("themes/kiosque").files.contains(&manifest));
        assert!(!lent.walk("themes/kiosque/templates").files.contains(&manifest));
        assert!(lent.walk("themes/kiosques").files.is_empty() && lent.walk("themes").files.is_empty());
        assert_eq!(
            lent.read(&manifest).unwrap(),
            files("kiosque").iter().find(|(path, _)| *path == manifest).unwrap().1
        );
        let own = WithThemes::new(world.with("themes/kiosque/theme.toml", "name = \"kiosque\""));
        assert!(!own.is_built_in("kiosque"));
        assert_eq!(own.walk("themes/kiosque").files, [manifest]);
    }

    /// A world that cannot list anything.
    struct Unlisted(MemoryWorld);

    impl World for Unlisted {
        fn read(&self, path: &SourcePath) -> io::Result<Vec<u8>> {
            self.0.read(path)
        }
        fn walk(&self, folder: &str) -> Walked {
            let error = io::Error::from(io::ErrorKind::PermissionDenied);
            let problem = super::super::unreadable(&SourcePath::new(folder), &error);
            Walked { files: Vec::new(), diagnostics: vec![problem] }
        }
        fn now(&self) -> jiff::Timestamp {
            self.0.now()
        }
    }

    #[test]
    fn p22_a_theme_of_the_site_that_cannot_be_read_is_not_replaced_by_ours() {
        let world = WithThemes::new(Unlisted(MemoryWorld::new(jiff::Timestamp::UNIX_EPOCH)));
        assert!(!world.is_built_in("kiosque"));
        assert_eq!(world.walk("themes/kiosque").diagnostics.len(), 1);
        assert!(world.read(&SourcePath::new("themes/kiosque/theme.toml")).is_err());
    }
}
