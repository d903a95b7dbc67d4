"""Which states had nuclear weapons, sought them or thought about it, 1938–2022: Bleek, continued by Our World in Data.

`nuclear_status` has one row per state and year. `nuclear_status` is 0 none of the following; 1 considers (leaders explore the
option); 2 pursues (a programme is under way); 3 possesses (a device that can be delivered, tested or not).

Traps
-----
* Every entity has a row for every year from 1938, whether or not it was a state then. Rows of non-members drop out when names
  become COW numbers; a 0 for a member is a statement of the source.
* Entities follow today's map. "Serbia" is Yugoslavia's programme of 1949–1987, "Russia" the Soviet one; "Germany" is the Reich
  to 1945 and West Germany to 1990, and meets united Germany's number in 1990. Czechoslovakia has no entity: Czechia's and
  Slovakia's years before 1993 agree (0), and Czechia's are given to it. "Yemen" before 1990 is the Yemen Arab Republic.
* Belarus, Kazakhstan and Ukraine are 0: they never controlled the Soviet weapons on their soil.
* Abkhazia, South Ossetia and Tibet are in the file and in no state list.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

NAMES = {
    "Bosnia and Herzegovina": "Bosnia & Herzegovina",
    "Congo": "Congo - Brazzaville",
    "Cote d'Ivoire": "Côte d’Ivoire",
    "Democratic Republic of Congo": "Congo - Kinshasa",
    "Federated States of Micronesia": "Micronesia (Federated States of)",
    "Myanmar": "Myanmar (Burma)",
    "Saint Kitts and Nevis": "St. Kitts & Nevis",
    "Saint Lucia": "St. Lucia",
    "Saint Vincent and the Grenadines": "St. Vincent & Grenadines",
    "Sao Tome and Principe": "São Tomé & Príncipe",
    "Serbia": "Yugoslavia",
    "South Yemen": "Yemen People's Republic",
    "Swaziland": "Eswatini",
    "The Gambia": "Gambia",
    "Timor": "Timor-Leste",
    "Trinidad and Tobago": "Trinidad & Tobago",
}
"""Entity → `english_name` of the state in `state_years`, where they differ."""

EARLIER_NAMES = {"Czechia": ("Czechoslovakia", 1992), "Yemen": ("Yemen Arab Republic", 1989)}
"""Entity → the state it stands for up to a year."""


def read(raw: Path) -> dict[str, pl.DataFrame]:
    """Return `nuclear_status`: state (English name), year, nuclear_status from 0 to 3."""
    frame = pl.read_csv(raw / "political/nuclear/owid_nuclear_weapons_proliferation_bleek_nti.csv")
    status = frame.select(
        _state().alias("state"),
        pl.col("Year").cast(pl.Int16).alias("year"),
        pl.col("nuclear_weapons_status").cast(pl.Int8).alias("nuclear_status"),
    )
    return {"nuclear_status": status.sort("state", "year")}


def _state() -> pl.Expr:
    name = pl.col("Entity").replace(NAMES)
    for entity, (earlier, last_year) in EARLIER_NAMES.items():
        name = pl.when(pl.col("Entity") == entity, pl.col("Year") <= last_year).then(pl.lit(earlier)).otherwise(name)
    return name
