"""What share of their product states spend on the military, and whom they have under arms: World Bank, from SIPRI and IISS.

`military_burden` has one row per ISO3 code and year: `military_share`, military expenditure in per cent of GDP, 1960–2024
(World Bank indicator MS.MIL.XPND.GD.ZS, figures of SIPRI), and `armed_forces`, active and paramilitary personnel, 1985–2020
(figures of IISS).

Traps
-----
* SIPRI's own database may not be passed on, and is not: military expenditure in money is the share times GDP
  (`world_development`).
* A share moves when GDP does: Kuwait's 117 % of 1991 is a lost economy. Ukraine's from 2022 leave out arms given by others.
* SIPRI follows the borders of the time, so years before a union or secession are kept. Germany before 1990 is the Federal
  Republic; SRB is Serbia and Montenegro until 2005, and gets the code of that state (YUGOSLAV_UNTIL); Yemen begins in 1990.
* There is no row for the Soviet Union, nor for North Korea; secret and off-budget spending (China, Russia) is SIPRI's
  estimate, marked in its files and not here. The newest release revises the years before it.
* `armed_forces` takes in paramilitary forces that might be used as soldiers, as IISS counts them; its 1986–88 are missing for
  many.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from foedus.record import gapminder

SERBIA, YUGOSLAVIA, YUGOSLAV_UNTIL = "SRB", "YUG", 2005

_COLUMNS = {"military_expenditure_percent_of_gdp": "military_share", "armed_forces_personnel_total": "armed_forces"}


def read(raw: Path) -> dict[str, pl.DataFrame]:
    """Return `military_burden`: iso3, year, military_share (per cent of GDP), armed_forces (persons)."""
    burden = gapminder.indicators(raw, gapminder.ECONOMY, _COLUMNS)
    federal = (pl.col("iso3") == SERBIA) & (pl.col("year") <= YUGOSLAV_UNTIL)
    code = pl.when(federal).then(pl.lit(YUGOSLAVIA)).otherwise("iso3").alias("iso3")
    return {"military_burden": burden.with_columns(code, pl.col("armed_forces").cast(pl.Int32)).sort("iso3", "year")}
