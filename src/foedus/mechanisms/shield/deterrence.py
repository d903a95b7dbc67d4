"""A state whose treaties oblige others to defend it is attacked less often; a challenger with treaties of its own attacks more.

    log odds of initiation(i → j, t) = a + f(peace years(i, j, t)) + b · pacts(i, j, t) + c · x(i, j, t − 1)

Unit of analysis: the directed dyad-year; i is the challenger, j the target. pacts holds what treaties in force on 1 January
oblige third states to do if i attacks j (`obligations.py`); x holds the controls: power of the challenger, joint democracy,
distance, similarity of alliance portfolios. Over pacts, years and controls the literature divides, so that each study is a
design of its own (`designs.toml`):

    leeds_2003                       pacts by content, 1816–1944: defence of the target deters, the challenger's pacts embolden
    johnson_leeds_2011               the same to 2000, with the challenger's own defence pacts
    kenwick_vasquez_2017_to_1945     pacts by age: a new one goes with more disputes
    kenwick_vasquez_2017_from_1946   the same in the nuclear era
    benson_2011                      pacts by what they are for and on what condition
    naive                            any other defence ally of the target, whatever its treaty says

An estimate is an association. States seek allies when they expect attack, so that danger brings pacts about as well as pacts
safety: `checks.py` looks for that and tries other choices, `sensitivity.py` says how strong it would have to be. Left
out: whether the promise is believed (peacetime troops, the allies' power), informal alignments, treaties after 2018, and what
the attack leads to.

Disputed: whether a pact keeps attackers away at all. Leeds (2003) and Johnson & Leeds (2011) find that it does; Kenwick,
Vasquez & Powers (2015) that a new one goes with more disputes before 1945 and none with fewer after it; Leeds & Johnson (2017)
answer that this rests on choices of design, and Kenwick & Vasquez (2017) that the first finding does. Whether a pact that
promises too much emboldens is Benson's (2011) question; that pacts which deter are not the ones that are put to a test is an
old doubt about all of these (Fearon 1994).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
import polars as pl

from foedus.estimation.design import Array, Design
from foedus.estimation.estimate import NORMAL_95, Estimate
from foedus.estimation.forecasters import BaseRate, Forecaster, Logit, OwnRate
from foedus.estimation.logit import logit
from foedus.mechanisms.mechanism import BACKGROUND, Mechanism, check_choice
from foedus.mechanisms.shield.designs import CONTROLS, Plan, plan
from foedus.record.store import Record

FULL, BARE = "full model", "without pacts"
ROLLING = 20
"""Years of the rolling base rate."""


@dataclass(frozen=True)
class Shield(Mechanism):
    """Initiation of a militarized dispute by one state against another, in one of the published designs.

    Attributes
    ----------
    study : name of the design; that of Johnson & Leeds by default, which covers both eras and the pacts of both sides.
    outcome : what is explained; None for what the design names.
    terms : which of the design's terms enter; all, if None is given. What has not earned its place out of sample is left out of
        headline numbers.
    """

    study: str = "johnson_leeds_2011"
    outcome: str | None = None  # type: ignore[assignment]
    terms: tuple[str, ...] | None = None  # type: ignore[assignment]
    estimate: Estimate | None = None

    id: ClassVar[str] = "shield.deterrence"
    name: ClassVar[str] = "shield"
    unit: ClassVar[str] = "directed dyad-year"
    term_reads: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "target's defence pact": ("defence_pact",),
        "challenger's defence pact": ("defence_pact",),
        "challenger's offence pact": ("offence_pact",),
        "challenger's neutrality pact": ("neutrality_pact",),
        BACKGROUND: (*dict.fromkeys(name for reads, _ in CONTROLS.values() for name in reads if name != "cinc"), "peace_years"),
    }
    writes: ClassVar[tuple[str, ...]] = ("dispute_initiation_probability",)

    def __post_init__(self) -> None:
        known = plan(self.study).terms
        check_choice(f"design {self.study}", "term", self.terms or (), known)
        if self.terms is None:
            object.__setattr__(self, "terms", tuple(known))
        _ = self.plan

    @property
    def plan(self) -> Plan:
        """The design's choices, with the outcome and terms chosen."""
        whole = plan(self.study)
        kept = whole.terms if self.terms is None else {term: whole.terms[term] for term in self.terms}
        return replace(whole, outcome=self.outcome or whole.outcome, terms=kept)

    @property
    def first_year(self) -> int:  # type: ignore[override]
        """First year of the design."""
        return self.plan.years[0]

    def panel(self, record: Record, years: tuple[int, int]) -> pl.DataFrame:
        """Return the directed dyad-years of `years`, as far as the design goes, with pacts, controls and outcomes."""
        return self.plan.rows(record, years)

    def design(self, panel: pl.DataFrame) -> Design:
        """Return the rows of which the outcome and every covariate are known, ready for estimation."""
        return self.plan.design(panel)

    def fit(self, panel: pl.DataFrame) -> Shield:
        """Return a copy fitted to the panel; raises InputError if the outcome never varies in it."""
        return replace(self, estimate=logit(self.design(panel)))

    def models(self) -> Mapping[str, Forecaster]:
        """Return every model to be scored: the full one, the one without each term, without all pacts, and the baselines."""
        chosen, columns = self.plan, self.plan.columns
        return {
            FULL: Logit(columns),
            **{f"without {term}": Logit(_less(columns, brought)) for term, brought in chosen.terms.items()},
            BARE: Logit(chosen.background),
            "base rate": BaseRate(),
            "rolling base rate": BaseRate(years=ROLLING),
            "own rate": OwnRate(),
        }

    def contests(self) -> tuple[tuple[str, str, str], ...]:
        """Return (term, rival, contender): what a term is worth is the rival's score less the contender's."""
        return (("pacts", BARE, FULL), *((term, f"without {term}", FULL) for term in self.plan.terms))


