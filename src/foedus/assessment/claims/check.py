"""Claims checked: each answer's verdict follows from its rule and the record, and the claim's from its answers.

Where all answers agree, theirs is the claim's verdict; where definitions decide, it is qualified. The answers to a cited fact
are its parts: all have to hold. Of a mixed claim only a part can be checked, so that the best it can be is qualified; an
opinion stays one, whatever can be measured beside it.
"""

from __future__ import annotations

import hashlib
import json
import time
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import polars as pl

from foedus.assessment.claims.read import ESSAY, GROUP, read_text, shipped
from foedus.errors import InputError, LeftOutError
from foedus.offers import offers
from foedus.panels.units import FIRST_YEAR, LAST_YEAR
from foedus.record.store import Record, open_record
from foedus.validation.memory import remembered

if TYPE_CHECKING:
    from foedus.assessment.claims.file import Asked, ClaimsFile, Entry
    from foedus.assessment.claims.query import Found, Query
    from foedus.partnership.partnership import Partnership

SCHEMA = "foedus/claims/1"

HOLDS, QUALIFIED, CONTRADICTED, UNVERIFIED, OPINION = VERDICTS = ("holds", "qualified", "contradicted", "unverified", "opinion")

LONGEST = 300.0
"""Seconds that all queries of a file may take together."""

MOST_KEPT = 20_000_000
"""Bytes of rows that are kept as evidence of all answers together."""


@dataclass(frozen=True)
class Answer:
    """What the record answers to one reading of a claim.

    Attributes
    ----------
    definition : the reading. verdict : by its rule. evidence : one sentence with the numbers. query : what was asked, as it was
    written. values : what was read off, by name. rows : the first rows behind it. height : how many there are.
    sources : ids. confidence : of the rows, best first, where they state it.
    """

    definition: str
    verdict: str
    evidence: str
    query: dict[str, Any]
    values: dict[str, Any]
    rows: pl.DataFrame
    height: int
    sources: tuple[str, ...]
    confidence: tuple[str, ...]

    @property
    def weak(self) -> bool:
        """Whether it rests on no source of high confidence."""
        return bool(self.confidence) and "high" not in self.confidence


@dataclass(frozen=True)
class Claim:
    """A claim, and what the record says of it.

    Attributes
    ----------
    number, paragraph : its place. claim : paraphrased. type : "data", "cited fact", "mixed" or "opinion".
    verdict : one of VERDICTS. turns_on : the definition that decides. would_change : what would change the verdict.
    answers : one a reading of it.
    """

    number: int
    paragraph: int | None
    claim: str
    type: str
    verdict: str
    turns_on: str
    would_change: str
    answers: tuple[Answer, ...] = ()

    @property
    def evidence(self) -> str:
        """What the record answers to every reading, one sentence each."""
        if not self.answers:
            return "Recorded as an opinion: nothing in the record could show it."
        parts = (f"{each.definition}: {each.evidence}" if each.definition else each.evidence for each in self.answers)
        return " ".join(part[:1].upper() + part[1:] for part in parts)

    @property
    def sources(self) -> tuple[str, ...]:
        """Ids of the sources of all answers, sorted."""
        return tuple(sorted({source for each in self.answers for source in each.sources}))

    @property
    def weak(self) -> bool:
        """Whether any answer rests on no source of high confidence."""
        return any(each.weak for each in self.answers)


