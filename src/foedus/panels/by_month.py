"""States and pairs of them by month or quarter: disputes that began, sea ice and temperature, which the record has by month.

What the record has by year, `foedus.add` puts beside these rows: each month has the value of its year. Which states or pairs
there are is chosen by year, as in a panel of years; of each year those months stand here in which they were members on a day.

Traps
-----
* A dispute whose month nobody knows may have begun in any: all parts of the year are then unknown for the two, and for both.
* Ice and temperature are the world's, the same in every row of a month; a quarter has the mean of its months, if all are known.
* A state's disputes are counted once each, however many states it faces in one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import polars as pl

from foedus.digits import rounded_columns
from foedus.panels.build import unit_years
from foedus.panels.codebook import lookup
from foedus.panels.parts import MONTHS, while_members
from foedus.panels.request import Request
from foedus.record.store import Record


def by_month(request: Request) -> pl.DataFrame:
    """Return every month or quarter of the states or pairs that a request names, with what it asks for, sorted by its keys.

    >>> from foedus.panels.named import named_request
    >>> pairs = by_month(named_request("dyad-month", ["disputes_begun"], dyads=["USA-CAN"], years=(1979, 1979)))
    >>> pairs.filter(disputes_begun=1).rows()
    [(2, 20, 1979, 8, 1)]
    """
    sided, _, part = request.unit.partition("-")
    years = unit_years(replace(request, unit=f"{sided}-year", variables=()))
    sides = ["ccode1", "ccode2"] if request.dyadic else ["ccode"]
    found = while_members(years.select(*sides, "year"), sides, part, request.of, request.record)
    found = found.join(years, on=[*sides, "year"], how="left", maintain_order="left")
    if "disputes_begun" in request.variables:
        found = _with_disputes(found, request.record, sides, part)
    if {"sea_ice_extent", "world_temperature_anomaly"} & {*request.variables}:
        of_the_world = rounded_columns(_of_the_world(request.record, part))
        found = found.join(of_the_world, on=["year", part], how="left", maintain_order="left")
    return found.select(*sides, "year", part, *years.columns[len(sides) + 1 :], *dict.fromkeys(request.variables))


def _with_disputes(rows: pl.DataFrame, record: Record, sides: Sequence[str], part: str) -> pl.DataFrame:
    """Months or quarters with how many disputes began in each; unknown where one began in the year in an unknown month."""
    rows = rows.join(_begun(record, sides, part), on=[*sides, "year", part], how="left", maintain_order="left")
    rows = rows.join(_undated(record, sides), on=[*sides, "year"], how="left", maintain_order="left")
    known = lookup("disputes_begun")
    dated = pl.col("year").is_between(known.first_year, known.absent_to) & pl.col("undated").is_null()
    return rows.with_columns(disputes_begun=pl.when(dated).then(pl.col("disputes_begun").fill_null(0))).drop("undated")


def _disputes(record: Record, sides: Sequence[str]) -> pl.DataFrame:
    """The first year of each dispute of two states, or of each of one state: codes, year, dispute, start_month."""
    begun = record.table("dispute_dyad_years").filter("onset").select("dispute", "ccode1", "ccode2", "year", "start_month")
    if len(sides) == 2:
        return begun
    of_each = [begun.select("dispute", "year", "start_month", ccode=f"ccode{side}") for side in (1, 2)]
    return pl.concat(of_each).unique()


def _begun(record: Record, sides: Sequence[str], part: str) -> pl.DataFrame:
    """How many disputes began in each month or quarter in which some did."""
    dated = _disputes(record, sides).drop_nulls("start_month")
    numbered = dated.with_columns(((pl.col("start_month") - 1) // MONTHS[part] + 1).cast(pl.Int8).alias(part))
    return numbered.group_by(*sides, "year", part).agg(disputes_begun=pl.col("dispute").n_unique().cast(pl.Int32))


def _undated(record: Record, sides: Sequence[str]) -> pl.DataFrame:
    """The years in which a dispute began of which nobody knows the month."""
    return (
        _disputes(record, sides)
        .filter(pl.col("start_month").is_null())
        .select(*sides, "year")
        .unique()
        .with_columns(undated=True)
    )


def _of_the_world(record: Record, part: str) -> pl.DataFrame:
    """Sea ice of the north and temperature by month, or as the mean of a quarter of which every month is known."""
    ice = record.table("sea_ice").filter(hemisphere="north").select("year", "month", sea_ice_extent=pl.col("extent_km2") / 1e6)
    warmth = record.table("temperature_giss_months").select("year", "month", world_temperature_anomaly="anomaly")
    months = ice.join(warmth, on=["year", "month"], how="full", coalesce=True).drop_nulls(["year", "month"])
    values = ("sea_ice_extent", "world_temperature_anomaly")
    numbered = months.with_columns(((pl.col("month") - 1) // MONTHS[part] + 1).cast(pl.Int8).alias(part))
    every = [pl.when(pl.col(name).count() == MONTHS[part]).then(pl.col(name).mean()).alias(name) for name in values]
    return numbered.group_by("year", part).agg(every)
