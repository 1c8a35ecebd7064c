//! Remembered bytes with seals that fit them again, whatever they say.
//!
//! Seals tell damage from truth; they keep nobody out who knows how they are made, and a site that somebody else wrote may
//! bring a `.manchette/` of theirs. What lies behind the seals must therefore hold against any bytes: tests and fuzz
//! targets get there through this. Nothing else uses it.

use super::amendments::{self, AMENDMENTS};
use super::index::{self, INDEX, Index, View};
use super::memory::Slot;
use super::records::{self, file_name};
use super::store;
use crate::sink::Shelf;
use std::io;
use std::sync::Arc;

/// Seals all that lies on a shelf anew. What is too damaged for that stays as it is.
pub fn reseal(shelf: &Arc<dyn Shelf>) -> io::Result<()> {
    for (name, seal) in [(INDEX, index::sealed as fn(Vec<u8>) -> Vec<u8>), (store::STANDING, store::sealed)] {
        if let Ok(bytes) = shelf.read(name) {
            shelf.replace(name, &seal(bytes))?;
        }
    }
    // Only now can the index be read, and say where articles lie.
    if let Some(bytes) = with_new_slots(shelf) {
        shelf.replace(INDEX, &bytes)?;
    }
    if let (Ok(index), Ok(log)) = (shelf.read(INDEX), shelf.read(AMENDMENTS)) {
        let seal = index::seal_of(&index).unwrap_or_default();
        shelf.replace(AMENDMENTS, &amendments::sealed(log, &seal))?;
    }
    Ok(())
}

/// The index with checks of articles that fit what lies in their places.
fn with_new_slots(shelf: &Arc<dyn Shelf>) -> Option<Vec<u8>> {
    let mut content = Index::open(shelf.clone()).and_then(|index| index.content()).ok()?;
    let name = file_name(content.data.number);
    let renew = |slot: &mut Slot| {
        if let Ok(bytes) = shelf.read_at(&name, slot.offset, slot.length as usize) {
            slot.check = records::check(&bytes);
        }
    };
    for (_, _, slot, text) in &mut content.articles {
        renew(slot);
        renew(text);
    }
    let articles: Vec<_> = content.articles.iter().map(|(path, key, slot, text)| (path, *key, *slot, *text)).collect();
    let view = View {
        data: content.data,
        articles: &articles,
        traces: &content.traces,
        files: &content.files,
        answers: &content.answers,
    };
    index::encode(&view).ok()
}
