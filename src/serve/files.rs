//! Files of the site that are sent as they are, in pieces: a film is never held whole.

use super::body::Sent;
use super::reply::Content;
use crate::base::{Fingerprint, SourcePath};
use crate::pipeline::Edition;
use crate::world::FileStamp;
use hyper::body::Bytes;
use std::io;
use std::ops::Range;
use std::sync::Arc;
use tokio::sync::mpsc;

/// How many bytes are read at once.
const PIECE: u64 = 256 << 10;

/// A file and what identifies it; nothing when it cannot be read. Where the system does not say enough of a file to know
/// it again, it is read whole.
pub fn content(edition: &Arc<Edition>, path: &SourcePath) -> Option<(Option<String>, Content)> {
    Some(match edition.world().stamp(path) {
        Some(stamp) => {
            let is = Fingerprint::of(&stamp).to_string();
            (Some(is), Content::File(edition.clone(), path.clone(), stamp))
        }
        None => {
            let bytes = edition.world().read(path).ok()?;
            (Some(Fingerprint::of_bytes(&bytes).to_string()), Content::Bytes(bytes.into()))
        }
    })
}

/// A part of a file, read while it is sent. When the file becomes another one meanwhile, the connection ends.
pub fn pieces(edition: Arc<Edition>, path: SourcePath, stamp: FileStamp, part: Range<u64>) -> Sent {
    let (pieces, from) = mpsc::channel(1);
    let left = Some(part.end - part.start);
    tokio::spawn(async move {
        let mut at = part.start;
        while at < part.end {
            let until = part.end.min(at + PIECE);
            let (edition, path) = (edition.clone(), path.clone());
            let read = tokio::task::spawn_blocking(move || piece(&edition, &path, stamp, at..until)).await;
            let read = read.unwrap_or_else(|_| Err(io::Error::other("the file could not be read")));
            let is_over = read.is_err();
            if pieces.send(read).await.is_err() || is_over {
                break;
            }
            at = until;
        }
    });
    Sent::Pieces { from, left }
}

fn piece(edition: &Edition, path: &SourcePath, stamp: FileStamp, part: Range<u64>) -> io::Result<Bytes> {
    let length = part.end - part.start;
    let bytes = edition.world().part(path, part)?;
    match bytes.len() as u64 == length && edition.world().stamp(path) == Some(stamp) {
        true => Ok(bytes.into()),
        false => Err(io::Error::other("the file has changed while it was sent")),
    }
}
