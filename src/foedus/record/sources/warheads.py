"""How many nuclear warheads each nuclear power keeps for its forces, 1945–2022: Federation of American Scientists.

`warheads` has one row per year for the ten states that have, or had, any: an estimate of warheads in the military stockpile,
without retired ones that wait to be dismantled.

Traps
-----
* Nothing is said about other states. That a state is not in the table means it is not counted here; `nuclear_status` says
  whether it had weapons. For the ten, a 0 before their first warhead is a statement of the source.
* Governments keep these numbers secret. They are expert estimates, loose for Israel, North Korea, Pakistan and India.
* 365 is the Soviet Union until 1991 and Russia after; South Africa dismantled its six.
* The rows go back to 1945 for India, Israel, North Korea and Pakistan too, before they were members of the state system.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from foedus.record.publisher import Form, Tables


def read(raw: Path) -> dict[str, pl.DataFrame]:
    """Return `warheads`: ccode, year, warheads."""
    frame = pl.read_csv(raw / "political/nuclear/fas_owid_warhead_stockpiles_1945_2022.csv")
    stock = frame.select(pl.col("ccode", "year").cast(pl.Int16), pl.col("warheads").cast(pl.Int32))
    return {"warheads": stock.sort("ccode", "year")}


_POWERS = {
    "United States": 2,
    "United Kingdom": 200,
    "France": 220,
    "Russia": 365,
    "South Africa": 560,
    "Israel": 666,
    "China": 710,
    "North Korea": 731,
    "India": 750,
    "Pakistan": 770,
}
"""Our World in Data's name → COW number: of every state that has, or had, nuclear weapons."""


def _published(frame: pl.DataFrame) -> Tables:
    """From Our World in Data's table, in which the world and any other sum is a country too."""
    named = frame.with_columns(ccode=pl.col("country").replace_strict(_POWERS, default=None, return_dtype=pl.Int16))
    stock = named.drop_nulls(["ccode", "number_of_warheads"]).select(
        "ccode", pl.col("year").cast(pl.Int16), pl.col("number_of_warheads").cast(pl.Int32).alias("warheads")
    )
    return {"warheads": stock.sort("ccode", "year")}


FORMS = (
    Form(
        "Our World in Data's table of stockpiles",
        ("country", "year", "number_of_warheads"),
        ("country", "year"),
        _published,
        text=("country",),
    ),
)
"""Our World in Data's table of the Federation's estimates (`record/release.py`), by its documented columns; untried."""
