//! The program where the system gives it little: sizes of files, descriptors, memory, inodes, streams that are closed.

use super::publishing::{Mount, Versions};
use super::scratch::{Ran, Scratch, skipped, without_settings};
use std::process::Stdio;

/// Runs the program in a shell that was limited before.
fn limited(site: &Scratch, limits: &str, arguments: &str) -> (Option<i32>, Ran) {
    let program = env!("CARGO_BIN_EXE_manchette");
    let mut shell = without_settings("sh");
    shell.args(["-c", &format!("{limits} && exec \"$@\" {program} {arguments}")]);
    let at = super::scratch::NOW;
    shell.env("NO_COLOR", "1").env("MANCHETTE_AT", at).env_remove("RUST_BACKTRACE").current_dir(site.root());
    let output = shell.output().unwrap();
    (output.status.code(), Ran::from(output))
}

/// A site that was built as one version and has the sources of the other.
fn edited(method: &str) -> Versions {
    let site = Versions::new(method);
    site.turn_to(0);
    site.build().ok();
    site.turn_to(1);
    site
}

/// Insists on the new site after success and on the old one after an error, and on words for that.
#[track_caller]
fn assert_clean_end(site: &Versions, code: Option<i32>, ran: &Ran, when: &str) -> bool {
    assert!(!ran.stderr.contains("panicked"), "{when}: {}", ran.stderr);
    match code {
        Some(0) => site.assert_is(1, when),
        Some(1) => {
            site.assert_is(0, when);
            assert!(ran.stderr.contains("error["), "{when}: {}", ran.stderr);
        }
        _ => panic!("{when}: ended by {code:?}: {}", ran.stderr),
    }
    code == Some(0)
}

#[cfg(unix)]
#[test]
fn p05_a_file_that_may_not_grow_is_an_error_and_loses_nothing() {
    for method in ["in-place", "swap"] {
        let site = edited(method);
        // In blocks of 512 bytes: nothing at all, less than a page, less than the largest file, enough for that.
        for blocks in [0, 8, 64, 4096] {
            let (code, ran) = limited(&site.scratch, &format!("ulimit -f {blocks}"), "build");
            let is_built = assert_clean_end(&site, code, &ran, &format!("{method}, {blocks} blocks"));
            assert!(is_built || ran.stderr.contains("File too large"), "{}", ran.stderr);
            assert_eq!(is_built, blocks == 4096, "{}", ran.stderr);
        }
        site.assert_no_remains(method);
    }
}

#[cfg(unix)]
#[test]
fn p14_a_command_that_writes_sources_leaves_all_of_them_or_nothing() {
    let site = Scratch::site(&[("content/posts/a.md", "+++\ntitle = \"A\"\ndate = 2025-06-19\n+++\nA.\n")]);
    let before = site.tree("");
    // In blocks of 512 bytes: enough for some of the files, and not for all.
    for (blocks, arguments) in [(0, "new Bonjour"), (1, "init x"), (8, "theme eject telex")] {
        let (code, ran) = limited(&site, &format!("ulimit -f {blocks}"), arguments);
        assert!(code == Some(1) && ran.stderr.contains("File too large"), "{arguments}: {code:?} {}", ran.stderr);
        assert!(site.tree("") == before && !site.path("x").exists(), "{arguments}");
        assert!(["themes", "content/posts/2025"].iter().all(|made| !site.path(made).exists()), "{arguments}");
        let (code, ran) = limited(&site, "true", arguments);
        assert_eq!(code, Some(0), "{arguments}: {}", ran.stderr);
        for (name, _) in site.tree("").iter().filter(|(name, _)| !before.contains_key(*name)) {
            assert!(!name.contains(".manchette-new"), "{name}");
            std::fs::remove_file(site.path(name)).unwrap();
        }
        for made in ["x", "themes", "content/posts/2025"] {
            drop(std::fs::remove_dir_all(site.path(made)));
        }
    }
}

#[cfg(unix)]
#[test]
fn p60_few_descriptors_are_enough_or_an_error() {
    let site = edited("in-place");
    let (mut refused, mut built) = (0, 0);
    for descriptors in [5, 6, 7, 8, 9, 10, 11, 12, 14, 16, 20, 32, 64] {
        let (code, ran) = limited(&site.scratch, &format!("ulimit -n {descriptors}"), "build");
        let is_built = assert_clean_end(&site, code, &ran, &format!("{descriptors} descriptors"));
        match is_built {
            true => built += 1,
            false => refused += 1,
        }
        assert!(is_built || ran.stderr.contains("Too many open files"), "{descriptors}: {}", ran.stderr);
        if is_built {
            site.turn_to(0);
            site.build().ok();
            site.turn_to(1);
        }
    }
    assert!(built > 0 && refused > 0, "{built} built, {refused} refused");
    site.build().ok();
    site.assert_no_remains("few descriptors");
}

