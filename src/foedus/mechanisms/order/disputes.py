"""Disputes begin where states can reach each other, where power is at hand, where democracy is missing and peace is young.

    log odds of onset(i, t) = a + f(peace years(i, t)) + b · x(i, t - 1) + c · history(i, t)

Unit of analysis: the non-directed dyad-year. f bends (`duration.py`). x holds, by term,

    distance     whether the territories touch, and the logarithm of the kilometres between them
    power        whether a major power takes part (for which distance matters less), the stronger side's share, the logarithm of
                 the two shares multiplied
    rivalry      whether the two are strategic rivals
    democracy    polyarchy of the less democratic side
    preferences  how far apart the two stand in the General Assembly
    pact         whether either side owes the other defence
    recency      what began lately, in the dyad and with either of its states (`recency.py`)

all from the year before, and products of them (`covariates.py`). What a source does not know (distance, share, regime, vote)
is a level of its own, with a coefficient of its own, so that no dyad is left out that was one in the year before. `history` is
how often disputes began in the dyad, and with either of its states, beside how often the covariates alone expect it, partially
pooled (`history.py`). The whole is penalised, older years weigh less, and it is recalibrated on the last thirty years
(`pooled.py`). Where disputes are not known to the year before, a second logit takes over by degrees, learnt from rows as they
stood years before the outcome. A fatal dispute is a dispute that turns fatal, and a war one that goes on to war:

    P(fatal dispute) = P(dispute) · P(fatal, given a dispute),    P(war) = P(fatal dispute) · P(war, given a fatal dispute)

where what follows the point is a logit among the disputes that began (`conditional.py`). A dispute begins in a dyad, too, when
one of the two joins, against the other, what others began. Those between originators, which both were in from the first day,
are told apart as another part of disputes of any kind, in the same way; what is left is joining, an outcome of its own:

    P(dispute) = P(dispute between originators) + P(no such dispute, but one that one of the two, or both, joined)

Follows Bremer (1992), Oneal & Russett (1999) and, for duration, Beck, Katz & Tucker (1998). That a dispute was fatal, or a
war, is learnt when it is over. Leaves out trade and joint membership in organisations (their sources may not be shipped).
Standard errors are robust to dyads that share a state (`covariance.py`) and take the histories as given; that one war draws
in dyads without one is left out.

Disputed: whether democracy keeps the peace, or what goes with it, such as trade and development (Gartzke 2007) or settled
borders (Gibler 2007); an unseen cause would have to be very uneven to explain all of it (Imai & Lo 2021). Whether power that is
equal or power that is unequal keeps states apart (Bremer 1992 has it unequal). And what significant coefficients are worth, for
those that matter most to a test are not those that forecasts need (Ward, Greenhill & Bakke 2010).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

import numpy as np
import polars as pl
from numpy.typing import NDArray

from foedus.errors import InputError
from foedus.estimation.boosted import boosted
from foedus.estimation.conditional import ConditionalLogit
from foedus.estimation.design import Array, Design
from foedus.estimation.duration import DURATION, duration_matrix
from foedus.estimation.estimate import NORMAL_95, Estimate, expit
from foedus.estimation.forecasters import BaseRate, Forecaster, Logit, OwnRate
from foedus.estimation.history import COLUMNS as HISTORY
from foedus.estimation.history import Codes, Past, amounts, arrivals, discounted, past_of_dyads
from foedus.estimation.pooled import PooledLogit, Pooling
from foedus.estimation.proneness import quantile
from foedus.mechanisms.mechanism import FULL, UNFITTED, Mechanism, check_choice
from foedus.mechanisms.order.covariates import (
    COVARIATES,
    INTERPLAY,
    NEEDED,
    REACH,
    TERMS,
    VARIABLES,
    covariate_matrix,
    covariates_of,
)
from foedus.mechanisms.order.recency import RECENCY, with_recency
from foedus.panels.disputes import GML
from foedus.panels.disputes import TABLES as LISTED
from foedus.panels.panel import lagged, panel
from foedus.panels.units import FIRST_YEAR
from foedus.record.store import Record

OUTCOMES = ("dispute_onset", "fatal_dispute_onset", "war_dispute_onset")
"""From the widest to the narrowest: each is part of the one before it."""

ORIGINATED = "originated_dispute_onset"
"""Another part of the widest, beside the narrower ones: a dispute that both were in from its first day."""

JOINED = "joined_dispute_onset"
"""What is left of the widest beside that part: a dispute that one of the two, or both, joined, and none that both began."""

RECORDED = (*OUTCOMES, ORIGINATED)
"""Those that are variables of the codebook; the one that is left is made of them."""

EVERY = (*RECORDED, JOINED)

LONGEST_AGE = 20
"""Years for which a past value may stand in for a missing one where a risk is asked for; the oldest age used is said."""

AT_ONCE = 2**18
"""Rows whose covariates are laid out at once, where only what is expected of each is kept."""

STRATA = ("politically_relevant",)
"""Variables not in the model, in which its reliability is looked at."""


@dataclass(frozen=True)
class Disputes(Mechanism):
    """Onset of a militarized interstate dispute in a dyad-year.

    Attributes
    ----------
    outcome : "dispute_onset" (all), "fatal_dispute_onset" (at least one death), "war_dispute_onset" (one that reaches war) or
        "originated_dispute_onset" (one that both were in from its first day) or "joined_dispute_onset" (any, and no such one).
    terms : which of TERMS enter.
    lag : years by which covariates precede the outcome; 1, so that a dispute cannot change what it is explained by.
    first_year : first year of the rows it learns from; 1887, the year after distances begin.
    relevant : learn from politically relevant dyads only; all dyads by default, for every state is asked about.
    pooling : how history enters, and over which years the model is recalibrated.
    disputes_from : the list of disputes that it reads, one of `disputes.LISTS`.
    estimate : what it has learnt, of fatal disputes and wars given the wider outcome; None while unfitted. far : of disputes of
        any kind, the same from rows as they stood `pooling.ahead` years before; None where the years learnt from are too few.
    first : (term,), coefficients of the covariates alone, which say how often disputes were to be expected.
    seen : ccode, year, observed, expected: sums over each state's dyads, by which its history is known without them.
    given : the fitted model of the wider outcome; None for disputes of any kind.
    """

    outcome: str = "dispute_onset"
    terms: tuple[str, ...] = tuple(TERMS)
    lag: int = 1
    first_year: int = 1887
    relevant: bool = False
    pooling: Pooling = field(default_factory=Pooling)
    disputes_from: str = GML
    estimate: Estimate | None = None
    far: Estimate | None = field(default=None, repr=False, compare=False)
    first: Array | None = field(default=None, repr=False, compare=False)
    seen: pl.DataFrame | None = field(default=None, repr=False, compare=False)
    given: Disputes | None = field(default=None, repr=False, compare=False)

    id: ClassVar[str] = "order.interests"
    ids: ClassVar[Mapping[str, str]] = {"democracy": "order.democratic_peace"}
    """Terms that are a claim of their own, and its id."""
    core: ClassVar[tuple[str, ...]] = ("distance", "power", "rivalry", "recency", "history")
    name: ClassVar[str] = "disputes"
    unit: ClassVar[str] = "dyad-year"
    term_reads: ClassVar[Mapping[str, tuple[str, ...]]] = VARIABLES
    term_columns: ClassVar[Mapping[str, tuple[str, ...]]] = TERMS
    whole: ClassVar[bool] = True
    writes: ClassVar[tuple[str, ...]] = (
        "dispute_probability",
        "fatal_dispute_probability",
        "war_dispute_probability",
        "originated_dispute_probability",
        "joined_dispute_probability",
    )

    def __post_init__(self) -> None:
        check_choice(self.id, "outcome", [self.outcome], EVERY)
        check_choice(self.id, "term", self.terms, TERMS)

    @property
    def covariates(self) -> tuple[str, ...]:
        """Names of the design's columns of which the first step of the model expects disputes."""
        return self._covariates(self.terms)

    def _covariates(self, terms: Collection[str]) -> tuple[str, ...]:
        """The columns that these terms bring; a relevant dyad without a major power touches, and its distance is zero."""
        return tuple(column for column in covariates_of(terms) if not (self.relevant and column == REACH))

    def _late(self, terms: Collection[str]) -> tuple[str, ...]:
        """The columns of the second step alone: how long peace has lasted, what began lately, and products."""
        lately = RECENCY if "recency" in terms else ()
        single = {*DURATION, *self._covariates(terms), *lately}
        return (*DURATION, *lately, *(name for name, pair in INTERPLAY.items() if single.issuperset(pair)))

    @property
    def plain_columns(self) -> tuple[str, ...]:
        """Names of the design's columns that some model reads, in their order."""
        late = self._late(self.terms)
        return (*DURATION, *self.covariates, *late[len(DURATION) :])

    @property
    def own_columns(self) -> tuple[str, ...]:
        """Names of the columns that the fitted model reads, in their order, without those of history."""
        return self.plain_columns if self.wider is None else self._single(self.terms)

    def _single(self, terms: Collection[str]) -> tuple[str, ...]:
        """The columns that these terms bring, without products; in the order of `plain_columns`."""
        return (*DURATION, *self._covariates(terms), *(RECENCY if "recency" in terms else ()))

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of all columns of the fitted model, in their order."""
        return (*self.own_columns, *(HISTORY if "history" in self.terms else ()))

    @property
    def wider(self) -> Disputes | None:
        """The same model, unfitted, of the outcome that this one is part of; None for disputes of any kind."""
        of_any = dict.fromkeys((ORIGINATED, JOINED), OUTCOMES[0])
        held_by = {**dict(zip(OUTCOMES[1:], OUTCOMES, strict=False)), **of_any}.get(self.outcome)
        return replace(self.unfitted, outcome=held_by) if held_by else None

    @property
    def recorded(self) -> str:
        """The variable of the codebook that the outcome is, or beside which it is what is left."""
        return ORIGINATED if self.outcome == JOINED else self.outcome

    @property
    def known_late(self) -> bool:
        """Whether it is known only at a dispute's end what it was."""
        return self.outcome in OUTCOMES[1:]

    @property
    def unfitted(self) -> Disputes:
        """A copy that has learnt nothing."""
        return replace(self, estimate=None, far=None, first=None, seen=None, given=None)

    @property
    def model(self) -> PooledLogit:
        """The model as a forecaster."""
        return self._of(self.terms)

    def _of(self, terms: Collection[str]) -> PooledLogit:
        return PooledLogit(self._covariates(terms), self._late(terms), "history" in terms, self.pooling)

    def chain(self) -> dict[str, Disputes]:
        """Return this model and those of the wider outcomes that it rests on, by outcome."""
        return {self.outcome: self, **(self.given.chain() if self.given else {})}

    def conditional(self, terms: Collection[str] | None = None) -> ConditionalLogit:
        """Return the model of a narrower outcome, given the wider one, from these terms; by default its own."""
        chosen = self.terms if terms is None else terms
        return ConditionalLogit(self._single(chosen), "history" in chosen, self.pooling, rest=self.outcome == JOINED)

    def models(self) -> dict[str, Forecaster]:
        """Return every model that is scored out of sample: the full one, one without each term, the baselines.

        And what a user would otherwise take, gradient boosting on the same rows and columns, where its library is installed.
        Of a narrower outcome, the full one and those without a term tell it given the wider one (`ConditionalLogit`).
        """
        of: Callable[[Collection[str]], Forecaster] = self._of if self.wider is None else self.conditional
        left = {term: [each for each in self.terms if each != term] for term in self.terms}
        return {
            FULL: of(self.terms),
            **{f"without {term}": of(terms) for term, terms in left.items()},
            **boosted(self.model),
            "base rate": BaseRate(),
            "rolling base rate": BaseRate(years=10),
            "peace years only": Logit(DURATION),
            "own rate": OwnRate(),
        }

    def panel(
        self, record: Record, years: tuple[int, int], *, states: Iterable[int] | None = None, carry_forward: int = 0
    ) -> pl.DataFrame:
        """Return the dyad-years of `years` with all outcomes, peace years, and the covariates and strata of the year before.

        `states` keeps the dyads that hold one of them; `carry_forward` is as for a panel, but peace years stay as they were
        when they were last known. `earlier` is true where the two were a dyad in the year before, else null; by the end of
        `known` the disputes that began are over.
        """
        first = max(FIRST_YEAR, years[0] - self.lag)
        variables = (*RECORDED, "peace_years", *COVARIATES, *STRATA)
        choices: dict[str, Any] = {"carry_forward": carry_forward, "disputes_from": self.disputes_from}
        rows = panel("dyad-year", variables, years=(first, years[1]), states=states, record=record, **choices)
        rows = rows.with_columns(pl.col("peace_years") - pl.col("peace_years_age")) if carry_forward else rows
        rows = rows.with_columns(pl.col(OUTCOMES[0]).and_(~pl.col(ORIGINATED)).alias(JOINED), earlier=pl.lit(True))
        before = [name for name in rows.columns if name.removesuffix("_age") in {*COVARIATES, *STRATA, "earlier"}]
        rows = lagged(rows, before, self.lag).filter(pl.col("year") >= years[0])
        rows = rows.join(
            dispute_ends(record, self.disputes_from), on=["ccode1", "ccode2", "year"], how="left", maintain_order="left"
        )
        rows = with_recency(rows.with_columns(known=pl.col("known").fill_null(pl.col("year"))), record, self.disputes_from)
        return rows.filter(pl.col("politically_relevant")) if self.relevant else rows

    def as_of(self, panel: pl.DataFrame, year: int) -> pl.DataFrame:
        """Return the panel as it would be had every record ended with `year`.

        Dyads of later years have no outcome, and the covariates and peace years that were last known, `peace_years_age` years
        before; those not known by then are left out. A dispute under way is neither fatal nor a war yet.
        """
        over = [pl.col(name) & (pl.col("known") <= year) for name in OUTCOMES[1:]]
        age = pl.lit(0, pl.Int16).alias("peace_years_age")
        before = panel.filter(pl.col("year") <= year).with_columns(*over, age)
        last = panel.filter(pl.col("year") == year + 1).drop("year", "known", *EVERY)
        later = panel.filter(pl.col("year") > year).select("ccode1", "ccode2", "year", "known")
        frozen = later.join(last, on=["ccode1", "ccode2"], maintain_order="left")
        aged = frozen.with_columns(peace_years_age=pl.col("year") - (year + 1))
        return pl.concat([before, aged], how="diagonal_relaxed")

    def design(self, panel: pl.DataFrame) -> Design:
        """Return the rows that can be learnt from (`complete`), ready for estimation; without the columns of history."""
        return self._rows(self.complete(panel))

    def complete(self, panel: pl.DataFrame) -> pl.DataFrame:
        """Return the rows of which the outcome and the wider ones are known, and all that has no level for the unknown."""
        wider = self.wider
        return panel.drop_nulls([self.outcome, *NEEDED]) if wider is None else wider.complete(panel).drop_nulls([self.outcome])

    def _rows(self, rows: pl.DataFrame) -> Design:
        return Design(
            matrix=self._plain(rows, self.plain_columns),
            columns=self.plain_columns,
            outcome=rows[self.outcome].cast(pl.Float64).fill_null(np.nan).to_numpy(),
            cluster=rows["ccode1"].to_numpy().astype(np.int64) * 1000 + rows["ccode2"].to_numpy(),
            year=rows["year"].to_numpy().astype(np.int64),
            sides=rows.select("ccode1", "ccode2").to_numpy().astype(np.int64),
            known=rows["known"].to_numpy().astype(np.int64) if self.known_late else None,
            given=self._given(rows),
        )

    def _given(self, rows: pl.DataFrame) -> Array | None:
        """Whether the wider outcome came (row,), zero where that is unknown; None where there is no wider one."""
        if self.wider is None:
            return None
        held: Array = rows[self.wider.outcome].fill_null(False).cast(pl.Float64).to_numpy()
        return held

    def _plain(self, rows: pl.DataFrame, names: tuple[str, ...]) -> Array:
        """Some of `plain_columns`, in their order (row, column)."""
        matrix = np.empty((rows.height, len(names)), order="F")
        matrix[:, : len(DURATION)] = duration_matrix(rows["peace_years"].cast(pl.Float64).fill_null(np.nan).to_numpy())
        single = [name for name in names[len(DURATION) :] if name not in INTERPLAY]
        matrix[:, len(DURATION) : len(DURATION) + len(single)] = covariate_matrix(rows, single)
        place = {name: column for column, name in enumerate(names)}
        for name in names[len(DURATION) + len(single) :]:
            one, other = INTERPLAY[name]
            matrix[:, place[name]] = matrix[:, place[one]] * matrix[:, place[other]]
        return matrix

    def fit(self, panel: pl.DataFrame) -> Disputes:
        """Return a copy fitted to the panel; raises InputError if the outcome never varies in it."""
        if self.wider is not None:
            return replace(self._fit_further(panel), given=self.wider.fit(panel))  # one design at a time
        model, design = self.model, self._learnt_from(panel)
        near = model.learnt(design)
        first, estimate = near[0].first, model.estimate(design, near)
        seen = seen_of_states(design, near[0].expected) if model.history else None
        del near  # its rows are a copy, and so are those of the next
        far = None
        with suppress(InputError):  # so few years that none has an outcome as many years after it
            far = model.estimate(design, model.learnt(design, far=True))
        return replace(self, estimate=estimate, far=far, first=first, seen=seen)

    def _fit_further(self, panel: pl.DataFrame) -> Disputes:
        """A copy that has learnt when the wider outcome goes further."""
        model = self.conditional()
        learnt = model.learnt(self._learnt_from(panel))
        seen = seen_of_states(learnt.began, np.full(len(learnt.began.year), learnt.rate), at_once=False)
        return replace(self, estimate=model.estimate(learnt), first=learnt.first, seen=seen if model.history else None)

    def _learnt_from(self, panel: pl.DataFrame) -> Design:
        """The rows that are learnt from."""
        known = self.design(panel)
        return known.where(known.year >= self.first_year)

    def forecast(self, panel: pl.DataFrame, first_year: int, wider: pl.DataFrame | None = None) -> pl.DataFrame:
        """Return the rows from `first_year` on, with `probability` of an onset and its 95 % interval, `low` and `high`.

        `panel` holds every earlier year of the rows' dyads as well, for their history. `wider` is the forecast of the same rows
        by the model of the wider outcome, where there is one already. The three are null where something
        needed is unknown. The interval holds the uncertainty of the coefficients and of how prone the dyad and its states are;
        those of a product are put together as independent on the scale of logarithms (Zou & Donner 2008).

        Where peace years were last known `peace_years_age` years earlier, the log odds go over in a straight line from those
        of the logit that forecasts one year ahead to those of the one that forecasts `pooling.ahead` years ahead.
        Those of disputes of any kind are tempered (`Pooling.tempered`), and what is part of these follows.
        """
        asked = (panel["year"] >= first_year).to_numpy()
        rows = panel.filter(asked)
        matrix, pasts = self._with_past(panel, asked)
        odds = self._odds(self.fitted, matrix, pasts)
        share = np.minimum(ages(rows) / self.pooling.ahead[0], 1.0)
        if self.far is not None and share.any():
            odds = (1 - share) * odds + share * self._odds(self.far, matrix, pasts)
        known = (
            ~np.isnan(matrix).any(axis=1)
            & (rows["year"] >= self.first_year).to_numpy()
            & rows["earlier"].is_not_null().to_numpy()
        )
        if self.given is None:
            bands = expit(self.pooling.tempered(odds))
        else:
            wider = self.given.forecast(panel, first_year) if wider is None else wider
            bands = further(wider.select(BOUNDED).to_numpy().T, expit(odds))
        return rows.with_columns(
            pl.Series(name, np.where(known, values, np.nan)).fill_nan(None) for name, values in zip(BOUNDED, bands, strict=True)
        )

    def associations(self) -> dict[str, float]:
        """Return what each column adds to the log odds; of a narrower outcome, with what it adds to those of the wider ones."""
        own = super().associations()
        if self.given is None:
            return own
        wider = self.given.associations()
        return {column: own.get(column, 0.0) + wider.get(column, 0.0) for column in {**wider, **own}}

    def _odds(self, estimate: Estimate, matrix: Array, pasts: Past | None) -> Array:
        """The log odds of rows, and the bounds that coefficients and how prone dyad and states are leave them (3, row)."""
        off = np.zeros((4, len(matrix)))
        if pasts is not None:
            slopes = estimate.coefficients[[estimate.terms.index(name) for name in HISTORY]]
            off = pasts.cumulants(self.pooling.dyad_weight, self.pooling.state_weight, slopes)
        off[1] += estimate.error(matrix) ** 2
        odds = estimate.predictor(matrix)
        return np.stack([odds, odds + quantile(off, -NORMAL_95), odds + quantile(off, NORMAL_95)])

    def matrix(self, panel: pl.DataFrame) -> Array:
        """Return the columns of the fitted model (row, column), nan where something needed is unknown.

        For the columns of history, `panel` holds every earlier year of the rows' dyads as well.
        """
        return self._with_past(panel, np.ones(panel.height, np.bool_))[0]

    def _with_past(self, panel: pl.DataFrame, asked: NDArray[np.bool_]) -> tuple[Array, Past | None]:
        """Return some rows of the fitted model, and what is known of the past of their dyads and states."""
        matrix = self._plain(panel.filter(asked), self.own_columns)
        if "history" not in self.terms:
            return matrix, None
        pasts = self._past(panel, asked)
        return np.column_stack([matrix, pasts.log_ratios(self.pooling.dyad_weight, self.pooling.state_weight)]), pasts

    def _past(self, panel: pl.DataFrame, asked: NDArray[np.bool_]) -> Past:
        """Return what is known of some rows' dyads from all their rows, and of their states from what was seen of them.

        As it stood when disputes were last known: nothing fades in the years between.
        """
        if self.first is None or self.seen is None:
            raise InputError(UNFITTED)
        read = self.covariates if self.wider is None else ()
        parts = [covariate_matrix(part, read) @ self.first[1:] for part in panel.iter_slices(AT_ONCE)] or [np.empty(0)]
        expected = expit(self.first[0] + np.concatenate(parts))
        year, sides = panel["year"].to_numpy().astype(np.int64), panel.select("ccode1", "ccode2").to_numpy().astype(np.int64)
        held = self._given(panel)
        learnt = ~np.isnan(expected) & (year >= self.first_year)
        if held is not None:
            learnt &= (held > 0) & panel.select(pl.all_horizontal(pl.col(NEEDED).is_not_null())).to_series().to_numpy()
        outcome = np.where(learnt, panel[self.recorded].cast(pl.Float64).fill_null(np.nan).to_numpy(), np.nan)
        known = panel["known"].to_numpy().astype(np.int64) if self.known_late else None
        age = ages(panel.filter(asked)).astype(np.int64)
        dyads = past_of_dyads(sides, year, outcome, expected, self.pooling.decay, known, at_once=held is None)[asked]
        when = np.tile(year[asked] - age, 2)
        of_states = state_sums(self.seen, sides[asked].ravel("F"), when, self.pooling.decay)
        return Past(dyads / self.pooling.decay ** age[:, None], *np.split(of_states, 2))


