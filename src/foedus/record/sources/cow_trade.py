"""Trade: what states bought from each other, 1870–2014, in current million US dollars.

Read from the user's own files; they never ship. `trade_flows` has one row per directed dyad-year: what the first state imported
from the second (`flow`), and the same after the publisher has smoothed and filled it (`smoothed`). `national_trade` has a
state's imports and exports as a whole.

Traps
-----
* The publisher's dyadic table has each dyad once, with `flow1` the imports of the first from the second and `flow2` the
  reverse; the R package's has each dyad twice. Both give the same table here.
* -9 means missing and becomes null. Dyad-years of which neither number is known have no row.
* The national totals come from another source than the flows and are not their sums.
* Single precision, 7 digits, is what the flows are kept in. The R package's file holds them rounded to whole millions.
"""

from __future__ import annotations

import polars as pl

from foedus.record.publisher import Form, Tables

_KEYS = ("ccode1", "ccode2", "year")
_FLOWS = ("flow1", "flow2")
_SMOOTHED = ("smoothflow1", "smoothflow2")


def _flows(frame: pl.DataFrame) -> Tables:
    """Both directions of every dyad; a row of the file outranks what its mirror image says of the same direction."""
    forward = _direction(frame, "ccode1", "ccode2", "1")
    mirrored = frame.select("ccode1", "year", "ccode2").join(
        frame, left_on=["ccode2", "ccode1", "year"], right_on=["ccode1", "ccode2", "year"], how="semi"
    )
    if mirrored.height == frame.height:
        return {"trade_flows": forward}
    both = pl.concat([forward, _direction(frame, "ccode2", "ccode1", "2")])
    return {"trade_flows": both.unique(["ccode1", "ccode2", "year"], keep="first", maintain_order=True)}


def _direction(frame: pl.DataFrame, importer: str, exporter: str, side: str) -> pl.DataFrame:
    smooth = f"smoothflow{side}"
    smoothed = pl.col(smooth) if smooth in frame.columns else pl.lit(None)
    columns = {"flow": pl.col(f"flow{side}").cast(pl.Float32), "smoothed": smoothed.cast(pl.Float32)}
    rows = frame.select(pl.col(importer).alias("ccode1"), pl.col(exporter).alias("ccode2"), "year", **columns)
    return rows.filter(pl.col("flow").is_not_null() | pl.col("smoothed").is_not_null())


def _national(frame: pl.DataFrame) -> Tables:
    return {"national_trade": frame.select("ccode", "year", "imports", "exports")}


FORMS = (
    Form(
        "the dyadic table",
        (*_KEYS, *_FLOWS),
        _KEYS,
        _flows,
        optional=_SMOOTHED,
        decimals=(*_FLOWS, *_SMOOTHED),
        states=_KEYS[:2],
    ),
    Form(
        "the national table",
        ("ccode", "year", "imports", "exports"),
        ("ccode", "year"),
        _national,
        decimals=("imports", "exports"),
        states=("ccode",),
    ),
)
