"""Whose treaties would oblige which third states to act if one state attacked another.

The row is a directed dyad-year: state 1, the *challenger*, may attack state 2, the *target*. A third state k counts when its
treaty with the target promises defence, or its treaty with the challenger promises offence, neutrality or non-aggression, and
the treaty's conditions would be met against this opponent. k is a member of the state system, and never one of the two.

A promise is that of a member of an alliance to the other members (table `alliance_members`), where the published directed
dyad-years (`alliance_dyad_spells`) confirm that this member owes it to that one: they leave out the guarantors of an unequal
treaty, who owe each other nothing. By column of `alliance_members` (X: defence, offence, neutrality):

    promise          column          not counted against an opponent if
    defence          defence         X_if_adversary or X_if_conflict, unless it is threat_ccode1 or threat_ccode2;
    offence          offence         X_if_number, for one opponent is not several
    neutrality       neutrality      (the same for all three)
    non-aggression   nonaggression   (ATOP gives it no conditions)

Conditions of place, of a demand refused and of an attack unprovoked never decide against whom a promise holds: they are counted
as met. A treaty bound to adversaries that ATOP does not name (some twenty, most of them guarantees) is counted against nobody.

Two readings of how firm a promise is follow Benson (2011) as far as ATOP's columns go:

    unconditional compellent   offence, bound to no place, demand or number of adversaries, and given in a war or against anyone
    conditional compellent     offence, bound to a place or a demand
    unconditional deterrent    defence from a state that owes offence too: it is due however the war began
    conditional deterrent      defence alone: due if the partner is attacked

On the 282 treaties to 2000 that he classified they agree with his own coding with a kappa of .79, .37, .55 and .55, the last
with his conditional and discretionary (probabilistic) pacts taken together: ATOP has no column for discretion, so that his
fifth type cannot be told apart here. The rules were chosen for that agreement, without any sight of disputes.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import polars as pl

from foedus.errors import InputError, nearest
from foedus.estimation.design import Array
from foedus.record.store import Record

COVERAGE = (1816, 2018)
"""Years of which ATOP knows what was owed, first of January and any day alike."""

READINGS = ("start of year", "any day")
"""When a promise counts for a year."""

CONDITIONED = ("defence", "offence", "neutrality")
"""Promises to which ATOP gives conditions."""

ROLES = (
    *(("target", promise) for promise in CONDITIONED),
    *(("challenger", promise) for promise in (*CONDITIONED, "nonaggression")),
)
"""Whose treaties are looked at, and for what promise."""

PAIR = ("ccode", "opponent", "year")


@dataclass(frozen=True)
class Reading:
    """A way to read treaties.

    Attributes
    ----------
    in_force : "start of year": on 1 January, so that a dispute of the year cannot have brought the treaty about; or "any day".
    conditions : whether conditions decide against whom a promise holds; without them every promise holds against everyone.
    fellow_members : whether an alliance counts against an opponent who belongs to it too.
    secret : whether the target's wholly secret treaties count; a challenger cannot be deterred by what it does not know. Its
        own treaties it knows.
    if_attacked : whether neutrality promised for the case that the partner is attacked counts for a partner who attacks; such
        were the pacts of 1887 and 1939, and who attacked is a matter of opinion.
    """

    in_force: str = "start of year"
    conditions: bool = True
    fellow_members: bool = True
    secret: bool = False
    if_attacked: bool = True

    def __post_init__(self) -> None:
        if self.in_force not in READINGS:
            raise InputError(f"a treaty cannot count {self.in_force!r}.{nearest(self.in_force, READINGS)}")


class Tally(NamedTuple):
    """Numbers of third states bound to a state: against anyone, and against the opponents for whom that number is not right.

    The columns after the keys are `third_states`, `firm` and `loose` of them, and `first` and `last`, the years in which the
    oldest and the newest of the alliances made the promise.
    """

    states: pl.DataFrame
    pairs: pl.DataFrame


def obligations(
    record: Record, rows: pl.DataFrame, reading: Reading | None = None, only: Collection[str] | None = None
) -> pl.DataFrame:
    """Return the rows (ccode1, the challenger; ccode2, the target; year) with the third states bound in the case of an attack.

    Numbers of third states: target_defence, target_unconditional_deterrent, target_conditional_deterrent, target_offence,
    target_neutrality; challenger_defence, challenger_offence, challenger_unconditional_compellent,
    challenger_conditional_compellent, challenger_neutrality, challenger_nonaggression. Years: target_defence_since and
    target_defence_latest, in which the oldest and the newest alliance that defends the target first promised it. Whether one of
    the two owes the other defence: allied. All are null outside 1816–2018. `only` names those that are wanted.

    >>> from foedus.record.store import open_record
    >>> rows = pl.DataFrame({"ccode1": [365, 365], "ccode2": [20, 2], "year": [1960, 1940]})
    >>> obligations(open_record(), rows).select("target_defence", "target_defence_since").rows()
    [(14, 1949), (0, None)]
    """
    chosen = reading or Reading()
    years = _years(rows)
    keys = rows.select(pl.col("ccode1", "ccode2", "year").cast(pl.Int16))
    added = []
    for role, promise in ROLES:
        names = {name: new for name, new in _names(role, promise).items() if only is None or new in only}
        if names:
            secret = chosen.secret or role == "challenger"
            counted = tally(held(record, promise, years, chosen, secret), _membership(record, years, chosen))
            added += _attached(keys, counted, role, names).get_columns()
    if only is None or "allied" in only:
        added.append(_either_owes(record, keys, years, chosen).alias("allied"))
    known = rows["year"].is_between(*COVERAGE)
    return rows.hstack(pl.DataFrame(added).select(pl.when(known).then(pl.all()).name.keep()))


def coming(record: Record, rows: pl.DataFrame, within: tuple[int, int], reading: Reading | None = None) -> pl.Series:
    """Return how many third states will be newly bound to defend the target some years later, (row,); null where unknowable.

    An alliance counts that first promises the target defence `within` so many years after the row's (first, last): a placebo,
    for what has not been promised yet deters nobody.

    >>> from foedus.record.store import open_record
    >>> rows = pl.DataFrame({"ccode1": [365] * 3, "ccode2": [20] * 3, "year": [1943, 1944, 1950]})
    >>> coming(open_record(), rows, (1, 5)).to_list()
    [0, 11, 0]
    """
    chosen = replace(reading or Reading(), in_force="any day")
    sooner, later = within
    future = held(record, "defence", COVERAGE, chosen, chosen.secret).filter(pl.col("year") == pl.col("formed"))
    moved = future.with_columns(year=pl.int_ranges(pl.col("year") - later, pl.col("year") - sooner + 1, dtype=pl.Int16))
    counted = tally(moved.explode("year"), None)
    keys = rows.select(pl.col("ccode1", "ccode2", "year").cast(pl.Int16))
    number = _attached(keys, counted, "target", {"third_states": "coming"})
    known = pl.col("year").is_between(COVERAGE[0] - sooner, COVERAGE[1] - later)
    return keys.hstack(number).select(pl.when(known).then("coming").alias("coming")).to_series()


def held(record: Record, promise: str, years: tuple[int, int], reading: Reading, secret: bool) -> pl.DataFrame:
    """Return who has promised whom, in which alliance, in each year: one row for each adversary it is bound to.

    The columns are ccode (who benefits), guarantor, atop_id, year, adversary (null: anyone), firm, loose, and formed, the first
    calendar year of the unbroken run in which the alliance held this promise for ccode.
    """
    table = record.table("alliance_members")
    spells = _spells(table, reading)
    given = _promised(spells, promise, reading, secret)
    parties = _memberships(spells).rename({"first_year": "entered", "last_year": "left", "began": "joined"})
    both = given.join(parties, on="atop_id").filter(pl.col("guarantor") != pl.col("ccode"))
    overlap = both.with_columns(
        first_year=pl.max_horizontal("first_year", "entered"),
        last_year=pl.min_horizontal("last_year", "left"),
        began=pl.max_horizontal("began", "joined"),
    ).filter(pl.col("first_year") <= pl.col("last_year"))
    yearly = _yearly(_dated(overlap.drop("entered", "left", "joined")), years)
    present = record.table("state_years").select("year", guarantor="ccode")
    owed = _owed(record, promise, years).join(present, on=["guarantor", "year"], how="semi")
    return yearly.join(owed, on=["guarantor", "ccode", "year"], how="semi")


def tally(promises: pl.DataFrame, membership: pl.DataFrame | None) -> Tally:
    """Count third states per state and year, and per opponent wherever the opponent changes the number.

    promises : as `held` gives them. membership : atop_id, ccode, year of every party, if alliances do not count against their
    own members; None if they do.
    """
    anyone = promises.filter(pl.col("adversary").is_null())
    singled = promises.drop_nulls("adversary").select("ccode", opponent="adversary", year="year")
    fellows = None if membership is None else membership.rename({"ccode": "opponent"})
    if fellows is not None:
        shared = anyone.select("ccode", "atop_id", "year").unique().join(fellows, on=["atop_id", "year"])
        singled = pl.concat([singled, shared.filter(pl.col("ccode") != pl.col("opponent")).select(PAIR)])
    singled = singled.unique()
    against = singled.join(promises, on=["ccode", "year"]).filter(
        pl.col("guarantor") != pl.col("opponent"),
        pl.col("adversary").is_null() | (pl.col("adversary") == pl.col("opponent")),
    )
    if fellows is not None:
        against = against.join(fellows, on=["atop_id", "opponent", "year"], how="anti")
    counts = pl.col("third_states", "firm", "loose")
    named = singled.join(_counted(against, PAIR), on=PAIR, how="left").with_columns(counts.fill_null(0))
    of_others = _without_guarantor(anyone).join(named, on=PAIR, how="anti")
    return Tally(_counted(anyone, ("ccode", "year")), pl.concat([named, of_others.select(named.columns)]))


def similarity(record: Record, rows: pl.DataFrame) -> pl.Series:
    """Return how similar the alliance portfolios of ccode1 and ccode2 are in each row's year, S, (row,); null where unknown.

    S = 1 − 2 Σ_k |p(1, k) − p(2, k)| / (3 · states), over all states k of the system, themselves included. p is the highest
    obligation between two states in the year, whichever owes it: 3 defence or offence, 2 neutrality or non-aggression, 1
    consultation, 0 none; towards oneself 3. Signorino & Ritter (1999), unweighted, with ATOP's obligations for theirs.

    >>> from foedus.record.store import open_record
    >>> rows = pl.DataFrame({"ccode1": [2, 2], "ccode2": [20, 365], "year": [1960, 1960]})
    >>> similarity(open_record(), rows).round(2).to_list()
    [0.45, -0.05]
    """
    similar = np.full(rows.height, np.nan)
    levels = _levels(record)
    states = record.table("state_years")
    codes = rows.select(pl.col("ccode1", "ccode2").cast(pl.Int64)).to_numpy()
    for (year,), places in rows.with_row_index("place").group_by("year"):
        if not COVERAGE[0] <= year <= COVERAGE[1]:
            continue
        members = np.sort(states.filter(pl.col("year") == year)["ccode"].to_numpy()).astype(np.int64)
        owed = levels.filter(pl.col("first_year") <= year, pl.col("last_year") >= year)
        matrix = portfolio_similarity(_portfolios(owed, members))
        at = places["place"].to_numpy()
        seats = np.searchsorted(members, codes[at]).clip(max=len(members) - 1)
        similar[at] = np.where((members[seats] == codes[at]).all(axis=1), matrix[tuple(seats.T)], np.nan)
    return pl.Series("similarity", similar).fill_nan(None)


def portfolio_similarity(portfolios: Array) -> Array:
    """Return S (state, state) of portfolios (state, partner) with levels 0 to 3.

    >>> portfolio_similarity(np.array([[3.0, 3, 0], [3, 3, 0], [0, 0, 3]])).round(2).tolist()
    [[1.0, 1.0, -1.0], [1.0, 1.0, -1.0], [-1.0, -1.0, 1.0]]
    """
    apart = np.zeros_like(portfolios)
    for level in (1, 2, 3):
        reached = (portfolios >= level).astype(np.float64)
        size = reached.sum(axis=1)
        apart += size[:, None] + size[None, :] - 2 * reached @ reached.T
    share: Array = 1 - 2 * apart / (3 * len(portfolios))
    return share


def _years(rows: pl.DataFrame) -> tuple[int, int]:
    """First and last year of the rows within ATOP's; raises InputError if there are no rows."""
    if rows.is_empty():
        raise InputError("there are no directed dyad-years to look obligations up for: widen the years.")
    low, high = rows.select(low=pl.col("year").min(), high=pl.col("year").max()).row(0)
    return max(int(low), COVERAGE[0]), min(int(high), COVERAGE[1])