/// A preview has no room for its sockets, for signals, or for the files of the site, one after the other.
#[cfg(unix)]
#[test]
fn p60_a_preview_with_few_descriptors_runs_or_says_why_not() {
    let site =
        Scratch::site(&[("content/posts/2025-06-19-a.md", "+++\ntitle = \"A\"\nsource = \"WSJ\"\n+++\nTexte.\n")]);
    let mut refused = 0;
    for descriptors in [5, 8, 11, 13, 14, 15, 16, 17, 32] {
        let (code, ran) =
            limited(&site, &format!("ulimit -n {descriptors} && set -- timeout -s INT 1"), "serve --port 0");
        assert!(!ran.stderr.contains("panicked"), "{descriptors}: {}", ran.stderr);
        if code == Some(1) {
            refused += 1;
            assert!(ran.stderr.contains("os error 24"), "{descriptors}: {}", ran.stderr);
        }
    }
    assert!((1..9).contains(&refused), "{refused} refused");
}

#[cfg(target_os = "linux")]
#[test]
fn p60_a_file_larger_than_memory_is_an_error_that_names_it() {
    let site = edited("in-place");
    for name in
        ["content/posts/vaste.md", "static/film.mp4", "data/vaste.json", "templates/vaste.html", "static/_redirects"]
    {
        let path = site.scratch.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        // It takes no room on the disk.
        std::fs::File::create(&path).unwrap().set_len(20 << 30).unwrap();
        for command in ["build", "check"] {
            let (code, ran) = limited(&site.scratch, "ulimit -v 2000000", command);
            assert_eq!(code, Some(1), "{name}: {}", ran.stderr);
            assert!(ran.stderr.contains(name) && ran.stderr.contains("21474 MB"), "{name}: {}", ran.stderr);
        }
        site.assert_whole(name);
        std::fs::remove_file(&path).unwrap();
    }
}

#[test]
fn p60_little_memory_is_enough_or_loses_nothing() {
    let site = edited("in-place");
    let mut ends = std::collections::BTreeMap::new();
    // Too little for the program itself, for its threads, for what it reads and makes; then enough.
    for megabytes in (20..40).step_by(10).chain((42..70).step_by(2)).chain([90, 120, 2000]) {
        let limits = format!("ulimit -v {} && export RAYON_NUM_THREADS=2", megabytes * 1024);
        let (code, ran) = limited(&site.scratch, &limits, "build");
        let when = format!("{megabytes} MB: {code:?}");
        assert!(!ran.stderr.contains("panicked"), "{when}: {}", ran.stderr);
        ends.entry(code).or_insert_with(Vec::new).push(megabytes);
        match code {
            Some(0) => {
                site.assert_is(1, &when);
                site.turn_to(0);
                site.build().ok();
                site.turn_to(1);
            }
            Some(1) => {
                let is_told =
                    ["error[", "the system gives too few threads"].iter().any(|words| ran.stderr.contains(words));
                assert!(is_told, "{when}: {}", ran.stderr);
                site.assert_whole(&when);
            }
            // What cannot be had ends the program, without a word of ours where not even that is possible.
            _ => site.assert_whole(&when),
        }
    }
    println!("{ends:?}");
    assert!(ends.contains_key(&Some(0)) && ends.len() > 1, "{ends:?}");
    site.build().ok();
    site.assert_is(1, "enough memory");
    site.assert_no_remains("enough memory");
}

#[cfg(target_os = "linux")]
#[test]
fn p05_a_disk_without_inodes_is_an_error_and_loses_nothing() {
    for method in ["in-place", "swap"] {
        let scratch = Scratch::empty();
        let Some(_mount) = Mount::tmpfs(scratch.root(), "nr_inodes=400,mode=755") else {
            skipped("nothing can be mounted here");
            return;
        };
        let site = Versions::at(scratch, method);
        site.turn_to(0);
        site.build().ok();
        site.turn_to(1);
        // Links to nowhere take an inode each; some are given back each time.
        let link = |number: usize| site.scratch.path(&format!("ballast-{number}"));
        let taken = (0..).take_while(|number| std::os::unix::fs::symlink("nowhere", link(*number)).is_ok()).count();
        let mut refused = 0;
        for given in (0..taken).step_by(10) {
            let ran = site.build();
            if assert_clean_end(&site, Some(ran.code), &ran, &format!("{method}, {given} inodes")) {
                break;
            }
            assert!(ran.stderr.contains("No space left on device"), "{}", ran.stderr);
            refused += 1;
            (given..(given + 10).min(taken)).for_each(|number| std::fs::remove_file(link(number)).unwrap());
        }
        println!("{method}: {refused} refused");
        assert!(refused > 2, "{refused}");
        site.build().ok();
        site.assert_is(1, method);
        site.assert_no_remains(method);
    }
}

