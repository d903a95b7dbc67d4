"""The clock of foedus: the ratios that it is held to, each measured in turn with what it is compared to, as a table.

Processor seconds (user and system) of whole processes, byte code on, medians of paired runs. The floor of a command is
`import polars, numpy`; an earlier commit (`benchmarks.earlier`), the same table in other libraries, and a dense gather are
rivals. `--only` chooses blocks of rows by name; `--long` adds a validation from nothing, which takes half an hour. What was
printed on one machine is kept in docs/performance.md, beside the goals that are missed.
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path

from benchmarks import standard
from benchmarks.clock import Taken, apart, in_turn, on_two_cores
from benchmarks.earlier import COMMIT, HERE, Checkout, checkouts

Row = tuple[str, str, str]
"""What is measured, its value, and the goal."""

IMPORTS = ("-c", "import polars, numpy")


def assess(here: Checkout, earlier: Checkout, runs: int) -> list[Row]:
    """An assessment: later ones, with what is remembered, and the first, with an empty cache."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)

        def warm(checkout: Checkout, name: str) -> Taken:
            return _foedus(checkout, "assess", "USA", "CAN", cache=place / name)

        def cold(checkout: Checkout) -> Taken:
            with tempfile.TemporaryDirectory() as empty:
                return _foedus(checkout, "assess", "USA", "CAN", cache=Path(empty))

        warm(here, "here"), warm(earlier, "earlier")  # what is remembered afterwards
        taken = in_turn(
            {
                "import": lambda: apart(here.run(*IMPORTS)),
                "warm": lambda: warm(here, "here"),
                "earlier": lambda: warm(earlier, "earlier"),
                "cold": lambda: cold(here),
            },
            runs,
        )
    mine = taken["warm"].cpu
    return [
        ("assess USA CAN, times the import", f"{mine / taken['import'].cpu:.1f} × ({mine:.2f} s)", "≤ 5 ×"),
        ("assess USA CAN, of the earlier commit's time", f"{mine / taken['earlier'].cpu:.2f}", "≤ .35"),
        ("assess USA CAN, first time, of a later one", f"{taken['cold'].cpu / mine:.2f} ×", "≤ 1.1 ×"),
    ]


def commands(here: Checkout, earlier: Checkout, runs: int) -> list[Row]:
    """Claims and warning, as multiples of the import."""
    with tempfile.TemporaryDirectory() as folder:
        cache = Path(folder)
        kinds = {name: partial(_foedus, here, name, cache=cache) for name in ("claims", "warning")}
        before = {f"earlier {name}": partial(_foedus, earlier, name, cache=cache / "earlier") for name in kinds}
        for run in (*kinds.values(), *before.values()):
            run()
        taken = in_turn({"import": lambda: apart(here.run(*IMPORTS)), **kinds, **before}, runs)
    floor = taken["import"].cpu
    seconds = {name: f"{taken[name].cpu:.2f} s; earlier {taken[f'earlier {name}'].cpu:.2f}" for name in kinds}
    return [(f"{name}, times the import", f"{taken[name].cpu / floor:.1f} × ({seconds[name]})", "≤ 2.5 ×") for name in kinds]


def groups(here: Checkout, earlier: Checkout, runs: int) -> Iterator[Row]:
    """Group-years of 100,000 sampled triads, and groups of five, beside a dense gather and the earlier commit."""
    for size in (3, 5):
        work = ("-m", "benchmarks.groups", "--size", str(size))
        apart(here.run(*work))  # compares the values
        build = (
            "from foedus.panels.panel import panel; from sys import argv; "
            f"panel('group-year', ['polyarchy', 'min_distance'], size={size}, sample=100_000, seed=1)"
        )
        taken = in_turn(
            {
                "ours": partial(apart, here.run("-c", build)),
                "dense": partial(apart, here.run(*work, "--way", "dense")),
                "earlier": partial(apart, earlier.run("-c", build)),
            },
            runs,
        )
        mine = taken["ours"]
        name = f"group-years, 100,000 groups of {size}"
        times = f"{taken['earlier'].cpu / mine.cpu:.0f} × ({mine.cpu:.2f} s; earlier {taken['earlier'].cpu:.1f})"
        yield f"{name}, faster than the earlier commit", times, "≥ 15 ×"
        yield f"{name}, of a dense gather's time", f"{mine.cpu / taken['dense'].cpu:.2f} ×", "≤ 2 ×"
        yield f"{name}, memory", f"{mine.mebibytes:.0f} MiB (earlier {taken['earlier'].mebibytes:.0f})", "less"


