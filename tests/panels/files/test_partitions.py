"""A large panel is a folder of parts that appears whole or not at all."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pyarrow.dataset
import pytest

from foedus.errors import InputError
from foedus.panels.files.partitions import write_partitions

METADATA = {"foedus": json.dumps({"record": {"version": "drawn"}})}
Part = tuple[dict[str, int], pl.DataFrame]


def parts(*years: int) -> Iterator[Part]:
    for year in years:
        yield {"year": year}, pl.DataFrame({"ccode": [2, 20], "year": [year, year], "x": [year / 2, None]})


def test_parts_are_filed_under_their_keys_and_read_back_whole(tmp_path: Path) -> None:
    assert write_partitions(tmp_path / "days", parts(1946, 1947), METADATA) == 4
    files = sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.parquet"))
    assert files == ["days/year=1946/part-0.parquet", "days/year=1947/part-0.parquet"]
    read = pl.scan_parquet(tmp_path / "days", hive_partitioning=True).sort("year", "ccode").collect()
    assert read.select("ccode", "year", "x").rows() == [(2, 1946, 973.0), (20, 1946, None), (2, 1947, 973.5), (20, 1947, None)]
    assert pyarrow.dataset.dataset(tmp_path / "days", partitioning="hive").to_table().num_rows == 4
    for file in files:
        assert pl.read_parquet_metadata(tmp_path / file)["foedus"] == METADATA["foedus"]


def test_parts_of_the_same_keys_stand_side_by_side(tmp_path: Path) -> None:
    write_partitions(tmp_path / "days", [*parts(1946), *parts(1946)], METADATA)
    assert sorted(path.name for path in (tmp_path / "days/year=1946").iterdir()) == ["part-0.parquet", "part-1.parquet"]


def test_two_keys_make_two_levels(tmp_path: Path) -> None:
    write_partitions(tmp_path / "days", [({"year": 1946, "month": 3}, pl.DataFrame({"x": [1]}))], METADATA)
    assert pl.read_parquet(tmp_path / "days", hive_partitioning=True).rows() == [(1, 1946, 3)]


def test_a_part_is_written_before_the_next_is_made(tmp_path: Path) -> None:
    def watched() -> Iterator[Part]:
        for count, part in enumerate(parts(1946, 1947, 1948)):
            assert len(list(tmp_path.rglob("*.parquet"))) == count
            assert not (tmp_path / "days").exists(), "the folder has its name only when it is whole"
            yield part

    write_partitions(tmp_path / "days", watched(), METADATA)


@pytest.mark.parametrize("fault", [InputError("no such variable"), KeyboardInterrupt(), OSError(28, "No space left on device")])
def test_a_run_that_fails_leaves_nothing(fault: BaseException, tmp_path: Path) -> None:
    def failing() -> Iterator[Part]:
        yield from parts(1946)
        raise fault

    with pytest.raises(InputError if isinstance(fault, OSError) else type(fault)):
        write_partitions(tmp_path / "days", failing(), METADATA)
    assert list(tmp_path.iterdir()) == []


def test_an_empty_folder_is_filled_and_a_full_one_refused(tmp_path: Path) -> None:
    (tmp_path / "days").mkdir()
    write_partitions(tmp_path / "days", parts(1946), METADATA)
    with pytest.raises(InputError, match="not empty"):
        write_partitions(tmp_path / "days", parts(1947), METADATA)
    assert [path.name for path in (tmp_path / "days").iterdir()] == ["year=1946"]


def test_the_same_parts_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        write_partitions(tmp_path / name, parts(1946), METADATA)
    assert (tmp_path / "one/year=1946/part-0.parquet").read_bytes() == (tmp_path / "two/year=1946/part-0.parquet").read_bytes()


def test_parts_that_no_reader_could_join_are_a_fault(tmp_path: Path) -> None:
    other = ({"year": 1947}, pl.DataFrame({"ccode": [2], "y": [1]}))
    with pytest.raises(ValueError, match="other keys, columns or types"):
        write_partitions(tmp_path / "days", [*parts(1946), other], METADATA)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("place", "words"), [("nowhere/days", "does not exist"), ("file", "it is a file")])
def test_a_folder_that_cannot_be_made_is_refused(place: str, words: str, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match=words):
        write_partitions(tmp_path / place, parts(1946), METADATA)


def test_no_rows_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no rows"):
        write_partitions(tmp_path / "days", [], METADATA)
    assert list(tmp_path.iterdir()) == []
