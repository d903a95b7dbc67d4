"""A small file of the shape of the Correlates of War's formal alliances, version 4.1: columns as documented, rows of its own.

The rows are made up: they need not be what the publisher's file says. Alliance 902 is of three states, 903 an entente without
days, 904 of Germany under its two numbers, 905 owed one way, 906 has no start, 907 is older than the data.
"""

from __future__ import annotations

HEADER = (
    "version4id,ccode1,state_name1,ccode2,state_name2,dyad_st_day,dyad_st_month,dyad_st_year,dyad_end_day,dyad_end_month,"
    "dyad_end_year,left_censor,right_censor,defense,neutrality,nonaggression,entente,asymmetric,version\n"
)


def row(alliance: int, pair: tuple[int, int], days: str, censored: str, pledges: str, asymmetric: int = 0) -> str:
    """A row as the publisher writes it."""
    return f"{alliance},{pair[0]},A,{pair[1]},B,{days},{censored},{pledges},{asymmetric},4.1\n"


ANZUS = [
    row(902, pair, "29,4,1952,,,", "0,1", "1,0,0,1")
    for pair in ((2, 900), (900, 2), (2, 920), (920, 2), (900, 920), (920, 900))
]
ENTENTE = [row(903, pair, ",4,1904,,8,1906", "0,0", "0,0,0,1") for pair in ((200, 220), (220, 200))]
GERMANY = [
    *(row(904, pair, "5,5,1955,2,10,1990", "0,0", "1,0,1,1") for pair in ((2, 260), (260, 2))),
    *(row(904, pair, "3,10,1990,,,", "0,1", "1,0,1,1") for pair in ((2, 255), (255, 2))),
]
JAPAN = [
    row(905, (2, 740), "23,6,1960,,,", "0,1", "1,0,0,1", 1),
    row(905, (740, 2), "23,6,1960,,,", "0,1", "0,0,0,1", 1),
]
NO_START = [row(906, pair, ",,,31,12,1991", "0,0", "0,0,1,0") for pair in ((651, 666), (666, 651))]
OLD = [row(907, pair, ",,1815,1,11,1830", "1,0", "0,1,0,0") for pair in ((200, 300), (300, 200))]

DIRECTED = HEADER + "".join([*ANZUS, *ENTENTE, *GERMANY, *JAPAN, *NO_START, *OLD])
"""Both orders of each pair."""

DYADS = HEADER + "".join([*ANZUS[::2], *ENTENTE[::2], *GERMANY[::2], JAPAN[0], *NO_START[::2], *OLD[::2]])
"""Each pair once."""


def yearly(spells: str = DYADS) -> str:
    """The same as years: every spell once a year, with a column of years."""
    head, *lines = spells.splitlines()
    rows = [f"{head},year", *(f"{line},{year}" for line in lines for year in (1, 2000))]
    return "\n".join(rows) + "\n"
