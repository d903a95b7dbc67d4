"""The causal map: what each mechanism reads and writes, and how far each of these links is believed.

Everything here follows from the declarations of the mechanisms (`term_reads`, `writes`) and from the grades of their registered
tests; nothing is drawn by hand.
"""

from __future__ import annotations

import inspect
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import polars as pl

from foedus.assessment.evidence import better
from foedus.mechanisms.described import DESCRIBED, PHYSICAL
from foedus.mechanisms.installed import Installed, sound
from foedus.mechanisms.mechanism import BACKGROUND
from foedus.mechanisms.standard import MECHANISMS
from foedus.panels.codebook import codebook, world
from foedus.record.store import Record
from foedus.validation.grades import MIXED, SUPPORTED, worst
from foedus.validation.memory import remembered
from foedus.validation.own_grades import HEADLINE, OwnGrades, kept
from foedus.validation.validate import Validation, validate
from foedus.words import listed

UNTESTED, OF_PHYSICS, DIVIDED = "not estimated", "physical", "mixed"
WRITTEN = "written by a mechanism"
"""Topic of variables that no source holds."""

PHYSICS = "Not estimated from data: it follows from geometry and physics, and is checked against known answers."
NO_TEST = "No test: it describes, and forecasts nothing that ships with the record."


@dataclass(frozen=True)
class Graded:
    """A mechanism, and how far it is believed.

    Attributes
    ----------
    kind : its class. grades : term → grade over all its tests and outcomes, and "headline" → that of the whole.
    tests : how it was tested, a line an outcome; why not, if it was not.
    """

    kind: Any
    grades: Mapping[str, str]
    tests: tuple[str, ...]


LINKS = {
    "mechanism": pl.String,
    "direction": pl.String,
    "topic": pl.String,
    "variable": pl.String,
    "term": pl.String,
    "grade": pl.String,
}


def links(found: Iterable[Graded]) -> pl.DataFrame:
    """Return one row a link, in the essay's order: mechanism, direction ("reads", "writes"), topic, variable, term?, grade.

    What a mechanism reads has the grade of the term that is made of it, or of the whole where it is in every model; what it
    writes has the grade of the whole. Where outcomes or designs were graded differently, the link is mixed, unless none of
    them found a gain.
    """
    rows: list[tuple[str, str, str, str, str | None, str]] = []
    for kind, grades in ((each.kind, each.grades) for each in found):
        for term, variables in _term_reads(kind).items():
            grade = grades.get(term, grades[HEADLINE])
            rows += [(kind.id, "reads", topic(name), name, term or None, grade) for name in variables]
        rows += [(kind.id, "writes", topic(name), name, None, grades[HEADLINE]) for name in kind.writes]
    return pl.DataFrame(rows, schema=LINKS, orient="row")


def graded(record: Record) -> tuple[Graded, ...]:
    """Return every mechanism with its grades, in the essay's order, then those that no test grades, then installed ones."""
    known: dict[str, dict[str, Any]] = remembered("grades", record, (), partial(_grades, record), beside=MECHANISMS.values())
    tested = [Graded(kind, known[kind.id]["grades"], tuple(known[kind.id]["tests"])) for kind in MECHANISMS.values()]
    physical = [Graded(kind, {HEADLINE: OF_PHYSICS}, (PHYSICS,)) for kind in PHYSICAL]
    described = [Graded(kind, {HEADLINE: UNTESTED}, (NO_TEST,)) for kind in DESCRIBED]
    return (*tested, *physical, *described, *(graded_as_kept(each) for each in sound()))


def graded_as_kept(own: Installed) -> Graded:
    """Return a mechanism of one's own with the grades that are kept beside its file; without a grade where none are."""
    of_package = f"Of the package {own.package}" if own.package else "Your own"
    found = kept(own.file)
    if found is None:
        return Graded(own.mechanism, {HEADLINE: UNTESTED}, (f"{of_package}: foedus validate {own.mechanism.id}",))
    return Graded(own.mechanism, found.grades, (f"{of_package}, {said_of(found)}",))


def said_of(found: OwnGrades) -> str:
    """Return how a mechanism of one's own was tested, and what came out, for a line of its own.

    >>> windows, grades = ((1981, 1990), (1991, 2000)), {"headline": "mixed"}
    >>> said_of(OwnGrades("x", "2026-11-29", "", "", "", "war", windows, grades, "log score", "own rate", 0.021))
    'registered on 2026-11-29: 1981–2000 forecast from 2 past origins; log score 2.1 % better than own rate, mixed.'
    """
    first, last = found.windows[0][0], found.windows[-1][1]
    return (
        f"registered on {found.registered}: {first}–{last} forecast from {len(found.windows)} past origins; {found.score} "
        f"{better(found.skill)} than {found.against}, {found.grades[HEADLINE]}."
    )


