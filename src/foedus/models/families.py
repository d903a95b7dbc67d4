"""How each kind of model is fitted: by our own logit and least squares, by statsmodels, or with effects taken out.

Each gives the same four things, from which every kind of error follows (`uncertainty.py`): coefficients, the inverse of the
information, the residual that stands before each row's covariates in the gradient, and the log likelihood.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from foedus.errors import InputError
from foedus.estimation.absorbed import absorb, within
from foedus.estimation.design import Array, Design
from foedus.estimation.estimate import expit
from foedus.estimation.firth import firth
from foedus.estimation.likelihood import Rows, slope
from foedus.estimation.logit import maximise
from foedus.models.encoding import INTERCEPT
from foedus.models.library import library
from foedus.models.links import CLOGLOG, IDENTITY, LOG, LOGIT, PROBIT, Link
from foedus.models.outcomes import AMOUNT, COUNT, ORDERED, YES_NO
from foedus.models.rows import Sample


@dataclass(frozen=True)
class Fitted:
    """What a fit gives.

    Attributes
    ----------
    coefficients : (column,). inverse : (term, term), inverse information, of the extra terms too; of least squares, of X'X.
    residual : (row,), by which each row's covariates count in the gradient. eta : (row,), the linear predictor.
    extra : names of terms that are no columns (cut points, dispersion), values : (extra,), scores : (row, extra).
    left : the columns that errors rest on, where effects were taken out. robust : inverse information for robust errors.
    """

    coefficients: Array
    inverse: Array
    residual: Array
    eta: Array
    log_likelihood: float | None
    null_log_likelihood: float | None = None
    scale: float = 1.0
    extra: tuple[str, ...] = ()
    values: Array = field(default_factory=lambda: np.empty(0))
    scores: Array | None = None
    left: Array | None = None
    robust: Array | None = None


@dataclass(frozen=True)
class Family:
    """A kind of model.

    Attributes
    ----------
    label : what a reader calls it. outcome : the kind that it needs. link : from predictor to mean. fit : what fits it.
    ratio : what the exponential of a coefficient is called, if anything. weighs, absorbs, moves : whether it takes weights,
    fixed effects and an offset. exact : whether its statistics follow Student's distribution.
    """

    name: str
    label: str
    outcome: str
    link: Link
    fit: Callable[[Sample], Fitted]
    ratio: str | None = None
    weighs: bool = True
    absorbs: bool = True
    moves: bool = True
    exact: bool = False


def fit_logit(sample: Sample) -> Fitted:
    """Fit a logit: our own engine, or statsmodels' where rows weigh, are offset or have no intercept."""
    if sample.fixed or sample.weights is not None or sample.offset is not None or sample.names[:1] != (INTERCEPT,):
        return _general(sample, LOGIT, "Binomial", "Logit")
    outcome, own = sample.outcome, sample.matrix[:, 1:]
    numbered = tuple(map(str, range(own.shape[1])))  # what is wrong with columns has been named before
    coefficients = maximise(Design(own, numbered, outcome, sample.time, sample.time))
    rows = Rows([(own, range(own.shape[1]))], outcome)
    top = slope(rows, coefficients, curved=True)
    eta = rows.predictor(coefficients)
    return Fitted(
        coefficients=coefficients,
        inverse=np.linalg.inv(np.asarray(top.curvature)),
        residual=outcome - expit(eta),
        eta=eta,
        log_likelihood=top.value,
        null_log_likelihood=_null(outcome),
    )


def fit_probit(sample: Sample) -> Fitted:
    """Fit a probit by statsmodels."""
    return _general(sample, PROBIT, "Binomial", "Probit")


def fit_cloglog(sample: Sample) -> Fitted:
    """Fit a complementary log-log model by statsmodels."""
    return _general(sample, CLOGLOG, "Binomial", "CLogLog")


