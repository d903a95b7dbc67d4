"""How ready members are for new technology, as findings: index, rank and its range, gap to the frontier and to threats."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import polars as pl

from foedus.assessment.finding import Baseline, Exhibit, Finding, Rows
from foedus.mechanisms.technology import readiness as index
from foedus.mechanisms.technology.industry import Industry
from foedus.mechanisms.technology.readiness import INGREDIENTS, METHODS, PARTS
from foedus.panels.codebook import lookup
from foedus.partnership.partnership import Partnership
from foedus.record.states import StateSystem
from foedus.words import listed, starting, the

CARRY = Industry().carry_forward
"""Years for which an ingredient may stand where it is only described; its age is told."""

INGREDIENT_WORDS = {
    "gdp_per_head_ppp": "GDP per head",
    "internet_users": "internet users",
    "broadband": "broadband subscriptions",
    "research_share": "R&D share",
    "researchers": "researchers",
    "patents_per_million": "patent applications per head",
    "high_technology_share": "high-technology exports",
}
UNITS = {
    "gdp_per_head_ppp": "international dollars of 2021",
    "internet_users": "per cent of people",
    "broadband": "per hundred people",
    "research_share": "per cent of GDP",
    "researchers": "per million people",
    "patents_per_million": "per million people",
    "high_technology_share": "per cent of exported manufactures",
}
PART_WORDS = {
    "wealth": "wealth",
    "infrastructure": "infrastructure",
    "knowledge": "staff and knowledge",
}
MANY = 6
"""States that a sentence tells of one by one."""

DECADE = 10
"""Years over which the speed of the frontier and of the members is told."""

SOURCES = tuple(sorted({source for name in index.READS for source in lookup(name).sources}))


@dataclass(frozen=True)
class Seen:
    """What is told of readiness in the partnership's year.

    Attributes
    ----------
    states : `readiness.readiness` of the year. raw : `readiness.ingredients` of it. course : readiness of every state-year.
    front : the frontier by year. names : of members and threats, by code. system : whose states they are.
    """

    partnership: Partnership
    threats: tuple[int, ...]
    states: pl.DataFrame
    raw: pl.DataFrame
    course: pl.DataFrame
    front: pl.DataFrame
    names: dict[int, str]
    system: StateSystem

    @classmethod
    def of(cls, partnership: Partnership, threats: Sequence[int]) -> Seen:
        """Take in what there is to tell; `threats` that are members are passed over. Raises InputError for an unknown code."""
        record, year = partnership.record, partnership.year
        others = tuple(dict.fromkeys(code for code in threats if code not in partnership.codes))
        z = index.scaled(record, (min(index.FIRST_YEAR, year), year), CARRY)
        course = z.select("ccode", "year", readiness=index.index(INGREDIENTS)).drop_nulls()
        system = StateSystem.of(record)
        return cls(
            partnership,
            others,
            states=index.readiness(record, year, CARRY),
            raw=index.ingredients(record, (year, year), CARRY),
            course=course,
            front=index.frontier(course, "readiness"),
            names={state.ccode: state.name for state in (*partnership.members, *(system.state(c, year) for c in others))},
            system=system,
        )

    @property
    def complete(self) -> int:
        """States of which every ingredient is known."""
        return int(self.states["rank"].count())

    def row(self, code: int) -> dict[str, Any]:
        """One state's row; all unknown for a state that is no member of the system in the year."""
        return self._rows.get(code) or {**dict.fromkeys(self.states.columns), "known": 0}

    @cached_property
    def _rows(self) -> dict[int, dict[str, Any]]:
        return {row["ccode"]: row for row in self.states.iter_rows(named=True)}

    def unknown(self, code: int) -> list[str]:
        """The ingredients that are not known of a state, in words."""
        row = self.row(code)
        return [INGREDIENT_WORDS[name] for name in INGREDIENTS if row[f"{name}_z"] is None]

    def frontier(self, year: int) -> float | None:
        """The frontier of a year, null where no state has all ingredients."""
        found = self.front.filter(year=year)["frontier"]
        return float(found.item()) if len(found) else None

    def level(self, code: int, year: int) -> float | None:
        """A state's readiness in a year."""
        found = self.course.filter(ccode=code, year=year)["readiness"]
        return float(found.item()) if len(found) else None


