"""Which faults are put in: a seeded sample of mutants of the bodies of functions, by the operators of mutmut.

A mutant is one change of one expression: `<` for `<=`, `+` for `-`, `and` for `or`, a number one higher, True for False, a
`not` or a named argument left out, a branch always taken. Left alone are texts and what is raised with them, for a changed
message is no wrong number, and what would stop at once, so that no test could miss it: None in place of a value, an argument
that has no default left out. Annotations, defaults and decorators are left alone too. Every file gives mutants in proportion to
how many it has, and FEWEST at least; the order is drawn as well, so that the first hundred are a sample of all.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from pathlib import Path

import libcst as cst
from libcst.metadata import MetadataWrapper, ParentNodeProvider, PositionProvider
from mutmut.mutation import mutators

SOURCE = Path(__file__).parents[2] / "src/foedus"

ROOMS = ("record", "panels", "validation", "estimation", "mechanisms")
"""Whose code is changed."""

FEWEST = 3
"""Mutants of each file, as far as it has them."""

LEFT_ALONE = (
    mutators.operator_string,
    mutators.operator_assignment,
    mutators.operator_lambda,
    mutators.operator_dict_arguments,
)

OPERATORS = [(kind, change) for kind, change in mutators.mutation_operators if change not in LEFT_ALONE]


@dataclass(frozen=True)
class Mutant:
    """One change: in which file, function and line; the text before and after; which of the file's it is."""

    file: str
    number: int
    function: str
    line: int
    statement: int
    before: str
    after: str

    @property
    def name(self) -> str:
        """What it is called: its file, line and number."""
        return f"{self.file}:{self.line}#{self.number}"

    def source(self) -> str:
        """Return the file's text with the change."""
        tree, changes = _changes(SOURCE / self.file)
        old, new, _ = changes[self.number]
        changed = tree.deep_replace(old, new)
        assert isinstance(changed, cst.Module)
        return changed.code


def drawn(seed: int, number: int) -> list[Mutant]:
    """Return a sample of so many mutants, in the order in which they are tried."""
    generator = random.Random(seed)
    by_file = {file: len(_changes(file)[1]) for file in files()}
    share = number / sum(by_file.values())
    chosen: list[Mutant] = []
    for file, there in by_file.items():
        numbers = generator.sample(range(there), min(there, max(FEWEST, round(share * there))))
        chosen += [mutant_of(file, each) for each in numbers]
    generator.shuffle(chosen)
    return chosen


def files() -> list[Path]:
    """Return the files whose code is changed."""
    return sorted(path for room in ROOMS for path in (SOURCE / room).rglob("*.py"))


def mutant_of(path: Path, number: int) -> Mutant:
    """Return one mutant of a file."""
    tree, changes = _changes(path)
    old, new, (function, line, statement) = changes[number]
    before, after = (" ".join(tree.code_for_node(node).split()) for node in (old, new))
    return Mutant(str(path.relative_to(SOURCE)), number, function, line, statement, before, after)


Place = tuple[str, int, int]
"""The outermost function around a change, its line, and the first line of its statement."""

_read: dict[Path, tuple[cst.Module, list[tuple[cst.CSTNode, cst.CSTNode, Place]]]] = {}


def _changes(path: Path) -> tuple[cst.Module, list[tuple[cst.CSTNode, cst.CSTNode, Place]]]:
    """Return a file's tree, and each node that can be changed with what it becomes."""
    if path not in _read:
        wrapper = MetadataWrapper(cst.parse_module(path.read_text(encoding="utf-8")))
        visitor = _Visitor()
        wrapper.visit(visitor)
        _read[path] = wrapper.module, visitor.changes
    return _read[path]


def _may_go_unseen(old: cst.CSTNode, new: cst.CSTNode) -> bool:
    """Whether a change is no call without an argument that has to be there: of a call's arguments only named ones may go."""
    if not (isinstance(old, cst.Call) and isinstance(new, cst.Call) and old.args != new.args):
        return True
    return len(new.args) < len(old.args) and all(each.keyword for each in old.args if each not in new.args)


class _Visitor(cst.CSTVisitor):
    METADATA_DEPENDENCIES = (PositionProvider, ParentNodeProvider)

    def __init__(self) -> None:
        super().__init__()
        self.changes: list[tuple[cst.CSTNode, cst.CSTNode, Place]] = []

    def on_visit(self, node: cst.CSTNode) -> bool:
        if isinstance(node, cst.Annotation | cst.Decorator | cst.Parameters | cst.Raise | cst.BaseString):
            return isinstance(node, cst.Parameters) and isinstance(self._parent(node), cst.Lambda)
        changed = [new for kind, change in OPERATORS if isinstance(node, kind) for new in change(node)]
        if changed and (place := self._place(node)):
            self.changes += [(node, new, place) for new in changed if _may_go_unseen(node, new)]
        return True

    def _parent(self, node: cst.CSTNode) -> cst.CSTNode:
        parent = self.get_metadata(ParentNodeProvider, node)
        assert isinstance(parent, cst.CSTNode)
        return parent

    def _place(self, node: cst.CSTNode) -> Place | None:
        """Return where a node stands; None outside of functions."""
        names: list[str] = []
        line = statement = self._line(node)
        while not isinstance(node, cst.Module):
            if isinstance(node, cst.BaseSmallStatement | cst.BaseCompoundStatement) and not names:
                statement = min(statement, self._line(node))
            if isinstance(node, cst.FunctionDef):
                names = [node.name.value]  # the outermost function; its classes follow
            elif isinstance(node, cst.ClassDef) and names:
                names.append(node.name.value)
            node = self._parent(node)
        return (".".join(reversed(names)), line, statement) if names else None

    def _line(self, node: cst.CSTNode) -> int:
        position = self.get_metadata(PositionProvider, node, None)
        return position.start.line if position else 0