@dataclass(frozen=True)
class Claims:
    """The claims of a file, checked.

    Attributes
    ----------
    title, text : of what they are from. members : two states. year : as of which. claims : in the order of their numbers.
    record_version, record_sha256 : identify the record that every verdict follows from.
    """

    title: str
    text: str
    members: tuple[str, str]
    year: int
    claims: tuple[Claim, ...]
    record_version: str
    record_sha256: str

    @property
    def sources(self) -> tuple[str, ...]:
        """Ids of the sources of all claims, sorted."""
        return tuple(sorted({source for each in self.claims for source in each.sources}))

    def only(self, number: int) -> Self:
        """Return the same with one claim alone; raises InputError if there is none of that number."""
        return replace(self, claims=(self.claim(number),))

    def claim(self, number: int) -> Claim:
        """Return one claim; raises InputError if there is none of that number."""
        for each in self.claims:
            if each.number == number:
                return each
        numbers = ", ".join(str(each.number) for each in self.claims)
        raise InputError(f"there is no claim {number}. There are: {numbers}.")

    def tidy(self) -> pl.DataFrame:
        """Return one row an answer: number, paragraph, type, claim, verdict, definition, answer, evidence, weak, sources."""
        rows = [
            (*_head(each), answer.definition, answer.verdict, answer.evidence, answer.weak, "; ".join(answer.sources))
            for each in self.claims
            for answer in each.answers or (_NONE,)
        ]
        return pl.DataFrame(rows, schema=_TIDY, orient="row")

    def as_dict(self) -> dict[str, Any]:
        """Return the claims in terms of JSON (docs/interface)."""
        about = {"title": self.title, "text": self.text, "members": list(self.members), "year": self.year}
        record = {"version": self.record_version, "sha256": self.record_sha256}
        return {"schema": SCHEMA, **about, "record": record, "claims": [as_dict(each) for each in self.claims]}


_TIDY = {
    "number": pl.Int64,
    "paragraph": pl.Int64,
    "type": pl.String,
    "claim": pl.String,
    "verdict": pl.String,
    "definition": pl.String,
    "answer": pl.String,
    "evidence": pl.String,
    "weak": pl.Boolean,
    "sources": pl.String,
}
_NONE = Answer("", OPINION, "", {}, {}, pl.DataFrame(), 0, (), ())


def _head(claim: Claim) -> tuple[Any, ...]:
    return claim.number, claim.paragraph, claim.type, claim.claim, claim.verdict


def as_dict(claim: Claim) -> dict[str, Any]:
    """Return a claim in terms of JSON: its rows are lists of objects, dates are texts."""
    head = {name: getattr(claim, name) for name in ("number", "paragraph", "claim", "type", "verdict", "turns_on")}
    answers = [
        {
            "definition": each.definition,
            "verdict": each.verdict,
            "evidence": each.evidence,
            "weak": each.weak,
            "confidence": list(each.confidence),
            "sources": list(each.sources),
            "query": each.query,
            "values": each.values,
            "rows_found": each.height,
            "rows": each.rows.to_dicts(),
        }
        for each in claim.answers
    ]
    entry = {**head, "would_change": claim.would_change, "evidence": claim.evidence, "sources": list(claim.sources)}
    plain: dict[str, Any] = json.loads(json.dumps({**entry, "answers": answers}, default=str, allow_nan=False))
    return plain


def essay(record: Record | None = None) -> Claims:
    """Return the essay's claims, checked."""
    return check(ESSAY, record)


def of_partnership(partnership: Partnership) -> Claims | None:
    """Return the claims about this partnership of a file that ships, or that a package offers, checked.

    None without one, or for a year before the file's. What is wrong with a package's file is said where that is asked for.
    """
    for path in shipped():
        if _is_about(path, partnership):
            return check(path, partnership.record)
    for offer in offers(GROUP):
        with suppress(InputError, OSError, ValueError, KeyError, TypeError):
            if _is_about(path := offer.path(), partnership):
                return check(path, partnership.record)
    return None


def _is_about(path: Path, partnership: Partnership) -> bool:
    """Whether the claims of a file are about these states, and not of a later year."""
    head, *_ = path.read_text(encoding="utf-8").split("\n[[", 1)  # the claims themselves are not needed, and many
    about = tomllib.loads(head)["about"]
    return bool(partnership.year >= about["year"] and {state.iso3 for state in partnership.members} == set(about["members"]))