/// What a stream is when it is of no use.
#[cfg(unix)]
const USELESS: &[&str] = &["<&- >&- 2>&-", ">&-", ">/dev/full 2>/dev/full"];

#[cfg(unix)]
#[test]
fn p59_streams_that_are_closed_or_full_change_no_result() {
    let sound = Scratch::site(&[("content/posts/un.md", "+++\ntitle = \"Un\"\ndate = 2025-06-19\n+++\n\nTexte.\n")]);
    let broken = Scratch::site(&[("content/posts/un.md", "+++\ntitle = \n+++\n")]);
    let all = ["build", "build --format json", "check", "check --format json", "list posts"];
    for (site, code, commands) in [(&sound, 0, &all[..]), (&broken, 1, &all[..2])] {
        for command in commands.iter().copied() {
            let expected = if command == "list posts" { limited(site, "true", command).0 } else { Some(code) };
            let tree = || site.tree("public");
            for streams in USELESS {
                std::fs::remove_dir_all(site.path("public")).unwrap_or_default();
                let (code, ran) = limited(site, "true", &format!("{command} {streams}"));
                assert_eq!(code, expected, "{command} {streams}: {}", ran.stderr);
                assert!(!ran.stderr.contains("panicked"), "{command} {streams}: {}", ran.stderr);
                assert_eq!(tree().is_empty(), !command.starts_with("build") || code == Some(1), "{command} {streams}");
            }
            // A reader that is gone.
            let mut child = site.command(&command.split(' ').collect::<Vec<_>>());
            let child = child.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
            let mut child = closed(child);
            assert_eq!(child.wait().unwrap().code(), expected, "{command} into a pipe that nobody reads");
        }
    }
}

/// The same without anybody who reads what it says.
#[cfg(unix)]
fn closed(mut child: std::process::Child) -> std::process::Child {
    drop((child.stdout.take(), child.stderr.take()));
    child
}

#[cfg(unix)]
#[test]
fn p59_a_preview_that_nobody_hears_goes_on() {
    use std::io::{Read, Write};
    use std::net::{TcpListener, TcpStream};
    use std::time::{Duration, Instant};
    let site = Scratch::site(&[("content/posts/un.md", "+++\ntitle = \"Un\"\ndate = 2025-06-19\n+++\n\nTexte.\n")]);
    for streams in ["<&- >&- 2>&-", ">/dev/full 2>/dev/full"] {
        let port = TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port();
        let program = env!("CARGO_BIN_EXE_manchette");
        let mut shell = without_settings("sh");
        shell.args(["-c", &format!("exec {program} serve --port {port} {streams}")]).current_dir(site.root());
        let mut child = shell.spawn().unwrap();
        let start = Instant::now();
        // The port is taken before there is anything to say.
        let answers = || {
            let mut stream = TcpStream::connect(("127.0.0.1", port)).ok()?;
            stream.set_read_timeout(Some(Duration::from_secs(60))).ok()?;
            write!(stream, "GET / HTTP/1.1\r\nhost: localhost:{port}\r\nconnection: close\r\n\r\n").ok()?;
            stream.read(&mut [0; 64]).ok().filter(|count| *count > 0)
        };
        while answers().is_none() {
            assert!(start.elapsed() < Duration::from_secs(60), "{streams}: nobody answers");
            assert_eq!(child.try_wait().unwrap(), None, "{streams}: it ended");
            std::thread::sleep(Duration::from_millis(20));
        }
        // It has something to say of that.
        site.write("content/posts/un.md", "+++\ntitle = \n+++\n");
        std::thread::sleep(Duration::from_millis(300));
        assert_eq!(child.try_wait().unwrap(), None, "{streams}: it ended");
        rustix::process::kill_process(rustix::process::Pid::from_child(&child), rustix::process::Signal::TERM).unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(143), "{streams}");
        site.write("content/posts/un.md", "+++\ntitle = \"Un\"\ndate = 2025-06-19\n+++\n\nTexte.\n");
    }
}
