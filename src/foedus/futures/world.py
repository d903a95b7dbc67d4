"""What no member of an ensemble changes: which states there are, what is known of each pair, and until when.

A world begins after the last year of which disputes are recorded, its origin. What is recorded for later years (pacts,
regimes, growth) is taken as it came; what is recorded no longer stays what it was last known to be. A hindcast's world ends
every record with its origin (`Known.ORIGIN`), or takes as it came what no step writes (`Known.CAME`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import TypeVar

import numpy as np
import polars as pl
from numpy.typing import NDArray

from foedus.estimation.design import Array
from foedus.futures.draws import Codes, unit
from foedus.mechanisms.order.covariates import NEEDED, covariate_matrix
from foedus.mechanisms.order.disputes import LONGEST_AGE, STRATA, Disputes
from foedus.mechanisms.order.recency import SPANS
from foedus.mechanisms.order.recency import onsets as recorded_onsets
from foedus.panels.panel import panel
from foedus.panels.units import LAST_YEAR
from foedus.record.store import Record

DIGITS = 10
"""Decimals to which columns are kept: the last digits of a library's logarithm differ between processors."""

Flags = NDArray[np.bool_]
T = TypeVar("T")

FORGOTTEN = 30
"""Years of onsets that are looked back over."""

AT_ONCE = 6
"""Years of rows that are built at once: of today's states, some 115,000 dyad-years."""


class Known(Enum):
    """What is known of the years after the origin."""

    RECORD = "what the record says, and what it said last"
    CAME = "what no step writes, as it came"
    ORIGIN = "nothing"


@dataclass(frozen=True)
class World:
    """States, pairs, and what is given of them.

    Attributes
    ----------
    origin : last year of which disputes are known. known : what is known after it.
    states : (state,), their codes in order. first, second : (dyad,), places of the two states. dyads : (dyad,), their units.
    columns : year → name → (dyad,), what the model of disputes reads, as it stood the year before; from origin + 1 on.
    active : year → (dyad,), whether the pair can have a dispute.
    pacts : year → (dyad,), whether either side owed the other defence; from the origin on.
    peace : (dyad,), peace years at the beginning of origin + 1.
    onsets : (30 years, dyad) and state_onsets : (30 years, state), disputes that began in each of the years up to the origin,
        the last one first, each counted once for either state (`order/recency.py`).
    most : (span,), the most onsets that any state had had by the origin in one year, three, ten and thirty.
    """

    origin: int
    known: Known
    states: Codes
    first: Codes
    second: Codes
    dyads: Codes
    columns: Mapping[int, Mapping[str, Array]]
    active: Mapping[int, Flags]
    pacts: Mapping[int, Flags]
    peace: Codes
    onsets: Flags
    state_onsets: Codes
    most: Codes

    @property
    def last(self) -> int:
        """Last year with covariates of its own: what is recorded no longer stays what it was then."""
        return max(self.columns)

    def place(self, code: int) -> int:
        """Where a state stands; raises KeyError if it is none of this world's."""
        at = int(np.searchsorted(self.states, code))
        if at == len(self.states) or self.states[at] != code:
            raise KeyError(code)
        return at

    def dyads_of(self, codes: list[int]) -> tuple[Flags, Flags]:
        """Return which dyads hold one of these states and another, and which hold two of them (dyad,)."""
        among = np.isin(self.states, codes)
        held = among[self.first].astype(int) + among[self.second]
        return held == 1, held == 2

    def matrix(self, of_dyads: Array, diagonal: float) -> Array:
        """Return what is known of dyads (dyad,) as a symmetric matrix (state, state)."""
        full = np.full((len(self.states), len(self.states)), diagonal)
        full[self.first, self.second] = of_dyads
        full[self.second, self.first] = of_dyads
        return full

    def there(self, year: int) -> Flags:
        """Return which states are in the system in a year (state,)."""
        now = at(self.active, year)
        found = np.zeros(len(self.states), np.bool_)
        found[self.first[now]] = True
        found[self.second[now]] = True
        return found


def at(by_year: Mapping[int, T], year: int) -> T:
    """Return what is said of a year: the last that was said by then, or the first there is.

    >>> at({1990: "a", 1992: "b"}, 1991), at({1990: "a", 1992: "b"}, 2050)
    ('a', 'b')
    """
    said = [each for each in by_year if each <= year]
    return by_year[max(said) if said else min(by_year)]


def rows_of(
    model: Disputes, record: Record, years: tuple[int, int], known: Known, without: Collection[str] = ()
) -> pl.DataFrame:
    """Return the rows of the model's panel in some years, with those after the record as they stood last.

    Built a few years after the other, and without columns that no future reads or that are named: a panel takes several times
    its own memory while it is built.
    """
    carried = LONGEST_AGE if known is Known.RECORD else 0
    parts = []
    for first in range(years[0], years[1] + 1, AT_ONCE):
        rows = model.panel(record, (first, min(first + AT_ONCE - 1, years[1])), carry_forward=carried)
        parts.append(rows.drop(*_unread(rows), *without))
    return pl.concat(parts, rechunk=True)


