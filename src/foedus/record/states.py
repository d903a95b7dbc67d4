"""Tell which state is meant: names and codes of the state system's members, resolved at a year.

A state is a Correlates of War (COW) number, and membership is COW's: it holds in a year if it held on any day of it. What a
text means depends on the year asked about, by these rules:

1. A bare number is a COW number if that state is a member in the year, else a Gleditsch–Ward (GW) number. So 970 is Nauru (COW)
   although GW gives 970 to Kiribati, while 260 in 2000 is Germany, because COW 260 (the Federal Republic) ended in 1990 and GW
   keeps 260 for united Germany. `cow:255` and `gw:260` force the system; `cow:AUS` also takes a COW abbreviation.
2. Three letters that are an ISO3 code of any state are read as ISO3 only, never as a COW abbreviation (AUS is Australia; for
   Austria say `cow:AUS`). Other COW abbreviations may be written bare, and so may those of GW that are none of COW (RUM, SER).
   A code that passed from one state to another within the year, as DEU did in 1990, means the one that held it last.
3. A name is one the record gives the state in that year (COW, GW, present-day English), or one of `aliases.toml` at its dates;
   a name in the state's own language means in each year what the present-day English name beside it does.
   What does not distinguish states is folded (`spellings.py`). "Republic of", "Kingdom of" and the like are dropped only if the
   whole name is unknown: "Republic of Korea" is South Korea. So is a name turned round: "Korea, South" and "Germany (West)" are
   South Korea and West Germany.
4. Nothing else matches: no part of a name, no similar name. "Niger" is never Nigeria.

A name that several states carried in the year is refused with all of them, if any was a member; a name carried in other years
only, or by a state that was no member, is refused with the dates; an unknown one with the nearest names of that year.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn, TypeVar

import polars as pl

from foedus.errors import InputError, nearest
from foedus.record.places import codes, spoken_of
from foedus.record.spellings import checked, fold, short, spellings
from foedus.record.spells import runs

if TYPE_CHECKING:
    from foedus.record.manifest import Table
    from foedus.record.store import Record


class AmbiguousName(InputError):
    """The text means several states in the year."""


K = TypeVar("K")
V = TypeVar("V")

NEAR = 0.75
"""How alike a name has to be to be offered for an unknown one: "Netherlands" is not for Deutschland (0.64)."""


@dataclass(frozen=True)
class Spell:
    """An unbroken membership of the state system; `end` is None while it lasts."""

    start: date
    end: date | None

    def covers(self, year: int) -> bool:
        """Say whether the spell holds on any day of the year.

        >>> [Spell(date(1816, 1, 1), date(1945, 5, 8)).covers(year) for year in (1815, 1816, 1945, 1946)]
        [False, True, True, False]
        """
        return self.start.year <= year and (self.end is None or year <= self.end.year)

    def __str__(self) -> str:
        return f"{self.start} – {self.end or 'today'}"


@dataclass(frozen=True)
class State:
    """A member of the state system in one year.

    Attributes
    ----------
    ccode, gwcode : its COW and Gleditsch–Ward numbers; gwcode is None where that list has no such state in that year.
    iso3 : ISO3 code, or the customary one for a state that ended (YUG, DDR, CSK, …); None before the codes' reach.
    abbreviation : its COW abbreviation.
    name : what an English reader of that year would call it.
    spells : all its memberships, in order of time.
    """

    ccode: int
    gwcode: int | None
    iso3: str | None
    abbreviation: str
    name: str
    year: int
    region: str | None
    spells: tuple[Spell, ...]


class _Run(NamedTuple):
    """Consecutive years in which nothing that the record says of a state changed."""

    ccode: int
    first: int
    last: int
    gwcode: int | None
    iso3: str | None
    abbreviation: str
    name: str
    gw_name: str | None
    english_name: str
    region: str | None


class _Claim(NamedTuple):
    """A state's hold on a name or code, from the first year to the last."""

    ccode: int
    first: int
    last: int
    text: str


class Bearers(NamedTuple):
    """The states that bear a name or code, each as COW number, first and last year.

    `passes`: as codes do, it passes from state to state, and means in a year of change the one that held it last.
    """

    spans: tuple[tuple[int, int, int], ...]
    passes: bool


