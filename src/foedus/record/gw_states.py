"""Tell which state is meant where the Gleditsch–Ward (GW) list is the state system: the GW number of a name or code.

The rules are those of `states`, with the lists changing places: a bare number is a GW number if that state is on the list in
one of the years, else a COW number (`gw:260` and `cow:255` force the system). A name or ISO3 code means what it means among COW
members; where it means none in those years it may be the list's own name for a state that COW does not have, or not yet (Canada
from 1867 to 1919, Orange Free State).
"""

from __future__ import annotations

from functools import cached_property

import polars as pl

from foedus.errors import InputError
from foedus.record.states import AmbiguousName, StateSystem, fold
from foedus.record.store import Record


class GWStates:
    """The states of the Gleditsch–Ward list, by any of their names and codes.

    >>> from foedus.record.store import open_record
    >>> states = GWStates(open_record())
    >>> states.resolve_within("Germany", 1990, 2010), states.resolve_within("Canada", 1870, 1900)
    (260, 20)
    """

    def __init__(self, record: Record) -> None:
        """Keep the record's list, and its COW members for all that names and aliases know of them."""
        self._years = record.table("gw_state_years")
        self._cow = StateSystem.of(record)

    def resolve_within(self, text: str | int, first: int, last: int) -> int:
        """Return the GW number a text means in the latest year, from `first` to `last`, in which it means a state of the list.

        Raises InputError if it means none in any of them.
        """
        code = str(text).strip()
        system, colon, number = (part.strip() for part in code.partition(":"))
        bare = number if colon and system.casefold() == "gw" else code
        if bare.isascii() and bare.isdigit() and (held := self._on_the_list(int(bare), first, last)):
            return held
        try:
            return self._of_cow(text, first, last)
        except AmbiguousName:
            raise
        except InputError:
            if known := self._latest_bearer(fold(code), first, last):
                return known
            raise

    def _on_the_list(self, number: int, first: int, last: int) -> int | None:
        held = self._years.filter((pl.col("gwcode") == number) & pl.col("year").is_between(first, last))
        return number if held.height else None

    def _of_cow(self, text: str | int, first: int, last: int) -> int:
        """Return the GW number of the COW member that is meant."""
        state = self._cow.resolve_within(text, first, last)
        if state.gwcode is None:
            raise InputError(f"{state.name} is not on the Gleditsch–Ward list in {state.year}. Leave it out or use system cow.")
        return state.gwcode

    @cached_property
    def _names(self) -> dict[str, list[tuple[int, int]]]:
        """Folded name or ISO3 code → the GW numbers and years that bear it."""
        bearers: dict[str, list[tuple[int, int]]] = {}
        for gwcode, year, *texts in self._years.select("gwcode", "year", "name", "iso3").iter_rows():
            for text in texts:
                if text:
                    bearers.setdefault(fold(text), []).append((gwcode, year))
        return bearers

    def _latest_bearer(self, key: str, first: int, last: int) -> int | None:
        """Return the state that bore the name in the latest of the years."""
        held = [(year, gwcode) for gwcode, year in self._names.get(key, ()) if first <= year <= last]
        return max(held)[1] if held else None