def findings(seen: Seen, chapter: str) -> Iterable[Finding]:
    """Tell what there is to say of the members' readiness, and of the states that threaten them."""
    for state in seen.partnership.members:
        yield _readiness(seen, chapter, state.ccode, seen.partnership.tag(state))
    yield _gap(seen, chapter)
    yield from _speed(seen, chapter)
    for code in seen.threats:
        yield _threat(seen, chapter, code)


def exhibits(seen: Seen) -> Iterable[Exhibit]:
    """The ingredients, the ranks with their range, the course of the index, and its weights."""
    year, codes = seen.partnership.year, list(seen.names)
    yield Exhibit(
        "technology.ingredients",
        f"Ingredients of readiness, {year}",
        "table",
        _ingredients(seen),
        f"Standardised: logarithms, in standard deviations from the states of {index.YARDSTICK}. Age in years; null: unknown.",
        SOURCES,
    )
    ranked = seen.states.filter(pl.col("best").is_not_null(), pl.col("ccode").is_in([*codes, *_leaders(seen)])).sort(
        "best", "worst"
    )
    if ranked.height:
        groups = dict.fromkeys(seen.partnership.codes, "members") | dict.fromkeys(seen.threats, "states that threaten them")
        yield Exhibit(
            "technology.ranks",
            f"Ranks of readiness, {year}, with their range",
            "bars",
            ranked.select(
                label=pl.col("ccode").map_elements(lambda code: seen.names.get(code) or _name(seen, code), pl.String),
                value=pl.col("rank").cast(pl.Float64),
                low=pl.col("best").cast(pl.Float64),
                high=pl.col("worst").cast(pl.Float64),
                baseline=pl.lit(None, pl.Float64),
                group=pl.col("ccode").replace_strict(groups, default="the frontier", return_dtype=pl.String),
                unit=pl.lit("rank"),
            ).sort("group", maintain_order=True),
            f"Among {seen.complete} states of which every ingredient is known. The range, over weights and with each "
            "ingredient left out, is no confidence interval.",
            SOURCES,
        )
    course = _course(seen)
    if course.height:
        yield Exhibit(
            "technology.course",
            "Readiness and the frontier",
            "lines",
            course,
            f"A value may stand for {CARRY} years. Exports of high technology begin in 2007, and with them the index.",
            SOURCES,
        )
    if seen.complete > 2:
        yield Exhibit("technology.weights", f"Weights of the ingredients, {year}", "table", _weights(seen), "", SOURCES)


def gaps(seen: Seen) -> tuple[str, ...]:
    """Return what cannot be said of readiness, and why."""
    year = seen.partnership.year
    missing = [f"{the(seen.names[code])} lacks {listed(lacking)}" for code in seen.names if (lacking := seen.unknown(code))]
    ends = {name: lookup(name).last_year for name in index.READS}
    old = sorted({last for last in ends.values() if last < year})
    return (
        *([f"Readiness in {year}: {'; '.join(missing)}."] if missing else []),
        *(["No states that threaten the members were named; the gap to them is not told."] if not seen.threats else []),
        *(
            [f"Ingredients end between {old[0]} and {max(ends.values())}; what stands for {year} is as old as told."]
            if old
            else []
        ),
        "How many are taught and trained is not on record; what a student costs, which is, says nothing of it.",
        "Military technology, and who owns what a state exports or patents, are not on record.",
    )


def _readiness(seen: Seen, chapter: str, code: int, tag: str) -> Finding:
    """A member's index, its rank and how far that can be trusted, or what is missing for one."""
    row, year, name = seen.row(code), seen.partnership.year, seen.names[code]
    missing = seen.unknown(code)
    over = f"{len(METHODS) * (len(INGREDIENTS) + 1)} variants of weights and ingredients"
    if row["rank"] is not None:
        statement = (
            f"{starting(name)}, {year}: readiness {row['readiness']:+.2f} (an index: standard deviations from the states of "
            f"{index.YARDSTICK}), rank {row['rank']} of the {seen.complete} states of which all {len(INGREDIENTS)} ingredients "
            f"are known, {row['best']} to {row['worst']} over {over}; the oldest ingredient is of {year - row['oldest']}."
        )
    elif row["best"] is not None:
        statement = (
            f"{starting(name)}, {year}: no index of readiness, for {listed(missing)} are not known; by the other "
            "ingredients it would "
            f"rank {row['best']} to {row['worst']} among the {seen.complete} states of which all are known."
        )
    else:
        of = f"of {len(INGREDIENTS)} ingredients {listed(missing)} are not known"
        statement = f"{starting(name)}, {year}: no index of readiness, for {of}."
    front = seen.frontier(year)
    return Finding(
        id=f"technology.readiness.{tag}",
        chapter=chapter,
        statement=statement,
        value=None if row["readiness"] is None else round(row["readiness"], 3),
        unit="index",
        baseline=Baseline("the frontier", round(front, 3)) if front is not None else None,
        sources=SOURCES,
        rows=Rows("development, patents", f"ccode = {code}, year from {year - CARRY} to {year}"),
    )


