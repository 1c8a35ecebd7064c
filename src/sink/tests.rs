//! The promises about publishing, on a real disk.

use super::faults::{Faults, Kind};
use super::manifest::Manifest;
use super::trials::*;
use super::*;
use crate::base::Code;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tempfile::TempDir;

#[test]
fn the_first_build_is_one_rename() {
    for there in ["missing", "empty"] {
        let scratch = scratch();
        let sink = sink(&scratch);
        if there == "empty" {
            fs::create_dir(output(&scratch)).unwrap();
        }
        assert_eq!(build(&sink, OLD).unwrap(), Published { written: 5, removed: vec![], unchanged: 0 });
        assert_eq!(tree(&output(&scratch)), tree_of(OLD));
        assert_eq!(fs::read_to_string(scratch.path().join("site/.manchette/.gitignore")).unwrap(), "*\n");
        assert_no_remains(&scratch);
    }
}

#[test]
fn a_later_build_writes_what_changed_and_nothing_else() {
    let scratch = scratch();
    let sink = sink(&scratch);
    build(&sink, OLD).unwrap();
    let unchanged = output(&scratch).join("a/index.html");
    let before = fs::metadata(&unchanged).unwrap().modified().unwrap();
    let published = build(&sink, NEW).unwrap();
    assert_eq!(published, Published { written: 5, removed: vec![path("b/index.html"), path("c")], unchanged: 1 });
    assert_eq!(tree(&output(&scratch)), tree_of(NEW));
    assert_eq!(fs::metadata(&unchanged).unwrap().modified().unwrap(), before);
    assert_no_remains(&scratch);
    build(&sink, OLD).unwrap();
    assert_eq!(tree(&output(&scratch)), tree_of(OLD));
}

#[test]
fn p10_folders_that_become_empty_go() {
    let scratch = scratch();
    let sink = sink(&scratch);
    build(&sink, &[("a/b/c/d", ""), ("a/e", ""), ("x", "")]).unwrap();
    build(&sink, &[("a/e", ""), ("x", "")]).unwrap();
    assert_eq!(tree(&output(&scratch)), tree_of(&[("a/e", ""), ("x", "")]));
    // Or the build fails: a system that says that nothing is there is believed, though.
    let more = [NEW, &[("g/h/i/index.html", "goes"), ("g/j", "goes")]].concat();
    for kind in Kind::ALL.into_iter().filter(|kind| *kind != Kind::Gone) {
        sweep(
            &more,
            |at| Faults { kind, ..one(at) },
            |scratch, built| match built {
                Ok(_) => assert_eq!(tree(&output(scratch)), tree_of(NEW)),
                Err(error) => {
                    assert_says(&error, kind);
                    assert_eq!(tree(&output(scratch)), tree_of(&more));
                }
            },
        );
    }
    // Also those from which a build that died had taken the last file.
    sweep(&more, death, |_, _| {});
}

#[test]
fn p13_an_idle_build_touches_nothing() {
    let scratch = scratch();
    let sink = sink(&scratch);
    build(&sink, OLD).unwrap();
    let before = times(&output(&scratch));
    std::thread::sleep(Duration::from_millis(20));
    assert_eq!(build(&sink, OLD).unwrap(), Published { written: 0, removed: vec![], unchanged: 5 });
    assert_eq!(times(&output(&scratch)), before);
    // Staged though nothing changed: still nothing is written.
    sink.open().unwrap();
    sink.stage(&path("c"), b"file").unwrap();
    let files = OLD.iter().map(|(name, text)| (path(name), Stamp::of(text.as_bytes()))).collect();
    let plan = Publication { files, staged: vec![(path("c"), Rank::Page)] };
    assert_eq!(sink.publish(&plan).unwrap().written, 0);
    assert_eq!(times(&output(&scratch)), before);
    assert_no_remains(&scratch);
}

#[test]
fn what_was_deleted_or_altered_by_hand_is_restored() {
    let scratch = scratch();
    let sink = sink(&scratch);
    build(&sink, OLD).unwrap();
    fs::write(output(&scratch).join("a/index.html"), "A").unwrap();
    fs::remove_file(output(&scratch).join("feed.xml")).unwrap();
    fs::write(output(&scratch).join("c"), "longer").unwrap();
    assert_eq!(build(&sink, OLD).unwrap().written, 3);
    assert_eq!(tree(&output(&scratch)), tree_of(OLD));
}

