"""A mechanism, explained: where it stands, what it claims, reads and writes, how it was tested, and what shows that.

Mechanisms that ship and those of one's own are told alike; what is one's own has the grades that are kept beside its file.
"""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from foedus.assessment.causal_map import DISPUTED, Graded, about, graded, graded_as_kept, links
from foedus.mechanisms.installed import Installed
from foedus.mechanisms.standard import MECHANISMS, shipped_names
from foedus.record.store import Record
from foedus.words import listed

PACKAGE = Path(__file__).parents[1]


@dataclass(frozen=True)
class ExplainedMechanism:
    """What there is to say of a mechanism.

    Attributes
    ----------
    id, unit : of the mechanism. file : where it stands. about : paragraphs of its claim, equations indented.
    links : one row a link to what it reads and writes, as in the causal map. grades : term → grade, "headline" for the whole.
    tests : how it was tested, a line an outcome. command : what validates it.
    """

    id: str
    unit: str
    file: str
    about: tuple[str, ...]
    links: pl.DataFrame
    grades: dict[str, str]
    tests: tuple[str, ...]
    command: str

    def lines(self) -> list[tuple[str, str]]:
        """Return what there is to say, each with its heading."""
        read = self.links.filter(direction="reads")
        told = [("Mechanism", self.id), ("Stands in", self.file), ("Claims", self.about[0])]
        told += [("Equation", each.strip()) for each in self.about[1:] if each.startswith("    ")][:1]
        told.append(("Unit", self.unit))
        for (term, grade), rows in read.group_by("term", "grade", maintain_order=True):
            told.append(("Reads", f"{term or 'in every model'} ({grade}): {listed(rows['variable'].to_list())}"))
        told.append(("Writes", listed(self.links.filter(direction="writes")["variable"].to_list())))
        told += [("Test", each) for each in self.tests]
        told += [("Disputed", each.removeprefix(DISPUTED).strip()) for each in self.about if each.startswith(DISPUTED)]
        return [*told, ("Shown by", self.command)]


def explain_shipped(name: str, record: Record) -> ExplainedMechanism:
    """Return what there is to say of a mechanism that ships, by its name or id."""
    kind = MECHANISMS[shipped_names()[name]]
    return _told(next(each for each in graded(record) if each.kind is kind), None, kind.id)


def explain_own(own: Installed) -> ExplainedMechanism:
    """Return what there is to say of a mechanism of one's own."""
    named = own.mechanism.id if own.package or own.file is None else str(own.file)
    return _told(graded_as_kept(own), own.file, named)


def _told(found: Graded, file: Path | None, named: str) -> ExplainedMechanism:
    kind = found.kind if inspect.isclass(found.kind) else type(found.kind)
    return ExplainedMechanism(
        id=found.kind.id,
        unit=found.kind.unit,
        file=_place(kind, file),
        about=tuple(about(found.kind)),
        links=links([found]),
        grades=dict(found.grades),
        tests=found.tests,
        command=f"foedus validate {named}",
    )


def causal_map(own: Sequence[Installed], record: Record) -> pl.DataFrame:
    """Return the links of every mechanism that ships or that a package brings, then of these.

    Columns: mechanism, direction ("reads", "writes"), topic, variable, term, grade.
    """
    return links(_with(graded(record), own))


def _with(known: Sequence[Graded], own: Sequence[Installed]) -> list[Graded]:
    """The mechanisms, each once: one that is given stands for one of its id."""
    given = [graded_as_kept(each) for each in own]
    ids = {each.kind.id for each in given}
    return [*(each for each in known if each.kind.id not in ids), *given]


def _place(kind: type, file: Path | None) -> str:
    """Where a class is defined: the file, with the line where that can be told; of a formula, the file alone."""
    if kind.__module__.startswith("foedus.models."):
        return str(file) if file else "a formula"
    try:
        name = Path(inspect.getsourcefile(kind) or "")
        line = inspect.getsourcelines(kind)[1]
    except (OSError, TypeError):
        return str(file) if file else "an interactive session"
    shown = f"src/foedus/{name.relative_to(PACKAGE).as_posix()}" if name.is_relative_to(PACKAGE) else str(name)
    return f"{shown}:{line} {kind.__qualname__}"
