"""A claim of one's own, set down before its scores are seen: a file that says what will be tested, dated and hashed.

`register` writes beside `my-claim.toml` what stands in it, the day, the record and a hash of all of it; from then on the claim
is graded as it was registered, or not at all: what was changed since is shown, line by line. A hash cannot say when it was
made: whoever wants to be believed puts it where others can see it, in a commit, in a registry, in a letter.
"""

from __future__ import annotations

import difflib
import hashlib
import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from foedus.errors import InputError, nearest
from foedus.mechanisms.mechanism import check_choice
from foedus.models.build import asked
from foedus.models.estimate import choices_of, estimate
from foedus.models.families import FAMILIES
from foedus.models.formula import parsed
from foedus.models.grading import OF_AMOUNTS, OF_YES_NO, Graded, Say, graded
from foedus.models.own_mechanism import graded as graded_mechanism
from foedus.models.own_mechanism import made, mechanism_in, named_in
from foedus.panels.files.read import read_frame
from foedus.panels.panel import built
from foedus.record.entries import Key, is_span, is_text, key_faults
from foedus.record.pinned import sha256_of
from foedus.record.reading import read_within
from foedus.record.store import Record, open_record
from foedus.record.writing import check_target, write_text
from foedus.version import __version__

SCHEMA = "foedus/registration/1"

ROWS = ("states", "dyads", "group", "directed", "relevant", "system", "alliances_from", "disputes_from")
"""Keys that say which rows a panel has, as in `foedus panel`."""

TEST = ("origins", "baselines", "strata", "signs", "known", "smallest")
"""Keys that say what is tested, as in `Model.validate`."""


def _is_names(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(each, str | int) for each in value)


def _is_windows(value: object) -> bool:
    return isinstance(value, list) and all(
        isinstance(each, int) or (isinstance(each, list) and len(each) == 3) for each in value
    )


def _is_flag(value: object) -> bool:
    return isinstance(value, bool)


KEYS: Mapping[str, Key] = {
    "claim": Key(is_text, "is missing, or no text of one line", needed=True),
    "formula": Key(is_text, "is no text of one line"),
    "mechanism": Key(is_text, "is no name of a file"),
    "outcome": Key(is_text, "is no name of a variable"),
    "model": Key(lambda value: value in FAMILIES, f"is none of {', '.join(FAMILIES)}"),
    "unit": Key(is_text, "is no unit of analysis"),
    "panel": Key(is_text, "is no name of a file"),
    "years": Key(lambda value: is_span(value, int), "is not [first year, last year]"),
    **{name: Key(is_text, "is no expression") for name in ("where", "baseline", "system", "alliances_from", "disputes_from")},
    **{name: Key(_is_names, "is no list of names") for name in ("states", "dyads", "group", "known")},
    **{name: Key(_is_flag, "is neither true nor false") for name in ("directed", "relevant")},
    "origins": Key(
        _is_windows, "is missing, or no list of years, or of [last year learnt from, first year, last year]", needed=True
    ),
    "baselines": Key(
        lambda value: isinstance(value, dict) or _is_names(value), "is no list of baselines, nor name = right side"
    ),
    "strata": Key(
        lambda value: isinstance(value, dict) or _is_names(value), "is no list of expressions, nor name = expression"
    ),
    "signs": Key(lambda value: isinstance(value, dict), 'is no table of terms with "+" or "-"'),
    "smallest": Key(lambda value: isinstance(value, float), "is no share"),
}
"""Keys that a claim may have, or has to."""


@dataclass(frozen=True)
class Registered:
    """A claim as it was registered.

    Attributes
    ----------
    about : schema, registered (ISO date), record, record_sha256, foedus, panel_sha256 (of a panel, or a mechanism, of one's
        own), claim (what the file said), text (the file), sha256 (of all the rest).
    """

    about: Mapping[str, Any]

    @property
    def claim(self) -> Mapping[str, Any]:
        """What the file said."""
        claim: Mapping[str, Any] = self.about["claim"]
        return claim


def beside(path: Path) -> Path:
    """Return where the registration of a claim's file stands.

    >>> beside(Path("my-claim.toml")).name
    'my-claim.registered.json'
    """
    return path.with_name(f"{path.stem}.registered.json")


