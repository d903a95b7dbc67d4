"""A file is cited by exactly what its columns rest on, and by what was read when it was made."""

from __future__ import annotations

import json
import random
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl
import pytest

from foedus import cite
from foedus.citation import AUTHORS, TITLE, gather
from foedus.errors import InputError
from foedus.panels.codebook import codebook
from foedus.panels.files.partitions import write_partitions
from foedus.panels.files.write import WRITERS, metadata, write_panel
from foedus.panels.panel import built
from foedus.panels.request import Request
from foedus.record.source import catalog
from foedus.version import __version__
from tests.worlds import world

ROOT = Path(__file__).resolve().parent.parent
ENDINGS = tuple(WRITERS)
RECORD = f"Data record drawn, SHA-256 {'0' * 64}"


def written(path: Path, *variables: str) -> Path:
    """A file of a drawn record's dyad-years with these variables."""
    write_panel(Request(unit="dyad-year", variables=variables, years=(2000, 2001), record=world()), path, "foedus panel …")
    return path


def keys_of(bibtex: str) -> set[str]:
    return set(re.findall(r"^@\w+\{([^,]+),", bibtex, flags=re.MULTILINE))


def keys_for(*sources: str) -> set[str]:
    return {"foedus"} | keys_of("\n".join(catalog()[source].bibtex for source in sources))


@pytest.mark.parametrize("ending", ENDINGS)
def test_exactly_the_sources_of_the_columns_are_cited(ending: str, tmp_path: Path) -> None:
    path = written(tmp_path / f"p{ending}", "dispute_onset", "min_distance")
    assert keys_of(cite(path, bibtex=True)) == keys_for("state_system", "gml", "minimum_distance")
    text = cite(str(path))
    assert [line for line in text.splitlines() if line.startswith("Gibler")] == [catalog()["gml"].citation]
    assert text.splitlines()[-1] == f"{AUTHORS}. {TITLE}, version {__version__}. {RECORD}."


@pytest.mark.parametrize("ending", [".xlsx", ".dta"])
def test_a_file_without_its_data_package_still_names_its_record(ending: str, tmp_path: Path) -> None:
    path = written(tmp_path / f"p{ending}", "dispute_onset")
    (tmp_path / "p.datapackage.json").unlink()
    assert RECORD in cite(path)
    assert gather([path]).remarks == ()


def test_a_csv_file_without_its_data_package_is_cited_by_its_names(tmp_path: Path) -> None:
    path = written(tmp_path / "p.csv", "dispute_onset", "peace_years")
    (tmp_path / "p.datapackage.json").unlink()
    found = gather([path])
    assert keys_of(found.as_bibtex()) == keys_for("state_system", "gml")
    assert RECORD not in found.as_text()
    assert found.remarks == (f"{path} does not say from which record it was made: its columns are cited by their names.",)


def test_a_file_that_lost_columns_cites_only_what_is_left(tmp_path: Path) -> None:
    path = written(tmp_path / "p.csv", "dispute_onset", "min_distance")
    pl.read_csv(path).drop("dispute_onset").with_columns(mine=pl.lit(1)).write_csv(path)
    found = gather([path])
    assert keys_of(found.as_bibtex()) == keys_for("state_system", "minimum_distance")
    first, second = found.remarks
    assert first == f"{path}: not foedus's: mine"
    assert second.startswith(
        f"{path} is not the file that p.datapackage.json beside it describes: its size or its hash is another"
    )


@pytest.mark.parametrize("ending", [".csv", ".dta", ".xlsx", ".parquet"])
def test_one_flipped_byte_of_a_panel_or_of_its_hash_is_said(tmp_path: Path, ending: str) -> None:
    path = written(tmp_path / f"p{ending}", "dispute_onset", "min_distance")
    assert gather([path]).remarks == ()
    package = tmp_path / "p.datapackage.json"
    text = package.read_text(encoding="utf-8")
    digest = json.loads(text)["resources"][0]["hash"]
    for other in (digest[:-1] + ("0" if digest[-1] != "0" else "1"), "sha256:"):
        package.write_text(text.replace(digest, other), encoding="utf-8")
        assert "its size or its hash is another" in gather([path]).remarks[0]
    package.write_text(text, encoding="utf-8")
    if ending == ".csv":
        content = bytearray(path.read_bytes())
        content[-2] ^= 1
        path.write_bytes(content)
        assert "its size or its hash is another" in gather([path]).remarks[0]


