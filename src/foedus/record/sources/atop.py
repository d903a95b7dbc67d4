"""Alliance treaty obligations, 1815–2018 (ATOP 5.1): who has promised whom what, from when to when, in which alliance.

`alliances` has one row per alliance; `alliance_members` one per membership and phase of an alliance (a new phase begins when
the members renegotiate what they owe); `alliance_dyad_spells` has the directed dyads with what the first state owes the second,
as runs of calendar years. Pledges: defence, offence (support in attack), neutrality, non-aggression, consultation.

Levels
------
military_contact : 0 none, 1 once fighting begins, 2 in peacetime too, 3 a common defence policy.
organisation : 0 none, 1 officials meet regularly, 2 a named organisation, 3 one with a permanent staff (NATO 2, from 1951 3).
military_institution : 0 low; 1 moderate; 2 high, which is an integrated command, bases or a common defence policy.
formality : 0 low; 1 ratified and public, or with a named organisation; 2 all of it.

Conditions
----------
Of the members only, since they differ between them: when a pledge holds. `defence_if_adversary` is yes where a member owes
defence against certain states alone; those ATOP could name are `threat_ccode1` and `threat_ccode2`. The other conditions:
`location` (in some region), `conflict` (in one conflict under way or expected), `number` (against more than one attacker),
`demand` (after a demand is refused), `unprovoked` (if the partner did not provoke the attack), `attacked` (if the partner is
the one attacked). Offence and neutrality have the same, as far as they make sense for them.

Traps
-----
* `end` is null where the alliance or membership was in force when the data end, on 31 December 2018.
* A missing day of entry becomes the first of the month, a missing day of exit the last; the precision columns say so.
* ATOP has accessions to NATO at the signature of the protocol (Montenegro 2016), a year before they take force. It sees NATO
  only: there is no NORAD here.
* An alliance's pledges are those of any of its phases and members: take what a state owes from the members or the dyads.
* Some members were outside the state system at the time (`in_state_system`), and 8152 (Annam, 1874) is no COW number at all.
* The dyads know no days: an alliance of one week in a year counts for the year. 170 dyad-years carry no pledge at all.
* The institution file writes its phase numbers as rounded binary fractions (3180.1001), and lacks the levels of six alliances.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from foedus.record.spells import partial_date, precision, runs

_PLEDGES = {
    "defense": "defence",
    "offense": "offence",
    "neutral": "neutrality",
    "nonagg": "nonaggression",
    "consul": "consultation",
}
_FLAGS = {
    "bilat": "bilateral",
    "wartime": "wartime",
    **_PLEDGES,
    "conditio": "conditional",
    "defcon": "defence_conditional",
    "intcom": "integrated_command",
    "contrib": "contributions",
}
_CONDITIONS = {
    "adversary": "coadv",
    "location": "coloc",
    "conflict": "cocon",
    "number": "conum",
    "demand": "codem",
    "unprovoked": "conpr",
    "attacked": "coatt",
}
_CONDITIONAL = {
    "defence": ("def", ("adversary", "location", "conflict", "number", "demand", "unprovoked")),
    "offence": ("off", ("adversary", "location", "conflict", "number", "demand")),
    "neutrality": ("neu", tuple(_CONDITIONS)),
}
_LEVELS = {"milcon": "military_contact", "organ1": "organisation"}
_MEMBERSHIP = ("yrent", "moent", "dayent"), ("yrexit", "moexit", "dayexit")
_ALLIANCE = ("begyr", "begmo", "begday"), ("endyr", "endmo", "endday")


def read(raw: Path) -> dict[str, pl.DataFrame]:
    """Return `alliance_members`, `alliance_dyad_spells` and `alliances`."""
    folder = raw / "political/alliances_atop"
    dyads = pl.read_parquet(folder / "atop_ddyr_pledges_peacesciencer.parquet")
    alliances = _csv(folder / "atop5_1a.csv")
    return {
        "alliance_members": _members(_csv(folder / "atop5_1m.csv")),
        "alliance_dyad_spells": runs(_dyad_years(dyads), ["ccode1", "ccode2"]),
        "alliances": _alliances(alliances).join(_institutions(_csv(folder / "atopinst5_1.csv")), on="atop_id", how="left"),
    }


def _csv(path: Path) -> pl.DataFrame:
    return pl.read_csv(path, infer_schema_length=None)


def _members(frame: pl.DataFrame) -> pl.DataFrame:
    names = {"atopid": "atop_id", "phase": "phase", "member": "ccode"}
    keys = [pl.col(name).cast(pl.Int16).alias(new) for name, new in names.items()]
    system = pl.col("cowsys").cast(pl.Boolean).alias("in_state_system")
    columns = frame.select(*keys, *_dates(*_MEMBERSHIP), system, *_provisions(), *_conditions())
    return columns.sort("atop_id", "phase", "ccode", "start")


def _alliances(frame: pl.DataFrame) -> pl.DataFrame:
    seats = [name for name in frame.columns if name.startswith("mem")]
    members = pl.concat_str(seats, separator=";", ignore_nulls=True).alias("members")
    phases = pl.col("maxphase").clip(lower_bound=1).cast(pl.Int16).alias("phases")
    key = pl.col("atopid").cast(pl.Int16).alias("atop_id")
    return frame.select(key, *_dates(*_ALLIANCE), members, phases, *_provisions()).sort("atop_id")


def _dates(entry: tuple[str, str, str], leave: tuple[str, str, str]) -> list[pl.Expr]:
    """Start and end with their precision; ATOP writes 0 for the year of an end that has not come."""
    over = pl.col(leave[0]) > 0
    return [
        partial_date(*entry).alias("start"),
        precision(*entry).alias("start_precision"),
        pl.when(over).then(partial_date(*leave, last=True)).alias("end"),
        pl.when(over).then(precision(*leave)).alias("end_precision"),
    ]


def _provisions() -> list[pl.Expr]:
    """The treaty's provisions as flags and levels; ATOP leaves blank what it could not find out."""
    threat = [pl.when(pl.col(f"statthr{side}") > 0).then(f"statthr{side}").cast(pl.Int16) for side in (1, 2)]
    return [
        *(pl.col(name).cast(pl.Boolean).alias(new) for name, new in _FLAGS.items()),
        (pl.col("base") > 0).alias("bases"),
        (pl.col("milaid") > 0).alias("military_aid"),
        *(pl.col(name).cast(pl.Int16).alias(new) for name, new in _LEVELS.items()),
        (pl.col("specthrt") > 0).alias("specific_threat"),
        threat[0].alias("threat_ccode1"),
        threat[1].alias("threat_ccode2"),
        (pl.col("pubsecr") == 2).alias("secret"),
        (pl.col("pubsecr") == 1).alias("secret_articles"),
    ]


def _conditions() -> list[pl.Expr]:
    """Return what must be the case for a pledge to hold, as flags by pledge and condition."""
    return [
        pl.col(prefix + _CONDITIONS[condition]).cast(pl.Boolean).alias(f"{pledge}_if_{condition}")
        for pledge, (prefix, conditions) in _CONDITIONAL.items()
        for condition in conditions
    ]


def _dyad_years(frame: pl.DataFrame) -> pl.DataFrame:
    pledges = [pl.col(f"atop_{name}").cast(pl.Boolean).alias(new) for name, new in _PLEDGES.items()]
    return frame.select("ccode1", "ccode2", "year", *pledges)


def _institutions(frame: pl.DataFrame) -> pl.DataFrame:
    """Per alliance, the highest level any of its phases reached."""
    levels = {"milinst": "military_institution", "formal": "formality"}
    highest = [pl.col(name).max().cast(pl.Int16).alias(new) for name, new in levels.items()]
    return frame.group_by(pl.col("atopid").cast(pl.Int16).alias("atop_id")).agg(highest)
