"""The table of figures to reach, measured: what stands in the issue of the engine, one line for each figure."""

from __future__ import annotations

import argparse
import os
import time
from dataclasses import dataclass
from pathlib import Path

import peers as known
from peers import BenchError, Peer, Template, clean, file_system, peers, working_in
from runs import Run, Series, build, line, measure, median, ratio

PLAIN = ("limit-site", "hugo-plain", "manchette-plain")  # highlighting off
COLOURED = ("hugo", "manchette")
USUAL = 10_000  # posts for which the absolute figures are meant
BIG = (50_000, 100_000)
QUIET = 0.2  # cores that others may use


def memory_folder() -> Path:
    """Where the sites in memory go: a folder of our own, since `purge` removes it."""
    return Path(os.environ.get("BENCH_TMPFS") or "/dev/shm").absolute() / "ssg-bench"


def arguments(p: argparse.ArgumentParser) -> None:
    p.add_argument("--posts", type=int, default=USUAL, help="posts (default %(default)s)")
    p.add_argument("--big", action="store_true", help=f"{' and '.join(map(str, BIG))} posts too")
    p.add_argument("-r", "--runs", type=int, default=5, help="measured runs (default %(default)s)")
    p.add_argument("--big-runs", type=int, default=1, help="measured runs of big sites (default %(default)s)")
    p.add_argument("--timeout", type=float, default=900, help="seconds for one build (default %(default)s)")
    p.add_argument("--manchette-site", type=Path, metavar="DIR", help="manchette's templates and site.toml")


@dataclass
class Table:
    """The lines of the table. A figure without a limit is shown and never fails."""

    failed: int = 0
    met: int = 0

    def row(self, what: str, value: float, limit: float | None, *, shown: str = "", unit: str = "") -> None:
        verdict = "     -" if limit is None else "    ok" if value <= limit else "NOT MET"
        self.failed += verdict == "NOT MET"
        self.met += verdict.strip() == "ok"
        goal = "no goal" if limit is None else f"≤ {fraction(limit)}{unit}"
        print(f"{verdict:>7} | {what:<66} | {goal:<9} | {shown or f'{value:.3f}{unit}'}", flush=True)

    def lacking(self, what: str, why: str) -> None:
        print(f"      ? | {what:<66} | {'':<9} | not measured: {why}", flush=True)

    def ratios(self, what: str, a: list[Run], b: list[Run], limits: dict[str, float | None]) -> None:
        for name, limit in limits.items():
            value, shown = ratio(a, b, name)
            self.row(f"{what}: {'CPU' if name == 'cpu' else name}", value, limit, shown=shown)


def fraction(limit: float) -> str:
    parts = round(1 / limit) if limit else 0
    return f"1/{parts}" if parts > 1 and abs(1 / limit - parts) < 1e-9 else f"{limit:g}"


@dataclass
class Place:
    """What was measured on one file system: the peers by name."""

    n: int
    series: dict[str, Series]

    def cold(self, name: str) -> list[Run]:
        return self.series[name].cold

    def second(self, name: str) -> list[Run]:
        return self.series[name].second


def run(a: argparse.Namespace) -> int:
    table, template = Table(), Template(a.manchette_site)
    disk, memory = known.WORK, memory_folder()
    there_is_a_disk = file_system(disk) != "tmpfs"
    if there_is_a_disk:
        usual = on_disk(table, a, template)
        big = [cold_builds(n, a.big_runs, 0, a, template) for n in BIG if a.big]
        for place in big:
            show_big(table, place)
        show_growth(table, usual, big)
    else:
        table.lacking("everything on a disk", f"{disk} is a tmpfs; BENCH_WORK names another folder")
    in_memory(table, a, template, memory)
    print(f"{table.met} met, {table.failed} NOT MET")
    return 1 if table.failed else 0 if table.met else 2


def cold_builds(n: int, rounds: int, warmup: int, a: argparse.Namespace, template: Template) -> Place:
    every = [peers()[name] for name in PLAIN + COLOURED]
    second = {"hugo-plain", "manchette-plain"}
    series = measure(every, n, rounds=rounds, warmup=warmup, second=second, timeout=a.timeout, template=template)
    for s in series:
        tell(line(s.peer, n, "cold", s.cold), s.cold)
        if s.second:
            tell(line(s.peer, n, "second", s.second), s.second)
    return Place(n, {s.peer.name: s for s in series})


def tell(text: str, runs: list[Run]) -> None:
    others = median(runs, "others")
    print(text + (f"  NOISY: others used {others:.2f} cores, measure again" if others > QUIET else ""), flush=True)


# ------------------------------------------------------------------------------------------------ the rows
def show_cold(table: Table, place: Place, where: str, plain: float, coloured: float) -> None:
    n = f"{place.n:,} posts, {where}"
    limits = {"cpu": plain, "wall": plain}
    table.ratios(f"{n}, no colours: cold / Hugo's", place.cold("manchette-plain"), place.cold("hugo-plain"), limits)
    limits = {"cpu": coloured, "wall": coloured}
    table.ratios(f"{n}, colours: cold / Hugo's", place.cold("manchette"), place.cold("hugo"), limits)


def show_memory(table: Table, place: Place, limit: float | None) -> None:
    peak = max(median(place.cold(name), "rss") for name in ("manchette", "manchette-plain")) * 1.048576
    table.row(f"{place.n:,} posts: peak memory of a cold build", peak, limit, shown=f"{peak:.0f} MB", unit=" MB")


