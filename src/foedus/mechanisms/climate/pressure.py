"""People displaced to a state, beyond what it can take in, go with instability there.

    log odds of onset(i, t) = a + b · x(i, t - 1) + c · arrivals(i, t - 1) + d · stock(i, t - 1)
                              + (e · arrivals(i, t - 1) + f · stock(i, t - 1)) · capacity(i, t - 1)

and the same, by least squares, with physical integrity (freedom from political killings and torture) on the left and its value
of the year before among x. Unit of analysis: the state-year. By term,

    state            population, intrastate conflict and the quiet years since, polyarchy and its square
    neighbours       whether a state that touches this one had an intrastate conflict
    capacity         what there is to take people in with: mean of two standard scores among the states of the year, the
                     logarithm of GDP per head (what can be shared) and impartial administration (whether those who register,
                     house and school people go by rule; the rule-of-law index has parts of the outcome in it)
    arrivals         people displaced to the state in the year, per thousand inhabitants: log(1 + so many)
    stock            people displaced to it who are there on 31 December, likewise
    beyond capacity  either times capacity: the essay's claim is that e and f lie below zero

all of the year before. UNHCR prints "none" and "not known" alike; its blanks are a level of their own and never zero. Errors
are clustered by state. An estimate is an association: people flee wars next door, and wars next door spread, which is why the
neighbours stand beside them; and they flee to where it is calm, which works the other way.

Follows Salehyan & Gleditsch (2006), who find more conflict, and Zhou & Shaver (2021), who find none, in what is asked; the
latter look at provinces. Leaves out where in the state people are, what host and donors do for them, votes against them, the
20 or so small states that V-Dem does not cover, and each state's first year. Asylum applications are known since 2000 alone, so
that earlier arrivals are those recognised as groups. What hosting costs is not conflict: `burdens` counts it apart.

Disputed: whether refugees bring conflict at all. Salehyan & Gleditsch (2006) find more of it among states, Zhou & Shaver (2021)
none among provinces, where hosting goes with less in some places.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

import polars as pl

from foedus.errors import InputError
from foedus.estimation.design import Design
from foedus.estimation.estimate import Estimate
from foedus.estimation.forecasters import BaseRate, Forecaster, Logit, OwnRate
from foedus.estimation.least_squares import Linear, OwnMean, Unchanged, linear
from foedus.estimation.logit import logit
from foedus.mechanisms.mechanism import Mechanism, check_choice, every
from foedus.panels.codebook import lookup
from foedus.panels.panel import lagged, panel
from foedus.record.store import Record

ONSET, INTEGRITY = "intrastate_conflict_onset_2", "physical_integrity"
OUTCOMES = (ONSET, INTEGRITY)

BEFORE = "physical_integrity_before"
"""The outcome's value of the year before, where it is an amount."""

TERMS: dict[str, tuple[str, ...]] = {
    "state": ("log_population", "conflict", "log_quiet_years", "polyarchy", "polyarchy_squared"),
    "neighbours": ("neighbour_in_conflict",),
    "capacity": ("capacity",),
    "arrivals": ("arrivals", "arrivals_unknown"),
    "stock": ("stock", "stock_unknown"),
    "beyond capacity": ("arrivals_by_capacity", "stock_by_capacity"),
}
"""The terms of the model and the columns each brings."""

DISPLACED = ("arrivals", "stock", "beyond capacity")
"""The terms that hold displaced people."""

WITHOUT = "without the displaced"

PRODUCTS = {"arrivals_by_capacity": "arrivals", "stock_by_capacity": "stock"}
"""Columns that mean nothing without the term they multiply."""

STOCKS: dict[str, tuple[str, ...]] = {
    "displaced": ("refugees_hosted", "asylum_seekers_hosted", "others_in_need_hosted"),
    "refugees": ("refugees_hosted",),
    "with Palestine refugees": (
        "refugees_hosted",
        "asylum_seekers_hosted",
        "others_in_need_hosted",
        "palestine_refugees_hosted",
    ),
}
"""Whom the stock counts: what is known of these, added up. Palestine refugees are registered by another agency, and many are
citizens where they live."""

