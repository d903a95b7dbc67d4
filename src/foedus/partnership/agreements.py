"""Who is bound to whom by what agreement, from when to when: four sources, each as it is, in one form.

Alliances (ATOP, with dated facts laid over it or without, or COW's: `panels/alliances.py`) bind members who belong to the same
phase of one at the same time, each to what it has pledged itself, from entry into force where a fact tells it; COW's list tells
the pairs itself. Defence cooperation agreements (DCAD) bind their two parties, trade agreements (DESTA) those who stand on
different sides. Cited facts add what those leave out or end too early for; `agreements.toml` says what a fact obliges to.

A treaty that stands in two sources is one agreement: a fact and an alliance with the same parties on the same day, a fact and a
trade agreement with the same parties in the same year. The fact then gives the name and, of a trade agreement, how long it is
known to have lasted.

A source that stops does not end what was in force: a bond has the year up to which it is known (`known_to`), and no end. That
is the source's last year, or of a fact the last the facts know if they say "in force", otherwise the year of its last event.
The end of an agreement of DCAD is often the producer's assumption ("assumed"); of a trade agreement that nobody withdrew from,
DESTA knows no end, and of a third not whether it took effect (`known_to` is null then).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

import polars as pl

from foedus.panels.alliances import (
    ALONE,
    COW,
    FACTS,
    LISTS,
    PLEDGES,
    interrupted,
    last_coded,
    memberships,
    paired,
    suspensions,
)
from foedus.panels.arrange import trade_members, trade_ties
from foedus.panels.groups import named
from foedus.panels.systems import SUCCESSORS
from foedus.panels.units import FOREVER
from foedus.partnership.cited import cited, rooted
from foedus.record.source import catalog
from foedus.record.store import Record

OBLIGATIONS = {
    "defence": "defence",
    "offence": "support in attack",
    "neutrality": "neutrality",
    "nonaggression": "non-aggression",
    "consultation": "consultation",
    "warning": "shared warning or command",
    "cooperation": "general defence cooperation",
    "industry": "defence industry cooperation",
    "sector": "defence cooperation in one sector",
    "training": "joint training",
    "trade": "trade",
}
"""Every type of obligation, in words."""

CATEGORIES = {
    "dca": ("defence cooperation", "cooperation", "general framework"),
    "dic": ("industry", "industry", "defence industry cooperation"),
    "trex": ("training", "training", "training and exercises"),
    "procurement": ("defence cooperation", "sector", "procurement"),
    "research": ("defence cooperation", "sector", "research"),
    "commission": ("institution", "sector", "joint commission"),
}
"""Category in DCAD → kind of agreement, obligation, words of the title."""

ASSUMED = "assumed"
"""Precision of an end that the source's producer took for granted."""

BONDS: Mapping[str, pl.DataType | type[pl.DataType]] = {
    "agreement": pl.String,
    "source": pl.String,
    "kind": pl.String,
    "title": pl.String,
    "phase": pl.Int16,
    "ccode1": pl.Int16,
    "ccode2": pl.Int16,
    "signed": pl.Date,
    "date": pl.Date,
    "precision": pl.String,
    "end": pl.Date,
    "end_precision": pl.String,
    "known_to": pl.Int32,
    "owes1": pl.List(pl.String),
    "owes2": pl.List(pl.String),
    "dated_by": pl.String,
    "confidence": pl.String,
    "cited": pl.Boolean,
}
"""One row for two states (ccode1 < ccode2) and an agreement, or a phase of one: what each owes the other, and when."""


