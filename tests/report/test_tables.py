"""Under every picture stand all its rows."""

from __future__ import annotations

from datetime import date

import polars as pl

from foedus.assessment.assessment import Assessment
from foedus.assessment.finding import Exhibit
from foedus.report.tables import Table, table_of, tables


def exhibit(assessment: Assessment, name: str) -> Exhibit:
    return next(item for chapter in assessment.chapters for item in chapter.exhibits if item.id == name)


def headings(table: Table) -> list[str]:
    return [column.heading for column in table.columns]


def test_tables_hold_every_row_of_every_exhibit(assessment: Assessment) -> None:
    for chapter in assessment.chapters:
        for item in chapter.exhibits:
            rows = sum(table.height for table in tables(item))
            series = item.frame["series"].n_unique() if item.kind == "lines" else 1
            held = item.frame["ccode"].n_unique() if item.kind == "map" else item.frame.height
            assert rows * series == held


def test_maps_have_one_table_with_a_column_each_largest_risk_first(assessment: Assessment) -> None:
    (found,) = tables(exhibit(assessment, "order.map"))
    assert headings(found)[1] == "Northland: any dispute, per year, baseline 0.060\u00a0%"
    first, *_, last = found.rows
    assert first[1:3] == ("3.0\u00a0% (1.5–6.0\u00a0%)", "0.15\u00a0% (0.075–0.30\u00a0%)")
    assert last[1:] == ("–",) * 4
    assert found.keys is not None
    assert found.keys[0] == "AAA"


def test_lines_have_a_row_a_year_and_a_column_a_series(assessment: Assessment) -> None:
    table = tables(exhibit(assessment, "relation.lines"))[0]
    assert headings(table)[:2] == ["Quantity", "Year"]
    assert table.rows[0] == ("Democracy", "1900", "0.59 (0.54 to 0.64)", "0.39 (0.34 to 0.44)")
    assert table.rows[-1][2] == "60\u00a0%"


def test_a_years_column_has_no_separators_and_a_date_is_written_out() -> None:
    table = table_of(pl.DataFrame({"first_year": [1816], "start": [date(1816, 1, 1)], "n": [1816]}), "")
    assert table.rows == [("1816", "1 Jan 1816", "1,816")]
    assert [column.numeric for column in table.columns] == [True, False, True]


def test_a_column_without_any_value_is_left_out(assessment: Assessment) -> None:
    assert headings(tables(exhibit(assessment, "relation.ledger"))[0]) == ["Title", "Year"]


def test_values_carry_the_unit_of_their_row() -> None:
    frame = pl.DataFrame({"label": ["a", "b"], "value": [0.5, 3.0], "unit": ["share", "km"]})
    assert table_of(frame, "").rows == [("a", "50\u00a0%"), ("b", "3 km")]


def test_per_cent_of_gdp_is_not_taken_for_a_share_of_one() -> None:
    """The United States spent 5.61 % of its GDP on the military in 1990 (World Bank, from SIPRI)."""
    assert table_of(pl.DataFrame({"military_share": [5.61]}), "").rows == [("5.61 per cent of GDP",)]


def test_ends_of_an_interval_are_shares_only_beside_shares_in_numbers() -> None:
    frame = pl.DataFrame({"expected": [461.0], "low": [56.0], "not_forecast": ["by last year's count"]})
    assert table_of(frame, "").rows == [("461", "56", "by last year's count")]


def test_a_share_and_its_interval_are_written_alike() -> None:
    frame = pl.DataFrame({"share": [0.0003], "share_low": [-0.00185], "share_high": [0.00199]})
    assert table_of(frame, "").rows == [("0.030\u00a0%", "−0.18\u00a0%", "0.20\u00a0%")]


def test_a_cell_is_escaped_and_only_an_address_becomes_a_link() -> None:
    frame = pl.DataFrame({"note": ["<b>", "https://example.org/a", "javascript:alert(1)"]})
    written = table_of(frame, "").html()
    assert "<tr><th>&lt;b&gt;" in written
    assert '<a href="https://example.org/a">example.org</a>' in written
    assert "href" not in written.split("javascript")[1]