def show_idle(table: Table, place: Place, seconds: float | None, of_hugo: float | None) -> None:
    idle, hugo, n = place.second("manchette-plain"), place.second("hugo-plain"), f"{place.n:,} posts"
    table.row(f"{n}: new process, nothing changed: wall", median(idle, "wall"), seconds, unit=" s")
    table.row(f"{n}: new process, nothing changed: CPU", median(idle, "cpu"), None, unit=" s")
    table.ratios(f"{n}: nothing changed / Hugo's second build", idle, hugo, {"cpu": of_hugo, "wall": of_hugo})


def on_disk(table: Table, a: argparse.Namespace, template: Template) -> Place:
    is_usual = a.posts == USUAL
    place = cold_builds(a.posts, a.runs, 1, a, template)
    edited, idle, written, idly_written = edits(place.series["manchette-plain"], a)
    show_cold(table, place, "disk", 1 / 6, 1 / 5)
    mine, floor = place.cold("manchette-plain"), place.cold("limit-site")
    table.ratios(f"{a.posts:,} posts, disk, no colours: cold / floor's", mine, floor, {"cpu": 1.6, "wall": None})
    show_memory(table, place, 150 if is_usual else None)
    show_idle(table, place, 0.12 if is_usual else None, 1 / 40)
    table.ratios(f"{a.posts:,} posts: after one body edit / idle", edited, idle, {"cpu": 1.3, "wall": 1.3})
    shown = f"{idly_written} of {written} files"
    table.row(f"{a.posts:,} posts: files written that do not show the edit", idly_written, 0, shown=shown)
    return place


def show_big(table: Table, place: Place) -> None:
    show_cold(table, place, "disk", 1 / 6, 1 / 6)
    is_largest = place.n == BIG[-1]
    show_memory(table, place, 1000 if is_largest else None)
    show_idle(table, place, 1.5 if is_largest else None, None)


def show_growth(table: Table, usual: Place, big: list[Place]) -> None:
    """How much dearer a post becomes, beside the floor's."""
    if not big:
        table.lacking("50,000 and 100,000 posts, growth of the cost per post", "--big does that")
        return
    grown = {name: per_post(big[-1], name) / per_post(usual, name) for name in ("manchette-plain", "limit-site")}
    value = grown["manchette-plain"] / grown["limit-site"]
    shown = f"{value:.3f} (x {grown['manchette-plain']:.2f} a post, floor x {grown['limit-site']:.2f})"
    what = f"{usual.n:,} to {big[-1].n:,} posts: growth of cold CPU per post / floor's"
    table.row(what, value, 1.25, shown=shown)


def per_post(place: Place, name: str) -> float:
    return median(place.cold(name), "cpu") / place.n


def in_memory(table: Table, a: argparse.Namespace, template: Template, folder: Path) -> None:
    if file_system(folder) != "tmpfs":
        table.lacking("everything on a tmpfs", f"{folder.parent} is none; BENCH_TMPFS names one")
        return
    with working_in(folder):
        place = cold_builds(a.posts, a.runs, 1, a, template)
    show_cold(table, place, "tmpfs", 1 / 10, 1 / 7)
    mine, floor = place.cold("manchette-plain"), place.cold("limit-site")
    table.ratios(f"{a.posts:,} posts, tmpfs, no colours: cold / floor's", mine, floor, {"cpu": None})


# ------------------------------------------------------------------------------------------------ edits
def edits(series: Series, a: argparse.Namespace) -> tuple[list[Run], list[Run], int, int]:
    """Builds after an edit of one body and after none, in turn; how many files the last edit wrote, and how many of
    all that were written do not show it. The post is the oldest one: its page, and feeds of topics with few posts."""
    peer, folder = series.peer, series.folder
    post = oldest(folder / peer.posts)
    text, edited, idle, written, idly_written = post.read_text(encoding="utf-8"), [], [], [], 0
    try:
        build(peer, folder, a.timeout)
        for _ in range(a.runs):
            mark = f"Marque {time.time_ns()}"
            post.write_text(f"{text}\n{mark}.\n", encoding="utf-8")
            os.sync()
            before = stamps(folder / peer.out)
            edited.append(build(peer, folder, a.timeout))
            after = stamps(folder / peer.out)
            written = [path for path, stamp in after.items() if before.get(path) != stamp]
            showing = [path for path in written if mark.encode() in Path(path).read_bytes()]
            if not any(path.endswith(".html") for path in showing):
                raise BenchError(f"{peer.name}: no page shows the edit of {post}")
            idly_written += len(written) - len(showing) + len(before.keys() - after.keys())
            os.sync()
            idle.append(build(peer, folder, a.timeout))
    finally:
        post.write_text(text, encoding="utf-8")
        build(peer, folder, a.timeout)
    tell(line(peer, a.posts, "edited", edited), edited)
    tell(line(peer, a.posts, "idle", idle), idle)
    return edited, idle, len(written), idly_written


def oldest(folder: Path) -> Path:
    def date(path: Path) -> str:
        with path.open(encoding="utf-8") as file:
            return next(row for row in file if row.startswith("date"))

    return min(folder.glob("*.md"), key=date)


def stamps(root: Path) -> dict[str, tuple[int, int, int]]:
    """What tells that a file was written: its inode, its length, its time. manchette's own list is none of the site's."""
    found = {}
    for folder, _, names in os.walk(root):
        for name in names:
            if name != ".manchette-manifest":
                path = os.path.join(folder, name)
                stat = os.stat(path)
                found[path] = (stat.st_ino, stat.st_size, stat.st_mtime_ns)
    return found
