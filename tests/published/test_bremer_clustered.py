"""The "dangerous dyads" logit again, with errors clustered by dyad (shared reference R1).

The years of one dyad are not independent, and the published errors treat them as if they were. With the package's own three
choices in the data, so that its model-based errors come out to the digit, clustering by dyad takes the error of land contiguity
from .058 to .107 (issue 4) and every other error up by 44 to 162 per cent. The defence pact, significant as published, is no
longer; nor is major power where foedus's own contiguity and peace years make it so. Here foedus's own estimation fits the
logit, and statsmodels checks it.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from numpy.testing import assert_allclose

from foedus.estimation.covariance import information
from foedus.estimation.design import Array, Design
from foedus.estimation.estimate import NORMAL_95, Estimate
from foedus.estimation.logit import logit
from foedus.panels.panel import panel
from foedus.record.store import Record
from tests.published import test_bremer
from tests.published.estimates import with_estimates
from tests.published.test_bremer import LATER_ROWS, PUBLISHED, TERMS, rows_since_a_dispute
from tests.published.test_democratic_peace import record_with

sm = pytest.importorskip("statsmodels.api")

CONTIGUITY = (0.058, 0.107)
"""Error of land contiguity, model-based and clustered by dyad."""


@pytest.fixture(scope="module")
def dyads(raw: Path, tmp_path_factory: pytest.TempPathFactory) -> pl.DataFrame:
    """Every non-directed dyad-year with what the model needs."""
    return read_dyads(record_with(raw, tmp_path_factory.mktemp("added"), ["cow_nmc", "cow_contiguity"]), raw)


@pytest.fixture(scope="module")
def theirs(dyads: pl.DataFrame, raw: Path) -> Design:
    """The design with the package's own choices."""
    return design(as_the_package_chooses(dyads, raw), rows_since_a_dispute())


@pytest.fixture(scope="module")
def ours(dyads: pl.DataFrame) -> Design:
    """The design as foedus makes it."""
    return design(dyads.filter("politically_relevant_cow"), pl.col("peace_years"))


def test_the_error_of_contiguity_goes_from_058_to_107(theirs: Design) -> None:
    assert len(theirs.outcome) == LATER_ROWS
    errors = error_table(theirs).row(by_predicate=pl.col("term") == "land_contiguity", named=True)
    assert (round(errors["model_based"], 3), round(errors["clustered"], 3)) == CONTIGUITY


def test_model_based_errors_are_the_published_ones(theirs: Design) -> None:
    found = dict(error_table(theirs).select("term", "model_based").iter_rows())
    for term, (_, published) in PUBLISHED.items():
        assert found[term] == pytest.approx(published, rel=0.08), term


def test_every_error_grows_and_by_how_much(theirs: Design, ours: Design) -> None:
    """Clustered over model-based: computed here, stated nowhere else."""
    expected = {
        "land_contiguity": (1.84, 1.82),
        "capability_proportion": (2.23, 2.21),
        "major_power": (1.74, 1.72),
        "defence_pact": (1.71, 1.69),
        "weaker_democracy": (1.44, 1.45),
        "minimum_militarization": (1.53, 1.47),
        "poorer_economy": (1.72, 1.74),
        "t": (2.14, 1.96),
        "t2": (2.44, 2.12),
        "t3": (2.62, 2.23),
    }
    both = (dict(error_table(each).select("term", "ratio").iter_rows()) for each in (theirs, ours))
    found = dict(zip(("theirs", "ours"), both, strict=True))
    for term, ratios in expected.items():
        assert_allclose((found["theirs"][term], found["ours"][term]), ratios, atol=0.006, err_msg=term)


def test_major_power_and_defence_pact_do_not_stay_significant(theirs: Design, ours: Design) -> None:
    lost = {"theirs": {"defence_pact"}, "ours": {"defence_pact", "major_power"}}
    for name, each in (("theirs", theirs), ("ours", ours)):
        table = error_table(each)
        before, after = (
            set(table.filter((pl.col("estimate") / pl.col(errors)).abs() > NORMAL_95)["term"])
            for errors in ("model_based", "clustered")
        )
        assert before - after == lost[name], name


def test_both_kinds_of_error_are_those_of_statsmodels(theirs: Design) -> None:
    table = error_table(theirs)
    full = sm.add_constant(theirs.matrix)
    for errors, options in (
        ("model_based", {}),
        ("clustered", {"cov_type": "cluster", "cov_kwds": {"groups": theirs.cluster}}),
    ):
        fitted = sm.Logit(theirs.outcome, full).fit(disp=0, maxiter=100, **options)
        assert_allclose(table[errors].to_numpy(), fitted.bse[1:], rtol=1e-4)
        assert_allclose(table["estimate"].to_numpy(), fitted.params[1:], rtol=1e-4)


def read_dyads(record: Record, raw: Path) -> pl.DataFrame:
    """Return the dyad-years 1816–2010 with the terms of the model, and contiguity as the package takes it."""
    dyadic = ["dispute_onset", "dispute_ongoing", "peace_years", "contiguity_type", "defence_pact", "politically_relevant_cow"]
    states = ["major_power", "cinc", "milper", "tpop", "uds_adjusted", "gdp_per_head"]
    found = panel("dyad-year", [*dyadic, *states], years=(1816, 2010), alliances_from="atop", record=record)
    rows = test_bremer._with_terms(with_estimates(found, record, ["gdp_per_head"]))
    first = test_bremer._first_contiguity(raw)
    joined = rows.join(first, on=["ccode1", "ccode2", "year"], how="left", maintain_order="left")
    return joined.with_columns(pl.col("first_type").fill_null(0))


def as_the_package_chooses(dyads: pl.DataFrame, raw: Path) -> pl.DataFrame:
    """Politically relevant dyads with the first contiguity of a year and the pact that the lower code owes."""
    chosen = dyads.with_columns(
        land_contiguity=pl.col("first_type") == 1,
        defence_pact=test_bremer._lower_code_owes(dyads, raw),
    )
    return chosen.filter((pl.col("first_type") > 0) | pl.col("major_power"))


def design(dyads: pl.DataFrame, peace: pl.Expr, terms: Sequence[str] = TERMS) -> Design:
    """The rows of which everything is known, clustered by dyad."""
    timed = dyads.sort("ccode1", "ccode2", "year").with_columns(t=peace.cast(pl.Float64))
    rows = timed.with_columns(t2=pl.col("t") ** 2, t3=pl.col("t") ** 3).drop_nulls(["dispute_onset", *TERMS])
    return Design(
        matrix=rows.select(pl.col(terms).cast(pl.Float64)).to_numpy(),
        columns=tuple(terms),
        outcome=rows["dispute_onset"].cast(pl.Float64).to_numpy(),
        cluster=rows["ccode1"].to_numpy().astype(np.int64) * 1000 + rows["ccode2"].to_numpy(),
        year=rows["year"].to_numpy().astype(np.int64),
    )


def error_table(rows: Design) -> pl.DataFrame:
    """One row a term: estimate, its model-based error, its error clustered by dyad, and the ratio of the two."""
    fitted = logit(rows)
    table = fitted.tidy().select("term", "estimate", clustered="std_error", model_based=pl.Series(model_based(rows, fitted)))
    return table.filter(pl.col("term") != "intercept").with_columns(ratio=pl.col("clustered") / pl.col("model_based"))


def model_based(rows: Design, fitted: Estimate) -> Array:
    """The errors that take all rows as independent, (term,)."""
    errors: Array = np.sqrt(np.diag(np.linalg.inv(information(rows, fitted.coefficients))))
    return errors