#[test]
fn p08_strangers_are_kept() {
    let scratch = scratch();
    let sink = sink(&scratch);
    build(&sink, OLD).unwrap();
    fs::create_dir(output(&scratch).join(".git")).unwrap();
    fs::write(output(&scratch).join(".git/config"), "theirs").unwrap();
    fs::write(output(&scratch).join("b/CNAME"), "theirs").unwrap();
    build(&sink, &[("index.html", "home")]).unwrap();
    let expected = tree_of(&[("index.html", "home"), (".git/config", "theirs"), ("b/CNAME", "theirs")]);
    assert_eq!(tree(&output(&scratch)), expected);
}

#[test]
fn a_stranger_where_the_site_must_write_is_refused_unless_it_is_the_same() {
    let scratch = scratch();
    let sink = sink(&scratch);
    build(&sink, OLD).unwrap();
    fs::create_dir_all(output(&scratch).join("d/e/f.css")).unwrap();
    let before = tree(&output(&scratch));
    let refused = build(&sink, NEW).unwrap_err();
    assert_eq!(refused.code(), Code::OutputRefused);
    assert!(refused.message().contains("`d/e/f.css/`"), "{}", refused.message());
    assert_eq!(tree(&output(&scratch)), before);

    fs::remove_dir(output(&scratch).join("d/e/f.css")).unwrap();
    fs::write(output(&scratch).join("d/e/f.css"), "theirs").unwrap();
    assert_eq!(build(&sink, NEW).unwrap_err().code(), Code::OutputRefused);
    fs::write(output(&scratch).join("d/e/f.css"), "d").unwrap();
    assert_eq!(build(&sink, NEW).unwrap().written, 4);
    assert_eq!(tree(&output(&scratch)), tree_of(NEW));
    assert_no_remains(&scratch);
}

#[test]
fn p09_a_folder_of_strangers_is_refused_unless_forced() {
    let scratch = scratch();
    let gentle = sink(&scratch);
    fs::create_dir(output(&scratch)).unwrap();
    fs::write(output(&scratch).join("index.html"), "theirs").unwrap();
    fs::write(output(&scratch).join("thesis.odt"), "theirs").unwrap();
    let before = tree(&scratch.path().join("site"));
    let refused = gentle.open().unwrap_err();
    assert!(refused.message().contains("`index.html`, `thesis.odt`"), "{}", refused.message());
    assert_eq!(tree(&scratch.path().join("site")), before);

    let forced = DiskSink::new(scratch.path().join("site"), PathBuf::from("public"), None, true);
    build(&forced, &[("index.html", "home")]).unwrap();
    assert_eq!(tree(&output(&scratch)), tree_of(&[("index.html", "home"), ("thesis.odt", "theirs")]));
    build(&gentle, &[("index.html", "home 2")]).unwrap();
}

#[cfg(unix)]
#[test]
fn p23_nothing_is_written_or_removed_through_links_in_the_output() {
    use std::os::unix::fs::symlink;
    let scratch = scratch();
    let sink = sink(&scratch);
    build(&sink, OLD).unwrap();
    let theirs = scratch.path().join("theirs");
    fs::create_dir(&theirs).unwrap();
    fs::write(theirs.join("index.html"), "a").unwrap();
    fs::remove_dir_all(output(&scratch).join("a")).unwrap();
    symlink(&theirs, output(&scratch).join("a")).unwrap();
    assert_eq!(build(&sink, OLD).unwrap_err().code(), Code::OutputRefused);
    // The page is gone from the site: the link stays, and so does what it means.
    build(&sink, &[("index.html", "home")]).unwrap();
    assert_eq!(fs::read_to_string(theirs.join("index.html")).unwrap(), "a");
    assert!(output(&scratch).join("a").is_symlink());
    // A link in the place of a file.
    fs::remove_file(output(&scratch).join("index.html")).unwrap();
    symlink(theirs.join("index.html"), output(&scratch).join("index.html")).unwrap();
    assert_eq!(build(&sink, &[("index.html", "x")]).unwrap_err().code(), Code::OutputRefused);
    assert_eq!(fs::read_to_string(theirs.join("index.html")).unwrap(), "a");
}

#[cfg(unix)]
#[test]
fn p11_the_output_may_be_a_link_to_a_folder() {
    let scratch = scratch();
    let sink = sink(&scratch);
    fs::create_dir(scratch.path().join("www")).unwrap();
    std::os::unix::fs::symlink("../www", output(&scratch)).unwrap();
    build(&sink, OLD).unwrap();
    build(&sink, NEW).unwrap();
    assert!(output(&scratch).is_symlink());
    assert_eq!(tree(&scratch.path().join("www")), tree_of(NEW));
}