class StateSystem:
    """The members of the state system, by any of their names and codes, in any year.

    >>> from foedus.record.store import open_record
    >>> states = StateSystem.of(open_record())
    >>> state = states.resolve("U.S.S.R.", 1950)
    >>> state.ccode, state.iso3, state.name
    (365, 'RUS', 'Soviet Union')
    """

    def __init__(
        self,
        state_years: pl.DataFrame,
        state_spells: pl.DataFrame,
        aliases: Mapping[str, Any] | None = None,
        tables: Mapping[str, Table] | None = None,
    ) -> None:
        """Keep the record's tables of these names, aliases as `aliases.toml` has them, and what the manifest says of tables."""
        self._tables = tables or {}
        self._state_years = state_years
        self._state_spells = state_spells
        self._aliases = _read_aliases() if aliases is None else aliases

    @classmethod
    def of(cls, record: Record) -> StateSystem:
        """Return the state system as an opened record has it."""
        return record.derived(
            "state system", lambda: cls(record.table("state_years"), record.table("state_spells"), tables=record.tables)
        )

    def resolve(self, text: str | int, year: int) -> State:
        """Return the member that `text` means in `year`; the module's docstring has the rules.

        Raises InputError if the year is out of range, or the text means no member of that year, or several.
        """
        self._check_year(year)
        cleaned = checked(str(text))
        system, colon, code = (part.strip() for part in cleaned.partition(":"))
        if colon and system.casefold() in ("cow", "gw"):
            return self._coded(system.casefold(), code, year)
        if cleaned.isascii() and cleaned.isdigit():
            return self._numbered(int(cleaned), year, ("cow", "gw"))
        return self._named(cleaned, year)

    def bearers(self, text: str | int) -> tuple[Bearers, ...]:
        """Return the states that a text means in any year, a member in it or not; none if it is unknown.

        Of several, the first that has a member in the year speaks: a bare number is a COW number before it is one of GW.
        Raises InputError for what cannot be a name.
        """
        cleaned = checked(str(text))
        system, colon, code = (part.strip() for part in cleaned.partition(":"))
        lists: tuple[str, ...] = ("cow", "gw")
        if colon and system.casefold() in lists:
            cleaned, lists = code, (system.casefold(),)
        if cleaned.isascii() and cleaned.isdigit():
            number = int(cleaned)
            held = {"cow": self._runs_of.get(number, []), "gw": self._runs_of_gw.get(number, [])}
            return tuple(Bearers(tuple(run[:3] for run in held[name]), passes=True) for name in lists if held[name])
        if len(lists) == 1:
            ccode = self._abbreviations.get(fold(cleaned)) if lists == ("cow",) else None
            return () if ccode is None else (Bearers(tuple(run[:3] for run in self._runs_of[ccode]), passes=True),)
        key = self._key(cleaned)
        claims = self._claims.get(key, [])
        return (Bearers(tuple(claim[:3] for claim in claims), passes=key in self._iso3),) if claims else ()

    def two_readings(self, text: str) -> str:
        """Return a sentence if a text is an ISO3 code, as which it is read, and another state's COW abbreviation; else "".

        >>> from foedus.record.store import open_record
        >>> StateSystem.of(open_record()).two_readings("AUS")
        'AUS is read as an ISO3 code (Australia); as a COW abbreviation it is Austria: cow:AUS.'
        """
        key = fold(checked(text))
        other, claims = self._abbreviations.get(key), self._claims.get(key, [])
        if key not in self._iso3 or other is None or other in {claim.ccode for claim in claims}:
            return ""
        read = self.name(max(claims, key=lambda claim: claim.last).ccode)
        code = key.upper()
        return f"{code} is read as an ISO3 code ({read}); as a COW abbreviation it is {self.name(other)}: cow:{code}."

    def is_outside(self, text: str) -> bool:
        """Say whether a text names a place that was never a member of the state system."""
        key = self._key(text)
        return key not in self._claims and key in self._outside

    @property
    def years(self) -> tuple[int, int]:
        """First and last year of the state system."""
        return self._range

    def state(self, ccode: int, year: int) -> State:
        """Return the state with that COW number; raises InputError with its spells if it was no member in the year."""
        self._check_year(year)
        return self._numbered(ccode, year, ("cow",))

    def members(self, year: int) -> list[State]:
        """Return all members of a year, by COW number."""
        self._check_year(year)
        return [self._member(run, year) for ccode in self._runs_of if (run := self._run(ccode, year))]

    def name(self, ccode: int, year: int | None = None) -> str:
        """Return what foedus calls a state in a year, by default its latest; outside its membership, in the nearest year of it.

        Raises InputError if no state has that COW number.
        """
        if ccode not in self._runs_of:
            raise _unknown_number(ccode, ("cow",))
        return self._shown(*self._nearest(ccode, self._range[1] if year is None else year))

    @cached_property
    def _runs(self) -> list[_Run]:
        """Return all runs of years, by COW number and in order of time."""
        named = self._state_years.select("ccode", "year", *_Run._fields[3:])
        return [_Run(*row) for row in runs(named, ["ccode"]).iter_rows()]

    @cached_property
    def _runs_of(self) -> dict[int, list[_Run]]:
        return _grouped((run.ccode, run) for run in self._runs)

    @cached_property
    def _runs_of_gw(self) -> dict[int, list[_Run]]:
        return _grouped((run.gwcode, run) for run in self._runs if run.gwcode is not None)

    @cached_property
    def _range(self) -> tuple[int, int]:
        return min(run.first for run in self._runs), max(run.last for run in self._runs)

    @cached_property
    def _spells(self) -> dict[int, tuple[Spell, ...]]:
        cow = self._state_spells.filter(pl.col("system") == "cow").sort("code", "start").select("code", "start", "end")
        return {code: tuple(spells) for code, spells in _grouped((row[0], Spell(*row[1:])) for row in cow.iter_rows()).items()}

    @cached_property
    def _abbreviations(self) -> dict[str, int]:
        return {fold(run.abbreviation): run.ccode for run in self._runs}

    @cached_property
    def _gw_abbreviations(self) -> dict[str, int]:
        listed = self._state_spells.filter(system="gw").select("abbreviation", "code").drop_nulls().unique(maintain_order=True)
        return {fold(text): code for text, code in listed.iter_rows()}

    @cached_property
    def _iso3(self) -> set[str]:
        return {fold(run.iso3) for run in self._runs if run.iso3}

    @cached_property
    def _outside(self) -> set[str]:
        """Folded names of places that were never members: those listed, and those in the Gleditsch–Ward list alone."""
        members = {run.gwcode for run in self._runs}
        gw = self._state_spells.filter(system="gw").select("code", "name").iter_rows()
        listed = {fold(text) for text in self._aliases["outside"]} | self._places.keys()
        return listed | {fold(name) for code, name in gw if code not in members}

    @cached_property
    def _places(self) -> dict[str, str]:
        """Folded names of places that sources speak of, with the code that sources give them."""
        return {fold(name): code for name, code in codes().items()}

    @cached_property
    def _claims(self) -> dict[str, list[_Claim]]:
        """Every folded name and code, with the states that held it and when."""
        claims_by_text = _grouped((fold(claim.text), claim) for claim in self._recorded_claims())
        for row in self._aliases["withdrawn"]:
            key = fold(row["name"])
            claims_by_text[key] = [claim for claim in claims_by_text[key] if claim.ccode != row["ccode"]]
        for row in self._aliases["alias"]:
            claims_by_text.setdefault(fold(row["name"]), []).append(self._alias_claim(row))
        for english, names in self._aliases.get("own_languages", {}).items():
            for name in names:
                same = [claim._replace(text=name) for claim in claims_by_text[fold(english)]]
                claims_by_text.setdefault(fold(name), []).extend(same)
        return {key: claims for key, claims in claims_by_text.items() if claims}

    def _recorded_claims(self) -> Iterator[_Claim]:
        for run in self._runs:
            texts = {run.english_name, run.name, run.gw_name, run.iso3}
            yield from (_Claim(run.ccode, run.first, run.last, text) for text in texts if text)
        for key, ccode in self._abbreviations.items():
            if key not in self._iso3 and key not in self._outside:
                yield self._alias_claim({"ccode": ccode, "name": key.upper()})
        taken = self._iso3 | self._outside | self._abbreviations.keys()
        for key, gwcode in self._gw_abbreviations.items():
            if key not in taken:
                yield from (_Claim(run.ccode, run.first, run.last, key.upper()) for run in self._runs if run.gwcode == gwcode)

    @cached_property
    def _displayed(self) -> dict[int, list[_Claim]]:
        return _grouped((row["ccode"], self._alias_claim(row)) for row in self._aliases["alias"] if row.get("display"))

    def _alias_claim(self, row: Mapping[str, Any]) -> _Claim:
        held = self._runs_of[row["ccode"]]
        return _Claim(row["ccode"], row.get("from", held[0].first), row.get("to", held[-1].last), row["name"])

    def _check_year(self, year: int) -> None:
        first, last = self._range
        if not first <= year <= last:
            raise InputError(f"the state system is not recorded in the year {year}. Choose one from {first} to {last}.")

    def _coded(self, system: str, code: str, year: int) -> State:
        if code.isascii() and code.isdigit():
            return self._numbered(int(code), year, (system,))
        if system == "cow" and fold(code) in self._abbreviations:
            return self.state(self._abbreviations[fold(code)], year)
        kind = {"cow": "COW number or abbreviation", "gw": "Gleditsch–Ward number"}[system]
        raise InputError(f'"{short(code)}" is no {kind}. Write {system}: and a number, for example {system}:20.')

    def _numbered(self, number: int, year: int, systems: tuple[str, ...]) -> State:
        if "cow" in systems and (run := self._run(number, year)):
            return self._member(run, year)
        known = [number] if "cow" in systems and number in self._runs_of else []
        if "gw" in systems:
            held = self._runs_of_gw.get(number, [])
            if present := [run for run in held if run.first <= year <= run.last]:
                return self._member(self._last(present, year), year)
            known += sorted({run.ccode for run in held} - set(known))
        if not known:
            raise _unknown_number(number, systems)
        raise self._absent(str(number), known, year)

    def _named(self, text: str, year: int) -> State:
        key = self._key(text)
        claims = self._claims.get(key)
        if claims is None:
            raise self._unknown(text, key, year)
        holders = sorted({claim.ccode for claim in claims if claim.first <= year <= claim.last})
        present = [run for ccode in holders if (run := self._run(ccode, year))]
        if not present:
            raise self._absent(text, holders or sorted({claim.ccode for claim in claims}), year, claims, self._hint(key))
        if len(holders) > 1 and key not in self._iso3:
            raise self._ambiguous(text, holders, year)
        return self._member(self._last(present, year), year)

    def _key(self, text: str) -> str:
        """Return the folded text; if it is unknown, the first of its other spellings that is known."""
        for known in (self._claims, self._outside):
            for spelling in spellings(text):
                if spelling in known:
                    return spelling
        return fold(text)

    def _run(self, ccode: int, year: int) -> _Run | None:
        return next((run for run in self._runs_of.get(ccode, ()) if run.first <= year <= run.last), None)

    def _nearest(self, ccode: int, year: int) -> tuple[_Run, int]:
        """Return the state's run nearest to the year, and the year of that run nearest to it."""
        if run := self._run(ccode, year):
            return run, year
        years = [(run, min(max(year, run.first), run.last)) for run in self._runs_of[ccode]]
        return min(years, key=lambda known: abs(known[1] - year))

    def _last(self, held: list[_Run], year: int) -> _Run:
        """Return, of states that held one code in a year, the one whose membership lasted longest."""
        return max(held, key=lambda run: max(spell.end or date.max for spell in self._spells[run.ccode] if spell.covers(year)))

    def _member(self, run: _Run, year: int) -> State:
        name, spells = self._shown(run, year), self._spells[run.ccode]
        return State(run.ccode, run.gwcode, run.iso3, run.abbreviation, name, year, run.region, spells)

    def _shown(self, run: _Run, year: int) -> str:
        shown = [claim for claim in self._displayed.get(run.ccode, ()) if claim.first <= year <= claim.last]
        return max(shown, key=lambda claim: claim.first).text if shown else run.english_name

    def label(self, ccode: int, year: int) -> str:
        """Return a state's name, ISO code or abbreviation, and number, as messages have it."""
        run, known = self._nearest(ccode, year)
        return f"{self._shown(run, known)} ({run.iso3 or run.abbreviation}, {ccode})"

    def _ambiguous(self, text: str, holders: list[int], year: int) -> AmbiguousName:
        notes = {ccode: "" if self._run(ccode, year) else f", no member in {year}," for ccode in holders}
        labels = " or ".join(self.label(ccode, year) + note for ccode, note in notes.items())
        sayings = " or ".join(str(ccode) for ccode, note in notes.items() if not note)
        return AmbiguousName(f'"{short(text)}" is ambiguous in {year}: it could be {labels.rstrip(",")}. Say {sayings}.')

    def _absent(self, text: str, ccodes: Iterable[int], year: int, claims: Sequence[_Claim] = (), hint: str = "") -> InputError:
        return InputError("; ".join(self._absence(text, ccode, year, claims) for ccode in ccodes) + "." + hint)

    def _absence(self, text: str, ccode: int, year: int, claims: Sequence[_Claim]) -> str:
        """Say why `text` does not mean this state in `year`: it was no member then, or was a member under another name."""
        if self._run(ccode, year) is None:
            spells = " and ".join(str(spell) for spell in self._spells[ccode])
            return f"{self.label(ccode, year)} was no member of the state system in {year}: member {spells}"
        used = _years(claim for claim in claims if claim.ccode == ccode)
        return f'"{short(text)}" means state {ccode} in {used} only; in {year} that is {self.label(ccode, year)}: say {ccode}'

    def refuse(self, text: str) -> NoReturn:
        """Raise what there is to say of a name or code that meant no state in any year: of a name, the nearest of all years."""
        key = self._key(text)
        if key not in self._outside and not any(sign.isdigit() or sign == ":" for sign in text):
            raise self._none_called(text, "in any year", {claim.text for claims in self._claims.values() for claim in claims})
        self.resolve(text, self._range[1])
        raise AssertionError(f"{text} means a state after all")

    def _unknown(self, text: str, key: str, year: int) -> InputError:
        if key in self._outside:
            never = f'"{short(text)}" was never a member of the state system (Correlates of War), so no panel of it has rows.'
            said = spoken_of(self._places.get(key, key.upper()), self._tables)
            told = " ".join(filter(None, (never, said, self._listed_alone(key))))
            return InputError(f"{told} Choose a member of {year}.{self._hint(key)}")
        current = [claim for claims in self._claims.values() for claim in claims if claim.first <= year <= claim.last]
        return self._none_called(text, f"in {year}", {claim.text for claim in current if self._run(claim.ccode, year)})

    def _listed_alone(self, key: str) -> str:
        """Say when the list of Gleditsch and Ward has a place that was never a member, and how to ask for it; else ""."""
        place = self._places.get(key, "")
        names = {key} | {name for name, code in self._places.items() if code == place}
        listed = self._state_spells.filter(system="gw").select("code", "start", "end", "name", "abbreviation")
        found = [row for row in listed.iter_rows() if {fold(text) for text in row[3:] if text} & names]
        if not found or any(run.gwcode == found[0][0] for run in self._runs):
            return ""
        code, start, end = found[0][:3]
        first, last = max(start.year, self._range[0]), end.year if end else self._range[1]
        return (
            f"The list of Gleditsch and Ward has it from {first} to {last}: "
            f"`foedus panel state-year --system gw --states {code} --years {first}:{last} --variables state_name`."
        )

    def _none_called(self, text: str, when: str, known: set[str]) -> InputError:
        typed = text.title() if text.islower() or (text.isupper() and len(text) > 3) else text
        offered = nearest(typed, sorted(known), near=NEAR, besides=_of_the_same_words(text, known))
        return InputError(
            f'no state is known as "{short(text)}" {when}.{offered} '
            "Give an English name, an ISO3 code, a COW number, or a Gleditsch–Ward number as gw:260."
        )

    def _hint(self, key: str) -> str:
        """Point to the COW abbreviation where the same letters were read as an ISO3 code."""
        ccode = self._abbreviations.get(key)
        if ccode is None or any(claim.ccode == ccode for claim in self._claims.get(key, ())):
            return ""
        return f" As a COW abbreviation {key.upper()} is {self.name(ccode)}: say cow:{key.upper()}."


