"""Units of analysis: which rows a panel has, and where in the record the value of each row stands.

A state-year exists while the state is a member of the state system on any day of the year; a dyad-year while both are, on
some day of both. The rows of a panel are laid out as *spans*: one unit in one unbroken run of years, its rows side by side,
span after span. So a row's number follows from its unit and year by one addition, and a variable comes from a table of the
record not by a join but by position: `Layout.places` says for every row which row of the table speaks of it, and the values
are gathered from there. The cost is linear in the rows of the panel, whatever the number of states.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import polars as pl

from foedus.panels.systems import System
from foedus.record.store import Record

Positions = npt.NDArray[np.int32]

NOWHERE = -1
"""Place of a row of which a table says nothing."""

FIRST_YEAR, LAST_YEAR = 1816, 2025
"""First and last year of the state system as the record has it: what has not ended goes on to the last."""

FOREVER = 9999
"""The year after every other: a spell that has not ended ends in it, and what never began begins in it."""

_FAR = 2**31 - 1
"""A day later than any, counted from 1970; its negative is earlier than any."""


@dataclass(frozen=True)
class ByUnit:
    """A table in the order of its units, to take values from by position.

    Attributes
    ----------
    frame : the table, its rows in the order of their units, and in the order they had within a unit.
    numbers : the unit of each row as a number. first, last : the years each row speaks of, its year or a spell.

    >>> table = ByUnit.of(("ccode",), pl.DataFrame({"ccode": [20, 2], "first_year": [2000, 2001], "last_year": [2003, None]}))
    >>> table.numbers.tolist(), table.first.tolist(), table.last.tolist()
    ([2, 20], [2001, 2000], [9999, 2003])
    """

    frame: pl.DataFrame
    numbers: npt.NDArray[np.int64]
    first: Positions
    last: Positions

    @classmethod
    def of(cls, units: Sequence[str], frame: pl.DataFrame) -> ByUnit:
        """Order a table by the columns `units`. It also has year, or first_year and last_year (null: not over)."""
        numbers = _unit_numbers(frame, units)
        if (np.diff(numbers) < 0).any():
            order = np.argsort(numbers, kind="stable")
            frame, numbers = frame[order], numbers[order]
        return cls(frame, numbers, *spell(frame))


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
    >>> layout.places(ByUnit.of(("ccode",), pl.DataFrame({"ccode": [2, 3], "year": [2001, 2000]}))).tolist()
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
        numbers = np.repeat(shift, self.lengths)
        numbers += np.arange(self.height, dtype=np.int32)
        return numbers

    def repeated(self, column: str) -> npt.NDArray[np.generic]:
        """Return, for each row, what `column` says of its span."""
        return np.repeat(self.spans[column].to_numpy(), self.lengths)

    def keys(self, picked: npt.NDArray[np.integer] | None = None) -> pl.DataFrame:
        """Return the units and year of every row, or of the rows `picked`."""
        columns = {name: self.repeated(name) for name in self.units} | {"year": self.years}
        return pl.DataFrame({name: values if picked is None else values[picked] for name, values in columns.items()})

    def places(self, table: ByUnit, observed_until: Positions | None = None) -> Positions:
        """Return, for each row, the number of the row of `table` that speaks of it, or `NOWHERE`; see `meeting`."""
        rows, numbers = self.meeting(table, observed_until)
        places = np.full(self.height, NOWHERE, np.int32)
        places[rows] = numbers
        return places

    def meeting(self, table: ByUnit, observed_until: Positions | None = None) -> tuple[Positions, Positions]:
        """Return the numbers of the rows that `table` speaks of, each once, and beside each that of the table's row that does.

        observed_until : years in which the table's spells were last observed: they speak only of spans that had begun by then.
        Raises ValueError if two rows of the table speak of the same unit and year.

        >>> spans = pl.DataFrame({"ccode": [2, 3], "first_year": [2000, 2001], "last_year": [2002, 2002]})
        >>> table = pl.DataFrame({"ccode": [2, 3], "first_year": [2001, 1999], "last_year": [None, 2001]})
        >>> [numbers.tolist() for numbers in Layout.of(("ccode",), spans).meeting(ByUnit.of(("ccode",), table))]
        [[1, 2, 3], [0, 0, 1]]
        """
        span, at = matched(self._sorted, table.numbers)
        begun, ended = self._numbers("first_year")[span], self._numbers("last_year")[span]
        first, last = np.maximum(table.first[at], begun), np.minimum(table.last[at], ended)
        kept = first <= last
        if observed_until is not None:
            kept &= observed_until[at] >= self._numbers("since")[span]
        rows = (self._numbers("start")[span] - begun + first)[kept].astype(np.int32)
        lengths, numbers = (last - first + 1)[kept], at[kept].astype(np.int32)
        if rows.size and lengths.max() > 1:
            rows = np.repeat(rows - (np.cumsum(lengths, dtype=np.int32) - lengths), lengths)
            rows += np.arange(rows.size, dtype=np.int32)
            numbers = np.repeat(numbers, lengths)
        spoken_of = np.zeros(self.height, np.bool_)
        spoken_of[rows] = True
        if np.count_nonzero(spoken_of) != rows.size:
            raise ValueError("two rows of a table speak of the same unit and year")
        return rows, numbers

    def near(self, table: ByUnit) -> ByUnit:
        """Return the rows of a table that are about the layout's units, whatever their years."""
        _, at = matched(np.unique(self._sorted), table.numbers)
        if at.size == table.numbers.size:
            return table
        return ByUnit(table.frame[at], table.numbers[at], table.first[at], table.last[at])

    def rows_of(self, table: pl.DataFrame) -> Positions:
        """Return, for each row of `table` (the units and year), the number of the row of the layout, or `NOWHERE`."""
        year, _ = spell(table)
        at, span = matched(_unit_numbers(table, self.units), self._sorted)
        begun = self._numbers("first_year")[span]
        kept = (year[at] >= begun) & (year[at] <= self._numbers("last_year")[span])
        rows = np.full(table.height, NOWHERE, np.int32)
        rows[at[kept]] = (self._numbers("start")[span] + year[at] - begun)[kept]
        return rows

    @cached_property
    def _sorted(self) -> npt.NDArray[np.int64]:
        """The units of the spans as numbers, which rise: spans are in the order of their units."""
        return _unit_numbers(self.spans, self.units)

    def _numbers(self, column: str) -> npt.NDArray[np.int64]:
        return self.spans[column].to_numpy()

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


