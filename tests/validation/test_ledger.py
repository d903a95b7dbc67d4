"""Forecasts set down before their year: whole, unchanged, and scored on what is known of it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from foedus.errors import InputError
from foedus.mechanisms.order.disputes import OUTCOMES
from foedus.panels.panel import panel
from foedus.panels.units import LAST_YEAR
from foedus.record.store import Record
from foedus.validation import ledger
from foedus.validation.ledger import Forecast


def _forecast(rows: pl.DataFrame, year: int) -> Forecast:
    about = {"schema": ledger.SCHEMA, "year": year, "made": "2000-01-01", "record": "x", "record_sha256": "y", "foedus": "z"}
    return Forecast({**about, "sha256": ledger._sha256(about, rows)}, rows)


def _rows(year: int, record: Record, outcome: str) -> pl.DataFrame:
    """Every dyad of a year, with a risk of a tenth where the outcome came and a thousandth elsewhere."""
    came = panel("dyad-year", [outcome], years=(year, year), record=record)
    risk = pl.when(outcome).then(0.1).otherwise(0.001)
    return came.select("ccode1", "ccode2", pl.lit(outcome).alias("outcome"), probability=risk, low=risk / 2, high=risk * 2)


def test_a_forecast_is_read_as_it_was_written(record: Record, tmp_path: Path) -> None:
    made = _forecast(_rows(2005, record, "dispute_onset"), 2005)
    ledger.write(made, tmp_path / "f.parquet")
    again = ledger.read(tmp_path / "f.parquet")
    assert again.about == made.about
    assert again.rows.equals(made.rows)
    first = (tmp_path / "f.parquet").read_bytes()
    ledger.write(made, tmp_path / "f.parquet")
    assert (tmp_path / "f.parquet").read_bytes() == first


@pytest.mark.parametrize("change", ["row", "day"])
def test_a_forecast_that_was_changed_afterwards_is_refused(record: Record, tmp_path: Path, change: str) -> None:
    made = _forecast(_rows(2005, record, "dispute_onset"), 2005)
    rows = made.rows.with_columns(probability=pl.col("probability") * 1.01) if change == "row" else made.rows
    about = {**made.about, "made": "1999-01-01"} if change == "day" else made.about
    ledger.write(Forecast(about, rows), tmp_path / "f.parquet")
    with pytest.raises(InputError, match="has been changed since it was set down"):
        ledger.read(tmp_path / "f.parquet")


def test_what_is_no_forecast_is_refused(tmp_path: Path) -> None:
    pl.DataFrame({"x": [1]}).write_parquet(tmp_path / "f.parquet")
    with pytest.raises(InputError, match="is no forecast of foedus"):
        ledger.read(tmp_path / "f.parquet")
    with pytest.raises(InputError, match="cannot read a forecast"):
        ledger.read(tmp_path / "nothing.parquet")


def test_a_year_that_is_recorded_begun_or_too_far_cannot_be_forecast(record: Record) -> None:
    for year, words in ((LAST_YEAR, "after the record's last"), (LAST_YEAR + 9, "after the record's last")):
        with pytest.raises(InputError, match=words):
            ledger.forecast(record, year, date(2000, 1, 1))
    with pytest.raises(InputError, match="has begun"):
        ledger.forecast(record, LAST_YEAR + 1, date(LAST_YEAR + 1, 3, 1))


def test_disputes_are_scored_where_a_list_covers_the_year(record: Record) -> None:
    """By hand: of the log scores −log .1 for each event and −log .999 for each other dyad."""
    rows = _rows(2005, record, "dispute_onset")
    scored = ledger.score(_forecast(rows, 2005), record).row(by_predicate=pl.col("outcome") == "dispute_onset", named=True)
    events = int((rows["probability"] == 0.1).sum())
    by_hand = (events * -np.log(0.1) + (rows.height - events) * -np.log(0.999)) / rows.height
    assert (scored["judged_by"], scored["n"], scored["events"]) == ("dispute_onset", rows.height, events)
    assert scored["log_score"] == pytest.approx(by_hand)
    assert scored["log_score"] < scored["base"]
    assert scored["roc_auc"] == 1.0
    assert scored["expected"] == pytest.approx(0.1 * events + 0.001 * (rows.height - events))


def test_conflicts_judge_the_ranking_of_years_that_no_list_of_disputes_covers(record: Record) -> None:
    """Two dyads in which UCDP has a conflict begin in 2022 (Russia–Ukraine) are found however the risks are scaled."""
    dyads = panel("dyad-year", [], years=(2022, 2022), record=record)
    first = (pl.col("ccode1") == 365) & (pl.col("ccode2") == 369)
    risk = pl.when(first).then(0.2).otherwise(0.01)
    rows = dyads.select("ccode1", "ccode2", pl.lit("war_dispute_onset").alias("outcome"), probability=risk, low=risk, high=risk)
    scored = ledger.score(_forecast(rows, 2022), record).row(by_predicate=pl.col("outcome") == "war_dispute_onset", named=True)
    assert scored["judged_by"] == "interstate_conflict"
    assert scored["events"] >= 1
    assert scored["roc_auc"] > 0.5
    assert scored["log_score"] is None


def test_nothing_is_said_of_a_year_that_nothing_covers(record: Record) -> None:
    scored = ledger.score(_forecast(_rows(2005, record, "dispute_onset"), LAST_YEAR + 2), record)
    assert scored["judged_by"].null_count() == len(OUTCOMES)
    assert scored["n"].null_count() == len(OUTCOMES)


def test_what_ships_is_whole_and_of_every_dyad_of_the_last_year(record: Record) -> None:
    dyads = panel("dyad-year", [], years=(LAST_YEAR, LAST_YEAR), record=record).height
    assert ledger.shipped()
    for path in ledger.shipped():
        made = ledger.read(path)
        assert made.year > date.fromisoformat(made.about["made"]).year
        known = made.rows.drop_nulls("probability")
        assert made.rows.height == dyads * len(OUTCOMES)
        assert known.height > 0.9 * made.rows.height
        assert (
            known.select((pl.col("low") <= pl.col("probability")) & (pl.col("probability") <= pl.col("high"))).to_series().all()
        )
        wide = known.pivot("outcome", index=["ccode1", "ccode2"], values=["probability", "low", "high"])
        for bound in ("probability", "low", "high"):
            every, fatal, war = (wide[f"{bound}_{outcome}"] for outcome in OUTCOMES)
            assert ((war <= fatal) & (fatal <= every)).all(), "a war is a fatal dispute, and that a dispute"
        for outcome, total in made.about["totals"].items():
            expected = known.filter(outcome=outcome)["probability"].sum()
            assert total["expected"] == pytest.approx(expected, rel=1e-3)
            assert total["low"] <= expected <= total["high"]
