"""Pictures of a model of one's own: its coefficients with intervals, its ROC curve, and its separation plot.

All are of the rows fitted: how a model ranks what it has learnt from says little of years it has not seen (`validate` does).
The separation plot (Greenhill, Ward & Sacks 2011) puts rows in the order of their expected probability, lowest left, and
darkens each place by how many of the rows there had the outcome; a model that tells them apart is dark on the right alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import polars as pl

from foedus.assessment.finding import Exhibit
from foedus.errors import InputError, nearest
from foedus.estimation.design import Array
from foedus.models.estimated import Estimated
from foedus.models.outcomes import YES_NO
from foedus.report.charts import pictures
from foedus.report.drawing import Picture, element, text
from foedus.report.standalone import document
from foedus.report.wording import number, percent

SIDE, LEFT, FOOT = 320.0, 60.0, 44.0
"""Pixels: of the ROC curve's square, and of what stands beside and beneath it."""

STEPS = 400
"""Places along a curve, or of the separation plot."""

HEIGHT = 90.0
"""Pixels: of the separation plot."""


def picture(model: Estimated, kind: str) -> str:
    """Return a picture as one SVG document: "coefficients", "roc" or "separation".

    Raises InputError for another kind, and for curves of a model whose outcome is not yes or no.
    """
    if kind not in KINDS:
        raise InputError(f"a model is drawn as {', '.join(KINDS)}, not {kind!r}.{nearest(kind, KINDS)}")
    if kind != "coefficients" and model.kind.outcome != YES_NO:
        raise InputError(f"a {kind} plot is of yes or no, and {model.sample.formula.outcome} is an outcome of another kind.")
    return KINDS[kind](model)


def coefficients(model: Estimated) -> Exhibit:
    """Return the coefficients with their 95 % intervals, but for the intercept (a "bars" exhibit)."""
    rows = model.tidy().filter(pl.col("term") != "intercept")
    frame = rows.select(
        label="term", value="estimate", low="low", high="high", baseline=pl.lit(0.0), group=pl.lit(None, pl.String)
    ).with_columns(against=pl.lit("zero"))
    title = f"{model.kind.label} of {model.sample.formula.outcome}: coefficients, 95 % intervals"
    return Exhibit("model.coefficients", title, "bars", frame)


def _coefficients(model: Estimated) -> str:
    drawn = coefficients(model)
    return document(drawn.title, pictures(drawn))


def _roc(model: Estimated) -> str:
    forecast, outcome = model.kind.link.mean(model.fitted.eta), model.sample.outcome
    false, true, area = roc_curve(forecast, outcome)
    points = " ".join(f"{LEFT + x * SIDE:.1f},{(1 - y) * SIDE + 8:.1f}" for x, y in zip(false, true, strict=True))
    body = element("rect", x=LEFT, y=8.0, width=SIDE, height=SIDE, fill="none", class_="axis-line")
    body += element("line", x1=LEFT, y1=SIDE + 8, x2=LEFT + SIDE, y2=8.0, class_="diagonal")
    body += element("polyline", points=points, class_="line s0")
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        body += text(percent(share), LEFT + share * SIDE, SIDE + 24, "tick", "middle")
        body += text(percent(share), LEFT - 6, (1 - share) * SIDE + 12, "tick", "end")
    body += text("share of rows without it that lie above", LEFT + SIDE / 2, SIDE + 42, "axis", "middle")
    body += text(f"area {number(area)}", LEFT + SIDE - 10, SIDE - 8, "name", "end")
    title = f"ROC curve, rows fitted: {model.sample.formula.outcome}"
    drawn = Picture(body, SIDE + 8 + FOOT, f"{title}, area {number(area)}", width=2 * LEFT + SIDE)
    return document(title, [drawn])


def roc_curve(forecast: Array, outcome: Array) -> tuple[Array, Array, float]:
    """Return shares of rows without and with the outcome above each of STEPS thresholds, from none to all, and the area.

    >>> false, true, area = roc_curve(np.array([0.1, 0.4, 0.35, 0.8]), np.array([0.0, 0.0, 1.0, 1.0]))
    >>> area, false.tolist()[-1], true.tolist()[-1]
    (0.75, 1.0, 1.0)
    """
    from foedus.validation.scores import roc_auc

    order = np.argsort(-forecast, kind="stable")
    ends = np.flatnonzero(np.append(np.diff(forecast[order]) != 0, True))  # ties are passed together
    with_it, without = np.cumsum(outcome[order])[ends], np.cumsum(1 - outcome[order])[ends]
    chosen = np.unique(np.linspace(0, len(ends) - 1, STEPS).astype(np.int64))
    true = np.concatenate([[0.0], with_it[chosen] / with_it[-1]])
    false = np.concatenate([[0.0], without[chosen] / without[-1]])
    return false, true, roc_auc(forecast, outcome)


def _separation(model: Estimated) -> str:
    forecast, outcome = model.kind.link.mean(model.fitted.eta), model.sample.outcome
    order = np.argsort(forecast, kind="stable")
    places = np.array_split(order, min(STEPS, len(order)))
    shares = np.array([outcome[place].mean() for place in places])
    means = np.array([forecast[place].mean() for place in places])
    width, top = 680.0, max(float(means.max()), 1e-9)
    step = width / len(places)
    darkest = max(float(shares.max()), 1e-9)
    body = element("rect", x=0.0, y=0.0, width=width, height=HEIGHT, class_="sea")
    for place, share in enumerate(shares.tolist()):
        if share > 0:
            strength = f"{max(0.08, share / darkest):.2f}"
            body += element("rect", x=place * step, y=0.0, width=step, height=HEIGHT, class_="bar", fill_opacity=strength)
    line = " ".join(f"{(place + 0.5) * step:.1f},{HEIGHT * (1 - mean / top):.1f}" for place, mean in enumerate(means.tolist()))
    body += element("polyline", points=line, class_="line s1")
    told = f"{number(int(outcome.sum()))} of {number(len(outcome))} rows had it; the line is the expected probability, up to"
    body += text(f"{told} {percent(top)}", 0.0, HEIGHT + 20, "tick")
    title = f"Separation plot, rows fitted: {model.sample.formula.outcome}"
    return document(title, [Picture(body, HEIGHT + 28, title, width=width)])


KINDS: Mapping[str, Callable[[Estimated], str]] = {"coefficients": _coefficients, "roc": _roc, "separation": _separation}
"""Pictures of a model, by name."""
