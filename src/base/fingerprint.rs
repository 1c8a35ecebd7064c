//! Fingerprints: 128 bits of blake3 over canonical bytes; of XXH3 over what we wrote ourselves.
//!
//! Never over `std::hash`, absolute paths or times: a fingerprint means the same on every machine and in every run.

use serde::{Deserialize, Serialize};
use std::cell::Cell;
use std::fmt;
use twox_hash::XxHash3_128;

thread_local! {
    /// Where values are written before they are hashed: hashing once is cheaper than in many small steps.
    static SCRATCH: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
}

/// A scratch that grew longer than this is not kept.
const MAX_SCRATCH: usize = 1 << 16;

/// What identifies a text, an answer or an output.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Fingerprint([u8; 16]);

impl Fingerprint {
    /// The fingerprint of raw bytes.
    pub fn of_bytes(bytes: &[u8]) -> Fingerprint {
        Fingerprint::from_hash(&blake3::hash(bytes))
    }

    /// The fingerprint of bytes that we wrote ourselves, to see later whether they are still there: XXH3, many times as
    /// quick as blake3. Sources and answers are never fingerprinted so.
    pub fn of_contents(bytes: &[u8]) -> Fingerprint {
        Fingerprint(XxHash3_128::oneshot(bytes).to_be_bytes())
    }

    /// The fingerprint of a value, over its postcard encoding: equal values of one type have equal bytes.
    pub fn of<T: Serialize + ?Sized>(value: &T) -> Fingerprint {
        let mut bytes = SCRATCH.take();
        bytes.clear();
        // Writing into memory cannot fail, and neither does a value made of plain data.
        if postcard::to_io(value, &mut bytes).is_err() {
            bytes.extend_from_slice(b"\0not representable");
        }
        let fingerprint = Fingerprint::of_bytes(&bytes);
        if bytes.capacity() <= MAX_SCRATCH {
            SCRATCH.set(bytes);
        }
        fingerprint
    }

    /// Reads back what `Display` wrote.
    pub fn parse(text: &str) -> Option<Fingerprint> {
        let mut bytes = [0; 16];
        if text.len() != 32 || !text.is_ascii() {
            return None;
        }
        let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
        for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
            *byte = digit(pair[0])? << 4 | digit(pair[1])?;
        }
        Some(Fingerprint(bytes))
    }

    fn from_hash(hash: &blake3::Hash) -> Fingerprint {
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&hash.as_bytes()[..16]);
        Fingerprint(bytes)
    }
}

const DIGITS: &[u8; 16] = b"0123456789abcdef";

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = [0; 32];
        for (pair, byte) in text.chunks_exact_mut(2).zip(self.0) {
            pair[0] = DIGITS[usize::from(byte >> 4)];
            pair[1] = DIGITS[usize::from(byte & 15)];
        }
        f.write_str(std::str::from_utf8(&text).map_err(|_| fmt::Error)?)
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fingerprint_reads_back_from_its_text() {
        let fingerprint = Fingerprint::of(&("a", 1_u32));
        assert_eq!(Fingerprint::parse(&fingerprint.to_string()), Some(fingerprint));
        assert_eq!(Fingerprint::parse("zz"), None);
        assert_ne!(fingerprint, Fingerprint::of(&("a", 2_u32)));
    }
}
