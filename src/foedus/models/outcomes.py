"""What an outcome has to be: yes or no, a count, an amount, or levels in an order; never guessed from text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl

from foedus.errors import InputError
from foedus.estimation.design import Array

YES_NO, COUNT, AMOUNT, ORDERED = "yes or no", "count", "amount", "ordered"


def coded(name: str, values: pl.Series, kind: str, order: Sequence[Any] | None = None) -> tuple[Array, tuple[Any, ...]]:
    """Return the outcome as numbers (row,), and its levels from the lowest where it is ordered.

    Raises InputError if it is not of the kind, or never varies.

    >>> coded("onset", pl.Series([1.0, 0.0]), YES_NO)
    (array([1., 0.]), ())
    >>> coded("onset", pl.Series(["yes", "no"]), YES_NO)
    Traceback (most recent call last):
    foedus.errors.InputError: the outcome onset holds text (no, yes): say which is the event, as in (onset == 'yes') ~ ….
    """
    if kind == ORDERED:
        return _ordered(name, values, order)
    if order is not None:
        raise InputError("levels are named for an ordered outcome alone: drop them, or choose model='ologit'.")
    if values.dtype == pl.String:
        found = values.unique().sort().to_list()
        listed = ", ".join(found[:5]) + ("…" if len(found) > 5 else "")
        example = "say which is the event" if kind == YES_NO else "give it as a number"
        raise InputError(f"the outcome {name} holds text ({listed}): {example}, as in ({name} == {found[-1]!r}) ~ ….")
    numbers = values.to_numpy()
    if numbers.min() == numbers.max():
        raise InputError(
            f"the outcome {name} never varies: it is {numbers[0]:g} in all {len(numbers):,} rows. Widen the years, or drop "
            "the column whose missing values left the other rows out."
        )
    if kind == YES_NO and not np.isin(numbers, (0.0, 1.0)).all():
        other = numbers[~np.isin(numbers, (0.0, 1.0))][0]
        raise InputError(
            f"the outcome {name} is neither 0 nor 1 in some rows (first: {other:g}): say what counts, as in ({name} > 0) ~ …, "
            "or choose a model of amounts, counts or ordered levels."
        )
    if kind == COUNT and ((numbers < 0).any() or (numbers != np.round(numbers)).any()):
        other = numbers[(numbers < 0) | (numbers != np.round(numbers))][0]
        raise InputError(f"the outcome {name} is no count in some rows (first: {other:g}): counts are whole numbers from 0 on.")
    return numbers, ()


def _ordered(name: str, values: pl.Series, order: Sequence[Any] | None) -> tuple[Array, tuple[Any, ...]]:
    """The places of an outcome's levels in their order."""
    found = values.unique().sort().to_list()
    if values.dtype == pl.String and order is None:
        raise InputError(f"the outcome {name} holds text ({', '.join(found[:5])}): say its order, levels=[lowest, …, highest].")
    levels = found if order is None else [each if isinstance(each, str) else float(each) for each in order]
    if strange := [each for each in found if each not in levels]:
        raise InputError(f"the outcome {name} has levels that levels=[…] does not name: {', '.join(map(str, strange[:5]))}.")
    kept = [each for each in levels if each in found]
    if not 2 < len(kept) <= 20:
        raise InputError(
            f"the outcome {name} has {len(kept)} levels: an ordered logit takes 3 to 20 (2 are a logit's, more are an amount)."
        )
    places = np.array([kept.index(each) for each in values.to_list()], np.float64)
    return places, tuple(int(each) if isinstance(each, float) and each.is_integer() else each for each in kept)
