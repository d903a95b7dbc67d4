"""Who fled to the members of a partnership, and who was expected: along corridors whose own past gives reason to forecast them.

Findings and exhibits for the chapter on climate and migration. A year is forecast where the record allows it, at most the one
asked about; the other corridors are counted, with the reason why nothing is forecast of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import polars as pl

from foedus.assessment.chapters.climate.flight import SOURCES, UNDECLARED
from foedus.assessment.finding import Baseline, Exhibit, Finding, Interval, Rows
from foedus.mechanisms.climate.corridors import SILENT
from foedus.partnership.partnership import Partnership
from foedus.record.states import State, StateSystem
from foedus.validation.displacement import flight
from foedus.validation.displacement.arrivals import FEW, PERSONS
from foedus.validation.displacement.within import LEAST
from foedus.words import about, between, counted, the

SHOWN = 12
"""Origins of each member's arrivals in the exhibit."""

WHY = {
    "no better than the corridor mean": "no better forecast than by the corridor's mean",
    "no better than the last year": "no better forecast than by last year's count",
    "no flow of it was ever forecast": "never forecast before",
    FEW: f"forecast fewer than {LEAST} times",
    SILENT: "to a state that told of nobody",
}


def findings(partnership: Partnership, chapter: str) -> Iterable[Finding]:
    """Of the members together and of each: who was expected, who had come the year before, and who is not forecast."""
    rows = flight.arrivals(partnership.record).destinations
    years = rows.filter(pl.col("why_not").is_null(), pl.col("year") <= partnership.year)["year"]
    asked: list[tuple[str, str, Sequence[State]]] = [
        ("", partnership.named, partnership.members),
        *((f".{partnership.tag(state)}", the(state.name), [state]) for state in partnership.members),
    ]
    for tag, name, states in asked:
        of_hosts = rows.filter(pl.col("ccode").is_in([state.ccode for state in states]))
        if years.is_empty() or of_hosts.is_empty():
            when = f"flows are not known so early as {partnership.year}"
            if not years.is_empty():
                when = f"there are forecasts of {between(years)}, where a flow is told of"
            statement = f"Arrivals in {the(name)} are not forecast: {when}."
            yield Finding(
                f"displacement.arrivals{tag}", chapter, statement, None, "persons", grade="not estimated", sources=("unhcr",)
            )
            continue
        yield _arrived(of_hosts, name, int(years.max()), partnership.year, f"displacement.arrivals{tag}", chapter)  # type: ignore[arg-type]


def exhibits(partnership: Partnership) -> Iterable[Exhibit]:
    """Tell what came to the members by year, beside what was expected, and from where in the last year that can be forecast."""
    years = _years(partnership)
    if not years.is_empty():
        title = "Who fled to the members, and who was expected"
        note = (
            "A year's forecast knows the year before, by models that learnt up to the origin of its window; which corridors "
            "are forecast rests on all windows."
        )
        yield Exhibit("displacement.arrivals.years", title, "lines", years, note, SOURCES)
    origins = _origins(partnership)
    if not origins.is_empty():
        title = f"Where those who fled to the members in {origins['year'][0]} came from, and who was expected"
        note = f"Of either member the {SHOWN} corridors with the most persons; an interval is that of a flow, if there is one."
        yield Exhibit("displacement.arrivals.origins", title, "table", origins, note, SOURCES)


def _arrived(of_hosts: pl.DataFrame, name: str, year: int, asked: int, id_: str, chapter: str) -> Finding:
    """Return what was expected in some states in a year, with the corridors of which nothing is."""
    of_year = of_hosts.filter(year=year)
    others = of_year.drop_nulls("why_not").group_by("why_not").agg(pl.col("corridors", "before").sum())
    others = others.sort("before", "why_not", descending=[True, False])
    left = (
        f"Not forecast: {counted(int(others['corridors'].sum()), 'corridor')}, along which {others['before'].sum():,} had come "
        f"in {year - 1} ({_reasons(others)})."
    )
    so_far = (
        of_hosts.filter(pl.col("why_not").is_null(), pl.col("year") <= year)
        .group_by("year")
        .agg(pl.col("corridors", *PERSONS).sum())
    )
    if year not in so_far["year"]:
        statement = f"Arrivals in {the(name)} in {year} cannot be forecast: no corridor to there is followed over time. {left}"
        return Finding(id_, chapter, statement, None, "persons", grade="not estimated", sources=("unhcr",))
    row = so_far.row(by_predicate=pl.col("year") == year, named=True)
    past = so_far.filter(pl.col("year") < year, pl.col("expected") > 0).sort("year")
    band, erred = _band(past, row["expected"])
    latest = " (the latest year of which enough was known the year before)" if year < asked else ""
    return Finding(
        id=id_,
        chapter=chapter,
        statement=(
            f"Arrivals in {the(name)} in {year}{latest}: along {_corridors(row['corridors'])}, "
            f"{about(row['expected'])} persons were expected{erred}; {row['before']:,} had come along them in {year - 1}, and "
            f"{row['came']:,} came.{_nearer(past)} {left} {UNDECLARED}"
        ),
        value=round(row["expected"]),
        unit="persons",
        interval=band,
        baseline=Baseline(f"came along them in {year - 1}", float(row["before"])),
        grade="not estimated",
        sources=SOURCES,
        rows=Rows(
            "displacement_flows", f"year = {year} and ccode2 in ({', '.join(map(str, of_hosts['ccode'].unique().sort()))})"
        ),
    )


