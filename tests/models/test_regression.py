"""A formula is a mechanism: it passes the check of all, and gets the grades that the same formula gets as a model."""

from __future__ import annotations

import polars as pl
import pytest

import foedus
from foedus.errors import InputError, PanelRemark
from foedus.record.store import Record
from foedus.testing import check_mechanism

ORIGINS = [1980, 1990, 2000]


def test_yes_or_no_amounts_and_dyads_pass_the_check_of_every_mechanism(record: Record) -> None:
    for each in (
        foedus.Regression("state-year", "state_dispute_onset ~ polyarchy + log(population)"),
        foedus.Regression("state-year", "log(gdp_per_head) ~ lag(log(gdp_per_head)) + poly(polyarchy, 2)", first_year=1970),
        foedus.Regression(
            "state-year", "(gdp_per_head > 5000) ~ polyarchy + spline(log(population), 3)", first_year=1980, model="probit"
        ),
    ):
        check_mechanism(each, record, (1970, 2000))
    contact = foedus.Regression("dyad-year", "dispute_onset ~ contiguous + log1p(peace_years)", rows={"group": ["NATO"]})
    check_mechanism(contact, record, (1950, 2010))


@pytest.mark.parametrize(
    ("formula", "model", "columns"),
    [
        (
            "state_dispute_onset ~ polyarchy + log(population) + C(region)",
            "logit",
            "state_dispute_onset polyarchy population region",
        ),
        ("log(gdp_per_head) ~ lag(log(gdp_per_head)) + poly(polyarchy, 2)", "ols", "gdp_per_head polyarchy"),
        ("state_dispute_onset ~ polyarchy + log(population)", "probit", "state_dispute_onset polyarchy population"),
    ],
)
def test_it_is_graded_as_the_model_of_the_same_formula(formula: str, model: str, columns: str, record: Record) -> None:
    """`Model.validate` is the other road to the same grades: scores, gains and grades are equal, row by row."""
    regression = foedus.Regression("state-year", formula, model=model)
    (told,) = foedus.validate(regression, record, origins=ORIGINS)
    panel = foedus.panel("state-year", columns.split(), years=(1949, 2025), record=record)
    same = foedus.estimate(formula, panel, model, years=(1950, 2025)).validate(ORIGINS)
    assert told.formula == same.formula
    assert told.grades == same.grades
    assert told.over_all().drop("outcome").sort("model").equals(same.over_all().drop("outcome").sort("model"))
    keys = ["term", "score", "first_year", "last_year"]
    both = (each.gains.drop_nulls("gain").select(*keys, "gain").sort(keys) for each in (told, same))
    mine, theirs = both
    assert mine["gain"].to_list() == pytest.approx(theirs["gain"].to_list(), abs=1e-9)
    assert "set down nowhere" in told.remarks[-1]


def test_it_forecasts_from_what_was_known_before_the_year(record: Record) -> None:
    """The value read is that of the year before, also in the first year of the rows asked for."""
    regression = foedus.Regression("state-year", "state_dispute_onset ~ polyarchy")
    panel = regression.panel(record, (1990, 1992))
    rows = panel.filter(ccode=20)
    before = foedus.panel("state-year", ["polyarchy"], states=["CAN"], years=(1989, 1991), record=record)
    assert rows["year"].to_list() == [1990, 1991, 1992]
    assert rows["lag(polyarchy)"].to_list() == before["polyarchy"].to_list()
    design, complete = regression.design(panel), regression.complete(panel)
    assert design.matrix[:, 0].tolist() == complete["lag(polyarchy)"].to_list()
    assert design.year.min() == 1990


@pytest.fixture
def mine() -> pl.DataFrame:
    years = range(1970, 2011)
    return pl.DataFrame(
        [(state, year, (state * year) % 7, (state + year) % 5 > 1) for state in (2, 20, 70, 200) for year in years],
        schema=["ccode", "year", "mine", "came"],
        orient="row",
    )


