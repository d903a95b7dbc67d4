"""A third reader of Stata files, R's haven: years, days, labels and missing values are what was written.

Seen with R 4.2.2 and haven 2.5.1, where factors are numbered from 1 and Stata's codes are kept beside their labels.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from foedus.panels.columns import ColumnInfo
from foedus.panels.files.stata import write_stata
from tests.panels.files.test_write import ABOUT

R = shutil.which("Rscript")
PAGE = Path(__file__).resolve().parents[3] / "docs/from-peacesciencer.md"


@pytest.fixture(scope="module", autouse=True)
def _with_haven() -> None:
    if R is None or subprocess.run([R, "-e", "library(haven)"], capture_output=True, check=False).returncode:
        pytest.skip("needs R with haven")


def told(script: str, folder: Path) -> list[str]:
    """Run a script in a folder, and return the lines that it prints."""
    environment = os.environ | {"PATH": f"{folder}{os.pathsep}{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run([str(R), "-e", script], cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_haven_reads_years_days_labels_and_missing_values(tmp_path: Path) -> None:
    """Levels are numbered from 0 by pandas 2.3.3 and from 1 by haven 2.5.1 (where-tools-disagree)."""
    frame = pl.DataFrame(
        {
            "year": pl.Series([1816, 1899, 2000], dtype=pl.Int16),
            "day": [date(1816, 1, 1), date(1899, 12, 31), None],
            "status": pl.Series([0, 3, None], dtype=pl.Int8),
        }
    )
    levels = {0: "none", 3: "possessed"}
    infos = {name: ColumnInfo(name, f"the {name}", "", values=levels if name == "status" else {}) for name in frame.columns}
    write_stata(frame, infos, ABOUT, tmp_path / "ours.dta")
    script = (
        'x <- haven::read_dta("ours.dta"); cat(x$year, "\\n"); cat(format(x$day), "\\n"); '
        'cat(as.character(haven::as_factor(x$status)), "\\n"); cat(as.numeric(x$status), "\\n"); '
        'cat(attr(x$day, "label"), "\\n")'
    )
    assert [line.strip() for line in told(script, tmp_path)] == [
        "1816 1899 2000",
        "1816-01-01 1899-12-31 NA",
        "none possessed NA",
        "0 3 NA",
        "the day",
    ]


@pytest.mark.slow
def test_what_the_page_shows_in_r_works(tmp_path: Path) -> None:
    (block,) = re.findall(r"^```r\n(.*?)^```", PAGE.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    command = tmp_path / "foedus"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m foedus "$@"\n', encoding="utf-8")
    command.chmod(0o755)
    printed = "\n".join(told(block, tmp_path))
    assert "possess" in printed
