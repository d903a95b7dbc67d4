"""Validate a mechanism: hindcasts, scores, gains, grades, reliability, and a headline model of the terms that earned it.

The whole is computed once for a record and remembered in the user's cache folder, under a name made from the record's hash and
from the code and registration it follows from. Two processes may compute it at once: each writes a file of its own and moves it
into place, and both files hold the same bytes.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from functools import cache
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from foedus.errors import InputError, nearest
from foedus.mechanisms.disputes import Disputes
from foedus.mechanisms.estimate import Estimate, logit, one_core
from foedus.panels.codebook import lookup
from foedus.record.store import Record, open_record, write_text
from foedus.validation.hindcast import (
    HEADLINE,
    Hindcast,
    Registration,
    earned,
    grade,
    headline_hindcasts,
    hindcasts,
    registrations,
)
from foedus.validation.reliability import reliability

MECHANISMS = {"disputes": Disputes}


@dataclass(frozen=True)
class Validation:
    """How far to believe one outcome of a mechanism.

    Attributes ---------- scores : one row an origin and model (hindcast.score_table). gains : one row an origin, term and score
    (hindcast.gain_table). grades : term → grade, and "headline" → the grade of the headline model. reliability : one row a
    stratum or bin, for the headline model at the last origin (reliability.reliability). headline : fitted to every year, with
    the terms graded "supported" only; it gives the headline numbers. full : fitted to every year with every term; it gives the
    sensitivity run. base_rate : mean of the outcome over the rows fitted.
    """

    mechanism: str
    outcome: str
    scores: pl.DataFrame
    gains: pl.DataFrame
    grades: dict[str, str]
    reliability: pl.DataFrame
    headline: Disputes
    full: Disputes
    base_rate: float

    def tidy(self) -> pl.DataFrame:
        """Return the gains with the grade of each term."""
        graded = pl.DataFrame({"term": list(self.grades), "grade": list(self.grades.values())})
        return self.gains.join(graded, on="term", maintain_order="left")

    def as_dict(self) -> dict[str, Any]:
        """Return the validation as plain values."""
        return {
            "mechanism": self.mechanism,
            "outcome": self.outcome,
            "grades": self.grades,
            "base_rate": self.base_rate,
            "scores": self.scores.to_dicts(),
            "gains": self.gains.to_dicts(),
            "reliability": self.reliability.to_dicts(),
            "headline": _fitted_as_dict(self.headline),
            "full": _fitted_as_dict(self.full),
        }

    @classmethod
    def from_dict(cls, content: dict[str, Any]) -> Validation:
        """Return the validation that `as_dict` described."""

        def frame(name: str) -> pl.DataFrame:
            return pl.DataFrame(content[name], infer_schema_length=None)

        return cls(
            mechanism=content["mechanism"],
            outcome=content["outcome"],
            scores=frame("scores"),
            gains=frame("gains"),
            grades=content["grades"],
            reliability=frame("reliability"),
            headline=_fitted_from_dict(content["headline"]),
            full=_fitted_from_dict(content["full"]),
            base_rate=content["base_rate"],
        )


def validate(mechanism: str = "disputes", record: Record | None = None) -> tuple[Validation, ...]:
    """Return the validation of each registered outcome of a mechanism, from the cache if the record and the code are the same.

    Raises InputError with the nearest names if no mechanism is called that.
    """
    if mechanism not in MECHANISMS:
        raise InputError(
            f"no mechanism is called {mechanism!r}.{nearest(mechanism, MECHANISMS)} There is: {', '.join(MECHANISMS)}."
        )
    record = record or open_record()
    path = memory(mechanism, record)
    with suppress(OSError, ValueError, KeyError, TypeError):  # absent, or not what this code wrote: compute again
        return tuple(Validation.from_dict(entry) for entry in json.loads(path.read_text(encoding="utf-8")))
    results = compute(mechanism, record)
    with suppress(OSError, InputError):  # a folder that cannot be written costs time, not the answer
        path.parent.mkdir(parents=True, exist_ok=True)
        write_text(path, json.dumps([result.as_dict() for result in results], allow_nan=False))
    return results


def compute(mechanism: str, record: Record) -> tuple[Validation, ...]:
    """Validate every registered outcome of a mechanism, without looking into the cache."""
    registration = registrations()[mechanism]
    made = [MECHANISMS[mechanism](outcome=outcome) for outcome in registration.outcomes]
    last = min(lookup(outcome).last_year for outcome in registration.outcomes)
    with ThreadPoolExecutor(1) as loader:
        loader.submit(import_module, "glum")  # a second or two, spent beside the panel
        panel = made[0].panel(record, (min(each.first_year for each in made), last))
    # One thread an outcome and one core a thread: faster than threads inside each fit, and sums come in one order, so
    # that the same record gives the same bytes. OpenMP holds its limit for each thread apart, hence the initializer.
    with one_core(), ThreadPoolExecutor(initializer=one_core) as pool:
        return tuple(pool.map(lambda each: _validate(each, panel, registration), made))


def _validate(mechanism: Disputes, panel: pl.DataFrame, registration: Registration) -> Validation:
    design = mechanism.design(panel)
    past = hindcasts(mechanism, design, registration)
    gains = pl.concat([judged.gains for judged in past])
    grades = {term: _grade(gains, term, registration) for term in mechanism.terms}
    headline = earned(mechanism, grades)
    full = logit(design, past[-1].hindcast.coefficients)
    kept = [full.terms.index(term) for term in ("intercept", *headline.columns)]
    headline = replace(headline, estimate=logit(design.only(headline.columns), full.coefficients[kept]))
    tested = headline_hindcasts(past, headline, design, registration)
    grades = {"headline": _grade(pl.concat([judged.gains for judged in tested]), "headline", registration), **grades}
    return Validation(
        mechanism=mechanism.name,
        outcome=mechanism.outcome,
        scores=pl.concat([judged.scores for judged in (*past, *tested)]).sort("origin", maintain_order=True),
        gains=pl.concat([judged.gains for judged in (*tested, *past)]),
        grades=grades,
        reliability=_reliability(mechanism, panel, tested[-1].hindcast, registration),
        headline=headline,
        full=replace(mechanism, estimate=full),
        base_rate=full.events / full.n,
    )


def _grade(gains: pl.DataFrame, term: str, registration: Registration) -> str:
    decisive = gains.filter((pl.col("term") == term) & (pl.col("score") == registration.score))
    return grade(decisive, registration.smallest)


def _reliability(mechanism: Disputes, panel: pl.DataFrame, hindcast: Hindcast, registration: Registration) -> pl.DataFrame:
    """Reliability of the headline model's forecasts from the last origin."""
    later = mechanism.complete(panel).filter(pl.col("year").is_between(hindcast.first_year, hindcast.last_year))
    return reliability(later, hindcast.forecasts[HEADLINE], mechanism.outcome, registration.level)


