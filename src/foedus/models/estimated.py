"""What a fit says: coefficients, how sure they are, and on which rows they rest."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import polars as pl

from foedus.citation import citations
from foedus.estimation.design import Array
from foedus.models.families import FAMILIES, Family, Fitted
from foedus.models.rows import Sample, variables
from foedus.models.scaling import Back
from foedus.panels.columns import describe


@dataclass(frozen=True)
class Form:
    """Terms (term,) and their covariance (term, term) in the form in which they were fitted, and the way back from it."""

    terms: Array
    covariance: Array
    back: Back | None = None

    def matrix(self, columns: Array) -> Array:
        """Return rows of columns (row, column) in this form."""
        return columns if self.back is None else self.back.basis(columns)


@dataclass(frozen=True)
class Estimated:
    """What a fit says.

    Attributes
    ----------
    formula : as it is understood. family : its kind (`families.FAMILIES`). errors : the kind of its errors, in words.
    terms : names of the coefficients, the intercept's first, extra ones (cut points, dispersion) last.
    coefficients : (term,). covariance : (term, term). n, events : rows, and those with the outcome (None for amounts).
    groups : how many clusters (or states) were taken as independent; None for rows.
    remarks : what the reader must know: rows left out and why, what was understood otherwise than written.
    sample, fitted : the rows, and what the fit gave.
    form : what effects are computed with: the terms and their covariance as they were fitted, and the way back, if the columns
        were fitted in another form (`scaling.py`).
    least_freedom : of several fits combined, the degrees of freedom of the term that differs most between them.
    """

    formula: str
    family: str
    errors: str
    terms: tuple[str, ...]
    coefficients: Array
    covariance: Array
    n: int
    events: int | None
    groups: int | None
    remarks: tuple[str, ...]
    sample: Sample = field(repr=False)
    fitted: Fitted = field(repr=False)
    form: Form = field(repr=False)
    least_freedom: float | None = None

    @property
    def kind(self) -> Family:
        """Its kind, with what that means."""
        return FAMILIES[self.family]

    @property
    def years(self) -> tuple[int, int]:
        """First and last year of its rows."""
        time = self.sample.frame[self.sample.keys.time]
        bounds = time if time.dtype.is_numeric() else time.dt.year()
        return int(bounds.min()), int(bounds.max())  # type: ignore[arg-type]

    @cached_property
    def std_errors(self) -> Array:
        """The standard error of each term (term,)."""
        errors: Array = np.sqrt(np.diag(self.covariance))
        return errors

    @property
    def freedom(self) -> float:
        """Degrees of freedom of the statistics: infinite where they are normal."""
        own = float("inf")
        if self.kind.exact:
            own = float(self.groups - 1 if self.groups is not None else self.n - len(self.terms))
        return own if self.least_freedom is None else min(own, self.least_freedom)

    def tidy(self, level: float = 0.95, *, exponentiate: bool = False) -> pl.DataFrame:
        """Return one row a term: term, estimate, std_error, statistic (z, or t of least squares), p_value, low, high.

        level : of the interval. exponentiate : estimates and intervals as ratios of odds, hazards or rates, where the model has
        such; the standard error stays that of the coefficient.
        """
        statistic = np.divide(
            self.coefficients, self.std_errors, out=np.full(len(self.terms), np.nan), where=self.std_errors > 0
        )
        reach = quantile((1 + level) / 2, self.freedom) * self.std_errors
        shown = {"estimate": self.coefficients, "low": self.coefficients - reach, "high": self.coefficients + reach}
        if exponentiate and self.kind.ratio:
            shown = {name: np.exp(values) for name, values in shown.items()}
        return pl.DataFrame(
            {
                "term": self.terms,
                "estimate": shown["estimate"],
                "std_error": self.std_errors,
                "statistic": statistic,
                "p_value": two_sided(statistic, self.freedom),
                "low": shown["low"],
                "high": shown["high"],
            }
        )

    def glance(self) -> pl.DataFrame:
        """Return one row about the whole.

        model, n, events, groups, first_year, last_year, log_likelihood, aic, bic, pseudo_r2 (McFadden 1974) or r2, errors.
        """
        likely, null, k = self.fitted.log_likelihood, self.fitted.null_log_likelihood, len(self.terms)
        scaled = k + 1 if self.kind.exact else k
        of_rows = {
            "pseudo_r2": None if likely is None or null is None or self.family == "firth" else 1 - likely / null,
            "r2": self._r2(),
        }
        row = {
            "model": self.kind.label,
            "n": self.n,
            "events": self.events,
            "groups": self.groups,
            "first_year": self.years[0],
            "last_year": self.years[1],
            "log_likelihood": likely,
            "aic": None if likely is None else 2 * scaled - 2 * likely,
            "bic": None if likely is None else float(np.log(self.n)) * scaled - 2 * likely,
            **of_rows,
            "errors": self.errors,
        }
        floats = ("log_likelihood", "aic", "bic", "pseudo_r2", "r2")
        whole = ("events", "groups")
        return pl.DataFrame([row], schema_overrides={**dict.fromkeys(floats, pl.Float64), **dict.fromkeys(whole, pl.Int64)})

    def _r2(self) -> float | None:
        if not self.kind.exact:
            return None
        weights = np.ones(self.n) if self.sample.weights is None else self.sample.weights
        left = self.sample.outcome - self.fitted.eta
        around = self.sample.outcome - np.average(self.sample.outcome, weights=weights)
        return float(1 - (weights * left**2).sum() / (weights * around**2).sum())

    @property
    def variables(self) -> tuple[str, ...]:
        """Columns of the panel that it reads."""
        choices = self.sample.choices
        grouped = [name for name in (*choices.clusters, *choices.fixed) if name in self.sample.frame.columns]
        return tuple(dict.fromkeys([*variables(self.sample.formula, choices), *grouped]))

    @property
    def sources(self) -> tuple[str, ...]:
        """Ids of the sources that its columns rest on, as far as their names are the codebook's."""
        found = describe([*self.variables, *self.sample.keys.unit]).values()
        return tuple(dict.fromkeys(source for info in found for source in info.sources))

    def cite(self, *, bibtex: bool = False) -> str:
        """Return what to cite for the columns it reads, one source a line, or as BibTeX."""
        return citations(self.sources, bibtex=bibtex) if self.sources else ""


def quantile(share: float, freedom: float) -> float:
    """Return a quantile of Student's distribution; of the normal one with infinite freedom.

    >>> round(quantile(0.975, float("inf")), 3), round(quantile(0.975, 10.0), 3)
    (1.96, 2.228)
    """
    from scipy.special import ndtri, stdtrit

    return float(ndtri(share) if np.isinf(freedom) else stdtrit(freedom, share))


def two_sided(statistic: Array, freedom: float) -> Array:
    """Return the probability of a statistic at least as far from zero (term,)."""
    from scipy.special import ndtr, stdtr

    away = -np.abs(statistic)
    found: Array = 2 * (ndtr(away) if np.isinf(freedom) else stdtr(freedom, away))
    return found
