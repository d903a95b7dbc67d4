"""How often the members have visited each other, as far as the record says."""

from __future__ import annotations

from foedus.assessment.finding import Chapter, Finding, Rows
from foedus.panels.codebook import codebook
from foedus.panels.panel import panel
from foedus.partnership.partnership import Partnership

ID = "visits"
TITLE = "State visits"
QUESTION = "How often have the members visited each other?"
LACKING = "State visits are not in the record: `foedus record add state_visits` adds them."


def chapter(partnership: Partnership) -> Chapter:
    """Return the chapter for a partnership of two."""
    if "state_visits" not in codebook():
        return Chapter(id=ID, title=TITLE, question=QUESTION, findings=(), gaps=(LACKING,))
    rows = panel("dyad-year", ["state_visits"], dyads=[partnership.dyad], record=partnership.record)
    known = rows.filter(rows["year"] <= partnership.year).drop_nulls("state_visits")
    if known.is_empty():
        return Chapter(id=ID, title=TITLE, question=QUESTION, findings=(), gaps=("No year of theirs is known.",))
    count, first, last = known["state_visits"].sum(), known["year"].min(), known["year"].max()
    names = " and ".join(state.name for state in partnership.members)
    told = Finding(
        id=f"{ID}.count",
        chapter=ID,
        statement=f"{names} paid each other {count} state visits from {first} to {last}.",
        value=count,
        unit="visits",
        sources=("state_visits",),
        rows=Rows("panel dyad-year, state_visits", ""),
    )
    return Chapter(id=ID, title=TITLE, question=QUESTION, findings=(told,), would_change="A visit that nobody counted.")
