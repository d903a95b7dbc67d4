"""Units of analysis: which rows a panel has, and where in the record the value of each row stands.

A state-year exists while the state is a member of the state system on any day of the year; a dyad-year while both are, on
some day of both. The rows of a panel are laid out as *spans*: one unit in one unbroken run of years, its rows side by side,
span after span. So a row's number follows from its unit and year by one addition, and a variable comes from a table of the
record not by a join but by position: `Layout.places` says for every row which row of the table speaks of it, and the values
are gathered from there. The cost is linear in the rows of the panel, whatever the number of states.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import polars as pl

from foedus.panels.systems import System
from foedus.record.store import Record

Positions = npt.NDArray[np.int32]
Years = npt.NDArray[np.int32]

NOWHERE = -1
"""Place of a row of which a table says nothing."""

FIRST_YEAR, LAST_YEAR = 1816, 2025
"""First and last year of the state system as the record has it: what has not ended goes on to the last."""

FOREVER = 9999
"""Year that ends a spell which has not ended."""


@dataclass(frozen=True)
class Layout:
    """The rows of a panel at state-years or dyad-years.

    Attributes
    ----------
    units : the columns that name a unit: one code, or two.
    spans : frame, one row a span, sorted by unit and year: `units`, first_year, last_year, start (number of its first row),
        since (first year of the unbroken run that the span is the asked-for part of).
    height : rows in all.

    >>> layout = Layout.of(("ccode",), pl.DataFrame({"ccode": [2, 3], "first_year": [2000, 2001], "last_year": [2001, 2001]}))
    >>> layout.keys().rows()
    [(2, 2000), (2, 2001), (3, 2001)]
    >>> layout.places(pl.DataFrame({"ccode": [2, 3], "year": [2001, 2000]})).tolist()
    [-1, 0, -1]
    """

    units: tuple[str, ...]
    spans: pl.DataFrame
    height: int

    @classmethod
    def of(cls, units: tuple[str, ...], spans: pl.DataFrame) -> Layout:
        """Lay out spans given by `units`, first_year and last_year, in the order of their rows."""
        lengths = spans["last_year"].to_numpy().astype(np.int64) - spans["first_year"].to_numpy() + 1
        ends = np.cumsum(lengths)
        return cls(units, spans.hstack([pl.Series("start", ends - lengths)]), int(ends[-1]) if ends.size else 0)

    @cached_property
    def lengths(self) -> npt.NDArray[np.int64]:
        """Rows of each span."""
        return np.diff(self.spans["start"].to_numpy(), append=self.height)

    @cached_property
    def years(self) -> npt.NDArray[np.int16]:
        """The year of each row."""
        return self.offset("first_year").astype(np.int16)

    def offset(self, column: str) -> Positions:
        """Return, for each row, the number that `column` gives its span, plus the row's distance from the span's first row."""
        shift = (self.spans[column].cast(pl.Int32) - self.spans["start"].cast(pl.Int32)).to_numpy()
        return np.repeat(shift, self.lengths) + np.arange(self.height, dtype=np.int32)

    def repeated(self, column: str) -> npt.NDArray[np.generic]:
        """Return, for each row, what `column` says of its span."""
        return np.repeat(self.spans[column].to_numpy(), self.lengths)

    def keys(self, picked: npt.NDArray[np.integer] | None = None) -> pl.DataFrame:
        """Return the units and year of every row, or of the rows `picked`."""
        columns = {name: self.repeated(name) for name in self.units} | {"year": self.years}
        return pl.DataFrame({name: values if picked is None else values[picked] for name, values in columns.items()})

    def places(self, found: pl.DataFrame) -> Positions:
        """Return, for each row, the number of the row of `found` that speaks of it, or `NOWHERE`.

        `found` has the columns `units` and either year, or a spell of years in first_year and last_year (null: not over).
        Raises ValueError if two of its rows speak of the same unit and year.
        """
        return self.places_in(unit_numbers(found, self.units), *spell(found))

    def places_in(
        self, unit: npt.NDArray[np.int64], first: Years, last: Years, observed_until: Years | None = None
    ) -> Positions:
        """Return, for each row, which of the spells `first` to `last` of units (`unit_numbers`) holds it, or `NOWHERE`.

        observed_until : years in which the spells were last observed: then they speak only of spans that had begun by then.
        """
        at, span = self._met(unit)
        begun, ended = self._numbers("first_year")[span], self._numbers("last_year")[span]
        low, high = np.maximum(first[at], begun), np.minimum(last[at], ended)
        kept = low <= high
        if observed_until is not None:
            kept &= observed_until[at] >= self._numbers("since")[span]
        start = self._numbers("start")[span] - begun
        return _filled(self.height, (start + low)[kept], (start + high + 1)[kept], at[kept])

    def holds(self, found: pl.DataFrame) -> npt.NDArray[np.bool_]:
        """Return, for each row of `found`, whether its unit is one of the layout's."""
        sought = unit_numbers(found, self.units)
        if not self._sorted.size:
            return np.zeros(sought.size, np.bool_)
        at = np.minimum(np.searchsorted(self._sorted, sought), self._sorted.size - 1)
        return np.asarray(self._sorted[at] == sought)

    def rows_of(self, found: pl.DataFrame) -> Positions:
        """Return, for each row of `found` (the units and year), the number of the row of the layout, or `NOWHERE`."""
        year, _ = spell(found)
        at, span = self._met(unit_numbers(found, self.units))
        begun = self._numbers("first_year")[span]
        kept = (year[at] >= begun) & (year[at] <= self._numbers("last_year")[span])
        rows = np.full(found.height, NOWHERE, np.int32)
        rows[at[kept]] = (self._numbers("start")[span] + year[at] - begun)[kept]
        return rows

    def _met(self, sought: npt.NDArray[np.int64]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Units sought and spans of the same unit, each such pair once."""
        low = np.searchsorted(self._sorted, sought, "left")
        times = np.searchsorted(self._sorted, sought, "right") - low
        at = np.repeat(np.arange(sought.size), times)
        return at, np.repeat(low - (np.cumsum(times) - times), times) + np.arange(at.size)

    @cached_property
    def _sorted(self) -> npt.NDArray[np.int64]:
        """The units of the spans as numbers, which rise: spans are in the order of their units."""
        return unit_numbers(self.spans, self.units)

    def _numbers(self, column: str) -> npt.NDArray[np.int64]:
        return self.spans[column].to_numpy()

    def all_among(self, codes: Collection[int]) -> npt.NDArray[np.bool_]:
        """Return, for each row, whether its state, or both of its states, are among the codes."""
        known = np.array(sorted(codes))
        both = np.logical_and.reduce([np.isin(self.spans[name].to_numpy(), known) for name in self.units])
        return np.repeat(both, self.lengths)

    def where(self, mask: npt.NDArray[np.bool_]) -> Layout:
        """Return the layout of those rows for which `mask` holds.

        >>> spans = pl.DataFrame({"ccode": [2, 3], "first_year": [2000, 2000], "last_year": [2002, 2001]})
        >>> Layout.of(("ccode",), spans).where(np.array([True, False, True, True, True])).keys().rows()
        [(2, 2000), (2, 2002), (3, 2000), (3, 2001)]
        """
        starts = np.zeros(self.height + 1, np.bool_)
        starts[self.spans["start"].to_numpy()] = True
        edge = np.flatnonzero(np.diff(np.concatenate(([False], mask, [False]))) | starts)
        begin, end = edge[:-1], edge[1:]
        kept = mask[begin] if begin.size else np.zeros(0, np.bool_)
        begin, end = begin[kept], end[kept]
        span = np.searchsorted(self.spans["start"].to_numpy(), begin, side="right") - 1
        shift = pl.Series(begin - self.spans["start"].to_numpy()[span])
        old = self.spans[span].drop("start")
        sides = [(pl.col(name) + shift).alias(name) for name in ("row1", "row2") if name in old.columns]
        first = pl.col("first_year") + shift
        last = (first + pl.Series(end - begin) - 1).cast(pl.Int16)
        return Layout.of(self.units, old.with_columns(*sides, first_year=first.cast(pl.Int16), last_year=last))


def spell(found: pl.DataFrame) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]:
    """Return the first and last year each row of a table speaks of: its year, or its spell of years."""
    if "year" in found.columns:
        year = found["year"].to_numpy().astype(np.int32)
        return year, year
    return found["first_year"].to_numpy().astype(np.int32), found["last_year"].fill_null(FOREVER).to_numpy().astype(np.int32)


def unit_numbers(frame: pl.DataFrame, units: Sequence[str]) -> npt.NDArray[np.int64]:
    """Return one number for each row's unit, in the order of the units' codes."""
    codes = [frame[name].to_numpy().astype(np.int64) for name in units]
    return codes[0] if len(codes) == 1 else (codes[0] << 16) + codes[1]


def _filled(height: int, begin: npt.NDArray[np.int64], end: npt.NDArray[np.int64], at: npt.NDArray[np.int64]) -> Positions:
    """Return an array in which `at` stands from `begin` up to `end`, and `NOWHERE` elsewhere; the stretches must not overlap.

    >>> _filled(5, np.array([3, 0]), np.array([5, 2]), np.array([0, 1])).tolist()
    [1, 1, -1, 0, 0]
    """
    places = np.full(height, NOWHERE, np.int32)
    lengths = end - begin
    if not begin.size:
        return places
    if lengths.max() == 1:
        places[begin] = at
    else:
        step = np.zeros(height + 1, np.int32)
        np.add.at(step, begin, at.astype(np.int32) + 1)
        np.subtract.at(step, end, at.astype(np.int32) + 1)
        np.cumsum(step[:-1], out=places)
        places += NOWHERE
    if np.count_nonzero(places != NOWHERE) != lengths.sum():
        raise ValueError("two rows of a table speak of the same unit and year")
    return places


def membership_runs(record: Record, system: System) -> pl.DataFrame:
    """Return the unbroken runs of membership: the system's code, first_year, last_year, and their days begun and ended.

    A state that leaves the system and comes back (Estonia 1918–1940 and since 1991) has two. A run that has not ended has no
    last day.
    """

    def made() -> pl.DataFrame:
        days = record.table("state_spells").filter(pl.col("system") == system.name).sort("code", "start")
        last = pl.col("end").dt.year().fill_null(LAST_YEAR).cast(pl.Int16)
        spells = days.select("code", "start", "end", first=pl.col("start").dt.year().cast(pl.Int16), last=last)
        fresh = (pl.col("first") > pl.col("last").shift(1) + 1).over("code").fill_null(True).cum_sum()
        ended = pl.when(pl.col("end").is_null().any()).then(None).otherwise(pl.col("end").max())
        merged = spells.group_by(pl.col("code").alias(system.key), fresh.alias("run"), maintain_order=True).agg(
            first_year=pl.col("first").min(), last_year=pl.col("last").max(), begun=pl.col("start").min(), ended=ended
        )
        return merged.drop("run")

    return record.derived(f"membership_runs {system.name}", made)


def state_years(record: Record, system: System, first: int, last: int, states: Iterable[int] | None = None) -> Layout:
    """Lay out the state-years from `first` to `last`, by code and year; of the given states only, if any are given."""
    members = membership_runs(record, system).lazy()
    if states is not None:
        members = members.filter(pl.col(system.key).is_in(list(states)))
    return Layout.of((system.key,), _clipped(members.with_columns(since="first_year"), first, last).collect())


def dyad_years(
    states: Layout,
    *,
    directed: bool = False,
    with_states: Iterable[int] | None = None,
    among: Iterable[int] | None = None,
    dyads: Iterable[tuple[int, int]] | None = None,
) -> Layout:
    """Lay out the dyad-years of the states in a layout of state-years, by the two codes and year.

    Two states that were members in one year, but never on the same day, are no dyad in it: united Germany is none with the
    Federal Republic that it succeeded in 1990. Non-directed dyads have the smaller code first; directed ones appear once in
    each direction. `with_states` keeps dyads that hold one of these states, `among` those whose two sides both are, `dyads`
    just these pairs (both directions where directed). Spans also hold `row1` and `row2`: the numbers of the state-years of
    either side in the span's first year.
    """
    key = states.units[0]
    one, two = f"{key}1", f"{key}2"
    spells = states.spans.lazy()
    if among is not None:
        spells = spells.filter(pl.col(key).is_in(list(among)))
    pairs = _pairs(spells, key, directed, dyads)
    if with_states is not None:
        chosen = list(with_states)
        pairs = pairs.filter(pl.col(one).is_in(chosen) | pl.col(two).is_in(chosen))
    begin, end = pl.max_horizontal("first_year", "first_year_2"), pl.min_horizontal("last_year", "last_year_2")
    met = (pl.max_horizontal("begun", "begun_2") <= pl.min_horizontal("ended", "ended_2")).fill_null(True)
    spans = pairs.filter((begin <= end) & met).select(
        one,
        two,
        row1=pl.col("start") + (begin - pl.col("first_year")),
        row2=pl.col("start_2") + (begin - pl.col("first_year_2")),
        since=pl.max_horizontal("since", "since_2"),
        first_year=begin,
        last_year=end,
    )
    return Layout.of((one, two), spans.sort(one, two, "first_year").collect())


def _pairs(spells: pl.LazyFrame, key: str, directed: bool, dyads: Iterable[tuple[int, int]] | None) -> pl.LazyFrame:
    """Spells of membership beside each other, one row a pair of spells of two states."""
    one, two = f"{key}1", f"{key}2"
    if dyads is None:
        crossed = spells.join(spells, how="cross", suffix="_2").rename({key: one, f"{key}_2": two})
        return crossed.filter(pl.col(one) != pl.col(two) if directed else pl.col(one) < pl.col(two))
    named = {pair for one_way in dyads for pair in (one_way, one_way[::-1]) if directed or pair[0] < pair[1]}
    wanted = pl.LazyFrame(sorted(named), schema={one: pl.Int16, two: pl.Int16}, orient="row")
    first = wanted.join(spells.rename({key: one}), on=one)
    return first.join(spells.rename({key: two}), on=two, suffix="_2")


def _clipped(spells: pl.LazyFrame, first: int, last: int) -> pl.LazyFrame:
    clipped = spells.with_columns(pl.col("first_year").clip(lower_bound=first), pl.col("last_year").clip(upper_bound=last))
    return clipped.filter(pl.col("first_year") <= pl.col("last_year"))
