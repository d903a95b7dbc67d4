"""States ally with those who share their enemies and their friends; whether democracies do so more readily is what is asked.

    log odds of the outcome(i, t) = a + b · x(i, t - 1)

Unit of analysis: the non-directed dyad-year. Three outcomes, each with the dyads that can have it:

    defence_pact_formed       either side comes to owe the other defence (ATOP), among dyads in which neither did in t - 1
    defence_pact_ended        the pact binds in t for the last time, among dyads bound in t - 1 and on some day of t
    defence_agreement_signed  a defence cooperation agreement is signed (DCAD), among all dyads

A pact lapses within the last calendar year it binds, so that its end is dated there and the covariates of the year before come
first. A pact that is over because a state left the system did not end: what happens to it next is unknown, and so is the row.
A dyad enters with the second year of its younger state, for nothing is known of the year before; pacts made on entering (most
of them the year a state regains its independence) are thus no formations. x holds, by term,

    regime      polyarchy of the less democratic side, and the difference between the two. Two democracies, two autocracies and
                one of each differ by these alone: more democratic side = weaker side + difference (`regime_contrasts`)
    enemies     states with which both have a rivalry or had a dispute in the ten years past: number, log of one more
    distance    whether the territories touch, and the logarithm of the kilometres between them
    power       whether a major power takes part, the stronger side's share, the logarithm of the two shares multiplied
    ties        preferential attachment: partners of the one times partners of the other, each other apart (logs, of one more);
                triadic closure: number of common partners (log of one more); of pacts for pacts, of agreements for agreements
    history     years for which the dyad has been allied or not, whether it ever was before; or its own agreements in force

all from the year before. Follows Lai & Reiter (2000) and Gibler & Wolford (2006) on regimes and Kinne (2018) on ties, whose
actor-oriented model of the whole network this is not: dyads are taken one by one, given the network of last year. A treaty of
many states makes many dyads at once, which errors know as far as they share a state (hindcasts resample years too):
`bilateral_only` leaves such pacts out, and `multilateral_pact` marks them. Leaves out trade and joint membership in
organisations (their sources may not be shipped), pacts that a state joins with its first year in the system, dyads of which a
covariate is unknown (mostly with microstates), and what a state was bound by before it was renumbered (Germany and Yemen in
1990). Agreements before 1980 are unknown, so that the networks of the early eighties lack what was signed before them.

Disputed: whether democracies ally with each other more readily. Siverson & Emmons (1991) find that they do, Simon & Gartzke
(1996) that unlike regimes ally as often or more, Lai & Reiter (2000) that likeness counts, after 1945 alone; Gibler & Wolford
(2006) ask whether the alliance came first and democracy after it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
import polars as pl
from numpy.typing import NDArray

from foedus.errors import InputError
from foedus.estimation.cores import one_core
from foedus.estimation.design import OF_DYAD, Array, Design
from foedus.estimation.estimate import NORMAL_95, Estimate
from foedus.estimation.forecasters import BaseRate, Forecaster, Logit, OwnRate
from foedus.estimation.logit import logit
from foedus.mechanisms.mechanism import Mechanism, check_choice, every
from foedus.panels.alliances import ATOP
from foedus.panels.arrange import each_year
from foedus.panels.codebook import lookup
from foedus.panels.panel import lagged, panel
from foedus.panels.units import FIRST_YEAR, FOREVER, LAST_YEAR
from foedus.record.store import Record

OUTCOMES = {
    "defence_pact_formed": ("past_pact", "log_status_years"),
    "defence_pact_ended": ("log_status_years",),
    "defence_agreement_signed": ("log_agreements",),
}
"""The outcomes, and the columns that a dyad's own history brings to each."""

TERMS = {
    "regime": ("weaker_democracy", "regime_difference"),
    "enemies": ("log_common_enemies",),
    "distance": ("contiguous", "log_distance"),
    "power": ("any_major_power", "capability_ratio", "joint_capability"),
    "ties": ("preferential_attachment", "triadic_closure"),
    "history": (),
}
"""The terms of the model and the columns each brings; those of history depend on the outcome."""

