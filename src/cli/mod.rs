//! The command line: arguments in, text out.
//!
//! No rule about news, URLs or pages lives here: a command asks the rooms below and prints what they answer.

pub mod args;
pub mod completions;
pub mod config;
pub mod explain;
pub mod printer;
mod visible;

pub use args::Args;
pub use visible::visible;
