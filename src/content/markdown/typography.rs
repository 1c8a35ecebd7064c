//! The place of the typography pass: after links are known, before anything is written.
//!
//! It changes `Text` events alone, outside code, and never addresses, attributes or raw HTML. The rules (no-break spaces
//! and quotes by language) come with the issue on French typography; until then the text stays as its author wrote it.

use super::Setting;
use super::events::Located;

/// The same events with the typography of the article's language.
pub fn set<'t>(events: Vec<Located<'t>>, setting: &Setting<'_>) -> Vec<Located<'t>> {
    let _ = (setting.options.typography, setting.language);
    events
}
