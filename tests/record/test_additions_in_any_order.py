"""Additions in any order: what is there in the end is what the files that were kept give when they are added to nothing.

A machine adds files, adds others in their place, removes, damages a manifest or a table, leaves what a killed run leaves, and
filters the record. After each step the data folder has the bytes that a new one would have, and the record says the same.
"""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from hypothesis.strategies import sampled_from

from foedus.errors import InputError, RecordError
from foedus.record.additions import add, add_declared, remove
from foedus.record.build import filter_record
from foedus.record.in_use import DATA_VARIABLE, RECORD_VARIABLE
from foedus.record.manifest import ADDED
from foedus.record.seal import sealed, unsealed
from foedus.record.store import Record, forget_opened, open_record
from tests.record.importing import BETWEEN, NMC
from tests.record.records import lay
from tests.record.test_declarations import BASES, DECLARATION

FILES = {
    "cow_nmc": (NMC, NMC.rsplit("CAN,20,1920", 1)[0], NMC.replace("3823", "4000")),
    "cow_wars": (BETWEEN, BETWEEN.replace("1940,10,23,1944", "1940,10,24,1944")),
    "bases": (BASES, BASES.replace("2,2000,3", "2,2000,4")),
}
"""Files that can be added of each source: a later one takes the place of an earlier one."""

Contents = dict[str, bytes]


def put(source: str, which: int, folder: Path) -> None:
    """Add a file to what lies in a folder."""
    with TemporaryDirectory() as beside:
        file, declaration = Path(beside, f"{source}.csv"), Path(beside, "bases.toml")
        file.write_bytes(FILES[source][which].encode())
        if source == "bases":
            declaration.write_text(DECLARATION, encoding="utf-8")
            add_declared(file, declaration, folder=folder, allow_unmatched=True)
        else:
            add(source, file, folder=folder)


