"""What a release says of itself: whose terms, the same bytes again, what it is made of, and a wheel with open data alone."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from email import message_from_bytes
from pathlib import Path
from typing import Any

import pytest
from packaging.licenses import canonicalize_license_expression

from foedus.assessment.assess import assess
from foedus.record.source import Source, catalog
from foedus.validation.memory import SHIPPED
from foedus.validation.shipped import MANIFEST, Shipped, keep_only
from release import advisories
from release.wheels import ROOT, build, hatched, licence, shipped, source_archive

PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")


def test_the_licence_field_names_the_code_and_every_source_that_ships() -> None:
    assert PROJECT["license"] == licence(shipped())
    assert PROJECT["license"].startswith("Apache-2.0 AND ")
    assert "LicenseRef-academic" in PROJECT["license"]
    assert "academic" not in licence(shipped(only_open=True))
    assert "NC" not in licence(shipped(only_open=True))


@pytest.mark.parametrize("source", shipped(), ids=lambda source: source.id)
def test_every_source_that_ships_has_a_licence_and_a_page_of_it(source: Source) -> None:
    assert canonicalize_license_expression(source.spdx) == source.spdx
    page = (ROOT / "licences" / f"{source.id}.txt").read_text(encoding="utf-8")
    assert f"SPDX-License-Identifier: {source.spdx}\n" in page
    assert source.terms in page
    for name in re.findall(r"LicenseRef-[\w-]+", source.spdx):
        assert (ROOT / "licences" / f"{name}.txt").read_text(encoding="utf-8").startswith(f"{name}: ")


def test_there_is_no_page_of_a_licence_that_nothing_has() -> None:
    named = {source.id for source in shipped()} | {name for name in PROJECT["license"].split(" AND ") if "Ref" in name}
    assert {path.stem for path in (ROOT / "licences").iterdir()} == named
    assert {source.id for source in catalog().values()} - named == {each.id for each in catalog().values() if not each.spdx}


def test_two_builds_of_a_wheel_are_the_same_bytes(tmp_path: Path) -> None:
    """Another folder, another day of the files, another mask of permissions: another machine."""
    first = build(tmp_path / "one")
    before = os.umask(0o077)
    try:
        second = build(tmp_path / "another")
    finally:
        os.umask(before)
    assert first.name == second.name
    assert hashlib.sha256(first.read_bytes()).hexdigest() == hashlib.sha256(second.read_bytes()).hexdigest()


@pytest.mark.slow
def test_two_source_archives_are_the_same_bytes_and_make_the_same_wheel(tmp_path: Path) -> None:
    """An archive holds tests and documents too; a wheel that is built of it is the one beside it."""
    if not (ROOT / ".git").exists():
        pytest.skip("needs a checkout, for what git knows belongs to the archive")
    first = source_archive(tmp_path / "one")
    before = os.umask(0o077)
    try:
        second = source_archive(tmp_path / "another")
    finally:
        os.umask(before)
    assert first.read_bytes() == second.read_bytes()
    with tarfile.open(first) as archive:
        archive.extractall(tmp_path, filter="data")
    unpacked = tmp_path / first.name.removesuffix(".tar.gz")
    assert {"docs", "tests", "findings", "paper", "licences", "requirements.lock"} <= {path.name for path in unpacked.iterdir()}
    wheel = hatched(unpacked, "wheel", tmp_path / "dist")
    assert wheel.read_bytes() == build(tmp_path / "beside").read_bytes()


def test_results_are_kept_that_rest_on_the_tables_that_are_left(tmp_path: Path) -> None:
    copy = tmp_path / "results"
    shutil.copytree(SHIPPED, copy)
    before = json.loads((copy / MANIFEST).read_bytes())["results"]
    tables = {name for entry in before.values() for name in entry["tables"]} - {"dispute_dyad_years", "alliances"}
    keep_only(copy, tables)
    after = json.loads((copy / MANIFEST).read_bytes())
    assert set(after["results"]) == {name for name, entry in before.items() if set(entry["tables"]) <= tables}
    assert 0 < len(after["results"]) < len(before)
    assert {path.name for path in copy.iterdir()} == {*after["files"], MANIFEST}
    assert "dispute_dyad_years" not in (copy / MANIFEST).read_text(encoding="utf-8")
    for name, about in after["files"].items():
        content = (copy / name).read_bytes()
        assert hashlib.sha256(content).hexdigest() == about["sha256"], name
        assert not any(f"\n{gone},".encode() in content for gone in before.keys() - after["results"].keys()), name
    assert set(Shipped.open(copy).names()) == set(after["results"])


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The open wheel, unpacked, with what describes it."""
    folder = tmp_path_factory.mktemp("open")
    with zipfile.ZipFile(build(folder / "wheel", only_open=True)) as wheel:
        wheel.extractall(folder / "unpacked")
    return folder / "unpacked"


@pytest.mark.slow
def test_the_open_wheel_holds_nothing_that_is_not_open(opened: Path) -> None:
    version = f"{PROJECT['version']}+open"
    told = message_from_bytes((opened / f"foedus-{version}.dist-info/METADATA").read_bytes())
    assert told["License-Expression"] == licence(shipped(only_open=True))
    closed = [source for source in catalog().values() if source.licence != "open"]
    names = {path.name for path in opened.rglob("*") if path.is_file()}
    assert {f"{source.tables[0]}.parquet" for source in shipped(only_open=True)} <= names
    assert not {f"{table}.parquet" for source in closed for table in source.tables} & names
    assert not {f"{source.id}.txt" for source in closed} & names
    assert not {"2027.parquet", "cow-mid.parquet", "PERMISSIONS.md", "LicenseRef-academic.txt"} & names
    tables = {table for source in closed for table in source.tables}
    rested = json.loads((opened / "foedus/validation/results" / MANIFEST).read_bytes())["tables"]
    assert not tables & set(rested)


