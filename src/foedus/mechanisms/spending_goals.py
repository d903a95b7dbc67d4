"""What NATO's members have agreed to spend: dated goals, their pages, and which a counted share can be held against."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

GOALS = Path(__file__).with_name("spending_goals.toml")


@dataclass(frozen=True)
class Goal:
    """A goal of spending.

    Attributes
    ----------
    share : per cent of GDP. since : year from which on it stands. label : in a picture. comparable : whether SIPRI's shares can
        be held against it. said, why : what was agreed; why they can or cannot. page, read : where that stands, and when it was
        read. note : what is doubtful about the page.
    """

    share: float
    since: int
    label: str
    comparable: bool
    said: str
    why: str
    page: str
    read: date
    note: str = ""


@cache
def goals() -> tuple[Goal, ...]:
    """Return the goals, the oldest first.

    >>> [(goal.share, goal.comparable) for goal in goals()]
    [(2.0, True), (3.5, True), (5.0, False)]
    """
    return tuple(Goal(**entry) for entry in tomllib.loads(GOALS.read_text(encoding="utf-8")).values())