def fit_poisson(sample: Sample) -> Fitted:
    """Fit a Poisson regression by statsmodels."""
    return _general(sample, LOG, "Poisson", "Log")


def fit_least_squares(sample: Sample) -> Fitted:
    """Fit least squares: ours."""
    weights = np.ones(len(sample.outcome)) if sample.weights is None else sample.weights
    target = sample.outcome - (0.0 if sample.offset is None else sample.offset)
    matrix = sample.matrix
    if sample.fixed:
        both = within(np.column_stack([target, matrix]), [*sample.fixed.values()], sample.weights)
        target_left, matrix = both[:, 0], both[:, 1:]
    else:
        target_left = target
    weighted = matrix if sample.weights is None else matrix * weights[:, None]
    inverse: Array = np.asarray(np.linalg.inv(weighted.T @ matrix), np.float64)
    if sample.weights is None:
        coefficients: Array = np.asarray(np.linalg.lstsq(matrix, target_left, rcond=None)[0], np.float64)
    else:
        root = np.sqrt(weights)
        coefficients = np.asarray(np.linalg.lstsq(matrix * root[:, None], target_left * root, rcond=None)[0], np.float64)
    left = target_left - matrix @ coefficients
    squares, n = float((weights * left**2).sum()), len(left)
    levels = effects(sample)
    variance = squares / (n - len(coefficients) - levels)
    likely = -n / 2 * (math.log(2 * math.pi * squares / n) + 1) + float(np.log(weights).sum()) / 2 if squares > 0 else math.inf
    return Fitted(
        coefficients=coefficients,
        inverse=inverse,
        residual=weights * left,
        eta=sample.outcome - left,
        log_likelihood=likely,
        scale=variance,
        left=matrix if sample.fixed else None,
    )


def fit_firth(sample: Sample) -> Fitted:
    """Fit a logit by Firth's penalised likelihood: ours, for no library at hand has it."""
    coefficients, inverse, residual, value = firth(sample.matrix, sample.outcome, sample.offset)
    eta = sample.matrix @ coefficients + (0.0 if sample.offset is None else sample.offset)
    return Fitted(coefficients, inverse, residual, eta, value)


def fit_negative_binomial(sample: Sample) -> Fitted:
    """Fit a negative binomial regression (NB2: variance mean + α · mean²) by statsmodels."""
    discrete = library("statsmodels.discrete.discrete_model", "negative binomial models")
    start = _general(sample, LOG, "Poisson", "Log")
    mean = np.exp(start.eta)
    if float((((sample.outcome - mean) ** 2 - sample.outcome) / mean).sum()) <= 0:  # the score of α at zero (Dean 1992)
        raise InputError(
            "the counts vary no more than a Poisson's do, so that no dispersion can be told: choose model='poisson'."
        )
    model = discrete.NegativeBinomial(sample.outcome, sample.matrix, loglike_method="nb2", offset=sample.offset)
    found = _ended(
        lambda: model.fit(start_params=[*start.coefficients, 1.0], disp=0, maxiter=500, method="bfgs", gtol=1e-8), "nb"
    )
    found = _ended(lambda: model.fit(start_params=found.params, disp=0, maxiter=100, method="newton"), "negative binomial")
    place = np.asarray(found.params)
    mean = np.exp(sample.matrix @ place[:-1] + (0.0 if sample.offset is None else sample.offset))
    return Fitted(
        coefficients=place[:-1],
        inverse=np.linalg.inv(-model.hessian(place)),
        residual=(sample.outcome - mean) / (1 + place[-1] * mean),
        eta=np.log(mean),
        log_likelihood=float(found.llf),
        null_log_likelihood=float(found.llnull),
        extra=("alpha",),
        values=place[-1:],
        scores=np.asarray(model.score_obs(place))[:, -1:],
    )


