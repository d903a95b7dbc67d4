"""Tell what a text means over years, in the states of either list: one answer for a panel, a file, a frame and a question.

In one year a name or code means the state that bears it then (`states` has the rules). Over a span of years it means **every**
state that bears it in one of them: Germany's ISO code the Empire, the Federal Republic and the united state; "Serbia" on the
Gleditsch–Ward list the kingdom and the republic, and not the Yugoslavia between. A name that two members share in one of the
years is refused, with all it could mean and when, for no answer would be the right one. Two cases are none of that:

* both states are meant anyhow, each alone in another of the years;
* the year is one of change: the name's bearer before or after it is plain, and the other came or went in that year (Germany in
  1990, if 1991 is asked for too).

Where Gleditsch and Ward (GW) have a state and the Correlates of War Project (COW) does not, or not yet, it bears the list's own
name, and those that COW's state bore in the nearest year in which it was one. A name that a state of the list would bear in one
year of change alone stays with the others (Serbia with the kingdom, not with the Yugoslavia of 1918).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import polars as pl

from foedus.errors import InputError
from foedus.record.spellings import fold
from foedus.record.states import AmbiguousName, Bearers, StateSystem
from foedus.record.store import Record

Held = npt.NDArray[np.bool_]
"""One truth value for each year of the state system."""

Codes = npt.NDArray[np.int16]
"""One state's number for each year of the state system; 0 for none."""


@dataclass(frozen=True)
class Borne:
    """A name or code through the years: which states of a list bear it.

    Attributes
    ----------
    held : number of each state that bears it → in which years, a member or not.
    passes : in a year of change it means the state that held it last, as codes do.
    """

    held: dict[int, Held]
    passes: bool


@dataclass(frozen=True)
class Meaning:
    """What a text means in each year: the state's number (0: none), and whether it means several.

    codes, shared : arrays, (years of the state system).
    """

    codes: Codes
    shared: Held


