"""Exhibits of the Arctic chapter: every series it speaks of, with the table it is drawn from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import polars as pl

from foedus.assessment.finding import Exhibit
from foedus.mechanisms.arctic.disputes import BASE, accessibility, accessibility_of_seas, arctic_states, ingredients
from foedus.mechanisms.arctic.ice import OUTCOMES, SCENARIOS, by_sea, september
from foedus.panels.codebook import lookup, world
from foedus.panels.panel import panel
from foedus.partnership.partnership import Partnership
from foedus.record.store import Record

AREA = next(iter(OUTCOMES))

UNIT = "million km²"

Projections = Mapping[tuple[str, str], pl.DataFrame]
"""(Outcome, scenario) → `arctic_ice.projection`."""


def sources_of(*names: str) -> tuple[str, ...]:
    """Return the ids of the sources of variables, of the world or of states."""
    variables = (world()[name] if name in world() else lookup(name) for name in names)
    return tuple(sorted({source for variable in variables for source in variable.sources}))


def exhibits(record: Record, futures: Projections) -> Iterable[Exhibit]:
    """Return the exhibits that are the same for every partnership, pictures first."""
    yield Exhibit(
        "arctic.ice",
        "September ice, observed and with the emissions of four scenarios",
        "lines",
        pl.concat(_series(record, futures)),
        "Bands hold nine of ten futures: what is uncertain of the line, and each year's departure from it. Area and extent are "
        "two measurements.",
        sources_of("cumulative_co2", AREA),
    )
    yield Exhibit(
        "arctic.ice_beside_report",
        "September ice area beside the models of the IPCC's report",
        "lines",
        pl.concat(_beside(record, futures)),
        "The report's bands hold nine of ten of its models' runs. Its models follow history on average, not year by year.",
        sources_of("cumulative_co2", AREA),
    )
    free = [
        _line(futures[AREA, name].select(pl.col("year").cast(pl.Int64), value="free"), name, None, "share of futures")
        for name in SCENARIOS
    ]
    yield Exhibit(
        "arctic.ice_free_share",
        "Futures that have had a September with less than a million km² of ice area",
        "lines",
        pl.concat(free),
        "",
        sources_of("cumulative_co2", AREA),
    )
    whole = accessibility(record).select("year", pl.lit("all seas").alias("sea"), value="open_water")
    seas = accessibility_of_seas(record).select("year", "sea", value="open_water")
    water = pl.concat([whole, seas]).with_columns(pl.col("year").cast(pl.Int64))
    yield Exhibit(
        "arctic.open_water_by_sea",
        f"Open water in September, as a share of the ice extent of {BASE[0]}–{BASE[1]}",
        "lines",
        pl.concat(
            _line(rows.drop("sea"), "open water", str(sea), "share")
            for (sea,), rows in water.group_by("sea", maintain_order=True)
        ),
        "Below zero: more ice than then. All seas by version 4 of the index, single seas by version 3, which ends in 2024.",
        ("sea_ice",),
    )
    yield Exhibit(
        "arctic.seas_table",
        "September ice extent of all fourteen seas, 1979–1988 and 2015–2024",
        "table",
        by_sea(record).rename({"early": "1979–1988, million km²", "late": "2015–2024, million km²", "change": "change_share"}),
        "Which of them lie off a member's coast the record does not say.",
        ("sea_ice",),
    )
    yield Exhibit(
        "arctic.presence_counts",
        "What the index of presence is made of",
        "table",
        ingredients(record),
        "Every count of a whole year that was found; only kinds counted twice or more are used.",
        ("physical_facts",),
    )
    yield Exhibit(
        "arctic.resource_facts",
        "Oil and gas not yet found, north of the Arctic Circle",
        "table",
        resource_facts(record).select("measure", "value", "unit", "place", "date", "confidence", "note", "source"),
        "Mean estimates of 2008; costs are not considered.",
        ("physical_facts",),
    )


def disputes_known(year: int) -> int:
    """The last year whose disputes are known by a year."""
    return min(year, lookup("dispute_onset").last_year)


def shown_pairs(pairs: pl.DataFrame, year: int) -> Exhibit:
    """Return the exhibit of `dispute_pairs`."""
    return Exhibit(
        "arctic.dispute_pairs",
        f"Years in which disputes between Arctic states began, {BASE[0]}–{disputes_known(year)}",
        "table",
        pairs,
        "Pairs of members first. The disputes were anywhere.",
        ("gml",),
    )


def dispute_pairs(partnership: Partnership) -> pl.DataFrame:
    """Return the pairs of Arctic states between which disputes began: first, second, years, when; those of members first."""
    states = arctic_states(partnership.record)
    years = (BASE[0], disputes_known(partnership.year))
    rows = panel("dyad-year", ("dispute_onset",), among=states["ccode"], years=years, record=partnership.record)
    begun = rows.filter("dispute_onset").group_by("ccode1", "ccode2").agg(years=pl.len(), when=pl.col("year").sort())
    names = dict(states.select("ccode", "name").iter_rows())
    first, second = (pl.col(code).replace_strict(names, return_dtype=pl.String) for code in ("ccode1", "ccode2"))
    held = pl.col("ccode1").is_in(partnership.codes).cast(pl.Int8) + pl.col("ccode2").is_in(partnership.codes).cast(pl.Int8)
    ordered = begun.sort(held, "years", "ccode1", "ccode2", descending=[True, True, False, False])
    written = pl.col("when").cast(pl.List(pl.String)).list.join(", ")
    return ordered.select(first=first, second=second, years="years", when=written)


def resource_facts(record: Record) -> pl.DataFrame:
    """Return what is recorded of resources north of the Arctic Circle, oil first."""
    facts = record.table("physical_facts").filter(subject="Arctic resources")
    return facts.sort(~pl.col("measure").str.starts_with("oil"), "fact_id")


def report_area(record: Record, scenario: str) -> pl.DataFrame:
    """Return September ice area in the models of the IPCC's report: year, value, low, high, in million km²."""
    rows = record.table("ar6_september_ice").filter(scenario=scenario).sort("year")
    columns = {"value": "area_km2", "low": "area_low_km2", "high": "area_high_km2"}
    return rows.select(pl.col("year").cast(pl.Int64), **{name: pl.col(column) / 1e6 for name, column in columns.items()})


