"""Obligations of the members of a partnership to each other in a year, one by one, as far as anyone knows.

An obligation between two states is in force if an agreement that contains it is; it is not in force if none is, and the source
that would have it covers the year; otherwise nobody knows (null). What was in force when its source last spoke is kept beside
it, with its age. No source lists every shared command there is, so that one that is not on record is unknown, never absent.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import polars as pl

from foedus.panels.alliances import CODED, FACTS, LISTS, PLEDGES, last_coded
from foedus.panels.pledges import pledge_spells
from foedus.partnership.agreements import OBLIGATIONS
from foedus.record.provenance import firm
from foedus.record.source import catalog
from foedus.record.store import Record

LEVELS = ("bilateral", "all")
"""Levels that can be switched off at once: agreements that bind members of the partnership only, or all agreements."""

SOURCES = {**dict.fromkeys(("cooperation", "industry", "sector", "training"), "dcad"), "trade": "desta"}
"""Obligation → the source whose silence, within its years, means that there is none; of pledges it is the list of alliances."""

PACTS = {name: f"{name}_pact" for name in PLEDGES}
"""Pledge → the variable of the codebook that says whether the first state owes it to the second."""


def owed(record: Record, bonds: pl.DataFrame, year: int, alliances: str = FACTS) -> pl.DataFrame:
    """Return who owes whom what by which agreement by the end of a year, one row an obligation of `owing` to `owed`.

    `now` says whether it is in force in the year (null: unknown), `before` whether it was when its source last spoke, `since`
    from when on without interruption. `bonds` has the columns BONDS and `level`. A fact of low confidence obliges nobody: it
    stands in the ledger alone.
    """
    shared = ("agreement", "title", "level", "source", "date", "end", "known_to")
    sure = firm(bonds)
    one = sure.select(*shared, owing="ccode1", owed="ccode2", obligation="owes1")
    other = sure.select(*shared, owing="ccode2", owed="ccode1", obligation="owes2")
    each = pl.concat([one, other]).explode("obligation", empty_as_null=True).drop_nulls("obligation")
    begun = each.filter(pl.col("date").dt.year() <= year).sort("date", "end")
    lasts = pl.when(pl.col("end").is_not_null()).then(pl.col("end").dt.year() >= year)
    run = ["agreement", "owing", "owed", "obligation"]
    resumed = pl.col("date") > pl.col("end").shift(1).over(run).dt.offset_by("1d")
    ties = begun.with_columns(run=resumed.fill_null(False).cast(pl.Int32).cum_sum().over(run)).with_columns(
        since=pl.col("date").min().over(*run, "run"),
        now=lasts.when(pl.col("known_to") >= year).then(True),
        before=lasts.when(pl.col("known_to").is_not_null()).then(True),
        age=pl.max_horizontal(year - pl.col("known_to"), 0),
    )
    return _as_dyads_say(record, ties, year, alliances).sort("since", "title", "owing", "owed", "obligation")


def _as_dyads_say(record: Record, ties: pl.DataFrame, year: int, alliances: str) -> pl.DataFrame:
    """Without the pledges that members of an alliance gave others, but not these (Locarno): the panel's pledges tell."""
    claimed = (pl.col("source") == "atop") & pl.col("before")
    asked = ties.filter(claimed).with_columns(at=pl.min_horizontal("known_to", pl.lit(year)))
    pairs = asked.select("owing", "owed").unique()
    spells = pledge_spells(record, alliances).rename({"ccode1": "owing", "ccode2": "owed"})
    keys = ["owing", "owed", "first_year", "last_year"]
    given = spells.join(pairs, on=["owing", "owed"]).unpivot(PLEDGES, index=keys, variable_name="obligation")
    met = asked.join(given.filter("value"), on=["owing", "owed", "obligation"], maintain_order="left")
    confirmed = met.filter(pl.col("at").is_between("first_year", "last_year")).select(ties.columns)
    return pl.concat([ties.filter(~claimed), confirmed])


def told_apart(record: Record, year: int, alliances: str, *, directed: bool) -> pl.DataFrame:
    """Return what the list of alliances says beside its ties: ccode1, ccode2, obligation, told ("not" or "open").

    "not": the pledge does not hold in a year after the list's last, as facts say; of pairs without direction (ccode1 < ccode2),
    in neither. "open": in the list's own years, by the last of them, it does not say whether the pledge holds.
    """
    name = f"told apart by {alliances} in {year}, {'one way' if directed else 'both ways'}"
    return record.derived(name, lambda: _told_apart(record, year, alliances, directed=directed))


