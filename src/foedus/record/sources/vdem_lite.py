"""Repression, civil liberties and the state's own law-abidance, 1970–2023: V-Dem indicators, version 14.

`civil_liberties` has one row per V-Dem country-year that has a COW number. In [0, 1]: `physical_integrity` (1: free from
political killings and torture), `civil_liberties`, `political_liberties`, `rule_of_law` (1 is most), `corruption` (1 is most
corrupt). On the scale of the measurement model, about -4 to 4: `impartial_administration`.

Traps
-----
* Low physical integrity is repression: the index runs the good way.
* Version 14; `regimes` has version 15 and polyarchy version 16. The same country-year differs by version, so these are other
  indices than those and none is in two.
* The file has no COW numbers. They are those that V-Dem gives the same country-year in version 15; the five places without
  one (Hong Kong, Palestine's two, Somaliland, Zanzibar) are left out.
* It has no intervals; V-Dem's are about 0.1 wide to either side.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from foedus.record.cow import by_place
from foedus.record.publisher import Tables
from foedus.record.vdem_table import country_years

FIRST_YEAR = 1970
"""The package's table begins here; V-Dem's own goes back to 1789."""

_COLUMNS = {
    "v2x_clphy": "physical_integrity",
    "v2x_civlib": "civil_liberties",
    "v2x_clpol": "political_liberties",
    "v2x_rule": "rule_of_law",
    "v2x_corr": "corruption",
    "v2clrspct": "impartial_administration",
}


def read(raw: Path) -> dict[str, pl.DataFrame]:
    """Return `civil_liberties`: ccode, year and the six scores."""
    return _tidy(_numbered(raw))


def _tidy(frame: pl.DataFrame) -> Tables:
    kept = frame.drop_nulls("vdem_cowcode").filter(pl.col("year") >= FIRST_YEAR).rename(_COLUMNS)
    named = kept.select(pl.col("vdem_cowcode").cast(pl.Int16).alias("ccode"), pl.col("year").cast(pl.Int16), *_COLUMNS.values())
    return {"civil_liberties": named.sort("ccode", "year")}


def unplaced(raw: Path) -> dict[str, dict[str, int]]:
    """Return the rows of places that have no COW number."""
    return {"civil_liberties": by_place(_numbered(raw).filter(pl.col("vdem_cowcode").is_null())["country_name"])}


def _numbered(raw: Path) -> pl.DataFrame:
    """Scores of each V-Dem country-year, with the COW number that version 15 gives it."""
    folder = raw / "political/regimes"
    codes = pl.read_parquet(folder / "vdem_simple_v15.parquet", columns=["country_id", "year", "vdem_cowcode"])
    file = folder / "vdemlite_v14_1970_2023.parquet"
    scores = pl.read_parquet(file, columns=["country_name", "country_id", "year", *_COLUMNS])
    return scores.join(codes, on=["country_id", "year"], how="left")


FORMS = country_years(_COLUMNS, _tidy)
