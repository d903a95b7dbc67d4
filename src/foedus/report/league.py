"""A league of partnerships as it is read: rows in words, the highest risks as points with intervals, members in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from foedus.assessment.finding import Exhibit
from foedus.assessment.league import League
from foedus.report.wording import UNKNOWN, percent, percent_range

HEADINGS: Mapping[str, str] = {
    "name": "Partnership",
    "members": "Members",
    "bound": "Pairs bound to defend",
    "since": "A pair bound since",
    "within": "Highest risk among members",
    "outside": "Highest risk with a state outside",
    "fighting": "Members fighting outside",
    "pledges": "Allies called who fought",
    "by": "Bound by",
}
"""What a row says, by name → the heading above it."""

NOT_COUNTED = "not counted"

WHERE: Mapping[str, str] = {"within": "Between two members", "outside": "Of a member with a state outside"}

NOTE = (
    "The pair with the highest probability that a fatal dispute begins in the year, with its 95 % interval. Risks of pairs are "
    "not added up, and no score is made of them. The line is the mean of all dyad-years."
)


def in_words(league: League) -> pl.DataFrame:
    """Return one row a partnership, as words (columns of HEADINGS)."""
    return pl.DataFrame(
        [_said(row, league.year) for row in league.partnerships.to_dicts()], schema=dict.fromkeys(HEADINGS, pl.String)
    )


def shown(league: League, *, members: bool, words: bool) -> pl.DataFrame:
    """Return what a command prints: a row a partnership or a member, in words for people, as numbers for programs."""
    if not words:
        return league.members if members else league.partnerships
    if not members:
        return in_words(league).rename(dict(HEADINGS))
    parts = [
        of_members(league, name).insert_column(0, pl.lit(name).alias("partnership"))
        for name in league.partnerships["partnership"]
    ]
    return pl.concat(parts)


def of_members(league: League, partnership: str) -> pl.DataFrame:
    """Return one row a member of a partnership, as words."""
    rows = league.members.filter(partnership=partnership).to_dicts()
    said = [
        {
            "member": row["member"],
            **{HEADINGS[where].replace("Highest risk", "Highest"): _risk(row, where) for where in WHERE},
            "fights": row["fights"] or UNKNOWN,
        }
        for row in rows
    ]
    return pl.DataFrame(said, infer_schema_length=None)


def risks(league: League) -> Exhibit:
    """Return the highest risks of each partnership, drawn side by side (a "bars" exhibit)."""
    rows = [
        {
            "label": f"{row['partnership']}: {row[where]}",
            **{name: row[f"{where}_{key}"] for name, key in (("value", "risk"), ("low", "low"), ("high", "high"))},
            "baseline": row["baseline"],
            "group": head,
        }
        for where, head in WHERE.items()
        for row in league.partnerships.drop_nulls(f"{where}_risk").to_dicts()
    ]
    schema = {"label": pl.String, **dict.fromkeys(("value", "low", "high", "baseline"), pl.Float64), "group": pl.String}
    frame = pl.DataFrame(rows, schema=schema).with_columns(
        unit=pl.lit("probability per year"), against=pl.lit("mean of all dyad-years")
    )
    return Exhibit("league.risks", f"The highest risks of a fatal dispute, {league.year}", "bars", frame, NOTE, league.sources)


def _said(row: Mapping[str, Any], year: int) -> dict[str, str]:
    due, kept = row["pledges_due"], row["pledges_kept"]
    called = NOT_COUNTED if due is None else f"{kept} of {due}" if due else "none called"
    return {
        "name": f"{row['partnership']}, {row['title']}",
        "members": str(row["members"]),
        "bound": _bound(row, year),
        "since": UNKNOWN if row["since"] is None else str(row["since"].year),
        **{where: _risk(row, where) for where in WHERE},
        "fighting": str(row["fighting"]) if row["fighting"] else "none",
        "pledges": called,
        "by": row["treaties"] or UNKNOWN,
    }


def _bound(row: Mapping[str, Any], year: int) -> str:
    """How many pairs are bound, and up to which year all of that is known, if not to that of the table."""
    said = f"{row['bound']} of {row['pairs']}"
    return said if row["known_to"] in (None, year) else f"{said}, known to {row['known_to']}"


def _risk(row: Mapping[str, Any], where: str) -> str:
    """A risk: of which two, how high, within which interval, and what came of forecasts as high."""
    if row[where] is None:
        return UNKNOWN
    within = percent_range(row[f"{where}_low"], row[f"{where}_high"])
    said = f"{row[where]}: {percent(row[f'{where}_risk'])} ({within})"
    alike = row[f"{where}_alike"]
    return said if alike is None else f"{said}; of forecasts as high {percent(alike)} came true"