def _told_apart(record: Record, year: int, alliances: str, *, directed: bool) -> pl.DataFrame:
    last = last_coded(alliances)
    at = pl.lit(year).is_between("first_year", "last_year") & (pl.col("first_year") > last)
    unsaid = pl.any_horizontal(pl.col(CODED[alliances]).is_null())
    then = unsaid & pl.lit(min(year, last)).is_between("first_year", "last_year") & (pl.col("first_year") <= last)
    spells = pledge_spells(record, alliances).filter(at | then)
    each = spells.unpivot(CODED[alliances], index=["ccode1", "ccode2", "first_year"], variable_name="obligation")
    if not directed:
        low, high = pl.min_horizontal("ccode1", "ccode2"), pl.max_horizontal("ccode1", "ccode2")
        each = each.with_columns(ccode1=low, ccode2=high)
    keys = ["ccode1", "ccode2", "obligation"]
    after, sides = pl.col("first_year") > last, 1 if directed else 2
    by_pair = each.group_by(keys).agg(
        denied=(after & ~pl.col("value")).fill_null(False).sum() == sides, open=(~after & pl.col("value").is_null()).any()
    )
    told = pl.when("denied").then(pl.lit("not")).when("open").then(pl.lit("open"))
    return by_pair.select(*keys, told=told).drop_nulls()


def standing(
    ties: pl.DataFrame,
    asked: pl.DataFrame,
    year: int,
    off: Collection[str] = (),
    *,
    told: pl.DataFrame,
    alliances: str = FACTS,
) -> pl.DataFrame:
    """Return the rows asked for (two states and an obligation), with what the ties between them amount to.

    told : which of them the list of alliances rules out in the year, or leaves open (`told_apart`).

    Columns added: in_force, last_known (Boolean, null: unknown), age (years since it was known), since, agreements, level,
    owed_by (codes), and off: what of `off` switches something off here, and which agreements. An obligation that is switched
    off and stands in no other agreement is not in force.
    """
    keys = asked.columns
    first, last = (_of_source(place, alliances) for place in (0, 1))
    settled = pl.col("told").ne_missing("open")
    silent = pl.when(settled & (pl.lit(year).is_between(first, last) | (pl.col("told") == "not"))).then(False)
    silent_so_far = pl.when(settled & (first <= year)).then(False)
    marked = ties.with_columns(off=_reason(off))
    rows = asked.join(told, on=keys, how="left", maintain_order="left")
    for part in (_amount(marked.filter(pl.col("off").is_null()), keys), _lost(marked, keys)):
        rows = rows.join(part, on=keys, how="left", maintain_order="left")
    nothing_left = pl.col("off").is_not_null() & ~pl.col("before").fill_null(False)
    ended = _wholly(off).is_not_null() | nothing_left

    def held(value: str, silence: pl.Expr) -> pl.Expr:
        by_ties = pl.when(pl.col("ties").is_null()).then(False).otherwise(value)
        return pl.when(ended).then(False).otherwise(by_ties | silence)

    known = rows.with_columns(
        in_force=held("now", silent), last_known=held("before", silent_so_far), off=pl.coalesce("off", _wholly(off))
    )
    age = (
        pl.when(pl.col("in_force").is_not_null())
        .then(0)
        .when(pl.col("last_known"))
        .then("years")
        .when(~pl.col("last_known"))
        .then(year - last)
    )
    return known.select(*keys, "in_force", "last_known", age.alias("age"), "since", "agreements", "level", "owed_by", "off")


def _amount(ties: pl.DataFrame, keys: Sequence[str]) -> pl.DataFrame:
    """Return what ties of the same obligation amount to: those in force speak or, if none is known to be, those last known."""
    now = pl.col("now").fill_null(False)
    held = now | (pl.col("before").fill_null(False) & ~now.any())
    levels = pl.col("level").filter(held).unique()
    return ties.group_by(keys).agg(
        pl.len().alias("ties"),
        pl.col("now", "before").any(ignore_nulls=False),
        pl.col("age").filter(held).min().alias("years"),
        pl.col("since").filter(held).min(),
        pl.col("title").filter(held).unique(maintain_order=True).alias("agreements"),
        pl.when(levels.len() > 1).then(pl.lit("both")).otherwise(levels.first()).alias("level"),
        pl.col("owing").filter(held).unique().sort().alias("owed_by"),
    )


def _lost(ties: pl.DataFrame, keys: Sequence[str]) -> pl.DataFrame:
    """The reason for which ties are switched off, and their agreements."""
    titles = pl.col("title").unique(maintain_order=True).str.join("; ")
    lost = ties.filter(pl.col("off").is_not_null() & pl.col("before"))
    return lost.group_by(keys).agg(off=pl.format("{}: {}", pl.col("off").first(), titles))


def _of_source(place: int, alliances: str) -> pl.Expr:
    """First or last year of the source that would have the obligation; null if there is none."""
    sources = {**dict.fromkeys(CODED[alliances], LISTS[alliances]), **SOURCES}
    years = {name: (catalog()[source].first_year, catalog()[source].last_year)[place] for name, source in sources.items()}
    return pl.col("obligation").replace_strict(years, default=None, return_dtype=pl.Int32)


def _reason(off: Collection[str]) -> pl.Expr:
    """Why a tie is switched off: all are, its obligation is, or those of its level; null if it is not."""
    by_level = pl.when((pl.col("level") == "bilateral") & pl.lit("bilateral" in off)).then(pl.lit("bilateral"))
    return pl.coalesce(_wholly(off), by_level)


def _wholly(off: Collection[str]) -> pl.Expr:
    """Why an obligation is switched off by whatever agreement it is owed; null if it is not."""
    named = pl.when(pl.col("obligation").is_in([name for name in off if name in OBLIGATIONS])).then("obligation")
    return pl.lit("all") if "all" in off else named
