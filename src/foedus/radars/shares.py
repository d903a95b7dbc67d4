"""Whose radars the warning is owed to, and what is lost when some of them do not work.

    without(i)   =  v(all) - v(all but i)
    Shapley(i)   =  mean over all orders in which members could join of v(those before and i) - v(those before)
    E[v, k out]  =  mean over all sets of k sites of v(the others), exactly

v is any number that a group of members gives: area seen, share of a front, minutes of warning. A member is the state in which
sites stand: in Canada most of the system is paid for by both. Leaving one out tells what the others could not replace; where
radars overlap these do not add up, and Shapley's (1953) shares do.

Sites fall out at random, none likelier than another, and only what is lost on average is told: not by which.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from math import factorial

import numpy as np
import polars as pl

from foedus.errors import InputError
from foedus.estimation.design import Array
from foedus.radars.warning_time import Approach, first_seen

Group = frozenset[str]

MOST_MEMBERS = 12
"""States with sites, at most: every group of them is valued."""


def contributions(value: Mapping[Group, float]) -> pl.DataFrame:
    """Return what each member gives: member, alone, without, shapley, share.

    `without` is the whole less what the others give, `share` the Shapley value over the whole (null if that is zero).

    value : of every group of the members, the empty one included. Raises InputError if one is lacking.

    >>> both = {frozenset(): 0.0, frozenset({"A"}): 3.0, frozenset({"B"}): 2.0, frozenset({"A", "B"}): 4.0}
    >>> contributions(both).rows()
    [('A', 3.0, 2.0, 2.5, 0.625), ('B', 2.0, 1.0, 1.5, 0.375)]
    """
    everyone = max(value, key=len)
    members = sorted(everyone)
    groups = [frozenset(group) for size in range(len(members) + 1) for group in combinations(members, size)]
    if lacking := [group for group in groups if group not in value]:
        raise InputError(f"shares want the value of every group of members; {len(lacking)} of {len(groups)} are lacking.")
    whole = value[everyone] - value[frozenset()]
    rows = [
        (name, value[frozenset({name})], value[everyone] - value[everyone - {name}], _shapley(name, value)) for name in members
    ]
    table = pl.DataFrame(
        rows, schema={"member": pl.String, **dict.fromkeys(("alone", "without", "shapley"), pl.Float64)}, orient="row"
    )
    share = pl.col("shapley") / whole if whole else pl.lit(None, pl.Float64)
    return table.with_columns(share=share)


def _shapley(name: str, value: Mapping[Group, float]) -> float:
    number = len(max(value, key=len))
    total = 0.0
    for group in value:
        if name not in group:
            before = len(group)
            orders = factorial(before) * factorial(number - before - 1) / factorial(number)
            total += orders * (value[group | {name}] - value[group])
    return total


def seen_by_group(seen: Array, members: Sequence[str]) -> dict[Group, float]:
    """Return the share of places that each group sees. seen : number of sites of each member that see a place (place, member).

    >>> seen_by_group(np.array([[1, 0], [1, 2], [0, 0], [0, 1]]), ["A", "B"])[frozenset({"A", "B"})]
    0.75
    """
    sees = seen > 0
    places = [tuple(group) for size in range(len(members) + 1) for group in combinations(range(len(members)), size)]
    return {frozenset(members[each] for each in group): float(sees[:, group].any(axis=1).mean()) for group in places}


def minutes_by_group(sites: pl.DataFrame, reaches_km: Array, approach: Approach) -> dict[Group, tuple[float, float]]:
    """Return the share of tracks seen and the mean minutes of warning that the sites of each group of states would give alone.

    Raises InputError if the sites stand in more than MOST_MEMBERS states.
    """
    members = sites["state"].unique().sort().to_list()
    if len(members) > MOST_MEMBERS:
        raise InputError(f"the sites stand in {len(members)} states; shares are told of up to {MOST_MEMBERS}.")
    places = [group for size in range(len(members) + 1) for group in combinations(range(len(members)), size)]
    seen, kilometres = np.zeros(len(places)), np.zeros(len(places))
    for distance in first_seen(sites, reaches_km, approach, sites["state"].to_list()):
        for place, group in enumerate(places):
            first = distance[:, group].max(axis=1, initial=-1.0)
            seen[place] += (first >= 0).sum()
            kilometres[place] += np.maximum(first, 0.0).sum()
    measured = zip(seen / approach.tracks, approach.minutes(kilometres / approach.tracks), strict=True)
    groups = [frozenset(members[each] for each in group) for group in places]
    return {group: (float(share), float(minutes)) for group, (share, minutes) in zip(groups, measured, strict=True)}


def availability(
    sites: pl.DataFrame, reaches_km: Array, approach: Approach, out: Sequence[int] = (0, 1, 2, 5, 10)
) -> pl.DataFrame:
    """Return what is left on average when so many sites are out: out, share_seen, mean_minutes, lost_share, lost_minutes.

    The mean over every set of sites that could be out, in closed form; tracks are those of the approach. Raises InputError for
    more sites than there are.
    """
    if not all(0 <= each <= sites.height for each in out):
        raise InputError(f"there are {sites.height} sites: from 0 to {sites.height} of them can be out.")
    asked = np.array([0, *out])
    deepest = min(sites.height, int(asked.max()) + 1)
    weights = np.array([_chance_of_rank(sites.height, int(each), deepest) for each in asked])
    seen, kilometres = np.zeros(len(asked)), np.zeros(len(asked))
    for distance in first_seen(sites, reaches_km, approach, range(sites.height)):
        ranked = -np.sort(np.partition(-distance, deepest - 1, axis=1)[:, :deepest], axis=1)
        seen += weights @ (ranked >= 0).sum(axis=0)
        kilometres += weights @ np.maximum(ranked, 0.0).sum(axis=0)
    share, minutes = seen / approach.tracks, approach.minutes(kilometres / approach.tracks)
    left = {"out": asked[1:], "share_seen": share[1:], "mean_minutes": minutes[1:]}
    return pl.DataFrame({**left, "lost_share": share[0] - share[1:], "lost_minutes": minutes[0] - minutes[1:]})


def _chance_of_rank(sites: int, out: int, ranks: int) -> Array:
    """Return how likely the site that sees a track first, second, … is the first that works (rank,), `out` being out."""
    chance, before = np.zeros(ranks), 1.0
    for rank in range(ranks):
        chance[rank] = before * (sites - out) / (sites - rank)
        before *= max(out - rank, 0) / (sites - rank)
    return chance
