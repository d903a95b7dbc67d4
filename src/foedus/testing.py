"""Check what is your own: what holds for every mechanism, source, chapter and claims file of foedus, said where it does not.

A test of one's own is two lines: `from foedus.testing import check_mechanism` and `check_mechanism(MyMechanism)`. What a
package offers beside mechanisms is checked as it will be used: `check_chapter`, `check_source`, `check_claims`.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from foedus.assessment.assess import IDS
from foedus.assessment.claims.check import Claims, check
from foedus.assessment.finding import Chapter
from foedus.assessment.installed import faults_of, module_of
from foedus.errors import InputError, nearest
from foedus.mechanisms.mechanism import FULL, UNFITTED, Mechanism
from foedus.mechanisms.standard import MECHANISMS
from foedus.panels.codebook import codebook, world
from foedus.panels.units import LAST_YEAR
from foedus.partnership.partnership import Partnership
from foedus.record.additions import Added, add_declared, table_beside
from foedus.record.matching import sentences
from foedus.record.store import Record, open_record
from foedus.validation.validate import given

YEARS = 40
"""Years from its first one on that a mechanism is tried on."""

UNITS = ("state-year", "dyad-year", "directed dyad-year", "year")


def check_mechanism(kind: Any, record: Record | None = None, years: tuple[int, int] | None = None) -> None:
    """Raise InputError, with every fault, unless a mechanism has the shape that tests, forecasts and grades rely on.

    kind : the class, or a mechanism made of it, such as a `foedus.Regression`. record : the one it is tried on; by default the
    one in use. years : first and last year of the rows it is tried on; by default YEARS from its first one on.

    >>> from foedus.mechanisms.technology.convergence import Technology
    >>> check_mechanism(Technology, years=(1990, 2015))
    """
    made = isinstance(kind, Mechanism)
    name = kind.id if made else getattr(kind, "__name__", repr(kind))
    if faults := list(_of_the_class(type(kind) if made else kind, made=made)):
        raise InputError(f"{name}: {'; '.join(faults)}.")
    mechanism = kind if made else kind()
    if faults := [*_of_what_it_says(type(mechanism), mechanism), *_of_its_models(mechanism)]:
        raise InputError(f"{name}: {'; '.join(faults)}.")
    span = years or (mechanism.first_year, min(mechanism.first_year + YEARS, LAST_YEAR))
    if faults := list(_of_its_rows(mechanism, record or open_record(), span)):
        raise InputError(f"{name}, on {span[0]}–{span[1]}: {'; '.join(faults)}.")


def check_chapter(module: Any, *members: str | int, year: int = LAST_YEAR, record: Record | None = None) -> Chapter | None:
    """Return what a module tells of a partnership; raises InputError, with every fault, unless reports can rely on it.

    module : with ID, TITLE, QUESTION and chapter(partnership). members : whom it is tried on, by default the United States and
    Canada. None is a chapter that has nothing to tell.

    >>> from foedus.assessment.chapters import spending
    >>> check_chapter(spending)
    Traceback (most recent call last):
    foedus.errors.InputError: foedus.assessment.chapters.spending: another chapter is called 'spending'.
    """
    partnership = Partnership(*(members or ("USA", "CAN")), year=year, record=record or open_record())
    told: Chapter | None = module_of(module).chapter(partnership)
    if told is not None and (faults := list(faults_of(told, module.ID, IDS))):
        raise InputError(f"{getattr(module, '__name__', module)!s}: {'; '.join(faults)}.")
    return told


def check_source(declaration: Path | str) -> Added:
    """Return what foedus reads of the table beside a declaration, as `foedus record add` would; nothing is kept.

    Raises InputError with every fault of the declaration, or of the table.
    """
    path = Path(declaration)
    if not path.is_file():
        raise InputError(f"there is no file {path}.")
    with TemporaryDirectory() as folder:
        added = add_declared(table_beside(path), path, folder=Path(folder), dry_run=True)
    if added.unmatched:
        raise InputError(f"rows of {path.stem} name no state:\n{sentences(added.unmatched, 20)}")
    return added


def check_claims(path: Path | str, record: Record | None = None) -> Claims:
    """Return the claims of a file, checked against the record; raises InputError with every fault it has."""
    return check(Path(path), record)


def _of_the_class(kind: Any, *, made: bool) -> Iterator[str]:
    if not (inspect.isclass(kind) and issubclass(kind, Mechanism)):
        yield "it is no subclass of foedus.mechanisms.mechanism.Mechanism"
        return
    if not is_dataclass(kind) or not kind.__dataclass_params__.frozen:
        yield "it is no frozen dataclass: write @dataclass(frozen=True) above it"
        return
    if made:
        return
    try:
        kind()
    except TypeError as error:
        yield f"a choice has no default ({error})"


def _of_what_it_says(kind: type[Any], mechanism: Any) -> Iterator[str]:
    """Faults of what it declares."""
    theme, _, claim = mechanism.id.partition(".")
    if not theme or not claim:
        yield f"its id {mechanism.id!r} is not of the form 'theme.claim'"
    if mechanism.unit not in UNITS:
        yield f"its unit {mechanism.unit!r} is none of {', '.join(UNITS)}"
    written = {name for other in MECHANISMS.values() for name in other().writes}
    known = {*codebook(), *world(), *written}
    for name in mechanism.reads:
        if name not in known:
            yield f"it reads {name!r}, which is no variable of the codebook.{nearest(name, known)}".rstrip(".?")
    if outside := [term for term in mechanism.core if term not in mechanism.terms]:
        yield f"its core names {outside[0]!r}, which is none of its terms"
    module = inspect.getmodule(kind)
    said = (module.__doc__ or "") if module is not None else ""
    if not said.split("\n", 1)[0].rstrip().endswith("."):
        yield "its file does not open with its claim, as a sentence"
    if "Unit of analysis" not in said:
        yield "its file does not say its 'Unit of analysis'"
    if not any(word in said for word in ("eaves out", "eft out")):
        yield "its file does not say what it leaves out"


def _of_its_models(mechanism: Any) -> Iterator[str]:
    """Faults of what is scored."""
    models, contests = mechanism.models(), mechanism.contests()
    if FULL not in models:
        yield f"models() has no {FULL!r}"
    if lacking := [term for term in mechanism.terms if f"without {term}" not in models]:
        yield f"models() has none without {lacking[0]!r}"
    if lacking := [term for term in mechanism.terms if term not in {each for each, _, _ in contests}]:
        yield f"contests() leaves out {lacking[0]!r}: every term has to earn its place"
    if strange := [name for _, rival, contender in contests for name in (rival, contender) if name not in models]:
        yield f"contests() names {strange[0]!r}, which models() does not have"
    try:
        _ = mechanism.fitted
        yield "it has learnt something before fit() is called"
    except InputError as refusal:
        if str(refusal) != UNFITTED:
            yield "fitted does not say that it is unfitted"


def _of_its_rows(mechanism: Any, record: Record, years: tuple[int, int]) -> Iterator[str]:
    """Faults of what it makes of rows."""
    mechanism, again = (given(each, record) for each in (mechanism, replace(mechanism)))
    panel = mechanism.panel(record, years)
    before = panel.clone()
    design = mechanism.design(panel)
    if not len(design.outcome):
        yield "it has no row there: give years that its variables cover"
        return
    if not np.isfinite(design.matrix).all():
        yield "its design holds values that are missing or infinite"
        return
    yes_or_no = {*np.unique(design.outcome).tolist()} <= {0.0, 1.0}
    fitted = mechanism.fit(panel)
    if not _same(mechanism, again) or not panel.equals(before):
        yield "fit() changes the mechanism or its rows, which it has to leave alone"
    found = fitted.fitted
    if not np.isfinite(found.coefficients).all() or not (np.diag(found.covariance) >= 0).all():
        yield "its coefficients or their errors are no finite numbers"
    shuffled = mechanism.fit(panel.sample(fraction=1, shuffle=True, seed=1)).fitted
    usual = np.abs(found.coefficients) < 8  # a level without an event has its maximum at minus infinity
    if not np.allclose(shuffled.coefficients[usual], found.coefficients[usual], rtol=2e-3, atol=1e-4):
        yield "its estimates hang on the order of the rows"
    bare, last = replace(mechanism, terms=mechanism.core), int(design.year.max())
    rows = bare.design(panel)
    forecast = bare.models()[FULL].learn(rows.where(rows.year < last))(rows.where(rows.year == last))
    if not np.isfinite(forecast).all() or (yes_or_no and not ((forecast > 0) & (forecast < 1)).all()):
        yield f"with its core alone its forecasts are no {'probabilities' if yes_or_no else 'finite numbers'}"


def _same(one: Any, other: Any) -> bool:
    """Whether two mechanisms of a kind have the same choices; a frame is the same if it is one, not if its values are."""
    compared = [(getattr(one, each.name), getattr(other, each.name)) for each in fields(one) if each.compare]
    return all(mine is theirs or mine == theirs for mine, theirs in compared)
