"""A record is built from raw files, whole or one source at a time, and rows that break the rules stop it."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from foedus.errors import InputError, RecordError
from foedus.record.build import build_record
from foedus.record.in_use import MANIFEST
from foedus.record.source import Source
from foedus.record.store import Record, forget_opened, open_record

ALONE = ("warheads", "gml")
"""Two sources in another order than that of the catalog."""


@pytest.fixture
def altered(monkeypatch: pytest.MonkeyPatch, record: Record) -> None:
    """Every source reads what the record has of it, so that no raw file is needed; of warheads, one row twice."""

    def read(source: Source, raw: Path) -> dict[str, pl.DataFrame]:
        tables = {name: record.table(name) for name in source.tables}
        return {"warheads": pl.concat([tables["warheads"], tables["warheads"].head(1)])} if source.id == "warheads" else tables

    monkeypatch.setattr(Source, "faults", lambda source, raw: [])
    monkeypatch.setattr(Source, "read", read)


def test_one_source_is_built_into_a_copy_of_the_record(raw: Path, record: Record, tmp_path: Path) -> None:
    built = build_record(raw, tmp_path / "copy", sources=ALONE)
    assert list(built.tables) == list(record.tables), "in the order of the catalog, whatever was read"
    assert built.sha256 == record.sha256
    assert built.verify() == []


def test_what_is_not_read_comes_from_the_record_in_use(
    altered: None, record: Record, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = build_record(tmp_path, tmp_path / "open", licences=frozenset({"open"}), sources=["radar_sites"])
    assert {table.licence for table in small.tables.values()} == {"open"}
    assert small.verify() == [], "no file of another licence was copied"
    monkeypatch.setenv("FOEDUS_RECORD", str(small.folder))
    forget_opened()
    assert not set(open_record(additions=False).tables) & {"dispute_dyad_years"}
    with_disputes = build_record(tmp_path, tmp_path / "more", sources=["gml"])
    assert set(with_disputes.tables) == {*small.tables, "dispute_dyad_years", "dispute_participants"}
    assert with_disputes.table("dispute_dyad_years").equals(record.table("dispute_dyad_years"))


def test_a_source_is_built_in_place(altered: None, record: Record, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copy = build_record(tmp_path, tmp_path / "copy", sources=["gml"])
    monkeypatch.setenv("FOEDUS_RECORD", str(copy.folder))
    forget_opened()
    assert build_record(tmp_path, copy.folder, sources=["gml"]).sha256 == record.sha256


def test_rows_that_break_the_rules_stop_the_build_and_nothing_is_written(altered: None, tmp_path: Path) -> None:
    with pytest.raises(RecordError, match="warheads, table warheads: 2 rows share their ccode, year with another"):
        build_record(tmp_path, tmp_path / "copy", sources=["gml", "warheads"])
    assert not (tmp_path / "copy" / MANIFEST).exists()


def test_a_source_that_is_none_or_is_never_built_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no source that is built is called 'gmll'\. Did you mean gml\?"):
        build_record(tmp_path, tmp_path / "copy", sources=["gml", "gmll"])
    with pytest.raises(InputError, match="'cow_nmc'"):
        build_record(tmp_path, tmp_path / "copy", sources=["cow_nmc"])


def test_a_damaged_record_is_not_copied(altered: None, record: Record, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copy = build_record(tmp_path, tmp_path / "copy", sources=["gml"])
    (copy.folder / "polyarchy.parquet").write_bytes(b"")
    monkeypatch.setenv("FOEDUS_RECORD", str(copy.folder))
    forget_opened()
    with pytest.raises(RecordError, match="cannot be copied: table polyarchy"):
        build_record(tmp_path, tmp_path / "again", sources=["gml"])