def test_what_is_cited_is_what_was_read_then(tmp_path: Path) -> None:
    path = written(tmp_path / "p.csv", "dispute_onset")
    beside = tmp_path / "p.datapackage.json"
    beside.write_text(beside.read_text(encoding="utf-8").replace("Data version 2.2.1", "Data version 2.0.0"), encoding="utf-8")
    assert "Data version 2.0.0" in cite(path)
    assert "Data version 2.2.1" not in cite(path)


@pytest.mark.parametrize("engine", ["strings of its own", "shared strings"])
def test_a_workbook_saved_by_another_program_is_read(engine: str, tmp_path: Path) -> None:
    path = written(tmp_path / "p.xlsx", "dispute_onset")
    (tmp_path / "p.datapackage.json").unlink()
    if engine == "shared strings":
        _with_shared_strings(path)
    assert keys_of(cite(path, bibtex=True)) == keys_for("state_system", "gml")
    assert RECORD in cite(path)


def test_a_stata_file_of_another_program_is_read(tmp_path: Path) -> None:
    pd.DataFrame({"ccode": [2], "polyarchy_mean": [0.8], "mine": ["x"]}).to_stata(
        tmp_path / "p.dta", version=117, write_index=False
    )
    found = gather([tmp_path / "p.dta"])
    assert keys_of(found.as_bibtex()) == keys_for("state_system", "vdem_polyarchy")
    assert found.remarks[0].endswith("not foedus's: mine")


def test_a_partitioned_folder_is_a_file(tmp_path: Path) -> None:
    request = Request(unit="dyad-year", variables=("dispute_onset",), years=(2000, 2001), record=world())
    frame = built(request)
    parts = [({"year": int(year)}, part) for (year,), part in frame.group_by("year", maintain_order=True)]
    write_partitions(tmp_path / "days", parts, metadata(request, frame.columns, "foedus panel …"))
    found = gather([tmp_path / "days"])
    assert keys_of(found.as_bibtex()) == keys_for("state_system", "gml")
    assert RECORD in found.as_text()
    assert not found.remarks


def test_files_variables_and_sources_may_be_named_together(tmp_path: Path) -> None:
    path = written(tmp_path / "p.parquet", "dispute_onset")
    assert keys_of(cite(path, "polyarchy", "atop", bibtex=True)) == keys_for("state_system", "gml", "vdem_polyarchy", "atop")


def test_two_files_of_one_record_name_it_once(tmp_path: Path) -> None:
    one, two = written(tmp_path / "one.parquet", "dispute_onset"), written(tmp_path / "two.dta", "min_distance")
    assert cite(one, two).count(RECORD) == 1


def test_a_variable_goes_before_a_file_of_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "polyarchy").write_text("x")
    assert cite("polyarchy") == "\n".join(catalog()[source].citation for source in codebook()["polyarchy"].sources)


def test_foedus_is_cited_as_its_citation_file_says() -> None:
    text = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert f'title: "{TITLE}"' in text
    assert f"- name: {AUTHORS}" in text