def _names(role: str, promise: str) -> dict[str, str]:
    """Columns of a tally → names of the variables made of them."""
    names = {"third_states": f"{role}_{promise}"}
    if (role, promise) == ("target", "defence"):
        return names | {
            "firm": "target_unconditional_deterrent",
            "loose": "target_conditional_deterrent",
            "first": "target_defence_since",
            "last": "target_defence_latest",
        }
    if (role, promise) == ("challenger", "offence"):
        return names | {"firm": "challenger_unconditional_compellent", "loose": "challenger_conditional_compellent"}
    return names


def _spells(members: pl.DataFrame, reading: Reading) -> pl.DataFrame:
    """Memberships with the first and last year in which each counts."""
    january = pl.col("start").dt.ordinal_day() > 1 if reading.in_force == "start of year" else pl.lit(False)
    return members.with_columns(
        began=pl.col("start").dt.year().cast(pl.Int16),
        first_year=(pl.col("start").dt.year() + january.cast(pl.Int32)).cast(pl.Int16),
        last_year=pl.col("end").dt.year().fill_null(COVERAGE[1]).cast(pl.Int16),
    )


def _promised(spells: pl.DataFrame, promise: str, reading: Reading, secret: bool) -> pl.DataFrame:
    """The spells in which a member makes the promise, one row for each adversary it is bound to, and whether it is firm."""
    given = spells.filter(promise) if secret else spells.filter(pl.col(promise) & ~pl.col("secret").fill_null(False))
    adversary = pl.lit([None], pl.List(pl.Int16))
    if promise in CONDITIONED and reading.conditions:
        given = given.filter(~pl.col(f"{promise}_if_number"))
        named = pl.concat_list("threat_ccode1", "threat_ccode2").list.drop_nulls()
        bound = pl.col(f"{promise}_if_adversary") | pl.col(f"{promise}_if_conflict")
        adversary = pl.when(bound).then(named).otherwise(adversary)
    if promise == "neutrality" and not reading.if_attacked:
        given = given.filter(~pl.col("neutrality_if_attacked"), ~pl.col("neutrality_if_unprovoked"))
    bound_rows = given.with_columns(adversary=adversary).filter(pl.col("adversary").list.len() > 0)
    kept = bound_rows.select(
        "atop_id", "began", "first_year", "last_year", "adversary", guarantor="ccode", **_firmness(promise)
    )
    return kept.explode("adversary")


