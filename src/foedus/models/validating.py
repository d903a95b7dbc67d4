"""Validate what is one's own, however it is given: a class, a formula, a file, an installed package, a registered claim.

One rule holds for all of them. Where a claim stands beside the mechanism's file (`calm_states.toml` beside `calm_states.py`),
it is graded as that was registered, or not at all. Where none does, the test is the one that is asked for, or ten windows over
the later half of the years, and the answer says that it was set down nowhere before.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl

from foedus.digits import ESTIMATED, rounded
from foedus.errors import InputError, nearest
from foedus.mechanisms.installed import Installed, file_of, installed, sound
from foedus.mechanisms.mechanism import Mechanism
from foedus.mechanisms.standard import names_of, shipped_names
from foedus.models.grading import WHOLE, Graded, Say
from foedus.models.own_mechanism import NAMED, graded, made, mechanism_in, named_in
from foedus.models.registered import grade
from foedus.panels.units import LAST_YEAR
from foedus.record.pinned import sha256_of
from foedus.record.store import Record, open_record
from foedus.validation import own_grades

TEST = ("origins", "baselines", "signs", "smallest")
"""What may be asked of a test, as in a claim."""


def is_own(asked: Any) -> bool:
    """Say whether what is to be validated is one's own: anything but the name or id of a mechanism that ships.

    >>> is_own("disputes"), is_own("order.interests"), is_own("calm_states.py"), is_own(None)
    (False, False, True, False)
    """
    return asked is not None and not (isinstance(asked, str) and asked in shipped_names())


def validated(asked: Any, record: Record | None = None, say: Say | None = None, **test: Any) -> Graded:
    """Return how something of one's own forecasts, and its grades.

    asked : a mechanism or its class, the name or id of one that an installed package offers, a file of Python ("calm.py", or
    "calm.py:CalmStates"), which is run, or a claim ("calm.toml"). test : origins, baselines, signs, smallest; by default those
    of the claim beside the file.

    Raises InputError for what is none of these, and whatever the claim's grading raises.
    """
    record = record or open_record()
    given = {name: value for name, value in test.items() if value is not None}
    if isinstance(asked, str | Path) and Path(asked).suffix == ".toml":
        if given:
            raise InputError(f"{asked} says what is tested: {', '.join(given)} belong into it, before it is registered.")
        return _as_registered(Path(asked), record, say)
    mechanism, file = found(asked)
    claim = None if given or file is None else _claim_beside(file, mechanism)
    if claim is not None:
        return _as_registered(claim, record, say)
    told = graded(mechanism, given, record, say)
    unseen = "this test was set down nowhere before its scores were seen: `foedus register` does so, for a claim in a file"
    return replace(told, remarks=(*told.remarks, unseen))


def keep(asked: Any, told: Graded, record: Record | None = None) -> Path:
    """Write the grades that a registered claim got beside its mechanism's file, and return where: a package brings them along.

    asked : what was validated. Raises InputError where no registered claim, or no file, was graded.
    """
    file = _file_of(asked)
    if told.registered is None or told.sha256 is None or file is None or not own_grades.registration_of(file).exists():
        raise InputError(
            "grades are kept beside a mechanism's file whose claim is registered, as calm.py, calm.toml and "
            "calm.registered.json: `foedus register` sets one down."
        )
    whole = told.tidy().row(by_predicate=pl.col("term") == WHOLE, named=True)
    return own_grades.keep(
        file,
        own_grades.OwnGrades(
            claim=str(told.claim),
            registered=told.registered,
            registration_sha256=told.sha256,
            file_sha256=sha256_of(file),
            record_sha256=(record or open_record()).sha256,
            outcome=told.test.outcomes[0],
            windows=tuple((first, last) for _, first, last in told.test.origins),
            grades={own_grades.HEADLINE if term == WHOLE else term: given for term, given in told.grades.items()},
            score=told.test.score,
            against=whole["against"],
            skill=rounded(whole["skill"], ESTIMATED),
        ),
    )


def _file_of(asked: Any) -> Path | None:
    """The file of the mechanism that was validated, also where its claim was named; None if it has none."""
    if not isinstance(asked, str | Path) or Path(asked).suffix != ".toml":
        return found(asked)[1]
    named = tomllib.loads(Path(asked).read_text(encoding="utf-8")).get("mechanism")
    return None if named is None else named_in(named, Path(asked).parent)[0]


def fitted(asked: Any, outcome: str | None = None, record: Record | None = None) -> Mechanism:
    """Return a mechanism of one's own fitted to all its years, with all its terms.

    Raises InputError for what is none, and where nothing can be learnt.
    """
    mechanism = made(found(asked)[0], outcome)
    return mechanism.fit(mechanism.panel(record or open_record(), (mechanism.first_year, LAST_YEAR)))


def offered(name: str) -> Installed:
    """Return the mechanism of an installed package by its name or id; raises InputError, with the nearest, for another."""
    own = installed()
    for each in own:
        if name in names_of(each.mechanism):
            return each
    known = [*shipped_names(), *(called for each in own for called in names_of(each.mechanism))]
    raise InputError(f"no mechanism is called {name!r}.{nearest(name, known)} There are: {', '.join(known)}.")


def own(asked: Any) -> Installed:
    """Return a mechanism of one's own, made, with its file and its package where it has them.

    asked : as in `validated`. Raises InputError for what is none.
    """
    if isinstance(asked, str) and not NAMED.fullmatch(asked):
        return offered(asked)
    mechanism, file = found(asked)
    return Installed(made(mechanism), "", file)


def is_offered(name: str) -> bool:
    """Say whether a name is that of a file of mechanisms, or of one that an installed package offers.

    >>> is_offered("calm.py:CalmStates"), is_offered("order.interests")
    (True, False)
    """
    return bool(NAMED.fullmatch(name)) or any(name in names_of(each.mechanism) for each in sound())


def every_offered() -> tuple[str, ...]:
    """Return the ids of all mechanisms that installed packages offer."""
    return tuple(each.mechanism.id for each in installed())


def found(asked: Any) -> tuple[Any, Path | None]:
    """Return the mechanism that is asked for, or its class, and its file where it has one.

    Raises InputError for what is none.
    """
    if isinstance(asked, str | Path):
        if NAMED.fullmatch(asked := str(asked)):
            path, name = named_in(asked)
            return mechanism_in(path, name), path
        one = offered(asked)
        return one.mechanism, one.file
    kind = asked if isinstance(asked, type) else type(asked)
    return made(asked), None if kind.__module__.startswith("foedus.") else file_of(kind.__module__)


def _claim_beside(file: Path, mechanism: Any) -> Path | None:
    """The claim beside a mechanism's file that speaks of it, or None."""
    path = file.with_suffix(".toml")
    try:
        said: Mapping[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
        named, name = named_in(said["mechanism"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    own = made(mechanism)
    meant = named.name == file.name and (name is None or made(mechanism_in(file, name)).id == own.id)
    return path if meant else None


def _as_registered(path: Path, record: Record, say: Say | None) -> Graded:
    registered, told = grade(path, record, say)
    about = registered.about
    dated = f"registered on {about['registered']}, SHA-256 {about['sha256'][:12]}…: {registered.claim['claim']}"
    return replace(
        told,
        remarks=(*told.remarks, dated),
        registered=about["registered"],
        sha256=about["sha256"],
        claim=registered.claim["claim"],
    )
