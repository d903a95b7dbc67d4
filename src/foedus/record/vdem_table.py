"""V-Dem's own table of country-years, of which several sources read some columns each (`record/release.py`).

Its columns are those of V-Dem's codebook; COW numbers stand in `COWcode`. No release of it has been tried: what ships was read
from the copies of R packages, which name the same columns otherwise.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import polars as pl

from foedus.record.publisher import Form, Tables


def country_years(columns: Iterable[str], tidy: Callable[[pl.DataFrame], Tables]) -> tuple[Form, ...]:
    """Return the form of the table from which these columns, all decimals, are read.

    tidy : is given them with vdem_country_name, vdem_cowcode (null: none) and year, as the packages name these.
    """

    def named(frame: pl.DataFrame) -> Tables:
        renamed = frame.rename({"country_name": "vdem_country_name", "cowcode": "vdem_cowcode"})
        return tidy(renamed.with_columns(pl.col("vdem_cowcode", "year").cast(pl.Int16)))

    decimals = tuple(columns)
    return (
        Form(
            "V-Dem's country-year table",
            ("country_name", "cowcode", "year", *decimals),
            ("country_name", "year"),
            named,
            text=("country_name",),
            decimals=decimals,
        ),
    )
