//! `POST /__manchette/open`: from a block of a page to an editor at its line.

use super::editor::Editor;
use super::{Answer, Ask, State};
use std::path::Path;

/// Opens what a browser points at. Who asks has shown the token of this run.
pub fn open(_state: &State, _editor: &Result<Editor, String>, _root: &Path, _ask: &Ask) -> Answer {
    Answer::json(404, &serde_json::json!({ "message": "nothing was found" }))
}
