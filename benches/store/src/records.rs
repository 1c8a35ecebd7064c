//! Records as large as manchette's, the same ones on every machine.

use serde::{Deserialize, Serialize};

/// What is remembered of one article.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// Its file.
    pub key: String,
    /// The parsed article, some 4.8 kB.
    pub article: Article,
    /// What is known of its page, 60 to 450 bytes.
    pub small: Small,
}

/// A parsed article, roughly: front matter, HTML, marks.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Article {
    title: String,
    tags: Vec<String>,
    summary: String,
    html: String,
    marks: Vec<(u32, u8, Option<String>)>,
}

/// What is known of a page: fingerprints, and which questions it asked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Small {
    key: [u8; 16],
    job: [u8; 16],
    content: [u8; 16],
    length: u64,
    reads: Vec<u32>,
}

impl Record {
    /// The record after an edit of the body.
    pub fn changed(&self, number: usize) -> Record {
        let mut changed = self.clone();
        changed.article.html.push_str(&format!("<p>Edit {number}.</p>\n"));
        changed.small.content = fingerprint(changed.article.html.as_bytes());
        changed.small.length += 20;
        changed
    }
}

/// So many records, in the order of their keys.
pub fn make(count: usize) -> Vec<Record> {
    let mut chance = Chance::new(count as u64);
    (0..count).map(|number| one(number, &mut chance)).collect()
}

fn one(number: usize, chance: &mut Chance) -> Record {
    let key = format!("content/posts/{number:07}-{}.md", words(chance, 3).replace(' ', "-"));
    let mut html = String::new();
    let length = 2000 + chance.below(5200);
    while html.len() < length {
        html.push_str("<p>");
        html.push_str(&words(chance, 60));
        html.push_str(".</p>\n");
    }
    let mark =
        |chance: &mut Chance, at: u32| (at, chance.below(5) as u8, chance.below(2).eq(&0).then(|| words(chance, 2)));
    let marks = (0..6).map(|at| mark(chance, at * 300)).collect();
    let article = Article {
        title: words(chance, 8),
        tags: (0..2).map(|_| words(chance, 1)).collect(),
        summary: words(chance, 25),
        html,
        marks,
    };
    let small = Small {
        key: fingerprint(key.as_bytes()),
        job: fingerprint(article.title.as_bytes()),
        content: fingerprint(article.html.as_bytes()),
        length: length as u64,
        reads: (0..2 + chance.below(128)).map(|_| chance.below(100_000) as u32).collect(),
    };
    Record { key, article, small }
}

fn words(chance: &mut Chance, count: usize) -> String {
    const SYLLABLES: [&str; 16] = [
        "ver", "sion", "web", "ré", "seau", "don", "née", "soft", "ware", "open", "code", "faille", "mise", "jour",
        "nou", "vel",
    ];
    let word = |chance: &mut Chance| (0..1 + chance.below(3)).map(|_| SYLLABLES[chance.below(16)]).collect::<String>();
    (0..count).map(|_| word(chance)).collect::<Vec<_>>().join(" ")
}

/// The beginning of a hash, as long as manchette's fingerprints.
pub fn fingerprint(bytes: &[u8]) -> [u8; 16] {
    let mut short = [0; 16];
    short.copy_from_slice(&blake3::hash(bytes).as_bytes()[..16]);
    short
}

/// Tells a damaged record from a whole one, as manchette does.
pub fn check(record: &[u8]) -> u64 {
    twox_hash::XxHash3_64::oneshot(record)
}

/// Chance that is the same every time (xorshift).
pub struct Chance(u64);

impl Chance {
    pub fn new(seed: u64) -> Chance {
        Chance(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    pub fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 16) as usize % limit
    }
}
