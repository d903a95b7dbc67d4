"""Several fits of one model to data that are themselves uncertain, combined by Rubin's rules (Rubin 1987).

    total = mean covariance of the fits + (1 + 1/m) · covariance of their coefficients

The fits are of imputed panels, one each, or of panels drawn from published measurement error: a value is drawn around itself
with its own standard deviation, alike in every row about that state and year and anew in every other year; from a normal
distribution, or a lognormal one where all values are above zero, so that incomes stay so. Errors of indices last for years:
such draws say less of how uncertain a trend is than of how uncertain a year is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np
import polars as pl

from foedus.errors import InputError, nearest
from foedus.models.estimated import Estimated, Form
from foedus.models.expression import names, tree, values
from foedus.models.rows import Keys

FEWEST = 2


def combined(fits: Sequence[Estimated], what: str) -> Estimated:
    """Return one model that several fits of it make; its rows are those of the first.

    Raises InputError if there are fewer than two, or if they have different terms.
    """
    m, first = len(fits), fits[0]
    if m < FEWEST:
        raise InputError(f"{m} panel says nothing of how panels differ: give two or more.")
    if strange := [fit.terms for fit in fits if fit.terms != first.terms]:
        differ = sorted({*strange[0]} ^ {*first.terms})
        raise InputError(
            f"the panels give different terms ({', '.join(differ[:5])}): they must be imputations of the same data."
        )
    coefficients = np.stack([fit.coefficients for fit in fits])
    within = np.mean([fit.covariance for fit in fits], axis=0)
    between = np.cov(coefficients.T, ddof=1).reshape(within.shape)
    total = within + (1 + 1 / m) * between
    share = (1 + 1 / m) * np.diag(between) / np.maximum(np.diag(total), 1e-300)
    largest = float(share.max())
    told = f"{what}: {m} fits combined by Rubin's rules; at most {100 * largest:.0f} % of a variance is that between them"
    mean = coefficients.mean(axis=0)
    k = len(first.fitted.coefficients)
    return replace(
        first,
        coefficients=mean,
        covariance=total,
        form=Form(mean, total),  # each fit may have had a basis of its own
        fitted=replace(first.fitted, coefficients=mean[:k], values=mean[k:], log_likelihood=None, null_log_likelihood=None),
        remarks=(*first.remarks, told),
        least_freedom=(m - 1) / max(largest, 1e-12) ** 2,
    )


def drawn(frame: pl.DataFrame, keys: Keys, uncertain: Mapping[str, str], draws: int, seed: int) -> Iterator[pl.DataFrame]:
    """Yield panels in which uncertain columns are drawn from their measurement error.

    uncertain : column → its standard deviation, as a column or an expression of columns. Of dyads, `gdp_1` belongs to the first
    state and `gdp_2` to the second, and one state's value moves alike in all its dyads of a year.

    Raises InputError for columns that are not there, and for standard deviations below zero.
    """
    if not 2 <= draws <= 1_000:
        raise InputError(f"{draws} draws: 2 to 1,000 are made.")
    for name, spread in uncertain.items():
        if lacking := [each for each in (name, *names(tree(spread))) if each not in frame.columns]:
            raise InputError(f"uncertain: the panel has no column {lacking[0]!r}.{nearest(lacking[0], frame.columns)}")
    spreads = frame.select(values(tree(spread), frame.schema).alias(name) for name, spread in uncertain.items())
    if below := [name for name in uncertain if spreads.select((pl.col(name) < 0).any()).item()]:
        raise InputError(f"uncertain: the standard deviation of {below[0]} is below zero in some rows.")
    places = {name: _places(frame, keys, name) for name in uncertain}
    for draw in range(draws):
        moved = []
        for name in uncertain:
            stem, codes = places[name]
            generator = np.random.Generator(np.random.PCG64([seed, draw, *stem.encode()]))
            noise = generator.standard_normal(int(codes.max()) + 1)[codes]
            moved.append(_moved(frame[name].cast(pl.Float64), spreads[name], pl.Series(noise)).alias(name))
        yield frame.with_columns(moved)


def _moved(value: pl.Series, spread: pl.Series, noise: pl.Series) -> pl.Series:
    """Values drawn around what is published: lognormal, with its mean and deviation, where no value is at or below zero."""
    if not (value > 0).all():
        return value + spread * noise
    frame = pl.DataFrame({"value": value, "spread": spread, "noise": noise})
    width = (1 + (pl.col("spread") / pl.col("value")) ** 2).log()
    return frame.select(pl.col("value") * (width.sqrt() * pl.col("noise") - width / 2).exp()).to_series()


def _places(frame: pl.DataFrame, keys: Keys, name: str) -> tuple[str, np.ndarray[tuple[int], np.dtype[np.int64]]]:
    """What a column is called without its side, and a number for each row: that of its state and year among all there are."""
    stem, _, side = name.rpartition("_")
    dyadic = keys.sides is not None and side in ("1", "2")
    of_row = [keys.sides[int(side) - 1], keys.time] if dyadic and keys.sides else [*keys.unit, keys.time]
    own = frame.select(pl.Series("at", np.zeros(frame.height, np.int64)), *of_row)
    if dyadic and keys.sides:
        every = pl.concat([frame.select(state=each, time=keys.time) for each in keys.sides]).unique(maintain_order=True)
        every = every.sort("state", "time").with_row_index("place")
        joined = own.join(every, left_on=of_row, right_on=["state", "time"], how="left", maintain_order="left")
        return stem, joined["place"].cast(pl.Int64).to_numpy()
    return name, own.select(pl.struct(of_row).rank("dense").cast(pl.Int64) - 1).to_series().to_numpy()
