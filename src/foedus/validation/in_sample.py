"""In sample: what the published designs say of all years at once, and what may speak against it. Computed once, remembered.

None of this earns a weight; it stands beside what the same terms add out of sample.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import polars as pl

from foedus.estimation.least_squares import linear, within_clusters
from foedus.estimation.logit import logit
from foedus.estimation.sensitivity import e_value, e_value_of_interval
from foedus.mechanisms.climate.pressure import OUTCOMES as PRESSED
from foedus.mechanisms.climate.pressure_checks import curve as pressure_of
from foedus.mechanisms.order.alliances import Alliances, regime_contrasts
from foedus.mechanisms.order.regimes import allied_by_regime, pacts_by_regime
from foedus.mechanisms.shield.checks import negative_control, specification_curve
from foedus.mechanisms.shield.designs import plans
from foedus.mechanisms.shield.deterrence import Shield, effects, signs
from foedus.mechanisms.shield.entanglement import CONTROL, Entanglement, odds_ratio
from foedus.mechanisms.spending import Spending, from_origin
from foedus.mechanisms.technology.convergence import OUTCOMES as READINESS
from foedus.mechanisms.technology.convergence import Technology, rolling
from foedus.panels.codebook import lookup
from foedus.panels.units import FIRST_YEAR
from foedus.record.store import Record
from foedus.validation.memory import remembered
from foedus.validation.prospective import fatal_dispute_risk
from foedus.validation.registration import registrations

SHIPPED_DESIGNS = tuple(name for name, plan in plans().items() if plan.population != "relevant_cow")
"""Designs that need no source but those that ship."""


def shield_designs(record: Record) -> pl.DataFrame:
    """Return, per design and column of pacts, the estimate on all the paper's years.

    Columns: study, column, n, events, first_year, last_year, estimate, std_error, odds_change, low, high (odds, per cent, with
    95 % interval), risk_change (per cent), expected (sign published, or null), same_sign, e_value and e_value_limit (ratios).
    """
    return _kept("shield-designs", record, lambda: pl.concat([_of_design(name, record) for name in SHIPPED_DESIGNS]))


def _of_design(name: str, record: Record) -> pl.DataFrame:
    shield = Shield(name)
    first, last = shield.plan.years
    panel = shield.panel(record, (max(first, FIRST_YEAR), last))
    design = shield.design(panel)
    estimate = logit(design)
    table = effects(estimate, design, shield.plan.pacts)
    errors = estimate.tidy().select("std_error", column="term", estimate="estimate")
    judged = signs(estimate, shield.plan).select("column", "expected", "same_sign")
    return (
        table.join(errors, on="column", maintain_order="left", how="left")
        .join(judged, on="column", maintain_order="left", how="left")
        .with_columns(
            pl.lit(name).alias("study"),
            pl.lit(estimate.n).alias("n"),
            pl.lit(estimate.events).alias("events"),
            pl.lit(estimate.first_year).alias("first_year"),
            pl.lit(estimate.last_year).alias("last_year"),
            pl.Series("e_value", [e_value(1 + change / 100) for change in table["odds_change"]]),
            pl.Series("e_value_limit", [_limit(low, high) for low, high in table.select("low", "high").iter_rows()]),
        )
    )


def _limit(low: float, high: float) -> float:
    return e_value_of_interval(1 + low / 100, 1 + high / 100)


def shield_control(record: Record) -> pl.DataFrame:
    """Return the negative control of the shield (`shield_checks.negative_control`)."""
    return _kept("shield-control", record, lambda: negative_control(record))


def shield_curve(record: Record) -> pl.DataFrame:
    """Return the specification curve of the shield (`shield_checks.specification_curve`)."""
    return _kept("shield-curve", record, lambda: specification_curve(record))


def joining(record: Record) -> pl.DataFrame:
    """Return the odds ratio of a defence pact for joining by each choice (`Entanglement.curve`), then the negative control."""
    return _kept("entanglement-curve", record, lambda: _joining(record))


def _joining(record: Record) -> pl.DataFrame:
    mechanism = Entanglement()
    panel = mechanism.panel(record, (mechanism.first_year, mechanism.last_year))
    control = Entanglement(terms=(*mechanism.terms, *CONTROL))
    later = odds_ratio(logit(control.design(panel)), *(column for columns in CONTROL.values() for column in columns))
    return pl.concat([mechanism.curve(panel), pl.DataFrame([{"choice": "negative control", **later}])], how="vertical_relaxed")


def allied(record: Record) -> pl.DataFrame:
    """Return how many states of each regime had an alliance, per year (`regimes.allied_by_regime`)."""
    return _kept("alliances-by-regime", record, lambda: allied_by_regime(record))


def formed(record: Record) -> pl.DataFrame:
    """Return how many pacts pairs of regimes formed, per era (`regimes.pacts_by_regime`)."""
    return _kept("pacts-by-regime", record, lambda: pacts_by_regime(record))


def contrasts(record: Record) -> pl.DataFrame:
    """Return the log odds that pairs of regimes form a pact, each against another, since 1946 (`alliances.regime_contrasts`).

    Once for all pacts, with errors clustered by year, since one treaty makes many dyads at once; once for bilateral ones.
    """
    return _kept("regime-contrasts", record, lambda: _contrasts(record))


def _contrasts(record: Record) -> pl.DataFrame:
    choices = {
        "all pacts": Alliances(first_year=1946, cluster="year"),
        "bilateral pacts": Alliances(first_year=1946, bilateral_only=True),
    }
    panel = Alliances().panel(record, (1946, lookup("defence_pact").absent_to))
    made = [regime_contrasts(each.fit(panel).fitted).with_columns(pacts=pl.lit(name)) for name, each in choices.items()]
    return pl.concat(made)


def spending_elasticities(record: Record) -> pl.DataFrame:
    """Return by how many per cent military expenditure is higher a point of the risk of a fatal dispute, by choice.

    One row a choice: choice, value, low, high (95 %), n, clusters. "at once" and "adjusted" are of the mechanism with every
    term; the others compare levels within states, with errors clustered by state.
    """
    return _kept("spending-elasticities", record, lambda: _elasticities(record))


def _elasticities(record: Record) -> pl.DataFrame:
    mechanism = Spending(risk=fatal_dispute_risk(record))
    panel = mechanism.panel(record, (mechanism.first_year, lookup("military_share").last_year))
    design = mechanism.design(panel)
    estimate = mechanism.fit(panel).fitted
    rows = [(choice, *values, estimate.n, estimate.clusters) for choice, values in mechanism.fit(panel).elasticity().items()]
    levels = within_clusters(design)
    for choice, columns in (
        ("levels within states", set(design.columns) - {"log_spending_before"}),
        ("levels within states, product alone beside it", {"log_product", "risk_points"}),
    ):
        within = linear(levels.only(columns))
        row = within.tidy().row(by_predicate=pl.col("term") == "risk_points", named=True)
        rows.append((choice, *(100 * row[name] for name in ("estimate", "low", "high")), within.n, within.clusters))
    return pl.DataFrame(rows, schema=["choice", "value", "low", "high", "n", "clusters"], orient="row")


ORIGIN = 2013
"""Last year known to the forecasts of `spending_since`, which run over the decade of rising budgets."""


def spending_since(record: Record) -> pl.DataFrame:
    """Return what states spent after ORIGIN and what was to be expected from it: ccode, year, log_spending, forecast."""
    return _kept("spending-since", record, lambda: _since(record))


def _since(record: Record) -> pl.DataFrame:
    mechanism = Spending(risk=fatal_dispute_risk(record))
    panel = mechanism.panel(record, (mechanism.first_year, lookup("military_share").last_year))
    return from_origin(mechanism.fit(panel.filter(pl.col("year") <= ORIGIN)), panel, ORIGIN)


def pressure_curves(record: Record) -> pl.DataFrame:
    """Return what arrivals and stocks of displaced people go with by each choice (`pressure_checks.curve`), by outcome."""
    return _kept("pressure-curves", record, lambda: pl.concat(_pressed(record, outcome) for outcome in PRESSED))


def _pressed(record: Record, outcome: str) -> pl.DataFrame:
    return pressure_of(record, outcome).with_columns(outcome=pl.lit(outcome))


def convergence(record: Record) -> pl.DataFrame:
    """Return the share of the gap to the frontier that closed, year by year (`technology.rolling`), by outcome."""
    return _kept("technology-rolling", record, lambda: pl.concat(_rolling(record, outcome) for outcome in READINESS))


def _rolling(record: Record, outcome: str) -> pl.DataFrame:
    mechanism = Technology(outcome=outcome)
    rows = mechanism.panel(record, (mechanism.first_year, registrations()[mechanism.name].years[1]))
    return rolling(mechanism, rows).with_columns(outcome=pl.lit(outcome))


FRAMES: Mapping[str, Callable[[Record], pl.DataFrame]] = {
    "shield-designs": shield_designs,
    "shield-control": shield_control,
    "shield-curve": shield_curve,
    "entanglement-curve": joining,
    "alliances-by-regime": allied,
    "pacts-by-regime": formed,
    "regime-contrasts": contrasts,
    "pressure-curves": pressure_curves,
    "fatal-dispute-risk": fatal_dispute_risk,
    "spending-elasticities": spending_elasticities,
    "spending-since": spending_since,
    "technology-rolling": convergence,
}
"""Everything, by the name it is remembered by."""


def _kept(name: str, record: Record, compute: Callable[[], pl.DataFrame]) -> pl.DataFrame:
    frame: pl.DataFrame = remembered(name, record, (), compute)
    return frame
