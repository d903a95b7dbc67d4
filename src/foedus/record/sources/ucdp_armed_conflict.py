"""Armed conflicts in which a state fought, 1946–2024: UCDP/PRIO Armed Conflict Dataset 25.1, as peacesciencer carries it.

Four tables, with Gleditsch–Ward codes. `armed_conflicts` has one row per conflict, year and pair of opposed primary parties:
`gwcode1` the state on side A, `gwcode2` the state on side B, null where side B is a rebel organisation. `type` is
"interstate", "intrastate", "internationalised intrastate" (a foreign state sends troops) or "extrasystemic" (a colonial power
outside its own borders). `intensity` is 1 (25 to 999 battle deaths in the year) or 2 (1,000 or more, a war).
`armed_conflict_supporters` has the states whose troops help a side: one row per conflict, year, supporter and side.
`interstate_conflict_years` has one row per unordered pair of states on opposite sides of an interstate conflict in a year;
`primary` is false if either only helped. `conflict_state_years` has one row per state that fought or helped in a year, on
either side.

Onsets
------
`intrastate_conflict_onset_N` (N = 1, 2, 5, 10): in an intrastate conflict active this year, with the state as a primary party,
nobody fought in the N years before; N = 1 asks only about last year. A conflict is the publisher's: one issue between a
government and its opponents, so that a second conflict that begins beside a first is an onset. Four intrastate issues with a
row in 1946 are older than that year (in Iran and the Soviet Union); both states had a conflict that did begin in 1946, so no
onset rests on them. The publisher's own counts to 2017 take in conflicts between states and in colonies, with side A alone;
counted like that, 25 of 10,142 state-years differ, all revisions of the data since, and Hyderabad and Grenada are not in them.

How the file repeats rows
-------------------------
The publisher has one row per conflict-year, with lists of codes. The file expands every list against every other: a
conflict-year has (side A × A's supporters × side B × B's supporters) rows, an empty list counting as one (63 for Afghanistan
in 2021). All other columns repeat. Counting its rows as conflicts is wrong; the 5,652 rows are 2,752 conflict-years.

Traps
-----
* A conflict below 25 deaths in a year has no row for that year, though its `start_date` is earlier.
* `start_date` is when the conflict over this issue first killed, `episode_start` when the present run of years began;
  `episode_end` is given in an episode's last year only. Null does not mean that it is still going on in 2024.
* There are no death counts, and rebel organisations have no code.
* Serbia stays 345 after 2006 where the Gleditsch–Ward list has 340; it is renumbered (only as a supporter, 2014–2024).
* Hyderabad (751) in 1947–48 and Oman (698) before 1971 are in no COW year.
* From 2015 on the Houthi authorities in Sanaa are the government of Yemen (678; the catalog's `governments`): Saudi Arabia and
  others help its opponents, whom most states recognise, and the air strikes of 2024 make the United States and Britain, with
  Canada among eight supporters, its interstate opponents.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from foedus.record.publisher import Form, Tables
from foedus.record.ucdp import gwcode

INTERNATIONALISED = "II"

ISO = "%Y-%m-%d"
"""How the publisher writes a day; of one written otherwise nobody knows which number is the month."""

INTRASTATE = ("intrastate", "internationalised intrastate")

QUIET_YEARS = (1, 2, 5, 10)
"""Years without fighting after which its return is an onset."""

_CODES = {"gwno_a": "gwcode1", "gwno_a_2nd": "support1", "gwno_b": "gwcode2", "gwno_b_2nd": "support2"}
_ATTRIBUTES = ["type", "intensity", "incompatibility", "start_date", "episode_start", "episode_end"]


def read(raw: Path) -> dict[str, pl.DataFrame]:
    """Return `armed_conflicts`, `armed_conflict_supporters`, `interstate_conflict_years` and `conflict_state_years`."""
    return _tables(pl.read_csv(raw / "political/ucdp/ucdp_acd_251_peacesciencer.csv", infer_schema_length=None))


def _tables(rows: pl.DataFrame) -> Tables:
    frame = _tidy(rows)
    key = ["conflict", "year", "gwcode1", "gwcode2"]
    return {
        "armed_conflicts": frame.select(*key, *_ATTRIBUTES).unique().sort(key),
        "armed_conflict_supporters": _supporters(frame),
        "interstate_conflict_years": _interstate(frame.filter(pl.col("type") == "interstate")),
        "conflict_state_years": _state_years(frame),
    }


def _tidy(frame: pl.DataFrame) -> pl.DataFrame:
    codes = [gwcode(old).alias(new) for old, new in _CODES.items()]
    return frame.select(
        pl.col("conflict_id").cast(pl.Int32).alias("conflict"),
        pl.col("year").cast(pl.Int16),
        *codes,
        pl.col("type_of_conflict").replace(INTERNATIONALISED, "internationalised intrastate").alias("type"),
        pl.col("intensity_level").cast(pl.Int8).alias("intensity"),
        pl.col("incompatibility"),
        pl.col("start_date").str.to_date(ISO),
        pl.col("start_date2").str.to_date(ISO).alias("episode_start"),
        pl.col("ep_end_date").str.to_date(ISO).alias("episode_end"),
    )


def _supporters(frame: pl.DataFrame) -> pl.DataFrame:
    key = ["conflict", "year", "gwcode", "supports_side1"]
    return pl.concat([_side(frame, 1), _side(frame, 2)]).filter(~pl.col("primary")).select(key).unique().sort(key)


def _side(frame: pl.DataFrame, side: int) -> pl.DataFrame:
    """The states on one side, one row per conflict, year and state, primary parties before supporters."""
    roles = [
        frame.select("conflict", "year", "intensity", pl.col(column).alias("gwcode"), pl.lit(primary).alias("primary"))
        for column, primary in ((f"gwcode{side}", True), (f"support{side}", False))
    ]
    return pl.concat(roles).drop_nulls("gwcode").unique().with_columns(pl.lit(side == 1).alias("supports_side1"))


def _interstate(frame: pl.DataFrame) -> pl.DataFrame:
    sides = _side(frame, 1).join(_side(frame, 2), on=["conflict", "year", "intensity"], suffix="_2")
    opposed = sides.select(
        pl.min_horizontal("gwcode", "gwcode_2").alias("gwcode1"),
        pl.max_horizontal("gwcode", "gwcode_2").alias("gwcode2"),
        "year",
        "intensity",
        (pl.col("primary") & pl.col("primary_2")).alias("primary"),
    )
    key = ["gwcode1", "gwcode2", "year"]
    return opposed.group_by(key).agg(pl.col("intensity").max(), pl.col("primary").any()).sort(key)


def _state_years(frame: pl.DataFrame) -> pl.DataFrame:
    """One row per state and year with any part in a conflict; `conflict_intensity` is 0 for a state that only helped."""
    roles = pl.concat([_side(frame, 1), _side(frame, 2)]).join(_onsets(frame), on=["conflict", "year"])
    primary, intrastate = pl.col("primary"), pl.col("type").is_in(INTRASTATE)
    columns = {
        "armed_conflict": primary.any(),
        "intrastate_conflict": (primary & intrastate).any(),
        "interstate_conflict_party": (primary & (pl.col("type") == "interstate")).any(),
        "conflict_intensity": pl.col("intensity").filter(primary).max().fill_null(0),
        "conflict_support": (~primary).any(),
    }
    for least in QUIET_YEARS:
        columns[f"intrastate_conflict_onset_{least}"] = (primary & intrastate & pl.col(f"onset_{least}")).any()
    return roles.group_by("gwcode", "year").agg(**columns).sort("gwcode", "year")


def _onsets(frame: pl.DataFrame) -> pl.DataFrame:
    """Per conflict-year, its type and whether at least so many years without fighting precede it."""
    years = frame.group_by("conflict", "year").agg(pl.col("type").first()).sort("conflict", "year")
    quiet = pl.col("year") - pl.col("year").shift(1).over("conflict") - 1
    return years.with_columns((quiet.is_null() | (quiet >= least)).alias(f"onset_{least}") for least in QUIET_YEARS)


_TYPES = {1: "extrasystemic", 2: "interstate", 3: "intrastate", 4: INTERNATIONALISED}
_ISSUES = {1: "territory", 2: "government", 3: "both"}
"""The publisher's codes, in the words of the copy that is read."""

_DATES = ("start_date", "start_date2", "ep_end_date")


def _published(frame: pl.DataFrame) -> Tables:
    """From the publisher's one row a conflict-year, with lists of codes: each list expanded against every other."""
    rows = frame.with_columns(
        *(pl.col(name).str.split(",") for name in _CODES),
        pl.col("type_of_conflict").replace_strict(_TYPES, return_dtype=pl.String),
        pl.col("incompatibility").replace_strict(_ISSUES, return_dtype=pl.String),
        *(pl.col(name).str.slice(0, 10) for name in _DATES),
    )
    for name in _CODES:
        rows = rows.explode(name, empty_as_null=True)
    return _tables(rows.with_columns(pl.col(name).str.strip_chars().replace("", None).cast(pl.Int16) for name in _CODES))


FORMS = (
    Form(
        "the table of conflict-years",
        ("conflict_id", "year", *_CODES, "incompatibility", "intensity_level", "type_of_conflict", *_DATES),
        ("year",),
        _published,
        unique=False,
        text=(*_CODES, *_DATES),
    ),
)
"""The publisher's CSV (`record/release.py`), by the columns of its codebook; untried: foedus has seen peacesciencer's copy."""
