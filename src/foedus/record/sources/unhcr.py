"""Who fled, from where and to where: the Refugee Population Statistics of the UN High Commissioner for Refugees, 1951–2025.

Four tables, in persons. The first state of a pair is the origin, the second the state of asylum.

* `displacement_stocks`: per pair and year, on 31 December: `refugees`, `asylum_seekers` (whose claim is not decided) and
  `others_in_need` of international protection (in the main Venezuelans since 2018). Apart: the three do not overlap.
* `displacement_flows`: per pair and year, new in the year: `new_refugees` (recognised as a group, or given temporary
  protection), `asylum_applications` (first ones; neither repeated nor on appeal), `new_refugee_like` and
  `new_others_in_need`.
* `displaced_persons`: per state and year, the same summed over origins (`…_hosted`) and over destinations (`…_originated`);
  `new_arrivals` and `new_departures`, the sum of the four flows; `internally_displaced`, those whom UNHCR protects or
  assists.
* `displacement_breaks`: pairs and years in which a number changed because it was counted otherwise, with what this rests on.
  Never difference across them: Ukrainians in Russia fell from 1,227,554 to 6,894 in 2024, in Canada they rose from 75,221 to
  172,945 in 2025 with 833 new arrivals; Iraqis in Jordan fell from 450,000 to 63,037 in 2012, and 2,820 had gone home. Sums
  hold the same steps, and one more: refugees in France of unknown origin fell from 100,900 to 6,976 in 2021.

Traps
-----
* The file's `coo` and `coa` are UNHCR's own codes (AUS is Austria); only the columns `…_iso` are ISO.
* Sums are over every origin and every place of asylum, the unknown, the stateless, Palestinians, Tibetans, Western Sahara and
  territories included. Pairs have only states: rows with another code drop out when codes become COW numbers, counted. Of
  refugees whose origin is unknown there were all until 1959, half or more until 1977, 15 to 20 % in the 1980s, under 3 %
  since 2005, about 1 % since 2013; of asylum seekers 14 to 45 % from 2000 to 2015, 1 to 3 % from 2017 to 2024, 18 % in 2025.
* "No row" is not zero: UNHCR marks "none" and "not available" alike. That every host reported by origin can be argued from
  2000 on, when some 140 reported and asylum seekers were first given by origin; before, few rich states did. A 0 beside
  another number of the same row is published so.
* Numbers from 1 to 4 are masked as 5, and sums add the fives.
* Asylum seekers are 0 in the file before 2000: not known (1993–99 has one number for the world). They are null here. So are
  others in need before 2018 and wherever the file has none.
* Codes are today's. SRB is Yugoslavia until 2005 and Serbia with Kosovo after (CZE: Czechoslovakia until 1992). Eritreans
  before 1993 count as from and in Ethiopia, which Eritrea was part of; who fled a colony before its independence
  (Angola, Mozambique, Namibia) counts with the host alone. DEU is the Federal Republic until 1990. Vietnam until 1975 and
  Yemen until 1990 were two states that the file does not part: left out, here and in sums.
* A few hosts have refugees from themselves (exiles who came home, Yemenis in Yemen); such rows are left out.
* Two of the flows are no count of the year: the same number year after year (97,745 Afghans to Iran, 2001–2020; 600 to
  Turkmenistan), a total spread evenly. They stand in `displacement_breaks` as "spread evenly".
* UNRWA's Palestine refugees are not in these numbers: `unrwa`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import polars as pl

SUCCEEDED = (("SRB", "YUG", 2005), ("CZE", "CSK", 1992), ("ERI", "ETH", 1992))
"""Code in the file, code of the state that held the country, last year it did. By COW's state list."""

DIVIDED_UNTIL = {"VNM": 1975, "YEM": 1990}
"""Last year in which today's country was two states for part of the year at least."""

SEEKERS_SINCE = 2000
OTHERS_SINCE = 2018
"""First years with asylum seekers, and others in need of protection, by origin."""

_STOCKS = {"refugees": "refugees", "asylum_seekers": "asylum_seekers", "oip": "others_in_need"}
_FLOWS = {
    "refugees": "new_refugees",
    "asylum_seekers": "asylum_applications",
    "refugee_like": "new_refugee_like",
    "oip": "new_others_in_need",
}

