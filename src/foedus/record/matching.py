"""Find the states of many rows at once: names or codes and years become numbers of both lists, row by row.

Every distinct text is read once for all years (`meanings`), and rows gather their numbers from there, so that a million rows
cost little more than their distinct names. What names no state is null, and told: which text, in which rows and years, and why.

A column is said to hold names (which ISO3 codes and COW abbreviations count among, and numbers as `states` reads them), COW
numbers or GW numbers. In a column of one list's numbers, a number of the other is no state, and is said to be one of the other:
260 in 2000 is Germany's GW number, and no member's of COW.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import polars as pl

from foedus.errors import InputError, shown
from foedus.record.meanings import Meanings
from foedus.record.store import Record

KINDS = ("name", "cow", "gw")
"""What a column of states may hold."""

NAMELESS, UNKNOWN, NEVER, SHARED, OTHERWISE, OTHER_LIST, NO_MEMBER, NO_YEAR = range(1, 9)
"""Why a row names no state: no text, no state's, a place that was never a member, several states', another state's name of that
year, the other list's number, a state's that was no member, outside the years of the state system."""

HARMLESS = (NAMELESS, NO_MEMBER, NO_YEAR)
"""Reasons that leave no state of the year without its row."""


@dataclass(frozen=True)
class Unmatched:
    """Rows of one text that name no state, for one reason.

    Attributes
    ----------
    text : as it stands in the column. reason : one of those above.
    rows : how many. first_rows : numbers of the first of them, from 1. years : the first and last, None without any.
    why : what is wrong, in a sentence.
    candidates : COW numbers of states that it could mean in the first of the years.
    """

    text: str
    reason: int
    rows: int
    first_rows: tuple[int, ...]
    years: tuple[int, int] | None
    why: str
    candidates: tuple[int, ...]

    def __str__(self) -> str:
        numbers = ", ".join(map(str, self.first_rows)) + (" …" if self.rows > len(self.first_rows) else "")
        return f"{shown(repr(self.text), 60)} ({'row' if self.rows == 1 else f'{self.rows:,} rows:'} {numbers}): {self.why}"


@dataclass(frozen=True)
class Matched:
    """The states that rows name.

    Attributes
    ----------
    ccode, gwcode : Int16, one a row; null where the row names no state of that list.
    unmatched : the rows that name none of the list asked for, by text and reason, in the order of the rows.
    reasons : for each row, 0 or why it names none.
    open : row (from 0) and ccode of every state that a row could mean which does not say.
    """

    ccode: pl.Series
    gwcode: pl.Series
    unmatched: tuple[Unmatched, ...]
    reasons: npt.NDArray[np.int8]
    open: pl.DataFrame


def match(texts: pl.Series, years: pl.Series, record: Record, kind: str = "name", system: str = "cow") -> Matched:
    """Return the states that a column of names or codes means in the years of its rows.

    `system` is the list a row must name a state of, "cow" or "gw" (the numbers of both are given), or "either". Raises
    InputError if the columns differ in length, or `kind` is none of `KINDS`.

    >>> from foedus.record.store import open_record
    >>> rows = match(pl.Series(["USSR", "Vietnam", "DEU"]), pl.Series([1970, 1973, 2000]), open_record())
    >>> rows.ccode.to_list(), rows.gwcode.to_list(), rows.unmatched[0].candidates
    ([365, None, 255], [365, None, 260], (816, 817))
    """
    if kind not in KINDS:
        raise InputError(f"a column of states holds one of {', '.join(KINDS)}, not {kind!r}.")
    if len(texts) != len(years):
        raise InputError(f"{len(texts):,} names and {len(years):,} years do not go together.")
    return _Matching(_plain(texts), whole_numbers(years), kind, system, record).matched


@dataclass(frozen=True)
class _Matching:
    """A column of texts or numbers being matched: what each distinct one means in every year, and the rows that gather it."""

    column: pl.Series
    years: pl.Series
    kind: str
    system: str
    record: Record

    @property
    def matched(self) -> Matched:
        known = (self._text_of >= 0) & (self._year_of >= 0)
        ccode, gwcode, reasons = (np.zeros(known.size, np.int16) for _ in range(3))
        for target, table in ((ccode, self._tables[0]), (gwcode, self._tables[1]), (reasons, self._tables[2])):
            target[known] = table[self._text_of[known], self._year_of[known]]
        reasons[self._year_of < 0] = NO_YEAR
        reasons[self._text_of < 0] = NAMELESS
        return Matched(
            _numbers("ccode", ccode),
            _numbers("gwcode", gwcode),
            tuple(self._unmatched(reasons)),
            reasons.astype(np.int8),
            self._open(reasons),
        )

    @cached_property
    def _cow(self) -> Meanings:
        return Meanings.of(self.record, "cow")

    @cached_property
    def _gw(self) -> Meanings:
        return Meanings.of(self.record, "gw")

    @cached_property
    def _values(self) -> pl.Series:
        return self.column.drop_nulls().unique(maintain_order=True)

    @cached_property
    def _distinct(self) -> list[str]:
        """Return the distinct texts."""
        return self._values.cast(pl.String).to_list()

    @cached_property
    def _text_of(self) -> npt.NDArray[np.int32]:
        """Return the place of each row's text among the distinct ones; -1 without a text."""
        places = pl.DataFrame({"text": self._values, "at": np.arange(len(self._values), dtype=np.int32)})
        rows = self.column.alias("text").to_frame().join(places, on="text", how="left", maintain_order="left")
        return rows["at"].fill_null(-1).to_numpy()

    @cached_property
    def _year_of(self) -> npt.NDArray[np.int32]:
        """Return the place of each row's year among those of the state system; -1 outside them."""
        first, last = self._cow.first, self._cow.last
        at = self.years.cast(pl.Int32) - first
        return at.set(at.is_null() | ~at.is_between(0, last - first), -1).fill_null(-1).to_numpy()

    @cached_property
    def _tables(self) -> tuple[npt.NDArray[np.int16], npt.NDArray[np.int16], npt.NDArray[np.int16]]:
        """Return COW number, GW number and reason of each distinct text in each year."""
        shape = (len(self._distinct), self._cow.last - self._cow.first + 1)
        cow, gw, reasons = (np.zeros(shape, np.int16) for _ in range(3))
        for at, text in enumerate(self._distinct):
            cow[at], gw[at], reasons[at] = self._through(_said(text, self.kind))
        return cow, gw, reasons

    def _through(self, text: str) -> tuple[npt.NDArray[np.int16], npt.NDArray[np.int16], npt.NDArray[np.int16]]:
        """Return COW number, GW number and reason of one text in each year."""
        none = np.zeros(self._cow.last - self._cow.first + 1, np.int16)
        try:
            meant, listed = self._cow.through(text), self._gw.through(text)
        except InputError:
            return none, none, np.full(none.size, UNKNOWN, np.int16)
        cow = meant.codes
        gw = listed.codes if self.kind == "gw" or self.system == "gw" else np.where(cow != 0, self._gw_of(cow), listed.codes)
        gw = np.where(meant.shared & (self.system != "gw"), 0, gw)
        if self.system == "gw":
            cow = np.where(cow != 0, cow, self._cow_of(gw))
        wanted = {"cow": cow, "gw": gw}.get(self.system, cow + gw)
        return cow, gw, np.where(wanted != 0, 0, self._reasons(text, meant.shared | listed.shared))

    def _reasons(self, text: str, shared: npt.NDArray[np.bool_]) -> npt.NDArray[np.int16]:
        """Say why a text means no state, in each year in which it does not."""
        borne = [*self._cow.borne(text), *self._gw.borne(text)]
        if not borne and not self._other(text):
            return np.full(shared.size, NEVER if self._cow.cow.is_outside(text) else UNKNOWN, np.int16)
        reasons = np.full(shared.size, NO_MEMBER, np.int16)
        for code in {code for each in self._cow.borne(text) for code in each.held}:
            reasons[self._cow.member(code)] = OTHERWISE
        for other in self._other(text):
            codes = self._cow.through(other).codes
            reasons[codes != 0] = OTHER_LIST
        reasons[shared] = SHARED
        return reasons

    def _other(self, text: str) -> list[str]:
        """Return a number, read as one of the other list, if it is one there."""
        system, _, number = text.partition(":")
        other = {"cow": "gw", "gw": "cow"}.get(system)
        return [f"{other}:{number}"] if other and number.isdigit() and self._cow.borne(f"{other}:{number}") else []

    @cached_property
    def _crosswalk(self) -> tuple[dict[int, npt.NDArray[np.int16]], dict[int, npt.NDArray[np.int16]]]:
        """Return the other list's number of each COW state, and of each of GW, in each year."""
        count = self._cow.last - self._cow.first + 1
        walks: list[dict[int, npt.NDArray[np.int16]]] = []
        for table, own, other in (("state_years", "ccode", "gwcode"), ("gw_state_years", "gwcode", "ccode")):
            walk: dict[int, npt.NDArray[np.int16]] = {}
            for code, number, year in self.record.table(table).select(own, other, "year").drop_nulls().iter_rows():
                walk.setdefault(code, np.zeros(count, np.int16))[year - self._cow.first] = number
            walks.append(walk)
        return walks[0], walks[1]

    def _gw_of(self, codes: npt.NDArray[np.int16]) -> npt.NDArray[np.int16]:
        return _walked(codes, self._crosswalk[0])

    def _cow_of(self, codes: npt.NDArray[np.int16]) -> npt.NDArray[np.int16]:
        return _walked(codes, self._crosswalk[1])

    def _unmatched(self, reasons: npt.NDArray[np.int16]) -> Iterator[Unmatched]:
        """Yield the rows that name no state, by text and reason, in the order of their first rows."""
        at = np.flatnonzero(reasons)
        if not at.size:
            return
        failing = pl.DataFrame({"text": self._text_of[at], "reason": reasons[at], "row": at + 1, "year": self.years.gather(at)})
        groups = failing.group_by("text", "reason", maintain_order=True).agg(
            pl.len(), pl.col("row").head(5), first=pl.col("year").min(), last=pl.col("year").max(), year=pl.col("year").first()
        )
        for place, reason, count, rows, first, last, year in groups.iter_rows():
            text = self._distinct[place] if place >= 0 else ""
            said = _said(text, self.kind)
            years = None if first is None else (first, last)
            could = self._candidates(said, year) if reason in (SHARED, OTHERWISE, OTHER_LIST) else ()
            yield Unmatched(text, reason, count, tuple(rows), years, self._why(said, reason, year), could)

    def _open(self, reasons: npt.NDArray[np.int16]) -> pl.DataFrame:
        """Return the states that rows could mean which do not say: row, ccode."""
        at = np.flatnonzero(np.isin(reasons, (SHARED, OTHERWISE, OTHER_LIST)))
        rows = pl.DataFrame({"row": at, "text": self._text_of[at], "year": self.years.gather(at)})
        asked = rows.select("text", "year").unique(maintain_order=True)
        could = [self._candidates(_said(self._distinct[text], self.kind), year) for text, year in asked.iter_rows()]
        meant = asked.with_columns(ccode=pl.Series(could, dtype=pl.List(pl.Int16)))
        joined = rows.join(meant, on=["text", "year"], maintain_order="left").select("row", "ccode")
        return joined.explode("ccode", empty_as_null=True).drop_nulls()

    def _candidates(self, text: str, year: int) -> tuple[int, ...]:
        others = [code for other in self._other(text) for code in self._cow.candidates(other, year)]
        return tuple(others) or self._cow.candidates(text, year)

    def _why(self, text: str, reason: int, year: int | None) -> str:
        """Say what is wrong with a text in a year, in a sentence."""
        if reason == NAMELESS:
            return "there is no name."
        first, last = self._cow.first, self._cow.last
        if year is None or not first <= year <= last:
            return f"{'there is no year' if year is None else f'the year {year} is outside {first}–{last}'}."
        if reason == OTHER_LIST:
            return self._of_the_other_list(text, year)
        try:
            self._cow.cow.resolve(text, year)
        except InputError as refusal:
            return str(refusal)
        return f"it is not on the Gleditsch–Ward list in {year}."

    def _of_the_other_list(self, text: str, year: int) -> str:
        number = text.partition(":")[2]
        title, other = (
            ("Correlates of War", "Gleditsch–Ward") if text.startswith("cow") else ("Gleditsch–Ward", "Correlates of War")
        )
        state = self._cow.cow.resolve(self._other(text)[0], year)
        right = f"COW {state.ccode}" if text.startswith("cow") else f"GW {state.gwcode}"
        return f"no state has the {title} number {number} in {year}; it is the {other} number of {state.name} ({right})."


