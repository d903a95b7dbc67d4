"""What describes the software and its record to programs is current, valid, and leads back to the same rows."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from docs.site.described import DESCRIBED, written
from docs.site.tree import ROOT
from foedus.record.store import Record

TABLES = ("state_years", "nuclear_status", "dispute_dyad_years", "alliance_facts")
"""Of text, dates, whole numbers, decimals, yes and no, and missing values."""


@pytest.mark.parametrize("name", DESCRIBED)
def test_descriptions_are_what_is_written(name: str) -> None:
    assert (ROOT / name).read_text(encoding="utf-8") == written(name), "run `make docs`"


def test_every_file_of_the_crate_is_there_with_its_hash() -> None:
    graph = json.loads((ROOT / "ro-crate-metadata.json").read_text(encoding="utf-8"))["@graph"]
    files = [entity for entity in graph if entity["@type"] == "File"]
    assert all((ROOT / entity["@id"]).is_file() for entity in files)
    held = [entity for entity in files if "sha256" in entity]
    assert len(held) > 80
    assert all(hashlib.sha256((ROOT / each["@id"]).read_bytes()).hexdigest() == each["sha256"] for each in held)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", TABLES)
def test_croissant_is_valid_and_gives_the_rows_back(name: str, record: Record) -> None:
    """Of text, mlcroissant 1.1.1 reads "yes" and "no" both as True, "NA" as nothing; not where Parquet has types."""
    mlcroissant = pytest.importorskip("mlcroissant")
    described = mlcroissant.Dataset(jsonld=str(ROOT / "croissant.json"))
    assert not described.metadata.ctx.issues.errors
    table = record.table(name).head(200)
    read = list(islice(described.records(name), table.height))
    assert len(read) == table.height
    for row, expected in zip(read, table.iter_rows(named=True), strict=True):
        told = {key.partition("/")[2]: _plain(value) for key, value in row.items()}
        assert told == {key: _plain(value) for key, value in expected.items()}


def _plain(value: Any) -> Any:
    """A value as both sides can be compared: text is bytes there, a day a timestamp, what is missing has many forms."""
    if isinstance(value, bytes):
        return value.decode()
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, date):
        return value.isoformat()[:10]
    if value is None or str(value) in ("nan", "NaT", "<NA>"):
        return None
    return value.item() if hasattr(value, "item") else value


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_the_crate_is_read_back_by_its_own_library() -> None:
    crates = pytest.importorskip("rocrate.rocrate")
    crate = crates.ROCrate(ROOT)
    assert crate.name == "foedus and its record"
    table = crate.dereference("src/foedus/record/tables/state_years.parquet")
    assert table["isBasedOn"].id == "#state_system"
    assert Path(ROOT / table.id).is_file()


def test_citation_and_codemeta_say_the_same() -> None:
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    said = json.loads((ROOT / "codemeta.json").read_text(encoding="utf-8"))
    assert f"\nversion: {said['version']}\n" in citation
    assert f"\nlicense: {said['license'].rpartition('/')[2]}\n" in citation
    assert said["author"][0]["name"] in citation
    assert all(f"  - {word}\n" in citation for word in said["keywords"])


@pytest.mark.slow
@pytest.mark.release
def test_the_citation_is_valid_and_read_back_by_its_own_tool() -> None:
    """Of cffconvert 2.0.0, which needs an older jsonschema than other checks do, and so an environment of its own."""
    if (uvx := shutil.which("uvx", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")) is None:
        pytest.skip("uvx is not installed")
    call = [uvx, "--from", "cffconvert==2.0.0", "--with", "setuptools<81", "cffconvert", "-i", str(ROOT / "CITATION.cff")]
    done = subprocess.run([*call, "--validate"], capture_output=True, text=True, check=False)
    if done.returncode and re.search(r"Failed to fetch|not found in the package registry|Network is unreachable", done.stderr):
        pytest.skip("no package index can be reached")
    assert "valid according to schema version 1.2.0" in done.stdout, done.stderr
    told = json.loads(subprocess.run([*call, "-f", "codemeta"], capture_output=True, text=True, check=True).stdout)
    said = json.loads((ROOT / "codemeta.json").read_text(encoding="utf-8"))
    assert {told["name"].partition(":")[0], told["version"]} == {said["name"], said["version"]}
    assert told["keywords"] == said["keywords"]
