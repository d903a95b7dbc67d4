"""Count what a panel leaves out by the rules it was asked for, so that its file can say so."""

from __future__ import annotations

import polars as pl

from foedus.panels import disputes, kads
from foedus.panels.arrange import dispute_rows
from foedus.panels.build import layouts, unknown_relevance
from foedus.panels.codebook import closure
from foedus.panels.group_lists import group_remarks
from foedus.panels.request import Request
from foedus.panels.units import NOWHERE

SOURCES = {"dispute_dyad_years": "", "cow_dispute_dyad_years": "cow_"}
"""Tables of disputes, and how their arrangements are told apart."""


def notes(request: Request) -> dict[str, object]:
    """Return why the years begin late, which disputes the rule set aside, and what groups leave out or how they are drawn."""
    remarks: dict[str, object] = {} if request.remark is None else {"years": request.remark}
    if request.relevant:
        remarks["relevance_unknown"] = {"rows": unknown_relevance(request), "kept": request.keep_unknown}
    if request.dyadic and (used := [prefix for prefix in SOURCES.values() if _uses(request, prefix)]):
        remarks["disputes"] = {"rule": request.disputes}
        remarks["disputes_set_aside"] = {f"{prefix}dispute_dyad_years": _set_aside(request, prefix) for prefix in used}
    if request.groups:
        remarks["membership"] = request.membership
    if of_groups := group_remarks(request):
        remarks["members"] = of_groups
    if request.sample is not None:
        remarks["groups"] = {"of": kads.count(request), "sample": request.sample, "seed": request.seed}
    return remarks


def left_out(request: Request) -> list[str]:
    """Say how many dyad-years a panel of relevant dyads leaves out, or keeps, because their relevance is unknown."""
    if not request.relevant or not (rows := unknown_relevance(request)):
        return []
    about = f"{rows:,} dyad-years may be politically relevant or not, for nobody knows whether the two touch"
    return [f"{about}: they are kept" if request.keep_unknown else f"{about}: left out (--keep-unknown keeps them)"]


def _uses(request: Request, prefix: str) -> bool:
    tables = {f"{prefix}dispute_years", f"{prefix}single_disputes"}
    return any(variable.table in tables for variable in closure(request.chosen))


def _set_aside(request: Request, prefix: str) -> dict[str, int]:
    """Count what the rule leaves out among the panel's own dyad-years; a directed panel counts each direction.

    Rows that have a dispute each to themselves leave out none.
    """
    rule = disputes.ALL if request.unit == "dispute-dyad" and not prefix else request.disputes
    rows = dispute_rows(request.record, request.wanted, prefix)
    _, layout = layouts(request)
    mine = rows.filter(pl.Series(layout.rows_of(rows)) != NOWHERE)
    return disputes.set_aside(mine, request.wanted.pair, rule)
