"""Since when a source has heard of the states of a row, so that its silence never stands for zero where it could not speak.

A source names states by one list of states or by both (`Source.lists_of`), and some consider fewer than all of these
(`states_in`). A panel may be of the other list. The Correlates of War list lacks the Boer republics: a source that codes by it
says nothing of the war of 1899, and that is not "no dispute". So a source speaks of a unit only in the years in which its own
list has the state, or both states, on any day; and it has heard of them since that membership began without a break. Its
clocks start there.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import polars as pl

from foedus.panels.arrange import known_states, listed_years
from foedus.panels.codebook import Variable
from foedus.panels.systems import COW, System
from foedus.panels.units import FIRST_YEAR, FOREVER, LAST_YEAR, Layout, membership_runs
from foedus.record.store import Record

Since = npt.NDArray[np.int16]
"""The first year of the run of years in which a source has heard of the states of each row, FOREVER where it has not."""

Silent = npt.NDArray[np.bool_] | None
"""Rows of which a source says nothing, as it has not heard of their states; None: it has heard of all."""


@dataclass(frozen=True)
class Hearing:
    """Say of which rows of a layout a variable's source has heard, and since when; each answer is computed once.

    Attributes
    ----------
    states : the state-years that the rows are about. layout : the state-years or dyad-years that they stand on.
    """

    record: Record
    system: System
    states: Layout
    layout: Layout
    _silent: dict[tuple[frozenset[str], str | None], Silent] = field(default_factory=dict, repr=False)

    def silent(self, variable: Variable) -> Silent:
        """Return the rows of which the variable's source says nothing: in their year it has not heard of a state."""
        key = (variable.lists, variable.states_in)
        if key not in self._silent:
            since = self._of_states(variable)
            unheard = None if since is None else since > self.states.years
            self._silent[key] = None if unheard is None or not unheard.any() else self._of_rows(unheard)
        return self._silent[key]

    def since(self, variable: Variable) -> Since | None:
        """Return since when the variable's source has heard of the states of each row; None: of all, as long as they are."""
        since = self._of_states(variable)
        if since is None or len(self.layout.units) == 1:
            return since
        return np.maximum(since[self.layout.offset("row1")], since[self.layout.offset("row2")])

    def _of_states(self, variable: Variable) -> Since | None:
        """Since when the source has heard of the state of each state-year; None: its list is the panel's, and it knows all."""
        other = not (self.system.name in variable.lists or not variable.lists)
        if not other and variable.states_in is None:
            return None
        at = self.states.repeated(self.system.key), self.states.years - FIRST_YEAR
        since = np.full(self.states.height, FIRST_YEAR, np.int16)
        if other:
            since = listed_since(self.record, self.system, self.system.other)[at]
        if variable.states_in is not None:
            codes = at[0] if self.system is COW else cow_codes(self.record, self.system)[at]
            since[~np.isin(codes, known_states(self.record, variable.states_in))] = FOREVER
        return since

    def _of_rows(self, unheard: npt.NDArray[np.bool_]) -> Silent:
        """The rows with an unheard state; of dyad-years, only those spans are looked at in which there is one."""
        if len(self.layout.units) == 1:
            return unheard
        start, *sides = (self.layout.spans[name].to_numpy() for name in ("start", "row1", "row2"))
        before = np.append(0, np.cumsum(unheard))
        some = np.logical_or(*(before[side + self.layout.lengths] > before[side] for side in sides))
        lengths = self.layout.lengths[some]
        into = np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        one, two, rows = (np.repeat(begin[some], lengths) + into for begin in (*sides, start))
        found = np.zeros(self.layout.height, np.bool_)
        found[rows] = unheard[one] | unheard[two]
        return found


def listed_since(record: Record, system: System, other: System) -> npt.NDArray[np.int16]:
    """Return since when the other list has had each state of the system, array (code, years since FIRST_YEAR).

    >>> from foedus.panels.systems import COW, GW
    >>> from foedus.record.store import open_record
    >>> listed_since(open_record(), GW, COW)[20, [1919 - FIRST_YEAR, 1930 - FIRST_YEAR]].tolist()
    [9999, 1920]
    """

    def made() -> npt.NDArray[np.int16]:
        return _by_code(record, system, listed_years(record, system, other).rename({"since": "told"}), FOREVER)

    return record.derived(f"{system.name} states since when listed by {other.name}", made)


def cow_codes(record: Record, system: System) -> npt.NDArray[np.int16]:
    """Return the COW number of each state of the other list, array (code, years since FIRST_YEAR); 0 where it has none."""

    def made() -> npt.NDArray[np.int16]:
        members = record.table(system.members).select(system.key, "year", told=COW.key).drop_nulls()
        return _by_code(record, system, members, 0)

    return record.derived(f"COW numbers of {system.name} states", made)


def _by_code(record: Record, system: System, years: pl.DataFrame, otherwise: int) -> npt.NDArray[np.int16]:
    """What is `told` of state-years, array (code, years since FIRST_YEAR)."""
    codes = membership_runs(record, system)[system.key]
    found = np.full((int(codes.max() or 0) + 1, LAST_YEAR - FIRST_YEAR + 1), otherwise, np.int16)  # type: ignore[arg-type]
    found[years[system.key], years["year"] - FIRST_YEAR] = years["told"]
    return found
