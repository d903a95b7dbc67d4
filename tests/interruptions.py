"""Interruptions at every step that changes a folder: an error, a key pressed, or a real kill, at each in turn.

A step is whatever changes files: opening one for writing, a move, a removal, a folder made, and what polars, `os.write` and
`os.fsync` do. Python tells of most of them itself (`sys.addaudithook`), whatever function is called, so that no step can be
forgotten. `python -m tests.interruptions FOLDER` kills a process at every step of every scenario, and looks at what is left.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from foedus.record.writing import write_text

CHANGES = {"os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.truncate", "os.chmod", "os.symlink", "os.link"}
"""What Python tells of that changes files, beside "open"."""


@dataclass
class Watch:
    """Steps that are counted, below a folder; at one of them something happens."""

    root: str
    at: int | None = None
    happen: Callable[[], None] = lambda: None
    count: int = 0
    seen: list[str] = field(default_factory=list)

    def step(self, what: str) -> None:
        number, self.count = self.count, self.count + 1
        self.seen.append(what)
        if number == self.at:
            self.at = None  # once: what cleans up afterwards is not hindered
            self.happen()


_watch: Watch | None = None


def _hook(event: str, arguments: tuple[Any, ...]) -> None:
    watch = _watch
    if watch is None or not arguments or not isinstance(arguments[0], str | bytes | os.PathLike | int):
        return
    if event == "open":
        if not isinstance(arguments[2], int) or not arguments[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
            return
    elif event not in CHANGES:
        return
    if isinstance(arguments[0], int) or os.fsdecode(arguments[0]).startswith(watch.root):
        watch.step(f"{event} {arguments[0]!r}")


_hooked: list[bool] = []


@contextmanager
def watched(root: Path, at: int | None = None, happen: Callable[[], None] = lambda: None) -> Iterator[Watch]:
    """Count the steps below a folder, and let something happen at one of them."""
    global _watch  # noqa: PLW0603, a hook cannot be taken away, and so is told what to watch
    if not _hooked:
        sys.addaudithook(_hook)
        _hooked.append(True)
    watch = Watch(str(root), at, happen)
    kept = {name: getattr(where, name) for where, name in WRAPPED}

    def told(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **named: Any) -> Any:
            watch.step(f"before {name}")
            result = function(*arguments, **named)
            watch.step(f"after {name}")
            return result

        return call

    for where, name in WRAPPED:
        setattr(where, name, told(name, kept[name]))
    _watch = watch
    try:
        yield watch
    finally:
        _watch = None
        for where, name in WRAPPED:
            setattr(where, name, kept[name])


WRAPPED: tuple[tuple[Any, str], ...] = (
    (pl.DataFrame, "write_parquet"),
    (pl.DataFrame, "write_csv"),
    (os, "fsync"),
    (os, "write"),
)
"""What changes files, or puts them on the disk, and of which Python tells nothing."""


def fail() -> None:
    """An error of the disk."""
    raise OSError(5, "Input/output error")


def press() -> None:
    """A key pressed to end the run."""
    raise KeyboardInterrupt


def kill() -> None:
    """The end, without a word."""
    os.kill(os.getpid(), signal.SIGKILL)


@dataclass(frozen=True)
class Scenario:
    """Something that changes files.

    prepare : lay what is there before. act : change it. check : say which state a reader finds, "old" or "new"; raises
    AssertionError for any other.
    """

    name: str
    prepare: Callable[[Path], None]
    act: Callable[[Path], None]
    check: Callable[[Path], str]


def steps(scenario: Scenario, place: Path) -> int:
    """Return how many steps a scenario has."""
    place.mkdir()
    scenario.prepare(place)
    with watched(place) as watch:
        scenario.act(place)
    assert scenario.check(place) == "new"
    return watch.count


def litter(place: Path) -> list[str]:
    """Return what is not in its place."""
    return [str(path.relative_to(place)) for path in place.rglob("*.foedus")]


def finish(scenario: Scenario, place: Path) -> None:
    """Do it again, to the end: nothing of the interrupted run is in the way, or left when another is written beside it."""
    scenario.act(place)
    assert scenario.check(place) == "new"
    for name in litter(place):
        write_text((place / name).with_name("beside.txt"), "")
    assert litter(place) == []


def kills(scenario: Scenario, place: Path) -> int:
    """Kill a process at every step of a scenario that moves, removes or has just written; return how many there were.

    Each is a child of its own. This process itself never computes with polars, whose threads would not be in a child.
    """
    before, listed = place / scenario.name, place / f"{scenario.name}.steps"
    before.mkdir()
    assert _child(lambda: scenario.prepare(before)) == 0
    assert _child(lambda: _list_steps(scenario, Path(shutil.copytree(before, place / f"{scenario.name}-whole")), listed)) == 0
    chosen = [number for number, step in enumerate(listed.read_text().splitlines()) if step.startswith(DEADLY)]
    for number in chosen:
        here = Path(shutil.copytree(before, place / f"{scenario.name}-{number}"))
        ended = _child(lambda here=here, at=number: _killed_at(scenario, here, at))  # type: ignore[misc]
        assert ended == signal.SIGKILL, f"{scenario.name}, step {number}: ended with {ended}"
        assert _child(lambda here=here: _after(scenario, here)) == 0, f"{scenario.name}, killed at step {number}"  # type: ignore[misc]
    return len(chosen)


DEADLY = ("os.rename", "os.remove", "os.rmdir", "after write")
"""Steps at which a process is killed."""


def _list_steps(scenario: Scenario, place: Path, target: Path) -> None:
    with watched(place) as watch:
        scenario.act(place)
    target.write_text("\n".join(watch.seen))


def _killed_at(scenario: Scenario, place: Path, at: int) -> None:
    with watched(place, at, kill):
        scenario.act(place)


def _after(scenario: Scenario, place: Path) -> None:
    assert scenario.check(place) in {"old", "new", "disagrees"}
    finish(scenario, place)


def _child(work: Callable[[], None]) -> int:
    """Do some work in a child of this process; return 0, or by what it ended."""
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            with suppress(SystemExit):
                work()
            status = 0
        except BaseException:
            import traceback

            traceback.print_exc()
        finally:
            sys.stderr.flush()
            os._exit(status)
    _, status = os.waitpid(pid, 0)
    return os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)


if __name__ == "__main__":
    from tests.scenarios import SCENARIOS

    sys.dont_write_bytecode = True  # the first child alone would write it, and count that as steps
    counted = {scenario.name: kills(scenario, Path(sys.argv[1])) for scenario in SCENARIOS}
    sys.stdout.write(" ".join(f"{name}={count}" for name, count in counted.items()) + "\n")
