//! No command asks the network for anything, by `strace` where there is one and in a machine without a network where such
//! a one can be had; the test says what it skips.
#![cfg(target_os = "linux")]

use super::scratch::{Scratch, skipped};
use std::net::TcpListener;
use std::process::{Command, Stdio};

/// All that is done with a site, from an empty folder on, and the exit codes. `{port}` is one that is taken.
const COMMANDS: &[(&str, i32)] = &[
    ("init .", 0),
    ("init other --theme telex --eject-theme", 0),
    ("new Bonjour --source WSJ --url https://example.org/a", 0),
    ("check", 0),
    ("build", 0),
    ("build --verify --sync", 0),
    ("theme list", 0),
    ("theme check", 0),
    ("theme eject kiosque", 0),
    ("list posts", 0),
    ("topics", 0),
    ("config", 0),
    ("cache stats", 0),
    ("explain", 0),
    ("completions bash", 0),
    ("clean", 0),
];

/// Whether something can be run here.
fn is_there(words: &[&str]) -> bool {
    let run = Command::new(words[0]).args(&words[1..]).stdout(Stdio::null()).stderr(Stdio::null()).status();
    run.is_ok_and(|status| status.success())
}

/// Runs a command before which some others stand; its exit code, and the sockets that it and its children asked for.
fn traced(site: &Scratch, before: &[&str], command: &str) -> (Option<i32>, String, Vec<String>) {
    let trace = site.path("trace");
    let words = site.command(&[] as &[&str]);
    let mut run = Command::new(before.first().unwrap_or(&"strace"));
    let own = ["strace"].into_iter().skip(usize::from(before.is_empty()));
    run.args(before.iter().skip(1)).args(own).args(["-f", "-e", "trace=%network", "-o"]).arg(&trace);
    run.arg(words.get_program()).args(command.split(' ')).current_dir(site.root());
    words.get_envs().for_each(|(name, value)| match value {
        Some(value) => drop(run.env(name, value)),
        None => drop(run.env_remove(name)),
    });
    let output = run.stdin(Stdio::null()).output().unwrap();
    let calls = std::fs::read_to_string(&trace).unwrap();
    std::fs::remove_file(trace).unwrap();
    let is_outside = |line: &&str| ["AF_INET", "AF_NETLINK", "AF_PACKET"].iter().any(|family| line.contains(family));
    let sockets = calls.lines().filter(is_outside).map(str::to_owned).collect();
    (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned(), sockets)
}

#[test]
fn no_command_opens_a_socket_to_any_network_and_all_work_without_one() {
    if !is_there(&["strace", "-f", "-o", "/dev/null", "true"]) {
        skipped("there is no strace here, or it may not trace");
        return;
    }
    let apart = ["unshare", "--map-root-user", "--net"];
    let is_apart = is_there(&[&apart[..], &["strace", "-f", "-o", "/dev/null", "true"]].concat());
    if !is_apart {
        skipped("a network of one's own cannot be had here, so that of the machine is there");
    }
    let site = Scratch::empty();
    for (command, code) in COMMANDS {
        let (ended, said, sockets) = traced(&site, if is_apart { &apart } else { &[] }, command);
        assert_eq!(ended, Some(*code), "{command}: {said}");
        assert!(sockets.is_empty(), "{command}: {sockets:#?}");
    }
    // The one command that uses the network listens; it is seen here, so that the others would be.
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let (ended, said, sockets) = traced(&site, &["timeout", "60"], &format!("serve --port {port}"));
    assert!(ended == Some(1) && !sockets.is_empty(), "{ended:?}, {sockets:?}: {said}");
}
