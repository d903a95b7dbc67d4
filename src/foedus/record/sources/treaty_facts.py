"""Agreements and events gathered by hand from public pages, 1940–2025: what the data sets leave out or end too early for.

`agreement_facts` has one row per fact: NORAD and its renewals, the Permanent Joint Board on Defense, accessions to NATO, United
States treaties in Asia, NAFTA and its successor, Ukraine's bilateral security agreements. `agreement_fact_parties` has one row
per fact and party. `unifier_facts` has the Canadian training mission in Ukraine. Each row names the document it rests on and
how sure it is: `treaty_documents.toml` beside this reader has them, by the rules of `provenance.py`; what the raw files say of
their own sources is not used.

Traps
-----
* This is no sample: that an agreement is not here means nothing.
* `date` is the first day of what is known; `date_precision` says whether that is a day, a month or a year. Two have no date.
* A date may lie ahead of what is known: the review of the North American trade agreement is recorded as due on 1 July 2026.
* In `agreement_fact_parties`, `year` is the one at which `iso3` is to be read as a state: that of the date, but 2025, where the
  list of states ends, for a later date or none, and 1952 for the Japanese treaty of 1951, since Japan re-entered the state
  system when it took force. The European Union is a party without an `iso3`.
* Numbers of trained persons are lower bounds ("more than"). One report of 2023 says "nearly 40,000": it stands in
  `trained_almost`, not among the bounds. The raw file writes 39999.
* `personnel` are the persons deployed or announced, in round numbers; 225 in August 2022 is a ceiling.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import polars as pl

from foedus.errors import RecordError
from foedus.record.dated import Entry, entries
from foedus.record.provenance import SCHEMA, provenance

DOCUMENTS = Path(__file__).with_name("treaty_documents.toml")

NEARLY = {39999: 40000}
"""Number in the raw file → the round number it is said to be just short of."""

READ_IN = {"USA-JPN-1951": 1952}
"""Facts whose parties are read as states in another year than that of the date, with that year."""

NOTES = {
    "CAN-USA-NORAD-1981-03": "from now on the North American Aerospace Defense Command",
    "CAN-USA-NORAD-1996-03": "restates the missions: aerospace warning and aerospace control",
    "CAN-USA-NORAD-2006-05": "adds maritime warning",
    "CUSMA-2020": "term of 16 years; the parties review it together in the sixth",
    "CUSMA-REVIEW-2026": "due date; the outcome is not in this record",
}
"""What a fact adds to its title, in our own words."""

PLEDGE = "no alliance: consultation if Ukraine is attacked again, no pledge of defence"
"""Note on Ukraine's security agreements whose day, and so whose text, was checked."""

TITLES = {
    "Ogdensburg Agreement: Permanent Joint Board on Defense": "Ogdensburg Declaration (Permanent Joint Board on Defense)",
    "Decision to create North American Air Defense Command": "North American Air Defense Command, decision",
    "Letter of agreement on joint defence production (DoD/DND)": "Letter on joint defence production",
    "NAFTA entry into force": "North American Free Trade Agreement",
    "USMCA/CUSMA/T-MEC entry into force": "Canada–United States–Mexico Agreement",
    "CUSMA first joint review due": "Canada–United States–Mexico Agreement, first joint review",
    "NATO accession": "North Atlantic Treaty, accession",
    "Ukraine bilateral security agreement (10 years)": "Agreement on security cooperation with Ukraine, ten years",
    "Ukraine-EU joint security commitments": "Joint security commitments of Ukraine and the European Union",
}
"""Title in the raw file → ours, where it describes rather than names."""

STATUSES = {
    "superseded 1960": "superseded",
    "superseded 2020-07-01": "superseded",
    "OUTCOME NOT FOUND HERE": "due",
}
EVENTS = {"cumulative_trained": "count", "restart_UK": "restart in the United Kingdom"}
LAST_YEAR = 2025
"""Last year of the list of states."""

ACCEDED_TO = "NATO-1949"
"""The treaty that every accession in the list is to; an accession binds its parties to all who joined before."""


