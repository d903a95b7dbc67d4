"""Estimate a model of one's own: a formula and a panel in, a fitted model out, everything wrong with either named before.

The order is fixed: the formula is read, rows and columns are made and what is left out is counted, columns that never vary or
follow from others are named, then those that tell the outcome for certain; only then does an engine see them.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from foedus.errors import InputError, nearest
from foedus.estimation.cores import one_core
from foedus.models.combined import combined, drawn
from foedus.models.families import FAMILIES, Family
from foedus.models.fitting import fitted_to
from foedus.models.formula import parsed
from foedus.models.model import Model
from foedus.models.rows import Choices, keys_in, sampled
from foedus.panels.frames import as_polars

ERRORS = ("iid", "HC1", "clustered", "dyadic")


def estimate(
    formula: str,
    panel: Any,
    model: str = "logit",
    *,
    baseline: str | None = None,
    by: str | Sequence[str] | None = None,
    year: str = "year",
    uncertain: Mapping[str, str] | None = None,
    draws: int = 20,
    seed: int = 20221027,
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
    _check_words(chosen)
    family = _family(model)
    if family.name == "hazard":
        formula = _with_baseline(formula, baseline)
    elif baseline is not None:
        raise InputError("a baseline belongs to model='hazard': other models take it as a term of the formula.")
    several = isinstance(panel, list | tuple)
    if several and (uncertain or not panel):
        raise InputError(
            "several panels are imputations: draws from measurement error are made of one." if panel else "no panel is given."
        )
    frame = as_polars(panel[0] if several else panel)
    keys = keys_in(frame, by, year)
    choices = choices_of(**chosen, dyadic=bool(keys.sides))
    _check_takes(family, choices)
    read = parsed(formula)
    frames: Iterable[Any] = panel if several else drawn(frame, keys, uncertain, draws, seed) if uncertain else [frame]
    with one_core():
        fits = [fitted_to(sampled(read, as_polars(each), keys, choices, family.outcome), family) for each in frames]
    if len(fits) == 1 and not several:
        return Model.of(fits[0])
    what = "imputed panels" if several else f"{', '.join(uncertain or ())} drawn from published measurement error"
    return Model.of(combined(fits, what))


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
    given = {"offset": offset, "weights": weights, "where": where}
    if empty := [name for name, text in given.items() if text is not None and not text.strip()]:
        raise InputError(f"{empty[0]}= is empty: name a column or an expression, or leave it out.")
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


def _check_words(chosen: dict[str, Any]) -> None:
    """Raise InputError, with the nearest, for a choice that there is not."""
    known = [name for name in inspect.signature(choices_of).parameters if name != "dyadic"]
    if strange := [name for name in chosen if name not in known]:
        raise InputError(f"nothing is chosen by {strange[0]}=.{nearest(strange[0], known)} There are: {', '.join(known)}.")


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
