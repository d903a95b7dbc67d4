"""foedus assesses security partnerships between states.

>>> import foedus
>>> foedus.panel("dyad-year", ["dispute_onset", "peace_years"], dyads=["USA-CAN"], years=(1978, 1980))["peace_years"].to_list()
[58, 59, 0]
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from foedus.api import (
    add,
    assess,
    causal_map,
    cite,
    claims,
    compare,
    compare_sources,
    count_events,
    diff,
    estimate,
    explain,
    fit,
    groups,
    league,
    missing,
    panel,
    rebel_dyads,
    register,
    similarity,
    simulate,
    states,
    table,
    validate,
    variables,
    warning,
)
from foedus.errors import InputError, PanelRemark, RecordError, UnmatchedRows
from foedus.version import __version__

if TYPE_CHECKING:
    from foedus.models.regression import Regression
    from foedus.partnership.partnership import Partnership

__all__ = [
    "InputError",
    "PanelRemark",
    "Partnership",
    "RecordError",
    "Regression",
    "UnmatchedRows",
    "__version__",
    "add",
    "assess",
    "causal_map",
    "cite",
    "claims",
    "compare",
    "compare_sources",
    "count_events",
    "diff",
    "estimate",
    "explain",
    "fit",
    "groups",
    "league",
    "missing",
    "panel",
    "rebel_dyads",
    "register",
    "similarity",
    "simulate",
    "states",
    "table",
    "validate",
    "variables",
    "warning",
]


def __getattr__(name: str) -> Any:
    """Import a class when it is first asked for: `import foedus` stays quick."""
    if name == "Partnership":
        from foedus.partnership.partnership import Partnership

        return Partnership
    if name == "Regression":
        from foedus.models.regression import Regression

        return Regression
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
