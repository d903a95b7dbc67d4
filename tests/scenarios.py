"""What of foedus changes files, each as a scenario that can be interrupted: see `tests/interruptions.py`."""

from __future__ import annotations

import hashlib
import os
import zipfile
from contextlib import nullcontext, suppress
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from foedus.errors import InputError
from foedus.record.additions import add, remove
from foedus.record.in_use import RECORDS, unpacked
from foedus.record.source import Source
from foedus.record.store import forget_opened, open_record
from foedus.record.writing import mend, new_folder, write_text
from tests.interruptions import Scenario
from tests.record.importing import NMC
from tests.record.records import lay


def _in(place: Path) -> None:
    """Let a user's data, cache and record be those of a scenario."""
    os.environ["FOEDUS_DATA"] = str(place / "data")
    os.environ["FOEDUS_CACHE"] = str(place / "cache")
    os.environ.pop("FOEDUS_RECORD", None)


def _which(found: Any, old: Any, new: Any) -> str:
    assert found in (old, new), f"{found} is neither {old} nor {new}"
    return "new" if found == new else "old"


# a file


def _file(place: Path) -> None:
    (place / "out.txt").write_text("before")


FILE = Scenario(
    "file",
    _file,
    lambda place: write_text(place / "out.txt", "after"),
    lambda place: _which((place / "out.txt").read_text(), "before", "after"),
)


# a folder


def _folder(place: Path) -> None:
    (place / "held").mkdir()
    for name in "ab":
        (place / "held" / name).write_text("1")


def _swap(place: Path) -> None:
    with new_folder(place / "held") as built:
        for name in "ac":
            (built / name).write_text("2")


def _held(place: Path) -> str:
    mend(place / "held")
    found = {path.name: path.read_text() for path in (place / "held").iterdir()}
    return _which(found, {"a": "1", "b": "1"}, {"a": "2", "c": "2"})


FOLDER = Scenario("folder", _folder, _swap, _held)


# a record that is built in place of another


NAMES = ["state_years", "major_powers", "warheads"]


def _record(place: Path) -> None:
    _in(place)
    shipped = open_record(additions=False)
    for name in ("base", "mine"):
        lay(place / name, shipped, NAMES)


def _build(place: Path) -> None:
    from foedus.record.build import build_record

    _in(place)
    fewer = pl.read_parquet(place / "base/warheads.parquet").head(-1)
    os.environ["FOEDUS_RECORD"] = str(place / "base")
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Source, "faults", lambda source, raw: [])
            patch.setattr(Source, "read", lambda source, raw: {"warheads": fewer})
            build_record(place, place / "mine", sources=["warheads"])
    finally:
        del os.environ["FOEDUS_RECORD"]


def _built(place: Path) -> str:
    _in(place)
    forget_opened()
    record = open_record(place / "mine", additions=False)
    assert record.verify() == []
    rows = open_record(place / "base", additions=False).table("warheads").height
    return _which(record.table("warheads").height, rows, rows - 1)


BUILD = Scenario("build", _record, _build, _built)


# an addition, and its removal


MORE = NMC + "CAN,20,1921,1,5,1,2,9,3,.01,2021\n"


def _added(place: Path) -> None:
    _in(place)
    (place / "first.csv").write_text(NMC)
    (place / "second.csv").write_text(MORE)
    add("cow-nmc", place / "first.csv")


def _add(place: Path) -> None:
    _in(place)
    add("cow-nmc", place / "second.csv")


def _rows(place: Path) -> tuple[int, list[str]]:
    _in(place)
    record = open_record()
    if "material_capabilities" not in record.tables:
        return 0, []
    fault = record._fault("material_capabilities")
    return record.table("material_capabilities").height, [fault] if fault else []


ADD = Scenario("add", _added, _add, lambda place: _which(_rows(place), (2, []), (3, [])))


def _remove(place: Path) -> None:
    _in(place)
    there = (place / "data/cow_nmc/added.json").is_file()
    with nullcontext() if there else suppress(InputError):
        remove("cow-nmc")


REMOVE = Scenario("remove", _added, _remove, lambda place: _which(_rows(place), (2, []), (0, [])))


# a panel and its description


