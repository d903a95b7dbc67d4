"""The civil-conflict logit of the R package peacesciencer, after Fearon & Laitin (2003).

Published: the package's article "State-Year Example: A Basic Replication/Extension of Fearon and Laitin (2003)", version 1.1.9
of July 2025, model-based errors, to four digits. Gleditsch–Ward state-years 1946–2024 (in effect to 2013, where the data on
fractionalization end). Onset is the first year in which a conflict is coded as purely intrastate with the state on side A; in
the second column, the first year of such a conflict at the level of war. Income, people and democracy are the row before's.

Reproduced means: every coefficient has the published sign and lies within two published standard errors, and the number of rows
within two per cent. It is; the rows agree to the last one once the terrain of united Germany and Yemen is given to their
predecessors, as the package does and the record does not. What is left is the democracy scores: the later release in the record
is spread about a tenth wider, which shrinks their coefficient by as much and that of their square by twice that. Income and
people are all that the estimates give, with what the panel leaves out as a prior or as of other lands.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np
import polars as pl
import pytest

from foedus.estimation.covariance import information
from foedus.estimation.design import Design
from foedus.estimation.estimate import Estimate
from foedus.estimation.logit import logit
from foedus.panels.panel import panel
from foedus.record.store import Record
from tests.published.estimates import with_estimates

PUBLISHED: Mapping[str, Mapping[str, tuple[float, float]]] = {
    "all conflicts": {
        "intercept": (-2.124, 0.9948),
        "log_gdp_per_head": (-0.2900, 0.1126),
        "log_population": (0.2421, 0.06806),
        "democracy": (-0.8018, 0.2387),
        "democracy_squared": (-0.8825, 0.2332),
        "mountainous": (0.06692, 0.06696),
        "ethnic_fractionalization": (0.3715, 0.3572),
        "religious_fractionalization": (-0.2830, 0.3999),
        "t": (-6.479e-2, 3.857e-2),
        "t2": (3.834e-3, 1.978e-3),
        "t3": (-5.105e-5, 2.660e-5),
    },
    "wars only": {
        "intercept": (-3.860, 1.555),
        "log_gdp_per_head": (-0.2195, 0.1740),
        "log_population": (0.2635, 0.1064),
        "democracy": (-1.085, 0.4198),
        "democracy_squared": (-0.8308, 0.3703),
        "mountainous": (0.2971, 0.1114),
        "ethnic_fractionalization": (0.3488, 0.5587),
        "religious_fractionalization": (-0.06079, 0.5978),
        "t": (-0.1488, 6.420e-2),
        "t2": (5.979e-3, 2.782e-3),
        "t3": (-6.410e-5, 3.305e-5),
    },
}
"""Coefficient and standard error of both columns of the table."""

PUBLISHED_ROWS = {"all conflicts": 8_192, "wars only": 8_189}
STATE_YEARS = 12_507
"""Rows before those with missing values are dropped: 8,192 and the 4,315 that the article says were."""

ONSETS = {"all conflicts": 132, "wars only": 55}
"""Onsets that the published null deviances imply: 1351.7 and 659.98."""

README_2021 = {
    "log_gdp_per_head": (-0.2854, 0.1101),
    "log_population": (0.2294, 0.06723),
    "democracy": (0.2574, 0.1805),
    "democracy_squared": (-0.7260, 0.2108),
    "mountainous": (0.0549, 0.0666),
    "ethnic_fractionalization": (0.4418, 0.3580),
    "religious_fractionalization": (-0.3892, 0.4017),
}
"""The same table in the package's README of July 2021: other estimates of income and people, scores not yet adjusted."""

TERMS = tuple(name for name in PUBLISHED["all conflicts"] if name != "intercept")
MILLION = 1e6
"""The package counts people by the million; only the intercept knows."""


class Fitted(NamedTuple):
    """A fitted logit: coefficients and model-based errors by name, rows, onsets."""

    coefficients: dict[str, float]
    errors: dict[str, float]
    rows: int
    onsets: int


@pytest.fixture(scope="module")
def state_years(record: Record) -> pl.DataFrame:
    return read_state_years(record)