def bonds(record: Record, codes: Collection[int], alliances: str = FACTS) -> pl.DataFrame:
    """Return what binds any two of these states (columns BONDS), a state's predecessors under another number included.

    alliances : whose alliances count, one of `ALLIANCES_FROM`.

    >>> from foedus.record.store import open_record
    >>> bonds(open_record(), [2, 20]).filter(title="NORAD Agreement").select("date", "owes1").row(0)
    (datetime.date(1958, 5, 12), ['warning'])
    """
    heirs = inherited(codes)
    wanted = [*codes, *heirs]
    members = membership(record, alliances).filter(pl.col("ccode").is_in(wanted)).with_columns(pl.col("ccode").replace(heirs))
    bound = [together(record, members)]
    if alliances == COW:
        bound = [between(record, wanted, heirs), together(record, members.filter(pl.col("source") != LISTS[COW]))]
    parts = [*bound, _defence_agreements(record, wanted, heirs), _trade_agreements(record, list(codes))]
    rows = pl.concat([part.select(pl.col(name).cast(kind) for name, kind in _OF_SOURCES.items()) for part in parts])
    days = {"over": "end", "lasted": "known_to", "day": "date", "day_precision": "precision"}
    known = cited(record, alliances).select("agreement", **days, named="title", typed="kind", sure="confidence")
    labels = {f"atop:{group.alliance}": group.label for group in named().values() if group.alliance}
    label = pl.col("agreement").replace_strict(labels, default=None, return_dtype=pl.String)
    by_year = (pl.col("source") == "desta") & pl.col("day").is_not_null()
    completed = rows.join(known, on="agreement", how="left", maintain_order="left").with_columns(
        title=pl.coalesce("named", label, "title"),
        signed=pl.when(by_year).then("day").otherwise("signed"),
        date=pl.when(by_year).then("day").otherwise("date"),
        precision=pl.when(by_year).then("day_precision").otherwise("precision"),
        kind=pl.coalesce("typed", "kind"),
        end=pl.coalesce("end", "over"),
        end_precision=pl.when(pl.col("end").is_null() & pl.col("over").is_not_null())
        .then(pl.lit("day"))
        .otherwise("end_precision"),
        known_to=pl.when(pl.col("agreement").str.contains("^(atop|cow):"))
        .then("known_to")
        .otherwise(pl.max_horizontal("known_to", "lasted")),
        confidence=pl.coalesce("sure", "confidence"),
        cited=pl.col("sure").is_not_null(),
    )
    return completed.select(*BONDS)


_OF_SOURCES = {name: kind for name, kind in BONDS.items() if name != "cited"}


def inherited(codes: Collection[int]) -> dict[int, int]:
    """Return the earlier numbers of these states, each with the present one.

    >>> inherited([2, 255])
    {260: 255}
    """
    return {before: after for before, (after, _) in SUCCESSORS.items() if after in codes and before not in codes}


def together(record: Record, members: pl.DataFrame) -> pl.DataFrame:
    """Return pairs of memberships of one phase of an alliance that overlap in time, without the days of a suspension."""
    pairs = members.join(members, on=["agreement", "phase"], suffix="_2").filter(pl.col("ccode") < pl.col("ccode_2"))
    first_ends = pl.col("end_2").is_null() | (pl.col("end") <= pl.col("end_2"))
    later = (pl.col("date_2") > pl.col("date")).fill_null(False)
    spans = pairs.with_columns(
        start=pl.max_horizontal("date", "date_2"),
        signed=pl.max_horizontal("signed", "signed_2"),
        precision=pl.when(later).then("precision_2").otherwise("precision"),
        end=pl.min_horizontal("end", "end_2"),
        end_precision=pl.when(first_ends & pl.col("end").is_not_null()).then("end_precision").otherwise("end_precision_2"),
        source=pl.when(pl.col("source") == "atop").then("source_2").otherwise("source"),
        dated_by=pl.when(later).then("dated_by_2").otherwise("dated_by"),
        known_to=pl.min_horizontal("known_to", "known_to_2"),
        ended_by=pl.lit(None, pl.String),
    ).rename({"ccode": "ccode1", "ccode_2": "ccode2", "owes": "owes1", "owes_2": "owes2"})
    overlapping = spans.filter(pl.col("start").is_null() | pl.col("end").is_null() | (pl.col("end") >= pl.col("start")))
    kept = interrupted(overlapping, suspensions(record))
    stopped = pl.col("end").is_not_null() & pl.col("end_precision").is_null()
    return kept.with_columns(date="start", end_precision=pl.when(stopped).then(pl.lit("day")).otherwise("end_precision"))