# ------------------------------------------------------------------------------------------------- what may go wrong


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("p.csv", b"", "empty"),
        ("p.csv", b"\0\1\2\3", "not the header of a table"),
        ("p.csv", b"polyarchy," * 200_000, "not the header of a table"),
        ("p.csv", "année,é".encode("latin-1"), "damaged or not what its ending says"),
        ("p.csv", b"name,value\n1,2\n", "no column of foedus's"),
        ("p.csv", b"year,date,group\n", "no column of foedus's"),
        ("p.csv", b"\n\n", "no column of foedus's"),
        ("p.parquet", b"PAR1" + bytes(100) + b"PAR1", "damaged or not what its ending says"),
        ("p.parquet", b"ccode,year\n", "damaged or not what its ending says"),
        ("p.xlsx", b"ccode,year\n", "damaged or not what its ending says"),
        ("p.xlsx", b"PK\3\4" + bytes(50), "damaged or not what its ending says"),
        ("p.dta", b"\x72\x02\x01\x00" + bytes(100), "Stata 13 or later"),
        ("p.dta", b"<stata_dta>" * 100, "Stata 13 or later"),
        ("p.txt", b"ccode,year\n", r"\.parquet, \.csv, \.xlsx, \.dta"),
    ],
)
def test_a_file_that_is_no_table_is_refused_in_one_message(name: str, content: bytes, words: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match=words) as refusal:
        cite(tmp_path / name)
    assert str(refusal.value).startswith((f"cannot read {tmp_path / name}: ", f"{tmp_path / name} holds"))
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize("name", ["nowhere.csv", "polyarky", "x" * 5000, "nul\0l", ""])
def test_a_name_that_is_nothing_is_refused(name: str) -> None:
    with pytest.raises(InputError, match=r"no such file|neither a variable nor a source"):
        cite(name)


@pytest.mark.parametrize(
    "account",
    [
        "[1]",
        "{",
        '{"record": 1}',
        '{"record": {"version": "}, note = {x", "sha256": "00"}}',
        '{"columns": {"ccode": {"sources": ["nobody"]}}}',
        '{"columns": {"ccode": {"sources": ["gml"]}}, "sources": {"gml": 3}}',
        '{"foedus": "' + "9" * 1000 + '"}',
        "[" * 100_000,
    ],
    ids=lambda text: text[:30],
)
def test_a_false_account_in_a_file_is_refused(account: str, tmp_path: Path) -> None:
    pl.DataFrame({"ccode": [2], "year": [2000]}).write_parquet(tmp_path / "p.parquet", metadata={"foedus": account})
    with pytest.raises(InputError, match=r"cannot read .*(damaged|does not cite)"):
        cite(tmp_path / "p.parquet")


@pytest.mark.parametrize(
    "text", ["{", "[]", '{"resources": 3}', '{"resources": [{"path": "p.csv", "profile": "x", "foedus": 1}]}']
)
def test_a_damaged_data_package_is_named(text: str, tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text("ccode,year\n2,2000\n")
    (tmp_path / "p.datapackage.json").write_text(text)
    with pytest.raises(InputError, match=r"p\.datapackage\.json, is damaged: move it away"):
        cite(tmp_path / "p.csv")


def test_a_data_package_of_something_else_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text("ccode,year\n2,2000\n")
    other = {"resources": [{"path": "other.csv", "profile": "data-resource"}]}
    (tmp_path / "p.datapackage.json").write_text(json.dumps(other))
    assert keys_of(cite(tmp_path / "p.csv", bibtex=True)) == keys_for("state_system")


def test_letters_that_a_terminal_obeys_are_not_printed(tmp_path: Path) -> None:
    account = {
        "columns": {"ccode": {"sources": ["gml"]}},
        "sources": {"gml": {"citation": "\x1b[2JGibler", "bibtex": "@misc{x,\n\x1b]0;title\x07}"}},
    }
    frame = pl.DataFrame({"ccode": [2], "\x1b[31mmine": [1]})
    frame.write_parquet(tmp_path / "p.parquet", metadata={"foedus": json.dumps(account)})
    found = gather([tmp_path / "p.parquet"])
    assert "\x1b" not in found.as_text() + found.as_bibtex() + "".join(found.remarks)
    assert "[31mmine" in found.remarks[0]


def test_a_workbook_that_unpacks_without_end_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path / "p.xlsx", "dispute_onset")
    with zipfile.ZipFile(path) as workbook:
        parts = {name: workbook.read(name) for name in workbook.namelist()}
    parts["xl/worksheets/sheet1.xml"] = b"<worksheet>" + b" " * (1 << 27)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as workbook:
        for name, content in parts.items():
            workbook.writestr(name, content)
    assert path.stat().st_size < 1 << 20
    with pytest.raises(InputError, match="too large"):
        cite(path)