def ages(rows: pl.DataFrame) -> Array:
    """Return how many years before the last one the disputes of each row were last known (row,), zero if it is not said."""
    if "peace_years_age" not in rows.columns:
        return np.zeros(rows.height)
    return rows["peace_years_age"].fill_null(0).cast(pl.Float64).to_numpy()


def dispute_ends(record: Record, disputes_from: str = GML) -> pl.DataFrame:
    """Return, per dyad and year in which disputes began: ccode1, ccode2, year, known, the last year of any of them.

    How deadly a dispute was, and whether it reached war, is recorded of the whole of it: until its end it may still become so.
    """
    rows = record.table(LISTED[disputes_from]).with_columns(known=pl.col("year").max().over("dispute"))
    return rows.filter("onset").group_by("ccode1", "ccode2", "year").agg(pl.col("known").max())


def forecasts(models: Mapping[str, Disputes], panel: pl.DataFrame, first_year: int) -> dict[str, pl.DataFrame]:
    """Return the forecast of each model, by outcome: each that rests on another's is made from that, and not once more.

    models : outcome → model, of which each narrower one was learnt given the wider one.
    """
    told: dict[str, pl.DataFrame] = {}
    for outcome in (each for each in EVERY if each in models):
        wider = models[outcome].wider
        told[outcome] = models[outcome].forecast(panel, first_year, told.get(wider.outcome) if wider else None)
    return {outcome: told[outcome] for outcome in models}


