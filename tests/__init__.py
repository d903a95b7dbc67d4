"""Tests, one core a process: pytest's processes share the machine, and threads of OpenBLAS that wait for one another waste it.

A fit under `make test` takes a quarter of the time so. What it gives does not depend on it (`test_processors.py`).
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # read when numpy is loaded, which is later
