"""What a model says in the outcome's terms: expected outcomes, average marginal effects, first differences, with intervals.

Averages are over the rows fitted, each with its own values of everything else (Hanmer & Kalkan 2013). A variable's effect is
that of all terms it is part of, its square and products too; what stands inside `lag(…)` is a variable of its own. Of yes or no
the effect is that of going from 0 to 1, of levels from the reference to each; of other numbers the slope. Intervals are by the
delta method, or by simulation: coefficients are drawn from their normal distribution (King, Tomz & Wittenberg 2000). They hold
the uncertainty of the coefficients, not that of effects taken out, and they say what the model expects, not what causes what.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from foedus.errors import InputError, nearest
from foedus.estimation.design import Array
from foedus.estimation.estimate import expit
from foedus.models.bases import plain
from foedus.models.encoding import factor_values
from foedus.models.estimated import Estimated, quantile, two_sided
from foedus.models.expression import BASES, function, names, tree, values
from foedus.models.in_time import time_calls, with_time
from foedus.models.links import LOG, LOGIT, Link
from foedus.models.outcomes import COUNT, ORDERED
from foedus.panels.frames import as_polars

METHODS = ("delta", "simulation")
NUDGE = 1e-4
"""Of a variable's standard deviation, by which it is moved either way for its slope."""


@dataclass(frozen=True)
class Setting:
    """Rows as they are or would be: their columns in the form fitted (row, column), and what is added to the predictor."""

    matrix: Array
    beside: Array


@dataclass(frozen=True)
class Intervals:
    """How intervals are made: their level, by "delta" or "simulation", with how many draws and from which seed."""

    level: float = 0.95
    method: str = "delta"
    draws: int = 1_000
    seed: int = 20221027

    def __post_init__(self) -> None:
        if self.method not in METHODS:
            raise InputError(f"intervals are by {' or '.join(METHODS)}, not {self.method!r}.{nearest(self.method, METHODS)}")
        if not 0 < self.level < 1:
            raise InputError(f"a level lies between 0 and 1, as 0.95 does; {self.level} does not.")


def marginal_effects(model: Estimated, variables: Sequence[str] | None = None, **choices: Any) -> pl.DataFrame:
    """Return average marginal effects on the expected outcome, a row each.

    Columns: variable, contrast ("slope", "1 - 0", "Asia - Africa"), level (of an ordered outcome; else absent), effect,
    std_error, statistic, p_value, low, high.

    variables : of the formula, by default all. level, method, draws, seed : of the intervals (`Intervals`).
    """
    how = Intervals(**choices)
    known = atoms(model)
    chosen = known if variables is None else [variables] if isinstance(variables, str) else list(variables)
    _check_known(chosen, known)
    rows = []
    for name in chosen:
        for contrast, low, high, per in _contrasts(model, name):
            for level, effect in _difference(model, low, high, per, how):
                rows.append({"variable": name, "contrast": contrast, **level, **effect})
    return pl.DataFrame(rows)


def _check_known(chosen: Sequence[str], known: Sequence[str]) -> None:
    """Raise InputError for a variable that the formula does not have."""
    if unknown := [name for name in chosen if name not in known]:
        raise InputError(f"the formula has no variable {unknown[0]!r}.{nearest(unknown[0], known)} It has: {', '.join(known)}.")


def first_difference(model: Estimated, variable: str, low: Any, high: Any, **choices: Any) -> pl.DataFrame:
    """Return the expected outcome with a variable at one value and at another in every row, their difference and ratio.

    Columns: quantity ("low", "high", "difference", "ratio"), value, level (of an ordered outcome), estimate, std_error, low,
    high.
    """
    how, known = Intervals(**choices), atoms(model)
    _check_known([variable], known)
    settings = [_set(model, variable, value) for value in (low, high)]
    rows = []
    for place in range(_outcomes(model)):
        of = {"level": str(model.sample.levels[place])} if model.sample.levels else {}
        at = [_mean_and_gradient(model, each, model.form.terms)[place] for each in settings]
        drawn = [_drawn(model, each, how)[place] for each in settings] if how.method == "simulation" else None
        for quantity, value, (one, two) in (("low", low, (1, 0)), ("high", high, (0, 1)), ("difference", None, (-1, 1))):
            estimate = one * at[0][0] + two * at[1][0]
            gradient = one * at[0][1] + two * at[1][1]
            draws = None if drawn is None else one * drawn[0] + two * drawn[1]
            scale = _scale(model) if value is not None else None
            rows.append({"quantity": quantity, "value": value, **of, **_told(model, estimate, gradient, draws, how, scale)})
        if at[0][0] > 0 and at[1][0] > 0:
            gradient = at[1][1] / at[1][0] - at[0][1] / at[0][0]
            draws = None if drawn is None else np.log(drawn[1] / drawn[0])
            logs = _told(model, float(np.log(at[1][0] / at[0][0])), gradient, draws, how)
            ratio = {name: float(np.exp(logs[name])) for name in ("estimate", "low", "high")}
            rows.append(
                {
                    "quantity": "ratio",
                    "value": None,
                    **of,
                    "estimate": ratio["estimate"],
                    "std_error": logs["std_error"] * ratio["estimate"],
                    "low": ratio["low"],
                    "high": ratio["high"],
                }
            )
    return pl.DataFrame(rows, infer_schema_length=None)


