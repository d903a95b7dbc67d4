"""A league table of partnerships: what binds each, since when, how often its pledges were kept, and its members' risks.

One row a partnership, beside it one row a member. Nothing is estimated here, and no score is made of the columns: what binds
two members is what `Partnership.obligations` says, a risk is that of the chapter on the order, asked of every pair, and pledges
kept are counted by `mechanisms/shield/pledges.py`, where the wars are imported. Risks of pairs are not added up: the highest is
told, with its interval and with what came of forecasts as high. A table is sorted by one column at a time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import polars as pl

from foedus.assessment.chapters import alliance_dilemma
from foedus.assessment.chapters.order.exhibits import OUTCOMES, sources_of
from foedus.assessment.chapters.order.risks import Risks, risk_table
from foedus.assessment.finding import Finding
from foedus.digits import ESTIMATED, rounded_columns
from foedus.errors import InputError, nearest
from foedus.mechanisms.shield.pledges import PARTICIPANTS, belligerents, calls
from foedus.panels.fighting import last_known
from foedus.panels.groups import group, is_group
from foedus.panels.treaty_names import called
from foedus.panels.units import FIRST_YEAR, LAST_YEAR
from foedus.partnership.agreements import OBLIGATIONS
from foedus.partnership.members import hyphenated
from foedus.partnership.partnership import Partnership
from foedus.record.states import State, StateSystem
from foedus.record.store import Record, open_record
from foedus.validation.memory import remembered
from foedus.words import capitalized, counted

SCHEMA = "foedus/league/1"

USUAL = (
    *("NATO", "EU", "CSTO", "GCC", "ARAB-LEAGUE", "RIO-PACT", "ECOWAS", "SADC", "ANZUS", "AUKUS", "NORAD"),
    *("WARSAW-PACT", "SEATO", "WEU"),
)
"""Groups on record that were made for defence, or whose members have a treaty of defence of their own."""

MOST = 16
"""Partnerships in a table."""

FATAL = "fatal_dispute_onset"

NAMED = 3
"""Treaties that are named; of more the number is told."""

_RISK = ("risk", "low", "high", "alike")
_WHERE = ("within", "outside")
_NUMBERS = {f"{where}_{name}": pl.Float64 for where in _WHERE for name in _RISK}

MEMBERS: Mapping[str, Any] = {
    "partnership": pl.String,
    "member": pl.String,
    "iso3": pl.String,
    **dict.fromkeys(_WHERE, pl.String),
    **_NUMBERS,
    "fights": pl.String,
}
"""Columns of the members: the other state of the highest risk among them (`within`) and with states outside, each risk with its
95 % interval and the share of forecasts as high that came true (`alike`), and whom the member fights already."""

TABLE: Mapping[str, Any] = {
    "partnership": pl.String,
    "title": pl.String,
    "members": pl.Int64,
    "pairs": pl.Int64,
    "bound": pl.Int64,
    "known_to": pl.Int64,
    "since": pl.Date,
    "treaties": pl.String,
    "also": pl.String,
    "pledges_due": pl.Int64,
    "pledges_kept": pl.Int64,
    **dict.fromkeys(_WHERE, pl.String),
    **_NUMBERS,
    "baseline": pl.Float64,
    "fighting": pl.Int64,
}
"""Columns of the partnerships. bound : pairs of which one at least owes the other defence, as last known; known_to : the oldest
year that one of these is known from; since : when the first of them came to be bound, without interruption; also : what else
pairs owe each other; pledges_due, pledges_kept : allies called by these treaties, and those that fought; null where wars are
not imported; within, outside : the pair of the highest risk; baseline : mean of all dyad-years; fighting : members that fight a
state outside."""

SORTS: Mapping[str, str] = {
    "name": "title",
    "members": "members",
    "bound": "share",
    "since": "since",
    "within": "within_risk",
    "outside": "outside_risk",
}
"""What a table may be sorted by → the column: names and dates upward, numbers downward; `bound` is the share of pairs."""


@dataclass(frozen=True)
class League:
    """Partnerships of a year, one row each, and their members.

    Attributes
    ----------
    year : of memberships, obligations and risks. partnerships, members : frames (columns TABLE and MEMBERS).
    left_out : why partnerships that are usually told are not, a sentence each. pledges : what is known of pledges kept.
    sources : ids of what the numbers rest on. record_version, record_sha256 : of the record they come from.

    >>> told = league("ANZUS", "GCC", year=2025)
    >>> told.partnerships.select("partnership", "members", "pairs", "bound").rows()
    [('ANZUS', 3, 3, 2), ('GCC', 6, 15, 15)]
    """

    year: int
    partnerships: pl.DataFrame
    members: pl.DataFrame
    left_out: tuple[str, ...]
    pledges: tuple[Finding, ...]
    sources: tuple[str, ...]
    record_version: str
    record_sha256: str

    def sorted_by(self, column: str) -> League:
        """Return the table sorted by a column of SORTS, what is not known last; raises InputError for another."""
        if column not in SORTS:
            raise InputError(f"a league is not sorted by {column!r}.{nearest(column, SORTS)} There are: {', '.join(SORTS)}.")
        rows = self.partnerships.with_columns(share=pl.col("bound") / pl.col("pairs"))
        downward = column not in ("name", "since")
        keys, down = (SORTS[column], "title"), (downward, False)
        return replace(self, partnerships=rows.sort(keys, descending=down, nulls_last=True).drop("share"))

    def as_dict(self) -> dict[str, Any]:
        """Return the table for JSON: rows of partnerships and of members, and what is said of pledges kept."""
        return {
            "schema": SCHEMA,
            "year": self.year,
            "record": {"version": self.record_version, "sha256": self.record_sha256},
            "partnerships": self.partnerships.to_dicts(),
            "members": self.members.to_dicts(),
            "pledges": [each.as_dict() for each in self.pledges],
            "left_out": list(self.left_out),
        }


def league(*partnerships: str | Sequence[str | int], year: int = LAST_YEAR, record: Record | None = None) -> League:
    """Return a league table of partnerships in a year.

    partnerships : groups ("NATO"), states joined by hyphens ("USA-CAN"), groups of one's own, or lists of states; by default
    those of USUAL that had members in the year.

    Raises InputError for a year out of range, more than MOST partnerships, one that is named twice, and one that is none in
    the year.
    """
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise InputError(f"year {year} is outside the record's {FIRST_YEAR}–{LAST_YEAR}. Choose a year within it.")
    if len(partnerships) > MOST:
        raise InputError(f"{len(partnerships)} partnerships are named, and a league has at most {MOST}: name fewer.")
    record = record or open_record()
    told = _asked(partnerships, year, record) if partnerships else _usual(year, record)
    kept = [_kept(record, agreements, year) for agreements in told.partnerships["agreements"]]
    return League(
        year=year,
        partnerships=told.partnerships.with_columns(
            pl.Series(name, [counts[name] for counts in kept], pl.Int64) for name in ("pledges_due", "pledges_kept")
        ).select(*TABLE),
        members=told.members,
        left_out=() if partnerships else _left_out(year, record),
        pledges=alliance_dilemma.everywhere(record).told("abandonment"),
        sources=told.sources,
        record_version=record.version,
        record_sha256=record.sha256,
    )


@dataclass(frozen=True)
class Told:
    """What is told of partnerships without the wars that a user may import: frames, and ids of sources.

    partnerships : columns TABLE but for the pledges, and `agreements`, the ids of the treaties of defence.
    """

    partnerships: pl.DataFrame
    members: pl.DataFrame
    sources: tuple[str, ...]


def _asked(partnerships: Iterable[str | Sequence[str | int]], year: int, record: Record) -> Told:
    """Tell the partnerships that are named; raises InputError for one that is named twice."""
    rows: dict[str, dict[str, Any]] = {}
    members, sources = [], set()
    for named in partnerships:
        name = named if isinstance(named, str) else "-".join(map(str, named))
        if name.upper() in rows:
            raise InputError(f"{name} is named twice: name it once.")
        states = hyphenated(named, year, record) if isinstance(named, str) else named
        risks = Risks.of(Partnership(*states, year=year, record=record))
        table = risk_table(risks).filter(outcome=OUTCOMES[FATAL][1])
        own = [_member(name, state, risks, table) for state in risks.partnership.members]
        rows[name.upper()] = _row(name, risks, own)
        members += own
        sources |= {*sources_of(risks.validations[FATAL].headline), "alliance_facts", "atop"}
    schema = {
        **{column: kind for column, kind in TABLE.items() if not column.startswith("pledges")},
        "agreements": pl.List(pl.String),
    }
    return Told(
        rounded_columns(pl.DataFrame(list(rows.values()), schema=schema), ESTIMATED),
        rounded_columns(pl.DataFrame(members, schema=dict(MEMBERS)), ESTIMATED),
        tuple(sorted(sources)),
    )


def _usual(year: int, record: Record) -> Told:
    """Tell the usual ones that had members; remembered, as the estimates of an assessment are."""
    names = tuple(name for name in USUAL if not isinstance(_partnership(name, year, record), str))
    found: Told = remembered(f"league-{year}", record, [Told], partial(_asked, names, year, record))
    return found


def _partnership(name: str, year: int, record: Record) -> Partnership | str:
    """A group in a year, or why it is none then."""
    try:
        return Partnership(name, year=year, record=record)
    except InputError as refusal:
        return str(refusal).partition(". ")[0].removesuffix(".") + "."


def _left_out(year: int, record: Record) -> tuple[str, ...]:
    found = (_partnership(name, year, record) for name in USUAL)
    return tuple(each for each in found if isinstance(each, str))


def _row(name: str, risks: Risks, members: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    return {
        "partnership": name,
        "title": group(name).label if is_group(name) else capitalized(risks.partnership.name),
        "members": len(members),
        **_bound(risks.partnership),
        **{key: each for where in _WHERE for key, each in _highest(members, where).items()},
        "baseline": risks.base_rate(FATAL),
        "fighting": sum(each["fights"] is not None for each in members),
    }


def _bound(partnership: Partnership) -> dict[str, Any]:
    """What pairs owe each other, as last known."""
    vector = partnership.obligations().with_columns(held=pl.col("last_known").fill_null(value=False))
    defence = vector.filter("held", obligation="defence")
    years = (
        defence.explode("agreements").drop_nulls("agreements").group_by("agreements").agg(pl.len(), pl.col("since").min())
    ).sort("len", "since", "agreements", descending=[True, False, False])
    named = [
        f"{called(title, partnership.unnamed)} ({counted(number, 'pair')})"
        for title, number, _ in years.head(NAMED).iter_rows()
    ]
    more = [counted(years.height - NAMED, "other treaty", "other treaties")] if years.height > NAMED else []
    others = {words: vector.filter("held", obligation=name).height for name, words in OBLIGATIONS.items() if name != "defence"}
    ledger = partnership.ledger().filter(pl.col("obligations").list.contains("defence"))
    return {
        "pairs": vector.filter(obligation="defence").height,
        "bound": defence.height,
        "known_to": partnership.year - max(defence["age"].fill_null(0)) if defence.height else None,
        "since": defence["since"].min(),
        "treaties": "; ".join([*named, *more]) or None,
        "also": "; ".join(f"{words} ({counted(number, 'pair')})" for words, number in others.items() if number) or None,
        "agreements": ledger["agreement"].to_list(),
    }


def _member(name: str, state: State, risks: Risks, table: pl.DataFrame) -> dict[str, Any]:
    """A member's highest risk among the members, the highest with a state outside, and whom it fights."""
    codes, own = list(risks.partnership.codes), table.filter(member_ccode=state.ccode)
    inside = pl.col("ccode").is_in(codes)
    row: dict[str, Any] = {"partnership": name, "member": state.name, "iso3": state.iso3}
    for where, part in zip(_WHERE, (own.filter(inside), own.filter(~inside)), strict=True):
        known = part.drop_nulls("probability").sort("probability", descending=True)
        top = known.row(0, named=True) if known.height else None
        row[where] = top and top["state"]
        row |= {f"{where}_{key}": each for key, each in zip(_RISK, _risk(risks, top), strict=True)}
    system, year = StateSystem.of(risks.partnership.record), last_known(risks.partnership.record, risks.partnership.year)
    foes = own.filter(~inside).drop_nulls("fights_in")["ccode"]
    row["fights"] = "; ".join(sorted(system.name(code, year) for code in foes)) or None
    return row


