"""What is verified is what is served: no byte changes unseen, and no folder can call itself the official record."""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import subprocess
import sys
import zipfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from foedus.errors import InputError, RecordError
from foedus.record import pinned, store
from foedus.record.build import filter_record
from foedus.record.in_use import MANIFEST, RECORDS, SOURCES, located, read_sources, unpacked
from foedus.record.manifest import record_sha256
from foedus.record.seal import unsealed
from foedus.record.source import catalog
from foedus.record.store import Record, content_sha256, forget_opened, open_record
from tests.record.records import digest, lay, write


def manifest(folder: Path) -> dict[str, Any]:
    return unsealed((folder / MANIFEST).read_bytes())


@pytest.fixture
def small(record: Record, tmp_path: Path) -> Path:
    """A record of two small tables."""
    return lay(tmp_path / "small", record, ["major_powers", "nuclear_status"])


def forged(folder: Path, name: str = "major_powers") -> tuple[str, pl.DataFrame]:
    """Replace a table by another, of one row less; return the hash of its file, and what it holds."""
    frame = pl.read_parquet(folder / f"{name}.parquet").head(-1)
    frame.write_parquet(folder / f"{name}.parquet")
    return hashlib.sha256((folder / f"{name}.parquet").read_bytes()).hexdigest(), frame


# ------------------------------------------------------------------------------------------------------- the manifest


def test_every_flipped_bit_of_a_manifest_is_seen(small: Path) -> None:
    content = (small / MANIFEST).read_bytes()
    for place in range(len(content)):
        for bit in range(8):
            flipped = bytearray(content)
            flipped[place] ^= 1 << bit
            with pytest.raises(ValueError, match="seal"):
                unsealed(bytes(flipped))


def test_a_flipped_byte_of_a_manifest_stops_the_record_from_opening(small: Path) -> None:
    content = (small / MANIFEST).read_bytes()
    for place in range(0, len(content), 7):
        flipped = bytearray(content)
        flipped[place] ^= 1
        (small / MANIFEST).write_bytes(flipped)
        forget_opened()
        with pytest.raises(RecordError, match=r"record\.json is not a record's manifest \(.*seal"):
            open_record(small)


def test_a_vanished_entry_is_seen_though_the_manifest_is_sealed_again(small: Path) -> None:
    content = manifest(small)
    write(small, {**content, "tables": content["tables"][:1]})
    with pytest.raises(RecordError, match="the record's hash is not that of its tables"):
        open_record(small)
    write(small, {**content, "tables": content["tables"][:1], "sha256": digest(content["tables"][:1])})
    assert open_record(small).verify() == [f"no entry of {small} knows nuclear_status.parquet"]


@pytest.mark.parametrize("change", [{"rows": 1}, {"columns": ["ccode"]}, {"columns": ["year", "ccode", "ccode"]}])
def test_rows_and_columns_are_counted_again(small: Path, change: dict[str, Any]) -> None:
    content = manifest(small)
    content["tables"][0] |= change
    write(small, content)
    assert open_record(small).verify() == [
        "table major_powers: major_powers.parquet has other rows or columns than the manifest says"
    ]


@pytest.mark.parametrize("name", ["../evil", "/etc/passwd", "a b", "", "a.b"])
def test_no_table_has_a_name_that_leads_elsewhere(small: Path, name: str) -> None:
    content = manifest(small)
    content["tables"][0]["name"] = name
    write(small, {**content, "sha256": digest(content["tables"])})
    with pytest.raises(RecordError, match="is no name of a table"):
        open_record(small)


def test_a_file_that_no_entry_knows_is_named(small: Path) -> None:
    (small / "notes.txt").write_text("mine")
    (small / "more").mkdir()
    assert open_record(small).verify() == [f"no entry of {small} knows more, notes.txt"]


# ------------------------------------------------------------------------------------------------------- the tables


def test_a_table_replaced_with_the_hash_of_its_file_is_seen_when_it_is_read_and_verified(small: Path) -> None:
    """The record still says that it is the official one: the hash of what its tables hold is what it was."""
    content = manifest(small)
    file_sha256, frame = forged(small)
    content["tables"][0] |= {"file_sha256": file_sha256, "rows": frame.height}
    write(small, content)
    opened = open_record(small)
    assert opened.sha256 == content["sha256"]
    assert opened.verify() == ["table major_powers: what major_powers.parquet holds has another hash than the manifest says"]
    with pytest.raises(RecordError, match=r"major_powers .* another hash than the manifest says"):
        opened.table("major_powers")
    assert opened.table("nuclear_status").height, "the other one is what it was"


def test_a_table_replaced_with_all_of_its_line_is_another_record(small: Path) -> None:
    content = manifest(small)
    file_sha256, frame = forged(small)
    content["tables"][0] |= {"file_sha256": file_sha256, "rows": frame.height, "content_sha256": content_sha256(frame)}
    write(small, content)
    with pytest.raises(RecordError, match="the record's hash is not that of its tables"):
        open_record(small)
    write(small, {**content, "sha256": digest(content["tables"])})
    assert open_record(small).sha256 != content["sha256"]
    assert open_record(small).verify() == []


