"""An assessment one can check by eye: two members, a world of square states, every kind of exhibit, and hostile names."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from foedus.assessment.assessment import Assessment, Member
from foedus.assessment.brief import Brief, Lead, Line
from foedus.assessment.claims.check import Answer, Claim, Claims
from foedus.assessment.finding import Baseline, Chapter, Exhibit, Finding, Interval, Rows

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(2)>',
    "]]></style><svg onload=alert(3)>",
    "Ruri\u202eTania\x1b[31m\u2066",
    "[bold red]Freedonia[/]{{ 7 * 7 }}",
    "javascript:alert(4)' onmouseover='alert(5)",
)
RUSSIA = "ילמ Ostrov"
NORTH, SOUTH = "Northland", "South & Isles"


@pytest.fixture(scope="session")
def world() -> pl.DataFrame:
    """Five square states of ten degrees, an islet that is a dot, and land without a code."""

    def square(west: int, south: int, size: int = 1000) -> str:
        return f"{west},{south} {west + size},{south} {west + size},{south + size} {west},{south + size}"

    rows = [
        ("NOR", 5.0, 5.0, square(0, 0)),
        ("SOU", 5.0, -15.0, square(0, -2000) + "|" + square(200, -1800, 300)),
        ("AAA", 25.0, 5.0, square(2000, 0)),
        ("BBB", 45.0, 5.0, square(4000, 0)),
        ("CCC", 65.0, 5.0, square(6000, 0)),
        ("ISL", 100.0, -30.0, "10000,-3000"),
        (None, 120.0, 5.0, square(11500, 0)),
        ("SPL", 0.0, -80.0, square(-500, -8500)),
    ]
    return pl.DataFrame(rows, schema=["iso3", "longitude", "latitude", "outline"], orient="row")


@pytest.fixture(scope="session")
def assessment() -> Assessment:
    """Two chapters with every kind of finding and exhibit."""
    return Assessment(
        members=(Member(1, "NOR", "NOR", NORTH), Member(2, "SOU", "SOU", SOUTH)),
        year=2022,
        brief=Brief(
            "allies",
            "nobody can know",
            Lead.of(
                f"Allied in 77 years, with {HOSTILE[0]} and {HOSTILE[3]}", "", ("relation.allied_years", "relation.disputes")
            ),
            (
                Line("Risk of a fatal dispute between them, a year: 0.42 % (0.21 to 0.83).", ("order.dispute.probability",)),
                Line(HOSTILE[4], ("order.threat.AAA",)),
            ),
        ),
        chapters=(_relation(), _order()),
        coverage=pl.DataFrame(
            {
                "variable": ["dispute_onset", "polyarchy"],
                "label": ["Onset of a dispute", None],
                "source": ["gml", "gml, nowhere"],
                "first_year": [1816, 1789],
                "last_year": [2010, 2022],
                "age": [12, None],
            }
        ),
        claims=claims(),
        record_version="2026.11",
        record_sha256="ab" * 32,
    )


def claims() -> Claims:
    """Three claims: one that holds by a row, an opinion that nothing is asked about, one hostile in every word."""
    rows = pl.DataFrame({"year": [1949, 1950], "title": ["=1+1", "Pact"], "url": ["https://example.org/a", HOSTILE[5]]})
    query = {"from": {"table": "pacts"}, "select": {"n": "COUNT(*)"}, "verdict": {"holds": "n > 0"}}
    hostile = {
        "from": {"table": HOSTILE[0]},
        "where": HOSTILE[1],
        "select": {"n": HOSTILE[2]},
        "verdict": {"holds": HOSTILE[4]},
    }
    held = Answer("", "holds", "Allied in 77 years.", query, {"n": 77, "none": None}, rows, 77, ("gml",), ())
    named = pl.DataFrame({"title": list(HOSTILE)})
    told = Answer(HOSTILE[3], "contradicted", HOSTILE[0], hostile, {"n": HOSTILE[5]}, named, 6, ("nowhere",), ("low",))
    return Claims(
        title=HOSTILE[0],
        text=HOSTILE[4],
        members=("NOR", HOSTILE[5]),
        year=2022,
        claims=(
            Claim(3, 2, "It strengthened an alliance.", "data", "holds", "What an alliance is.", "An end.", (held,)),
            Claim(8, None, "Both are open.", "opinion", "opinion", "What open means.", "Nothing."),
            Claim(11, 5, HOSTILE[1], "data", "contradicted", HOSTILE[2], HOSTILE[3], (told, told)),
        ),
        record_version="2026.11",
        record_sha256="ab" * 32,
    )


def _relation() -> Chapter:
    findings = (
        Finding(
            "relation.allied_years",
            "relation",
            "Allied in 77 years.",
            77,
            "years",
            sources=("gml",),
            rows=Rows("pacts", "year > 1"),
        ),
        Finding("relation.member.NOR", "relation", "A member since 1867.", "1867-07-01", "date", sources=("nowhere",)),
        Finding("relation.disputes", "relation", f"Disputes with {HOSTILE[0]}.", 4, "disputes", sources=("gml",)),
        Finding("relation.values", "relation", HOSTILE[3], None, grade="not estimated"),
        Finding(
            "relation.share", "relation", "One holds most.", 0.938, "share of the dyad", baseline=Baseline(HOSTILE[4], 0.5)
        ),
    )
    exhibits = (
        Exhibit("relation.timeline", "What bound them, 1867–2022", "timeline", _timeline(), "Hatched: no data.", ("gml",)),
        Exhibit("relation.lines", "Regimes", "lines", _lines(), "", ("gml",)),
        Exhibit(
            "relation.ledger", "Ledger", "table", pl.DataFrame({"title": list(HOSTILE), "year": [1949] * 6, "n": [None] * 6})
        ),
    )
    return Chapter(
        "relation", "Who they are", "What binds them?", findings, exhibits, "A denounced treaty.", (HOSTILE[2], "No secrets.")
    )


def _order() -> Chapter:
    probability = "probability per year"
    findings = (
        Finding(
            "order.dispute.probability",
            "order",
            "The risk is 0.42 %.",
            0.0042,
            probability,
            Interval(0.95, 0.0021, 0.0083),
            Baseline("all dyads", 0.0168),
            "supported",
            ("gml",),
            Rows("panel dyad-year", f"name = '{HOSTILE[1]}'"),
        ),
        Finding("order.fatal_dispute.probability", "order", "Deaths are rare.", 0.00004, probability, grade="mixed"),
        Finding(
            "order.threat.AAA", "order", "The largest risk.", 0.03, probability, Interval(0.95, 0.02, 0.05), grade="physical"
        ),
        Finding(
            "order.pact",
            "order",
            "A pact adds nothing.",
            -0.0001,
            "nats",
            Interval(0.68, -0.0003, 0.0002),
            grade="not supported",
            direction="against the claim",
        ),
        Finding("order.calibration.all", "order", "As many as expected.", 1.0, "predicted over observed", grade=None),
    )
    exhibits = (
        Exhibit("order.map", "Risk with every state", "map", risks(), "Today's borders.", ("gml",)),
        Exhibit("order.top", "Largest risks", "bars", _bars(), "", ("gml",)),
        Exhibit("order.reliability", "Forecast against observed", "reliability", _strata(), "", ("gml",)),
        Exhibit("order.nothing", "An empty one", "bars", _bars().clear()),
    )
    return Chapter(
        "order", "The order", "How likely is a dispute?", findings, exhibits, "A new dispute.", ("No estimate for islets.",)
    )


def risks() -> pl.DataFrame:
    """Both members, two outcomes, seven other states: hostile names, an islet, one without a shape, one without an estimate."""
    states = [
        (10, HOSTILE[0], "AAA", 0.03),
        (11, HOSTILE[1], "BBB", 0.002),
        (12, RUSSIA, "CCC", None),
        (13, HOSTILE[2], "ISL", 0.0004),
        (14, HOSTILE[3], None, 0.0001),
        (15, HOSTILE[5], "ZZZ", 0.00005),
    ]
    rows = []
    for member, partner in ((NORTH, (2, SOUTH, "SOU", 0.004)), (SOUTH, (1, NORTH, "NOR", 0.004))):
        for outcome, factor in (("any dispute", 1.0), ("fatal dispute", 0.05)):
            for code, name, iso3, risk in (partner, *states):
                known = None if risk is None else risk * factor
                ends = (None, None) if known is None else (known / 2, known * 2)
                rows.append((member, outcome, code, name, iso3, known, *ends, 0.0006 * factor))
    columns = ["member", "outcome", "ccode", "state", "iso3", "probability", "low", "high", "baseline"]
    return pl.DataFrame(rows, schema=columns, orient="row", infer_schema_length=None)


def _timeline() -> pl.DataFrame:
    rows = [
        ("Alliances", date(1949, 4, 4), None, "Pact", "defence", "spell", None, "gml"),
        ("Alliances", date(1942, 1, 1), date(1945, 9, 2), HOSTILE[1], HOSTILE[0], "spell", None, "gml"),
        ("Alliances", date(1867, 7, 1), date(1919, 12, 31), "no data", "Alliances: no data", "silence", None, "gml"),
        ("Disputes", date(1979, 1, 1), date(1979, 1, 1), "1979", "seizure", "event", 3, "gml"),
        ("Disputes", date(1990, 1, 1), None, "1990", None, "event", None, "gml"),
        ("Disputes", date(2011, 1, 1), date(2022, 12, 31), "no data", "", "silence", None, "gml"),
    ]
    columns = {
        "lane": pl.String,
        "start": pl.Date,
        "end": pl.Date,
        "label": pl.String,
        "detail": pl.String,
        "kind": pl.String,
        "severity": pl.Int16,
        "source": pl.String,
    }
    return pl.DataFrame(rows, schema=columns, orient="row")


def _lines() -> pl.DataFrame:
    years = [year for year in range(1900, 1961) if not 1920 <= year <= 1930 and year != 1932]
    parts = [
        pl.DataFrame(
            {"series": name, "year": years, "value": [level + year / 1e4 for year in years], "panel": panel, "unit": unit}
        )
        for panel, unit in (("Democracy", ""), ("Weight", "share"))
        for name, level in ((NORTH, 0.4), (HOSTILE[4], 0.2))
    ]
    both = pl.concat(parts)
    return both.with_columns(low=pl.col("value") - 0.05, high=pl.col("value") + 0.05).with_columns(
        pl.when(pl.col("panel") == "Weight").then(None).otherwise(pl.col(name)).alias(name) for name in ("low", "high")
    )


def _bars() -> pl.DataFrame:
    return pl.DataFrame(
        {
            "label": [HOSTILE[0], "China", "Nobody"],
            "value": [0.03, 0.0004, None],
            "low": [0.02, 0.0001, None],
            "high": [0.05, 0.001, None],
            "baseline": [0.0006, 0.0006, 0.0006],
            "group": [NORTH, NORTH, SOUTH],
            "unit": ["probability per year"] * 3,
        }
    )


def _strata() -> pl.DataFrame:
    return pl.DataFrame(
        {
            "stratum": ["all", HOSTILE[1], "unknown"],
            "forecast": [0.0171, 0.0002, None],
            "observed": [0.0168, 0.0, None],
            "low": [0.0155, 0.0, None],
            "high": [0.0182, 0.0009, None],
            "n": [35106, 4100, 0],
            "events": [590, 0, None],
        }
    )