VARIABLES: dict[str, tuple[str, ...]] = {
    "regime": ("polyarchy", "weaker_democracy"),
    "enemies": ("rivalry", "dispute_ongoing"),
    "distance": ("contiguous", "min_distance"),
    "power": ("capability_ratio", "joint_capability", "major_powers"),
    "ties": ("defence_pact", "defence_agreements", "general_defence_agreements"),
    "history": ("defence_pact", "defence_agreements", "general_defence_agreements"),
}
"""The variables that each term is made of, last year's."""

NETWORK = ("ties", "history")
"""Terms made of the very thing that is explained; the model without them is the one that Kinne (2018) argues against."""

CHOICES = {"agreements": ("all", "general"), "attachment": ("product", "sum"), "cluster": ("dyad", "year")}
"""Fields that are one of a few words."""

STATE_OF_AFFAIRS = tuple(name for name in every(VARIABLES) if name != "major_powers")
"""Variables taken from the panel as they are; `major_powers` is carried forward."""

DYAD = ("ccode1", "ccode2")
KEYS = (*DYAD, "year")

TYPICAL = {"autocratic": 0.2, "democratic": 0.8}
"""Polyarchy of the states that `regime_contrasts` pairs."""

Ties = NDArray[np.float32]
"""Ties, 0 or 1, (year, state, state); symmetric, with zeros on the diagonal."""


