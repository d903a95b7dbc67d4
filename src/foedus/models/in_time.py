"""Values of other years: `lag(x, 2)`, `lead(x)`, `years_since(event)`, within a unit and on the calendar.

A row's lag is the value of its own unit two calendar years before, not that of two rows above: where that year has no row it is
unknown. Years since an event are counted to the year before the row's own, from the first year on of which it is known whether
the unit had it, so that no row knows its own outcome: the year after an event has 0, as in `peace_years` of the codebook.
Unlike those, they go on through years in which the unit has no row, where a state left the system or rows were filtered out.

Rows of months, quarters or days are followed by theirs: `lag(x, 2)` of a month is the value two months before, across the turn
of the year, and `lag(x, years=1)` that of the same month a year before. Years since an event are then counted in parts of a
year: 0 in the month after it, 1/12 in the next.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from foedus.digits import rounded_columns
from foedus.errors import InputError
from foedus.models.expression import IN_TIME, calls, function, tree, values


@dataclass(frozen=True)
class Calendar:
    """By what rows are followed over time: the columns that name a unit, the one of years (or of days), and of parts of years.

    part : "month" or "quarter", a column of their numbers from 1 on; None: rows are years, or days.
    """

    unit: tuple[str, ...]
    time: str
    part: str | None = None

    @property
    def keys(self) -> tuple[str, ...]:
        """The columns that name a row."""
        return (*self.unit, self.time, *([self.part] if self.part else []))

    @property
    def a_year(self) -> int:
        """Rows of a unit in a year, of years and their parts."""
        return PARTS[self.part] if self.part else 1

    def count(self) -> pl.Expr:
        """The number of a row's year, month or quarter (of days: its day), which rises by one from each to the next."""
        time = pl.col(self.time)
        return time * self.a_year + pl.col(self.part) if self.part else time


PARTS = {"month": 12, "quarter": 4}
"""Column of a part of the year → how many a year has."""


def time_calls(factors: Sequence[str]) -> list[ast.Call]:
    """Return the calls in some factors that reach into other years, each once, what others are made of before them.

    >>> [ast.unparse(each) for each in time_calls(["log(lag(gdp))", "lag(years_since(war), 2)"])]
    ['lag(gdp)', 'years_since(war)', 'lag(years_since(war), 2)']
    """
    found = (call for factor in factors for call in calls(tree(factor), IN_TIME))
    return list({ast.unparse(call): call for call in found}.values())


def with_time(frame: pl.DataFrame, wanted: Sequence[ast.Call], calendar: Calendar) -> pl.DataFrame:
    """Return a frame with a column for each call, named as it is written; one that is there already stays as it is.

    >>> frame = pl.DataFrame({"ccode": [2, 2, 2], "year": [2001, 2002, 2004], "war": [1, 0, 0], "gdp": [1.0, 2.0, 4.0]})
    >>> calls = time_calls(["lag(gdp)", "lag(gdp, 2)", "years_since(war)"])
    >>> with_time(frame, calls, Calendar(("ccode",), "year"))[:, -3:].rows()
    [(None, None, 0), (1.0, None, 0), (None, 2.0, 2)]
    """
    for call in wanted:
        name = ast.unparse(call)
        if name in frame.columns:
            continue
        column = values(call.args[0], frame.schema).alias(name)
        kind, steps = function(call), shift_of(call)
        if kind == "years_since":
            counted = frame.select(*calendar.unit, calendar.count().alias(calendar.time), column)
            since = _since(counted, name, calendar)
            frame = frame.with_columns(rounded_columns((since / calendar.a_year).to_frame()) if calendar.part else since)
        else:
            if in_years(call):
                if not frame.schema[calendar.time].is_numeric():
                    raise InputError(f"{name} cannot be read: rows are days, so that {kind}(x, 365) says how many.")
                steps *= calendar.a_year
            frame = frame.with_columns(_shifted(frame, column, steps if kind == "lag" else -steps, calendar))
    return frame


def shift_of(call: ast.Call) -> int:
    """Return by how many years a call reaches, or parts of years where rows are such and the call does not say `years=`.

    Raises InputError if it does not say so as a whole number from 1 on.
    """
    kind, text = function(call), ast.unparse(call)
    if kind == "years_since":
        if len(call.args) != 1 or call.keywords:
            raise InputError(f"{text} cannot be read: write years_since(event).")
        return 0
    named = {word.arg: word.value for word in call.keywords}
    if not 1 <= len(call.args) <= 2 or named.keys() - {"years"} or len(call.args) - 1 + len(named) > 1:
        raise InputError(f"{text} cannot be read: write {kind}(x) or {kind}(x, 2), in years (of rows by month, in months).")
    given = call.args[1] if len(call.args) == 2 else named.get("years")
    if given is None:
        return 1
    try:
        years = ast.literal_eval(given)
    except ValueError:
        years = None
    if not isinstance(years, int) or isinstance(years, bool) or years < 1:
        other = {"lag": "lead", "lead": "lag"}[str(kind)]
        raise InputError(f"{text} cannot be read: {kind} takes a number of years from 1 on (the other way is {other}).")
    return years


def in_years(call: ast.Call) -> bool:
    """Return whether a call says that it reaches by years, whatever the rows are."""
    return any(word.arg == "years" for word in call.keywords)


def reach(wanted: Sequence[ast.Call]) -> int:
    """Return how many years before a row these calls look, at most.

    >>> reach(time_calls(["lag(lag(x, 2))", "lead(y)"]))
    3
    """
    return max((_reach(call) for call in wanted), default=0)


def _reach(node: ast.AST) -> int:
    within = max((_reach(child) for child in ast.iter_child_nodes(node)), default=0)
    own = shift_of(node) if isinstance(node, ast.Call) and function(node) == "lag" else 0
    return within + own


def _shifted(frame: pl.DataFrame, column: pl.Expr, steps: int, calendar: Calendar) -> pl.Series:
    """The values of a column so many years, parts of years or days before each row."""
    keys = [*calendar.unit, calendar.time]
    time = calendar.count()
    if frame.schema[calendar.time].is_numeric():
        now, moved = time.cast(pl.Int64), time.cast(pl.Int64) + steps
    else:
        now, moved = time, time.dt.offset_by(f"{steps}d")
    rows = frame.select(*calendar.unit, now.alias(calendar.time))
    earlier = frame.select(*calendar.unit, moved.alias(calendar.time), column)
    return rows.join(earlier, on=keys, how="left", maintain_order="left").to_series(len(keys))


def _since(rows: pl.DataFrame, name: str, calendar: Calendar) -> pl.Series:
    """Years from the unit's last event before each row, or from the first year of which it is known; unknown after a gap."""
    time, event = pl.col(calendar.time), pl.col(name)

    def before(such: pl.Expr) -> pl.Expr:
        """The last time before each row at which the unit's row was such."""
        return pl.when(such).then(time).shift(1).over(calendar.unit).forward_fill().over(calendar.unit)

    first = pl.when(event.is_not_null()).then(time).min().over(calendar.unit)
    ordered = rows.with_row_index("_row").sort(*calendar.unit, calendar.time).with_columns(_first=first)
    last, lost = before(event != 0), before(event.is_null() & (time > pl.col("_first")))
    known = (time >= pl.col("_first")) & (lost.is_null() | (lost < last).fill_null(False))
    counted = pl.when(known).then((time - last - 1).fill_null(time - pl.col("_first")))
    return ordered.with_columns(counted.alias(name)).sort("_row").get_column(name)
