"""Terms of several columns: polynomials, splines and levels, learnt on the rows that are fitted and kept for all later ones.

`poly(x, 3)` has R's orthogonal polynomials, `poly(x, 3, raw=True)` the powers themselves: the same fit either way.
`spline(x, 3)` is a natural cubic spline of so many columns (Harrell 2015, 2.4.5): the values themselves and bends that end in
straight lines beyond the outermost knots, which stand at equal shares of the rows (of the values,
where many rows share one), or where `knots=[…]` says.
`C(x)` has a column for each level but the first, or the one that `ref=` names.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from foedus.errors import InputError, nearest
from foedus.estimation.design import Array

MOST_LEVELS = 500
"""Levels of a factor above which it is refused: that many columns are effects, to be absorbed."""


@dataclass(frozen=True)
class Poly:
    """Polynomials of a variable up to a degree: powers, or orthogonal to each other and to a constant on the rows learnt from.

    Attributes
    ----------
    centre, norms : of the recurrence that makes them orthogonal (Kennedy & Gentle 1980); empty for powers.
    """

    degree: int
    centre: tuple[float, ...] = ()
    norms: tuple[float, ...] = ()

    def names(self) -> list[str]:
        """What stands behind the term's text for each column."""
        return [f"[{power}]" for power in range(1, self.degree + 1)]

    def columns(self, x: Array) -> list[Array]:
        """Return the columns of values (row,).

        >>> [column.round(3).tolist() for column in learn_poly(np.array([1.0, 2.0, 3.0]), 2).columns(np.array([1.0, 2, 3]))]
        [[-0.707, 0.0, 0.707], [0.408, -0.816, 0.408]]
        """
        if not self.centre:
            return [x**power for power in range(1, self.degree + 1)]
        found = [np.ones_like(x)]
        for power in range(self.degree):
            last = (x - self.centre[power]) * found[-1]
            found.append(last - (self.norms[power + 1] / self.norms[power]) * found[-2] if power else last)
        return [column / np.sqrt(norm) for column, norm in zip(found[1:], self.norms[2:], strict=True)]


def learn_poly(x: Array, degree: int) -> Poly:
    """Return the orthogonal polynomials on these values (row,); raises InputError for too few different ones."""
    if len(np.unique(x)) <= degree:
        raise InputError(f"a polynomial of degree {degree} needs more than {degree} different values.")
    centre, norms, found = [], [1.0, float(len(x))], [np.ones_like(x)]
    for power in range(degree):
        square = found[-1] ** 2
        centre.append(float((x * square).sum() / square.sum()))
        last = (x - centre[-1]) * found[-1]
        if power:
            last = last - norms[-1] / norms[-2] * found[-2]
        found.append(last)
        norms.append(float((last**2).sum()))
    return Poly(degree, tuple(centre), tuple(norms))


@dataclass(frozen=True)
class Spline:
    """A natural cubic spline with these knots, one more than it has columns."""

    knots: tuple[float, ...]

    def names(self) -> list[str]:
        """What stands behind the term's text for each column."""
        return [f"[{place}]" for place in range(1, len(self.knots))]

    def columns(self, x: Array) -> list[Array]:
        """Return the columns of values (row,): the values, and for each knot but the last two a bend.

        >>> Spline((0.0, 1.0, 2.0)).columns(np.array([-1.0, 3.0, 4.0]))[1].tolist()  # straight beyond the last knot
        [0.0, 3.0, 4.5]
        """
        *inner, before, last = self.knots

        def beyond(knot: float) -> Array:
            cubed: Array = np.maximum(x - knot, 0.0) ** 3
            return cubed

        scale, width = (last - self.knots[0]) ** 2, last - before
        bends = [
            (beyond(knot) - beyond(before) * (last - knot) / width + beyond(last) * (before - knot) / width) / scale
            for knot in inner
        ]
        return [x, *bends]


@dataclass(frozen=True)
class Levels:
    """A column for each level but the reference; all of them where nothing else takes up their sum (`whole`)."""

    levels: tuple[Any, ...]
    reference: Any
    whole: bool = False

    @property
    def kept(self) -> tuple[Any, ...]:
        """The levels that have a column."""
        return self.levels if self.whole else tuple(level for level in self.levels if level != self.reference)

    def names(self) -> list[str]:
        """What stands behind the term's text for each column."""
        return [f"[{plain(level)}]" for level in self.kept]

    def columns(self, x: Any) -> list[Array]:
        """Return the columns of values (row,): one where the row has the level; raises InputError for a level never seen."""
        if strange := sorted({*np.unique(x).tolist()} - {*self.levels}, key=str):
            raise InputError(
                f"no level {', '.join(map(plain, strange[:5]))} was among the rows fitted, and nothing is known of it."
            )
        return [(x == level).astype(np.float64) for level in self.kept]


