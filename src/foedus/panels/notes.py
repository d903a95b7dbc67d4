"""Count what a panel leaves out by the rules it was asked for, so that whoever asks is told, and its file says so."""

from __future__ import annotations

import polars as pl

from foedus.panels import alliances, disputes, kads
from foedus.panels.alliance_lists import of_pledges
from foedus.panels.arrange import dispute_rows
from foedus.panels.build import layouts, unknown_relevance
from foedus.panels.group_lists import group_remarks
from foedus.panels.request import Request
from foedus.panels.units import NOWHERE

RULED = {"dispute_years", "single_disputes"}
"""Arrangements of disputes in which a rule chooses among those of a year."""


def notes(request: Request) -> dict[str, object]:
    """Return why the years begin late, which disputes the rule set aside, and what groups leave out or how they are drawn."""
    noted: dict[str, object] = {} if request.remark is None else {"years": request.remark}
    if request.relevant:
        noted["relevance_unknown"] = {"rows": unknown_relevance(request), "kept": request.keep_unknown}
    if _rests_on_disputes(request):
        table = disputes.TABLES[request.disputes_from]
        chosen = {"from": request.disputes_from, "sha256": request.record.tables[table].content_sha256}
        noted["disputes"] = chosen
        if request.dyadic and _ruled(request):
            chosen["rule"] = request.disputes
            noted["disputes_set_aside"] = {table: _set_aside(request)}
    if request.alliances_from == alliances.COW and any(map(of_pledges, request.chosen)):
        added = request.record.tables[alliances.TIES]
        noted["alliances"] = {"from": request.alliances_from, "sha256": added.content_sha256}
    if request.groups:
        noted["membership"] = request.membership
    if of_groups := group_remarks(request):
        noted["members"] = of_groups
    if request.sample is not None:
        noted["groups"] = {"of": kads.count(request), "sample": request.sample, "seed": request.seed}
    return noted


def remarks(request: Request) -> list[str]:
    """Return what is said of a panel when it is built: the command line prints it, `foedus.panel` warns of it."""
    late = [] if request.remark is None else [request.remark]
    return [*late, *_of_relevance(request), *group_remarks(request)]


def _of_relevance(request: Request) -> list[str]:
    """Say how many dyad-years a panel of relevant dyads leaves out, or keeps, because their relevance is unknown."""
    if not request.relevant or not (rows := unknown_relevance(request)):
        return []
    about = f"{rows:,} dyad-years may be politically relevant or not, for nobody knows whether the two touch"
    return [f"{about}: they are kept" if request.keep_unknown else f"{about}: left out (--keep-unknown keeps them)"]


def _rests_on_disputes(request: Request) -> bool:
    listed_by = disputes.LISTS[request.disputes_from]
    return request.unit == "dispute-dyad" or any(listed_by in variable.sources for variable in request.chosen)


def _ruled(request: Request) -> bool:
    """Whether a rule chooses among the disputes of a year that a variable rests on."""
    return any(variable.table in RULED for variable in request.closure(request.chosen))


def _set_aside(request: Request) -> dict[str, int]:
    """Count what the rule leaves out among the panel's own dyad-years; a directed panel counts each direction.

    Rows that have a dispute each to themselves leave out none.
    """
    rule = disputes.ALL if request.unit == "dispute-dyad" else request.disputes
    rows = dispute_rows(request.record, request.wanted)
    _, layout = layouts(request)
    mine = rows.filter(pl.Series(layout.rows_of(rows)) != NOWHERE)
    return disputes.set_aside(mine, request.wanted.pair, rule)