BOUNDED = ("probability", "low", "high")
"""Columns of a forecast: a probability and the bounds of its interval."""


def further(wider: Array, share: Array) -> Array:
    """Return the probability that what begins goes further, and its bounds (3, row), from those of either part (3, row).

    No value is above that of the wider outcome.

    >>> further(np.array([[0.1], [0.05], [0.2]]), np.array([[0.5], [0.5], [0.5]])).round(3).tolist()
    [[0.05], [0.025], [0.1]]
    """
    apart = np.log(wider) - np.log(wider[0]), np.log(share) - np.log(share[0])
    both = np.hypot(*apart) * np.array([[0.0], [-1.0], [1.0]])
    told: Array = wider[0] * share[0] * np.exp(both)
    return told


def seen_of_states(design: Design, expected: Array, *, at_once: bool = True) -> pl.DataFrame:
    """Return, per state and year, the outcomes observed and expected over its dyads: ccode, year, observed, expected.

    Unless `at_once`, both count in the year in which the outcome is known.
    """
    if design.sides is None:
        raise ValueError("rows without sides have no states")
    news = arrivals(design.year, amounts(design.outcome, expected), design.known, at_once=at_once)
    rows = pl.DataFrame(
        {
            "ccode": design.sides[news.row].ravel("F"),
            "year": np.tile(news.year, 2),
            "observed": np.tile(news.amount[:, 0], 2),
            "expected": np.tile(news.amount[:, 1], 2),
        }
    )
    return rows.group_by("ccode", "year").agg(pl.col("observed", "expected").sum()).sort("ccode", "year")


def state_sums(seen: pl.DataFrame, states: Codes, year: Codes, decay: float) -> Array:
    """Return the discounted sums over the years before (row, 2) for the state and year of each row.

    >>> seen = pl.DataFrame({"ccode": [2], "year": [1990], "observed": [1.0], "expected": [0.5]})
    >>> state_sums(seen, np.array([2, 2, 20]), np.array([1991, 1992, 1991]), 0.5).tolist()
    [[1.0, 0.5], [0.5, 0.25], [0.0, 0.0]]
    """
    observed = seen.select("observed", "expected").to_numpy()
    unit = np.concatenate([seen["ccode"].to_numpy().astype(np.int64), states])
    when = np.concatenate([seen["year"].to_numpy().astype(np.int64), year])
    sums = discounted(unit, when, np.concatenate([observed, np.zeros((len(states), 2))]), decay)
    return sums[len(observed) :]
