"""Populations and products of a scenario, from a CSV in the form of the Integrated Assessment Modeling Consortium.

Columns: Model, Scenario, Region, Variable, Unit, and years. Regions are states, named as anywhere in foedus. Two variables
are read:

    Population    million
    GDP|PPP       billions of dollars, of any one year: what counts is growth

A state's years must reach from the last recorded year to the last simulated one, none further from the next than GAP years;
what lies between grows steadily. States that the file leaves out stay on the base path. Every fault is told, with its row and
column.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import isfinite, log
from pathlib import Path

from foedus.errors import InputError, nearest, shown
from foedus.panels.units import LAST_YEAR
from foedus.record.states import StateSystem
from foedus.record.store import Record

VARIABLES = {"Population": "million", "GDP|PPP": "billion"}
"""Variable → the word that its unit must hold."""

LABELS = ("Model", "Scenario", "Region", "Variable", "Unit")

GAP = 10
"""Years between two values that may lie on a line."""


@dataclass(frozen=True)
class Course:
    """A variable of a state: region, variable, and values by year, in order."""

    region: str
    variable: str
    values: tuple[tuple[int, float], ...]

    def growth(self, year: int) -> float:
        """Return the growth since the year before, in logs; zero outside the years.

        >>> round(Course("CAN", "Population", ((2020, 100.0), (2022, 121.0))).growth(2021), 4)
        0.0953
        """
        for (before, low), (after, high) in pairwise(self.values):
            if before < year <= after:
                return (log(high) - log(low)) / (after - before)
        return 0.0


def read(path: Path) -> tuple[Course, ...]:
    """Return the courses of a file; raises InputError with every cell that is none."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.reader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"paths {shown(str(path))} cannot be read: {error}.") from None
    head = rows[0] if rows else []
    years = [name for name in head if name.isdigit()]
    if tuple(head[: len(LABELS)]) != LABELS or not years:
        raise InputError(f"paths {shown(str(path))} must have the columns {', '.join(LABELS)}, and years.")
    faults, courses = [], []
    for number, row in enumerate(rows[1:], 2):
        cells = dict(zip(head, row, strict=False))
        where = f"row {number} ({shown(cells.get('Region', ''))}, {shown(cells.get('Variable', ''))})"
        variable, unit = cells.get("Variable", ""), cells.get("Unit", "")
        if variable not in VARIABLES:
            faults.append(f"{where}: no such variable.{nearest(variable, VARIABLES)} There are {' and '.join(VARIABLES)}")
            continue
        if VARIABLES[variable] not in unit:
            faults.append(f"{where}: the unit is {shown(unit)!r}, and must be in {VARIABLES[variable]}s")
        values = []
        for year in years:
            text = (cells.get(year) or "").strip()
            if not text:
                continue
            value = _number(text)
            if value is None or value <= 0:
                faults.append(f"{where}: {year} is {shown(text)!r}, not a positive number")
            else:
                values.append((int(year), value))
        courses.append(Course(cells["Region"], variable, tuple(sorted(values))))
    if faults:
        raise InputError(f"paths {shown(path.name)}: {'; '.join(faults)}.")
    return tuple(courses)


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if isfinite(value) else None


def faults(courses: Sequence[Course], last_year: int, record: Record) -> list[str]:
    """What is wrong with the states and years of courses."""
    found = []
    named: dict[tuple[int, str], str] = {}
    for course in courses:
        about = f"paths: {shown(course.region)}, {course.variable}"
        try:
            code = StateSystem.of(record).resolve(course.region, LAST_YEAR).ccode
        except InputError as error:
            found.append(f"{about}: {str(error).rstrip('.')}")
            continue
        if (code, course.variable) in named:
            found.append(f"{about}: the state has a row already ({shown(named[code, course.variable])})")
        named[code, course.variable] = course.region
        years = [year for year, _ in course.values]
        if not years or years[0] > LAST_YEAR or years[-1] < last_year:
            found.append(f"{about}: its years must reach from {LAST_YEAR} to {last_year}")
        found += [
            f"{about}: {before + GAP} is missing between {before} and {after}"
            for before, after in pairwise(years)
            if after - before > GAP
        ]
    products = {code for code, variable in named if variable == "GDP|PPP"}
    alone = [named[code, "GDP|PPP"] for code in products if (code, "Population") not in named]
    return found + [f"paths: {shown(region)} has a product and no population; give both" for region in sorted(alone)]