DATABASE = "UNHCR, Refugee Population Statistics Database, release of 2026"
SEEN = "seen in the numbers"


@dataclass(frozen=True)
class Break:
    """A number of a pair not comparable with that before `year`, or, of several years, no count of each."""

    origin: str
    asylum: str
    measure: str
    year: int
    last_year: int
    kind: str
    note: str
    basis: str = SEEN
    source: str = DATABASE


_NOTES_ON_UKRAINE = (
    f"{DATABASE}; UNHCR's explanatory notes of June 2023 and June 2025 word differently who is counted, "
    "https://data.unhcr.org/en/working-group/437"
)
_TRENDS_2022 = "UNHCR, Global Trends: Forced Displacement in 2022, press release of 14 June 2023"

RECOUNTED, MOVED, SPREAD = "counted otherwise", "moved to others in need", "spread evenly"
_FEW_ARRIVALS = "more than twice the year before, with few new arrivals"
_FEW_LEFT = "less than half the year before, with few returns, resettlements or naturalisations"

BREAKS = (
    Break("IRQ", "JOR", "refugees", 2012, 2012, RECOUNTED, _FEW_LEFT),
    Break("IRQ", "SYR", "refugees", 2013, 2013, RECOUNTED, _FEW_LEFT),
    Break("SRB", "DEU", "refugees", 2013, 2013, RECOUNTED, _FEW_LEFT),
    Break("IRQ", "SYR", "refugees", 2015, 2015, RECOUNTED, _FEW_LEFT),
    Break("RWA", "COD", "refugees", 2015, 2015, RECOUNTED, _FEW_ARRIVALS),
    Break("PAK", "AFG", "refugees", 2016, 2016, RECOUNTED, _FEW_LEFT),
    Break("VNM", "CHN", "refugees", 2022, 2022, RECOUNTED, "303,107 the year before, no row since, and nobody told of as left"),
    Break(
        "AFG",
        "IRN",
        "refugees",
        2022,
        2022,
        "estimate revised",
        "the rise takes in persons who had come in earlier years",
        basis="stated by the publisher",
        source=_TRENDS_2022,
    ),
    Break("HTI", "BRA", "refugees", 2023, 2023, RECOUNTED, _FEW_ARRIVALS),
    Break(
        "UKR",
        "RUS",
        "refugees",
        2024,
        2024,
        RECOUNTED,
        "more than a million fewer; returns to Ukraine and the rise elsewhere make up less than half",
        source=_NOTES_ON_UKRAINE,
    ),
    Break("UKR", "ROU", "refugees", 2024, 2024, RECOUNTED, _FEW_ARRIVALS, source=_NOTES_ON_UKRAINE),
    Break("UKR", "CAN", "refugees", 2025, 2025, RECOUNTED, _FEW_ARRIVALS, source=_NOTES_ON_UKRAINE),
    Break("UKR", "ITA", "refugees", 2025, 2025, RECOUNTED, _FEW_LEFT, source=_NOTES_ON_UKRAINE),
    Break("AFG", "IRN", "refugees", 2025, 2025, MOVED, "that group, none before, takes up a third of the fall; returns half"),
    Break("AFG", "IRN", "new_refugee_like", 2001, 2020, SPREAD, "the same number in each of twenty years"),
    Break("AFG", "TKM", "new_refugee_like", 1991, 1995, SPREAD, "the same number in each year"),
)
"""Data exceptions. Of rises since 2010, all by 80,000 or more that doubled a stock while new arrivals make up less than two
fifths of them; of falls, all by as many that halved one while returns, resettlement and naturalisation make up less than two
fifths. The tests check that these are the ones, and that the others are still in the file.
"""


