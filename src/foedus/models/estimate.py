"""Estimate a model of one's own: a formula and a panel in, a fitted model out, everything wrong with either named before.

The order is fixed: the formula is read, rows and columns are made and what is left out is counted, columns that never vary or
follow from others are named, then those that tell the outcome for certain; only then does an engine see them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from foedus.errors import InputError, nearest
from foedus.estimation.absorbed import within
from foedus.estimation.cores import one_core
from foedus.estimation.design import Array
from foedus.models.checks import check_columns, check_errors, check_separated
from foedus.models.families import FAMILIES, Family
from foedus.models.formula import parsed
from foedus.models.model import Model, made
from foedus.models.outcomes import COUNT, YES_NO
from foedus.models.rows import Choices, Codes, Sample, keys_in, sampled
from foedus.models.uncertainty import uncertainty
from foedus.panels.frames import as_polars

ERRORS = ("iid", "HC1", "clustered", "dyadic")


FEW = 30
"""Groups below which clustered errors are said to be too small (Cameron & Miller 2015 speak of 20 to 50)."""


def estimate(
    formula: str,
    panel: Any,
    model: str = "logit",
    *,
    baseline: str | None = None,
    by: str | Sequence[str] | None = None,
    year: str = "year",
    **chosen: Any,
) -> Model:
    """Return a model fitted to a panel; `foedus.estimate` has the words, `choices_of` all that may be chosen.

    >>> import polars as pl
    >>> rows = pl.DataFrame({"ccode": [1, 2, 3, 4] * 3, "year": [2000] * 4 + [2001] * 4 + [2002] * 4,
    ...     "x": [0.0, 1, 2, 3, 1, 0, 2, 3, 3, 2, 1, 0], "war": [0, 0, 1, 1, 0, 1, 0, 1, 1, 1, 0, 0]})
    >>> fitted = estimate("war ~ x", rows, errors="HC1")
    >>> fitted.tidy()["estimate"].round(3).to_list(), fitted.n, fitted.events
    ([-2.079, 1.386], 12, 6)
    """
    family = _family(model)
    if family.name == "hazard":
        formula = _with_baseline(formula, baseline)
    elif baseline is not None:
        raise InputError("a baseline belongs to model='hazard': other models take it as a term of the formula.")
    frame = as_polars(panel)
    keys = keys_in(frame, by, year)
    choices = choices_of(**chosen, dyadic=bool(keys.sides))
    _check_takes(family, choices)
    with one_core():
        return fitted_to(sampled(parsed(formula), frame, keys, choices, family.outcome), family)


def choices_of(
    *,
    cluster: str | Sequence[str] | None = None,
    errors: str | None = None,
    fixed: str | Sequence[str] = (),
    offset: str | None = None,
    weights: str | None = None,
    where: str | None = None,
    years: tuple[int, int] | None = None,
    levels: Sequence[Any] | None = None,
    dyadic: bool = False,
) -> Choices:
    """Return what is chosen beside a formula; errors are clustered by the unit (or the dyad, where rows are about two states).

    Raises InputError for choices that do not go together.
    """
    groupings, kind = _errors(cluster, errors)
    if kind == "clustered" and not groupings:
        groupings = ("dyad",) if dyadic else ("unit",)
    return Choices(
        errors=kind,
        clusters=groupings,
        fixed=(fixed,) if isinstance(fixed, str) else tuple(fixed),
        offset=offset,
        weights=weights,
        where=where,
        years=years,
        order=None if levels is None else tuple(levels),
    )


def fitted_to(sample: Sample, family: Family) -> Model:
    """Return a model fitted to a sample, after the checks that no solver makes."""
    sample = _without_settled(sample, family)
    left = within(sample.matrix, [*sample.fixed.values()], sample.weights) if sample.fixed else sample.matrix
    constant = sample.encoding.has_intercept or sample.encoding.constant_elsewhere
    check_columns(sample.names, left, [*sample.fixed], constant=constant)
    if family.outcome == YES_NO and family.name not in ("lpm", "firth") and not sample.fixed:
        check_separated(sample.names, sample.matrix, sample.outcome)
    fitted = family.fit(sample)
    if family.outcome == YES_NO and family.name not in ("lpm", "firth"):
        check_errors(sample.names, left, fitted.inverse)
    sure = uncertainty(sample, fitted, sample.choices.errors)
    if sure.groups is not None and sure.groups < FEW:
        few = f"errors rest on {sure.groups} groups taken as independent, and are too small with fewer than about {FEW}"
        sample = replace(sample, remarks=(*sample.remarks, few))
    return made(sample, family, fitted, sure)


def _family(name: str) -> Family:
    if name not in FAMILIES:
        raise InputError(f"no model is called {name!r}.{nearest(str(name), FAMILIES)} There are: {', '.join(FAMILIES)}.")
    return FAMILIES[name]


def _with_baseline(formula: str, baseline: str | None) -> str:
    if not baseline:
        raise InputError(
            "a hazard needs a baseline: what time alone does, as a term, such as baseline='poly(peace_years, 3)', "
            "'spline(peace_years, 3)', 'log1p(peace_years)' or 'C(peace_years)'; baseline='1' for a constant one."
        )
    return formula if baseline.strip() == "1" else f"{formula} + {baseline}"


def _errors(cluster: str | Sequence[str] | None, errors: str | None) -> tuple[tuple[str, ...], str]:
    """The groupings of rows and the kind of errors: clustered by the unit, unless something else is said."""
    groupings = () if cluster is None else (cluster,) if isinstance(cluster, str) else tuple(cluster)
    kind = errors or "clustered"
    if kind not in ERRORS:
        raise InputError(f"errors are {', '.join(ERRORS)}, not {kind!r}.{nearest(kind, ERRORS)}")
    if kind in ("iid", "HC1") and groupings:
        raise InputError(f"errors={kind!r} takes rows as independent, and cluster={cluster!r} does not: give one of them.")
    if len(groupings) > (1 if kind == "dyadic" else 2) or len(set(groupings)) < len(groupings):
        raise InputError(
            "errors are clustered by one grouping or two different ones (dyadic-robust ones by one beside the states)."
        )
    return groupings, kind


def _check_takes(family: Family, choices: Choices) -> None:
    given = {
        "weights": (choices.weights is not None, family.weighs),
        "fixed effects": (bool(choices.fixed), family.absorbs),
        "an offset": (choices.offset is not None, family.moves),
    }
    if refused := [name for name, (asked, takes) in given.items() if asked and not takes]:
        others = [name for name, each in FAMILIES.items() if each.outcome == family.outcome and each is not family]
        instead = f" {', '.join(others)} may." if others else ""
        raise InputError(f"model={family.name!r} takes no {' and no '.join(refused)}.{instead}")


def _without_settled(sample: Sample, family: Family) -> Sample:
    """The rows without groups that their own effect explains for certain: of one row, or with the outcome always or never."""
    told: dict[str, tuple[int, int, str]] = {}
    names = [*sample.fixed]
    while names:
        for name in names:
            codes = sample.fixed[name]
            for what, settled in _settled(codes, sample.outcome, family).items():
                if not (gone := settled[codes]).any():
                    continue
                groups, rows, first = told.get(f"by {name} {what}", (0, 0, ""))
                first = first or _named(sample, name, int(gone.argmax()))
                told[f"by {name} {what}"] = (groups + len(np.unique(codes[gone])), rows + int(gone.sum()), first)
                sample = sample.only(~gone)
                break
            else:
                continue
            break
        else:
            break
        if not len(sample.outcome):
            raise InputError("no row is left: the outcome varies within none of the groups whose effects are taken out.")
    remarks = [
        f"{groups:,} group{'s' * (groups > 1)} {what} ({rows:,} rows, first: {first}) left out: their effect explains them"
        for what, (groups, rows, first) in told.items()
    ]
    singles = [
        f"{count:,} of {total:,} clusters by {name} are of a single row"
        for name, codes in sample.clusters.items()
        for total, count in [_singles(codes)]
        if count
    ]
    return replace(sample, remarks=(*sample.remarks, *remarks, *singles))


def _settled(codes: Codes, outcome: Array, family: Family) -> dict[str, NDArray[np.bool_]]:
    """By reason, which groups their own effect explains for certain (group,)."""
    sizes, sums = np.bincount(codes), np.bincount(codes, outcome)
    found = {"of a single row": sizes == 1}
    if family.outcome in (YES_NO, COUNT) and family.name != "lpm":
        found["in which the outcome never comes"] = (sums == 0) & (sizes > 0)
        if family.outcome == YES_NO:
            found["in which the outcome always comes"] = (sums == sizes) & (sizes > 0)
    return found


def _singles(codes: Codes) -> tuple[int, int]:
    sizes = np.bincount(codes)
    return int((sizes > 0).sum()), int((sizes == 1).sum())


def _named(sample: Sample, name: str, row: int) -> str:
    """What the group of a row is called, by the columns that tell it."""
    columns = [name] if name in sample.frame.columns else [sample.keys.time] if name == "year" else [*sample.keys.unit]
    return "–".join(str(value) for value in sample.frame.select(columns).row(row))
