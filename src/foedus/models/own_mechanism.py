"""A mechanism of one's own, in a file or a script: graded as the mechanisms that ship are, without a change of the package."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import polars as pl

from foedus.errors import InputError, nearest
from foedus.estimation.boosted import BOOSTED
from foedus.estimation.cores import one_core
from foedus.estimation.design import Design
from foedus.mechanisms.installed import is_mechanism
from foedus.mechanisms.mechanism import Mechanism, check_choice
from foedus.models.grading import WHOLE, Graded, Say, signs_of, test_of, windows_over
from foedus.models.known_before import columns_of, known_in_hindsight
from foedus.models.regression import FormulaRows, Regression
from foedus.models.strata import strata_table
from foedus.panels.units import LAST_YEAR
from foedus.record.store import Record
from foedus.validation.gains import Contest, Evidence, gain_table
from foedus.validation.grades import grades
from foedus.validation.hindcast import FULL, best_of, by_window, hindcast, score_table, together

NAMED = re.compile(r"(?P<file>.+\.py)(?::(?P<name>\w+))?")
"""A file of mechanisms, and which of them: "calm.py", "calm.py:CalmStates"."""


_running: set[Path] = set()
"""Files that are being run."""


def mechanism_in(path: Path, name: str | None = None) -> Any:
    """Return the mechanism that a file defines, a class or a `Regression`; the file is run, as any script is.

    name : which of them, where there are several. Raises InputError if there is no file, if it cannot be run, or if it defines
    no such mechanism.
    """
    module = _run(path)
    defined = {
        label: each
        for label, each in vars(module).items()
        if isinstance(each, Regression) or (is_mechanism(each) and getattr(each, "__module__", "") == module.__name__)
    }
    if name is not None:
        if name not in defined:
            there = ", ".join(defined) or "none"
            raise InputError(f"{path} defines no mechanism {name!r}.{nearest(name, defined)} It defines: {there}.")
        return defined[name]
    if len(defined) != 1:
        names = ", ".join(defined) or "none"
        which = f": say which, as in {path.name}:{next(iter(defined))}" if defined else ": one is wanted"
        raise InputError(f"{path} defines {len(defined)} mechanisms ({names}){which}.")
    return next(iter(defined.values()))


def named_in(text: str, folder: Path = Path()) -> tuple[Path, str | None]:
    """Return the file that "calm.py" or "calm.py:CalmStates" names, and which mechanism in it, if it says so.

    >>> named_in("calm.py:CalmStates")
    (PosixPath('calm.py'), 'CalmStates')
    """
    found = NAMED.fullmatch(text)
    return (folder / text, None) if found is None else (folder / found["file"], found["name"])


def made(mechanism: Any, outcome: str | None = None) -> Mechanism:
    """Return a mechanism from its class, or as it is; `outcome` is what it explains, by default its own.

    Raises InputError for what is neither, or cannot be made without a word.
    """
    if not is_mechanism(mechanism):
        raise InputError(f"{mechanism!r} is no mechanism: give a subclass of Mechanism, one made of it, or a Regression.")
    if isinstance(mechanism, type):
        try:
            found: Mechanism = mechanism() if outcome is None else mechanism(outcome=outcome)
        except TypeError as error:
            raise InputError(f"{mechanism.__name__} cannot be made: a choice has no default ({error}).") from None
        return found
    if outcome not in (None, mechanism.outcome):
        raise InputError(f"{mechanism.id} explains {mechanism.outcome}, not {outcome}.")
    own: Mechanism = mechanism
    return own


def graded(mechanism: Any, claim: Mapping[str, Any], record: Record, say: Say | None = None) -> Graded:
    """Return how a mechanism forecasts, by the test that a claim states, graded by the rule of all mechanisms.

    claim : what it may state: origins (by default ten windows over the later half of the years), outcome, baselines, signs,
    smallest.

    Raises InputError for baselines that the mechanism has not, and where nothing can be learnt.
    """
    mechanism = made(mechanism, claim.get("outcome"))
    models = mechanism.models()
    plain = [name for name in models if name not in (FULL, BOOSTED) and not name.startswith("without ")]
    baselines = tuple(claim.get("baselines", plain))
    check_choice(mechanism.id, "model", baselines, models)
    origins = claim.get("origins")
    triples = [each for each in origins or () if not isinstance(each, int)]
    panel, remarks = _rows(mechanism, record, max((each[-1] for each in triples), default=LAST_YEAR))
    with one_core():
        design = mechanism.design(panel)
        design = design.where(design.year >= mechanism.first_year)
        if not len(design.year):
            raise InputError(f"{mechanism.id} has no row of which everything is known: nothing can be learnt.")
        yes_or_no = not mechanism.amounts
        test = test_of(
            mechanism.name,
            mechanism.outcome,
            windows_over(design.year, origins),
            baselines,
            signs_of(claim.get("signs"), _columns(mechanism, design)),
            claim.get("smallest"),
            yes_or_no=yes_or_no,
        )
        design = by_window(design, test.origins)
        told = []
        for place, origin in enumerate(test.origins, 1):
            told.append(hindcast(mechanism.outcome, models, design, origin))
            if say is not None:
                say("validating", place, len(test.origins))
        contests = [Contest(*contest) for contest in mechanism.contests()]
        contests.append(Contest(WHOLE, best_of(told, test), FULL))
        gains = gain_table(told, Evidence.of(told, contests, test))
        fitted = mechanism.fit(panel).fitted
    whole = together(told, FULL)
    return Graded(
        formula=mechanism.read_as if isinstance(mechanism, Regression) else mechanism.id,
        test=test,
        scores=score_table(told, test),
        gains=gains,
        grades=grades(gains, test),
        reliability=strata_table(whole, {"all rows": np.ones(len(whole.outcome), np.bool_)}, test)
        if yes_or_no
        else pl.DataFrame(),
        model=fitted,
        remarks=(*_hindsight(mechanism), *remarks, *_of_sample(design)),
    )


def _rows(mechanism: Mechanism, record: Record, last: int) -> tuple[pl.DataFrame, list[str]]:
    """The rows from the first year that it learns from to the last, and remarks on their choice."""
    if mechanism.first_year > last:
        raise InputError(
            f"{mechanism.id} learns from {mechanism.first_year} on, and the rows end in {last}: choose an earlier first_year, "
            "or later origins."
        )
    years = (mechanism.first_year, last)
    return mechanism.rows_of(record, years) if isinstance(mechanism, Regression) else (mechanism.panel(record, years), [])


def _hindsight(mechanism: Mechanism) -> tuple[str, ...]:
    """What is read that rests on later years."""
    if isinstance(mechanism, Regression):
        return known_in_hindsight(columns_of(mechanism.outcome), [*mechanism.reads, *columns_of(mechanism.where)])
    return known_in_hindsight([mechanism.outcome], [name for name in mechanism.reads if name != mechanism.outcome])


def _of_sample(design: Design) -> tuple[str, ...]:
    """What is said of a formula's rows."""
    return design.sample.remarks if isinstance(design, FormulaRows) and design.sample is not None else ()