def fit_ordered(sample: Sample) -> Fitted:
    """Fit an ordered logit by statsmodels; its cut points are told as they are, not as their logarithmic distances."""
    ordinal = library("statsmodels.miscmodels.ordinal_model", "ordered logits")
    matrix, outcome = sample.matrix, sample.outcome.astype(np.int64)
    model = ordinal.OrderedModel(outcome, matrix, distr="logit", offset=sample.offset)
    found = _ended(lambda: model.fit(method="bfgs", disp=0, maxiter=1_000, gtol=1e-7), "ordered logit")
    place = np.asarray(found.params)
    k = matrix.shape[1]
    cuts = np.cumsum(np.concatenate([place[k : k + 1], np.exp(place[k + 1 :])]))
    eta = matrix @ place[:k] + (0.0 if sample.offset is None else sample.offset)
    residual, scores, information = _ordered_parts(matrix, outcome, eta, cuts)
    shares = np.bincount(outcome) / len(outcome)
    return Fitted(
        coefficients=place[:k],
        inverse=np.asarray(np.linalg.inv(information), np.float64),
        residual=residual,
        eta=eta,
        log_likelihood=float(found.llf),
        null_log_likelihood=float((np.bincount(outcome) * np.log(shares)).sum()),
        extra=tuple(f"cut {lower}|{upper}" for lower, upper in zip(sample.levels, sample.levels[1:], strict=False)),
        values=cuts,
        scores=scores,
    )


def _ordered_parts(matrix: Array, outcome: Any, eta: Array, cuts: Array) -> tuple[Array, Array, Array]:
    """Of an ordered logit: residuals (row,), scores of the cut points (row, cut), information (term, term), at the maximum."""
    bounds = np.concatenate([[-np.inf], cuts, [np.inf]])
    upper, lower = expit(bounds[outcome + 1] - eta), expit(bounds[outcome] - eta)
    chance, dense_up, dense_low = upper - lower, upper * (1 - upper), lower * (1 - lower)
    residual = -(dense_up - dense_low) / chance
    levels = np.arange(len(cuts))
    at_upper, at_lower = (outcome[:, None] == levels), (outcome[:, None] - 1 == levels)
    scores = at_upper * (dense_up / chance)[:, None] - at_lower * (dense_low / chance)[:, None]
    bend_up, bend_low = dense_up * (1 - 2 * upper), dense_low * (1 - 2 * lower)
    full = np.column_stack([-matrix, np.zeros((len(outcome), len(cuts)))])
    along_up, along_low = full.copy(), full.copy()
    along_up[:, matrix.shape[1] :] = at_upper
    along_low[:, matrix.shape[1] :] = at_lower
    whole = np.column_stack([matrix * residual[:, None], scores])
    second = (along_up * (bend_up / chance)[:, None]).T @ along_up - (along_low * (bend_low / chance)[:, None]).T @ along_low
    return residual, scores, whole.T @ whole - second


def _general(sample: Sample, link: Link, family: str, named: str) -> Fitted:
    """Fit a generalized linear model by statsmodels, or with effects taken out."""
    if sample.fixed:
        return _absorbed(sample, link)
    genmod = library("statsmodels.genmod.generalized_linear_model", f"models with {named} links, weights or offsets")
    families = library("statsmodels.genmod.families", "generalized linear models")
    kind = getattr(families, family)(link=getattr(families.links, named)())
    model = genmod.GLM(sample.outcome, sample.matrix, family=kind, offset=sample.offset, var_weights=sample.weights)
    found = _ended(lambda: model.fit(maxiter=200, tol=1e-12, rtol=1e-14, tol_criterion="deviance"), named.lower())
    place = np.asarray(found.params)
    canonical = named in ("Logit", "Log")
    return Fitted(
        coefficients=place,
        inverse=np.asarray(found.normalized_cov_params),
        residual=np.asarray(model.score_factor(place)),
        eta=np.asarray(model.predict(place, which="linear")),
        log_likelihood=float(found.llf),
        null_log_likelihood=_null(sample.outcome)
        if family == "Binomial" and sample.weights is None and sample.offset is None
        else float(found.llnull)
        if INTERCEPT in sample.names
        else None,
        robust=None if canonical else np.linalg.inv(-np.asarray(model.hessian(place))),
    )


