"""What each mechanism must show, as it was set down before its numbers were seen (`preregistered.toml`)."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

Years = tuple[int, int]


@dataclass(frozen=True)
class Reliable:
    """Between which bounds predicted over observed outcomes are to lie, and in which strata."""

    bounds: tuple[float, float]
    strata: tuple[str, ...]


@dataclass(frozen=True)
class Registration:
    """The test of one mechanism.

    Attributes
    ----------
    outcomes : what is forecast. origins : last year learnt from, first and last year forecast. eras : first and last year.
    baselines : what the headline model must beat. score : what decides. bootstrap, seed, level : of the intervals.
    smallest : gain that counts, as a share of the rival's score. reliable : None where no strata are named.
    """

    outcomes: tuple[str, ...]
    origins: tuple[tuple[int, int, int], ...]
    eras: tuple[Years, ...]
    baselines: tuple[str, ...]
    score: str
    bootstrap: int
    seed: int
    level: float
    smallest: float
    reliable: Reliable | None = None

    @property
    def years(self) -> Years:
        """First and last year forecast."""
        return min(first for _, first, _ in self.origins), max(last for _, _, last in self.origins)


@cache
def registrations() -> dict[str, Registration]:
    """Return the registration of every mechanism, by the name of its file."""
    with Path(__file__).with_name("preregistered.toml").open("rb") as file:
        return {name: _registration(entry) for name, entry in tomllib.load(file).items()}


def _registration(entry: dict[str, Any]) -> Registration:
    listed = {name: tuple(entry[name]) for name in ("outcomes", "baselines")}
    pairs = {name: tuple(tuple(years) for years in entry[name]) for name in ("origins", "eras")}
    told = entry.get("reliable")
    reliable = told and Reliable((told["bounds"][0], told["bounds"][1]), tuple(told["strata"]))
    return Registration(**{**entry, **listed, **pairs, "reliable": reliable})
