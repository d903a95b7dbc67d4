"""A bundle runs again to the same bytes, holds what its answer follows from and nothing that may not be passed on."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from foedus import bundle
from foedus.errors import InputError
from foedus.record.additions import add
from foedus.record.seal import sealed, unsealed
from foedus.record.store import forget_opened
from tests.record.importing import NMC

PANEL = ("panel", "state-year", "--states", "CAN", "--years", "2000:2002", "--variables", "polyarchy_v15", "-o", "can.csv")
"""Canada's rows of the publisher's V-Dem 15, v2x_polyarchy: .843, .838, .831."""


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in, and nothing added."""
    monkeypatch.setenv("FOEDUS_DATA", str(tmp_path / "data"))
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    forget_opened()
    return tmp_path / "here"


@pytest.fixture
def answered(monkeypatch: pytest.MonkeyPatch) -> dict[str, bytes]:
    """Calls that are not run: what each gives."""
    given = {"stdout": b"42\n"}

    def run(_: object, folder: Path) -> dict[str, str]:
        (folder / "outputs").mkdir(exist_ok=True)
        for name, content in given.items():
            (folder / "outputs" / name).write_bytes(content)
        return {name: hashlib.sha256(content).hexdigest() for name, content in given.items()}

    monkeypatch.setattr(bundle, "_run", run)
    return given


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "foedus", *arguments], capture_output=True, text=True, check=False)