def test_a_workbook_with_declarations_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path / "p.xlsx", "dispute_onset")
    with zipfile.ZipFile(path) as workbook:
        parts = {name: workbook.read(name) for name in workbook.namelist()}
    parts["xl/workbook.xml"] = b'<!DOCTYPE x [<!ENTITY a "b">]>' + parts["xl/workbook.xml"]
    with zipfile.ZipFile(path, "w") as workbook:
        for name, content in parts.items():
            workbook.writestr(name, content)
    with pytest.raises(InputError, match="declarations"):
        cite(path)


@pytest.mark.parametrize("ending", ENDINGS)
def test_no_damage_brings_more_than_a_refusal(ending: str, tmp_path: Path) -> None:
    """Bytes changed, cut off and doubled at places drawn with a fixed seed: an answer or an InputError, nothing else."""
    path = written(tmp_path / f"p{ending}", "dispute_onset", "min_distance")
    whole = path.read_bytes()
    draw = random.Random(1816)
    refused = 0
    for turn in range(300):
        damaged = bytearray(whole)
        for _ in range(draw.choice([1, 3, 30])):
            damaged[draw.randrange(len(damaged))] = draw.randrange(256)
        if turn % 3 == 0:
            damaged = damaged[: draw.randrange(len(damaged))]
        if turn % 3 == 1:
            at = draw.randrange(len(damaged))
            damaged[at:at] = damaged[: draw.randrange(len(damaged))]
        path.write_bytes(damaged)
        try:
            cite(path)
        except InputError:
            refused += 1
    assert refused > 0


def test_the_command_cites_on_one_stream_and_remarks_on_the_other(tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text("ccode,year,polyarchy,mine\n")
    done = subprocess.run(
        [sys.executable, "-m", "foedus", "cite", "p.csv", "--bibtex"], capture_output=True, text=True, cwd=tmp_path, check=False
    )
    assert done.returncode == 0
    assert keys_of(done.stdout) == keys_for("state_system", "vdem_polyarchy")
    assert "p.csv: not foedus's: mine" in done.stderr


@pytest.mark.parametrize("name", ["p.xlsx", "nowhere.csv"])
def test_the_command_refuses_with_one_message(name: str, tmp_path: Path) -> None:
    (tmp_path / "p.xlsx").write_bytes(b"\0" * 1000)
    done = subprocess.run(
        [sys.executable, "-m", "foedus", "cite", name], capture_output=True, text=True, cwd=tmp_path, check=False
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"foedus: cannot read {name}: ")
    assert len(done.stderr.splitlines()) == 1


def _with_shared_strings(path: Path) -> None:
    """Turn a workbook's own strings into shared ones, as Excel does when it saves."""
    with zipfile.ZipFile(path) as workbook:
        parts = {name: workbook.read(name).decode() for name in workbook.namelist()}
    shared: list[str] = []

    def place(found: re.Match[str]) -> str:
        shared.append(found[1])
        return f' t="s"><v>{len(shared) - 1}</v></c>'

    sheets = {name: text for name, text in parts.items() if name.startswith("xl/worksheets/")}
    for name, text in sheets.items():
        parts[name] = re.sub(r' t="inlineStr"><is>(.*?)</is></c>', place, text, flags=re.DOTALL)
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    parts["xl/sharedStrings.xml"] = f'<sst xmlns="{space}">{"".join(f"<si><r>{text}</r></si>" for text in shared)}</sst>'
    with zipfile.ZipFile(path, "w") as workbook:
        for name, content in parts.items():
            workbook.writestr(name, content)


def test_a_file_of_an_earlier_foedus_is_cited_by_its_names(tmp_path: Path) -> None:
    """A file whose account was written by an earlier foedus, without columns, is cited by names."""
    account: dict[str, Any] = {"call": "foedus panel", "record": {"version": "2026.11", "sha256": "a" * 64}, "variables": {}}
    frame = pl.DataFrame({"ccode": [2], "polyarchy": [0.8]})
    frame.write_parquet(tmp_path / "p.parquet", metadata={"foedus": json.dumps(account)})
    assert "Data record 2026.11" in cite(tmp_path / "p.parquet")
