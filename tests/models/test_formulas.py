"""Formulas mean what they say: powers, lags on the calendar, years since, levels, polynomials and splines."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from numpy.testing import assert_allclose

import foedus
from foedus.errors import InputError
from foedus.models.bases import Spline, learn_poly
from foedus.models.estimate import estimate
from foedus.models.formula import parsed
from foedus.models.in_time import Calendar, time_calls, with_time

sm = pytest.importorskip("statsmodels.api")


@pytest.fixture(scope="module")
def states() -> pl.DataFrame:
    """40 states over 10 years, of which every tenth state-year is absent from the panel."""
    random = np.random.default_rng(3)
    rows = pl.DataFrame({"ccode": range(1, 41)}).join(pl.DataFrame({"year": range(2000, 2010)}), how="cross")
    n = rows.height
    x = random.normal(size=n)
    region = np.repeat(random.choice(["Africa", "Asia", "Europe"], 40), 10)
    war = random.random(n) < 1 / (1 + np.exp(1 - 0.8 * x + 0.4 * x**2 - 0.7 * (region == "Asia")))
    full = rows.with_columns(x=x, region=region, war=war, gdp=np.exp(random.normal(size=n)))
    return full.filter(pl.Series(random.random(n) > 0.1))


def test_a_bare_power_is_the_power_and_says_so(states: pl.DataFrame) -> None:
    """formulaic, patsy and R read `x + x**2` as x alone."""
    bare = estimate("war ~ x + x**2", states)
    assert bare.terms == ("intercept", "x", "I(x ** 2)")
    assert_allclose(bare.coefficients, estimate("war ~ x + I(x**2)", states).coefficients)
    assert bare.remarks[0].startswith("x**2 is read as I(x**2), the square")


def test_a_power_of_a_sum_stays_the_products_of_its_parts() -> None:
    assert parsed("y ~ (a + b)**2").terms == (("a",), ("b",), ("a", "b"))


def test_a_lag_is_of_the_unit_and_the_calendar_not_of_the_row_above(states: pl.DataFrame) -> None:
    shuffled = states.sample(fraction=1, shuffle=True, seed=1)
    rows = estimate("war ~ lag(x, 2)", shuffled).sample.frame
    before = {(ccode, year): x for ccode, year, x in states.select("ccode", "year", "x").iter_rows()}
    assert rows.height == sum((ccode, year - 2) in before for ccode, year in before)
    for ccode, year, lagged in rows.select("ccode", "year", "lag(x, 2)").iter_rows():
        assert lagged == before[ccode, year - 2]


def test_years_since_an_event_count_from_the_year_after_it_and_know_nothing_of_the_row_itself() -> None:
    rows = pl.DataFrame(
        {
            "ccode": [2] * 6 + [20] * 3 + [30] * 3,
            "year": [2000, 2001, 2003, 2004, 2005, 2006, 2000, 2001, 2002, 2000, 2001, 2002],
            "war": [0, 1, 0, None, 0, 1, 1, 1, 0, None, 0, 0],
            "y": [0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1],
        }
    )
    fitted = estimate("y ~ years_since(war)", rows, "ols", errors="iid")
    told = [
        (ccode, year, since)
        for ccode, year, since in fitted.sample.frame.select("ccode", "year", "years_since(war)").iter_rows()
    ]
    assert told == [
        (2, 2000, 0),
        (2, 2001, 1),
        (2, 2003, 1),
        (2, 2004, 2),
        (20, 2000, 0),
        (20, 2001, 0),
        (20, 2002, 0),
        (30, 2001, 0),
        (30, 2002, 1),
    ]


def test_years_since_are_the_peace_years_of_the_codebook_where_no_year_is_lacking() -> None:
    panel = foedus.panel(
        "dyad-year", ["dispute_ongoing", "peace_years"], years=(1816, 2010), dyads=["USA-CAN", "IND-PAK", "USA-CUB"]
    )
    calls = time_calls(["years_since(dispute_ongoing)"])
    counted = with_time(panel, calls, Calendar(("ccode1", "ccode2"), "year"))
    whole = counted.filter(
        pl.len().over("ccode1", "ccode2")
        == pl.col("year").max().over("ccode1", "ccode2") - pl.col("year").min().over("ccode1", "ccode2") + 1
    )
    assert whole.height > 150
    assert whole["years_since(dispute_ongoing)"].to_list() == whole["peace_years"].to_list()


def test_levels_are_columns_against_the_first_or_the_one_named(states: pl.DataFrame) -> None:
    plain = estimate("war ~ region", states)
    assert plain.terms == ("intercept", "region[Asia]", "region[Europe]")
    assert any("each of its levels is held against Africa" in remark for remark in plain.remarks)
    assert estimate("war ~ C(region, ref='Europe')", states).terms[1:] == (
        "C(region, ref='Europe')[Africa]",
        "C(region, ref='Europe')[Asia]",
    )
    assert estimate("war ~ 0 + region", states).terms == ("region[Africa]", "region[Asia]", "region[Europe]")


def test_products_of_levels_and_numbers_are_as_many_as_can_be_told(states: pl.DataFrame) -> None:
    """R's rule: levels are whole in a product whose other part is no term of its own."""
    assert len(estimate("war ~ x * region", states).terms) == 6
    assert estimate("war ~ x:region", states).terms == ("intercept", "x:region[Africa]", "x:region[Asia]", "x:region[Europe]")


