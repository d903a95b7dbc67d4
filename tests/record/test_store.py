"""The record: rebuilt from the raw files it is the same, and damage is found and named."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import polars as pl
import pytest

from foedus.errors import InputError, RecordError
from foedus.record import sources
from foedus.record.build import build_record
from foedus.record.cow import to_cow
from foedus.record.entries import LICENCES
from foedus.record.in_use import MANIFEST
from foedus.record.integrity import faults
from foedus.record.source import Source, catalog
from foedus.record.store import Record, content_sha256, open_record
from foedus.record.writing import write_file


@pytest.fixture
def copy(record: Record, tmp_path: Path) -> Path:
    """A copy of the shipped record that a test may damage."""
    return Path(shutil.copytree(record.folder, tmp_path / "record"))


@pytest.mark.slow
def test_the_raw_files_give_the_shipped_record_again(raw: Path, record: Record, tmp_path: Path) -> None:
    rebuilt = build_record(raw, tmp_path / "record")
    assert {name: table.content_sha256 for name, table in rebuilt.tables.items()} == {
        name: table.content_sha256 for name, table in record.tables.items()
    }
    assert rebuilt.sha256 == record.sha256


@pytest.mark.slow
def test_an_open_record_holds_no_academic_table_and_still_answers(
    raw: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from foedus.api import panel

    built = build_record(raw, tmp_path / "open", licences=frozenset({"open"}))
    assert {table.licence for table in built.tables.values()} == {"open"}
    assert panel("state-year", ["polyarchy"], states=["CAN"], years=(2000, 2000), record=built).height == 1
    with pytest.raises(InputError, match="this record leaves out"):
        panel("dyad-year", ["dispute_onset"], dyads=["USA-CAN"], record=built)


def test_the_shipped_record_verifies_and_is_small(record: Record) -> None:
    assert record.verify() == []
    assert sum(path.stat().st_size for path in record.folder.iterdir()) < 20_000_000


def test_the_shipped_record_holds_no_restricted_source(record: Record) -> None:
    assert {table.licence for table in record.tables.values()} <= {"open", "academic"}
    columns = {column for table in record.tables.values() for column in table.columns}
    assert not {column for column in columns if "polity" in column or "cinc" in column}


def test_every_table_is_the_size_the_manifest_says(record: Record) -> None:
    for name, table in record.tables.items():
        frame = record.table(name)
        assert (frame.height, tuple(frame.columns)) == (table.rows, table.columns)
        assert content_sha256(frame) == table.content_sha256


def test_one_flipped_byte_is_found_and_the_table_named(copy: Path) -> None:
    path = copy / "polyarchy.parquet"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    assert open_record(copy).verify() == [
        "table polyarchy: polyarchy.parquet is not the file the manifest describes (damaged or replaced)"
    ]


def test_a_truncated_file_is_found_and_cannot_be_read(copy: Path) -> None:
    path = copy / "polyarchy.parquet"
    path.write_bytes(path.read_bytes()[:100])
    damaged = open_record(copy)
    assert len(damaged.verify()) == 1
    with pytest.raises(RecordError, match=r"table polyarchy .* cannot be read"):
        damaged.table("polyarchy")


def test_a_missing_file_is_named(copy: Path) -> None:
    (copy / "polyarchy.parquet").unlink()
    assert open_record(copy).verify() == ["table polyarchy: polyarchy.parquet is missing"]


@pytest.mark.parametrize(
    "content", ["", "{", "[]", '{"version": "1"}', '{"version": "1", "sha256": "", "tables": [{"name": "x"}]}']
)
def test_a_manifest_that_is_none_is_refused(copy: Path, content: str) -> None:
    (copy / MANIFEST).write_text(content, encoding="utf-8")
    with pytest.raises(RecordError, match="not a record's manifest"):
        open_record(copy)


def test_a_folder_without_a_record_says_so(tmp_path: Path) -> None:
    with pytest.raises(RecordError, match=r"there is no record in .* Name a folder that"):
        open_record(tmp_path)


def test_a_changed_raw_file_is_refused(raw: Path, tmp_path: Path) -> None:
    name = next(iter(catalog()["gml"].files))
    (tmp_path / name).parent.mkdir(parents=True)
    (tmp_path / name).write_bytes(b"changed")
    with pytest.raises(RecordError, match=r"source gml: .* has SHA-256 .* the catalog expects .*; .* is missing"):
        catalog()["gml"].read(tmp_path)


def test_a_restricted_source_never_enters_a_record(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="never holds restricted"):
        build_record(tmp_path, tmp_path / "out", licences=frozenset({"restricted"}))


def test_a_build_that_fails_leaves_the_old_record_as_it_was(copy: Path, tmp_path: Path) -> None:
    (tmp_path / "raw").mkdir()
    with pytest.raises(RecordError, match="is missing"):
        build_record(tmp_path / "raw", copy)
    assert open_record(copy).verify() == []


def test_a_build_touches_no_folder_that_holds_anything_else(raw: Path, tmp_path: Path) -> None:
    (tmp_path / "thesis.parquet").write_text("years of work")
    with pytest.raises(InputError, match=r"holds thesis\.parquet, which is no part of a record"):
        build_record(raw, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.parquet"]


def test_a_damaged_table_is_refused_when_it_is_read(copy: Path) -> None:
    path = copy / "polyarchy.parquet"
    content = bytearray(path.read_bytes())
    content[200] ^= 4
    path.write_bytes(content)
    with pytest.raises(RecordError, match=r"polyarchy .* not those the manifest describes"):
        open_record(copy).table("polyarchy")


def test_a_link_is_followed_and_a_device_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "real.txt").write_text("before")
    (tmp_path / "link.txt").symlink_to(tmp_path / "real.txt")
    write_file(tmp_path / "link.txt", lambda path: path.write_text("after"))
    assert (tmp_path / "link.txt").is_symlink()
    assert (tmp_path / "real.txt").read_text() == "after"
    write_file(Path(os.devnull), lambda path: path.write_text("gone"))
    assert not Path(os.devnull).is_file()


def test_codes_are_read_at_the_year_of_the_row() -> None:
    crosswalk = pl.DataFrame(
        {
            "year": [1989, 1990, 1990, 1991],
            "ccode": [260, 255, 260, 255],
            "gwcode": [260] * 4,
            "iso3": ["DEU"] * 4,
            "english_name": ["Germany"] * 4,
        }
    )
    rows = pl.DataFrame({"iso3": ["DEU", "DEU", "DEU", "WLD"], "year": [1989, 1990, 1991, 1991], "gdp": [1.0, 2.0, 3.0, 4.0]})
    translated = to_cow(rows, crosswalk)
    assert translated.sort("year").rows() == [(260, 1989, 1.0), (255, 1990, 2.0), (255, 1991, 3.0)]


def test_a_row_without_a_second_code_stays() -> None:
    crosswalk = pl.DataFrame({"year": [2000], "ccode": [2], "gwcode": [2], "iso3": ["USA"], "english_name": ["United States"]})
    rows = pl.DataFrame({"gwcode1": [2], "gwcode2": pl.Series([None], dtype=pl.Int64), "year": [2000]})
    assert to_cow(rows, crosswalk).rows() == [(2, 2, None, None, 2000)]


def test_a_gleditsch_ward_code_stays_with_the_cow_number_beside_it_and_no_row_drops_out() -> None:
    crosswalk = pl.DataFrame(
        {
            "year": [1990, 1990, 1991],
            "ccode": [260, 255, 255],
            "gwcode": [260] * 3,
            "iso3": ["DEU"] * 3,
            "english_name": ["Germany"] * 3,
        }
    )
    rows = pl.DataFrame({"gwcode": [260, 260, 751], "year": [1990, 1991, 1948], "iso3": ["DEU", "DEU", "XXX"]})
    translated = to_cow(rows, crosswalk)
    assert translated.columns == ["gwcode", "ccode", "year", "iso3"]
    assert translated.rows() == [(260, 255, 1990, "DEU"), (260, 255, 1991, "DEU"), (751, None, 1948, "XXX")]


def test_cow_numbers_that_a_source_gives_itself_are_kept() -> None:
    crosswalk = pl.DataFrame({"year": [1990], "ccode": [255], "gwcode": [260], "iso3": ["DEU"], "english_name": ["Germany"]})
    rows = pl.DataFrame({"gwcode": [260], "ccode": [260], "year": [1990]})
    assert to_cow(rows, crosswalk).rows() == [(260, 260, 1990)]


def test_no_row_of_a_table_with_gleditsch_ward_codes_dropped_out(record: Record) -> None:
    keyed = [table for table in record.tables.values() if {"gwcode", "gwcode1"} & set(table.columns)]
    assert {"armed_conflicts", "organized_violence", "gw_state_years", "leader_years", "polyarchy_gw"} <= {
        t.name for t in keyed
    }
    by_readers = {"terrain": 1, "exercise_participants": 9}  # the Vatican; names that are no states
    assert {table.name: table.dropped for table in keyed if table.dropped} == by_readers


def test_state_years_that_only_gleditsch_and_ward_list_are_kept_in_the_record(record: Record) -> None:
    hyderabad = record.table("armed_conflicts").filter(pl.any_horizontal(pl.col("gwcode1", "gwcode2") == 751))
    assert hyderabad.filter(gwcode1=751)["ccode1"].null_count() == hyderabad.filter(gwcode1=751).height > 0
    canada = record.table("gw_state_years").filter(pl.col("gwcode") == 20, pl.col("year") < 1920)
    assert canada["ccode"].null_count() == canada.height == 53
    assert record.table("economy_gw").filter(gwcode=20, year=1867)["ccode"].to_list() == [None]


def test_of_two_states_under_one_gleditsch_ward_code_the_one_that_goes_on_is_beside_it(record: Record) -> None:
    both = record.table("gw_state_years").filter(pl.col("gwcode").is_in([260, 678]), pl.col("year") == 1990)
    assert both.select("gwcode", "ccode").rows() == [(260, 255), (678, 679)]


def test_nothing_half_written_remains(tmp_path: Path) -> None:
    def fail(path: Path) -> None:
        path.write_text("half")
        raise OSError(28, "No space left on device")

    target = tmp_path / "out.csv"
    target.write_text("before")
    with pytest.raises(InputError, match="No space left on device"):
        write_file(target, fail)
    assert [path.name for path in tmp_path.iterdir()] == ["out.csv"]
    assert target.read_text() == "before"


@pytest.mark.parametrize("source", catalog().values(), ids=lambda source: source.id)
def test_every_source_has_its_provenance(source: Source) -> None:
    assert source.licence in LICENCES
    assert source.url.startswith(("https://", "http://"))
    assert source.first_year <= source.last_year
    assert source.citation
    assert source.terms
    assert source.bibtex.lstrip().startswith("@")
    if "untried" in source.version:  # no file of it has been seen, as it says
        assert source.licence == "restricted"
        assert not source.known
        return
    digests = source.known if source.licence == "restricted" else source.files
    facts_of_its_own = Path(sources.__file__).with_name(f"{source.id}.toml").is_file()
    assert bool(digests) != facts_of_its_own, "read from files of others, with checksums, or from facts in the package"
    assert all(len(digest) == 64 for digest in digests.values())
    assert bool(source.download) == (source.licence == "restricted")


SHIPPED = [source for source in catalog().values() if source.licence != "restricted"]


@pytest.mark.parametrize("source", SHIPPED, ids=lambda source: source.id)
def test_every_table_of_a_source_is_in_the_record_and_keeps_to_the_rules(source: Source, record: Record) -> None:
    for name in source.tables:
        assert record.tables[name].source == source.id
        assert list(faults(source, name, record.table(name))) == []


def test_the_manifest_is_plain_json(record: Record) -> None:
    content = json.loads((record.folder / MANIFEST).read_text(encoding="utf-8"))
    assert content["version"] == record.version
    assert len(content["tables"]) == len(record.tables)
