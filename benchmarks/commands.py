"""Whole commands, each in a process of its own, beside the least any such program pays.

Starting Python and importing polars.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile

from benchmarks.clock import seconds, show


def command(*arguments: str, cache: str) -> None:
    """Run one command in a folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            [sys.executable, "-m", "foedus", *arguments],
            check=True,
            capture_output=True,
            cwd=folder,
            env={**os.environ, "FOEDUS_CACHE": cache},
        )


def fresh() -> None:
    """A first assessment: nothing remembered, everything estimated."""
    with tempfile.TemporaryDirectory() as cache:
        command("assess", "USA", "CAN", cache=cache)


def main() -> None:
    """Time and print."""
    floor = seconds(lambda: subprocess.run([sys.executable, "-c", "import polars"], check=True))
    with tempfile.TemporaryDirectory() as cache:
        show("foedus --help (goal 0.5 s)", seconds(lambda: command("--help", cache=cache)), "python -c 'import polars'", floor)
        show("foedus assess USA CAN, first (goal 12 s)", seconds(fresh, runs=2), "python -c 'import polars'", floor)
        one_dyad = ("panel", "dyad-year", "--dyads", "USA-CAN", "--variables", "dispute_onset,peace_years,polyarchy")
        show(
            "foedus panel, one dyad (goal 0.6 s)",
            seconds(lambda: command(*one_dyad, cache=cache)),
            "python -c 'import polars'",
            floor,
        )
        show(
            "foedus assess USA CAN, later (goal 3 s)",
            seconds(lambda: command("assess", "USA", "CAN", cache=cache)),
            "python -c 'import polars'",
            floor,
        )


if __name__ == "__main__":
    main()