def register(path: Path, day: date, record: Record | None = None) -> Registered:
    """Write the registration of a claim, and return it; one that is registered already, unchanged, keeps its day.

    Raises InputError for a file that says something that cannot be tested, and for a claim that was registered otherwise.
    """
    text, claim = _read(path)
    target = beside(path)
    if target.exists():
        return _unchanged(path, text, claim)
    check_target(target)
    record = record or open_record()
    _check_testable(path, claim, record)
    about = {
        "schema": SCHEMA,
        "registered": day.isoformat(),
        "record": record.version,
        "record_sha256": record.sha256,
        "foedus": __version__,
        "panel_sha256": _file_sha256(_panel_of(path, claim)),
        "claim": claim,
        "text": text,
    }
    whole = {**about, "sha256": _sha256(about)}
    write_text(target, json.dumps(whole, ensure_ascii=False, indent=1) + "\n")
    return Registered(whole)


def grade(path: Path, record: Record | None = None, say: Say | None = None) -> tuple[Registered, Graded]:
    """Grade a claim as it was registered.

    Raises InputError if it never was, if it was changed since (with the lines that were), or if its registration was.
    """
    text, claim = _read(path)
    if not beside(path).exists():
        raise InputError(f"{path} is not registered: `foedus register {path}` sets it down, before its scores are seen.")
    registered = _unchanged(path, text, claim)
    record = record or open_record()
    remarks = []
    if registered.about["record_sha256"] != record.sha256 and "panel" not in claim:
        remarks.append(f"the record is another than that of the registration ({registered.about['record_sha256'][:12]}…)")
    if "mechanism" in claim:
        told = graded_mechanism(mechanism_in(*named_in(claim["mechanism"], path.parent)), claim, record, say)
        return registered, replace(told, remarks=(*remarks, *told.remarks))
    rows = _rows(path, claim, record)
    found = estimate(claim["formula"], rows, claim.get("model", "logit"), **_chosen(claim))
    test = {name: claim[name] for name in TEST if name in claim}
    told = graded(found, **test, say=say)
    return registered, replace(told, remarks=(*remarks, *told.remarks))


def _read(path: Path) -> tuple[str, dict[str, Any]]:
    """The text of a claim's file, and what it says; raises InputError with every fault of it."""
    try:
        text = read_within(path, "claim").decode("utf-8")
        claim = tomllib.loads(text)
    except FileNotFoundError:
        raise InputError(f"there is no file {path}.") from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError(f"{path} is no TOML file: {error}.") from None
    faults = list(key_faults(claim, KEYS, "claim"))
    if ("formula" in claim) == ("mechanism" in claim):
        faults.append('it has either a formula, or mechanism = "FILE.py"')
    elif "mechanism" in claim:
        allowed = {"claim", "mechanism", "outcome", "origins", "baselines", "signs", "smallest"}
        if misplaced := [name for name in claim if name not in allowed]:
            faults.append(f"{', '.join(misplaced)} belong to a claim with a formula; a mechanism chooses its own rows")
    elif ("unit" in claim) == ("panel" in claim):
        faults.append('it has either unit = "dyad-year" (or another), or panel = "FILE"')
    if "panel" in claim and (misplaced := [name for name in ROWS if name in claim]):
        faults.append(f"{', '.join(misplaced)} choose rows of a panel that is built, not of one of your own")
    if faults:
        raise InputError(f"{path}: {'; '.join(faults)}.")
    if "formula" in claim:
        parsed(claim["formula"])
    return text, claim