#[cfg(unix)]
#[test]
fn p12_modes_do_not_depend_on_the_umask() {
    use std::os::unix::fs::PermissionsExt;
    // The umask belongs to the process, so another one has it.
    if std::env::var_os("MANCHETTE_TEST_UMASK").is_none() {
        let name = "sink::tests::p12_modes_do_not_depend_on_the_umask";
        let script = format!("umask 077; exec \"$0\" --exact {name}");
        let program = std::env::current_exe().unwrap();
        let mut command = std::process::Command::new("sh");
        let status =
            command.arg("-c").arg(script).arg(program).env("MANCHETTE_TEST_UMASK", "1").output().unwrap().status;
        assert!(status.success());
        return;
    }
    let scratch = scratch();
    let sink = sink(&scratch);
    for site in [OLD, NEW] {
        build(&sink, site).unwrap();
        for entry in walkdir::WalkDir::new(output(&scratch)).into_iter().flatten() {
            let mode = entry.metadata().unwrap().permissions().mode() & 0o777;
            assert_eq!(mode, if entry.file_type().is_dir() { 0o755 } else { 0o644 }, "{:?}", entry.path());
        }
    }
    // What somebody has taken from visitors since is given back.
    let cut = output(&scratch).join("a/index.html");
    fs::set_permissions(&cut, fs::Permissions::from_mode(0o600)).unwrap();
    assert_eq!(build(&sink, NEW).unwrap().written, 1);
    assert_eq!(fs::metadata(&cut).unwrap().permissions().mode() & 0o777, 0o644);
    // Unless the list is no better: then modes mean nothing here.
    let list = output(&scratch).join(super::manifest::FILE_NAME);
    fs::set_permissions(&list, fs::Permissions::from_mode(0o600)).unwrap();
    fs::File::options().write(true).open(&list).unwrap().set_modified(std::time::SystemTime::now()).unwrap();
    fs::set_permissions(&cut, fs::Permissions::from_mode(0o600)).unwrap();
    assert_eq!(build(&sink, NEW).unwrap().written, 0);
}

#[test]
fn one_build_at_a_time() {
    let scratch = scratch();
    let (first, second) = (sink(&scratch), sink(&scratch).patience(Duration::ZERO));
    first.open().unwrap();
    assert_eq!(second.open().unwrap_err().code(), Code::Busy);
    first.close();
    let second = second.patience(Duration::from_secs(20));
    second.open().unwrap();
    // Whoever opens again lets go first.
    second.open().unwrap();
}

#[test]
fn nothing_that_was_staged_outlives_a_build_that_failed() {
    let scratch = scratch();
    let sink = sink(&scratch);
    build(&sink, OLD).unwrap();
    sink.open().unwrap();
    sink.stage(&path("new"), b"x").unwrap();
    sink.close();
    assert_eq!(tree(&output(&scratch)), tree_of(OLD));
    assert_no_remains(&scratch);
}

#[test]
fn a_plan_must_be_whole() {
    let scratch = scratch();
    let sink = sink(&scratch);
    sink.open().unwrap();
    let plan = Publication { files: BTreeMap::from([(path("a"), Stamp::of(b"1"))]), staged: vec![] };
    assert!(sink.publish(&plan).unwrap_err().message().contains("neither staged nor published"));
    assert!(sink.publish(&plan).unwrap_err().message().contains("not open"));
    assert!(sink.stage(&path("a"), b"1").is_err());
    assert!(!output(&scratch).exists());
}

#[test]
fn what_was_staged_but_is_not_in_the_plan_is_not_published() {
    let scratch = scratch();
    let sink = sink(&scratch);
    sink.open().unwrap();
    sink.stage(&path("draft/index.html"), b"secret").unwrap();
    sink.stage(&path("a"), b"1").unwrap();
    let plan =
        Publication { files: BTreeMap::from([(path("a"), Stamp::of(b"1"))]), staged: vec![(path("a"), Rank::Page)] };
    sink.publish(&plan).unwrap();
    assert_eq!(tree(&output(&scratch)), tree_of(&[("a", "1")]));
}

#[test]
fn p01_whatever_operation_fails_the_output_is_the_old_site_or_the_new_one() {
    for kind in Kind::ALL {
        for old in [OLD, &[]] {
            sweep(
                old,
                |at| Faults { kind, ..one(at) },
                |scratch, built| match built {
                    Ok(_) => assert_eq!(tree(&output(scratch)), tree_of(NEW), "{kind:?}"),
                    Err(error) => {
                        assert_says(&error, kind);
                        assert_eq!(tree(&output(scratch)), tree_of(old), "{}", error.message());
                    }
                },
            );
        }
    }
}