def predict(model: Estimated, rows: Any = None, *, level: float = 0.95) -> pl.DataFrame:
    """Return the expected outcome of rows: their keys, expected, low, high; of an ordered outcome a row for each level.

    rows : polars, pandas or Arrow, with the columns that the formula reads; by default those fitted. Values of other years are
        read from a column called as they are written ("lag(gdp)"), else found in the rows themselves. A row that lacks a value
        has nulls. The interval is that of the mean, symmetric before the link.

    Raises InputError for other rows than those fitted where effects were taken out: those of new groups are unknown.
    """
    how = Intervals(level=level)
    if rows is None:
        frame, setting = model.sample.frame, _setting(model, model.sample.frame)
        known = np.ones(frame.height, np.bool_)
    else:
        if model.sample.fixed:
            raise InputError(
                "effects were taken out, and nobody knows those of other rows: predict() tells of the rows fitted."
            )
        frame, known = _completed(model, as_polars(rows))
        setting = _setting(model, frame.filter(pl.Series(known)))
    keys = [name for name in model.sample.keys.of_row if name in frame.columns]
    reach = quantile((1 + how.level) / 2, model.freedom)
    tables = []
    for place in range(_outcomes(model)):
        expected, low, high = _row_intervals(model, setting, place, reach)
        columns = []
        for name, found in (("expected", expected), ("low", low), ("high", high)):
            filled = np.full(frame.height, np.nan)
            filled[known] = found
            columns.append(pl.Series(name, filled).fill_nan(None))
        of = [pl.Series("level", [str(model.sample.levels[place])] * frame.height)] if model.sample.levels else []
        tables.append(pl.DataFrame([*(frame[name] for name in keys), *of, *columns]))
    return pl.concat(tables)


def atoms(model: Estimated) -> list[str]:
    """Return the variables of a model's right side; what stands inside `lag(…)` is one of its own."""
    frame = model.sample.frame
    found = [
        name
        for factor in model.sample.formula.factors
        for name in ([factor] if factor in frame.columns else names(tree(factor), in_time=False))
    ]
    return list(dict.fromkeys(found))


def _completed(model: Estimated, frame: pl.DataFrame) -> tuple[pl.DataFrame, Any]:
    """Rows with the values of other years that the formula reads, and which of them lack nothing (row,)."""
    formula, keys = model.sample.formula, model.sample.keys
    texts = [*formula.factors, *([model.sample.choices.offset] if model.sample.choices.offset else [])]
    wanted = [call for call in time_calls(texts) if ast.unparse(call) not in frame.columns]
    if wanted:
        lacking = [name for name in keys.of_row if name not in frame.columns]
        if lacking:
            listed = ", ".join(ast.unparse(call) for call in wanted)
            raise InputError(
                f"the rows lack {', '.join(lacking)}, so that {listed} is unknown: give it as a column of that name."
            )
        frame = with_time(frame, wanted, keys.calendar)
    if lacking := [name for name in atoms(model) if name not in frame.columns]:
        raise InputError(f"the rows have no column {', '.join(map(repr, lacking))}.{nearest(lacking[0], frame.columns)}")
    factors = frame.select(each.alias(name) for name, each in factor_values(formula, frame.schema).items())
    return frame, factors.select(
        pl.all_horizontal(pl.all().is_not_null())
    ).to_series().to_numpy() if factors.width else np.ones(frame.height, np.bool_)


