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

A group stands in *spans* of years with the same members, as the rows of other panels do. So the values of a member, or of a
pair of members, are found by their places in the panel of states or of dyads, and nothing is joined.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import comb
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from foedus.errors import InputError
from foedus.panels.build import group_rows, layouts, values
from foedus.panels.codebook import DYAD_YEAR, STATE_YEAR
from foedus.panels.groups import START
from foedus.panels.request import Request
from foedus.panels.summaries import Column, summaries
from foedus.panels.systems import COW, GW, SUCCESSORS
from foedus.panels.units import NOWHERE, Layout, matched, membership_runs, state_years

MOST = 1_000_000
"""Groups beyond which k-ads are not made, all of a set or a sample."""

RENUMBERED = {COW.name: [(before, year) for before, (_, year) in SUCCESSORS.items()], GW.name: [(345, 2006)]}
"""Codes that another took the place of, with the year; in the Gleditsch–Ward list Serbia is 340 since Montenegro left."""

REPLACED = {
    system.name: pl.DataFrame(RENUMBERED[system.name], {system.key: pl.Int16, "year": pl.Int16}, orient="row")
    for system in (COW, GW)
}
"""A member that another replaced within a year counts for the group in that year once, as the one that goes on."""

AT_ONCE = 600_000
"""Members, or pairs of members, summed up at a time: what is held beside the panel does not grow with the number of groups."""

NOBODY = 0
"""Stands for a member where a group has fewer than others; no state has this code."""


@dataclass(frozen=True)
class Groups:
    """Groups in spans of years with the same members.

    Attributes
    ----------
    names : the group of each span. first, last : its years, both included.
    members : codes, (span, seat), in rising order; `NOBODY` where a seat is empty.
    """

    names: pl.Series
    first: npt.NDArray[np.int16]
    last: npt.NDArray[np.int16]
    members: npt.NDArray[np.int16]

    @property
    def lengths(self) -> npt.NDArray[np.int64]:
        """Years of each span."""
        return self.last.astype(np.int64) - self.first + 1

    def pairs(self) -> npt.NDArray[np.int16]:
        """Return the members two by two, (span, pair, side); a pair has `NOBODY` where a seat is empty."""
        two, one = np.tril_indices(self.members.shape[1], -1)
        return np.stack([self.members[:, one], self.members[:, two]], axis=2)

    def slices(self, rows: int) -> Iterator[slice]:
        """Yield slices of spans of about so many group-years each; one, without any span, if there are none."""
        number = np.cumsum(self.lengths) // max(rows, 1)
        cuts = (np.flatnonzero(np.diff(number)) + 1).tolist()
        for begin, end in zip([0, *cuts], [*cuts, len(self.names)], strict=True):
            yield slice(begin, end)


def group_years(request: Request) -> pl.DataFrame:
    """Return the group-years asked for: named groups as they are named, k-ads in the order of their codes, then by year."""
    groups = _named(request) if request.groups else _k_ads(request)
    of_states = _built(request, groups, STATE_YEAR, groups.members[:, :, None])
    of_dyads = _built(request, groups, DYAD_YEAR, groups.pairs())
    seats = groups.members.shape[1]
    at_once = AT_ONCE // max(seats, comb(seats, 2))
    return pl.concat(_summed_up(request, groups, part, of_states, of_dyads) for part in groups.slices(at_once))


def count(request: Request) -> int:
    """Return how many groups of the size asked for there are in the set."""
    return comb(len(_set(request)), request.size or 0)


