"""UCDP/PRIO armed conflicts."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import polars as pl
import pytest

from foedus.record.sources.ucdp_armed_conflict import INTRASTATE, QUIET_YEARS, read

HYDERABAD, GRENADA = 751, 55


@pytest.fixture(scope="module")
def tables(raw: Path) -> dict[str, pl.DataFrame]:
    return read(raw)


def pair(tables: dict[str, pl.DataFrame], gwcode1: int, gwcode2: int) -> pl.DataFrame:
    return tables["interstate_conflict_years"].filter(gwcode1=gwcode1, gwcode2=gwcode2)


def test_the_file_holds_2752_conflict_years(tables: dict[str, pl.DataFrame]) -> None:
    assert tables["armed_conflicts"].select("conflict", "year").n_unique() == 2752


def test_a_supporter_does_not_multiply_a_conflict(tables: dict[str, pl.DataFrame]) -> None:
    """The conflict between Afghanistan and the Taliban in 2021 has 63 rows in the file."""
    here = tables["armed_conflicts"].filter(conflict=11347, year=2021)
    supporters = tables["armed_conflict_supporters"].filter(conflict=11347, year=2021)
    assert (here.height, supporters.height) == (1, 63)


def test_only_interstate_conflicts_have_a_state_on_both_sides(tables: dict[str, pl.DataFrame]) -> None:
    both = tables["armed_conflicts"].filter(pl.col("gwcode2").is_not_null())
    assert set(both["type"]) == {"interstate"}
    assert tables["armed_conflicts"].filter(pl.col("type") == "interstate", pl.col("gwcode2").is_null()).is_empty()


def test_russia_wars_on_ukraine_since_2022(tables: dict[str, pl.DataFrame]) -> None:
    assert pair(tables, 365, 369).rows() == [(365, 369, year, 2, True) for year in (2022, 2023, 2024)]


def test_a_supporter_is_opposed_but_not_primary(tables: dict[str, pl.DataFrame]) -> None:
    assert pair(tables, 369, 731).rows() == [(369, 731, 2024, 2, False)]
    assert pair(tables, 2, 678).rows() == [(2, 678, 2024, 1, True)]
    assert pair(tables, 20, 678).rows() == [(20, 678, 2024, 1, False)]


def test_iran_and_israel_are_opposed_every_year_since_2018(tables: dict[str, pl.DataFrame]) -> None:
    assert pair(tables, 630, 666)["year"].to_list() == list(range(2018, 2025))


def test_kashmir_has_no_interstate_conflict_after_2020(tables: dict[str, pl.DataFrame]) -> None:
    assert pair(tables, 750, 770)["year"].max() == 2020
    assert pair(tables, 700, 770)["year"].max() == 2024


def test_the_coalition_of_2003_is_opposed_to_iraq(tables: dict[str, pl.DataFrame]) -> None:
    opposed = tables["interstate_conflict_years"].filter(pl.col("year") == 2003, pl.col("primary"))
    assert {(2, 645), (200, 645), (645, 900)} <= set(opposed.select("gwcode1", "gwcode2").rows())


def test_serbia_carries_its_gleditsch_ward_number(tables: dict[str, pl.DataFrame]) -> None:
    serbian = tables["armed_conflict_supporters"].filter(pl.col("gwcode").is_in([340, 345]), pl.col("year") >= 2006)
    assert set(serbian["gwcode"]) == {340}


def test_pairs_are_in_order_and_appear_once_a_year(tables: dict[str, pl.DataFrame]) -> None:
    years = tables["interstate_conflict_years"]
    assert (years["gwcode1"] < years["gwcode2"]).all()
    assert not years.select("gwcode1", "gwcode2", "year").is_duplicated().any()
    assert not tables["armed_conflicts"].select("conflict", "year", "gwcode1", "gwcode2").is_duplicated().any()


def onset(tables: dict[str, pl.DataFrame], gwcode: int, years: list[int], quiet: int) -> list[bool]:
    rows = tables["conflict_state_years"].filter(pl.col("gwcode") == gwcode, pl.col("year").is_in(years))
    return rows[f"intrastate_conflict_onset_{quiet}"].to_list()


def test_every_party_and_supporter_has_its_state_year(tables: dict[str, pl.DataFrame]) -> None:
    years = tables["conflict_state_years"]
    assert not years.select("gwcode", "year").is_duplicated().any()
    sides = [tables["armed_conflicts"].select("year", gwcode=code) for code in ("gwcode1", "gwcode2")]
    primary = pl.concat(sides).drop_nulls().unique()
    helping = tables["armed_conflict_supporters"].select("year", "gwcode").unique()
    keys = ["gwcode", "year"]
    assert years.filter("armed_conflict").select(keys).sort(keys).equals(primary.select(keys).sort(keys))
    assert years.filter("conflict_support").select(keys).sort(keys).equals(helping.select(keys).sort(keys))
    assert years.height == pl.concat([primary.select(keys), helping.select(keys)]).unique().height


def test_a_state_on_side_b_is_a_party(tables: dict[str, pl.DataFrame]) -> None:
    ukraine = tables["conflict_state_years"].filter(gwcode=369, year=2022).row(0, named=True)
    assert (ukraine["armed_conflict"], ukraine["interstate_conflict_party"], ukraine["conflict_intensity"]) == (True, True, 2)


def test_a_state_that_only_helps_has_no_intensity(tables: dict[str, pl.DataFrame]) -> None:
    canada = tables["conflict_state_years"].filter(gwcode=20, year=2024).row(0, named=True)
    assert (canada["armed_conflict"], canada["conflict_support"], canada["conflict_intensity"]) == (False, True, 0)


def test_an_onset_needs_as_many_quiet_years_as_it_names(tables: dict[str, pl.DataFrame]) -> None:
    """Bolivia fights over its government in 1946, 1949, 1952 and 1967: two quiet years, two, fourteen."""
    bolivia = tables["armed_conflicts"].filter(pl.col("gwcode1") == 145)
    assert (bolivia["conflict"].unique().to_list(), bolivia["year"].to_list()) == ([200], [1946, 1949, 1952, 1967])
    found = {quiet: onset(tables, 145, [1946, 1949, 1952, 1967], quiet) for quiet in QUIET_YEARS}
    assert found == {
        1: [True, True, True, True],
        2: [True, True, True, True],
        5: [True, False, False, True],
        10: [True, False, False, True],
    }


def test_longer_quiet_gives_fewer_onsets_and_never_others(tables: dict[str, pl.DataFrame]) -> None:
    years = tables["conflict_state_years"]
    flags = [years[f"intrastate_conflict_onset_{quiet}"] for quiet in QUIET_YEARS]
    assert all((longer <= shorter).all() for shorter, longer in pairwise(flags))
    assert [int(flag.sum()) for flag in flags] == [470, 388, 302, 267]
    assert years.filter("intrastate_conflict_onset_1", ~pl.col("intrastate_conflict")).is_empty()


def test_no_onset_of_1946_rests_on_an_older_issue_alone(tables: dict[str, pl.DataFrame]) -> None:
    first = tables["armed_conflicts"].filter(pl.col("year") == 1946, pl.col("type").is_in(INTRASTATE))
    older = first.filter(pl.col("start_date").dt.year() < 1946)
    assert older["conflict"].to_list() == [206, 210, 211, 213]
    assert set(older["gwcode1"]) <= set(first.filter(pl.col("start_date").dt.year() == 1946)["gwcode1"])


@pytest.mark.parametrize(("quiet", "differing"), [(1, 25), (2, 22), (5, 16), (10, 11)])
def test_onsets_counted_like_the_publishers_differ_by_revisions_alone(
    raw: Path, tables: dict[str, pl.DataFrame], quiet: int, differing: int
) -> None:
    """The publisher's counts to 2017 are of conflicts of every type, for side A; later versions changed a few."""
    published = pl.read_csv(raw / "political/ucdp/ucdp_onsets_to2017.csv").select(
        pl.col("gwcode", "year").cast(pl.Int16), pl.col(f"sumonset{quiet}").alias("published")
    )
    conflicts = tables["armed_conflicts"].filter(pl.col("year") <= 2017)
    active = conflicts.select("conflict", "year").unique().sort("conflict", "year")
    gap = pl.col("year") - pl.col("year").shift(1).over("conflict") - 1
    begun = active.filter(gap.is_null() | (gap >= quiet))
    sides = conflicts.select("conflict", "year", gwcode="gwcode1").unique()
    counted = sides.join(begun, on=["conflict", "year"]).group_by("gwcode", "year").len("counted")
    both = published.join(counted, on=["gwcode", "year"], how="left").with_columns(pl.col("counted").fill_null(0))
    assert both.filter(pl.col("published") != pl.col("counted")).height == differing
    beyond = counted.join(published, on=["gwcode", "year"], how="anti")
    assert set(beyond["gwcode"]) == {HYDERABAD, GRENADA}