class Meanings:
    """What texts mean, in the states of one list.

    >>> from foedus.record.store import open_record
    >>> Meanings(open_record(), "cow").within("DEU", 1816, 2025), Meanings(open_record(), "gw").within("Serbia", 1876, 1920)
    ((255, 260), (340,))
    """

    def __init__(self, record: Record, system: str) -> None:
        """Keep the lists of the record; `system` is "cow" or "gw"."""
        self._record = record
        self._system = system
        self.cow = StateSystem.of(record)
        self.first, self.last = self.cow.years

    @classmethod
    def of(cls, record: Record, system: str) -> Meanings:
        """Return the meanings in one list of an opened record; they are made once."""
        return record.derived(f"meanings {system}", lambda: cls(record, system))

    def within(self, text: str | int, first: int, last: int) -> tuple[int, ...]:
        """Return the numbers of all states that a text means in one of the years from `first` to `last`.

        Raises InputError if it means none of them, and AmbiguousName if it means several in one year.
        """
        if first > last:
            raise InputError(f"years {first}:{last} run backwards.")
        window = self._window(first, last)
        for borne in self.borne(text):
            meant, unsettled = self._meant(borne, window)
            if unsettled.any():
                raise self._ambiguous(text, borne, window)
            if meant:
                return tuple(sorted(meant))
        raise self._refusal(text, first, last)

    def one(self, text: str | int, first: int, last: int) -> int:
        """Return the number of the one state that a text means in these years; raises InputError if it means several."""
        codes = self.within(text, first, last)
        if len(codes) > 1:
            raise AmbiguousName(self._several(text, codes, first, last))
        return codes[0]

    def through(self, text: str | int) -> Meaning:
        """Return what a text means in each year of the state system."""
        codes, shared = np.zeros(self._count, np.int16), np.zeros(self._count, np.bool_)
        for borne in self.borne(text):
            free = (codes == 0) & ~shared
            meaning = self._each_year(borne)
            codes, shared = np.where(free, meaning.codes, codes), shared | (free & meaning.shared)
        return Meaning(codes, shared)

    def candidates(self, text: str | int, year: int) -> tuple[int, ...]:
        """Return the members in a year that a text means then or, if there are none, those that it means in another year."""
        at = year - self.first
        members = [(code, held[at]) for each in self.borne(text) for code, held in each.held.items() if self.member(code)[at]]
        return tuple(sorted({code for code, now in members if now} or {code for code, _ in members}))

    def borne(self, text: str | int) -> tuple[Borne, ...]:
        """Return who bears a text when; of several, the first that has a member in the years speaks."""
        bearers = self.cow.bearers(text)
        if self._system == "cow":
            return tuple(Borne(_held(each, self.first, self._count), each.passes) for each in bearers)
        return tuple(self._listed(text, bearers))

    @property
    def _count(self) -> int:
        return self.last - self.first + 1

    def _window(self, first: int, last: int) -> Held:
        if not self.first <= first <= last <= self.last:
            outside = first if first < self.first else last
            raise InputError(
                f"the state system is not recorded in the year {outside}. Choose one from {self.first} to {self.last}."
            )
        years = np.arange(self.first, self.last + 1)
        return (years >= first) & (years <= last)

    @cached_property
    def _members(self) -> dict[int, Held]:
        """Return the years in which each state is a member, by number."""
        table, key = ("state_years", "ccode") if self._system == "cow" else ("gw_state_years", "gwcode")
        return _years_of(self._record.table(table).select(key, "year"), self.first, self._count)

    def member(self, code: int) -> Held:
        """Return the years in which a state is a member."""
        return self._members.get(code, np.zeros(self._count, np.bool_))

    def _each_year(self, borne: Borne) -> Meaning:
        """Return what the text means in each year by one of its readings."""
        shared = np.zeros(self._count, np.bool_)
        codes = np.zeros(self._count, np.int16)
        present = {code: held & self.member(code) for code, held in borne.held.items()}
        bearing = _total(borne.held.values(), self._count)
        for code, held in present.items():
            taken = held & (codes != 0)
            codes[held & ~taken] = code
            for at in np.flatnonzero(taken) if borne.passes else ():
                codes[at] = self._holding_last((int(codes[at]), code), self.first + int(at))
        if not borne.passes:
            shared = (bearing > 1) & (codes != 0)
            codes[shared] = 0
        return Meaning(codes, shared)

    def _holding_last(self, codes: Iterable[int], year: int) -> int:
        """Return the one of some states whose membership went on longest in a year."""
        return max(codes, key=lambda code: self._until(code, year))

    def _until(self, code: int, year: int) -> int:
        """Return how far into the year the state is a member: its last day in it."""
        spells = self._ends.get(code, [])
        return max((min(end, (year + 1) * 1000) for start, end in spells if start // 1000 <= year), default=0)

    @cached_property
    def _ends(self) -> dict[int, list[tuple[int, int]]]:
        """Return each state's memberships as first and last day, a day being year × 1000 + day of the year."""
        spells = self._record.table("state_spells").filter(system=self._system)
        days = [
            (pl.col(name).dt.year().cast(pl.Int32) * 1000 + pl.col(name).dt.ordinal_day()).fill_null(9_999_999)
            for name in ("start", "end")
        ]
        ends: dict[int, list[tuple[int, int]]] = {}
        for code, start, end in spells.select("code", *days).iter_rows():
            ends.setdefault(code, []).append((start, end))
        return ends

    def _meant(self, borne: Borne, window: Held) -> tuple[set[int], Held]:
        """Return the states that one reading of a text means in the window, and the years in which it remains open which."""
        present = {code: held & self.member(code) & window for code, held in borne.held.items()}
        if borne.passes:
            return {code for code, held in present.items() if held.any()}, np.zeros(self._count, np.bool_)
        total = _total(borne.held.values(), self._count)
        meant = {code for code, held in present.items() if (held & (total == 1)).any()}
        open_years = (_total(present.values(), self._count) > 0) & (total > 1)
        for at in np.flatnonzero(open_years):
            bearing = {code for code, held in borne.held.items() if held[at]}
            if bearing <= meant or self._changes(int(at), bearing - meant, bearing & meant, present, total):
                open_years[at] = False
                meant |= self._plain_beside(int(at), borne, bearing - meant, total)
        return meant, open_years

    def _plain_beside(self, at: int, borne: Borne, codes: set[int], total: npt.NDArray[np.int64]) -> set[int]:
        """Return the states that alone bear the text in a year beside this one, in the window or not: it passed to them."""
        beside = [near for near in (at - 1, at + 1) if 0 <= near < self._count and total[near] == 1]
        return {code for code in codes if any(borne.held[code][near] and self.member(code)[near] for near in beside)}

    def _changes(
        self, at: int, others: set[int], meant: set[int], present: dict[int, Held], total: npt.NDArray[np.int64]
    ) -> bool:
        """Say whether the year is one of change: a state meant is plain beside it, and the others came or went in it."""
        beside = [near for near in (at - 1, at + 1) if 0 <= near < self._count]
        plain = any(present[code][near] and total[near] == 1 for code in meant for near in beside)
        return plain and all(not all(self.member(code)[near] for near in beside) for code in others)

    def _listed(self, text: str | int, bearers: Iterable[Bearers]) -> Iterable[Borne]:
        """Yield the readings of a text on the Gleditsch–Ward list."""
        system, colon, code = (part.strip() for part in str(text).partition(":"))
        prefix = system.casefold() if colon and system.casefold() in ("cow", "gw") else ""
        number = code if prefix else str(text).strip()
        if number.isascii() and number.isdigit():
            if prefix != "cow" and int(number) in self._members:
                yield Borne({int(number): self.member(int(number))}, passes=True)
            readings = [each for each in bearers if {ccode for ccode, _, _ in each.spans} == {int(number)}]
            if prefix != "gw":
                yield from (Borne(self._translated(each, whole=True), passes=True) for each in readings)
            return
        held: dict[int, Held] = (
            {} if prefix else {code: years.copy() for code, years in self._own.get(fold(number), {}).items()}
        )
        passes = bool(held) and fold(number) in self._own_codes
        for each in bearers:
            passes |= each.passes
            for listed, years in self._translated(each, whole=each.passes).items():
                held[listed] = held.get(listed, np.zeros(self._count, np.bool_)) | years
        if held:
            yield Borne(held, passes)

    def _translated(self, bearers: Bearers, *, whole: bool) -> dict[int, Held]:
        """Return the states of the list that bear what COW's bear; without those of one year of change, unless `whole`."""
        borne = _held(bearers, self.first, self._count)
        held: dict[int, Held] = {}
        for gwcode, ccode, corresponds, nearest in self._links:
            if ccode in borne and (years := corresponds & borne[ccode][nearest]).any():
                held[gwcode] = held.get(gwcode, np.zeros(self._count, np.bool_)) | years
        if whole or len(held) < 2:
            return held
        return {code: years for code, years in held.items() if not self._passing(code, years)}

    def _passing(self, code: int, years: Held) -> bool:
        """Say whether a state would bear a name in one year alone, its first or last on the list."""
        if years.sum() != 1:
            return False
        at = int(years.argmax())
        return any(not (0 <= near < self._count and self.member(code)[near]) for near in (at - 1, at + 1))

    @cached_property
    def _links(self) -> list[tuple[int, int, Held, npt.NDArray[np.intp]]]:
        """Return GW and COW number, the years of the list in which they are one state, and the nearest in which COW had it."""
        both = [self._record.table(name).select("gwcode", "ccode", "year") for name in ("state_years", "gw_state_years")]
        pairs = pl.concat(both).drop_nulls().unique()
        places = pairs.group_by("gwcode", "ccode").agg((pl.col("year") - self.first).unique().sort())
        held = {(gwcode, ccode): np.asarray(at) for gwcode, ccode, at in places.sort("gwcode", "ccode").iter_rows()}
        known: dict[int, list[npt.NDArray[np.intp]]] = {}
        for (gwcode, _), at in held.items():
            known.setdefault(gwcode, []).append(at)
        nearest = {gwcode: _nearest(np.unique(np.concatenate(at)), self._count) for gwcode, at in known.items()}
        links = []
        for (gwcode, ccode), at in held.items():
            as_one = np.zeros(self._count, np.bool_)
            as_one[at] = True
            links.append((gwcode, ccode, self.member(gwcode) & as_one[nearest[gwcode]], nearest[gwcode]))
        return links

    @cached_property
    def _own(self) -> dict[str, dict[int, Held]]:
        """Return the list's own names, ISO codes and abbreviations, folded → the states that bear them and when."""
        own: dict[str, dict[int, Held]] = {}
        table = self._record.table("gw_state_years")
        for column in ("name", "iso3"):
            places = table.drop_nulls(column).group_by(column, "gwcode").agg(pl.col("year") - self.first)
            for text, code, at in places.sort(column, "gwcode").iter_rows():
                borne = own.setdefault(fold(text), {})
                borne.setdefault(code, np.zeros(self._count, np.bool_))[at] = True
        spells = self._record.table("state_spells").filter(system="gw").select("abbreviation", "code").drop_nulls()
        for text, code in spells.unique(maintain_order=True).iter_rows():
            if fold(text) not in self._own_codes and not self.cow.is_outside(text):
                own.setdefault(fold(text), {}).setdefault(code, self.member(code))
        return own

    @cached_property
    def _own_codes(self) -> set[str]:
        return {fold(code) for code in self._record.table("gw_state_years")["iso3"].drop_nulls().unique()}

    @cached_property
    def _names(self) -> dict[int, list[tuple[int, str]]]:
        """Return the list's own name of each state, by year."""
        names: dict[int, list[tuple[int, str]]] = {}
        for code, year, name in self._record.table("gw_state_years").select("gwcode", "year", "name").iter_rows():
            names.setdefault(code, []).append((year, name))
        return names

    def label(self, code: int, year: int) -> str:
        """Return a state's name, ISO code or abbreviation, and number, as messages have it."""
        if self._system == "cow":
            return self.cow.label(code, year)
        nearest = min(self._names[code], key=lambda known: abs(known[0] - year))
        return f"{nearest[1]} ({code})"

    def _ambiguous(self, text: str | int, borne: Borne, window: Held) -> AmbiguousName:
        """Say what the text could mean and when, and what to say instead."""
        if self._system == "cow" and window.sum() == 1:
            year = self.first + int(window.argmax())
            return _raised(lambda: self.cow.resolve(text, year))
        present = {code: held & self.member(code) & window for code, held in borne.held.items()}
        total = _total(borne.held.values(), self._count)
        meant, years = self._meant(borne, window)
        shared = {code: held & years for code, held in present.items() if (held & years).any()}
        alone = {code: held & (total == 1) for code, held in present.items() if (held & (total == 1)).any()}
        could = " or ".join(self._told(code, held, years) for code, held in shared.items())
        also = " and ".join(f"{self._named(code, held)} in {self._spans(held)}" for code, held in alone.items())
        codes = sorted(meant | set(shared))
        return AmbiguousName(
            f'"{text}" is ambiguous in {self._spans(years)}: it could be {could}{f"; it is {also}" if also else ""}. '
            f"Name those that you mean: {', '.join(map(str, codes))}."
        )

    def _told(self, code: int, held: Held, years: Held) -> str:
        when = "" if (held == years).all() else f" in {self._spans(held)}"
        return f"{self._named(code, held)}{when}"

    def _named(self, code: int, held: Held) -> str:
        return self.label(code, self.first + int(np.flatnonzero(held)[-1]))

    def _several(self, text: str | int, codes: Iterable[int], first: int, last: int) -> str:
        window = self._window(first, last)
        borne = next(each for each in self.borne(text) if set(codes) & set(each.held))
        held = {code: borne.held[code] & self.member(code) & window for code in codes}
        meant = " and ".join(f"{self._named(code, years)} in {self._spans(years)}" for code, years in held.items())
        return f'"{text}" means several states in {first}–{last}: {meant}. Name one: {", ".join(map(str, codes))}.'

    def _spans(self, years: Held) -> str:
        """Return the years as text, adjoining ones joined: "1878–1915 and 2006–2025"."""
        edges = np.flatnonzero(np.diff(np.concatenate(([False], years, [False])).astype(np.int8)))
        spans = [
            (self.first + int(begin), self.first + int(end) - 1) for begin, end in zip(edges[::2], edges[1::2], strict=True)
        ]
        return " and ".join(f"{begin}–{end}" if begin < end else str(begin) for begin, end in spans)

    def _refusal(self, text: str | int, first: int, last: int) -> InputError:
        """Say why a text means no state of the list in these years."""
        state = None
        try:
            state = self.cow.resolve(text, last)
        except InputError as refusal:
            known = [each for each in self.borne(text) if self._system == "gw" and each.held]
            if not known:
                return refusal
        if state is not None and state.gwcode is None:
            return InputError(f"{state.name} is not on the Gleditsch–Ward list in {last}. Leave it out or use system cow.")
        held = {code: years & self.member(code) for each in self.borne(text) for code, years in each.held.items()}
        meant = " and ".join(
            f"{self._named(code, years)} in {self._spans(years)}" for code, years in held.items() if years.any()
        )
        span = str(first) if first == last else f"{first}–{last}"
        return InputError(
            f'"{text}" means no state of the Gleditsch–Ward list in {span}{f": it means {meant}" if meant else ""}. '
            "Choose its years, or another name."
        )


def _raised(resolve: Callable[[], object]) -> AmbiguousName:
    try:
        resolve()
    except AmbiguousName as refusal:
        return refusal
    raise ValueError("a name found ambiguous was resolved")


def _held(bearers: Bearers, first: int, count: int) -> dict[int, Held]:
    """Return state → the years in which it bears a name or code."""
    held: dict[int, Held] = {}
    for code, begin, end in bearers.spans:
        held.setdefault(code, np.zeros(count, np.bool_))[begin - first : end - first + 1] = True
    return held


def _nearest(known: npt.NDArray[np.intp], count: int) -> npt.NDArray[np.intp]:
    """Return for each year the nearest of those that are known, the later of two as near, all by their places."""
    years = np.arange(count)
    after = np.clip(np.searchsorted(known, years), 0, known.size - 1)
    before = np.clip(after - 1, 0, known.size - 1)
    closer = np.abs(known[before] - years) < np.abs(known[after] - years)
    return np.where(closer, known[before], known[after]).astype(np.intp)


def _years_of(rows: pl.DataFrame, first: int, count: int) -> dict[int, Held]:
    """Return state → its years, from rows of a number and a year."""
    codes, years = (rows[name].to_numpy() for name in rows.columns)
    numbers, places = np.unique(codes, return_inverse=True)
    held = np.zeros((numbers.size, count), np.bool_)
    held[places, years.astype(np.intp) - first] = True
    return {int(code): held[at] for at, code in enumerate(numbers)}


def _total(held: Iterable[Held], count: int) -> npt.NDArray[np.int64]:
    """Count the states that bear a text in each year."""
    total = np.zeros(count, np.int64)
    for years in held:
        total += years
    return total