def _setting(model: Estimated, frame: pl.DataFrame) -> Setting:
    """The rows of a frame, with the offset and the effects taken out of the rows fitted."""
    sample = model.sample
    factors = frame.select(each.alias(name) for name, each in factor_values(sample.formula, frame.schema).items())
    matrix = sample.encoding.matrix(factors) if factors.width else np.ones((frame.height, len(sample.names)))
    beside = np.zeros(frame.height)
    if sample.choices.offset:
        beside = frame.select(values(tree(sample.choices.offset), frame.schema)).to_series().to_numpy().copy()
    if sample.fixed:
        beside = model.fitted.eta - sample.matrix @ model.fitted.coefficients
    return Setting(model.form.matrix(matrix), beside)


def _set(model: Estimated, variable: str, value: Any) -> Setting:
    frame = model.sample.frame
    number = frame.schema[variable].is_numeric() or frame.schema[variable] == pl.Boolean
    if isinstance(value, str) == number:
        raise InputError(f"{variable} holds {frame.schema[variable]}: give one of its values, not {value!r}.")
    return _setting(model, frame.with_columns(pl.lit(value).alias(variable)))


def _contrasts(model: Estimated, name: str) -> list[tuple[str, Setting, Setting, Any]]:
    """What is compared for a variable: a label, two settings, and by how much they lie apart for a slope (row,), else one."""
    frame, column = model.sample.frame, model.sample.frame[name]
    if column.dtype == pl.Boolean or (column.dtype.is_numeric() and {*column.unique().to_list()} <= {0, 1}):
        return [("1 - 0", _set(model, name, 0), _set(model, name, 1), 1.0)]
    leveled = [
        factor
        for factor, basis in model.sample.encoding.bases.items()
        if hasattr(basis, "levels") and name in ([factor] if factor in frame.columns else names(tree(factor), in_time=False))
    ]
    if leveled or not column.dtype.is_numeric():
        basis: Any = model.sample.encoding.bases[leveled[0]] if leveled else None
        if basis is None or function_of(leveled[0]) not in ("C", None):
            raise InputError(f"{name} holds {column.dtype}, and no effect of it can be told.")
        first = _set(model, name, basis.reference)
        return [
            (f"{plain(each)} - {plain(basis.reference)}", first, _set(model, name, each), 1.0)
            for each in basis.levels
            if each != basis.reference
        ]
    step = np.full(frame.height, NUDGE * float(column.std() or 1.0))  # type: ignore[arg-type]
    for _ in range(2):
        low, high = (
            _setting(model, frame.with_columns((pl.col(name) + pl.Series(side * step)).alias(name))) for side in (-1, 1)
        )
        if np.isfinite(low.matrix).all() and np.isfinite(high.matrix).all():
            break
        x = np.abs(column.cast(pl.Float64).to_numpy())
        step = np.where(x > 0, np.minimum(step, x / 2), step)
    return [("slope", low, high, 2 * step)]


def function_of(factor: str) -> str | None:
    """Return the function of several columns that a factor is; None if it is none."""
    node = tree(factor)
    kind = function(node) if isinstance(node, ast.Call) else None
    return kind if kind in BASES else None


def _outcomes(model: Estimated) -> int:
    return len(model.sample.levels) or 1


def _mean_and_gradient(model: Estimated, setting: Setting, terms: Array, per: Any = 1.0) -> list[tuple[float, Array]]:
    """The mean over rows of the expected outcome at some coefficients and its gradient (term,), divided by `per`; per level."""
    k = setting.matrix.shape[1]
    eta = setting.matrix @ terms[:k] + setting.beside
    weights = np.ones(len(eta)) if model.sample.weights is None else model.sample.weights
    share = weights / weights.sum() / per
    if model.kind.outcome == ORDERED:
        return [_ordered(setting.matrix, eta, terms[k:], place, share) for place in range(_outcomes(model))]
    gradient = np.concatenate([(share * model.kind.link.slope(eta)) @ setting.matrix, np.zeros(len(terms) - k)])
    return [(float(share @ model.kind.link.mean(eta)), gradient)]


def _ordered(matrix: Array, eta: Array, cuts: Array, place: int, share: Array) -> tuple[float, Array]:
    """The mean chance of one level of an ordered outcome, and its gradient."""
    bounds = np.concatenate([[-np.inf], cuts, [np.inf]])
    upper, lower = expit(bounds[place + 1] - eta), expit(bounds[place] - eta)
    dense_up, dense_low = upper * (1 - upper), lower * (1 - lower)
    of_cuts = np.zeros(len(cuts))
    if place < len(cuts):
        of_cuts[place] = share @ dense_up
    if place > 0:
        of_cuts[place - 1] -= share @ dense_low
    return float(share @ (upper - lower)), np.concatenate([-(share * (dense_up - dense_low)) @ matrix, of_cuts])


