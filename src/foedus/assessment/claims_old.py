"""The essay's factual claims, checked: each verdict follows from a rule and the record, none is typed in.

Verdicts: "holds", "qualified" (true in part, or by one definition only), "contradicted", "unverified" (the record holds nothing
that would show it).
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from functools import cache
from math import exp
from pathlib import Path
from typing import Any

import polars as pl

from foedus.assessment.assessment import Claim
from foedus.assessment.partnership import Partnership
from foedus.assessment.words import listed
from foedus.mechanisms.regimes import era
from foedus.panels.codebook import lookup
from foedus.panels.panel import panel
from foedus.record.store import Record, open_record
from foedus.validation import in_sample
from foedus.validation.reliability import DEMOCRACY

ESSAY_YEAR = 2022
"""Year before the essay, on whose events it reports."""

Verdict = tuple[str, str]


def claims(record: Record | None = None) -> tuple[Claim, ...]:
    """Return every claim that can be checked by now, with its verdict and evidence, in the essay's order."""
    record = record or open_record()
    return tuple(_checked(entry, record) for entry in _file()["claim"])


def concerns(partnership: Partnership) -> bool:
    """Whether the claims are about this partnership, and its year late enough to judge them."""
    return partnership.year >= ESSAY_YEAR and {state.iso3 for state in partnership.members} == set(_file()["members"])


@cache
def _file() -> dict[str, Any]:
    with Path(__file__).with_name("claims.toml").open("rb") as file:
        return tomllib.load(file)


def _checked(entry: dict[str, Any], record: Record) -> Claim:
    verdict, evidence = CHECKS[entry["check"]](record)
    return Claim(
        number=entry["number"],
        paragraph=entry["paragraph"],
        claim=entry["claim"],
        type=entry["type"],
        verdict=verdict,
        evidence=evidence,
        sources=tuple(entry["sources"]),
    )


def _pair(record: Record) -> Partnership:
    first, second = _file()["members"]
    return Partnership(first, second, year=ESSAY_YEAR, record=record)


def agreement_in_october_2022(record: Record) -> Verdict:
    """Holds if a cited fact between the two is dated in that month, unverified otherwise."""
    ledger = _pair(record).entries()
    month = ledger.filter((pl.col("date").dt.year() == ESSAY_YEAR) & (pl.col("date").dt.month() == 10))
    if month.height:
        return "holds", f"The ledger has {month['title'][0]} in that month."
    last = ledger.drop_nulls("date").row(-1, named=True)
    return (
        "unverified",
        f"The ledger of agreements has none in that month; its latest entry is {last['title']} ({last['date']:%Y-%m}).",
    )


def allied_before(record: Record) -> Verdict:
    """Holds if a defence pact was in force in the last year the alliance data cover before the essay's."""
    pair = _pair(record)
    last = min(lookup("defence_pact").last_year, ESSAY_YEAR - 1)
    rows = panel("dyad-year", ["defence_pact"], years=(1816, last), dyads=[pair.dyad], record=record)
    years = rows.filter(pl.col("defence_pact"))["year"].to_list()
    if years and years[-1] == last:
        return (
            "holds",
            f"A defence pact was in force in {len(years)} years from {years[0]} on, and in {last}, the last year covered.",
        )
    return "contradicted", f"No defence pact was in force in {last}, the last year the alliance data cover."


def cusma_replaced_nafta(record: Record) -> Verdict:
    """Holds if the record has NAFTA superseded on or after the day CUSMA came into force."""
    facts = _facts(record)
    if "CUSMA-2020" in facts and "superseded" in str(facts.get("NAFTA-1994", {}).get("status", "")):
        return "holds", f"NAFTA is recorded as superseded; CUSMA has been in force since {facts['CUSMA-2020']['date']}."
    return "unverified", "The record lacks one of the two agreements."


def cusma_term(record: Record) -> Verdict:
    """Qualified if a joint review falls before the term ends: the term is then open, not fixed."""
    facts = _facts(record)
    start, review = facts.get("CUSMA-2020"), facts.get("CUSMA-REVIEW-2026")
    if not start:
        return "unverified", "The record has no entry for CUSMA."
    if review:
        return "qualified", (
            f"In force since {start['date']}; a joint review due on {review['date']} decides whether the term is extended, "
            "so that sixteen years is the term as first set."
        )
    return "holds", f"In force since {start['date']}; the record has no review before its end."


def cusma_parties(record: Record) -> Verdict:
    """Holds if the record lists three parties."""
    fact = _facts(record).get("CUSMA-2020")
    if fact is None:
        return "unverified", "The record has no entry for CUSMA."
    parties = str(fact["parties"]).split(";")
    return "holds" if len(parties) == 3 else "contradicted", f"The record lists {len(parties)} parties: {', '.join(parties)}."