#[test]
fn p01_whenever_a_build_dies_no_page_leads_to_what_is_not_there() {
    let old: Site<'_> =
        &[("index.html", "home"), ("b", "0"), ("z/index.html", "z"), ("feed.xml", "1"), ("d/e/f.css", "0")];
    let mixed = AtomicUsize::new(0);
    sweep(old, death, |scratch, _| {
        let there = tree(&output(scratch));
        let has = |name: &str, text: &str| there.get(name).is_some_and(|found| found == text);
        let (has_style, has_new) =
            (has("d/e/f.css", "d"), ["a", "c"].iter().all(|name| has(&format!("{name}/index.html"), name)));
        let [is_changed, is_listed, is_fed] =
            [has("b", "now a file"), has("index.html", "home 2"), has("feed.xml", "2")];
        assert!(has_style || !(there.contains_key("a/index.html") || there.contains_key("c/index.html")), "{there:?}");
        assert!(has_new || !is_changed, "{there:?}");
        assert!(is_changed || !is_listed, "{there:?}");
        assert!(is_listed || !is_fed, "{there:?}");
        // What goes is there as long as something old may lead to it.
        assert!((is_listed && is_fed) || there.contains_key("z/index.html"), "{there:?}");
        mixed.fetch_add(usize::from(has_style && !is_fed), Ordering::SeqCst);
    });
    assert!(mixed.into_inner() > 2);
}

#[test]
fn p04_whenever_a_build_dies_the_next_one_needs_no_help_and_finishes_or_undoes_it_first() {
    let (finished, undone) = (AtomicUsize::new(0), AtomicUsize::new(0));
    for kind in Kind::ALL {
        for old in [OLD, &[]] {
            let death = |at| Faults { kind, ..death(at) };
            sweep(old, death, |scratch, built| {
                assert_whole(scratch, old);
                if let Err(error) = built {
                    assert_says(&error, kind);
                    let is_under_way =
                        Manifest::read(&output(scratch)).unwrap().is_some_and(|list| list.publishing.is_some());
                    // Opening alone does it. Once something has changed, nothing is missing that is needed to finish.
                    sink(scratch).open().unwrap();
                    let is_new = is_new(scratch, old);
                    assert_eq!(is_new, is_under_way);
                    if is_new { &finished } else { &undone }.fetch_add(1, Ordering::SeqCst);
                }
            });
        }
    }
    assert!(finished.into_inner() > 70 && undone.into_inner() > 70);
}

#[test]
fn p04_a_death_is_mended_by_a_build_or_cleaning_of_another_output_too() {
    for cleans in [false, true] {
        sweep(OLD, death, |scratch, _| {
            let root = scratch.path().join("site");
            match cleans {
                false => drop(DiskSink::new(root, PathBuf::from("other"), None, false).open().unwrap()),
                true => drop(clean(&root, Path::new("other"), None, "https://example.org").unwrap()),
            }
            let mut there = tree(&output(scratch));
            // Of a list that was not finished, nothing else had begun.
            there.retain(|name, _| !name.ends_with(operations::TEMPORARY));
            assert!(there == tree_of(OLD) || there == tree_of(NEW), "{there:?}");
        });
    }
}

#[test]
fn a_journal_that_names_a_folder_which_knows_nothing_of_it_is_not_followed() {
    sweep(OLD, death, |scratch, built| {
        if built.is_ok() {
            return;
        }
        // Somebody has put another site there.
        let list = output(scratch).join(manifest::FILE_NAME);
        let text = fs::read_to_string(&list).unwrap();
        fs::write(&list, text.replace("index.html", "index.htm")).unwrap();
        let before = tree(&output(scratch));
        drop(DiskSink::new(scratch.path().join("site"), PathBuf::from("other"), None, false).open().unwrap());
        assert_eq!(tree(&output(scratch)), before);
        fs::write(&list, text).unwrap();
        fs::remove_dir_all(output(scratch)).unwrap();
    });
}

#[test]
fn a_publication_that_died_is_undone_when_a_staged_file_is_missing_or_torn() {
    for damage in ["missing", "torn", "no journal"] {
        sweep(OLD, death, |scratch, built| {
            let workshop = scratch.path().join("site/.manchette");
            let staged = walkdir::WalkDir::new(workshop.join("next")).into_iter().flatten();
            let staged: Vec<_> = staged.filter(|entry| entry.file_type().is_file()).collect();
            let Some(one) = staged.first().filter(|_| built.is_err()) else { return };
            match damage {
                "missing" => fs::remove_file(one.path()).unwrap(),
                "torn" => fs::write(one.path(), "").unwrap(),
                _ => fs::remove_file(workshop.join(journal::JOURNAL)).unwrap_or_default(),
            }
            sink(scratch).open().unwrap();
            assert_eq!(tree(&output(scratch)), tree_of(OLD));
        });
    }
}

