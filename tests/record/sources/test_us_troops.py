"""United States military personnel abroad."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from foedus.record.sources.us_troops import (
    AFLOAT_INSIDE,
    DEPLOYED_APART,
    REPEATED,
    UNMATCHED,
    WITHHELD,
    YEARS_WITHOUT_REPORT,
    _mended,
    read,
)


@pytest.fixture(scope="module")
def troops(raw: Path) -> pl.DataFrame:
    return read(raw)["us_troops"]


def number(troops: pl.DataFrame, ccode: int, year: int) -> int | None:
    found: int | None = troops.filter(ccode=ccode, year=year)["troops"].item()
    return found


def test_canada_hosts_153_in_2024(troops: pl.DataFrame) -> None:
    assert number(troops, 20, 2024) == 153


def test_the_united_states_is_not_its_own_host(troops: pl.DataFrame) -> None:
    assert troops.filter((pl.col("ccode") == 2) | (pl.col("ccode") >= 1000)).is_empty()


def test_years_without_a_report_have_no_rows(troops: pl.DataFrame) -> None:
    assert set(range(1950, 2025)) - set(troops["year"]) == set(YEARS_WITHOUT_REPORT)


def test_the_dropped_years_are_still_at_fault_in_the_file(raw: Path) -> None:
    file = pl.read_parquet(raw / "political/us_troops/troopdata_country_year.parquet").sort("ccode", "year")
    host = file.select("ccode", "year", "troops_ad")
    made_up = [host.filter(year=year).drop("year") for year in (1951, 1952)]
    assert made_up[0].equals(made_up[1])
    korea = dict(host.filter(pl.col("ccode") == 732).select("year", "troops_ad").rows())
    assert korea[2008] > 1.8 * korea[2007] > 1.6 * korea[2009]


def test_the_american_war_was_in_south_vietnam(troops: pl.DataFrame) -> None:
    assert number(troops, 817, 1968) == 537_377
    assert troops.filter(pl.col("ccode") == 816)["year"].min() == 1976


def test_west_germany_is_260(troops: pl.DataFrame) -> None:
    assert number(troops, 260, 1985) == 246_875
    assert troops.filter(pl.col("ccode") == 255, pl.col("year").is_between(1955, 1990)).is_empty()


def test_asmara_was_in_ethiopia(troops: pl.DataFrame) -> None:
    assert (number(troops, 530, 1970) or 0) > 1000


def test_a_press_figure_counts_once(troops: pl.DataFrame) -> None:
    assert [number(troops, *key) for key in REPEATED] == [141_100, 170_000, 13_000, 8_600]


def test_a_withheld_number_is_not_zero(troops: pl.DataFrame) -> None:
    for host, first in WITHHELD.items():
        later = troops.filter(pl.col("ccode") == host, pl.col("year") >= first)
        assert later["troops"].null_count() == later.height > 0


def test_civilians_are_known_from_2009(troops: pl.DataFrame) -> None:
    assert troops.drop_nulls("civilians")["year"].min() == 2009


def test_a_renamed_host_is_counted_once(troops: pl.DataFrame) -> None:
    assert number(troops, 316, 2024) == 16
    assert not troops.select("ccode", "year").is_duplicated().any()


# Right values, from the reports' lines and the change log of troopdata 1.1.0 (NEWS.md), which names each of these faults.


@pytest.mark.parametrize("year", [2003, 2004, 2005])
def test_a_line_that_points_to_another_table_is_no_zero(troops: pl.DataFrame, year: int) -> None:
    """The line reads "Kuwait (See OIF Table)"; Kane's series has 47,000, 36,647 and 42,600."""
    assert number(troops, 690, year) is None


def test_the_congo_of_1960_to_1962_is_kinshasa(troops: pl.DataFrame) -> None:
    assert [number(troops, 490, year) for year in (1960, 1961, 1962, 1963)] == [4, 56, 79, 64]
    assert [number(troops, 484, year) for year in (1960, 1961, 1962, 1963)] == [0, 0, 0, 10]


def test_a_total_of_several_states_is_no_states_value(troops: pl.DataFrame) -> None:
    """Russia: "USSR & East Europe" 1971–76, "Total - Former Soviet Union" 1994–2007; a line of its own in 1992–93."""
    assert [number(troops, 365, year) for year in (1970, 1977, 1992, 1993, 2009)] == [30, 31, 59, 70, 30]
    unknown = troops.filter(pl.col("ccode") == 365, pl.col("troops").is_null())["year"].to_list()
    assert unknown == [*range(1971, 1977), *range(1994, 2008)]


def test_a_host_whose_name_met_no_code_is_unknown_or_as_its_line_says(troops: pl.DataFrame) -> None:
    assert number(troops, 58, 1985) == 75  # "Antigua"
    later = troops.filter(pl.col("ccode").is_in(UNMATCHED), pl.col("year") >= 1960)
    assert later.filter(pl.col("troops") == 0).is_empty()


