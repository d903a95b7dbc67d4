"""Trade agreements concluded 1948–2020 (DESTA): their members, and who joined or left them.

`trade_agreement_members` has one row per treaty and member. `entry_type` says what the treaty is: a "base_treaty", a "protocol
or amendment" to one, the "consolidated" text of the two (the same members again), an "accession" or a "withdrawal".
`base_treaty` is the number of the treaty it belongs to.

`composition` and `side` say who is bound to whom, which is not everybody: Chile's agreement with the European Community says
nothing about France and Italy. Two members are bound to each other if their sides differ, if both are 0, or if both are 1 in an
accession.

    bilateral, plurilateral   all 0 (895, PACER Plus: Australia 0, the others 1)
    bloc and state            state 0, members of the bloc 1 (997: state 2, bloc 3)
    two blocs                 2 and 3 (864: 0 and 1; 988, the African continental area: all 0)
    accession                 those who join 1, earlier members 2
    accession to one side     those who join 2, the other side 3 (European Economic Area and SADC: as accession)
    withdrawal                those who leave 1, those who stay 2

Traps
-----
* `year` is that of entry into force or, where it is unknown, of signature, but not before the member became a state. The year
  of entry into force is missing for a third of the treaties; that of four lies before their signature and counts as missing.
* Members carry today's codes: Serbia stands for Yugoslavia, the Czech Republic for Czechoslovakia (PREDECESSORS). A colony that
  signed before its independence is counted from the year it became a state.
* The European Economic Area (437) stands there as two blocs, as they were in 1994. The states of EFTA are bound to each other
  by it too (Agreement on the European Economic Area, 2 May 1992, Articles 1 and 8), and Sweden changed the bloc in 1995: as two
  blocs it would leave Norway and Sweden without a tie. Here those states join the Community's market (JOINED).
* 82 treaties under negotiation (631 rows) have no year and are left out, as are a row without a member and one of the
  Netherlands Antilles (530), of which the code list knows nothing.
* 900 is Kosovo, which has no ISO number.
* The file is Latin-1, separated by semicolons, and writes NA for missing.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from foedus.record.cow import CROSSWALK, by_place

PREDECESSORS = {"SRB": ("YUG", 2006), "CZE": ("CSK", 1993)}
"""Today's code → the code of the state that held the membership, and the first year of today's."""

COMPOSITIONS = {
    1: "bilateral",
    2: "plurilateral",
    3: "bloc and state",
    4: "two blocs",
    5: "accession",
    6: "accession to one side",
    7: "withdrawal",
}
JOINED = {"437": 3}
"""An agreement of two blocs that binds the members of one to each other too, and that bloc's side: as in an accession."""

_KOSOVO = {"member": 900, "iso3": "XKX"}
_PLACES = range(1, 92)


def read(raw: Path) -> dict[str, pl.DataFrame]:
    """Return `trade_agreement_members`; its `iso3` is to be read at its `year`."""
    tidy = _tidy(_named(raw).drop_nulls("iso3"))
    return {"trade_agreement_members": _once_a_state(tidy, raw / CROSSWALK).sort("agreement", "iso3")}


def unplaced(raw: Path) -> dict[str, dict[str, int]]:
    """Return the members whose number the code list does not know."""
    return {"trade_agreement_members": by_place(_named(raw).filter(pl.col("iso3").is_null())["member"])}


def _named(raw: Path) -> pl.DataFrame:
    """One row per treaty that was concluded and member, with the member's letters."""
    path = raw / "political/trade/DESTA_original.csv"
    treaties = pl.read_csv(path, separator=";", encoding="latin1", infer_schema_length=None, null_values="NA")
    codes = _codes(raw / "political/state_system/countrycode_codelist.csv")
    members = _members(treaties.filter(pl.col("entry_type") != "negotiation"))
    return members.join(codes, on="member", how="left", maintain_order="left")


def _codes(path: Path) -> pl.DataFrame:
    """ISO numbers with their three letters."""
    codes = pl.read_csv(path).select(pl.col("iso3n").cast(pl.Int64).alias("member"), pl.col("iso3c").alias("iso3"))
    return pl.concat([codes.drop_nulls(), pl.DataFrame(_KOSOVO)])


def _members(treaties: pl.DataFrame) -> pl.DataFrame:
    """One row per treaty and member, from the columns c1…c91 and mc1…mc91."""
    pairs = [pl.struct(pl.col(f"c{place}").alias("member"), pl.col(f"mc{place}").alias("side")) for place in _PLACES]
    return treaties.with_columns(pl.concat_list(pairs).alias("pair")).explode("pair").unnest("pair").drop_nulls("member")


def _tidy(rows: pl.DataFrame) -> pl.DataFrame:
    in_force = pl.when(pl.col("entryforceyear") >= pl.col("year")).then("entryforceyear").cast(pl.Int16)
    tidy = rows.select(
        pl.col("number").alias("agreement"),
        "iso3",
        pl.coalesce(in_force, pl.col("year").cast(pl.Int16)).alias("year"),
        pl.col("base_treaty").cast(pl.Int16),
        "name",
        "entry_type",
        pl.col("typememb").replace_strict(COMPOSITIONS, return_dtype=pl.String).alias("composition"),
        pl.col("side").cast(pl.Int16),
        (pl.col("consolidated") == 1).alias("consolidated"),
        pl.col("year").cast(pl.Int16).alias("year_signed"),
        in_force.alias("in_force_year"),
    )
    return tidy.with_columns(_at_the_time(), *_joining())


def _joining() -> tuple[pl.Expr, pl.Expr]:
    """Composition and side, with the blocs of JOINED as those who join."""
    joining = pl.col("agreement").replace_strict(JOINED, default=None, return_dtype=pl.Int16)
    side = pl.when(pl.col("side") == joining).then(1).otherwise(2).cast(pl.Int16)
    composition = pl.when(joining.is_not_null()).then(pl.lit("accession")).otherwise("composition")
    return composition.alias("composition"), pl.when(joining.is_not_null()).then(side).otherwise("side").alias("side")


def _once_a_state(rows: pl.DataFrame, crosswalk: Path) -> pl.DataFrame:
    """Count a membership signed before independence from the member's first year in the state system on."""
    first = pl.read_parquet(crosswalk).drop_nulls("iso3c").group_by(iso3="iso3c").agg(admitted=pl.col("year").min())
    joined = rows.join(first, on="iso3", how="left", maintain_order="left")
    return joined.with_columns(pl.max_horizontal("year", "admitted").alias("year")).drop("admitted")


def _at_the_time() -> pl.Expr:
    iso3 = pl.col("iso3")
    for today, (before, first_year) in PREDECESSORS.items():
        iso3 = pl.when((pl.col("iso3") == today) & (pl.col("year") < first_year)).then(pl.lit(before)).otherwise(iso3)
    return iso3.alias("iso3")