def _risk(risks: Risks, row: Mapping[str, Any] | None) -> tuple[float | None, ...]:
    """A risk, its interval, and how many of forecasts as high came true."""
    if row is None:
        return (None,) * len(_RISK)
    _, reference, _ = risks.held_against(FATAL, row["peace_years_age"], row["stratum"], row["probability"])
    return row["probability"], row["low"], row["high"], reference.observed_alike


def _highest(members: Sequence[Mapping[str, Any]], where: str) -> dict[str, Any]:
    """The highest risk of any member, and of which two states it is."""
    known = [each for each in members if each[f"{where}_risk"] is not None]
    top = max(known, key=lambda each: each[f"{where}_risk"], default=None)
    keys = [f"{where}_{name}" for name in _RISK]
    return {where: top and f"{top['member']}–{top[where]}", **{key: top and top[key] for key in keys}}


def _kept(record: Record, agreements: Sequence[str], year: int) -> dict[str, int | None]:
    """How many allies these treaties called by the end of a year, and how many of them fought; unknown without the wars."""
    if PARTICIPANTS not in record.tables:
        return {"pledges_due": None, "pledges_kept": None}
    due = record.derived("calls of pledges", lambda: calls(belligerents(record), record.table("alliance_members")))
    return {**called_and_fought(due, agreements, year)}


def called_and_fought(due: pl.DataFrame, agreements: Sequence[str], year: int) -> dict[str, int]:
    """Return how many allies treaties called to defend a partner by the end of a year, and how many of them fought.

    due : as `pledges.calls`. agreements : ids of treaties, such as "atop:3180". An ally that several of them called in one war
    counts once. Only calls whose conditions are met, as far as the record tells, count.
    """
    numbers = [int(each.partition(":")[2]) for each in agreements if each.startswith("atop:")]
    own = due.filter("invoked", pl.col("atop_id").is_in(numbers), pl.col("year") <= year, pledge="defence")
    allies = own.group_by("event", "attacked", "ccode").agg(pl.col("kept").any())
    return {"pledges_due": allies.height, "pledges_kept": int(allies["kept"].sum())}
