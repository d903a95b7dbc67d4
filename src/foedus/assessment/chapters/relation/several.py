"""Who they are, of three members or more: which pairs a treaty of defence binds, and what stood between any two of them.

A partnership of many is told pair by pair, never as one state: how many of its pairs are bound and by what, which are not, and
between which of them disputes began. All of it read off the record.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import combinations

import polars as pl

from foedus.assessment.chapters.relation.obligations import whose
from foedus.assessment.fighting import Side, named, sides
from foedus.assessment.finding import Chapter, Exhibit, Finding, Rows
from foedus.assessment.left_out import panel_of_held, parts
from foedus.language.said import in_turn, joined, labels, say, say_many
from foedus.panels.codebook import lookup
from foedus.panels.fighting import UCDP, last_known
from foedus.panels.treaty_names import called
from foedus.partnership.agreements import OBLIGATIONS
from foedus.partnership.partnership import Partnership
from foedus.words import between, capitalized, counted, listed, runs, stretch, the

ID = "relation"
TITLE = "Who they are"
QUESTION = "Which of the members are bound to each other, by what, and what has stood between them?"

ALL_BOUND, SOME_BOUND, NONE_BOUND = "allies", "partly allied", "not allied"
"""Kinds of partnerships of several: every pair is bound by a pledge of defence, some are, none is."""

KINDS = {
    ALL_BOUND: "{names} are allies{by}: in every pair of them one at least has pledged to defend the other.",
    SOME_BOUND: "{names} are allies in part{by}: in {count} of {number} pairs one at least has pledged to defend the other.",
    NONE_BOUND: "{names} are no allies{by}: no treaty on record obliges any of them to defend another.",
}
"""What is said of each kind."""

NAMED = 5
"""Pairs, or years, named in a sentence."""

PAIRS_DRAWN = 15
"""Pairs that have a lane each in the picture; of more the share that is bound is drawn."""

SEVERE = 4
"""How tall the stroke of a fatal dispute is drawn, of 5."""

HISTORY = ("defence_pact", "dispute_onset", "fatal_dispute_onset", "rivalry")
SOURCES = ("alliance_facts", "atop", "treaty_facts")


def chapter(partnership: Partnership) -> Chapter:
    """Return the chapter of a partnership of several, with gaps named where the record is silent."""
    vector, history = partnership.obligations(), _history(partnership)
    findings = [
        *_fighting(partnership),
        *_bound(partnership, vector),
        *parts(_between, partnership, history),
        *parts(_rivals, partnership, history),
        *_membership(partnership),
    ]
    return Chapter(
        id=ID,
        title=TITLE,
        question=QUESTION,
        findings=tuple(findings),
        exhibits=tuple(_exhibits(partnership, vector, history)),
        would_change="A later release of the data on alliances or disputes; a member that comes or goes.",
        gaps=tuple(_gaps(partnership, vector)),
    )


def _history(partnership: Partnership) -> pl.DataFrame:
    """Every year of every pair of members, up to the partnership's."""
    years, chosen = (1816, partnership.year), partnership.alliances_from
    return panel_of_held("dyad-year", HISTORY, partnership.record, among=partnership.codes, years=years, alliances_from=chosen)


def _bound(partnership: Partnership, vector: pl.DataFrame) -> Iterable[Finding]:
    """Tell how many pairs a treaty of defence binds in the year, by which treaties, and which pairs are not bound."""
    year, defence = partnership.year, vector.filter(obligation="defence")
    number = defence.height
    held = defence.filter("in_force")
    before = defence.filter(pl.col("in_force").is_null() & pl.col("last_known").fill_null(False))
    count = held.height + before.height
    kind = ALL_BOUND if count == number else SOME_BOUND if count else NONE_BOUND
    list_of, sources = whose(partnership), partnership.by_list(*SOURCES)
    told = say(KINDS[kind], names=partnership.named, by=list_of, count=count, number=number)
    yield Finding("relation.kind", ID, capitalized(told), kind, sources=sources, rows=_rows(partnership))
    last = year - before["age"].min() if before.height else year  # type: ignore[operator]
    yield Finding(
        "relation.defence",
        ID,
        pledges(
            number,
            held.height,
            before.height,
            year=year,
            last=last,
            treaties=say(" by {treaties}", treaties=_treaties(partnership, pl.concat([held, before]))) if count else "",
            by=list_of,
        ),
        count,
        "pairs",
        sources=sources,
        rows=_rows(partnership),
    )
    loose = defence.join(pl.concat([held, before]), on=["ccode1", "ccode2"], how="anti", maintain_order="left")
    if count and loose.height:
        yield Finding(
            "relation.unbound",
            ID,
            say(
                "Not bound to defend each other by a treaty on record: {pairs}.",
                pairs=_some([_pair(row) for row in loose.to_dicts()]),
            ),
            loose.height,
            "pairs",
            sources=sources,
            rows=_rows(partnership),
        )
    watch = vector.filter(pl.col("in_force"), obligation="warning")
    if watch.height:
        yield Finding(
            "relation.warning",
            ID,
            capitalized(
                say(
                    "{pairs} watch together by {treaties}.",
                    pairs=_some([_pair(row) for row in watch.to_dicts()]),
                    treaties=_treaties(partnership, watch),
                )
            ),
            watch.height,
            "pairs",
            sources=("treaty_facts",),
            rows=Rows("agreement_facts", "kind = 'command'"),
        )