def check(path: Path, record: Record | None = None) -> Claims:
    """Return the claims of a file, checked; raises InputError with every fault it has. What was checked once is remembered."""
    text, record = read_text(path), record or open_record()
    name = f"claims-{hashlib.sha256((record.sha256 + text).encode()).hexdigest()[:24]}"  # they name the record
    if record.additions:  # they are no part of the record's hash
        return checked(text, str(path), record)
    claims: Claims = remembered(name, record, (Claims, Claim, Answer), lambda: checked(text, str(path), record))
    return claims


def checked(text: str, name: str, record: Record) -> Claims:
    """Return the claims that a text holds, checked; raises InputError with every fault it has."""
    from foedus.assessment.claims.file import parse, refusal

    file = parse(text, name)
    verdicts: dict[int, str] = {}
    claims: list[Claim] = []
    faults = list(_of_members(file, record))
    begun = time.monotonic()

    def in_time() -> None:
        if time.monotonic() - begun > LONGEST:
            raise _EndedError(f"the queries of {name} take longer than {LONGEST:g} seconds: ask for fewer rows.")

    kept = 0
    for entry in file.order():
        in_time()
        claim = _claim(entry, record, verdicts, faults, in_time)
        verdicts[claim.number] = claim.verdict
        claims.append(claim)
        kept += sum(int(each.rows.estimated_size()) + len(each.evidence) for each in claim.answers)
        if kept > MOST_KEPT:
            raise InputError(f"the rows behind the answers of {name} are more than {MOST_KEPT:,} bytes: derive fewer columns.")
    if faults:
        raise refusal(name, _with_lines(faults, file, text))
    about = file.about
    return Claims(
        about.title,
        about.text,
        (about.members[0], about.members[1]),
        about.year,
        tuple(sorted(claims, key=lambda each: each.number)),
        record.version,
        record.sha256,
    )


def _of_members(file: ClaimsFile, record: Record) -> Iterator[str]:
    """Why the claims can be of no partnership."""
    from foedus.partnership.partnership import Partnership

    if not FIRST_YEAR <= file.about.year <= LAST_YEAR:
        yield f"about.year: {file.about.year} is no year from {FIRST_YEAR} to {LAST_YEAR}."
        return
    try:
        Partnership(*file.about.members, year=file.about.year, record=record)
    except InputError as error:
        yield f"about.members: {error}"


def _with_lines(faults: Sequence[str], file: ClaimsFile, text: str) -> list[str]:
    """The faults, each with the line at which its claim begins, in the file's order."""
    from foedus.assessment.claims.file import begins

    lines = {f"claim {entry.number}": line for entry, line in zip(file.claim, begins(text, len(file.claim)), strict=False)}
    placed = [(lines.get(fault.split(",")[0], 0), fault) for fault in faults]
    return [fault.replace(",", f" (line {line}),", 1) if line else fault for line, fault in sorted(placed)]


class _EndedError(InputError):
    """Not a fault of one answer: nothing more is asked."""


InTime = Callable[[], None]
"""Raises InputError if the queries of a file have taken too long."""


