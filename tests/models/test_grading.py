"""A model of one's own is tested and graded as foedus's mechanisms are: past origins, nothing known ahead, the same rule."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from numpy.testing import assert_allclose

from foedus.errors import InputError
from foedus.models.estimate import estimate
from foedus.models.grading import WHOLE
from foedus.models.registered import beside, grade, register
from foedus.validation.grades import grades
from foedus.validation.scores import log_score

sm = pytest.importorskip("statsmodels.api")
ORIGINS = [1979, 1984, 1989, 1994]
FORMULA = "war ~ cause + noise"


@pytest.fixture(scope="module")
def states() -> pl.DataFrame:
    """60 states over 40 years; war follows last year's cause, and nothing else."""
    random = np.random.default_rng(11)
    cause, noise = random.normal(size=(60, 41)), random.normal(size=(60, 41))
    war = random.random((60, 40)) < 1 / (1 + np.exp(2 - 1.2 * cause[:, :-1]))
    rows = {"ccode": np.repeat(np.arange(60), 40), "year": np.tile(np.arange(1960, 2000), 60)}
    frame = pl.DataFrame({**rows, "cause": cause[:, 1:].ravel(), "noise": noise[:, 1:].ravel(), "war": war.ravel()})
    return frame.with_columns(big=pl.col("ccode") < 10, deaths=(np.exp(cause[:, :-1] * 0.8).ravel() * 3).round())


def test_what_causes_earns_its_place_and_noise_does_not(states: pl.DataFrame) -> None:
    told = estimate(FORMULA, states).validate(ORIGINS, signs={"cause": "+", "noise": "-"})
    assert told.grades["cause"] == "supported"
    assert told.grades["noise"] in ("not supported", "mixed", "harmful")
    assert told.grades[WHOLE] == "supported"
    assert told.direction("cause") == "as claimed"
    assert told.tidy()["term"].to_list() == ["cause", "noise", WHOLE]
    assert told.grades == grades(told.gains, told.test)
    assert told.test.smallest == 0.005


def test_values_are_read_as_of_the_year_before(states: pl.DataFrame) -> None:
    """The cause of the same year says nothing here, that of the year before all there is to say."""
    told = estimate(FORMULA, states).validate(ORIGINS)
    assert told.formula == "war ~ lag(cause) + lag(noise)"
    assert told.remarks[0] == "cause is read as lag(cause), as known before the year"
    same_year = estimate(FORMULA, states).validate(ORIGINS, known=["cause"])
    assert same_year.formula == "war ~ cause + lag(noise)"
    assert same_year.grades["cause"] != "supported"


def test_forecasts_are_those_of_a_logit_that_statsmodels_fits_up_to_the_origin(states: pl.DataFrame) -> None:
    told = estimate(FORMULA, states).validate([1984, 1994])
    lags = states.sort("ccode", "year").with_columns(pl.col("cause", "noise").shift(1).over("ccode")).drop_nulls()
    past, later = lags.filter(pl.col("year") <= 1994), lags.filter(pl.col("year") > 1994)
    x, y = (
        (lambda rows: sm.add_constant(rows.select("cause", "noise").to_numpy())),
        (lambda rows: rows["war"].cast(pl.Float64).to_numpy()),
    )
    forecast = sm.Logit(y(past), x(past)).fit(disp=0, tol=1e-12).predict(x(later))
    ours = told.scores.filter(model="full model", origin=1994).row(0, named=True)
    assert ours["n"] == later.height
    assert ours["log_score"] == pytest.approx(log_score(forecast, y(later)).mean(), rel=1e-7)
    base = told.scores.filter(model="base rate", origin=1994)["log_score"].item()
    assert base == pytest.approx(log_score(np.full(later.height, y(past).mean()), y(later)).mean(), rel=1e-9)


@pytest.mark.parametrize("model", ["probit", "cloglog", "firth"])
def test_every_kind_of_model_forecasts(states: pl.DataFrame, model: str) -> None:
    told = estimate(FORMULA, states, model).validate([1984, 1994])
    logit = estimate(FORMULA, states).validate([1984, 1994])
    full = [each.over_all().filter(model="full model")["log_score"].item() for each in (told, logit)]
    assert_allclose(full[0], full[1], rtol=0.02)


def test_amounts_and_counts_are_scored_by_squared_error(states: pl.DataFrame) -> None:
    for model in ("ols", "poisson"):
        told = estimate("deaths ~ cause + noise", states, model).validate(ORIGINS)
        assert told.grades["cause"] == "supported"
        assert told.test.baselines == ("own mean", "own trend", "last value")
        assert told.reliability.is_empty()


def test_trees_stand_beside_the_model_and_decide_nothing(states: pl.DataFrame) -> None:
    pytest.importorskip("sklearn")
    told = estimate(FORMULA, states).validate(ORIGINS)
    assert "gradient boosting" in told.over_all()["model"].to_list()
    assert "gradient boosting" not in told.gains["against"].to_list()


def test_baselines_of_ones_own_are_formulas(states: pl.DataFrame) -> None:
    told = estimate(FORMULA, states).validate(ORIGINS, baselines={"cause only": "cause"})
    scores = dict(told.over_all().select("model", "log_score").iter_rows())
    assert scores["cause only"] == pytest.approx(scores["without noise"], rel=1e-9)
    assert told.tidy()["against"].to_list()[-1] == "cause only"
    assert told.grades[WHOLE] != "supported"