def test_the_force_in_kosovo_was_in_serbia(troops: pl.DataFrame) -> None:
    """Reported as "Serbia (includes Kosovo)"; Kane's series has the same for Yugoslavia."""
    assert [number(troops, 345, year) for year in (1999, 2001, 2007)] == [6410, 5679, 1397]


def test_crews_at_sea_are_no_garrison(troops: pl.DataFrame) -> None:
    """Greece 1957: 15,360 with 13,926 afloat. Japan 1974: Kane has the same 51,608 ashore. 1960 counts ashore already."""
    assert [number(troops, 350, year) for year in (1957, 1960)] == [1434, 1976]
    assert number(troops, 740, 1974) == 51_608


def test_japan_has_its_soldiers_on_okinawa(troops: pl.DataFrame) -> None:
    """The change log: 41,121 + 41,948 in 1968."""
    assert number(troops, 740, 1968) == 83_069


def test_the_report_goes_before_the_older_series(troops: pl.DataFrame) -> None:
    assert [number(troops, 325, year) for year in (2006, 2007)] == [10_449, 9_855]


def test_civilians_of_2023_stand_on_their_own_line(troops: pl.DataFrame) -> None:
    """The change log: in June 2023 Qatar shows Puerto Rico's 2,201."""
    qatar = troops.filter(ccode=694, year=2023)["civilians"].item()
    assert 0 < qatar < 100


def test_no_zero_stands_where_another_series_counts_people(raw: Path, troops: pl.DataFrame) -> None:
    kane = pl.read_parquet(raw / "political/us_troops/troopdata_kane_original.parquet").filter(pl.col("troops") > 0)
    told = kane.select(pl.col("ccode", "year").cast(pl.Int16), kane="troops")
    against = troops.filter(pl.col("troops") == 0).join(told, on=["ccode", "year"])
    assert against.filter(~pl.col("year").is_in(AFLOAT_INSIDE)).is_empty()  # where all of them may be afloat


def test_a_line_without_the_forces_sent_to_a_war_beside_it_is_not_told(troops: pl.DataFrame) -> None:
    """Congressional Research Service, RS22295 (January 2006): up to 1,500 at Karshi-Khanabad, October 2001 to November 2005."""
    uzbek = dict(troops.filter(pl.col("ccode") == 704, pl.col("year").is_between(2000, 2007)).select("year", "troops").rows())
    assert uzbek == {2000: 3, **dict.fromkeys(range(2001, 2006)), 2006: 6, 2007: 7}
    for host, first, last in DEPLOYED_APART:
        within = troops.filter(pl.col("ccode") == host, pl.col("year").is_between(first, last))
        assert within["troops"].null_count() == within.height == last - first + 1
    assert number(troops, 703, 2009) == 3_962


def line(**columns: object) -> pl.DataFrame:
    """A host and year as the table, the report's lines and Kane's series have it, before it is mended."""
    told = {"ccode": 200, "year": 1990, "troops": 100, "line": 70, "several": None, "own": None, "afloat": 0, "kane": None}
    kinds = dict.fromkeys(("several", "own"), pl.Boolean) | dict.fromkeys(("afloat", "kane", "line"), pl.Int64)
    return pl.DataFrame([told | columns], schema_overrides=kinds)


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ({}, 100),
        ({"line": None}, 100),
        ({"own": True, "several": False}, 100),
        ({"several": True, "own": True}, 70),  # beside a line of several states it has its own, which counts
        ({"several": True, "own": False}, None),  # and without one nobody knows
        ({"several": True, "own": None}, None),
        ({"troops": 0}, 70),
        ({"troops": 0, "several": True, "own": False}, None),
        ({"troops": 0, "line": 0}, 0),
        ({"troops": 0, "line": None}, 0),
        ({"year": 2006, "line": None}, 100),
        ({"troops": 0, "line": 0, "kane": 5}, None),
        ({"troops": 0, "line": 0, "kane": 0}, 0),
        ({"troops": 0, "line": 0, "ccode": UNMATCHED[0]}, None),
        ({"troops": 0, "line": 70, "kane": 5}, 70),
        ({"year": 2006}, 70),
        ({"year": 2006, "line": 0}, 100),
        ({"year": 2006, "several": True, "own": False}, None),
        ({"year": 1957, "afloat": 30}, 70),
        ({"year": 1957, "afloat": None}, 100),
        ({"year": 1960, "afloat": 30}, 100),
        ({"ccode": 690, "year": 2002}, None),
        ({"ccode": 690, "year": 2001}, 100),
        ({"ccode": 484, "year": 1960, "own": False}, 70),  # "Congo" was Kinshasa's
        ({"ccode": 484, "year": 1960, "own": True}, 100),
        ({"ccode": 484, "year": 1963, "own": False}, 100),
    ],
)
def test_a_number_is_the_table_s_the_line_s_or_unknown(columns: dict[str, object], expected: int | None) -> None:
    assert line(**columns).select(_mended()).item() == expected