def _firmness(promise: str) -> dict[str, pl.Expr]:
    """Say whether a promise of defence or offence is firm (unconditional) or loose (conditional) as Benson (2011) means it."""
    if promise == "offence":
        loose = pl.col("offence_if_location") | pl.col("offence_if_demand")
        open_ended = pl.col("wartime").fill_null(False) | ~pl.col("offence_if_adversary")
        return {"firm": open_ended & ~loose & ~pl.col("offence_if_number"), "loose": loose}
    firm = pl.col("offence") if promise == "defence" else pl.lit(True)
    return {"firm": firm, "loose": ~firm}


def _memberships(spells: pl.DataFrame) -> pl.DataFrame:
    """First and last year of each party in each alliance, whatever the phase."""
    return spells.select("atop_id", "ccode", "began", "first_year", "last_year").unique()


def _dated(overlap: pl.DataFrame) -> pl.DataFrame:
    """The promises with `formed`, the calendar year in which the unbroken run began in which their alliance made them."""
    keys = ["ccode", "atop_id"]
    ordered = overlap.sort(*keys, "first_year")
    reached = pl.col("last_year").cum_max().shift(1).over(keys)
    run = ordered.with_columns(run=(pl.col("first_year") > reached + 1).fill_null(True).cum_sum().over(keys))
    return run.with_columns(formed=pl.col("began").min().over(*keys, "run")).drop("run", "began")


