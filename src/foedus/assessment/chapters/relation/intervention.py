"""Troops that one of the two sent to help armed opponents of the other's government, and what the fighting there cost.

No list of disputes between states counts this as one: the opponents are no state. UCDP tells of it as a supporter of the side
that fights the government, and of the deaths on the state's soil from 1989 on, whoever fought there.
"""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from foedus.assessment.fighting import named
from foedus.assessment.finding import Finding, Rows
from foedus.language.said import in_turn, say
from foedus.panels.fighting import UCDP, beside_rebels
from foedus.partnership.partnership import Partnership
from foedus.record.states import State
from foedus.words import about, counted, listed, spans, the


def findings(partnership: Partnership) -> Iterable[Finding]:
    """Tell in which years UCDP has troops of a member help armed opponents of the other's government, and what they cost.

    Raises LeftOutError if the record leaves UCDP's tables out.
    """
    one, two = partnership.members
    told = {(sender, host): _years(partnership, sender, host) for sender, host in ((one, two), (two, one))}
    helped = {pair: years for pair, years in told.items() if years}
    if not helped:
        return
    sentences = [
        say(
            "troops of {sender} helped armed opponents of the government of {host} in {number}, {years}{cost}",
            sender=the(sender.name),
            host=named(partnership.record, host.ccode, years[-1], UCDP),
            number=counted(len(years), "year"),
            years=spans(years),
            cost=_cost(partnership, host, years),
        )
        for (sender, host), years in helped.items()
    ]
    yield Finding(
        id="relation.intervention",
        chapter="relation",
        statement=say("By UCDP {told}.", told=in_turn(sentences)),
        value=len({year for years in helped.values() for year in years}),
        unit="years",
        sources=(UCDP, "ucdp_country_year"),
        rows=Rows("armed_conflict_supporters", f"ccode in ({listed([str(sender.ccode) for sender, _ in helped])})"),
    )


def _years(partnership: Partnership, sender: State, host: State) -> list[int]:
    """Return the years in which troops of the sender helped opponents of the host's government that were no state."""
    rows = beside_rebels(partnership.record).filter(pl.col("year") <= partnership.year, sender=sender.ccode, host=host.ccode)
    return rows["year"].to_list()


def _cost(partnership: Partnership, host: State, years: list[int]) -> str:
    """Return what fighting in which a government took part cost on the host's soil, if it is counted for all these years."""
    told = partnership.record.table("organized_violence").filter(pl.col("ccode") == host.ccode, pl.col("year").is_in(years))
    if told.height < len(years):
        return ""
    best, low, high = (about(float(told[f"state_based_{name}"].sum())) for name in ("deaths", "low", "high"))
    cost = " (the fighting there in which a government took part cost {best} lives in those years, {low} to {high})"
    return say(cost, best=best, low=low, high=high)
