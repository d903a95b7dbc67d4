"""What states have pledged each other, year by year: the alliances of ATOP, with dated facts laid over or without, or COW's.

A pledge holds in a year if it holds on any day of it. Up to ATOP's last year, no pledge means that there is none. After it a
pledge is true where a fact says so; it is false where a fact says that it began later, or ended, and nothing else may hold it
up; otherwise nobody knows, and there is no value. Which members of an unequal treaty owe what to which is ATOP's (its dyads).

The list of the Correlates of War (COW) speaks of its own years alone. It does not tell of support in attack, which stays
unknown, nor of a pledge where its file leaves open whose it is, or when.
"""

from __future__ import annotations

import polars as pl

from foedus.panels.alliances import ATOP, COW, FACTS, PAIR, PLEDGES, check_list, last_coded, memberships, ties, treaties
from foedus.panels.units import LAST_YEAR
from foedus.record.spells import runs
from foedus.record.store import Record


def pledge_spells(record: Record, chosen: str = FACTS) -> pl.DataFrame:
    """Return what the first state owes the second as runs of years: ccode1, ccode2, first_year, last_year and the PLEDGES.

    Up to ATOP's last year a pair without a row owes nothing; after it only what a row says is known, and no more than it says.
    COW's list has no row after its last year. Raises InputError for a list that is not in the record.
    """
    check_list(record, chosen)
    if chosen == COW:
        return record.derived("pledges by COW", lambda: _pledges_by_cow(record))
    if chosen == ATOP or "alliance_facts" not in record.tables:
        return record.derived("pledges by ATOP", lambda: _until(record.table("alliance_dyad_spells"), last_coded()))
    return record.derived("pledges by facts", lambda: _pledges_by_facts(record))


def _pledges_by_cow(record: Record) -> pl.DataFrame:
    """A pledge holds in a year if it does on any day by any alliance; it is unknown if one leaves it open and none has it."""
    spans = _years(ties(record, COW), last_coded(COW))
    years = pl.int_ranges("first_year", pl.col("last_year") + 1, dtype=pl.Int16)
    by_year = spans.select(*PAIR, *PLEDGES, year=years).explode("year").group_by(*PAIR, "year")
    held = by_year.agg(pl.col(PLEDGES).any(ignore_nulls=False))
    return runs(held.select(*PAIR, "year", *PLEDGES), PAIR)


def _until(spells: pl.DataFrame, year: int) -> pl.DataFrame:
    """The spells up to a year, those that are not over included."""
    over = pl.col("last_year").fill_null(year).clip(upper_bound=year)
    return spells.filter(pl.col("first_year") <= year).with_columns(last_year=over)


def _pledges_by_facts(record: Record) -> pl.DataFrame:
    spells = pledge_spells(record, ATOP)
    spoken = treaties(record).select("agreement")
    coded = ties(record, ATOP, spoken)
    old, new = _owed_by(coded, spells, coded), _owed_by(coded, spells, ties(record, FACTS, spoken))
    rest = _others(record, new.select(PAIR).unique())
    corrected = _corrected(spells, old, new, rest)
    owing = corrected.filter(pl.any_horizontal(PLEDGES))
    parts = [_without(spells, corrected), owing, _afterwards(new, rest)]
    columns = [pl.col(name).cast(kind) for name, kind in spells.schema.items()]
    return pl.concat([part.select(columns) for part in parts]).sort(*PAIR, "first_year")


def _owed_by(coded: pl.DataFrame, spells: pl.DataFrame, tied: pl.DataFrame) -> pl.DataFrame:
    """The ties, without the pledges that ATOP's members give, and its dyads do not: a guarantor's, to some of them alone."""
    met = coded.join(spells, on=PAIR, suffix="_given").filter(
        (pl.col("first_year") <= pl.col("end").dt.year()).fill_null(True) & (pl.col("last_year") >= pl.col("start").dt.year())
    )
    key = ["agreement", *PAIR]
    given = met.group_by(key).agg(pl.col(f"{name}_given").any() for name in PLEDGES)
    both = coded.select(key).unique().join(given, on=key, how="left").with_columns(pl.exclude(key).fill_null(False))
    confirmed = tied.join(both, on=key, how="left", maintain_order="left")
    return confirmed.with_columns(pl.col(name) & pl.col(f"{name}_given").fill_null(True) for name in PLEDGES).select(
        tied.columns
    )


def _corrected(spells: pl.DataFrame, old: pl.DataFrame, new: pl.DataFrame, rest: pl.DataFrame) -> pl.DataFrame:
    """The pledges of directed pairs in those years, up to ATOP's last, in which the facts' days differ from ATOP's.

    A pledge holds if a treaty that facts speak of contains it by their days, or if ATOP has it and not by such a treaty alone.
    A year in which nothing holds has a row without pledges, for what ATOP has there is to go.
    """
    key, last = [*PAIR, "year"], last_coded()
    spans = [_years(tied, last) for tied in (old, new)]
    asked = _moved(*spans)
    holding = {"coded": spells, "old": spans[0], "new": spans[1], "rest": _years(rest, last)}
    rows = asked
    for tag, frame in holding.items():
        named = _in_years(frame, asked).group_by(key).agg(pl.col(name).any().alias(f"{name} {tag}") for name in PLEDGES)
        rows = rows.join(named, on=key, how="left")

    def holds(name: str) -> pl.Expr:
        coded, before, after, others = (pl.col(f"{name} {tag}").fill_null(False) for tag in holding)
        return (after | (coded & (others | ~before))).alias(name)

    return runs(rows.select(*key, *map(holds, PLEDGES)), PAIR)


