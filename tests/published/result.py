"""A published result beside what foedus gets: a row of docs/published-results.md, and how its numbers are written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

YES, IN_PART, NO = "yes", "in part", "no"


@dataclass(frozen=True)
class Result:
    """One row: what was published, what foedus gets, on which data, whether that counts as reproduced, and why."""

    number: str
    study: str
    published: str
    ours: str
    data: str
    reproduced: str
    why: str

    @property
    def line(self) -> str:
        """The row as Markdown."""
        cells = (self.number, self.study, self.published, self.ours, self.data, f"**{self.reproduced}**", self.why)
        return f"| {' | '.join(cells)} |\n"


def verdict(held: Sequence[bool]) -> str:
    """Return whether all, some or none of the parts held.

    >>> verdict([True, True]), verdict([True, False]), verdict([False])
    ('yes', 'in part', 'no')
    """
    return YES if all(held) else IN_PART if any(held) else NO


def plain(number: float, digits: int = 3) -> str:
    """Return a number below one as tables of the field have it, without the zero before the point.

    >>> plain(0.0581), plain(-0.5, 2), plain(1.25, 2)
    ('.058', '−.50', '1.25')
    """
    return f"{number:.{digits}f}".replace("0.", ".", 1 if abs(number) < 1 else 0).replace("-", "−")
