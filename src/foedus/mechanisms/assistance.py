"""States in which more people from a state at war live give it more.

    log(aid, per cent of the donor's GDP) = a + b · log(1 + people born there, per thousand inhabitants) + c · x

Unit of analysis: the directed dyad-year, donor and recipient; here one row a donor, its years added up. x is the logarithm of
the donor's GDP per head and of the kilometres to the recipient. One recipient's aid is followed (Ukraine, by 41 donors from
2022, in a source that may not ship), so that nothing can be tried on a war that was not seen before: what is found describes 41
states, its rank correlation first, with every donor left out in turn. What people do to aid, and aid to the war, is not
identified. Errors are robust, each donor a cluster of its own.

How many people from a state live in another has three answers, of which none stands in for the others (`ANSWERS`): who counts
as of its origin or descent, who was born there, who fled it. `hosts` gives all that are known, for any state of origin; only
for Ukraine is there the first. `training` (the claim assistance.training) is what is cited of the one training mission in the
record: counts, and no effect. Left out: institutions that are no state, aid to other recipients, what communities give
themselves, and what their votes weigh.

Disputed: why donors give. Where migrants live they may ask for it (Lahiri & Raimondos-Møller 2000), or the donor may want fewer
to come (Bermeo & Leblang 2015); colonial past and alliances go further than need does (Alesina & Dollar 2000).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np
import polars as pl

from foedus.errors import InputError
from foedus.estimation.design import Array, Design
from foedus.estimation.estimate import NORMAL_95, Estimate
from foedus.estimation.least_squares import linear
from foedus.mechanisms.mechanism import Fitted, check_choice
from foedus.panels.codebook import lookup
from foedus.panels.panel import panel
from foedus.record.provenance import firm
from foedus.record.states import StateSystem
from foedus.record.store import Record

RECIPIENT = "UKR"
"""Whose aid the tracker follows (Kiel), and whose forces the cited mission trains (`treaty_facts`)."""

TRAINER = "CAN"
"""Whose mission it is: Operation UNIFIER of the Canadian forces (`treaty_facts`)."""

AID = "ukraine_support"
"""Table of what donors gave; there once the user has added it."""

BEFORE_THE_WAR = 2021
"""People are counted in or before this year, lest refugees stand for a diaspora."""

LONGEST_AGE = 5
"""Years for which population, GDP per head and distance may stand in for later ones: their sources end in 2019 to 2024."""

TERMS = {"diaspora": ("log_born",), "wealth": ("log_gdp_per_head",), "distance": ("log_distance",)}


@dataclass(frozen=True)
class Answer:
    """One way to say how many people from a state live in another.

    Attributes
    ----------
    counts : who is counted. believed : how far to trust it, where the row itself does not say.
    """

    counts: str
    believed: str


ANSWERS = {
    "origin": Answer(
        "people of its origin or descent, whoever they were born to and wherever, by each host's own way of asking",
        "years and definitions differ from host to host, and round numbers are guesses",
    ),
    "born": Answer(
        "people born there (where a host does not ask, its citizens) who live abroad, however long; no descendants",
        "one method for all hosts; the latest year is the publisher's extrapolation",
    ),
    "refugees": Answer(
        "people who fled it and are refugees, or protected for the time being, on 31 December",
        "from hosts' registers, some of which keep those who left; who was let in on other grounds is not in them",
    ),
}


@dataclass(frozen=True)
class Assistance(Fitted):
    """Aid of donors to one recipient, beside how many of its people live with them.

    Attributes
    ----------
    terms : which of TERMS enter.
    estimate : what it has learnt; None while unfitted.
    """

    terms: tuple[str, ...] = tuple(TERMS)
    estimate: Estimate | None = None

    id: ClassVar[str] = "assistance.diaspora"
    ids: ClassVar[Mapping[str, str]] = {}
    name: ClassVar[str] = "assistance"
    unit: ClassVar[str] = "directed dyad-year"
    reads: ClassVar[tuple[str, ...]] = (
        "migrants",
        "population_un",
        "gdp_per_head_constant",
        "min_distance",
    )
    writes: ClassVar[tuple[str, ...]] = ("ukraine_aid_share",)

    def __post_init__(self) -> None:
        check_choice(self.id, "term", self.terms, TERMS)

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the design's columns."""
        return tuple(column for term in TERMS if term in self.terms for column in TERMS[term])

    def panel(self, record: Record, years: tuple[int, int]) -> pl.DataFrame:
        """Return one row a donor: ccode, year (the last), aid_share, born_per_thousand and the columns of TERMS.

        aid_share : per cent of GDP, the years added up. Null is unknown: what the host's count of birthplaces says nothing of.
        Raises InputError, with where the file comes from, while the record has no aid.
        """
        from foedus.panels.extend import extended

        given = panel("state-year", ["ukraine_aid_share"], years=years, record=record).drop_nulls()
        aid = given.group_by("ccode").agg(aid_share=pl.col("ukraine_aid_share").sum(), year=pl.col("year").max())
        recipient = StateSystem.of(record).resolve(RECIPIENT, years[1]).ccode
        born = hosts(record, recipient, BEFORE_THE_WAR).filter(answer="born")
        donors = aid.join(born.select("ccode", born_per_thousand="per_thousand"), on="ccode", how="left").sort("ccode")
        pairs = donors.select(ccode1="ccode", ccode2=pl.lit(recipient, pl.Int16), year=pl.lit(BEFORE_THE_WAR, pl.Int16))
        near = extended(pairs, ["min_distance", "gdp_per_head_constant"], record, carry_forward=LONGEST_AGE)
        columns = near.select(
            ccode="ccode1",
            log_gdp_per_head=pl.col("gdp_per_head_constant_1").log(),
            log_distance=pl.col("min_distance").log1p(),
        )
        return donors.join(columns, on="ccode", how="left").with_columns(log_born=pl.col("born_per_thousand").log1p())

    def design(self, panel: pl.DataFrame) -> Design:
        """Return the donors of which everything is known and which gave something, ready for estimation."""
        rows = panel.filter(pl.col("aid_share") > 0).drop_nulls(["aid_share", *self.columns])
        return Design.of(rows.with_columns(pl.col("aid_share").log()), self.columns, "aid_share", pl.col("ccode"))

    def fit(self, panel: pl.DataFrame) -> Assistance:
        """Return a copy fitted to the panel; raises InputError if there are no more donors than coefficients."""
        return replace(self, estimate=linear(self.design(panel)))


