"""Who belongs to which alliance, from which day to which, and what it owes the others, by the list of alliances that is chosen.

Two lists rest on ATOP, with dated facts laid over it or without them. A third, of the Correlates of War (COW), is there once
the user has added it (`record/sources/cow_alliances.py`).

ATOP dates a treaty by its signature and ends in 2018. The record's facts (`record/sources/alliance_facts.toml`) say since when
a treaty is in force, for whom, and what became of it; a membership of which they say nothing keeps ATOP's days. A state that
joins after ATOP ends takes the pledges that all members of the treaty share. What the facts leave open is known up to the year
for which a document says that it is in force (`known_to`), everything else to ATOP's last year.

COW's list tells pairs, each with its days: a member's are those of its pairs. Nothing is laid over it, and it is laid over
nothing. `pledges.py` makes years of either.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import polars as pl

from foedus.errors import InputError
from foedus.panels.systems import SUCCESSORS
from foedus.panels.treaty_names import Pact, pacts
from foedus.record.source import catalog
from foedus.record.store import Record

FACTS, ATOP, COW = "facts", "atop", "cow"
ALLIANCES_FROM = (FACTS, ATOP, COW)
"""Which list of alliances speaks: dated facts laid over ATOP, ATOP alone, or (once added) that of the Correlates of War."""

LISTS = {FACTS: "atop", ATOP: "atop", COW: "cow_alliances"}
"""List of alliances → the source whose silence, within its years, means that there is no pledge."""

TIES = "cow_alliance_ties"
"""The table of COW's list: an alliance, two states, from when to when, and what the first owes the second."""

ALONE = "facts alone"
"""Who dates a membership that ATOP lacks."""

PLEDGES = ("defence", "offence", "neutrality", "nonaggression", "consultation")
"""Obligations that ATOP knows of."""

CODED = {FACTS: PLEDGES, ATOP: PLEDGES, COW: ("defence", "neutrality", "nonaggression", "consultation")}
"""List of alliances → the pledges that it tells of; of support in attack the Correlates of War says nothing."""

PAIR = ["ccode1", "ccode2"]


def last_coded(chosen: str = FACTS) -> int:
    """Return the last year for which the list of alliances speaks of every pair: ATOP's, or that of the Correlates of War.

    >>> last_coded(), last_coded(COW)
    (2018, 2012)
    """
    return catalog()[LISTS[chosen]].last_year


def lacking(record: Record, chosen: str) -> str | None:
    """Say that there is no such list of alliances, or how one that is not in the record is added; None if it can speak."""
    if chosen not in ALLIANCES_FROM:
        return f"alliances from {chosen!r}: there are those of {', '.join(ALLIANCES_FROM)}"
    if chosen == COW and TIES not in record.tables:
        told = catalog()[LISTS[COW]].how_to_add().removesuffix(".")
        return f"the alliances of {COW} are not in this record: {told}"
    return None


def check_list(record: Record, chosen: str) -> None:
    """Raise InputError, with what to do, if a list of alliances cannot speak."""
    if fault := lacking(record, chosen):
        raise InputError(f"{fault}.")


def sources_by(sources: Iterable[str], chosen: str) -> tuple[str, ...]:
    """Return the sources with the chosen list in place of ATOP and the facts laid over it; as they are, if it rests on these.

    >>> sources_by(("alliance_facts", "atop", "dcad"), COW)
    ('cow_alliances', 'dcad')
    """
    if chosen != COW:
        return tuple(sources)
    own = (LISTS[COW] if source in ("atop", "alliance_facts") else source for source in sources)
    return tuple(dict.fromkeys(own))


def memberships(record: Record, chosen: str = FACTS) -> pl.DataFrame:
    """Return who belonged from when to when to which alliance, a row a phase of it, and what it owes the others.

    Columns: agreement ("atop:3180", "pact:AACHEN" of one that ATOP lacks, or "cow:227"), title, phase, ccode, signed, start,
    start_precision, end, end_precision, known_to, ended_by ("facts", "atop" or "cow"), dated_by (the same, or "facts alone" of
    what ATOP lacks), confidence (of the facts), and the PLEDGES. A member by the Correlates of War has what it owes any other.

    Raises InputError for a list that is not in the record.

    >>> from foedus.record.store import open_record
    >>> poland = {which: memberships(open_record(), which).filter(agreement="atop:3180", ccode=290) for which in (FACTS, ATOP)}
    >>> [poland[which]["start"].item().isoformat() for which in (FACTS, ATOP)]
    ['1999-03-12', '1997-12-16']
    """
    check_list(record, chosen)
    if chosen == COW:
        return record.derived("memberships by COW", lambda: _of_cow(record))
    if chosen == ATOP or "alliance_facts" not in record.tables:
        return record.derived("memberships by ATOP", lambda: _of_atop(record))
    return record.derived("memberships by facts", lambda: _laid_over(record))


