"""The few parts every chart is drawn from: an SVG element, a scale with its ticks, and a picture.

Charts are *fluid*: positions along x are percentages of the width, positions along y and all text are in CSS pixels. One
drawing therefore reads equally well on a telephone and on a desk, without a script and without being drawn twice. Colours are
classes of `templates/chart.css`, so that a page can be dark or light; nothing in a drawing can cause a request.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from html import escape
from typing import Any

import numpy as np
from numpy.typing import NDArray

from foedus.report.wording import clean

WIDE, NARROW = 700.0, 330.0
"""Widths in pixels for which a text is checked to fit: a desk's column and a telephone's."""

CHARACTER = 6.4
"""Mean width in pixels of a character of the charts' 12-pixel text; an estimate, for leaving out texts that would not fit."""

Points = NDArray[np.float64]
"""Places in a plane or on the earth (n, 2)."""

DEFINITIONS = (
    '<pattern id="hatch" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<path class="hatch-ground" d="M0 0h5v5h-5z"/><path class="hatch-line" d="M0 0v5"/></pattern>'
)
"""The hatching of what is not known; stands once in a page or a drawing."""


def element(name: str, content: str = "", **attributes: Any) -> str:
    """Return an SVG element. Attribute values are cleaned and escaped; `content` is markup already.

    A trailing underscore is dropped from an attribute's name and other underscores become hyphens; None leaves it out.

    >>> element("line", x1=1.25, x2="50%", class_="grid", aria_label='a "b"')
    '<line x1="1.25" x2="50%" class="grid" aria-label="a &quot;b&quot;"/>'
    """
    opening = "".join([f' {_named(key)}="{_plain(item)}"' for key, item in attributes.items() if item is not None])
    return f"<{name}{opening}>{content}</{name}>" if content else f"<{name}{opening}/>"


@cache
def _named(attribute: str) -> str:
    return attribute.rstrip("_").replace("_", "-")


def _plain(item: Any) -> str:
    """A number with two decimals at most, or a text, cleaned and escaped."""
    if isinstance(item, float):
        return f"{item:.2f}".rstrip("0").rstrip(".")
    return _escaped(item) if isinstance(item, str) else str(item)


def _escaped(words: str) -> str:
    shown = clean(words)
    return escape(shown) if _SPECIAL.search(shown) else shown


_SPECIAL = re.compile("[&<>\"']")


def text(words: str, x: float | str, y: float, class_: str = "", anchor: str | None = None, dx: float | None = None) -> str:
    """Return a text at a place, moved by `dx` pixels; the words are cleaned and escaped."""
    return element("text", _escaped(words) or " ", x=x, y=y, dx=dx, class_=class_ or None, text_anchor=anchor)


def upright(place: float, top: float, foot: float, class_: str) -> str:
    """Return an upright line at a place between 0 and 1 along x."""
    x = share(place)
    return element("line", x1=x, x2=x, y1=top, y2=foot, class_=class_)


def across(y: float, class_: str, start: float = 0.0, end: float = 1.0) -> str:
    """Return a level line between two places along x."""
    return element("line", x1=share(start), x2=share(end), y1=y, y2=y, class_=class_)


def mark(content: str, label: str, key: str | None = None) -> str:
    """Return a group that stands for one row: `label` is read aloud and shown as its tooltip, `key` links it to a table row."""
    return element("g", content, class_="mark", role="img", aria_label=label, data_k=key)


def share(place: float) -> str:
    """Return a place between 0 and 1 along x as a percentage of the width.

    >>> share(0.12345)
    '12.35%'
    """
    return f"{100 * place:.2f}".rstrip("0").rstrip(".") + "%"


