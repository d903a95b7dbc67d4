"""The state system, 1816–2025: which states there were, by the Correlates of War (COW) and by Gleditsch and Ward (GW).

`state_years` has one row per COW member and year, with its names and its codes elsewhere. `gw_state_years` has one row per GW
member and year, microstates included and marked. `state_spells` has the memberships of both lists with their days.
`major_powers` and `capitals` have spells of COW members, `capitals_gw` of GW members.

Traps
-----
* A last date of 31 December 2016 (COW), 2020 (GW) or 2024 (capitals) is the end of the list, not of the state: `end` is null.
  All 195 open COW memberships do continue to 2025 in `state_years`, all 197 open GW memberships in the GW panel to 2025.
* Nothing is said about major powers after 2016.
* COW calls Serbia "Yugoslavia" (345) to this day, and so does `english_name`; `gw_name` and `iso3` (SRB from 2006) differ.
* In 1990 two rows have iso3 DEU (260 until 2 October, 255 from the 3rd) and two have YEM (678 until 21 May, 679 from the 22nd);
  the same pairs share a `gwcode` in that year.
* `iso3` holds YUG, DDR, CSK, YMD, VDR and XKX too; `iso3_current` is true for codes of today's standard only. The German and
  Italian states before unification, Austria-Hungary and Zanzibar have none.
* `gw_state_years` has 20,849 rows, 1,690 of them of the list's 23 microstates. Its iso3, continent and region are those of
  the COW list; outside COW membership those of the state's nearest year as a member (Canada 1867 as in 1920). States that COW
  never admits have none (Tibet, Transvaal, Abkhazia).
* `vdem_id` was missing for Serbia and Yugoslavia, the Yemen Arab Republic, Austria to 1918 and three German states, although
  V-Dem scores them: it is set (VDEM_NUMBERS), as V-Dem's own table of countries pairs them.
* `capitals_gw` has two capitals of the United Provinces of Central America (89) from November 1833 to December 1834: Guatemala
  City, which ends too late, and Sonsonate. Of two on a 31 December, panels take the one that began later.
* A capital may begin before its state's membership (Ottawa in 1867) or outlast it (Schwerin, Sanaa, Aden).
* The publisher's list leaves out many moves of capitals (Ankara stands from 1816, Beijing throughout). `capitals.toml` beside
  this reader has them, each with its act and page; on its days it stands in place of the publisher's, and `source` names it.
* Of a state with several (Bolivia, Benin, the Netherlands), the constitution's capital stands, not the seat of government.
* The capitals were located by a geocoder, which put four of them at the middle of their country or region; see MISPLACED.
* `capitals_gw` gives Yemen's twice, under 678 throughout and under 679, which is no GW code.
"""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl

from foedus.record.cow import CROSSWALK
from foedus.record.dated import Entry, entries
from foedus.record.provenance import SCHEMA, provenance
from foedus.record.spells import partial_date

LAST_DAY = {"cow": date(2016, 12, 31), "gw": date(2020, 12, 31), "capitals": date(2024, 12, 31)}
"""The day on which each list ends; a spell that reaches it is still open."""

MISPLACED = {
    (140, "Brasilia"): (-15.7814, -47.918),
    (522, "Djibouti"): (11.595, 43.148),
    (616, "Tunis"): (36.8028, 10.1797),
    (670, "Riyadh"): (24.6428, 46.7708),
}
"""Capitals more than 40 km from where Natural Earth (1:50m populated places) has them, with its latitude and longitude; the
codes are the same in both lists."""

VDEM_NUMBERS = (
    (345, 198, 1878, 2025),
    (678, 14, 1918, 1989),
    (300, 144, 1816, 1918),
    (271, 355, 1816, 1871),
    (273, 358, 1816, 1866),
    (275, 359, 1816, 1867),
)
"""COW number, V-Dem's number of the country, first and last year, where the publisher's table leaves V-Dem's out."""

CAPITALS = Path(__file__).with_name("capitals.toml")
"""Capitals that the publisher's list leaves out, gathered by hand."""

_PLACE = ("capital", "latitude", "longitude")
_CAPITALS: dict[str, Any] = {
    "start": pl.Date,
    "end": pl.Date,
    "capital": pl.String,
    "latitude": pl.Float64,
    "longitude": pl.Float64,
    "source": pl.String,
    "source_kind": pl.String,
    **SCHEMA,
    "confidence": pl.String,
}

_STATE_YEARS = {
    "year": "year",
    "ccode": "ccode",
    "gwcode": "gwcode",
    "iso3c": "iso3",
    "iso3_is_standard_current": "iso3_current",
    "stateabb": "abbreviation",
    "cw_name": "name",
    "gw_name": "gw_name",
    "country": "english_name",
    "vdem_id": "vdem_id",
    "continent": "continent",
    "region": "region",
}


def read(raw: Path) -> dict[str, pl.DataFrame]:
    """Return `state_years`, `gw_state_years`, `state_spells`, `major_powers`, `capitals` and `capitals_gw`."""
    folder = raw / "political/state_system"
    crosswalk = pl.read_parquet(raw / CROSSWALK)
    years = crosswalk.select(_STATE_YEARS.keys()).rename(_STATE_YEARS).with_columns(_vdem_number()).sort("year", "ccode")
    spells = pl.concat([_spells(folder / "isard_cw_system.csv", "cow"), _spells(folder / "isard_gw_system.csv", "gw")])
    return {
        "state_years": years,
        "gw_state_years": _gw_state_years(pl.read_parquet(folder / "gw_cw_panel.parquet"), spells, years),
        "state_spells": spells.sort("system", "code", "start"),
        "major_powers": _major_powers(pl.read_csv(folder / "cow_majors.csv")),
        "capitals": _capitals(pl.read_csv(folder / "cow_capitals.csv", try_parse_dates=True), "ccode"),
        "capitals_gw": _capitals(pl.read_csv(folder / "gw_capitals.csv", try_parse_dates=True), "gwcode"),
    }


