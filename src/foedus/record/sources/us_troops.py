"""How many United States military personnel each state hosts, 1950–2024: Defense Manpower Data Center, as troopdata carries it.

`us_troops` has one row per host and year: `troops`, the largest number reported in the year, and `civilians` of the Department
of Defense, known from 2009. The United States, its territories and other places that are no states are left out.

The package's table of host-years is the base. What it gets wrong is mended from the lines of the reports themselves, which the
package carries too, or is null where the lines do not tell either. The package's own change log names these faults (troopdata
1.1.0, NEWS.md, read in November 2026); the table at hand is older.

Traps
-----
* The table has a row for every member in every year. Its 0 says that the report names no one there, unless something speaks
  against it: a line of the report with people (Antigua, Fiji, Vietnam from 1992) is taken instead; where another series of the
  same reports, Kane's, counts people, the 0 is silence and becomes null (Kuwait 2003–05: "see table"); so do zeros of hosts
  whose names met no code (UNMATCHED), where no line speaks for them.
* Some lines are of several states (SEVERAL): "Total - Former Soviet Union" and "USSR and East Europe" were Russia's value in
  1971–76 and 1992–2007. Null, but for 1992–93, when Russia has a line of its own.
* "Congo" is Kinshasa's in the reports of 1960–62, before they tell two apart; the table has Brazzaville.
* 1951 and 1952 had no report, and the file repeats one made-up figure in both; 2008 adds up two reports and is nearly doubled
  (South Korea 50,975). These years are left out (YEARS_WITHOUT_REPORT).
* Crews at sea count for the nearest country in the reports of 1954–58 and 1968–76. They are taken off (Greece 1957: 1,434
  ashore of 15,360); those of a second line under the same code (Okinawa beside Japan) cannot be.
* In 2005–07 the table has Kane's number where it is higher than the report's (Italy 2007: 12,255, the report 9,855); the
  report's is taken.
* To 2007 the numbers are active duty; from 2009 they include Guard and Reserve, although the column is named active duty.
* War zones are not in the reports: Iraq 2003–07, Kuwait 2006–07, Afghanistan 2001–07 and Afghanistan, Iraq and Syria 2018–20
  are press figures. Four of those were added up several times and are divided again (REPEATED). After them only staff assigned
  permanently is counted; those years are null (WITHHELD), as are civilians in the three states from 2018.
* Forces sent to the wars in Afghanistan and Iraq stand in 2001–07 in a section of their own, "in and around" the two
  countries. The lines of the neighbours keep only staff assigned for good: 3 in Uzbekistan in 2002, where about 1,500 could use
  the base of Karshi-Khanabad from October 2001 to November 2005 (Congressional Research Service, RS22295, January 2006), 7 in
  Kyrgyzstan, whose base at Manas opened in December 2001 and has 1,064 in the report of 2008 (same service, R40564, July
  2009), 71 in Qatar and 567 in Kuwait, with about 3,300 and 9,000 in October 2002 by a count of the Associated Press. Null
  (DEPLOYED_APART).
* The sheet of June 2023 prints civilians one line low (Qatar has Puerto Rico's 2,201); those of 2023 are of the other quarters.
* Hosts have COW-like numbers with faults, mended here (RENUMBERED): West Germany is 255, South Vietnam 816, Serbia 340 or (the
  force in Kosovo) 347, North Yemen now and then 679, and the base at Asmara counts for Eritrea (531) while it was Ethiopia's.
  North Vietnam has no row of its own.
* A host renamed by the reports has a second row, full of zeros, in a dozen cases; the larger is kept.
* Germany in 2006–07 still counts units that were in Iraq.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

YEARS_WITHOUT_REPORT = (1951, 1952, 2008)
AFLOAT_INSIDE = (*range(1954, 1959), *range(1968, 1977))
"""Years whose reports count crews at sea in a country's total."""
REPORT_BEFORE_KANE = (2005, 2006, 2007)
"""Years in which the table prefers Kane's series to the report wherever that is higher, and both speak of one place."""

FIRST_CIVILIANS = 2009
CIVILIANS_OF_LINES = 2023
"""Year whose civilians come from the lines: the table has those of June, which are printed one line low."""
CIVILIANS_WITHHELD = 2018
"""First year without civilians in the states of WITHHELD: the reports leave out personnel deployed there from December 2017."""

