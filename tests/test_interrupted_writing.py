"""Whatever interrupts foedus at whatever step, a reader finds what was there or what is there now, and nothing is in the way.

The decision that this tests is in `record/writing.py`. Slow: the same with real kills.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from foedus.errors import InputError
from foedus.record import writing
from foedus.record.store import forget_opened, open_record
from foedus.record.writing import LOCK, check_new_folder, check_target, clear_litter, held, new_folder, write_file, write_text
from tests.interruptions import Scenario, fail, finish, press, steps, watched
from tests.record.importing import BETWEEN, NMC
from tests.record.records import lay
from tests.scenarios import FILE, FOLDER, PANEL, SCENARIOS

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(autouse=True)
def _surroundings(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Leave the environment as it was: scenarios have folders of their own."""
    for name in ("FOEDUS_DATA", "FOEDUS_CACHE", "FOEDUS_RECORD"):
        monkeypatch.setenv(name, os.environ.get(name, ""))
    monkeypatch.delenv("FOEDUS_RECORD")
    yield
    monkeypatch.undo()
    forget_opened()


def test_the_root_of_the_file_system_is_never_mended() -> None:
    assert not writing.mend(Path("/"))


QUICK = (FILE, FOLDER, PANEL)
"""Scenarios in which a key is pressed at every step as well."""


@pytest.mark.parametrize(
    ("scenario", "happen"),
    [*((scenario, fail) for scenario in SCENARIOS), *((scenario, press) for scenario in QUICK)],
    ids=lambda each: each.name if isinstance(each, Scenario) else each.__name__,
)
def test_an_interruption_at_any_step_leaves_the_old_or_the_new_whole(
    scenario: Scenario, happen: Callable[[], None], tmp_path: Path
) -> None:
    count = steps(scenario, tmp_path / "whole")
    assert count > 3
    (tmp_path / "before").mkdir()
    scenario.prepare(tmp_path / "before")
    for number in range(count):
        place = Path(shutil.copytree(tmp_path / "before", tmp_path / str(number)))
        with watched(place, number, happen), suppress(OSError, InputError, KeyboardInterrupt):
            scenario.act(place)
        assert scenario.check(place) in {"old", "new"}, f"step {number}"
        finish(scenario, place)


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="kills children of a process that is forked")
def test_a_kill_at_any_step_leaves_the_old_or_the_new_whole(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.interruptions", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-4000:]
    counted = {name: int(count) for name, _, count in (each.partition("=") for each in done.stdout.split())}
    assert set(counted) == {scenario.name for scenario in SCENARIOS}
    assert all(counted.values()), counted
    assert sum(counted.values()) > 60, counted


def test_what_killed_runs_left_is_cleared_and_what_another_writes_stays(tmp_path: Path) -> None:
    for name in (".out.csv.0123abcd.foedus", ".more.0123abcd.foedus"):
        (tmp_path / name).write_text("half")
    (tmp_path / ".record.0123abcd.foedus").mkdir()
    (tmp_path / ".record.0123abcd.foedus" / "half.parquet").write_text("half")
    mine = (".out.csv.swp", "notes.foedus", ".x.foedus", ".y.0123ABCD.foedus")
    for name in mine:
        (tmp_path / name).write_text("mine")

    def write(temporary: Path) -> None:
        write_text(tmp_path / "other.csv", "other")  # clears what it finds
        assert temporary.exists(), "a lock keeps what is being written"
        temporary.write_text("whole")

    write_file(tmp_path / "out.csv", write)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([*mine, "out.csv", "other.csv"])


def test_a_folder_that_is_being_built_is_no_litter(tmp_path: Path) -> None:
    with new_folder(tmp_path / "record") as built:
        (built / "a").write_text("1")
        clear_litter(tmp_path)
        with new_folder(tmp_path / "record") as other:
            (other / "a").write_text("2")
        assert (tmp_path / "record" / "a").read_text() == "2"
    assert (tmp_path / "record" / "a").read_text() == "1"
    assert [path.name for path in tmp_path.iterdir()] == ["record"]


def test_an_old_folder_whose_successor_never_came_is_moved_back(tmp_path: Path) -> None:
    lay(tmp_path / "mine", open_record(additions=False), ["major_powers"])
    (tmp_path / "mine").rename(tmp_path / ".mine.aside.foedus")
    forget_opened()
    assert open_record(tmp_path / "mine", additions=False).verify() == []
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


def test_two_additions_at_once_come_one_after_the_other_and_lose_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FOEDUS_DATA", str(tmp_path / "data"))
    (tmp_path / "nmc.csv").write_text(NMC)
    (tmp_path / "wars.csv").write_text(BETWEEN)
    asked = [("cow-nmc", "nmc.csv"), ("cow-wars", "wars.csv")]
    started = [
        subprocess.Popen(
            [sys.executable, "-m", "foedus", "record", "add", source, file], cwd=tmp_path, stdout=subprocess.DEVNULL
        )
        for source, file in asked
    ]
    assert [process.wait(timeout=120) for process in started] == [0, 0]
    forget_opened()
    record = open_record()
    assert {each.source.id for each in record.additions} == {"cow_nmc", "cow_wars"}
    assert record.verify() == []


def test_whoever_waits_too_long_is_told_who_holds_the_lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "WAIT", 0.1)
    with held(tmp_path / "data", "foedus record add mic"):
        who = rf"data is being changed by process {os.getpid()} on .*: foedus record add mic\. Wait until that has ended"
        with pytest.raises(InputError, match=who), held(tmp_path / "data", "foedus record remove gml"):
            pytest.fail("two held it")
    with held(tmp_path / "data", "foedus record add mic"):
        pass
    assert (tmp_path / "data" / LOCK).read_text() == ""