def test_reliability_adds_up_by_stratum_and_by_size_of_forecast(states: pl.DataFrame) -> None:
    told = estimate(FORMULA, states).validate(ORIGINS, strata={"large": "big"})
    rows = {row["stratum"]: row for row in told.reliability.to_dicts()}
    later = states.filter(pl.col("year") > 1979)
    assert rows["large"]["n"] == later.filter("big").height
    assert rows["large"]["events"] == later.filter(pl.col("big") & pl.col("war")).height
    bins = [row for name, row in rows.items() if name.startswith("forecast")]
    assert sum(row["events"] for row in bins) == rows["all rows"]["events"] == later["war"].sum()
    assert rows["all rows"]["low"] < rows["all rows"]["observed"] < rows["all rows"]["high"]


@pytest.mark.parametrize(
    ("choices", "told"),
    [
        ({"origins": [1950, 1990]}, "the rows reach from 1961 to 1999"),
        ({"origins": [1990]}, "origins are two or more"),
        ({"origins": [[1980, 1981, 1990], [1985, 1986, 1995]]}, "two windows forecast the same year"),
        ({"baselines": ["base rte"]}, "no baseline is called 'base rte'. Did you mean base rate"),
        ({"signs": {"caus": "+"}}, "signs: there is no term 'caus'. Did you mean cause"),
        ({"strata": ["bigg"]}, "strata: the panel has no column 'bigg'. Did you mean big"),
    ],
)
def test_what_cannot_be_tested_is_named(states: pl.DataFrame, choices: dict[str, object], told: str) -> None:
    with pytest.raises(InputError, match=told.replace(".", r"\.")):
        estimate(FORMULA, states).validate(**{"origins": ORIGINS, **choices})  # type: ignore[arg-type]


def test_effects_of_groups_forecast_nothing(states: pl.DataFrame) -> None:
    with pytest.raises(InputError, match="no forecast is made by a model with effects that were taken out"):
        estimate(FORMULA, states, fixed="state").validate()


# -------------------------------------------------------------------------------------------------------- registration


@pytest.fixture
def claim(states: pl.DataFrame, tmp_path: Path) -> Path:
    states.write_parquet(tmp_path / "mine.parquet")
    path = tmp_path / "my-claim.toml"
    path.write_text(
        'claim = "The cause brings war"\n'
        'formula = "war ~ cause + noise"\n'
        'panel = "mine.parquet"\n'
        "origins = [1979, 1984, 1989, 1994]\n"
        '[signs]\ncause = "+"\n'
    )
    return path


DAY = date(2026, 11, 29)


def test_a_claim_is_graded_as_it_was_registered(claim: Path, states: pl.DataFrame) -> None:
    register(claim, DAY)
    registered, told = grade(claim)
    assert registered.about["registered"] == "2026-11-29"
    direct = estimate(FORMULA, states).validate(ORIGINS, signs={"cause": "+"})
    assert told.grades == direct.grades
    assert told.scores.equals(direct.scores)


def test_nothing_is_graded_before_it_is_registered(claim: Path) -> None:
    with pytest.raises(InputError, match="is not registered: `foedus register"):
        grade(claim)


def test_what_was_changed_after_is_refused_and_shown(claim: Path) -> None:
    register(claim, DAY)
    claim.write_text(claim.read_text().replace("1994]", "1995]"))
    with pytest.raises(InputError, match=r"(?s)-origins = \[1979, 1984, 1989, 1994\]\n\+origins = \[1979, 1984, 1989, 1995\]"):
        grade(claim)
    with pytest.raises(InputError, match="was changed after it was registered on 2026-11-29"):
        register(claim, date(2026, 12, 1))


def test_comments_and_layout_are_no_change_and_the_day_stays(claim: Path) -> None:
    first = register(claim, DAY)
    claim.write_text("# a remark\n" + claim.read_text().replace("war ~ cause + noise", "war ~ cause + noise"))
    assert register(claim, date(2026, 12, 24)).about == first.about


def test_a_registration_or_a_panel_that_was_changed_is_known(claim: Path, states: pl.DataFrame) -> None:
    register(claim, DAY)
    written = beside(claim).read_text()
    beside(claim).write_text(written.replace("2026-11-29", "2025-11-29"))
    with pytest.raises(InputError, match="its hash differs"):
        grade(claim)
    beside(claim).write_text(written)
    states.with_columns(pl.col("cause") + 1).write_parquet(claim.parent / "mine.parquet")
    with pytest.raises(InputError, match=r"mine\.parquet is another file than on 2026-11-29"):
        grade(claim)


def test_a_registration_says_everything_that_its_hash_is_of(claim: Path) -> None:
    told = register(claim, DAY)
    about = json.loads(beside(claim).read_text())
    assert about == told.about
    assert about["claim"]["formula"] == "war ~ cause + noise"
    assert {"schema", "registered", "record", "record_sha256", "foedus", "panel_sha256", "text", "sha256"} < {*about}


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("origin = [1990, 1995]", "'origin' is not part of a claim. Did you mean origins"),
        ("smallest = 1", "smallest is no share"),
        ('unit = "dyad-year"', 'it has either unit = "dyad-year" (or another), or panel = "FILE"'),
        ("relevant = true", "relevant choose rows of a panel that is built"),
        ('baselines = ["base rte"]', "no baseline is called 'base rte'"),
    ],
)
def test_a_fault_of_a_claim_is_named_and_nothing_is_written(claim: Path, line: str, told: str) -> None:
    claim.write_text(f"{line}\n{claim.read_text()}")
    with pytest.raises(InputError) as raised:
        register(claim, DAY)
    assert told in str(raised.value)
    assert not beside(claim).exists()
