"""Group-years of sampled k-ads three ways, each in a process of its own: the engine, an earlier commit, and a dense gather.

*dense* is what NumPy could do at best: values stand in cubes of year by state, and of year by state by state, a sample of k-ads
indexes them, and lowest, mean, highest and number known are taken along the members. It knows nothing of runs of membership,
missing values beyond NaN, types, names or files. Values are compared before anything is timed.
"""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import polars as pl

SAMPLE, SEED = 100_000, 1
STATE, PAIR = "polyarchy", "min_distance"


def ours(size: int) -> pl.DataFrame:
    """The engine's table; the same call on an earlier commit."""
    from foedus.panels.panel import panel

    return panel("group-year", [STATE, PAIR], size=size, sample=SAMPLE, seed=SEED)


def dense(size: int) -> dict[str, Any]:
    """The same groups and years from dense cubes: codes, years, and summaries of both variables."""
    from itertools import combinations

    from foedus.panels.kads import _drawn, combinations_at
    from foedus.panels.panel import panel

    states, pairs = panel("state-year", [STATE]), panel("dyad-year", [PAIR])
    codes = np.unique(states["ccode"].to_numpy())
    at, year = np.searchsorted(codes, states["ccode"].to_numpy()), states["year"].to_numpy() - 1816
    member, cube = np.zeros((210, codes.size), np.bool_), np.full((210, codes.size), np.nan)
    member[year, at], cube[year, at] = True, states[STATE].fill_null(float("nan")).to_numpy()
    one, two = (np.searchsorted(codes, pairs[f"ccode{side}"].to_numpy()) for side in "12")
    between = np.full((210, codes.size, codes.size), np.nan)
    between[pairs["year"].to_numpy() - 1816, one, two] = pairs[PAIR].fill_null(float("nan")).to_numpy()
    from math import comb

    groups = combinations_at(_drawn(comb(codes.size, size), SAMPLE, SEED), codes.size, size)
    group, years = np.nonzero(np.logical_and.reduce([member[:, groups[:, seat]] for seat in range(size)]).T)
    chosen = groups[group]
    seats = [cube[years, chosen[:, seat]] for seat in range(size)]
    sides = [between[years, chosen[:, a], chosen[:, b]] for a, b in combinations(range(size), 2)]
    table: dict[str, Any] = {"year": years + 1816}
    table |= {f"ccode{seat + 1}": codes[chosen[:, seat]] for seat in range(size)}
    table |= {f"{STATE}_{seat + 1}": values for seat, values in enumerate(seats)}
    for name, several in ((STATE, seats), (PAIR, sides)):
        known = sum((~np.isnan(values)).astype(np.int32) for values in several)
        total = sum(np.nan_to_num(values) for values in several)
        with np.errstate(invalid="ignore"):
            table |= {f"{name}_known": known, f"{name}_mean": total / known}
        table |= {f"{name}_min": np.fmin.reduce(several), f"{name}_max": np.fmax.reduce(several)}
    return table


def differing(size: int) -> list[str]:
    """Return the columns in which the engine and the dense gather differ by more than rounding."""
    mine, theirs = ours(size), dense(size)
    same = {
        name: np.allclose(mine[name].cast(float).fill_null(float("nan")).to_numpy(), values, rtol=1e-12, equal_nan=True)
        for name, values in theirs.items()
    }
    return [name for name, alike in same.items() if not alike]


def main() -> None:
    """Build one way and end, or compare the values."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--way", choices=["ours", "dense", "compare"], default="compare")
    parser.add_argument("--size", type=int, default=3)
    asked = parser.parse_args()
    if asked.way == "compare":
        sys.exit(f"columns that differ: {', '.join(names)}" if (names := differing(asked.size)) else 0)
    {"ours": ours, "dense": dense}[asked.way](asked.size)


if __name__ == "__main__":
    main()
