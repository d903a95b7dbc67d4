"""What moved between two releases is found: columns, units, years, totals and values; and nothing where nothing moved."""

from __future__ import annotations

from pathlib import Path

import polars as pl

import foedus
from foedus.record.additions import add
from foedus.record.build import filter_record
from foedus.record.drift import diff, drift, sentences
from foedus.record.store import Record
from tests.test_cli import refused, run

OLD = pl.DataFrame({"ccode": [2, 20, 70], "year": [2000, 2000, 2001], "votes": [70, 68, 60], "point": [1.5, 1.0, 0.2]})


def moved(new: pl.DataFrame, old: pl.DataFrame = OLD) -> dict[str, tuple[str, str]]:
    return {what: (before, after) for what, before, after in drift(old, new, ["ccode", "year"])}


def test_a_release_that_only_grew_moves_no_total_and_no_value() -> None:
    later = pl.DataFrame({"ccode": [2, 200], "year": [2002, 2002], "votes": [80, 81], "point": [1.6, 1.1]})
    assert moved(pl.concat([OLD, later])) == {
        "rows": ("3", "5"),
        "states in ccode": ("–", "200"),
        "last year": ("2001", "2002"),
    }


def test_a_corrected_value_moves_the_total_and_is_counted_with_its_size() -> None:
    changed = OLD.with_columns(votes=pl.Series([70, 78, 60]))
    assert moved(changed) == {
        "total of votes, 2000–2001": ("198", "208"),
        "values of votes": ("3 rows of one key", "1 differ, by up to 10"),
    }


def test_a_value_that_came_or_went_is_a_difference() -> None:
    told = moved(OLD.with_columns(point=pl.Series([1.5, None, 0.2])))
    assert told["values of point"] == ("3 rows of one key", "1 differ")


def test_the_last_digit_of_a_float_is_no_drift() -> None:
    assert moved(OLD.with_columns(pl.col("point") * (1 + 1e-12))) == {}


def test_columns_and_their_types_are_told() -> None:
    told = moved(OLD.drop("point").with_columns(pl.col("votes").cast(pl.Float64), session=pl.lit(1)))
    assert told == {"columns": ("point", "session"), "type of votes": ("Int64", "Float64")}


def test_two_records_are_compared_and_tables_that_one_lacks_are_named(record: Record, tmp_path: Path) -> None:
    small = filter_record(tmp_path / "open")
    lacking = diff(record, small)
    assert set(lacking["what"]) == {"table"}
    assert lacking.filter(table="dispute_dyad_years")["after"].item() == "–"
    assert foedus.diff(small, tmp_path / "open").is_empty()
    assert next(sentences(lacking)).endswith("rows → –")


def test_the_command_prints_what_moved_and_refuses_a_folder_without_a_record(tmp_path: Path) -> None:
    filter_record(tmp_path / "open")
    done = run("record", "diff", str(tmp_path / "open"), str(tmp_path / "open"))
    assert (done.returncode, done.stdout) == (0, "table,what,before,after\n")
    refused(run("record", "diff", str(tmp_path)), "there is no record in")


def test_an_import_tells_what_moved_since_the_one_before(tmp_path: Path) -> None:
    """The release before is what was added before; the first has none."""
    first, second = tmp_path / "first.csv", tmp_path / "second.csv"
    header = "ccode,year,milex,milper,irst,pec,tpop,upop,cinc"
    first.write_text(f"{header}\n2,2000,10,20,30,40,50,60,0.1\n20,2000,1,2,3,4,5,6,0.01\n", encoding="utf-8")
    second.write_text(f"{header}\n2,2000,11,20,30,40,50,60,0.1\n2,2001,10,20,30,40,50,60,0.2\n", encoding="utf-8")
    assert add("cow_nmc", first, folder=tmp_path / "data").moved is None
    told = add("cow_nmc", second, folder=tmp_path / "data", dry_run=True).moved
    assert told is not None
    found = {what: (before, after) for _, what, before, after in told.iter_rows()}
    assert found["states in ccode"] == ("20", "–")
    assert found["last year"] == ("2000", "2001")
    assert [what for what in found if what.startswith("values of")] == ["values of milex"]
