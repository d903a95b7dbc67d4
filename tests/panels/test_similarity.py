"""Similarity of alliance portfolios: worked by hand, by another library's kappa, and from the panel's own pledges."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

import foedus
from foedus.errors import InputError
from foedus.panels.similarity import compared
from foedus.record.store import Record


def test_the_measures_are_those_worked_by_hand() -> None:
    """Two portfolios over four members, from 0 to 3: x = 3 3 2 0 (mean 2), y = 3 0 0 0 (mean 3/4).

    |x - y| = 0 3 2 0: S = 1 - 2 · 5 / (4 · 3) = 1/6. Squares of the differences: 13.
    pi: the mean of all is 11/8; 22 - 8 · (11/8)² + 9 = 15.875; 1 - 13 / 15.875.
    kappa: (22 - 4 · 4) + (9 - 4 · 9/16) + 4 · (5/4)² = 6 + 6.75 + 6.25 = 19; 1 - 13 / 19.
    """
    s, pi, kappa = (each[0, 1] for each in compared(np.array([[3.0, 3, 2, 0], [3.0, 0, 0, 0]]), 3))
    assert s == pytest.approx(1 / 6)
    assert pi == pytest.approx(1 - 13 / 15.875)
    assert kappa == pytest.approx(6 / 19)


@pytest.mark.parametrize(
    ("pairs", "published"),
    [
        ([(0, 3), (1, 2), (2, 1), (3, 0)], -1 / 3),
        ([(1, 3), (2, 2), (2, 2), (3, 1)], 1 / 3),
        ([(2, 3), (2, 3), (3, 2), (3, 2)], 1 / 3),
        ([(3, 3)] * 4, 1),
        ([(0, 0)] * 10 + [(0, 3), (3, 0)], 2 / 3),
        ([(0, 3)] + [(1, 1)] * 10 + [(3, 0)], 2 / 3),
        ([(0, 3)] + [(2, 2)] * 10 + [(3, 0)], 2 / 3),
        ([(0, 3), (3, 0)] + [(3, 3)] * 10, 2 / 3),
    ],
)
def test_s_is_the_published_one(pairs: list[tuple[int, int]], published: float) -> None:
    """Signorino & Ritter (1999), table 5, (a) to (h): portfolios of two states from 0 to 3, and their S."""
    assert compared(np.array(pairs, np.float64).T, 3)[0][0, 1] == pytest.approx(published)


def test_kappa_is_the_one_of_another_library() -> None:
    """Squared differences beyond chance are Cohen's kappa with quadratic weights (1968); scikit-learn computes that."""
    metrics = pytest.importorskip("sklearn.metrics")
    portfolios = np.random.default_rng(7).integers(0, 4, (5, 60))
    told = compared(portfolios.astype(np.float64), 3)[2]
    for one in range(5):
        for other in range(5):
            same = metrics.cohen_kappa_score(portfolios[one], portfolios[other], weights="quadratic")
            assert told[one, other] == pytest.approx(same)


def test_without_variation_only_s_is_defined() -> None:
    s, pi, kappa = (each[0, 1] for each in compared(np.zeros((2, 3)), 3))
    assert s == 1
    assert np.isnan(pi)
    assert np.isnan(kappa)


def test_a_year_is_what_the_panels_pledges_make_of_it(record: Record) -> None:
    """Every member of 1913, by loops over the pledges of a panel: the values of two states are those of the function."""
    names = ["defence_pact", "offence_pact", "neutrality_pact", "nonaggression_pact", "consultation_pact"]
    rows = foedus.panel("dyad-year", names, years=(1913, 1913), record=record)
    members = sorted({*rows["ccode1"]} | {*rows["ccode2"]})
    value = {(state, state): 3 for state in members}
    for one, other, _, *owed in rows.select("ccode1", "ccode2", "year", *names).rows():
        value[one, other] = value[other, one] = max(
            w for w, held in zip((3, 3, 2, 1, 2, 0), [*owed, True], strict=True) if held
        )
    pair = (200, 220)
    x, y = ([value[state, each] for each in members] for state in pair)
    expected = 1 - 2 * sum(abs(a - b) for a, b in zip(x, y, strict=True)) / (3 * len(members))
    told = foedus.similarity(pl.DataFrame({"ccode1": [200, 220], "ccode2": [220, 200], "year": [1913, 1913]}), record=record)
    assert told["alliance_s"].to_list() == pytest.approx([expected, expected])
    alone = foedus.similarity(
        pl.DataFrame({"ccode1": [200], "ccode2": [220], "year": [1913]}), "defence", itself=False, record=record
    )
    defended = {(a, b): bool(d) for a, b, d in rows.select("ccode1", "ccode2", "defence_pact").rows()}
    held = [{each for each in members if defended.get((min(s, each), max(s, each)))} for s in pair]
    assert alone["alliance_s"].item() == pytest.approx(1 - 2 * len(held[0] ^ held[1]) / len(members))


def test_what_nobody_knows_is_null_never_alike(record: Record) -> None:
    """ATOP ends in 2018, and Bavaria (245) left the system in 1871."""
    frame = pl.DataFrame({"ccode1": [2, 2, 245, 2], "ccode2": [20, 20, 255, 20], "year": [2018, 2019, 1900, None]})
    with pytest.warns(foedus.UnmatchedRows, match="Bavaria"):
        told = foedus.similarity(frame, record=record)
    assert told["alliance_s"].is_null().to_list() == [False, True, True, True]
    assert told.columns == ["ccode1", "ccode2", "year", "alliance_s", "alliance_pi", "alliance_kappa"]


@pytest.mark.parametrize(
    ("frame", "choices", "told"),
    [
        ({"ccode": [2], "year": [2000]}, {}, "rows are about one"),
        ({"ccode1": [2], "ccode2": [20], "year": [2000]}, {"pledges": "defense"}, "no pledge 'defense'. Did you mean defence"),
        ({"ccode1": [2], "ccode2": [20], "year": [2000]}, {"pledges": []}, "no pledge is named"),
        ({"ccode1": [2], "ccode2": [20], "year": [2000], "alliance_s": [1]}, {}, "columns alliance_s already"),
        ({"ccode1": [2], "ccode2": [20], "year": [2000]}, {"alliances_from": "gibler"}, "alliances from 'gibler'"),
    ],
)
def test_bad_input_is_one_message(frame: dict[str, list[int]], choices: dict[str, object], told: str) -> None:
    with pytest.raises(InputError) as raised:
        foedus.similarity(pl.DataFrame(frame), **choices)  # type: ignore[arg-type]
    assert told in str(raised.value)
