"""The outlook: what may be told of the years to come, and what could differ in them without the partnership.

Whole worlds can be run forward (`foedus simulate`). How far to believe them was tested from past years: what beat the years
before each of these for certain may be told as a probability, and nothing else is. For the members one thing is told, and it
follows from treaties: whom no state would be pledged to defend. Published designs of what a pledge does ask that.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import polars as pl

from foedus.assessment.finding import Baseline, Chapter, Exhibit, Finding, Interval, Rows
from foedus.assessment.standing import Standing
from foedus.futures.licence import REACH, licensed, of_whole_system, registered
from foedus.futures.told import VARIABLES
from foedus.panels.alliances import memberships
from foedus.partnership.partnership import Partnership
from foedus.record.provenance import firm
from foedus.record.store import Record
from foedus.words import capitalized, listed, the

ID = "outlook"
TITLE = "The outlook"
QUESTION = "What may be told of the years to come?"

SWITCHED_OFF: Mapping[str, str] = {
    "all": "any agreement between them",
    "defence": "a pledge of defence between them",
    "bilateral": "the agreements that bind them alone",
}
"""What of the partnership is gone, by what is switched off: the most first. Other switches touch no pledge of defence."""

SOURCES = ("atop", "gml", "un_population", "military_burden")
"""What the worlds that were tested rest on."""


def chapter(partnership: Partnership, off: Sequence[str]) -> Chapter:
    """Return the chapter for a partnership without what is switched off (`off`, as `Partnership.without` takes it)."""
    told = everywhere(partnership.record)
    return Chapter(
        id=ID,
        title=TITLE,
        question=QUESTION,
        findings=(*told.findings, *_left(partnership, off)),
        exhibits=told.exhibits,
        would_change="Forecasts of the whole system that beat the years before them; a design of pacts that foresees attacks.",
        gaps=(f"Of worlds that start after {max(registered()['origins'])} too few years are recorded to test them.",),
        everywhere=told.ids,
    )


def everywhere(_: Record) -> Standing:
    """Return how forecasts of the whole system fared from past years."""
    rows = of_whole_system()
    return Standing((_licence(rows), *_soon(rows)), (_exhibit(rows),))


def _licence(rows: pl.DataFrame) -> Finding:
    tested = rows["variable"].unique().sort().to_list()
    fit = [name for name in tested if name in licensed()]
    may = f"{len(fit)} of these may be told as a probability: {listed([VARIABLES[name].label for name in fit])}"
    none = "none of these may be told as a probability, and no outlook is given; `foedus simulate` draws scenarios"
    return Finding(
        "outlook.licensed",
        ID,
        f"Whole worlds were forecast from {_origins()}, in {len(tested)} respects: by the rule set down before, "
        f"{may if fit else none}. Further ahead than {REACH} years none ever is.",
        len(fit),
        "respects",
        grade=None,
        sources=SOURCES,
        rows=Rows("foedus/futures/hindcast.csv", "known = origin"),
    )


def _soon(rows: pl.DataFrame) -> Iterable[Finding]:
    """Tell of each variable how forecasts of the next years compared with the years before."""
    test = registered()
    before, origins = f"the {test['climatology']} years before", test["origins"]
    for row in rows.filter(pl.col("first") == pl.col("first").min()).to_dicts():
        skill = row["over_climatology"]
        yield Finding(
            f"outlook.skill.{row['variable']}",
            ID,
            f"{capitalized(VARIABLES[row['variable']].label)}, {row['first']} to {row['last']} years ahead: forecasts from "
            f"{min(origins)} to {max(origins)} were {abs(skill) * 100:.0f} % {'better' if skill > 0 else 'worse'} than "
            f"{before} by the continuous ranked probability score (skill {_signed(row['over_climatology_low'])} to "
            f"{_signed(row['over_climatology_high'])} %), and bands made to hold 90 % of years held "
            f"{row['coverage_90'] * 100:.0f} %.",
            round(skill, 4),
            "share of the continuous ranked probability score",
            Interval(test["level"], row["over_climatology_low"], row["over_climatology_high"]),
            Baseline(before, 0.0),
            grade=None,
            sources=SOURCES,
            rows=Rows("foedus/futures/hindcast.csv", f"known = origin and variable = {row['variable']}"),
        )


def _origins() -> str:
    """The years from which worlds were forecast, in words."""
    return listed([str(year) for year in registered()["origins"]])


def _signed(share: float) -> str:
    return f"{share * 100:+.0f}".replace("-", "−")


def _exhibit(rows: pl.DataFrame) -> Exhibit:
    test = registered()
    baselines = {"climatology": f"the {test['climatology']} years before", "persistence": f"the last {test['persistence']}"}
    labels = {name: each.label for name, each in VARIABLES.items()}
    told = rows.select(
        pl.col("variable").replace_strict(labels, return_dtype=pl.String).alias("forecast"),
        pl.format("{} to {}", "first", "last").alias("years ahead"),
        *(
            (pl.col(f"over_{name}{end}") * 100).round(0).alias(f"better than {said}{words}, %")
            for name, said in baselines.items()
            for end, words in (("", ""), ("_low", ", low"), ("_high", ", high"))
        ),
        (pl.col("coverage_90") * 100).round(0).alias("held by 90 % bands, %"),
        pl.when("licensed").then(pl.lit("yes")).otherwise(pl.lit("no")).alias("may be told as a probability"),
    )
    return Exhibit(
        "outlook.hindcast",
        f"Worlds forecast from {_origins()}",
        "table",
        told,
        f"By the continuous ranked probability score of {test['members']} worlds, which know nothing later than their start.",
        SOURCES,
    )


def _left(partnership: Partnership, off: Sequence[str]) -> Iterable[Finding]:
    """Tell whom another member is pledged to defend, and nobody would be with what is switched off."""
    gone = next((words for switch, words in SWITCHED_OFF.items() if switch in off), None)
    by_members = _defended(partnership)
    if not by_members or gone is None:
        return
    alone = by_members - _defended(partnership.without(*off)) - _defended_by_others(partnership)
    names = [the(state.name) for state in partnership.members if state.ccode in alone]
    says = (
        f": {listed(names)}. Published designs tell such worlds apart, each in its own way; "
        f"`foedus simulate --without {','.join(off)}` draws them as scenarios."
        if names
        else ". Published designs of what a pledge does look at nothing else: all of them expect the same in both worlds."
    )
    yield Finding(
        "outlook.undefended",
        ID,
        f"Without {gone}, {len(names)} of {len(partnership.members)} members would lose every state that is pledged to defend "
        f"them{says}",
        len(names),
        "members",
        sources=partnership.by_list("alliance_facts", "atop"),
        rows=Rows("Partnership(…).pledges(), foedus.panels.alliances.memberships", f"defence, year = {partnership.year}"),
    )


def _defended(partnership: Partnership) -> set[int]:
    """Members whom another member is pledged to defend, by treaties as last known."""
    return set(partnership.pledges().filter("defence_pact")["ccode2"])


def _defended_by_others(partnership: Partnership) -> set[int]:
    """Members whom a state outside is pledged to defend, by treaties as last known."""
    held = firm(memberships(partnership.record, partnership.alliances_from)).filter(
        pl.col("start").dt.year() <= partnership.year, (pl.col("end").dt.year() >= partnership.year).fill_null(True)
    )
    own = pl.col("ccode").is_in(partnership.codes)
    outside = held.filter("defence", ~own).select("agreement")
    return set(held.filter(own).join(outside, on="agreement", how="semi")["ccode"])