def test_the_hash_of_a_record_is_that_of_its_tables_as_the_decision_has_it(record: Record) -> None:
    assert record.sha256 == digest([asdict(table) for table in record.tables.values()]) == pinned.SHA256
    assert record.sha256 == record_sha256(record.tables.values())
    assert record.version == pinned.VERSION


def test_another_record_in_the_place_of_the_one_that_ships_is_refused(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (store, pinned):
        monkeypatch.setattr(module, "SHIPPED", small)
    with pytest.raises(RecordError, match=f"is not the one that this foedus ships .*{pinned.SHA256}"):
        open_record(small)


def test_the_manifest_of_the_one_that_ships_is_that_of_the_list(record: Record, monkeypatch: pytest.MonkeyPatch) -> None:
    """A table's terms, sealed again, change no hash of what it holds."""
    forget_opened()
    monkeypatch.setattr(pinned, "listed", lambda path: path.name != MANIFEST)
    with pytest.raises(RecordError, match="or its manifest is another"):
        open_record(record.folder, additions=False)
    forget_opened()


# ------------------------------------------------------------------------------------------------- the package's files


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of the package that are no code, with the list of them."""
    place = tmp_path_factory.mktemp("package") / "foedus"
    shutil.copytree(pinned.PACKAGE, place, ignore=shutil.ignore_patterns("*.py", "__pycache__", "*.parquet"))
    (place / pinned.SUMS.name).write_text(pinned.sums(place), encoding="utf-8")
    return place


def test_the_package_is_what_its_list_says() -> None:
    assert pinned.package_faults() == [], "`make docs` writes the list of the package's files"


COVERED = ("codebook/states.toml", "record/aliases.toml", "record/catalog/disputes.toml", "assessment/claims/essay.toml")
COVERED += ("validation/results/manifest.json", "validation/preregistered.toml", "world.toml", "record/sources/documents.toml")


def test_the_list_names_codebook_catalog_aliases_claims_results_and_what_is_set_down() -> None:
    listed = {line.split("  ")[1] for line in pinned.SUMS.read_text(encoding="utf-8").splitlines()}
    assert set(COVERED) <= listed
    assert {"record/tables/record.json", "validation/forecasts/2027.parquet"} <= listed


def test_one_flipped_byte_of_each_file_of_the_package_is_seen(package: Path) -> None:
    draw = random.Random(18)
    for line in (package / pinned.SUMS.name).read_text(encoding="utf-8").splitlines():
        path = package / line.split("  ")[1]
        content = path.read_bytes()
        if not content:
            continue
        flipped = bytearray(content)
        flipped[draw.randrange(len(content))] ^= 1 << draw.randrange(8)
        path.write_bytes(flipped)
        assert not _is_listed(package, path)
        path.write_bytes(content)
        assert _is_listed(package, path)
    assert pinned.package_faults(package) == []


def _is_listed(package: Path, path: Path) -> bool:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pinned, "PACKAGE", package)
        patch.setattr(pinned, "SUMS", package / pinned.SUMS.name)
        return pinned.listed(path)


def test_a_damaged_a_missing_and_an_unknown_file_of_the_package_are_named(package: Path, tmp_path: Path) -> None:
    place = Path(shutil.copytree(package, tmp_path / "foedus"))
    (place / "codebook/states.toml").write_text("[a]\n")
    (place / "world.toml").unlink()
    (place / "codebook/mine.toml").write_text("[b]\n")
    assert pinned.package_faults(place) == [
        "world.toml is missing",
        "codebook/states.toml is not the file that ships (damaged or replaced)",
        "codebook/mine.toml: no entry of SHA256SUMS knows this file",
    ]


def test_every_flipped_byte_of_the_list_itself_is_seen(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text("a = 1\n")
    (tmp_path / "b.toml").write_text("b = 1\n")
    content = pinned.sums(tmp_path).encode()
    for place in range(len(content)):
        flipped = bytearray(content)
        flipped[place] ^= 1
        (tmp_path / pinned.SUMS.name).write_bytes(flipped)
        assert pinned.package_faults(tmp_path), place
    (tmp_path / pinned.SUMS.name).write_bytes(content)
    assert pinned.package_faults(tmp_path) == []


# ------------------------------------------------------------------------------------------------------- earlier records


@pytest.fixture
def wheel(record: Record, tmp_path: Path) -> Path:
    """A wheel of an earlier foedus: two tables, and a catalog in which one source ended sooner."""
    lay(tmp_path / "old", record, ["major_powers", "polyarchy"])
    path = tmp_path / "foedus-0.0.9-py3-none-any.whl"
    entry = 'producer = "P"\n[vdem_polyarchy]\nversion = "14"\nlast_year = 2001\ncitation = "Then."\n'
    entry += '[vdem_polyarchy.keys]\nx = ["y"]\n'
    with zipfile.ZipFile(path, "w") as archive:
        for each in sorted((tmp_path / "old").iterdir()):
            archive.write(each, f"foedus/record/tables/{each.name}")
        archive.writestr("foedus/record/catalog/regimes.toml", entry)
    return path


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FOEDUS_DATA", str(tmp_path / "data"))
    return tmp_path / "data"


def test_a_wheel_gives_its_record_and_from_then_on_its_version_and_its_hash_do(wheel: Path, data: Path, record: Record) -> None:
    with pytest.raises(InputError, match=rf"no record 2026\.10 is at hand \(there is {pinned.VERSION}\)"):
        located("2026.10")
    opened = open_record(wheel)
    assert opened.version == "2026.10"
    assert opened.table("polyarchy").equals(record.table("polyarchy"))
    assert opened.verify() == []
    assert located("2026.10") == located(opened.sha256) == located(opened.sha256[:8]) == opened.folder
    assert located(pinned.VERSION) == pinned.SHIPPED


def test_a_record_from_a_wheel_speaks_for_the_years_and_versions_of_its_own_time(wheel: Path, data: Path) -> None:
    told = read_sources(unpacked(wheel))
    assert told == {"vdem_polyarchy": {"producer": "P", "version": "14", "citation": "Then.", "last_year": 2001}}


def test_two_records_of_one_version_are_told_apart_by_their_hash(
    wheel: Path, data: Path, record: Record, tmp_path: Path
) -> None:
    first = open_record(wheel)
    lay(data / RECORDS / "2026.10-other", record, ["major_powers"])
    with pytest.raises(InputError, match=r"there are 2 records 2026\.10: name one by its hash") as refused:
        located("2026.10")
    assert first.sha256 in str(refused.value)


def test_a_wheel_with_a_flipped_byte_is_refused_and_leaves_nothing(wheel: Path, data: Path, tmp_path: Path) -> None:
    content = bytearray(wheel.read_bytes())
    place = content.index(b"PAR1") + 300
    content[place] ^= 1
    wheel.write_bytes(content)
    with pytest.raises(RecordError, match="is damaged"):
        unpacked(wheel)
    assert not list((data / RECORDS).iterdir())


def test_a_zip_without_a_record_says_so(tmp_path: Path, data: Path) -> None:
    with zipfile.ZipFile(tmp_path / "other.zip", "w") as archive:
        archive.writestr("readme.txt", "nothing")
    with pytest.raises(RecordError, match="holds no record: name a wheel of foedus, a bundle, or a folder"):
        unpacked(tmp_path / "other.zip")
    (tmp_path / "no.zip").write_bytes(b"PK\3\4nothing")
    with pytest.raises(RecordError, match="is damaged"):
        unpacked(tmp_path / "no.zip")


def test_a_record_that_is_written_says_what_its_sources_were(tmp_path: Path) -> None:
    kept = filter_record(tmp_path / "open")
    told = read_sources(kept.folder)
    assert set(told) == {table.source for table in kept.tables.values()}
    assert told["vdem_polyarchy"]["last_year"] == catalog()["vdem_polyarchy"].last_year
    content = bytearray((kept.folder / SOURCES).read_bytes())
    content[len(content) // 2] ^= 1
    (kept.folder / SOURCES).write_bytes(content)
    assert kept.verify() == [f"{SOURCES} is damaged"]


def test_the_option_names_a_record_for_every_command(wheel: Path, data: Path) -> None:
    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([sys.executable, "-m", "foedus", *arguments], capture_output=True, text=True, check=False)

    done = run("variables", "polyarchy", "--record", str(wheel))
    assert "2001" in done.stdout
    assert run("record", "list", "--record", "2026.10").stdout.count("\n") == 3
    assert "no record 2026.09 is at hand (there is 2026.10, 2026.11)" in run("record", "list", "--record", "2026.09").stderr


@pytest.mark.slow
def test_a_record_of_the_package_that_is_damaged_or_not_pinned_is_built_again_in_its_place(raw: Path, tmp_path: Path) -> None:
    """In a copy of the package: the pin of another record, then a manifest and half of the tables gone, as after a kill."""
    package = Path(
        shutil.copytree(pinned.PACKAGE, tmp_path / "src/foedus", ignore=shutil.ignore_patterns("__pycache__"), symlinks=True)
    )
    tables, code = package / "record/tables", package / "record/pinned.py"
    before = {path.name: path.read_bytes() for path in tables.iterdir()}
    text = code.read_text(encoding="utf-8")
    code.write_text(text.replace(pinned.SHA256, "0" * 64), encoding="utf-8")

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "PYTHONPATH": str(tmp_path / "src")}
        command = [sys.executable, "-m", "foedus", "record", *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path, env=environment)

    assert "is not the one that this foedus ships" in run("list").stderr
    (tables / MANIFEST).unlink()
    for path in sorted(tables.iterdir())[::2]:
        path.unlink()
    done = run("build", "--raw", str(raw), "-o", str(tables))
    assert done.returncode == 0, done.stderr
    assert {path.name: path.read_bytes() for path in tables.iterdir()} == before
    assert code.read_text(encoding="utf-8") == text
    assert "That record is the one that this foedus ships" in run("verify").stdout
