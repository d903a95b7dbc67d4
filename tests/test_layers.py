"""Imports run one way, over every module of foedus, those inside functions and those for types included.

LAYERS is where the floors are named; `docs/architecture.md` quotes it. A module may import what stands below its own room, and
its own room; never another room on its floor, never one above.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

import foedus

PACKAGE = Path(foedus.__file__).parent
ARCHITECTURE = Path(__file__).resolve().parents[1] / "docs" / "architecture.md"

LAYERS = (
    ("__main__",),
    ("cli",),
    ("web",),
    ("__init__",),
    ("api",),
    ("report", "testing"),
    ("assessment", "models"),
    ("futures",),
    ("validation",),
    ("mechanisms", "partnership", "citation", "bundle"),
    ("radars",),
    ("panels",),
    ("estimation", "record"),
    ("arguments", "offers"),
    ("words",),
    ("language",),
    ("version", "errors", "digits"),
)
"""The floors, from the top down; rooms on one floor do not know each other."""

APART = ("record.sources", "assessment.chapters", "mechanisms")
"""Rooms whose parts do not know each other: no source another source, no chapter another chapter, no theme another theme."""

SHARED = {"mechanisms.mechanism", "mechanisms.standard", "mechanisms.described", "mechanisms.installed"}
"""Modules of such a room that belong to no part of it: what a mechanism is, and the lists of them."""


def imported(text: str, known: Iterable[str]) -> Iterator[str]:
    """Yield the modules of foedus, without that name, that a module's text imports anywhere in it."""
    names = set(known)
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            yield from (_inside(each.name) for each in node.names if each.name.split(".")[0] == "foedus")
        elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "foedus":
            room = _inside(node.module or "")
            for each in node.names:
                inner = each.name if room == "__init__" else f"{room}.{each.name}"
                yield inner if inner in names else room


def _inside(module: str) -> str:
    return module.removeprefix("foedus").removeprefix(".") or "__init__"


@cache
def graph() -> Mapping[str, frozenset[str]]:
    """Return module → modules of foedus that it imports."""
    paths = {_name(path): path for path in PACKAGE.rglob("*.py")}
    return {name: frozenset(imported(path.read_text(encoding="utf-8"), paths)) for name, path in sorted(paths.items())}


def _name(path: Path) -> str:
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(parts if len(parts) == 1 or parts[-1] != "__init__" else parts[:-1])


def room(module: str) -> str:
    """Return the room of a module: the first part of its name."""
    return module.split(".", maxsplit=1)[0]


def floor(module: str) -> int:
    """Return the floor of a module's room, 0 at the top; raises StopIteration for a room that LAYERS does not name."""
    return next(at for at, rooms in enumerate(LAYERS) if room(module) in rooms)


def upward(imports: Mapping[str, Iterable[str]]) -> list[str]:
    """Return the imports that do not lead down: `a → b`, by name."""
    return [
        f"{module} → {target}"
        for module, targets in imports.items()
        for target in sorted(targets)
        if room(module) != room(target) and floor(target) <= floor(module)
    ]


def between(imports: Mapping[str, Iterable[str]], whole: str) -> list[str]:
    """Return the imports from one part of a room into another part of it."""

    def part(module: str) -> str | None:
        within = module.startswith(f"{whole}.") and module not in SHARED
        return module.removeprefix(f"{whole}.").split(".")[0] if within else None

    return [
        f"{module} → {target}"
        for module, targets in imports.items()
        for target in sorted(targets)
        if part(module) and part(target) and part(module) != part(target)
    ]


def test_every_room_has_a_floor() -> None:
    named = [each for rooms in LAYERS for each in rooms]
    assert len(named) == len(set(named))
    assert {room(module) for module in graph()} == set(named)


def test_imports_run_one_way() -> None:
    assert not upward(graph())


def test_no_modules_import_each_other_in_a_circle() -> None:
    tuple(TopologicalSorter({module: targets - {module} for module, targets in graph().items()}).static_order())


@pytest.mark.parametrize("whole", APART)
def test_parts_do_not_know_each_other(whole: str) -> None:
    assert not between(graph(), whole)


def test_the_architecture_page_quotes_the_floors() -> None:
    drawn = [f"    {' · '.join(rooms)}" for rooms in LAYERS]
    assert "\n".join(drawn) in ARCHITECTURE.read_text(encoding="utf-8")


def test_every_file_that_the_architecture_page_names_is_there() -> None:
    named = re.findall(r"`([\w/]+(?:\.py|\.toml|/))`", ARCHITECTURE.read_text(encoding="utf-8"))
    root = PACKAGE.parents[1]
    there = [
        f"/{path.relative_to(root).as_posix()}{'/' if path.is_dir() else ''}"
        for top in (PACKAGE, root / "tests")
        for path in top.rglob("*")
        if path.is_dir() or path.suffix in {".py", ".toml"}
    ]
    assert named
    assert not [name for name in named if not any(path.endswith(f"/{name}") for path in there)]


def test_a_lazy_import_and_one_for_types_count() -> None:
    text = """
        from typing import TYPE_CHECKING
        if TYPE_CHECKING:
            from foedus.assessment import finding
        def late():
            import foedus.cli
            from foedus import version
    """
    known = {"assessment.finding", "cli", "version"}
    assert set(imported(ast.unparse(ast.parse("if True:\n" + text)), known)) == {"assessment.finding", "cli", "version"}


def test_what_runs_up_sideways_or_in_a_circle_is_found() -> None:
    assert upward({"panels.build": ["report.html", "record.store"]}) == ["panels.build → report.html"]
    assert upward({"partnership.members": ["mechanisms.spending"]}) == ["partnership.members → mechanisms.spending"]
    assert between({"record.sources.gml": ["record.sources.atop", "record.spells"]}, "record.sources")
    assert between({"mechanisms.order.disputes": ["mechanisms.shield.pledges"]}, "mechanisms")
    assert not between({"mechanisms.order.disputes": ["mechanisms.mechanism"]}, "mechanisms")
    with pytest.raises(CycleError):
        tuple(TopologicalSorter({"a": {"b"}, "b": {"a"}}).static_order())
