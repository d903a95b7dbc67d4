"""Measure what arrivals go with in sample, in the outcome's own unit, under each reasonable choice, and a negative control.

The same amount throughout: from none to ten per thousand inhabitants (`HEAVY`), in a year or in the stock. Unit of analysis:
the state-year. A change is the mean, over the rows, of what the model expects with that many less what it expects with none;
its interval follows from the coefficients (delta method), with errors clustered by state. Left out, as in `pressure.py`: where
in the state people are. None of this earns a weight; it says how large an association the data still leave room for.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace

import numpy as np
import polars as pl

from foedus.estimation.design import Array, Design
from foedus.estimation.estimate import NORMAL_95, Estimate, expit
from foedus.estimation.least_squares import linear
from foedus.estimation.logit import logit
from foedus.mechanisms.climate.pressure import DISPLACED, ONSET, STOCKS, TERMS, Pressure
from foedus.panels.codebook import lookup
from foedus.record.store import Record

HEAVY = 10.0
"""People per thousand inhabitants: one in a hundred. Of the state-years UNHCR has numbers of, 14 in 100 have such a stock and 2
in 100 so many arrivals in the year."""

PEOPLE = ("arrivals", "stock")

PUBLISHED_YEARS = (1990, 2018)
"""Years of Zhou & Shaver (2021), as their abstract gives them."""

WEAK, STRONG = -1.0, 1.0
"""Capacity, in standard scores: about one state in six lies beyond either."""


AMOUNTS = ("change", "low", "high")


@dataclass(frozen=True)
class Change:
    """The expected difference of the outcome, with its 95 % interval."""

    change: float
    low: float
    high: float


def curve(record: Record, outcome: str = ONSET) -> pl.DataFrame:
    """Return what arrivals and stock go with under each choice: one row a kind of people and choice.

    Columns: people ("arrivals" or "stock"), choice, change, low, high (probability a year, or points of the index), n, events
    (null for an amount).
    """
    rows = []
    for choice, design, estimate, capacity in _choices(record, outcome):
        about = {"choice": choice, "n": estimate.n, "events": int(design.outcome.sum()) if outcome == ONSET else None}
        rows += [{"people": people, **about, **asdict(change(estimate, design, people, capacity))} for people in PEOPLE]
        if capacity == STRONG:
            about["choice"] = "weak less strong state"
            rows += [{"people": people, **about, **asdict(weak_less_strong(estimate, design, people))} for people in PEOPLE]
    frame = pl.DataFrame(rows, schema_overrides={"events": pl.Int64})
    return frame.select("people", "choice", *AMOUNTS, "n", "events").sort(pl.col("people") == "stock", maintain_order=True)


def change(estimate: Estimate, design: Design, people: str, capacity: float | None = None, amount: float = HEAVY) -> Change:
    """Return what the estimate expects with `amount` people per thousand less what it expects with none, mean over the rows.

    capacity : that of every row, in standard scores; None leaves each row its own.

    >>> rows = Design(np.array([[0.0], [1.0], [2.0], [3.0]]), ("stock",), np.array([1.0, 3, 5, 7]), np.arange(4), np.arange(4))
    >>> round(change(linear(rows), rows, "stock", amount=np.e - 1).change, 6)
    2.0
    """
    return _with_interval(estimate, *_difference(estimate, design, people, capacity, amount))


def weak_less_strong(estimate: Estimate, design: Design, people: str) -> Change:
    """Return by how much more people go with in a weak state than in a strong one: the essay's claim, above zero if it holds.

    >>> matrix = np.array([[0, 0, 0], [1, -1, -1], [2, 1, 2], [3, 0, 0], [1, 1, 1], [1, 0, 0]], dtype=float)
    >>> outcome = matrix @ [1.0, 0.0, -0.5]
    >>> rows = Design(matrix, ("stock", "capacity", "stock_by_capacity"), outcome, np.arange(6), np.arange(6))
    >>> round(float(weak_less_strong(linear(rows), rows, "stock").change / np.log1p(HEAVY)), 6)
    1.0
    """
    (weak, steep), (strong, flat) = (_difference(estimate, design, people, each, HEAVY) for each in (WEAK, STRONG))
    return _with_interval(estimate, weak - strong, steep - flat)


def _difference(estimate: Estimate, design: Design, people: str, capacity: float | None, amount: float) -> tuple[float, Array]:
    """With so many people less with none, mean over the rows, and how it moves with each coefficient (term,)."""
    both = [_given(design, people, each, capacity) for each in (np.log1p(amount), 0.0)]
    if estimate.events is None:
        slopes: Array = (both[0] - both[1]).mean(axis=0)
        return float(slopes @ estimate.coefficients), slopes
    risks = [expit(each @ estimate.coefficients) for each in both]
    weighed = [(risk * (1 - risk))[:, None] * each for risk, each in zip(risks, both, strict=True)]
    slopes = (weighed[0] - weighed[1]).mean(axis=0)
    return float((risks[0] - risks[1]).mean()), slopes


def _with_interval(estimate: Estimate, centre: float, slopes: Array) -> Change:
    error = float(np.sqrt(slopes @ estimate.covariance @ slopes))
    return Change(centre, centre - NORMAL_95 * error, centre + NORMAL_95 * error)


def _given(design: Design, people: str, amount: float, capacity: float | None) -> Array:
    """The design's rows, with an intercept, as they would be with so many of the people."""
    matrix = design.matrix.copy()
    places = {name: place for place, name in enumerate(design.columns)}
    capacities = matrix[:, places["capacity"]] if "capacity" in places else np.zeros(len(matrix))
    if capacity is not None:
        capacities = np.full(len(matrix), capacity)
        for product in (name for name in places if name.endswith("_by_capacity")):
            matrix[:, places[product]] = matrix[:, places[product.removesuffix("_by_capacity")]] * capacity
        matrix[:, places["capacity"]] = capacity
    for name, value in ((people, amount), (f"{people}_unknown", 0.0), (f"{people}_by_capacity", amount * capacities)):
        if name in places:
            matrix[:, places[name]] = value
    return np.column_stack([np.ones(len(matrix)), matrix])


