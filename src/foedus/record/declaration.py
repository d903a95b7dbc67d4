"""A declaration says what a table of the user's own holds, so that foedus can read, join and cite it.

A small TOML file:

    id = "bases"                          # the name of the source and of its table
    title = "Foreign military bases"
    producer = "A. Author"
    version = "2"
    url = "https://example.org/bases"
    citation = "Author, A. (2025). Foreign military bases. Version 2."
    unit = "state-year"                   # or "dyad-year", "directed dyad-year"
    missing = [-9]                        # numbers that mean "missing"; this is what holds without the line
    coverage = [1950, 2020]               # years for which it speaks; without it, the first and last in the table
    licence = "restricted"                # or "academic", "open"; also: terms, bibtex

    [keys]                                # which column is what: year, and ccode, gwcode, iso3 or state (dyads: ccode1 …);
                                          # names and ISO codes are read as anywhere in foedus, at the year of their row
    ccode = "cow"
    year = "yr"

    [variables.foreign_bases]
    label = "Foreign military bases on the state's territory"
    units = "bases"                       # "yes or no" for 0 and 1; "text" for words
    column = "n_bases"                    # if it is called otherwise in the table
    range = [0, inf]                      # lowest and highest possible value
    absent = 0                            # what no row means within the coverage; without it, unknown
    sums = true                           # an amount that adds up over the members of a group
    values = { "0" = "none", "1" = "some" }   # what the levels of a coded variable mean

Every fault of a declaration is listed at once.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import polars as pl

from foedus.errors import InputError, shown
from foedus.record.entries import DECLARED, FLAG, LICENCES, LONGEST, TEXT, guess, is_numbers, is_span, variable_faults
from foedus.record.publisher import Form, Tables
from foedus.record.reading import read_within
from foedus.record.source import CODES, Source

UNITS = ("state-year", "dyad-year", "directed dyad-year")

_TEXTS = ("id", "title", "producer", "version", "url", "citation", "unit")
_OPTIONAL = ("licence", "terms", "bibtex", "missing", "coverage", "keys", "variables")
_STATES = ("ccode", "gwcode", "iso3", "state")
LONGEST_NAME = 51
"""Characters that the name of a source or a variable of one's own may have."""

_NAME = re.compile(rf"[a-z][a-z0-9_]{{0,{LONGEST_NAME - 1}}}")
_RESERVED = re.compile(r"(ccode|gwcode|iso3|state|year|leader|dispute|group|month|day)[12_]*|.*(_age|_[12])")


@dataclass(frozen=True)
class Declared:
    """A declared variable, as its entry in the codebook will have it, and the column of the user's table it is read from."""

    name: str
    column: str
    entry: dict[str, Any]

    @property
    def units(self) -> str:
        """Say what a value of 1 means."""
        return str(self.entry["units"])


@dataclass(frozen=True)
class Declaration:
    """A checked declaration: the source, the unit of analysis, key → column of the table, the variables."""

    source: Source
    unit: str
    keys: dict[str, str]
    coverage: tuple[int, int] | None
    missing: tuple[int, ...]
    variables: tuple[Declared, ...]

    @property
    def table(self) -> str:
        """Return the name of its table in the record, which no table of foedus's own has."""
        return self.source.tables[0]

    @property
    def form(self) -> Form:
        """Return the form the user's table must have."""
        columns = (*self.keys.values(), *dict.fromkeys(variable.column for variable in self.variables))
        words = (column for key, column in self.keys.items() if key.startswith(("iso3", "state")))
        return Form(
            "the declared table",
            columns=columns,
            keys=tuple(self.keys.values()),
            tidy=self._tidy,
            text=(*words, *(variable.column for variable in self.variables if variable.units in (FLAG, TEXT))),
            decimals=tuple(variable.column for variable in self.variables),
            missing=self.missing,
        )

    def covered(self, source: Source, tables: Tables) -> Source:
        """Return the source with the years for which it speaks: those declared, else those of the table."""
        years = tables[self.table]["year"]
        first, last = self.coverage or (int(years.min() or 0), int(years.max() or 0))  # type: ignore[arg-type]
        return replace(source, first_year=first, last_year=last)

    def entries(self, source: Source) -> dict[str, dict[str, object]]:
        """Return the variables' entries for the codebook."""
        common = {"unit": self.unit, "table": self.table, "sources": [source.id]}
        coverage = {"coverage": [source.first_year, source.last_year]}
        return {variable.name: {**common, **coverage, **variable.entry} for variable in self.variables}

    def _tidy(self, frame: pl.DataFrame) -> Tables:
        faults: list[str] = []
        values = [_value(frame[variable.column], variable, faults).alias(variable.name) for variable in self.variables]
        if faults:
            raise InputError("; ".join(faults))
        table = frame.select(pl.col(column).alias(key) for key, column in self.keys.items()).with_columns(values)
        return {self.table: table}

    @property
    def zeros(self) -> bool:
        """Whether some variable means something where the table has no row."""
        return any("absent" in variable.entry for variable in self.variables)

    def arranged(self, tables: Tables) -> Tables:
        """The table, once its states have numbers, with one row a unit-year; raises InputError if a unit-year has several."""
        table = tables[self.table]
        marks = ("",) if self.unit == "state-year" else ("1", "2")
        lists = [codes for kind in ("ccode", "gwcode") if (codes := [f"{kind}{mark}" for mark in marks])[0] in table.columns]
        folded = _folded(table, lists) if self.unit == "dyad-year" else table
        for codes in lists:
            numbered = folded.drop_nulls(codes)
            again = numbered.select(*codes, "year").is_duplicated()
            if count := int(again.sum()):
                first = ", ".join(str(each) for each in numbered.filter(again).select(*codes, "year").row(0))
                raise InputError(f"{count:,} rows share a {self.unit} with another and differ (first: {first})")
        return {self.table: folded}


