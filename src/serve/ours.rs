//! Our own addresses below `/__manchette/`.

use super::{Answer, Ask, Context, State};

/// Answers a request below `/__manchette/`, but for the stream of events and the opening of files.
pub fn answer(state: &State, context: &Context, ask: &Ask) -> Answer {
    match ask.path.as_str() {
        "/__manchette/preview.js" => Answer::new(200, "text/javascript; charset=utf-8", *b""),
        "/__manchette/state" => Answer::json(
            200,
            &serde_json::json!({ "version": state.newest().version, "token": context.token, "editor": context.has_editor, "bar": context.has_bar }),
        ),
        _ => Answer::text(404, "there is nothing at this address of the preview\n"),
    }
}
