"""Record tables, arranged to one row per unit-year, so that a panel can take a variable from them by its keys.

Most tables need nothing but their spells spread over the years they cover; those that hold several rows for one unit-year, or
members where a panel wants pairs, have a function of their own here. Every function takes the record, the years wanted and the
states wanted (None: all), and returns a frame with unique keys: ccode or ccode1/ccode2, and year.
"""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from foedus.panels.units import membership_runs
from foedus.record.store import Record

States = frozenset[int] | None


def arranged(record: Record, table: str, first: int, last: int, states: States = None) -> pl.DataFrame:
    """Return the table or arrangement called `table` for the years `first` to `last` and the given states.

    Dyadic rows are kept if both sides are among the states.
    """
    own = ARRANGEMENTS.get(table)
    if own is not None:
        return own(record, first, last, states)
    return _spread(_among(record.table(table), states), first, last)


def _among(frame: pl.DataFrame, states: States) -> pl.DataFrame:
    if states is None:
        return frame
    keys = [key for key in ("ccode", "ccode1", "ccode2") if key in frame.columns]
    return frame.filter(pl.all_horizontal(pl.col(keys).is_in(list(states))))


def _spread(frame: pl.DataFrame, first: int, last: int) -> pl.DataFrame:
    """One row a year: spells given by first_year and last_year (null: still open) are repeated over the years they cover."""
    if "year" in frame.columns:
        return frame.filter(pl.col("year").is_between(first, last))
    spans = frame.with_columns(
        pl.col("first_year").clip(lower_bound=first), pl.col("last_year").fill_null(last).clip(upper_bound=last)
    ).filter(pl.col("first_year") <= pl.col("last_year"))
    years = pl.int_ranges("first_year", pl.col("last_year") + 1, dtype=pl.Int16)
    return spans.with_columns(year=years).drop("first_year", "last_year").explode("year", empty_as_null=True)


def _spread_dates(frame: pl.DataFrame, first: int, last: int, *, year_end: bool) -> pl.DataFrame:
    """As `_spread`, for spells given by the dates start and end: every year touched or, if `year_end`, those ended in it."""
    ended = pl.col("end").dt.year()
    if year_end:
        ended = pl.when(pl.col("end").dt.ordinal_day() < 365).then(ended - 1).otherwise(ended)
    spans = frame.with_columns(first_year=pl.col("start").dt.year().cast(pl.Int16), last_year=ended.cast(pl.Int16))
    return _spread(spans.drop("start", "end"), first, last)


def member_since(record: Record, first: int, last: int, states: States) -> pl.DataFrame:
    """Per state-year, the first year of the unbroken membership it belongs to."""
    runs = _among(membership_runs(record), states).with_columns(member_since="first_year")
    return _spread(runs, first, last)


def major_powers(record: Record, first: int, last: int, states: States) -> pl.DataFrame:
    """State-years of major powers; a power on any day of the year counts for the year."""
    spells = _among(record.table("major_powers"), states)
    return _spread_dates(spells, first, last, year_end=False).unique(["ccode", "year"]).with_columns(major_power=pl.lit(True))


def capitals(record: Record, first: int, last: int, states: States) -> pl.DataFrame:
    """Per state-year, the coordinates of the capital on 31 December."""
    spells = _among(record.table("capitals"), states).select("ccode", "start", "end", "latitude", "longitude")
    return _spread_dates(spells, first, last, year_end=True).unique(["ccode", "year"], keep="last", maintain_order=True)


def capabilities(record: Record, first: int, last: int, states: States) -> pl.DataFrame:
    """Per state-year, the mean of the state's shares of the GDP and the population of all members with estimates."""
    shares = record.derived("capabilities", lambda: _shares(record.table("economy"), record.table("state_years")))
    return _among(shares.filter(pl.col("year").is_between(first, last)), states)


