"""Derived variables: small pure functions from columns to a column.

Each function is named after the variable it gives and takes, as polars expressions, the variables that one reads in the
codebook: a dyad variable as one argument, a state variable as two (side 1, side 2). A null on either side gives null unless the
definition can do without it.
"""

from __future__ import annotations

import polars as pl

from foedus.panels.units import FOREVER

EARTH_RADIUS_KM = 6371.0088
"""Mean radius of the earth, IUGG 1980."""


def ideal_point_distance(point_1: pl.Expr, point_2: pl.Expr) -> pl.Expr:
    """Absolute distance between two ideal points. Bailey, Strezhnev & Voeten (2017).

    >>> pl.select(ideal_point_distance(pl.lit(1.5), pl.lit(-0.5))).item()
    2.0
    """
    return (point_1 - point_2).abs()


def ideal_point_distance_final_passage(point_1: pl.Expr, point_2: pl.Expr) -> pl.Expr:
    """Absolute distance between two ideal points in votes on final passage, on that scale.

    >>> pl.select(ideal_point_distance_final_passage(pl.lit(1.5), pl.lit(-0.5))).item()
    2.0
    """
    return ideal_point_distance(point_1, point_2)


def weaker_democracy(polyarchy_1: pl.Expr, polyarchy_2: pl.Expr) -> pl.Expr:
    """Democracy of the less democratic side, the "weak link" of Dixon (1994) and Oneal & Russett (1997).

    >>> pl.select(weaker_democracy(pl.lit(0.9), pl.lit(0.2))).item()
    0.2
    """
    return _where_both(polyarchy_1, polyarchy_2, pl.min_horizontal(polyarchy_1, polyarchy_2))


def capability_ratio(share_1: pl.Expr, share_2: pl.Expr) -> pl.Expr:
    """The stronger side's share of the two sides' capabilities, in [0.5, 1]. Singer, Bremer & Stuckey (1972).

    >>> pl.select(capability_ratio(pl.lit(0.75), pl.lit(0.25))).item()
    0.75
    """
    return _where_both(share_1, share_2, pl.max_horizontal(share_1, share_2) / (share_1 + share_2))


def joint_capability(share_1: pl.Expr, share_2: pl.Expr) -> pl.Expr:
    """Natural logarithm of the product of the two capability shares: how much power the dyad holds in all.

    To ten decimals: the last digits of a logarithm hang on the processor.

    >>> round(pl.select(joint_capability(pl.lit(0.1), pl.lit(0.1))).item(), 3)
    -4.605
    """
    return (share_1.log() + share_2.log()).round(10)


def major_powers(major_1: pl.Expr, major_2: pl.Expr) -> pl.Expr:
    """Count the major powers of the two: 0, 1 or 2.

    >>> pl.select(major_powers(pl.lit(True), pl.lit(False))).item()
    1
    """
    return major_1.cast(pl.Int8) + major_2.cast(pl.Int8)


def contiguous(min_distance: pl.Expr) -> pl.Expr:
    """Whether the two territories touch: their shortest distance is zero.

    >>> pl.select(contiguous(pl.lit(0.0))).item()
    True
    """
    return min_distance == 0


def politically_relevant(contiguous: pl.Expr, major_1: pl.Expr, major_2: pl.Expr) -> pl.Expr:
    """Whether the two touch or one is a major power. A known major power settles it even where the distance is unknown.

    Maoz & Russett (1993), here with contact by land only.

    >>> pl.select(politically_relevant(pl.lit(None, pl.Boolean), pl.lit(True), pl.lit(False))).item()
    True
    """
    return contiguous | major_1 | major_2


def capital_distance(latitude_1: pl.Expr, latitude_2: pl.Expr, longitude_1: pl.Expr, longitude_2: pl.Expr) -> pl.Expr:
    """Great-circle distance between the capitals in kilometres, on a sphere of the earth's mean radius (haversine).

    Coordinates in degrees. The sphere differs from the ellipsoid by at most 0.6 %. To the metre: capitals are no points, and
    the last digits of a sine hang on the processor.

    >>> round(pl.select(capital_distance(pl.lit(0.0), pl.lit(0.0), pl.lit(0.0), pl.lit(90.0))).item())
    10008
    """
    lat_1, lat_2 = latitude_1.radians(), latitude_2.radians()
    half_lon = (longitude_2 - longitude_1).radians() / 2
    chord = ((lat_2 - lat_1) / 2).sin() ** 2 + lat_1.cos() * lat_2.cos() * half_lon.sin() ** 2
    return (2 * EARTH_RADIUS_KM * chord.sqrt().clip(0, 1).arcsin()).round(3)