@dataclass(frozen=True)
class Alliances(Mechanism):
    """Formation and ending of defence pacts, signing of defence cooperation agreements, in a dyad-year.

    Attributes
    ----------
    outcome : one of OUTCOMES.
    terms : which of TERMS enter.
    first_year : first year of the rows it learns from; 1887, the year after distances begin. Agreements begin in 1981.
    memory : years for which a dispute makes two states enemies; 10, long enough to remember and short enough to change.
    carry_forward : years for which disputes, which end in 2010, and major powers, which end in 2016, stand as they were last
        known; 7, so that pacts can be followed to 2018. `common_enemies_age` and `major_powers_age` say how old they are.
    agreements : "all" defence cooperation agreements, or "general" ones alone (frameworks, protection of secrets), which are
        nearer to Kinne's; all by default, for a procurement or training agreement is a tie too. Of what is signed and of ties.
    bilateral_only : leave out dyad-years bound by a defence pact of more than two states; all pacts by default.
    attachment : preferential attachment as the "product" of the two sides' partners (each plus one), or their "sum" (plus one),
        in logs. The product by default: it is what chance alone would make of ties between states that differ in how many they
        have, so that closure has to show itself beyond it. With the sum closure keeps what is owed to two busy states.
    cluster : errors by "dyad", as elsewhere, or by "year", which holds all the dyads that one treaty makes at once.
    """

    outcome: str = "defence_pact_formed"
    terms: tuple[str, ...] = tuple(TERMS)
    first_year: int = 1887
    memory: int = 10
    carry_forward: int = 7
    agreements: str = "all"
    bilateral_only: bool = False
    attachment: str = "product"
    cluster: str = "dyad"
    estimate: Estimate | None = None

    id: ClassVar[str] = "order.alliances"
    name: ClassVar[str] = "alliances"
    unit: ClassVar[str] = "dyad-year"
    term_reads: ClassVar[Mapping[str, tuple[str, ...]]] = VARIABLES
    term_columns: ClassVar[Mapping[str, tuple[str, ...]]] = TERMS
    writes: ClassVar[tuple[str, ...]] = ("defence_pact", "defence_agreements")

    def __post_init__(self) -> None:
        check_choice(self.id, "outcome", [self.outcome], OUTCOMES)
        check_choice(self.id, "term", self.terms, TERMS)
        for name, choices in CHOICES.items():
            check_choice(self.id, name, [getattr(self, name)], choices)
        if self.bilateral_only and self.tie == "agreement":
            raise InputError("every defence cooperation agreement is bilateral: leave out bilateral_only.")

    @property
    def tie(self) -> str:
        """The kind of tie whose network it sees: "pact" or "agreement"."""
        return "agreement" if self.outcome == "defence_agreement_signed" else "pact"

    def columns_of(self, terms: Collection[str]) -> tuple[str, ...]:
        """Return the columns that these terms bring, in their order."""
        return tuple(name for term in terms for name in (OUTCOMES[self.outcome] if term == "history" else TERMS[term]))

    def panel(self, record: Record, years: tuple[int, int]) -> pl.DataFrame:
        """Return the dyad-years of `years` with every outcome, and the covariates of the year before.

        An outcome is null where the dyad cannot have it or nobody knows. Networks are those of the whole system, so that the
        panel is made for all dyads.
        """
        span = (FIRST_YEAR, min(years[1] + 1, LAST_YEAR))
        signed = "defence_agreements" if self.agreements == "all" else "general_defence_agreements"
        known = panel("dyad-year", STATE_OF_AFFAIRS, years=span, alliances_from=ATOP, record=record)
        major = panel("dyad-year", ["major_powers"], years=span, carry_forward=self.carry_forward, record=record)
        rows = known.hstack(major.drop(KEYS)).with_columns(
            *status(), regime_difference=(pl.col("polyarchy_1") - pl.col("polyarchy_2")).abs()
        )
        rows = with_partners(rows, rows.filter("defence_pact"), "pact", pl.col("defence_pact").is_not_null())
        rows = self._with_enemies(self._with_agreements(with_multilateral(with_outcomes(rows, signed), record), record))
        earlier = [name for name in rows.columns if name not in {*KEYS, *OUTCOMES, "defence_pact", "multilateral_pact"}]
        return lagged(rows, earlier, 1).filter(pl.col("year").is_between(*years))

    def _with_agreements(self, rows: pl.DataFrame, record: Record) -> pl.DataFrame:
        """The rows with the dyad's agreements in force and the network of all of them."""
        ties = agreements_in_force(record, self.agreements)
        known = pl.col("defence_agreements").is_not_null()
        joined = rows.join(ties, on=KEYS, how="left", maintain_order="left")
        counted = joined.with_columns(agreements_in_force=pl.when(known).then(pl.col("agreements_in_force").fill_null(0)))
        return with_partners(counted, ties, "agreement", known)

    def _with_enemies(self, rows: pl.DataFrame) -> pl.DataFrame:
        """The rows with the number of common enemies, and the age in years of what is known of disputes."""
        last = lookup("dispute_ongoing").last_year
        known = pl.col("rivalry").is_not_null() & (pl.col("year") <= last + self.carry_forward)
        foes = enemies(rows, self.memory, last, self.carry_forward)
        counted = with_partners(rows, foes, "enemy", known).rename({"common_enemy_partners": "common_enemies"})
        age = pl.when(known).then((pl.col("year") - last).clip(lower_bound=0))
        return counted.drop("enemy_partners_1", "enemy_partners_2").with_columns(common_enemies_age=age)

    def design(self, panel: pl.DataFrame) -> Design:
        """Return the rows of which the outcome and every covariate are known, ready for estimation."""
        rows = panel.filter(~pl.col("multilateral_pact")) if self.bilateral_only else panel
        made = {**covariates(self.tie, self.attachment), self.outcome: pl.col(self.outcome)}
        chosen = {name: made[name].cast(pl.Float64) for name in (*self.columns, self.outcome)}
        known = rows.select(*KEYS, **chosen).drop_nulls()
        cluster = pl.col("year") if self.cluster == "year" else OF_DYAD
        return Design.of(known, self.columns, self.outcome, cluster, sides=True)

    def fit(self, panel: pl.DataFrame) -> Alliances:
        """Return a copy fitted to the panel; raises InputError if the outcome never varies in it."""
        design = self.design(panel)
        return replace(self, estimate=logit(design.where(design.year >= self.first_year)))

    def models(self) -> Mapping[str, Forecaster]:
        """Return every model that is scored out of sample, by name."""
        lacking = {f"without {term}": (term,) for term in self.terms} | {"covariates only": NETWORK}
        kept = {name: tuple(term for term in self.terms if term not in dropped) for name, dropped in lacking.items()}
        return {
            "full model": Logit(self.columns),
            **{name: Logit(self.columns_of(terms)) for name, terms in kept.items()},
            "base rate": BaseRate(),
            "rolling base rate": BaseRate(years=10),
            "own rate": OwnRate(),
        }

    def contests(self) -> tuple[tuple[str, str, str], ...]:
        """Return what each term is worth as (term, model without it, model with it); "network" is ties and history together."""
        terms = tuple((term, f"without {term}", "full model") for term in self.terms)
        return (*terms, ("network", "covariates only", "full model"))


