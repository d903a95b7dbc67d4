"""Arguments of the functions that users call, looked at by their annotations before anything is done with them.

`foedus.assess("USA", "CAN", year="2022")` is a mistake that says so, by the function, the argument, what was given and what is
meant, and not an error from somewhere inside. Only the kind of a value is looked at; its sense is for the function.
"""

from __future__ import annotations

import functools
import inspect
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from numbers import Integral, Real
from typing import Any, ParamSpec, TypeVar

from foedus.errors import InputError, nearest, shown

P = ParamSpec("P")
R = TypeVar("R")

WORDS = {
    "str": "a text",
    "int": "a whole number",
    "float": "a number",
    "bool": "True or False",
    "Path": "a path",
    "Record": "a record (foedus.record.store.open_record)",
    "Scenario": "a scenario",
    "Mapping": "a mapping of names to lists",
}
"""Types that are known, in words; of any other nothing is asked."""


def checked(**choices: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Have the arguments of a function looked at, by its annotations; `choices` are those of its **choices.

    >>> @checked(seed="int")
    ... def drawn(names: Sequence[str], years: tuple[int, int] | None = None, **choices: Any) -> int: ...
    >>> drawn(["a"], (1990, 2000), seed=1)
    >>> drawn(["a", 2])
    Traceback (most recent call last):
    foedus.errors.InputError: drawn: names is ['a', 2], not a list of texts.
    >>> drawn(["a"], years=1990)
    Traceback (most recent call last):
    foedus.errors.InputError: drawn: years is 1990, not a pair of whole numbers.
    >>> drawn(["a"], sead=1)
    Traceback (most recent call last):
    foedus.errors.InputError: drawn has no argument 'sead'. Did you mean seed?
    """

    def around(function: Callable[P, R]) -> Callable[P, R]:
        signature, name = inspect.signature(function), function.__qualname__.removesuffix(".__init__").rpartition(".")[2]
        kinds = {each.name: str(each.annotation) for each in signature.parameters.values()}

        @functools.wraps(function)
        def call(*arguments: P.args, **named: P.kwargs) -> R:
            for fault in _faults(name, signature, {**choices, **kinds}, choices, arguments, named):
                raise InputError(fault)
            return function(*arguments, **named)

        return call

    return around


def _faults(
    name: str,
    signature: inspect.Signature,
    kinds: Mapping[str, str],
    choices: Mapping[str, str],
    arguments: tuple[Any, ...],
    named: Mapping[str, Any],
) -> Iterator[str]:
    """Yield what is wrong with the arguments of a call."""
    known = [each.name for each in signature.parameters.values() if each.kind not in (each.VAR_POSITIONAL, each.VAR_KEYWORD)]
    known += choices
    for unknown in [each for each in named if each not in known]:
        yield f"{name} has no argument {shown(unknown)!r}.{nearest(unknown, known)}"
    try:
        bound = signature.bind(*arguments, **named).arguments
    except TypeError as error:
        yield f"{name}: {error}."
        return
    for argument, value in bound.items():
        kind = signature.parameters[argument].kind
        if kind == inspect.Parameter.VAR_KEYWORD:
            given = value.items()
        else:
            given = ((argument, each) for each in value) if kind == inspect.Parameter.VAR_POSITIONAL else ((argument, value),)
        for label, each in given:
            if not fits(each, kinds[label]):
                words = _words(kinds[label])
                if isinstance(each, str) and words.startswith("a list"):
                    yield f"{name}: {label} is the text {_told(each)}: give a list, such as [{_told(each)}]."
                else:
                    yield f"{name}: {label} is {_told(each)}, not {words}."


def fits(value: Any, kind: str) -> bool:
    """Say whether a value is of a kind, written as an annotation.

    >>> fits((1990, 2000), "tuple[int, int] | None"), fits("1990", "int | None"), fits(True, "int"), fits([2.5], "list[int]")
    (True, False, False, False)
    """
    return any(_fits_one(value, each) for each in _parts(kind, "|"))


def _fits_one(value: Any, kind: str) -> bool:
    outer, _, inner = kind.partition("[")
    if outer in ("Sequence", "Iterable", "tuple", "list"):
        return _fits_many(value, _parts(inner[:-1], ","))
    if outer == "None":
        return value is None
    if outer not in WORDS:
        return True
    is_flag = isinstance(value, bool) or type(value).__name__ in ("bool", "bool_")  # numpy's
    return {
        "str": isinstance(value, str),
        "int": isinstance(value, Integral) and not is_flag,
        "float": isinstance(value, Real) and not is_flag,
        "bool": is_flag,
        "Path": isinstance(value, os.PathLike),
        "Mapping": isinstance(value, Mapping),
    }.get(outer, any(each.__name__ == outer for each in type(value).__mro__))


def _fits_many(value: Any, kinds: list[str]) -> bool:
    """Whether a list, or a pair, holds what it should; one that can be gone through only once is not gone through."""
    if isinstance(value, str | bytes | Mapping) or not isinstance(value, Iterable):
        return False
    if isinstance(value, Iterator):
        return True
    held = list(value)
    if len(kinds) > 1 and kinds[-1] != "...":
        return len(held) == len(kinds) and all(map(fits, held, kinds))
    return all(fits(each, kinds[0]) for each in held)


def _parts(text: str, sign: str) -> list[str]:
    """The parts of a text between signs that stand within no brackets.

    >>> _parts("tuple[int, int] | None", "|")
    ['tuple[int, int]', 'None']
    """
    return [each.strip() for each in re.split(rf"{re.escape(sign)}(?![^\[]*\])", text)]


def _words(kind: str) -> str:
    """A kind in words."""
    return " or ".join(_in_words(each) for each in _parts(kind, "|") if each != "None")


def _in_words(kind: str) -> str:
    outer, _, inner = kind.partition("[")
    if not inner:
        return WORDS.get(outer, outer)
    first, *others = _parts(inner[:-1], ",")
    held = " or ".join(_in_words(each).removeprefix("a ") + "s" for each in _parts(first, "|"))
    return f"a pair of {held}" if others and others[0] != "..." else f"a list of {held}"


def _told(value: Any) -> str:
    try:
        return shown(repr(value), 60)
    except Exception:  # a value may be of a class that cannot even say what it is
        return f"of {type(value).__name__}"
