//! What we stand on: the policy is `deny.toml`, and this holds the project to it, with or without `cargo deny`.

use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

#[derive(Deserialize)]
struct Policy {
    licenses: Licenses,
    bans: Bans,
    sources: Sources,
}

#[derive(Deserialize)]
struct Licenses {
    allow: BTreeSet<String>,
}

#[derive(Deserialize)]
struct Bans {
    deny: Vec<Named>,
    skip: Vec<Named>,
}

/// A package with why it is named: `syn`, or `syn@2` for versions that begin so.
#[derive(Deserialize)]
struct Named {
    #[serde(rename = "crate")]
    package: String,
    reason: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Sources {
    allow_registry: Vec<String>,
}

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
    resolve: Resolve,
}

/// Who needs whom.
#[derive(Deserialize)]
struct Resolve {
    nodes: Vec<Node>,
    root: String,
}

#[derive(Deserialize)]
struct Node {
    id: String,
    deps: Vec<Edge>,
}

#[derive(Deserialize)]
struct Edge {
    pkg: String,
    dep_kinds: Vec<Kind>,
}

#[derive(Deserialize)]
struct Kind {
    kind: Option<String>,
}

#[derive(Deserialize)]
struct Package {
    id: String,
    name: String,
    version: String,
    license: Option<String>,
    source: Option<String>,
}

impl Named {
    fn means(&self, package: &Package) -> bool {
        let (name, version) = self.package.split_once('@').unwrap_or((&self.package, ""));
        let rest = package.version.strip_prefix(version);
        package.name == name && rest.is_some_and(|rest| version.is_empty() || rest.is_empty() || rest.starts_with('.'))
    }
}

fn policy() -> Policy {
    toml::from_str(include_str!("../../deny.toml")).unwrap()
}

/// What cargo says of all that the lock file brings in, for every system. What only others than this one want may not have
/// been fetched yet, as nothing here is made of it: then, and only then, cargo may fetch it.
fn metadata() -> Metadata {
    let ask = |more: &[&str]| {
        let mut command = Command::new(env!("CARGO"));
        command.args(["metadata", "--format-version", "1", "--locked"]).args(more);
        command.current_dir(env!("CARGO_MANIFEST_DIR")).output().unwrap()
    };
    let output = Some(ask(&["--offline"])).filter(|output| output.status.success()).unwrap_or_else(|| ask(&[]));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn what_other_systems_bring_in_is_looked_at_too() {
    let packages = packages();
    for name in ["windows-sys", "windows-link", "kqueue", "objc2-core-services", "inotify"] {
        assert!(packages.iter().any(|package| package.name == name), "{name}");
    }
}

fn packages() -> Vec<Package> {
    metadata().packages
}

/// Names of all packages that are part of the program itself: not those of its tests, or of its making.
fn shipped() -> BTreeSet<String> {
    let Metadata { packages, resolve } = metadata();
    let (mut seen, mut waiting) = (BTreeSet::new(), vec![resolve.root]);
    while let Some(id) = waiting.pop() {
        let node = resolve.nodes.iter().find(|node| node.id == id).unwrap();
        if seen.insert(id) {
            let normal = node.deps.iter().filter(|edge| edge.dep_kinds.iter().any(|kind| kind.kind.is_none()));
            waiting.extend(normal.map(|edge| edge.pkg.clone()));
        }
    }
    packages.into_iter().filter(|package| seen.contains(&package.id)).map(|package| package.name).collect()
}

/// Whether an SPDX expression can be satisfied: every part of an `AND` by one part of its `OR`.
fn is_allowed(expression: &str, allowed: &BTreeSet<String>) -> bool {
    let expression = expression.replace(['(', ')'], "").replace('/', " OR ");
    expression.split(" AND ").all(|part| part.split(" OR ").any(|license| allowed.contains(license.trim())))
}

#[test]
fn every_licence_fits_ours() {
    let allowed = policy().licenses.allow;
    for package in packages() {
        let license = package.license.as_deref().unwrap_or("none");
        assert!(is_allowed(license, &allowed), "{} is under {license}", package.name);
    }
}

#[test]
fn every_package_comes_from_the_registry() {
    let registries = policy().sources.allow_registry;
    for Package { name, source, .. } in packages() {
        let registry = source.as_deref().and_then(|source| source.strip_prefix("registry+"));
        let is_known = registry.is_some_and(|registry| registries.iter().any(|known| known == registry));
        assert!(is_known || source.is_none() && name == "manchette", "{name} is from {source:?}");
    }
}

#[test]
fn what_is_banned_is_not_there() {
    let (packages, banned) = (packages(), policy().bans.deny);
    for named in &banned {
        let found = packages.iter().find(|package| named.means(package));
        assert!(found.is_none(), "{}: {}", named.package, named.reason);
    }
}

#[test]
fn no_package_is_there_twice_without_a_reason() {
    let (packages, skipped) = (packages(), policy().bans.skip);
    let mut versions: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for package in &packages {
        versions.entry(&package.name).or_default().insert(&package.version);
    }
    for package in packages.iter().filter(|package| !skipped.iter().any(|named| named.means(package))) {
        let others = packages.iter().filter(|other| other.name == package.name && other.version != package.version);
        let unexplained: Vec<&str> = others
            .filter(|other| !skipped.iter().any(|named| named.means(other)))
            .map(|other| &*other.version)
            .collect();
        assert!(unexplained.is_empty(), "{} {} is there beside {unexplained:?}", package.name, package.version);
    }
    for named in &skipped {
        let known = packages.iter().find(|package| named.means(package)).map(|package| &*package.name);
        let is_twice = known.is_some_and(|name| versions[name].len() > 1);
        assert!(is_twice && !named.reason.is_empty(), "{} is not there twice: take it out of deny.toml", named.package);
    }
}

/// `serve` listens, and nothing asks: there is no client in the program, nor what one would need.
#[test]
fn the_program_holds_no_client_of_any_network() {
    let shipped = shipped();
    assert!(shipped.contains("hyper") && !shipped.contains("proptest"), "{shipped:?}");
    for client in
        ["reqwest", "ureq", "curl", "isahc", "attohttpc", "rustls", "hyper-rustls", "lettre", "hickory-resolver"]
    {
        assert!(!shipped.contains(client), "{client}");
    }
}

#[test]
fn every_dependency_says_why_it_is_here() {
    let manifest = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml")).unwrap();
    let mut is_in_list = false;
    let mut told = "";
    for line in manifest.lines() {
        if line.starts_with('[') {
            is_in_list = line.contains("dependencies]");
        } else if is_in_list && line.contains('=') && !line.starts_with('#') {
            let is_told = line.split_once('#').is_some_and(|(_, why)| why.len() > 5) || told.starts_with('#');
            assert!(is_told, "why is this here? {line}");
            assert!(!line.contains("git =") && !line.contains("path =") && !line.contains("\"*\""), "{line}");
        }
        told = line;
    }
}

#[test]
fn expressions_are_read_as_spdx_means_them() {
    let allowed = ["MIT", "Apache-2.0", "Unicode-3.0"].map(str::to_owned).into();
    assert!(is_allowed("MIT OR GPL-3.0", &allowed));
    assert!(is_allowed("(MIT OR Apache-2.0) AND Unicode-3.0", &allowed));
    assert!(!is_allowed("MIT AND GPL-3.0", &allowed));
    assert!(!is_allowed("EUPL-1.2", &allowed));
}
