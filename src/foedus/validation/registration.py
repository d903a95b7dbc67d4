"""What each mechanism must show, as it is set down in `preregistered.toml`, with what had been seen by then."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from foedus.errors import InputError
from foedus.record.entries import Key, is_numbers, key_faults
from foedus.record.noted import TEST, note

Years = tuple[int, int]

FILE = Path(__file__).with_name("preregistered.toml")


@dataclass(frozen=True)
class Reliable:
    """Between which bounds predicted over observed outcomes are to lie, and in which strata.

    Attributes
    ----------
    fewest : outcomes in a stratum below which no ratio is told; then its interval is to hold one.
    """

    bounds: tuple[float, float]
    strata: tuple[str, ...]
    fewest: int


@dataclass(frozen=True)
class Registration:
    """The test of one mechanism.

    Attributes
    ----------
    name : of the test. mechanism : the name of the mechanism's file. choices : fields in which it differs from its defaults.
    outcomes : what is forecast. origins : last year learnt from, first and last year forecast. eras : first and last year.
    baselines : what the headline model must beat. score : what decides. bootstrap, seed, level : of the intervals.
    smallest : gain that counts, as a share of the rival's score. reliable : None where no strata are named.
    at_once : whether all years of a window are forecast from its origin, with nothing learnt in between.
    signs : term → column → "+" or "-", the sign that the claim gives the coefficient; absent where it gives none.
    gap : years between what is known and each window when they are forecast a second time; None where they are not.
    aftermath : outcomes of which the years after the data's end are looked at as well.
    """

    name: str
    mechanism: str
    outcomes: tuple[str, ...]
    origins: tuple[tuple[int, int, int], ...]
    eras: tuple[Years, ...]
    baselines: tuple[str, ...]
    score: str
    bootstrap: int
    seed: int
    level: float
    smallest: float
    choices: Mapping[str, Any] = field(default_factory=dict)
    signs: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    reliable: Reliable | None = None
    at_once: bool = False
    gap: int | None = None
    aftermath: tuple[str, ...] = ()

    @property
    def years(self) -> Years:
        """First and last year forecast."""
        return min(first for _, first, _ in self.origins), max(last for _, _, last in self.origins)


@dataclass(frozen=True)
class CountTest:
    """The test of a mechanism that forecasts how many wars begin.

    Attributes
    ----------
    first_origin, last_origin : last years learnt from. bootstrap, seed : of the intervals. dispersion, slope : bands to lie in.
    """

    first_origin: int
    last_origin: int
    bootstrap: int
    seed: int
    dispersion: tuple[float, float]
    slope: tuple[float, float]


WARS = "war_size"
"""The one entry that is a `CountTest`."""


def count_test() -> CountTest:
    """Return the registered test of war sizes."""
    note(TEST, WARS)
    entry = entries()[WARS]
    bands = {key: (float(entry[key][0]), float(entry[key][1])) for key in ("dispersion", "slope")}
    return CountTest(**{**entry, **bands})


@cache
def entries() -> dict[str, dict[str, Any]]:
    """Return every entry as it is written, by its name; under "every" what all share."""
    with FILE.open("rb") as file:
        return tomllib.load(file)


@cache
def registrations() -> Mapping[str, Registration]:
    """Return every registered test but that of war sizes, by its name."""
    of_tests = dict(entries())
    shared = of_tests.pop("every")
    return _Registrations({name: _registration(name, {**shared, **entry}) for name, entry in of_tests.items() if name != WARS})


class _Registrations(dict[str, Registration]):
    """The tests by name; which of them is looked up is noted."""

    def __getitem__(self, name: str) -> Registration:
        note(TEST, name)
        return super().__getitem__(name)


def _is_names(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _are_years(count: int) -> Callable[[object], bool]:
    """Return whether a value is a list of lists of so many years, none before the one it follows."""
    return lambda value: (
        isinstance(value, list) and all(is_numbers(each, int) and len(each) == count and sorted(each) == each for each in value)
    )


def _are_signs(value: object) -> bool:
    of_terms = value.values() if isinstance(value, dict) else [None]
    return all(isinstance(each, dict) and {*each.values()} <= {"+", "-"} for each in of_terms)


RELIABLE = {"bounds", "strata", "fewest"}

KEYS = {
    "mechanism": Key(lambda value: isinstance(value, str), "is no name of a mechanism"),
    "choices": Key(lambda value: isinstance(value, dict), "is no table of fields"),
    "signs": Key(_are_signs, 'is no table, by term, of columns with "+" or "-"'),
    "outcomes": Key(_is_names, "is missing, or no list of outcomes", needed=True),
    "origins": Key(_are_years(3), "is missing, or no list of [last year learnt from, first year, last year]", needed=True),
    "eras": Key(_are_years(2), "is missing, or no list of [first year, last year]", needed=True),
    "baselines": Key(_is_names, "is missing, or no list of models", needed=True),
    "aftermath": Key(_is_names, "is no list of outcomes"),
    "reliable": Key(lambda value: isinstance(value, dict) and value.keys() == RELIABLE, "lacks bounds, strata or fewest"),
    "at_once": Key(lambda value: isinstance(value, bool), "is neither true nor false"),
    "gap": Key(_is_whole, "is no number of years"),
    "score": Key(lambda value: isinstance(value, str), "is missing, or no score", needed=True),
    **{key: Key(_is_whole, "is missing, or no whole number", True) for key in ("bootstrap", "seed")},
    **{key: Key(lambda value: isinstance(value, float), "is missing, or no share", True) for key in ("smallest", "level")},
}
"""Keys that a registered test may have, or has to."""


def _registration(name: str, entry: dict[str, Any]) -> Registration:
    if faults := list(key_faults(entry, KEYS, "test")):
        raise InputError(f"validation/preregistered.toml, [{name}]: {'; '.join(faults)}.")
    listed = {key: tuple(entry.get(key, ())) for key in ("outcomes", "baselines", "aftermath")}
    pairs = {key: tuple(tuple(years) for years in entry.get(key, ())) for key in ("origins", "eras")}
    demanded = entry.get("reliable")
    reliable = demanded and Reliable(
        (demanded["bounds"][0], demanded["bounds"][1]), tuple(demanded["strata"]), demanded["fewest"]
    )
    return Registration(**{"name": name, "mechanism": name, **entry, **listed, **pairs, "reliable": reliable})