@dataclass(frozen=True)
class Association:
    """A rank correlation with its 95 % interval, and between what it lies when each donor is left out in turn.

    Attributes
    ----------
    n : donors. least, most : the correlation without one donor. pivot : the donor without whom it moves most.
    """

    value: float
    low: float
    high: float
    n: int
    least: float
    most: float
    pivot: int


def association(rows: pl.DataFrame, people: str = "born_per_thousand") -> Association:
    """Return how far aid (`aid_share`) and people stand in the same order among donors of which both are known.

    Spearman's correlation; its interval after Fieller, Hartley & Pearson (1957). Raises InputError for fewer than five donors.

    >>> donors = pl.DataFrame({"ccode": range(1, 7), "aid_share": [1, 2, 3, 4, 5, 6], "born_per_thousand": [1, 2, 3, 4, 6, 5]})
    >>> ranked = association(donors)
    >>> round(ranked.value, 2), ranked.n, round(ranked.most, 2), ranked.pivot
    (0.94, 6, 1.0, 5)
    """
    known = rows.drop_nulls(["aid_share", people]).sort("ccode")
    if known.height < 5:
        raise InputError(f"{known.height} donors have both aid and people: at least five are needed. Widen the years.")
    aid, born = known["aid_share"].to_numpy(), known[people].to_numpy()
    value = spearman(aid, born)
    without = np.array([spearman(np.delete(aid, place), np.delete(born, place)) for place in range(known.height)])
    error = NORMAL_95 * np.sqrt(1.06 / (known.height - 3))
    bounded = np.clip(value, -1 + 1e-9, 1 - 1e-9)
    low, high = np.tanh(np.arctanh(bounded) + error * np.array([-1, 1]))
    pivot = int(known["ccode"][int(np.abs(without - value).argmax())])
    return Association(value, float(low), float(high), known.height, float(without.min()), float(without.max()), pivot)


def spearman(first: Array, second: Array) -> float:
    """Return the rank correlation of two arrays (row,); ties share their mean rank.

    >>> round(spearman(np.array([1.0, 5.0, 9.0]), np.array([2.0, 2.0, 3.0])), 3)
    0.866
    """
    one, two = (pl.Series(each).rank().to_numpy() for each in (first, second))
    return float(np.corrcoef(one, two)[0, 1])


def hosts(record: Record, origin: int, year: int) -> pl.DataFrame:
    """Return who hosts people from a state, by each answer known by the end of a year: one row an answer and host.

    origin : COW number. Columns: answer (one of ANSWERS), ccode (host), people, counts (the answer that the number is one of: a
    host's birthplaces may stand in a table of origins), as_of (year of the number), per_thousand (inhabitants of the host in
    `year`), rank and ranked (1 is most, of so many), confidence ("high", "medium", "low"), note. An answer without rows is not
    known. "born" is the latest of UN DESA's seven years, "refugees" of UNHCR's; "origin" is one table of an encyclopaedia, as
    copied in 2023, and not known before. Nothing is of a later year.
    """
    parts = [_origin(record, origin, year), _born(record, origin, year), _refugees(record, origin, year)]
    answers = pl.concat(parts, how="vertical_relaxed")
    inhabitants = panel("state-year", ["population_un"], years=(year, year), carry_forward=LONGEST_AGE, record=record)
    joined = answers.join(inhabitants.select("ccode", "population_un"), on="ccode", how="left")
    ranked = joined.with_columns(
        per_thousand=pl.col("people") / pl.col("population_un") * 1000,
        rank=pl.col("people").rank("min", descending=True).over("answer").cast(pl.Int32),
        ranked=pl.len().over("answer").cast(pl.Int32),
    )
    order = pl.col("answer").replace_strict({name: place for place, name in enumerate(ANSWERS)}, return_dtype=pl.Int32)
    columns = ("answer", "ccode", "people", "counts", "as_of", "per_thousand", "rank", "ranked", "confidence", "note")
    return ranked.sort(order, "rank", "ccode").select(columns)


