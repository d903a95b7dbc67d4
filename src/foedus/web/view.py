"""A view: an address, what it can be asked, and what it tells, as a page and as data."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from foedus.record.store import Record
from foedus.report.markup import Setting
from foedus.web.questions import Question
from foedus.web.settings import Limits

if TYPE_CHECKING:
    import polars as pl

PAGE, JSON, CSV, PARQUET, XLSX, DTA, SVG, PNG = "", "json", "csv", "parquet", "xlsx", "dta", "svg", "png"

Made = TypeVar("Made")

MEDIA: Mapping[str, str] = {
    PAGE: "text/html; charset=utf-8",
    JSON: "application/json",
    CSV: "text/csv; charset=utf-8",
    PARQUET: "application/vnd.apache.parquet",
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    DTA: "application/x-stata-dta",
    SVG: "image/svg+xml",
    PNG: "image/png",
}
"""The ending of a view's address → what it is; no ending is the page."""

Say = Callable[[str, int, int], None]
"""Told of progress: what is being done, how much of it is done, and of how much."""


def silent(doing: str, done: int, of: int) -> None:
    """Tell nobody."""


AT_HAND = 6
"""Answers that stay at hand whole."""


@dataclass(frozen=True)
class Desk:
    """What a view is answered with: the record, and how much may be asked.

    The last answers stay at hand, whole, for those who look at a page and then take its data.

    Attributes
    ----------
    say : told how far a job is. folder : of the job that asks; None for a question that is answered at once.
    texts : folder of the texts that were posted.
    """

    record: Record
    limits: Limits
    say: Say = silent
    folder: Path | None = None
    texts: Path = Path("texts")
    _last: OrderedDict[str, Any] = field(default_factory=OrderedDict, repr=False, compare=False)

    def at_hand(self, key: str, make: Callable[[], Made]) -> Made:
        """Return what is at hand under a key, or make it."""
        made: Made = self._last.pop(key) if key in self._last else make()
        self._last[key] = made
        while len(self._last) > AT_HAND:
            self._last.popitem(last=False)
        return made


@dataclass(frozen=True)
class Told:
    """What a view tells, each form made when it is asked for.

    Attributes
    ----------
    page : the page, in a setting. data : for JSON. frame : for CSV. files : further endings → bytes of the file.
    """

    page: Callable[[Setting], str]
    data: Callable[[], Any]
    frame: Callable[[], pl.DataFrame]
    files: Mapping[str, Callable[[], bytes]] = field(default_factory=dict)


@dataclass(frozen=True)
class View:
    """One address of the application.

    Attributes
    ----------
    path : without a slash. title : in the navigation. about : what it answers, a sentence.
    asks : what it can be asked. tell : answers. endings : forms beside the page.
    unstable : whether its data may change their shape in the next version.
    further : another view that takes the same questions: its path, and what it tells.
    slow : whether it is answered by a job. posts : whether it is asked by a text that a form posts.
    check : of a slow view, refuses what no job should be begun for. before : markup that stands above the form of one.
    """

    path: str
    title: str
    about: str
    asks: type[Question]
    tell: Callable[[Any, Desk], Told]
    endings: tuple[str, ...] = (JSON, CSV)
    unstable: bool = False
    further: tuple[str, str] | None = None
    slow: bool = False
    posts: bool = False
    check: Callable[[Any, Desk], None] | None = None
    before: Callable[[Desk], str] | None = None

    @property
    def needed(self) -> tuple[str, ...]:
        """Parameters without which there is nothing to tell: its page then shows the form alone."""
        return tuple(name for name, each in self.asks.model_fields.items() if each.is_required())
