//! The default theme inside the binary, laid under a site that has no folder of that name.

use super::{FileStamp, Walked, World};
use crate::base::SourcePath;
use include_dir::{Dir, DirEntry, include_dir};
use std::io;

static KIOSQUE: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/themes/kiosque");

/// Themes that are built in, with the folder each would have in a site.
pub const BUILT_IN: &[&str] = &["kiosque"];

/// A world in which built-in themes exist, unless the site has a folder of their name.
pub struct WithThemes<W> {
    world: W,
    own: Vec<&'static str>,
}

impl<W: World> WithThemes<W> {
    /// Lays the built-in themes under a world.
    pub fn new(world: W) -> WithThemes<W> {
        let own =
            BUILT_IN.iter().filter(|name| !world.walk(&format!("themes/{name}")).files.is_empty()).copied().collect();
        WithThemes { world, own }
    }

    /// Whether a theme comes from the binary.
    pub fn is_built_in(&self, theme: &str) -> bool {
        BUILT_IN.contains(&theme) && !self.own.contains(&theme)
    }
}

impl<W: World> World for WithThemes<W> {
    fn read(&self, path: &SourcePath) -> io::Result<Vec<u8>> {
        match path.below("themes/kiosque") {
            Some(below) if self.is_built_in("kiosque") => KIOSQUE
                .get_file(below)
                .map(|file| file.contents().to_vec())
                .ok_or_else(|| io::Error::new(io::ErrorKind::NotFound, "the built-in theme has no such file")),
            _ => self.world.read(path),
        }
    }

    fn part(&self, path: &SourcePath, part: std::ops::Range<u64>) -> io::Result<Vec<u8>> {
        match path.below("themes/kiosque") {
            Some(_) if self.is_built_in("kiosque") => Ok(super::cut(&self.read(path)?, &part)),
            _ => self.world.part(path, part),
        }
    }

    fn walk(&self, folder: &str) -> Walked {
        let built_in = folder == "themes/kiosque" || folder.starts_with("themes/kiosque/");
        if !built_in || !self.is_built_in("kiosque") {
            return self.world.walk(folder);
        }
        let prefix = format!("{folder}/");
        let files =
            files("kiosque").into_iter().map(|(path, _)| path).filter(|path| path.as_str().starts_with(&prefix));
        Walked { files: files.collect(), diagnostics: Vec::new() }
    }

    fn stamp(&self, path: &SourcePath) -> Option<FileStamp> {
        match path.below("themes/kiosque") {
            Some(_) if self.is_built_in("kiosque") => None,
            _ => self.world.stamp(path),
        }
    }

    fn is_replaced(&self) -> bool {
        self.world.is_replaced()
    }

    fn now(&self) -> jiff::Timestamp {
        self.world.now()
    }
}

/// The files of a built-in theme, sorted, as a site would have them.
pub fn files(theme: &str) -> Vec<(SourcePath, &'static [u8])> {
    let mut files = Vec::new();
    if theme == "kiosque" {
        collect(&KIOSQUE, &mut files);
    }
    files.sort();
    files
}

fn collect(folder: &'static Dir<'_>, files: &mut Vec<(SourcePath, &'static [u8])>) {
    for entry in folder.entries() {
        match entry {
            DirEntry::Dir(below) => collect(below, files),
            DirEntry::File(file) => {
                let path = file.path().to_string_lossy().replace('\\', "/");
                files.push((SourcePath::new(format!("themes/kiosque/{path}")), file.contents()));
            }
        }
    }
}