def _columns(mechanism: Mechanism, design: Design) -> Mapping[str, tuple[str, ...]]:
    """Term → its columns."""
    return design.of_term if isinstance(design, FormulaRows) else mechanism.term_columns


def _run(path: Path) -> ModuleType:
    """What a file of Python makes when it is run; raises InputError if it is none, or fails."""
    if not path.is_file():
        raise InputError(f"there is no file {path}.")
    called = f"{path.stem} of {path.resolve()}"  # two files of one name, in two folders, are two modules
    spec = spec_from_file_location(called, path)
    if spec is None or spec.loader is None:
        raise InputError(f"{path} is no Python file: its name ends in .py.")
    if path.resolve() in _running:
        raise InputError(
            f"{path} asks for itself while it is run: put what it does beside defining mechanisms below `if __name__ == "
            '"__main__":`.'
        )
    module = module_from_spec(spec)
    sys.modules[called] = module  # dataclasses look their module up, and a class its file
    _running.add(path.resolve())
    try:
        spec.loader.exec_module(module)
    except InputError as refusal:
        raise InputError(f"{path} was not run to its end: {refusal}") from refusal
    except (Exception, SystemExit) as error:  # whatever the reader's own code raises
        raise InputError(f"{path} cannot be run: {type(error).__name__}: {error}") from error
    finally:
        _running.discard(path.resolve())
    return module