def _origin(record: Record, origin: int, year: int) -> pl.DataFrame:
    """The table of a year: what it copies from before stands among numbers of that year, and has no rank without them."""
    facts = record.table("diaspora_facts").filter(pl.col("year") <= year)
    names = {name: _ccode(record, name, year) for name, year in facts.select("origin", "year").unique().iter_rows()}
    counts = facts.filter(pl.col("origin").is_in([name for name, ccode in names.items() if ccode == origin]))
    return counts.select(
        pl.lit("origin").alias("answer"),
        "ccode",
        "people",
        pl.col("definition").alias("counts"),
        pl.coalesce("counted_in", "year").alias("as_of"),
        "confidence",
        "note",
    )


def _ccode(record: Record, name: str, year: int) -> int:
    return StateSystem.of(record).resolve(name, year).ccode


def _born(record: Record, origin: int, year: int) -> pl.DataFrame:
    stocks = record.table("migrant_stocks").filter(pl.col("ccode1") == origin, pl.col("year") <= year)
    note = pl.when(pl.col("year") == 2019).then(pl.lit("extrapolated by the publisher from earlier counts"))
    return _as_answer("born", stocks.filter(pl.col("year") == pl.col("year").max()), "migrants", pl.lit("medium"), note)


def _refugees(record: Record, origin: int, year: int) -> pl.DataFrame:
    """The stock of the latest year; a number counted otherwise than before is worth less."""
    stocks = record.table("displacement_stocks").filter(pl.col("ccode1") == origin, pl.col("year") <= year)
    latest = stocks.filter(pl.col("year") == pl.col("year").max(), pl.col("refugees") > 0)
    breaks = record.table("displacement_breaks").filter(
        pl.col("ccode1") == origin, pl.col("year") <= year, pl.col("measure") == "refugees"
    )
    notes = breaks.group_by("ccode2").agg(note=pl.format("{}: {}, {}", "year", "kind", "note").last())
    joined = latest.join(notes, on="ccode2", how="left")
    confidence = pl.when(pl.col("note").is_null()).then(pl.lit("high")).otherwise(pl.lit("low"))
    return _as_answer("refugees", joined, "refugees", confidence, pl.col("note"))


def _as_answer(answer: str, rows: pl.DataFrame, people: str, confidence: pl.Expr, note: pl.Expr) -> pl.DataFrame:
    return rows.select(
        pl.lit(answer).alias("answer"),
        pl.col("ccode2").alias("ccode"),
        pl.col(people).alias("people"),
        pl.lit(answer).alias("counts"),
        pl.col("year").alias("as_of"),
        confidence.alias("confidence"),
        note.cast(pl.String).alias("note"),
    )


def at_war(record: Record, host: int, year: int, deaths: int = 1000) -> pl.DataFrame:
    """Return the states where so many died in state-based conflict in a year, by how many of their people live in a host.

    One row a state: ccode, deaths (on its territory), born (in it, living in the host), as_of; no row where the host's count
    says nothing. UCDP has deaths for 1989–2024, UN DESA seven years of birthplaces from 1990 on: empty where either is silent.
    """
    covered = lookup("state_based_deaths")
    born_here = record.table("migrant_stocks").filter(pl.col("ccode2") == host, pl.col("year") <= year)
    latest = born_here.filter(pl.col("year") == pl.col("year").max()).select(ccode="ccode1", born="migrants", as_of="year")
    if latest.is_empty() or not covered.first_year <= year <= covered.last_year:
        return latest.clear().with_columns(deaths=pl.lit(None, pl.Int64)).select("ccode", "deaths", "born", "as_of")
    fought = panel("state-year", ["state_based_deaths"], years=(year, year), record=record)
    wars = fought.filter(pl.col("state_based_deaths") >= deaths).select("ccode", deaths="state_based_deaths")
    return wars.join(latest, on="ccode").sort("born", descending=True)


def training(record: Record, year: int) -> pl.DataFrame:
    """Return what is cited of the training mission by the end of a year: the rows of `unifier_facts`, in order of date."""
    return record.table("unifier_facts").filter(pl.col("date").dt.year() <= year).sort("date")


def trained(facts: pl.DataFrame) -> dict[str, Any] | None:
    """Return the row with the highest count that rests on more than a source of low confidence; None if there is none.

    >>> rows = pl.DataFrame({"trained_at_least": [3200, 46000, None], "confidence": ["high", "low", "high"]})
    >>> trained(rows)["trained_at_least"]
    3200
    """
    counts = firm(facts).drop_nulls("trained_at_least").sort("trained_at_least")
    return counts.row(-1, named=True) if counts.height else None