Basis = Poly | Spline | Levels


def arguments(call: ast.Call) -> tuple[list[Any], dict[str, Any]]:
    """Return what a call says beside its first argument; raises InputError for what is no number, text or list."""
    try:
        placed = [ast.literal_eval(each) for each in call.args[1:]]
        return placed, {str(word.arg): ast.literal_eval(word.value) for word in call.keywords}
    except ValueError:
        raise InputError(f"{ast.unparse(call)} cannot be read: beside the variable it takes plain numbers or texts.") from None


def learn(call: ast.Call, kind: str, x: Any) -> Basis:
    """Return the columns that a call stands for, learnt on these values (row,), none of them missing.

    Raises InputError for arguments it does not take, or that the values cannot meet.
    """
    text = ast.unparse(call)
    placed, named = arguments(call)
    takes = {"poly": ("degree", "raw"), "spline": ("df", "knots"), "C": ("ref",)}[kind]
    if len(placed) > 1 or (strange := [name for name in named if name not in takes]):
        wrong = strange[0] if len(placed) <= 1 else str(placed[1])
        raise InputError(f"{text} cannot be read: {kind} takes {' and '.join(takes)}, not {wrong}.{nearest(wrong, takes)}")
    given = dict(zip(takes, placed, strict=False)) | named
    if kind == "C":
        return levels(text, x, given.get("ref"))
    if kind == "spline" and "knots" in given:
        return Spline(_knots(text, given["knots"]))
    size = given.get(takes[0], 3)
    if not isinstance(size, int) or isinstance(size, bool) or not 1 <= size <= 20:
        raise InputError(f"{text} cannot be read: {takes[0]} is a whole number from 1 to 20.")
    if kind == "poly":
        return Poly(size) if given.get("raw") else learn_poly(x, size)
    return Spline(_spread(text, x, size + 1) if size > 1 else (0.0, 1.0))


def _spread(text: str, x: Any, count: int) -> tuple[float, ...]:
    """Knots at equal shares of the rows; of the different values, where many rows share one."""
    shares = np.linspace(0, 1, count)
    knots = np.quantile(x, shares)
    return _knots(text, (knots if len(np.unique(knots)) == count else np.quantile(np.unique(x), shares)).tolist())


def _knots(text: str, given: Any) -> tuple[float, ...]:
    """Knots as given, or at shares of the rows; each its own."""
    numbers = [float(each) for each in given] if isinstance(given, list | tuple) else []
    if len(numbers) < 3 or any(later <= earlier for earlier, later in pairwise(numbers)):
        raise InputError(
            f"{text}: the knots {', '.join(f'{each:g}' for each in numbers) or given} are not three or more that rise: give "
            "knots=[…], or fewer columns."
        )
    return tuple(numbers)


def levels(text: str, x: Any, reference: Any = None) -> Levels:
    """Return the levels of values (row,); raises InputError for a reference that is none of them, and for too many."""
    found = tuple(np.unique(x).tolist())
    if len(found) > MOST_LEVELS:
        raise InputError(f"{text} has {len(found):,} levels: name it with fixed= (or --fixed) and its effects are absorbed.")
    chosen = found[0] if reference is None else reference
    if chosen not in found:
        listed = ", ".join(map(plain, found[:10]))
        raise InputError(f"{text}: {chosen!r} is no level of it.{nearest(str(chosen), map(str, found))} There are: {listed}.")
    return Levels(found, chosen)


def plain(level: Any) -> str:
    """Return a level as it is told."""
    return f"{level:g}" if isinstance(level, float) else str(level)


def interactions(parts: Sequence[Sequence[tuple[str, Array]]]) -> list[tuple[str, Array]]:
    """Return the products of the columns of several factors, each with its name.

    >>> [(name, column.tolist()) for name, column in interactions([[("a", np.array([2.0]))], [("b", np.array([3.0]))]])]
    [('a:b', [6.0])]
    """
    found = list(parts[0])
    for part in parts[1:]:
        found = [(f"{name}:{other}", column * with_it) for name, column in found for other, with_it in part]
    return found
