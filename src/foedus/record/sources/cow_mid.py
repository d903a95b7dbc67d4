"""Militarized interstate disputes as the Correlates of War project has them, 1816–2014: who with whom, how hard, since when.

Read from the user's own files; they never ship. `cow_dispute_dyad_years` has the columns of `dispute_dyad_years`, the same
table from the corrected disputes of Gibler, Miller and Little (`sources/gml.py`): one row per directed dyad, dispute and year.
It is made of the publisher's table of participants (MIDB) or of the R package's directed dispute-years; `cow_dispute_facts`,
one row a dispute, is the publisher's table of disputes (MIDA), whose columns are joined to the dyad-years when both are there.

Traps
-----
* -9 means missing in every column and becomes null.
* The data end in 2014: a later year without rows is unknown, not peaceful.
* Two participants on opposite sides are in the dispute with each other in every year in which both are in it, on whichever
  days: on the corrected disputes this rule gives back the published dyad-years, and 12 more, of states that changed sides.
* A state that leaves a dispute and returns has two rows among the participants.
* Without the table of disputes, a dispute's hostility is the highest of its participants' (which differs in one of 2,436
  disputes), and its fatality, deaths, length, months, outcome and settlement are unknown.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from foedus.errors import InputError
from foedus.record.dispute_lists import KEYS, OF_DISPUTE, OF_STATE, ONGOING, sided, typed
from foedus.record.publisher import Form, Tables, with_optional
from foedus.record.row_faults import Day, lone_directions

LAST_YEAR = 2014
DYAD_YEARS, FACTS = "cow_dispute_dyad_years", "cow_dispute_facts"

_OF_DISPUTE = {**OF_DISPUTE, "ongo2014": ONGOING}
_PARTICIPANT = ("dispnum", "ccode", "styear", "endyear", "sidea", "fatality", "hiact", "hostlev", "orig")
_DIRECTED = tuple(f"{name}{side}" for name in OF_STATE if name not in ("revstate", "fatalpre") for side in "12")
_SOMETIMES = ("fatalpre", "endmon", "ongo2014")
_SPELL = (Day("styear", "stmon", "stday"), Day("endyear", "endmon", "endday"))
_DAYS = tuple(name for day in _SPELL for name in day.columns)


def combine(tables: Tables) -> Tables:
    """Give the dyad-years what the table of disputes says of each dispute, when both are there."""
    if DYAD_YEARS not in tables or FACTS not in tables:
        return tables
    rows = tables[DYAD_YEARS].drop(*_OF_DISPUTE.values()).join(tables[FACTS], on="dispute", how="left", maintain_order="left")
    return {**tables, DYAD_YEARS: rows.select(tables[DYAD_YEARS].columns)}


def _dyad_years(frame: pl.DataFrame) -> Tables:
    """From directed dispute-years."""
    sides = sided(OF_STATE)
    named = with_optional(frame, sides).rename({"dispnum": "dispute", "disponset": "onset", **sides})
    return {DYAD_YEARS: _finished(named.select(*KEYS, "onset", *sides.values()))}


def _participants(frame: pl.DataFrame) -> Tables:
    """From spells of participation: states on opposite sides, in every year in which both take part."""
    spells = with_optional(frame, OF_STATE).rename({"dispnum": "dispute", **OF_STATE})
    pairs = spells.join(spells, on="dispute", suffix="2").filter(pl.col("side_a") != pl.col("side_a2"))
    first, last = pl.max_horizontal("styear", "styear2"), pl.min_horizontal("endyear", "endyear2")
    years = pl.int_ranges(first, last + 1, dtype=pl.Int32).alias("year")
    together = pairs.filter(first <= last).with_columns(years).explode("year", empty_as_null=True)
    named = together.rename({"ccode": "ccode1", "ccode2": "ccode2", **{name: f"{name}1" for name in OF_STATE.values()}})
    values = list(sided(OF_STATE).values())
    rows = named.group_by(KEYS, maintain_order=True).agg(pl.col(values).max())
    onset = (pl.col("year") == pl.col("year").min().over(KEYS[:-1])).alias("onset")
    return {DYAD_YEARS: _finished(rows.select(*KEYS, onset, *values))}


def _finished(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with the columns of `dispute_dyad_years`, in its order and types; refuses a release that ends too early."""
    if (last := rows["year"].max()) != LAST_YEAR:
        raise InputError(f"the disputes end in {last!s}, not in {LAST_YEAR}: this is another release, or a part of one")
    hostility = pl.max_horizontal("hostility1", "hostility2").max().over("dispute").alias("hostility")
    filled = with_optional(rows.with_columns(hostility), _OF_DISPUTE.values())
    return filled.select(map(typed, (*rows.columns, *_OF_DISPUTE.values())))


def _one_sided(frame: pl.DataFrame) -> Iterator[str]:
    return lone_directions(frame, ("ccode1", "ccode2"), ["dispnum", "year"])


def _facts(frame: pl.DataFrame) -> Tables:
    named = with_optional(frame, _OF_DISPUTE).rename({"dispnum": "dispute", **_OF_DISPUTE})
    return {FACTS: named.select(map(typed, ("dispute", *_OF_DISPUTE.values())))}


FORMS = (
    Form(
        "the directed dispute-years",
        ("dispnum", "ccode1", "ccode2", "year", "disponset", *_DIRECTED),
        ("dispnum", "ccode1", "ccode2", "year"),
        _dyad_years,
        optional=("revstate1", "revstate2", "fatalpre1", "fatalpre2"),
        states=("ccode1", "ccode2"),
        faults=_one_sided,
    ),
    Form(
        "the table of participants (MIDB)",
        _PARTICIPANT,
        ("dispnum", "ccode", "styear", "endyear"),
        _participants,
        optional=("revstate", "fatalpre", *(name for name in _DAYS if not name.endswith("year"))),
        unique=False,
        states=("ccode",),
        spells=(_SPELL,),
        distinct=True,
    ),
    Form(
        "the table of disputes (MIDA)",
        ("dispnum", *(name for name in _OF_DISPUTE if name not in _SOMETIMES)),
        ("dispnum",),
        _facts,
        optional=(*_SOMETIMES, *_DAYS),
        spells=(_SPELL,),
    ),
)
