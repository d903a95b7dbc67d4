"""One core is what each thread gets that asks for it, whoever asked before."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import numpy as np
from threadpoolctl import threadpool_info

from foedus.estimation.cores import one_core


def _threads() -> list[int]:
    """How many threads each library for matrices takes."""
    assert np.ones(2).sum() == 2.0, "NumPy brings the library"
    return [each["num_threads"] for each in threadpool_info() if each["user_api"] == "blas"]


def test_threads_that_ask_after_another_has_asked_are_held_as_well() -> None:
    before, begun, first_over = _threads(), Barrier(2, timeout=30), Barrier(2, timeout=30)

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
