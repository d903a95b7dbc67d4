"""Directed dyad-days to a folder in parts: the memory of one year beside that of several, each in a process of its own."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PEAK = "import foedus.cli, sys\ntry: foedus.cli.main()\nfinally: print(open('/proc/self/status').read(), file=sys.stderr)"
VARIABLES = "dispute_ongoing,defence_pact,polyarchy"


def stream(years: str, folder: Path) -> tuple[float, float, int]:
    """Write the dyad-days of these years; return seconds, peak megabytes (as Linux counts them) and bytes written."""
    target = folder / years.replace(":", "-")
    begun = time.perf_counter()
    command = ["panel", "dyad-day", "--directed", "--years", years, "--variables", VARIABLES, "-o", str(target)]
    done = subprocess.run([sys.executable, "-c", PEAK, *command], check=True, capture_output=True, text=True, env=os.environ)
    taken = time.perf_counter() - begun
    peak = next(int(line.split()[1]) / 1000 for line in done.stderr.splitlines() if line.startswith("VmHWM"))
    return taken, peak, sum(path.stat().st_size for path in target.rglob("*.parquet"))


def main() -> None:
    """Stream one year, then the years asked for, and print both."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--years", default="2001:2005")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for years in ("2001:2001", asked.years):
            taken, peak, size = stream(years, Path(folder))
            print(f"directed dyad-days {years:12}{taken:8.1f} s{peak:8.0f} MB at most{size / 1e6:9.1f} MB written")


if __name__ == "__main__":
    main()