def pledges(number: int, held: int, before: int, **parts: object) -> str:
    """How many of a number of pairs are bound in the year, and how many were when the data end."""
    pairs = counted(number, "pair")
    if held == number:
        return say(
            "All {number} pairs of members are bound in {year} to defend each other{treaties}{by}.", number=number, **parts
        )
    if not held and not before:
        return say("None of the {number} pairs of members is bound in {year} to defend each other{by}.", number=number, **parts)
    if not before:
        return say_many(
            held,
            "Of {pairs} of members {number} is bound in {year} to defend each other{treaties}{by}.",
            "Of {pairs} of members {number} are bound in {year} to defend each other{treaties}{by}.",
            pairs=pairs,
            **parts,
        )
    if not held:
        return say_many(
            before,
            "Of {pairs} of members {number} was bound in {last}, when the data end, to defend each other{treaties}{by}.",
            "Of {pairs} of members {number} were bound in {last}, when the data end, to defend each other{treaties}{by}.",
            pairs=pairs,
            **parts,
        )
    return say(
        "Of {pairs} of members {now} to defend each other, and {then}{treaties}{by}.",
        pairs=pairs,
        now=say_many(held, "{number} is bound in {year}", "{number} are bound in {year}", year=parts["year"]),
        then=say_many(
            before,
            "{number} was in {last}, when the data end",
            "{number} were in {last}, when the data end",
            last=parts["last"],
        ),
        **parts,
    )


def _fighting(partnership: Partnership) -> Iterable[Finding]:
    """Tell which members fight each other in the year, and which stand on opposite sides of a war or an armed conflict."""
    year, codes = last_known(partnership.record, partnership.year), set(partnership.codes)
    inside = {dyad: side for dyad, side in sides(partnership.record, partnership.year).items() if codes >= set(dyad)}
    if not inside:
        return
    heads = {
        "Members who fight each other in {year}: {pairs}.": True,
        "Members on opposite sides in {year}, not told to fight each other: {pairs}.": False,
    }
    each = {
        head: [
            say(
                "{pair} ({what})",
                pair=listed([named(partnership.record, code, year, side.by) for code in dyad]),
                what=_what(side),
            )
            for dyad, side in inside.items()
            if side.fights is fight
        ]
        for head, fight in heads.items()
    }
    yield Finding(
        "relation.fighting",
        ID,
        joined(*(say(head, year=year, pairs=_some(pairs)) for head, pairs in each.items() if pairs)),
        len(inside),
        "pairs",
        sources=tuple(sorted({side.by for side in inside.values()})),
        rows=_rows(partnership),
    )


def _what(side: Side) -> str:
    """What two states are in, by which source."""
    if side.by != UCDP:
        return side.what
    return say("a war by UCDP") if side.war else say("an armed conflict by UCDP")


def _between(partnership: Partnership, history: pl.DataFrame) -> Iterable[Finding]:
    """Tell between which members disputes began: those with deaths, and those of any kind."""
    names = _names(partnership)
    for name, tag, none, some in (
        (
            "fatal_dispute_onset",
            "fatal_disputes",
            "No fatal dispute between members began in {span}.",
            "Fatal disputes between members began in {number} of {span}, in {pairs}{latest}.",
        ),
        (
            "dispute_onset",
            "disputes",
            "No dispute of any kind between members began in {span}.",
            "Disputes of any kind between members began in {number} of {span}, in {pairs}{latest}.",
        ),
    ):
        known = history.drop_nulls(name)
        if not known.height:
            continue
        begun = known.filter(name)
        last = begun.sort("year").tail(1).to_dicts()
        then = ", last in {year}, between {pair}"
        latest = say(then, year=last[0]["year"], pair=_of(last[0], names)) if last else ""
        pairs = counted(begun.select("ccode1", "ccode2").unique().height, "pair")
        span = between(known["year"])
        yield Finding(
            f"relation.{tag}",
            ID,
            say(some, number=counted(begun.height, "pair-year"), span=span, pairs=pairs, latest=latest)
            if begun.height
            else say(none, span=span),
            begun.height,
            "pair-years with an onset",
            sources=lookup(name).sources,
            rows=_rows(partnership),
        )


