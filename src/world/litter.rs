//! Files that editors and systems leave about: swap, backup and lock files, folder settings.
//!
//! Knows names only. Dot files that mean something are not litter; whether they count is their reader's decision.

/// Whether a file of that name is nobody's work.
pub fn is_litter(file_name: &str) -> bool {
    let starts = |prefixes: &[&str]| prefixes.iter().any(|prefix| file_name.starts_with(prefix));
    let ends =
        |suffixes: &[&str]| suffixes.iter().any(|suffix| file_name.len() > suffix.len() && file_name.ends_with(suffix));
    // `4913` is what vim creates to see whether it may.
    matches!(file_name, ".DS_Store" | "Thumbs.db" | "desktop.ini" | "4913")
        || ends(&["~", ".swp", ".swo", ".swx", ".tmp", ".kate-swp", "___jb_tmp___", "___jb_old___"])
        // Copies that editors, merges and people keep of a file before it is changed: of a draft, these are drafts too.
        || ends(&[".bck", ".bak", ".old", ".orig", ".rej", ".save"])
        || starts(&[".#", "~$", ".~lock.", ".nfs", ".fuse_hidden", ".goutputstream-"])
        || (file_name.len() > 1 && file_name.starts_with('#') && file_name.ends_with('#'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_editors_leave_is_litter_and_dot_files_are_not() {
        for name in [
            ".DS_Store",
            "Thumbs.db",
            "a.md~",
            ".#a.md",
            "#a.md#",
            ".a.md.swp",
            ".a.swo",
            "a.bck",
            "a.tmp",
            "a.md.bak",
            "a.md.old",
            "a.md.orig",
            "a.md.rej",
            "a.md.save",
            "4913",
            "~$a.md",
        ] {
            assert!(is_litter(name), "{name}");
        }
        for name in [".htaccess", ".well-known", "a.md", "#1.md", "49130", "~", "c#.md", ".tmp"] {
            assert!(!is_litter(name), "{name}");
        }
    }
}