def _absorbed(sample: Sample, link: Link) -> Fitted:
    found = absorb(sample.matrix, sample.outcome, [*sample.fixed.values()], link, sample.weights, sample.offset)
    likely = float((link.log_likelihood(sample.outcome, found.eta) * (1.0 if sample.weights is None else sample.weights)).sum())
    return Fitted(found.coefficients, found.inverse, found.residual, found.eta, likely, left=found.left)


def effects(sample: Sample) -> int:
    """Return how many effects were taken out: levels of the first grouping, and of each further one but one.

    A grouping whose levels lie each within one cluster is not counted where errors are clustered: its effects are part of what
    hangs together there.
    """
    counted, first = 0, True
    for codes in sample.fixed.values():
        if any(_nested(codes, cluster) for cluster in sample.clusters.values()):
            continue
        counted += len(np.unique(codes)) - (not first)
        first = False
    return counted


def _nested(codes: Any, cluster: Any) -> bool:
    """Whether every level lies within one cluster."""
    both = codes * (int(cluster.max()) + 1) + cluster
    return len(np.unique(both)) == len(np.unique(codes))


def _null(outcome: Array) -> float:
    """The log likelihood of yes or no with nothing but its mean."""
    mean = float(outcome.mean())
    return float(len(outcome) * (mean * math.log(mean) + (1 - mean) * math.log(1 - mean)))


def _ended(fit: Callable[[], Any], what: str) -> Any:
    """The result of a fit by statsmodels; raises InputError if it did not end at a maximum."""
    with warnings.catch_warnings(record=True):
        warnings.simplefilter("always")
        try:
            found = fit()
        except (np.linalg.LinAlgError, ValueError, FloatingPointError) as error:
            raise InputError(
                f"the {what} model could not be fitted ({error}): bring the columns to like scales, or drop some."
            ) from None
    retained = getattr(found, "mle_retvals", None)
    ended = found.converged if retained is None and hasattr(found, "converged") else (retained or {}).get("converged", True)
    if not ended or not np.isfinite(np.asarray(found.params)).all():
        raise InputError(
            f"the {what} model was not fitted to the end: some column tells the outcome nearly for certain, or columns have "
            "very different scales. Drop terms, or divide large columns."
        )
    return found


FAMILIES: Mapping[str, Family] = {
    each.name: each
    for each in (
        Family("logit", "Logit", YES_NO, LOGIT, fit_logit, "odds ratio"),
        Family("probit", "Probit", YES_NO, PROBIT, fit_probit),
        Family("cloglog", "Complementary log-log", YES_NO, CLOGLOG, fit_cloglog, "hazard ratio"),
        Family("hazard", "Discrete-time hazard (complementary log-log)", YES_NO, CLOGLOG, fit_cloglog, "hazard ratio"),
        Family(
            "firth",
            "Logit by Firth's penalised likelihood",
            YES_NO,
            LOGIT,
            fit_firth,
            "odds ratio",
            weighs=False,
            absorbs=False,
        ),
        Family("lpm", "Linear probability", YES_NO, IDENTITY, fit_least_squares, exact=True),
        Family("ols", "Least squares", AMOUNT, IDENTITY, fit_least_squares, exact=True),
        Family("poisson", "Poisson", COUNT, LOG, fit_poisson, "rate ratio"),
        Family("negbin", "Negative binomial", COUNT, LOG, fit_negative_binomial, "rate ratio", weighs=False, absorbs=False),
        Family("ologit", "Ordered logit", ORDERED, LOGIT, fit_ordered, "odds ratio", weighs=False, absorbs=False),
    )
}
"""Every kind of model, by name."""
