"""The designs in which the shield has been tested: a study's choices, read from one file, and the rows they ask for.

`designs.toml` holds one table a study. A `Plan` is such a table: whom it compares (all directed dyad-years, or the
politically relevant ones), in which years, on what outcome, with which pacts, controls and duration, and how treaties are read.
Any choice can be replaced by another (`dataclasses.replace`), which is what the specification curve does.

Outcomes
--------
dispute_initiation : a dispute began in which the challenger was on the side that acted first and the target on the other, both
    from its first day; who joins later initiates nothing. fatal_dispute_initiation : the same, with a death on any side.
dispute_onset : a dispute began between the two, whoever acted first.
attack_or_joining : a dispute began between the two with the challenger on the side that acted first, joiners included.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl

from foedus.errors import InputError, nearest
from foedus.estimation.design import OF_DYAD, OF_PAIR, Design
from foedus.mechanisms.shield.obligations import Reading, obligations, similarity
from foedus.panels.panel import lagged, panel
from foedus.panels.units import FIRST_YEAR
from foedus.record.store import Record

OUTCOMES = ("dispute_initiation", "fatal_dispute_initiation", "dispute_onset", "attack_or_joining")

DEMOCRATIC = 0.5
"""Polyarchy from which both sides make a joint democracy, the middle of V-Dem's scale."""

YOUNG, MATURE = 5, 15
"""Years for which a pact is new, and after which it is old. Kenwick & Vasquez (2017)."""

KEYS = ("ccode1", "ccode2", "year")

OF_TREATIES = ("similarity", "allied")
"""Controls that follow from treaties; the others come from the codebook."""

CONTROLS: Mapping[str, tuple[tuple[str, ...], pl.Expr]] = {
    "log_capital_distance": (("capital_distance",), pl.col("capital_distance").log1p()),
    "log_distance": (("min_distance",), pl.col("min_distance").log1p()),
    "contiguous": (("contiguous",), pl.col("contiguous")),
    "challenger_share": (
        ("capability_share",),
        pl.col("capability_share_1") / (pl.col("capability_share_1") + pl.col("capability_share_2")),
    ),
    "challenger_cinc_share": (("cinc",), pl.col("cinc_1") / (pl.col("cinc_1") + pl.col("cinc_2"))),
    "joint_democracy": (("polyarchy",), (pl.col("polyarchy_1") >= DEMOCRATIC) & (pl.col("polyarchy_2") >= DEMOCRATIC)),
    "weaker_democracy": (("weaker_democracy",), pl.col("weaker_democracy")),
    "weaker_uds": (
        ("uds_adjusted",),
        pl.when(pl.col("uds_adjusted_1").is_not_null() & pl.col("uds_adjusted_2").is_not_null()).then(
            pl.min_horizontal("uds_adjusted_1", "uds_adjusted_2")
        ),
    ),
    "challenger_major": (("major_power",), pl.col("major_power_1")),
    "target_major": (("major_power",), pl.col("major_power_2")),
    "rivalry": (("rivalry",), pl.col("rivalry")),
    "similarity": ((), pl.col("similarity")),
    "allied": ((), pl.col("allied")),
}
"""Control → the codebook variables it is made of, and how."""

DURATIONS: Mapping[str, Mapping[str, pl.Expr]] = {
    "cubic": {f"peace_decades_{power}": (pl.col("peace_years") / 10) ** power for power in (1, 2, 3)},
    "log": {"log_peace_years": pl.col("peace_years").log1p(), "no_peace_year": pl.col("peace_years") == 0},
}
"""Form of the duration dependence → its columns. Carter & Signorino (2010); Beck, Katz & Tucker (1998)."""

POPULATIONS = ("all", "relevant", "relevant_cow")
"""Directed dyad-years: all, or those relevant by distance (from 1887) or by COW contiguity, if the user has added it."""

CLUSTERS = ("directed dyad", "dyad")