def contents(folder: Path) -> Contents:
    """What a folder holds, by path; locks of the processes that write are none of it."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.parent != folder
    }


@cache
def from_nothing(source: str, which: int) -> Contents:
    """What an empty folder holds after one file has been added."""
    with TemporaryDirectory() as folder:
        put(source, which, Path(folder))
        return contents(Path(folder))


class Additions(RuleBasedStateMachine):
    """A data folder, and which file of each source is in it."""

    def __init__(self) -> None:
        super().__init__()
        self.place = TemporaryDirectory()
        self.folder = Path(self.place.name, "data")
        self.there: dict[str, int] = {}
        self.before = {name: os.environ.get(name) for name in (DATA_VARIABLE, RECORD_VARIABLE)}

    @initialize()
    def begin(self) -> None:
        os.environ[DATA_VARIABLE] = str(self.folder)
        forget_opened()

    def teardown(self) -> None:
        for name, value in self.before.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value
        forget_opened()
        self.place.cleanup()

    @rule(source=sampled_from(sorted(FILES)), which=sampled_from((0, 1)))
    def add(self, source: str, which: int) -> None:
        put(source, which, self.folder)
        self.there[source] = which

    @rule(source=sampled_from(sorted(FILES)))
    def remove(self, source: str) -> None:
        if source in self.there:
            remove(source, folder=self.folder)
            del self.there[source]
        else:
            with pytest.raises(InputError, match="has not been added"):
                remove(source, folder=self.folder)

    @rule(source=sampled_from(sorted(FILES)), cut=sampled_from((0, 40, -2)), mended=sampled_from(("added again", "removed")))
    def damage(self, source: str, cut: int, mended: str) -> None:
        """A manifest that is cut short is named, and gone when its file is added again, or the source removed."""
        if source not in self.there:
            return
        manifest = self.folder / source / ADDED
        manifest.write_bytes(manifest.read_bytes()[:cut])
        forget_opened()
        with pytest.raises(RecordError, match=f"foedus record remove {source}"):
            open_record()
        if mended == "removed":
            self.remove(source)
        else:
            self.add(source, self.there[source])

    @rule(source=sampled_from(sorted(FILES)))
    def lose_a_table(self, source: str) -> None:
        """A table that is gone is named by verify; a file added again brings it back."""
        if source not in self.there:
            return
        next((self.folder / source).glob("*.parquet")).unlink()
        forget_opened()
        assert any(f"foedus record add {'PATH' if source == 'bases' else source}" in fault for fault in open_record().verify())
        remove(source, folder=self.folder)
        self.add(source, self.there[source])

    @rule(source=sampled_from(sorted(FILES)))
    def leave_what_a_killed_run_leaves(self, source: str) -> None:
        """A table that no manifest speaks of is no part of anything, and gone when the next file is added."""
        (self.folder / source).mkdir(parents=True, exist_ok=True)
        (self.folder / source / f"lost-{'0' * 16}.parquet").write_bytes(b"half")
        self.add("cow_nmc", 2)

    @rule()
    def forget(self) -> None:
        """As another process begins: nothing is remembered."""
        forget_opened()

    @invariant()
    def holds_what_adding_to_nothing_gives(self) -> None:
        expected: Contents = {}
        for source, which in self.there.items():
            expected |= from_nothing(source, which)
        assert (contents(self.folder) if self.folder.is_dir() else {}) == expected
        opened, shipped = open_record(), open_record(additions=False)
        assert [each.source.id for each in opened.additions] == sorted(self.there)
        assert opened.sha256 == shipped.sha256
        assert set(opened.tables) - set(shipped.tables) == {table.name for each in opened.additions for table in each.tables}


@pytest.mark.parametrize(
    ("runs", "steps"),
    [pytest.param(3, 12, id="few"), pytest.param(8, 40, id="many", marks=[pytest.mark.slow, pytest.mark.release])],
)
def test_additions_in_any_order_are_as_if_made_from_nothing(runs: int, steps: int) -> None:
    chosen = settings(max_examples=runs, stateful_step_count=steps, deadline=None)
    run_state_machine_as_test(Additions, settings=chosen)


def test_what_is_added_stays_out_of_a_filtered_record_and_lies_over_it(
    record: Record, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = lay(tmp_path / "small", record, ["state_years", "polyarchy"])
    put("cow_nmc", 0, data)
    monkeypatch.setenv(RECORD_VARIABLE, str(small))
    before = {path.name: path.read_bytes() for path in small.glob("*.parquet")}
    licences = frozenset(table.licence for table in open_record(additions=False).tables.values())
    filtered = filter_record(tmp_path / "filtered", licences=licences)
    assert {path.name: path.read_bytes() for path in filtered.folder.glob("*.parquet")} == before
    assert filtered.additions == ()
    over = open_record(filtered.folder)
    assert set(over.tables) == {"state_years", "polyarchy", "material_capabilities"}
    assert over.verify() == []


def rewritten(folder: Path, source: str, change: dict[str, object]) -> None:
    """Write a manifest as another release of foedus would have."""
    manifest = folder / source / ADDED
    content = {**unsealed(manifest.read_bytes()), **change}
    content.pop("seal", None)
    manifest.write_text(sealed(json.dumps(content, indent=1) + "\n"), encoding="utf-8")
    forget_opened()


def test_an_addition_of_a_source_that_the_catalog_no_longer_has_is_named_and_can_be_removed(data: Path) -> None:
    """A catalogue newer than the addition: its source has gone, or has another name."""
    put("cow_nmc", 0, data)
    shutil.move(data / "cow_nmc", data / "cow_capabilities")
    forget_opened()
    with pytest.raises(RecordError, match="`foedus record remove cow_capabilities`"):
        open_record()
    assert open_record(additions=False).additions == ()
    remove("cow-capabilities")
    assert open_record().additions == ()


def test_an_addition_whose_table_the_record_has_by_now_is_named_and_can_be_removed(data: Path) -> None:
    """A record newer than the addition: it ships a table of that name."""
    put("cow_nmc", 0, data)
    (table,) = unsealed((data / "cow_nmc" / ADDED).read_bytes())["tables"]
    rewritten(data, "cow_nmc", {"tables": [{**table, "name": "polyarchy"}]})
    with pytest.raises(RecordError, match=r"two sources have a table polyarchy.*`foedus record remove cow_nmc`"):
        open_record()
    remove("cow-nmc")
    assert "polyarchy" in open_record().tables


def test_a_declared_source_written_by_an_earlier_foedus_lacks_what_came_later_and_opens(data: Path) -> None:
    put("bases", 0, data)
    (before,) = open_record().additions
    source = unsealed((data / "bases" / ADDED).read_bytes())["source"]
    older = {key: value for key, value in source.items() if key != "lists"} | {"colour": "of a later one"}
    rewritten(data, "bases", {"source": older})
    (after,) = open_record().additions
    assert after.source == replace(before.source, lists=())
