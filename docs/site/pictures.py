"""The pictures of the concept pages, each drawn from the record, from results that ship, or by foedus's own arithmetic.

`python -m docs.site.pictures` (part of `make docs`) writes them to docs/img; a test fails while a committed one differs.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping

import numpy as np
import polars as pl

from docs.site.tree import ROOT
from foedus.api import panel, states, validate
from foedus.assessment.finding import Exhibit
from foedus.report import charts
from foedus.report.drawing import Picture, element, share, text
from foedus.report.standalone import document

NORTH = ("DNK", "EST", "FIN", "ISL", "LVA", "LTU", "NOR", "SWE")
"""States that became members of the system at different times."""

WITH, WITHOUT = 0.016, 0.0182
"""Probabilities of the example in docs/concepts/paired-worlds.md: made up, no result of foedus."""

HELD_OUT, LINE = (1900, 2010), 20.0
"""First and last year of the picture of what is held out, and the height of a line in pixels."""

MEMBERS = (100, 4000, 100)
"""First, last and step of the numbers of members in the picture of paired worlds."""


def missing() -> str:
    """What a panel of eight states lacks: no member, no value, and a value, told apart."""
    from foedus.panels.missing import by_state_and_year
    from foedus.report.missing_picture import picture

    rows = panel("state-year", ["polyarchy", "state_dispute_onset"], states=list(NORTH), years=(1900, 2024))
    codes = dict(states(NORTH, 2000, to=["ccode"]).select(pl.col("ccode").cast(pl.String), "state").iter_rows())
    return picture(by_state_and_year(rows).with_columns(pl.col("state").replace(codes))) + "\n"


def peace_clock() -> str:
    """Years of peace of three dyads: reset by a dispute, begun anew when a member returns."""
    names = {"USA-CAN": "United States–Canada", "IND-PAK": "India–Pakistan", "USA-EST": "United States–Estonia"}
    rows = [
        panel("dyad-year", ["peace_years"], dyads=[dyad], years=(1920, 2010)).select(
            series=pl.lit(name), year="year", value="peace_years", low=pl.lit(None), high=pl.lit(None), panel=pl.lit(name)
        )
        for dyad, name in names.items()
    ]
    frame = pl.concat(rows).with_columns(series=pl.lit("years of peace"), unit=pl.lit("years"))
    return _svg("Years since the last dispute, as known at the start of the year", "lines", frame)


def held_out() -> str:
    """The windows of the test of disputes: what each forecast has learnt from, and the years it is scored on."""
    (found, *_) = validate("disputes")
    first, last = HELD_OUT
    body = ""
    for line, (origin, begin, end) in enumerate(found.registration.origins):
        top = line * LINE
        for dark, since, until in ((0.25, first, origin), (1, begin, end)):
            left, right = ((year - first) / (last - first + 1) for year in (since, until + 1))
            at = {"x": share(left), "y": top, "width": share(right - left), "height": LINE - 4}
            body += element("rect", **at, class_="bar", fill_opacity=dark)
        body += text(f"learnt up to {origin}", 6, top + 13, "tick")
    for year in range(first, last + 1, 20):
        body += text(str(year), share((year - first) / (last - first + 1)), LINE * (line + 2), "tick", "middle")
    title = "What each forecast learns from (pale) and is scored on (dark)"
    return document(title, [Picture(body, LINE * (line + 3.0), title, margins=(0, 16))]) + "\n"


def grades() -> str:
    """What each term of the model of disputes is worth out of sample, with its interval and grade."""
    (found, *_) = validate("disputes")
    gains = found.over_all("gains").filter(score=found.registration.score)
    frame = gains.select(
        label="term",
        value="skill",
        low="skill_low",
        high="skill_high",
        baseline=pl.lit(0.0),
        group=pl.col("term").replace_strict(found.grades),
        unit=pl.lit("share of the log score"),
    ).sort("group", descending=True, maintain_order=True)
    return _svg("What each term adds to forecasts of new disputes, 95 % intervals", "bars", frame)


def paired_worlds() -> str:
    """The same difference from worlds that share their draws, and from worlds that do not."""
    from foedus.futures.draws import PURPOSES, philox

    numbers = np.arange(MEMBERS[1], dtype=np.uint64)
    zero = np.zeros_like(numbers)
    words = philox((numbers, zero, zero, zero + np.uint64(PURPOSES["dispute"])), (1, 0))
    shared, other = (word.astype(np.float64) / 2.0**32 for word in words[:2])
    came = shared < WITHOUT
    differences = {
        "the same draws": came.astype(float) - (shared < WITH),
        "separate draws": came.astype(float) - (other < WITH),
        "true difference": np.full(len(numbers), WITHOUT - WITH),
    }
    places = np.arange(MEMBERS[0], MEMBERS[1] + 1, MEMBERS[2])
    rows = [
        {"series": name, "year": int(place), "value": float(100 * each[:place].mean()), "low": None, "high": None}
        for name, each in differences.items()
        for place in places
    ]
    frame = pl.DataFrame(rows, schema_overrides={"low": pl.Float64, "high": pl.Float64})
    frame = frame.with_columns(panel=pl.lit(None, pl.String), unit=pl.lit("percentage points"))
    return _svg("Estimated difference of a dyad's risk, by number of worlds", "lines", frame)


def selection() -> str:
    """How few pledges ever fall due: those that kept attackers away are among the ones that never did."""
    told = counted_pledges()
    words = {
        "pledged": "pledges of defence, by year",
        "due": "disputes that an ally did not begin",
        "joined": "of them, with the pledging state",
    }
    frame = pl.DataFrame({"label": list(words.values()), "value": [float(told[key]) for key in words]})
    empty = {name: pl.lit(None, pl.Float64) for name in ("low", "high", "baseline")}
    frame = frame.with_columns(**empty, group=pl.lit(None, pl.String), unit=pl.lit("cases"))
    return _svg("Defence pledges 1887–2008, and what a count of kept promises looks at", "bars", frame)


def counted_pledges() -> Mapping[str, int]:
    """Return pledges of defence by year, disputes in which the ally did not act first, and those the state then joined."""
    from foedus.mechanisms.shield.entanglement import Entanglement
    from foedus.record.store import open_record

    years = (Entanglement().first_year, Entanglement().last_year)
    pledged = panel("dyad-year", ["defence_pact"], directed=True, years=years)["defence_pact"].sum()
    due = Entanglement().panel(open_record(), years).filter("defence_pact", ~pl.col("acted_first"))
    return {"pledged": int(pledged), "due": due.height, "joined": int(due["joined"].sum())}


def _svg(title: str, kind: str, frame: pl.DataFrame) -> str:
    return charts.svg(Exhibit("docs", title, kind, frame)) + "\n"


PICTURES: Mapping[str, Callable[[], str]] = {
    "docs/img/missing.svg": missing,
    "docs/img/peace-clock.svg": peace_clock,
    "docs/img/held-out.svg": held_out,
    "docs/img/grades.svg": grades,
    "docs/img/paired-worlds.svg": paired_worlds,
    "docs/img/selection.svg": selection,
}
"""Path of every picture, from the root → what draws it."""


def main(names: Iterable[str]) -> None:
    """Write the pictures of these names, by default all."""
    for name in tuple(names) or tuple(PICTURES):
        (ROOT / name).write_text(PICTURES[name](), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
