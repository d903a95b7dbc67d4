"""How hindcasts are scored, and that what ships follows from what was set down."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from foedus.futures.hindcast import central, crps, parts, rank, ranked, scored, share
from foedus.futures.licence import RANKS, SCORES, licensed, registered


def brute(members: np.ndarray, outcome: float) -> float:
    """Gneiting & Raftery (2007), eq. 21."""
    return float(np.abs(members - outcome).mean() - np.abs(members[:, None] - members[None]).mean() / 2)


def test_crps_is_that_of_its_definition() -> None:
    random = np.random.default_rng(1)
    for size in (1, 2, 17):
        members, outcome = random.poisson(3.0, size).astype(float), float(random.poisson(3.0))
        assert crps(members, outcome) == pytest.approx(brute(members, outcome))


def test_intervals_of_calibrated_ensembles_cover_as_often_as_they_say() -> None:
    random = np.random.default_rng(2)
    draws = random.poisson(1.0, (2000, 51)).astype(float)
    for level in (0.5, 0.9):
        inside = [share(rank(row[:-1], row[-1]), *central(level)) for row in draws]
        assert np.mean(inside) == pytest.approx(level, abs=0.03)


def test_ranks_of_calibrated_counts_are_uniform_and_those_of_biased_ones_are_not() -> None:
    random = np.random.default_rng(3)
    draws = random.poisson(1.0, (2000, 51)).astype(float)
    for more, level in ((0.0, True), (1.0, False)):
        ranks = [rank(row[:-1], row[-1] + more) for row in draws]
        held = [np.mean([share(each, *part) for each in ranks]) for part in parts(5).values()]
        assert sum(held) == pytest.approx(1.0)
        assert bool(np.abs(np.array(held) - 0.2).max() < 0.03) == level
        assert bool(abs(np.mean(ranks) - 0.5) < 0.03) == level


def test_history_is_ranked_among_the_means_of_worlds_over_the_years_that_are_known() -> None:
    """Four worlds whose means over 1971-73 are 1, 2, 3 and 4; history, 2.5 in two known years, lies between two and two."""
    worlds = np.repeat([[1.0], [2.0], [3.0], [4.0]], 3, axis=1)
    test = {"horizons": [[1, 5], [6, 10]]}
    (row,) = ranked(1970, "origin", {"wars": worlds}, {"wars": {1969: 9.0, 1971: 2.0, 1973: 3.0}}, test)
    assert (row["first"], row["years"], row["came"], row["mean"], row["rank"]) == (1, 2, 2.5, 2.5, 0.5)


def rows(better: float) -> pl.DataFrame:
    """Scores of two origins, ten years each, in which the system's is so much of the baselines'."""
    made = [
        {
            "known": "origin",
            "origin": origin,
            "year": origin + ahead,
            "ahead": ahead,
            "variable": "wars",
            "crps": better * (1 + ahead % 3),
            "climatology": 1.0 + ahead % 3,
            "persistence": 1.0 + ahead % 3,
            "in_50": float(ahead % 2),
            "in_90": 1.0,
            "pit": 0.5,
            **dict.fromkeys(parts(5), 0.2),
        }
        for origin in (1970, 1980, 1990, 2000)
        for ahead in range(1, 11)
    ]
    return pl.DataFrame(made)


def test_a_variable_is_licensed_that_beats_both_baselines_and_covers() -> None:
    test = {**registered(), "known": ["origin"], "outcomes": {"wars": ""}}
    assert scored(rows(0.8), test)["licensed"].to_list() == [True, True]
    worse = scored(rows(1.2), test)
    assert worse["licensed"].to_list() == [False, False]
    assert worse["over_climatology"].to_list() == pytest.approx([-0.2, -0.2])


def test_what_ships_has_every_variable_and_horizon_that_was_set_down() -> None:
    shipped, test = pl.read_csv(SCORES), registered()
    cells = {tuple(row) for row in shipped.select("known", "variable", "first", "last").iter_rows()}
    expected = {
        (known, name, *span)
        for part in (test, test["flight"])
        for known in part["known"]
        for name in part["outcomes"]
        for span in part["horizons"]
    }
    assert cells == expected
    fine = (
        (pl.col("over_climatology_low") > 0)
        & (pl.col("over_persistence_low") > 0)
        & pl.col("coverage_50").is_between("coverage_50_low", "coverage_50_high")
        & pl.col("coverage_90").is_between("coverage_90_low", "coverage_90_high")
    )
    assert shipped.filter(fine)["licensed"].all()
    assert not shipped.filter(~fine)["licensed"].any()
    assert set(licensed()) <= {*test["outcomes"], *test["flight"]["outcomes"]}
    fifths = shipped.select(pl.sum_horizontal(*parts(test["pit"])))
    assert fifths.to_series().to_list() == pytest.approx([1.0] * shipped.height, abs=1e-5)


def test_history_has_a_rank_for_every_score_that_ships() -> None:
    ranks, scores = pl.read_csv(RANKS), pl.read_csv(SCORES)
    keys = ["known", "variable", "first", "last"]
    assert ranks["rank"].is_between(0, 1).all()
    counted = ranks.group_by(keys).agg(pl.col("years").sum())
    assert counted.join(scores, on=keys)["years"].sum() == scores["years"].sum()
    flight = registered()["flight"]
    of_flight = pl.col("variable").is_in(list(flight["outcomes"]))
    assert set(ranks.filter(~of_flight)["origin"]) == set(registered()["origins"])
    assert set(ranks.filter(of_flight)["origin"]) == set(flight["origins"])
