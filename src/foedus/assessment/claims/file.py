"""A claims file: what is claimed, what it turns on, what is asked of the record, and the rules that make the answer a verdict.

    about     title, text (what the claims are from), members (two states), year (as of which they are judged)
    claim     number, paragraph (optional), claim (in your own words), type, turns_on, would_change, and its answers
    answer    definition (which reading of the claim it is of), from, verdict, evidence; derive, where, by, select, summarise

`verdict` holds a condition for each verdict, in the order in which they are tried; the first that is true is the answer's. So a
rule stands before its answer: no verdict is written down. `evidence` is a sentence in which {name} stands for a value read off
the rows, {name:,} for one with separators, {name:.1f} for one with decimals, {name:%} for a share in per cent.

A file is text: nothing in it is run. Every fault is told, with the claim and the line.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from foedus.assessment.claims.query import KINDS, Query
from foedus.errors import InputError, nearest

OPINION = "opinion"
TYPES = ("data", "cited fact", "mixed", OPINION)
"""What a claim rests on; of a mixed one only a part can be checked, and an opinion has no verdict but that it is one."""

_SLOT = re.compile(r"\{([^{}]*)\}")
_FORMAT = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)(?::(,|%|\+?\.[0-6][f%]))?")

Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,60}$")]
Text = Annotated[str, StringConstraints(min_length=1, max_length=2000)]
Some = Annotated[list[str], Field(min_length=1)]
Number = Annotated[int, Field(ge=1, le=9999)]
Verdict = Literal["holds", "qualified", "contradicted", "unverified"]


class _Table(BaseModel):
    """A table of the file: no other keys than those below, and nothing read as what it is not."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


BESIDE = {
    "panel": ("variables", "years", "states", "dyads", "among", "directed", "relevant", "carry_forward"),
    "ledger": ("year",),
}
"""What may stand beside a source."""


class From(_Table):
    """Where rows come from: one of `query.KINDS`, and what it needs."""

    panel: str | None = None
    variables: list[str] | None = None
    years: Annotated[list[int], Field(min_length=2, max_length=2)] | None = None
    states: Some | None = None
    dyads: Some | None = None
    among: Some | None = None
    directed: bool | None = None
    relevant: bool | None = None
    carry_forward: int | None = None
    table: str | None = None
    test: str | None = None
    result: str | None = None
    ledger: Annotated[list[str], Field(min_length=2, max_length=2)] | None = None
    year: int | None = None
    claims: Annotated[list[int], Field(min_length=1)] | None = None

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        named = [kind for kind in KINDS if getattr(self, kind) is not None]
        if len(named) != 1:
            raise ValueError(f"name one source, {', '.join(KINDS)}; there are {len(named)}")
        if strange := sorted(self.model_fields_set - {named[0], *BESIDE.get(named[0], ())}):
            raise ValueError(f"{', '.join(strange)} cannot stand beside {named[0]}: it would not be heeded")
        return self


class Asked(_Table):
    """One answer that a file asks for."""

    definition: str = ""
    source: From = Field(alias="from")
    derive: dict[Name, Text] = {}
    where: Text | None = None
    by: list[Name] = []
    select: Annotated[dict[Name, Text], Field(min_length=1)]
    summarise: dict[Name, Text] = {}
    verdict: dict[Verdict, Text] = {}
    evidence: Text

    @model_validator(mode="after")
    def _summed_up(self) -> Self:
        if bool(self.by) != bool(self.summarise):
            raise ValueError("by and summarise go together: groups have to be summed up to one row")
        names = self.summarise or self.select
        if faults := list(_of_slots(self.evidence, names)):
            raise ValueError("; ".join(faults))
        return self

    @property
    def query(self) -> Query:
        """What is asked."""
        source = self.source.model_dump(exclude_none=True)
        return Query(source, self.derive, self.where, tuple(self.by), self.select, self.summarise)