def _vdem_number() -> pl.Expr:
    """V-Dem's number of the country, the missing ones set."""
    number, code = pl.col("vdem_id"), pl.col("ccode")
    for ccode, vdem, first, last in VDEM_NUMBERS:
        missing = (code == ccode) & pl.col("year").is_between(first, last) & pl.col("vdem_id").is_null()
        number = pl.when(missing).then(pl.lit(vdem, pl.Int16)).otherwise(number)
    return number.alias("vdem_id")


def _gw_state_years(panel: pl.DataFrame, spells: pl.DataFrame, years: pl.DataFrame) -> pl.DataFrame:
    """The state-years of the GW list: gwcode, year, name, microstate, and the iso3, continent and region COW has for them."""
    members = panel.drop_nulls("gwcode").select("gwcode", "year", pl.col("gw_name").alias("name"))
    microstates = spells.filter("microstate")["code"].unique()
    known = years.drop_nulls("gwcode").unique(["gwcode", "year"], keep="first", maintain_order=True)
    return (
        members.with_columns(pl.col("gwcode").is_in(microstates.implode()).alias("microstate"))
        .sort("year")
        .join_asof(
            known.select("gwcode", "year", "iso3", "continent", "region").sort("year"),
            on="year",
            by="gwcode",
            strategy="nearest",
            check_sortedness=False,
        )
        .sort("gwcode", "year")
        .with_columns(pl.col("continent", "region").backward_fill().forward_fill().over("gwcode"))
    )


def _spells(path: Path, system: str) -> pl.DataFrame:
    frame = pl.read_csv(path, try_parse_dates=True)
    prefix = {"cow": "cw", "gw": "gw"}[system]
    microstate = pl.col("microstate") == 1 if system == "gw" else pl.lit(None, pl.Boolean)
    return frame.select(
        pl.lit(system).alias("system"),
        pl.col("gwcode" if system == "gw" else "ccode").cast(pl.Int16).alias("code"),
        "start",
        _open("end", LAST_DAY[system]),
        pl.col(f"{prefix}_abb").alias("abbreviation"),
        pl.col(f"{prefix}_name").alias("name"),
        microstate.alias("microstate"),
    )


def _major_powers(frame: pl.DataFrame) -> pl.DataFrame:
    dated = frame.with_columns(
        partial_date("styear", "stmonth", "stday").alias("start"), partial_date("endyear", "endmonth", "endday").alias("end")
    )
    return dated.select(pl.col("ccode").cast(pl.Int16), "start", _open("end", LAST_DAY["cow"])).sort("ccode", "start")


def _capitals(frame: pl.DataFrame, key: str) -> pl.DataFrame:
    """Spells of capitals: the publisher's, located anew where misplaced, and those it leaves out in their place."""
    moved = [{key: code, "capital": name, "lat": lat, "lng": lng} for (code, name), (lat, lng) in MISPLACED.items()]
    located = frame.update(pl.DataFrame(moved), on=[key, "capital"])
    spells = located.select(
        pl.col(key).cast(pl.Int16),
        pl.col("stdate").alias("start"),
        _open("enddate", LAST_DAY["capitals"]).alias("end"),
        "capital",
        pl.col("lat").alias("latitude"),
        pl.col("lng").alias("longitude"),
    ).rows(named=True)
    for stay in left_out(key):
        spells = _in_its_place(spells, stay, key)
    return pl.DataFrame(spells, schema={key: pl.Int16, **_CAPITALS}).sort(key, "start")


def left_out(key: str) -> list[Entry]:
    """Return the stays in capitals that the publisher's list leaves out, as rows of a table keyed by ccode or gwcode."""
    return [
        {
            key: fact["gwcode"],
            "start": fact["since"],
            "end": fact.get("until"),
            **{place: fact.get(place) for place in _PLACE},
            **provenance(name, fact),
        }
        for name, fact in entries(CAPITALS).items()
        if key == "gwcode" or fact.get("ccode", True)
    ]


def _in_its_place(spells: list[Entry], stay: Entry, key: str) -> list[Entry]:
    """Cut the days of a stay out of the spells of its state, and put it there; without a place it has that of its namesake."""
    own = [spell for spell in spells if spell[key] == stay[key]]
    for namesake in (spell for spell in own if stay["latitude"] is None and spell["capital"] == stay["capital"]):
        stay = {**stay, "latitude": namesake["latitude"], "longitude": namesake["longitude"]}
    rest = [part for spell in own for part in _cut(spell, stay["start"], stay["end"])]
    return [spell for spell in spells if spell[key] != stay[key]] + [*rest, stay]


def _cut(spell: Entry, first: date, last: date | None) -> list[Entry]:
    """The parts of a spell before and after some days."""
    before = {**spell, "end": min(spell["end"] or date.max, first - timedelta(days=1))}
    after = [{**spell, "start": max(spell["start"], last + timedelta(days=1))}] if last else []
    return [part for part in (before, *after) if part["end"] is None or part["start"] <= part["end"]]


def _open(end: str, last_day: date) -> pl.Expr:
    """The last day of a spell, null where it is only the last day of the list."""
    return pl.when(pl.col(end) < last_day).then(pl.col(end)).alias(end)
