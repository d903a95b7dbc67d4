"""Under every picture stand all its rows."""

from __future__ import annotations

from datetime import date

import polars as pl

from foedus.assessment.assessment import Assessment
from foedus.assessment.finding import Exhibit
from foedus.report.tables import table_of, tables


def exhibit(assessment: Assessment, name: str) -> Exhibit:
    return next(item for chapter in assessment.chapters for item in chapter.exhibits if item.id == name)


def test_tables_hold_every_row_of_every_exhibit(assessment: Assessment) -> None:
    for chapter in assessment.chapters:
        for item in chapter.exhibits:
            rows = sum(len(table.rows) for table in tables(item))
            series = item.frame["series"].n_unique() if item.kind == "lines" else 1
            assert rows * series == item.frame.height


def test_a_map_has_a_table_for_each_member_and_outcome_largest_risk_first(assessment: Assessment) -> None:
    found = tables(exhibit(assessment, "order.map"))
    assert len(found) == 4
    first, *_, last = found[0].rows
    assert [cell.shown for cell in first[1]][1:] == ["3.0\u00a0%", "1.5–6.0\u00a0%", "0.060\u00a0%"]
    assert [cell.shown for cell in last[1]][1:] == ["–", "–", "0.060\u00a0%"]
    assert first[0] == "10"


def test_an_unknown_sorts_as_unknown_not_as_zero(assessment: Assessment) -> None:
    cell = tables(exhibit(assessment, "order.map"))[0].rows[-1][1][1]
    assert (cell.shown, cell.order) == ("–", "")


def test_lines_have_a_row_a_year_and_a_column_a_series(assessment: Assessment) -> None:
    table = tables(exhibit(assessment, "relation.lines"))[0]
    assert table.headings[:2] == ("Quantity", "Year")
    assert [cell.shown for cell in table.rows[0][1]] == ["Democracy", "1900", "0.59 (0.54 to 0.64)", "0.39 (0.34 to 0.44)"]
    assert table.rows[-1][1][2].shown == "60\u00a0%"


def test_a_years_column_has_no_separators_and_a_date_is_written_out() -> None:
    table = table_of(pl.DataFrame({"first_year": [1816], "start": [date(1816, 1, 1)], "n": [1816]}), "")
    assert [cell.shown for cell in table.rows[0][1]] == ["1816", "1 Jan 1816", "1,816"]
    assert table.numeric == (True, False, True)


def test_a_column_without_any_value_is_left_out(assessment: Assessment) -> None:
    assert tables(exhibit(assessment, "relation.ledger"))[0].headings == ("Title", "Year")


def test_values_carry_the_unit_of_their_row() -> None:
    frame = pl.DataFrame({"label": ["a", "b"], "value": [0.5, 3.0], "unit": ["share", "km"]})
    assert [cells[1].shown for _, cells in table_of(frame, "").rows] == ["50\u00a0%", "3 km"]
