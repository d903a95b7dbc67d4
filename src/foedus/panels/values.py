"""Values by position: a variable's column for the rows of a layout, gathered from the table that holds it.

For every row of a panel there are three cases. A row of the table speaks of it: the value is that row's. The source covers the
year and has no row: the value is what the codebook says "no row" means, as long as it means that. The source does not cover the
year, or its list of states does not have the state then: the value is null. So each column is given two values more, one for
*absent* and one for *unknown*, and one gather does it all.

A value may be carried forward for some years, never across an absence of the unit from the system, and then its age stands
beside it. What is told of 1 January alone then also stands, with the age −1, for the year in which a unit begins. Carrying
works on the spells of the table, before any row is made, so that asking for fewer years changes no value.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from foedus.panels.codebook import Variable
from foedus.panels.listed import Hearing, Silent, Since
from foedus.panels.units import FOREVER, NOWHERE, ByUnit, Layout, Positions

Picked = npt.NDArray[np.integer] | None
"""Numbers of the rows of a layout that a panel shows, in its order, some perhaps several times; None: all, once."""

MANY = 50_000
"""Rows from which on it pays to gather nulls as values."""

SPARSE = 4
"""A table that speaks of less than one row in so many is set in, row by row, rather than gathered."""


class Reading(NamedTuple):
    """A column of a panel, the column of the table it comes from, and the variable that it is."""

    name: str
    column: str
    variable: Variable


def read(
    layout: Layout,
    table: ByUnit,
    readings: Sequence[Reading],
    *,
    hearing: Hearing | None = None,
    carry: int = 0,
    picked: Picked = None,
) -> pl.DataFrame:
    """Return the columns of `readings`, for the rows of the layout or for those picked.

    `table` has at most one row for a unit and year; `hearing` says of which rows its source has heard (None: of all);
    `carry` says for how many years a value may stand for later, missing ones. Then <name>_age gives its age in years. All
    readings are of one source.
    """
    silent = hearing.silent(readings[0].variable) if hearing else None
    carried = [reading for reading in readings if carry and reading.variable.carry]
    plain = [reading for reading in readings if reading not in carried]
    columns: list[pl.Series] = []
    if plain:
        rows, numbers = layout.meeting(table)
        if picked is None and rows.size * SPARSE < layout.height:
            columns += _set_in(layout, table.frame, plain, rows, numbers, silent)
        else:
            places = np.full(layout.height, NOWHERE, np.int32)
            places[rows] = numbers
            columns += _plain(layout.years, places, table.frame, plain, silent, picked)
    near = layout.near(table) if carried else table
    heard = hearing.since(readings[0].variable) if carried and hearing else None
    for reading in carried:
        columns += _carried(layout, near, reading, carry, heard, picked)
    return pl.DataFrame(columns)


def read_own(
    years: npt.NDArray[np.int16], places: Positions, table: pl.DataFrame, readings: Sequence[Reading], silent: Silent = None
) -> pl.DataFrame:
    """Return the columns of `readings` for rows of these years, from the row of `table` at each one's place."""
    return pl.DataFrame(_plain(years, places, table, readings, silent))


def _set_in(
    layout: Layout, table: pl.DataFrame, readings: Sequence[Reading], rows: Positions, numbers: Positions, silent: Silent
) -> list[pl.Series]:
    """The columns of a table that speaks of few rows: absent or unknown everywhere, with the table's values set in."""
    columns = []
    for (first, last, absent_to), group in _by_coverage(readings).items():
        unknown = _unknown(layout.years, (first, last), silent)
        known = slice(None) if unknown is None else ~unknown[rows]
        unknown = unknown if absent_to == last else _unknown(layout.years, (first, absent_to), silent)
        here = pl.Series(rows[known].view(np.uint32))
        held = pl.DataFrame([table[name] for name in dict.fromkeys(reading.column for reading in group)])
        values = held[pl.Series(numbers[known].view(np.uint32))]
        for reading in group:
            column = _elsewhere(reading.variable.absent, table[reading.column].dtype, unknown, layout.height)
            columns.append(column.scatter(here, values[reading.column]).alias(reading.name))
    return columns