def combinations_at(places: Sequence[int], things: int, size: int) -> npt.NDArray[np.int64]:
    """Return the combinations of `size` out of so many things that stand at `places` when all are listed in order.

    Places may be larger than any machine integer. Returns an array, (place, position), of numbers of things from 0.

    >>> combinations_at([0, 1, 2], 3, 2).tolist()
    [[0, 1], [0, 2], [1, 2]]
    """
    many = max(comb(things, chosen) for chosen in range(size + 1)) >= 2**63
    kind: type = object if many else np.int64
    left: npt.NDArray[Any] = comb(things, size) - np.array(
        places, dtype=kind
    )  # combinations from this place to the end of the list
    chosen_at = np.empty((len(places), size), np.int64)
    for position in range(size):
        after: npt.NDArray[Any] = np.array([comb(most, size - position) for most in range(things + 1)], dtype=kind)
        rest = np.searchsorted(after, left)  # things from the chosen one to the last
        chosen_at[:, position] = things - rest
        left = left - after[rest - 1]
    return chosen_at


def _set(request: Request) -> list[int]:
    """The states that k-ads are made of: those asked for, or all that were members in the years."""
    if request.among is not None:
        return sorted(request.among)
    first, last = request.span
    runs = membership_runs(request.record, request.of).filter((pl.col("first_year") <= last) & (pl.col("last_year") >= first))
    return sorted(set(runs[request.of.key]))


def _named(request: Request) -> Groups:
    """Groups with a name, each year of which is a span of its own, as members come and go."""
    key = request.of.key
    state_years = request.record.table(request.of.members).select(key, "year")
    parts = []
    for name in request.groups:
        held = group_rows(request, name).filter(pl.col("year").is_between(*request.span))
        present = held.join(state_years, on=[key, "year"], how="semi")
        if request.membership != START:
            present = present.join(REPLACED[request.system], on=[key, "year"], how="anti")
        parts.append(present.group_by("year").agg(pl.col(key).sort()).sort("year").with_columns(group=pl.lit(name)))
    spans = pl.concat(parts)
    size = max((len(codes) for codes in spans[key]), default=1)
    members = np.full((spans.height, size), NOBODY, np.int16)
    for seats, codes in zip(members, spans[key], strict=True):
        seats[: len(codes)] = codes.to_numpy()
    years = spans["year"].to_numpy()
    return Groups(spans["group"], years, years, members)


def _k_ads(request: Request) -> Groups:
    """The groups of states that are listed, all k-ads, or a sample of them, in the years in which all are members."""
    codes = np.array(_set(request), np.int16)
    places = _places(request, codes.size)
    chosen = codes[None, :] if places is None else codes[combinations_at(places, codes.size, request.size or 0)]
    group, first, last = _together(state_years(request.record, request.of, *request.span, codes.tolist()), chosen)
    texts = [pl.Series(str(seat), chosen[:, seat]).cast(pl.String) for seat in range(chosen.shape[1])]
    names = pl.select(pl.concat_str(texts, separator="-")).to_series()
    return Groups(names[pl.Series(group.astype(np.uint32))], first, last, chosen[group])


def _places(request: Request, states: int) -> Sequence[int] | None:
    """The places of the k-ads asked for among all of the set; None: the set itself is the group."""
    if request.size is None:
        return None
    size, sample, total = request.size, request.sample, comb(states, request.size)
    if not total:
        raise InputError(f"{states} states have no group of {size}: name more states, or choose a smaller size.")
    if sample is not None and min(sample, total) > MOST:
        raise InputError(f"a sample of {sample:,} groups is more than the {MOST:,} that are made: take a smaller one.")
    if sample is not None and sample < total:
        return _drawn(total, sample, request.seed)
    if total > MOST:
        raise InputError(
            f"{states} states have {total:,} groups of {size}, and more than {MOST:,} are not made. Name fewer "
            "states, or take a sample with sample=N (--sample N)."
        )
    return range(total)


def _drawn(total: int, wanted: int, seed: int) -> list[int]:
    """`wanted` different numbers below `total`, which may be larger than any machine integer, in order."""
    draw, bits = random.Random(seed).getrandbits, total.bit_length()
    places: set[int] = set()
    while len(places) < wanted:
        if (place := draw(bits)) < total:
            places.add(place)
    return sorted(places)


