"""The relation by year: spells, events and silences, one row a mark, for the timeline exhibit."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import polars as pl

from foedus.assessment.left_out import available, parts
from foedus.panels.alliance_lists import by_alliances
from foedus.panels.codebook import lookup
from foedus.partnership.partnership import Partnership, dated
from foedus.words import FATALITY, HOSTILITY, runs, stretch

TIMELINE = {
    "lane": pl.String,
    "start": pl.Date,
    "end": pl.Date,
    "label": pl.String,
    "detail": pl.String,
    "kind": pl.String,
    "severity": pl.Int16,
    "source": pl.String,
}


def timeline(partnership: Partnership, history: pl.DataFrame, ledger: pl.DataFrame) -> pl.DataFrame:
    """Return spells, events and silences of the relation, one row a mark (columns TIMELINE), since both states began."""
    first, last = first_year(partnership), partnership.year
    rows = [
        *_membership_marks(partnership, first),
        *_spell_marks("Defence pact", "defence_pact", history, *partnership.by_list("atop")),
        *_spell_marks("Strategic rivalry", "rivalry", history, "strategic_rivalries"),
        *_spell_marks("On opposite sides (UCDP)", "interstate_conflict", history, "ucdp_armed_conflict"),
        *parts(_dispute_marks, partnership),
        *_ledger_marks(ledger),
        *parts(_peace_marks, partnership),
        *_silences(partnership, history, first, last),
    ]
    return (
        pl.DataFrame(rows, schema=TIMELINE, orient="row")
        .filter(pl.col("start") <= date(last, 12, 31))
        .with_columns(pl.col("end").clip(upper_bound=date(last, 12, 31)))
    )


Mark = tuple[str, date, date | None, str, str, str, int | None, str]


def first_year(partnership: Partnership) -> int:
    """First year in which both were independent in either list of states: they differ, by half a century for Canada."""
    spells = partnership.record.table("state_spells")
    begins = []
    for state in partnership.members:
        codes = ((pl.col("system") == "cow") & (pl.col("code") == state.ccode)) | (
            (pl.col("system") == "gw") & (pl.col("code") == (state.gwcode or -1))
        )
        begins.append(spells.filter(codes)["start"].min())
    return max(day.year for day in begins if isinstance(day, date))


def _membership_marks(partnership: Partnership, first: int) -> Iterable[Mark]:
    for state in partnership.members:
        for spell in state.spells:
            if spell.end is None or spell.end.year >= first:
                start = max(spell.start, date(first, 1, 1))
                yield (
                    "Member of the state system",
                    start,
                    spell.end,
                    state.name,
                    f"{state.name}, member",
                    "spell",
                    None,
                    "state_system",
                )


def _spell_marks(lane: str, name: str, history: pl.DataFrame, source: str) -> Iterable[Mark]:
    for start, end in runs(history.filter(pl.col(name).fill_null(value=False))["year"].to_list()):
        years = stretch(start, end)
        yield (lane, date(start, 1, 1), date(end, 12, 31), years, f"{lane}, {years}", "spell", None, source)


def _dispute_marks(partnership: Partnership) -> Iterable[Mark]:
    low, high = partnership.dyad
    rows = partnership.record.table("dispute_dyad_years").filter(
        (pl.col("ccode1") == low) & (pl.col("ccode2") == high) & pl.col("onset")
    )
    for row in rows.sort("year", "dispute").iter_rows(named=True):
        hostility, fatality = (
            HOSTILITY.get(row["hostility"], "hostility unknown"),
            FATALITY.get(row["fatality"], "deaths unknown"),
        )
        start = date(row["year"], row["start_month"] or 1, 1)
        detail = f"Dispute {row['dispute']}, {row['year']}: {hostility}, {fatality}"
        yield ("Disputes", start, start, str(row["year"]), detail, "event", row["hostility"], "gml")


LANES = {"alliance": "Alliances", "defence cooperation": "Defence agreements", "trade": "Trade agreements"}


def _ledger_marks(ledger: pl.DataFrame) -> Iterable[Mark]:
    for row in ledger.drop_nulls("date").iter_rows(named=True):
        lane = LANES.get(row["kind"], "Cited facts") if row["source"] != "treaty_facts" else "Cited facts"
        spell = row["kind"] == "alliance"
        end = (row["end"] or date(row["known_to"], 12, 31)) if spell else row["date"]
        kind = "spell" if spell else "event"
        yield (lane, row["date"], end, row["title"], f"{dated(row)}: {row['title']}", kind, None, row["source"])


def _peace_marks(partnership: Partnership) -> Iterable[Mark]:
    low, high = partnership.dyad
    spells = partnership.record.table("peace_spells").filter((pl.col("ccode1") == low) & (pl.col("ccode2") == high))
    last = date(lookup("peace_level").last_year, 12, 31)
    for row in spells.drop_nulls("level").iter_rows(named=True):
        detail = f"Peace scale {row['level']:g} from {row['start'].year}"
        yield ("Peace scale", row["start"], row["end"] or last, f"{row['level']:g}", detail, "spell", None, "peace_scale")


LANES_OF = {
    "Defence pact": "defence_pact",
    "Alliances": "defence_pact",
    "Strategic rivalry": "rivalry",
    "On opposite sides (UCDP)": "interstate_conflict",
    "Disputes": "dispute_onset",
    "Defence agreements": "defence_agreements",
    "Trade agreements": "trade_agreements",
    "Peace scale": "peace_level",
}
"""Lanes that a data set fills, and a variable whose coverage is that data set's."""


def _silences(partnership: Partnership, history: pl.DataFrame, first: int, last: int) -> Iterable[Mark]:
    """Stretches in which a lane's source says nothing of the two: before it begins, after it ends, before both are members."""
    joint = history["year"].to_list()
    told = available(LANES_OF.values(), partnership.record, partnership.alliances_from)
    for lane, name in LANES_OF.items():
        variable = by_alliances(lookup(name), partnership.alliances_from)
        known = set(history.drop_nulls(name)["year"]) if name in history.columns else set()
        covered = (year for year in joint if variable.first_year <= year <= variable.absent_to or year in known)
        spoken = [year for year in covered if name in told]
        silent = [year for year in range(first, last + 1) if year not in set(spoken)]
        for start, end in runs(silent):
            detail = f"{lane}: no data {stretch(start, end)}"
            yield (lane, date(start, 1, 1), date(end, 12, 31), "no data", detail, "silence", None, variable.sources[0])