def read(raw: Path) -> dict[str, pl.DataFrame]:
    """Return `displacement_stocks`, `displacement_flows`, `displaced_persons` and `displacement_breaks`."""
    folder = raw / "physical/displacement"
    population = _in_states_of_the_time(pl.read_parquet(folder / "unhcr_population_origin_asylum.parquet"))
    stocks = _pairs(population, _STOCKS).with_columns(
        _known_since("asylum_seekers", SEEKERS_SINCE), _known_since("others_in_need", OTHERS_SINCE)
    )
    flows = _pairs(_in_states_of_the_time(pl.read_parquet(folder / "unhcr_flows.parquet")), _FLOWS)
    return {
        "displacement_stocks": stocks.filter(pl.any_horizontal(pl.col(_STOCKS.values()) > 0)),
        "displacement_flows": flows.filter(pl.any_horizontal(pl.col(_FLOWS.values()) > 0)),
        "displaced_persons": _sums(stocks, flows, population),
        "displacement_breaks": _breaks(),
    }


def _in_states_of_the_time(frame: pl.DataFrame) -> pl.DataFrame:
    coded = frame.with_columns(_state("coo_iso"), _state("coa_iso"), pl.col("year").cast(pl.Int16))
    return coded.filter(*(_whole(column) for column in ("coo_iso", "coa_iso")))


def _state(column: str) -> pl.Expr:
    code = pl.col(column)
    for today, then, last in SUCCEEDED:
        code = pl.when(pl.col(column) == today, pl.col("year") <= last).then(pl.lit(then)).otherwise(code)
    return code.alias(column)


def _whole(column: str) -> pl.Expr:
    return pl.col("year") > pl.col(column).replace_strict(DIVIDED_UNTIL, default=0, return_dtype=pl.Int16)


def _pairs(frame: pl.DataFrame, columns: dict[str, str]) -> pl.DataFrame:
    """Persons by origin and asylum, the code of both and the year; those of joined codes added up, those at home left out."""
    keys = {"coo_iso": "iso3_1", "coa_iso": "iso3_2"}
    abroad = frame.filter(pl.col("coo_iso") != pl.col("coa_iso")).rename(keys)
    summed = abroad.group_by(*keys.values(), "year").agg(_sum(pl.col(name)).alias(ours) for name, ours in columns.items())
    return summed.sort("year", *keys.values())


def _sum(column: pl.Expr) -> pl.Expr:
    """Sum within a group; null, not 0, where nothing is known."""
    return pl.when(column.count() > 0).then(column.sum()).cast(pl.Int32)


def _known_since(column: str, year: int) -> pl.Expr:
    return pl.when(pl.col("year") >= year).then(pl.col(column)).alias(column)


def _sums(stocks: pl.DataFrame, flows: pl.DataFrame, population: pl.DataFrame) -> pl.DataFrame:
    stock = [pl.col(name) for name in _STOCKS.values()]
    every = pl.sum_horizontal(pl.col(_FLOWS.values()))
    at_home = population.filter(pl.col("coo_iso") == pl.col("coa_iso"), pl.col("idps") > 0)
    parts = [
        _by(stocks, "iso3_2", [_sum(each).name.suffix("_hosted") for each in stock]),
        _by(stocks, "iso3_1", [_sum(each).name.suffix("_originated") for each in stock]),
        _by(
            flows,
            "iso3_2",
            [_sum(every).alias("new_arrivals"), _sum(pl.col("asylum_applications")).alias("asylum_applications_received")],
        ),
        _by(flows, "iso3_1", [_sum(every).alias("new_departures")]),
        _by(at_home.rename({"coa_iso": "iso3"}), "iso3", [_sum(pl.col("idps")).alias("internally_displaced")]),
    ]
    joined = parts[0]
    for part in parts[1:]:
        joined = joined.join(part, on=["iso3", "year"], how="full", coalesce=True)
    return joined.sort("iso3", "year")


def _by(frame: pl.DataFrame, code: str, sums: list[pl.Expr]) -> pl.DataFrame:
    return frame.group_by(pl.col(code).alias("iso3"), "year").agg(sums)


def _breaks() -> pl.DataFrame:
    rows = [
        (each.origin, each.asylum, each.year, each.last_year, each.measure, each.kind, each.basis, each.note, each.source)
        for each in BREAKS
    ]
    names = ("iso3_1", "iso3_2", "year", "last_year", "measure", "kind", "basis", "note", "source")
    kinds = {name: pl.Int16 if name.endswith("year") else pl.String for name in names}
    return pl.DataFrame(rows, schema=kinds, orient="row").sort("year", "iso3_1", "iso3_2")
