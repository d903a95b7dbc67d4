"""Country-year indicators as Gapminder tidies them: one row per indicator, code and year, here one row per code and year.

Gapminder republishes series of the World Bank, WIPO, UNDP, FAO and others under CC BY 4.0. Each publisher is a source of its
own, which takes its indicators from the two files; the publisher is what is cited.

Traps
-----
* Codes are ISO 3166 in capitals but for a few of Gapminder's own. Kosovo and the Soviet Union and Czechoslovakia of their
  time are given the codes of the state list (CODES). Channel Islands, East Germany and other places that are no states, or no
  longer, keep codes that no state has and drop out when codes become COW numbers.
* Values have at most seven digits that mean anything and are stored as such.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import polars as pl

CODES = {"KOS": "XKX", "USSR": "RUS", "CHESLO": "CSK"}
"""Gapminder's code → the one that the state list has for the state."""

_FOLDER = "physical/worldbank"
ECONOMY = f"{_FOLDER}/gapminder_sg_wdi_sipri_country_year.parquet"
RESOURCES = f"{_FOLDER}/gapminder_sg_water_energy_education_country_year.parquet"


def indicators(raw: Path, file: str, columns: Mapping[str, str]) -> pl.DataFrame:
    """Return iso3, year and a column for each indicator in `columns` (name in the file → ours), null where it has no value."""
    frame = pl.read_parquet(raw / file).filter(pl.col("indicator").is_in(list(columns)))
    wide = frame.pivot("indicator", index=["iso3", "year"], values="value")
    code = pl.col("iso3").replace(CODES)
    values = [pl.col(name).cast(pl.Float32).alias(ours) for name, ours in columns.items()]
    return wide.select(code, pl.col("year").cast(pl.Int16), *values).sort("iso3", "year")