def _shares(economy: pl.DataFrame, state_years: pl.DataFrame) -> pl.DataFrame:
    members = economy.join(state_years.select("ccode", "year"), on=["ccode", "year"], how="semi")
    share = [pl.col(name) / pl.col(name).sum().over("year") for name in ("gdp", "population")]
    return members.select("ccode", "year", capability_share=(share[0] + share[1]) / 2)


def conflict_parties(record: Record, first: int, last: int, states: States) -> pl.DataFrame:
    """State-years of states that were a primary party, on either side, to an active state-based conflict."""
    conflicts = record.table("armed_conflicts").filter(pl.col("year").is_between(first, last))
    sides = [conflicts.select(pl.col(side).alias("ccode"), "year") for side in ("ccode1", "ccode2")]
    return _among(pl.concat(sides).drop_nulls().unique().with_columns(armed_conflict=pl.lit(True)), states)


def disputes(record: Record, first: int, last: int, states: States) -> pl.DataFrame:
    """Per dyad-year with a dispute under way: onset, number of onsets, fatal onset, highest hostility and fatality.

    A fatal onset is unknown where no onset is known to be fatal and the fatality of one is missing.
    """
    onset = pl.col("onset")
    fatal = onset & (pl.col("fatality") > 0)
    return (
        _dispute_rows(record, states)
        .filter(pl.col("year").is_between(first, last))
        .group_by("ccode1", "ccode2", "year")
        .agg(
            dispute_onset=onset.any(),
            dispute_ongoing=pl.lit(True),
            dispute_onsets=onset.sum().cast(pl.Int16),
            fatal_dispute_onset=fatal.any(ignore_nulls=False),
            dispute_hostility=pl.col("hostility").max(),
            dispute_fatality=pl.col("fatality").max(),
        )
    )


def dispute_years(record: Record, first: int, last: int, states: States) -> pl.DataFrame:
    """Dyad-years with a dispute under way, from the first year of the record on, whatever `first` is."""
    rows = _dispute_rows(record, states).filter(pl.col("year") <= last)
    return rows.select("ccode1", "ccode2", "year").unique()


def _dispute_rows(record: Record, states: States) -> pl.DataFrame:
    """Non-directed dispute-years: the directed table holds each dispute once in each direction."""
    return _among(record.table("dispute_dyad_years"), states).filter(pl.col("ccode1") < pl.col("ccode2"))


def interstate_conflicts(record: Record, first: int, last: int, states: States) -> pl.DataFrame:
    """Dyad-years on opposite sides of an interstate armed conflict."""
    rows = _spread(_among(record.table("interstate_conflict_years"), states), first, last)
    return _ordered(rows).select("ccode1", "ccode2", "year").unique().with_columns(interstate_conflict=pl.lit(True))


def rivalries(record: Record, first: int, last: int, states: States) -> pl.DataFrame:
    """Dyad-years of strategic rivalry."""
    rows = _spread(_among(record.table("rivalry_spells"), states), first, last)
    return rows.select("ccode1", "ccode2", "year").unique().with_columns(rivalry=pl.lit(True))


def peace_levels(record: Record, first: int, last: int, states: States) -> pl.DataFrame:
    """Per dyad-year, the level of the peace scale on 31 December."""
    spells = _among(record.table("peace_spells"), states).rename({"level": "peace_level"})
    rows = _spread_dates(spells.sort("start"), first, last, year_end=True)
    return rows.unique(["ccode1", "ccode2", "year"], keep="last", maintain_order=True)


def defence_agreements_signed(record: Record, first: int, last: int, states: States) -> pl.DataFrame:
    """Per dyad-year, the number of bilateral defence cooperation agreements signed."""
    signed = _among(record.table("defence_agreements"), states).with_columns(year=pl.col("signed").dt.year().cast(pl.Int16))
    counts = signed.group_by("ccode1", "ccode2", "year").agg(defence_agreements=pl.len().cast(pl.Int16))
    return counts.filter(pl.col("year").is_between(first, last))


