//! manchette: a static site generator for tech news digests.
#![forbid(unsafe_code)]

pub mod base;
pub mod check;
pub mod cli;
pub mod config;
pub mod content;
pub mod engine;
pub mod output;
pub mod pictures;
pub mod pipeline;
pub mod serve;
pub mod sink;
pub mod site;
pub mod theme;
pub mod view;
pub mod watch;
pub mod world;
