//! Ground floor: the words that every room uses.
//!
//! Nothing here knows the disk, the clock, the terminal, Markdown, templates or news; a helper that only two rooms
//! need does not belong here.

pub mod calendar;
pub mod codes;
pub mod conflict;
pub mod diagnostic;
pub mod fingerprint;
pub mod hosts;
pub mod json;
pub mod language;
pub mod legal;
pub mod local;
pub mod names;
pub mod nfc;
pub mod odd_numbers;
pub mod policy;
pub mod portable;
pub mod slips;
pub mod source;
pub mod spelling;
pub mod suggest;
pub mod table;
mod toml_remedy;
pub mod toml_slip;
pub mod toml_words;
pub mod typography;
mod windows;

pub use calendar::{Precision, When, Zone};
pub use codes::Code;
pub use diagnostic::{Checked, Diagnostic, Severity};
pub use fingerprint::Fingerprint;
pub use json::Json;
pub use names::{OutputPath, Slug, SourcePath, UrlPath};
pub use policy::Policy;
pub use source::{Label, SourceText};
pub use table::{QuickHash, Table};