def _choices(record: Record, outcome: str) -> Iterator[tuple[str, Design, Estimate, float | None]]:
    """Every choice, the design it makes, its estimate, and the capacity at which that is read."""
    declared = Pressure(outcome)
    years = (declared.first_year, lookup(outcome).last_year)
    panel = declared.panel(record, years)
    whole = declared.design(panel)
    fitted = _fit(whole, outcome)
    for choice, capacity in {"as declared": None, "in a weak state": WEAK, "in a strong state": STRONG}.items():
        yield choice, whole, fitted, capacity
    for choice, design in _designs(declared, panel).items():
        yield choice, design, _fit(design, outcome), None
    for stock in (name for name in STOCKS if name != declared.stock):
        other = Pressure(outcome, stock=stock)
        design = other.design(other.panel(record, years))
        yield f"{stock} in the stock", design, _fit(design, outcome), None
    inside = with_effects(whole)
    yield "within states and years", inside, linear(inside), None
    after = declared.design(panel.with_columns(arrivals="next_arrivals", stock="next_stock"))
    yield "negative control: of the year after", after, _fit(after, outcome), None


def _designs(declared: Pressure, panel: pl.DataFrame) -> dict[str, Design]:
    """Designs that differ from the one declared in rows or columns."""
    whole = declared.design(panel)
    neighbours = set(TERMS["neighbours"])
    quiet = declared.design(panel.filter(~pl.col("conflict")))
    return {
        "1990–2018": declared.design(panel.filter(pl.col("year").is_between(*PUBLISHED_YEARS))),
        "no conflict the year before": quiet.only(set(whole.columns) - {"conflict"}),
        "without the neighbours": whole.only(set(whole.columns) - neighbours),
        "without any background": replace(declared, terms=("capacity", *DISPLACED)).design(panel),
    }


def with_effects(design: Design) -> Design:
    """Return the design with a column for each state but the first, and for each year but the first.

    >>> rows = Design(np.empty((3, 0)), (), np.zeros(3), np.array([7, 7, 8]), np.array([1990, 1991, 1991]))
    >>> with_effects(rows).matrix.tolist()
    [[0.0, 0.0], [0.0, 1.0], [1.0, 1.0]]
    """
    blocks, columns = [design.matrix], list(design.columns)
    for name, codes in (("state", design.cluster), ("year", design.year)):
        each = np.unique(codes)[1:]
        blocks.append((codes[:, None] == each).astype(np.float64))
        columns += [f"{name} {code}" for code in each]
    return replace(design, matrix=np.hstack(blocks), columns=tuple(columns))


def _fit(design: Design, outcome: str) -> Estimate:
    return logit(design) if outcome == ONSET else linear(design)