def _line(rows: pl.DataFrame, series: str, panel_name: str | None, unit: str) -> pl.DataFrame:
    """Rows of an exhibit of lines, from year, value and perhaps low and high."""
    known = [pl.col(name) for name in ("low", "high") if name in rows.columns]
    unknown = [pl.lit(None, pl.Float64).alias(name) for name in ("low", "high") if name not in rows.columns]
    line = rows.select(pl.lit(series).alias("series"), "year", pl.col("value").cast(pl.Float64), *known, *unknown)
    return line.with_columns(panel=pl.lit(panel_name, pl.String), unit=pl.lit(unit))


def _observed(record: Record, outcome: str) -> pl.DataFrame:
    return september(record).select(pl.col("year").cast(pl.Int64), value=outcome).drop_nulls().sort("year")


def _future(projected: pl.DataFrame) -> pl.DataFrame:
    return projected.select(pl.col("year").cast(pl.Int64), "low", "high", value="median")


def _series(record: Record, futures: Projections) -> Iterable[pl.DataFrame]:
    for outcome, measure in OUTCOMES.items():
        yield _line(_observed(record, outcome), "observed", measure, UNIT)
        yield from (_line(_future(futures[outcome, name]), name, measure, UNIT) for name in SCENARIOS)


def _beside(record: Record, futures: Projections) -> Iterable[pl.DataFrame]:
    for scenario in SCENARIOS:
        yield _line(_observed(record, AREA), "observed", scenario, UNIT)
        yield _line(_future(futures[AREA, scenario]), "from emissions", scenario, UNIT)
        yield _line(report_area(record, scenario), "the report's models", scenario, UNIT)
