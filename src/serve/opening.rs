//! `POST /__manchette/open`: from a block of a page to an editor at its line.
//!
//! What was understood is answered with 200, opened or not: a browser writes every other status into its console.

use super::editor::Editor;
use super::{Answer, Ask, State, locate};
use serde_json::json;
use std::path::Path;

/// Opens what a browser points at, and answers with what was opened. Who asks has shown the token of this run.
pub fn open(state: &State, editor: &Result<Editor, String>, root: &Path, ask: &Ask) -> Answer {
    let said = |status: u16, message: &str| Answer::json(status, &json!({ "message": message }));
    let Ok(wanted) = serde_json::from_slice::<locate::Wanted>(&ask.body) else {
        return said(400, "that is no place in a page");
    };
    let Some(spot) = locate::spot(&state.newest(), &wanted) else {
        return said(200, "no file of the site says this");
    };
    let opened = match editor {
        Ok(editor) => editor.open(root, &spot.file, spot.line, spot.column),
        Err(why) => Err(why.clone()),
    };
    match opened {
        Ok(()) => Answer::json(200, &json!({ "file": spot.file.as_str(), "line": spot.line })),
        Err(why) => {
            // Whoever has no editor here can go there by hand.
            let message = format!("{}:{}: {why}", spot.file, spot.line);
            said(200, &message)
        }
    }
}