def _gap(seen: Seen, chapter: str) -> Finding:
    """Return how far the members are from the frontier, and when it stood where they are."""
    year = seen.partnership.year
    front, gaps = seen.frontier(year), {code: seen.row(code)["readiness"] for code in seen.partnership.codes}
    known = {code: front - level for code, level in gaps.items() if front is not None and level is not None}
    if front is None or not known:
        statement = f"The gap of {seen.partnership.named} to the frontier of technology in {year} is not known."
    else:
        gaps_of = [f"{the(seen.names[code])} {_beside(gap)}{_since(seen, front - gap)}" for code, gap in _ends(known).items()]
        without = [the(seen.names[code]) for code in gaps if code not in known]
        leaders = [the(seen.names.get(code) or _name(seen, code)) for code in _leaders(seen)]
        statement = (
            f"Of the frontier in {year} (the mean of the highest tenth: {listed(leaders)}) {listed(gaps_of)}"
            f"{f'; of {listed(without)} it is not known' if without else ''}."
        )
    return Finding(
        id="technology.gap",
        chapter=chapter,
        statement=statement,
        value=round(max(known.values()), 3) if known else None,
        unit="index, the member furthest behind",
        baseline=Baseline("the frontier", 0.0) if known else None,
        sources=SOURCES,
        rows=Rows("development, patents", f"ccode in {list(seen.partnership.codes)}"),
    )