def _yearly(spells: pl.DataFrame, years: tuple[int, int]) -> pl.DataFrame:
    """The spells spread over the years asked for, each row once."""
    within = spells.with_columns(
        first_year=pl.max_horizontal("first_year", pl.lit(years[0], pl.Int16)),
        last_year=pl.min_horizontal("last_year", pl.lit(years[1], pl.Int16)),
    ).filter(pl.col("first_year") <= pl.col("last_year"))
    each = pl.int_ranges("first_year", pl.col("last_year") + 1, dtype=pl.Int16).alias("year")
    return within.select(pl.exclude("first_year", "last_year"), each).explode("year").unique()


def _owed(record: Record, promise: str, years: tuple[int, int]) -> pl.DataFrame:
    """The dyad-years in which the first state owes the second what is promised, as published."""
    spells = record.table("alliance_dyad_spells").filter(promise)
    return _yearly(spells.select("first_year", "last_year", guarantor="ccode1", ccode="ccode2"), years)


def _membership(record: Record, years: tuple[int, int], reading: Reading) -> pl.DataFrame | None:
    """Return who belongs to which alliance in which year, if that matters."""
    if reading.fellow_members:
        return None
    return _yearly(_memberships(_spells(record.table("alliance_members"), reading)).drop("began"), years)


