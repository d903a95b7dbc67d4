"""Formal alliances as the Correlates of War project has them (Gibler, version 4.1), 1816–2012: who owes whom what, since when.

Read from the user's own file; it never ships. `cow_alliance_ties` has one row per alliance, directed dyad and spell: what the
first state owes the second (defence, neutrality, non-aggression, consultation; null: not told), and when. The publisher calls a
pledge to consult an entente. It does not code support in attack, so that there is no such column.

**Untried on the real file.** The columns are those that the publisher documents and that public code reads: `version4id`,
`ccode1`, `ccode2`, the days of start and end, `defense`, `neutrality`, `nonaggression`, `entente` and, where they are there,
`left_censor`, `right_censor`, `asymmetric`, `version`. Look at the numbers before you rely on them: of the publisher's tables,
dyads have 3,222 rows and directed dyads 6,444; the United States and Canada have NATO (227) from 4 April 1949 and NORAD (252)
from 12 May 1958.

Traps
-----
* Four tables have the same columns: dyads or directed dyads, as spells or as years. The yearly ones repeat the spells, and
  their two rows of the year 0 are of spells like any other: there, rows that differ in the year alone count once. Of an archive
  of all, the spells of directed dyads are taken.
* What is called directed need not be: in the yearly table of directed dyads each dyad stands once (the R package peacesciencer
  found that in 2022). So a dyad that has one row owes the same both ways; one that has both orders owes what each row says.
* A dyad with one row that is marked `asymmetric` does not say which of the two owes what: its pledges are unknown both ways.
* Where there is no start, the pledges are unknown until the end. A file with a day that there is not (31 February), an end
  before its start, a number of no state, a row that stands twice, or one that lacks its other direction in a list of both, is
  refused with all such rows.
* A missing day of entry becomes the first of the month, a missing day of exit the last; the precision columns say so.
* No end means in force when the data end, on 31 December 2012: later years are unknown.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from foedus.record.publisher import Form, Tables, with_optional
from foedus.record.row_faults import Day, lone_directions
from foedus.words import counted

VERSION, FIRST_YEAR, LAST_YEAR = 4.1, 1816, 2012
TIES = "cow_alliance_ties"

_PLEDGES = {"defense": "defence", "neutrality": "neutrality", "nonaggression": "nonaggression", "entente": "consultation"}
_START = ("dyad_st_year", "dyad_st_month", "dyad_st_day")
_END = ("dyad_end_year", "dyad_end_month", "dyad_end_day")
_KEYS = ("version4id", "ccode1", "ccode2")
_SOMETIMES = ("left_censor", "right_censor", "asymmetric", "version")


def _tidy(frame: pl.DataFrame) -> Tables:
    """From spells of dyads, in one direction or in both; years of the same spell are one row."""
    full = with_optional(frame, _SOMETIMES)
    spells = full.with_columns(_pledge(name).alias(ours) for name, ours in _PLEDGES.items()).select(
        *_KEYS, *_days(), *_PLEDGES.values(), asymmetric=(pl.col("asymmetric") == 1).fill_null(False)
    )
    both = _both_ways(_doubted(spells).unique(maintain_order=True)).with_columns(pl.col("ccode1", "ccode2").cast(pl.Int16))
    rows = both.rename({"version4id": "alliance"}).with_columns(pl.col("alliance").cast(pl.Int16))
    return {TIES: rows.unique().sort(pl.all(), nulls_last=True)}


def _faults(frame: pl.DataFrame) -> Iterator[str]:
    """Say what is wrong with the rows; another release is, since foedus says for which years this one speaks."""
    full = with_optional(frame, ["version"])
    versions = full["version"].drop_nulls()
    if other := sorted(versions.filter((versions - VERSION).abs() > 1e-3).unique()):
        yield f"the file is of version {', '.join(f'{each:g}' for each in other)}, not of {VERSION}"
    latest = max((year for name in (_START[0], _END[0]) for year in frame[name].drop_nulls()), default=LAST_YEAR)
    if latest > LAST_YEAR:
        yield f"its dates go to {latest:g}, not to {LAST_YEAR}: this is another release"
    if alone := (frame["ccode1"] == frame["ccode2"]).arg_true().to_list():
        yield f"{len(alone):,} rows name one state twice (first: row {alone[0] + 1})"
    for name in _PLEDGES:
        if odd := frame.select((pl.col(name).is_not_null() & ~pl.col(name).is_in([0.0, 1.0])).arg_true()).to_series().to_list():
            yield f"column {name} is neither 0 nor 1 in {counted(len(odd), 'row')} (first: row {odd[0] + 1})"
    if silent := frame.select(pl.all_horizontal(pl.col(*_PLEDGES).is_null()).arg_true()).to_series().to_list():
        yield f"{counted(len(silent), 'row')} without any pledge, as where a line is cut off (first: row {silent[0] + 1})"
    years = [name for name in ("year",) if name in frame.columns]
    yield from lone_directions(frame, ("ccode1", "ccode2"), [_KEYS[0], *_START, *_END, *years])


def _pledge(name: str) -> pl.Expr:
    return pl.when(pl.col(name).is_between(0, 1)).then(pl.col(name) == 1)


def _days() -> list[pl.Expr]:
    """Start and end with their precision; an alliance older than the data begins with them, one that lasts has no end."""
    lasts = (pl.col("right_censor") == 1).fill_null(False) | ~(pl.col(_END[0]) > 0).fill_null(False)
    older = (pl.col("left_censor") == 1).fill_null(False) & ~(pl.col(_START[0]) > 0).fill_null(False)
    return [
        pl.when(older).then(pl.date(FIRST_YEAR, 1, 1)).otherwise(_day(*_START)).alias("start"),
        pl.when(older).then(pl.lit("year")).otherwise(_precision(*_START)).alias("start_precision"),
        pl.when(~lasts).then(_day(*_END, last=True)).alias("end"),
        pl.when(~lasts).then(_precision(*_END)).alias("end_precision"),
    ]


def _known(name: str) -> pl.Expr:
    return pl.when(pl.col(name) > 0).then(pl.col(name))


def _day(year: str, month: str, day: str, *, last: bool = False) -> pl.Expr:
    """The date in three columns; an unknown month or day is the first or last there is. Null without a year."""
    begun = pl.date(_known(year).cast(pl.Int32), _known(month).fill_null(12 if last else 1).cast(pl.Int8), 1)
    told = begun + pl.duration(days=(_known(day) - 1).cast(pl.Int64))
    known = pl.when(_known(month).is_not_null()).then(told)
    return pl.coalesce(known, begun.dt.month_end() if last else begun)


def _precision(year: str, month: str, day: str) -> pl.Expr:
    known = pl.when(_known(month).is_null()).then(pl.lit("year")).when(_known(day).is_null()).then(pl.lit("month"))
    return pl.when(_known(year).is_not_null()).then(known.otherwise(pl.lit("day")))


def _doubted(spells: pl.DataFrame) -> pl.DataFrame:
    """The spells; of one without a start, the pledges are unknown from the first year of the data on."""
    begun = pl.col("start").is_not_null()
    return spells.with_columns(
        *(pl.when(begun | ~pl.col(name)).then(name).alias(name) for name in _PLEDGES.values()),
        start=pl.when(begun).then("start").otherwise(pl.date(FIRST_YEAR, 1, 1)),
        start_precision=pl.when(begun).then("start_precision").otherwise(pl.lit("year")),
    )


def _both_ways(spells: pl.DataFrame) -> pl.DataFrame:
    """The spells in both directions: those of a dyad with one row turned, its pledges unknown where they are not alike."""
    turned = spells.rename({"ccode1": "ccode2", "ccode2": "ccode1"}).select(spells.columns)
    same = (*_KEYS, "start", "end")
    alone = turned.join(spells, on=same, how="anti", nulls_equal=True)
    lone = spells.join(turned, on=same, how="anti", nulls_equal=True)
    paired = spells.join(turned, on=same, how="semi", nulls_equal=True)
    unsaid = [pl.when(~(pl.col("asymmetric") & pl.col(name))).then(name).alias(name) for name in _PLEDGES.values()]
    return pl.concat([paired, *(part.with_columns(unsaid) for part in (lone, alone))]).drop("asymmetric")


FORMS = (
    Form(
        "the spells of allied dyads",
        (*_KEYS, *_START, *_END, *_PLEDGES),
        _KEYS,
        _tidy,
        optional=(*_SOMETIMES, "year"),
        unique=False,
        decimals=("version",),
        missing=(-9, -8),
        states=("ccode1", "ccode2"),
        spells=((Day(*_START), Day(*_END)),),
        distinct=True,
        faults=_faults,
        preferred=("by_directed.", "by_dyad.", "by_directed_yearly", "by_dyad_yearly"),
    ),
)
