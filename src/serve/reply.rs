//! From what is to be said to an HTTP answer: validators, ranges, and the headers that every answer has.
//!
//! Never decides what is said.

use super::body::Sent;
use super::files;
use super::{Answer, Body};
use crate::base::SourcePath;
use crate::pipeline::Edition;
use crate::world::FileStamp;
use headers::{ETag, HeaderMapExt, IfNoneMatch, IfRange};
use hyper::body::Bytes;
use hyper::header::{self, HeaderMap, HeaderName, HeaderValue};
use hyper::{Method, Response, StatusCode};
use std::sync::Arc;

/// What is to be said.
#[derive(Debug)]
pub struct Reply {
    /// The status.
    pub status: StatusCode,
    /// What the content is.
    pub content_type: String,
    /// Where to go instead.
    pub location: Option<String>,
    /// What identifies the content, without quotes. What has none is not to be kept at all.
    pub is: Option<String>,
    /// The content.
    pub content: Content,
}

/// What is sent.
#[derive(Debug)]
pub enum Content {
    /// Bytes.
    Bytes(Bytes),
    /// A file of the site as it stands, read while it is sent.
    File(Arc<Edition>, SourcePath, FileStamp),
}

const HTML: &str = "text/html; charset=utf-8";
const TEXT: &str = "text/plain; charset=utf-8";

impl Reply {
    /// Content that may be asked for again with what identifies it.
    pub fn new(status: StatusCode, content_type: &str, is: Option<String>, content: Content) -> Reply {
        Reply { status, content_type: content_type.to_owned(), location: None, is, content }
    }

    /// A page of ours.
    pub fn html(status: StatusCode, page: String) -> Reply {
        Reply::new(status, HTML, None, Content::Bytes(page.into()))
    }

    /// A line of ours.
    pub fn text(status: StatusCode, text: &'static str) -> Reply {
        Reply::new(status, TEXT, None, Content::Bytes(Bytes::from_static(text.as_bytes())))
    }

    /// Another address.
    pub fn elsewhere(status: StatusCode, location: String) -> Reply {
        Reply { location: Some(location), ..Reply::text(status, "") }
    }

    /// An answer that was made without a connection. Files are those of an edition.
    pub fn of(answer: Answer, edition: Option<Arc<Edition>>) -> Reply {
        let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let content = match (answer.body, edition) {
            (Body::Bytes(bytes), _) => Some((None, Content::Bytes(Bytes::from_owner(bytes)))),
            (Body::File(path), Some(edition)) => files::content(&edition, &path),
            (Body::File(_), None) => None,
        };
        match content {
            Some((is, content)) => {
                Reply { location: answer.location, ..Reply::new(status, &answer.content_type, is, content) }
            }
            None => Reply::text(StatusCode::NOT_FOUND, "there is no such file\n"),
        }
    }

    fn length(&self) -> u64 {
        match &self.content {
            Content::Bytes(bytes) => bytes.len() as u64,
            Content::File(_, _, stamp) => stamp.size,
        }
    }

    /// The answer to a request with that method and these headers.
    pub fn answer(self, method: &Method, asked: &HeaderMap) -> Response<Sent> {
        let mut headers = HeaderMap::new();
        put(&mut headers, header::CONTENT_TYPE, &self.content_type);
        if let Some(location) = &self.location {
            put(&mut headers, header::LOCATION, location);
        }
        let etag = self.is.as_ref().and_then(|is| format!("\"{is}\"").parse::<ETag>().ok());
        put(&mut headers, header::CACHE_CONTROL, if etag.is_some() { "no-cache" } else { "no-store" });
        let length = self.length();
        let mut status = self.status;
        let mut part = 0..length;
        if let (StatusCode::OK, Some(etag)) = (status, etag) {
            let is_known = asked.typed_get::<IfNoneMatch>().is_some_and(|known| !known.precondition_passes(&etag));
            let is_another = asked.typed_get::<IfRange>().is_some_and(|range| range.is_modified(Some(&etag), None));
            headers.typed_insert(etag);
            if is_known {
                headers.remove(header::CONTENT_TYPE);
                return finished(StatusCode::NOT_MODIFIED, headers, Sent::nothing());
            }
            put(&mut headers, header::ACCEPT_RANGES, "bytes");
            match wanted(asked, length) {
                Wanted::Part(wanted) if method == Method::GET && !is_another => {
                    status = StatusCode::PARTIAL_CONTENT;
                    put(
                        &mut headers,
                        header::CONTENT_RANGE,
                        &format!("bytes {}-{}/{length}", wanted.start, wanted.end - 1),
                    );
                    part = wanted;
                }
                Wanted::Beyond if method == Method::GET && !is_another => {
                    put(&mut headers, header::CONTENT_RANGE, &format!("bytes */{length}"));
                    headers.remove(header::CONTENT_TYPE);
                    return finished(StatusCode::RANGE_NOT_SATISFIABLE, headers, Sent::nothing());
                }
                Wanted::Part(_) | Wanted::Beyond | Wanted::Whole => {}
            }
        }
        put(&mut headers, header::CONTENT_LENGTH, &(part.end - part.start).to_string());
        let sent = match self.content {
            _ if method == Method::HEAD => Sent::nothing(),
            Content::Bytes(bytes) => Sent::Whole(slice(&bytes, &part)),
            Content::File(edition, path, stamp) => files::pieces(edition, path, stamp, part),
        };
        finished(status, headers, sent)
    }
}