def _ends(values: dict[int, float]) -> dict[int, float]:
    """All of a few states' values; of more than MANY, those of the three highest and the three lowest."""
    if len(values) <= MANY:
        return values
    ordered = sorted(values.items(), key=lambda each: each[1], reverse=True)
    return dict([*ordered[: MANY // 2], *ordered[-MANY // 2 :]])


def _beside(gap: float) -> str:
    return f"is {gap:.2f} short" if gap > 0 else f"is {-gap:.2f} ahead"


def _since(seen: Seen, level: float) -> str:
    """Return when the frontier stood at a level that lies below it."""
    behind = index.years_behind(seen.front, level, seen.partnership.year)
    if behind is None:
        return f", below it in every year since {seen.front['year'].item(0)}"
    return f", where it stood {behind:.0f} years before" if behind >= 0.5 else ""


def _leaders(seen: Seen) -> list[int]:
    leaders = seen.front.filter(year=seen.partnership.year)["leaders"]
    return list(leaders.item()) if len(leaders) else []


def _name(seen: Seen, code: int) -> str:
    return seen.system.name(code, seen.partnership.year)


def _speed(seen: Seen, chapter: str) -> Iterable[Finding]:
    """Tell how fast the frontier and the members moved; nothing where the frontier is not known that far back."""
    year = seen.partnership.year
    now, before = seen.frontier(year), seen.frontier(year - DECADE)
    if now is None or before is None:
        return
    moved = {
        code: (seen.level(code, year), seen.level(code, year - DECADE)) for code in (*seen.partnership.codes, *seen.threats)
    }
    known = {code: a - b for code, (a, b) in moved.items() if a is not None and b is not None}
    gains = [f"{the(seen.names[code])} {gained:+.2f}" for code, gained in _ends(known).items()]
    yield Finding(
        id="technology.frontier",
        chapter=chapter,
        statement=(
            f"From {year - DECADE} to {year} the frontier moved by {now - before:+.2f} ({(now - before) / DECADE:+.4f} a year)"
            f"{f', {listed(gains)}' if gains else ''}: who gained more came nearer. The frontier is of the states known in "
            "either year."
        ),
        value=round((now - before) / DECADE, 4),
        unit="index a year",
        sources=SOURCES,
        rows=Rows("development, patents", f"years {year - DECADE} to {year}"),
    )


def _threat(seen: Seen, chapter: str, code: int) -> Finding:
    """The members beside a state that threatens them."""
    row, name, year = seen.row(code), seen.names[code], seen.partnership.year
    leads = {member: level - row["readiness"] for member in seen.partnership.codes if _both(level := _own(seen, member), row)}
    if not leads:
        statement = (
            f"How {the(name)} stands beside {seen.partnership.named} in {year} is not known: an index of readiness is lacking."
        )
    else:
        gaps_of = [
            f"{the(seen.names[member])} is {abs(lead):.2f} {'ahead' if lead >= 0 else 'behind'}"
            for member, lead in _ends(leads).items()
        ]
        statement = f"Beside {the(name)}, rank {row['rank']} ({row['best']} to {row['worst']}) in {year}: {listed(gaps_of)}."
    return Finding(
        id=f"technology.threat.{seen.partnership.tag(seen.system.state(code, year))}",
        chapter=chapter,
        statement=statement,
        value=round(min(leads.values()), 3) if leads else None,
        unit="index, lead of the member furthest behind",
        baseline=Baseline("equal readiness", 0.0) if leads else None,
        sources=SOURCES,
        rows=Rows("development, patents", f"ccode in {[*seen.partnership.codes, code]}"),
    )


def _own(seen: Seen, code: int) -> float | None:
    level: float | None = seen.row(code)["readiness"]
    return level


def _both(level: float | None, row: dict[str, Any]) -> bool:
    return level is not None and row["readiness"] is not None


def _ingredients(seen: Seen) -> pl.DataFrame:
    """One row a state and ingredient."""
    rows = []
    for code, name in seen.names.items():
        own = seen.raw.filter(ccode=code)
        raw = own.row(0, named=True) if own.height else {}
        for ingredient in INGREDIENTS:
            part = next(part for part, names in PARTS.items() if ingredient in names)
            z = seen.row(code)[f"{ingredient}_z"]
            told = (raw.get(ingredient), UNITS[ingredient], raw.get(f"{ingredient}_age"), z)
            rows.append((name, PART_WORDS[part], INGREDIENT_WORDS[ingredient], *told))
    return pl.DataFrame(
        rows,
        schema={
            **dict.fromkeys(("state", "part", "ingredient"), pl.String),
            "value": pl.Float64,
            "unit": pl.String,
            "age": pl.Int64,
            "standardised": pl.Float64,
        },
        orient="row",
    )


def _course(seen: Seen) -> pl.DataFrame:
    """The members' and the threats' readiness over years, beside the frontier and the mean; empty if neither is known.

    What the picture lets stand out comes first: the two members, or of more members the frontier and the mean.
    """
    order = {code: place for place, code in enumerate([*seen.partnership.codes, *seen.names])}
    own = (
        seen.course.filter(pl.col("ccode").is_in(list(seen.names)))
        .with_columns(series=pl.col("ccode").replace_strict(seen.names, return_dtype=pl.String), value="readiness")
        .sort(pl.col("ccode").replace_strict(order, return_dtype=pl.Int64), "year")
    )
    front = seen.front.select(series=pl.lit("the frontier"), year="year", value="frontier")
    mean = seen.course.group_by("year").agg(value=pl.col("readiness").mean()).sort("year")
    every = mean.select(series=pl.lit("all states known"), year="year", value="value")
    told = own.select("series", "year", "value")
    if own.height:
        told = pl.concat([told, front, every] if len(seen.partnership.codes) == 2 else [front, every, told])
    nothing = {name: pl.lit(None, pl.Float64) for name in ("low", "high")}
    value = pl.col("value").round(6) + 0.0  # sums come in any order: what differs behind that digit is no part of the index
    return told.with_columns(value, **nothing, panel=pl.lit(None, pl.String), unit=pl.lit("index"))


def _weights(seen: Seen) -> pl.DataFrame:
    z = seen.states.select(f"{name}_z" for name in INGREDIENTS).drop_nulls().to_numpy()
    told = {method: index.weights(z, INGREDIENTS, method) for method in METHODS}
    return pl.DataFrame({"ingredient": [INGREDIENT_WORDS[name] for name in INGREDIENTS], **told})