def _moved(before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    """The years of a directed pair in which one of two lists has a tie that the other lacks, and perhaps some more."""
    key, ends = ["agreement", "phase", *PAIR], ["first_year", "last_year"]
    both = before.join(after, on=key, suffix="_2").filter(
        (pl.col("first_year") != pl.col("first_year_2")) | (pl.col("last_year") != pl.col("last_year_2"))
    )
    low, high = pl.min_horizontal, pl.max_horizontal
    starts = both.select(*PAIR, low("first_year", "first_year_2"), last_year=high("first_year", "first_year_2") - 1)
    stops = both.select(*PAIR, first_year=low("last_year", "last_year_2") + 1, last_year=high("last_year", "last_year_2"))
    alone = [one.join(other, on=key, how="anti").select(*PAIR, *ends) for one, other in ((before, after), (after, before))]
    spans = pl.concat([part.select(*PAIR, pl.col(ends).cast(pl.Int16)) for part in (starts, stops, *alone)])
    real = spans.filter(pl.col("first_year") <= pl.col("last_year"))
    years = pl.int_ranges("first_year", pl.col("last_year") + 1, dtype=pl.Int16)
    return real.select(*PAIR, year=years).explode("year").unique()


def _in_years(spans: pl.DataFrame, asked: pl.DataFrame) -> pl.DataFrame:
    """The spells of years that speak of the pairs and years asked for, a row for each."""
    met = spans.join(asked, on=PAIR)
    return met.filter(pl.col("year").is_between("first_year", "last_year"))


def _without(spells: pl.DataFrame, holes: pl.DataFrame) -> pl.DataFrame:
    """The spells of years without those that the holes, which do not overlap, take up."""
    numbered = spells.with_row_index("at")
    met = numbered.join(holes.select(*PAIR, opens="first_year", closes="last_year"), on=PAIR)
    cut = met.filter(pl.col("opens") <= pl.col("last_year"), pl.col("closes") >= pl.col("first_year")).sort("at", "opens")
    earlier = pl.col("closes").shift(1).over("at") + 1
    pieces = cut.with_columns(first_year=pl.coalesce(earlier, "first_year"), last_year=pl.col("opens") - 1)
    tails = (
        cut.group_by("at")
        .agg(pl.exclude("closes").last(), pl.col("closes").last())
        .with_columns(first_year=pl.col("closes") + 1)
    )
    parts = [numbered.join(cut, on="at", how="anti"), pieces, tails]
    rest = pl.concat([part.select(pl.col(name).cast(kind) for name, kind in spells.schema.items()) for part in parts])
    return rest.filter(pl.col("first_year") <= pl.col("last_year"))


def _others(record: Record, pairs: pl.DataFrame) -> pl.DataFrame:
    """The ties of these directed pairs by treaties that facts do not speak of, as far as ATOP's dyads confirm them."""
    silent = memberships(record, ATOP).join(treaties(record), on="agreement", how="anti")
    tied = ties(record, ATOP, silent.select("agreement").unique()).join(pairs, on=PAIR, how="semi")
    return _owed_by(tied, pledge_spells(record, ATOP), tied)


def _years(tied: pl.DataFrame, last: int) -> pl.DataFrame:
    """Ties as spells of calendar years, up to a last one."""
    ended = pl.min_horizontal(pl.col("end").dt.year(), pl.lit(last))
    first = pl.col("start").dt.year().cast(pl.Int16)
    spans = tied.select("agreement", "phase", *PAIR, *PLEDGES, first_year=first, last_year=ended.cast(pl.Int16))
    return spans.filter(pl.col("first_year") <= pl.col("last_year"))


def _afterwards(new: pl.DataFrame, rest: pl.DataFrame) -> pl.DataFrame:
    """What facts say of the years after ATOP's last: in force, begun later or ended; null where a treaty may hold it up."""
    last = last_coded()
    lasting = new.filter(pl.col("end").is_null() | (pl.col("end").dt.year() >= last) | (pl.col("ended_by") == FACTS))
    told = pl.col("end").is_not_null() | (pl.col("known_to") > last)
    holding = pl.concat([lasting.filter(~told), rest.filter(pl.col("end").is_null())])
    may = holding.group_by(PAIR).agg(pl.col(name).any().alias(f"{name} may") for name in PLEDGES)
    years = pl.DataFrame({"year": range(last + 1, LAST_YEAR + 1)}, schema={"year": pl.Int16})
    each = lasting.filter(told).join(years, how="cross")
    begun, over = pl.col("start").dt.year() <= pl.col("year"), pl.col("end").dt.year() < pl.col("year")
    known = pl.col("end").is_not_null() | (pl.col("known_to") >= pl.col("year"))
    held = pl.when(~begun | over.fill_null(False)).then(False).when(known).then(True)
    by_year = each.with_columns(held=held).group_by(*PAIR, "year").agg(_stated(name) for name in PLEDGES)
    silent = [pl.when(pl.col(name) | ~pl.col(f"{name} may").fill_null(False)).then(name).alias(name) for name in PLEDGES]
    stated = by_year.join(may, on=PAIR, how="left").with_columns(silent)
    spoken = stated.filter(pl.any_horizontal(pl.col(name).is_not_null() for name in PLEDGES))
    return runs(spoken.select(*PAIR, "year", *PLEDGES), PAIR)


def _stated(pledge: str) -> pl.Expr:
    """Whether any tie that contains a pledge holds: null if none contains it, or if it is not known of one and true of none."""
    containing = pl.col("held").filter(pl.col(pledge))
    return pl.when(pl.col(pledge).any()).then(containing.any(ignore_nulls=False)).alias(pledge)
