"""Other processors, on one machine: fewer instructions, another kernel of the matrix library, one thread.

`python -m tests.processors FOLDER` writes a report, a panel in every format and results computed anew into a folder, and prints
as JSON what computed them and the hash of each file. An environment (`ENVIRONMENTS`) says which processor it is taken for:

    OPENBLAS_CORETYPE           the kernel of OpenBLAS, in numpy and in scipy: Nehalem has vectors of 128 bits, Haswell of 256
    NPY_DISABLE_CPU_FEATURES    which of numpy's own loops are left out; it warns of names that it does not know
    GLIBC_TUNABLES              which logarithms, sines and powers the C library takes; no other library looks at it
    POLARS_MAX_THREADS          into how many parts polars cuts its work
    OPENBLAS_NUM_THREADS        and OpenBLAS its products
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import sys
from contextlib import nullcontext, redirect_stdout
from pathlib import Path

import numpy as np

from foedus.__main__ import main
from foedus.assessment.results import set_aside

FOUND: tuple[str, ...] = tuple(np.show_config("dicts")["SIMD Extensions"].get("found", ()))  # type: ignore[index]
"""What numpy's loops use here beside what every processor has, by the names that numpy knows."""

BEYOND_HASWELL = tuple(name for name in FOUND if "V4" in name or "AVX512" in name)

OLD_LIBRARY = "glibc.cpu.hwcaps=-AVX2,-FMA,-AVX512F,-FMA4"

ENVIRONMENTS: dict[str, dict[str, str]] = {
    "its own": {"POLARS_MAX_THREADS": "2", "OPENBLAS_NUM_THREADS": "2"},
    "256 bits": {"OPENBLAS_CORETYPE": "Haswell", "NPY_DISABLE_CPU_FEATURES": " ".join(BEYOND_HASWELL)},
    "128 bits": {
        "OPENBLAS_CORETYPE": "Nehalem",
        "NPY_DISABLE_CPU_FEATURES": " ".join(FOUND),
        "GLIBC_TUNABLES": OLD_LIBRARY,
        "POLARS_MAX_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
    },
}
"""What a processor is to be taken for: what is set. Whatever else of these is set is taken out."""

PANEL = (
    "--states USA,CAN,CHN,RUS --years 2000:2003 --variables capital_distance,joint_capability,capability_ratio,gdp,polyarchy"
)

CALLS = {
    "report": "assess USA CAN --html report.html --json report.json",
    "past": "assess USA CAN --year 1965 --html past.html --json past.json",
    **{ending: f"panel dyad-year {PANEL} -o panel{ending}" for ending in (".parquet", ".csv", ".xlsx", ".dta", "")},
    "groups": "panel group-year --group USA,CAN,MEX --variables capital_distance,gdp --years 1990:2010 -o groups.csv",
    "warning": "warning --without USA --tracks 500 --height 500 --json",
    "result": "validate arctic_ice --json",
    "claims": "claims --json",
}
"""Calls whose answers have to have the same bytes. The models of a past year are learnt anew: they do not ship."""


ANEW = ("warning", "result")
"""Of what else is computed anew: nothing is taken from the results that ship."""


def environment(name: str, folder: Path) -> dict[str, str]:
    """Return the environment of a process that is to be taken for a processor, with a cache of its own in a folder."""
    names = {each for chosen in ENVIRONMENTS.values() for each in chosen}
    mine = {key: value for key, value in os.environ.items() if key not in names}
    return {**mine, **ENVIRONMENTS[name], "FOEDUS_CACHE": str(folder / "cache")}


def is_known() -> bool:
    """Say whether this machine can be taken for another: its processor is one of the kind that the environments name."""
    return platform.machine().lower() in ("x86_64", "amd64")


def answers() -> dict[str, str]:
    """Make every call in the folder that is the current one; return the hash of each file and of what was printed."""
    for name, call in CALLS.items():
        with set_aside() if name in ANEW else nullcontext():
            _call(name, call)
    files = sorted(path for path in Path().rglob("*") if path.is_file() and path.parts[0] != "cache")
    return {path.as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def _call(name: str, call: str) -> None:
    sys.argv = ["foedus", *call.split()]
    with Path(f"{name}.out").open("w", encoding="utf-8") as out, redirect_stdout(out):
        try:
            main()
        except SystemExit as end:
            if end.code:
                raise


def unrounded() -> str:
    """Return a hash of numbers as this processor gives them: exponentials, and a product of matrices."""
    values = np.random.default_rng(1).normal(size=(200, 200))
    return hashlib.sha256(np.exp(values).tobytes() + (values @ values).tobytes()).hexdigest()


def kernels() -> list[str]:
    """Return which kernels the matrix libraries of this process use."""
    import scipy.linalg  # noqa: F401  which has a library of its own
    from threadpoolctl import threadpool_info

    return sorted(str(each.get("architecture")) for each in threadpool_info() if each["user_api"] == "blas")


if __name__ == "__main__":
    os.chdir(sys.argv[1])
    print(json.dumps({"kernels": kernels(), "unrounded": unrounded(), "files": answers()}))  # noqa: T201
