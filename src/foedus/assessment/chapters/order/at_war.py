"""Who fights whom already: the risk that a dispute begins is the risk of another one, beside the fighting under way.

Who fights, and who is only on the other side, is what the whole assessment says of two states (`panels/fighting.py`). A
year that no source covers yet is told by the last year known.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from foedus.assessment.fighting import BY, Dyad, Side, government, named, sides
from foedus.assessment.finding import Finding, Rows
from foedus.panels.fighting import UCDP, last_known
from foedus.partnership.partnership import Partnership
from foedus.words import counted, listed

ALREADY = ("The two fight in", "The two are at war in", "The two are on opposite sides in")
"""How the sentence begins that has to stand beside a risk of two states that fight, by whom it is told, or are opposed."""

NAMED = 6
"""States named on the other side of a member that does not fight them; of more the number is told."""


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
        said = []
        if fought:
            head = "Fighting" if source == UCDP else "At war"
            said.append(f"{head} in {self.year} ({BY[source]}): {_each(fought, 'against', every=True)}.")
        if against:
            how = "by troops sent to help" if source == UCDP else "which does not say who fought whom"
            said.append(f"On opposite sides in {self.year} ({BY[source]}, {how}): {_each(against, 'opposite', every=False)}.")
        return Finding(
            id="order.fighting",
            chapter="order",
            statement=" ".join(said),
            value=len({foe for foes in (*fought.values(), *against.values()) for foe in foes}),
            unit="states",
            sources=(source,),
            rows=Rows("foedus.panels.fighting.opposed", f"year = {self.year}"),
        )

    def _foes(self, partnership: Partnership, outsider: int | None, *, fighting: bool) -> dict[str, list[str]]:
        """Members, each with the states outside that it fights, or that are only on the other side."""
        record, found = partnership.record, {}
        chosen = self.foes if fighting else [dyad for dyad in self.dyads if dyad not in self.foes]
        for member in partnership.members:
            codes = [one if two == member.ccode else two for one, two in chosen if member.ccode in (one, two)]
            outside = [code for code in codes if code not in partnership.codes and outsider in (None, code)]
            if outside:
                (by,) = {side.by for side in self.dyads.values()}
                whom = sorted(named(record, code, self.year, by) for code in outside)
                found[named(record, member.ccode, self.year, by)] = whom
        return found

    def told(self, dyad: Dyad) -> tuple[str, tuple[str, ...]]:
        """Return what has to be said beside a risk of the dyad, after a space, and its sources; nothing if they are at peace.

        >>> Fighting({(365, 369): Side(2, True, UCDP)}, 2022).told((369, 365))[0].partition(": the risk")[0]
        ' The two fight in 2022 (UCDP: a war)'
        """
        if (side := self.dyads.get((min(dyad), max(dyad)))) is None:
            return "", ()
        fight, war, opposite = ALREADY
        begins = opposite if not side.fights else fight if side.by == UCDP else war
        meant = listed([self.governments[code] for code in dyad if code in self.governments])
        what = f"{BY[side.by]}: {side.what}{f' with {meant}' if meant else ''}"
        said = f" {begins} {self.year} ({what}): the risk is that a dispute begins, by what was known before; "
        return f"{said}of this fight it says nothing.", (side.by,)


def _each(foes: Mapping[str, list[str]], word: str, *, every: bool) -> str:
    """Members and their foes, in words: all of these, or the first few and how many more there are."""
    return "; ".join(f"{member} {word} {listed(list(_some(states, every=every)))}" for member, states in foes.items())


def _some(states: list[str], *, every: bool) -> Iterable[str]:
    if every or len(states) <= NAMED + 1:
        return states
    return [*states[:NAMED], counted(len(states) - NAMED, "other state")]
