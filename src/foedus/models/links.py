"""From a linear predictor to what is expected: the links of the models, with what a weighted climb needs of them."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from foedus.estimation.design import Array
from foedus.estimation.estimate import expit

LEAST = 1e-300


@dataclass(frozen=True)
class Link:
    """A link, by its name: "logit", "probit", "cloglog", "log" or "identity".

    >>> zero = np.zeros(1)
    >>> [round(float(link.mean(zero)[0]), 4) for link in (LOGIT, PROBIT, CLOGLOG, LOG, IDENTITY)]
    [0.5, 0.5, 0.6321, 1.0, 0.0]
    """

    name: str

    def mean(self, eta: Array) -> Array:
        """Return the mean outcome at a linear predictor (row,)."""
        match self.name:
            case "logit":
                return expit(eta)
            case "probit":
                from scipy.special import ndtr

                return np.asarray(ndtr(eta), np.float64)
            case "cloglog":
                return np.asarray(-np.expm1(-np.exp(np.minimum(eta, 30.0))), np.float64)
            case "log":
                return np.asarray(np.exp(eta), np.float64)
        return eta

    def slope(self, eta: Array) -> Array:
        """Return by how much the mean changes with the predictor (row,)."""
        match self.name:
            case "logit":
                mean = expit(eta)
                return mean * (1 - mean)
            case "probit":
                return np.asarray(np.exp(-(eta**2) / 2) / math.sqrt(2 * math.pi), np.float64)
            case "cloglog":
                kept = np.minimum(eta, 30.0)
                return np.asarray(np.exp(kept - np.exp(kept)), np.float64)
            case "log":
                return np.asarray(np.exp(eta), np.float64)
        return np.ones_like(eta)

    def variance(self, mean: Array) -> Array:
        """Return the variance of the outcome at a mean (row,)."""
        if self.name == "log":
            return np.maximum(mean, LEAST)
        if self.name == "identity":
            return np.ones_like(mean)
        return np.maximum(mean * (1 - mean), LEAST)

    def log_likelihood(self, outcome: Array, eta: Array) -> Array:
        """Return the log likelihood of each row (row,): of yes or no, or of Poisson counts."""
        from scipy.special import gammaln, xlogy

        mean = self.mean(eta)
        if self.name == "log":
            return np.asarray(xlogy(outcome, mean) - mean - gammaln(outcome + 1), np.float64)
        return np.asarray(xlogy(outcome, np.maximum(mean, LEAST)) + xlogy(1 - outcome, np.maximum(1 - mean, LEAST)), np.float64)

    def start(self, outcome: Array) -> Array:
        """Return a predictor to begin a climb from (row,)."""
        if self.name == "log":
            return np.asarray(np.log(outcome + 0.5), np.float64)
        near = (outcome + 0.5) / 2
        if self.name == "probit":
            from scipy.special import ndtri

            return np.asarray(ndtri(near), np.float64)
        if self.name == "cloglog":
            return np.asarray(np.log(-np.log1p(-near)), np.float64)
        return np.asarray(np.log(near / (1 - near)), np.float64)


LOGIT, PROBIT, CLOGLOG, LOG, IDENTITY = (Link(name) for name in ("logit", "probit", "cloglog", "log", "identity"))
