//! The stream of events: a number whenever a browser should ask what is new.
//!
//! The channel carries a number and nothing else, so that whoever could listen learns nothing. A slow browser skips
//! numbers, and costs no queue.

use super::State;
use super::body::Sent;
use hyper::body::Bytes;
use std::io;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, mpsc, watch};

/// How often a stream on which nothing happens shows that it lives.
const BREATH: Duration = Duration::from_secs(15);

/// A stream that ends when the server does, or the browser goes. It holds its seat as long.
pub fn stream(state: &State, mut closing: watch::Receiver<bool>, seat: OwnedSemaphorePermit) -> Sent {
    let mut versions = state.versions();
    let (pieces, from) = mpsc::channel(1);
    tokio::spawn(async move {
        let _seat = seat;
        let mut breath = tokio::time::interval_at(tokio::time::Instant::now() + BREATH, BREATH);
        loop {
            let piece = tokio::select! {
                changed = versions.changed() => match changed {
                    Ok(()) => format!("data: {}\n\n", *versions.borrow_and_update()),
                    Err(_) => break,
                },
                _ = breath.tick() => ":\n\n".to_owned(),
                () = pieces.closed() => break,
                _ = closing.wait_for(|closing| *closing) => break,
            };
            let sent = tokio::select! {
                sent = pieces.send(io::Result::Ok(Bytes::from(piece))) => sent.is_ok(),
                _ = closing.wait_for(|closing| *closing) => false,
            };
            if !sent {
                break;
            }
        }
    });
    Sent::Pieces { from, left: None }
}
