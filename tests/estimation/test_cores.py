"""One core for the numeric libraries, whoever asks and from whatever thread."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import numpy as np
from threadpoolctl import threadpool_info

from foedus.estimation.cores import one_core

ROOT = Path(__file__).parents[2]


def test_threads_that_ask_after_another_has_asked_are_held_as_well() -> None:
    """In a process whose libraries take two threads, which those of the tests do not (`tests/__init__.py`)."""
    call = [sys.executable, "-W", "error", "-c", "from tests.estimation.test_cores import ask; ask()"]
    done = subprocess.run(
        call, cwd=ROOT, env={**os.environ, "OPENBLAS_NUM_THREADS": "2"}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def ask() -> None:
    """Ask from two threads, the second while the first is held and on after it, and look at how many threads there are."""
    before, begun, first_over = _threads(), Barrier(2, timeout=30), Barrier(2, timeout=30)
    assert os.cpu_count() == 1 or set(before) == {2}

    def short() -> list[int]:
        with one_core():
            begun.wait()
            seen = _threads()
        first_over.wait()
        return seen

    def long() -> list[int]:
        with one_core():
            begun.wait()
            first_over.wait()
            return _threads()

    with one_core():
        assert set(_threads()) <= {1}
    assert _threads() == before
    with ThreadPoolExecutor(2) as pool:
        jobs = [pool.submit(work) for work in (short, long)]
        assert all(set(job.result()) <= {1} for job in jobs)
    assert _threads() == before


def _threads() -> list[int]:
    """How many threads each library for matrices takes."""
    assert np.ones(2).sum() == 2.0, "NumPy brings the library"
    return [each["num_threads"] for each in threadpool_info() if each["user_api"] == "blas"]
