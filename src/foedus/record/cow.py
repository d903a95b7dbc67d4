"""Correlates of War numbers for what a source keys by other codes or by names, each read at the year of its row."""

from __future__ import annotations

import polars as pl

CROSSWALK = "political/state_system/state_year_crosswalk_cow_gw_iso3_1816_2025.parquet"
"""The raw file that says which codes of either list, and which ISO3 code, belong to a state in a year."""

Numbered = tuple[pl.DataFrame, dict[str, int]]
"""A table with numbers for its states, and how many rows of which places were left out of it."""

_OTHER_KEYS = {"iso3": "iso3", "state": "english_name", "vdem": "vdem_id"}
_NUMBERS = ("gwcode", "gwcode1", "gwcode2", "ccode", "ccode1", "ccode2")


def numbered(frame: pl.DataFrame, state_years: pl.DataFrame) -> Numbered:
    """Return `to_cow` of a frame, and the rows that drop out there: the code or name of each place, with how many."""
    kept, places = to_cow(frame, state_years), _left_out(frame, state_years)
    if sum(places.values()) != frame.height - kept.height:
        raise ValueError("rows left out are not those whose code is of no member")
    return kept, places


def to_cow(frame: pl.DataFrame, state_years: pl.DataFrame) -> pl.DataFrame:
    """Add COW numbers to rows keyed by Gleditsch–Ward codes; turn other codes and names into them; each at the row's year.

    Of a frame that has `year`, each column gwcode* gets a ccode* beside it, unless there is one: null where no member of the
    COW system bears the code in that year; no row drops out. In a frame without numbers, iso3*, state* (English names) and
    vdem* (V-Dem's numbers) become ccode*, and rows with a code that belongs to no member in that year drop out; rows with a
    null code stay. Other frames are returned as they are.

    >>> names = {"iso3": ["DEU"], "english_name": ["Germany"]}
    >>> crosswalk = pl.DataFrame({"year": [2000], "ccode": [255], "gwcode": [260], **names})
    >>> to_cow(pl.DataFrame({"iso3": ["DEU", "WLD"], "year": [2000, 2000], "gdp": [1.0, 2.0]}), crosswalk)["ccode"].to_list()
    [255]
    >>> to_cow(pl.DataFrame({"gwcode": [260, 396], "year": [2000, 2000]}), crosswalk).rows()
    [(260, 255, 2000), (396, None, 2000)]
    """
    if "year" not in frame.columns:
        return frame
    numbered = not set(_NUMBERS).isdisjoint(frame.columns)
    for column in frame.columns:
        stem = column.rstrip("12").rstrip("_")
        if stem == "gwcode" and column.replace("gwcode", "ccode") not in frame.columns:
            frame = _with_cow(frame, column, column.replace("gwcode", "ccode"), state_years)
        elif stem in _OTHER_KEYS and not numbered:
            frame = _translate(frame, column, "ccode" + column.removeprefix(stem).lstrip("_"), _OTHER_KEYS[stem], state_years)
    keys = [key for key in (*_NUMBERS, "year") if key in frame.columns]
    return frame.sort(keys, maintain_order=True) if keys else frame


def _left_out(frame: pl.DataFrame, state_years: pl.DataFrame) -> dict[str, int]:
    """Count the rows of a frame that `to_cow` leaves out, by the code or name that belongs to no member in their year.

    A row about two such places counts for its first.

    >>> names = {"iso3": ["DEU"], "english_name": ["Germany"]}
    >>> crosswalk = pl.DataFrame({"year": [2000], "ccode": [255], "gwcode": [260], **names})
    >>> _left_out(pl.DataFrame({"iso3": ["DEU", "WLD"], "year": [2000, 2000]}), crosswalk)
    {'WLD': 1}
    """
    if "year" not in frame.columns or not set(_NUMBERS).isdisjoint(frame.columns):
        return {}
    named = {name: _OTHER_KEYS.get(name.rstrip("12").rstrip("_")) for name in frame.columns}
    unmet = [
        _joined(frame, column, "_member", kind, state_years).select(
            pl.when(pl.col("_member").is_null()).then(pl.col(column).cast(pl.String)).alias(column)
        )
        for column, kind in named.items()
        if kind is not None
    ]
    if not unmet:
        return {}
    return by_place(pl.concat(unmet, how="horizontal").select(place=pl.coalesce(pl.all()))["place"].drop_nulls())


def by_place(places: pl.Series) -> dict[str, int]:
    """Count rows by the place that each is of; those with most rows come first.

    >>> by_place(pl.Series(["Abyei", "Palestine", "Palestine"]))
    {'Palestine': 2, 'Abyei': 1}
    """
    counted = places.cast(pl.String).alias("place").to_frame().group_by("place").len()
    return dict(counted.sort("len", "place", descending=[True, False]).iter_rows())


def _with_cow(frame: pl.DataFrame, column: str, target: str, state_years: pl.DataFrame) -> pl.DataFrame:
    """Return the frame with the COW number beside one column of Gleditsch–Ward codes."""
    order = [name for each in frame.columns for name in ((each, target) if each == column else (each,))]
    return _joined(frame, column, target, "gwcode", state_years).select(order)


def _translate(frame: pl.DataFrame, column: str, target: str, named: str, state_years: pl.DataFrame) -> pl.DataFrame:
    """Return the frame with the COW number in place of one column of codes or names."""
    joined = _joined(frame, column, target, named, state_years)
    kept = joined.filter(pl.col(column).is_null() | pl.col(target).is_not_null())
    order = [target if name == column else name for name in frame.columns]
    return kept.drop(column).select(order)


def _joined(frame: pl.DataFrame, column: str, target: str, named: str, state_years: pl.DataFrame) -> pl.DataFrame:
    crosswalk = state_years.select("year", pl.col(named).alias(column), pl.col("ccode").alias(target))
    return frame.join(
        _at_year_end(crosswalk.drop_nulls(), column, target), on=[column, "year"], how="left", maintain_order="left"
    )


def _at_year_end(crosswalk: pl.DataFrame, column: str, target: str) -> pl.DataFrame:
    """Where two states bore a code in one year (Germany and Yemen in 1990), keep the one that goes on into the next."""
    later = crosswalk.select(target, (pl.col("year") - 1).alias("year"), stays=pl.lit(True)).unique()
    marked = crosswalk.join(later, on=[target, "year"], how="left", maintain_order="left").with_columns(
        pl.col("stays").fill_null(False)
    )
    return (
        marked.sort("stays", descending=True, maintain_order=True)
        .unique([column, "year"], keep="first", maintain_order=True)
        .drop("stays")
    )