def test_orthogonal_polynomials_fit_as_powers_do_and_are_those_of_r(states: pl.DataFrame) -> None:
    """Of length one, orthogonal to each other and to a constant, as `poly` of R documents; the first by hand."""
    first, second = learn_poly(np.array([1.0, 2.0, 4.0, 7.0]), 2).columns(np.array([1.0, 2.0, 4.0, 7.0]))
    assert_allclose([first @ first, second @ second, first @ second, first.sum(), second.sum()], [1, 1, 0, 0, 0], atol=1e-12)
    assert_allclose(first, np.array([-2.5, -1.5, 0.5, 3.5]) / np.sqrt(21))
    one, other = (estimate(f"war ~ {term}", states) for term in ("poly(x, 3)", "poly(x, 3, raw=True)"))
    assert one.glance().item(0, "log_likelihood") == pytest.approx(other.glance().item(0, "log_likelihood"), rel=1e-10)
    assert_allclose(one.predict()["low"], other.predict()["low"], rtol=1e-6)


def test_a_spline_is_straight_beyond_its_knots_and_smooth_at_them() -> None:
    spline = Spline((0.0, 1.0, 3.0, 4.0))
    x = np.linspace(-3, 8, 1_101)
    for column in spline.columns(x):
        second = np.diff(column, 2) / 0.01**2
        assert_allclose(second[x[1:-1] < -0.02], 0, atol=1e-6)
        assert_allclose(second[x[1:-1] > 4.02], 0, atol=1e-6)
        assert np.abs(np.diff(second)).max() < 0.2


def test_a_spline_has_as_many_columns_as_asked(states: pl.DataFrame) -> None:
    fitted = estimate("war ~ spline(x, 4)", states)
    assert fitted.terms[1:] == tuple(f"spline(x, 4)[{place}]" for place in range(1, 5))
    assert estimate("war ~ spline(x, knots=[-1, 0, 1])", states).terms[1:] == (
        "spline(x, knots=[-1, 0, 1])[1]",
        "spline(x, knots=[-1, 0, 1])[2]",
    )


def test_expressions_compute_as_they_are_written(states: pl.DataFrame) -> None:
    fitted = estimate("(war == 1) ~ log(gdp) + I(x > 0) + I((region == 'Asia') * x) + max(x, 0.5)", states)
    frame = fitted.sample.frame
    expected = np.column_stack(
        [
            np.ones(frame.height),
            frame["gdp"].log(),
            frame["x"] > 0,
            (frame["region"] == "Asia").cast(pl.Float64) * frame["x"],
            frame["x"].clip(0.5),
        ]
    )
    names = list(fitted.terms)
    order = [names.index(each) for each in ("intercept", "log(gdp)", "I(x > 0)", "I((region == 'Asia') * x)", "max(x, 0.5)")]
    assert_allclose(fitted.sample.matrix[:, order], expected)


def test_the_lower_of_two_is_unknown_where_one_is() -> None:
    rows = pl.DataFrame(
        {"ccode": [1, 2, 3, 4, 5], "year": [2000] * 5, "y": [0.0, 1, 0, 2, 1], "a": [1, 2, None, 4, 3], "b": [3, 1, 1, 5, 2]}
    )
    assert estimate("y ~ min(a, b)", rows, "ols", errors="HC1").sample.lacking == {"min(a, b)": 1}