def between(record: Record, codes: Collection[int], heirs: Mapping[int, int]) -> pl.DataFrame:
    """Return the ties of these states by the list of the Correlates of War, as `together` returns pairs of memberships."""
    pairs = paired(record).filter(pl.col("ccode1").is_in(list(codes)), pl.col("ccode2").is_in(list(codes)))
    sides = pairs.with_columns(pl.col("ccode1", "ccode2").replace(heirs), owes=_owes())
    days = ["agreement", "title", "start", "start_precision", "end", "end_precision"]
    key = [*days, "ccode1", "ccode2"]
    one = sides.filter(pl.col("ccode1") < pl.col("ccode2")).select(*key, owes1="owes")
    other = sides.filter(pl.col("ccode1") > pl.col("ccode2")).select(*days, ccode1="ccode2", ccode2="ccode1", owes2="owes")
    both = one.join(other, on=key, how="full", coalesce=True, nulls_equal=True)
    return both.sort(key, nulls_last=True).with_columns(
        pl.col("owes1", "owes2").fill_null([]),
        source=pl.lit(LISTS[COW]),
        kind=pl.lit("alliance"),
        phase=pl.lit(0),
        signed="start",
        date="start",
        precision="start_precision",
        known_to=last_coded(COW),
        dated_by=pl.lit(COW),
        confidence=pl.lit(None, pl.String),
    )


def membership(record: Record, alliances: str = FACTS) -> pl.DataFrame:
    """Return who belongs from when to when to an agreement that binds all its members, and what each owes the others."""

    def made() -> pl.DataFrame:
        rows = of_alliances(record, alliances)
        return pl.concat([rows, _of_facts(record, rows, alliances)])

    return record.derived(f"members of agreements, alliances from {alliances}", made)


def of_alliances(record: Record, alliances: str = FACTS) -> pl.DataFrame:
    """Return the memberships of alliances, from entry into force where facts tell it."""
    return record.derived(f"memberships of alliances from {alliances}", lambda: _of_alliances(record, alliances))


def _of_alliances(record: Record, alliances: str) -> pl.DataFrame:
    return memberships(record, alliances).select(
        "agreement",
        pl.when(pl.col("dated_by") == ALONE).then(pl.lit("alliance_facts")).otherwise(pl.lit(LISTS[alliances])).alias("source"),
        pl.lit("alliance").alias("kind"),
        "title",
        "phase",
        "ccode",
        "signed",
        pl.col("start").alias("date"),
        pl.col("start_precision").alias("precision"),
        "end",
        "end_precision",
        "known_to",
        _owes().alias("owes"),
        "dated_by",
        "confidence",
    )


def _owes() -> pl.Expr:
    return pl.concat_list([pl.when(name).then(pl.lit(name)) for name in PLEDGES]).list.drop_nulls()


def _of_facts(record: Record, rows: pl.DataFrame, alliances: str) -> pl.DataFrame:
    """Parties to cited agreements that no data set has, and no fact about alliances: from the year each joined."""
    joining = rooted(record).filter((pl.col("fact_id") == pl.col("root")) | pl.col("accedes_to").is_not_null())
    joined = record.table("agreement_fact_parties").drop_nulls("ccode").join(joining, on="fact_id").sort("date")
    parties = joined.unique(["root", "ccode"], keep="first", maintain_order=True)
    known = cited(record, alliances).filter(pl.col("agreement").str.starts_with("fact:"))
    return (
        parties.select("root", "ccode", "date", precision="date_precision")
        .join(known.drop("date", "precision"), on="root")
        .with_columns(
            phase=pl.lit(0),
            source=pl.lit("treaty_facts"),
            end_precision=pl.when(pl.col("end").is_not_null()).then(pl.lit("day")),
            owes="obligations",
            signed="date",
            dated_by=pl.lit(None, pl.String),
        )
        .select(rows.columns)
        .cast(rows.schema)
    )


def _defence_agreements(record: Record, codes: Collection[int], heirs: Mapping[int, int]) -> pl.DataFrame:
    """Agreements of DCAD; one whose entry into force is unknown counts from its signature."""
    both = pl.col("ccode1").is_in(list(codes)) & pl.col("ccode2").is_in(list(codes))
    rows = record.table("defence_agreements").filter(both).with_columns(pl.col("ccode1", "ccode2").replace(heirs))
    owed = (
        pl.concat_list([_category(f"category{place}", 1) for place in (1, 2, 3)])
        .list.drop_nulls()
        .list.unique(maintain_order=True)
    )
    return rows.filter(pl.col("ccode1") != pl.col("ccode2")).with_columns(
        pl.min_horizontal("ccode1", "ccode2").alias("ccode1"),
        pl.max_horizontal("ccode1", "ccode2").alias("ccode2"),
        agreement=pl.format("dcad:{}", "dcad_id"),
        source=pl.lit("dcad"),
        kind=_category("category1", 0),
        title=pl.format("Defence cooperation agreement: {}", _category("category1", 2)),
        phase=pl.lit(0),
        date=pl.coalesce("in_force", "signed"),
        precision="signed_precision",
        end=pl.date("end_year", 12, 31),
        end_precision=pl.when(pl.col("end_year").is_not_null()).then(
            pl.when("terminated").then(pl.lit("year")).otherwise(pl.lit(ASSUMED))
        ),
        known_to=catalog()["dcad"].last_year,
        owes1=owed,
        owes2=owed,
        **_UNDATED,
    )


