"""A variable of pledges as another list of alliances has it: its source, its last year and what it tells of change, no more.

The codebook describes these variables for ATOP with dated facts laid over it. By the list of the Correlates of War, which the
user has to add, a variable keeps its name and its meaning, rests on that list, and is known for as long as that one goes. A
pledge that the list does not tell of is never false by it, but unknown; a pledge of any kind is then one of those it tells of.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from foedus.panels.alliances import CODED, COW, last_coded, sources_by
from foedus.panels.codebook import Variable, codebook

TABLE = "pledges"
"""The arrangement that holds what states have pledged each other, by the list that is chosen."""


def by_alliances(variable: Variable, chosen: str) -> Variable:
    """Return the variable as the list of alliances called `chosen` has it; as it is, if it tells of no pledges.

    Memberships of a treaty (`in_rio_pact`) are ATOP's and the facts' whatever is chosen.

    >>> from foedus.panels.codebook import lookup
    >>> by_alliances(lookup("defence_pact"), "cow").sources, by_alliances(lookup("defence_pact"), "cow").last_year
    (('cow_alliances',), 2012)
    >>> by_alliances(lookup("offence_pact"), "cow").absent is None
    True
    """
    return _by_cow(variable.name) if chosen == COW and of_pledges(variable) else variable


def of_pledges(variable: Variable) -> bool:
    """Say whether a variable tells of pledges, itself or by one that it reads."""
    return variable.table == TABLE or any(of_pledges(codebook()[name]) for name in variable.reads)


@cache
def _by_cow(name: str) -> Variable:
    variable = codebook()[name]
    told = variable.table is None or variable.column in CODED[COW]
    untold = {each.name for each in codebook().values() if each.table == TABLE and each.column not in CODED[COW]}
    last = min(variable.last_year, last_coded(COW))
    return replace(
        variable,
        label=f"{variable.label} (alliances of {COW})",
        reads=tuple(read for read in variable.reads if read not in untold),
        sources=sources_by(variable.sources, COW),
        last_year=last,
        absent=variable.absent if told else None,
        absent_to=last,
    )