def test_a_panel_of_one_state_system_may_hold_the_codes_of_the_other() -> None:
    rows = pl.DataFrame({"gwcode": [1, 2, 3, 4] * 2, "ccode": [1, None, None, 4] * 2, "year": [2000] * 4 + [2001] * 4})
    keyed = rows.with_columns(y=pl.Series([0.0, 1, 0, 1, 1, 0, 1, 2]), x=pl.Series([1.0, 2, 3, 4, 2, 2, 1, 5]))
    assert estimate("y ~ lag(x)", keyed, "ols", errors="HC1").n == 4


def test_nothing_that_is_written_is_run() -> None:
    rows = pl.DataFrame({"ccode": [1, 2, 3], "year": [1, 1, 1], "y": [0, 1, 0], "x": [1, 2, 3]})
    for text in ("open('x')", "I(x.__class__)", "eval('1')", "I((lambda: 1)())", "I([y for y in x])"):
        with pytest.raises(InputError, match=r"cannot be read|no function is called|has no column"):
            estimate(f"y ~ {text}", rows)


def test_rows_that_lack_a_value_are_left_out_and_counted_by_column(states: pl.DataFrame) -> None:
    holes = states.with_columns(
        x=pl.when(pl.int_range(pl.len()) < 5).then(None).otherwise("x"),
        gdp=pl.when(pl.col("year") == 2003).then(np.nan).otherwise("gdp"),
    )
    fitted = estimate("war ~ x + log(gdp)", holes)
    of_2003 = states.filter(year=2003).height
    lacking = holes.filter(pl.col("x").is_null() | pl.col("gdp").is_nan()).height
    assert fitted.sample.lacking == {"x": 5, "log(gdp)": of_2003}
    assert fitted.remarks[0].startswith(
        f"{lacking} of {states.height} rows are left out, for a value is missing: log(gdp) {of_2003}, x 5"
    )
    assert fitted.n == states.height - lacking


def test_what_a_term_learns_it_learns_from_rows_without_gaps(states: pl.DataFrame) -> None:
    """A gap costs one row; formulaic 1.2.2 leaves scale() no row at all then (findings/one_gap_empties_the_design.sh)."""
    gap = states.with_columns(x=pl.when(pl.int_range(pl.len()) == 7).then(None).otherwise("x"))
    whole = states.filter(pl.int_range(pl.len()) != 7)
    for term in ("poly(x, 2)", "spline(x, 3)", "region * x"):
        fitted, expected = estimate(f"war ~ {term}", gap), estimate(f"war ~ {term}", whole)
        assert fitted.n == states.height - 1
        assert_allclose(fitted.coefficients, expected.coefficients, rtol=1e-12)


def test_a_level_that_was_not_fitted_is_refused_and_not_taken_for_the_reference(states: pl.DataFrame) -> None:
    """Such a row has the reference's columns in formulaic 1.2.2 (findings/a_new_level_is_the_reference.sh)."""
    fitted = estimate("war ~ x + region", states)
    asked = pl.DataFrame({"ccode": [1, 2], "year": 2005, "x": 0.0, "region": ["Africa", "Oceania"]})
    with pytest.raises(InputError, match="no level Oceania was among the rows fitted"):
        fitted.predict(asked)
    missing = fitted.predict(asked.with_columns(region=pl.Series(["Africa", None])))
    assert missing["expected"].is_null().to_list() == [False, True]


def test_missing_cluster_ids_are_counted_and_single_rows_named(states: pl.DataFrame) -> None:
    group = pl.when(pl.col("ccode") == 1).then(None).when(pl.col("ccode") == 2).then(pl.col("year")).otherwise("ccode")
    fitted = estimate("war ~ x", states.with_columns(group=group), cluster="group")
    assert fitted.sample.lacking == {"group": states.filter(ccode=1).height}
    alone = states.filter(ccode=2).height
    assert f"{alone} of {38 + alone} clusters by group are of a single row" in fitted.remarks


def test_rows_are_chosen_after_lags_are_known(states: pl.DataFrame) -> None:
    fitted = estimate("war ~ lag(x)", states, where="region == 'Asia'", years=(2005, 2007))
    assert fitted.years == (2005, 2007)
    rows = {*states.filter(pl.col("region") == "Asia").select("ccode", "year").rows()}
    assert fitted.n == sum((ccode, year - 1) in rows for ccode, year in rows if 2005 <= year <= 2007)


def test_pandas_and_arrow_give_the_same(states: pl.DataFrame) -> None:
    pytest.importorskip("pyarrow")
    ours = estimate("war ~ x + region", states)
    for other in (states.to_pandas(), states.to_arrow()):
        assert_allclose(estimate("war ~ x + region", other).coefficients, ours.coefficients)
