"""Tables of sites: those of the record, and a user's with every fault named by its row."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from foedus.errors import InputError
from foedus.radars.sites import (
    COLUMNS,
    MOST_SITES,
    MOST_STATES,
    assumptions,
    checked_sites,
    grid_error,
    ground_height,
    read_sites,
    sites_of_record,
)
from foedus.record.store import Record

GOOD = {
    "site": ["North", "South"],
    "state": ["ISL", "ISL"],
    "latitude": [66.2, 63.5],
    "longitude": [-15.0, -19.0],
    "range_km": [300.0, 200.0],
}


def faults(record: Record, **columns: list[object]) -> str:
    with pytest.raises(InputError) as error:
        checked_sites(pl.DataFrame({**GOOD, **columns}, strict=False), record)
    return str(error.value)


def test_62_sites_of_the_record_have_a_position_and_are_not_reported_closed(record: Record) -> None:
    sites = sites_of_record(record)
    assert sites.height == 62
    assert dict(sites["state"].value_counts().iter_rows()) == {"CAN": 46, "USA": 16}
    assert sites_of_record(record, closed=True).height == 64
    assert not sites["latitude"].null_count()


def test_ranges_are_those_published_for_the_class(record: Record) -> None:
    sites = sites_of_record(record)
    assert set(sites.select("range_low_km", "range_km", "range_high_km").rows()) == {
        (370.0, 463.0, 470.0),
        (100.0, 110.0, 130.0),
    }


def test_elevations_that_are_not_known_come_from_the_grid_and_say_so(record: Record) -> None:
    sites = sites_of_record(record)
    from_grid = sites.filter(elevation_from="grid")
    assert set(from_grid.filter(state="CAN")["site"]) == {"Loks Land"}
    assert set(from_grid["elevation_error_m"]) == {grid_error(record)}
    assert (from_grid["elevation_m"] >= 0).all()
    assert sites.filter(elevation_from="table")["elevation_error_m"].unique().to_list() == [30.0]


def test_the_grid_is_off_by_hundreds_of_metres_at_sites_on_hills(record: Record) -> None:
    assert 250 < grid_error(record) < 350


def test_the_cell_of_a_point_is_the_nearest_centre(record: Record) -> None:
    cells = record.table("elevation").sample(500, seed=1)
    latitude, longitude = (cells[name].to_numpy().astype(float) for name in ("latitude", "longitude"))
    shift = np.random.default_rng(1).uniform(-0.16, 0.16, (2, 500))
    assert (ground_height(record, latitude + shift[0], longitude + shift[1]) == cells["elevation_m"].to_numpy()).all()


def test_an_unknown_system_is_refused_with_the_nearest(record: Record) -> None:
    with pytest.raises(InputError, match=r"Did you mean North Warning System"):
        sites_of_record(record, systems=["North Warming System"])


def test_a_users_table_is_read_from_a_csv(record: Record, tmp_path: Path) -> None:
    path = tmp_path / "sites.csv"
    path.write_text(
        "site,state,latitude,longitude,range_km,elevation_m\nNorth,ISL,66.2,-15,300,120\n Étoile ,ISL,63.5,-19,200,\n"
    )
    sites = read_sites(path, record)
    assert sites["site"].to_list() == ["North", "Étoile"]
    assert sites["elevation_from"].to_list() == ["table", "grid"]
    assert sites["range_low_km"].to_list() == sites["range_high_km"].to_list() == [300.0, 200.0]


def test_every_fault_is_named_at_once_with_its_row(record: Record) -> None:
    told = faults(record, latitude=["95", "63.5"], range_km=["300", "-200"], site=["A", "a "])
    assert "row 2: latitude '95' is not between -90 and 90" in told
    assert "row 3: range_km '-200' is not between 1 and 5000" in told
    assert "row 3: site 'a ' is there already, in row 2" in told


@pytest.mark.parametrize(
    ("column", "value", "says"),
    [
        ("latitude", float("nan"), "is not finite"),
        ("latitude", "inf", "is not finite"),
        ("longitude", "190", "is not between -180 and 180"),
        ("range_km", "far", "is not a number"),
        ("range_km", "1_000", "is not a number"),
        ("latitude", None, "no latitude"),
        ("elevation_m", "9000", "is not between -430 and 8850"),
        ("site", "=cmd()", "a spreadsheet would run"),
        ("site", "a\x00b", "cannot be printed"),
        ("site", "x" * 81, "not a text of 1 to 80"),
        ("site", "  ", "not a text of 1 to 80"),
        ("state", "Iceland", "not a text of 1 to 3"),
        ("state", "isl", "not an ISO3 code"),
    ],
)
def test_a_cell_that_cannot_be_is_refused_by_its_row(record: Record, column: str, value: object, says: str) -> None:
    good = GOOD.get(column, [1.0, 1.0])[0]
    told = faults(record, **{column: [good if value is None or isinstance(value, float) else str(good), value]})
    assert f"row 3: {says}" in told or (f"row 3: {column}" in told and says in told)


def test_columns_that_lack_or_are_not_known_are_named(record: Record) -> None:
    with pytest.raises(
        InputError, match=r"has no column 'latitude'; has a column 'lattitude' that is not known Did you mean latitude"
    ):
        checked_sites(pl.DataFrame(GOOD).rename({"latitude": "lattitude"}), record)


def test_no_rows_and_too_many_are_refused(record: Record) -> None:
    with pytest.raises(InputError, match="has no rows"):
        checked_sites(pl.DataFrame(GOOD).head(0), record)
    many = pl.concat([pl.DataFrame(GOOD)] * (MOST_SITES // 2 + 1))
    with pytest.raises(InputError, match="more than 1,000"):
        checked_sites(many, record)


def test_a_table_of_a_thousand_faults_is_told_of_briefly(record: Record) -> None:
    rows = MOST_SITES
    frame = pl.DataFrame(
        {**{name: [GOOD[name][0]] * rows for name in GOOD}, "site": [f"s{n}" for n in range(rows)], "latitude": [91.0] * rows}
    )
    with pytest.raises(InputError, match=r"and 980 more") as error:
        checked_sites(frame, record)
    assert len(str(error.value)) < 3000


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"", b'site,state\n"a,b\n1,2,3\n'])
def test_a_file_that_is_no_table_is_refused(record: Record, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "sites.csv"
    path.write_bytes(content)
    with pytest.raises(InputError):
        read_sites(path, record)
    with pytest.raises(InputError, match="cannot read the sites"):
        read_sites(tmp_path / "absent.csv", record)


def test_what_is_taken_as_given_has_a_source_and_a_width() -> None:
    given = assumptions()
    for each in given["assumption"].values():
        assert each["low"] <= each["value"] <= each["high"]
        assert each["source"]
    for each in given["range"].values():
        assert each["low"] <= each["km"] <= each["high"]
        assert each["source"]
    assert all(given[name]["source"] for name in ("scan", "target", "approach"))
    assert set(COLUMNS) >= {"site", "state", "latitude", "longitude", "range_km"}


SPREADSHEET = "site;state;latitude;longitude;range_km\nNorth;ISL;66,2;-15,0;300\nSouth;ISL;63,5;-19,0;200,0\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be"])
@pytest.mark.parametrize("separator", [";", "\t", ","])
def test_a_table_as_a_spreadsheet_writes_it_is_read(encoding: str, separator: str, record: Record, tmp_path: Path) -> None:
    text = SPREADSHEET.replace(",", "." if separator == "," else ",").replace(";", separator)
    content = text.replace("\n", "\r\n").encode(encoding)
    (tmp_path / "sites.csv").write_bytes(b"\xfe\xff" + content if encoding == "utf-16-be" else content)
    read = read_sites(tmp_path / "sites.csv", record)
    assert read.select("site", "latitude", "longitude", "range_km").rows() == [
        ("North", 66.2, -15.0, 300.0),
        ("South", 63.5, -19.0, 200.0),
    ]


def test_text_of_another_kind_is_refused_with_what_to_save_it_as(record: Record, tmp_path: Path) -> None:
    (tmp_path / "sites.csv").write_bytes("site,state\nÞórshöfn,ISL\n".encode("latin-1"))
    with pytest.raises(InputError, match=r"neither UTF-8 nor UTF-16 text\. Save them as a CSV in UTF-8"):
        read_sites(tmp_path / "sites.csv", record)


def test_a_device_without_end_is_refused_and_not_read_to_it(record: Record) -> None:
    with pytest.raises(InputError, match=r"/dev/zero is larger than 1,000,000 bytes: no table of 1,000 sites is"):
        read_sites(Path("/dev/zero"), record)


def test_a_table_of_a_million_columns_is_refused_before_it_is_read(record: Record, tmp_path: Path) -> None:
    (tmp_path / "wide.csv").write_text("," * 900_000 + "\n")
    with pytest.raises(InputError, match=r"the table of sites has more than 100 columns\. It needs columns site, state"):
        read_sites(tmp_path / "wide.csv", record)


def test_more_states_than_there_are_are_refused(record: Record) -> None:
    """ISO 3166 has 249 countries; what each state's radars see alone is computed, and takes room."""
    states = [f"{chr(65 + place // 26)}{chr(65 + place % 26)}A" for place in range(MOST_STATES + 1)]
    rows = {name: (column * MOST_STATES)[: MOST_STATES + 1] for name, column in GOOD.items()}
    table = pl.DataFrame({**rows, "state": states, "site": states})
    with pytest.raises(InputError, match="has 251 states, more than 250"):
        checked_sites(table, record)
    assert checked_sites(table.head(MOST_STATES), record).height == MOST_STATES