def read_declaration(path: Path, taken: Mapping[str, set[str]]) -> Declaration:
    """Return the declaration in a TOML file; `taken` says which names are in use already, and by which source.

    Raises InputError with every fault.
    """
    try:
        content = tomllib.loads(read_within(path, "declaration").decode("utf-8"))
    except OSError as error:
        raise InputError(f"cannot read the declaration {shown(str(path))}: {error.strerror}.") from None
    except (ValueError, RecursionError) as error:
        raise InputError(f"{shown(str(path))} is not a declaration: {shown(str(error))}.") from None
    faults = list(_faults(content, taken))
    if faults:
        raise InputError(f"the declaration {shown(str(path))}: {'; '.join(faults)}. `foedus record add --help` shows one.")
    return _made(content)


def _made(content: dict[str, Any]) -> Declaration:
    made_bibtex = (
        f"@misc{{{content['id']}, author = {{{{{content['producer']}}}}}, title = {{{content['title']}}}, "
        f"note = {{Version {content['version']}}}, howpublished = {{\\url{{{content['url']}}}}}}}"
    )
    keyed = {key.rstrip("12") for key in content["keys"]}
    source = Source(
        **{name: content[name] for name in _TEXTS if name != "unit"},
        licence=content.get("licence", "restricted"),
        terms=content.get("terms", "as the producer says; added by the user"),
        bibtex=content.get("bibtex", made_bibtex),
        first_year=0,
        last_year=0,
        tables=(f"added_{content['id']}",),
        lists=tuple(name for name, code in CODES.items() if code in keyed) or tuple(CODES),
    )
    return Declaration(
        source=source,
        unit=content["unit"],
        keys={key: column.lower() for key, column in content["keys"].items()},
        coverage=tuple(content["coverage"]) if "coverage" in content else None,
        missing=tuple(content.get("missing", [-9])),
        variables=tuple(_declared(name, entry) for name, entry in content["variables"].items()),
    )


def _declared(name: str, declared: dict[str, Any]) -> Declared:
    entry = {key: declared[key] for key in DECLARED if key in declared and key != "column"}
    return Declared(name, str(declared.get("column", name)).lower(), entry)


def _faults(content: dict[str, Any], taken: Mapping[str, set[str]]) -> Iterator[str]:
    known = (*_TEXTS, *_OPTIONAL)
    for name in content.keys() - set(known):
        yield f"{shown(name)!r} is not part of one{guess(name, known)}"
    for name in (*_TEXTS, *(key for key in ("licence", "terms", "bibtex") if key in content)):
        text = content.get(name)
        if not isinstance(text, str) or not text.strip():
            yield f"{name} is missing or no text"
        elif len(text) > LONGEST or (name != "bibtex" and not text.isprintable()):
            yield f"{name} is longer than {LONGEST} letters or more than one line"
    identity = content.get("id")
    if isinstance(identity, str):
        if not _NAME.fullmatch(identity):
            yield f"id {shown(identity)!r} is not made of small letters, digits and _, a letter first, at most {LONGEST_NAME}"
        elif taken.get(identity, {identity}) != {identity}:
            yield f"id {identity!r} is taken by {', '.join(sorted(taken[identity]))}"
    if not str(content.get("url", "https://")).startswith(("https://", "http://")):
        yield "url does not begin with https:// or http://"
    if content.get("licence", "restricted") not in LICENCES:
        yield f"licence is none of {', '.join(LICENCES)}"
    if "coverage" in content and not is_span(content["coverage"], int):
        yield "coverage is not [first year, last year]"
    if "missing" in content and not is_numbers(content["missing"], int):
        yield "missing is not a list of whole numbers"
    yield from _key_faults(content)
    yield from _variable_faults(content, taken)


