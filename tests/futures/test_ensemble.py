"""Ensembles: exact quantiles from counts, paired differences, what is said beside them, files, interrupted runs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from foedus.errors import InputError
from foedus.futures import ensemble as reading
from foedus.futures import simulate as simulating
from foedus.futures.ensemble import Ensemble
from foedus.futures.scenario import Scenario
from foedus.futures.simulate import of_built, pair, simulate
from foedus.futures.steps.spending import Spending
from foedus.futures.tally import DIFFERENCE, WITH, WITHOUT, Tally

from . import small

ALL = Scenario(last_year=2030, members=24, without=("all",))


@pytest.fixture(scope="module")
def made() -> small.Built:
    return small.built(ALL, small.lonely(small.world()))


@pytest.fixture(scope="module")
def ensemble(made: small.Built) -> Ensemble:
    return of_built(made)


def test_quantiles_are_those_of_the_members(made: small.Built, ensemble: Ensemble) -> None:
    values = pair(made, range(24))[0]["disputes"][:, 9]
    row = ensemble.bands().row(
        by_predicate=(pl.col("arm") == WITH) & (pl.col("variable") == "disputes") & (pl.col("year") == 2020), named=True
    )
    for name, level in (("q05", 0.05), ("q50", 0.5), ("q95", 0.95)):
        assert row[name] == np.quantile(values, level, method="inverted_cdf")
    assert row["mean"] == pytest.approx(values.mean())


def test_differences_are_paired_and_the_gain_is_that_of_pairing(made: small.Built, ensemble: Ensemble) -> None:
    with_them, without, _ = pair(made, range(24))
    assert without is not None
    kept, lost = with_them["member_disputes_so_far"][:, -1], without["member_disputes_so_far"][:, -1]
    row = ensemble.difference().filter(variable="member_disputes_so_far").row(-1, named=True)
    assert row["mean"] == pytest.approx((kept - lost).mean())
    assert row["error"] == pytest.approx((kept - lost).std(ddof=1) / np.sqrt(24))
    assert row["gain"] == pytest.approx((kept.var(ddof=1) + lost.var(ddof=1)) / (kept - lost).var(ddof=1))
    assert row["gain"] > 1


def test_nothing_differs_before_the_obligations_are_off(ensemble: Ensemble) -> None:
    before = ensemble.counts.filter(pl.col("arm") == DIFFERENCE, pl.col("year") < ALL.since)
    assert before["value"].unique().to_list() == [0.0]


def test_members_without_a_design_never_differ(ensemble: Ensemble) -> None:
    none = ensemble.counts.filter(arm=DIFFERENCE, design="no effect")
    assert none.height
    assert none.filter(pl.col("variable") != "states_allied")["value"].unique().to_list() == [0.0]
    assert ensemble.counts.filter(arm=WITHOUT)["design"].n_unique() == 3


def tally_of(counts: pl.DataFrame) -> Tally:
    tally = Tally()
    tally.include(counts)
    return tally


def test_the_spread_between_designs_is_said_whenever_it_is_larger() -> None:
    rows = [
        (arm, "member_disputes_so_far", design, 2030, value, 50)
        for arm, values in ((WITH, (5.0, 5.0)), (WITHOUT, (4.0, 6.5)), (DIFFERENCE, (1.0, -1.5)))
        for design, value in zip(("one", "other"), values, strict=True)
    ]
    tally = tally_of(pl.DataFrame(rows, schema=["arm", "variable", "design", "year", "value", "members"], orient="row"))
    made = small.built(ALL)
    said = Ensemble.of(made, tally, 100).sentences()
    assert "The difference is smaller than the spread between designs." in said
    apart = [(*row[:4], 2.0 if row[0] == DIFFERENCE else row[4], row[5]) for row in rows]
    tally = tally_of(pl.DataFrame(apart, schema=["arm", "variable", "design", "year", "value", "members"], orient="row"))
    assert not any("spread" in sentence for sentence in Ensemble.of(made, tally, 100).sentences())


def test_knowing_the_design_is_worth_what_a_wrong_choice_costs() -> None:
    """Half of the members save two disputes, half none: at a cost of half a dispute, knowing saves it half of the time."""
    rows = [
        (arm, "member_disputes_so_far", design, 2030, value, 50)
        for arm, values in ((WITH, (3.0, 5.0)), (WITHOUT, (5.0, 5.0)), (DIFFERENCE, (-2.0, 0.0)))
        for design, value in zip(("one", "no effect"), values, strict=True)
    ]
    tally = tally_of(pl.DataFrame(rows, schema=["arm", "variable", "design", "year", "value", "members"], orient="row"))
    ensemble = Ensemble.of(small.built(ALL), tally, 100)
    assert ensemble.worth_knowing(cost=0.5) == {"keep": True, "gain": 0.5, "knowing": 0.25}
    assert ensemble.worth_knowing(cost=3.0) == {"keep": False, "gain": -2.0, "knowing": 0.0}
    assert ensemble.worth_knowing(cost=0.5, dispute=2.0)["gain"] == 1.5


@pytest.mark.parametrize("years", [0, 5, 15])
def test_a_variable_is_a_probability_for_as_long_as_it_is_licensed(
    ensemble: Ensemble, monkeypatch: pytest.MonkeyPatch, years: int
) -> None:
    monkeypatch.setattr(reading, "licensed", lambda: {"disputes": years} if years else {})
    bands = ensemble.bands().filter(variable="disputes")
    assert bands.filter(pl.col("reading") == "probability")["year"].unique().sort().to_list() == list(range(2011, 2011 + years))
    assert bands.filter(pl.col("year") > 2010 + years)["reading"].unique().to_list() == ["scenario"]
    ice = ensemble.bands().filter(variable="ice", arm=WITH)
    assert ice["reading"].to_list() == ["recorded"] * 15 + ["scenario"] * 5


def test_a_pair_that_keeps_other_pacts_is_not_moved_and_it_is_said() -> None:
    ensemble = of_built(small.built(ALL.but(members=8), replace_pacts()))
    assert any("the states keep other pacts" in sentence for sentence in ensemble.sentences())
    with pytest.raises(InputError, match="nothing is switched off"):
        of_built(small.built(ALL.but(members=2, without=()))).difference()


def replace_pacts() -> small.World:
    of = small.world()
    ties = (of.states[of.first] == 2) | (of.states[of.first] == 20)
    return replace(of, pacts={small.ORIGIN: ties})


def test_a_file_is_read_as_it_was_written(ensemble: Ensemble, tmp_path: Path) -> None:
    path = tmp_path / "futures.parquet"
    ensemble.write(path)
    again = Ensemble.read(path)
    assert again.counts.equals(ensemble.counts)
    assert again.about == ensemble.about
    other = tmp_path / "other.parquet"
    again.write(other)
    assert other.read_bytes() == path.read_bytes()
    with pytest.raises(InputError, match="is no ensemble"):
        Ensemble.read(tmp_path / "none.parquet")
    with pytest.raises(InputError, match="ends neither in"):
        ensemble.write(tmp_path / "futures.xlsx")
    assert sorted(each.name for each in tmp_path.iterdir()) == ["futures.parquet", "other.parquet"]


def test_the_iamc_file_has_units_and_no_empty_row(ensemble: Ensemble, tmp_path: Path) -> None:
    """pyam-iamc 4.0.0 keeps empty cells as rows (where-tools-disagree)."""
    ensemble.write(tmp_path / "futures.csv")
    rows = pl.read_csv(tmp_path / "futures.csv")
    assert rows.columns[:6] == ["Model", "Scenario", "Region", "Variable", "Unit", "2011"]
    assert not rows["Unit"].null_count()
    assert not rows.filter(pl.all_horizontal(pl.col(str(year)).is_null() for year in range(2011, 2031))).height
    assert rows["Region"].unique().sort().to_list() == ["USA+CAN", "World"]
    assert rows["Scenario"].unique().sort().to_list() == ["base", "base, without"]


def test_xarray_is_asked_for_where_it_is_missing(ensemble: Ensemble) -> None:
    try:
        import xarray  # noqa: F401
    except ImportError:
        with pytest.raises(InputError, match="xarray is not installed"):
            ensemble.to_xarray()
    else:
        assert dict(ensemble.to_xarray().sizes) == {"arm": 2, "year": 20, "quantile": 5}


def test_simulate_checks_before_it_reads_the_record(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(simulating, "built", lambda *_: pytest.fail("the record was read"))
    with pytest.raises(InputError, match=r"members is 0: .*; seed is -1: "):
        simulate(members=0, seed=-1)
    with pytest.raises(InputError, match="last_year is 1990"):
        simulate(horizon=1990)
    with pytest.raises(InputError):
        simulate(output=tmp_path / "no" / "such" / "folder.parquet")
    with pytest.raises(InputError, match="ends neither in"):
        simulate(output=tmp_path / "futures.json")


def test_pacts_are_called_recorded_as_far_as_the_record_speaks_of_every_state() -> None:
    """ATOP speaks of all states to 2018; facts speak of some of them later, which is no record of the world."""
    rows = pl.DataFrame({"variable": ["states_allied"] * 2, "year": [2018, 2019]})
    assert reading._read(rows, ["variable", "year"], {})["reading"].to_list() == ["recorded", "scenario"]


def test_spending_is_called_recorded_only_in_years_in_which_that_of_no_state_is_drawn() -> None:
    """Of eight states one was never known; in 2012 one more is not, which is Mexico, and no member."""
    whole, less = np.append(np.full(7, 23.0), np.nan), np.append(np.full(7, 23.0), np.nan)
    less[2] = np.nan
    plain = small.built(ALL.but(members=2, last_year=2026))
    steps = tuple(
        replace(each, recorded={2010: whole, 2011: whole, 2012: less}) if isinstance(each, Spending) else each
        for each in plain.steps
    )
    bands = of_built(replace(plain, steps=steps)).bands().filter(pl.col("year") <= 2012, arm=WITH)
    told = {name: bands.filter(variable=name)["reading"].to_list() for name in ("world_spending", "member_spending")}
    assert told == {"world_spending": ["recorded", "recorded in part"], "member_spending": ["recorded", "recorded"]}


def test_a_quantile_takes_a_member_beyond_it_and_what_is_lacking_is_said() -> None:
    for members, known in ((1, ["q50"]), (4, ["q25", "q50", "q75"]), (20, ["q05", "q25", "q50", "q75", "q95"])):
        ensemble = of_built(small.built(ALL.but(members=members, last_year=2027)))
        bands = ensemble.bands()
        assert [name for name in bands.columns if name.startswith("q") and not bands[name].null_count()] == known
        assert any("Too few members" in sentence for sentence in ensemble.sentences()) == (members < 20)
    assert of_built(small.built(ALL.but(members=1, last_year=2027))).to_iamc().height


def test_one_pair_has_a_difference_and_no_error() -> None:
    ensemble = of_built(small.built(ALL.but(members=1), small.lonely(small.world())))
    assert any("(Monte-Carlo error unknown of one pair)" in sentence for sentence in ensemble.sentences())


def test_numbers_are_told_to_digits_that_mean_something(ensemble: Ensemble) -> None:
    """Twenty-four members make means of twenty-fourths."""
    for frame in (ensemble.bands(), ensemble.difference()):
        values = [value for column in frame.select(pl.col(pl.Float64)) for value in column.drop_nulls()]
        assert all(value == float(f"{value:.10g}") for value in values)