def _panel(place: Path, years: tuple[int, int]) -> None:
    from foedus.panels.files.write import write_panel
    from foedus.panels.request import Request

    _in(place)
    write_panel(Request("state-year", ("polyarchy",), years=years, states=frozenset({20})), place / "p.csv", f"call {years}")


def _described(place: Path) -> str:
    from foedus.panels.files.datapackage import resources
    from foedus.panels.files.written import read_written

    _in(place)
    old = b"ccode,year,polyarchy\n20,2000,0.836\n"
    state = _which((place / "p.csv").read_bytes(), old, old + b"20,2001,0.832\n")
    (mine,) = resources(place / "p.csv")
    same = mine["hash"] == f"sha256:{hashlib.sha256((place / 'p.csv').read_bytes()).hexdigest()}"
    assert bool(read_written(place / "p.csv").disagrees) is not same
    return state if same else "disagrees"


PANEL = Scenario("panel", lambda place: _panel(place, (2000, 2000)), lambda place: _panel(place, (2000, 2001)), _described)


# a panel in parts


def _parts(place: Path) -> None:
    from foedus.panels.files.partitions import write_partitions

    written = (place / "parts").is_dir() and any((place / "parts").iterdir())
    with suppress(InputError) if written else nullcontext():
        write_partitions(
            place / "parts", (({"year": year}, pl.DataFrame({"x": [year]})) for year in (1990, 1991)), {"foedus": "{}"}
        )


def _written(place: Path) -> str:
    mend(place / "parts")
    found = sorted(path.relative_to(place / "parts").as_posix() for path in (place / "parts").rglob("*.parquet"))
    return _which(found, [], ["year=1990/part-0.parquet", "year=1991/part-0.parquet"])


PARTS = Scenario("parts", lambda place: (place / "parts").mkdir(), _parts, _written)


# results that ship


def _results(place: Path, value: int) -> None:
    from foedus.validation.basis import Basis, Kept
    from foedus.validation.shipped import write

    frame = pl.DataFrame({"x": [value] * 3_000})
    write(place / "results", [("trial", Kept({"value": value, "frame": frame}, Basis({}, {}, {}, {}, "", ""), frozenset()))])


def _shipped(place: Path) -> str:
    from foedus.validation.shipped import Shipped

    value = Shipped.open(place / "results").value("trial", {})
    assert value["frame"]["x"].to_list() == [value["value"]] * 3_000
    return _which(value["value"], 1, 2)


RESULTS = Scenario("results", lambda place: _results(place, 1), lambda place: _results(place, 2), _shipped)


# what is remembered


def _remembered(place: Path, computed: list[int]) -> int:
    from foedus.validation.memory import remembered

    _in(place)

    def compute() -> int:
        computed.append(1)
        return 42

    answer: int = remembered("trial", open_record(), (), compute)
    return answer


def _remember(place: Path) -> None:
    assert _remembered(place, []) == 42, "whatever cannot be written, the answer is given"


def _recall(place: Path) -> str:
    computed: list[int] = []
    there = list((place / "cache/estimates").glob("trial-*.json"))
    assert _remembered(place, computed) == 42
    assert len(computed) == (0 if there else 1), "what is there is whole"
    return "new" if there else "old"


MEMORY = Scenario("memory", lambda place: None, _remember, _recall)


# a record unpacked from a wheel


def _wheel(place: Path) -> None:
    _in(place)
    folder = lay(place / "old", open_record(additions=False), ["major_powers"])
    with zipfile.ZipFile(place / "foedus.whl", "w") as archive:
        for path in sorted(folder.iterdir()):
            archive.write(path, f"foedus/record/tables/{path.name}")


def _unpack(place: Path) -> None:
    _in(place)
    unpacked(place / "foedus.whl")


def _known(place: Path) -> str:
    _in(place)
    forget_opened()
    there = [path for path in (place / "data" / RECORDS).glob("2026.10-*") if path.is_dir()]
    assert all(open_record(path, additions=False).verify() == [] for path in there)
    return "new" if there else "old"


UNPACK = Scenario("unpack", _wheel, _unpack, _known)

SCENARIOS = (FILE, FOLDER, BUILD, ADD, REMOVE, PANEL, PARTS, RESULTS, MEMORY, UNPACK)