def democracies_fight(record: Record) -> Verdict:
    """Holds without any dispute between democracies, qualified if some but fewer than elsewhere, else contradicted."""
    last = lookup("dispute_onset").last_year
    rows = panel("dyad-year", ["dispute_onset", "dispute_hostility", "weaker_democracy"], years=(1816, last), record=record)
    known = rows.drop_nulls(["dispute_onset", "weaker_democracy"])
    counts = known.group_by(pl.col("weaker_democracy") >= DEMOCRACY).agg(
        n=pl.len(),
        onsets=pl.col("dispute_onset").sum(),
        wars=(pl.col("dispute_onset") & (pl.col("dispute_hostility") == 5)).sum(),
    )
    both = counts.row(by_predicate=pl.col("weaker_democracy"), named=True)
    others = counts.row(by_predicate=~pl.col("weaker_democracy"), named=True)
    ratio = (both["onsets"] / both["n"]) / (others["onsets"] / others["n"])
    evidence = (
        f"Dyads with both sides at polyarchy {DEMOCRACY} or more: {both['onsets']} years with a dispute onset, "
        f"{both['wars']} of them of disputes that reached the level of war, in {both['n']:,} dyad-years to {last}; "
        f"{ratio:.2f} times the rate of all other dyads."
    )
    if not both["onsets"]:
        return "holds", evidence
    return "qualified" if ratio < 1 else "contradicted", evidence


def autocracies_ally(record: Record) -> Verdict:
    """Contradicted if in most years of the latest era most autocracies were allied, holds if in none; else qualified.

    The claim is of the present; earlier eras stand beside it, and so does the model's answer, which depends on whether the
    pacts of many states count.
    """
    years = in_sample.allied(record).filter(pl.col("regime") == "autocracy").with_columns(era=era())
    known = years.filter(pl.col("year") <= lookup("defence_pact").last_year)
    eras = (
        known.group_by("era").agg(most=(pl.col("share_allied") > 0.5).mean(), share=pl.col("share_allied").mean()).sort("era")
    )
    last = known.filter(pl.col("year") == pl.col("year").max()).row(0, named=True)
    told = listed([f"{row['share'] * 100:.0f} % in {row['era']}" for row in eras.iter_rows(named=True)])
    pairs = {
        row["pacts"]: row
        for row in in_sample.contrasts(record).iter_rows(named=True)
        if (row["pair"], row["against"]) == ("two autocracies", "two democracies")
    }
    odds = [
        " to ".join(f"{exp(row[bound]):.1f}" for bound in ("low", "high")).join((f"{exp(row['estimate']):.1f} (", ")"))
        for row in (pairs["all pacts"], pairs["bilateral pacts"])
    ]
    evidence = (
        f"In {last['year']}, {last['allied']} of {last['states']} autocracies (polyarchy .2 or less) had an alliance (ATOP, "
        f"any obligation); on average {told}. Other things equal, since 1946 two states at polyarchy .2 formed a defence "
        f"pact with odds {odds[0]} times those of two at .8, counting pacts of many states, and {odds[1]} counting bilateral "
        "ones alone (95 % intervals)."
    )
    most = eras["most"][-1]
    return "contradicted" if most > 0.5 else "holds" if most == 0 else "qualified", evidence


def unifier_trained(record: Record) -> Verdict:
    """Holds if a count of trained personnel rests on a source of high confidence, qualified if only on a weaker one."""
    counts = record.table("unifier_facts").drop_nulls("trained_at_least").sort("date")
    if not counts.height:
        return "unverified", "The record has no count of personnel trained."
    firm = counts.filter(pl.col("confidence") == "high")
    row = (firm if firm.height else counts).row(-1, named=True)
    trained, month = row["trained_at_least"], f"{row['date']:%Y-%m}"
    evidence = f"At least {trained:,} trained by {month} ({row['source']}; {row['confidence']} confidence)."
    return "holds" if firm.height else "qualified", evidence


def _facts(record: Record) -> dict[str, dict[str, Any]]:
    return {row["fact_id"]: row for row in record.table("agreement_facts").iter_rows(named=True)}


CHECKS: dict[str, Callable[[Record], Verdict]] = {
    function.__name__: function
    for function in (
        agreement_in_october_2022,
        allied_before,
        cusma_replaced_nafta,
        cusma_term,
        cusma_parties,
        democracies_fight,
        autocracies_ally,
        unifier_trained,
    )
}
