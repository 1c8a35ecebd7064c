//! What a watch does that only the inside can bring about: a system without room, without count, or of another kind.

#![expect(clippy::disallowed_methods, reason = "tests prepare folders themselves")]

use super::*;
use std::fs;

fn site() -> tempfile::TempDir {
    let root = tempfile::tempdir().unwrap();
    for folder in ["content/posts/a", "content/posts/b", "themes/x/node_modules/y"] {
        fs::create_dir_all(root.path().join(folder)).unwrap();
    }
    fs::write(root.path().join("content/posts/a/index.md"), "a").unwrap();
    root
}

fn places(root: &Path) -> Places {
    Places::new(root, &[root.join("public")], &root.join("site.toml"))
}

fn next(watch: &mut Watch) -> News {
    match watch.wait(Some(Duration::from_secs(10))) {
        Heard::News(news) => news,
        other @ (Heard::Nothing | Heard::Stopped) => panic!("{other:?}"),
    }
}

fn save(root: &Path, path: &str) {
    fs::write(root.join(path), format!("{:?}", Instant::now())).unwrap();
}

#[cfg(target_os = "linux")]
#[test]
fn p43_a_system_without_room_is_looked_at_and_that_is_said() {
    let root = site();
    let mut watch = Watch::limited(places(root.path()), How::System, Reach::Folder, 3);
    let notices = watch.notices();
    assert!(notices.len() == 1 && notices[0].contains("sysctl fs.inotify.max_user_watches"), "{notices:?}");
    assert_eq!(watch.notices(), [""; 0]);
    save(root.path(), "content/posts/a/index.md");
    assert!(next(&mut watch).paths.contains(&SourcePath::new("content/posts/a/index.md")));
}

#[cfg(target_os = "linux")]
#[test]
fn p43_room_that_ends_later_is_no_deafness_either() {
    let root = site();
    let mut watch = Watch::limited(places(root.path()), How::System, Reach::Folder, 8);
    assert_eq!(watch.notices(), [""; 0]);
    fs::create_dir_all(root.path().join("content/posts/c/d/e/f")).unwrap();
    while !next(&mut watch).is_everywhere {}
    assert!(watch.notices()[0].contains("max_user_watches"));
    save(root.path(), "content/posts/c/d/e/f/late.md");
    assert!(next(&mut watch).paths.contains(&SourcePath::new("content/posts/c/d/e/f/late.md")));
}

/// The way of other systems, as far as this one can show it.
#[test]
fn a_root_that_is_listened_to_as_a_whole_tells_of_sources_alone() {
    let root = site();
    let mut watch = Watch::limited(places(root.path()), How::System, Reach::Tree, usize::MAX);
    fs::create_dir(root.path().join("public")).unwrap();
    for path in ["public/index.html", "README.md", "content/posts/a/index.md~", "themes/x/node_modules/y/z.js"] {
        save(root.path(), path);
    }
    save(root.path(), "content/posts/a/index.md");
    assert_eq!(next(&mut watch).paths, [SourcePath::new("content/posts/a/index.md")].into());
    fs::create_dir_all(root.path().join("content/posts/c/d")).unwrap();
    save(root.path(), "content/posts/c/d/new.md");
    while !next(&mut watch).paths.contains(&SourcePath::new("content/posts/c/d/new.md")) {}
    fs::rename(root.path().join("content/posts/c"), root.path().join("content/posts/e")).unwrap();
    while !next(&mut watch).paths.contains(&SourcePath::new("content/posts/e/d/new.md")) {}
    save(root.path(), "content/posts/e/d/new.md");
    while !next(&mut watch).paths.contains(&SourcePath::new("content/posts/e/d/new.md")) {}
}

/// What a queue that ran over asks for, without filling one.
#[test]
fn a_system_that_lost_count_is_listened_to_anew() {
    let root = site();
    let mut watch = Watch::limited(places(root.path()), How::System, Reach::SYSTEM, usize::MAX);
    let lost = notify::Event::new(notify::EventKind::Other).set_flag(notify::event::Flag::Rescan);
    watch.sender.send(Message::Event(Ok(lost))).unwrap();
    assert!(next(&mut watch).is_everywhere);
    save(root.path(), "content/posts/b/new.md");
    let news = next(&mut watch);
    assert!(!news.is_everywhere && news.paths.contains(&SourcePath::new("content/posts/b/new.md")), "{news:?}");
    assert_eq!(watch.notices(), [""; 0]);
}
