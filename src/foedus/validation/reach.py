"""What code a result follows from: the definitions that a function reaches by name, comments and docstrings left out.

Every module of the package is taken apart into its definitions: functions, classes, constants. A definition uses another where
it names it: a name of its own module, one that the module imports, or an attribute of a module that it imports. A module that
is used whole (`getattr(measures, name)`) is reached whole, but for what is named after a variable that was not read. Nothing is
imported or run.

Two definitions count as the same where they differ in comments, docstrings, layout, imports or the names of local variables.
Not followed are the lists of mechanisms and what opens the record: of these a result says by itself what it took (its own
mechanism, the content of its tables).
"""

from __future__ import annotations

import ast
import hashlib
import json
import tomllib
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

Root = tuple[str, str]
"""A module, and what is defined in it."""

PACKAGE = Path(__file__).resolve().parents[1]

NOT_FOLLOWED = (
    "mechanisms.standard",
    "mechanisms.described",
    "record.manifest",
    "record.noted",
    "panels.codebook",
    "record.build",
    "record.entries",
    "record.in_use",
    "record.pinned",
    "record.seal",
    "record.sections",
    "record.source",
    "record.store",
    "record.writing",
    "validation.basis",
    "validation.encoding",
    "validation.further",
    "validation.memory",
    "validation.reach",
    "validation.shipped",
)
"""Modules of the package of which results say by themselves what they took, or in which nothing is computed."""

NOTED = ("preregistered.toml",)
"""Files that code names of which results say by themselves what they read: another test in them makes nothing stale."""

_WHOLE = "*"
_BODY = ""
"""Stand for everything that a module defines, and for its statements that define nothing."""


@dataclass
class _Module:
    """A module taken apart.

    Attributes
    ----------
    texts : definition → what it says, in a form in which comments, docstrings, layout and local names do not count.
    uses : definition → (name, attribute or "") that it uses, and the files beside the module that it names (TOML).
    imports : name → module, and what of it; None for the module itself.
    """

    path: Path
    texts: dict[str, str] = field(default_factory=dict)
    uses: dict[str, set[tuple[str, str]]] = field(default_factory=dict)
    imports: dict[str, tuple[str, str | None]] = field(default_factory=dict)


@dataclass(frozen=True)
class Reached:
    """What some functions reach.

    Attributes
    ----------
    sha256 : of all definitions reached. files : those that hold them, relative to the package.
    """

    sha256: str
    files: tuple[str, ...]


