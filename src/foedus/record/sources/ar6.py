"""What the world may emit, how warm it may get and how much September ice may stay, to 2099: IPCC, AR6, Working Group I.

The series behind four figures of the Summary for Policymakers (2021), keyed by `scenario` ("SSP1-1.9", "SSP1-2.6", "SSP2-4.5",
"SSP3-7.0", "SSP5-8.5", and "historical" before them) and `year`.

    ar6_emissions        SPM.4    co2_gt: net CO2 of the year with land use, GtCO2; 2015, 2020 and every tenth year to 2100
    ar6_warming          SPM.8a   warming and its 5 and 95 %, °C of surface air against 1850–1900; 1950–2099
    ar6_september_ice    SPM.8b   Arctic sea-ice *area* in September and its 5 and 95 %, km²; 1950–2099
    ar6_cumulative_co2   SPM.10   cumulative_co2_gt: CO2 with land use since the beginning of 1850, GtCO2; warming; 1850–2050

Traps
-----
* SPM.4 gives a year in ten. On straight lines between them the years add up to the cumulative column of SPM.10, to 0.01 Gt in
  2050: that is how the report reads its scenarios.
* In `ar6_cumulative_co2` a value holds at the end of its year. The historical rows (1850–2019) are observed emissions; the
  last, 2,411 Gt, is 0.9 % above the 2,390 ± 240 Gt that the report's text gives for 1850–2019. The scenarios go on from the
  historical value of 2014 and have fallen 2 to 12 Gt behind history by 2019: join the two at 2014.
* Land use is the difference of those historical totals and `world_fossil_co2`: 750 Gt for 1851–2019, 5.5 Gt a year in the
  2010s. Later carbon budgets have revised it down (`physical_facts`: 4.1 ± 2.6 Gt a year for 2014–2023).
* The warming of SPM.10 is smoothed otherwise than that of SPM.8a: 1.07 against 1.10–1.11 °C in 2015. For history, `warming` is
  observed and `human_warming` the assessed part of it that people have caused.
* Ice is **area**, not extent, and the mean and spread of climate models, not an assessment: compare it with `area_km2` of
  `sea_ice`, its pole hole added. The lower bound begins below what was observed; models disagree by more than 5 million km².
* The bounds are 5 and 95 %: "very likely" in the report's language for warming, the spread of the models for ice.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

_TEMPERATURE, _HUMAN = "Surface Air Temperature Change", "Surface Air Temperature Change|Anthropogenic"
_ICE = "Arctic Sea Icea Area|September"
_LEVELS = {"Mean": "", "5%": "_low", "95%": "_high"}
_KM2_OF_MM2 = 1e6


def read(raw: Path) -> dict[str, pl.DataFrame]:
    """Return `ar6_emissions`, `ar6_warming`, `ar6_september_ice` and `ar6_cumulative_co2`, each by scenario and year."""
    emissions, projected, cumulative = (_figure(raw, name) for name in ("spm4", "spm8", "spm10"))
    ice = _bounds(projected, _ICE, "area")
    squared = [(pl.col(name) * _KM2_OF_MM2).round().cast(pl.Int32).alias(f"{name}_km2") for name in ice.columns[2:]]
    total = _one(cumulative, "Cumulative Emissions|CO2", "cumulative_co2_gt")
    for prefix, name in ((_TEMPERATURE, "warming"), (_HUMAN, "human_warming")):
        total = total.join(_bounds(cumulative, prefix, name), on=["scenario", "year"], how="left")
    return {
        "ar6_emissions": _sorted(_one(emissions, "Emissions|CO2", "co2_gt")),
        "ar6_warming": _sorted(_bounds(projected, _TEMPERATURE, "warming")),
        "ar6_september_ice": _sorted(ice.select("scenario", "year", *squared)),
        "ar6_cumulative_co2": _sorted(total),
    }


def _figure(raw: Path, name: str) -> pl.DataFrame:
    """The series of a figure, one row per scenario, variable and year that has a value."""
    frame = pl.read_csv(raw / f"physical/scenarios/ar6_wg1_fig-{name}_timeseries.csv", infer_schema_length=None)
    years = [column for column in frame.columns if column.isdigit()]
    long = frame.unpivot(years, index=["scenario", "variable"], variable_name="year").drop_nulls("value")
    return long.with_columns(pl.col("year").cast(pl.Int16))


def _one(long: pl.DataFrame, variable: str, name: str) -> pl.DataFrame:
    return long.filter(variable=variable).select("scenario", "year", pl.col("value").alias(name))


def _bounds(long: pl.DataFrame, prefix: str, name: str) -> pl.DataFrame:
    """The mean and the bounds of a variable side by side; a figure may leave out the bounds of history."""
    frame = _one(long, f"{prefix}|Mean", name)
    for level, mark in list(_LEVELS.items())[1:]:
        frame = frame.join(_one(long, f"{prefix}|{level}", f"{name}{mark}"), on=["scenario", "year"], how="left")
    return frame


def _sorted(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.sort("scenario", "year")