HOSTED = every(STOCKS)
PEOPLE = (*HOSTED, "new_arrivals")
STATE = ("intrastate_conflict", "polyarchy", "impartial_administration")
ECONOMY = ("gdp_per_head", "population_un", "population")

VARIABLES: dict[str, tuple[str, ...]] = {
    "state": ("population_un", "population", "intrastate_conflict", "polyarchy", INTEGRITY),
    "neighbours": ("contiguous", "intrastate_conflict"),
    "capacity": ("impartial_administration", "gdp_per_head"),
    "arrivals": ("new_arrivals",),
    "stock": HOSTED,
    "beyond capacity": PEOPLE,
}
"""The variables that each term is made of, last year's."""

LONGEST_AGE = 5
"""Years for which borders, GDP per head and population may stand in for later ones: their sources end in 2019."""

CONFLICTS_SINCE = 1946


@dataclass(frozen=True)
class Pressure(Mechanism):
    """Instability of a state in a year, given who fled there.

    Attributes
    ----------
    outcome : one of OUTCOMES: a new intrastate conflict (yes or no), or physical integrity, 0 to 1 (low is repression).
    terms : which of TERMS enter; those that hold displaced people have to earn their place, the others are the background.
    stock : whom the stock counts, one of STOCKS.
    first_year : first year of the rows; 1971, since V-Dem's administration begins in 1970.
    estimate : what it has learnt; None while unfitted.
    """

    outcome: str = ONSET
    terms: tuple[str, ...] = tuple(TERMS)
    stock: str = "displaced"
    first_year: int = 1971
    estimate: Estimate | None = None

    id: ClassVar[str] = "climate.pressure"
    core: ClassVar[tuple[str, ...]] = ("state", "neighbours", "capacity")
    name: ClassVar[str] = "pressure"
    unit: ClassVar[str] = "state-year"
    term_reads: ClassVar[Mapping[str, tuple[str, ...]]] = VARIABLES
    term_columns: ClassVar[Mapping[str, tuple[str, ...]]] = TERMS
    writes: ClassVar[tuple[str, ...]] = ("intrastate_conflict_probability", "expected_physical_integrity")

    def __post_init__(self) -> None:
        check_choice(self.id, "outcome", [self.outcome], OUTCOMES)
        check_choice(self.id, "stock", [self.stock], STOCKS)
        check_choice(self.id, "term", self.terms, TERMS)

    def columns_of(self, terms: Collection[str]) -> tuple[str, ...]:
        """Return the columns that these terms bring: a product of two, where both enter."""
        before = (BEFORE,) if self.outcome == INTEGRITY and "state" in terms else ()
        brought = (column for term in TERMS if term in terms for column in TERMS[term])
        return (*before, *(column for column in brought if PRODUCTS.get(column) in (None, *terms)))

    def panel(self, record: Record, years: tuple[int, int]) -> pl.DataFrame:
        """Return the state-years of `years` with both outcomes, and the columns of the year before (see TERMS).

        arrivals and stock are log(1 + persons per thousand inhabitants), null where UNHCR is silent; `next_arrivals` and
        `next_stock`, of the year after, are the negative control and enter no model.
        """
        rows = conditions(record, (years[0] - 1, years[1] + 1), self.stock)
        before = [name for name in rows.columns if name not in ("ccode", "year", ONSET, INTEGRITY)]
        later = rows.select("ccode", pl.col("year") - 1, next_arrivals="arrivals", next_stock="stock")
        with_past = rows.with_columns(pl.col(INTEGRITY).alias(BEFORE))
        joined = lagged(with_past, [*before, BEFORE], 1).join(later, on=["ccode", "year"], how="left")
        rows_of_years = joined.join(troubled_neighbours(record, years), on=["ccode", "year"], how="left")
        rows_of_years = rows_of_years.with_columns(pl.col("neighbour_in_conflict").fill_null(False))
        return rows_of_years.filter(pl.col("year").is_between(*years)).sort("ccode", "year")

    def design(self, panel: pl.DataFrame) -> Design:
        """Return the rows of which the outcome and the background are known, ready for estimation."""
        rows = self.complete(panel)
        return Design.of(rows, self.columns, self.outcome, pl.col("ccode"))

    def complete(self, panel: pl.DataFrame) -> pl.DataFrame:
        """Return the rows that can be learnt from, silence of UNHCR as a level of its own, and the products with capacity."""
        needed = [self.outcome, *self.columns_of(self.core)]
        rows = panel.filter(pl.col("year") >= self.first_year).drop_nulls(needed)
        return with_products(rows, ("arrivals", "stock"))

    def fit(self, panel: pl.DataFrame) -> Pressure:
        """Return a copy fitted to the panel; raises InputError if the outcome never varies in it."""
        design = self.design(panel)
        return replace(self, estimate=logit(design) if self.outcome == ONSET else linear(design))

    def models(self) -> Mapping[str, Forecaster]:
        """Return the models to be scored out of sample, by name."""
        kind = Logit if self.outcome == ONSET else Linear
        left_out = {f"without {term}": (term,) for term in self.terms} | {WITHOUT: DISPLACED}
        kept = {name: [each for each in self.terms if each not in out] for name, out in left_out.items()}
        baselines: dict[str, Forecaster] = {"own mean": OwnMean()}
        if BEFORE in self.columns:
            baselines["persistence"] = Unchanged(BEFORE)
        if self.outcome == ONSET:
            baselines = {"base rate": BaseRate(), "rolling base rate": BaseRate(years=10), "own rate": OwnRate()}
        return {
            "full model": kind(self.columns),
            **{name: kind(self.columns_of(terms)) for name, terms in kept.items()},
            **baselines,
        }

    def contests(self) -> tuple[tuple[str, str, str], ...]:
        """Return (term, rival, contender); "displaced" is the terms that hold displaced people, together."""
        return (("displaced", WITHOUT, "full model"), *((term, f"without {term}", "full model") for term in self.terms))


