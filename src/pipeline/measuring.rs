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
