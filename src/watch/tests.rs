//! What a system without room and other systems do.

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
fn a_system_without_room_is_looked_at_and_that_is_said() {
    let root = site();
    let mut watch = Watch::with_room(places(root.path()), How::System, 3);
    let notices = watch.notices();
    assert!(notices.len() == 1 && notices[0].contains("sysctl fs.inotify.max_user_watches"), "{notices:?}");
    assert_eq!(watch.notices(), [""; 0]);
    save(root.path(), "content/posts/a/index.md");
    assert!(next(&mut watch).paths.contains(&SourcePath::new("content/posts/a/index.md")));
}

#[cfg(target_os = "linux")]
#[test]
fn room_that_ends_later_is_no_deafness_either() {
    let root = site();
    let mut watch = Watch::with_room(places(root.path()), How::System, 8);
    assert_eq!(watch.notices(), [""; 0]);
    fs::create_dir_all(root.path().join("content/posts/c/d/e/f")).unwrap();
    while !next(&mut watch).is_everywhere {}
    assert!(watch.notices()[0].contains("max_user_watches"));
    save(root.path(), "content/posts/c/d/e/f/late.md");
    assert!(next(&mut watch).paths.contains(&SourcePath::new("content/posts/c/d/e/f/late.md")));
}

#[cfg(target_os = "linux")]
#[test]
fn words_for_people_name_the_setting() {
    assert!(exhaustion(rustix::io::Errno::MFILE).contains("max_user_instances"));
    assert_eq!(
        refusal("content/x", rustix::io::Errno::ACCESS).split(':').next(),
        Some("changes in `content/x` are not noticed")
    );
}

#[cfg(target_os = "linux")]
#[test]
fn where_the_system_loses_count_it_may_be_anywhere() {
    let root = site();
    let mut watch = Watch::with_room(places(root.path()), How::System, usize::MAX);
    watch.sender.send(Message::Event(inotify::Event::overflow())).unwrap();
    assert!(next(&mut watch).is_everywhere);
    save(root.path(), "content/posts/a/index.md");
    assert!(!next(&mut watch).is_everywhere);
    watch.sender.send(Message::Everything).unwrap();
    assert!(next(&mut watch).is_everywhere);
}

/// The way of other systems, as far as this one can show it.
#[test]
fn notify_tells_of_sources_alone() {
    let root = site();
    let (sender, receiver) = mpsc::channel();
    let _notified = notified::Notified::start(&Arc::new(places(root.path())), sender).unwrap();
    fs::create_dir(root.path().join("public")).unwrap();
    save(root.path(), "public/index.html");
    save(root.path(), "README.md");
    save(root.path(), "content/posts/a/index.md~");
    save(root.path(), "content/posts/a/index.md");
    let mut seen = Vec::new();
    while seen.last() != Some(&What::Whole) {
        match receiver.recv_timeout(Duration::from_secs(10)).unwrap_or(Message::Stop) {
            Message::Happened(happened) => {
                for (path, what) in happened {
                    assert_eq!(path.as_str(), "content/posts/a/index.md");
                    seen.push(what);
                }
            }
            #[cfg(target_os = "linux")]
            Message::Event(_) => {}
            Message::Everything | Message::Stop => panic!("{seen:?}"),
        }
    }
}
