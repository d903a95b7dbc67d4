"""Values by position: a variable's column for the rows of a layout, gathered from the table that holds it.

For every row of a panel there are three cases. A row of the table speaks of it: the value is that row's. The source covers the
year and has no row: the value is what the codebook says "no row" means. The source does not cover the year, or has never
heard of the state: the value is null. So each column is given two values more, one for *absent* and one for *unknown*, and one
gather does it all.

A value may be carried forward for some years, never across an absence of the unit from the system, and then its age stands
beside it. Carrying works on the spells of the table, before any row is made, so that asking for fewer years changes no value.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from foedus.panels.codebook import Variable
from foedus.panels.units import FOREVER, NOWHERE, Layout, Positions, spell, unit_numbers

Picked = npt.NDArray[np.integer] | None
"""Numbers of the rows of a layout that a panel shows, in its order, some perhaps several times; None: all, once."""

SPARSE = 4
"""A table that speaks of less than one row in so many is set in, row by row, rather than gathered."""


class Reading(NamedTuple):
    """A column of a panel, the column of the table it comes from, and the variable that it is."""

    name: str
    column: str
    variable: Variable


def read(
    layout: Layout,
    found: pl.DataFrame,
    readings: Sequence[Reading],
    *,
    heard: Collection[int] | None = None,
    carry: int = 0,
    picked: Picked = None,
) -> pl.DataFrame:
    """Return the columns of `readings`, for the rows of the layout or for those picked.

    `found` is the table, at most one row for a unit and year; `heard` the codes of the states its source considers (None: all);
    `carry` says for how many years a value may stand for later, missing ones. Then <name>_age gives its age in years.
    """
    silent = None if heard is None else ~layout.all_among(heard)
    carried = [reading for reading in readings if carry and reading.variable.carry]
    plain = [reading for reading in readings if reading not in carried]
    columns: list[pl.Series] = []
    if plain:
        columns += _plain(layout.years, layout.places(found), found, plain, silent, picked)
    near = found.filter(layout.holds(found)) if carried else found
    for reading in carried:
        columns += _carried(layout, near, reading, carry, silent, picked)
    return pl.DataFrame(columns)


def read_own(years: npt.NDArray[np.int16], places: Positions, found: pl.DataFrame, readings: Sequence[Reading]) -> pl.DataFrame:
    """Return the columns of `readings` for rows of these years, from the row of `found` at each one's place."""
    return pl.DataFrame(_plain(years, places, found, readings))


def _plain(
    years: npt.NDArray[np.int16],
    places: Positions,
    found: pl.DataFrame,
    readings: Sequence[Reading],
    silent: npt.NDArray[np.bool_] | None = None,
    picked: Picked = None,
) -> list[pl.Series]:
    """The columns without carrying: one index for all that have the same coverage."""
    columns = []
    for coverage in dict.fromkeys(_coverage(reading) for reading in readings):
        group = [reading for reading in readings if _coverage(reading) == coverage]
        index = _index(years, places, coverage, found.height, silent)
        columns += _gathered(found, group, index if picked is None else index[picked])
    return columns


def _coverage(reading: Reading) -> tuple[int, int]:
    return reading.variable.first_year, reading.variable.last_year


def _index(
    years: npt.NDArray[np.int16],
    places: Positions,
    coverage: tuple[int, int],
    height: int,
    silent: npt.NDArray[np.bool_] | None,
) -> Positions:
    """Places with `height` for absent and `height + 1` for unknown."""
    index = np.where(places == NOWHERE, np.int32(height), places)
    if years.size and (years.min() < coverage[0] or years.max() > coverage[1]):
        index[(years < coverage[0]) | (years > coverage[1])] = height + 1
    if silent is not None:
        index[silent] = height + 1
    return index


def _gathered(found: pl.DataFrame, readings: Sequence[Reading], index: Positions) -> list[pl.Series]:
    """The columns at the places in `index`; where few rows have a value, those are set in a column of absent or unknown."""
    here = np.flatnonzero(index < found.height)
    if here.size * SPARSE > index.size:
        numbers = pl.Series(index.view(np.uint32))
        return pl.DataFrame([_with_ends(found, reading) for reading in readings])[numbers].get_columns()
    elsewhere: dict[tuple[object, pl.DataType], pl.Series] = {}
    values = found[index[here]]
    columns = []
    for reading in readings:
        kind = (reading.variable.absent, found.schema[reading.column])
        if kind not in elsewhere:
            elsewhere[kind] = _elsewhere(*kind, index == found.height + 1)
        columns.append(elsewhere[kind].clone().scatter(here, values[reading.column]).alias(reading.name))
    return columns


def _with_ends(found: pl.DataFrame, reading: Reading) -> pl.Series:
    """A column with the values for absent and unknown at its end."""
    ends = pl.Series(reading.name, [reading.variable.absent, None], found.schema[reading.column])
    return found[reading.column].alias(reading.name).append(ends)


def _elsewhere(absent: object, kind: pl.DataType, unknown: npt.NDArray[np.bool_]) -> pl.Series:
    """A column that says everywhere that the value is absent, or unknown."""
    if absent is None or not unknown.any():
        return pl.Series([absent], dtype=kind).new_from_index(0, unknown.size)
    return pl.Series([absent, None], dtype=kind)[pl.Series(unknown.astype(np.uint32))]


def _carried(
    layout: Layout,
    found: pl.DataFrame,
    reading: Reading,
    carry: int,
    silent: npt.NDArray[np.bool_] | None,
    picked: Picked,
) -> list[pl.Series]:
    """One column, each value standing for at most `carry` later years, and its age.

    `found` speaks of the layout's units alone. Where no row means something, nothing is missing before the source ends: only
    what holds in its last year is carried.
    """
    first, last = _coverage(reading)
    begun, held = spell(found)
    kept = begun <= last
    if reading.variable.absent is None:
        kept &= found[reading.column].is_not_null().to_numpy()
    at = np.flatnonzero(kept)
    unit = unit_numbers(found, layout.units)[at]
    order = np.lexsort((begun[at], unit))
    at, unit = at[order], unit[order]
    begun, ended = begun[at], np.minimum(held[at], last)
    if reading.variable.absent is None:
        following = np.append(begun[1:], FOREVER)
        following[:-1][unit[1:] != unit[:-1]] = FOREVER
        longer = np.minimum(ended + carry, following[: at.size] - 1)
    else:
        longer = np.where(ended == last, last + carry, ended)
    places = layout.places_in(unit, begun, longer, observed_until=ended)
    index = _index(layout.years, places, (first, last + carry), at.size, silent)
    index[(places == NOWHERE) & (layout.years > last) & (layout.repeated("since").astype(np.int32) > last)] = at.size + 1
    ages = np.maximum(layout.years - np.append(ended, [last, FOREVER])[index], 0)
    chosen, ages = (index, ages) if picked is None else (index[picked], ages[picked])
    (values,) = _gathered(found[at], [reading], chosen)
    age = pl.Series(f"{reading.name}_age", ages, pl.Int16)
    return [values, age.scatter(np.flatnonzero(values.is_null().to_numpy()), None)]
