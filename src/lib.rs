//! manchette: a static site generator for tech news digests.
#![forbid(unsafe_code)]

pub mod base;
pub mod cli;
pub mod config;
pub mod content;