/// An answer with the headers that all have.
pub fn finished(status: StatusCode, mut headers: HeaderMap, sent: Sent) -> Response<Sent> {
    for (name, value) in ALWAYS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    let mut response = Response::new(sent);
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    response
}

/// Other sites may neither embed nor read us, and nobody may guess what a file is.
const ALWAYS: [(HeaderName, &str); 3] = [
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
];

/// A header whose value comes from the site: what cannot be one is left out.
fn put(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}

fn slice(bytes: &Bytes, part: &std::ops::Range<u64>) -> Bytes {
    let at = |place: u64| usize::try_from(place).unwrap_or(usize::MAX).min(bytes.len());
    bytes.slice(at(part.start)..at(part.end))
}

/// What part of some content is wanted.
#[derive(Debug, PartialEq, Eq)]
enum Wanted {
    /// All of it: many parts count as none, since nobody but attackers asks for them.
    Whole,
    /// A part, which exists.
    Part(std::ops::Range<u64>),
    /// A part that does not.
    Beyond,
}

/// Read by hand: `headers::Range` takes a suffix that is longer than the content for one that cannot be had.
fn wanted(asked: &HeaderMap, length: u64) -> Wanted {
    let Some(range) = asked.get(header::RANGE).and_then(|range| range.to_str().ok()?.strip_prefix("bytes=")) else {
        return Wanted::Whole;
    };
    let Some((first, last)) = range.trim().split_once('-') else { return Wanted::Whole };
    let part = match (first.parse::<u64>(), last.parse::<u64>()) {
        (Ok(first), Ok(last)) if first <= last => first..last.saturating_add(1).min(length),
        (Ok(first), Err(_)) if last.is_empty() => first..length,
        (Err(_), Ok(last)) if first.is_empty() => length.saturating_sub(last)..length,
        _ => return Wanted::Whole,
    };
    if part.is_empty() { Wanted::Beyond } else { Wanted::Part(part) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_part_is_given_or_the_whole() {
        let of = |range: &str| {
            let mut asked = HeaderMap::new();
            put(&mut asked, header::RANGE, range);
            wanted(&asked, 10)
        };
        for (range, part) in [
            ("bytes=0-3", 0..4),
            ("bytes=3-", 3..10),
            ("bytes=-4", 6..10),
            ("bytes=-40", 0..10),
            ("bytes=9-99", 9..10),
            ("bytes=0-18446744073709551615", 0..10),
        ] {
            assert_eq!(of(range), Wanted::Part(part), "{range}");
        }
        for range in ["bytes=10-", "bytes=10-11", "bytes=-0"] {
            assert_eq!(of(range), Wanted::Beyond, "{range}");
        }
        for range in ["bytes=0-1,3-4", "bytes=4-3", "bytes=", "bytes=-", "bytes=x-y", "lines=1-2", "bytes=1 - 2"] {
            assert_eq!(of(range), Wanted::Whole, "{range}");
        }
        assert_eq!(wanted(&HeaderMap::new(), 0), Wanted::Whole);
    }
}
