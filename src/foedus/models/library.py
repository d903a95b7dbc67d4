"""The libraries that models of one's own need beside the default installation: those of the extra [models]."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

from foedus.errors import without_extra


def library(name: str, what: str) -> ModuleType:
    """Return a library of the extra; raises InputError, naming the extra, where it is not installed.

    >>> library("no_such_library", "tests")
    Traceback (most recent call last):
    foedus.errors.InputError: tests need no_such_library, of the extra [models]: in the folder ...
    """
    try:
        return import_module(name)
    except ModuleNotFoundError as error:
        if not name.startswith(str(error.name)):
            raise
        raise without_extra(f"{what} need {name.partition('.')[0]}", "models") from None


def formulaic() -> ModuleType:
    """Return the library that reads formulas."""
    return library("formulaic", "formulas")
