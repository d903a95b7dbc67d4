"""foedus assesses security partnerships between states.

>>> import foedus
>>> foedus.panel("dyad-year", ["dispute_onset", "peace_years"], dyads=["USA-CAN"], years=(1978, 1980))["peace_years"].to_list()
[58, 59, 0]
"""

from __future__ import annotations

from foedus.api import add, assess, cite, claims, fit, panel, validate, variables
from foedus.errors import InputError, RecordError

__version__ = "0.1.0"

__all__ = [
    "InputError",
    "RecordError",
    "__version__",
    "add",
    "assess",
    "cite",
    "claims",
    "fit",
    "panel",
    "validate",
    "variables",
]