NOT_HOSTS = (2, 6, 327)
"""The United States, Puerto Rico and the Vatican; numbers of 1000 and more are other territories."""

REPEATED = {(645, 2006): 3, (645, 2007): 3, (700, 2019): 2, (700, 2020): 2}
"""Host and year → how often the file adds one press figure (Iraq 141,100 and 170,000, Afghanistan 13,000 and 8,600). The
quarterly file of the same package has each once.
"""

WITHHELD = {645: 2022, 652: 2021, 700: 2021}
"""Iraq, Syria and Afghanistan: first year in which deployed personnel are neither reported nor estimated."""

RENUMBERED = (
    (255, 260, 1955, 1990),
    (816, 817, 1954, 1975),
    (817, 816, 1976, 2025),
    (531, 530, 1953, 1992),
    (340, 345, 1992, 2025),
    (347, 345, 1999, 2007),
    (679, 678, 1950, 1989),
)
"""Number in the files, COW's number, first and last year: West Germany, the two Vietnams, Ethiopia with Eritrea, Serbia, Serbia
with Kosovo, North Yemen.
"""

SEVERAL = r"East Europe|Former Soviet Union|Fiji (&|and) Tonga"
"""Lines that count several states together."""

UNMATCHED = (54, 55, 56, 58, 60, 223, 591, 679, 946, 955, 970, 983, 986, 987, 990)
"""Hosts whose names in the reports met no code, by the change log: their zeros say nothing. Dominica, Grenada, Saint Lucia,
Antigua and Barbuda, Saint Kitts and Nevis, Liechtenstein, Seychelles, Yemen from 1990, Kiribati, Tonga, Nauru, the Marshall
Islands, Palau, Micronesia, Samoa.
"""

MISPLACED = (
    ("Congo", 484, 490, 1960, 1962),
    ("China (Includes Hong Kong)", 1009, 710, 2000, 2007),
    ("Aden", 678, None, 1965, 1967),
)
"""Lines under a wrong number: name, number in the file, COW's number, first and last year. The Belgian Congo that was; China
with Hong Kong, which the file counts as a territory; Aden, which was no part of Yemen.
"""

DEPLOYED_APART = ((690, 2002, 2002), (694, 2002, 2007), (696, 2002, 2007), (703, 2001, 2007), (704, 2001, 2005))
"""Hosts whose lines lack the forces sent to the wars beside them, with the first and last such year: Kuwait (whose zeros of
2003–05 and estimates of 2006–07 are told above), Qatar, the United Arab Emirates, Kyrgyzstan, Uzbekistan until the base closed.
"""

_KEY = ["ccode", "year"]


def read(raw: Path) -> dict[str, pl.DataFrame]:
    """Return `us_troops`: ccode of the host, year, troops and civilians in persons."""
    folder = raw / "political/us_troops"
    table = pl.read_parquet(folder / "troopdata_country_year.parquet")
    hosts = table.filter(_is_host()).group_by(_KEY).agg(pl.col("troops_ad", "total_civilian").max())
    known = hosts.select(*_KEY, _troops().alias("troops"), _civilians().alias("civilians"))
    merged = known.with_columns(_host()).group_by(_KEY).agg(_sum("troops"), _sum("civilians"))
    lines = _lines(pl.read_parquet(folder / "troopdata_reports.parquet"))
    kane = pl.read_parquet(folder / "troopdata_kane_original.parquet").filter(_is_host())
    beside = merged.join(lines, on=_KEY, how="left").join(_kane(kane), on=_KEY, how="left")
    mended = beside.select(*_KEY, _mended().alias("troops"), _civilians_mended().alias("civilians"))
    return {"us_troops": mended.sort(_KEY)}


def _is_host() -> pl.Expr:
    code, year = pl.col("ccode"), pl.col("year")
    return (code < 1000) & ~code.is_in(NOT_HOSTS) & ~year.is_in(YEARS_WITHOUT_REPORT)


