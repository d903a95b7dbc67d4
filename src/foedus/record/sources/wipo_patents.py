"""Patents applied for and granted, by the applicant's state, 1980–2024: World Intellectual Property Organization.

`patents` has one row per ISO3 code and year: `patent_applications` and `patents_granted`, counts.

Traps
-----
* Gapminder gives totals and not who filed where (`foedus.record.gapminder`); counts are neither weighted by citation nor
  comparable between offices: an application in China in 2020 is not one in Japan in 1990.
* No row is unknown: small states file through others or do not report.
* The Soviet Union and Czechoslovakia have rows of their own until 1991 and 1992; Germany before 1990 is the Federal Republic.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from foedus.record import gapminder

_COLUMNS = {"patent_applications_total": "patent_applications", "patents_granted_total": "patents_granted"}


def read(raw: Path) -> dict[str, pl.DataFrame]:
    """Return `patents`: iso3, year, patent_applications, patents_granted."""
    counts = gapminder.indicators(raw, gapminder.ECONOMY, _COLUMNS)
    return {"patents": counts.with_columns(pl.col(_COLUMNS.values()).cast(pl.Int32))}