def unnamed(record: Record, chosen: str = FACTS) -> Mapping[str, Pact]:
    """Return the treaties of a list of alliances that have no name there, by title: parties, and the day of signature.

    >>> from foedus.record.store import open_record
    >>> unnamed(open_record())["Pact of France and the Soviet Union, 1935"].parties
    ('France', 'Soviet Union')
    """
    found = _pacts_by_cow(record) if chosen == COW else _pacts_by_atop(record)
    return {pact.title: pact for pact in found.values()}


def _titles(found: Mapping[str, Pact]) -> pl.Expr:
    """The title of each agreement of a list."""
    titles = {agreement: pact.title for agreement, pact in found.items()}
    return pl.col("agreement").replace_strict(titles, return_dtype=pl.String).alias("title")


def _members_by_atop(record: Record) -> pl.DataFrame:
    return record.table("alliance_members").with_columns(agreement=pl.format("atop:{}", "atop_id"))


def _pacts_by_atop(record: Record) -> dict[str, Pact]:
    return record.derived("pacts by ATOP", lambda: pacts(record, _members_by_atop(record)))


def _of_atop(record: Record) -> pl.DataFrame:
    return _members_by_atop(record).select(
        "agreement",
        _titles(_pacts_by_atop(record)),
        "phase",
        "ccode",
        pl.col("start").alias("signed"),
        "start",
        "start_precision",
        "end",
        "end_precision",
        *_said_by(ATOP),
        *PLEDGES,
    )


def _said_by(chosen: str) -> tuple[pl.Expr, ...]:
    """Until when a list speaks, that its dates are its own, and that it says of none how sure it is."""
    own = (pl.lit(chosen).alias(name) for name in ("ended_by", "dated_by"))
    return (pl.lit(last_coded(chosen), pl.Int32).alias("known_to"), *own, pl.lit(None, pl.String).alias("confidence"))


def _of_cow(record: Record) -> pl.DataFrame:
    """Members of the alliances of the Correlates of War: without a break, as long as they are in a pair that follows on."""
    pairs = paired(record).rename({"ccode1": "ccode"})
    member = ["agreement", "ccode"]
    ordered = pairs.sort(*member, "start", "end", nulls_last=True)
    until = pl.col("end").fill_null(pl.date(9999, 12, 31)).cum_max().shift(1).over(member)
    apart = ordered.with_columns(phase=(pl.col("start") > until.dt.offset_by("1d")).fill_null(False).cum_sum().over(member))
    return (
        apart.group_by("agreement", "phase", "ccode", maintain_order=True)
        .agg(
            pl.col("title", "start", "start_precision").first(),
            pl.when(pl.col("end").is_not_null().all()).then(pl.col("end").max()).alias("end"),
            pl.col("end_precision").sort_by("end", nulls_last=True).last(),
            pl.col(PLEDGES).any(ignore_nulls=False),
        )
        .select(
            "agreement",
            "title",
            pl.col("phase").cast(pl.Int16),
            "ccode",
            pl.col("start").alias("signed"),
            "start",
            "start_precision",
            "end",
            "end_precision",
            *_said_by(COW),
            *PLEDGES,
        )
    )


def paired(record: Record) -> pl.DataFrame:
    """Return the ties of the Correlates of War's list: agreement, title, ccode1, ccode2, days with their precision, PLEDGES."""

    def made() -> pl.DataFrame:
        rows = _ties_by_cow(record).with_columns(pl.lit(None, pl.Boolean).alias("offence"))
        return rows.select(
            "agreement",
            _titles(_pacts_by_cow(record)),
            *PAIR,
            "start",
            "start_precision",
            "end",
            "end_precision",
            *PLEDGES,
        )

    return record.derived("ties by COW", made)


def _ties_by_cow(record: Record) -> pl.DataFrame:
    heirs = {before: after for before, (after, _) in SUCCESSORS.items()}
    of_two = pl.col("ccode1").replace(heirs).n_unique().over("alliance") == 2
    return record.table(TIES).with_columns(agreement=pl.format("cow:{}", "alliance"), bilateral=of_two)


def _pacts_by_cow(record: Record) -> dict[str, Pact]:
    return record.derived("pacts by COW", lambda: pacts(record, _ties_by_cow(record).rename({"ccode1": "ccode"})))


def treaties(record: Record) -> pl.DataFrame:
    """Return the treaties that the facts speak of, under the name that their alliance has here."""
    name = pl.coalesce(pl.format("atop:{}", "atop_id"), pl.format("pact:{}", "treaty"))
    return record.table("alliance_facts").with_columns(agreement=name)