def _grades(record: Record) -> dict[str, dict[str, Any]]:
    """The grades of each mechanism that is tested, by its id, and a line about each of its tests."""
    return {kind.id: _of_tests(validate(kind.name, record)) for kind in MECHANISMS.values()}


def _of_tests(validations: Iterable[Any]) -> dict[str, Any]:
    grades: dict[str, set[str]] = defaultdict(set)
    lines = []
    for validation in validations:
        lines.append(_test(validation))
        for term, grade in validation.grades.items():
            grades[term].add(grade)
    return {"grades": {term: one_of(several) for term, several in grades.items()}, "tests": lines}


def one_of(grades: set[str]) -> str:
    """Return the grade that stands for several: their own if they agree, the worst of them where none found a gain.

    >>> one_of({"supported"}), one_of({"supported", "not supported"}), one_of({"harmful", "not supported"})
    ('supported', 'mixed', 'harmful')
    """
    if len(grades) == 1:
        return next(iter(grades))
    return DIVIDED if grades & {SUPPORTED, MIXED} else worst(grades)


def topic(variable: str) -> str:
    """Return what a variable is about: its topic in the codebook, or that a mechanism writes it."""
    known = codebook().get(variable) or world().get(variable)
    return known.topic if known else WRITTEN


def _term_reads(kind: Any) -> Mapping[str, tuple[str, ...]]:
    """Return what the mechanism declares; of one without terms, all it reads."""
    declared: Mapping[str, tuple[str, ...]] = getattr(kind, "term_reads", {BACKGROUND: kind.reads})
    return declared


def sources_of(found: pl.DataFrame) -> tuple[str, ...]:
    """Return the ids of the sources of all that tested terms read, sorted."""
    read = found.filter(pl.col("direction") == "reads", pl.col("term").is_not_null())["variable"].unique()
    known = (codebook().get(name) or world().get(name) for name in read)
    return tuple(sorted({source for variable in known if variable for source in variable.sources}))


def counts(found: pl.DataFrame) -> dict[str, int]:
    """Return how many links that were tested have each grade."""
    return dict(Counter(found.filter(pl.col("term").is_not_null())["grade"]).most_common())


def cards(found: Iterable[Graded]) -> pl.DataFrame:
    """Return one row a mechanism: id, grade, unit, about, reads, writes and test, the last four as lists of texts.

    `about` is the claim, the equation and what is left out, as the mechanism's file says it; `test` has a line an outcome.
    """
    rows = [
        {
            "id": each.kind.id,
            "grade": each.grades[HEADLINE],
            "unit": each.kind.unit,
            "about": about(each.kind),
            "reads": [f"{term or 'in every model'}: {listed(names)}" for term, names in _term_reads(each.kind).items()],
            "writes": list(each.kind.writes),
            "test": list(each.tests),
        }
        for each in found
    ]
    return pl.DataFrame(rows)


DISPUTED = "Disputed:"
"""What the paragraph begins with that says what the literature disputes."""


def about(kind: Any) -> list[str]:
    """Return the paragraphs that a mechanism's file opens with; equations are indented by four spaces.

    >>> from foedus.mechanisms.order.war_size import WarSize
    >>> [text.startswith("    ") for text in about(WarSize)][:2]
    [False, True]
    """
    docstring = getattr(kind, "said", None) or inspect.cleandoc(sys.modules[kind.__module__].__doc__ or "")
    blocks = re.split(r"\n\s*\n", docstring)
    return [block if block.startswith("    ") else " ".join(block.split()) for block in blocks]


def _test(validation: Any) -> str:
    if not isinstance(validation, Validation):
        return f"{_spaced(validation.outcome)}: forecast by counts a year and a decade ahead; {validation.grades[HEADLINE]}."
    test = validation.registration
    gain = validation.over_all("gains").row(
        by_predicate=(pl.col("term") == HEADLINE) & (pl.col("score") == test.score), named=True
    )
    terms = defaultdict(list)
    for term in validation.full.terms:
        terms[validation.grades[term]].append(term)
    terms_by_grade = "; ".join(f"{grade}: {listed(names)}" for grade, names in terms.items())
    name = validation.outcome if test.name == validation.full.name else f"{validation.outcome} ({test.name})"
    return (
        f"{_spaced(name)}: {test.years[0]}–{test.years[1]} forecast from {len(test.origins)} past origins; "
        f"{test.score} {better(gain['skill'])} than {gain['against']} (gain of {gain['skill_low'] * 100:+.1f} to "
        f"{gain['skill_high'] * 100:+.1f} %), {validation.grades[HEADLINE]}. Terms {terms_by_grade}."
    )


def _spaced(name: str) -> str:
    return name.replace("_", " ")