@cache
def _read_aliases() -> dict[str, Any]:
    with Path(__file__).with_name("aliases.toml").open("rb") as file:
        return tomllib.load(file)


def _of_the_same_words(text: str, known: Iterable[str]) -> list[str]:
    """Return the known names that a text holds whole, or that hold all of its words if it has several; the longest first."""
    said = set(fold(text).split())
    words = {name: set(fold(name).split()) for name in known if len(name) > 3}
    held = [name for name, own in words.items() if own <= said or (len(said) > 1 and said <= own)]
    return sorted(held, key=lambda name: (-len(name), name))


def _grouped(pairs: Iterable[tuple[K, V]]) -> dict[K, list[V]]:
    groups: dict[K, list[V]] = {}
    for key, value in pairs:
        groups.setdefault(key, []).append(value)
    return groups


def _years(claims: Iterable[_Claim]) -> str:
    """Return the years of some claims, adjoining ones joined: "1878–1918 and 2006–2025"."""
    joined: list[tuple[int, int]] = []
    for _, first, last, _ in sorted(claims):
        if joined and first <= joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], max(last, joined[-1][1]))
        else:
            joined.append((first, last))
    return " and ".join(f"{first}–{last}" if first < last else str(first) for first, last in joined)


def _unknown_number(number: int, systems: tuple[str, ...]) -> InputError:
    kinds = " or ".join({"cow": "COW", "gw": "Gleditsch–Ward"}[system] for system in systems)
    return InputError(f"no member of the state system has the {kinds} number {number}. Give a name or an ISO3 code.")
