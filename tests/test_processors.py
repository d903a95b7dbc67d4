"""The same call gives the same bytes on another processor: `make kernels` runs this alone."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.processors import ENVIRONMENTS, environment, is_known

ROOT = Path(__file__).resolve().parent.parent

pytestmark = pytest.mark.kernels


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """What each processor wrote: the kernels it used, numbers before they were rounded, the hash of every file."""
    if not is_known():
        pytest.skip("this machine's processor can be taken for no other: the environments are those of x86")
    return {name: _told(name, tmp_path_factory.mktemp("processor")) for name in ENVIRONMENTS}


def _told(name: str, folder: Path) -> dict[str, Any]:
    call = [sys.executable, "-W", "error", "-m", "tests.processors", str(folder)]
    done = subprocess.run(call, cwd=ROOT, env=environment(name, folder), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    said: dict[str, Any] = json.loads(done.stdout)
    return said


def test_the_processors_are_not_the_same(told: dict[str, dict[str, Any]]) -> None:
    """Without this the comparison would say nothing."""
    if any(kernel == "None" for each in told.values() for kernel in each["kernels"]):
        pytest.skip("the matrix library here has one kernel only")
    assert set(told["128 bits"]["kernels"]) == {"Nehalem"}
    assert len({each["unrounded"] for each in told.values()}) > 1


def test_reports_panels_and_results_have_the_same_bytes(told: dict[str, dict[str, Any]]) -> None:
    first, *others = told
    files = told[first]["files"]
    assert {"report.html", "report.json", "past.json", "panel.dta", "result.out"} <= set(files)
    for other in others:
        assert [name for name in files if told[other]["files"].get(name) != files[name]] == [], other
        assert set(told[other]["files"]) == set(files)