def _together(
    states: Layout, groups: npt.NDArray[np.int16]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int16], npt.NDArray[np.int16]]:
    """The spans of years in which all states of a group, (group, seat), are members: its number, first and last year."""
    code, begun, ended = (states.spans[name].to_numpy() for name in (states.units[0], "first_year", "last_year"))
    group = np.arange(len(groups))
    first, last = np.full(group.size, -(2**15), np.int16), np.full(group.size, 2**15 - 1, np.int16)
    for seat in range(groups.shape[1]):
        at, run = matched(groups[group, seat], code)
        low, high = np.maximum(first[at], begun[run]), np.minimum(last[at], ended[run])
        met = low <= high
        group, first, last = group[at][met], low[met], high[met]
    order = np.lexsort((first, group))
    return group[order], first[order], last[order]


@dataclass(frozen=True)
class _Built:
    """Columns of a panel of states or dyads, and the rows in which the spans of the groups begin, (span, member or pair)."""

    columns: dict[str, Column]
    height: int
    begin: npt.NDArray[np.int32]

    def seats(self, part: slice, span: npt.NDArray[np.intp], into: npt.NDArray[np.intp]) -> list[npt.NDArray[np.intp]]:
        """Return, for each member or pair, its row in each group-year: of these spans, so many years into them."""
        begin = self.begin[part]
        starts = (begin[:, seat][span].astype(np.intp) for seat in range(begin.shape[1]))
        return [np.where(start == NOWHERE, self.height, start + into) for start in starts]


def _built(request: Request, groups: Groups, unit: str, codes: npt.NDArray[np.int16]) -> _Built:
    """The variables asked for of a unit, for the states or dyads that have these codes, (span, unit, side)."""
    chosen = [variable for variable in request.chosen if variable.of_state == (unit == STATE_YEAR)]
    if not chosen:
        return _Built({}, 0, np.empty((len(groups.names), 0), np.int32))
    among = frozenset(np.unique(groups.members).tolist()) - {NOBODY}
    alone: dict[str, Any] = {"among": None, "dyads": ()} if unit == DYAD_YEAR and len(among) < 2 else {"among": among}
    names = tuple(variable.name for variable in chosen)
    asked = replace(request, unit=unit, variables=names, groups=(), size=None, sample=None, states=None, **alone)
    states, layout = layouts(asked)
    sides = {name: codes[:, :, side].ravel() for side, name in enumerate(layout.units)}
    begin = layout.rows_of(pl.DataFrame({**sides, "year": np.repeat(groups.first, codes.shape[1])}))
    frame = values(asked, states, layout)
    columns = {variable.name: Column.of(variable, frame[variable.name]) for variable in chosen}
    return _Built(columns, frame.height, begin.reshape(codes.shape[:2]))


def _summed_up(request: Request, groups: Groups, part: slice, of_states: _Built, of_dyads: _Built) -> pl.DataFrame:
    """The keys and the members' and pairs' variables of some spans, one row a group-year."""
    lengths, members = groups.lengths[part], groups.members[part]
    span = np.repeat(np.arange(lengths.size), lengths)
    into = np.arange(span.size) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    size = (members != NOBODY).sum(axis=1)[span]
    keys = [
        groups.names[part].alias("group")[pl.Series(span.astype(np.uint32))],
        pl.Series("year", (groups.first[part][span] + into).astype(np.int16)),
        pl.Series("members", size.astype(np.int16)),
        *(pl.Series(f"{request.of.key}{seat + 1}", members[span, seat]) for seat in range(request.size or 0)),
    ]
    seats, pairs = of_states.seats(part, span, into), of_dyads.seats(part, span, into)
    columns: list[pl.Series] = []
    for variable in request.chosen:
        if variable.of_state:
            columns += summaries(of_states.columns[variable.name], seats, size, own=request.size is not None)
        else:
            columns += summaries(of_dyads.columns[variable.name], pairs, size * (size - 1) // 2, own=False)
    return pl.DataFrame([*keys, *columns])
