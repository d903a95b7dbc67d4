"""Fit a sample: what no solver should see is named first, then an engine, then how sure it is.

The order is fixed: groups that their effect explains are set aside and counted, columns that never vary or follow from others
are named, then those that tell the outcome for certain; only then does an engine see them.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from foedus.errors import InputError
from foedus.estimation.absorbed import within
from foedus.estimation.design import Array
from foedus.models.checks import check_columns, check_errors, check_separated
from foedus.models.estimated import Estimated, Form
from foedus.models.families import Family, Fitted
from foedus.models.outcomes import COUNT, YES_NO
from foedus.models.rows import Codes, Sample
from foedus.models.scaling import on_like_scales
from foedus.models.uncertainty import Uncertainty, uncertainty

FEW = 30
"""Groups below which clustered errors are said to be too small (Cameron & Miller 2015 speak of 20 to 50)."""


def fitted_to(sample: Sample, family: Family) -> Estimated:
    """Return what is estimated of a model fitted to a sample, after the checks that no solver makes."""
    if not sample.names:
        raise (
            InputError("the formula has neither a term nor an intercept: there is nothing to fit.")
            if not sample.levels
            else (InputError("the formula has no term: the levels' shares are all there is to tell."))
        )
    sample = _without_settled(sample, family)
    left = within(sample.matrix, [*sample.fixed.values()], sample.weights) if sample.fixed else sample.matrix
    constant = sample.encoding.has_intercept or sample.encoding.constant_elsewhere
    check_columns(sample.names, left, [*sample.fixed], constant=constant)
    limited = family.outcome == YES_NO and family.name not in ("lpm", "firth")
    if (limited or family.outcome == COUNT) and not sample.fixed:
        check_separated(sample.names, sample.matrix, sample.outcome, counts=family.outcome == COUNT)
    eased, back = on_like_scales(sample, family.name)
    fitted = family.fit(eased)
    if limited:
        check_errors(sample.names, left if sample.fixed else eased.matrix, fitted.inverse)
    sure = uncertainty(eased, fitted, sample.choices.errors)
    form = Form(np.concatenate([fitted.coefficients, fitted.values]), sure.covariance, back)
    if back is not None:
        fitted, sure = back.fitted(fitted), back.sure(sure)
    if sure.groups is not None and sure.groups < FEW:
        few = f"errors rest on {sure.groups} groups taken as independent, and are too small with fewer than about {FEW}"
        sample = replace(sample, remarks=(*sample.remarks, few))
    return _estimated(sample, family, fitted, sure, form)


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


def _estimated(sample: Sample, family: Family, fitted: Fitted, sure: Uncertainty, form: Form) -> Estimated:
    """What a fit and its errors make."""
    yes_no = family.outcome == "yes or no"
    return Estimated(
        formula=sample.formula.text,
        family=family.name,
        errors=sure.label,
        terms=(*sample.names, *fitted.extra),
        coefficients=np.concatenate([fitted.coefficients, fitted.values]),
        covariance=sure.covariance,
        n=len(sample.outcome),
        events=int(sample.outcome.sum()) if yes_no else None,
        groups=sure.groups,
        remarks=sample.remarks,
        sample=sample,
        fitted=fitted,
        form=form,
    )
