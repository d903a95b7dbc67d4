"""What changes without it: which obligations of today would end, and how many minutes of warning would be left.

Only what follows from texts and from geometry is told: what the members owe each other now, with and without the agreements
that are switched off (`Partnership.without`), and what the radars see, with and without those of the partner, where the two
watch together. What states would do in such a world, and what would happen to them, is no part of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import polars as pl

from foedus.assessment.finding import Chapter, Exhibit, Finding, Rows
from foedus.language.said import labels, proper, say
from foedus.panels.units import LAST_YEAR
from foedus.partnership.agreements import OBLIGATIONS
from foedus.partnership.obligations import LEVELS
from foedus.partnership.partnership import Partnership
from foedus.record.states import StateSystem
from foedus.words import capitalized, counted, listed

ID = "without"
TITLE = "What changes without it"
QUESTION = "Which obligations of today would end without the agreements between them, and how much warning would be left?"

ALL: tuple[str, ...] = ("all",)
"""What is switched off by default: every agreement between members."""

LEVEL_WORDS = dict(zip(LEVELS, ("the agreements that bind members alone", "any agreement between them"), strict=True))
SHORT = {
    "warning": "shared warning",
    "cooperation": "defence cooperation",
    "industry": "defence industry",
    "sector": "one defence sector",
}
"""Obligations as they are called in a picture."""

SOURCES = ("alliance_facts", "atop", "dcad", "desta", "treaty_facts")

COLUMNS = {
    "group": pl.String,
    "label": pl.String,
    "now": pl.Float64,
    "left": pl.Float64,
    "said": pl.String,
    "instead": pl.String,
}
"""Of a "contrast" exhibit: `now` and `left` are amounts, or 1 and 0 for what holds and what does not."""


def chapter(partnership: Partnership, off: Sequence[str], watch: Sequence[Finding]) -> Chapter | None:
    """Return the chapter for a partnership without what is switched off (`off`, as `Partnership.without` takes it).

    watch : what the radars give before a capital, with its baseline without a member's radars (warning.minutes.capital.*).
    None where the members owe each other nothing that is known.
    """
    before, after = partnership.obligations(), partnership.without(*off).obligations()
    rows = _compared(before, after).with_columns(year=pl.lit(partnership.year))
    if not rows.height:
        return None
    ends_watch = rows.filter(pl.col("obligation") == "warning", pl.col("now") > pl.col("left")).height > 0
    minutes = list(_minutes(partnership, watch)) if ends_watch else []
    contrast = _contrast(partnership, rows, minutes)
    return Chapter(
        id=ID,
        title=TITLE,
        question=QUESTION,
        findings=(_obligations(partnership, off, rows), *(finding for finding, _, _ in minutes)),
        exhibits=(
            Exhibit(
                "without.contrast",
                say(TITLE) if tuple(off) == ALL else say("Without {what}", what=_off(off)),
                "contrast",
                pl.DataFrame(contrast, schema=COLUMNS, orient="row"),
                say(
                    "Filled: in force in the year, or to the last one known. Hollow: it would end. "
                    "Minutes: by geometry, if what the partner's radars see were not shared."
                ),
                partnership.by_list(*SOURCES),
                labels(*contrast),
            ),
        ),
        would_change="An agreement signed or denounced; radars built or closed; a model of what states do when a pact ends.",
        gaps=(
            "What would happen in the years after is not told: only obligations of today and minutes of warning are compared.",
            *(("That neither would see what the other's radars see is an assumption, not a forecast.",) if minutes else ()),
        ),
    )


def _compared(before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    """Obligation by obligation, in how many pairs it holds now (or did when last known), and in how many it would be left.

    since : its first year. agreements : by which it is owed.
    """
    holds = pl.coalesce("in_force", "last_known").fill_null(False)
    now = (
        before.filter(holds)
        .group_by("obligation")
        .agg(now=pl.len(), since=pl.col("since").dt.year().min(), age=pl.col("age").max())
    )
    left = after.filter(holds).group_by("obligation").agg(left=pl.len())
    place = pl.col("obligation").replace_strict({name: k for k, name in enumerate(OBLIGATIONS)}, return_dtype=pl.Int8)
    return now.join(left, on="obligation", how="left").with_columns(pl.col("left").fill_null(0)).sort(place)


def _obligations(partnership: Partnership, off: Sequence[str], rows: pl.DataFrame) -> Finding:
    ends = rows.filter(pl.col("left") < pl.col("now")).with_columns(now=pl.col("now") - pl.col("left"))
    stays = rows.filter(pl.col("left") > 0)
    several = len(partnership.members) > 2
    number = int(ends["now"].sum())
    unit = "obligations between pairs" if several else "obligations"
    total = int(rows["now"].sum())
    of = f"of {counted(total, unit.replace('obligations', 'obligation'), unit)}"
    some = "1 obligation, the only one," if number == total == 1 else f"{number} {of}"
    ended = f"{some} would end: {listed(_told(ends, 'now', several=several))}" if number else f"none {of} would end"
    left = f"; {listed(_told(stays, 'left', several=several))} would stay" if stays.height and number else ""
    return Finding(
        "without.obligations",
        ID,
        f"Without {_off(off)}, {ended}{left}.",
        number,
        unit,
        sources=partnership.by_list(*SOURCES),
        rows=Rows(f"Partnership(…).without({', '.join(map(repr, off))}).obligations()", f"year = {partnership.year}"),
    )


def _told(rows: pl.DataFrame, column: str, *, several: bool) -> list[str]:
    told = []
    for row in rows.to_dicts():
        beside = counted(row[column], "pair") if several else f"as of {row['year'] - row['age']}" if row["age"] else ""
        told.append(OBLIGATIONS[row["obligation"]] + (f" ({beside})" if beside else ""))
    return told


def _off(off: Sequence[str]) -> str:
    """What is switched off, in words.

    >>> _off(["all"]), _off(["defence", "trade"])
    ('any agreement between them', 'obligations of defence and trade')
    """
    levels = [say(LEVEL_WORDS[name]) for name in off if name in LEVELS]
    types = [say(OBLIGATIONS[name]) for name in off if name in OBLIGATIONS]
    return listed([*levels, *([say("obligations of {types}", types=listed(types))] if types else [])])


def _minutes(partnership: Partnership, watch: Sequence[Finding]) -> Iterable[tuple[Finding, str, float]]:
    """Tell the minutes before each capital that would be left, with the capital's name, and the minutes with all radars."""
    for seen in watch:
        base = seen.baseline
        if base is None or not isinstance(seen.value, int | float):
            continue
        code = seen.id.rpartition(".")[2]
        capital = _capital(partnership, code)
        left = f"{base.value:.0f} minutes or more before" if base.value else "never: more than half would not be seen at all"
        told = Finding(
            f"without.minutes.{code}",
            ID,
            f"Half of all low approaches that would end at {capital} are seen {seen.value:.0f} minutes or more before; "
            f"{base.name}, {left}.",
            base.value,
            "minutes",
            grade=seen.grade,
            sources=seen.sources,
            rows=seen.rows,
        )
        yield told, capital, float(seen.value)


