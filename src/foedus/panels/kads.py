"""Group-years: several states in a year as one unit, with what its members and its pairs of members say together.

The groups are named ones (NATO), whose members come and go by date, a list of states, or every combination of k states out of a
set: the k-ads of multilateral events, of which dyads are the case k = 2 (Poast 2010). A list or a k-ad exists in the years in
which all its states are members of the system. There are very many k-ads: beyond `MOST` they must be sampled, which is done
without replacement from a seed, each combination as likely as any other.

A variable of states is summed up over the members, one of dyads over the pairs of members:

    numbers     <name>_min, <name>_mean, <name>_max over those with a value and, of amounts, <name>_sum if all have one
    yes or no   <name>_any, <name>_all, <name>_share over those with a value
    both        <name>_known, how many have one: compare it with `members`, or with the number of pairs

A k-ad also gives each member's own value, <name>_1 to <name>_k, in the order of ccode1 to ccodek.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import combinations
from math import comb
from typing import Any

import polars as pl

from foedus.errors import InputError
from foedus.panels.arrange import GROUP, arranged
from foedus.panels.build import unit_years
from foedus.panels.codebook import Variable
from foedus.panels.request import Request
from foedus.panels.systems import COW, SUCCESSORS
from foedus.panels.units import membership_runs

MOST = 1_000_000
"""Groups beyond which k-ads are not made, all of a set or a sample."""

REPLACED = pl.DataFrame(
    [(before, year) for before, (_, year) in SUCCESSORS.items()], schema={"ccode": pl.Int16, "year": pl.Int16}, orient="row"
)
"""A member that another replaced within a year counts for the group in that year once, as the one that goes on."""

AT_ONCE = 20_000
"""Groups summed up at a time: what is held in memory does not grow with their number."""


def group_years(request: Request) -> pl.DataFrame:
    """Return the group-years asked for: named groups as they are named, k-ads in the order of their codes, then by year."""
    return pl.concat([_summed_up(request, members) for members in _members(request)])


def count(request: Request) -> int:
    """Return how many groups of the size asked for there are in the set."""
    return comb(len(_set(request)), request.size or 0)


def combination(place: int, things: Sequence[int], size: int) -> tuple[int, ...]:
    """Return the combination of `size` things that stands at `place` when all are listed in order.

    >>> [combination(place, [1, 2, 3], 2) for place in range(3)]
    [(1, 2), (1, 3), (2, 3)]
    """
    chosen: list[int] = []
    left = size
    for index, thing in enumerate(things):
        with_it = comb(len(things) - index - 1, left - 1) if left else 0
        if left and place < with_it:
            chosen.append(thing)
            left -= 1
        else:
            place -= with_it
    return tuple(chosen)


def _set(request: Request) -> list[int]:
    """The states that k-ads are made of: those asked for, or all that were members in the years."""
    if request.among is not None:
        return sorted(request.among)
    first, last = request.span
    runs = membership_runs(request.record, request.of).filter((pl.col("first_year") <= last) & (pl.col("last_year") >= first))
    return sorted(set(runs[request.of.key]))


def _members(request: Request) -> Iterator[pl.DataFrame]:
    """Frames of the groups' members: group, year, seat, code; each group whole in one frame."""
    first, last = request.span
    if request.groups:
        key = request.of.key
        for name in request.groups:
            found = arranged(request.record, f"{GROUP}{name}", request.wanted).filter(pl.col("year").is_between(first, last))
            present = found.join(_state_years(request), on=[key, "year"], how="semi")
            if request.of is COW:
                present = present.join(REPLACED, on=[key, "year"], how="anti")
            present = present.sort("year", key)
            seat = pl.int_range(1, pl.len() + 1).over("year")
            yield present.select(group=pl.lit(name), year="year", seat=seat.cast(pl.Int16), code=key)
        return
    chosen = _chosen(request)
    for start in range(0, len(chosen), AT_ONCE):
        yield _present(request, chosen[start : start + AT_ONCE])


def _chosen(request: Request) -> list[tuple[int, ...]]:
    """The groups of states: the one listed, or all k-ads, or a sample of them."""
    states, size = _set(request), request.size
    if size is None:
        return [tuple(states)]
    total = comb(len(states), size)
    if not total:
        raise InputError(f"{len(states)} states have no group of {size}: name more states, or choose a smaller size.")
    if request.sample is not None and min(request.sample, total) > MOST:
        raise InputError(f"a sample of {request.sample:,} groups is more than the {MOST:,} that are made: take a smaller one.")
    if request.sample is None or request.sample >= total:
        if total > MOST:
            raise InputError(
                f"{len(states)} states have {total:,} groups of {size}, and more than {MOST:,} are not made. Name fewer "
                "states, or take a sample with sample=N (--sample N)."
            )
        return list(combinations(states, size))
    return [combination(place, states, size) for place in _places(total, request.sample, request.seed)]


