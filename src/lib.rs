//! manchette: a static site generator for tech news digests.
#![forbid(unsafe_code)]

pub mod base;
pub mod config;
pub mod content;
pub mod output;
pub mod sink;
pub mod theme;
pub mod view;
pub mod world;