class Entry(_Table):
    """One claim of a file."""

    number: Number
    paragraph: Number | None = None
    claim: Text
    type: Literal["data", "cited fact", "mixed", "opinion"]
    turns_on: Text
    would_change: Text
    answer: Annotated[list[Asked], Field(max_length=8)] = []

    @model_validator(mode="after")
    def _asks_something(self) -> Self:
        if not self.answer and self.type != OPINION:
            raise ValueError("nothing is asked of the record: write a [[claim.answer]], or give it the type opinion")
        if self.type == OPINION and any(each.verdict for each in self.answer):
            raise ValueError("an opinion has no verdict: leave the rules out")
        if self.type != OPINION and not all(each.verdict for each in self.answer):
            raise ValueError("an answer has no rule: give it a verdict, with a condition for each")
        return self

    @property
    def after(self) -> list[int]:
        """Numbers of the claims whose verdicts it reads."""
        return sorted({number for each in self.answer for number in each.source.claims or ()})


class About(_Table):
    """What the claims are from."""

    title: Text
    text: Text
    members: Annotated[list[str], Field(min_length=2, max_length=2)]
    year: int


class ClaimsFile(_Table):
    """A file that has been read and found right."""

    about: About
    claim: Annotated[list[Entry], Field(min_length=1, max_length=200)]

    def order(self) -> tuple[Entry, ...]:
        """Return the claims, each after those whose verdict it reads; raises InputError if they read each other in a circle."""
        entries = {entry.number: entry for entry in self.claim}
        try:
            sorter = TopologicalSorter({number: entry.after for number, entry in entries.items()})
            return tuple(entries[number] for number in sorter.static_order())
        except CycleError as error:
            circle = " → ".join(map(str, error.args[1]))
            raise InputError(f"claims read each other's verdicts in a circle, {circle}: let one of them stand alone.") from None


def parse(text: str, name: str) -> ClaimsFile:
    """Return the claims file that a text is; raises InputError with every fault it has, each with its claim and line."""
    try:
        table = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # a number of very many digits is a ValueError of its own
        raise InputError(f"{name} is not TOML: {error}.") from None
    faults = list(_of_numbers(table, text))
    try:
        claims_file = ClaimsFile.model_validate(table)
        if not faults:
            claims_file.order()
    except ValidationError as error:
        faults += [f"{place_of(table, text, each['loc'])}{_said(each)}" for each in error.errors()]
    except InputError as error:
        faults.append(str(error))
    if faults:
        raise refusal(name, faults)
    return claims_file


def refusal(name: str, faults: Sequence[str]) -> InputError:
    """Return the error that lists the faults of a file."""
    few = faults[:40]
    more = [f"and {len(faults) - len(few)} more"] if len(faults) > len(few) else []
    return InputError(f"{name} has {len(faults)} fault{'s' if len(faults) > 1 else ''}:\n  " + "\n  ".join([*few, *more]))


def begins(text: str, count: int) -> list[int]:
    r"""Return the lines at which claims begin; none where they cannot be told, as in a file that writes them in another way.

    >>> begins("[about]\n[[claim]]\n[[claim.answer]]\n[[ claim ]]", 2)
    [2, 4]
    """
    lines = [row for row, line in enumerate(text.splitlines(), 1) if line.replace(" ", "").startswith("[[claim]]")]
    return lines if len(lines) == count else []


def place_of(table: Mapping[str, Any], text: str, loc: Sequence[int | str]) -> str:
    """Return where a fault is: the claim, its line, the answer and the key."""
    match loc:
        case ["claim", int(index), *rest]:
            lines = begins(text, len(table["claim"]))
            claim = table["claim"][index]
            number = claim.get("number", "?") if isinstance(claim, dict) else "?"
            line = f" (line {lines[index]})" if lines else ""
            answer = f", answer {rest[1] + 1}" if len(rest) > 1 and rest[0] == "answer" and isinstance(rest[1], int) else ""
            return f"claim {number!r:.20}{line}{answer}: {_keys(rest[2 if answer else 0 :])}"
        case _:
            return _keys(loc)