def covariates(tie: str, attachment: str) -> dict[str, pl.Expr]:
    """Return the columns of a design as expressions of the panel's, for the network of "pact" or "agreement" ties."""
    one, two = (pl.col(f"{tie}_partners_{side}") for side in (1, 2))
    return {
        "weaker_democracy": pl.col("weaker_democracy"),
        "regime_difference": pl.col("regime_difference"),
        "log_common_enemies": pl.col("common_enemies").log1p(),
        "contiguous": pl.col("contiguous"),
        "log_distance": pl.col("min_distance").log1p(),
        "any_major_power": pl.col("major_powers") > 0,
        "capability_ratio": pl.col("capability_ratio"),
        "joint_capability": pl.col("joint_capability"),
        "preferential_attachment": (one + two).log1p() if attachment == "sum" else one.log1p() + two.log1p(),
        "triadic_closure": pl.col(f"common_{tie}_partners").log1p(),
        "past_pact": pl.col("past_pact"),
        "log_status_years": pl.col("status_years").log(),
        "log_agreements": pl.col("agreements_in_force").log1p(),
    }


def status() -> list[pl.Expr]:
    """Expressions for `past_pact` (ever a pact, up to the year) and `status_years` (years allied, or not, without a break).

    The rows are sorted by dyad and year. A dyad that was away begins anew.

    >>> years = pl.DataFrame({"ccode1": 2, "ccode2": 20, "year": [1, 2, 3, 5], "defence_pact": [False, True, True, True]})
    >>> years.select(status()).rows()
    [(False, 1), (True, 1), (True, 2), (True, 1)]
    """
    pact, year = pl.col("defence_pact"), pl.col("year")
    unbroken = (pact == of_year("defence_pact", 1)).fill_null(False)
    since = pl.when(~unbroken).then(year).forward_fill()
    return [
        pact.cast(pl.Int8).cum_max().over(DYAD).cast(pl.Boolean).alias("past_pact"),
        pl.when(pact.is_not_null()).then(year - since + 1).alias("status_years"),
    ]


def of_year(name: str, before: int) -> pl.Expr:
    """Return what a column said of the same dyad in the year before (1) or after (-1), in rows sorted by dyad and year.

    >>> years = pl.DataFrame({"ccode1": 2, "ccode2": [20, 20, 31], "year": [1, 2, 3], "pact": [True, False, True]})
    >>> years.select(of_year("pact", 1)).to_series().to_list()
    [None, True, None]
    """
    same = [pl.col(key) == pl.col(key).shift(before) + shift for key, shift in zip(KEYS, (0, 0, before), strict=True)]
    return pl.when(pl.all_horizontal(same)).then(pl.col(name).shift(before))


