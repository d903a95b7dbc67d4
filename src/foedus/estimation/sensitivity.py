"""How strong something unmeasured would have to be to explain an association away.

An unmeasured confounder does so if it is more frequent where the exposure is (by the *prevalence ratio*) and raises the risk of
the outcome (by the *outcome ratio*). Cornfield et al. (1959): the prevalence ratio must be at least the observed risk ratio,
however strong the confounder. Ding & VanderWeele (2016) sharpen it: with prevalence ratio p and outcome ratio q, a confounder
accounts for a risk ratio of at most

    p q / (p + q − 1)

The E-value (VanderWeele & Ding 2017) is the smallest value that p and q, being equal, must both have. All of it works the same
for a risk ratio below one, read as its inverse. Nothing here says whether there is such a confounder.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import inf, sqrt

import polars as pl

from foedus.errors import InputError


def e_value(risk_ratio: float) -> float:
    """Return the E-value of a risk ratio: RR + √(RR (RR − 1)), of its inverse if it is below one.

    VanderWeele & Ding (2017) report 7.26 for 3.9, and 3.0 for its lower limit 1.8.

    >>> round(e_value(3.9), 2), round(e_value(1.8), 1), e_value(1.0), round(e_value(1 / 3.9), 2)
    (7.26, 3.0, 1.0, 7.26)
    """
    ratio = away_from_one(risk_ratio)
    return ratio + sqrt(ratio * (ratio - 1))


def e_value_of_interval(low: float, high: float) -> float:
    """Return the E-value of the limit of an interval that is nearer to one; 1 if the interval holds one.

    >>> round(e_value_of_interval(1.8, 8.7), 1), e_value_of_interval(0.9, 1.4), round(e_value_of_interval(0.2, 0.8), 2)
    (3.0, 1.0, 1.81)
    """
    if not 0 < low <= high:
        raise InputError(f"{low} to {high} is no interval of a risk ratio: give two numbers above zero, the lower first.")
    return 1.0 if low <= 1 <= high else e_value(low if low > 1 else high)


def prevalence_ratio(risk_ratio: float, outcome_ratio: float = inf) -> float:
    """Return how many times more frequent a confounder must be with the exposure than without to explain a risk ratio away.

    `outcome_ratio` is how much the confounder raises the risk of the outcome; without it, it may do so without bound, and the
    answer is Cornfield's: the risk ratio itself. Below one, it is more frequent without the exposure, or protects. Infinite
    if the confounder is too weak to explain the association however it is distributed.

    The question that Imai & Lo (2021) ask of the democratic peace, where their answer is 47.

    >>> round(prevalence_ratio(1 / 47)), prevalence_ratio(2.0, 3.0), prevalence_ratio(2.0, 1.5)
    (47, 4.0, inf)
    """
    ratio = away_from_one(risk_ratio)
    strength = away_from_one(outcome_ratio)
    if ratio == 1 or strength == inf:
        return ratio
    return ratio * (strength - 1) / (strength - ratio) if strength > ratio else inf


def sensitivity_curve(risk_ratio: float, outcome_ratios: Sequence[float]) -> pl.DataFrame:
    """Return, per outcome ratio, the prevalence ratio that explains the risk ratio away: the line of a sensitivity figure.

    >>> sensitivity_curve(2.0, [3.0, 4.0])["prevalence_ratio"].to_list()
    [4.0, 3.0]
    """
    needed = [prevalence_ratio(risk_ratio, each) for each in outcome_ratios]
    return pl.DataFrame({"outcome_ratio": list(outcome_ratios), "prevalence_ratio": needed}, schema_overrides=FLOATS)


FLOATS = {"outcome_ratio": pl.Float64, "prevalence_ratio": pl.Float64}


def risk_ratio(odds_ratio: float, risk: float) -> float:
    """Return the risk ratio that an odds ratio is where the risk without the exposure is `risk`. Zhang & Yu (1998).

    >>> risk_ratio(2.0, 0.5), round(risk_ratio(2.0, 0.001), 3)
    (1.3333333333333333, 1.998)
    """
    if not (0 <= risk < 1 and odds_ratio > 0):
        raise InputError(f"no risk ratio follows from an odds ratio of {odds_ratio} at a risk of {risk}.")
    return odds_ratio / (1 - risk + risk * odds_ratio)


def away_from_one(ratio: float) -> float:
    """Return the ratio, or its inverse if it is below one; raises InputError if it is not above zero.

    >>> away_from_one(0.25)
    4.0
    """
    if not ratio > 0:
        raise InputError(f"{ratio} is no ratio of two risks: it must be above zero.")
    return max(ratio, 1 / ratio)
