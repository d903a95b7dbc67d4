"""Sea ice of both hemispheres and of the Arctic seas."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from foedus.record.sources import sea_ice
from foedus.record.sources.sea_ice import POLE_HOLE_KM2, REGIONS, read


@pytest.fixture(scope="module")
def tables(raw: Path) -> dict[str, pl.DataFrame]:
    return read(raw)


@pytest.fixture(scope="module")
def north(tables: dict[str, pl.DataFrame]) -> pl.DataFrame:
    return tables["sea_ice"].filter(hemisphere="north")


def month(frame: pl.DataFrame, year: int, number: int, column: str = "extent_km2") -> int | None:
    found: int | None = frame.filter(year=year, month=number)[column].item()
    return found


def test_september_2012_is_the_lowest_extent_on_record(north: pl.DataFrame) -> None:
    """NSIDC: 3.57 million km² (version 3 and 4)."""
    september = north.filter(month=9)
    assert september.sort("extent_km2").row(0)[:4] == ("north", 2012, 9, 3_570_000)


def test_extent_and_area_are_two_columns_and_extent_is_the_larger(north: pl.DataFrame) -> None:
    assert (month(north, 2012, 9), month(north, 2012, 9, "area_km2")) == (3_570_000, 2_410_000)
    both = north.drop_nulls("area_km2")
    assert both.height == 559
    assert (both["extent_km2"] > both["area_km2"]).all()


def test_missing_months_are_null_and_not_zero(tables: dict[str, pl.DataFrame]) -> None:
    missing = tables["sea_ice"].filter(pl.col("extent_km2").is_null()).select("hemisphere", "year", "month")
    assert missing.rows() == [("north", 1987, 12), ("north", 1988, 1), ("south", 1987, 12), ("south", 1988, 1)]
    assert tables["sea_ice"].filter(pl.any_horizontal(pl.col("extent_km2", "area_km2") <= 0)).is_empty()


def test_the_satellites_changed_over_in_a_month_without_area(north: pl.DataFrame) -> None:
    assert (month(north, 1987, 8), month(north, 1987, 8, "area_km2")) == (7_630_000, None)
    assert [month(north, 1987, number, "pole_hole_km2") for number in (7, 8, 9)] == [1_190_000, None, 310_000]


def test_the_area_jumps_by_the_shrinking_of_the_pole_hole(north: pl.DataFrame) -> None:
    """What the extent counts and the area does not, in September, is smaller by the difference of the two discs."""
    gaps = north.filter(month=9).with_columns(gap=pl.col("extent_km2") - pl.col("area_km2"))
    before, after = (gaps.filter(pl.col("year").is_between(*years))["gap"].mean() for years in ((1979, 1986), (1987, 1994)))
    shrunk = POLE_HOLE_KM2[0][2] - POLE_HOLE_KM2[1][2]
    assert isinstance(before, float)
    assert isinstance(after, float)
    assert before - after == pytest.approx(shrunk, abs=200_000)


def test_months_after_august_2025_are_derived_from_days_and_have_no_area(north: pl.DataFrame) -> None:
    derived = north.filter("derived")
    assert derived.select("year", "month").rows() == [
        *((2025, number) for number in range(9, 13)),
        *((2026, n) for n in range(1, 8)),
    ]
    assert derived["area_km2"].null_count() == derived["pole_hole_km2"].null_count() == derived.height
    assert month(north, 2025, 9) == pytest.approx(4_750_000, abs=5_000)
    assert month(north, 2025, 3) == 14_120_000


def test_an_unfinished_month_is_not_derived(raw: Path, north: pl.DataFrame) -> None:
    days = pl.read_csv(raw / "physical/sea_ice/nsidc_g02135_v4_daily_extent_north.csv")
    assert days.select("Year", "Month", "Day").row(-1) == (2026, 8, 21)
    assert north.filter(year=2026)["month"].max() == 7


def test_means_of_days_are_within_15_000_km2_of_the_published_months(raw: Path, north: pl.DataFrame) -> None:
    means = sea_ice._derived(pl.read_csv(raw / "physical/sea_ice/nsidc_g02135_v4_daily_extent_north.csv"))
    both = north.filter(~pl.col("derived"), pl.col("year") >= 1990).join(means, on=["year", "month"], suffix="_mean")
    assert both.height == 428
    assert (both["extent_km2"] - both["extent_km2_mean"]).abs().max() <= 15_500


def test_the_south_is_published_only_and_has_no_pole_hole(tables: dict[str, pl.DataFrame]) -> None:
    south = tables["sea_ice"].filter(hemisphere="south")
    assert south.height == 562
    assert south["pole_hole_km2"].unique().to_list() == [0]
    assert not south["derived"].any()


def test_fourteen_seas_add_up_to_the_september_extent(tables: dict[str, pl.DataFrame], north: pl.DataFrame) -> None:
    seas = tables["sea_ice_regions_v3"]
    assert set(seas["region"]) == set(REGIONS.values())
    sums = seas.group_by("year", "month").agg(pl.col("extent_km2").sum().alias("sum"), pl.len())
    assert set(sums["len"]) == {14}
    assert month(sums, 2012, 9, "sum") == pytest.approx(3_565_700, abs=100)
    both = sums.join(north, on=["year", "month"]).with_columns(short=pl.col("extent_km2") - pl.col("sum"))
    assert both.filter(month=9)["short"].abs().max() < 30_000
    assert 400_000 < (both["short"].max() or 0) < 450_000, "other seas, in winter"  # type: ignore[operator]


def test_the_regional_table_ends_in_october_2024_and_lacks_the_missing_months(tables: dict[str, pl.DataFrame]) -> None:
    seas = tables["sea_ice_regions_v3"]
    assert seas.select("year", "month").row(-1) == (2024, 10)
    assert seas.filter(pl.col("year") * 100 + pl.col("month") == 198712).is_empty()
    assert seas["extent_km2"].null_count() == 0
    assert (seas.filter(region="Sea of Okhotsk", month=8)["extent_km2"] == 0).sum() > 30, "a sea without ice is a zero"


def test_the_beaufort_sea_can_be_named(tables: dict[str, pl.DataFrame]) -> None:
    assert month(tables["sea_ice_regions_v3"].filter(region="Beaufort Sea"), 2012, 9) == 117_306
