"""A pledge to defend a state goes with taking part in its disputes.

    log odds of joining(k, d, s) = a + b · x(k, s, opponents of s)

Unit of analysis: the joiner–dispute side. For every dispute d, every other member of the system in the year of its begin is a
possible joiner k of either side s. It `joined` if it entered that side after the originators, however late. x holds, by term,

    pact        whether k owes an originator of the side defence
    pledges     offence and consultation owed to the side; restraint (neutrality, non-aggression) and defence owed to the other
    proximity   contact with and distance to the nearest originator of either side
    power       whether k is a major power, its capability share, and the balance of the two sides
    regime      polyarchy of the less democratic one of k and the side, and of k and the other side
    rivalry     whether k is a strategic rival of the other side, or of the side itself
    dispute     what is known at its begin: who acted first, how many began it, whether rivals or major powers did
    activity    disputes k had under way, and whether one of them was with the other side

all from the year before. Nothing that the dispute became (hostility, length, deaths) is a covariate: joiners help to decide it.
Errors are clustered by dispute, for whoever joins changes the reasons of the next; `cluster="joiner"` asks how much rests on a
few states that join often. What pledges come to when they fall due is counted in `pledges.py`.

Follows Siverson & Starr (1990) and, in keeping both sides open, Joyce, Ghosn & Bayer (2014). Leaves out when in the dispute a
state joins, help short of taking part, secret or tacit commitments, the disputes that a pact deterred, and those an ally
avoided lest it be drawn in.

Disputed: how often pledges are kept. Counted by ally it is about a quarter (Sabrosky 1980), by what the text asks three
quarters (Leeds, Long & Mitchell 2000), since 1945 again less than a quarter (Berkemeier & Fuhrmann 2018). And whether pledges
draw states into wars that they would have stayed out of, which Beckley (2015) does not see for the United States.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
import polars as pl
from numpy.typing import NDArray

from foedus.estimation.design import Design
from foedus.estimation.estimate import Estimate
from foedus.estimation.forecasters import BaseRate, Forecaster, Logit
from foedus.estimation.logit import logit
from foedus.mechanisms.mechanism import Mechanism, check_choice, every
from foedus.record.store import Record

OUTCOMES = ("joined", "joined_by_force")

TERMS = {
    "pact": ("defence_pact",),
    "pledges": ("offence_pact", "consultation_pact", "restraint_owed_opponent", "defence_owed_opponent"),
    "proximity": ("contiguous", "log_distance", "opponent_contiguous", "opponent_log_distance"),
    "power": ("major_power", "log_capability", "log_balance"),
    "regime": ("weaker_democracy", "opponent_weaker_democracy"),
    "rivalry": ("opponent_rival", "rival"),
    "dispute": ("acted_first", "log_originators", "originators_rivals", "side_major", "opponent_major"),
    "activity": ("log_disputes", "disputes_opponent"),
}
"""The terms of the model and the columns each brings."""

VARIABLES: dict[str, tuple[str, ...]] = {
    "pact": ("defence_pact",),
    "pledges": ("offence_pact", "neutrality_pact", "nonaggression_pact", "consultation_pact"),
    "proximity": ("contiguous", "min_distance"),
    "power": ("major_power", "capability_share"),
    "regime": ("weaker_democracy",),
    "rivalry": ("rivalry",),
    "dispute": ("dispute_ongoing", "rivalry", "major_power"),
    "activity": ("state_disputes",),
}
"""The variables that each term is made of, last year's."""

PAIR = every(VARIABLES)
"""What is read of a possible joiner and an originator."""

CONTROL = {"later pact": ("later_pact",)}
"""The negative control: a term that cannot have brought anybody in, for the pact begins only when the dispute is over."""

LATER = 5
"""Years after the end of a dispute within which a pact of the negative control begins."""

FORCE = 14
"""Lowest action (GML) that uses force."""

MANY = 10
"""Joiners beyond which a dispute's coalition is a great one."""

SIDE = ("dispute", "side_a", "ccode")