def sentences(unmatched: Sequence[Unmatched], most: int = 200) -> str:
    """Return what is unmatched, one text a line."""
    lines = [f"  {each}" for each in unmatched[:most]]
    rest = len(unmatched) - most
    return "\n".join([*lines, *([f"  and {rest:,} more"] if rest > 0 else [])])


def _said(text: str, kind: str) -> str:
    return text if kind == "name" else f"{kind}:{text}"


def _walked(codes: npt.NDArray[np.int16], walk: dict[int, npt.NDArray[np.int16]]) -> npt.NDArray[np.int16]:
    """Return the other list's numbers of the codes, one a year."""
    walked = np.zeros(codes.size, np.int16)
    for code in np.unique(codes[codes != 0]):
        if int(code) in walk:
            walked = np.where(codes == code, walk[int(code)], walked)
    return walked


def _numbers(name: str, codes: npt.NDArray[np.int16]) -> pl.Series:
    numbers = pl.Series(name, codes, pl.Int16)
    return numbers.set(numbers == 0, None)


def _plain(column: pl.Series) -> pl.Series:
    """Return the column as whole numbers, or as text: without decimals where they are whole, null where it is empty."""
    if column.dtype.is_integer():
        return column
    if column.dtype.is_float():
        column = column.fill_nan(None)
    text = column.cast(pl.String).str.strip_chars()
    return text.str.replace(r"^(\d+)\.0+$", "$1").replace("", None)


def whole_numbers(years: pl.Series) -> pl.Series:
    """Return a column of years as whole numbers, null where they are none.

    >>> whole_numbers(pl.Series(["1990", "1990.5", "x"])).to_list()
    [1990, None, None]
    """
    if years.dtype.is_integer():
        return years.cast(pl.Int32, strict=False)
    text = years if years.dtype.is_numeric() else years.cast(pl.String).str.strip_chars()
    number = text.cast(pl.Float64, strict=False)
    return number.set(number != number.floor(), None).cast(pl.Int32, strict=False)
