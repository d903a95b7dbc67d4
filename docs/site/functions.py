"""The pages of functions, of what they return, and of errors: signatures and docstrings as they stand in the code."""

from __future__ import annotations

import importlib
import inspect
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from docs.site.markdown import blocks, prose
from docs.site.tree import ROOT

HEAD = """\
# Functions and classes

What `import foedus` offers, and what its functions return. Frames are [polars](https://pola.rs) frames; a function that takes
states takes any [name or code](../docs/states.md). Bad input is an [error](errors.md) with one message.

*Written from the docstrings when the site is built; a test runs the examples.*
"""

RETURNED = {
    "Partnership": "foedus.partnership.partnership",
    "ShownAssessment": "foedus.report.shown",
    "Assessment": "foedus.assessment.assessment",
    "Chapter": "foedus.assessment.finding",
    "Finding": "foedus.assessment.finding",
    "Comparison": "foedus.assessment.comparison",
    "Explanation": "foedus.assessment.explain",
    "ExplainedMechanism": "foedus.assessment.explain_mechanism",
    "ShownModel": "foedus.report.shown_model",
    "Model": "foedus.models.model",
    "Registered": "foedus.models.registered",
    "Regression": "foedus.models.regression",
    "Graded": "foedus.models.grading",
    "Mechanism": "foedus.mechanisms.mechanism",
    "Estimate": "foedus.estimation.estimate",
    "Validation": "foedus.validation.validate",
    "WarValidation": "foedus.validation.wars",
    "Ensemble": "foedus.futures.ensemble",
    "Scenario": "foedus.futures.scenario",
    "ShownClaims": "foedus.report.shown",
    "ShownWarning": "foedus.report.shown_warning",
    "Record": "foedus.record.store",
    "Source": "foedus.record.source",
    "Variable": "foedus.panels.codebook",
}
"""Class that a function of foedus takes or returns → its module."""

SECTION = re.compile(r"^(\w[\w ]*)\n-{3,}\n", re.MULTILINE)
ERRORS = "foedus.errors"

WIDE = 100
"""Letters of a signature that still stands on one line."""


def functions_page() -> str:
    """Return the page of functions and classes as Markdown."""
    parts = [HEAD, "## Functions\n"]
    parts += [_function(f"foedus.{name}", each) for name, each in public_functions()]
    for name in ("check_mechanism", "check_source", "check_chapter", "check_claims"):
        parts.append(_function(f"foedus.testing.{name}", _named("foedus.testing", name)))
    parts.append("## What they take and return\n")
    parts += [_class(_named(module, name)) for name, module in RETURNED.items()]
    return "\n".join(parts)


def public_functions() -> Iterator[tuple[str, Any]]:
    """Yield every function of `import foedus`, by its name."""
    import foedus

    for name in foedus.__all__:
        if inspect.isfunction(each := getattr(foedus, name)):
            yield name, each


def error_classes() -> list[type[BaseException]]:
    """Return every class of `foedus.errors`: errors, and warnings."""
    module = importlib.import_module(ERRORS)
    classes = [each for _, each in inspect.getmembers(module, inspect.isclass) if issubclass(each, BaseException)]
    return [each for each in classes if each.__module__ == ERRORS]


def errors_page() -> str:
    """Return the page of errors as Markdown: the classes, and what the command line and the application make of them."""
    told = "\n".join(map(_error, error_classes()))
    from foedus.cli import EXITS
    from foedus.web.faults import MEANINGS

    exits = "".join(f"| {code} | {meaning} |\n" for code, meaning in EXITS.items())
    rows = "".join(f"| {status} | {meaning} |\n" for status, meaning in MEANINGS.items())
    return (
        "# Errors\n\n"
        "A message names what is wrong, where, and the remedy. Nothing is half written when one comes.\n\n"
        "## In Python\n\n"
        "Errors of input are `ValueError`s; warnings can be silenced, or made errors, with `warnings.filterwarnings`.\n\n"
        f"{told}\n"
        "## On the command line\n\n"
        f"| exit code | meaning |\n|---|---|\n{exits}\n"
        "## In the application\n\n"
        f"| status | meaning |\n|---|---|\n{rows}\n"
        "*Written from the code when the site is built.*\n"
    )