def read(raw: Path) -> dict[str, pl.DataFrame]:
    """Return `agreement_facts`, `agreement_fact_parties` and `unifier_facts`."""
    folder = raw / "political/treaty_facts"
    agreements = pl.read_csv(folder / "security_agreements_facts.csv")
    return {
        "agreement_facts": _facts(agreements),
        "agreement_fact_parties": _parties(agreements),
        "unifier_facts": _unifier(pl.read_csv(folder / "operation_unifier_facts.csv", schema_overrides={"date": pl.String})),
    }


def _facts(frame: pl.DataFrame) -> pl.DataFrame:
    pledge = pl.when((pl.col("kind") == "security_agreement") & (pl.col("date_precision") == "day")).then(pl.lit(PLEDGE))
    facts = frame.select(
        pl.col("event_id").alias("fact_id"),
        _first_day(),
        pl.when(pl.col("date").is_not_null()).then("date_precision").alias("date_precision"),
        pl.col("kind").str.replace("_", " "),
        pl.col("title").replace(TITLES),
        pl.col("status").replace(STATUSES),
        pl.col("parties_iso3").alias("parties"),
        pl.when(pl.col("kind") == "accession").then(pl.lit(ACCEDED_TO)).alias("accedes_to"),
        pl.col("event_id").replace_strict(NOTES, default=pledge, return_dtype=pl.String).alias("note"),
    )
    return _documented(facts, "agreement").sort("fact_id")


def _parties(frame: pl.DataFrame) -> pl.DataFrame:
    dated = pl.min_horizontal(_first_day().dt.year().cast(pl.Int16), pl.lit(LAST_YEAR, pl.Int16))
    exploded = frame.select(
        pl.col("event_id").alias("fact_id"),
        pl.col("parties_iso3").str.split(";").alias("party"),
        pl.col("event_id").replace_strict(READ_IN, default=dated, return_dtype=pl.Int16).alias("year"),
    ).explode("party")
    state = pl.when(pl.col("party") != "EU").then("party").alias("iso3")
    return exploded.select("fact_id", "party", state, "year").sort("fact_id", "party")


def _unifier(frame: pl.DataFrame) -> pl.DataFrame:
    trained = pl.col("cumulative_trained_at_least").cast(pl.Int32)
    events = frame.with_columns(pl.col("event").replace(EVENTS))
    named = events.with_columns(fact_id=pl.format("{} {}", "date", "event")).with_columns(date=_told())
    depth = pl.col("date").str.count_matches("-")
    facts = named.select(
        "fact_id",
        _first_day(),
        depth.replace_strict({0: "year", 1: "month", 2: "day"}, return_dtype=pl.String).alias("date_precision"),
        "event",
        pl.when(~trained.is_in(list(NEARLY))).then(trained).alias("trained_at_least"),
        trained.replace_strict(NEARLY, default=None, return_dtype=pl.Int32).alias("trained_almost"),
        pl.col("caf_personnel").cast(pl.Int32).alias("personnel"),
    )
    return _documented(facts, "mission").drop("fact_id").sort("date", "event")


def _documented(facts: pl.DataFrame, table: str) -> pl.DataFrame:
    """The facts with the document of each beside it; a fact without one, or a document without its fact, is refused."""
    rows = [
        {"fact_id": name, **provenance(name, entry), "source_note": entry.get("note")}
        for entry in _documents()[table]
        for name in entry["facts"]
    ]
    documents = pl.DataFrame(rows, schema_overrides=SCHEMA, infer_schema_length=None)
    without = sorted({*facts["fact_id"]} ^ {*documents["fact_id"]})
    if without:
        raise RecordError(f"{DOCUMENTS.name}: {', '.join(without)}: a fact and its document stand together")
    return facts.join(documents, on="fact_id", how="left", validate="1:1", maintain_order="left")


def _told() -> pl.Expr:
    """The date of a row, or the day on which a page told it where the raw file has less."""
    days = {name: entry["told"] for entry in _documents()["mission"] if "told" in entry for name in entry["facts"]}
    return pl.col("fact_id").replace_strict(days, default=pl.col("date"), return_dtype=pl.String)


@cache
def _documents() -> dict[str, list[Entry]]:
    return entries(DOCUMENTS)


def _first_day() -> pl.Expr:
    """The first day of a date written as 2024, 2024-03 or 2024-03-07."""
    text = pl.col("date")
    return (text + pl.lit("-01-01")).str.head(10).str.to_date("%Y-%m-%d").alias("date")