def shared_trade_agreements(record: Record, first: int, last: int, states: States) -> pl.DataFrame:
    """Per dyad-year, the number of trade agreements that bind the two to each other."""
    ties = trade_ties(_among(trade_members(record), states))
    return _spread(ties, first, last).group_by("ccode1", "ccode2", "year").agg(trade_agreements=pl.len().cast(pl.Int16))


def trade_ties(members: pl.DataFrame) -> pl.DataFrame:
    """Return who is bound to whom by which agreement: base_treaty, name, ccode1 < ccode2, first_year, last_year (or null).

    Two members of a treaty are bound to each other if they stand on different sides, if it has no sides, or if both join an
    earlier one together (`foedus.record.sources.desta`). A withdrawal ends the ties of those who leave with those who stay.
    """
    pairs = members.join(members, on="agreement", suffix="_2").filter(pl.col("ccode") < pl.col("ccode_2"))
    among_equals = pl.col("composition").is_in(["bilateral", "plurilateral", "two blocs"])
    no_sides = among_equals & (pl.col("side") == 0) & (pl.col("side_2") == 0)
    joining = (
        pl.col("composition").is_in(["accession", "accession to one side"]) & (pl.col("side") == 1) & (pl.col("side_2") == 1)
    )
    tied = pairs.filter((pl.col("side") != pl.col("side_2")) | no_sides | joining)
    key = [pl.col("base_treaty"), pl.col("ccode").alias("ccode1"), pl.col("ccode_2").alias("ccode2")]
    since = pl.max_horizontal("year", "year_2")
    leaving = pl.col("entry_type") == "withdrawal"
    begun = tied.filter(~leaving).group_by(key).agg(first_year=since.min(), name=pl.col("name").sort_by(since).first())
    ended = tied.filter(leaving).group_by(key).agg(last_year=since.min() - 1)
    return begun.join(ended, on=["base_treaty", "ccode1", "ccode2"], how="left").sort("base_treaty", "ccode1", "ccode2")


SUCCESSORS = {260: (255, 1990), 678: (679, 1990)}
"""COW gives united Germany and united Yemen numbers of their own; what binds the one bound the other before. Both in 1990."""


def trade_members(record: Record) -> pl.DataFrame:
    """Return the members of trade agreements, with those who inherited a membership."""
    return record.derived("trade_members", lambda: _succeeded(record.table("trade_agreement_members")))


def _succeeded(members: pl.DataFrame) -> pl.DataFrame:
    """The members, and the successor of each that was renumbered, from the year of its succession."""
    heirs = [
        members.filter(pl.col("ccode") == before).with_columns(
            pl.lit(after, pl.Int16).alias("ccode"), pl.max_horizontal("year", pl.lit(first, pl.Int16)).alias("year")
        )
        for before, (after, first) in SUCCESSORS.items()
    ]
    return pl.concat([members, *heirs]).unique(["agreement", "ccode"], keep="first", maintain_order=True)


def known_states(record: Record, table: str) -> list[int]:
    """Return the COW numbers that a table names, with those of their successors."""
    named = set(record.table(table)["ccode"].drop_nulls())
    return sorted(named | {after for before, (after, _) in SUCCESSORS.items() if before in named})


def _ordered(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.with_columns(ccode1=pl.min_horizontal("ccode1", "ccode2"), ccode2=pl.max_horizontal("ccode1", "ccode2"))


ARRANGEMENTS: dict[str, Callable[[Record, int, int, States], pl.DataFrame]] = {
    function.__name__: function
    for function in (
        member_since,
        major_powers,
        capitals,
        capabilities,
        conflict_parties,
        disputes,
        dispute_years,
        interstate_conflicts,
        rivalries,
        peace_levels,
        defence_agreements_signed,
        shared_trade_agreements,
    )
}
