"""Support for Ukraine, from a small file and from the real one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from foedus.api import panel
from foedus.errors import InputError
from foedus.record.additions import add
from foedus.record.store import open_record

FILE = "political/ukraine_support_tracker/data_explorer.csv"
HEADER = "country,iso,year,month,total,financial,humanitarian,military,commitments,to_be_allocated,gdp,pct_gdp\n"
ROWS = (
    '"Canada","CAN",2024,11,0.5,0,0.2,0.3,2.5,2,1600,0.03\n'
    '"Canada","CAN",2024,12,1,1,0,0,0,-1,1600,0.06\n'
    '"Canada","CAN",2025,12,1,0,0,1,0,-1,1600,0.06\n'
    '"Canada","CAN",2026,1,9,9,0,0,9,0,1600,0.6\n'
    '"China","CHN",2022,3,0.002,0,0.002,0,0.002,0,15000,0.00001\n'
)
UNION = (
    '"EU (Commission and Council)","EU",2025,6,4,4,0,0,0,-4,0,0\n"EU (Commission and Council)","EU",2026,2,0,0,0,0,90,90,0,0\n'
)
AMOUNTS = ["allocated", "financial", "humanitarian", "military", "commitments", "to_be_allocated"]
PUBLISHED = ["total", *AMOUNTS[1:]]


def test_months_add_up_to_years_to_2025(data: Path, file: Callable[..., Path]) -> None:
    add("kiel-support", file(HEADER + ROWS + UNION))
    support = open_record().table("ukraine_support")
    assert support.columns == ["ccode", "year", *AMOUNTS, "allocated_share"]
    assert support.filter(ccode=20).rows() == [
        (20, 2024, 1.5, 1.0, 0.2, 0.3, 2.5, 1.0, 0.09),
        (20, 2025, 1.0, 0.0, 0.0, 1.0, 0.0, -1.0, 0.06),
    ]


def test_the_european_union_is_no_state_and_has_a_table_of_its_own(data: Path, file: Callable[..., Path]) -> None:
    addition = add("kiel-support", file(HEADER + ROWS + UNION))
    assert {table.name: table.dropped for table in addition.tables} == {"ukraine_support": 1, "ukraine_support_eu": 0}
    assert open_record().table("ukraine_support_eu").rows() == [(2025, 4.0, 4.0, 0.0, 0.0, 0.0, -4.0)]


def test_a_followed_state_without_a_row_gave_nothing_and_of_others_nothing_is_known(
    data: Path, file: Callable[..., Path]
) -> None:
    add("kiel-support", file(HEADER + ROWS + UNION))
    asked = panel("state-year", ["ukraine_aid", "ukraine_military_aid"], states=["CAN", "MEX"], years=(2021, 2025))
    aid = {code: told["ukraine_aid"].to_list() for (code,), told in asked.group_by("ccode")}
    assert aid == {20: [None, 0, 0, 1.5, 1], 70: [None] * 5}
    assert asked.filter(ccode=20)["ukraine_military_aid"].to_list() == [None, 0, 0, 0.3, 1]


def test_without_the_file_it_is_refused_with_source_and_address() -> None:
    with pytest.raises(InputError, match=r"kielinstitut\.de.*foedus record add kiel-support PATH"):
        panel("state-year", ["ukraine_aid"], states=["CAN"], years=(2022, 2025))


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (HEADER + ROWS, "no rows of the European Union"),
        (HEADER + UNION.splitlines()[0], "months end in 2025-06, before December 2025"),
        (HEADER + ROWS + UNION.replace("2025,6,4,4", "2025,6,4,"), "1 rows lack an amount"),
        (HEADER + ROWS.replace("2025,12", "2025,13") + UNION, "row 3: month 13 of 2025"),
        (HEADER + ROWS + ROWS + UNION, "share their iso, year, month"),
        (HEADER.replace("to_be_allocated", "open") + ROWS + UNION, "lacks the columns to_be_allocated"),
    ],
)
def test_excerpts_and_older_releases_are_refused(data: Path, file: Callable[..., Path], content: str, fault: str) -> None:
    with pytest.raises(InputError, match=f"{fault}.*data_explorer.csv"):
        add("kiel-support", file(content))


@pytest.fixture
def months(raw: Path, data: Path) -> pl.DataFrame:
    """The publisher's table, to April 2026, which is also added to the record."""
    assert not add("kiel-support", raw / FILE).unknown_files()
    return pl.read_csv(raw / FILE, infer_schema_length=None)