def _rivals(partnership: Partnership, history: pl.DataFrame) -> Iterable[Finding]:
    """Tell which members are strategic rivals, or were in the last year known."""
    known = history.drop_nulls("rivalry")
    if not known.height:
        return
    last, names = int(known["year"].max()), _names(partnership)  # type: ignore[arg-type]
    rivals = known.filter("rivalry", pl.col("year") == last).to_dicts()
    pairs = _some([_of(row, names) for row in rivals])
    said = say("Strategic rivals among the members in {year}: {pairs}.", year=last, pairs=pairs)
    none = say("No two members are strategic rivals in {year}.", year=last)
    yield Finding(
        "relation.rivals",
        ID,
        said if rivals else none,
        len(rivals),
        "pairs",
        sources=lookup("rivalry").sources,
        rows=_rows(partnership),
    )


def _membership(partnership: Partnership) -> Iterable[Finding]:
    """Tell how many members there are, and their names."""
    yield Finding(
        "relation.members",
        ID,
        f"{counted(len(partnership.members), 'member')} in {partnership.year}: "
        f"{listed([the(state.name) for state in partnership.members])}.",
        len(partnership.members),
        "states",
        sources=("organisations", "state_system"),
        rows=Rows("state_spells", f"system = 'cow' and code in {list(partnership.codes)}"),
    )


def _exhibits(partnership: Partnership, vector: pl.DataFrame, history: pl.DataFrame) -> Iterable[Exhibit]:
    pairs = list(combinations(sorted(partnership.codes), 2))
    known = history.drop_nulls("defence_pact")
    if len(pairs) <= PAIRS_DRAWN and known.height:
        lanes = _lanes(partnership, history, pairs)
        yield Exhibit(
            "relation.bond",
            say("Who is bound to defend whom, to {year}", year=partnership.year),
            "timeline",
            pl.DataFrame(lanes, schema=LANES, orient="row", infer_schema_length=None),
            say(
                "A lane for each pair: bars are years in which a treaty obliged one of the two to defend the other, strokes "
                "are fatal disputes between them. Hatched: the data on alliances say nothing, or one of the two was no state."
            ),
            partnership.by_list(*SOURCES),
            labels(*lanes),
        )
    elif known.height:
        yield Exhibit(
            "relation.bond",
            say("Pairs of members bound to defend each other"),
            "lines",
            _bound_over_time(known),
            say(
                "Of the pairs of states that are members in the year assessed, those that existed, and those that a treaty "
                "bound."
            ),
            partnership.by_list(*SOURCES),
            labels(say("bound"), say("pairs of states")),
        )
    owed = partnership.by_list(*SOURCES)
    yield Exhibit("relation.vector", "What each pair owes each other", "table", _matrix(vector), "", owed)
    ledger = partnership.ledger().with_columns(pl.col("obligations", "binds", "renewals").list.join(", "))
    sources = tuple(sorted({name for names in ledger["source"] for name in names.split(", ")}))
    yield Exhibit(
        "relation.ledger", "Ledger of agreements", "table", ledger, "An empty end: in force when its source stops.", sources
    )


LANES = ("lane", "start", "end", "label", "detail", "kind", "severity", "source")
"""Columns of a "timeline" exhibit."""

Lane = tuple[str, date, date, str, str, str, int | None, str]


