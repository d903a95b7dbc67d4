"""A variable of disputes as another list of disputes has it: its source and its last year change, and nothing else.

The codebook describes these variables for the list that ships. A list that the user has added has the same columns, so that a
variable keeps its name and its meaning; what it says rests on the other list, and is known for as long as that one goes.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from foedus.panels.codebook import Variable, codebook
from foedus.panels.disputes import GML, LISTS
from foedus.record.source import catalog


def from_list(variable: Variable, name: str) -> Variable:
    """Return the variable as the list of disputes called `name` has it; as it is, if it tells of no disputes.

    >>> from foedus.panels.codebook import lookup
    >>> from_list(lookup("peace_years"), "mic").sources, from_list(lookup("peace_years"), "mic").last_year
    (('mic', 'state_system'), 2015)
    >>> from_list(lookup("dispute_onset"), "mic").absent_to  # no row means no onset for as long as that list goes
    2014
    """
    if name == GML or LISTS[GML] not in variable.sources:
        return variable
    return _from_list(variable.name, name)


@cache
def _from_list(variable_name: str, name: str) -> Variable:
    variable, own, other = codebook()[variable_name], catalog()[LISTS[GML]], catalog()[LISTS[name]]
    reads = [codebook()[read] for read in variable.reads]
    last = variable.last_year
    if reads and last == min(read.last_year for read in reads):
        last = min(from_list(read, name).last_year for read in reads)
    elif last >= own.last_year:
        last += other.last_year - own.last_year
    sources = tuple(other.id if source == own.id else source for source in variable.sources)
    silent_to = last if variable.absent_to == variable.last_year else variable.absent_to
    label = f"{variable.label} (disputes of {name})"
    return replace(variable, label=label, sources=sources, last_year=last, absent_to=silent_to)