def memory(mechanism: str, record: Record) -> Path:
    """File in which a validation is remembered: in the user's cache folder, or the one FOEDUS_CACHE names."""
    import platformdirs

    folder = Path(os.environ.get("FOEDUS_CACHE") or platformdirs.user_cache_dir("foedus"))
    key = hashlib.sha256(f"{mechanism} {record.sha256} {_code_sha256()}".encode()).hexdigest()[:24]
    return folder / "estimates" / f"{mechanism}-{key}.json"


@cache
def _code_sha256() -> str:
    """Hash of every file, and the version of every library, that an estimate follows from."""
    package = Path(__file__).parents[1]
    digest = hashlib.sha256(" ".join(f"{name} {version(name)}" for name in ("glum", "numpy", "polars")).encode())
    for path in sorted(_sources(package)):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _sources(package: Path) -> Iterable[Path]:
    yield package / "codebook.toml"
    yield package / "record" / "catalog.toml"
    yield package / "record" / "spells.py"
    for layer in ("panels", "mechanisms", "validation"):
        yield from (package / layer).rglob("*.py")
        yield from (package / layer).rglob("*.toml")


_ARRAYS = ("coefficients", "covariance", "means")


def _fitted_as_dict(mechanism: Disputes) -> dict[str, Any]:
    content = asdict(mechanism)
    estimate = content["estimate"]
    content["estimate"] = {**estimate, **{name: estimate[name].tolist() for name in _ARRAYS}}
    return content


def _fitted_from_dict(content: dict[str, Any]) -> Disputes:
    estimate = {**content["estimate"]}
    estimate |= {name: np.array(estimate[name]) for name in _ARRAYS}
    estimate["terms"] = tuple(estimate["terms"])
    return Disputes(**{**content, "terms": tuple(content["terms"]), "estimate": Estimate(**estimate)})
