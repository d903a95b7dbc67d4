"""Values of a wrong kind, in calls from Python, are refused by name; those of a right one are taken, however they are held."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest

import foedus
from foedus.arguments import checked, fits
from foedus.errors import InputError
from foedus.record.store import Record

WRONG = [3.5, object(), b"x", {"a": 1}, [[1]], True, float("nan"), [None], (1, 2, 3), lambda: 0, np.array([[1.5]])]
"""Of no argument's kind, or of few."""

CALLS: dict[str, tuple[tuple[Any, ...], dict[str, Any]]] = {
    "panel": (("state-year", ["polyarchy"]), {"years": (2000, 2001), "states": ["CAN"]}),
    "states": ((["Canada"],), {"year": 2000}),
    "variables": (("polyarchy",), {}),
    "groups": (("EU",), {}),
    "compare_sources": (("USA-CAN",), {"years": (1979, 1979)}),
    "cite": (("polyarchy",), {}),
}
"""Calls that are right, and quick."""

ARGUMENTS = {
    "panel": [
        *("unit", "variables", "years", "states", "dyads", "group", "membership", "directed", "relevant", "keep_unknown"),
        *(
            "contact",
            "carry_forward",
            "system",
            "disputes",
            "disputes_from",
            "alliances_from",
            "size",
            "sample",
            "seed",
            "record",
        ),
    ],
    "states": ["year", "to", "by", "code", "record"],
    "variables": ["text"],
    "groups": ["name", "record"],
    "compare_sources": ["dyad", "years", "every", "record"],
    "cite": ["bibtex", "disputes_from"],
    "explain": ["year", "record", "finding"],
    "claims": ["file", "record"],
    "warning": ["height", "cross_section", "speed", "bearing", "k", "line", "tracks", "seed", "without", "terrain", "record"],
    "validate": ["mechanism", "record"],
    "fit": ["mechanism", "outcome", "record"],
    "register": ["claim"],
    "Partnership": ["year", "alliances_from", "record"],
    "assess": ["year", "record", "alliances_from", "against", "without"],
    "simulate": ["scenario", "members", "seed", "horizon", "workers", "scheduler", "record"],
}


@pytest.mark.parametrize("name", ARGUMENTS)
def test_no_value_of_a_wrong_kind_raises_anything_but_the_packages_own_error(name: str) -> None:
    """Where a value happens to be of the right kind (a text, a number), the call may be right: nothing else may come of it."""
    function: Callable[..., Any] = getattr(foedus, name)
    given, named = CALLS.get(name, ((), {}))
    refused = 0
    for argument in ARGUMENTS[name]:
        for value in WRONG:
            positional = given if argument not in ("unit", "variables", "text", "name", "dyad") else ()
            asked = {**named, argument: value}
            if argument == "variables":
                positional = given[:1]
            if argument == "unit":
                asked["variables"] = given[1]
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                try:
                    if name in CALLS or not _right(name, argument, value):
                        function(*positional, **asked)
                except InputError:
                    refused += 1
    assert refused > 3 * len(ARGUMENTS[name])


def _right(name: str, argument: str, value: Any) -> bool:
    """Whether a value is of the right kind for an argument, so that a call would be computed, which takes long."""
    numbers = isinstance(value, float) and argument in ("height", "cross_section", "speed", "bearing", "k", "line")
    return numbers or (argument == "terrain" and value is True) or (name in ("assess", "explain") and argument == "finding")


def test_what_is_wrong_is_said_by_function_argument_value_and_kind() -> None:
    with pytest.raises(InputError, match=r"^compare_sources: years is 'x', not a pair of whole numbers\.$"):
        foedus.compare_sources("USA-CAN", years="x")  # type: ignore[arg-type]
    with pytest.raises(InputError, match=r"^assess: year is '2022', not a whole number\.$"):
        foedus.assess("USA", "CAN", year="2022")  # type: ignore[arg-type]
    with pytest.raises(InputError, match=r"^panel has no argument 'yaers'\. Did you mean years"):
        foedus.panel("state-year", ["polyarchy"], yaers=(2000, 2001))
    with pytest.raises(InputError, match=r"^Partnership: members is 3\.5, not a text"):
        foedus.Partnership(3.5)  # type: ignore[arg-type]
    with pytest.raises(InputError, match=r"^table: model 1 is 3, not a model as `foedus\.estimate` gives it\.$"):
        foedus.table(3)  # type: ignore[arg-type]
    with pytest.raises(InputError, match="there are 2 names and 3 years: give one year, or one for each name"):
        foedus.states(["Canada", "France"], year=[1990, 1991, 1992])


@pytest.mark.parametrize(
    "states",
    [["CAN"], ("CAN",), {"CAN"}, np.array(["CAN"]), pd.Series(["CAN"]), pl.Series(["CAN"]), iter(["CAN"]), [np.int64(20)]],
)
def test_values_of_the_right_kind_are_taken_however_they_are_held(states: Any) -> None:
    rows = foedus.panel("state-year", ["polyarchy_v15"], states=states, years=(np.int16(2000), 2000))
    assert rows.rows() == [(20, 2000, 0.843)]


@pytest.mark.parametrize(
    ("value", "kind", "right"),
    [
        ("a", "str", True), (1, "str", False), (Path(), "str | Path", True), (np.str_("a"), "str", True),
        (1, "int", True), (True, "int", False), (np.bool_(True), "int", False), (np.uint8(1), "int", True), (1.0, "int", False),
        (1, "float", True), (np.float32(1), "float", True), ("1", "float", False),
        (np.bool_(True), "bool", True), (1, "bool", False),
        ((1, 2), "tuple[int, int]", True), ([1, 2], "tuple[int, int]", True), ((1,), "tuple[int, int]", False),
        ("ab", "Sequence[str]", False), (["a"], "Sequence[str]", True), ([1], "Sequence[str | int]", True),
        ({"a": [1]}, "Iterable[str] | Mapping", True), ({"a": [1]}, "Iterable[str]", False), ([], "tuple[str, ...]", True),
        (None, "int | None", True), (None, "int", False), (object(), "Anything", True), (object(), "Record", False),
    ],
)  # fmt: skip
def test_a_value_fits_a_kind_or_not(value: Any, kind: str, right: bool) -> None:
    assert fits(value, kind) is right


def test_a_record_is_known(record: Record) -> None:
    assert fits(record, "Record | None")
    assert not fits("2026.11", "Record | None")


def test_a_value_that_cannot_say_what_it_is_is_told_by_its_class() -> None:
    class Mute:
        def __repr__(self) -> str:
            raise RuntimeError

    @checked()
    def asked(number: int) -> int:
        return number

    with pytest.raises(InputError, match=r"^asked: number is of Mute, not a whole number\.$"):
        asked(Mute())  # type: ignore[arg-type]
    assert asked(3) == 3
