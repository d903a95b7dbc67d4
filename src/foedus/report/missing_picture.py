"""A picture of what a panel lacks: a line a state, a place a year, darker where more is missing, bare without a row."""

from __future__ import annotations

import polars as pl

from foedus.report.drawing import Picture, element, text
from foedus.report.standalone import document

WIDTH, LEFT, FOOT = 680.0, 60.0, 24.0
LINE, FEW = 14.0, 40
"""Pixels of a state's line where there are FEW of them; many share 560."""

KNOWN = 0.2
"""How dark a year is drawn of which nothing is missing: more than the bare ground."""

APART = 12
"""Years that two numbers along the foot lie apart at least."""


def picture(lacking: pl.DataFrame) -> str:
    """Return the picture of a table of `state`, `year` and `share` (`panels.missing.by_state_and_year`) as an SVG document."""
    states = lacking["state"].unique(maintain_order=True).to_list()
    first, last = int(lacking["year"].min()), int(lacking["year"].max())  # type: ignore[arg-type]
    height = LINE if len(states) <= FEW else 560.0 / len(states)
    step = (WIDTH - LEFT) / (last - first + 1)
    line_of = {state: place for place, state in enumerate(states)}
    body = ""
    for state, begin, end, share in _runs(lacking).iter_rows():
        at = {
            "x": LEFT + (begin - first) * step,
            "y": line_of[state] * height,
            "width": (end - begin + 1) * step,
            "height": height,
        }
        body += element("rect", **at, class_="bar", fill_opacity=f"{KNOWN + (1 - KNOWN) * share:.2f}")
    every = max(1, round(LINE / height))
    for line, state in enumerate(states):
        if line % every == 0:
            body += text(state, LEFT - 6, (line + 0.5) * height + 4, "tick", "end")
    between = [year for year in range(-(-first // 25) * 25, last, 25) if year - first > APART and last - year > APART]
    for year in (first, *between, last):
        body += text(str(year), LEFT + (year - first + 0.5) * step, height * len(states) + 16, "tick", "middle")
    title = f"What is missing, {first}–{last}: the darker, the more of a state's values in the year"
    return document(title, [Picture(body, height * len(states) + FOOT, title, width=WIDTH)])


def _runs(lacking: pl.DataFrame) -> pl.DataFrame:
    """State, first and last year, share: years that follow on each other with the same share, to a tenth, as one."""
    tenths = lacking.sort("state", "year", maintain_order=True).with_columns(share=pl.col("share").round(1))
    breaks = (pl.col("share") != pl.col("share").shift()) | (pl.col("year") != pl.col("year").shift() + 1)
    run = (breaks | (pl.col("state") != pl.col("state").shift())).fill_null(True).cum_sum()
    return (
        tenths.group_by(run.alias("run"), maintain_order=True)
        .agg(pl.col("state").first(), begin=pl.col("year").min(), end=pl.col("year").max(), share=pl.col("share").first())
        .drop("run")
    )