def conditions(record: Record, years: tuple[int, int], stock: str = "displaced") -> pl.DataFrame:
    """Return what a state-year is like: both outcomes and every column of TERMS but those of neighbours and products."""
    named = (ONSET, INTEGRITY, *STATE, *PEOPLE)
    last = min(years[1], lookup("new_arrivals").last_year)
    rows = panel("state-year", named, years=(CONFLICTS_SINCE, last), record=record)
    economy = panel("state-year", ECONOMY, years=(CONFLICTS_SINCE, last), carry_forward=LONGEST_AGE, record=record)
    joined = rows.join(economy, on=["ccode", "year"], how="left").sort("ccode", "year").with_columns(quiet_years())
    inhabitants = pl.coalesce("population_un", "population")  # of states that the United Nations do not part, as estimated
    joined = joined.with_columns(capacity(), inhabitants=inhabitants, people=_known_sum(STOCKS[stock]))
    kept = joined.select(
        "ccode",
        "year",
        ONSET,
        INTEGRITY,
        "capacity",
        "polyarchy",
        conflict="intrastate_conflict",
        log_population=pl.col("inhabitants").log(),
        log_quiet_years=pl.col("quiet_years").log1p(),
        polyarchy_squared=pl.col("polyarchy") ** 2,
        arrivals=_per_thousand("new_arrivals"),
        stock=_per_thousand("people"),
    )
    return kept.filter(pl.col("year").is_between(*years))


def capacity() -> pl.Expr:
    """Return the means to take people in: mean of two standard scores among the states of the year; null if one is unknown.

    >>> rows = pl.DataFrame({"year": [2000, 2000], "gdp_per_head": [1.0, 10.0], "impartial_administration": [-1.0, 1.0]})
    >>> rows.select(capacity().round(3))["capacity"].to_list()
    [-0.707, 0.707]
    """
    parts = [pl.col("gdp_per_head").log(), pl.col("impartial_administration")]
    scores = [(part - part.mean().over("year")) / part.std().over("year") for part in parts]
    return ((scores[0] + scores[1]) / 2).alias("capacity")