@pytest.fixture(scope="module")
def with_their_terrain(state_years: pl.DataFrame, raw: Path) -> pl.DataFrame:
    return give_terrain_to_predecessors(state_years, raw)


@pytest.fixture(scope="module")
def fitted(state_years: pl.DataFrame, record: Record) -> dict[str, Fitted]:
    return {column: fit(state_years, record, column) for column in PUBLISHED}


@pytest.mark.parametrize("column", PUBLISHED)
def test_every_coefficient_is_within_two_published_standard_errors(fitted: dict[str, Fitted], column: str) -> None:
    for term, (published, error) in PUBLISHED[column].items():
        found = fitted[column].coefficients[term]
        assert abs(found - published) < 2 * error, term
        assert found * published > 0, term


@pytest.mark.parametrize("column", PUBLISHED)
def test_rows_are_within_two_per_cent(fitted: dict[str, Fitted], column: str) -> None:
    assert fitted[column].rows == PUBLISHED_ROWS[column] - 83
    assert fitted[column].rows == pytest.approx(PUBLISHED_ROWS[column], rel=0.02)


@pytest.mark.parametrize("column", PUBLISHED)
def test_terrain_of_two_united_states_explains_every_missing_row(
    with_their_terrain: pl.DataFrame, record: Record, column: str
) -> None:
    assert with_their_terrain.height == STATE_YEARS
    found = fit(with_their_terrain, record, column)
    assert (found.rows, found.onsets) == (PUBLISHED_ROWS[column], ONSETS[column])


@pytest.mark.parametrize("column", PUBLISHED)
def test_all_but_democracy_then_agrees_to_a_twentieth_of_an_error(
    with_their_terrain: pl.DataFrame, record: Record, column: str
) -> None:
    found = fit(with_their_terrain, record, column)
    for term in set(TERMS) - {"democracy", "democracy_squared"}:
        published, error = PUBLISHED[column][term]
        assert abs(found.coefficients[term] - published) < 0.05 * error, term
        assert found.errors[term] == pytest.approx(error, rel=0.003), term


@pytest.mark.parametrize("column", PUBLISHED)
def test_democracy_scores_are_spread_a_tenth_wider_in_the_later_release(
    with_their_terrain: pl.DataFrame, record: Record, column: str
) -> None:
    found = fit(with_their_terrain, record, column)
    wider = PUBLISHED[column]["democracy"][1] / found.errors["democracy"]
    squared = PUBLISHED[column]["democracy_squared"][1] / found.errors["democracy_squared"]
    assert wider == pytest.approx(1.12, abs=0.02)
    assert squared == pytest.approx(wider**2, rel=0.03)


def test_the_table_of_2021_agrees_but_for_the_linear_term_of_democracy(record: Record) -> None:
    found = fit(read_state_years(record, democracy="uds"), record, "all conflicts")
    apart = {term for term, (old, error) in README_2021.items() if abs(found.coefficients[term] - old) >= 2 * error}
    assert apart == {"democracy"}


def test_with_every_start_and_both_sides_income_weakens_and_ethnicity_tells(record: Record) -> None:
    """Onset as foedus has it: any intrastate conflict, internationalised or not, that was not active the year before."""
    found = own_onset(record).tidy()
    z = dict(found.select("term", "z").iter_rows())
    assert z["log_population"] > 2
    assert z["democracy_squared"] < -2
    assert z["ethnic_fractionalization"] > 2, "published: 1.04"
    assert -2 < z["log_gdp_per_head"] < 0, "published: −2.58"


def read_state_years(record: Record, democracy: str = "uds_adjusted") -> pl.DataFrame:
    """Every Gleditsch–Ward state-year 1946–2024 with the covariates, those of the row before where the article lags them."""
    names = ("ethnic_fractionalization", "religious_fractionalization", "mountainous")
    found = panel(
        "state-year", ["gdp_per_head", "population", democracy, *names], years=(1946, 2024), system="gw", record=record
    )
    rows = with_estimates(found, record, ["gdp_per_head", "population"])
    before = {
        "log_gdp_per_head": pl.col("gdp_per_head").log(),
        "log_population": (pl.col("population") / MILLION).log(),
        "democracy": pl.col(democracy),
    }
    lags = {name: expression.shift(1).over("gwcode") for name, expression in before.items()}
    return rows.select("gwcode", "year", *names, **lags).with_columns(democracy_squared=pl.col("democracy") ** 2)


