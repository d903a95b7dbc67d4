"""Assistance: three answers that are not mixed, aid that is there only once it is added, and few donors handled as few."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from foedus.errors import InputError
from foedus.mechanisms.assistance import AID, Assistance, association, at_war, hosts, spearman, trained, training
from foedus.record.additions import add
from foedus.record.store import Record, open_record

KIEL = "political/ukraine_support_tracker/data_explorer.csv"
UKRAINE, CANADA, USA, RUSSIA, SYRIA, GERMANY = 369, 20, 2, 365, 652, 255


@pytest.fixture(scope="module")
def ukrainians(record: Record) -> pl.DataFrame:
    return hosts(record, UKRAINE, 2024)


def answer(rows: pl.DataFrame, kind: str, host: int) -> dict[str, object]:
    return rows.row(by_predicate=(pl.col("answer") == kind) & (pl.col("ccode") == host), named=True)


@pytest.mark.parametrize(
    ("kind", "people", "rank", "as_of"),
    [("origin", 1_359_655, 2, 2016), ("born", 77_779, 12, 2019), ("refugees", 75_221, 15, 2024)],
)
def test_canada_has_three_places_among_the_hosts(
    ukrainians: pl.DataFrame, kind: str, people: int, rank: int, as_of: int
) -> None:
    """Statistics Canada, census of 2016; UN DESA, revision of 2019; UNHCR, end of 2024."""
    found = answer(ukrainians, kind, CANADA)
    assert [found[name] for name in ("people", "rank", "as_of")] == [people, rank, as_of]


def test_a_count_of_birthplaces_among_origins_is_said_to_be_one(ukrainians: pl.DataFrame) -> None:
    others = ukrainians.filter(pl.col("answer") != pl.col("counts"))
    assert others.select("answer", "ccode", "counts").rows() == [("origin", RUSSIA, "born")]


def test_ranks_run_from_the_most_and_over_one_answer_alone(ukrainians: pl.DataFrame) -> None:
    for _, own in ukrainians.group_by("answer"):
        assert own["rank"].min() == 1
        assert own["ranked"].unique().to_list() == [own.height]
        ordered = own.sort("rank")["people"].to_list()
        assert ordered == sorted(ordered, reverse=True)


def test_a_number_counted_otherwise_than_before_is_worth_less(ukrainians: pl.DataFrame, record: Record) -> None:
    assert answer(ukrainians, "refugees", RUSSIA)["confidence"] == "low"
    assert answer(hosts(record, UKRAINE, 2023), "refugees", RUSSIA)["confidence"] == "high"


def test_every_state_has_hosts_by_birthplace_and_refuge_and_only_one_by_origin(record: Record) -> None:
    found = hosts(record, SYRIA, 2016)
    assert set(found["answer"]) == {"born", "refugees"}
    assert answer(found, "born", GERMANY)["as_of"] == 2015, "never a later year than the one asked about"
    assert hosts(record, SYRIA, 1950).is_empty()


def test_wars_are_known_where_deaths_and_birthplaces_are(record: Record) -> None:
    found = at_war(record, CANADA, 2022)
    assert found["ccode"][0] == UKRAINE
    assert found["born"].to_list() == sorted(found["born"], reverse=True)
    assert (found["deaths"] >= 1000).all()
    assert at_war(record, CANADA, 1980).is_empty()
    assert at_war(record, CANADA, 2025).is_empty(), "deaths end in 2024"


def test_trained_is_what_was_cited_by_the_year_and_not_the_weakest_source(record: Record) -> None:
    assert training(record, 2014).is_empty()
    assert trained(training(record, 2014)) is None
    counts = {year: (trained(training(record, year)) or {})["trained_at_least"] for year in (2017, 2019, 2022, 2025)}
    assert counts == {2017: 3_200, 2019: 10_800, 2022: 10_800, 2025: 46_000}
    assert (trained(training(record, 2024)) or {})["trained_at_least"] == 36_000, "the 40,000 of that year name no source"


def test_the_slope_is_found_again() -> None:
    random = np.random.default_rng(3)
    donors = 400
    columns = {name: random.normal(0, 1, donors) for name in ("log_born", "log_gdp_per_head", "log_distance")}
    logs = 1 + 0.7 * columns["log_born"] + 0.3 * columns["log_gdp_per_head"] - 0.2 * columns["log_distance"]
    rows = pl.DataFrame(
        {"ccode": np.arange(donors), "year": 2025, "aid_share": np.exp(logs + random.normal(0, 0.5, donors)), **columns}
    )
    found = Assistance().fit(rows).fitted.tidy()
    assert found["estimate"].to_list() == pytest.approx([1, 0.7, 0.3, -0.2], abs=0.1)
    assert Assistance().estimate is None


def test_donors_that_gave_nothing_are_in_the_ranks_and_not_in_the_logarithms() -> None:
    shares = [0.0, 0.1, 0.2, 0.3, 0.4, 0.5]
    rows = pl.DataFrame({"ccode": range(6), "year": 2025, "aid_share": shares, "born_per_thousand": [0.1, 1, 2, 3, 4, 9]})
    rows = rows.with_columns(log_born=pl.col("born_per_thousand").log1p())
    assert association(rows).n == 6
    assert len(Assistance(terms=("diaspora",)).design(rows).outcome) == 5


def test_a_correlation_does_not_change_with_the_unit() -> None:
    random = np.random.default_rng(5)
    first, second = random.exponential(1, 30), random.exponential(1, 30)
    assert spearman(first, second) == pytest.approx(spearman(np.log(first), 1000 * second))
    assert spearman(first, -second) == pytest.approx(-spearman(first, second))


def test_without_the_aid_it_is_refused_with_source_and_address(record: Record) -> None:
    assert AID not in record.tables
    with pytest.raises(InputError, match=r"kielinstitut\.de.*foedus record add kiel-support PATH"):
        Assistance().panel(record, (2022, 2025))


def test_bad_input_is_named() -> None:
    with pytest.raises(InputError, match="no term 'born'"):
        Assistance(terms=("born",))
    with pytest.raises(InputError, match="not fitted"):
        _ = Assistance().fitted
    with pytest.raises(InputError, match="at least five"):
        association(pl.DataFrame({"ccode": [1, 2], "aid_share": [1.0, 2.0], "born_per_thousand": [1.0, None]}))


def test_diaspora_and_aid_rank_together_unclearly(raw: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Kiel, release 29, aid of 2022–2025, and UN DESA 2019: five of 41 donors count no one born in Ukraine."""
    monkeypatch.setenv("FOEDUS_DATA", str(tmp_path))
    add("kiel-support", raw / KIEL)
    rows = Assistance().panel(open_record(), (2022, 2025))
    assert rows.height == 41
    found = association(rows)
    assert found.n == 36
    assert found.value == pytest.approx(0.149, abs=0.001)
    assert found.low < 0 < found.high
    assert 0 < found.least < found.most < 0.25, "no one donor makes it"
    slope = Assistance().fit(rows).fitted.tidy().row(1, named=True)
    assert slope["estimate"] == pytest.approx(0.63, abs=0.01)
    assert slope["low"] < 0 < slope["high"]
