"""What members make alike, hold together and have agreed to make together, as findings: counted, not explained."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations

import polars as pl

from foedus.assessment.finding import Exhibit, Finding, Rows
from foedus.mechanisms.technology.industry import SUBJECTS, Industry, agreements, partners, trade_agreements
from foedus.panels.codebook import lookup
from foedus.partnership.partnership import Partnership
from foedus.words import aged, capitalized, counted, listed, percent, significant, the

MEASURE_WORDS = {
    "industry_share": "industry's share of GDP",
    "exports_share": "exports as a share of GDP",
    "high_technology_share": "high technology in exported manufactures",
    "research_share": "R&D as a share of GDP",
    "patents_per_million": "patent applications per head",
}
SUBJECT_WORDS = {"procurement": "procurement", "research": "research", "dic": "cooperation of defence industries"}

SOURCES = ("wipo_patents", "world_development")
DCAD = lookup("defence_agreements")
"""Its years are those for which agreements are known."""


def findings(partnership: Partnership, chapter: str) -> Iterable[Finding]:
    """What there is to say of the members' industries; of likeness and complementarity only where there are two members."""
    yield _together(partnership, chapter)
    if len(partnership.members) == 2:
        yield _alike(partnership, chapter)
        yield _complementarity(partnership, chapter)
    yield _agreements(partnership, chapter)
    yield from _trade(partnership, chapter)


def exhibits(partnership: Partnership) -> Iterable[Exhibit]:
    """The numbers behind the findings, as tables."""
    record, names = partnership.record, [the(state.name) for state in partnership.members]
    held = Industry().together(record, partnership.codes, partnership.year)
    parts = [pl.col("parts").list.get(place).alias(name) for place, name in enumerate(names)] if len(names) == 2 else []
    yield Exhibit(
        "industry.shares",
        "The members' parts of the world's total",
        "table",
        held.select("amount", *parts, pl.exclude("amount", "parts")),
        "Of all states known; null where a member is unknown. Concentration: sum of the squared shares of all states.",
        SOURCES,
    )
    if len(names) == 2:
        rows = Industry().alike(record, partnership.dyad, partnership.year)
        first, second = (the(state.name) for state, _ in sorted(partnership.sides(), key=lambda side: side[1]))
        yield Exhibit(
            "industry.likeness",
            "What the two have alike and unlike",
            "table",
            rows.with_columns(pl.col("measure").replace(MEASURE_WORDS)).rename({"first": first, "second": second}),
            "Difference of logarithms in standard deviations over all states; further apart: share of all pairs of states.",
            SOURCES,
        )
    signed = _signed(partnership)
    if signed.height:
        yield Exhibit(
            "industry.signed",
            "Defence agreements between members that concern industry",
            "table",
            signed,
            f"Signed {DCAD.first_year}–{DCAD.last_year}; none is known before or since. In force: when the data end.",
            ("dcad",),
        )


def gaps(partnership: Partnership) -> tuple[str, ...]:
    """Return what cannot be said of the members' industries."""
    several = len(partnership.members) > 2
    return (
        "The record has no products or sectors: in what the members specialise, and whether their factories fit, is not known.",
        "It has no orders, deliveries or joint ventures: whether an agreement made anything is not known.",
        *(["Likeness and complementarity are of two states: name two of the members."] if several else []),
    )


def _together(partnership: Partnership, chapter: str) -> Finding:
    rows = Industry().together(partnership.record, partnership.codes, partnership.year)
    known = rows.drop_nulls("share")
    told = [f"{significant(row['share'] * 100, 3)} % of the {row['amount']}" for row in known.iter_rows(named=True)]
    unknown = rows.filter(pl.col("share").is_null())["amount"].to_list()
    missing = f"; of {listed(unknown)} a member's part is not known" if unknown else ""
    product = rows.filter(amount="product")["share"].item()
    largest = known.filter(amount="product")["of_largest"]
    one = f"; the larger part of the product, {largest.item() * 100:.0f} %, is one member's" if len(largest) else ""
    said = f"{capitalized(partnership.named)} hold {listed(told)} of all states known{one}{missing}"
    nothing = f"What {partnership.named} hold of the world's product, industry, exports, research and patents is not known"
    return Finding(
        id="industry.together",
        chapter=chapter,
        statement=f"{said if told else nothing} in {partnership.year}. Amounts add up: none is more than the sum of its parts.",
        value=None if product is None else round(product, 4),
        unit="share of the world's product",
        sources=SOURCES,
        rows=Rows("development", f"ccode in {list(partnership.codes)}"),
    )


