"""How rough the land of a state is: ruggedness (Nunn and Puga) and mountainous share (Fearon and Laitin, Gibler and Miller).

`terrain` has one row per state and spell of years. `ruggedness` is the mean difference in height between neighbouring points of
a 1-kilometre grid, in hundreds of metres; `mountainous` the natural logarithm of (1 + the per cent of the land that is
mountainous).

What is assumed
---------------
Both are measured once, within borders of about the year 2000. They are taken to hold for every state that bears the same
number from 1946 on, when Fearon and Laitin's data begin; earlier borders differ too often. That is rough where a state lost
land and kept its number: the Soviet Union has Russia's values, Pakistan before 1971 those of the present, Indonesia, Ethiopia
and Sudan likewise. United Germany and Yemen are given from 1990, not for their predecessors, under either numbering.

Traps
-----
* States that ended before 2000 (Czechoslovakia, the German Democratic Republic), Serbia and those born after (Montenegro,
  Kosovo, South Sudan) have none.
* The file has the Vatican's ruggedness under the number of the Papal States; it is left out.
* The file leaves 21 states without a Gleditsch–Ward code; they get that of the crosswalk.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from foedus.record.cow import CROSSWALK

FIRST_YEAR = 1946
UNITED = {255: 1990, 679: 1990}
"""COW numbers of Germany and Yemen, and the year since which the states with these borders exist."""

PAPAL_STATES = 327


def read(raw: Path) -> dict[str, pl.DataFrame]:
    """Return `terrain`: ccode, gwcode, first_year, last_year (null: still), ruggedness, mountainous."""
    crosswalk = pl.read_parquet(raw / CROSSWALK)
    latest = crosswalk.sort("year").group_by("ccode").agg(pl.col("gwcode").last())
    frame = pl.read_parquet(raw / "political/terrain/rugged.parquet").filter(pl.col("ccode") != PAPAL_STATES)
    coded = frame.select(pl.col("ccode").cast(pl.Int16), pl.col("rugged").alias("ruggedness"), mountainous="newlmtnest")
    return {
        "terrain": coded.join(latest, on="ccode")
        .select(
            "ccode",
            "gwcode",
            pl.col("ccode").replace_strict(UNITED, default=FIRST_YEAR, return_dtype=pl.Int16).alias("first_year"),
            pl.lit(None, pl.Int16).alias("last_year"),
            "ruggedness",
            "mountainous",
        )
        .sort("ccode")
    }


def unplaced(raw: Path) -> dict[str, dict[str, int]]:
    """Return the row of the Vatican, which stands under the number of the Papal States."""
    codes = pl.read_parquet(raw / "political/terrain/rugged.parquet", columns=["ccode"])
    return {"terrain": {"Vatican City": codes.filter(pl.col("ccode") == PAPAL_STATES).height}}