@dataclass(frozen=True)
class Plan:
    """The design of one study: what it compares with what.

    Attributes
    ----------
    id, study, note : name, reference, and what differs from the paper because of what the record holds.
    years : first and last year of the outcome in the paper. until : last year to which the same design may be carried on.
    population, outcome : of POPULATIONS, OUTCOMES.
    terms : name of a term → the columns of pacts it brings (`PACTS`). controls : of CONTROLS. duration : of DURATIONS.
    reading : how treaties are read. cluster : what errors are clustered by.
    lag : years by which controls precede the outcome.
    expected : column → the sign published, "+" or "-", or "not +", "not -" where the paper claims no more.
    percent : column → change of the risk published, in per cent.
    """

    id: str
    study: str
    years: tuple[int, int]
    terms: Mapping[str, tuple[str, ...]]
    controls: tuple[str, ...]
    until: int = 2010
    note: str = ""
    population: str = "all"
    outcome: str = "dispute_initiation"
    duration: str = "cubic"
    cluster: str = "directed dyad"
    lag: int = 1
    reading: Reading = field(default_factory=Reading)
    expected: Mapping[str, str] = field(default_factory=dict)
    percent: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        faults = [
            f"{what} {one!r} is not known.{nearest(one, known)}"
            for what, chosen, known in (
                ("population", [self.population], POPULATIONS),
                ("outcome", [self.outcome], OUTCOMES),
                ("duration", [self.duration], tuple(DURATIONS)),
                ("cluster", [self.cluster], CLUSTERS),
                ("control", self.controls, tuple(CONTROLS)),
                ("pact", self.pacts, tuple(PACTS)),
            )
            for one in chosen
            if one not in known
        ]
        if faults:
            raise InputError(f"design {self.id}: {' '.join(faults)}")

    @property
    def pacts(self) -> tuple[str, ...]:
        """Columns of all terms."""
        return tuple(column for columns in self.terms.values() for column in columns)

    @property
    def background(self) -> tuple[str, ...]:
        """Columns of the duration and the controls."""
        return (*DURATIONS[self.duration], *self.controls)

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns of the design."""
        return (*self.background, *self.pacts)

    def rows(self, record: Record, years: tuple[int, int] | None = None) -> pl.DataFrame:
        """Return the directed dyad-years of the study's population, with its columns and the outcomes.

        They are those of the paper's years, or of the `years` given as far as the design may be carried.
        """
        first, last = years or self.years
        chosen = (max(first, self.years[0]), min(last, self.until))
        relevance = () if self.population == "all" else (RELEVANCE[self.population],)
        rows = background(record, chosen, self.controls, self.lag, relevance)
        rows = rows.filter(*relevance).with_columns(**DURATIONS[self.duration])
        rows = rows.hstack(self.treaties(record, rows.select(*KEYS, "member_since_1", "member_since_2")))
        if "similarity" in self.controls:
            rows = rows.with_columns(similarity(record, rows.select("ccode1", "ccode2", pl.col("year") - self.lag)))
        return rows.select(*KEYS, *OUTCOMES, *self.columns)

    def treaties(self, record: Record, rows: pl.DataFrame) -> pl.DataFrame:
        """Return the columns of pacts, and whether the two are allied if that is a control, for rows with both entry years."""
        made = {name: PACTS[name] for name in self.pacts} | ({"allied": pl.col("allied")} if "allied" in self.controls else {})
        read = {root for each in made.values() for root in each.meta.root_names()}
        return obligations(record, rows, self.reading, read).select(**made)

    def design(self, rows: pl.DataFrame, columns: tuple[str, ...] | None = None) -> Design:
        """Return the rows of which the outcome and every column are known, ready for estimation; by default all its columns."""
        chosen = columns or self.columns
        known = rows.drop_nulls([self.outcome, *chosen])
        cluster = OF_DYAD if self.cluster == "directed dyad" else OF_PAIR
        return Design.of(known, chosen, self.outcome, cluster, sides=True)


RELEVANCE = {"relevant": "politically_relevant", "relevant_cow": "politically_relevant_cow"}


def _since_both_exist(condition: pl.Expr) -> pl.Expr:
    """Yes where the target has a pact that meets the condition, formed after both states had entered the system."""
    later = pl.col("target_defence_latest") > pl.max_horizontal("member_since_1", "member_since_2")
    return pl.when(pl.col("target_defence").is_not_null()).then((later & condition).fill_null(False))


def _age() -> pl.Expr:
    """Years since the newest alliance that defends the target made its promise."""
    return pl.col("year") - pl.col("target_defence_latest")


COUNTS = (
    "target_defence",
    "target_unconditional_deterrent",
    "target_conditional_deterrent",
    "target_offence",
    "target_neutrality",
    "challenger_defence",
    "challenger_offence",
    "challenger_unconditional_compellent",
    "challenger_conditional_compellent",
    "challenger_neutrality",
    "challenger_nonaggression",
)

PACTS: Mapping[str, pl.Expr] = {
    **{name: pl.col(name) > 0 for name in COUNTS},
    "target_defence_new": _since_both_exist(_age() <= YOUNG),
    "target_defence_young": _since_both_exist((_age() > YOUNG) & (_age() <= MATURE)),
    "target_defence_old": _since_both_exist(_age() > MATURE),
    "target_defence_from_birth": pl.when(pl.col("target_defence").is_not_null()).then(
        (pl.col("target_defence_since") <= pl.max_horizontal("member_since_1", "member_since_2")).fill_null(False)
    ),
}
"""Column of a pact → whether it is there. A pact's age is that of the newest alliance; one that was there when the later of the
two states entered the system is "from birth", and neither new nor old, as Kenwick & Vasquez (2017) have it."""


@cache
def plans() -> Mapping[str, Plan]:
    """Return the designs by name.

    >>> plans()["leeds_2003"].years
    (1816, 1944)
    """
    with Path(__file__).with_name("designs.toml").open("rb") as file:
        entries = tomllib.load(file)
    return {name: _plan(name, entry) for name, entry in entries.items()}


def plan(name: str) -> Plan:
    """Return the design of that name; raises InputError with the nearest names if there is none."""
    if name not in plans():
        raise InputError(f"the shield has no design {name!r}.{nearest(name, plans())} It has {', '.join(plans())}.")
    return plans()[name]


def _plan(name: str, entry: dict[str, Any]) -> Plan:
    terms = {term: tuple(columns) for term, columns in entry["terms"].items()}
    lists = {key: tuple(entry[key]) for key in ("years", "controls")}
    return Plan(**{**entry, **lists, "id": name, "terms": terms, "reading": Reading(**entry.get("reading", {}))})


def background(
    record: Record, years: tuple[int, int], controls: tuple[str, ...], lag: int, also: tuple[str, ...] = ()
) -> pl.DataFrame:
    """Return every directed dyad-year of `years` with the outcomes, peace years, and controls `lag` years earlier.

    Controls that follow from treaties are left to `obligations` and `similarity`. `also` are variables wanted as the codebook
    has them, earlier too.
    """
    reads = tuple(dict.fromkeys(name for control in controls for name in CONTROLS[control][0]))
    wanted = (*reads, *(name for name in also if name not in reads))
    first = max(FIRST_YEAR, years[0] - lag)
    rows = panel(
        "dyad-year",
        ["dispute_onset", "peace_years", "member_since", *wanted],
        years=(first, years[1]),
        directed=True,
        record=record,
    )
    at_hand = [control for control in controls if control not in OF_TREATIES]
    made = rows.with_columns(**{control: CONTROLS[control][1] for control in at_hand})
    kept = made.select(*KEYS, "dispute_onset", "peace_years", "member_since_1", "member_since_2", *at_hand, *also)
    earlier = lagged(kept, [*at_hand, *also], lag).filter(pl.col("year") >= years[0])
    joined = earlier.join(initiations(record), on=KEYS, how="left", maintain_order="left")
    quiet = pl.col("attack_or_joining").is_null()
    began = pl.when(quiet).then(False).otherwise(pl.col(ATTACKS)).name.keep()
    return joined.with_columns(pl.when(pl.col("dispute_onset").is_not_null()).then(began).name.keep())


ATTACKS = ("dispute_initiation", "fatal_dispute_initiation", "attack_or_joining")


def initiations(record: Record) -> pl.DataFrame:
    """Return the directed dyad-years in which state 1 was on the side that began a dispute with state 2.

    The columns are those of ATTACKS; a fatal initiation is null where no initiation is known to be fatal and one may be.
    """
    both = pl.col("originator1") & pl.col("originator2")
    return (
        record.table("dispute_dyad_years")
        .filter("onset", "side_a1")
        .group_by(KEYS)
        .agg(
            dispute_initiation=both.any(),
            fatal_dispute_initiation=(both & (pl.col("fatality") > 0)).any(ignore_nulls=False),
            attack_or_joining=pl.lit(True),
        )
    )