@dataclass(frozen=True)
class Picture:
    """A drawing and its size.

    Attributes
    ----------
    body : SVG markup. height : in pixels.
    width : width of a drawing that keeps its shape (a map); None for a fluid one.
    label : what it shows, in a few words. title : text to stand above it, "" for none.
    margins : pixels left and right that a fluid drawing's axis labels need.
    least : pixels below which a fluid drawing cannot be read; a narrower page scrolls it sideways.
    sized : of a fluid drawing with lines in boxes that are stretched to its width, the same body with these lines drawn for a
        width in pixels; None where nothing is stretched.
    """

    body: str
    height: float
    label: str
    title: str = ""
    width: float | None = None
    margins: tuple[int, int] = (0, 0)
    least: int = 0
    sized: Callable[[float], str] | None = None

    def at_width(self, width: float) -> Picture:
        """Return the drawing for a width in pixels, without a line that is stretched.

        Programs that know no `vector-effect`, as those that make PNG and PDF, stretch the strokes too: steep lines would be
        thinner than flat ones.
        """
        return self if self.sized is None else replace(self, body=self.sized(width))

    def svg(self, **attributes: Any) -> str:
        """Return the drawing as an SVG element: fluid ones as wide as their box, the others scaled to it."""
        named = {"role": "group", "aria_label": self.label} if self.label else {"aria_hidden": "true"}
        if self.width is None:
            size: dict[str, Any] = {"class_": "fluid", "width": "100%", "height": self.height}
        else:
            size = {"class_": "shape", "viewBox": f"0 0 {self.width:g} {self.height:g}"}
        return element("svg", self.body, **named, **{**size, **attributes})


@dataclass(frozen=True)
class Scale:
    """A linear or logarithmic scale from `low` to `high`.

    >>> Scale(0, 10).place(2.5), Scale(1, 100, log=True).place(10), Scale(0, 10).place(99)
    (0.25, 0.5, 1.0)
    """

    low: float
    high: float
    log: bool = False

    def place(self, amount: float) -> float:
        """Return where `amount` lies between the ends, 0 to 1; what lies outside is put on the nearer end."""
        if self.log:
            if amount <= self.low:
                return 0.0
            return min(1.0, math.log(amount / self.low) / math.log(self.high / self.low))
        return min(1.0, max(0.0, (amount - self.low) / (self.high - self.low)))

    def ticks(self, most: int = 6) -> list[float]:
        """Return at most about `most` round values between the ends.

        >>> Scale(0, 10).ticks(), Scale(0.0004, 0.2, log=True).ticks()
        ([0.0, 2.0, 4.0, 6.0, 8.0, 10.0], [0.001, 0.003, 0.01, 0.03, 0.1])
        """
        return _log_ticks(self.low, self.high, most) if self.log else _linear_ticks(self.low, self.high, most)


def scale_for(values: Iterable[float | None], *, zero: bool = True, log: bool | None = None) -> Scale:
    """Return a scale that holds `values`: logarithmic where all are positive and span more than a factor of 50.

    log : whether it is logarithmic, where that is settled already.
    zero : a linear scale of positive values starts at zero (always, or only if they come near it).
    """
    known = [amount for amount in values if amount is not None and math.isfinite(amount)]
    if not known:
        return Scale(0.0, 1.0)
    low, high = min(known), max(known)
    if (low > 0 and high / low > 50) if log is None else log:
        return Scale(low / 1.15, high * 1.15, log=True)
    if low >= 0 and (zero or low < 0.4 * high):
        return Scale(0.0, high * 1.05 or 1.0)
    pad = 0.06 * (high - low) or abs(high) * 0.1 or 1.0
    return Scale(low - pad, high + pad)


def fits(words: str, room: float, width: float) -> bool:
    """Say whether a text fits into `room` (0 to 1) of a drawing `width` pixels wide."""
    return CHARACTER * len(words) + 6 <= room * width


def cut(words: str, width: float = NARROW) -> str:
    """Return a text shortened to fit into `width` pixels; the whole of it stands in the table.

    >>> cut("a very long name indeed", 80)
    'a very long…'
    """
    most = max(1, int(width / CHARACTER))
    whole = clean(words)
    return whole if len(whole) <= most else whole[: most - 1].rstrip() + "…"


def path_data(ring: Points, grain: float = 0.1) -> str:
    """Return a ring as relative path data to the nearest `grain` of a unit; points that round to their predecessor drop out.

    >>> path_data(np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0]]))
    'M0 0l1 0 0 1z'
    """
    return Rings(ring, np.array([0, len(ring)])).paths(grain)[0]


