"""Skill within each cluster: worked by hand, and what is said of clusters that cannot be judged."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from foedus.errors import InputError
from foedus.validation.displacement.within import summary, within
from foedus.validation.hindcast import Hindcast

RIVALS = ("mean", "last year")


def windows() -> Hindcast:
    """Cluster 1 follows a rise, 2 knows only its level, 3 has two forecasts, 4 never moves."""
    years = np.arange(2001, 2007)
    rise = np.arange(6) * 1.0
    outcome = np.concatenate([rise, 100 + np.array([1.0, -1, 1, -1, 1, -1]), [5.0, 6.0], np.full(6, 9.0)])
    model = np.concatenate([rise + 0.1, np.full(6, 102.0), [5.0, 6.0], np.full(6, 9.5)])
    mean = np.concatenate([np.full(6, 2.5), np.full(6, 100.0), [5.5, 5.5], np.full(6, 9.0)])
    last = np.concatenate([rise - 1, 100 + np.array([-1.0, 1, -1, 1, -1, 1]), [4.0, 5.0], np.full(6, 9.0)])
    cluster = np.repeat([1, 2, 3, 4], [6, 6, 2, 6])
    year = np.concatenate([years, years, years[:2], years])
    return Hindcast("flow", None, 2001, 2006, {"full model": model, "mean": mean, "last year": last}, outcome, cluster, year)


def test_a_model_that_only_knows_levels_has_no_skill_within_them() -> None:
    table = within(windows(), RIVALS)
    row = {each["cluster"]: each for each in table.iter_rows(named=True)}
    assert row[1]["skill against mean"] == pytest.approx(1 - 0.06 / 17.5)
    assert row[1]["r_squared"] == pytest.approx(1 - 0.06 / 17.5)
    assert (row[1]["forecast"], row[1]["why_not"]) == (True, None)
    assert row[2]["skill against mean"] == pytest.approx(1 - 30 / 6)
    assert row[2]["skill against last year"] == pytest.approx(1 - 30 / 24)
    assert (row[2]["forecast"], row[2]["why_not"]) == (False, "no better than the mean")


def test_a_cluster_with_two_forecasts_is_not_judged() -> None:
    row = within(windows(), RIVALS).row(by_predicate=pl.col("cluster") == 3, named=True)
    assert row["why_not"] == "2 forecasts, fewer than 5"
    assert row["skill against mean"] is row["r_squared"] is None
    assert not row["forecast"]


def test_a_cluster_whose_rival_makes_no_error_is_not_forecast() -> None:
    row = within(windows(), RIVALS).row(by_predicate=pl.col("cluster") == 4, named=True)
    assert (row["skill against mean"], row["forecast"]) == (None, False)


def test_the_summary_counts_what_can_be_judged() -> None:
    told = summary(within(windows(), RIVALS), RIVALS)
    assert (told["clusters"], told["judged"], told["forecast"]) == (4, 3, 1)
    assert told["share with skill against mean above zero"] == pytest.approx(1 / 3)


def test_rivals_without_forecasts_and_tables_without_clusters_are_refused() -> None:
    with pytest.raises(InputError, match="no forecasts of trend: there are those of full model, mean, last year"):
        within(windows(), ["trend"])
    few = within(windows(), RIVALS).filter(pl.col("cluster") == 3)
    with pytest.raises(InputError, match="none of 1 clusters has 5 forecasts"):
        summary(few, RIVALS)
