"""How far apart the two stand in the General Assembly, by calendar year and to the present: where each stands, and since when.

Read off the ideal points in votes on final passage, which are another scale than the session series that the mechanisms read;
the two are never joined. A distance is ranked among the pair's own years, and told with the votes behind it, for a year of few
votes says little.
"""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from foedus.assessment.finding import Baseline, Exhibit, Finding, Interval, Rows
from foedus.panels.codebook import lookup
from foedus.panels.panel import panel
from foedus.partnership.partnership import Partnership
from foedus.words import between, counted, listed, starting, the

DISTANCE, POINT, VOTES = "ideal_point_distance_final_passage", "ideal_point_final_passage", "final_passage_votes"
UNIT = "ideal-point units"

FEW_VOTES = 10
"""A year with fewer votes of either state is named as one that says little: 1951 has 5, 2024 has 8, most have 20 to 110."""

LONGEST_AGE = 5
"""Years after which the last votes of both no longer tell of the present."""


def positions(partnership: Partnership) -> pl.DataFrame:
    """Return the years up to the partnership's in which both have a point: year, distance, points, bounds and votes of each."""
    first = lookup(POINT).first_year
    if partnership.year < first:
        return pl.DataFrame({"year": []}, schema={"year": pl.Int16})
    rows = panel(
        "dyad-year",
        (DISTANCE, POINT, f"{POINT}_low", f"{POINT}_high", VOTES),
        years=(first, partnership.year),
        dyads=[partnership.dyad],
        record=partnership.record,
    )
    return rows.drop_nulls(DISTANCE).sort("year")


def preference_findings(partnership: Partnership, rows: pl.DataFrame) -> Iterable[Finding]:
    """Yield the distance of the last year with its rank, and where each state stands; nothing if that year is long ago."""
    if rows.is_empty() or partnership.year - rows["year"][-1] > LONGEST_AGE:
        return
    now = rows.row(-1, named=True)
    yield _distance(partnership, rows, now)
    before = rows.filter(pl.min_horizontal(f"{VOTES}_1", f"{VOTES}_2") >= FEW_VOTES, pl.col("year") < now["year"])
    for state, side in partnership.sides():
        point, votes = now[f"{POINT}_{side}"], now[f"{VOTES}_{side}"]
        bounds = now[f"{POINT}_low_{side}"], now[f"{POINT}_high_{side}"]
        earlier = ""
        if before.height:
            then = before.row(-1, named=True)
            earlier = f", and at {then[f'{POINT}_{side}']:.2f} in {then['year']} ({counted(then[f'{VOTES}_{side}'], 'vote')})"
        yield Finding(
            id=f"relation.{POINT}.{partnership.tag(state)}",
            chapter="relation",
            statement=(
                f"{starting(state.name)} stood at {point:.2f} in the votes on final passage of {now['year']} "
                f"({counted(votes, 'vote')}; higher is closer to the order the United States leads){earlier}."
            ),
            value=round(point, 3),
            unit=UNIT,
            interval=Interval(0.9, *bounds),
            sources=lookup(POINT).sources,
            rows=Rows(f"panel state-year, {POINT}", f"ccode = {state.ccode}"),
        )


def _distance(partnership: Partnership, rows: pl.DataFrame, now: dict[str, float]) -> Finding:
    """The distance of the last year, among all of the pair."""
    farther, others = rows.filter(pl.col(DISTANCE) > now[DISTANCE]).height, rows.height - 1
    span = f"the other {counted(others, 'year')} of both ({between(rows['year'])})"
    rank = f", farther than in any of {span}" if not farther else f"; they were farther apart in {farther} of {span}"
    votes = {state.name: int(now[f"{VOTES}_{side}"]) for state, side in partnership.sides()}
    behind = listed([f"{counted(count, 'vote')} of {the(name)}" for name, count in votes.items()])
    few = ", too few to say much" if min(votes.values()) < FEW_VOTES else ""
    low, high = partnership.dyad
    return Finding(
        id=f"relation.{DISTANCE}",
        chapter="relation",
        statement=(
            f"By their votes on final passage the two stood {now[DISTANCE]:.2f} apart in {now['year']}"
            f"{rank if others else ''}."
            f" Behind it are {behind}{few}. This scale is not that of the sessions."
        ),
        value=round(now[DISTANCE], 3),
        unit=UNIT,
        baseline=Baseline("median of the pair's years", round(_median(rows), 3)) if others else None,
        sources=lookup(DISTANCE).sources,
        rows=Rows(f"panel dyad-year, {DISTANCE}", f"ccode1 = {low} and ccode2 = {high}"),
    )


def _median(rows: pl.DataFrame) -> float:
    return float(rows.select(pl.col(DISTANCE).median()).item())


def preference_exhibits(partnership: Partnership, rows: pl.DataFrame) -> Iterable[Exhibit]:
    """Yield where the two stood by year, with 90 % intervals, as lines; nothing if they never voted together."""
    if rows.is_empty():
        return
    parts = [
        rows.select(
            series=pl.lit(state.name),
            year="year",
            value=f"{POINT}_{side}",
            low=f"{POINT}_low_{side}",
            high=f"{POINT}_high_{side}",
            panel=pl.lit(None, pl.String),
            unit=pl.lit(UNIT),
        )
        for state, side in partnership.sides()
    ]
    few = rows.filter(pl.min_horizontal(f"{VOTES}_1", f"{VOTES}_2") < FEW_VOTES)["year"].to_list()
    yield Exhibit(
        "relation.preferences",
        "Where the two stand in the General Assembly",
        "lines",
        pl.concat(parts),
        f"Ideal points in votes on final passage, with 90 % intervals. {_thin(few)}",
        lookup(POINT).sources,
    )


def _thin(years: list[int]) -> str:
    if not years:
        return f"Every year has at least {FEW_VOTES} votes of each."
    return f"Fewer than {FEW_VOTES} votes of either in {', '.join(map(str, years))}."
