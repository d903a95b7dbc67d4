"""A panel: the record at one unit of analysis, with the variables one asks for and nothing else computed.

A value outside its source's years is null. Within them, no row means what the codebook says it means. A past value stands for a
later year only where the caller says for how many years it may, and then its age stands in a column beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import polars as pl

from foedus.panels import disputes
from foedus.panels.build import unit_years
from foedus.panels.by_month import by_month
from foedus.panels.request import LISTS, Request, variables_of
from foedus.panels.rows import GROUP_YEAR, OF_PARTS
from foedus.record.store import Record, open_record


def panel(
    unit: str,
    variables: Sequence[str] | None = None,
    *,
    years: tuple[int, int] | None = None,
    states: Iterable[int] | None = None,
    among: Iterable[int] | None = None,
    dyads: Iterable[tuple[int, int]] | None = None,
    record: Record | None = None,
    **choices: Any,
) -> pl.DataFrame:
    """Return a panel with states given by their codes; `foedus.panel` also takes names. See `Request` for the arguments.

    Without `variables`, all that the unit can have and the record holds.

    >>> panel("dyad-year", ["dispute_onset", "peace_years"], dyads=[(2, 20)], years=(1978, 1980))["peace_years"].to_list()
    [58, 59, 0]
    """
    record = record or open_record()
    if variables is None:
        lists = {name: choices[name] for name in LISTS if name in choices}
        rule = choices.get("disputes", disputes.COMBINED)
        variables = variables_of(unit, record, choices.get("system", "cow"), rule, **lists)
    asked = Request(
        unit=unit,
        variables=tuple(variables),
        years=years,
        states=None if states is None else frozenset(states),
        among=None if among is None else frozenset(among),
        dyads=None if dyads is None else tuple(dyads),
        record=record,
        **choices,
    )
    return built(asked)


def built(request: Request) -> pl.DataFrame:
    """Return the panel that a request asks for, sorted by its keys.

    With `carry_forward`, a column <variable>_age beside each variable that can be carried gives the age in years of the value:
    0 if it is the year's own.
    """
    if request.unit in OF_PARTS:
        return by_month(request)
    if request.unit != GROUP_YEAR:
        return unit_years(request)
    from foedus.panels.kads import group_years

    return group_years(request)


def lagged(frame: pl.DataFrame, columns: Sequence[str], years: int) -> pl.DataFrame:
    """Return the frame with `columns` replaced by the unit's values `years` earlier; null where there was no such unit-year.

    >>> frame = pl.DataFrame({"ccode": [2, 2, 2], "year": [2001, 2002, 2004], "gdp": [1.0, 2.0, 4.0]})
    >>> lagged(frame, ["gdp"], 1)["gdp"].to_list()
    [None, 1.0, None]
    """
    if not years:
        return frame
    keys = [key for key in ("ccode", "ccode1", "ccode2") if key in frame.columns]
    earlier = frame.select(*keys, pl.col("year") + years, *columns)
    return frame.drop(columns).join(earlier, on=[*keys, "year"], how="left", maintain_order="left").select(frame.columns)
