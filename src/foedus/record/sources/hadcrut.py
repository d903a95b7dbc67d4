"""How warm the surface of the Earth is against 1961–1990, since 1850, and how sure that is: HadCRUT5 of the Met Office.

`temperature_hadcrut` has one row per calendar year with the world's mean anomaly in degrees Celsius, and the limits of its
95 % interval (2.5 and 97.5 %).

Traps
-----
* The file's row for 2025 is of a part of the year, without saying so. It is left out (LAST_WHOLE_YEAR).
* The base differs from that of `temperature_giss`: never compare levels without putting both on one base.
* The interval is of measurement and of places without one, not of weather from year to year.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

LAST_WHOLE_YEAR = 2024

_COLUMNS = {
    "Time": "year",
    "Anomaly (deg C)": "anomaly",
    "Lower confidence limit (2.5%)": "anomaly_low",
    "Upper confidence limit (97.5%)": "anomaly_high",
}


def read(raw: Path) -> dict[str, pl.DataFrame]:
    """Return `temperature_hadcrut`: year, anomaly, anomaly_low, anomaly_high."""
    frame = pl.read_csv(raw / "physical/temperature/hadcrut_5_1_0_0_global_annual.csv")
    named = frame.select(_COLUMNS.keys()).rename(_COLUMNS).with_columns(pl.col("year").cast(pl.Int16))
    return {"temperature_hadcrut": named.filter(pl.col("year") <= LAST_WHOLE_YEAR).sort("year")}