def _laid_over(record: Record) -> pl.DataFrame:
    """The memberships of ATOP on the days of the facts, those of states that joined later, and those of later treaties."""
    coded, told, parties = memberships(record, ATOP), treaties(record), _parties(record)
    days = ("agreement", "in_force", "in_force_precision", "ended")
    known = told.select(*days, named="title", changed="phase", told_to="known_to", sure="confidence")
    rows = coded.join(known, on="agreement", how="left", maintain_order="left")
    rows = rows.join(parties, on=["agreement", "ccode"], how="left", maintain_order="left")
    own_phase = (pl.col("phase") == pl.col("changed")).fill_null(True)
    dated = rows.with_columns(begun=pl.max_horizontal("start", "joined", pl.when(own_phase).then("in_force")), over=_end())
    fitted = dated.with_columns(
        start_precision=pl.when(pl.col("begun") == pl.col("start"))
        .then("start_precision")
        .when(pl.col("begun") == pl.col("joined"))
        .then("joined_precision")
        .otherwise("in_force_precision"),
        dated_by=pl.when(pl.col("sure").is_null()).then(pl.lit(ATOP)).otherwise(pl.lit(FACTS)),
        ended_by=pl.when(pl.col("over").eq_missing(pl.col("end"))).then("ended_by").otherwise(pl.lit(FACTS)),
        end_precision=pl.when(pl.col("over").eq_missing(pl.col("end"))).then("end_precision").otherwise(pl.lit("day")),
        known_to=pl.max_horizontal("known_to", "told_to"),
        title=pl.coalesce("named", "title"),
        confidence="sure",
        start="begun",
        end="over",
    ).filter((pl.col("start") <= pl.col("end")).fill_null(True))
    ours = [fitted.select(coded.columns), _since(coded, parties, told), _pacts(parties, told)]
    return pl.concat([part.select(pl.col(name).cast(kind) for name, kind in coded.schema.items()) for part in ours])


def _end() -> pl.Expr:
    """The last day of a membership: the earliest that a source gives; of the phase before a change, the day before that."""
    replaced = (pl.col("phase") == pl.col("changed") - 1) & (pl.col("end") < pl.col("in_force"))
    renewed = pl.col("start").filter(pl.col("phase") == pl.col("changed")).min().over("agreement")
    until = pl.when(replaced & (pl.col("end") >= renewed)).then(pl.col("in_force").dt.offset_by("-1d")).otherwise("end")
    first = pl.min_horizontal(until, "left", "ended")
    return pl.when(pl.col("goes_on").fill_null(False)).then(pl.min_horizontal("left", "ended")).otherwise(first)


def _parties(record: Record) -> pl.DataFrame:
    """The days that facts tell of a party: agreement, ccode, joined, joined_precision, left, goes_on; successors included."""
    told = treaties(record)
    days = ["agreement", "ccode", "joined", "joined_precision", "left"]
    apart = record.table("alliance_fact_members").join(told.select("treaty", "agreement"), on="treaty")
    of_group = told.drop_nulls("organisation").select("agreement", "organisation")
    members = record.table("organisation_members").join(of_group, on="organisation")
    rows = pl.concat([apart.select(*days, "goes_on"), members.select(*days, goes_on=pl.lit(False))]).drop_nulls("ccode")
    heirs = [
        rows.filter(pl.col("ccode") == before).with_columns(ccode=pl.lit(after, pl.Int16))
        for before, (after, _) in SUCCESSORS.items()
    ]
    spells = pl.concat([rows, *heirs]).sort("agreement", "ccode", "joined", maintain_order=True)
    stays = pl.col("left").is_null().any()
    return spells.group_by("agreement", "ccode", maintain_order=True).agg(
        pl.col("joined", "joined_precision").first(),
        pl.when(~stays).then(pl.col("left").max()).alias("left"),
        pl.col("goes_on").any(),
    )


def _since(coded: pl.DataFrame, parties: pl.DataFrame, told: pl.DataFrame) -> pl.DataFrame:
    """Memberships that begin after ATOP ends, with the pledges that all members of the last phase share."""
    open_ = coded.filter(pl.col("end").is_null(), pl.col("phase") == pl.col("phase").max().over("agreement"))
    shared = open_.group_by("agreement", "phase").agg(pl.col(PLEDGES).all())
    late = parties.filter(pl.col("joined").dt.year() > last_coded()).join(coded, on=["agreement", "ccode"], how="anti")
    return _of_facts(late.join(shared, on="agreement"), told).with_columns(signed="start")


def _pacts(parties: pl.DataFrame, told: pl.DataFrame) -> pl.DataFrame:
    """Memberships of the treaties that ATOP lacks."""
    lacking = told.filter(pl.col("atop_id").is_null())
    owed = [pl.col("pledges").str.split(", ").list.contains(name).alias(name) for name in PLEDGES]
    return _of_facts(parties.join(lacking.select("agreement", *owed, phase=pl.lit(0)), on="agreement"), told)