@pytest.mark.slow
def test_the_open_wheel_assesses_with_every_chapter(opened: Path, tmp_path: Path) -> None:
    surroundings = {
        **{name: value for name, value in os.environ.items() if not name.startswith("FOEDUS_")},
        "PYTHONPATH": str(opened),
        "FOEDUS_CACHE": str(tmp_path / "cache"),
        "FOEDUS_DATA": str(tmp_path / "data"),
    }

    def foedus(*words: str) -> str:
        call = [sys.executable, "-m", "foedus", *words]
        done = subprocess.run(call, cwd=tmp_path, env=surroundings, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert foedus("--version").strip() == f"foedus {PROJECT['version']}+open"
    assert "is the one that this foedus ships" in foedus("record", "verify")
    foedus("assess", "USA", "CAN", "--html", "report.html", "--json", "report.json")
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    told = json.loads((tmp_path / "report.json").read_bytes())
    chapters = [chapter.id for chapter in assess("USA", "CAN").chapters]
    assert [name for name in chapters if f'id="chapter-{name}"' not in page] == []
    assert set(chapters) <= {each["chapter"] for part in ("findings", "gaps") for each in told[part]}
    assert not {source for each in told["findings"] for source in each["sources"]} & {
        source.id for source in catalog().values() if source.licence != "open"
    }


def test_the_bill_of_materials_names_every_package_and_every_source() -> None:
    pytest.importorskip("cyclonedx", reason="needs cyclonedx-python-lib, which `make` installs with the checks")
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator

    from release.bill import bill

    text = bill()
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    assert bill() == text
    told = json.loads(text)
    assert told["metadata"]["component"]["licenses"] == [{"expression": PROJECT["license"]}]
    parts = {(each["type"], each["name"]): each for each in told["components"]}
    locked = set(re.findall(r"^([\w.-]+)==", LOCK, flags=re.MULTILINE))
    assert {name for kind, name in parts if kind == "library"} == locked
    assert {name for kind, name in parts if kind == "data"} == {source.id for source in shipped()}
    polars = parts["library", "polars"]
    assert f"polars=={polars['version']} " in LOCK
    assert all(f"sha256:{each['content']}" in LOCK for each in polars["hashes"])
    assert "timestamp" not in text
    assert '"gml"' not in bill(only_open=True)


ANSWER = {
    "dependencies": [
        {"name": "good", "version": "1", "vulns": []},
        {"name": "bad", "version": "2", "vulns": [{"id": "PYSEC-2026-1", "fix_versions": ["2.1"]}]},
        {"name": "strange", "skip_reason": "Dependency not found on PyPI and could not be audited: strange (3)"},
    ]
}
"""An answer in the form that pip-audit 2.10 gives with --format json."""


def test_a_known_fault_is_told_and_a_package_that_nobody_knows_is_not_called_sound() -> None:
    said = advisories.told("requirements.lock", "pypi", advisories.read(ANSWER))
    assert said == (
        "requirements.lock: 2 packages checked in the list of pypi: bad 2: PYSEC-2026-1, mended in 2.1. "
        "Not checked, for the list does not know it: strange."
    )


def test_a_list_that_cannot_be_reached_is_said_and_holds_nobody_up(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where the list is not there, pip-audit says "No known vulnerabilities found", and skips every package."""
    skipped = [{"name": each["name"], "skip_reason": "not found"} for each in ANSWER["dependencies"]]
    monkeypatch.setattr(advisories, "ask", lambda lock, source: advisories.read({"dependencies": skipped}))
    assert advisories.main() == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(advisories.LOCKS) * len(advisories.LISTS)
    assert all("not checked" in line for line in lines)


def test_a_known_fault_ends_with_1_and_the_next_list_is_not_asked(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(advisories, "ask", lambda lock, source: advisories.read(ANSWER))
    assert advisories.main() == 1
    assert len(capsys.readouterr().out.splitlines()) == len(advisories.LOCKS)


def test_every_lock_file_is_asked_about() -> None:
    assert set(advisories.LOCKS) == {path.name for path in ROOT.glob("requirements*.lock")}


@pytest.mark.slow
@pytest.mark.release
@pytest.mark.parametrize(
    ("tool", "call"),
    [
        ("uvx", "{tool} --from {wheel} foedus states USA --year 2020"),
        ("pipx", "{tool} run --spec {wheel} foedus states USA --year 2020"),
        ("pipx", "{tool} install {wheel}"),
    ],
    ids=["uvx", "pipx run", "pipx install"],
)
def test_a_wheel_runs_by_itself_in_an_empty_environment(tool: str, call: str, tmp_path: Path) -> None:
    """As docs/quickstart.md has it: a home without anything, and no module of this checkout in sight."""
    if (found := shutil.which(tool)) is None:
        pytest.skip(f"{tool} is not installed")
    home = tmp_path / "home"
    home.mkdir()
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV", "FOEDUS", "XDG"))
    }
    around = {**kept, "HOME": str(home), "PATH": f"{home / '.local/bin'}{os.pathsep}{kept['PATH']}"}
    words = call.format(tool=found, wheel=build(tmp_path / "wheel")).split()
    done = subprocess.run(words, cwd=home, env=around, capture_output=True, text=True, check=False)
    if done.returncode and re.search(r"Failed to fetch|No matching distribution|Network is unreachable", done.stderr):
        pytest.skip("no package index can be reached")
    assert done.returncode == 0, done.stderr
    if "install" in words:
        words = ["foedus", "states", "USA", "--year", "2020"]
        done = subprocess.run(words, cwd=home, env=around, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "USA,2020,2,2,USA,USA,United States"
