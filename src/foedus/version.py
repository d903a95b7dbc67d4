"""The version of foedus, and of what its numbers hang on; on the ground floor: to write it into a file needs nothing else."""

from __future__ import annotations

from functools import cache

__version__ = "0.1.0"

LIBRARIES = ("numpy", "polars", "scipy")
"""Libraries by whose version a number may differ in its last digits."""


@cache
def libraries() -> dict[str, str]:
    """Return the version of each of LIBRARIES."""
    from importlib.metadata import version

    return {name: version(name) for name in LIBRARIES}
