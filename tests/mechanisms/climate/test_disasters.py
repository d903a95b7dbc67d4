"""Disasters: nothing without the user's own file, and what the file shows where there is one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from foedus.errors import InputError
from foedus.estimation.cores import one_core
from foedus.mechanisms.climate.disasters import AFFECTED, NEEDED, STRUCK, Disasters
from foedus.record.additions import add
from foedus.record.store import Record, open_record
from foedus.validation.gains import Contest, Evidence, gain_table
from foedus.validation.grades import grades
from foedus.validation.hindcast import hindcast
from foedus.validation.registration import Registration, registrations


def simulated(rows: int = 3000) -> pl.DataFrame:
    """State-years in which the logarithm of the affected rises by a half a degree, and the odds by as much."""
    generator = np.random.default_rng(5)
    columns = {name: generator.normal(size=rows) for name in NEEDED}
    warm = 0.5 * columns["temperature_anomaly"]
    struck = generator.random(rows) < 1 / (1 + np.exp(-warm))
    size = np.where(struck, 8 + warm + generator.normal(size=rows), np.nan)
    keys = {"ccode": np.arange(rows) % 150 + 1, "year": 2001 + np.arange(rows) // 150}
    return pl.DataFrame({**keys, **columns, STRUCK: struck, AFFECTED: size}).fill_nan(None)


@pytest.mark.parametrize("outcome", [STRUCK, AFFECTED])
def test_known_coefficients_are_recovered(outcome: str) -> None:
    row = Disasters(outcome=outcome).fit(simulated()).fitted.tidy().row(by_predicate=pl.col("term") == "temperature_anomaly")
    estimate, error = row[1:3]
    assert abs(estimate - 0.5) < 3 * error
    assert error < 0.06


def test_without_the_users_own_file_it_says_what_is_missing_and_how_to_add_it(record: Record) -> None:
    with pytest.raises(InputError, match=r"rests on emdat \(restricted\).*foedus record add emdat"):
        Disasters().panel(record, (2001, 2022))


def test_years_before_the_record_is_whole_are_refused(record: Record) -> None:
    with pytest.raises(InputError, match="whole from 2000 on; 1960:1999 ends before"):
        Disasters().panel(record, (1960, 1999))


def test_names_that_do_not_exist_are_refused() -> None:
    with pytest.raises(InputError, match="no outcome 'affected'"):
        Disasters(outcome="affected")
    with pytest.raises(InputError, match=r"no term 'heat'.*There are: warmth, exposure, past"):
        Disasters(terms=("heat",))
    with pytest.raises(InputError, match="not fitted"):
        _ = Disasters().fitted


@pytest.fixture(scope="module")
def panel(raw: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[pl.DataFrame]:
    """State-years with Gapminder's sums of EM-DAT, added as a user would."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FOEDUS_DATA", str(tmp_path_factory.mktemp("disasters")))
        add("emdat", raw / "physical/disasters/gapminder_emdat_country_year.parquet")
        yield Disasters().panel(open_record(), (2001, 2022))


def test_a_state_year_is_struck_or_not_or_unknown(panel: pl.DataFrame) -> None:
    assert panel.filter(pl.col(STRUCK))[AFFECTED].null_count() == 0
    assert panel.filter(~pl.col(STRUCK))[AFFECTED].count() == 0
    assert panel.select("ccode", "year").is_unique().all()
    assert 0.4 < panel[STRUCK].cast(pl.Float64).drop_nulls().to_numpy().mean() < 0.7


@pytest.fixture(scope="module")
def registered() -> Registration:
    """The declared test: two windows, an era each."""
    windows, eras = ((2010, 2011, 2015), (2015, 2016, 2022)), ((2011, 2015), (2016, 2022))
    return replace(registrations()["displacement"], mechanism="disasters", origins=windows, eras=eras)


@pytest.mark.parametrize(("outcome", "score"), [(AFFECTED, "squared error"), (STRUCK, "log score")])
def test_warmth_of_the_year_adds_nothing_to_what_is_known_of_a_state(
    panel: pl.DataFrame, registered: Registration, outcome: str, score: str
) -> None:
    model, test = Disasters(outcome=outcome), replace(registered, score=score)
    design = model.design(panel)
    with one_core():
        windows = [hindcast(outcome, model.models(), design, origin) for origin in test.origins]
        contests = [Contest(*contest) for contest in model.contests()]
        found = grades(gain_table(windows, Evidence.of(windows, contests, test)), test)
    assert found["warmth"] == "not supported"
    assert found["past"] == "supported"


def test_how_many_are_affected_is_better_told_by_the_states_own_mean(panel: pl.DataFrame, registered: Registration) -> None:
    """Without skill over time the mechanism is shown and not used."""
    model = Disasters()
    design = model.design(panel)
    windows = [hindcast(AFFECTED, model.models(), design, origin) for origin in registered.origins]
    errors = {
        name: np.mean(np.concatenate([(each.forecasts[name] - each.outcome) ** 2 for each in windows]))
        for name in ("full model", "own mean", "last value")
    }
    assert errors["own mean"] < errors["full model"] < errors["last value"]