def _claim(entry: Entry, record: Record, verdicts: Mapping[int, str], faults: list[str], in_time: InTime) -> Claim:
    answers, left_out = [], False
    for place, asked in enumerate(entry.answer, 1):
        try:
            answers.append(_answer(asked, record, verdicts, in_time))
        except LeftOutError as error:
            answers.append(_unanswered(asked, error))
            left_out = True
        except _EndedError:
            raise
        except InputError as error:
            faults.append(f"claim {entry.number}, answer {place}: {error}")
        except (pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
            first = (str(error).splitlines() or [type(error).__name__])[0]
            faults.append(f"claim {entry.number}, answer {place}: cannot be computed: {first:.200}")
    verdict = OPINION if entry.type == OPINION else merged([each.verdict for each in answers], entry.type)
    if left_out and entry.type != OPINION:  # the answers that are left may agree where all would not
        verdict = UNVERIFIED
    return Claim(
        entry.number, entry.paragraph, entry.claim, entry.type, verdict, entry.turns_on, entry.would_change, tuple(answers)
    )


def merged(verdicts: Sequence[str], kind: str) -> str:
    """Return the verdict of a claim of some kind from those of its answers.

    Answers to a cited fact are its parts, all of which have to hold; answers to others are readings of it.

    >>> merged(["holds", "holds"], "data"), merged(["holds", "contradicted"], "data"), merged(["holds"], "mixed")
    ('holds', 'qualified', 'qualified')
    >>> merged(["unverified", "holds"], "data"), merged(["unverified", "holds"], "cited fact")
    ('holds', 'unverified')
    """
    if kind == "cited fact":
        return min(verdicts, key=WORST_FIRST.index, default=UNVERIFIED)
    known = {verdict for verdict in verdicts if verdict != UNVERIFIED}
    if not known:
        return UNVERIFIED
    verdict = known.pop() if len(known) == 1 else QUALIFIED
    return QUALIFIED if verdict == HOLDS and kind == "mixed" else verdict


WORST_FIRST = (CONTRADICTED, UNVERIFIED, QUALIFIED, HOLDS)
"""Verdicts of the parts of a cited fact, the one that decides first."""


def _answer(asked: Asked, record: Record, verdicts: Mapping[int, str], in_time: InTime) -> Answer:
    from foedus.assessment.claims.file import filled
    from foedus.assessment.claims.query import run

    query = asked.query
    result = run(query, record, verdicts, in_time)
    verdict = _ruled(asked.verdict, result) if asked.verdict else OPINION
    if verdict != OPINION and _uncitable(result):
        verdict = UNVERIFIED
    return Answer(
        definition=asked.definition,
        verdict=verdict,
        evidence=filled(asked.evidence, result.values) + _weakness(result),
        query=_told(query, asked.verdict),
        values={name: _plain(value) for name, value in result.values.items()},
        rows=result.rows,
        height=result.height,
        sources=result.sources,
        confidence=result.confidence,
    )


def _unanswered(asked: Asked, fault: LeftOutError) -> Answer:
    """The answer to a reading whose data the record leaves out."""
    evidence = f"Cannot be checked with this record: it leaves out {', '.join(sorted(fault.lacks))}."
    query = _told(asked.query, asked.verdict)
    return Answer(asked.definition, UNVERIFIED if asked.verdict else OPINION, evidence, query, {}, pl.DataFrame(), 0, (), ())


def _ruled(rules: Mapping[Any, str], result: Found) -> str:
    """The first verdict whose condition is true; unverified if none is."""
    from foedus.assessment.claims.query import computed

    row = pl.DataFrame([result.values])
    for verdict, text in rules.items():
        (told,) = computed(row, {verdict: text}, "verdict")[verdict].to_list()
        if not isinstance(told, bool | None):
            raise InputError(f"verdict: {text!r} is neither true nor false.")
        if told:
            return str(verdict)
    return UNVERIFIED


def _weakness(result: Found) -> str:
    if not result.confidence or "high" in result.confidence:
        return ""
    nothing = ", which verifies nothing" if _uncitable(result) else ""
    return f" It rests on a source of {result.confidence[0]} confidence{nothing}."


def _uncitable(result: Found) -> bool:
    """Whether all that it rests on is of low confidence: on record, but no document that one could cite."""
    return bool(result.confidence) and result.confidence[0] == "low"


def _told(query: Query, rules: Mapping[Any, str]) -> dict[str, Any]:
    """A query in the words of its file, with its rules."""
    parts = {
        "from": dict(query.source),
        "derive": dict(query.derive),
        "where": query.where,
        "by": list(query.by),
        "select": dict(query.select),
        "summarise": dict(query.summarise),
        "verdict": {str(verdict): text for verdict, text in rules.items()},
    }
    return {name: part for name, part in parts.items() if part}


def _plain(value: Any) -> Any:
    return value if isinstance(value, str | int | float | bool | None) else str(value)
