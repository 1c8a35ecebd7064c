//! Parts that many pages show alike, kept for those that come later.
//!
//! A part is kept with the reads of its making, and who takes it has asked them too: nothing a page shows is hidden from
//! its reader. A shelf belongs to one snapshot of the site. It has so many places and no more: a part takes the place of
//! the one before, which is made anew when it is wanted again.

use super::feed::EntryView;
use super::parts::{HeadlineView, TopicLinkView};
use crate::base::{QuickHash, Slug, SourcePath};
use crate::site::{Read, Reader};
use crate::theme::Ready;
use std::borrow::Borrow;
use std::hash::{BuildHasher, Hash};
use std::sync::{Arc, Mutex, PoisonError};

/// Enough for the newest posts of most topics, which stand below many posts.
const HEADLINES: usize = 1024;

/// Enough for the topics that most posts have.
const TOPICS: usize = 1024;

/// Enough for a feed in all its formats.
const ENTRIES: usize = 256;

/// Enough for what the templates of a theme name.
const ADDRESSES: usize = 256;

/// What pages of one site share.
pub struct Shelf {
    /// Headlines; nothing for what has no date.
    pub headlines: Places<SourcePath, Option<Ready<HeadlineView>>>,
    /// Entries of feeds; nothing for what has no date.
    pub entries: Places<SourcePath, Option<Arc<EntryView>>>,
    /// Topics as posts link to them.
    pub topics: Places<Slug, Ready<TopicLinkView>>,
    /// Addresses of paths of the site.
    pub urls: Places<String, Result<String, String>>,
    /// Addresses of files.
    pub assets: Places<String, Result<String, String>>,
}

impl Shelf {
    /// An empty shelf.
    pub fn new() -> Shelf {
        Shelf {
            headlines: Places::new(HEADLINES),
            entries: Places::new(ENTRIES),
            topics: Places::new(TOPICS),
            urls: Places::new(ADDRESSES),
            assets: Places::new(ADDRESSES),
        }
    }
}

impl Default for Shelf {
    fn default() -> Shelf {
        Shelf::new()
    }
}

/// The places for parts of one kind.
pub struct Places<K, T> {
    places: Vec<Place<K, T>>,
    hasher: QuickHash,
}

type Place<K, T> = Mutex<Option<Arc<Part<K, T>>>>;

struct Part<K, T> {
    key: K,
    value: T,
    reads: Box<[Read]>,
}

impl<K: Eq + Hash, T: Clone> Places<K, T> {
    fn new(places: usize) -> Places<K, T> {
        Places { places: std::iter::repeat_with(Mutex::default).take(places).collect(), hasher: QuickHash::default() }
    }

    /// The part of that name: the one that is kept, or what `make` makes with a reader of its own.
    pub fn take<Q>(&self, key: &Q, reader: &Reader, make: impl FnOnce(&Reader) -> T) -> T
    where
        K: Borrow<Q>,
        Q: Eq + Hash + ToOwned<Owned = K> + ?Sized,
    {
        let place = &self.places[self.hasher.hash_one(key) as usize % self.places.len()];
        let kept = place.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let part = kept.filter(|part| part.key.borrow() == key).unwrap_or_else(|| {
            let own = reader.anew();
            let value = make(&own);
            let part = Arc::new(Part { key: key.to_owned(), value, reads: own.reads().into() });
            *place.lock().unwrap_or_else(PoisonError::into_inner) = Some(part.clone());
            part
        });
        reader.repeat(&part.reads);
        part.value.clone()
    }
}