_UNDATED = {"dated_by": pl.lit(None, pl.String), "confidence": pl.lit(None, pl.String)}
"""Columns of a source that has neither."""


def _category(column: str, place: int) -> pl.Expr:
    meant = {name: meaning[place] for name, meaning in CATEGORIES.items()}
    return pl.col(column).replace_strict(meant, default=None, return_dtype=pl.String)


def _trade_agreements(record: Record, codes: list[int]) -> pl.DataFrame:
    """Agreements of DESTA by the name of the first treaty; `known_to` is null if it is unknown whether that took effect."""
    ties = trade_ties(trade_members(record).filter(pl.col("ccode").is_in(codes)))
    base = record.table("trade_agreement_members").filter(pl.col("entry_type") == "base_treaty")
    effect = base.unique("base_treaty", keep="first", maintain_order=True).select(
        "base_treaty", effective="in_force_year", treaty="name"
    )
    owed = pl.lit(["trade"], pl.List(pl.String))
    return ties.join(effect, on="base_treaty", how="left", maintain_order="left").with_columns(
        agreement=pl.format("desta:{}", "base_treaty"),
        source=pl.lit("desta"),
        kind=pl.lit("trade"),
        title=pl.coalesce("treaty", "name"),
        phase=pl.lit(0),
        signed=pl.date("first_year", 1, 1),
        date=pl.date("first_year", 1, 1),
        precision=pl.lit("year"),
        end=pl.date("last_year", 12, 31),
        end_precision=pl.when(pl.col("last_year").is_not_null()).then(pl.lit("year")),
        known_to=pl.when(pl.col("effective").is_not_null()).then(catalog()["desta"].last_year),
        owes1=owed,
        owes2=owed,
        **_UNDATED,
    )


def binds_others(
    record: Record, agreements: pl.DataFrame, codes: Collection[int], year: int, alliances: str = FACTS
) -> set[str]:
    """Return which of the agreements bind states that are not among `codes`: in the year, or when they ended before."""
    when = pl.min_horizontal(
        pl.lit(year), pl.when(pl.col("end").is_null().any()).then(None).otherwise(pl.col("end").dt.year().max())
    )
    asked = agreements.group_by("agreement").agg(year=when.cast(pl.Int16))
    begun = pl.col("first_year").fill_null(0) <= pl.col("year")
    bound = asked.join(_parties(record, alliances), on="agreement").filter(
        begun & (pl.col("last_year").fill_null(FOREVER) >= pl.col("year"))
    )
    present = bound.join(record.table("state_years"), on=["ccode", "year"], how="semi")
    others = present.filter(~pl.col("ccode").replace(inherited(codes)).is_in(list(codes)))
    return set(others["agreement"])


def _parties(record: Record, alliances: str) -> pl.DataFrame:
    """Everyone bound by an agreement of several: agreement, ccode, first_year, last_year."""

    def made() -> pl.DataFrame:
        first, last = pl.col("date").dt.year(), pl.col("end").dt.year()
        members = membership(record, alliances).select("agreement", "ccode", first_year=first, last_year=last)
        trade = trade_members(record).with_columns(agreement=pl.format("desta:{}", "base_treaty"))
        leaving = pl.col("entry_type") == "withdrawal"
        joined = trade.filter(~leaving).group_by("agreement", "ccode").agg(first_year=pl.col("year").min())
        left = (
            trade.filter(leaving & (pl.col("side") == 1)).group_by("agreement", "ccode").agg(last_year=pl.col("year").min() - 1)
        )
        signatories = joined.join(left, on=["agreement", "ccode"], how="left")
        return pl.concat([members, signatories.cast(members.schema)])

    return record.derived(f"parties to agreements, alliances from {alliances}", made)
