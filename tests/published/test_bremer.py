"""The "dangerous dyads" logit of the R package peacesciencer, with the publishers' files added (shared reference R1).

Politically relevant dyads 1816–2010, onset of a dispute (GML), conventional standard errors. Reproduced means: every
coefficient has the published sign and lies within two of its published standard errors, and the number of rows within .5 %.
statsmodels fits it here, so that the comparison rests on foedus's panel and not on foedus's estimation.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import polars as pl
import pytest

import foedus
from foedus.record.additions import add
from foedus.record.store import forget_opened, open_record
from tests.published.estimates import with_estimates

sm = pytest.importorskip("statsmodels.api")

PUBLISHED = {
    "land_contiguity": (1.057, 0.058),
    "capability_proportion": (1.055, 0.082),
    "major_power": (0.113, 0.059),
    "defence_pact": (-0.132, 0.058),
    "weaker_democracy": (-0.272, 0.032),
    "minimum_militarization": (30.152, 2.378),
}
"""Coefficient and standard error. Given to three digits without errors: peace years −.146, squared .003, intercept −3.517."""

PUBLISHED_ROWS, LATER_ROWS = 106_056, 106_031
"""Rows of the published table, and of the same code on a later data release."""

TERMS = [*PUBLISHED, "poorer_economy", "t", "t2", "t3"]


class Fitted(NamedTuple):
    """A fitted logit: coefficients by name, rows, onsets."""

    coefficients: dict[str, float]
    rows: int
    onsets: int


@pytest.fixture(scope="module")
def dyads(raw: Path, tmp_path_factory: pytest.TempPathFactory) -> pl.DataFrame:
    """Every non-directed dyad-year with what the model needs, and contiguity as peacesciencer takes it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FOEDUS_DATA", str(tmp_path_factory.mktemp("added")))
        add("cow-nmc", raw / "political/capabilities/cow_nmc_v7.parquet")
        add("cow-contiguity", raw / "political/contiguity/cow_contdir_v32.csv")
        names = ["dispute_onset", "dispute_ongoing", "peace_years", "contiguity_type", "major_power", "defence_pact"]
        states = ["cinc", "milper", "tpop", "uds_adjusted", "gdp_per_head"]
        found = foedus.panel(
            "dyad-year", [*names, *states, "politically_relevant_cow"], years=(1816, 2010), alliances_from="atop"
        )
        frame = with_estimates(found, open_record(), ["gdp_per_head"])
    forget_opened()
    first = _first_contiguity(raw)
    joined = _with_terms(frame).join(first, on=["ccode1", "ccode2", "year"], how="left", maintain_order="left")
    return joined.with_columns(pl.col("first_type").fill_null(0))


def test_relevant_rows_are_those_of_the_request(dyads: pl.DataFrame) -> None:
    contact = (pl.col("contiguity_type") > 0) | pl.col("major_power")
    assert dyads.filter(contact).height == dyads["politically_relevant_cow"].sum() == 112_282


def test_every_coefficient_is_within_two_published_standard_errors(dyads: pl.DataFrame) -> None:
    fitted = fit(dyads.filter("politically_relevant_cow"), pl.col("peace_years"))
    for term, (published, error) in PUBLISHED.items():
        assert abs(fitted.coefficients[term] - published) < 2 * error, term
        assert fitted.coefficients[term] * published > 0, term
    assert fitted.coefficients["t"] == pytest.approx(-0.146, abs=0.005)
    assert fitted.coefficients["t2"] == pytest.approx(0.003, abs=0.0005)
    assert fitted.coefficients["const"] == pytest.approx(-3.517, abs=0.05)


def test_rows_are_within_half_a_per_cent(dyads: pl.DataFrame) -> None:
    fitted = fit(dyads.filter("politically_relevant_cow"), pl.col("peace_years"))
    assert (fitted.rows, fitted.onsets) == (106_314, 2_464)
    assert fitted.rows == pytest.approx(PUBLISHED_ROWS, rel=0.005)