def _elsewhere(absent: object, kind: pl.DataType, unknown: npt.NDArray[np.bool_] | None, height: int) -> pl.Series:
    """A column that says everywhere that the value is absent, or unknown."""
    value = pl.Series([absent], dtype=kind)
    if absent is None or unknown is None:  # of nulls alone: memory that is never touched unless a value is set in
        return value.new_from_index(0, height)
    return pl.select(pl.when(pl.Series(~unknown)).then(pl.lit(value.first(), kind))).to_series()


def _plain(
    years: npt.NDArray[np.int16],
    places: Positions,
    table: pl.DataFrame,
    readings: Sequence[Reading],
    silent: Silent = None,
    picked: Picked = None,
) -> list[pl.Series]:
    """The columns without carrying, gathered: one index for all that have the same coverage."""
    columns = []
    for (first, last, absent_to), group in _by_coverage(readings).items():
        index = _index(places, _unknown(years, (first, last), silent), table.height)
        if absent_to < last:
            index[(places == NOWHERE) & (years > absent_to)] = table.height + 1
        columns += _gathered(table, group, index if picked is None else index[picked])
    return columns


def _by_coverage(readings: Sequence[Reading]) -> dict[tuple[int, int, int], list[Reading]]:
    """The readings by the years for which their sources speak, and the last in which it means something if they do not."""
    groups: dict[tuple[int, int, int], list[Reading]] = {}
    for reading in readings:
        variable = reading.variable
        groups.setdefault((variable.first_year, variable.last_year, variable.absent_to), []).append(reading)
    return groups


def _unknown(years: npt.NDArray[np.int16], coverage: tuple[int, int], silent: Silent) -> npt.NDArray[np.bool_] | None:
    """Rows of which the source says nothing: outside its years, or of states it has never heard of; None: there are none."""
    first, last = coverage
    if not years.size or (years.min() >= first and years.max() <= last):
        return silent
    outside = (years < first) | (years > last)
    return outside if silent is None else outside | silent


def _index(places: Positions, unknown: npt.NDArray[np.bool_] | None, height: int) -> Positions:
    """Places with `height` for absent and `height + 1` for unknown."""
    index = np.where(places == NOWHERE, np.int32(height), places)
    if unknown is not None:
        index[unknown] = height + 1
    return index


def _gathered(table: pl.DataFrame, readings: Sequence[Reading], index: Positions) -> list[pl.Series]:
    """The columns at the places in `index`."""
    return gathered(pl.DataFrame([_with_ends(table, reading) for reading in readings]), index).get_columns()


def gathered(frame: pl.DataFrame, index: Positions) -> pl.DataFrame:
    """Return the rows of a frame at these places, each as often as it is named.

    Of whole numbers and of yes and no, which values are null is the dearer half of gathering. So of many rows a null goes along
    as the lowest number of the type, or as −1, and is null again afterwards.

    >>> frame = pl.DataFrame({"gdp": [1.5, None], "year": [2000, None]})
    >>> gathered(frame, np.array([1, 0], np.int32)).rows()
    [(None, None), (1.5, 2000)]
    """
    places = pl.Series(index.view(np.uint32))
    kinds = {column.name: column.dtype for column in frame if column.null_count() and _is_coded(column)}
    if index.size < MANY or not kinds:
        return frame[places]
    marks = {name: -1 if kind == pl.Boolean else int(np.iinfo(str(kind).lower()).min) for name, kind in kinds.items()}
    coded = frame.with_columns(
        pl.col(name).cast(pl.Int8 if kind == pl.Boolean else kind).fill_null(marks[name]) for name, kind in kinds.items()
    )
    return coded[places].with_columns(
        pl.when(pl.col(name) != marks[name]).then(pl.col(name) == 1 if kind == pl.Boolean else pl.col(name)).alias(name)
        for name, kind in kinds.items()
    )