#[test]
fn what_strangers_put_in_the_way_of_a_publication_that_died_is_theirs() {
    sweep(OLD, death, |scratch, built| {
        let (new, folder) = (output(scratch).join("d/e/f.css"), output(scratch).join("d"));
        if built.is_ok() || new.exists() {
            return;
        }
        fs::create_dir_all(new.parent().unwrap()).unwrap();
        fs::write(&new, "theirs").unwrap();
        sink(scratch).open().unwrap();
        assert_eq!(fs::read_to_string(&new).unwrap(), "theirs");
        fs::remove_dir_all(folder).unwrap();
        assert_eq!(tree(&output(scratch)), tree_of(OLD));
    });
}

#[cfg(unix)]
#[test]
fn a_publication_that_died_is_not_mended_through_links() {
    sweep(OLD, death, |scratch, built| {
        let theirs = scratch.path().join("theirs");
        if built.is_ok() {
            return;
        }
        fs::create_dir_all(theirs.join("e")).unwrap();
        for name in ["index.html", "e/f.css"] {
            fs::write(theirs.join(name), "theirs").unwrap();
        }
        let before = tree(&theirs);
        for folder in ["a", "d"] {
            fs::remove_dir_all(output(scratch).join(folder)).unwrap_or_default();
            std::os::unix::fs::symlink(&theirs, output(scratch).join(folder)).unwrap();
        }
        sink(scratch).open().unwrap();
        assert_eq!(tree(&theirs), before);
        let refused = build(&sink(scratch), NEW).unwrap_err();
        assert_eq!(refused.code(), Code::OutputRefused);
        for folder in ["a", "d"] {
            fs::remove_file(output(scratch).join(folder)).unwrap();
        }
    });
}

#[test]
fn p04_a_death_while_mending_is_mended() {
    // Every fifth pair, another fifth for each death: all of them take long.
    for (first, faults) in (1..).flat_map(|first| [(first, one as fn(usize) -> Faults), (first, death)]) {
        let mut died = false;
        for second in (1 + first % 5..).step_by(5) {
            let scratch = scratch();
            build(&sink(&scratch), OLD).unwrap();
            died = build_with(sink(&scratch), death(first)).0.is_err();
            let faults = Arc::new(Faults { kind: Kind::ALL[second % Kind::ALL.len()], ..faults(second) });
            let mending = sink(&scratch).failing(faults.clone());
            let opened = mending.open();
            let tried = faults.tried();
            drop(mending);
            if opened.is_ok() {
                is_new(&scratch, OLD);
            }
            assert_whole(&scratch, OLD);
            sink(&scratch).open().unwrap();
            is_new(&scratch, OLD);
            assert_no_remains(&scratch);
            build(&sink(&scratch), NEW).unwrap();
            assert_eq!(tree(&output(&scratch)), tree_of(NEW));
            if tried < second {
                break;
            }
        }
        if !died {
            return;
        }
    }
}

#[test]
fn another_file_system_than_the_stage_is_published_to_by_copies() {
    for old in [OLD, &[]] {
        sweep(
            old,
            |at| Faults { apart: true, ..one(at) },
            |scratch, built| match built {
                Ok(_) => assert_eq!(tree(&output(scratch)), tree_of(NEW)),
                Err(_) => assert_eq!(tree(&output(scratch)), tree_of(old)),
            },
        );
    }
}

#[test]
fn a_death_while_copying_to_another_file_system_leaves_nothing_behind() {
    sweep(
        OLD,
        |at| Faults { apart: true, ..death(at) },
        |scratch, built| {
            assert_whole(scratch, OLD);
            if built.is_err() {
                sink(scratch).open().unwrap();
                is_new(scratch, OLD);
            }
        },
    );
}

