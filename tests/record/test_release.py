"""A newer release of a source that ships, from the publisher's own file: small files made up by the documented columns."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import polars as pl
import pytest

from foedus.errors import InputError, RecordError
from foedus.record.in_use import RELEASES
from foedus.record.publisher import Form, read
from foedus.record.release import take_release
from foedus.record.source import releases
from foedus.record.sources import idmc, ucdp_armed_conflict, ucdp_country_year, vdem, vdem_lite, warheads
from foedus.record.store import Record
from tests.test_cli import refused, run

DEATHS = [name for name in ucdp_country_year.FORMS[0].columns if name.endswith(("best_cy", "low_cy", "high_cy"))]


def country_years(path: Path) -> Path:
    """Two countries in 2024 and 2025: 100 deaths of every kind, in Ukraine (369) one more in 2025."""
    rows = [(code, year, 100 + (code == 369 and year == 2025)) for code in (365, 369) for year in (2024, 2025)]
    lines = [",".join(["country_id_cy", "year_cy", *DEATHS, "version"])]
    lines += [",".join(map(str, [code, year, *[deaths] * len(DEATHS), "26.1"])) for code, year, deaths in rows]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def tidied(forms: tuple[Form, ...], path: Path, text: str) -> dict[str, pl.DataFrame]:
    """The tables that a publisher's file of this text gives."""
    path.write_text(text, encoding="utf-8")
    return {name: table for form, frame in read(path, forms, "").frames for name, table in form.tidy(frame).items()}


def test_a_newer_release_is_read_into_a_copy_of_the_record(record: Record, tmp_path: Path) -> None:
    file = country_years(tmp_path / "organizedviolencecy_v26_1.csv")
    release = take_release("ucdp-country-year", file, tmp_path / "mine", version="26.1")
    assert release.untried
    assert release.record.table("organized_violence").height == 4
    assert release.record.verify() == []
    assert list(release.record.tables) == list(record.tables), "every other table is there, as it was"
    assert release.record.tables["polyarchy"] == record.tables["polyarchy"]
    entry = {"version": "26.1", "last_year": 2025, "file": file.name, "sha256": hashlib.sha256(file.read_bytes()).hexdigest()}
    assert releases(tmp_path / "mine") == {"ucdp_country_year": entry}
    moved = {what: (before, after) for _, what, before, after in release.moved.iter_rows()}
    assert moved["last year"] == ("2024", "2025")
    assert moved["first year"] == ("1989", "2024")