def test_donors_add_up_as_in_the_file(months: pl.DataFrame) -> None:
    published = dict(months.group_by("country").agg(pl.col("total").sum()).rows())
    donors = {"United States": 115.4, "Germany": 29.9, "United Kingdom": 21.3, "Canada": 14.1, "Japan": 12.1, "Denmark": 11.0}
    assert {donor: round(published[donor], 1) for donor in donors} == donors, "to April 2026, as the tracker says"
    to_2025 = dict(months.filter(pl.col("year") <= 2025).group_by("country").agg(pl.col("total").sum()).rows())
    codes = {"United States": 2, "Germany": 255, "United Kingdom": 200, "Canada": 20, "Japan": 740, "Denmark": 390}
    support = dict(open_record().table("ukraine_support").group_by("ccode").agg(pl.col("allocated").sum()).rows())
    assert {code: support[code] for code in codes.values()} == pytest.approx(
        {code: to_2025[donor] for donor, code in codes.items()}
    )


def test_states_and_union_add_up_to_the_whole(months: pl.DataFrame) -> None:
    assert months["total"].sum() == pytest.approx(358.4, abs=0.05)
    assert months.filter(iso="EU")["total"].sum() == pytest.approx(84.4, abs=0.05)
    states, union = (open_record().table(name).select(AMOUNTS).sum() for name in ("ukraine_support", "ukraine_support_eu"))
    assert (states + union).row(0) == pytest.approx(months.filter(pl.col("year") <= 2025).select(PUBLISHED).sum().row(0))


def test_forty_one_states_are_followed_and_the_union_every_year(months: pl.DataFrame) -> None:
    record = open_record()
    support = record.table("ukraine_support")
    assert support["ccode"].n_unique() == 41
    assert set(support["year"]) == {2022, 2023, 2024, 2025}
    assert record.table("ukraine_support_eu")["year"].to_list() == [2022, 2023, 2024, 2025]
    assert record.tables["ukraine_support"].dropped == 4, "a row of the Union's institutions for each year"


def test_what_is_announced_is_allocated_or_still_to_be(months: pl.DataFrame) -> None:
    for name in ("ukraine_support", "ukraine_support_eu"):
        table = open_record().table(name)
        kinds = table.select(pl.sum_horizontal("financial", "humanitarian", "military")).to_series()
        assert table["allocated"].to_list() == pytest.approx(kinds.to_list(), abs=1e-6)
        still = (table["commitments"] - table["allocated"]).to_list()
        assert table["to_be_allocated"].to_list() == pytest.approx(still, abs=1e-6)
        assert table["to_be_allocated"].min() < 0, "what was announced earlier is allocated later"  # type: ignore[operator]


def test_small_donors_give_the_largest_share(months: pl.DataFrame) -> None:
    shares = (
        open_record().table("ukraine_support").group_by("ccode").agg(pl.col("allocated_share").sum()).sort("allocated_share")
    )
    assert shares["ccode"].to_list()[-2:] == [366, 390]
    asked = panel("state-year", ["ukraine_aid_share"], states=["DNK"], years=(2022, 2025))["ukraine_aid_share"]
    assert asked.to_list() == pytest.approx(
        months.filter(pl.col("year") <= 2025, iso="DNK").group_by("year").agg(pl.col("pct_gdp").sum()).sort("year")["pct_gdp"]
    )