def _unchanged(path: Path, text: str, claim: Mapping[str, Any]) -> Registered:
    """The registration of a claim; raises InputError if either says something else than it did."""
    target = beside(path)
    try:
        about = json.loads(target.read_bytes())
        kept = {name: value for name, value in about.items() if name != "sha256"}
        whole = (
            about["schema"] == SCHEMA and about["sha256"] == _sha256(kept) and tomllib.loads(about["text"]) == about["claim"]
        )
    except (ValueError, TypeError, KeyError, AttributeError):
        whole = False
    if not whole:
        raise InputError(
            f"{target} is not as it was written: its hash differs. Restore it, or register the claim under another name."
        )
    if about["claim"] != claim:
        before = f"registered {about['registered']}"
        lines = difflib.unified_diff(about["text"].splitlines(), text.splitlines(), before, str(path), lineterm="", n=0)
        raise InputError(
            f"{path} was changed after it was registered on {about['registered']}, and is not graded:\n{chr(10).join(lines)}\n"
            "Take the change back, or register the new claim under another name."
        )
    if _file_sha256(_panel_of(path, claim)) != about["panel_sha256"]:
        named = claim.get("panel", claim.get("mechanism"))
        raise InputError(f"{named} is another file than on {about['registered']}, when the claim was registered with it.")
    return Registered(about)


def _check_testable(path: Path, claim: Mapping[str, Any], record: Record) -> None:
    """Raise InputError where what the claim names is not there; nothing is fitted."""
    if "mechanism" in claim:
        mechanism = made(mechanism_in(*named_in(claim["mechanism"], path.parent)), claim.get("outcome"))
        check_choice(f"{path}: {mechanism.id}", "term", claim.get("signs", {}), mechanism.term_columns)
        check_choice(f"{path}: {mechanism.id}", "model", claim.get("baselines", ()), mechanism.models())
        return
    terms = [":".join(term) for term in parsed(claim["formula"]).terms]
    if strange := [name for name in claim.get("signs", {}) if name not in terms]:
        raise InputError(f"{path}: signs: the formula has no term {strange[0]!r}.{nearest(strange[0], terms)}")
    own = [*OF_YES_NO, *OF_AMOUNTS]
    named = claim.get("baselines", [])
    if isinstance(named, list) and (strange := [name for name in named if name not in own]):
        raise InputError(
            f"{path}: no baseline is called {strange[0]!r}.{nearest(strange[0], own)} There are: {', '.join(own)}."
        )
    if "panel" in claim:
        read_frame(_panel_of(path, claim) or path)
        return
    _request(claim, record)


def _request(claim: Mapping[str, Any], record: Record) -> Any:
    """The request for the claim's panel, with what its baselines and strata read, too."""
    outcome = claim["formula"].split("~")[0]
    rights = [claim["baseline"]] if claim.get("baseline", "1") != "1" else []
    rights += list(claim["baselines"].values()) if isinstance(claim.get("baselines"), dict) else []
    strata = claim.get("strata", {})
    rights += [f"I({text})" for text in (strata.values() if isinstance(strata, dict) else strata)]
    formulas = [claim["formula"], *(f"{outcome} ~ {right}" for right in rights)]
    years = claim.get("years")
    span = None if years is None else (max(1816, years[0] - 1), years[1])
    rows = {name: claim[name] for name in ROWS if name in claim}
    return asked(formulas, choices_of(**_beside(claim)), claim["unit"], span, record=record, **rows)


def _rows(path: Path, claim: Mapping[str, Any], record: Record) -> pl.DataFrame:
    if "panel" in claim:
        return read_frame(_panel_of(path, claim) or path)
    return built(_request(claim, record))


def _beside(claim: Mapping[str, Any]) -> dict[str, Any]:
    years = claim.get("years")
    return {"where": claim.get("where"), "years": None if years is None else tuple(years)}


def _chosen(claim: Mapping[str, Any]) -> dict[str, Any]:
    return {**_beside(claim), "baseline": claim.get("baseline")}


def _panel_of(path: Path, claim: Mapping[str, Any]) -> Path | None:
    """The file that a claim rests on beside its own: a panel, or a mechanism; None if it rests on the record alone."""
    if "mechanism" in claim:
        return named_in(claim["mechanism"], path.parent)[0]
    return path.parent / claim["panel"] if "panel" in claim else None


def _file_sha256(path: Path | None) -> str | None:
    if path is None:
        return None
    if not path.is_file():
        raise InputError(f"there is no file {path}.")
    return sha256_of(path)


def _sha256(about: Mapping[str, Any]) -> str:
    """The hash of what a registration says, whatever the order and layout of its keys."""
    written = json.dumps(about, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(written.encode()).hexdigest()
