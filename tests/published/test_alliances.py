"""Who allies, as published: regimes with and without allies, likeness after 1945, and how many defence agreements there are.

The counts by Polity are those of the project's own table of claims: in 2018 all 20 autocracies (polity2 of -6 or less) had an
alliance, in 1938 79 % of autocracies and 13 % of democracies (6 or more). They need the publisher's file, the rest does not.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from foedus.estimation.cores import one_core
from foedus.mechanisms.order.alliances import Alliances, agreements_in_force, regime_contrasts
from foedus.mechanisms.order.regimes import allied_by_regime, pacts_by_regime
from foedus.record.additions import add
from foedus.record.store import Record, forget_opened, open_record


@pytest.fixture(scope="module")
def with_polity(raw: Path, tmp_path_factory: pytest.TempPathFactory) -> Record:
    """The record with Polity added; no other test sees it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FOEDUS_DATA", str(tmp_path_factory.mktemp("added")))
        add("polity", raw / "political/regimes/isard_cw_democracy.parquet")
        opened = open_record()
    forget_opened()
    return opened


def allied(record: Record, measure: str, year: int) -> dict[str, tuple[int, int]]:
    """Regime → states with an alliance, states."""
    rows = allied_by_regime(record, measure, (year, year))
    return {regime: (allied, states) for regime, allied, states in rows.select("regime", "allied", "states").iter_rows()}


def test_every_autocracy_of_2018_has_an_alliance(with_polity: Record) -> None:
    assert allied(with_polity, "polity2", 2018)["autocracy"] == (20, 20)


def test_before_the_second_world_war_autocracies_had_allies_and_democracies_had_not(with_polity: Record) -> None:
    found = allied(with_polity, "polity2", 1938)
    assert (found["autocracy"], found["democracy"]) == ((19, 24), (2, 15))
    shares = {regime: round(100 * with_allies / states) for regime, (with_allies, states) in found.items()}
    assert (shares["autocracy"], shares["democracy"]) == (79, 13)


def test_the_same_by_polyarchy(record: Record) -> None:
    assert allied(record, "polyarchy", 2018)["autocracy"] == (25, 25)
    found = allied(record, "polyarchy", 1938)
    assert (found["autocracy"], found["democracy"]) == ((26, 35), (4, 16))


def test_most_autocracies_have_had_an_alliance_in_every_year_since_1946(record: Record) -> None:
    shares = allied_by_regime(record, years=(1946, 2018)).filter(pl.col("regime") == "autocracy")["share_allied"]
    assert len(shares) == 73
    assert (shares > 0.5).all()


@pytest.fixture(scope="module")
def by_regime(record: Record) -> dict[tuple[str, str], dict[str, float]]:
    rows = pacts_by_regime(record).iter_rows(named=True)
    return {(row["era"], row["pair"]): row for row in rows}


def test_democracies_are_more_often_allied_and_make_fewer_bilateral_pacts(
    by_regime: dict[tuple[str, str], dict[str, float]],
) -> None:
    """Gibler & Wolford (2006): democratic dyads tend to be allied, and not to form alliances; here, no bilateral ones."""
    democracies, autocracies = (by_regime["1946–1991", f"{kind}–{kind}"] for kind in ("democracy", "autocracy"))
    assert democracies["share_allied"] > 2 * autocracies["share_allied"]
    bilateral = [(row["formed"] - row["multilateral"]) / row["at_risk"] for row in (democracies, autocracies)]
    assert bilateral[0] < bilateral[1]
    assert democracies["per_thousand"] > autocracies["per_thousand"], "of all pacts the paper's second half does not hold"


def test_two_autocracies_ally_more_readily_than_an_autocracy_and_a_democracy_in_every_era(
    by_regime: dict[tuple[str, str], dict[str, float]],
) -> None:
    for era in {era for era, _ in by_regime}:
        assert by_regime[era, "autocracy–autocracy"]["per_thousand"] > by_regime[era, "autocracy–democracy"]["per_thousand"]


def test_two_democracies_ally_after_1945_and_like_regimes_not_before(record: Record) -> None:
    """Lai & Reiter (2000), on all alliances to 1992; here defence pacts formed.

    Theirs holds of two autocracies too; here their +.2 (−.7 to +1.1) is not clear once errors are robust to shared states.
    Their further finding, that two democracies are no more likely to ally than two autocracies, holds of bilateral pacts alone.
    """
    rows = Alliances().panel(record, (1887, 1992))
    with one_core():
        before = contrasts(Alliances(), rows.filter(pl.col("year") <= 1945))
        after = contrasts(Alliances(first_year=1946), rows)
        bilateral = contrasts(Alliances(first_year=1946, bilateral_only=True), rows)
    alike = ["two autocracies", "two democracies"]
    assert all(before[pair, "one of each"][0] < 0 < before[pair, "one of each"][1] for pair in alike)
    assert after["two democracies", "one of each"][0] > 0
    assert after["two autocracies", "one of each"][0] < 0 < after["two autocracies", "one of each"][1]
    low, high = bilateral["two autocracies", "two democracies"]
    assert low < 0 < high
    assert after["two autocracies", "two democracies"][1] < 0


def contrasts(mechanism: Alliances, rows: pl.DataFrame) -> dict[tuple[str, str], tuple[float, float]]:
    """Pair of regimes, against which → 95 % interval of the difference in log odds."""
    found = regime_contrasts(mechanism.fit(rows).fitted)
    return {(pair, against): (low, high) for pair, against, low, high in found.select("pair", "against", "low", "high").rows()}


def test_about_a_thousand_defence_agreements_are_in_force(record: Record) -> None:
    """Kinne (2018) counts nearly a thousand; his are the general ones."""
    general, every = (
        agreements_in_force(record, kind).filter(pl.col("year") == 2010)["agreements_in_force"].sum()
        for kind in ("general", "all")
    )
    assert 850 < general < 1000 < every < 1250
