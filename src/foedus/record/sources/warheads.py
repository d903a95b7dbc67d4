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


def read(raw: Path) -> dict[str, pl.DataFrame]:
    """Return `warheads`: ccode, year, warheads."""
    frame = pl.read_csv(raw / "political/nuclear/fas_owid_warhead_stockpiles_1945_2022.csv")
    stock = frame.select(pl.col("ccode", "year").cast(pl.Int16), pl.col("warheads").cast(pl.Int32))
    return {"warheads": stock.sort("ccode", "year")}
