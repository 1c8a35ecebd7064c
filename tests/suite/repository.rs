//! The site of this repository is a working one.

use crate::scratch::Scratch;
use std::path::Path;

pub fn site() -> Scratch {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR"));
    let scratch = Scratch::empty();
    for name in ["content", "themes", "static", "templates", "data"] {
        if repository.join(name).is_dir() {
            crate::scratch::copy(&repository.join(name), &scratch.path(name));
        }
    }
    scratch.write("site.toml", std::fs::read(repository.join("site.toml")).unwrap());
    scratch
}

#[test]
fn it_builds_without_a_warning() {
    let site = site();
    let built = site.run(&["build", "--strict"]).ok();
    assert!(built.stderr.contains("0 warnings"), "{}", built.stderr);
}

#[test]
fn checking_it_finds_nothing() {
    site().run(&["check", "--strict"]).ok();
}

#[test]
fn it_has_the_posts_that_it_promises() {
    let site = site();
    let posts = site.run(&["list", "posts"]).ok().stdout;
    assert!(posts.lines().count() >= 24);
    let topics = site.run(&["topics", "--format", "json"]).ok().stdout;
    let topics: Vec<serde_json::Value> = topics.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(topics.len() >= 8);
    let meta = topics.iter().find(|topic| topic["title"] == "Meta AI").unwrap();
    assert!(meta["count"].as_u64().unwrap() >= 6);
}