def spell(table: pl.DataFrame) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]:
    """Return the first and last year each row of a table speaks of: its year, or its spell of years."""
    if "year" in table.columns:
        year = table["year"].to_numpy().astype(np.int32)
        return year, year
    return table["first_year"].to_numpy().astype(np.int32), table["last_year"].fill_null(FOREVER).to_numpy().astype(np.int32)


def matched(
    sought: npt.NDArray[np.int64], numbers: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return the places of each number sought and of each equal one among `numbers`, which rise: every such pair once.

    >>> [places.tolist() for places in matched(np.array([7, 5, 6]), np.array([5, 5, 7]))]
    [[0, 1, 1], [2, 0, 1]]
    """
    low = np.searchsorted(numbers, sought, "left")
    times = np.searchsorted(numbers, sought, "right") - low
    at = np.repeat(np.arange(sought.size), times)
    return at, np.repeat(low - (np.cumsum(times) - times), times) + np.arange(at.size)


def _unit_numbers(frame: pl.DataFrame, units: Sequence[str]) -> npt.NDArray[np.int64]:
    """One number for each unit, in the order of its codes."""
    codes = [frame[name].to_numpy().astype(np.int64) for name in units]
    return codes[0] if len(codes) == 1 else (codes[0] << 16) + codes[1]


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
    members = membership_runs(record, system).with_columns(since="first_year")
    chosen = members if states is None else members[np.flatnonzero(np.isin(members[system.key].to_numpy(), list(states)))]
    return Layout.of((system.key,), _clipped(chosen, first, last))


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
    spells = states.spans if among is None else states.spans.filter(pl.col(key).is_in(list(among)))
    code, first, last, since, start = (spells[name].to_numpy() for name in (key, "first_year", "last_year", "since", "start"))
    one, two = np.nonzero(_pairs(code, directed, dyads) & _on_one_day(spells))
    begin, end = np.maximum(first[one], first[two]), np.minimum(last[one], last[two])
    kept = begin <= end
    if with_states is not None:
        chosen = np.isin(code, list(with_states))
        kept &= chosen[one] | chosen[two]
    order = np.flatnonzero(kept)
    order = order[np.lexsort((begin[order], code[two[order]], code[one[order]]))]
    one, two, begin, end = one[order], two[order], begin[order], end[order]
    spans = {
        f"{key}1": code[one],
        f"{key}2": code[two],
        "row1": start[one] + (begin - first[one]),
        "row2": start[two] + (begin - first[two]),
        "since": np.maximum(since[one], since[two]),
        "first_year": begin,
        "last_year": end,
    }
    return Layout.of((f"{key}1", f"{key}2"), pl.DataFrame(spans))


def _pairs(code: npt.NDArray[np.int16], directed: bool, dyads: Iterable[tuple[int, int]] | None) -> npt.NDArray[np.bool_]:
    """Return which spells of membership, given by their states, stand beside which, (spell, spell)."""
    if dyads is None:
        return code[:, None] != code if directed else code[:, None] < code
    named = {pair for one_way in dyads for pair in (one_way, one_way[::-1]) if directed or pair[0] < pair[1]}
    wide = code.astype(np.int64)
    return np.isin((wide[:, None] << 16) + wide, [(one << 16) + two for one, two in named])


def _on_one_day(spells: pl.DataFrame) -> npt.NDArray[np.bool_]:
    """Return which spells of membership share a day, (spell, spell); one without a first or last day has no such end."""
    begun, ended = (spells[name].cast(pl.Int32).fill_null(end).to_numpy() for name, end in (("begun", -_FAR), ("ended", _FAR)))
    both: npt.NDArray[np.bool_] = np.maximum(begun[:, None], begun) <= np.minimum(ended[:, None], ended)
    return both


def _clipped(spells: pl.DataFrame, first: int, last: int) -> pl.DataFrame:
    begun, ended = spells["first_year"].clip(lower_bound=first), spells["last_year"].clip(upper_bound=last)
    return spells.with_columns(begun, ended).filter(begun <= ended)
