//! Malformed and hostile input that is too large, too many or too odd for `tests/diagnostics/`: each ends in bounded time
//! and memory, with an error at its place or a page, and what was published before is untouched.

mod constructs;
mod files;
mod guarded;
mod pictures;
mod same;
mod templates;
mod texts;
