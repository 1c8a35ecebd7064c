//! Bodies of answers as hyper takes them: whole, or in pieces that somebody makes while they are sent.

use hyper::body::{Body, Bytes, Frame, SizeHint};
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use tokio::sync::mpsc::Receiver;

/// What is sent.
#[derive(Debug)]
pub enum Sent {
    /// All of it is there.
    Whole(Bytes),
    /// It comes in pieces; an error ends the connection, so that nobody takes a part for the whole.
    Pieces {
        /// Where they come from.
        from: Receiver<io::Result<Bytes>>,
        /// How many bytes are still to come, where that is known.
        left: Option<u64>,
    },
}

impl Sent {
    /// Nothing.
    pub fn nothing() -> Sent {
        Sent::Whole(Bytes::new())
    }
}

impl Body for Sent {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        match self.get_mut() {
            Sent::Whole(bytes) if bytes.is_empty() => Poll::Ready(None),
            Sent::Whole(bytes) => Poll::Ready(Some(Ok(Frame::data(std::mem::take(bytes))))),
            Sent::Pieces { from, left } => from.poll_recv(cx).map(|piece| {
                if let (Some(left), Some(Ok(piece))) = (left, &piece) {
                    *left = left.saturating_sub(piece.len() as u64);
                }
                piece.map(|piece| piece.map(Frame::data))
            }),
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Sent::Whole(bytes) => bytes.is_empty(),
            Sent::Pieces { left, .. } => *left == Some(0),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Sent::Whole(bytes) => SizeHint::with_exact(bytes.len() as u64),
            Sent::Pieces { left: Some(left), .. } => SizeHint::with_exact(*left),
            Sent::Pieces { left: None, .. } => SizeHint::default(),
        }
    }
}