def _unread(rows: pl.DataFrame) -> set[str]:
    """Columns of the panel that no future reads: how old values are, and strata."""
    return {*STRATA, *(name for name in rows.columns if name.endswith("_age") and name != "peace_years_age")}


def until(origin: int, known: Known, last: int) -> int:
    """Return the last year whose covariates are known to a world that ends with `last`: at least the one after the origin."""
    return LAST_YEAR if known is Known.RECORD else origin + 1 if known is Known.ORIGIN else max(last, origin + 1)


def world(rows: pl.DataFrame, model: Disputes, record: Record, origin: int, known: Known, last: int) -> World:
    """Return the world that begins after `origin`; `rows` are those of `rows_of` from the year after on."""
    ahead = pl.col("year").is_between(origin + 1, last)
    states = np.unique(rows.filter(ahead).select("ccode1", "ccode2").to_numpy().astype(np.int64))
    first, second = np.triu_indices(len(states), 1)
    place = np.full((int(states.max()) + 1,) * 2, -1, np.int64)
    place[states[first], states[second]] = np.arange(len(first))
    single = [*model.covariates, "weaker_democracy"]
    columns: dict[int, Mapping[str, Array]] = {}
    active = dict[int, Flags]()
    peace = np.zeros(len(first), np.int64)
    for now in rows.filter(ahead)["year"].unique().sort().to_list():
        of_year = rows.filter(pl.col("year") == now)
        here = place[of_year["ccode1"].to_numpy(), of_year["ccode2"].to_numpy()]
        sound = ~of_year.select(pl.any_horizontal(pl.col(name).is_null() for name in NEEDED)).to_series().to_numpy()
        names = list(dict.fromkeys(single))
        matrix = covariate_matrix(of_year.filter(sound), names)
        spread = np.zeros((len(names), len(first)))
        spread[:, here[sound]] = np.round(matrix.T, DIGITS)
        columns[now] = dict(zip(names, spread, strict=True))
        active[now] = np.zeros(len(first), np.bool_)
        active[now][here[sound]] = True
        if now == origin + 1:
            peace[here] = of_year["peace_years"].cast(pl.Int64).fill_null(0).to_numpy()
    onsets, of_states = _onsets(record, origin, states, place)
    begun = recorded_onsets(record).filter(pl.col("year") <= origin)
    return World(
        origin=origin,
        known=known,
        states=states,
        first=first,
        second=second,
        dyads=unit(states[first], states[second]),
        columns=columns,
        active=active,
        pacts=_pacts(record, origin, known, place, len(first)),
        peace=peace,
        onsets=onsets,
        state_onsets=of_states,
        most=most_onsets(begun.select("ccode1", "year").rows(), begun.select("ccode2", "year").rows()),
    )


def most_onsets(*sides: Iterable[tuple[int, int]]) -> Codes:
    """Return the most onsets that any state had in each of SPANS, from the codes and years of either side of every one.

    >>> most_onsets([(2, 1990), (2, 1991), (2, 1990)], [(20, 1990), (70, 1991), (70, 1990)]).tolist()
    [2, 3, 3, 3]
    """
    codes, years = np.array([each for side in sides for each in side], np.int64).reshape(-1, 2).T
    if not len(codes):
        return np.zeros(len(SPANS), np.int64)
    table = np.zeros((int(years.max() - years.min()) + 1 + FORGOTTEN, int(codes.max()) + 1), np.int64)
    np.add.at(table, (years - years.min() + FORGOTTEN, codes), 1)
    sums = np.cumsum(table, axis=0)
    return np.array([(sums[span:] - sums[:-span]).max() for span in SPANS])


def _onsets(record: Record, origin: int, states: Codes, place: Codes) -> tuple[Flags, Codes]:
    """The onsets of dyads and of states in the years before, the last year first; those with states that are gone count too."""
    begun = recorded_onsets(record)
    rows = begun.filter(pl.col("year").is_between(origin - FORGOTTEN + 1, origin)).to_numpy().astype(np.int64)
    most = place.shape[0]
    of_dyads = np.zeros((FORGOTTEN, int((place >= 0).sum())), np.bool_)
    of_states = np.zeros((FORGOTTEN, len(states)), np.int64)
    for one, other, year in rows:
        back = origin - year
        if max(one, other) < most and place[one, other] >= 0:
            of_dyads[back, place[one, other]] = True
        for code in (one, other):
            here = np.searchsorted(states, code)
            if here < len(states) and states[here] == code:
                of_states[back, here] += 1
    return of_dyads, of_states


def _pacts(record: Record, origin: int, known: Known, place: Codes, dyads: int) -> dict[int, Flags]:
    """Whether either side owed the other defence, from the origin to the last year that is known."""
    until = LAST_YEAR if known is Known.RECORD else origin
    rows = panel("dyad-year", ["defence_pact"], years=(origin, until), carry_forward=LONGEST_AGE, record=record)
    found = {year: np.zeros(dyads, np.bool_) for year in range(origin, until + 1)}
    for one, other, year in rows.filter("defence_pact").select("ccode1", "ccode2", "year").iter_rows():
        if max(one, other) < place.shape[0] and place[one, other] >= 0:
            found[year][place[one, other]] = True
    return found
