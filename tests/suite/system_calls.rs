//! The program on a system whose every call may fail, as `strace` can bring about; a test says so where there is none.
//!
//! `ALL_FAULTS=1 cargo test --test suite system_calls` lets every call fail, and takes more than a quarter of an hour.
#![cfg(target_os = "linux")]

use super::publishing::{Tree, site};
use super::scratch::{NOW, Ran, Scratch, skipped, without_settings};
use std::path::Path;
use std::process::Command;

/// Calls that do alike, and what the system may say to them.
const CALLS: &[(&str, &[&str])] = &[
    ("openat,openat2", &["EMFILE", "EIO", "EACCES", "EINTR"]),
    ("read,pread64", &["EIO", "EINTR"]),
    ("write,pwrite64", &["ENOSPC", "EINTR"]),
    ("newfstatat,statx,fstat", &["EIO", "EACCES"]),
    ("getdents64", &["EIO"]),
    ("rename,renameat,renameat2", &["ENOSPC", "EACCES"]),
    ("link,linkat", &["EPERM"]),
    ("mkdir,mkdirat", &["ENOSPC", "EACCES"]),
    ("unlink,unlinkat,rmdir", &["EIO", "EBUSY"]),
    ("chmod,fchmod,fchmodat,fchmodat2", &["EPERM"]),
    ("flock", &["ENOLCK", "EINTR"]),
    ("lseek,ftruncate,copy_file_range,sendfile", &["EIO"]),
];

fn post(title: &str, body: &str) -> String {
    format!("+++\ntitle = \"{title}\"\ndate = 2025-06-19\ntags = [\"IA\"]\n+++\n\n{body}\n")
}

/// A site that was built, then edited so that something changes, comes and goes; and both as they should be published.
fn edited() -> (Scratch, Tree, Tree) {
    let scratch = Scratch::site(&[
        ("content/posts/un.md", &post("Un", "Premier.")),
        ("content/posts/deux.md", &post("Deux", "Autre.")),
        ("static/a.css", "a{}"),
    ]);
    scratch.run(&["build"]).ok();
    let old = site(&scratch.path("public"));
    scratch.write("content/posts/un.md", post("Un", "Premier, et plus."));
    scratch.write("content/posts/trois.md", post("Trois", "Encore."));
    std::fs::remove_file(scratch.path("content/posts/deux.md")).unwrap();
    std::fs::remove_file(scratch.path("static/a.css")).unwrap();
    let clean = Scratch::copy_of(scratch.root());
    std::fs::remove_dir_all(clean.path("public")).unwrap();
    clean.run(&["build", "--no-cache"]).ok();
    (scratch, old, site(&clean.path("public")))
}

/// Builds while the call of a number fails in each thread; whether one did.
fn build_with(root: &Path, calls: &str, error: &str, at: usize) -> (Option<i32>, Ran, bool) {
    let trace = root.join("trace");
    // Not every system has every call.
    let calls = calls.split(',').map(|call| format!("?{call}")).collect::<Vec<_>>().join(",");
    let mut command = without_settings("strace");
    command.args(["-f", "-o"]).arg(&trace).args(["-e", &format!("trace={calls}")]);
    command.args(["-e", &format!("inject={calls}:error={error}:when={at}")]);
    command.args([env!("CARGO_BIN_EXE_manchette"), "build"]).current_dir(root);
    // One thread that works, so that numbers mean the same in every run.
    command.env("NO_COLOR", "1").env("MANCHETTE_AT", NOW).env("RAYON_NUM_THREADS", "1").env_remove("RUST_BACKTRACE");
    let output = command.output().unwrap();
    let is_injected = String::from_utf8_lossy(&std::fs::read(&trace).unwrap()).contains("(INJECTED)");
    std::fs::remove_file(trace).unwrap();
    (output.status.code(), Ran::from(output), is_injected)
}

/// Whether an error has the system's words, or says the same in ours.
fn says(stderr: &str, error: &str) -> bool {
    let words: &[&str] = match error {
        "EMFILE" => &["Too many open files"],
        "EIO" => &["Input/output error"],
        "EACCES" => &["Permission denied", "may not be looked at"],
        "EINTR" => &["Interrupted system call"],
        "ENOSPC" => &["No space left on device"],
        "EPERM" => &["Operation not permitted"],
        "EBUSY" => &["Device or resource busy"],
        "ENOLCK" => &["No locks available"],
        _ => panic!("{error}"),
    };
    stderr.contains("error[") && words.iter().any(|words| stderr.contains(words))
}

#[test]
fn p05_whatever_system_call_fails_the_output_is_the_old_site_or_the_new_one() {
    let mut probe = Command::new("strace");
    probe.args(["-f", "-o", "/dev/null", "-e", "inject=flock:error=EIO:when=9", "true"]);
    if !probe.output().is_ok_and(|probe| probe.status.success()) {
        skipped("there is no strace here, or it may not trace");
        return;
    }
    let is_thorough = std::env::var_os("ALL_FAULTS").is_some();
    let (scratch, old, new) = edited();
    let (mut runs, mut refused) = (0, 0);
    for (number, (calls, errors)) in CALLS.iter().enumerate() {
        // Else one or two of each kind, behind those that only start a program.
        let (first, stride) = if is_thorough { (1, 1) } else { (5 + number % 3, 60) };
        let errors = if is_thorough { errors } else { &errors[..1] };
        for error in errors.iter() {
            for at in (first..).step_by(stride) {
                let folder = Scratch::copy_of(scratch.root());
                let (code, ran, is_injected) = build_with(folder.root(), calls, error, at);
                if !is_injected {
                    break;
                }
                runs += 1;
                let when = format!("{error} from {calls}, number {at}: ended by {code:?}: {}", ran.stderr);
                assert!(!ran.stderr.contains("panicked"), "{when}");
                let found = site(&folder.path("public"));
                match code {
                    Some(0) => assert!(found == new, "{when}: not the new site"),
                    Some(1) => {
                        refused += 1;
                        assert!(found == old, "{when}: not the old site");
                        // What is said may be what could not be written.
                        assert!(calls.contains("write") || says(&ran.stderr, error), "{when}: not why");
                    }
                    // What starts a program could not.
                    Some(127) => assert!(ran.stderr.contains("error while loading shared libraries"), "{when}"),
                    _ => panic!("{when}"),
                }
                folder.run(&["build"]).ok();
                assert!(site(&folder.path("public")) == new, "{when}: the next build");
                let left = folder.tree(".manchette").into_keys().find(|name| name.ends_with("-tmp"));
                assert_eq!(left, None, "{when}");
            }
        }
    }
    println!("{runs} calls failed, {refused} builds with them");
    assert!(runs > 10);
}
