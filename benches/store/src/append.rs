//! What manchette does: articles one behind the other in a file that only grows, and a checked index that is replaced
//! whole and says where each one lies and what its bytes must be.

use crate::records::{Article, Record, Small, check};
use crate::whole::{close, open, replace};
use crate::{Outcome, Store};
use serde::{Deserialize, Serialize};
use std::fs::{self, File, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::Path;

pub struct Append {
    /// Whether the disk has everything before a call returns. manchette does not wait: what is lost is made again.
    pub is_synced: bool,
}

const INDEX: &str = "index";
const ARTICLES: &str = "articles";

#[derive(Serialize, Deserialize)]
struct Entry {
    key: String,
    small: Small,
    offset: u64,
    length: u32,
    check: u64,
}

impl Store for Append {
    fn name(&self) -> &'static str {
        if self.is_synced { "appended articles and an index, synced" } else { "appended articles and an index" }
    }

    fn write(&self, folder: &Path, records: &[Record]) -> Outcome<()> {
        let mut entries = Vec::with_capacity(records.len());
        for batch in records.chunks(512) {
            entries.extend(self.append(folder, batch)?);
        }
        self.replace_index(folder, &entries)
    }

    fn read(&self, folder: &Path) -> Outcome<Vec<Record>> {
        let entries = read_index(folder)?;
        let bytes = fs::read(folder.join(ARTICLES))?;
        let record = |entry: Entry| {
            let start = usize::try_from(entry.offset).ok()?;
            let article = decode(bytes.get(start..start + entry.length as usize)?, &entry)?;
            Some(Record { key: entry.key, article, small: entry.small })
        };
        Ok(entries.into_iter().filter_map(record).collect())
    }

    fn read_small(&self, folder: &Path) -> Outcome<usize> {
        Ok(read_index(folder)?.len())
    }

    fn read_few(&self, folder: &Path, keys: &[&str]) -> Outcome<usize> {
        let entries = read_index(folder)?;
        let mut file = File::open(folder.join(ARTICLES))?;
        let mut found = 0;
        for key in keys {
            let Ok(at) = entries.binary_search_by(|entry| entry.key.as_str().cmp(key)) else { continue };
            let mut bytes = vec![0; entries[at].length as usize];
            file.seek(SeekFrom::Start(entries[at].offset))?;
            file.read_exact(&mut bytes)?;
            found += usize::from(decode(&bytes, &entries[at]).is_some());
        }
        Ok(found)
    }

    fn change(&self, folder: &Path, record: &Record) -> Outcome<()> {
        let mut entries = read_index(folder)?;
        let at = entries.binary_search_by(|entry| entry.key.cmp(&record.key)).map_err(|_| "no such record")?;
        entries[at] = self.append(folder, std::slice::from_ref(record))?.remove(0);
        self.replace_index(folder, &entries)
    }

    fn grows(&self) -> bool {
        true
    }
}

impl Append {
    fn append(&self, folder: &Path, records: &[Record]) -> Outcome<Vec<Entry>> {
        let mut file = OpenOptions::new().create(true).append(true).open(folder.join(ARTICLES))?;
        let start = file.seek(SeekFrom::End(0))?;
        let mut bytes = Vec::new();
        let mut entries = Vec::with_capacity(records.len());
        for record in records {
            let article = postcard::to_stdvec(&record.article)?;
            entries.push(Entry {
                key: record.key.clone(),
                small: record.small.clone(),
                offset: start + bytes.len() as u64,
                length: article.len() as u32,
                check: check(&article),
            });
            bytes.extend_from_slice(&article);
        }
        file.write_all(&bytes)?;
        Ok(entries)
    }

    fn replace_index(&self, folder: &Path, entries: &[Entry]) -> Outcome<()> {
        if self.is_synced {
            File::open(folder.join(ARTICLES))?.sync_all()?;
        }
        replace(folder, INDEX, &close(&entries)?)?;
        if self.is_synced {
            File::open(folder.join(INDEX))?.sync_all()?;
            File::open(folder)?.sync_all()?;
        }
        Ok(())
    }
}

fn read_index(folder: &Path) -> Outcome<Vec<Entry>> {
    open(&fs::read(folder.join(INDEX))?)
}

fn decode(bytes: &[u8], entry: &Entry) -> Option<Article> {
    if check(bytes) != entry.check {
        return None;
    }
    postcard::from_bytes(bytes).ok()
}
