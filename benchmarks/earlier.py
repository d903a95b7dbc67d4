"""An earlier commit to be paired with: its checkout, and the commands that run it.

FOEDUS_EARLIER names the folder of a checkout; where that has an environment of its own in .venv, it is used, and otherwise the
one that runs the benchmark. Without FOEDUS_EARLIER a work tree of `COMMIT` is made for the length of the run and runs on this
environment, whose dependencies may be newer than the commit's own: ratios then tell of the code alone.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.clock import Work

COMMIT = "1972a63"
"""The commit that the goals of the clock are measured from."""

HERE = Path(__file__).parents[1]


@dataclass(frozen=True)
class Checkout:
    """A checkout of foedus, the Python that runs it, and the folder of what a user has added to its record."""

    folder: Path
    python: str
    data: Path

    def run(self, *arguments: str, **environment: str) -> Work:
        """Return a command of this checkout's Python, such as -m foedus and its options."""
        paths = {"PYTHONPATH": f"{self.folder / 'src'}{os.pathsep}{self.folder}", "FOEDUS_DATA": str(self.data)}
        return Work((self.python, *arguments), Path(tempfile.gettempdir()), paths | environment)


@contextmanager
def checkouts() -> Iterator[tuple[Checkout, Checkout]]:
    """Give this checkout and the earlier one, each with an empty folder for what is added to its record."""
    with tempfile.TemporaryDirectory() as made:
        place = Path(made)
        for name in ("here", "earlier"):
            (place / name).mkdir()
        here = Checkout(HERE, sys.executable, place / "here")
        if named := os.environ.get("FOEDUS_EARLIER"):
            if not (Path(named) / "src/foedus/__init__.py").is_file():
                sys.exit(f"FOEDUS_EARLIER names {named}, which is no checkout of foedus: this tree would be its own rival.")
            own = Path(named) / ".venv/bin/python"
            yield here, Checkout(Path(named), str(own) if own.is_file() else sys.executable, place / "earlier")
            return
        tree = place / COMMIT
        git = ("git", "-C", str(HERE), "worktree")
        subprocess.run([*git, "add", "--quiet", "--detach", str(tree), COMMIT], check=True)
        try:
            yield here, Checkout(tree, sys.executable, place / "earlier")
        finally:
            subprocess.run([*git, "remove", "--force", str(tree)], check=True)
