"""What the validation of some mechanisms needs beside what that of all does: something given to them, something judged further.

What stands here by the name of a mechanism is not followed from the others (`reach.py`): a change of it makes stale what is of
that mechanism, and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import polars as pl

from foedus.mechanisms.order.disputes import Disputes
from foedus.mechanisms.spending import Spending
from foedus.record.store import Record
from foedus.validation.aftermath import aftermath
from foedus.validation.hindcast import HEADLINE, Hindcast
from foedus.validation.long_range import LongRange, long_range
from foedus.validation.prospective import fatal_dispute_risk
from foedus.validation.registration import Registration
from foedus.validation.reliability import reliability
from foedus.validation.totals import totals


@dataclass(frozen=True)
class Judged:
    """What has been judged of one outcome of a mechanism by then.

    Attributes
    ----------
    full, headline : fitted to every year. chosen : last year learnt from → terms that the other windows support.
    whole : the forecasts of the headline model in all windows. panel : the rows that all of it rests on.
    """

    test: Registration
    outcome: str
    full: Any
    headline: Any
    chosen: Mapping[int, tuple[str, ...]]
    whole: Hindcast
    panel: pl.DataFrame
    record: Record


def nothing_given(mechanism: Any, _: Record) -> Any:
    """Return the mechanism as it is."""
    return mechanism


def nothing_more(_: Judged) -> dict[str, Any]:
    """Return nothing that is judged further."""
    return {}


@dataclass(frozen=True)
class Further:
    """What is done before and after.

    Attributes
    ----------
    given : (mechanism, record) → the mechanism with what it reads of other mechanisms' writing.
    judged : what has been judged → the fields of the validation that are judged further, by name.
    """

    given: Callable[[Any, Record], Any] = nothing_given
    judged: Callable[[Judged], dict[str, Any]] = nothing_more


def with_risk(mechanism: Spending, record: Record) -> Spending:
    """Return the mechanism of spending with the risk that it reads."""
    return replace(mechanism, risk=fatal_dispute_risk(record))


def of_disputes(judged: Judged) -> dict[str, Any]:
    """Return reliability by stratum, yearly totals, forecasts from long before, and what came after the data."""
    test = judged.test
    fields: dict[str, Any] = {"reliability": _reliability(judged), "totals": totals(judged.whole, test)}
    if test.gap is not None:
        fields["long_range"] = _long_range(judged)
    if judged.outcome in test.aftermath:
        fields["aftermath"] = aftermath(judged.headline, judged.record)
    return fields


def _long_range(judged: Judged) -> LongRange:
    """Forecasts from long before, of rows that are let go here."""
    unfitted = Disputes(outcome=judged.outcome, **judged.test.choices)
    design = unfitted.design(judged.panel)
    known = design.where(design.year >= unfitted.first_year)
    return long_range(unfitted, judged.panel, known, judged.test, judged.record)


def _reliability(judged: Judged) -> pl.DataFrame:
    """Reliability by stratum over the rows that were forecast, which are let go here."""
    rows = pl.concat(_forecast_rows(judged.full.complete(judged.panel), judged.whole, judged.test.origins))
    return reliability(rows, rows["forecast"].to_numpy(), judged.outcome, judged.test)


def _forecast_rows(rows: pl.DataFrame, whole: Hindcast, origins: Sequence[tuple[int, int, int]]) -> Iterable[pl.DataFrame]:
    """The rows that were forecast, window after window, with what the headline model said of each."""
    begin = 0
    for _, first, last in origins:
        window = rows.filter(pl.col("year").is_between(first, last))
        forecast = whole.forecasts[HEADLINE][begin : begin + window.height]
        yield window.with_columns(forecast=np.asarray(forecast))
        begin += window.height


FURTHER: Mapping[str, Further] = {
    Disputes.name: Further(judged=of_disputes),
    Spending.name: Further(given=with_risk),
}
"""By the name of the mechanism; where there is none, nothing."""
