//! The sizes of pictures, without reading each of them at every build.
//!
//! What is known under a stamp that is old enough is believed, as for every file that is copied. Nobody else needs to
//! watch over the bytes: a picture that is published is a copied file, and those are looked after.

use super::load::Wish;
use super::memory::KnownFile;
use super::witness::Witness;
use crate::base::{SourcePath, Table};
use crate::pictures::{self, Measured};
use crate::world::World;
use rayon::prelude::*;
use std::collections::BTreeMap;

/// Measures the pictures among some files; what cannot be read has no size, and is told where it is copied.
pub(super) fn measure<'f>(
    world: &Witness<'_>,
    files: impl Iterator<Item = &'f SourcePath>,
    wish: &Wish<'_>,
    known: &BTreeMap<SourcePath, KnownFile>,
) -> Table<SourcePath, Measured> {
    let paths: Vec<&SourcePath> = files.filter(|path| pictures::is_picture(path)).collect();
    let one = |path: &SourcePath| {
        let fresh = wish.pictures.get(path).copied();
        let vouched = || known.get(path).filter(|_| !wish.is_paranoid).and_then(|known| vouched(world, path, known));
        fresh.or_else(vouched).or_else(|| Some(pictures::measure(&world.read_copied(path).ok()?)))
    };
    paths.into_par_iter().filter_map(|path| Some((path.clone(), one(path)?))).collect::<Vec<_>>().into_iter().collect()
}

/// What a stamp alone tells of a picture.
fn vouched(world: &Witness<'_>, path: &SourcePath, known: &KnownFile) -> Option<Measured> {
    let size = known.measured.filter(|_| known.is_settled && known.stamp.is_some())?;
    (world.stamp(path) == known.stamp).then_some(Measured { of: known.fingerprint, size })
}

#[cfg(test)]
mod tests {
    use super::super::Progress;
    use super::super::load::Broken;
    use super::*;
    use crate::base::{Fingerprint, SourceText};
    use crate::pictures::Size;
    use crate::site::Selection;
    use crate::world::{FileStamp, MemoryWorld, Walked};
    use std::io;
    use std::sync::Arc;

    const SIZE: Size = Size { width: 4, height: 3 };

    /// A world whose files cannot be read any more, though they are as they were.
    struct Unreadable(FileStamp);

    impl World for Unreadable {
        fn read(&self, path: &SourcePath) -> io::Result<Vec<u8>> {
            panic!("{path} is read again")
        }
        fn walk(&self, _: &str) -> Walked {
            Walked::default()
        }
        fn stamp(&self, _: &SourcePath) -> Option<FileStamp> {
            Some(self.0)
        }
        fn now(&self) -> jiff::Timestamp {
            jiff::Timestamp::UNIX_EPOCH
        }
    }

    fn measured(world: &dyn World, known: KnownFile, is_paranoid: bool) -> Option<Size> {
        let source = SourceText::new(SourcePath::new("site.toml"), "title = \"A\"\nbase_url = \"https://a.example\"\n");
        let config = Arc::new(crate::config::read(&source, &[]).value.unwrap());
        let now = jiff::Timestamp::UNIX_EPOCH;
        let wish = Wish {
            config: &config,
            theme_folders: &[],
            selection: Selection { drafts: false, future: false, expired: false, now },
            progress: &Progress::default(),
            broken: Broken::Dropped,
            pictures: &Table::default(),
            is_paranoid,
        };
        let path = SourcePath::new("static/a.svg");
        let known = BTreeMap::from([(path.clone(), known)]);
        let found = measure(&Witness::new(world, Table::default()), [&path].into_iter(), &wish, &known);
        found[&path].size
    }

    #[test]
    fn a_picture_is_not_read_again_while_its_stamp_tells_that_it_is_the_same() {
        let stamp = FileStamp { device: 1, inode: 1, size: 1, modified: (1, 0), changed: (1, 0) };
        let fingerprint = Fingerprint::of("its bytes");
        let known = KnownFile { stamp: Some(stamp), fingerprint, is_settled: true, measured: Some(Some(SIZE)) };
        assert_eq!(measured(&Unreadable(stamp), known, false), Some(SIZE));
        // Otherwise it is.
        let world = MemoryWorld::new(jiff::Timestamp::UNIX_EPOCH).with("static/a.svg", "<svg width='9' height='9'/>");
        let other = Some(Size { width: 9, height: 9 });
        assert_eq!(measured(&world, known, false), other);
        for young in [KnownFile { is_settled: false, ..known }, KnownFile { measured: None, ..known }] {
            assert_eq!(measured(&world, KnownFile { stamp: None, ..young }, false), other);
        }
        assert_eq!(measured(&world, KnownFile { stamp: None, ..known }, true), other);
    }
}
