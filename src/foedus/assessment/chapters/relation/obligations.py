"""What two states owe each other by alliances: in which years, since when, and where the lists of alliances differ."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import polars as pl

from foedus.assessment.finding import Finding, Rows
from foedus.assessment.left_out import panel_of_held
from foedus.language.said import say
from foedus.panels.alliance_lists import by_alliances
from foedus.panels.alliances import ATOP, COW, FACTS, TIES, treaties
from foedus.panels.codebook import Variable, lookup
from foedus.partnership.partnership import Partnership, dated
from foedus.record.provenance import firm
from foedus.words import between, counted, listed, spans

ID = "relation"


def of_the_two(partnership: Partnership, variables: Sequence[str], years: tuple[int, int], **choices: Any) -> pl.DataFrame:
    """Return the dyad's rows, by the partnership's own list of alliances unless another is chosen."""
    chosen = {"alliances_from": partnership.alliances_from, **choices}
    return panel_of_held("dyad-year", variables, partnership.record, years=years, dyads=[partnership.dyad], **chosen)


def pact(partnership: Partnership, alliances: str | None = None) -> Variable:
    """Return the pledge of defence as the partnership's own list of alliances has it, unless another is named."""
    return by_alliances(lookup("defence_pact"), alliances or partnership.alliances_from)


def whose(partnership: Partnership) -> str:
    """Return, as the end of a sentence, whose alliances are told of, where it is the user's own list."""
    return say(" (alliances of the Correlates of War)") if partnership.alliances_from == COW else ""


def rows_of(variable: str, partnership: Partnership) -> Rows:
    """Return where the rows of a variable of the two stand."""
    low, high = partnership.dyad
    return Rows(f"panel dyad-year, {variable}", f"ccode1 = {low} and ccode2 = {high}")


def obligation_findings(
    partnership: Partnership, history: pl.DataFrame, now: dict[str, object], ledger: pl.DataFrame
) -> Iterable[Finding]:
    """Tell in how many years a treaty of defence bound the two, whose dates these are, and how old the latest is."""
    known = history.drop_nulls("defence_pact")
    if not known.height:
        return
    years = known.filter(pl.col("defence_pact"))["year"].to_list()
    when = f"{between(known['year'])}{': ' + spans(years) if years else ''}{whose(partnership)}"
    statement = (
        f"A treaty obliged at least one of them to defend the other in {len(years)} of the "
        f"{counted(known.height, 'year')} on record, {when}."
    )
    yield Finding(
        id="relation.allied_years",
        chapter=ID,
        statement=statement,
        value=len(years),
        unit="years",
        sources=pact(partnership).sources,
        rows=rows_of("defence_pact", partnership),
    )
    yield from _by_atop(partnership, known)
    yield from _by_cow(partnership, known)
    age = now["defence_pact_age"]
    if now["defence_pact"] is not None and isinstance(age, int) and age > 0:
        held = "was in force" if now["defence_pact"] else "did not exist"
        yield Finding(
            id="relation.defence_pact",
            chapter=ID,
            statement=(
                f"The alliance data are silent on {partnership.year}; in {partnership.year - age}, the last year they cover, "
                f"a defence pact {held}{whose(partnership)}.{_since(ledger, partnership.year - age)}"
            ),
            value=f"{held} in {partnership.year - age}",
            sources=partnership.by_list("atop"),
            rows=rows_of("defence_pact", partnership),
        )


def _by_atop(partnership: Partnership, known: pl.DataFrame) -> Iterable[Finding]:
    """Tell who codes what, if ATOP alone has a treaty of defence in other years than the dated facts laid over it."""
    last = lookup("defence_pact").absent_to
    if partnership.alliances_from != FACTS:
        return
    coded = of_the_two(partnership, ["defence_pact"], (1816, min(partnership.year, last)), alliances_from=ATOP)
    theirs, ours = (set(rows.filter("defence_pact", pl.col("year") <= last)["year"]) for rows in (coded, known))
    if theirs == ours:
        return
    concerned = pl.col("source").str.contains("alliance_facts") & pl.col("obligations").list.contains("defence")
    agreed = partnership.ledger().filter(concerned)
    named = f" ({listed(agreed['title'].to_list())})" if agreed.height else ""
    notes = treaties(partnership.record).filter(pl.col("agreement").is_in(agreed["agreement"].implode()))["note"].drop_nulls()
    yield Finding(
        id="relation.alliance_sources",
        chapter=ID,
        statement=" ".join(
            [
                f"The sources differ: ATOP alone, by signature as a rule, has such a treaty in "
                f"{spans(sorted(theirs)) or 'no year'} up to {last}; from entry into force on, by dated documents{named}, "
                f"there is one in {spans(sorted(ours)) or 'no year'}.",
                *notes,
            ]
        ),
        value=len(theirs ^ ours),
        unit="years",
        sources=lookup("defence_pact").sources,
        rows=rows_of("defence_pact", partnership),
    )


def _by_cow(partnership: Partnership, known: pl.DataFrame) -> Iterable[Finding]:
    """Tell who codes what, if the Correlates of War's list is on record and differs from the other one in the years of both."""
    if TIES not in partnership.record.tables:
        return
    other = FACTS if partnership.alliances_from == COW else COW
    last = min(pact(partnership, each).absent_to for each in (partnership.alliances_from, other))
    coded = of_the_two(partnership, ["defence_pact"], (1816, min(partnership.year, last)), alliances_from=other)
    told = {other: coded, partnership.alliances_from: known}
    both = set.intersection(*(set(rows.drop_nulls("defence_pact")["year"]) for rows in told.values()))
    held = {name: set(rows.filter("defence_pact")["year"]) & both for name, rows in told.items()}
    cow, ours = held.pop(COW), next(iter(held.values()))
    if cow == ours:
        return
    chosen = "ATOP" if ATOP in told else "ATOP with dated documents laid over it"
    yield Finding(
        id="relation.alliance_sources_cow",
        chapter=ID,
        statement=(
            f"The lists differ in {counted(len(cow ^ ours), 'year')} of those to {last} that both know: the Correlates of War "
            f"has a treaty that obliges one of the two to defend the other in {spans(sorted(cow)) or 'no year'}, "
            f"{chosen} in {spans(sorted(ours)) or 'no year'}."
        ),
        value=len(cow ^ ours),
        unit="years",
        sources=(*pact(partnership, COW).sources, *pact(partnership, FACTS).sources),
        rows=rows_of("defence_pact", partnership),
    )


def _since(ledger: pl.DataFrame, year: int) -> str:
    """Return what the cited facts add after the alliance data end."""
    kinds = pl.col("kind").is_in(["accession", "treaty", "security agreement"])
    later = firm(ledger).filter((pl.col("source") == "treaty_facts") & kinds & (pl.col("date").dt.year() > year))
    titles = [f"{row['title']} ({dated(row)})" for row in later.iter_rows(named=True)]
    return f" Cited facts since then: {listed(titles)}." if titles else ""