def give_terrain_to_predecessors(state_years: pl.DataFrame, raw: Path) -> pl.DataFrame:
    """Take the terrain of a state number for all its years, whatever its borders were."""
    file = pl.read_parquet(raw / "political/terrain/rugged.parquet").drop_nulls("gwcode")
    terrain = file.select(pl.col("gwcode").cast(pl.Int16), mountainous="newlmtnest").unique("gwcode")
    return state_years.drop("mountainous").join(terrain, on="gwcode", how="left", maintain_order="left")


def conflicts(record: Record, keys: pl.DataFrame, column: str) -> pl.DataFrame:
    """State-years with whether a conflict is under way and begins, by the package's rule: side A, first year ever."""
    rows = record.table("armed_conflicts").filter(type="intrastate")
    chosen = (rows.filter(intensity=2) if column == "wars only" else rows).unique(["conflict", "gwcode1", "year"])
    first = pl.col("year") == pl.col("year").min().over("conflict", "gwcode1")
    found = (
        chosen.with_columns(first=first)
        .group_by(gwcode="gwcode1", year="year")
        .agg(ongoing=pl.lit(True), onset=pl.col("first").any())
    )
    return keys.join(found, on=["gwcode", "year"], how="left", maintain_order="left").with_columns(
        pl.col("ongoing", "onset").fill_null(False)
    )


def rows_since(event: str) -> pl.Expr:
    """Rows of the state since the last one with the event."""
    spell = pl.col(event).cast(pl.Int32).shift(1, fill_value=0).cum_sum().over("gwcode")
    return pl.int_range(pl.len()).over("gwcode", spell)


def fit(state_years: pl.DataFrame, record: Record, column: str) -> Fitted:
    """Fit one column of the table.

    Of wars, the package counts years since an onset and leaves out an onset that follows on one.
    """
    event = "onset" if column == "wars only" else "ongoing"
    keyed = conflicts(record, state_years.sort("gwcode", "year"), column)
    again = pl.col("onset") & pl.col("onset").shift(1, fill_value=False).over("gwcode")
    kept = pl.when(~again if column == "wars only" else True)
    rows = with_powers(keyed.with_columns(t=kept.then(rows_since(event))))
    design = design_of(rows, "onset")
    estimate = logit(design)
    errors = np.sqrt(np.diag(np.linalg.inv(information(design, estimate.coefficients))))
    names = estimate.terms
    return Fitted(
        dict(zip(names, estimate.coefficients.tolist(), strict=True)),
        dict(zip(names, errors.tolist(), strict=True)),
        estimate.n,
        estimate.events,
    )


def own_onset(record: Record) -> Estimate:
    """Fit foedus's own reading of onset to the same covariates, with years counted since its own conflicts."""
    names = ["intrastate_conflict", "intrastate_conflict_onset_1"]
    own = panel("state-year", names, years=(1946, 2024), system="gw", record=record)
    rows = read_state_years(record).join(own, on=["gwcode", "year"]).sort("gwcode", "year")
    return logit(design_of(with_powers(rows.with_columns(t=rows_since("intrastate_conflict"))), names[1]))


def with_powers(rows: pl.DataFrame) -> pl.DataFrame:
    """Add the square and the cube of t."""
    return rows.with_columns(pl.col("t").cast(pl.Float64)).with_columns(t2=pl.col("t") ** 2, t3=pl.col("t") ** 3)


def design_of(rows: pl.DataFrame, outcome: str) -> Design:
    """The rows of which everything is known, clustered by state."""
    known = rows.drop_nulls([outcome, *TERMS])
    return Design(
        matrix=known.select(pl.col(TERMS).cast(pl.Float64)).to_numpy(),
        columns=TERMS,
        outcome=known[outcome].cast(pl.Float64).to_numpy(),
        cluster=known["gwcode"].to_numpy().astype(np.int64),
        year=known["year"].to_numpy().astype(np.int64),
    )
