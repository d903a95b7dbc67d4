"""What leaders had been through before they led: Leader Experience and Attribute Descriptions (LEAD; Ellis, Horowitz, Stam).

`leader_experience` has one row per leader of `archigos` (key `leader`, its id), as peacesciencer carries the data to version
4.1 of that list. Leaders of whom nothing is coded (479 of 3,409, nearly all of whom came to office after 2001) have no row.

Traps
-----
* A null is "not found out", which is likelier for obscure leaders: 642 lack their education, 648 their years in politics.
* Experience of war as a soldier (`won_war`, `lost_war`) and of rebellion are apart; a leader may have both wins and losses.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

_FLAGS = {
    "milservice": "military_service",
    "combat": "combat_experience",
    "rebel": "rebel_experience",
    "warwin": "won_war",
    "warloss": "lost_war",
    "rebelwin": "won_rebellion",
    "rebelloss": "lost_rebellion",
    "physhealth": "physical_illness",
    "mentalhealth": "mental_illness",
}
_NUMBERS = {"leveledu": "education", "yrsexper": "years_in_politics"}


def read(raw: Path) -> dict[str, pl.DataFrame]:
    """Return `leader_experience`: leader, education (0 primary to 3 graduate), years in politics, nine yes-or-no columns."""
    frame = pl.read_parquet(raw / "political/leaders/lead.parquet")
    tidy = frame.select(
        pl.col("obsid").alias("leader"),
        *[pl.col(old).cast(pl.Int8).alias(new) for old, new in _NUMBERS.items()],
        *[pl.col(old).cast(pl.Boolean).alias(new) for old, new in _FLAGS.items()],
    )
    return {"leader_experience": tidy.filter(pl.any_horizontal(pl.exclude("leader").is_not_null())).sort("leader")}