def quiet_years() -> pl.Expr:
    """Whole years since the state's last intrastate conflict, 0 in one of conflict; counted from its first row if it had none.

    Rows lie in order of state and year.

    >>> conflict = [False, True, False, False]
    >>> rows = pl.DataFrame({"ccode": [1] * 4, "year": [1990, 1991, 1992, 1993], "intrastate_conflict": conflict})
    >>> rows.select(quiet_years())["quiet_years"].to_list()
    [1, 0, 1, 2]
    """
    last = pl.when("intrastate_conflict").then("year").forward_fill().over("ccode")
    return (pl.col("year") - pl.coalesce(last, pl.col("year").min().over("ccode") - 1)).alias("quiet_years")


def with_products(rows: pl.DataFrame, people: Collection[str]) -> pl.DataFrame:
    """Return rows with each of the columns of people beside whether it is unknown (it is then 0), and times capacity.

    >>> with_products(pl.DataFrame({"stock": [2.0, None], "capacity": [0.5, 0.5]}), ["stock"]).drop("capacity").rows()
    [(2.0, False, 1.0), (0.0, True, 0.0)]
    """
    known = rows.with_columns(
        *(pl.col(name).is_null().alias(f"{name}_unknown") for name in people), *(pl.col(name).fill_null(0.0) for name in people)
    )
    return known.with_columns((pl.col(name) * pl.col("capacity")).alias(f"{name}_by_capacity") for name in people)


def troubled_neighbours(record: Record, years: tuple[int, int]) -> pl.DataFrame:
    """Return whether any state that touched it on 1 January had an intrastate conflict the year before, by ccode and year."""
    last = min(years[1], lookup("new_arrivals").last_year)
    pairs = panel("dyad-year", ["contiguous"], years=(years[0], last), directed=True, carry_forward=LONGEST_AGE, record=record)
    conflicts = panel("state-year", ["intrastate_conflict"], years=(years[0] - 1, last), record=record)
    before = conflicts.select(pl.col("year") + 1, ccode2="ccode", troubled="intrastate_conflict")
    touching = pairs.filter("contiguous").join(before, on=["ccode2", "year"])
    return touching.group_by(pl.col("ccode1").alias("ccode"), "year").agg(neighbour_in_conflict=pl.col("troubled").any())


def burdens(record: Record, year: int) -> pl.DataFrame:
    """Return what hosting comes to beside a state's size: a count, and no estimate of anything.

    One row a state in the year of which UNHCR has a number: ccode, people (refugees, asylum seekers and others in need on 31
    December), per_thousand (inhabitants) and per_million (dollars of GDP of 2015), each null where the divisor is unknown or
    older than LONGEST_AGE years; rank_people, rank_per_thousand, rank_per_million (1 is most). Raises InputError for a year
    outside UNHCR's.
    """
    first, last = lookup("refugees_hosted").first_year, lookup("refugees_hosted").last_year
    if not first <= year <= last:
        raise InputError(f"UNHCR's numbers cover {first}–{last}, not {year}. Choose a year within them.")
    return record.derived(f"burdens {year}", lambda: _burdens(record, year))


def _burdens(record: Record, year: int) -> pl.DataFrame:
    rows = panel("state-year", STOCKS["displaced"], years=(year, year), record=record)
    sizes = ("population_un", "gdp_constant")
    carried = panel("state-year", sizes, years=(year, year), carry_forward=LONGEST_AGE, record=record)
    hosts = rows.join(carried, on=["ccode", "year"]).with_columns(people=_known_sum(STOCKS["displaced"])).drop_nulls("people")
    counted = hosts.select(
        "ccode",
        "people",
        per_thousand=pl.col("people") / pl.col("population_un") * 1000,
        per_million=pl.col("people") / pl.col("gdp_constant") * 1e6,
    )
    ranked = (pl.col(name).rank("min", descending=True).alias(f"rank_{name}") for name in counted.columns[1:])
    return counted.with_columns(ranked).sort("people", descending=True)


def _known_sum(names: Collection[str]) -> pl.Expr:
    """Return the sum of what is known of these; null where nothing is."""
    return pl.when(pl.any_horizontal(pl.col(name).is_not_null() for name in names)).then(pl.sum_horizontal(names))


def _per_thousand(people: str) -> pl.Expr:
    return (pl.col(people) / pl.col("inhabitants") * 1000).log1p()
