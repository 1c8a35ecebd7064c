#!/usr/bin/env python3
"""Takes guards out of a copy of this repository, one at a time, and says whether the tests that hold them fail.

    tests/guards/try.py [--copy FOLDER] [--list] [GUARD…]

README.md beside it tells how guards are written. The copy is built once, with a switch at every guard; FOLDER (default:
beside the repository, `NAME-guards`) keeps it and its target folder, so the next time only what changed is compiled.
Exit code 1 when a guard's text is not found, a test does not exist, or a test passes without its guard.
"""

import argparse
import json
import os
import pathlib
import shutil
import subprocess
import sys
import time
import tomllib

HERE = pathlib.Path(__file__).resolve().parent
REPOSITORY = HERE.parent.parent
# A guard against what never ends is seen missing by a test that never ends.
PATIENCE = 300
SWITCH = """
/// Whether a guard is taken out: `REMOVED_GUARD` names it. `MANCHETTE_…` would be a setting, and tests keep those away.
#[doc(hidden)]
pub fn removed(name: &str) -> bool {
    static NAME: std::sync::OnceLock<Option<String>> = std::sync::OnceLock::new();
    NAME.get_or_init(|| std::env::var("REMOVED_GUARD").ok()).as_deref() == Some(name)
}
"""


def read_guards():
    """Every guard of every list, with the edits that take it out."""
    guards = [guard for path in sorted(HERE.glob("*.toml")) for guard in tomllib.loads(path.read_text())["guard"]]
    names = [guard["name"] for guard in guards]
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        sys.exit(f"two guards have the name {', '.join(sorted(twice))}")
    return guards


def switched(guards):
    """The text of each file that has guards, with a switch at each, and what is wrong."""
    texts, wrong = {}, []
    for guard in guards:
        for edit in guard["edit"]:
            name, text = edit["file"], texts.get(edit["file"]) or (REPOSITORY / edit["file"]).read_text()
            if text.count(edit["from"]) != 1:
                wrong.append(f"{guard['name']}: {name} has this {text.count(edit['from'])} times: {edit['from']}")
            if f'removed("{guard["name"]}")' not in edit["to"]:
                wrong.append(f"{guard['name']}: no switch in {edit['to']}")
            texts[name] = text.replace(edit["from"], edit["to"])
    return texts, wrong


def copy_to(copy, texts):
    """Makes the copy what the repository is, with switches; leaves alone what is so already."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=REPOSITORY, check=True, stdout=subprocess.PIPE,
    ).stdout.decode().split("\0")
    names = {name for name in listed if name and (REPOSITORY / name).exists()}
    for path in [path for path in copy.rglob("*") if not path.is_dir() or path.is_symlink()]:
        if path.relative_to(copy).parts[0] != "target" and str(path.relative_to(copy)) not in names:
            path.unlink()
    for name in names:
        source, to = REPOSITORY / name, copy / name
        to.parent.mkdir(parents=True, exist_ok=True)
        if source.is_symlink():
            if not to.is_symlink():
                to.symlink_to(os.readlink(source))
            continue
        bytes_ = texts[name].encode() if name in texts else source.read_bytes()
        if name == "src/lib.rs":
            bytes_ += SWITCH.encode()
        if not to.exists() or to.read_bytes() != bytes_:
            to.write_bytes(bytes_)
        shutil.copymode(source, to)


def build(copy, environment):
    """Builds the tests, and says which program has which test."""
    built = subprocess.run(
        ["cargo", "test", "--no-run", "--message-format=json-render-diagnostics"],
        cwd=copy, env=environment, stdout=subprocess.PIPE, text=True,
    )
    if built.returncode:
        sys.exit("the copy does not build")
    where = {}
    for message in map(json.loads, built.stdout.splitlines()):
        if message.get("executable") and message["profile"]["test"]:
            program = message["executable"]
            listed = subprocess.run([program, "--list"], cwd=copy, env=environment, stdout=subprocess.PIPE, text=True)
            for line in listed.stdout.splitlines():
                if line.endswith(": test"):
                    where[line.removesuffix(": test")] = program
    return where


def run(program, test, copy, environment):
    """How one test ends, the first words of its failure, and seconds."""
    started = time.monotonic()
    done = subprocess.run(
        ["timeout", "-k", "5", str(PATIENCE), program, "--exact", test, "--nocapture"],
        cwd=copy, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )
    text = done.stdout.decode("utf-8", "replace")
    took = time.monotonic() - started
    if done.returncode in (124, 137):
        return "does not end", "", took
    lines = [line for line in text.splitlines() if line.strip()]
    at = next((at for at, line in enumerate(lines) if "panicked at" in line), max(0, len(lines) - 2))
    return "passes" if done.returncode == 0 else "fails", " ".join(lines[at + 1 : at + 3])[:160], took


def with_all_guards(tests, where, copy, environment):
    """How many of the tests fail although nothing is taken out: what they say of a guard is worth nothing."""
    bad = 0
    for program in sorted({where[test] for test in tests}):
        mine = sorted(test for test in tests if where[test] == program)
        done = subprocess.run(
            [program, "--exact", *mine],
            cwd=copy, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )
        failed = [line for line in done.stdout.decode("utf-8", "replace").splitlines() if line.endswith("... FAILED")]
        bad += max(len(failed), int(done.returncode != 0))
        print(f"{len(mine)} tests with all guards in place: {len(mine) - len(failed)} pass", *failed, sep="\n  ", flush=True)
    return bad


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--copy", type=pathlib.Path, default=REPOSITORY.parent / f"{REPOSITORY.name}-guards")
    arguments.add_argument("--list", action="store_true", help="only look whether every guard's text is there")
    arguments.add_argument("guard", nargs="*")
    asked = arguments.parse_args()
    guards = read_guards()
    texts, wrong = switched(guards)
    if wrong:
        sys.exit("\n".join(wrong))
    if asked.list:
        return
    copy = asked.copy.resolve()
    copy.mkdir(parents=True, exist_ok=True)
    copy_to(copy, texts)
    environment = dict(os.environ, CARGO_TARGET_DIR=str(copy / "target"), CARGO_MANIFEST_DIR=str(copy), RUST_BACKTRACE="0")
    environment.pop("REMOVED_GUARD", None)
    where = build(copy, environment)
    asked_for = [guard for guard in guards if not asked.guard or guard["name"] in asked.guard]
    bad = with_all_guards({test for guard in asked_for for test in guard["tests"]} & where.keys(), where, copy, environment)
    for guard in guards:
        if asked.guard and guard["name"] not in asked.guard:
            continue
        for test in guard["tests"]:
            if test not in where:
                end, words, took = "is not there", "", 0
            else:
                end, words, took = run(where[test], test, copy, dict(environment, REMOVED_GUARD=guard["name"]))
            is_held = end in ("fails", "does not end")
            bad += not is_held
            print(f"{'held ' if is_held else 'BAD  '} {guard['name']}: {test} {end} ({took:.0f} s) {words}", flush=True)
    sys.exit(1 if bad else 0)


main()