def table(here: Checkout, earlier: Checkout, runs: int, raw: Path) -> list[Row]:
    """The field's standard table, and its relevant dyads, beside other libraries."""
    if not raw.is_dir():
        return [("standard table", f"not built: {raw} has no publishers' files (--raw)", "")]
    return standard.rows(here, earlier, raw, runs)


def dyad(here: Checkout, _: Checkout, __: int) -> list[Row]:
    """One dyad's two centuries in a warm process: the standard table's columns, or ten where those are not in the record."""
    done = subprocess.run(
        (here.python, "-m", "benchmarks.panels", "--warm"),
        cwd=HERE,
        env={**os.environ, **here.run().environment},
        check=True,
        capture_output=True,
        text=True,
    )
    columns, milliseconds = done.stdout.split()
    return [(f"one dyad, {columns} variables, in a warm process", f"{float(milliseconds):.1f} ms", "≤ 10 ms")]


def validate(here: Checkout, earlier: Checkout, _: int) -> list[Row]:
    """Every registered test computed anew, with nothing that ships and nothing remembered; once each, as it takes minutes."""
    afresh = (
        "import os; from pathlib import Path; from foedus.validation import memory; memory.SHIPPED = Path(os.devnull); "
        "from foedus.validation.validate import validate; validate()"
    )
    with tempfile.TemporaryDirectory() as folder:
        mine, before = (
            apart(checkout.run("-c", afresh, FOEDUS_CACHE=f"{folder}/{name}"))
            for name, checkout in (("here", here), ("earlier", earlier))
        )
    return [
        ("validate from nothing, of the earlier commit's time", f"{mine.cpu / before.cpu:.2f} ({mine.cpu:.0f} s)", "≤ .5"),
        ("validate from nothing, memory", f"{mine.mebibytes:.0f} MiB (earlier {before.mebibytes:.0f})", "≤ 1024 MiB"),
    ]


def _foedus(checkout: Checkout, *arguments: str, cache: Path) -> Taken:
    """Run a foedus command, with this cache, in a folder where it may leave its report."""
    with tempfile.TemporaryDirectory() as folder:
        work = checkout.run("-m", "foedus", *arguments, FOEDUS_CACHE=str(cache))
        return apart(work._replace(folder=Path(folder)))


BLOCKS: dict[str, Callable[[Checkout, Checkout, int], Iterable[Row]]] = {
    "assess": assess,
    "commands": commands,
    "groups": groups,
}


def main() -> None:
    """Measure the blocks asked for and print a table in Markdown as each is done."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--only", nargs="*", choices=[*BLOCKS, "table", "dyad", "validate"])
    parser.add_argument("--long", action="store_true", help="also validate from nothing")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--raw", type=Path, default=HERE.parent / "shared/data")
    asked = parser.parse_args()
    on_two_cores()
    blocks = {**BLOCKS, "table": partial(table, raw=asked.raw), "dyad": dyad, "validate": validate}
    print(f"Python {platform.python_version()} on {platform.machine()}, paired with commit {COMMIT}, {asked.runs} runs each\n")
    print("| what | measured | goal |\n|---|---|---|")
    with checkouts() as (here, earlier):
        for name in asked.only or [name for name in blocks if name != "validate" or asked.long]:
            for row in blocks[name](here, earlier, asked.runs):
                print("|", " | ".join(row), "|", flush=True)


if __name__ == "__main__":
    sys.exit(main())
