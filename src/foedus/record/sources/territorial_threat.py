"""How threatened a state's territory was from outside, 1816–2010: latent scores by Steven V. Miller.

`territorial_threat` has one row per COW state-year. The score is derived from estimates for its dyads, by a random
item-response model, weighted by distance: `territorial_threat` by the distance between capitals, `territorial_threat_border`
by the shortest distance between territories. Each has its standard deviation and a 90 % interval.

Traps
-----
* The series by border begins in 1885, about when the distances do, and in a few states later; 2,349 rows have none.
* Territorial conflict is what it is estimated from: in a model of the same disputes it would explain them by themselves.
* Kept with seven digits.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

_SERIES = {"": "territorial_threat", "m_": "territorial_threat_border"}
_PARTS = {"lterrthreat": "", "sd": "_sd", "lwr": "_low", "upr": "_high"}


def read(raw: Path) -> dict[str, pl.DataFrame]:
    """Return `territorial_threat`: ccode, year and two scores, each with standard deviation, low and high."""
    frame = pl.read_parquet(raw / "political/rivalries/terrthreat.parquet")
    columns = [
        pl.col(f"{prefix}{old}").cast(pl.Float32).alias(f"{name}{new}")
        for prefix, name in _SERIES.items()
        for old, new in _PARTS.items()
    ]
    return {"territorial_threat": frame.select("ccode", "year", *columns).sort("ccode", "year")}