def with_outcomes(rows: pl.DataFrame, signed: str = "defence_agreements") -> pl.DataFrame:
    """Return dyad-years with the three outcomes; null where a dyad cannot have one, or where nobody knows.

    `signed` names the column with the number of agreements signed in the year.

    >>> years = pl.DataFrame({"ccode1": 2, "ccode2": 20, "year": [1, 2, 3, 4], "defence_pact": [False, True, True, False],
    ...     "defence_agreements": 0})
    >>> with_outcomes(years).select("defence_pact_formed", "defence_pact_ended").rows()
    [(None, None), (True, None), (None, True), (None, None)]
    """
    before, after = of_year("defence_pact", 1), of_year("defence_pact", -1)
    return rows.with_columns(
        defence_pact_formed=pl.when(~before).then(pl.col("defence_pact")),
        defence_pact_ended=pl.when(before & pl.col("defence_pact")).then(~after),
        defence_agreement_signed=pl.col(signed) > 0,
    )


def with_multilateral(rows: pl.DataFrame, record: Record) -> pl.DataFrame:
    """Return dyad-years with `multilateral_pact`: whether a treaty of more than two states is behind their defence pact."""
    joined = rows.join(multilateral_pacts(record), on=KEYS, how="left", maintain_order="left")
    return joined.with_columns(multilateral_pact=pl.col("defence_pact") & pl.col("multilateral_pact").fill_null(False))


def multilateral_pacts(record: Record) -> pl.DataFrame:
    """Return the dyad-years in which a treaty of more than two states has one side owe the other defence (ATOP)."""
    member = record.table("alliance_members").filter(~pl.col("bilateral"))
    phase = ["atop_id", "phase"]
    since, until = pl.col("start").dt.year(), pl.col("end").dt.year().fill_null(FOREVER)
    seats = member.select(*phase, "ccode", "defence", first_year=since, last_year=until)
    pairs = seats.join(seats, on=phase, suffix="_2").filter(
        pl.col("ccode") < pl.col("ccode_2"), pl.col("defence") | pl.col("defence_2")
    )
    spells = pairs.select(
        ccode1="ccode",
        ccode2="ccode_2",
        first_year=pl.max_horizontal("first_year", "first_year_2").cast(pl.Int16),
        last_year=pl.min_horizontal("last_year", "last_year_2").cast(pl.Int16),
    )
    return each_year(spells).unique().with_columns(multilateral_pact=pl.lit(True))


def agreements_in_force(record: Record, kind: str) -> pl.DataFrame:
    """Return the dyad-years with `agreements_in_force` on some day: of `kind` "all" or "general".

    An agreement binds from the year it is signed. Most ends are the producer's assumption, made from the stated term.
    """
    table = record.table("defence_agreements")
    chosen = table if kind == "all" else table.filter(pl.col("type") == kind)
    signed = pl.col("signed").dt.year().cast(pl.Int16)
    years = each_year(chosen.select(*DYAD, first_year=signed, last_year="end_year"))
    return years.group_by(KEYS).agg(agreements_in_force=pl.len().cast(pl.Int16))


def enemies(rows: pl.DataFrame, memory: int, last: int, carry: int) -> pl.DataFrame:
    """Return the dyad-years of enemies: strategic rivals, and dyads with a dispute in this year or the `memory` - 1 before.

    From `last`, the last year with dispute data, the enemies by dispute stay the same for `carry` years.

    >>> pair = {"ccode1": 2, "ccode2": 20}
    >>> years = pl.DataFrame([{**pair, "year": 1991, "rivalry": False, "dispute_ongoing": True}])
    >>> enemies(years, memory=2, last=2010, carry=0).sort("year").rows()
    [(2, 20, 1991), (2, 20, 1992)]
    """
    ends = pl.col("year") + memory - 1
    spells = rows.filter("dispute_ongoing").select(
        *DYAD, first_year="year", last_year=pl.when(ends < last).then(ends).otherwise(last + carry)
    )
    return pl.concat([rows.filter("rivalry").select(KEYS), each_year(spells).select(KEYS)], how="vertical_relaxed").unique()