def test_a_panel_of_ones_own_is_taken_with_its_columns(mine: pl.DataFrame, record: Record) -> None:
    one = foedus.Regression("state-year", "came ~ mine", model="logit", data=mine, first_year=1971)
    told = foedus.fit(one)
    assert told.fitted.n == 4 * 40
    assert told.fitted.terms == ("intercept", "lag(mine)")
    assert one != foedus.Regression("state-year", "came ~ mine", model="logit", data=mine.head(80), first_year=1971)
    assert one.data is mine
    some = foedus.Regression("state-year", "came ~ lag(mine)", model="logit", data=mine, where="1 / mine < 2", first_year=1971)
    with pytest.warns(PanelRemark, match=r"own\.regression: where: 1 / mine is no finite number in \d+ rows"):
        some.panel(record, (1971, 2010))
    (graded,) = foedus.validate(some, origins=[1990, 2000])
    assert sum("1 / mine is no finite number" in remark for remark in graded.remarks) == 1
    with pytest.raises(InputError, match=r"learns from 1971 on, and the rows end in 1970: choose an earlier first_year"):
        foedus.validate(some, origins=[[1960, 1961, 1965], [1965, 1966, 1970]])


def test_what_is_known_in_hindsight_is_told_beside_its_grades(mine: pl.DataFrame) -> None:
    """How a dispute under way ends is no news of its year, however it is lagged; so is an outcome that is settled later."""
    rows = mine.rename({"mine": "dispute_outcome", "came": "war_dispute_onset"})
    formula, origins = "war_dispute_onset ~ lag(dispute_outcome)", [1990, 2000]
    regression = foedus.Regression("state-year", formula, data=rows)
    for graded in (foedus.validate(regression, origins=origins)[0], foedus.estimate(formula, rows).validate(origins)):
        for told in (
            "dispute_outcome is known in hindsight: values",
            "war_dispute_onset of a year is known in hindsight: at each",
        ):
            assert sum(each.startswith(told) for each in graded.remarks) == 1


@pytest.mark.parametrize(
    ("choices", "told"),
    [
        ({"unit": "state-yer"}, "has no unit 'state-yer'. Did you mean state-year"),
        ({"formula": "onset ~ polyarchy"}, "is onset yes or no, a count or an amount? Say model="),
        ({"formula": "state_dispute_onset ~ 1"}, "has no term: nothing is forecast"),
        ({"formula": "state_dispute_onset ~ polyarchy - 1"}, "has no intercept"),
        ({"model": "lpm"}, "no forecast is made by model='lpm'"),
        ({"name": "Calm Democracies"}, "cannot be a mechanism's name"),
        ({"terms": ("polyarky",)}, "has no term 'polyarky'. Did you mean polyarchy"),
        ({"outcome": "war"}, "explains state_dispute_onset, the left side of its formula, not war"),
        (
            {"first_year": 2030},
            "own.regression cannot begin to learn in 2030: first_year is at most 2025",
        ),
        ({"first_year": "1950"}, "cannot begin to learn in '1950'"),
    ],
)
def test_a_fault_is_named_when_it_is_made(choices: dict[str, object], told: str) -> None:
    given = {"unit": "state-year", "formula": "state_dispute_onset ~ polyarchy", **choices}
    with pytest.raises(InputError) as raised:
        foedus.Regression(**given)  # type: ignore[arg-type]
    assert told in str(raised.value)


def test_a_name_that_is_no_variable_is_told_by_the_check(record: Record) -> None:
    with pytest.raises(InputError, match="Did you mean polyarchy"):
        check_mechanism(foedus.Regression("state-year", "state_dispute_onset ~ polyarky"), record, (1990, 2000))


def test_the_score_goes_by_the_model_and_not_by_the_values_of_the_outcome(record: Record) -> None:
    """A regression of a yes or no forecasts beyond 0 and 1, of which no log score can be taken."""
    by_amount = foedus.Regression("state-year", "state_dispute_onset ~ polyarchy", model="ols", first_year=1960)
    (told,) = foedus.validate(by_amount, origins=[[1989, 1990, 1999], [1979, 1980, 1989]], record=record)
    assert told.test.score == "squared error"
    assert sorted(told.test.origins) == [(1979, 1980, 1989), (1989, 1990, 1999)], "in whatever order they are given"


@pytest.mark.parametrize("outcome", ["I((milex > 0) & (gdp > 1))", "I(not (gdp > 0))", "((gdp > 0) | (milex > 0))"])
def test_a_condition_is_yes_or_no_however_it_is_joined(outcome: str) -> None:
    assert foedus.Regression("state-year", f"{outcome} ~ polyarchy").model == "logit"
