"""Contrast of what is written and drawn inside pictures, which checkers of pages never count: WCAG 2.2, by its formula."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from foedus import report

CSS = (Path(report.__file__).parent / "templates" / "chart.css").read_text(encoding="utf-8")
TEXT, SHAPE = 4.5, 3.0
"""Least ratios of WCAG 2.2: 1.4.3 for text, 1.4.11 for what has to be told apart from its ground."""

WRITTEN = [
    ("ink", "paper"),
    ("muted", "paper"),
    ("muted", "hatch-ground"),
    ("bar-ink", "bar"),
    ("paper", "s0"),
    *((f"s{place}", "paper") for place in range(6)),
]
"""Text and its ground: names, ticks and notes; "no data" on hatching; names in bars; letters in strata; names of lines."""

DRAWN = [("axis", "paper"), ("s0", "paper"), ("s1", "paper"), ("own-line", "sea"), ("ink", "bar"), ("own-line", "own")]
"""Marks that alone carry a meaning, and what they stand on."""


def palette(*, dark: bool) -> dict[str, str]:
    """Colours by name, light or dark."""
    light, _, rest = CSS.partition("@media screen and (prefers-color-scheme: dark)")
    found = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", light))
    return {**found, **dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", rest))} if dark else found


def luminance(colour: str) -> float:
    """Relative luminance of an sRGB colour."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Ratio of two colours, 1 to 21."""
    bright, dim = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def test_the_formula_gives_the_ratios_of_the_standard() -> None:
    """Black on white is 21; the lightest grey that passes on white is #767676 (WebAIM's contrast checker)."""
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") >= TEXT > contrast("#777777", "#ffffff")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), WRITTEN)
def test_text_inside_pictures_can_be_read(ink: str, ground: str, dark: bool) -> None:
    """axe-core 4.14.1 calls contrast inside SVG incomplete (where-tools-disagree)."""
    colours = palette(dark=dark)
    assert contrast(colours[ink], colours[ground]) >= TEXT


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize(("mark", "ground"), DRAWN)
def test_marks_can_be_told_from_their_ground(mark: str, ground: str, dark: bool) -> None:
    colours = palette(dark=dark)
    assert contrast(colours[mark], colours[ground]) >= SHAPE


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_neighbouring_colours_of_the_map_grow_in_one_direction(dark: bool) -> None:
    """From lightest to darkest, or the other way about on a dark page, so that they can be told apart in grey."""
    steps = [luminance(palette(dark=dark)[f"b{place}"]) for place in range(7)]
    assert steps == sorted(steps, reverse=not dark)
