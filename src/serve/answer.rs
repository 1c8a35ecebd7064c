//! A request as far as it matters, and an answer, without a connection.

use crate::base::SourcePath;
use std::sync::Arc;

/// What a browser asks, after the guards have let it pass.
#[derive(Clone, Debug, Default)]
pub struct Ask {
    /// The path as it was sent, without query.
    pub path: String,
    /// The query without its `?`, as it was sent.
    pub query: String,
    /// The body of a POST.
    pub body: Vec<u8>,
}

/// What a browser gets.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// What the body is.
    pub content_type: String,
    /// Where to go instead, a path of this server.
    pub location: Option<String>,
    /// The body.
    pub body: Body,
}

/// A body.
#[derive(Clone, Debug)]
pub enum Body {
    /// Bytes.
    Bytes(Arc<[u8]>),
    /// A file of the site, sent as it is.
    File(SourcePath),
}

impl Answer {
    /// Bytes of a type.
    pub fn new(status: u16, content_type: &str, bytes: impl Into<Arc<[u8]>>) -> Answer {
        Answer { status, content_type: content_type.to_owned(), location: None, body: Body::Bytes(bytes.into()) }
    }

    /// JSON.
    pub fn json(status: u16, value: &impl serde::Serialize) -> Answer {
        Answer::new(status, "application/json", serde_json::to_vec(value).unwrap_or_default())
    }

    /// Text.
    pub fn text(status: u16, text: &str) -> Answer {
        Answer::new(status, "text/plain; charset=utf-8", text.as_bytes())
    }
}
