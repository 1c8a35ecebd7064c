//! manchette: a static site generator for tech news digests.
#![forbid(unsafe_code)]

pub mod base;
pub mod config;
pub mod content;
pub mod engine;
pub mod site;
pub mod theme;
pub mod view;
