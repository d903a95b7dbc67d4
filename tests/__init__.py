"""Tests: one core a process, which keeps the memory that it was given.

pytest's processes share the machine, and threads of OpenBLAS that wait for one another waste it: a fit took four times the
processor's time so. A process that gives memory back after each step, and is given it again, pays for it with empty pages: that
was a tenth of the suite's time. What tests find depends on neither (`test_processors.py`).
"""

import os

AROUND = {
    "OPENBLAS_NUM_THREADS": "1",  # read when numpy is loaded, which is later
    "POLARS_MAX_THREADS": "1",  # and when polars is
    "_RJEM_MALLOC_CONF": "dirty_decay_ms:10000,muzzy_decay_ms:-1",  # polars' allocator
    "MALLOC_MMAP_THRESHOLD_": str(2**28),  # numpy's: read when a process begins, as pytest's workers do after this
    "MALLOC_TRIM_THRESHOLD_": str(2**30),
}

for name, value in AROUND.items():
    os.environ.setdefault(name, value)