class Code:
    """The code of a package, of which a module is read when it is first reached."""

    def __init__(self, package: Path = PACKAGE) -> None:
        """List the modules of the package."""
        self._package = package
        self._modules: dict[str, _Module] = {}
        self._paths: dict[str, Path] = {}
        for path in package.rglob("*.py"):
            parts = path.relative_to(package.parent).with_suffix("").parts
            self._paths[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
        self._not_followed = {f"{package.name}.{name}" for name in NOT_FOLLOWED}

    def reached(self, roots: Iterable[Root], left_out: Callable[[str], bool] = lambda _: False) -> Reached:
        """Return what the roots reach; of modules used whole without the names that are `left_out`."""
        seen: set[Root] = set()
        waiting = [root for root in roots if root[0] in self._paths]
        while waiting:
            root = waiting.pop()
            module, name = root
            if root in seen or module in self._not_followed:
                continue
            seen.add(root)
            here = self._module(module)
            if name == _WHOLE:
                waiting += [(module, each) for each in here.texts if not left_out(each)]
                continue
            if _BODY in here.texts:
                waiting.append((module, _BODY))
            for used in here.uses.get(name, ()):
                waiting += self._meant(module, *used)
        named = [(module, name) for module, name in seen if name != _WHOLE]
        texts = sorted(self._module(module).texts.get(name, "") for module, name in named)
        tables = {path for module, name in named for path in self._tables(module, name)}
        digest = hashlib.sha256("\0".join([*texts, *sorted(map(_content, tables))]).encode())
        files = {self._paths[module] for module, _ in named} | tables
        return Reached(digest.hexdigest(), tuple(sorted(path.relative_to(self._package).as_posix() for path in files)))

    def _module(self, name: str) -> _Module:
        if name not in self._modules:
            self._modules[name] = _taken_apart(self._paths[name], self._package.name, self._paths)
        return self._modules[name]

    def _meant(self, module: str, name: str, attribute: str) -> Iterator[Root]:
        """The definitions that a name, or an attribute of it, means in a module."""
        here = self._module(module)
        if name in here.texts:
            yield module, name
        elif name in here.imports:
            source, what = here.imports[name]
            yield from self._defined(source, what or attribute or _WHOLE)

    def _defined(self, module: str, name: str) -> Iterator[Root]:
        """Where what a module offers under a name is defined."""
        if f"{module}.{name}" in self._paths:
            yield f"{module}.{name}", _WHOLE
        elif module in self._paths:
            here = self._module(module)
            if name == _WHOLE or name in here.texts:
                yield module, name
            elif name in here.imports:
                source, what = here.imports[name]
                yield from self._defined(source, what or _WHOLE)

    def _tables(self, module: str, name: str) -> Iterator[Path]:
        """The TOML files beside a module that a definition names."""
        for text, mark in self._module(module).uses.get(name, ()):
            path = self._module(module).path.with_name(text)
            if mark == _FILE and path.is_file():
                yield path


_FILE = "file"


def _taken_apart(path: Path, package: str, modules: Collection[str]) -> _Module:
    module = _Module(path)
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == package:
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                meant = (whole, None) if whole in modules else (node.module or "", alias.name)
                module.imports[alias.asname or alias.name] = meant
        elif isinstance(node, ast.Import):
            module.imports.update({each.asname: (each.name, None) for each in node.names if each.asname})
    for node in tree.body:
        for name in _defines(node):
            module.texts[name] = module.texts.get(name, "") + "".join(_said(node, {})) + "\n"
            module.uses.setdefault(name, set()).update(_used(node))
    return module


def _defines(node: ast.stmt) -> list[str]:
    """The names that a statement of a module defines; _BODY if none, and none for an import or a docstring."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return [node.name]
    if isinstance(node, ast.Assign | ast.AnnAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        return [each.id for target in targets for each in ast.walk(target) if isinstance(each, ast.Name)]
    typing_alone = isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
    return [] if typing_alone or _says_nothing(node) else [_BODY]


def _used(node: ast.AST) -> Iterator[tuple[str, str]]:
    """The names that a definition uses, each with the attribute of it, and the TOML files it names."""
    waiting = [node]
    while waiting:
        each = waiting.pop()
        if isinstance(each, ast.Attribute) and isinstance(each.value, ast.Name):
            yield each.value.id, each.attr
            continue
        if isinstance(each, ast.Name):
            yield each.id, ""
        elif isinstance(each, ast.Constant) and (file := str(each.value)).endswith(".toml") and file not in NOTED:
            yield file, _FILE
        waiting.extend(ast.iter_child_nodes(each))


def _says_nothing(node: ast.AST) -> bool:
    """Whether a statement is an import, a docstring or another bare string."""
    bare = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
    return bare or isinstance(node, ast.Import | ast.ImportFrom)


def _said(node: object, local: dict[str, str]) -> Iterator[str]:
    """What a node says, piece by piece, the same for all versions of Python; `local` names are those of a function."""
    if isinstance(node, list):
        kept = [each for each in node if not _says_nothing(each)]
        for each in kept:
            yield from _said(each, local)
            yield ","
    elif isinstance(node, ast.Name):
        yield local.get(node.id, node.id)
    elif isinstance(node, ast.AST):
        if isinstance(node, ast.FunctionDef) and not local:
            local = _locals(node)
        yield type(node).__name__ + "("
        for name, value in ast.iter_fields(node):
            if name not in ("ctx", "kind", "type_comment", "type_params") and value not in (None, []):
                yield f"{name}="
                yield from _said(value, local)
                yield ";"
        yield ")"
    else:
        yield repr(node)


def _locals(function: ast.FunctionDef) -> dict[str, str]:
    """The variables of a function, numbered as they come."""
    shared = {name for each in ast.walk(function) if isinstance(each, ast.Global | ast.Nonlocal) for name in each.names}
    stored = [each.id for each in ast.walk(function) if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)]
    names = dict.fromkeys(name for name in stored if name not in shared)
    return {name: f"§{number}" for number, name in enumerate(names)}


@cache
def _content(path: Path) -> str:
    """What a TOML file says, whatever its layout and comments."""
    return json.dumps(tomllib.loads(path.read_text(encoding="utf-8")), default=str)
