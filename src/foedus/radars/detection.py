"""Chances that one look of a radar finds a target, and that several do.

    missed(s)  =  Σⱼ  w(j) · P(n + j, T),      j = 0, 1, 2, …

n pulses are added after a square-law detector; T is the threshold that noise alone passes with the probability of a false
alarm, P the regularised lower incomplete gamma function, and w(j) how likely the echo puts j quanta on top of the noise:
Poisson with mean n s for an echo that does not fluctuate (s its signal-to-noise ratio), negative binomial with the same mean
and shape K for Swerling's: K = 1 (case 1), n (2), 2 (3), 2n (4). One exact series for all five; its terms end where P does.

Swerling (1960); Marcum (1960); Albersheim (1981) for the approximation. Leaves out tracking after detection, clutter, and looks
that depend on each other.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl

from foedus.errors import InputError
from foedus.estimation.design import Array

CASES = (0, 1, 2, 3, 4)
"""0 does not fluctuate; 1 and 2 are many scatterers, 3 and 4 one strong among small. 1 and 3 change from scan to scan, 2
and 4 from pulse to pulse."""

_SHAPES: Mapping[int, tuple[float, bool]] = {1: (1.0, False), 2: (1.0, True), 3: (2.0, False), 4: (2.0, True)}
"""Case → shape of the echo's gamma distribution, and whether it is that of each pulse."""


def threshold(false_alarm: float, pulses: int = 1) -> float:
    """Return the threshold over the noise's mean power that noise passes with this probability.

    >>> round(threshold(1e-6), 4)
    13.8155
    """
    from scipy.special import gammainccinv

    if not 0 < false_alarm < 1 or pulses < 1:
        raise InputError("a false alarm has a probability between 0 and 1, and a look one pulse or more.")
    return float(gammainccinv(pulses, false_alarm))


def detection_probability(snr_db: Array | float, case: int = 1, *, pulses: int = 1, false_alarm: float = 1e-6) -> Array:
    """Return how likely a look finds the target, of the shape of snr_db: the signal-to-noise ratio of one pulse, dB.

    Raises InputError for a case that is none of CASES.

    >>> round(float(detection_probability(10 * np.log10(20.0))), 4), round(float(np.exp(-threshold(1e-6) / 21)), 4)
    (0.5179, 0.5179)
    """
    from scipy.special import gammainc

    if case not in CASES:
        raise InputError(f"Swerling has no case {case!r}; there are {', '.join(map(str, CASES))} (0 does not fluctuate).")
    level = threshold(false_alarm, pulses)
    quanta = np.arange(float(int(level + 12 * np.sqrt(level) + 60)))
    mean = pulses * 10 ** (np.asarray(snr_db, np.float64)[..., None] / 10)
    missed = np.exp(_log_weights(quanta, mean, case, pulses)) @ gammainc(pulses + quanta, level)
    detected: Array = np.clip(1 - missed, 0.0, 1.0)
    return detected


def _log_weights(quanta: Array, mean: Array, case: int, pulses: int) -> Array:
    """Logarithm of how likely the echo adds so many quanta (…, quantum)."""
    from scipy.special import gammaln

    if case == 0:
        poisson: Array = quanta * np.log(mean) - mean - gammaln(quanta + 1)
        return poisson
    shape, each_pulse = _SHAPES[case]
    shape *= pulses if each_pulse else 1
    chosen = gammaln(quanta + shape) - gammaln(shape) - gammaln(quanta + 1)
    binomial: Array = chosen - shape * np.log1p(mean / shape) - quanta * np.log1p(shape / mean)
    return binomial


def required_snr(probability: float, case: int = 1, *, pulses: int = 1, false_alarm: float = 1e-6) -> float:
    """Return the signal-to-noise ratio of a pulse, dB, at which a look finds the target with this probability.

    Raises InputError unless the probability lies between that of a false alarm and 1.

    >>> round(required_snr(0.9, 1), 2)
    21.14
    """
    from scipy.optimize import brentq

    if not false_alarm < probability < 1:
        raise InputError(f"a look finds a target with a probability between {false_alarm:g} and 1, and not {probability:g}.")

    def excess(snr_db: float) -> float:
        return float(detection_probability(snr_db, case, pulses=pulses, false_alarm=false_alarm)) - probability

    return float(brentq(excess, -60.0, 100.0, xtol=1e-6))


def albersheim(probability: float, *, pulses: int = 1, false_alarm: float = 1e-6) -> float:
    """Return Albersheim's approximation to the same for an echo that does not fluctuate, dB.

    For one pulse within .2 dB of `required_snr` where detection is .5 to .9 and false alarms 10⁻⁷ to 10⁻³. Below that it is
    too low, by 4 dB at .1 and 10⁻³; with many pulses by .3 dB more, for it is of a linear detector and the series of a
    square-law one.

    >>> round(albersheim(0.9), 2)
    13.11
    """
    alarm, odds = np.log(0.62 / false_alarm), np.log(probability / (1 - probability))
    slope = 6.2 + 4.54 / np.sqrt(pulses + 0.44)
    return float(-5 * np.log10(pulses) + slope * np.log10(alarm + 0.12 * alarm * odds + 1.7 * odds))


def by_distance(
    distance_km: Array,
    range_km: float,
    *,
    at_range: float = 0.8,
    cross_section: float = 1.0,
    case: int = 1,
    false_alarm: float = 1e-6,
) -> Array:
    """Return how likely one scan finds a target at each distance, from the probability at the published range.

    distance_km : (…,). at_range : the probability at range_km of the reference target; cross_section : as a multiple of its.
    The echo falls with the fourth power of the distance; beyond the range nothing is found.

    >>> by_distance(np.array([200.0, 400.0, 500.0]), 400.0).round(2).tolist()
    [0.99, 0.8, 0.0]
    """
    at = required_snr(at_range, case, false_alarm=false_alarm) + 10 * np.log10(cross_section)
    near = np.maximum(distance_km, 1e-3)
    detected = detection_probability(at - 40 * np.log10(near / range_km), case, false_alarm=false_alarm)
    return np.where(distance_km <= range_km, detected, 0.0)


def cumulative(probabilities: Array) -> Array:
    """Return how likely at least one look so far has found the target, along the last axis; looks do not depend on each other.

    >>> cumulative(np.array([0.5, 0.5, 0.0])).tolist()
    [0.5, 0.75, 0.75]
    """
    detected: Array = -np.expm1(np.cumsum(np.log1p(-np.minimum(probabilities, 1 - 1e-15)), axis=-1))
    return detected


def looks(
    range_km: float,
    speed_m_s: float,
    *,
    period_s: float = 12.0,
    at_range: float = 0.8,
    cross_section: float = 1.0,
    case: int = 1,
    false_alarm: float = 1e-6,
) -> pl.DataFrame:
    """Return scan by scan how likely a target that comes straight at a radar is found: distance_km, scan, so_far.

    Scans are period_s apart, the first at range_km; the last is the one before the target is within a tenth of that. Raises
    InputError for a speed or a period that is not above zero.

    >>> looks(400.0, 250.0).head(2)["so_far"].round(2).to_list()
    [0.8, 0.96]
    """
    if speed_m_s <= 0 or period_s <= 0:
        raise InputError("a speed and a scan's period lie above zero.")
    distance = np.arange(range_km, range_km / 10, -speed_m_s * period_s / 1000)
    scan = by_distance(distance, range_km, at_range=at_range, cross_section=cross_section, case=case, false_alarm=false_alarm)
    return pl.DataFrame({"distance_km": distance, "scan": scan, "so_far": cumulative(scan)})
