"""One build measured, several in turn, and what they wrote."""

from __future__ import annotations

import os
import statistics
import subprocess
import threading
import time
from collections.abc import Container
from dataclasses import dataclass
from pathlib import Path

import preview
from peers import BenchError, Peer, Template, clean, prepare


@dataclass(frozen=True)
class Run:
    """One build. `others` is the CPU that the rest of the machine used meanwhile, in cores."""

    wall: float  # seconds
    user: float  # seconds, process tree
    system: float  # seconds, process tree
    rss: float  # MiB, largest process
    others: float

    @property
    def cpu(self) -> float:
        return self.user + self.system


def build(peer: Peer, d: Path, timeout: float) -> Run:
    log = d.parent / f"{peer.name}.log"
    with log.open("w") as out:
        before, start = preview.machine_cpu(), time.monotonic()
        try:
            process = subprocess.Popen(peer.command, cwd=d, stdin=subprocess.DEVNULL, stdout=out, stderr=out)
        except OSError as e:
            raise BenchError(preview.cannot_run(peer, peer.command, e)) from None
        late = threading.Timer(timeout, process.kill)
        late.start()
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.monotonic() - start
        late.cancel()
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        why = f"killed after {timeout:.0f} s" if wall >= timeout else f"exit code {process.returncode}"
        tail = "\n".join(log.read_text(errors="replace").splitlines()[-15:])
        raise BenchError(f"{peer.name}: the build failed ({why}) in {d}; its last lines:\n{tail}")
    cpu = usage.ru_utime + usage.ru_stime
    others = max(0, preview.machine_cpu() - before - cpu) / wall
    return Run(wall, usage.ru_utime, usage.ru_stime, usage.ru_maxrss / 1024, others)


def median(runs: list[Run], name: str) -> float:
    return statistics.median(getattr(r, name) for r in runs)


def spread(runs: list[Run], name: str) -> str:
    values = [getattr(r, name) for r in runs]
    return f"[{min(values):.2f}..{max(values):.2f}]"


# ------------------------------------------------------------------------------------------------ the output
@dataclass(frozen=True)
class Output:
    pages: frozenset[str]  # HTML, without the redirects from page/1/ and Zola's own 404.html
    feeds: frozenset[str]
    files: int
    size: int  # bytes, without pictures

    def __str__(self) -> str:
        return f"html={len(self.pages)} feeds={len(self.feeds)} files={self.files} bytes={self.size}"


def output(peer: Peer, d: Path) -> Output:
    root = d / peer.out
    pages, feeds, files, size = set(), set(), 0, 0
    for folder, _, names in os.walk(root):
        for name in names:
            path = os.path.join(folder, name)
            files += 1
            rel = os.path.relpath(path, root)
            if name.endswith(".html"):
                if "/page/1/" in path or rel == "404.html":
                    continue
                pages.add(rel)
            elif name.endswith((".xml", ".atom", ".rss")) and "sitemap" not in name:
                feeds.add(rel)
            elif name.endswith(".png"):
                continue
            size += os.path.getsize(path)
    return Output(frozenset(pages), frozenset(feeds), files, size)


def line(peer: Peer, n: int, kind: str, runs: list[Run], made: Output | None = None) -> str:
    m = {name: median(runs, name) for name in ("wall", "cpu", "user", "system", "rss", "others")}
    return (
        f"{peer.name:<15} N={n:<6} {kind:<7} runs={len(runs)} wall={m['wall']:.2f}s {spread(runs, 'wall')}"
        f" cpu={m['cpu']:.2f}s {spread(runs, 'cpu')} user={m['user']:.2f}s sys={m['system']:.2f}s"
        f" rss={m['rss']:.0f}MiB others={m['others']:.2f}cores" + (f" {made}" if made else "")
    )


# ------------------------------------------------------------------------------------------------ measurements
@dataclass
class Series:
    """The runs of one peer: cold builds (the output removed first) and second builds (nothing changed)."""

    peer: Peer
    folder: Path
    cold: list[Run]
    second: list[Run]


def measure(
    every: list[Peer],
    n: int,
    *,
    rounds: int,
    warmup: int,
    second: Container[str],
    timeout: float,
    template: Template,
) -> list[Series]:
    """The peers in turn, the order turned round every other time, so that a slow minute hits all of them. All cold
    builds come before the first second build: some peers delete their output in a second build, and on ext4 that
    would make the next peer's cold build dearer (see `clean`). `second` names the peers that have second builds."""
    series = [Series(p, prepare(p, n, template), [], []) for p in every]
    for i in range(-warmup, rounds):
        for s in series if i % 2 == 0 else reversed(series):
            clean(s.peer, s.folder)
            os.sync()
            run = build(s.peer, s.folder, timeout)
            s.cold += [run] if i >= 0 else []
    for i in range(rounds):
        for s in series if i % 2 == 0 else reversed(series):
            if s.peer.name in second:
                os.sync()
                s.second.append(build(s.peer, s.folder, timeout))
    return series


def ratio(a: list[Run], b: list[Run], name: str) -> tuple[float, str]:
    """The ratio of the medians, and the range of the ratios of the runs of one round."""
    pairs = sorted(getattr(x, name) / max(getattr(y, name), 1e-9) for x, y in zip(a, b, strict=True))
    value = median(a, name) / max(median(b, name), 1e-9)
    return value, f"{value:.3f} [{pairs[0]:.3f}..{pairs[-1]:.3f}]"