def _counted(promises: pl.DataFrame, keys: Sequence[str]) -> pl.DataFrame:
    """Distinct third states in all, and by firmness, and the years of the oldest and newest alliance."""
    guarantor = pl.col("guarantor")
    return promises.group_by(keys).agg(
        third_states=guarantor.n_unique().cast(pl.Int16),
        firm=guarantor.filter("firm").n_unique().cast(pl.Int16),
        loose=guarantor.filter("loose").n_unique().cast(pl.Int16),
        first=pl.col("formed").min(),
        last=pl.col("formed").max(),
    )


def _without_guarantor(promises: pl.DataFrame) -> pl.DataFrame:
    """As `_counted` against each guarantor as the opponent: the others remain."""
    each = promises.group_by("ccode", "year", "guarantor").agg(
        pl.col("firm", "loose").any(), first=pl.col("formed").min(), last=pl.col("formed").max()
    )
    group = ["ccode", "year"]

    def others(name: str, *, oldest: bool) -> pl.Expr:
        """The least (or greatest) of a column among the other guarantors."""
        column = pl.col(name)
        end = (column.min() if oldest else column.max()).over(group)
        next_one = column.filter(column != (column.min() if oldest else column.max()))
        second = (next_one.min() if oldest else next_one.max()).over(group)
        return pl.when((column != end) | ((column == end).sum().over(group) > 1)).then(end).otherwise(second).alias(name)

    return each.select(
        "ccode",
        "year",
        (pl.len().over(group) - 1).cast(pl.Int16).alias("third_states"),
        *((pl.col(name).sum().over(group) - pl.col(name)).cast(pl.Int16) for name in ("firm", "loose")),
        others("first", oldest=True),
        others("last", oldest=False),
        opponent="guarantor",
    )


def _attached(keys: pl.DataFrame, counted: Tally, role: str, names: dict[str, str]) -> pl.DataFrame:
    """Return what a tally says of each row if promises are made to its challenger (state 1) or to its target (state 2)."""
    receiver, other = ("ccode2", "ccode1") if role == "target" else ("ccode1", "ccode2")
    rows = keys.select(ccode=receiver, opponent=other, year="year")
    usual = counted.states.rename({name: f"usual_{name}" for name in names})
    pairs = counted.pairs.with_columns(singled=True)
    joined = rows.join(usual, on=["ccode", "year"], how="left", maintain_order="left")
    joined = joined.join(pairs, on=PAIR, how="left", maintain_order="left")
    value = {new: pl.when("singled").then(pl.col(name)).otherwise(pl.col(f"usual_{name}")) for name, new in names.items()}
    years = {"first", "last"}
    return joined.select(**{new: value[new] if name in years else value[new].fill_null(0) for name, new in names.items()})


def _either_owes(record: Record, keys: pl.DataFrame, years: tuple[int, int], reading: Reading) -> pl.Series:
    """Say whether either of the two owes the other defence, whatever the conditions."""
    promises = held(record, "defence", years, Reading(in_force=reading.in_force, conditions=False), secret=True)
    one = promises.select("year", ccode1="guarantor", ccode2="ccode")
    both = pl.concat([one, one.select("year", ccode1="ccode2", ccode2="ccode1").select(one.columns)]).unique()
    marked = keys.join(both.with_columns(allied=True), on=["ccode1", "ccode2", "year"], how="left", maintain_order="left")
    return marked["allied"].fill_null(False)


def _levels(record: Record) -> pl.DataFrame:
    """The highest obligation between two states, by spell and direction."""
    level = (
        pl.when(pl.col("defence") | pl.col("offence"))
        .then(3.0)
        .when(pl.col("neutrality") | pl.col("nonaggression"))
        .then(2.0)
        .when("consultation")
        .then(1.0)
        .otherwise(0.0)
    )
    return record.table("alliance_dyad_spells").select("ccode1", "ccode2", "first_year", "last_year", level=level)


def _portfolios(owed: pl.DataFrame, members: np.ndarray[tuple[int], np.dtype[np.int64]]) -> Array:
    """Obligations (state, partner) of the members of the system, the same in both directions; 3 towards oneself."""
    inside = owed.filter(pl.col("ccode1").is_in(members.tolist()), pl.col("ccode2").is_in(members.tolist()))
    one, two = (np.searchsorted(members, inside[name].to_numpy().astype(np.int64)) for name in ("ccode1", "ccode2"))
    matrix = np.zeros((len(members), len(members)))
    np.maximum.at(matrix, (one, two), inside["level"].to_numpy())
    matrix = np.maximum(matrix, matrix.T)
    np.fill_diagonal(matrix, 3.0)
    return matrix