def _of_facts(rows: pl.DataFrame, told: pl.DataFrame) -> pl.DataFrame:
    names = told.select("agreement", "title", "signed", "ended", "known_to", "confidence")
    return rows.join(names, on="agreement").with_columns(
        start="joined",
        start_precision="joined_precision",
        end=pl.min_horizontal("left", "ended"),
        end_precision=pl.when(pl.min_horizontal("left", "ended").is_not_null()).then(pl.lit("day")),
        ended_by=pl.lit(FACTS),
        dated_by=pl.lit(ALONE),
    )


def suspensions(record: Record) -> pl.DataFrame:
    """Return between which two states a treaty was suspended when: agreement, ccode1 < ccode2, stopped, resumed (or null)."""
    if "alliance_fact_suspensions" not in record.tables:
        schema = {"agreement": pl.String, "ccode1": pl.Int16, "ccode2": pl.Int16, "stopped": pl.Date, "resumed": pl.Date}
        return pl.DataFrame(schema=schema)
    rows = record.table("alliance_fact_suspensions").join(treaties(record).select("treaty", "agreement"), on="treaty")
    return (
        rows.group_by("agreement", "start", maintain_order=True)
        .agg(
            pl.col("ccode").min().alias("ccode1"),
            pl.col("ccode").max().alias("ccode2"),
            pl.col("start").first().alias("stopped"),
            pl.col("end").first().alias("resumed"),
        )
        .drop("start")
        .select("agreement", *PAIR, "stopped", "resumed")
    )


def interrupted(pairs: pl.DataFrame, breaks: pl.DataFrame) -> pl.DataFrame:
    """Return pairs of memberships (agreement, ccode1, ccode2, start, end) without the days on which theirs was suspended.

    A pair keeps what lies before a suspension and gets a row for what lies after it; `ended_by` is then "facts".
    """
    low, high = pl.min_horizontal(*PAIR), pl.max_horizontal(*PAIR)
    keyed = pairs.with_columns(_low=low, _high=high)
    between = breaks.rename({"ccode1": "_low", "ccode2": "_high"})
    joined = keyed.join(between, on=["agreement", "_low", "_high"], how="left", maintain_order="left")
    cut = pl.col("stopped").is_not_null() & (pl.col("end") >= pl.col("stopped")).fill_null(True)
    before = joined.with_columns(
        end=pl.when(cut).then(pl.col("stopped").dt.offset_by("-1d")).otherwise("end"),
        ended_by=pl.when(cut).then(pl.lit(FACTS)).otherwise("ended_by"),
    )
    after = joined.filter(cut & pl.col("resumed").is_not_null()).with_columns(start=pl.col("resumed").dt.offset_by("1d"))
    both = pl.concat([before, after]).filter((pl.col("start") <= pl.col("end")).fill_null(True))
    return both.select(pairs.columns)


def ties(record: Record, chosen: str = FACTS, among: pl.DataFrame | None = None) -> pl.DataFrame:
    """Return what the first of two members owes the second by which alliance, from when to when; one row a directed pair.

    among : the agreements to look at (a column `agreement`); None: all.

    Raises InputError for a list that is not in the record.
    """
    check_list(record, chosen)
    if chosen == COW:
        pairs = paired(record) if among is None else paired(record).join(among, on="agreement", how="semi")
        added = {"phase": pl.lit(0, pl.Int16), "known_to": pl.lit(last_coded(COW), pl.Int32), "ended_by": pl.lit(COW)}
        names = ("agreement", "phase", *PLEDGES, *PAIR, "start", "end", "known_to", "ended_by")
        return pairs.with_columns(**added).select(names)
    rows = memberships(record, chosen)
    members = rows if among is None else rows.join(among, on="agreement", how="semi")
    days = ["agreement", "phase", "ccode", "start", "end", "known_to", "ended_by"]
    pairs = members.join(members.select(days), on=["agreement", "phase"], suffix="_2").filter(
        pl.col("ccode") != pl.col("ccode_2")
    )
    first = pl.col("end").eq_missing(pl.min_horizontal("end", "end_2"))
    spans = pairs.select(
        "agreement",
        "phase",
        *PLEDGES,
        ccode1="ccode",
        ccode2="ccode_2",
        start=pl.max_horizontal("start", "start_2"),
        end=pl.min_horizontal("end", "end_2"),
        known_to=pl.min_horizontal("known_to", "known_to_2"),
        ended_by=pl.when(first).then("ended_by").otherwise("ended_by_2"),
    ).filter((pl.col("start") <= pl.col("end")).fill_null(True))
    return spans if chosen == ATOP else interrupted(spans, suspensions(record))