def test_a_folder_that_another_program_has_locked_is_written_to_after_a_while(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import fcntl

    monkeypatch.setattr(writing, "WAIT", 0.1)
    handle = os.open(tmp_path, os.O_RDONLY)
    fcntl.flock(handle, fcntl.LOCK_EX)
    write_text(tmp_path / "out.txt", "x")
    os.close(handle)
    assert [path.name for path in tmp_path.iterdir()] == ["out.txt"]


@pytest.mark.parametrize("name", ["out.csv", "old.csv"])
def test_a_place_that_may_not_be_written_to_is_found_before_the_work(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "old.csv").write_text("old")

    def refused(dir: Path) -> None:
        raise PermissionError(13, "Permission denied", str(dir))

    monkeypatch.setattr(writing.tempfile, "TemporaryFile", refused)
    with pytest.raises(
        InputError, match=rf"cannot write .*{name}: the folder .* takes no file \(Permission denied\)\. Name another place"
    ):
        check_target(tmp_path / name)
    check_target(Path(os.devnull))


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="a system without /proc")
def test_a_folder_that_takes_no_file_is_found_before_the_work_whatever_its_permissions() -> None:
    with pytest.raises(InputError, match=r"cannot write /proc/x\.html: the folder /proc takes no file .*Name another place"):
        check_target(Path("/proc/x.html"))


@pytest.mark.parametrize("place", ["page.html/brief.pdf", "page.html/briefs/brief.pdf"])
@pytest.mark.parametrize("check", [check_target, check_new_folder])
def test_a_file_where_a_folder_is_meant_is_said_to_be_one(place: str, check: Callable[[Path], None], tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text("page")
    with pytest.raises(InputError, match=r"brief\.pdf: page\.html is a file, where a folder is meant\. Name another place"):
        check(tmp_path / place)


def test_the_lock_is_waited_for(tmp_path: Path) -> None:
    order: list[str] = []

    def second() -> None:
        with held(tmp_path, "second"):
            order.append("second")

    with held(tmp_path, "first"):
        thread = threading.Thread(target=second)
        thread.start()
        time.sleep(0.2)
        order.append("first")
    thread.join(timeout=30)
    assert order == ["first", "second"]


def test_a_name_taken_meanwhile_is_refused_under_the_lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from foedus.record import additions

    monkeypatch.setattr(additions, "_taken", lambda base: {"bases": {"other"}})
    source = additions._importable("mic")
    with pytest.raises(InputError, match=r"a variable bases is there already \(from other\)"):
        additions._refuse_taken(["bases"], tmp_path, source)


def test_what_is_written_is_on_the_disk_before_it_is_moved(tmp_path: Path) -> None:
    """Or a machine that goes down could leave the new name with nothing in it."""
    with watched(tmp_path) as watch:
        write_text(tmp_path / "out.txt", "x")
    order = [step.split()[-1 if step.startswith(("before", "after")) else 0] for step in watch.seen]
    assert order.index("fsync") < order.index("os.rename") < len(order) - order[::-1].index("fsync") - 1


def test_a_panel_that_could_not_be_put_in_its_place_keeps_its_description(tmp_path: Path) -> None:
    PANEL.prepare(tmp_path)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()}
    count = [step for step in range(40) if _fails_at(tmp_path, step, before)]
    assert len(count) > 3


def _fails_at(place: Path, step: int, before: dict[str, bytes]) -> bool:
    """Interrupt the panel at a step; say whether it was the old one that stayed, and then all of it did."""
    for name, content in before.items():
        (place / name).write_bytes(content)
    with watched(place, step, fail), suppress(OSError, InputError):
        PANEL.act(place)
    now = {path.name: path.read_bytes() for path in place.iterdir() if path.is_file() and not path.name.endswith(".foedus")}
    stayed = now["p.csv"] == before["p.csv"]
    assert (now == before) is stayed
    return stayed
