"""A model of one's own, fitted by a job: its table as a journal prints it, its coefficients drawn, and what was left out.

A formula is parsed, never run (`models/expression.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from foedus.errors import InputError
from foedus.report import charts
from foedus.report.figures import Shown, figure
from foedus.report.markup import Setting, plain
from foedus.web.frame_page import Part, Sheet, table
from foedus.web.questions import OfFormula
from foedus.web.shown import rows
from foedus.web.view import CSV, JSON, PNG, SVG, Desk, Told, View

if TYPE_CHECKING:
    from foedus.models.model import Model
    from foedus.panels.request import Request


def check(asked: OfFormula, desk: Desk) -> None:
    """Refuse a formula that cannot be read or names no variables, and more rows or variables than the limits."""
    from foedus.panels.stream import height

    request = _request(asked, desk)
    if len(request.variables) > desk.limits.variables:
        raise InputError(
            f"the formula reads {len(request.variables)} variables, and the application takes at most {desk.limits.variables}. "
            f"Leave some out, or run `{asked.command()}`."
        )
    if (number := height(request)) > desk.limits.model_rows:
        raise InputError(
            f"the panel can have {number:,} rows, and the application fits a model to at most {desk.limits.model_rows:,}. Ask "
            f"for fewer years or states, or run `{asked.command()}`."
        )


def _request(asked: OfFormula, desk: Desk) -> Request:
    from foedus.models.build import asked as needed
    from foedus.models.estimate import choices_of

    chosen = asked.chosen()
    years = chosen.get("years")
    return needed([asked.formula], choices_of(**chosen), asked.unit, years, record=desk.record, **asked.rows())


def told(asked: OfFormula, desk: Desk) -> Told:
    """Tell a model, fitted once for all forms."""
    from foedus.models.estimate import estimate
    from foedus.panels.panel import built
    from foedus.report.model_pictures import picture

    def fit() -> Model:
        desk.say("building the panel", 0, 2)
        panel = built(_request(asked, desk))
        desk.say("fitting the model", 1, 2)
        return estimate(asked.formula, panel, asked.model, **asked.chosen())

    model = desk.at_hand(f"model {asked.key()}", fit)

    def data() -> dict[str, Any]:
        about = {"formula": model.formula, "model": model.family, "errors": model.errors, "n": model.n, "events": model.events}
        return {**about, "remarks": list(model.remarks), "terms": rows(model.tidy()), "fit": rows(model.glance())[0]}

    return Told(
        lambda setting: _page(model, asked, desk, setting),
        data,
        model.tidy,
        {SVG: lambda: picture(model, "coefficients").encode()},
    )


def _page(model: Model, asked: OfFormula, desk: Desk, setting: Setting) -> str:
    from foedus.panels.notes import remarks
    from foedus.report.model_pictures import coefficients
    from foedus.report.regressions import as_markup, side_by_side

    request = _request(asked, desk)
    journal = side_by_side({model.kind.label: model})
    said = [*(each for each in journal.notes if not each.startswith(CITED)), *map(sentence, remarks(request))]
    notes = "".join(f'<p class="note">{plain(each)}</p>\n' for each in said)
    printed = f'<div class="scroll" tabindex="0" role="region" aria-label="Table: the model">\n{as_markup(journal)}</div>\n'
    exhibit = coefficients(model)
    drawn = (
        figure(Shown.of(exhibit, 1, None)) if charts.pictures(exhibit) else '<p class="note">There is no term to draw.</p>\n'
    )
    sections = [
        Part("model", "The model", "What do the terms say, and of which rows?", printed + notes),
        Part("drawn", "Drawn", "Which coefficients differ from zero, and by how much?", drawn),
        Part(
            "terms",
            "Term by term",
            "How sure is each?",
            table(model.tidy(), "Coefficients with 95 % intervals", desk.limits.shown),
        ),
    ]
    first, last = model.years
    events = "" if model.events is None else f", {model.events:,} with the outcome"
    facts = f"{model.formula}. {model.n:,} rows of {first} to {last}{events}. What goes with what, not what causes what."
    sources = {name for each in request.variables for name in _sources(each)}
    return Sheet("Formula", f"A {model.kind.label.lower()} of your own", facts, sections, sources).page(asked, desk, setting)


CITED = "Data: "
"""What a note begins with that cites a source; sources stand at the foot of the page."""


def sentence(remark: str) -> str:
    """Return a remark as a sentence."""
    return f"{remark[:1].upper()}{remark[1:]}."


def _sources(variable: str) -> tuple[str, ...]:
    from foedus.panels.codebook import lookup

    return tuple(lookup(variable).sources)


VIEWS = (
    View(
        "formula",
        "Formula",
        "A model of your own, from a formula over the codebook: coefficients with intervals, and which rows they rest on.",
        OfFormula,
        told,
        (JSON, CSV, SVG, PNG),
        unstable=True,
        slow=True,
        check=check,
    ),
)
