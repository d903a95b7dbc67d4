"""The risk of a fatal dispute that every state ran, as it could be foreseen: what one mechanism writes and another reads.

    risk(i, t) = 1 - product over all other states j of (1 - probability(i, j, t))

The probabilities are forecasts: at every fifth year the model of fatal disputes learns from what was known then, and forecasts
the five years that follow, one year ahead; after the dispute data end it runs its own clock over carried covariates. The full
model is used, which nobody chose. Products take the dyads of a state as independent, which they are not when one war draws in
many: the risk orders states and years well, and its level is that of a sum.
"""

from __future__ import annotations

import polars as pl

from foedus.mechanisms.order.disputes import LONGEST_AGE, Disputes
from foedus.panels.codebook import lookup
from foedus.record.store import Record
from foedus.validation.memory import remembered

OUTCOME = "fatal_dispute_onset"
FIRST, STEP = 1960, 5
"""First year learnt up to, and years between one learning and the next."""


def fatal_dispute_risk(record: Record) -> pl.DataFrame:
    """Return ccode, year and fatal_dispute_risk, the probability of at least one fatal dispute, from FIRST + 1 on."""
    risk: pl.DataFrame = remembered("fatal-dispute-risk", record, (), lambda: _risks(record))
    return risk


def _risks(record: Record) -> pl.DataFrame:
    model, last = Disputes(outcome=OUTCOME), lookup(OUTCOME).last_year
    panel = model.panel(record, (model.first_year, last))
    forecasts = []
    for origin in range(FIRST, last, STEP):
        fitted = model.fit(model.as_of(panel, origin).filter(pl.col("year") <= origin))
        window = panel.filter(pl.col("year") <= min(origin + STEP, last))
        forecasts.append(fitted.forecast(window, origin + 1))
    fitted = model.fit(panel)
    end = lookup("ideal_point_distance").last_year + 1
    later = fitted.panel(record, (fitted.first_year, end), carry_forward=LONGEST_AGE)
    forecasts.append(fitted.forecast(later, last + 1))
    return of_states(pl.concat(rows.select("ccode1", "ccode2", "year", "probability") for rows in forecasts))


def of_states(dyads: pl.DataFrame) -> pl.DataFrame:
    """Return the risk of every state and year from the probabilities of its dyads; dyads of which it is unknown are left out.

    >>> dyads = pl.DataFrame({"ccode1": [2, 2], "ccode2": [20, 70], "year": [1990, 1990], "probability": [0.5, 0.2]})
    >>> round(of_states(dyads).filter(ccode=2)["fatal_dispute_risk"].item(), 2)
    0.6
    """
    known = dyads.drop_nulls("probability")
    sides = pl.concat([known.select("year", "probability", ccode=side) for side in ("ccode1", "ccode2")])
    risk = 1 - (1 - pl.col("probability")).product()
    return sides.group_by("ccode", "year").agg(fatal_dispute_risk=risk.cast(pl.Float32)).sort("ccode", "year")
