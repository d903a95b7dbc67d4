"""Water that a state has and takes, per head, 1961–2022: AQUASTAT of the Food and Agriculture Organization.

`water` has one row per ISO3 code and year, in cubic metres a head: `renewable_water`, all that flows in or falls in a year,
and `water_withdrawal`. Their ratio is a proxy for water stress.

Traps
-----
* The ratio is not the UN's indicator of water stress, which first sets aside what rivers need; above 1 water is used twice,
  or fossil.
* Renewable water is a long-term mean divided by the year's people: it falls because people multiply, and knows no drought.
* Withdrawal is reported every few years and filled between by the publisher: steps over years are not observations.
* It follows today's borders: `foedus.record.borders`. As Gapminder tidies it: `foedus.record.gapminder`.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from foedus.record import gapminder
from foedus.record.borders import in_todays_borders

_COLUMNS = {
    "renewable_water_cu_meters_per_person": "renewable_water",
    "water_withdrawal_cu_meters_per_person": "water_withdrawal",
}


def read(raw: Path) -> dict[str, pl.DataFrame]:
    """Return `water`: iso3, year, renewable_water, water_withdrawal, in cubic metres a head."""
    return {"water": in_todays_borders(gapminder.indicators(raw, gapminder.RESOURCES, _COLUMNS))}