def with_partners(rows: pl.DataFrame, ties: pl.DataFrame, kind: str, known: pl.Expr) -> pl.DataFrame:
    """Return the rows with what a network of dyad-years says of each: partners of side 1 and of side 2, and common ones.

    The two sides are not counted as each other's partners, nor are states outside the system. Null unless `known`.

    >>> triangle = pl.DataFrame({"ccode1": [1, 1, 2], "ccode2": [2, 3, 3], "year": 2000})
    >>> with_partners(triangle, triangle.head(2), "pact", pl.lit(True)).drop("year").rows()
    [(1, 2, 1, 0, 0), (1, 3, 1, 0, 0), (2, 3, 1, 1, 1)]
    """
    years, states = np.unique(rows["year"].to_numpy()), np.unique(rows.select(DYAD).to_numpy())

    def places(frame: pl.DataFrame) -> tuple[NDArray[np.intp], ...]:
        axes = zip(("year", *DYAD), (years, states, states), strict=True)
        return tuple(np.searchsorted(axis, frame[name].to_numpy()) for name, axis in axes)

    tied = np.zeros((len(years), len(states), len(states)), np.float32)
    year, one, two = places(ties.join(rows, on=KEYS, how="semi"))
    tied[year, one, two] = tied[year, two, one] = 1
    year, one, two = places(rows)
    degree, direct = tied.sum(axis=2), tied[year, one, two]
    counts = {
        f"{kind}_partners_1": degree[year, one] - direct,
        f"{kind}_partners_2": degree[year, two] - direct,
        f"common_{kind}_partners": common(tied)[year, one, two],
    }
    counted = rows.hstack([pl.Series(name, values, dtype=pl.Float32).cast(pl.Int16) for name, values in counts.items()])
    return counted.with_columns(pl.when(known).then(pl.col(name)).alias(name) for name in counts)


def common(tied: Ties) -> Ties:
    """Return the number of states tied to both (year, state, state); on the diagonal, the number tied to the state.

    >>> star = np.array([[[0, 1, 1], [1, 0, 0], [1, 0, 0]]], np.float32)
    >>> common(star)[0].tolist()
    [[2.0, 0.0, 0.0], [0.0, 1.0, 1.0], [0.0, 1.0, 1.0]]
    """
    with one_core():  # threads that wait for each other cost more than matrices this small
        return tied @ tied


def regime_contrasts(estimate: Estimate) -> pl.DataFrame:
    """Return how the log odds of the outcome differ between pairs of regimes, other things equal.

    One row a contrast: pair, against, estimate, std_error, low, high (95 %). The pairs are of states at TYPICAL polyarchy.
    """
    low, high = TYPICAL["autocratic"], TYPICAL["democratic"]
    pairs = {"two autocracies": (low, 0.0), "two democracies": (high, 0.0), "one of each": (low, high - low)}
    places = [estimate.terms.index(name) for name in TERMS["regime"]]
    chosen = estimate.coefficients[places], estimate.covariance[np.ix_(places, places)]
    asked = (("two autocracies", "two democracies"), ("two autocracies", "one of each"), ("two democracies", "one of each"))
    rows = [(one, other, *contrast(np.subtract(pairs[one], pairs[other]), *chosen)) for one, other in asked]
    return pl.DataFrame(rows, schema=["pair", "against", "estimate", "std_error", "low", "high"], orient="row")


def contrast(weights: Array, coefficients: Array, covariance: Array) -> tuple[float, float, float, float]:
    """Return a weighted sum of coefficients, its standard error and its 95 % interval.

    >>> [round(number, 2) for number in contrast(np.array([1.0, -1.0]), np.array([0.5, 0.2]), np.eye(2) / 2)]
    [0.3, 1.0, -1.66, 2.26]
    """
    value, error = float(weights @ coefficients), float(np.sqrt(weights @ covariance @ weights))
    return value, error, value - NORMAL_95 * error, value + NORMAL_95 * error