def _key_faults(content: dict[str, Any]) -> Iterator[str]:
    unit, keys = content.get("unit"), content.get("keys")
    if unit not in UNITS:
        yield f"unit is none of {', '.join(UNITS)}"
        return
    if not isinstance(keys, dict) or not all(isinstance(column, str) and column for column in keys.values()):
        yield "[keys] is missing, or does not give the name of a column for each key"
        return
    sets = [{name, "year"} for name in _STATES]
    if unit != "state-year":
        sets = [{f"{name}{mark}1", f"{name}{mark}2", "year"} for name in _STATES for mark in ("", "_")]
    if set(keys) not in sets:
        example = "ccode and year" if unit == "state-year" else "ccode1, ccode2 and year"
        yield f"[keys] of a {unit} are {example} (or gwcode, iso3, state for ccode), not {shown(', '.join(keys))}"
    elif len({column.lower() for column in keys.values()}) < len(keys):
        yield "[keys] names a column twice"


def _variable_faults(content: dict[str, Any], taken: Mapping[str, set[str]]) -> Iterator[str]:
    variables = content.get("variables")
    if not isinstance(variables, dict) or not variables or not all(isinstance(each, dict) for each in variables.values()):
        yield "no variable is declared: write a table [variables.NAME] for each"
        return
    for name, entry in variables.items():
        if not _NAME.fullmatch(name) or _RESERVED.fullmatch(name):
            yield (
                f"{shown(name)!r} is no variable's name: small letters, digits and _, a letter first, at most {LONGEST_NAME}, "
                "no key's, not ending in _1, _2, _age"
            )
        elif taken.get(name, {content.get("id")}) != {content.get("id")}:
            yield f"a variable {name} is there already (from {', '.join(sorted(taken[name]))})"
        for fault in variable_faults(entry, DECLARED):
            yield f"{shown(name)}: {fault}"


def _value(column: pl.Series, variable: Declared, faults: list[str]) -> pl.Series:
    """Return the variable's values in the type its units ask for; adds a fault where some are impossible."""
    if variable.units == TEXT:
        return column
    if variable.units == FLAG:
        words = {"1": True, "1.0": True, "true": True, "0": False, "0.0": False, "false": False}
        flags = column.str.to_lowercase().replace_strict(words, default=None, return_dtype=pl.Boolean)
        _count(column, column.is_not_null() & flags.is_null(), variable, "neither 0 nor 1", faults)
        return flags
    if levels := variable.entry.get("values"):
        _count(column, ~column.is_in([float(level) for level in levels]), variable, "no declared value", faults)
    low, high = variable.entry.get("range", (float("-inf"), float("inf")))
    _count(column, ~column.is_between(low, high), variable, f"outside {low:g} to {high:g}", faults)
    whole = (column == column.round()).fill_null(True).all() and (column.abs().max() or 0) < 2**31  # type: ignore[operator]
    return column.cast(pl.Int32) if whole else column


def _count(column: pl.Series, wrong: pl.Series, variable: Declared, what: str, faults: list[str]) -> None:
    wrong = wrong.fill_null(False)
    if count := int(wrong.sum()):
        first = shown(str(column[wrong.arg_max() or 0]), 30)
        faults.append(f"{variable.name}: {count:,} values of column {variable.column} are {what} (first: {first})")


def _folded(table: pl.DataFrame, lists: Sequence[Sequence[str]]) -> pl.DataFrame:
    """A non-directed dyad has its lower code first; both directions may be given if they agree."""
    swap = pl.coalesce(*(pl.col(one) > pl.col(two) for one, two in lists))
    pairs = [pair for one, two in lists for pair in ((one, two), (two, one))]
    ordered = [pl.when(swap).then(pl.col(other)).otherwise(pl.col(its)).alias(its) for its, other in pairs]
    return table.with_columns(ordered).unique(maintain_order=True)
