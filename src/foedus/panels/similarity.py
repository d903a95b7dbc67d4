"""How alike the alliance portfolios of two states are in a year: S, Scott's pi and Cohen's kappa.

A state's portfolio is what binds it to each member of the state system in the year, as the codebook's pledges have it (either
owes the other): 3 for defence or support in attack, 2 for neutrality or consultation, 1 for non-aggression, 0 for nothing, the
ranks of the S scores that are passed on with ATOP (Chiba, Johnson & Leeds 2015; read in a script that uses them, not compared
with their file, whose portfolios are made otherwise); by the Correlates of War's list 3 for defence, 2 for
neutrality or non-aggression, 1 for an entente. Or 1 and 0 for pledges that are named. With x and y the portfolios of the two,
over N members,

    S = 1 - 2 · sum |x - y| / (N · highest value)                                 Signorino & Ritter (1999)
    π = 1 - sum (x - y)² / [sum (x - m)² + sum (y - m)²], m the mean of all       Häge (2011), after Scott (1955)
    κ = 1 - sum (x - y)² / [sum (x - mx)² + sum (y - my)² + N · (mx - my)²]       Häge (2011), after Cohen (1968)

S takes two states without allies for alike; π and κ ask how far two agree beyond what their own numbers of allies would bring
about. Where neither portfolio varies these two are not defined, and null.

A state is bound to itself by the highest value; `itself=False` says by nothing. Portfolios are known as far as the list of
alliances speaks of every pair: to 2018, by the Correlates of War to 2012. Beyond there is no value.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from foedus.errors import InputError, nearest
from foedus.panels.alliances import CODED, COW, FACTS, PLEDGES, check_list, last_coded
from foedus.panels.extend import state_codes
from foedus.panels.frames import as_polars
from foedus.panels.keys import keys_of, system_of
from foedus.panels.panel import panel
from foedus.panels.systems import SYSTEMS
from foedus.panels.units import FIRST_YEAR
from foedus.record.store import Record, open_record

Array = NDArray[np.float64]

VALUES = {"defence": 3, "offence": 3, "neutrality": 2, "consultation": 2, "nonaggression": 1}
BY_COW = {"defence": 3, "neutrality": 2, "nonaggression": 2, "consultation": 1}
"""Pledge → how closely it binds, by ATOP's pledges and by the types of the Correlates of War."""

MEASURES = ("alliance_s", "alliance_pi", "alliance_kappa")
"""The columns that are added."""


def similarity(
    frame: Any,
    pledges: Sequence[str] | None = None,
    *,
    itself: bool = True,
    alliances_from: str = FACTS,
    by: Sequence[str] | None = None,
    code: str | None = None,
    year: str = "year",
    record: Record | None = None,
) -> pl.DataFrame:
    """Return a frame of dyad-years with S, pi and kappa of the two states' portfolios; `foedus.similarity` has the words.

    >>> rows = pl.DataFrame({"ccode1": [2, 2], "ccode2": [20, 20], "year": [2000, 2020]})
    >>> similarity(rows)["alliance_kappa"].round(3).to_list()
    [0.369, None]
    """
    given, record = as_polars(frame), record or open_record()
    check_list(record, alliances_from)
    bound = _bound(pledges, alliances_from)
    if taken := [name for name in MEASURES if name in given.columns]:
        raise InputError(f"the frame has columns {', '.join(taken)} already: rename or drop them.")
    keys = keys_of(given, by, code, year)
    if len(keys.states) != 2:
        raise InputError("portfolios are compared of two states: the frame's rows are about one. Give ccode1 and ccode2.")
    system = SYSTEMS[system_of(keys, None)]
    sides = [f"{system.key}{side}" for side in (1, 2)]
    codes = state_codes(given, keys, record, system).with_columns(pl.all().cast(pl.Int16))
    wanted = sorted({*codes["year"].drop_nulls()} & {*range(FIRST_YEAR, last_coded(alliances_from) + 1)})
    parts = []
    if wanted:
        names, span = [f"{name}_pact" for name in bound], (wanted[0], wanted[-1])
        rows = panel("dyad-year", names, years=span, system=system.name, alliances_from=alliances_from, record=record)
        for (when,), ties in rows.filter(pl.col("year").is_in(wanted)).group_by("year"):
            parts.append(_of_year(ties, sides, bound, itself=itself).with_columns(year=pl.lit(when, pl.Int16)))
    empty = pl.DataFrame(schema={**dict.fromkeys((*sides, "year"), pl.Int16), **dict.fromkeys(MEASURES, pl.Float64)})
    told = pl.concat([empty, *(part.select(empty.columns) for part in parts)])
    return given.hstack(codes.join(told, on=[*sides, "year"], how="left", maintain_order="left").select(MEASURES))


