"""People of Ukrainian origin in seventeen states, as an encyclopaedia's table of 2023 gives them: facts, not a data set.

Three questions have three answers, and each has its table: who was born in Ukraine (`migrant_stocks`), who fled it
(`displacement_stocks`), and who is of Ukrainian origin or descent, here. `diaspora_facts` has one row per host: `people`,
`definition` ("origin" or, where the table has put a count of birthplaces in its place, "born"), `counted_in`, the year of the
count where it is known, and what it rests on, by the rules of `provenance.py`: a census for Canada, the encyclopaedia else.

Traps
-----
* Years and definitions are mixed, which is why no panel has these numbers as a variable. Only the Canadian one is known to be
  a census's answer on ethnic origin, several allowed, of 2016.
* Round numbers are estimates of communities, not counts. An encyclopaedia's number is of low confidence, whatever it is of.
* `year` is the one at which the code is read as a state: that of the copy.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from foedus.record.provenance import SCHEMA, provenance

COPY_OF = 2023
"""Year of the copy of the encyclopaedia's table."""

COUNTED = {"CAN": 2016}
"""Hosts of whose number the year is known: Statistics Canada, census of 2016, ethnic origin, several answers allowed."""

BORN = ("RUS",)
"""Hosts whose number is one of birthplaces: within 1,000 of the United Nations' for 2019 (`migrant_stocks`)."""

TABLE = {
    "source": "Wikipedia, Ukrainian diaspora, table of 2023",
    "source_kind": "encyclopaedia",
    "url": "https://en.wikipedia.org/wiki/Ukrainian_diaspora",
    "confidence": "low",
}
"""What a number rests on where nothing better was found."""

CENSUSES = {
    "CAN": {
        "source": "Statistics Canada, census of 2016, ethnic origin",
        "source_kind": "official",
        "via": "https://www.newpathway.ca/view-making-sense-census/",
        "confidence": "medium",
    }
}
"""Hosts whose number is that of a census, which was not opened itself: another page tells of it."""

NOTES = {
    "CAN": "census, one or several ethnic origins named; the count of 2021 is smaller but was not seen at its source",
    "RUS": "a count of birthplaces, not of origin",
    "ARG": "another copy of the table has 1,000,000",
}


def read(raw: Path) -> dict[str, pl.DataFrame]:
    """Return `diaspora_facts`: origin, host, iso3, year, people, definition, counted_in, note, and what each rests on."""
    frame = pl.read_csv(raw / "physical/facts/ukrainian_origin_population_by_country.csv")
    definition = pl.when(pl.col("iso3").is_in(BORN)).then(pl.lit("born")).otherwise(pl.lit("origin"))
    counted = pl.col("iso3").replace_strict(COUNTED, default=None, return_dtype=pl.Int16)
    facts = frame.select(
        pl.lit("Ukraine").alias("origin"),
        pl.col("country").alias("host"),
        "iso3",
        pl.lit(COPY_OF, pl.Int16).alias("year"),
        pl.col("population").cast(pl.Int32).alias("people"),
        definition.alias("definition"),
        counted.alias("counted_in"),
        pl.col("iso3").replace_strict(NOTES, default=None, return_dtype=pl.String).alias("note"),
    )
    rows = [{"iso3": iso3, **provenance(f"Ukrainians in {iso3}", CENSUSES.get(iso3, TABLE))} for iso3 in facts["iso3"]]
    documents = pl.DataFrame(rows, schema_overrides=SCHEMA, infer_schema_length=None)
    return {"diaspora_facts": facts.join(documents, on="iso3", validate="1:1").sort("iso3")}
