"""Timing: the same work several times, in this process or in one of its own, and the median."""

from __future__ import annotations

import os
import statistics
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple


def seconds(work: Callable[[], object], runs: int = 7) -> float:
    """Return the median wall time of `work` in seconds, after one run to warm up."""
    work()
    taken = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def show(what: str, ours: float, other: str, theirs: float) -> None:
    """Print one comparison as a ratio."""
    print(f"{what:58} {ours * 1000:9.1f} ms   {theirs * 1000:9.1f} ms {other:34} ratio {ours / theirs:6.2f}")


class Taken(NamedTuple):
    """What a process took: seconds of processor time, user and system, and the most memory it held."""

    cpu: float
    mebibytes: float


class Work(NamedTuple):
    """A command to be timed in a process of its own, and where it runs."""

    command: Sequence[str]
    folder: Path
    environment: Mapping[str, str] = {}


def on_two_cores() -> None:
    """Keep this process and those it starts to two cores, where the system can; each takes the threads it takes there."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:2])


def apart(work: Work) -> Taken:
    """Run a command in a process of its own; raises CalledProcessError, with what it said, if it fails.

    Byte code is kept, as it is for users.
    """
    inherited = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment = {**inherited, **work.environment}
    process = subprocess.Popen(
        work.command, cwd=work.folder, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    message = process.stderr.read() if process.stderr else ""
    _, status, usage = os.wait4(process.pid, 0)
    if code := os.waitstatus_to_exitcode(status):
        raise subprocess.CalledProcessError(code, list(work.command), stderr=message)
    process.returncode = 0
    return Taken(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def in_turn(works: Mapping[str, Callable[[], Taken]], runs: int) -> dict[str, Taken]:
    """Run each kind of work so often, one after the other in turn, and return the medians by name.

    What disturbs a machine for a while disturbs all kinds alike, so that their ratios hold where times do not.
    """
    taken: dict[str, list[Taken]] = {name: [] for name in works}
    for _ in range(runs):
        for name, work in works.items():
            taken[name].append(work())
    return {
        name: Taken(statistics.median(each.cpu for each in all_of), statistics.median(each.mebibytes for each in all_of))
        for name, all_of in taken.items()
    }