def _corridors(number: int) -> str:
    """Which corridors a sum is of.

    >>> _corridors(1), _corridors(15)
    ('the one corridor that is forecast', 'the 15 corridors that are forecast')
    """
    return "the one corridor that is forecast" if number == 1 else f"the {number} corridors that are forecast"


def _reasons(others: pl.DataFrame) -> str:
    reasons = [
        f"{row['corridors']} {WHY.get(row['why_not'], row['why_not'])}, {row['before']:,} persons"
        for row in others.iter_rows(named=True)
    ]
    return "; ".join(reasons) or "there is none"


def _band(past: pl.DataFrame, expected: float) -> tuple[Interval | None, str]:
    """From the least to the most that came, as a multiple of what was expected, in the years before; and that in words.

    A further year lies between the ends of n others with probability (n - 1) / (n + 1), if all are alike. What was expected is
    always in it.
    """
    if past.height < LEAST:
        return None, ""
    ratio = (past["came"] / past["expected"]).to_list()
    low, high = (float(round(expected * end)) for end in (min(1.0, *ratio), max(1.0, *ratio)))
    return (
        Interval(round((past.height - 1) / (past.height + 1), 2), low, high),
        f" ({about(low)} to {about(high)}, by the errors of {between(past['year'])})",
    )


def _nearer(past: pl.DataFrame) -> str:
    """In how many years the expected sum was nearer to what came than the count of the year before; nothing for few years."""
    judged = past.filter(pl.col("came") > 0, pl.col("before") > 0)
    if judged.height < LEAST:
        return ""
    came, before, expected = (judged[name].cast(pl.Float64).log() for name in ("came", "before", "expected"))
    won = int(((expected - came).abs() < (before - came).abs()).sum())
    plain = "; they are no better than that count" if won * 2 <= judged.height else ""
    return f" Such sums were nearer than the count of the year before in {won} of {judged.height} years{plain}."


def _years(partnership: Partnership) -> pl.DataFrame:
    """Return what came to each member, by year, on all corridors and on those forecast, beside what was expected on these."""
    rows = flight.arrivals(partnership.record).destinations.filter(pl.col("year") <= partnership.year)
    forecast = pl.col("why_not").is_null()
    names = {state.ccode: state.name for state in partnership.members}
    sums = (
        rows.filter(pl.col("ccode").is_in(list(names)))
        .group_by("ccode", "year")
        .agg(
            pl.col("came").sum().cast(pl.Float64).alias("came, all corridors"),
            pl.when(forecast.any())
            .then(pl.col("came").filter(forecast).sum().cast(pl.Float64))
            .alias("came, corridors forecast"),
            pl.when(forecast.any()).then(pl.col("expected").filter(forecast).sum()).alias("expected, corridors forecast"),
        )
    )
    long = sums.unpivot(index=["ccode", "year"], variable_name="series", value_name="value")
    panels = pl.Enum(list(names.values()))
    return long.select(
        "series",
        "year",
        "value",
        low=pl.lit(None, pl.Float64),
        high=pl.lit(None, pl.Float64),
        panel=pl.col("ccode").replace_strict(names, return_dtype=panels),
        unit=pl.lit("persons"),
    ).sort("panel", "series", "year")


def _origins(partnership: Partnership) -> pl.DataFrame:
    """The largest corridors to each member in the last year that can be forecast; none for a partnership before it."""
    rows = flight.arrivals(partnership.record).corridors.filter(pl.col("year") <= partnership.year)
    names = {state.ccode: state.name for state in partnership.members}
    of_origins = rows.filter(pl.col("ccode2").is_in(list(names))).sort("before", descending=True, maintain_order=True)
    largest = of_origins.group_by("ccode2", maintain_order=True).head(SHOWN).sort("ccode2", maintain_order=True)
    system = StateSystem.of(partnership.record)
    origins = [system.name(code, year) for code, year in largest.select("ccode1", "year").iter_rows()]
    return largest.select(
        pl.col("ccode2").replace_strict(names, return_dtype=pl.String).alias("destination"),
        pl.Series("from", origins, dtype=pl.String),
        "year",
        pl.col("before").alias("came_the_year_before"),
        pl.col("expected", "low", "high").round(0),
        "came",
        pl.col("why_not").replace(WHY).alias("not_forecast"),
    )