def test_three_choices_of_the_package_explain_the_difference(dyads: pl.DataFrame, raw: Path) -> None:
    """First contiguity of a year, the lower code's pact, peace years counted in rows: then the rows are the package's own."""
    theirs = dyads.with_columns(
        land_contiguity=pl.col("first_type") == 1,
        defence_pact=_lower_code_owes(dyads, raw),
    ).filter((pl.col("first_type") > 0) | pl.col("major_power"))
    fitted = fit(theirs, rows_since_a_dispute())
    assert fitted.rows == LATER_ROWS
    for term, (published, error) in PUBLISHED.items():
        assert abs(fitted.coefficients[term] - published) < 0.5 * error, term


@pytest.mark.parametrize(("rule", "count"), [("contiguity", 291), ("pact", 64)])
def test_as_many_rows_differ_as_the_walk_through_says(dyads: pl.DataFrame, raw: Path, rule: str, count: int) -> None:
    relevant = dyads.with_columns(theirs=_lower_code_owes(dyads, raw)).filter("politically_relevant_cow")
    there = (pl.col("first_type") > 0) | pl.col("major_power")
    found = {"contiguity": relevant.filter(~there), "pact": relevant.filter(pl.col("theirs") != pl.col("defence_pact"))}
    assert found[rule].height == count


def fit(dyads: pl.DataFrame, peace: pl.Expr) -> Fitted:
    """Fit the logit by statsmodels, with peace years as the expression says."""
    timed = dyads.sort("ccode1", "ccode2", "year").with_columns(t=peace.cast(pl.Float64))
    rows = timed.with_columns(t2=pl.col("t") ** 2, t3=pl.col("t") ** 3).drop_nulls(["dispute_onset", *TERMS])
    outcome = rows["dispute_onset"].cast(pl.Float64).to_numpy()
    matrix = sm.add_constant(rows.select(TERMS).cast(pl.Float64).to_numpy())
    estimates = sm.Logit(outcome, matrix).fit(disp=0, maxiter=100).params
    return Fitted(dict(zip(["const", *TERMS], estimates, strict=True)), rows.height, int(outcome.sum()))


def rows_since_a_dispute() -> pl.Expr:
    """Peace years as rows of the dyad since one with a dispute under way, whatever years lie between them."""
    dyad = ["ccode1", "ccode2"]
    spell = pl.col("dispute_ongoing").cast(pl.Int32).shift(1, fill_value=0).cum_sum().over(dyad)
    return pl.int_range(pl.len()).over([*dyad, spell])


def _with_terms(frame: pl.DataFrame) -> pl.DataFrame:
    soldiers = {f"militarization_{side}": pl.col(f"milper_{side}") / pl.col(f"tpop_{side}") for side in (1, 2)}
    return frame.with_columns(**soldiers).with_columns(
        land_contiguity=pl.col("contiguity_type") == 1,
        capability_proportion=_lower("cinc") / pl.max_horizontal("cinc_1", "cinc_2"),
        major_power=pl.col("major_power_1") | pl.col("major_power_2"),
        weaker_democracy=_lower("uds_adjusted"),
        poorer_economy=_lower("gdp_per_head"),
        minimum_militarization=_lower("militarization"),
    )


def _lower(name: str) -> pl.Expr:
    sides = [f"{name}_1", f"{name}_2"]
    return pl.when(pl.all_horizontal(pl.col(sides).is_not_null())).then(pl.min_horizontal(sides))


def _first_contiguity(raw: Path) -> pl.DataFrame:
    """The type that a year's first spell on the publisher's list has."""
    spells = pl.read_csv(raw / "political/contiguity/cow_contdir_v32.csv")
    first, last = (pl.col(name).str.slice(0, 4).cast(pl.Int64) for name in ("stdate", "enddate"))
    years = spells.with_columns(year=pl.int_ranges(first, last + 1)).explode("year", empty_as_null=True)
    once = years.unique(["ccode1", "ccode2", "year"], keep="first", maintain_order=True)
    return once.select(pl.col("ccode1", "ccode2", "year").cast(pl.Int16), first_type="conttype")


def _lower_code_owes(dyads: pl.DataFrame, raw: Path) -> pl.Series:
    """Whether the state with the lower code owes the other defence."""
    pledges = pl.read_parquet(raw / "political/alliances_atop/atop_ddyr_pledges_peacesciencer.parquet")
    keys = ["ccode1", "ccode2", "year"]
    owed = pledges.select(pl.col(keys).cast(pl.Int16), owed=pl.col("atop_defense") == 1)
    return dyads.select(keys).join(owed, on=keys, how="left", maintain_order="left")["owed"].fill_null(False)