def _is_coded(column: pl.Series) -> bool:
    """Whether a null of the column can go along as a number that it does not hold."""
    kind = column.dtype
    return kind == pl.Boolean or (kind.is_signed_integer() and column.min() != np.iinfo(str(kind).lower()).min)


def _with_ends(table: pl.DataFrame, reading: Reading) -> pl.Series:
    """A column with the values for absent and unknown at its end."""
    ends = pl.Series(reading.name, [reading.variable.absent, None], table[reading.column].dtype)
    return table[reading.column].alias(reading.name).append(ends)


def _first_years(layout: Layout, known: ByUnit, ended: Positions, places: Positions, first: int) -> tuple[Positions, Positions]:
    """The rows of units' first years of which nothing is known, and what is known of the next 1 January.

    ended : the last year in which each value of `known` was observed.
    """
    fresh = np.append(True, (known.numbers[1:] != known.numbers[:-1]) | (known.first[1:] > ended[:-1] + 1))
    at = np.flatnonzero(fresh[: known.first.size])
    year = known.first[at] - 1
    rows, found = layout.meeting(ByUnit(known.frame, known.numbers[at], year, year))
    years = layout.years[rows]
    kept = (layout.repeated("since")[rows] == years) & (places[rows] == NOWHERE) & (years >= first)
    return rows[kept], at[found[kept]].astype(np.int32)


def _carried(
    layout: Layout, table: ByUnit, reading: Reading, carry: int, heard: Since | None, picked: Picked
) -> list[pl.Series]:
    """One column, each value standing for at most `carry` later years, and its age.

    `table` is about the layout's units alone. Nothing is carried across an absence from the system, or from the source's list.
    """
    variable = reading.variable
    first, last, silent_to = variable.first_year, variable.last_year, variable.absent_to
    known, ended = _prolonged(table, reading, carry)
    places = layout.places(known, observed_until=ended)
    silent = None if heard is None else heard > layout.years
    unknown = known.first.size + 1
    index = _index(places, _unknown(layout.years, (first, last + carry), silent), known.first.size)
    over = layout.years > silent_to
    late = (layout.repeated("since").astype(np.int32) > silent_to) | (layout.years > silent_to + carry)
    index[(places == NOWHERE) & over & late] = unknown
    observed = np.append(ended, [silent_to, FOREVER])[index]
    if heard is not None:
        index[observed < heard] = unknown
    ages = np.maximum(layout.years - observed, 0)
    if variable.of_first_january:
        rows, numbers = _first_years(layout, known, ended, places, first)
        index[rows], ages[rows] = numbers, -1
    chosen, ages = (index, ages) if picked is None else (index[picked], ages[picked])
    (values,) = _gathered(known.frame, [reading], chosen)
    age = pl.Series(f"{reading.name}_age", ages, pl.Int16)
    return [values, age.scatter(np.flatnonzero(values.is_null().to_numpy()), None)]


def _prolonged(table: ByUnit, reading: Reading, carry: int) -> tuple[ByUnit, Positions]:
    """The spells of a column's values, each with at most `carry` later years, up to the next; and the last year of each itself.

    Where no row means something, nothing is missing before it ceases to: only what holds in that year, or later, is carried.
    """
    variable = reading.variable
    last, silent_to = variable.last_year, variable.absent_to
    kept = table.first <= last
    if variable.absent is None or silent_to < last:
        told = table.frame[reading.column].is_not_null().to_numpy()
        kept &= told | (variable.absent is not None and table.first <= silent_to)
    at = np.flatnonzero(kept)
    at = at[np.lexsort((table.first[at], table.numbers[at]))]
    unit, begun, ended = table.numbers[at], table.first[at], np.minimum(table.last[at], last)
    following = np.append(begun[1:], FOREVER)
    following[:-1][unit[1:] != unit[:-1]] = FOREVER
    longer = np.minimum(ended + carry, following[: at.size] - 1)
    if variable.absent is not None:
        longer = np.where(ended >= silent_to, longer, ended)
    return ByUnit(table.frame.select(reading.column)[at], unit, begun, longer), ended