def test_panels_of_that_record_reach_as_far_as_the_release(tmp_path: Path) -> None:
    file = country_years(tmp_path / "new.csv")
    done = run("record", "update", "ucdp-country-year", str(file), "--version", "26.1", "-o", "mine", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "organized_violence, last year: 2024 → 2025" in done.stderr
    assert "never tried on a file of 26.1" in done.stderr
    asked = ("panel", "state-year", "--states", "UKR", "--years", "2025:2025", "--variables", "state_based_deaths")
    shown = run(*asked, folder=tmp_path, FOEDUS_RECORD="mine")
    assert shown.stdout.splitlines()[1:] == ["369,2025,101"]
    assert run(*asked, folder=tmp_path).stdout.splitlines()[1:] == ["369,2025,"], "the record that ships ends in 2024"


def test_the_release_that_ships_moves_nothing(raw: Path, tmp_path: Path) -> None:
    """The publisher's own file of version 25.1, of which the table that ships is made."""
    file = raw / "political/ucdp/organizedviolencecy_v25_1.csv"
    release = take_release("ucdp_country_year", file, tmp_path / "same", version="25.1")
    assert release.moved.is_empty()
    assert not release.untried


def test_a_file_with_another_hash_than_its_publisher_states_is_refused(tmp_path: Path) -> None:
    file = country_years(tmp_path / "new.csv")
    stated = hashlib.md5(file.read_bytes(), usedforsecurity=False).hexdigest()
    with pytest.raises(InputError, match=r"has the md5 .*, not the one stated"):
        take_release("ucdp_country_year", file, tmp_path / "mine", version="26.1", stated_hash="0" * 32)
    with pytest.raises(InputError, match="neither an MD5"):
        take_release("ucdp_country_year", file, tmp_path / "mine", version="26.1", stated_hash="abc")
    assert not (tmp_path / "mine").exists(), "nothing is half-written"
    assert take_release("ucdp_country_year", file, tmp_path / "mine", version="26.1", stated_hash=stated.upper())


def test_what_cannot_be_updated_is_said(tmp_path: Path) -> None:
    file = country_years(tmp_path / "new.csv")
    with pytest.raises(InputError, match=r"no source that ships is called 'cow-nmc'\. It is added with"):
        take_release("cow-nmc", file, tmp_path / "mine", version="7")
    with pytest.raises(InputError, match="no reader for the publisher's own file of gml"):
        take_release("gml", file, tmp_path / "mine", version="3")
    with pytest.raises(InputError, match="lacks the columns"):
        take_release("vdem", file, tmp_path / "mine", version="16")
    refused(run("record", "update", "ucdp-country-yeer", "x.csv", "--version", "1", "-o", "y", folder=tmp_path), "Did you mean")


def test_a_filtered_record_keeps_the_releases_it_holds(tmp_path: Path) -> None:
    take_release("ucdp_country_year", country_years(tmp_path / "new.csv"), tmp_path / "mine", version="26.1")
    done = run("record", "filter", "--only", "open", "-o", "open", folder=tmp_path, FOEDUS_RECORD="mine")
    assert done.returncode == 0, done.stderr
    assert releases(tmp_path / "open") == releases(tmp_path / "mine")


def test_a_damaged_list_of_releases_is_said(tmp_path: Path) -> None:
    (tmp_path / RELEASES).write_text(json.dumps({"gml": {"version": "3"}}), encoding="utf-8")
    with pytest.raises(RecordError, match="is damaged"):
        releases(tmp_path)


def test_conflicts_with_lists_of_states_are_expanded(tmp_path: Path) -> None:
    """Side B with two states, one of them helped: as the expanded copy that ships has them."""
    header = "conflict_id,location,side_a,year,intensity_level,cumulative_intensity,type_of_conflict,incompatibility,"
    header += "start_date,start_prec,start_date2,start_prec2,ep_end,ep_end_date,ep_end_prec,gwno_a,gwno_a_2nd,gwno_b,gwno_b_2nd"
    rows = [
        '11345,x,y,2025,2,1,2,1,2014-02-27,1,2022-02-24,1,0,,,365,,369,"2, 200"',
        "13692,x,y,2025,1,1,4,2,2001-01-01,1,2001-01-01,1,1,2025-08-01,1,700,2,,",
    ]
    tables = tidied(ucdp_armed_conflict.FORMS, tmp_path / "acd.csv", "\n".join([header, *rows]) + "\n")
    conflicts = tables["armed_conflicts"].select("conflict", "gwcode1", "gwcode2", "type", "incompatibility", "intensity")
    assert conflicts.rows() == [
        (11345, 365, 369, "interstate", "territory", 2),
        (13692, 700, None, "internationalised intrastate", "government", 1),
    ]
    assert set(tables["armed_conflict_supporters"]["gwcode"]) == {2, 200}
    assert set(tables["interstate_conflict_years"].select("gwcode1", "gwcode2").rows()) == {(2, 365), (200, 365), (365, 369)}


def test_days_in_an_order_that_nobody_can_know_are_refused(tmp_path: Path) -> None:
    """01/02/2014 is a day of January or of February; a library that guesses takes the first number for the day.

    DuckDB 2.0.1 reads day first until a day above 12 turns the column (where-tools-disagree).
    """
    header = "conflict_id,location,side_a,year,intensity_level,cumulative_intensity,type_of_conflict,incompatibility,"
    header += "start_date,start_prec,start_date2,start_prec2,ep_end,ep_end_date,ep_end_prec,gwno_a,gwno_a_2nd,gwno_b,gwno_b_2nd"
    for day in ("01/02/2014", "27.02.2014", "2014/02/27"):
        text = f"{header}\n11345,x,y,2025,2,1,2,1,{day},1,2022-02-24,1,0,,,365,,369,2\n"
        (tmp_path / "acd.csv").write_text(text, encoding="utf-8")
        with pytest.raises(InputError, match=r"acd\.csv cannot be read as ucdp_armed_conflict: .*with days such as 2014-02-01"):
            take_release("ucdp-armed-conflict", tmp_path / "acd.csv", tmp_path / "mine", version="26.1")
    assert not (tmp_path / "mine").exists()


def test_displacement_without_a_figure_is_no_zero(tmp_path: Path) -> None:
    header = "ISO3,Name,Year,Conflict Stock Displacement,Conflict Internal Displacements"
    text = f"{header}\nUKR,Ukraine,2026,3700000,1\nCAN,Canada,2026,,\n"
    assert tidied(idmc.FORMS, tmp_path / "idmc.csv", text)["conflict_displacement"].rows() == [("UKR", 2026, 3_700_000)]


def test_warheads_are_those_of_states(tmp_path: Path) -> None:
    text = "country,year,number_of_warheads\nRussia,2026,4400\nWorld,2026,9700\nUnited States,2026,3700\n"
    assert tidied(warheads.FORMS, tmp_path / "fas.csv", text)["warheads"].rows() == [(2, 2026, 3700), (365, 2026, 4400)]


def test_indices_of_democracy_come_from_the_publishers_own_table(tmp_path: Path) -> None:
    columns = [*vdem.FORMS[0].columns[3:], *vdem_lite.FORMS[0].columns[3:]]
    rows = [("Canada", "20", 2025), ("Piedmont-Sardinia", "", 1850), ("Hong Kong", "", 2025)]
    lines = [",".join(["country_name", "COWcode", "year", *columns])]
    lines += [",".join([name, code, str(year), *["0.5"] * len(columns)]) for name, code, year in rows]
    text = "\n".join(lines) + "\n"
    regimes = tidied(vdem.FORMS, tmp_path / "vdem.csv", text)["regimes"]
    assert regimes.select("ccode", "year", "liberal_democracy").rows() == [(20, 2025, 0.5), (325, 1850, 0.5)]
    liberties = tidied(vdem_lite.FORMS, tmp_path / "vdem.csv", text)["civil_liberties"]
    assert liberties.select("ccode", "year", "physical_integrity").rows() == [(20, 2025, 0.5)]
