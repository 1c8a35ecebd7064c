//! An embedded store: redb, one table of articles and one of small records, one transaction for each call.

use crate::records::{Article, Record, Small, check};
use crate::{Outcome, Store};
use redb::{Database, Durability, ReadableDatabase, ReadableTable, TableDefinition, WriteTransaction};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::path::Path;

pub struct Embedded {
    /// Whether a commit waits for the disk.
    pub is_durable: bool,
    pub checks: Checks,
}

/// What is checked besides what redb checks by itself.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Checks {
    None,
    /// A check in each record.
    EachRecord,
    /// redb's own check of the whole file, at each opening.
    All,
}

type Table = TableDefinition<'static, &'static str, &'static [u8]>;

const ARTICLES: Table = TableDefinition::new("articles");
const SMALL: Table = TableDefinition::new("small");

impl Store for Embedded {
    fn name(&self) -> &'static str {
        match (self.is_durable, self.checks) {
            (true, _) => "redb, durability immediate",
            (false, Checks::None) => "redb, durability none",
            (false, Checks::EachRecord) => "redb, none, each record checked",
            (false, Checks::All) => "redb, none, whole file checked",
        }
    }

    fn write(&self, folder: &Path, records: &[Record]) -> Outcome<()> {
        let database = Database::create(folder.join("redb"))?;
        self.put(database.begin_write()?, records)
    }

    fn read(&self, folder: &Path) -> Outcome<Vec<Record>> {
        let database = self.open(folder)?;
        let transaction = database.begin_read()?;
        let (articles, small) = (transaction.open_table(ARTICLES)?, transaction.open_table(SMALL)?);
        let mut records = Vec::new();
        for row in articles.iter()? {
            let (key, article) = row?;
            let Some(small) = small.get(key.value())? else { continue };
            if let (Ok(article), Ok(small)) = (self.decode(article.value()), self.decode(small.value())) {
                records.push(Record { key: key.value().to_owned(), article, small });
            }
        }
        Ok(records)
    }

    fn read_small(&self, folder: &Path) -> Outcome<usize> {
        let database = self.open(folder)?;
        let small = database.begin_read()?.open_table(SMALL)?;
        let mut read: Vec<(String, Small)> = Vec::new();
        for row in small.iter()? {
            let (key, small) = row?;
            read.push((key.value().to_owned(), self.decode(small.value())?));
        }
        Ok(read.len())
    }

    fn read_few(&self, folder: &Path, keys: &[&str]) -> Outcome<usize> {
        let database = self.open(folder)?;
        let articles = database.begin_read()?.open_table(ARTICLES)?;
        let mut found = 0;
        for key in keys {
            let Some(article) = articles.get(key)? else { continue };
            found += usize::from(self.decode::<Article>(article.value()).is_ok());
        }
        Ok(found)
    }

    fn change(&self, folder: &Path, record: &Record) -> Outcome<()> {
        let database = self.open(folder)?;
        self.put(database.begin_write()?, std::slice::from_ref(record))
    }

    fn grows(&self) -> bool {
        true
    }
}

impl Embedded {
    fn open(&self, folder: &Path) -> Outcome<Database> {
        let mut database = Database::open(folder.join("redb"))?;
        if self.checks == Checks::All && !database.check_integrity()? {
            return Err("damaged".into());
        }
        Ok(database)
    }

    fn put(&self, mut transaction: WriteTransaction, records: &[Record]) -> Outcome<()> {
        transaction.set_durability(if self.is_durable { Durability::Immediate } else { Durability::None })?;
        {
            let mut articles = transaction.open_table(ARTICLES)?;
            let mut small = transaction.open_table(SMALL)?;
            for record in records {
                articles.insert(record.key.as_str(), self.encode(&record.article)?.as_slice())?;
                small.insert(record.key.as_str(), self.encode(&record.small)?.as_slice())?;
            }
        }
        Ok(transaction.commit()?)
    }

    fn encode<T: Serialize>(&self, content: &T) -> Outcome<Vec<u8>> {
        match self.checks {
            Checks::None | Checks::All => Ok(postcard::to_stdvec(content)?),
            Checks::EachRecord => {
                let bytes = postcard::to_stdvec(content)?;
                let check = check(&bytes).to_le_bytes();
                Ok([&bytes[..], &check].concat())
            }
        }
    }

    fn decode<T: DeserializeOwned>(&self, bytes: &[u8]) -> Outcome<T> {
        match self.checks {
            Checks::None | Checks::All => Ok(postcard::from_bytes(bytes)?),
            Checks::EachRecord => {
                let (content, wanted) = bytes.split_last_chunk::<8>().ok_or("too short")?;
                if check(content).to_le_bytes() == *wanted {
                    Ok(postcard::from_bytes(content)?)
                } else {
                    Err("damaged".into())
                }
            }
        }
    }
}
