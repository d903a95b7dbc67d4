"""What a chapter tells of every partnership alike: findings and exhibits that follow from the record, computed once with it.

How a test was passed, what a design says of all years, what the radars of the record see: none of it hangs on who is assessed,
or when. A chapter computes this part from the record alone, in a function of its own, and takes from it, by their ids, what a
partnership is to be told. It is remembered as any other result is, under what it follows from; for another record, or other
code, the same function computes it anew.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from foedus.assessment.finding import Baseline, Exhibit, Finding, Interval, Rows
from foedus.assessment.left_out import pass_over
from foedus.errors import LeftOutError
from foedus.record.store import Record
from foedus.validation.memory import remembered


@dataclass(frozen=True)
class Standing:
    """Findings and exhibits that hold for every partnership."""

    findings: tuple[Finding, ...]
    exhibits: tuple[Exhibit, ...] = ()

    @property
    def ids(self) -> frozenset[str]:
        """Ids of all of them: what a chapter has on the methods page."""
        return frozenset((*(each.id for each in self.findings), *(each.id for each in self.exhibits)))

    def told(self, *ids: str) -> tuple[Finding, ...]:
        """Return the findings with these ids, or below them in the dots of their ids, in the order of `ids`.

        >>> one, two = (Finding(f"order.{name}", "order", "Two of two.", 2) for name in ("skill", "term.power"))
        >>> [finding.id for finding in Standing((one, two)).told("order.term", "order.skill")]
        ['order.term.power', 'order.skill']
        """
        return tuple(finding for name in ids for finding in self.findings if f"{finding.id}.".startswith(f"{name}."))

    def shown(self, *ids: str) -> tuple[Exhibit, ...]:
        """Return the exhibits with these ids, in the order of `ids`."""
        known = {exhibit.id: exhibit for exhibit in self.exhibits}
        return tuple(known[name] for name in ids if name in known)


def standing(chapter: str, record: Record, tell: Callable[[Record], Standing]) -> Standing:
    """Return what a chapter tells of every partnership alike, by the function that computes it; from memory if it is there.

    Nothing, noted as passed over, where the record leaves out what it rests on.
    """
    kinds = (Standing, Finding, Interval, Baseline, Rows, Exhibit)
    try:
        findings: Standing = remembered(f"told-{chapter}", record, kinds, partial(tell, record))
    except LeftOutError as fault:
        pass_over(fault)
        return Standing(())
    return findings