def _capital(partnership: Partnership, code: str) -> str:
    ccode = StateSystem.of(partnership.record).resolve(code, LAST_YEAR).ccode
    return str(partnership.record.table("capitals").filter(ccode=ccode).sort("start").row(-1, named=True)["capital"])


Contrasted = tuple[str, str, float, float, str, str]


def _contrast(partnership: Partnership, rows: pl.DataFrame, minutes: Sequence[tuple[Finding, str, float]]) -> list[Contrasted]:
    """Rows of a "contrast" exhibit (COLUMNS): minutes, then obligations."""
    several = len(partnership.members) > 2
    told: list[Contrasted] = []
    for finding, capital, whole in minutes:
        rest = float(finding.value or 0)
        left = f"{rest:.0f}" if rest else say("most unseen")
        before = say("Before {place}", place=proper(capital))
        told.append((say("Minutes of warning"), before, whole, rest, f"{whole:.0f}", left))
    for row in rows.to_dicts():
        last = partnership.year - row["age"] if row["age"] else None
        known = say("to {year}", year=last) if last else say("since {year}", year=row["since"])
        said = counted(row["now"], "pair") if several else known
        left = (counted(row["left"], "pair") if several else say("stays")) if row["left"] else say("ends")
        label = capitalized(say(SHORT.get(row["obligation"], OBLIGATIONS[row["obligation"]])))
        told.append((say("Obligations"), label, 1.0, row["left"] / row["now"], said, left))
    return told
