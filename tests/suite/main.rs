//! The integration tests: the program as its users meet it.
#![allow(missing_docs, reason = "tests are named after what they show")]
#![allow(clippy::unwrap_used, reason = "a test may fail")]
#![allow(clippy::print_stderr, clippy::print_stdout, reason = "a test says its seed")]
#![allow(clippy::disallowed_methods, reason = "tests prepare and look at folders themselves")]

mod amending;
mod any_site;
mod architecture;
mod bad_input;
mod browser;
mod commonmark;
mod contract;
mod dependencies;
mod diagnostics;
mod dials;
mod dice;
mod editors;
mod engine;
mod feeds;
mod first_week;
mod fuzzing;
mod golden;
mod guards;
mod injection;
mod limits;
mod live;
mod machines;
mod meanwhile;
mod names;
mod offline;
mod preview_facts;
mod preview_http;
mod printed;
mod profile;
mod properties;
mod publishing;
mod rebuilding;
mod reliability;
mod remembering;
mod repository;
mod reproducible;
mod saving;
mod scratch;
mod system_calls;
mod themes;
mod to_come;
mod turmoil;
mod tutorial;
mod typography;
mod watching;