def _alike(partnership: Partnership, chapter: str) -> Finding:
    rows = Industry().alike(partnership.record, partnership.dyad, partnership.year).drop_nulls("further_apart")
    ordered = rows.sort("further_apart", descending=True)
    told = [
        f"{MEASURE_WORDS[row['measure']]} ({row['further_apart'] * 100:.0f} %{aged(row['age'], partnership.year)})"
        for row in ordered.iter_rows(named=True)
    ]
    mean = rows["further_apart"].mean()
    average = f"; {percent(mean, 1)} on average" if isinstance(mean, float) else ""
    said = (
        f"Of all pairs of states in {partnership.year}, so many lie further apart than {partnership.named}, from what "
        "they have "
        f"most alike to what they have least: {listed(told)}{average}."
    )
    return Finding(
        id="industry.alike",
        chapter=chapter,
        statement=said
        if told
        else f"How alike {partnership.named} are in what they make is not known for {partnership.year}: no measure has both.",
        value=round(mean, 3) if isinstance(mean, float) else None,
        unit="share of pairs of states, mean of the measures",
        sources=SOURCES,
        rows=Rows("development", f"ccode in {list(partnership.codes)}"),
    )


def _complementarity(partnership: Partnership, chapter: str) -> Finding:
    found = Industry().complementarity(partnership.record, partnership.dyad, partnership.year)
    added, less = found["added"], found["less"]
    if added is None or less is None:
        said = f"Whether {partnership.named} could add to each other's readiness cannot be said: ingredients are unknown."
    else:
        said = (
            f"If either could use the better of the two in every ingredient, the readiness of {partnership.named} would be "
            f"{added:.2f} above that of the readier alone, who is behind in {found['led']} of the ingredients; of the pairs of "
            f"the {found['states']} states known {less * 100:.0f} % have less to add. A bound, not a forecast."
        )
    return Finding(
        id="industry.complementarity",
        chapter=chapter,
        statement=said,
        value=None if added is None else round(added, 3),
        unit="index",
        sources=SOURCES,
        rows=Rows("development", f"ccode in {list(partnership.codes)}"),
    )


def _signed(partnership: Partnership) -> pl.DataFrame:
    """Agreements of every pair of members, with the two named."""
    names = {state.ccode: state.name for state in partnership.members}
    tables = [
        agreements(partnership.record, pair, partnership.year).select(
            pl.lit(names[pair[0]]).alias("state1"), pl.lit(names[pair[1]]).alias("state2"), pl.all()
        )
        for pair in combinations(sorted(partnership.codes), 2)
    ]
    worded = pl.col("subjects").list.eval(pl.element().replace(SUBJECT_WORDS)).list.join(", ")
    return pl.concat(tables).with_columns(subjects=worded).sort("signed", "dcad_id")


def _agreements(partnership: Partnership, chapter: str) -> Finding:
    signed, year = _signed(partnership), partnership.year
    if year < DCAD.first_year:
        statement = f"Agreements on defence industry are not known for {year}."
        value = None
    else:
        subjects = [
            f"{signed.filter(pl.col('subjects').str.contains(word, literal=True)).height} on {word}"
            for word in SUBJECT_WORDS.values()
        ]
        value = signed.height
        last = min(year, DCAD.last_year)
        force = f"; {signed['in_force_2010'].sum()} stood when the data end" if value and year >= DCAD.last_year else ""
        named = f" (by subject, of which one may have several: {listed(subjects)})" if value else ""
        statement = (
            f"From {DCAD.first_year} to {last} {partnership.named} signed {counted(value, 'defence agreement')} with each "
            "other "
            f"that concern industry{named}{force}. {_busy(partnership)}"
        )
    return Finding(
        id="industry.agreements",
        chapter=chapter,
        statement=statement.strip(),
        value=value,
        unit="agreements",
        sources=("dcad",),
        rows=Rows("defence_agreements", f"ccode1, ccode2 in {sorted(partnership.codes)}, categories {', '.join(SUBJECTS)}"),
    )


def _busy(partnership: Partnership) -> str:
    """With how many states each of two members has signed procurement agreements."""
    if len(partnership.members) > 2:
        return ""
    partners_of = dict(partners(partnership.record, "procurement", partnership.year).iter_rows())
    counts = [f"{the(state.name)} with {counted(partners_of.get(state.ccode, 0), 'state')}" for state in partnership.members]
    return f"Procurement agreements of any kind: {listed(counts)}."


def _trade(partnership: Partnership, chapter: str) -> Iterable[Finding]:
    """Trade agreements that name both of two members."""
    if len(partnership.members) > 2:
        return
    number, age = trade_agreements(partnership.record, partnership.dyad, partnership.year)
    known = f"{counted(number, 'trade agreement')}{aged(age, partnership.year)}" if number is not None else None
    yield Finding(
        id="industry.trade",
        chapter=chapter,
        statement=f"{capitalized(partnership.named)} are named together by {known}, counted since 1948."
        if known
        else f"How many trade agreements name {partnership.named} is not known for {partnership.year}.",
        value=number,
        unit="agreements",
        sources=("desta",),
        rows=Rows("trade_agreement_members", f"ccode in {list(partnership.codes)}"),
    )