def _difference(
    model: Estimated, low: Setting, high: Setting, per: Any, how: Intervals
) -> list[tuple[dict[str, str], dict[str, float]]]:
    """The mean of the difference of two settings by `per`, for each level of the outcome."""
    before, after = (_mean_and_gradient(model, each, model.form.terms, per) for each in (low, high))
    drawn = [_drawn(model, each, how, per) for each in (low, high)] if how.method == "simulation" else None
    found = []
    for place, (one, two) in enumerate(zip(before, after, strict=True)):
        draws = None if drawn is None else drawn[1][place] - drawn[0][place]
        told = _told(model, two[0] - one[0], two[1] - one[1], draws, how)
        statistic = told["estimate"] / told["std_error"] if told["std_error"] > 0 else float("nan")
        of = {"level": str(model.sample.levels[place])} if model.sample.levels else {}
        effect = {
            "effect": told["estimate"],
            "std_error": told["std_error"],
            "statistic": statistic,
            "p_value": float(two_sided(np.array([statistic]), model.freedom)[0]),
            "low": told["low"],
            "high": told["high"],
        }
        found.append((of, effect))
    return found


def _told(
    model: Estimated, estimate: float, gradient: Array, draws: Array | None, how: Intervals, scale: Link | None = None
) -> dict[str, float]:
    """An estimate with its standard error and interval, by the delta method or from draws.

    With a `scale` the interval is symmetric before that link, so that it stays among the values there can be.
    """
    if draws is not None:
        low, high = np.quantile(draws, [(1 - how.level) / 2, (1 + how.level) / 2])
        return {"estimate": estimate, "std_error": float(draws.std(ddof=1)), "low": float(low), "high": float(high)}
    error = float(np.sqrt(max(float(gradient @ model.form.covariance @ gradient), 0.0)))
    reach = quantile((1 + how.level) / 2, model.freedom) * error
    low, high = estimate - reach, estimate + reach
    if scale is not None and estimate > 0 and (scale is LOG or estimate < 1):
        centre = np.array([np.log(estimate) if scale is LOG else np.log(estimate / (1 - estimate))])
        moved = reach / float(scale.slope(centre)[0])
        low, high = float(scale.mean(centre - moved)[0]), float(scale.mean(centre + moved)[0])
    return {"estimate": estimate, "std_error": error, "low": low, "high": high}


def _scale(model: Estimated) -> Link | None:
    """The scale on which an expected outcome's interval is symmetric: log odds of chances, logarithms of counts."""
    if model.family in ("lpm", "ols"):
        return None
    return LOG if model.kind.outcome == COUNT else LOGIT


def _drawn(model: Estimated, setting: Setting, how: Intervals, per: Any = 1.0) -> list[Array]:
    """The mean expected outcome for each draw of the coefficients (draw,), for each level."""
    generator = np.random.Generator(np.random.PCG64(how.seed))
    values_, vectors = np.linalg.eigh(model.form.covariance)
    root = vectors * np.sqrt(np.maximum(values_, 0.0))
    draws = model.form.terms + generator.standard_normal((how.draws, len(model.form.terms))) @ root.T
    means = [[mean for mean, _ in _mean_and_gradient(model, setting, each, per)] for each in draws]
    return [*np.array(means).T]


def _row_intervals(model: Estimated, setting: Setting, place: int, reach: float) -> tuple[Array, Array, Array]:
    """The expected outcome of each row with its interval (row, 3 arrays)."""
    k = setting.matrix.shape[1]
    eta = setting.matrix @ model.form.terms[:k] + setting.beside
    own = model.form.covariance[:k, :k]
    if model.kind.outcome != ORDERED:
        error = np.sqrt(np.maximum(((setting.matrix @ own) * setting.matrix).sum(axis=1), 0.0))
        mean: Callable[[Array], Array] = model.kind.link.mean
        return mean(eta), mean(eta - reach * error), mean(eta + reach * error)
    found = [_ordered(setting.matrix[[row]], eta[[row]], model.form.terms[k:], place, np.ones(1)) for row in range(len(eta))]
    chance = np.array([each for each, _ in found])
    error = np.sqrt([max(float(gradient @ model.form.covariance @ gradient), 0.0) for _, gradient in found])
    return chance, np.maximum(chance - reach * error, 0.0), np.minimum(chance + reach * error, 1.0)