def test_a_bundle_holds_what_the_call_gives_alone_and_another_user_gets_the_same_bytes(
    place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = run("bundle", "can.zip", "--", *PANEL)
    assert made.returncode == 0, made.stderr
    assert [path.name for path in place.iterdir()] == ["can.zip"]
    first = (place / "can.zip").read_bytes()
    assert run(*PANEL).returncode == 0
    with zipfile.ZipFile("can.zip") as archive:
        for name in ("can.csv", "can.datapackage.json"):
            assert archive.read(f"outputs/{name}") == (place / name).read_bytes()
        assert archive.read("outputs/can.csv") == b"ccode,year,polyarchy_v15\n20,2000,0.843\n20,2001,0.838\n20,2002,0.831\n"
        assert "record/record.json" in archive.namelist()

    monkeypatch.setenv("FOEDUS_DATA", str(tmp_path / "of another"))
    again = run("bundle", "can.zip")
    assert (again.returncode, again.stdout) == (0, "".join(f"{name}: the same bytes\n" for name in OUTPUTS)), again.stderr
    assert (place / "can.zip").read_bytes() == first


OUTPUTS = ("can.csv", "can.datapackage.json", "stdout")


def test_files_that_the_call_reads_are_held_and_what_it_writes_is_not_taken_for_one(
    place: Path, answered: Mapping[str, bytes]
) -> None:
    (place / "mine").mkdir()
    for name in ("mine/claims.toml", "old.html", "sites.csv"):
        (place / name).write_text(name)
    call = ("claims", "--file", "mine/claims.toml", "--html", "old.html", "--sites=sites.csv")
    made = bundle.make(place / "b.zip", call)
    assert sorted(made.inputs) == ["mine/claims.toml", "sites.csv"]
    with zipfile.ZipFile("b.zip") as archive:
        assert archive.read("inputs/mine/claims.toml") == b"mine/claims.toml"
    assert bundle.read(place / "b.zip") == made


def test_the_same_call_gives_the_same_bundle(place: Path, answered: Mapping[str, bytes]) -> None:
    bundle.make(place / "a.zip", PANEL)
    bundle.make(place / "b.zip", PANEL)
    assert hashlib.sha256((place / "a.zip").read_bytes()).digest() == hashlib.sha256((place / "b.zip").read_bytes()).digest()


def test_other_bytes_are_told_output_by_output(place: Path, answered: dict[str, bytes]) -> None:
    bundle.make(place / "b.zip", PANEL)
    answered["stdout"] = b"43\n"
    answered["more.csv"] = b"x\n"
    assert bundle.run_again(place / "b.zip")[1] == {"stdout": False, "more.csv": False}


def changed(path: Path, member: str, content: bytes) -> None:
    """Put another content in the place of a member of an archive."""
    with zipfile.ZipFile(path) as archive:
        held = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, each in {**held, member: content}.items():
            archive.writestr(name, each)


@pytest.mark.parametrize(
    "member", ["bundle.json", "outputs/stdout", "inputs/s.csv", "record/polyarchy.parquet", "record/record.json"]
)
def test_a_flipped_byte_of_a_bundle_is_seen(place: Path, member: str, answered: Mapping[str, bytes]) -> None:
    (place / "s.csv").write_text("a\n1\n")
    bundle.make(place / "b.zip", ("warning", "--sites", "s.csv"))
    with zipfile.ZipFile("b.zip") as archive:
        content = bytearray(archive.read(member))
    content[len(content) // 2] ^= 1
    changed(place / "b.zip", member, bytes(content))
    with pytest.raises(InputError, match="damaged"):
        bundle.run_again(place / "b.zip")


@pytest.mark.parametrize(
    ("call", "word"),
    [
        (["bundle", "x.zip"], "cannot be bundled"),
        (["record", "add", "cow-nmc", "x"], "cannot be bundled"),
        (["panel", "-o", "/tmp/x.csv"], "leads out of the folder"),
        (["panel", "--output=../x.csv"], "leads out of the folder"),
        (["panel", "-o", "C:\\x.csv"], "leads out of the folder"),
        (["panel", "--record", "2026.11"], "name the record before the call"),
    ],
)
def test_a_call_that_reaches_out_is_refused_when_made_and_when_run_again(
    place: Path, call: list[str], word: str, answered: Mapping[str, bytes]
) -> None:
    with pytest.raises(InputError, match=word):
        bundle.make(place / "b.zip", call)
    assert not (place / "b.zip").exists()
    bundle.make(place / "b.zip", ["variables"])
    with zipfile.ZipFile("b.zip") as archive:
        about: dict[str, Any] = unsealed(archive.read("bundle.json"))
    changed(place / "b.zip", "bundle.json", sealed(json.dumps({**about, "call": call}, indent=1) + "\n").encode())
    with pytest.raises(InputError, match=word):
        bundle.run_again(place / "b.zip")


def test_a_member_that_leads_elsewhere_is_not_unpacked(place: Path, tmp_path: Path, answered: Mapping[str, bytes]) -> None:
    bundle.make(place / "b.zip", ["variables"])
    with zipfile.ZipFile("b.zip", "a") as archive:
        archive.writestr("inputs/../../../evil.txt", "evil")
    bundle.run_again(place / "b.zip")
    assert not list(tmp_path.rglob("evil.txt"))


def test_a_call_that_fails_writes_nothing(place: Path) -> None:
    with pytest.raises(InputError, match=r"the call failed, and nothing was written: not in the codebook: 'polyarky'"):
        bundle.make(place / "b.zip", ["panel", "state-year", "--variables", "polyarky"])
    assert not list(place.iterdir())


def test_what_may_not_be_passed_on_is_left_out_and_asked_for(
    place: Path, tmp_path: Path, answered: Mapping[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "nmc.csv").write_text(NMC)
    add("cow-nmc", tmp_path / "nmc.csv")
    made = bundle.make(place / "b.zip", ["variables"])
    assert [(each["source"], each["held"]) for each in made.additions] == [("cow_nmc", False)]
    assert bundle.run_again(place / "b.zip")[1] == {"stdout": True}, "it has been added here"
    whole = bundle.make(place / "whole.zip", ["variables"], restricted=True)
    assert [each["held"] for each in whole.additions] == [True]

    monkeypatch.setenv("FOEDUS_DATA", str(tmp_path / "of another"))
    with pytest.raises(InputError, match=r"rests on cow_nmc and does not hold it\. .*`foedus record add cow-nmc PATH`"):
        bundle.run_again(place / "b.zip")
    assert bundle.run_again(place / "whole.zip")[1] == {"stdout": True}
    for name, there in (("b.zip", False), ("whole.zip", True)):
        with zipfile.ZipFile(name) as archive:
            assert any("material_capabilities" in member for member in archive.namelist()) is there


def test_other_versions_are_named(place: Path, answered: Mapping[str, bytes]) -> None:
    made = bundle.make(place / "b.zip", ["variables"])
    assert made.others() == []
    other = bundle.Bundle(**{**vars(made), "libraries": {**made.libraries, "polars": "0.1"}})
    assert other.others() == [f"polars 0.1 then, {made.libraries['polars']} now"]


def test_what_is_no_bundle_is_named(place: Path) -> None:
    with pytest.raises(InputError, match=r"there is no file .*nothing\.zip\. To make a bundle, write the call behind it"):
        bundle.read(place / "nothing.zip")
    (place / "text.zip").write_text("no archive")
    with pytest.raises(InputError, match="is no bundle of foedus, or is damaged"):
        bundle.read(place / "text.zip")