@dataclass(frozen=True)
class Entanglement(Mechanism):
    """Joining a dispute that others began.

    Attributes
    ----------
    outcome : "joined", or "joined_by_force" for those that went on to use force.
    terms : which of TERMS enter; "later pact", the negative control, only when asked for.
    cluster : "dispute" (the default: joiners of one dispute follow each other) or "joiner".
    first_year : first begin of a dispute that is learnt from; 1887, the year after distances begin.
    last_year : the last; 2008, since 95 joiners in 100 come by the end of the second year and the data end in 2010.
    """

    outcome: str = "joined"
    terms: tuple[str, ...] = tuple(TERMS)
    cluster: str = "dispute"
    first_year: int = 1887
    last_year: int = 2008
    estimate: Estimate | None = None

    id: ClassVar[str] = "shield.entanglement"
    name: ClassVar[str] = "entanglement"
    unit: ClassVar[str] = "joiner-dispute side"
    term_reads: ClassVar[Mapping[str, tuple[str, ...]]] = VARIABLES
    reads: ClassVar[tuple[str, ...]] = PAIR
    writes: ClassVar[tuple[str, ...]] = ("joining_probability",)

    def __post_init__(self) -> None:
        check_choice(self.id, "outcome", [self.outcome], OUTCOMES)
        check_choice(self.id, "term", self.terms, {**TERMS, **CONTROL})
        check_choice(self.id, "cluster", [self.cluster], ["dispute", "joiner"])

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the design's columns."""
        return tuple(column for term in self.terms for column in {**TERMS, **CONTROL}[term])

    def panel(self, record: Record, years: tuple[int, int]) -> pl.DataFrame:
        """Return the possible joiners of either side of every dispute begun in `years`.

        Columns: dispute, side_a, ccode (the possible joiner), year (of the begin), both outcomes, entered (the year it did, or
        null) and every column of TERMS and CONTROL, null where the record does not know.
        """
        began = originators(record, years)
        possible = candidates(record, began)
        sides = of_sides(record, possible, began)
        others = sides.select("dispute", ~pl.col("side_a"), "ccode", pl.exclude(SIDE).name.prefix("opponent_"))
        either = pl.concat([possible.with_columns(side_a=pl.lit(side)) for side in (True, False)])
        joined = either.join(sides, on=SIDE, how="left").join(others, on=SIDE, how="left")
        rows = joined.join(of_disputes(record, began), on="dispute").join(entries(record), on=SIDE, how="left")
        return _columns_of_panel(rows).sort(SIDE)

    def design(self, panel: pl.DataFrame) -> Design:
        """Return the rows of which the outcome and every covariate are known, ready for estimation."""
        rows = self.complete(panel)
        return Design.of(rows, self.columns, self.outcome, pl.col("dispute" if self.cluster == "dispute" else "ccode"))

    def complete(self, panel: pl.DataFrame) -> pl.DataFrame:
        """Return the rows of the years learnt from of which the outcome and every covariate are known."""
        learnt = panel.filter(pl.col("year").is_between(self.first_year, self.last_year))
        return learnt.drop_nulls([self.outcome, *self.columns])

    def fit(self, panel: pl.DataFrame) -> Entanglement:
        """Return a copy fitted to the panel; raises InputError if nobody joins in it, or everybody."""
        return replace(self, estimate=logit(self.design(panel)))

    def models(self) -> Mapping[str, Forecaster]:
        """Return the models to be scored out of sample, by name."""
        without = {f"without {term}": Logit(replace(self, terms=_but(self.terms, term)).columns) for term in self.terms}
        baselines: dict[str, Forecaster] = {
            "pact alone": Logit(TERMS["pact"]),
            "base rate": BaseRate(),
            "rolling base rate": BaseRate(20),
        }
        return {"full model": Logit(self.columns), **without, **baselines}

    def contests(self) -> tuple[tuple[str, str, str], ...]:
        """Return what each term is worth as (term, rival, contender): the rival's score less the contender's."""
        terms = tuple((term, f"without {term}", "full model") for term in self.terms)
        return (*terms, ("pact alone", "base rate", "pact alone"))

    def curve(self, panel: pl.DataFrame) -> pl.DataFrame:
        """Return the odds ratio of a defence pact under each reasonable choice.

        One row a choice: choice, ratio, low, high (95 %), n, events, clusters. No choice rests on what the dispute became, but
        for "at most ten joiners", which asks how much a few great coalitions carry.
        """
        declared = self.design(panel)
        roles = {"the side acted upon": ~pl.col("acted_first"), "the side that acted first": pl.col("acted_first")}
        prompt = panel.with_columns(pl.col(self.outcome) & (pl.col("entered") - pl.col("year") < 2).fill_null(False))
        near = pl.col("contiguous") | pl.col("opponent_contiguous") | pl.col("major_power")
        choices = {
            "as declared": declared,
            "clustered by joiner": replace(self, cluster="joiner").design(panel),
            "no other term": declared.only(TERMS["pact"]),
            "without the other pledges": declared.only(set(self.columns) - set(TERMS["pledges"])),
            "within dispute sides": with_means(declared, side_of(declared)),
            "joined and used force": replace(self, outcome="joined_by_force").design(panel),
            "joined by the next year": self.design(prompt),
            "begun to 1945": replace(self, last_year=1945).design(panel),
            "begun from 1946": replace(self, first_year=1946).design(panel),
            **{role: self.design(panel.filter(rows)).only(set(self.columns) - {"acted_first"}) for role, rows in roles.items()},
            "neighbours and major powers": self.design(panel.filter(near)),
            "at most ten joiners": self.design(panel.filter(pl.col(self.outcome).sum().over("dispute") <= MANY)),
        }
        return pl.DataFrame([{"choice": choice, **odds_ratio(logit(design))} for choice, design in choices.items()])