def compared(portfolios: Array, highest: float) -> tuple[Array, Array, Array]:
    """Return S, pi and kappa of every two rows of portfolios (state, member): three of (state, state), nan if not defined.

    The two below are alike in six of eight members: S = 1 - 2 · 2/8, pi and kappa follow from three and three allies of eight.

    >>> both = np.array([[1.0, 1, 1, 0, 0, 0, 0, 0], [1.0, 1, 0, 1, 0, 0, 0, 0]])
    >>> [round(float(each[0, 1]), 4) for each in compared(both, 1)]
    [0.5, 0.4667, 0.4667]
    """
    count = portfolios.shape[1]
    apart = np.zeros((len(portfolios), len(portfolios)))
    for value in np.unique(portfolios[portfolios > 0]):
        step = value - max((each for each in np.unique(portfolios) if each < value), default=0.0)
        above = (portfolios >= value).astype(np.float64)
        size = above.sum(axis=1)
        apart += step * (size[:, None] + size[None, :] - 2 * above @ above.T)
    squares, mean = (portfolios**2).sum(axis=1), portfolios.mean(axis=1)
    between = squares[:, None] + squares[None, :] - 2 * portfolios @ portfolios.T
    both = (mean[:, None] + mean[None, :]) / 2
    by_chance = squares[:, None] + squares[None, :] - 2 * count * both**2
    own = squares - count * mean**2
    apart_by_chance = own[:, None] + own[None, :] + count * (mean[:, None] - mean[None, :]) ** 2
    return 1 - 2 * apart / (count * highest), _beyond(between, by_chance), _beyond(between, apart_by_chance)


def _beyond(found: Array, expected: Array) -> Array:
    """Agreement beyond chance; nan where chance leaves nothing to disagree about."""
    share = np.divide(found, expected, out=np.full(found.shape, np.nan), where=expected > 1e-9)
    agreed: Array = 1 - share
    return agreed


def _bound(pledges: Sequence[str] | None, chosen: str) -> Mapping[str, int]:
    """Pledge → how closely it binds: those that the list of alliances tells of, or 1 for each that is named."""
    if pledges is None:
        return BY_COW if chosen == COW else VALUES
    named = [pledges] if isinstance(pledges, str) else [*pledges]
    if not named:
        raise InputError(f"no pledge is named: there are {', '.join(PLEDGES)}; leave pledges out for all, by how they bind.")
    for name in named:
        if name not in CODED[chosen]:
            there = f"{nearest(name, CODED[chosen])} It has: {', '.join(CODED[chosen])}."
            raise InputError(f"the list of alliances {chosen!r} tells of no pledge {name!r}.{there}")
    return dict.fromkeys(named, 1)


def _of_year(ties: pl.DataFrame, sides: list[str], bound: Mapping[str, int], *, itself: bool) -> pl.DataFrame:
    """The measures of every two members of a year, both ways round; none where a tie of one of them is unknown."""
    value = pl.max_horizontal(pl.col(f"{name}_pact").cast(pl.Float64) * weight for name, weight in bound.items())
    known = pl.all_horizontal(pl.col(f"{name}_pact").is_not_null() for name in bound)
    read = ties.select(*sides, value=pl.when(known).then(value).fill_null(np.nan))
    members = np.unique(np.concatenate([read[side].to_numpy() for side in sides]))
    portfolios = np.zeros((len(members), len(members)))
    highest = float(max(bound.values()))
    np.fill_diagonal(portfolios, highest if itself else 0.0)
    first, second = (np.searchsorted(members, read[side].to_numpy()) for side in sides)
    portfolios[first, second] = portfolios[second, first] = read["value"].to_numpy()
    open_ = np.asarray(np.isnan(portfolios).any(axis=1))
    measures = compared(np.nan_to_num(portfolios), highest)
    either = np.logical_or.outer(open_, open_)
    one, other = np.meshgrid(members, members, indexing="ij")
    told = {name: np.where(either, np.nan, each).ravel() for name, each in zip(MEASURES, measures, strict=True)}
    rows = pl.DataFrame({sides[0]: one.ravel(), sides[1]: other.ravel(), **told})
    return rows.with_columns(pl.col(MEASURES).fill_nan(None), pl.col(sides).cast(pl.Int16))
