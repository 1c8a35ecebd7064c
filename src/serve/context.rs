//! What is decided when the preview starts and is the same for every answer.

use crate::base::{Diagnostic, Severity};

/// What answers need beside the newest edition.
#[derive(Clone, Debug)]
pub struct Context {
    /// The secret of this run: who has it may ask for an editor to be opened.
    pub token: String,
    /// Whether there is an editor to open files in.
    pub has_editor: bool,
    /// Whether pages show the bar.
    pub has_bar: bool,
    /// A problem in the words of the terminal, without colours.
    pub print: fn(&Diagnostic, Severity) -> String,
}

impl Context {
    /// A context with a token that nobody else knows; nothing when the system gives no randomness.
    pub fn new(has_editor: bool, has_bar: bool, print: fn(&Diagnostic, Severity) -> String) -> Option<Context> {
        let mut secret = [0; 16];
        getrandom::fill(&mut secret).ok()?;
        let token = secret.iter().map(|byte| format!("{byte:02x}")).collect();
        Some(Context { token, has_editor, has_bar, print })
    }
}