def odds_ratio(estimate: Estimate, term: str = "defence_pact") -> dict[str, float | int | None]:
    """Return what a column multiplies the odds by, with its 95 % interval, and how much that rests on."""
    row = estimate.tidy().row(by_predicate=pl.col("term") == term, named=True)
    ratio = {name: float(np.exp(row[column])) for name, column in (("ratio", "estimate"), ("low", "low"), ("high", "high"))}
    return {**ratio, "n": estimate.n, "events": estimate.events, "clusters": estimate.clusters}


def with_means(design: Design, group: NDArray[np.int64]) -> Design:
    """Return the design with the group's mean beside every column that varies within groups: the rest is compared inside them.

    group : (row,). Mundlak (1978).

    >>> pact, year = np.array([[1.0], [0.0], [0.0], [0.0]]), np.full(4, 1900)
    >>> with_means(Design(pact, ("pact",), np.zeros(4), year, year), np.array([7, 7, 8, 8])).matrix.tolist()
    [[1.0, 0.5], [0.0, 0.5], [0.0, 0.0], [0.0, 0.0]]
    """
    groups, codes = np.unique(group, return_inverse=True)
    sums = np.column_stack([np.bincount(codes, column, len(groups)) for column in design.matrix.T])
    means = (sums / np.bincount(codes)[:, None])[codes]
    varies = np.flatnonzero(~np.isclose(means, design.matrix).all(axis=0))
    names = tuple(f"mean {design.columns[place]}" for place in varies)
    return replace(design, matrix=np.hstack([design.matrix, means[:, varies]]), columns=(*design.columns, *names))


def side_of(design: Design) -> NDArray[np.int64]:
    """Return a number for each dispute side of a design that is clustered by dispute, (row,)."""
    acted_first = design.matrix[:, design.columns.index("acted_first")]
    return design.cluster * 2 + acted_first.astype(np.int64)


def originators(record: Record, years: tuple[int, int]) -> pl.DataFrame:
    """Return the states that were in a dispute from its first day, one row each: dispute, side_a, originator, year, ended."""
    spans = pl.col("start_year").min().over("dispute").alias("year"), pl.col("end_year").max().over("dispute").alias("ended")
    rows = record.table("dispute_participants").with_columns(*spans).filter("originator", pl.col("year").is_between(*years))
    return rows.select("dispute", "side_a", "year", "ended", originator="ccode").unique(maintain_order=True)


def candidates(record: Record, began: pl.DataFrame) -> pl.DataFrame:
    """Return every member of the system that did not begin a dispute but was there when it began: dispute, ccode, year."""
    members = record.table("state_years").select("year", "ccode")
    everybody = began.select("dispute", "year").unique(maintain_order=True).join(members, on="year")
    return everybody.join(began.rename({"originator": "ccode"}), on=["dispute", "ccode"], how="anti")


def entries(record: Record) -> pl.DataFrame:
    """Return who entered a dispute after its first day: dispute, side_a, ccode, both outcomes and the year entered."""
    rows = record.table("dispute_participants").filter(~pl.col("originator"))
    force = (pl.col("highest_action") >= FORCE).any()
    return rows.group_by(SIDE).agg(entered=pl.col("start_year").min(), joined=pl.lit(True), joined_by_force=force)