/// Sites before a swap: without an output before, and with one that becomes the next.
const BEFORE: &[&[Site<'_>]] = &[&[OLD], &[OLD, NEW, OLD]];

#[test]
fn p01_a_swap_that_fails_or_dies_anywhere_leaves_one_of_the_two_sites_at_once() {
    for kind in Kind::ALL {
        for (before, faults) in BEFORE.iter().flat_map(|before| [(before, one as fn(usize) -> Faults), (before, death)])
        {
            let faults = |at| Faults { kind, ..faults(at) };
            sweep_by(swapping, before, faults, |scratch, built| {
                let is_new_at_once = is_new(scratch, OLD);
                assert_eq!(is_new_at_once, built.is_ok());
                built.err().iter().for_each(|error| assert_says(error, kind));
                swapping(scratch).open().unwrap();
                assert_eq!(is_new(scratch, OLD), is_new_at_once);
                assert_no_remains(scratch);
            });
        }
    }
}

#[test]
fn p11_where_folders_cannot_be_exchanged_the_files_are_renamed_into_place() {
    for refused in [io::ErrorKind::Unsupported, io::ErrorKind::InvalidInput, io::ErrorKind::ResourceBusy] {
        let scratch = scratch();
        build(&sink(&scratch), OLD).unwrap();
        let told = Arc::new(Mutex::new(Vec::new()));
        let heard = told.clone();
        let telling = swapping(&scratch).telling(move |words| heard.lock().unwrap().push(words.to_owned()));
        build_with(telling, Faults { exchange: Some(refused), ..one(0) }).0.unwrap();
        assert!(is_new(&scratch, OLD));
        assert_no_remains(&scratch);
        let told = told.lock().unwrap();
        let why = told.iter().filter(|words| words.starts_with("folders cannot be exchanged here ("));
        assert_eq!(why.count(), 1, "{told:?}");
    }
}

#[test]
fn where_folders_cannot_be_exchanged_a_failure_or_death_is_mended_as_in_place() {
    let refused = Some(io::ErrorKind::Unsupported);
    for faults in [one, death] {
        let faults = |at: usize| Faults { exchange: refused, ..faults(at) };
        sweep_by(swapping, BEFORE[1], faults, |scratch, built| {
            assert_whole(scratch, OLD);
            if built.is_err() {
                swapping(scratch).open().unwrap();
            }
            assert!(is_new(scratch, OLD) || built.is_err());
        });
    }
    let faults = |at: usize| Faults { apart: true, ..death(at) };
    sweep_by(swapping, BEFORE[0], faults, |scratch, built| {
        assert_whole(scratch, OLD);
        assert!(built.is_err() || is_new(scratch, OLD));
    });
}

#[test]
fn a_swap_keeps_one_file_for_both_sites_where_nothing_changed_and_an_idle_one_touches_nothing() {
    let scratch = scratch();
    build(&swapping(&scratch), OLD).unwrap();
    for site in [NEW, OLD, NEW] {
        build(&swapping(&scratch), site).unwrap();
        assert_eq!(tree(&output(&scratch)), tree_of(site));
    }
    let previous = scratch.path().join("site/.manchette/prev");
    assert_eq!(tree(&previous), tree_of(OLD));
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        let inode = |folder: &Path, name: &str| fs::metadata(folder.join(name)).unwrap().ino();
        assert_eq!(inode(&previous, "a/index.html"), inode(&output(&scratch), "a/index.html"));
        assert_ne!(inode(&previous, "index.html"), inode(&output(&scratch), "index.html"));
    }
    let before = times(&output(&scratch));
    assert_eq!(build(&swapping(&scratch), NEW).unwrap().written, 0);
    assert_eq!(times(&output(&scratch)), before);
    // The other method has no use for it.
    build(&sink(&scratch), NEW).unwrap();
    assert!(!previous.exists());
}

#[cfg(unix)]
#[test]
fn who_gives_up_swaps_has_a_list_that_is_younger_than_every_file() {
    use std::os::unix::fs::MetadataExt;
    let scratch = scratch();
    for site in [OLD, NEW] {
        build(&swapping(&scratch), site).unwrap();
    }
    // Removing the other name of a file touches it.
    std::thread::sleep(Duration::from_millis(20));
    fs::write(output(&scratch).join("index.html"), "edited by hand").unwrap();
    fs::remove_file(output(&scratch).join("feed.xml")).unwrap();
    std::thread::sleep(Duration::from_millis(20));
    assert_eq!(build(&sink(&scratch), NEW).unwrap().written, 2);
    assert_eq!(tree(&output(&scratch)), tree_of(NEW));
    let changed =
        |name: &str| fs::metadata(output(&scratch).join(name)).map(|file| (file.ctime(), file.ctime_nsec())).unwrap();
    assert!(NEW.iter().all(|(name, _)| changed(name) <= changed(manifest::FILE_NAME)));
}

#[test]
fn a_swap_does_not_believe_what_was_altered_by_hand() {
    let scratch = scratch();
    for site in [OLD, NEW, OLD] {
        build(&swapping(&scratch), site).unwrap();
    }
    // One file in both trees, one in the tree that becomes the next site, one that is gone.
    fs::write(output(&scratch).join("a/index.html"), "A").unwrap();
    let previous = scratch.path().join("site/.manchette/prev");
    fs::write(previous.join("feed.xml"), "X").unwrap();
    fs::remove_file(previous.join("d/e/f.css")).unwrap();
    build(&swapping(&scratch), NEW).unwrap();
    assert_eq!(tree(&output(&scratch)), tree_of(NEW));
}

#[cfg(unix)]
#[test]
fn a_swap_takes_strangers_along() {
    use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
    let scratch = scratch();
    let there = output(&scratch);
    build(&swapping(&scratch), OLD).unwrap();
    for folder in ["private/empty", "b/theirs"] {
        fs::create_dir_all(there.join(folder)).unwrap();
    }
    for file in ["CNAME", "private/key", "b/theirs/x"] {
        fs::write(there.join(file), "theirs").unwrap();
    }
    symlink("nowhere", there.join("link")).unwrap();
    fs::set_permissions(there.join("private"), fs::Permissions::from_mode(0o700)).unwrap();
    let inode = || fs::metadata(there.join("CNAME")).unwrap().ino();
    let before = inode();
    // `b/` is no folder of the site any more.
    let site: Site<'_> = &[("index.html", "home 2")];
    for site in [site, OLD, site] {
        build(&swapping(&scratch), site).unwrap();
        let mut expected = tree_of(site);
        for name in ["private/", "private/empty/", "b/", "b/theirs/"] {
            expected.insert(name.to_owned(), String::new());
        }
        for name in ["CNAME", "private/key", "b/theirs/x"] {
            expected.insert(name.to_owned(), "theirs".to_owned());
        }
        expected.insert("link".to_owned(), "link".to_owned());
        assert_eq!(tree(&there), expected);
        assert_eq!(fs::metadata(there.join("private")).unwrap().permissions().mode() & 0o777, 0o700);
        assert_eq!(inode(), before);
    }
    // What they take away stays away.
    fs::remove_file(there.join("CNAME")).unwrap();
    fs::remove_dir_all(there.join("private")).unwrap();
    build(&swapping(&scratch), OLD).unwrap();
    build(&swapping(&scratch), site).unwrap();
    assert!(!there.join("CNAME").exists() && !there.join("private").exists());
}

#[test]
fn what_strangers_put_into_the_old_output_during_a_swap_is_not_lost() {
    let scratch = scratch();
    for site in [OLD, NEW, OLD] {
        build(&swapping(&scratch), site).unwrap();
    }
    // As after a death behind the exchange.
    let workshop = scratch.path().join("site/.manchette");
    fs::rename(workshop.join("prev"), workshop.join("complete")).unwrap();
    fs::create_dir(workshop.join("complete/late")).unwrap();
    fs::write(workshop.join("complete/late/file"), "theirs").unwrap();
    swapping(&scratch).open().unwrap();
    assert_eq!(fs::read_to_string(output(&scratch).join("late/file")).unwrap(), "theirs");
    assert_eq!(tree(&workshop.join("prev")), tree_of(NEW));
}

#[test]
fn a_stranger_in_the_way_of_a_swap_is_refused() {
    let scratch = scratch();
    build(&swapping(&scratch), OLD).unwrap();
    fs::create_dir(output(&scratch).join("d")).unwrap();
    fs::write(output(&scratch).join("d/e"), "theirs").unwrap();
    let before = tree(&output(&scratch));
    assert_eq!(build(&swapping(&scratch), NEW).unwrap_err().code(), Code::OutputRefused);
    assert_eq!(tree(&output(&scratch)), before);
    assert_no_remains(&scratch);
}

#[test]
fn a_look_writes_nothing_and_waits_for_nobody() {
    let scratch = scratch();
    let site = scratch.path().join("site");
    assert_eq!(sink(&scratch).peek().unwrap(), Previous::default());
    assert_eq!(fs::read_dir(&site).unwrap().count(), 0);
    let holder = sink(&scratch);
    build(&holder, OLD).unwrap();
    fs::remove_file(output(&scratch).join("c")).unwrap();
    let opened = holder.open().unwrap();
    let before = times(&site);
    assert_eq!(sink(&scratch).peek().unwrap(), opened);
    assert_eq!(opened.files.len(), OLD.len() - 1);
    assert_eq!(times(&site), before);
}

#[test]
fn builds_that_wait_for_the_disk_give_the_same() {
    let scratch = scratch();
    for (site, sink) in [(OLD, sink as fn(&TempDir) -> DiskSink), (NEW, sink), (OLD, swapping), (NEW, swapping)] {
        build(&sink(&scratch).syncing(), site).unwrap();
        assert_eq!(tree(&output(&scratch)), tree_of(site));
    }
    sweep_by(
        |scratch| sink(scratch).syncing(),
        &[OLD],
        one,
        |scratch, built| {
            assert_eq!(is_new(scratch, OLD), built.is_ok());
        },
    );
}

#[test]
fn p04_what_a_death_left_half_written_in_the_workshop_is_taken_away_or_written_again() {
    let scratch = scratch();
    build(&sink(&scratch), OLD).unwrap();
    let workshop = scratch.path().join("site/.manchette");
    fs::write(workshop.join(".gitignore"), "").unwrap();
    fs::create_dir(workshop.join("cache")).unwrap();
    for name in ["cache/.index.manchette-tmp", "cache/index", "..gitignore.manchette-tmp"] {
        fs::write(workshop.join(name), "half").unwrap();
    }
    build(&sink(&scratch), OLD).unwrap();
    let left = tree(&workshop);
    assert_eq!(left.keys().collect::<Vec<_>>(), [".gitignore", "cache/", "cache/index", "lock"]);
    assert_eq!(left[".gitignore"], "*\n");
}

#[test]
fn deleting_the_workshop_after_a_death_costs_only_work() {
    sweep(
        OLD,
        |at| Faults { for_ever: true, ..one(at) },
        |scratch, _| fs::remove_dir_all(scratch.path().join("site/.manchette")).unwrap_or_default(),
    );
}

#[test]
fn a_stranger_that_was_to_be_replaced_comes_back_when_publishing_fails() {
    for for_ever in [false, true] {
        for at in 1.. {
            let scratch = scratch();
            fs::create_dir_all(output(&scratch)).unwrap();
            fs::write(output(&scratch).join("index.html"), "theirs").unwrap();
            let before = tree(&output(&scratch));
            let forced = || DiskSink::new(scratch.path().join("site"), PathBuf::from("public"), None, true);
            let (built, tried) = build_with(forced(), Faults { for_ever, ..one(at) });
            if built.is_err() {
                forced().open().unwrap();
                let is_finished = for_ever && tree(&output(&scratch)) == tree_of(NEW);
                assert!(is_finished || tree(&output(&scratch)) == before);
            }
            if tried < at {
                break;
            }
        }
    }
}

#[cfg(target_os = "linux")]
#[test]
fn p07_an_output_on_a_real_other_file_system_has_no_lasting_neighbours() {
    use std::os::unix::fs::MetadataExt;
    let Ok(elsewhere) = tempfile::tempdir_in("/dev/shm") else {
        eprintln!("skipped: no /dev/shm here");
        return;
    };
    let scratch = tempfile::tempdir().unwrap();
    if fs::metadata(scratch.path()).unwrap().dev() == fs::metadata(elsewhere.path()).unwrap().dev() {
        eprintln!("skipped: one file system here");
        return;
    }
    for method in [Method::InPlace, Method::Swap] {
        let www = elsewhere.path().join("www");
        let sink = DiskSink::new(scratch.path().to_owned(), www.clone(), None, false).method(method);
        for site in [OLD, NEW, OLD] {
            build(&sink, site).unwrap();
            assert_eq!(tree(&www), tree_of(site));
            assert_eq!(fs::read_dir(elsewhere.path()).unwrap().count(), 1);
        }
    }
}

#[test]
fn cleaning_takes_ours_and_spares_the_rest() {
    let scratch = scratch();
    let root = scratch.path().join("site");
    build(&sink(&scratch), OLD).unwrap();
    fs::write(root.join(".manchette/cache"), "x").unwrap();
    fs::write(output(&scratch).join("a/theirs"), "theirs").unwrap();
    let cleaned = clean(&root, Path::new("public"), None, "https://example.org").unwrap();
    assert_eq!(cleaned, Cleaned { removed: 5, spared: vec!["a/theirs".to_owned()] });
    assert_eq!(tree(&output(&scratch)), tree_of(&[("a/theirs", "theirs")]));
    assert_eq!(tree(&root.join(".manchette")).keys().collect::<Vec<_>>(), [".gitignore", "lock"]);
    // Now it is a folder of strangers.
    assert_eq!(clean(&root, Path::new("public"), None, "https://example.org").unwrap().removed, 0);
    fs::remove_dir_all(output(&scratch)).unwrap();
    build(&sink(&scratch), OLD).unwrap();
    assert_eq!(clean(&root, Path::new("public"), None, "https://example.org").unwrap().spared, Vec::<String>::new());
    assert!(!output(&scratch).exists());
    assert!(clean(&root, Path::new("."), None, "https://example.org").is_err());
}