@dataclass(frozen=True)
class Rings:
    """Rings one after the other.

    Attributes
    ----------
    points : (n, 2), all of them. bounds : (rings + 1,), the number of each ring's first point, and n.
    """

    points: Points
    bounds: NDArray[np.int64]

    @classmethod
    def of(cls, outlines: Iterable[str]) -> Rings:
        """Read rings "lon,lat lon,lat|…" in hundredths of degrees, as `world_map` has them; in degrees.

        >>> Rings.of(["100,200 300,400|500,600"]).bounds.tolist()
        [0, 2, 3]
        """
        rings = [ring for outline in outlines for ring in outline.split("|")]
        numbers = np.fromstring(" ".join(rings).replace(",", " "), sep=" ")
        return cls(numbers.reshape(-1, 2) / 100, np.cumsum([0, *(ring.count(",") for ring in rings)]))

    def to(self, points: Points) -> Rings:
        """Return the same rings with their points elsewhere."""
        return Rings(points, self.bounds)

    def reaching(self, latitude: float) -> NDArray[np.bool_]:
        """Return, for each ring in degrees, whether it is an area (three points or more) that reaches north of a latitude."""
        return (np.diff(self.bounds) > 2) & (np.maximum.reduceat(self.points[:, 1], self.bounds[:-1]) > latitude)

    def areas(self) -> NDArray[np.float64]:
        """Return the area that each ring encloses, square units."""
        first, lengths = self.bounds[:-1], np.diff(self.bounds)
        x, y = (self.points - np.repeat(self.points[first], lengths, axis=0)).T
        cross = np.append(x[:-1] * y[1:] - y[:-1] * x[1:], 0.0)
        cross[self.bounds[1:] - 1] = 0.0
        areas: NDArray[np.float64] = np.abs(np.add.reduceat(cross, first)) / 2
        return areas

    def paths(self, grain: float = 0.1) -> list[str]:
        """Return each ring's `path_data`, to the nearest `grain` of a unit."""
        grains = np.rint(self.points / grain).astype(np.int64)
        steps = np.diff(grains, axis=0)
        moved = np.append(steps.any(axis=1), False)
        moved[self.bounds[1:] - 1] = False  # from one ring to the next
        count = np.concatenate([[0], np.cumsum(moved)])[self.bounds]
        straight, begins = _straight(steps[moved[:-1]], count)
        words = [_written(step, grain) for step in straight.ravel().tolist()]
        before = (2 * begins).tolist()
        starts = grains[self.bounds[:-1]].tolist()
        return [
            f"M{_written(x, grain)} {_written(y, grain)}l{_run(words[begin:end])}z" if begin < end else ""
            for (x, y), begin, end in zip(starts, before, before[1:], strict=False)
        ]


def _straight(steps: NDArray[np.int64], bounds: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return steps with those that go on in the same direction made one, and the bounds of the rings among them."""
    if not len(steps):
        return steps, bounds
    (x, y), (to_x, to_y) = steps[:-1].T, steps[1:].T
    turns = np.append(True, (x * to_y != y * to_x) | (x * to_x + y * to_y < 0))
    turns[bounds[:-1][bounds[:-1] < len(steps)]] = True
    return np.add.reduceat(steps, np.flatnonzero(turns), axis=0), np.concatenate([[0], np.cumsum(turns)])[bounds]


def _run(words: Sequence[str]) -> str:
    """Numbers as path data, with a space only where they would be one number: not before a sign, nor between two points.

    >>> _run(["1", "-.5", "2.5", ".5", "0", ".5"])
    '1-.5 2.5.5 0 .5'
    """
    return _POINTS.sub(r"\1", " ".join(words).replace(" -", "-"))


_POINTS = re.compile(r"(\.\d+) (?=\.)")


@cache
def _written(number: int, grain: float) -> str:
    """So many grains as a decimal, as short as a path allows: .5 for 0.5."""
    return f"{number * grain:.6g}".replace("0.", ".", 1) if abs(number * grain) < 1 else f"{number * grain:.6g}"


def _linear_ticks(low: float, high: float, most: int) -> list[float]:
    raw = (high - low) / most
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power >= raw * 0.999)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [round(index * step, 12) for index in range(first, last + 1)]


def _log_ticks(low: float, high: float, most: int) -> list[float]:
    decades = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    for factors in ((1, 2, 5), (1, 3), (1,)):
        ticks = [float(f"{factor}e{decade}") for decade in decades for factor in factors]
        inside = [tick for tick in ticks if low <= tick <= high]
        if len(inside) <= most:
            return inside
    return inside[:: math.ceil(len(inside) / most)]
