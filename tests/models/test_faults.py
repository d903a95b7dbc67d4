"""Whatever is wrong with a request is one message that names it and the remedy, before any engine runs."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import polars as pl
import pytest

from foedus.errors import InputError
from foedus.models.estimate import estimate


@pytest.fixture(scope="module")
def rows() -> pl.DataFrame:
    random = np.random.default_rng(5)
    n = 300
    war = random.random(n) < 0.3
    x = random.normal(size=n)
    return pl.DataFrame(
        {
            "ccode": np.repeat(np.arange(30), 10),
            "year": np.tile(np.arange(2000, 2010), 30),
            "war": war,
            "x": x,
            "gdp": np.where(x > 1, 0.0, np.exp(x)),
            "z": 3 * x + 2,
            "never": np.zeros(n),
            "tells": war * random.random(n),
            "apart": (war & (x > 0)).astype(int) - (~war & (x < 0)).astype(int),
            "kind": np.where(war, "war", "peace"),
            "three": np.arange(n) % 3,
            "many": np.arange(n),
            "only": np.where(np.arange(n) % 4 == 0, 0, np.arange(n) % 3),
            "none": np.arange(n) % 4 == 0,
            "intercept": x,
        }
    )


FAULTS: dict[str, tuple[str, str, dict[str, Any], str]] = {
    "a variable misspelt": ("war ~ gpd", "logit", {}, r"no column 'gpd'\. Did you mean gdp\?"),
    "a variable of the codebook": ("war ~ polyarchy", "logit", {}, r"foedus\.add\(panel, \['polyarchy'\]\)"),
    "an outcome that never varies": ("never ~ x", "logit", {}, "the outcome never never varies: it is 0 in all 300 rows"),
    "an outcome of text": (
        "kind ~ x",
        "logit",
        {},
        r"holds text \(peace, war\): say which is the event, as in \(kind == 'war'\)",
    ),
    "an outcome that is no yes or no": ("three ~ x", "logit", {}, r"neither 0 nor 1 in some rows \(first: 2\)"),
    "a count that is none": ("x ~ year", "poisson", {}, "is no count in some rows"),
    "text without an order": ("kind ~ x", "ologit", {}, r"say its order, levels=\[lowest, …, highest\]"),
    "fewer clusters than terms": (
        "war ~ x + year + gdp",
        "logit",
        {"cluster": "three"},
        r"3 clusters \(three\) cannot tell the errors of 4",
    ),
    "perfect prediction": ("war ~ tells", "logit", {}, r"tells separates the outcome, .* or choose model='firth'"),
    "prediction by two": ("war ~ x + apart", "probit", {}, "separate"),
    "the future": ("war ~ lead(x)", "logit", {}, r"lead\(x\) asks for the future: .* \(lead\(war\) ~ …\)"),
    "the future inside": ("war ~ log(lead(gdp, 2) + 1)", "logit", {}, r"lead\(gdp, 2\) asks for the future"),
    "a lag of less than none": ("war ~ lag(x, -1)", "logit", {}, "lag takes a number of years from 1 on"),
    "itself": ("war ~ war + x", "logit", {}, r"war explains itself: .* Write lag\(war\)"),
    "a column that follows": ("war ~ x + z", "logit", {}, r"z follows from x \(z = 3 × x \+ a constant\)"),
    "a column that never varies": ("war ~ x + never", "logit", {}, "never never varies in the 300 rows"),
    "a logarithm of zero": (
        "war ~ log(gdp)",
        "logit",
        {},
        r"log\(gdp\) is no finite number in \d+ rows .*: gdp is zero in \d+ of them",
    ),
    "a power beyond what can be squared": (
        "war ~ I(many ** 99)",
        "logit",
        {},
        r"^I\(many \*\* 99\) is beyond 1e\+150 in 267 rows \(first: 3 2003\): take its logarithm",
    ),
    "a power beyond all numbers": (
        "war ~ I(many ** 300)",
        "logit",
        {},
        r"I\(many \*\* 300\) is no finite number in 289 rows \(first: 1 2001\): .* larger than any number",
    ),
    "a product beyond all numbers": (
        "war ~ I(many ** 50):I(year ** 40)",
        "logit",
        {},
        r"I\(many \*\* 50\):I\(year \*\* 40\) is no finite number, or beyond 1e\+150, in \d+ rows",
    ),
    "a polynomial beyond all numbers": ("war ~ poly(I(year ** 40), 3)", "logit", {}, r"poly\(.*\)\[\d\] is no finite number"),
    "an outcome beyond all numbers": ("I(many ** 99) ~ x", "ols", {}, r"I\(many \*\* 99\) is beyond 1e\+150 in 267 rows"),
    "a division by zero": (
        "war ~ I(1 / three)",
        "logit",
        {},
        r"I\(1 / three\) is no finite number in 100 rows .*: it divides by zero, for three is 0 in 100 of them",
    ),
    "weights that divide by zero": (
        "war ~ x",
        "logit",
        {"weights": "1 / three"},
        r"weights='1 / three' is no finite number in 100 rows",
    ),
    "comparisons joined without brackets": (
        "war ~ x",
        "logit",
        {"where": "x > 0 & three < 2"},
        r"'x > 0 & three < 2' compares what & or \| joins, .*: put brackets around each comparison",
    ),
    "text compared with a number": ("war ~ I(x > 'a')", "logit", {}, r"compares text with numbers: 'a' is text, and x is"),
    "a number among texts": ("war ~ I(kind in ('war', 1))", "logit", {}, "compares text with numbers: kind is text, and 1"),
    "text that is no yes or no": ("war ~ I(kind & war)", "logit", {}, "computes with kind, which holds text"),
    "the logarithm of text": ("war ~ log(kind)", "logit", {}, "computes with kind, which holds text"),
    "a number that is none": ("war ~ x", "logit", {"where": "x < 1e999"}, "larger than any that can be computed with"),
    "a condition without a column": (
        "war ~ x",
        "logit",
        {"where": "1/0"},
        r"where='1/0': 1 / 0 names no column, and is the same in every row",
    ),
    "a constant condition": ("war ~ x", "logit", {"where": "True"}, "True names no column"),
    "a constant comparison": ("war ~ x", "logit", {"where": "1 > 0"}, "1 > 0 names no column"),
    "a constant beside a condition": ("war ~ x", "logit", {"where": "x > 0 or 1"}, "'x > 0 or 1': 1 names no column"),
    "a condition that is a number": (
        "war ~ x",
        "logit",
        {"where": "three"},
        r"three is neither true nor false in 100 rows \(first: 0 2002, where it is 2\)\. Compare it, as in three > 0",
    ),
    "a condition that is text": ("war ~ x", "logit", {"where": "kind"}, "kind holds text, which is neither true nor false"),
    "a condition that divides by zero": ("war ~ x", "logit", {"where": "x / 0"}, "x / 0 is no finite number in 300 rows"),
    "a condition of text and number": ("war ~ x", "logit", {"where": "kind > 3"}, "compares text with numbers: kind is text"),
    "an empty condition": ("war ~ x", "logit", {"where": ""}, "where= is empty"),
    "empty weights": ("war ~ x", "logit", {"weights": " "}, "weights= is empty"),
    "a logarithm below zero": ("war ~ log(x)", "logit", {}, r"x is below zero in \d+ of them"),
    "an unknown function": ("war ~ lgo(gdp)", "logit", {}, r"no function is called 'lgo'\. Did you mean"),
    "an unknown model": ("war ~ x", "logti", {}, r"no model is called 'logti'\. Did you mean logit"),
    "an unknown grouping": (
        "war ~ x",
        "logit",
        {"cluster": "stat"},
        r"no grouping of rows is called 'stat'\. Did you mean state",
    ),
    "errors of two kinds": ("war ~ x", "logit", {"cluster": "state", "errors": "iid"}, "give one of them"),
    "dyadic errors of states": ("war ~ x", "logit", {"errors": "dyadic"}, "rows about two states"),
    "a part after a bar": ("war ~ x | year", "logit", {}, "name fixed effects with fixed="),
    "one side": ("war", "logit", {}, "is no formula"),
    "a formula that is none": ("war ~ x +", "logit", {}, "cannot be read"),
    "effects where there are none": ("war ~ x", "firth", {"fixed": "state"}, "takes no fixed effects. logit, "),
    "a hazard without time": ("war ~ x", "hazard", {}, "a hazard needs a baseline"),
    "years without rows": ("war ~ x", "logit", {"years": (1900, 1910)}, "no row is left"),
    "levels beyond number": ("war ~ C(x)", "ols", {}, "follows from|cannot tell|levels"),
    "text that is computed with": ("war ~ I(kind + x)", "logit", {}, "computes with kind, which holds text"),
    "an unknown choice": ("war ~ x", "logit", {"clusters": "state"}, r"nothing is chosen by clusters=\. Did you mean cluster"),
    "counts that vary as a Poisson's": ("three ~ x", "negbin", {}, "choose model='poisson'"),
    "a count that a column tells": (
        "only ~ none + x",
        "poisson",
        {},
        r"none separates the outcome.*none of the \d+ rows .* 0 has it",
    ),
    "nothing to fit": ("war ~ 0", "logit", {}, "neither a term nor an intercept"),
    "a column called as the constant": ("war ~ intercept", "logit", {}, "a column is called 'intercept'"),
    "effects that explain all": ("war ~ x", "logit", {"fixed": "many"}, "no row is left"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_what_is_wrong_is_named_with_the_remedy(rows: pl.DataFrame, fault: str) -> None:
    formula, model, choices, told = FAULTS[fault]
    with pytest.raises(InputError, match=told):
        estimate(formula, rows, model, **choices)


def test_no_library_warns_of_what_is_refused(rows: pl.DataFrame) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for formula in ("war ~ I(many ** 99)", "war ~ I(many ** 50):I(year ** 40)", "war ~ poly(I(year ** 40), 3)"):
            with pytest.raises(InputError, match="beyond 1e"):
                estimate(formula, rows)


@pytest.mark.parametrize(
    ("where", "kept"),
    [
        ("war", lambda row: row["war"]),
        ("none", lambda row: row["none"]),
        ("not war and three > 0", lambda row: not row["war"] and row["three"] > 0),
        ("1 / three < 1", lambda row: row["three"] > 1),
        ("three == 0 or 1 / three < 1", lambda row: row["three"] != 1),
        ("kind == 'peace'", lambda row: row["kind"] == "peace"),
        ("(x > 0) & (three in (0, 2))", lambda row: row["x"] > 0 and row["three"] in (0, 2)),
    ],
)
def test_rows_enter_in_which_a_condition_is_true(
    where: str, kept: Callable[[dict[str, Any]], bool], rows: pl.DataFrame
) -> None:
    """What divides by zero is unknown, so that of 1 / three < 1 only three = 2 is true, and no infinite number is compared."""
    expected = sum(map(kept, rows.iter_rows(named=True)))
    assert estimate("x ~ year", rows, "ols", where=where).n == expected


def test_what_a_condition_cannot_know_is_said(rows: pl.DataFrame) -> None:
    told = "where: 1 / three is no finite number in 100 rows, in which the comparison with it is unknown"
    assert told in estimate("x ~ year", rows, "ols", where="1 / three < 1").remarks


def test_a_panel_without_keys_is_refused(rows: pl.DataFrame) -> None:
    with pytest.raises(InputError, match="the frame has no keys: it needs ccode and year"):
        estimate("war ~ x", rows.drop("ccode"))
    assert estimate("war ~ x", rows.rename({"ccode": "place"}), by="place").n == 300


def test_rows_that_share_keys_have_no_year_before(rows: pl.DataFrame) -> None:
    twice = pl.concat([rows, rows[:1]])
    with pytest.raises(InputError, match=r"2 rows share their keys \(ccode, year; first: 0 2000\)"):
        estimate("war ~ lag(x)", twice)
    assert estimate("war ~ x", twice).n == 301


def test_firth_has_an_estimate_where_the_outcome_is_separated(rows: pl.DataFrame) -> None:
    fitted = estimate("war ~ tells", rows, "firth")
    assert np.isfinite(fitted.coefficients).all()
    assert fitted.coefficients[1] > 0


def test_groups_that_their_effect_explains_are_left_out_and_named(rows: pl.DataFrame) -> None:
    quiet = rows.with_columns(war=pl.when(pl.col("ccode") < 2).then(False).otherwise("war"))
    fitted = estimate("war ~ x", quiet, fixed="state")
    silent = quiet.group_by("ccode", maintain_order=True).agg(pl.col("war").any()).filter(~pl.col("war"))
    told = [remark for remark in fitted.remarks if "never comes" in remark]
    assert told == [
        f"{silent.height} groups by state in which the outcome never comes ({10 * silent.height} rows, first: 0) left out: "
        "their effect explains them"
    ]
    assert fitted.n == 300 - 10 * silent.height


def test_few_clusters_are_remarked_upon(rows: pl.DataFrame) -> None:
    assert any("errors rest on 3 groups" in remark for remark in estimate("war ~ x", rows, cluster="three").remarks)
    assert not any("errors rest on" in remark for remark in estimate("war ~ x", rows, cluster="state").remarks)
