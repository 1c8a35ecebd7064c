//! Which problems count for how much in this run: `--strict`, `--deny`, `--allow`, and what site.toml adds.
//!
//! Never looks at a diagnostic's text or place: a policy speaks of codes.

use super::{Code, Severity};

/// What a run makes of the severities of codes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Policy {
    /// Warnings are errors.
    pub strict: bool,
    /// Codes that are errors.
    pub deny: Vec<Code>,
    /// Codes that are silenced, unless they are errors by themselves.
    pub allow: Vec<Code>,
}

impl Policy {
    /// How bad a code is in this run; nothing when it is silenced.
    ///
    /// An error is never silenced: a site that cannot be published does not become publishable by looking away. A code
    /// that is both denied and allowed is denied.
    pub fn severity(&self, code: Code) -> Option<Severity> {
        match code.severity() {
            Severity::Error => Some(Severity::Error),
            _ if self.deny.contains(&code) => Some(Severity::Error),
            _ if self.allow.contains(&code) => None,
            Severity::Warning if self.strict => Some(Severity::Error),
            severity => Some(severity),
        }
    }

    /// Whether this run speaks of the code by name.
    pub fn names(&self, code: Code) -> bool {
        self.deny.contains(&code) || self.allow.contains(&code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_changes_warnings_and_notes_but_silences_no_error() {
        let plain = Policy::default();
        assert_eq!(plain.severity(Code::BrokenLink), Some(Severity::Warning));
        assert_eq!(plain.severity(Code::FileOverrides), Some(Severity::Note));
        let strict = Policy { strict: true, allow: vec![Code::MissingAlt, Code::Syntax], ..Policy::default() };
        assert_eq!(strict.severity(Code::BrokenLink), Some(Severity::Error));
        assert_eq!(strict.severity(Code::FileOverrides), Some(Severity::Note));
        assert_eq!(strict.severity(Code::MissingAlt), None);
        assert_eq!(strict.severity(Code::Syntax), Some(Severity::Error));
    }

    #[test]
    fn what_is_denied_is_an_error_even_if_allowed() {
        let both = Policy { deny: vec![Code::FileOverrides], allow: vec![Code::FileOverrides], strict: false };
        assert_eq!(both.severity(Code::FileOverrides), Some(Severity::Error));
    }
}
