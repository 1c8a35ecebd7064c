//! The folder on disk, by files and links of every kind.

use super::*;

fn site(files: &[&str]) -> (tempfile::TempDir, DiskWorld) {
    let root = tempfile::tempdir().unwrap();
    for file in files {
        let path = root.path().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, file).unwrap();
    }
    let world = DiskWorld::new(root.path().to_owned());
    (root, world)
}

fn names(walked: &Walked) -> Vec<&str> {
    walked.files.iter().map(SourcePath::as_str).collect()
}

fn problems(walked: &Walked) -> Vec<(Code, String)> {
    walked.diagnostics.iter().map(|what| (what.code(), what.primary().unwrap().path.to_string())).collect()
}

#[test]
fn files_come_sorted_by_bytes_with_dot_files_and_without_litter() {
    let (_root, world) =
        site(&["content/b.md", "content/a/x.md", "content/a.md", "content/.hidden", "content/a.md~", "x.md"]);
    let walked = world.walk("content");
    assert_eq!(names(&walked), ["content/.hidden", "content/a.md", "content/a/x.md", "content/b.md"]);
    assert_eq!(walked.diagnostics, []);
    assert_eq!(world.walk("absent"), Walked::default());
    assert_eq!(problems(&world.walk("x.md")), [(Code::Unreadable, "x.md".to_owned())]);
    assert!(names(&world.walk("")).contains(&"x.md"));
    assert_eq!(world.read(&walked.files[2]).unwrap(), b"content/a/x.md");
}

#[cfg(unix)]
#[test]
fn a_part_is_read_under_the_rules_of_the_whole() {
    use std::os::unix::fs::symlink;
    let outside = tempfile::tempdir().unwrap();
    fs::write(outside.path().join("secret.md"), "secret").unwrap();
    let (root, world) = site(&["content/a.md"]);
    symlink("a.md", root.path().join("content/link.md")).unwrap();
    symlink(outside.path().join("secret.md"), root.path().join("content/secret.md")).unwrap();
    let part = |path: &str, part| world.part(&SourcePath::new(path), part);
    for path in ["content/a.md", "content/link.md"] {
        assert_eq!(part(path, 8..9).unwrap(), b"a", "{path}");
        assert_eq!(part(path, 9..99).unwrap(), b".md", "{path}");
        assert_eq!(part(path, 99..100).unwrap(), b"", "{path}");
    }
    for path in ["content/secret.md", "content", "../x", "content/absent.md"] {
        assert!(part(path, 0..1).is_err(), "{path}");
    }
}

#[cfg(unix)]
#[test]
fn links_are_followed_only_inside_the_root() {
    use std::os::unix::fs::symlink;
    let outside = tempfile::tempdir().unwrap();
    fs::write(outside.path().join("secret.md"), "secret").unwrap();
    let (root, world) = site(&["content/a.md", "common/b.md"]);
    let content = root.path().join("content");
    symlink("../common", content.join("common")).unwrap();
    symlink("../common/b.md", content.join("b.md")).unwrap();
    symlink(outside.path(), content.join("folder")).unwrap();
    symlink(outside.path().join("secret.md"), content.join("secret.md")).unwrap();
    symlink("nowhere", content.join("dangling.md")).unwrap();
    symlink(".", content.join("loop")).unwrap();
    symlink("self", content.join("self")).unwrap();
    symlink("me@host.123", content.join(".#a.md")).unwrap();

    let walked = world.walk("content");
    assert_eq!(names(&walked), ["content/a.md", "content/b.md", "content/common/b.md"]);
    let named = ["content/dangling.md", "content/folder", "content/loop", "content/secret.md", "content/self"];
    assert_eq!(problems(&walked), named.map(|path| (Code::OutsideLink, path.to_owned())));

    for path in ["content/secret.md", "content/folder/secret.md", "../x", "/etc/passwd", "content"] {
        assert!(world.read(&SourcePath::new(path)).is_err(), "{path}");
    }
    assert_eq!(world.read(&SourcePath::new("content/b.md")).unwrap(), b"common/b.md");
}

#[cfg(unix)]
#[test]
fn a_whole_folder_that_is_a_link_outside_is_one_error() {
    let outside = tempfile::tempdir().unwrap();
    fs::write(outside.path().join("a.md"), "").unwrap();
    let (root, world) = site(&["x"]);
    std::os::unix::fs::symlink(outside.path(), root.path().join("content")).unwrap();
    let walked = world.walk("content");
    assert_eq!((names(&walked), problems(&walked)), (vec![], vec![(Code::OutsideLink, "content".to_owned())]));
}

#[cfg(unix)]
#[test]
fn pipes_and_sockets_are_named_and_never_opened() {
    let (root, world) = site(&["content/a.md"]);
    let pipe = root.path().join("content/pipe.md");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let _socket = std::os::unix::net::UnixListener::bind(root.path().join("content/socket.md")).unwrap();
    let walked = world.walk("content");
    assert_eq!(names(&walked), ["content/a.md"]);
    let named = ["content/pipe.md", "content/socket.md"];
    assert_eq!(problems(&walked), named.map(|path| (Code::Unreadable, path.to_owned())));
    assert!(world.read(&SourcePath::new("content/pipe.md")).is_err());
}

#[cfg(target_os = "linux")]
#[test]
fn names_that_are_not_utf8_are_errors_and_do_not_hide_their_neighbours() {
    use std::os::unix::ffi::OsStrExt;
    let (root, world) = site(&["content/a.md", "content/z.md"]);
    let folder = root.path().join("content").join(std::ffi::OsStr::from_bytes(b"caf\xE9"));
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("in.md"), "").unwrap();
    // Of two files one is found first, whatever the order: it must not hide the other.
    for name in [b"\xE9.md".as_slice(), b"\xE9\xE8.md"] {
        fs::write(root.path().join("content").join(std::ffi::OsStr::from_bytes(name)), "").unwrap();
    }
    let walked = world.walk("content");
    assert_eq!(names(&walked), ["content/a.md", "content/z.md"]);
    let named = ["content/caf\u{FFFD}", "content/\u{FFFD}.md", "content/\u{FFFD}\u{FFFD}.md"];
    assert_eq!(problems(&walked), named.map(|path| (Code::BadName, path.to_owned())));
}

#[test]
fn the_moment_can_be_asked_for() {
    let (_root, world) = site(&[]);
    assert!(world.now() > jiff::Timestamp::UNIX_EPOCH);
    assert_eq!(world.at(jiff::Timestamp::UNIX_EPOCH).now(), jiff::Timestamp::UNIX_EPOCH);
}

#[test]
fn p16_p23_folders_of_links_to_folders_of_links_end_soon() {
    let (folder, world) = site(&[]);
    for level in 0..60 {
        let here = folder.path().join(format!("static/e{level}"));
        fs::create_dir_all(&here).unwrap();
        for name in ["a", "b"] {
            if level < 59 {
                std::os::unix::fs::symlink(format!("../e{}", level + 1), here.join(name)).unwrap();
            }
        }
    }
    let walked = world.walk("static");
    assert!(problems(&walked).iter().any(|(code, _)| *code == Code::OutsideLink) && walked.files.is_empty());
    // As often as sites need it a folder may be there.
    let (folder, world) = site(&["static/une/a.css"]);
    for number in 0..30 {
        std::os::unix::fs::symlink("une", folder.path().join(format!("static/l{number}"))).unwrap();
    }
    let walked = world.walk("static");
    assert_eq!((walked.files.len(), walked.diagnostics.len()), (31, 0));
}
