"""What an answer on warning radars rests on, and what it leaves out, in words; a reader loads no arithmetic for them."""

from __future__ import annotations

SOURCES = ("radar_sites", "etopo", "physical_facts")

LEAVES_OUT = (
    "Masts, refraction, published ranges and the target that they are for are assumptions with a width; the bands, 5 to 95 % "
    "of random draws, hold that width and nothing else.",
    "The median is the one to read: approaches along the chain are seen for hours and pull the mean up.",
    "No elevation of the radars in Alaska is on record: theirs is read off a coarse grid of the ground.",
    "Sites are taken as first fitted and as working. What works on a given day is not public.",
    "Clutter, weather, tracking after first sight and the time it takes to tell anyone are left out; so is what does not fly.",
)

OWN_TABLE = (
    "The table's own ranges are taken as exact: bands hold refraction, masts where their height is not given, elevation and "
    "the target that the ranges are for.",
    "Elevations that the table does not give are read off a coarse grid of the ground.",
)


def leaves_out(*, own_table: bool) -> tuple[str, ...]:
    """Return what an answer leaves out, of the record's radars or of a table of one's own.

    >>> len(leaves_out(own_table=False)), leaves_out(own_table=True)[2] == OWN_TABLE[0]
    (5, True)
    """
    return (*LEAVES_OUT[:2], *OWN_TABLE, *LEAVES_OUT[3:]) if own_table else LEAVES_OUT