def _places(total: int, wanted: int, seed: int) -> list[int]:
    """`wanted` different numbers below `total`, which may be larger than any machine integer, in order."""
    draw = random.Random(seed)
    places: set[int] = set()
    while len(places) < wanted:
        places.add(draw.randrange(total))
    return sorted(places)


def _state_years(request: Request) -> pl.DataFrame:
    return request.record.table(request.of.members).select(request.of.key, "year")


def _present(request: Request, groups: Sequence[tuple[int, ...]]) -> pl.DataFrame:
    """The groups in the years in which all their states are members of the system."""
    size = len(groups[0])
    seats = pl.DataFrame(
        {
            "group": ["-".join(map(str, group)) for group in groups for _ in range(size)],
            "order": [place for place in range(len(groups)) for _ in range(size)],
            "seat": [seat for _ in groups for seat in range(1, size + 1)],
            "code": [code for group in groups for code in group],
        },
        schema={"group": pl.String, "order": pl.Int32, "seat": pl.Int16, "code": pl.Int16},
    )
    years = _state_years(request).filter(pl.col("year").is_between(*request.span)).rename({request.of.key: "code"})
    joined = seats.join(years, on="code", maintain_order="left")
    whole = joined.filter(pl.len().over("group", "year") == size).sort("order", "year", "seat")
    return whole.select("group", "year", "seat", "code")


def _summed_up(request: Request, members: pl.DataFrame) -> pl.DataFrame:
    """The members' and the pairs' variables, one row a group-year."""
    keys = ["group", "year"]
    rows = members.group_by(keys, maintain_order=True).agg(members=pl.len().cast(pl.Int16))
    if request.size is not None:
        seats = [
            (pl.col("code").filter(pl.col("seat") == seat).first()).alias(f"{request.of.key}{seat}") for seat in _seats(request)
        ]
        rows = rows.join(members.group_by(keys, maintain_order=True).agg(seats), on=keys, maintain_order="left")
    for variables, frame in _values(request, members):
        told = frame.group_by(keys, maintain_order=True).agg(
            expression for variable in variables for expression in _summaries(variable, request)
        )
        rows = rows.join(told, on=keys, how="left", maintain_order="left")
        rows = rows.with_columns(pl.col(f"{variable.name}_known").fill_null(0) for variable in variables)
    order = [name for variable in request.chosen for name in rows.columns if _belongs(name, variable.name)]
    first = [*keys, "members", *(name for name in rows.columns if name.startswith(request.of.key))]
    return rows.select(*first, *order)


def _belongs(column: str, variable: str) -> bool:
    """Whether a column is a summary of the variable or a member's value of it."""
    ending = column.removeprefix(f"{variable}_")
    return ending != column and (ending.isdigit() or ending in ("min", "mean", "max", "sum", "any", "all", "share", "known"))


def _seats(request: Request) -> range:
    return range(1, (request.size or 0) + 1)


def _values(request: Request, members: pl.DataFrame) -> Iterator[tuple[list[Variable], pl.DataFrame]]:
    """The states' variables beside the members, and the dyads' beside the pairs of members."""
    key = request.of.key
    codes = frozenset(members["code"].unique())
    plain = replace(request, groups=(), size=None, sample=None, states=None, among=codes)
    if of_states := [variable for variable in request.chosen if variable.of_state]:
        asked = replace(plain, unit="state-year", variables=tuple(variable.name for variable in of_states))
        yield (
            of_states,
            members.join(unit_years(asked).rename({key: "code"}), on=["code", "year"], how="left", maintain_order="left"),
        )
    if of_dyads := [variable for variable in request.chosen if variable.of_dyad]:
        pairless: dict[str, Any] = {"among": None, "dyads": ()} if len(codes) < 2 else {}
        asked = replace(plain, unit="dyad-year", variables=tuple(variable.name for variable in of_dyads), **pairless)
        side = members.select("group", "year", "code")
        pairs = side.join(side, on=["group", "year"], suffix="_2").filter(pl.col("code") < pl.col("code_2"))
        found = unit_years(asked).rename({f"{key}1": "code", f"{key}2": "code_2"})
        yield of_dyads, pairs.join(found, on=["code", "code_2", "year"], how="left", maintain_order="left")


def _summaries(variable: Variable, request: Request) -> Iterator[pl.Expr]:
    name = variable.name
    value = pl.col(name)
    if variable.yes_or_no:
        known = value.drop_nulls()
        yield pl.when(known.len() > 0).then(known.any()).alias(f"{name}_any")
        yield pl.when(known.len() > 0).then(known.all()).alias(f"{name}_all")
        yield value.mean().alias(f"{name}_share")
    else:
        yield value.min().alias(f"{name}_min")
        yield value.mean().alias(f"{name}_mean")
        yield value.max().alias(f"{name}_max")
    if variable.sums:
        yield pl.when(value.null_count() == 0).then(value.sum()).alias(f"{name}_sum")
    yield value.count().cast(pl.Int32).alias(f"{name}_known")
    if variable.of_state:
        for seat in _seats(request):
            yield value.filter(pl.col("seat") == seat).first().alias(f"{name}_{seat}")
