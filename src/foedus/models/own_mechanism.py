"""A mechanism in a file of one's own: fitted and graded as the mechanisms that ship are, without a change of the package."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Mapping, Sequence
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from foedus.errors import InputError
from foedus.estimation.cores import one_core
from foedus.mechanisms.mechanism import Mechanism, check_choice
from foedus.models.grading import WHOLE, Graded, Say
from foedus.record.store import Record
from foedus.validation.gains import Contest, Evidence, gain_table
from foedus.validation.grades import grades
from foedus.validation.hindcast import FULL, best_of, by_window, hindcast, score_table, together
from foedus.validation.registration import Registration, entries


def mechanism_in(path: Path) -> Any:
    """Return the mechanism that a file defines; the file is run, as any script is.

    Raises InputError if there is no file, if it cannot be run, or if it defines no mechanism or several.
    """
    if not path.is_file():
        raise InputError(f"there is no file {path}.")
    spec = spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        raise InputError(f"{path} is no Python file: its name ends in .py.")
    module = module_from_spec(spec)
    sys.modules.setdefault(path.stem, module)  # dataclasses look their module up
    try:
        spec.loader.exec_module(module)
    except Exception as error:  # whatever the reader's own code raises
        raise InputError(f"{path} cannot be run: {type(error).__name__}: {error}") from error
    found = [
        each
        for each in vars(module).values()
        if inspect.isclass(each) and issubclass(each, Mechanism) and each is not Mechanism and each.__module__ == path.stem
    ]
    if len(found) != 1:
        names = ", ".join(each.__name__ for each in found) or "none"
        raise InputError(f"{path} defines {len(found)} mechanisms ({names}): one subclass of Mechanism is wanted.")
    return found[0]


def graded(path: Path, claim: Mapping[str, Any], record: Record, say: Say | None = None) -> Graded:
    """Return how a mechanism in a file forecasts, by the test that a claim states, graded by the rule of all mechanisms.

    claim : origins (triples), and what it may state: outcome, baselines, signs, smallest.

    Raises InputError for baselines that the mechanism has not, and where nothing can be learnt.
    """
    kind = mechanism_in(path)
    mechanism = kind(outcome=claim["outcome"]) if "outcome" in claim else kind()
    models = mechanism.models()
    plain = [name for name in models if name != FULL and not name.startswith("without ")]
    baselines = tuple(claim.get("baselines", plain))
    check_choice(f"{path.name}: {mechanism.id}", "model", baselines, models)
    origins = _origins(claim["origins"])
    panel = mechanism.panel(record, (mechanism.first_year, origins[-1][2]))
    with one_core():
        design = mechanism.design(panel)
        test = _test(mechanism, claim, origins, baselines, yes_or_no={*np.unique(design.outcome).tolist()} <= {0.0, 1.0})
        design = by_window(design.where(design.year >= mechanism.first_year), test.origins)
        told = []
        for place, origin in enumerate(test.origins, 1):
            told.append(hindcast(mechanism.outcome, models, design, origin))
            if say is not None:
                say("validating", place, len(test.origins))
        contests = [Contest(*contest) for contest in mechanism.contests()]
        contests.append(Contest(WHOLE, best_of(together(told), test), FULL))
        gains = gain_table(told, Evidence.of(told, contests, test))
        fitted = mechanism.fit(panel).fitted
    return Graded(
        formula=mechanism.id,
        test=test,
        scores=score_table(told, test),
        gains=gains,
        grades=grades(gains, test),
        reliability=pl.DataFrame(),
        model=fitted,
    )


def _origins(given: Sequence[Any]) -> tuple[tuple[int, int, int], ...]:
    """The windows, in their order; raises InputError if they are none."""
    if len(given) < 2 or not all(isinstance(each, list) and len(each) == 3 and each[0] < each[1] <= each[2] for each in given):
        raise InputError("origins are two or more of [last year learnt from, first year, last year forecast].")
    return tuple(sorted((each[0], each[1], each[2]) for each in given))


def _test(
    mechanism: Any,
    claim: Mapping[str, Any],
    origins: tuple[tuple[int, int, int], ...],
    baselines: tuple[str, ...],
    *,
    yes_or_no: bool,
) -> Registration:
    """The test, by the rule of all registered ones."""
    shared = entries()["every"]
    half = (len(origins) + 1) // 2
    return Registration(
        name=mechanism.name,
        mechanism=mechanism.name,
        outcomes=(mechanism.outcome,),
        origins=origins,
        eras=tuple((part[0][1], part[-1][2]) for part in (origins[:half], origins[half:])),
        baselines=baselines,
        score=shared["score"] if yes_or_no else "squared error",
        bootstrap=shared["bootstrap"],
        seed=shared["seed"],
        level=shared["level"],
        smallest=claim.get("smallest", shared["smallest"]),
        signs=claim.get("signs", {}),
    )
