"""Who fights whom already: the risk that a dispute begins is the risk of another one, beside the fighting under way.

Who fights, and who is only on the other side, is what the whole assessment says of two states (`panels/fighting.py`). A
year that no source covers yet is told by the last year known.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from foedus.assessment.fighting import Dyad, Side, government, named, sides
from foedus.assessment.finding import Finding, Rows
from foedus.language.said import in_turn, joined, say
from foedus.panels.fighting import DISPUTES, UCDP, last_known
from foedus.partnership.partnership import Partnership
from foedus.record.states import StateSystem
from foedus.record.store import Record
from foedus.words import counted, listed, the

BEGUN = {
    ("fight", UCDP): (
        "The two fight in {year} (UCDP: {what}): the risk is that a dispute begins, by what was known before; of this fight it "
        "says nothing."
    ),
    ("fight", DISPUTES): (
        "The two are at war in {year} (the list of militarized disputes: {what}): the risk is that a dispute begins, by what "
        "was known before; of this fight it says nothing."
    ),
    ("opposed", UCDP): (
        "The two are on opposite sides in {year} (UCDP: {what}): the risk is that a dispute begins, by what was known before; "
        "of this fight it says nothing."
    ),
    ("opposed", DISPUTES): (
        "The two are on opposite sides in {year} (the list of militarized disputes: {what}): the risk is that a dispute "
        "begins, by what was known before; of this fight it says nothing."
    ),
}
"""What has to stand beside a risk of two states that fight, or are opposed, by the source that tells it."""

NAMED = 6
"""States named on the other side of a member that does not fight them; of more the number is told."""

FIGHTING = {
    UCDP: "Fighting in {year} (UCDP): {foes}.",
    DISPUTES: "At war in {year} (the list of militarized disputes): {foes}.",
}
BESIDE = {
    UCDP: "On opposite sides in {year} (UCDP, by troops sent to help): {foes}.",
    DISPUTES: "On opposite sides in {year} (the list of militarized disputes, which does not say who fought whom): {foes}.",
}
"""What is said of those who fight, and of those who are only on the other side, by each source."""


@dataclass(frozen=True)
class Fighting:
    """Dyads of a partnership's members that fight, or stand on opposite sides of a war or an armed conflict.

    Attributes
    ----------
    dyads : codes, the smaller first, and what is said of the two. year : the partnership's, or the last one known before.
    governments : code → whom the source means by a state's government, where most states recognise another.
    """

    dyads: Mapping[Dyad, Side]
    year: int
    governments: Mapping[int, str] = field(default_factory=dict)

    @classmethod
    def of(cls, partnership: Partnership) -> Fighting:
        """Look up who fights the members in the partnership's year."""
        every, members = sides(partnership.record, partnership.year), set(partnership.codes)
        own = {dyad: side for dyad, side in every.items() if members & set(dyad)}
        year = last_known(partnership.record, partnership.year)
        meant = {code: government(partnership.record, code, year, side.by) for dyad, side in own.items() for code in dyad}
        return cls(own, year, {code: who for code, who in meant.items() if who})

    @property
    def foes(self) -> list[Dyad]:
        """Dyads that fight each other, rather than being on opposite sides alone."""
        return [dyad for dyad, side in self.dyads.items() if side.fights]

    def others(self, partnership: Partnership, outsider: int | None = None) -> Finding | None:
        """Return whom the members fight, or stand against, beside each other, or which of them one outsider; None if nobody.

        The states are those of the year that tells of it, by the names they had then.
        """
        fought, against = (self._foes(partnership, outsider, fighting=each) for each in (True, False))
        if not fought and not against:
            return None
        (source,) = {side.by for side in self.dyads.values()}
        said, names = [], _Names(partnership.record, self.year, source)
        if fought:
            foes = _each(fought, names, "{member} against {foes}", every=True)
            said.append(say(FIGHTING[source], year=self.year, foes=foes))
        if against:
            foes = _each(against, names, "{member} opposite {foes}", every=False)
            said.append(say(BESIDE[source], year=self.year, foes=foes))
        return Finding(
            id="order.fighting",
            chapter="order",
            statement=joined(*said),
            value=len({foe for foes in (*fought.values(), *against.values()) for foe in foes}),
            unit="states",
            sources=(source,),
            rows=Rows("foedus.panels.fighting.opposed", f"year = {self.year}"),
        )

    def _foes(self, partnership: Partnership, outsider: int | None, *, fighting: bool) -> dict[int, list[int]]:
        """Members, each with the states outside that it fights, or that are only on the other side, in the order of names."""
        system, found = StateSystem.of(partnership.record), {}
        chosen = self.foes if fighting else [dyad for dyad in self.dyads if dyad not in self.foes]
        for member in partnership.members:
            codes = [one if two == member.ccode else two for one, two in chosen if member.ccode in (one, two)]
            outside = [code for code in codes if code not in partnership.codes and outsider in (None, code)]
            if outside:
                found[member.ccode] = sorted(outside, key=lambda code: the(system.name(code, self.year)))
        return found

    def told(self, dyad: Dyad) -> tuple[str, tuple[str, ...]]:
        """Return what has to be said beside a risk of the dyad, after a space, and its sources; nothing if they are at peace.

        >>> Fighting({(365, 369): Side(2, True, UCDP)}, 2022).told((369, 365))[0].partition(": the risk")[0]
        ' The two fight in 2022 (UCDP: a war)'
        """
        if (side := self.dyads.get((min(dyad), max(dyad)))) is None:
            return "", ()
        meant = listed([say(self.governments[code]) for code in dyad if code in self.governments])
        what = say("{what} with {governments}", what=side.what, governments=meant) if meant else side.what
        already = say(BEGUN["fight" if side.fights else "opposed", side.by], year=self.year, what=what)
        return say(" {already}", already=already), (side.by,)


@dataclass(frozen=True)
class _Names:
    """Names of states in a text, which says once whom a source means by the government of each."""

    record: Record
    year: int
    source: str
    met: set[int] = field(default_factory=set)

    def name(self, code: int) -> str:
        if code in self.met:
            return the(StateSystem.of(self.record).name(code, self.year))
        self.met.add(code)
        return named(self.record, code, self.year, self.source)


def _each(foes: Mapping[int, list[int]], names: _Names, pattern: str, *, every: bool) -> str:
    """Members and their foes, in words: all of these, or the first few and how many more there are."""
    each = [(names.name(member), listed(list(_some(codes, names, every=every)))) for member, codes in foes.items()]
    return in_turn([say(pattern, member=member, foes=others) for member, others in each])


def _some(codes: list[int], names: _Names, *, every: bool) -> Iterable[str]:
    if every or len(codes) <= NAMED + 1:
        return map(names.name, codes)
    return [*map(names.name, codes[:NAMED]), counted(len(codes) - NAMED, "other state")]
