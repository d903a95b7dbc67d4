"""A panel in parts, one year after another: what is too large for memory at once goes to a folder, part by part.

Asking for fewer years changes no value, so a panel is its years put together; and a year of dyad-days is cut again, between
dyads, so that no part has many more than `AT_ONCE` rows. Memory stays the same whatever the years asked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import polars as pl

from foedus.errors import InputError
from foedus.panels.build import layouts, values
from foedus.panels.panel import built
from foedus.panels.parts import MONTHS
from foedus.panels.request import Request
from foedus.panels.rows import GROUP_YEAR, OF_DAYS, OF_PARTS
from foedus.panels.units import Layout

AT_ONCE = 2_000_000
"""Rows of a part."""

MOST = 60_000_000
"""Rows that a panel may have in one piece."""

DAYS = 366


def parts(request: Request) -> Iterator[tuple[dict[str, int], pl.DataFrame]]:
    """Yield the panel's rows year by year, in order, each part with its year.

    Groups are chosen for all years together and so built in one piece, of which the years are parts.
    """
    if request.unit == GROUP_YEAR:
        whole = built(request)
        yield from (({"year": year}, whole.filter(pl.col("year") == year)) for year in whole["year"].unique().sort())
        return
    for year in range(request.span[0], request.span[1] + 1):
        asked = replace(request, years=(year, year))
        if request.unit in OF_PARTS:
            yield {"year": year}, built(asked)
            continue
        states, layout = layouts(asked)
        for piece in _pieces(layout, AT_ONCE // _days(request)):
            yield {"year": year}, values(asked, states, piece)


def in_order(request: Request) -> Iterator[pl.DataFrame]:
    """Yield the panel's rows in its own order, in pieces where they are days: put together they are what `built` gives."""
    if request.unit not in OF_DAYS:
        yield built(request)
        return
    states, layout = layouts(request)
    for piece in _pieces(layout, AT_ONCE // DAYS):
        yield values(request, states if request.dyadic else piece, piece)  # rows of states stand on themselves


def height(request: Request) -> int:
    """Return how many rows a panel can have, known before it is built; of days about so many."""
    if request.unit == GROUP_YEAR:
        return len(request.groups or (1,)) * (request.span[1] - request.span[0] + 1)
    _, layout = layouts(request)
    return layout.height * (12 // MONTHS[request.unit.partition("-")[2]] if request.unit in OF_PARTS else _days(request))


def check_size(request: Request) -> None:
    """Raise InputError if a panel has too many rows for one piece, saying how to have it in parts."""
    if request.unit in OF_DAYS and (rows := height(request)) > MOST:
        raise InputError(
            f"the panel has about {rows:,} rows, too many for one piece: write it to a folder (-o NAME, without an ending), "
            "which will hold one part a year, or ask for fewer years or states."
        )


def _days(request: Request) -> int:
    return DAYS if request.unit in OF_DAYS else 1


def _pieces(layout: Layout, height: int) -> Iterator[Layout]:
    """The layout in pieces of about `height` rows, cut between its units."""
    number = layout.spans["start"].to_numpy() // max(height, 1)
    cuts = np.flatnonzero(np.diff(number)) + 1
    for begin, end in zip([0, *cuts], [*cuts, layout.spans.height], strict=True):
        yield Layout.of(layout.units, layout.spans[int(begin) : int(end)].drop("start"))
