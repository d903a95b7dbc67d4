"""A page for each mechanism: claim, equation, data, test, grade with direction, dispute; from its file, test and results."""

from __future__ import annotations

import inspect
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from docs.build import markdown_table, of_test, of_wars
from docs.site.markdown import blocks
from docs.site.tree import ROOT
from foedus.assessment.causal_map import DISPUTED, NO_TEST, PHYSICS
from foedus.assessment.explain import LIST
from foedus.mechanisms.described import DESCRIBED, PHYSICAL
from foedus.mechanisms.standard import MECHANISMS
from foedus.panels.codebook import codebook, world
from foedus.validation.registration import Registration
from foedus.validation.validate import Validation, validate


def mechanism_pages() -> dict[str, str]:
    """Return the page of every mechanism, by its id: those that are tested first, in the essay's order."""
    from foedus.validation.multiplicity import contests

    found = {kind: validate(name) for name, kind in MECHANISMS.items()}
    judged = contests(each for tests in found.values() for each in tests if isinstance(each, Validation))
    tested = {kind.id: _page(kind, _tests(tests, judged)) for kind, tests in found.items()}
    physical = {kind.id: _page(kind, f"**Physical.** {PHYSICS}\n") for kind in PHYSICAL}
    return tested | physical | {kind.id: _page(kind, f"**Not estimated.** {NO_TEST}\n") for kind in DESCRIBED}


def _page(kind: Any, tests: str) -> str:
    claim, _, body = (inspect.getdoc(sys.modules[kind.__module__]) or "").partition("\n\n")
    body, _, disputed = body.partition(f"\n\n{DISPUTED}")
    file = Path(inspect.getsourcefile(kind) or "").resolve().relative_to(ROOT).as_posix()
    return "\n".join(
        [
            f"# {kind.id}\n\n**{' '.join(claim.split())}**\n",
            f"Unit of analysis: {kind.unit}. In the code: [{file}](../../{file}).\n",
            f"## Equation, studies, what is left out\n\n{blocks(body)}\n",
            f"## Data\n\n{_data(kind)}",
            f"## Test and grade\n\n{tests}",
            f"## Disputed in the literature\n\n{blocks(disputed.strip()[:1].upper() + disputed.strip()[1:])}",
            _findings(kind),
            "[How a grade is earned](../../docs/concepts/grades.md) · [all results](../../docs/validation.md) ·\n"
            "[published results beside ours](../../docs/published-results.md)\n",
        ]
    )


def _data(kind: Any) -> str:
    """What it reads, by term, and what it writes."""
    known = {**codebook(), **world()}
    terms: dict[str, tuple[str, ...]] = dict(getattr(kind, "term_reads", None) or {"": tuple(getattr(kind, "reads", ()))})
    rows = []
    for term, names in terms.items():
        for name in names:
            variable = known.get(name)
            label, sources = (variable.label, ", ".join(f"`{each}`" for each in variable.sources)) if variable else ("", "")
            rows.append((term or "every model", f"`{name}`", label, sources))
    read = markdown_table(("term", "reads", "what it is", "sources"), rows) if rows else "It reads no variable of a panel.\n"
    written = ", ".join(f"`{name}`" for name in kind.writes)
    return f"{read}\nIt writes {written}.\n" if written else f"{read}\n"


def _tests(found: tuple[Any, ...], judged: Any) -> str:
    graded = (
        (_named(each), each.grades["headline"], _origins(each.registration)) for each in found if isinstance(each, Validation)
    )
    first = markdown_table(("outcome", "grade of the headline model", "test"), list(graded)) + "\n"
    told = (of_test(each, judged) if isinstance(each, Validation) else of_wars(each) for each in found)
    return first + "\n".join(each.replace("\n## ", "\n### ").replace("## ", "### ", 1) for each in told)


def _named(found: Validation) -> str:
    """An outcome, with the name of its test where that is not the mechanism's."""
    outcome = found.outcome.replace("_", " ")
    return outcome if found.test == found.full.name else f"{outcome} ({found.test})"


def _origins(test: Registration) -> str:
    first, last = test.years
    return f"{len(test.origins)} origins, {first}–{last}, {test.score}, against {', '.join(test.baselines)}"


def _findings(kind: Any) -> str:
    told = list(_ids(kind.id))
    shown = f"{', '.join(told)}: `foedus explain ID` shows what stands behind one."
    return f"## Findings that rest on it\n\n{shown}\n" if told else ""


def _ids(mechanism: str) -> Iterator[str]:
    for group in tomllib.loads(LIST.read_text(encoding="utf-8"))["findings"]:
        if group["mechanism"] == mechanism:
            yield from (f"`{name}`" for name in group["ids"])