def _error(kind: type[BaseException]) -> str:
    base = kind.__base__.__name__ if kind.__base__ else ""
    return f"### {kind.__name__}\n\nA kind of `{base}`. {_markdown(inspect.getdoc(kind) or '')}"


def _named(module: str, name: str) -> Any:
    return getattr(importlib.import_module(module), name)


def _function(name: str, function: Any) -> str:
    plain = inspect.unwrap(function)
    told = _markdown(inspect.getdoc(plain) or "")
    return f"### {name}\n\n{_signature(name.rsplit('.', 1)[-1], plain)}\n\n{told}\n{_source(plain)}\n"


def _class(kind: Any) -> str:
    parts = [f"### {kind.__name__}\n\n{_markdown(inspect.getdoc(kind) or '')}\n{_source(kind)}\n"]
    parts += [_member(name, each) for name, each in vars(kind).items() if not name.startswith("_") and _is_method(each)]
    return "\n".join(parts)


def _is_method(member: Any) -> bool:
    return inspect.isfunction(member) or isinstance(member, property | classmethod | staticmethod)


def _member(name: str, member: Any) -> str:
    if isinstance(member, property):
        return f"**.{name}**: {_first(member.fget)}\n"
    function = member.__func__ if isinstance(member, classmethod | staticmethod) else member
    return f"**.{name}**{_arguments(inspect.unwrap(function))}: {_first(function)}\n"


def _arguments(function: Any) -> str:
    names = [each for each in inspect.signature(function).parameters if each not in ("self", "cls")]
    return f"({', '.join(names)})".replace("_", "\\_")


def _first(function: Any) -> str:
    """The first paragraph of a docstring."""
    return prose((inspect.getdoc(function) or "").split("\n\n")[0]).strip()


def _signature(name: str, function: Any) -> str:
    """A signature in a block of code, an argument a line where there are many; types as they are written."""
    signature = inspect.signature(function)
    arguments = list(_written(signature.parameters.values()))
    shown = f"{name}({', '.join(arguments)}) -> {_type(signature.return_annotation)}"
    if len(shown) > WIDE:
        shown = f"{name}(\n    " + ",\n    ".join(arguments) + f",\n) -> {_type(signature.return_annotation)}"
    return f"```python\n{shown}\n```"


def _written(arguments: Iterable[inspect.Parameter]) -> Iterator[str]:
    """Each argument as it is written, a star before the first of those that go by name alone."""
    starred = False
    for each in arguments:
        if each.kind is each.KEYWORD_ONLY and not starred:
            yield "*"
        starred |= each.kind in (each.KEYWORD_ONLY, each.VAR_POSITIONAL)
        stars = {each.VAR_POSITIONAL: "*", each.VAR_KEYWORD: "**"}.get(each.kind, "")
        default = "" if each.default is each.empty else f" = {each.default!r}"
        yield f"{stars}{each.name}: {_type(each.annotation)}{default}"


def _type(annotation: Any) -> str:
    return annotation if isinstance(annotation, str) else getattr(annotation, "__name__", str(annotation))


def _source(thing: Any) -> str:
    path = Path(inspect.getsourcefile(thing) or "").resolve().relative_to(ROOT)
    return f"Source: [{path.as_posix()}](../{path.as_posix()})\n"


def _markdown(doc: str) -> str:
    """Return a docstring as Markdown: its sections as lists, its examples as code."""
    if not (pieces := SECTION.split(doc))[1:]:
        return blocks(doc)
    told = [blocks(pieces[0])]
    for title, body in zip(pieces[1::2], pieces[2::2], strict=True):
        entries, _, rest = body.partition("\n\n")
        told.append(f"*{title}*\n\n{_entries(entries)}\n" if title != "Notes" else blocks(entries))
        told.append(blocks(rest))
    return "\n".join(told)


def _entries(text: str) -> str:
    """The lines `name, name : what it is` as a list; a line that is further in goes on with the one before."""
    joined = re.sub(r"\n\s+", " ", text)
    lines = []
    for line in joined.splitlines():
        for entry in re.split(r"(?<=[.]) (?=[\w, ]{1,60} : )", line):
            names, colon, said = entry.partition(" : ")
            told = ", ".join(f"`{name.strip()}`" for name in names.split(","))
            lines.append(f"* {told}: {prose(said)}" if colon else f"* {prose(entry)}")
    return "\n".join(lines) + "\n"
