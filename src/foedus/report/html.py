"""The report, and claims alone, as one HTML page: complete without the network, without scripts and on paper.

Everything that came from data is escaped by the template engine or by `drawing.element`; the page carries a content security
policy that forbids every request and every script but its own, named by its hash. Nothing in it tells the time, so that the
same assessment gives the same bytes.
"""

from __future__ import annotations

import base64
import hashlib
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib import metadata, resources
from typing import Any

import jinja2
import polars as pl
from markupsafe import Markup

from foedus.assessment.assessment import Assessment
from foedus.assessment.claims.check import Claims
from foedus.assessment.finding import GRADES, Exhibit, Finding
from foedus.record.source import catalog
from foedus.report import charts, claimed, summary, wording
from foedus.report.drawing import DEFINITIONS, Picture
from foedus.report.tables import Table, tables
from foedus.report.worldmap import Shapes

TEMPLATE = "report.html.j2"
GRADE_MEANING = {
    "recorded": "read off the record; nothing is estimated",
    "supported": "an estimate that passed the test declared for it beforehand, on years it had not been fitted to",
    "mixed": "the result of that test depends on the design or the era",
    "not supported": "the test was not passed; the number carries no weight in the conclusions",
    "physical": "follows from geometry or physics",
    "not estimated": "nobody could, or did, put a number on it here",
}
LICENCE_MEANING = {
    "open": "may be used for anything",
    "academic": "free with citation, for non-commercial work",
    "restricted": "not shipped; imported by the user",
}


@dataclass(frozen=True)
class Shown:
    """An exhibit ready for the page.

    Attributes
    ----------
    number : its place on the page, for ids. pictures, tables : as drawn; of a map, one each a panel.
    panels : (member, outcome) of each map. key : a map's colour key.
    """

    exhibit: Exhibit
    number: int
    pictures: tuple[Picture, ...]
    tables: tuple[Table, ...]
    panels: tuple[tuple[str, str], ...] = ()
    key: Picture | None = None

    @property
    def members(self) -> list[str]:
        """Members of a map, each once."""
        return list(dict.fromkeys(member for member, _ in self.panels))

    @property
    def outcomes(self) -> list[str]:
        """Outcomes of a map, each once."""
        return list(dict.fromkeys(outcome for _, outcome in self.panels))


def to_html(assessment: Assessment, command: str, world: pl.DataFrame | None = None) -> str:
    """Return the report as one HTML page.

    Parameters
    ----------
    command : the command that made it, shown at the foot.
    world : geometry of the states for maps; by default the record's table `world_map`.

    Raises InputError if an exhibit's frame lacks a column of its kind.
    """
    exhibits = [exhibit for chapter in assessment.chapters for exhibit in chapter.exhibits]
    shapes = charts.shapes_for(exhibits, world)
    covered = (name for names in assessment.coverage["source"].drop_nulls() for name in names.split(", "))
    return (
        _environment()
        .get_template(TEMPLATE)
        .render(
            **_frame(command, (*assessment.sources, *covered), assessment.record_version, assessment.record_sha256),
            **(_claimed(assessment.claims) if assessment.claims else {}),
            assessment=assessment,
            question=summary.QUESTION,
            headline=summary.headline(assessment),
            shown={exhibit.id: _shown(exhibit, number, shapes) for number, exhibit in enumerate(exhibits, 1)},
            grades={grade: GRADE_MEANING[grade] for grade in sorted(GRADES, key=list(GRADE_MEANING).index)},
            coverage=assessment.coverage.to_dicts(),
            definitions=Markup(DEFINITIONS + (shapes.definitions() if shapes else "")),
        )
    )


def claims_to_html(claims: Claims, command: str) -> str:
    """Return claims as one HTML page; `command` is the command that made it, shown at the foot."""
    return (
        _environment()
        .get_template("claims_page.html.j2")
        .render(
            **_frame(command, claims.sources, claims.record_version, claims.record_sha256),
            **_claimed(claims),
            claims=claims,
            definitions="",
        )
    )


def _frame(command: str, sources: Iterable[str], record_version: str, record_sha256: str) -> dict[str, Any]:
    """What every page needs: style, script and its hash, sources (None for one the catalog lacks), and what made it."""
    script = _asset("report.js")
    return {
        "command": command,
        "version": metadata.version("foedus"),
        "record_version": record_version,
        "record_sha256": record_sha256,
        "sources": {name: catalog().get(name) for name in sorted(set(sources))},
        "licences": LICENCE_MEANING,
        "style": Markup(charts.stylesheet() + _asset("report.css")),
        "script": Markup(script),
        "script_hash": base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
    }


def _claimed(claims: Claims) -> dict[str, Any]:
    """What the chapter of claims needs."""
    return {"counts": summary.verdict_counts(claims), "answers": claimed.shown(claims)}


def start() -> None:
    """Load the page's template in the background, so that `to_html` finds it ready."""
    threading.Thread(target=lambda: _environment().get_template(TEMPLATE), daemon=True).start()


def _shown(exhibit: Exhibit, number: int, shapes: Shapes | None) -> Shown:
    drawn, written = charts.pictures(exhibit, shapes), tuple(tables(exhibit))
    if exhibit.kind == "map" and drawn:
        return Shown(exhibit, number, tuple(drawn[:-1]), written, tuple(charts.panels(exhibit)), drawn[-1])
    return Shown(exhibit, number, tuple(drawn), written)


def _interval(finding: Finding) -> str:
    """Return "95 % interval 0.2–0.9 %", or "" where there is none."""
    if finding.interval is None:
        return ""
    shown = wording.value_range(finding.interval.low, finding.interval.high, finding.unit)
    return f"{100 * finding.interval.level:g}\u00a0% interval {shown}"


def _odds(finding: Finding) -> str:
    """Return "about 1 in 240" for a probability, else ""."""
    known = isinstance(finding.value, int | float) and finding.unit.startswith("probability")
    return f"about {ratio}" if known and (ratio := wording.odds(float(finding.value or 0))) else ""


def _web_address(url: str) -> str:
    """Return an address only if it is one a reader may follow: no script or data disguised as a link."""
    return url if url.startswith(("https://", "http://")) else ""


def _finalize(item: Any) -> Any:
    """Clean every text that enters the page; markup made here is clean already."""
    return wording.clean(item) if isinstance(item, str) and not isinstance(item, Markup) else item


@cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("foedus.report"),
        autoescape=True,
        finalize=_finalize,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.tests["of_term"] = lambda name: ".term." in name
    environment.filters |= {
        "value": wording.value,
        "unit_words": wording.unit_words,
        "interval": _interval,
        "odds": _odds,
        "web_address": _web_address,
        "svg": lambda picture: Markup(picture.svg()),
        "slug": lambda words: "".join(letter if letter.isalnum() else "-" for letter in words),
    }
    return environment


@cache
def _asset(name: str) -> str:
    return (resources.files("foedus.report") / "templates" / name).read_text(encoding="utf-8")