def _less(columns: Sequence[str], dropped: Sequence[str]) -> tuple[str, ...]:
    return tuple(name for name in columns if name not in dropped)


def effects(estimate: Estimate, design: Design, columns: Sequence[str]) -> pl.DataFrame:
    """Return, per column of yes or no, by how many per cent odds and risk differ between yes and no.

    The columns are column, odds_change with its 95 % interval low and high, and risk_change: the mean risk of the design's rows
    if all had it over the mean risk if none had, less one, all in per cent.

    >>> one = np.array([[1.0], [1.0], [1.0], [1.0], [0.0], [0.0], [0.0], [0.0]])
    >>> rows = Design(one, ("pact",), np.array([1.0, 0, 0, 0, 1, 1, 0, 0]), np.arange(8), np.full(8, 1900))
    >>> effects(logit(rows), rows, ["pact"]).select("odds_change", "risk_change").row(0)
    (-66.7, -50.0)
    """
    error = np.sqrt(np.diag(estimate.covariance))
    table = []
    for column in columns:
        at = estimate.terms.index(column)
        slope = estimate.coefficients[at]
        rest = estimate.predictor(design.matrix) - slope * design.matrix[:, at - 1]
        with_it, without = (_mean_risk(rest + slope * present) for present in (1, 0))
        bounds = np.exp(slope + NORMAL_95 * error[at] * np.array([0, -1, 1]))
        table.append([column, *(percent(ratio) for ratio in (*bounds, with_it / without))])
    return pl.DataFrame(table, schema=["column", "odds_change", "low", "high", "risk_change"], orient="row")


def percent(ratio: float) -> float:
    """Return a ratio as a change in per cent, to a tenth.

    >>> percent(0.82), percent(3.49)
    (-18.0, 249.0)
    """
    return round(100 * (float(ratio) - 1), 1)


def _mean_risk(log_odds: Array) -> float:
    return float(np.mean(1 / (1 + np.exp(-log_odds))))


def signs(estimate: Estimate, chosen: Plan) -> pl.DataFrame:
    """Return, per published sign, whether the estimate has it: column, expected, estimate, std_error, same_sign, clear.

    "not +" holds unless the estimate's whole 95 % interval lies above zero, "not -" likewise; `clear` says whether the
    interval leaves out zero.
    """
    table = estimate.tidy().filter(pl.col("term").is_in(list(chosen.expected)))
    expected = table["term"].replace_strict(chosen.expected, return_dtype=pl.String)
    clear = (pl.col("low") > 0) | (pl.col("high") < 0)
    above, below = pl.col("estimate") > 0, pl.col("estimate") < 0
    same = (
        pl.when(pl.col("expected") == "+")
        .then(above)
        .when(pl.col("expected") == "-")
        .then(below)
        .when(pl.col("expected") == "not +")
        .then(~(above & clear))
        .otherwise(~(below & clear))
    )
    judged = table.with_columns(expected=expected).with_columns(same_sign=same, clear=clear)
    return judged.select(pl.col("term").alias("column"), "expected", "estimate", "std_error", "same_sign", "clear")