def _keys(parts: Sequence[int | str]) -> str:
    """Keys joined by dots, without letters that a terminal would obey."""
    joined = ".".join(str(part) for part in parts if part != "[key]")[:80]
    return f"{joined if joined.isprintable() else ascii(joined)}: " if joined else ""


def _said(error: Any) -> str:
    """Return what pydantic says of a fault, in our words where they are plainer."""
    if error["type"] == "extra_forbidden":
        return f"not known.{nearest(str(error['loc'][-1]), _KEYS)}"
    if error["type"] == "missing":
        return "missing."
    if error["type"] == "string_pattern_mismatch":
        return "no name: it has letters, digits and _, and begins with a letter."
    return f"{error['msg'].removeprefix('Value error, ')}."


_KEYS = sorted({key for kind in (ClaimsFile, About, Entry, Asked, From) for key in (*kind.model_fields, "from")} - {"source"})


def _of_numbers(table: Mapping[str, Any], text: str) -> Iterator[str]:
    """Numbers that an earlier claim has, and verdicts read of claims that there are not."""
    claims = [each if isinstance(each, dict) else {} for each in _list(table.get("claim"))]
    numbers = [each.get("number") for each in claims]
    for index, claim in enumerate(claims):
        place = place_of(table, text, ("claim", index))
        if isinstance(numbers[index], int) and numbers[index] in numbers[:index]:
            yield f"{place}an earlier claim has this number: give each its own."
        sources = [each.get("from") for each in _list(claim.get("answer")) if isinstance(each, dict)]
        for number in (each for source in sources if isinstance(source, dict) for each in _list(source.get("claims"))):
            if number not in numbers:
                yield f"{place}it reads the verdict of claim {number!r:.20}, which there is not."


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _of_slots(sentence: str, names: Mapping[str, Any]) -> Iterator[str]:
    for slot in _SLOT.findall(sentence):
        slot_match = _FORMAT.fullmatch(slot)
        if slot_match is None:
            yield f"evidence: {{{slot}}} is no slot; write {{name}}, {{name:,}}, {{name:.1f}} or {{name:%}}"
        elif slot_match[1] not in names:
            yield f"evidence: {slot_match[1]!r} is read off nowhere.{nearest(slot_match[1], names)}"


def filled(sentence: str, values: Mapping[str, Any]) -> str:
    """Return a sentence with its slots filled; a value that is not known is written as a dash.

    >>> filled("{part:%} of {whole:,} in {place}", {"part": 0.126, "whole": 12345, "place": None})
    '13 % of 12,345 in –'
    >>> filled("{low:+.1%} to {high:.1f}", {"low": -0.0001, "high": -2.0})
    '0.0 % to −2.0'
    """
    return _SLOT.sub(lambda slot: _written(slot[1], values), sentence)


def _written(slot: str, values: Mapping[str, Any]) -> str:
    slot_match = _FORMAT.fullmatch(slot)
    value, form = (values.get(slot_match[1]), slot_match[2]) if slot_match else (None, None)
    if value is None:
        return "–"
    if not isinstance(value, int | float):
        return str(value).replace(";", ", ")
    if form is not None and form.endswith("%"):
        return f"{_number(100 * value, form.removesuffix('%') + 'f' if len(form) > 1 else '.0f')} %"
    if form == ",":
        return _number(value, ",.0f" if isinstance(value, float) else ",")
    return _number(value, form or ("g" if isinstance(value, float) else "d"))


def _number(value: float, form: str) -> str:
    """A number with a minus sign where it is below zero, and none where it is zero as it is written."""
    written = f"{value:{form}}"
    return written.replace("-", "−") if any(digit in written for digit in "123456789") else written.replace("-", "")
