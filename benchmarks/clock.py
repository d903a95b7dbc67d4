"""Timing: the median of several runs, each the same work."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable


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
