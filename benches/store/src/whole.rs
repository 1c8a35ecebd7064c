//! One checked file that is rewritten whole and put in place by a rename.

use crate::records::{Record, fingerprint};
use crate::{Outcome, Store};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fs;
use std::path::Path;

pub struct Whole;

const FILE: &str = "whole";

impl Store for Whole {
    fn name(&self) -> &'static str {
        "one file, rewritten whole"
    }

    fn write(&self, folder: &Path, records: &[Record]) -> Outcome<()> {
        replace(folder, FILE, &close(&records)?)
    }

    fn read(&self, folder: &Path) -> Outcome<Vec<Record>> {
        open(&fs::read(folder.join(FILE))?)
    }

    fn read_small(&self, folder: &Path) -> Outcome<usize> {
        Ok(self.read(folder)?.len())
    }

    fn read_few(&self, folder: &Path, keys: &[&str]) -> Outcome<usize> {
        let records = self.read(folder)?;
        let is_there = |key: &&&str| records.binary_search_by(|record| record.key.as_str().cmp(key)).is_ok();
        Ok(keys.iter().filter(is_there).count())
    }

    fn change(&self, folder: &Path, record: &Record) -> Outcome<()> {
        let mut records = self.read(folder)?;
        let at = records.binary_search_by(|other| other.key.cmp(&record.key)).map_err(|_| "no such record")?;
        records[at] = record.clone();
        self.write(folder, &records)
    }

    fn grows(&self) -> bool {
        false
    }
}

/// Bytes with their fingerprint at the end.
pub fn close<T: Serialize>(content: &T) -> Outcome<Vec<u8>> {
    let mut bytes = postcard::to_stdvec(content)?;
    let check = fingerprint(&bytes);
    bytes.extend_from_slice(&check);
    Ok(bytes)
}

pub fn open<T: DeserializeOwned>(bytes: &[u8]) -> Outcome<T> {
    let (content, check) = bytes.split_last_chunk::<16>().ok_or("too short")?;
    if fingerprint(content) != *check {
        return Err("damaged".into());
    }
    Ok(postcard::from_bytes(content)?)
}

pub fn replace(folder: &Path, name: &str, bytes: &[u8]) -> Outcome<()> {
    let fresh = folder.join("fresh");
    fs::write(&fresh, bytes)?;
    Ok(fs::rename(&fresh, folder.join(name))?)
}