def _lines(reports: pl.DataFrame) -> pl.DataFrame:
    """What the reports' lines say per host and year: people, of them afloat, civilians; if one is own, if one of several."""
    code = pl.col("ccode")
    for name, _, cow, first, last in MISPLACED:
        code = pl.when(pl.col("Location") == name, pl.col("year").is_between(first, last)).then(cow).otherwise(code)
    lines = reports.with_columns(ccode=code, several=pl.col("Location").str.contains(SEVERAL)).filter(_is_host())
    shared = lines.with_columns(_host(), pl.col("year").cast(pl.Int16), afloat=pl.col("Total") - pl.col("Total Ashore"))
    own = pl.col("several").not_()
    reported = shared.group_by(*_KEY, "quarter").agg(
        several=pl.col("several").any(),
        own=own.any(),
        line=pl.col("troops_ad").filter(own).sum(),
        afloat=pl.col("afloat").filter(own).sum(),
        civilians_line=pl.col("Total Civilian").sum(),
    )
    return reported.group_by(_KEY).agg(pl.col("several", "own").any(), pl.col("line", "afloat", "civilians_line").max())


def _kane(series: pl.DataFrame) -> pl.DataFrame:
    """The largest number of the older series per host and year; of silence, nothing."""
    return series.with_columns(_host(), pl.col("year").cast(pl.Int16)).group_by(_KEY).agg(kane=pl.col("troops").max())


def _mended() -> pl.Expr:
    """The table's number, corrected by the report's lines; null where neither tells."""
    troops, line, year = pl.col("troops"), pl.col("line").fill_null(0), pl.col("year")
    several, own = pl.col("several").fill_null(False), pl.col("own").fill_null(False)
    emptied = pl.any_horizontal(
        (pl.col("ccode") == here) & year.is_between(first, last) & ~own for _, here, _, first, last in MISPLACED
    )
    apart = pl.any_horizontal((pl.col("ccode") == host) & year.is_between(first, last) for host, first, last in DEPLOYED_APART)
    only_shared, beside_shared = several & ~own, several & own
    better = ((troops == 0) & (line > 0)) | (year.is_in(REPORT_BEFORE_KANE) & (line > 0))
    unheard = (pl.col("kane") > 0).fill_null(False) | pl.col("ccode").is_in(UNMATCHED)
    silent = (troops == 0) & (line == 0) & unheard
    ashore = troops - pl.when(year.is_in(AFLOAT_INSIDE)).then(pl.col("afloat")).fill_null(0)
    return (
        pl.when(apart)
        .then(None)
        .when(emptied | beside_shared | (better & ~only_shared))
        .then(line)
        .when(~silent & ~several)
        .then(ashore)
        .cast(pl.Int32)
    )


def _civilians_mended() -> pl.Expr:
    of_lines = (pl.col("year") == CIVILIANS_OF_LINES) & pl.col("civilians").is_not_null()
    return pl.when(of_lines).then(pl.col("civilians_line").fill_null(0)).otherwise("civilians").cast(pl.Int32)


def _troops() -> pl.Expr:
    troops = pl.col("troops_ad")
    for (host, year), times in REPEATED.items():
        troops = pl.when(pl.col("ccode") == host, pl.col("year") == year).then(troops // times).otherwise(troops)
    first = pl.col("ccode").replace_strict(WITHHELD, default=None, return_dtype=pl.Int16)
    return pl.when(pl.col("year") >= first).then(None).otherwise(troops).cast(pl.Int32)


def _civilians() -> pl.Expr:
    withheld = pl.col("ccode").is_in(list(WITHHELD)) & (pl.col("year") >= CIVILIANS_WITHHELD)
    return pl.when(pl.col("year") >= FIRST_CIVILIANS, ~withheld).then("total_civilian").cast(pl.Int32)


def _host() -> pl.Expr:
    """COW's number for the file's."""
    host = pl.col("ccode")
    for here, cow, first, last in RENUMBERED:
        mark = (pl.col("ccode") == here) & pl.col("year").is_between(first, last)
        host = pl.when(mark).then(cow).otherwise(host)
    return host.cast(pl.Int16).alias("ccode")


def _sum(column: str) -> pl.Expr:
    """Sum within a group; null, not 0, where nothing is known."""
    return pl.when(pl.col(column).count() > 0).then(pl.col(column).sum()).alias(column)