def _lanes(partnership: Partnership, history: pl.DataFrame, pairs: Sequence[tuple[int, int]]) -> list[Lane]:
    """A lane for each pair, one row a mark (columns LANES)."""
    names, (source,) = _names(partnership), partnership.by_list("atop")
    rows: list[Lane] = []
    first = int(history["year"].min())  # type: ignore[arg-type]
    for low, high in pairs:
        lane = capitalized(listed([names[low], names[high]]))
        own = history.filter(ccode1=low, ccode2=high)
        for start, end in runs(own.filter(pl.col("defence_pact").fill_null(False))["year"].to_list()):
            label = stretch(start, end)
            detail = say("{what}, {years}", what=say("Defence pact"), years=label)
            rows.append((lane, date(start, 1, 1), date(end, 12, 31), label, detail, "spell", None, source))
        told = set(own.drop_nulls("defence_pact")["year"])
        for start, end in runs([year for year in range(first, partnership.year + 1) if year not in told]):
            silent = say("No data, {years}", years=stretch(start, end))
            rows.append((lane, date(start, 1, 1), date(end, 12, 31), say("no data"), silent, "silence", None, source))
        fatal = own.filter(pl.col("fatal_dispute_onset").fill_null(False))["year"]
        days = [(date(year, 1, 1), str(year)) for year in fatal]
        rows += [
            (lane, day, day, year, say("Fatal dispute, {years}", years=year), "event", SEVERE, "gml") for day, year in days
        ]
    return rows


def _bound_over_time(known: pl.DataFrame) -> pl.DataFrame:
    """Pairs that existed, and pairs that were bound, by year (columns of a "lines" exhibit)."""
    years = (
        known.group_by("year").agg(pl.len().alias("pairs of states"), pl.col("defence_pact").sum().alias("bound")).sort("year")
    )
    tidy = years.unpivot(["bound", "pairs of states"], index="year", variable_name="series", value_name="value")
    empty = pl.lit(None, pl.Float64)
    return tidy.select(
        "series",
        "year",
        pl.col("value").cast(pl.Float64),
        low=empty,
        high=empty,
        panel=pl.lit(None, pl.String),
        unit=pl.lit("pairs"),
    )


def _matrix(vector: pl.DataFrame) -> pl.DataFrame:
    """A row for each pair, a column for each obligation that any pair has: since when, or what is known of it."""
    since = pl.col("since").dt.year().cast(pl.String)
    said = (
        pl.when("in_force")
        .then(pl.format("since {}", since))
        .when(pl.col("in_force").is_null() & pl.col("last_known"))
        .then(pl.format("since {}, as of {} years before", since, "age"))
        .when(~pl.col("in_force"))
        .then(pl.lit("no"))
    )
    wide = vector.with_columns(said=said).pivot("obligation", index=["state1", "state2"], values="said")
    held = [name for name in OBLIGATIONS if name in wide.columns and wide[name].str.starts_with("since").any()]
    titles = {name: capitalized(OBLIGATIONS[name]) for name in held}
    return wide.select(pl.col("state1").alias("one"), pl.col("state2").alias("other"), *held).rename(titles)


def _gaps(partnership: Partnership, vector: pl.DataFrame) -> Iterable[str]:
    unknown = vector.filter(pl.col("in_force").is_null())
    if unknown.height:
        kinds = [OBLIGATIONS[name] for name in OBLIGATIONS if name in set(unknown["obligation"])]
        yield f"Not known of some pairs in {partnership.year}, for the sources end before: {listed(kinds)}."
    yield f"Disputes between members are known to {lookup('dispute_onset').last_year}."


def _names(partnership: Partnership) -> dict[int, str]:
    return {state.ccode: the(state.name) for state in partnership.members}


def _pair(row: dict[str, str]) -> str:
    return listed([the(row["state1"]), the(row["state2"])])


def _of(row: dict[str, int], names: dict[int, str]) -> str:
    return listed([names[row["ccode1"]], names[row["ccode2"]]])


def _some(told: Sequence[str]) -> str:
    """The first few of some pairs, and how many more there are."""
    more = len(told) - NAMED
    others = [say_many(more, "and {number} more pair", "and {number} more pairs")] if more > 0 else []
    return in_turn([*told[:NAMED], *others])


def _treaties(partnership: Partnership, rows: pl.DataFrame) -> str:
    """The agreements of some pairs with the number of pairs that each binds, the widest first."""
    counts = rows.explode("agreements").drop_nulls("agreements").group_by("agreements").agg(pl.len(), pl.col("since").min())
    ranked = counts.sort("len", "since", "agreements", descending=[True, False, False]).to_dicts()
    told = [
        say("{treaty} ({pairs})", treaty=called(row["agreements"], partnership.unnamed), pairs=counted(row["len"], "pair"))
        if rows.height > 1
        else called(row["agreements"], partnership.unnamed)
        for row in ranked[:NAMED]
    ]
    more = len(ranked) - NAMED
    return listed([*told, *([counted(more, "other treaty", "other treaties")] if more > 0 else [])])


def _rows(partnership: Partnership) -> Rows:
    return Rows("panel dyad-year", f"both of {list(partnership.codes)}, year <= {partnership.year}")
