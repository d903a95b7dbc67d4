"""The record with what a user has added: what it says of it, damage and its remedy, the commands."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from foedus.errors import InputError, RecordError
from foedus.record.additions import add, remove
from foedus.record.manifest import ADDED, Addition
from foedus.record.store import Record, forget_opened, open_record
from tests.record.importing import BETWEEN, NMC, table


def test_a_record_says_which_imported_files_it_rests_on(record: Record, data: Path, file: Callable[..., Path]) -> None:
    added = add("cow-nmc", file(NMC))
    opened = open_record()
    assert (opened.version, opened.sha256) == (record.version, record.sha256)
    assert [each.as_dict() for each in opened.additions] == [
        {"source": "cow_nmc", "raw_sha256": [added.files[0].sha256], "sha256": added.sha256}
    ]
    assert opened.tables["material_capabilities"].licence == "restricted"
    assert opened.verify() == []
    assert open_record(additions=False).additions == ()
    assert "material_capabilities" not in open_record(additions=False).tables


def test_a_built_record_never_holds_additions(raw: Path, data: Path, file: Callable[..., Path], tmp_path: Path) -> None:
    from foedus.record.build import build_record

    add("cow-nmc", file(NMC))
    built = build_record(raw, tmp_path / "built", licences=frozenset({"open"}))
    assert built.additions == ()
    assert "material_capabilities" not in built.tables
    assert not list((tmp_path / "built").glob("material*"))


def test_the_same_file_gives_the_same_bytes(data: Path, file: Callable[..., Path], tmp_path: Path) -> None:
    def contents(addition: Addition) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in addition.folder.iterdir()}

    first = contents(add("cow-nmc", file(NMC), folder=tmp_path / "one"))
    second = contents(add("cow-nmc", file(NMC, "another name.csv"), folder=tmp_path / "two"))
    assert first == second


def test_a_release_foedus_was_not_tested_with_is_accepted_and_known_as_such(data: Path, file: Callable[..., Path]) -> None:
    assert len(add("cow-nmc", file(NMC)).unknown_files()) == 1


@pytest.fixture
def imported(data: Path, file: Callable[..., Path]) -> Path:
    """The Parquet file of an imported table."""
    addition = add("cow-nmc", file(NMC))
    return addition.path(addition.tables[0])


def test_a_damaged_addition_is_named_with_the_remedy(imported: Path) -> None:
    content = bytearray(imported.read_bytes())
    content[len(content) // 2] ^= 1
    imported.write_bytes(content)
    forget_opened()
    (fault,) = open_record().verify()
    for message in (fault, _unreadable()):
        assert "material_capabilities" in message
        assert "foedus record add cow_nmc PATH" in message
        assert "foedus record remove cow_nmc" in message


def _unreadable() -> str:
    with pytest.raises(RecordError) as refused:
        table("material_capabilities")
    return str(refused.value)


def test_a_missing_table_of_an_addition_is_named(imported: Path) -> None:
    imported.unlink()
    forget_opened()
    assert "is missing. Add the file again" in open_record().verify()[0]


@pytest.mark.parametrize("content", ["", "{", "[]", '{"schema": "foedus/added/0"}', '{"schema": "foedus/added/1"}', "null"])
def test_a_damaged_manifest_is_named_and_can_be_removed_or_replaced(
    content: str, imported: Path, file: Callable[..., Path]
) -> None:
    (imported.parent / ADDED).write_text(content, encoding="utf-8")
    forget_opened()
    with pytest.raises(RecordError, match=r"added\.json is not the manifest .* `foedus record remove cow_nmc`"):
        open_record()
    add("cow-nmc", file(NMC))
    assert open_record().verify() == []
    (imported.parent / ADDED).write_text(content, encoding="utf-8")
    remove("cow-nmc")
    assert not imported.parent.exists()


def test_removing_leaves_what_is_not_ours(imported: Path) -> None:
    (imported.parent / "notes.txt").write_text("mine")
    remove("cow-nmc")
    assert [path.name for path in imported.parent.iterdir()] == ["notes.txt"]
    assert open_record().additions == ()


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="needs a user whom permissions bind")
def test_a_folder_that_cannot_be_written_is_reported(data: Path, file: Callable[..., Path]) -> None:
    data.mkdir()
    data.chmod(stat.S_IRUSR | stat.S_IXUSR)
    with pytest.raises(InputError, match="FOEDUS_DATA may name another"):
        add("cow-nmc", file(NMC))


def test_a_data_folder_that_is_a_file_is_reported(file: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOEDUS_DATA", str(file("x", "data.txt")))
    with pytest.raises(InputError, match="FOEDUS_DATA may name another"):
        add("cow-nmc", file(NMC))


def test_what_is_missing_of_a_source_of_several_files_is_said(data: Path, file: Callable[..., Path]) -> None:
    add("cow-wars", file(BETWEEN))
    with pytest.raises(InputError, match=r"Intra-StateWarData_v4\.1\.csv.*foedus record add cow-wars PATH"):
        table("intrastate_war_years")


def test_the_commands_add_list_verify_and_remove(data: Path, file: Callable[..., Path], tmp_path: Path) -> None:
    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "foedus", "record", *arguments]
        return subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=False)

    file(NMC, "nmc.csv")
    done = run("add", "cow-nmc", "nmc.csv")
    assert done.stdout == "cow_nmc: material_capabilities, 2 rows; 1 row of non-members left out\n"
    assert "not the release foedus was tested with" in done.stderr
    assert "Singer" in done.stderr
    assert "material_capabilities,cow_nmc,restricted,2,1816,2022,true" in run("list").stdout
    assert "added by you: cow_nmc" in run("verify").stdout
    assert run("remove", "cow-nmc").returncode == 0
    assert "cow_nmc" not in run("list").stdout
    assert not (data / "cow_nmc").exists()
    for arguments, word in [
        (["add", "cow-nmc"], "name the file as well"),
        (["add", "cow-nmc", "nowhere.csv"], "there is no such file"),
        (["add", "a.csv", "b.csv", "--declare", "c.toml"], "name the file alone"),
        (["remove", "cow-nmc"], "Nothing has been added"),
    ]:
        refused = run(*arguments)
        assert (refused.returncode, refused.stdout) == (2, "")
        assert word in refused.stderr
