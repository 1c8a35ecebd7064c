//! How releases are compiled, where that is part of a promise.

/// A table of Cargo.toml.
fn table<'a>(manifest: &'a toml::Table, path: &[&str]) -> &'a toml::Table {
    path.iter().fold(manifest, |table, key| table[*key].as_table().unwrap())
}

#[test]
fn releases_survive_panics_and_check_their_arithmetic() {
    let manifest: toml::Table = include_str!("../../Cargo.toml").parse().unwrap();
    // A panic is told, and a preview outlives it (P61): under `abort` both would end without a word.
    for name in table(&manifest, &["profile"]).keys() {
        let panic = table(&manifest, &["profile", name]).get("panic").and_then(toml::Value::as_str);
        assert!(panic.is_none_or(|panic| panic == "unwind"), "{name}: {panic:?}");
    }
    assert_eq!(table(&manifest, &["profile", "release"])["panic"].as_str(), Some("unwind"), "said, and no default");
    // Lengths, places and dates that somebody wrote are counted with.
    let ours = table(&manifest, &["profile", "release", "package", "manchette"]);
    assert_eq!(ours["overflow-checks"].as_bool(), Some(true));
    assert_eq!(table(&manifest, &["lints", "rust"])["unsafe_code"].as_str(), Some("forbid"));
}
