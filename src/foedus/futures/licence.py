"""Which variables may be told as probabilities, and how many years ahead: those that the hindcasts of the whole system license.

`hindcast.toml` is what was set down before, `hindcast.csv` what `hindcast.py` found, one row a kind of knowledge, variable and
horizon. A variable is licensed up to
the last horizon without a failure before it, as known at the origin. What is not licensed is told as what follows from a
scenario.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl

REGISTERED = Path(__file__).with_name("hindcast.toml")
SCORES = Path(__file__).with_name("hindcast.csv")
RANKS = Path(__file__).with_name("hindcast-ranks.csv")

REACH = 15
"""Years after a variable's record ends beyond which nothing is a probability, whatever hindcasts say."""


@cache
def registered() -> Mapping[str, Any]:
    """Return what was set down before the hindcasts: origins, members, baselines, thresholds."""
    return tomllib.loads(REGISTERED.read_text(encoding="utf-8"))


@cache
def scores() -> pl.DataFrame:
    """Return how forecasts fared, as known at the origin: a row a variable and horizon, with the columns of `hindcast.csv`.

    Those of flight, which has origins of its own, are among them.
    """
    return pl.read_csv(SCORES).filter(known="origin")


@cache
def of_whole_system() -> pl.DataFrame:
    """Return the rows of `scores` that whole worlds were scored in: all but flight."""
    return scores().filter(pl.col("variable").is_in(list(registered()["outcomes"])))


@cache
def licensed() -> dict[str, int]:
    """Return variable → years ahead up to which it is licensed; those that are not are left out."""
    rows = scores().sort("variable", "first")
    found: dict[str, int] = {}
    for variable in rows["variable"].unique().sort():
        for last, fine in rows.filter(variable=variable).select("last", "licensed").iter_rows():
            if not fine:
                break
            found[variable] = min(last, REACH)
    return found
