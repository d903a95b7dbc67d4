"""Significance is not prediction: how far each covariate stands from zero, beside what forecasts lose without it.

    z(c) = coefficient(c) / its error, fitted to the past, errors as in `estimation/covariance.py`
    auc_lost(c) = area under the ROC curve of later years, with all covariates, less that of the refitted model without c

Ward, Greenhill & Bakke (2010) set the two side by side for two models of civil war and found that they rank covariates
differently: a large sample makes small effects significant, and a covariate that others can stand in for is not missed. Here
the past alone is fitted and the later years alone are forecast, so that nothing is scored on what it was fitted to.

Leaves out: how sure the loss is (the hindcasts give intervals, by term), and covariates that only matter together.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from foedus.estimation.design import Design
from foedus.estimation.forecasters import Logit
from foedus.estimation.logit import logit
from foedus.validation.scores import roc_auc


def significance_and_prediction(past: Design, later: Design, covariates: Sequence[str] | None = None) -> pl.DataFrame:
    """Return one row a covariate: covariate, z, auc_lost, rank_z (by |z|) and rank_auc (by what is lost); rank 1 is the most.

    past : rows to fit. later : rows to forecast, with the same columns. covariates : those to judge, all columns by default;
    the others stay in every model. A covariate without which the later years are forecast better has a negative loss. Raises
    InputError if the outcome of the past never varies or is separated by the covariates.

    >>> random = np.random.default_rng(1)
    >>> matrix = random.normal(size=(4000, 2))
    >>> outcome = (random.logistic(size=4000) < 2 * matrix[:, 0]).astype(float)
    >>> rows = Design(matrix, ("strong", "idle"), outcome, np.arange(4000), np.repeat([1990, 2000], 2000))
    >>> found = significance_and_prediction(rows.where(rows.year == 1990), rows.where(rows.year == 2000))
    >>> found.select("covariate", "rank_z", "rank_auc").rows()
    [('strong', 1, 1), ('idle', 2, 2)]
    """
    judged = list(past.columns if covariates is None else covariates)
    fitted = logit(past)
    area = roc_auc(fitted.probability(later.matrix), later.outcome)
    z = dict(zip(fitted.terms, fitted.coefficients / np.sqrt(np.diag(fitted.covariance)), strict=True))
    lost = [area - _area_without(column, past, later) for column in judged]
    table = pl.DataFrame({"covariate": judged, "z": [z[column] for column in judged], "auc_lost": lost})
    return table.with_columns(
        rank_z=pl.col("z").abs().rank("min", descending=True),
        rank_auc=pl.col("auc_lost").rank("min", descending=True),
    ).sort("rank_z")


def rank_agreement(table: pl.DataFrame) -> float:
    """Return Spearman's correlation of the two rankings: 1 if significance ranks covariates as prediction does.

    >>> rank_agreement(pl.DataFrame({"rank_z": [1, 2, 3], "rank_auc": [3, 2, 1]}))
    -1.0
    """
    return float(table.select(pl.corr(pl.col("rank_z"), pl.col("rank_auc"), method="spearman")).item())


def _area_without(column: str, past: Design, later: Design) -> float:
    others = tuple(name for name in past.columns if name != column)
    return roc_auc(Logit(others).learn(past)(later), later.outcome)