def peace_years(last_dispute_year: pl.Expr, member_since_1: pl.Expr, member_since_2: pl.Expr) -> pl.Expr:
    """Full calendar years of peace before the row's year, as known when that year begins.

    The clock starts when both are members of the list of states that the disputes are coded by, again when either returns to
    it, and after each year with a dispute under way. It counts years, not rows. Beck, Katz & Tucker (1998).

    >>> frame = pl.DataFrame({"year": [1950], "last": [1947], "a": [1816], "b": [1920]})
    >>> frame.select(peace_years(pl.col("last"), pl.col("a"), pl.col("b"))).item()
    2
    """
    start = pl.max_horizontal(member_since_1.fill_null(FOREVER), member_since_2.fill_null(FOREVER)) - 1
    elapsed = pl.col("year") - 1 - pl.max_horizontal(last_dispute_year.fill_null(start), start)
    return pl.when(elapsed >= 0).then(elapsed)


def interstate_war_peace_years(last_war_year: pl.Expr, member_since_1: pl.Expr, member_since_2: pl.Expr) -> pl.Expr:
    """As `peace_years`, of wars between the two.

    >>> frame = pl.DataFrame({"year": [1950], "last": [1945], "a": [1816], "b": [1920]})
    >>> frame.select(interstate_war_peace_years(pl.col("last"), pl.col("a"), pl.col("b"))).item()
    4
    """
    return peace_years(last_war_year, member_since_1, member_since_2)


def intrastate_war_peace_years(last_war_year: pl.Expr, member_since: pl.Expr) -> pl.Expr:
    """As `peace_years`, of a government's civil wars.

    >>> frame = pl.DataFrame({"year": [1950], "last": [None], "since": [1944]})
    >>> frame.select(intrastate_war_peace_years(pl.col("last"), pl.col("since"))).item()
    6
    """
    return peace_years(last_war_year, member_since, member_since)


def politically_relevant_cow(contiguity_type: pl.Expr, major_1: pl.Expr, major_2: pl.Expr) -> pl.Expr:
    """Whether the two are contiguous, by land or at most 400 miles of water, or one is a major power.

    >>> pl.select(politically_relevant_cow(pl.lit(5), pl.lit(False), pl.lit(False))).item()
    True
    """
    return politically_relevant(contiguity_type > 0, major_1, major_2)


def alliance_pledge(*pledges: pl.Expr) -> pl.Expr:
    """Whether any obligation of an alliance is owed: the five of Leeds et al. (2002), or those that another list tells of.

    >>> no = pl.lit(False)
    >>> pl.select(alliance_pledge(no, no, no, no, pl.lit(True))).item()
    True
    """
    return pl.any_horizontal(pledges)


def dispute_initiator(side_a: pl.Expr, originator: pl.Expr) -> pl.Expr:
    """Whether a state was on the side that acted first, or joined a dispute that others had begun.

    >>> pl.select(dispute_initiator(pl.lit(False), pl.lit(False))).item()
    True
    """
    return side_a | ~originator


def leader_age(birth_year: pl.Expr) -> pl.Expr:
    """The age that a leader reaches in the row's year.

    >>> pl.DataFrame({"year": [1980], "born": [1924]}).select(leader_age(pl.col("born"))).item()
    56
    """
    return pl.col("year") - birth_year


def leader_days(first_day: pl.Expr, last_day: pl.Expr) -> pl.Expr:
    """Days of the row's year on which the leader was in office, both ends included.

    >>> from datetime import date
    >>> frame = pl.DataFrame({"year": [1979], "first": [date(1979, 5, 4)], "last": [date(1990, 11, 28)]})
    >>> frame.select(leader_days(pl.col("first"), pl.col("last"))).item()
    242
    """
    begun = pl.max_horizontal(first_day, pl.date(pl.col("year"), 1, 1))
    ended = pl.min_horizontal(last_day, pl.date(pl.col("year"), 12, 31))
    return ((ended - begun).dt.total_days() + 1).cast(pl.Int16)


def _where_both(first: pl.Expr, second: pl.Expr, value: pl.Expr) -> pl.Expr:
    """`value` where both are known: polars' horizontal minimum and maximum pass over nulls."""
    return pl.when(first.is_not_null() & second.is_not_null()).then(value)
