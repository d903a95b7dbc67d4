"""Human development index, 1990–2023: United Nations Development Programme.

`human_development` has one row per ISO3 code and year; the index, in [0, 1], is the geometric mean of a health, an education
and an income index.

Traps
-----
* It holds schooling and income: beside GDP per head it counts income twice.
* It follows today's borders: `foedus.record.borders`. As Gapminder tidies it: `foedus.record.gapminder`.
* A new report recomputes all years; values of two reports are not to be mixed.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from foedus.record import gapminder
from foedus.record.borders import in_todays_borders

_COLUMNS = {"hdi_human_development_index": "human_development_index"}


def read(raw: Path) -> dict[str, pl.DataFrame]:
    """Return `human_development`: iso3, year, human_development_index."""
    return {"human_development": in_todays_borders(gapminder.indicators(raw, gapminder.RESOURCES, _COLUMNS))}
