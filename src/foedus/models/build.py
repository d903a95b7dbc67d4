"""The panel that formulas ask for: the variables of the codebook that they name, in the years that they reach."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import Any

from foedus.errors import InputError, nearest
from foedus.models.expression import function
from foedus.models.formula import parsed
from foedus.models.in_time import reach, shift_of, time_calls
from foedus.models.rows import Choices, variables
from foedus.panels.codebook import codebook
from foedus.panels.columns import describe
from foedus.panels.named import named_request
from foedus.panels.request import Request
from foedus.panels.units import FIRST_YEAR, LAST_YEAR

KEYS = (
    "ccode",
    "gwcode",
    "ccode1",
    "ccode2",
    "gwcode1",
    "gwcode2",
    "year",
    "quarter",
    "month",
    "date",
    "leader",
    "leader1",
    "leader2",
    "dyad",
    "state",
    "unit",
)
"""Columns that every panel of its unit has, and groupings that are none of its variables."""


def asked(formulas: Sequence[str], choices: Choices, unit: str, years: tuple[int, int] | None = None, **rows: Any) -> Request:
    """Return the request for the panel that formulas, and the choices beside them, need.

    With `years`, those that lags and leads reach stand there too, and every earlier one where years are counted since an event:
    `Choices.years` then says which rows are fitted. Raises InputError for a name that is no variable of the codebook.

    >>> asked(["dispute_onset ~ lag(polyarchy_1, 2)"], Choices(), "dyad-year", (1950, 1960)).variables
    ('dispute_onset', 'polyarchy')
    """
    read = [parsed(text) for text in formulas]
    wanted = [*(name for formula in read for name in variables(formula, choices)), *choices.clusters, *choices.fixed]
    names = [name for name in dict.fromkeys(wanted) if name not in KEYS]
    known = describe(names)
    if unknown := [name for name in names if name not in known or known[name].variable is None]:
        told = " ".join(f"{name!r}.{nearest(name, codebook())}" for name in unknown)
        raise InputError(f"not in the codebook: {told} `foedus variables` lists all; --panel FILE takes a panel of your own.")
    chosen = list(dict.fromkeys(str(known[name].variable) for name in names))
    return named_request(unit, chosen, years=years and _reached(read, choices, years), **rows)


def _reached(read: Sequence[Any], choices: Choices, years: tuple[int, int]) -> tuple[int, int]:
    """The years of the panel: as far back and ahead as the formulas look."""
    calls = time_calls([text for formula in read for text in (formula.outcome, *formula.factors, *choices.expressions)])
    counted = any(function(node) == "years_since" for call in calls for node in ast.walk(call) if isinstance(node, ast.Call))
    first = FIRST_YEAR if counted else max(FIRST_YEAR, years[0] - reach(calls))
    ahead = max((shift_of(call) for call in calls if function(call) == "lead"), default=0)
    return first, min(LAST_YEAR, years[1] + ahead)