def of_sides(record: Record, possible: pl.DataFrame, began: pl.DataFrame) -> pl.DataFrame:
    """Return what a possible joiner had to do with each side the year before, taken together over the side's originators.

    An originator that was no member the year before tells nothing; a side of none but such is unknown.
    """
    from foedus.panels.extend import extended

    pairs = possible.select("dispute", ccode1="ccode").join(began, on="dispute").with_columns(pl.col("year") - 1)
    pairs = pairs.rename({"originator": "ccode2"})
    members = record.table("state_years").select("year", ccode2="ccode")
    known = extended(pairs.join(members, on=["year", "ccode2"], how="semi"), PAIR, record)
    there = _any(
        *(name for name in PAIR if name.endswith("_pact")), "contiguous", "rivalry", "dispute_ongoing", "major_power_2"
    )
    spelled = known.join(_later(record, known), on=["ccode1", "ccode2", "year", "ended"], how="left")
    return (
        spelled.with_columns(pl.col("pact_since", "pact_later").fill_null(False))
        .group_by("dispute", "side_a", ccode="ccode1")
        .agg(
            *there,
            _where_all_known(pl.col("min_distance"), pl.col("min_distance").min()),
            _where_all_known(pl.col("weaker_democracy"), pl.col("weaker_democracy").max()),
            _where_all_known(pl.col("capability_share_2"), pl.col("capability_share_2").sum()),
            pl.col("major_power_1", "capability_share_1", "state_disputes_1").first(),
            later_pact=pl.col("pact_later").any() & ~pl.col("pact_since").any(),
        )
    )


def _any(*names: str) -> list[pl.Expr]:
    """Say whether it holds of any: yes if of one, unknown if of none known and of one unknown."""
    return [pl.col(name).any(ignore_nulls=False) for name in names]


def _where_all_known(values: pl.Expr, summary: pl.Expr) -> pl.Expr:
    """The summary, where every value is known."""
    return pl.when(values.null_count() == 0).then(summary)


def _later(record: Record, pairs: pl.DataFrame) -> pl.DataFrame:
    """Per pair and dispute, whether it had a defence pact from the year before to the end, and one soon after."""
    unit = ["ccode1", "ccode2", "year", "ended"]
    pacts = record.table("alliance_dyad_spells").filter("defence").select("ccode1", "ccode2", "first_year", "last_year")
    pledged = pairs.select(unit).unique().join(pacts, on=["ccode1", "ccode2"])
    first, last = pl.col("first_year"), pl.col("last_year")
    since = (first <= pl.col("ended")) & (last >= pl.col("year"))
    later = (first <= pl.col("ended") + LATER) & (last > pl.col("ended"))
    return pledged.group_by(unit).agg(pact_since=since.any(), pact_later=later.any())


def of_disputes(record: Record, began: pl.DataFrame) -> pl.DataFrame:
    """Return what is known of each dispute at its begin: how many began it, and whether rivals of the year before did."""
    from foedus.panels.extend import extended

    count = began.group_by("dispute").agg(originators=pl.len())
    one, two = (began.filter(side).select("dispute", "year", **{code: "originator"}) for side, code in _OPPOSED)
    pairs = one.join(two.drop("year"), on="dispute").with_columns(pl.col("year") - 1)
    rivals = extended(pairs, ["rivalry"], record).group_by("dispute").agg(_any("rivalry")[0].alias("originators_rivals"))
    return count.join(rivals, on="dispute", how="left")


_OPPOSED = ((pl.col("side_a"), "ccode1"), (~pl.col("side_a"), "ccode2"))


def _columns_of_panel(rows: pl.DataFrame) -> pl.DataFrame:
    """The panel's columns, from what was gathered of either side."""
    return rows.select(
        *SIDE,
        "year",
        "entered",
        *(pl.col(name).fill_null(False) for name in OUTCOMES),
        "defence_pact",
        "offence_pact",
        "consultation_pact",
        "contiguous",
        "opponent_contiguous",
        "weaker_democracy",
        "opponent_weaker_democracy",
        "originators_rivals",
        "later_pact",
        restraint_owed_opponent=pl.col("opponent_neutrality_pact") | pl.col("opponent_nonaggression_pact"),
        defence_owed_opponent="opponent_defence_pact",
        log_distance=pl.col("min_distance").log1p(),
        opponent_log_distance=pl.col("opponent_min_distance").log1p(),
        major_power="major_power_1",
        log_capability=pl.col("capability_share_1").log(),
        log_balance=(pl.col("capability_share_2") / pl.col("opponent_capability_share_2")).log(),
        rival="rivalry",
        opponent_rival="opponent_rivalry",
        acted_first="side_a",
        log_originators=pl.col("originators").log(),
        side_major="major_power_2",
        opponent_major="opponent_major_power_2",
        log_disputes=pl.col("state_disputes_1").log1p(),
        disputes_opponent="opponent_dispute_ongoing",
    )


def _but(terms: tuple[str, ...], left_out: str) -> tuple[str, ...]:
    return tuple(term for term in terms if term != left_out)
