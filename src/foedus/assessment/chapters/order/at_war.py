"""Who fights whom already: the risk that a dispute begins is the risk of another one, beside the fighting under way.

Two states fight in a year if UCDP has them on opposite sides of an armed conflict (1946 on, at least 25 deaths), or, before,
if a dispute at the level of war was under way between them. A year that no source covers yet is told by the last year known.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from foedus.assessment.finding import Finding, Rows
from foedus.assessment.left_out import panel_of_held
from foedus.panels.codebook import lookup
from foedus.partnership.partnership import Partnership
from foedus.record.states import StateSystem
from foedus.words import listed, the

TOLD_BY = {"interstate_conflict": "UCDP: an armed conflict between them", "dispute_war": "a dispute at the level of war"}
"""Variables that tell whether two states fight, the better one first, and what they tell."""


FIGHTING = "The two fight in"
"""How the sentence begins that has to stand beside a risk of two states that fight."""


@dataclass(frozen=True)
class Fighting:
    """Dyads of a partnership's members that fight.

    Attributes
    ----------
    dyads : codes, the smaller first, and the variable that tells of it. year : the partnership's, or the last one known before.
    """

    dyads: dict[tuple[int, int], str]
    year: int

    @classmethod
    def of(cls, partnership: Partnership) -> Fighting:
        """Look up who fights the members in the partnership's year."""
        year = min(partnership.year, max(lookup(name).last_year for name in TOLD_BY))
        rows = panel_of_held("dyad-year", list(TOLD_BY), partnership.record, states=partnership.codes, years=(year, year))
        by = pl.coalesce(pl.when(pl.col(name).is_not_null()).then(pl.lit(name)) for name in TOLD_BY)
        found = rows.filter(pl.coalesce(*TOLD_BY)).select("ccode1", "ccode2", by.alias("by"))
        if found.filter(by="interstate_conflict").height:  # whoever sends troops to another's war does not fight it alone
            first = partnership.record.table("interstate_conflict_years").filter(pl.col("year") == year, pl.col("primary"))
            own = first.select("ccode1", "ccode2").unique()
            found = found.join(own, on=["ccode1", "ccode2"], how="semi", maintain_order="left")
        return cls({(one, two): name for one, two, name in found.iter_rows()}, year)

    def others(self, partnership: Partnership, outsider: int | None = None) -> Finding | None:
        """Return whom the members fight beside each other, or which of them fight one outsider; None if nobody.

        The states are those of the year that tells of it, by the names they had then.
        """
        system = StateSystem.of(partnership.record)
        said, fought = [], set()
        for member in partnership.members:
            codes = [one if two == member.ccode else two for one, two in self.dyads if member.ccode in (one, two)]
            outside = [code for code in codes if code not in partnership.codes and outsider in (None, code)]
            foes = sorted(the(system.name(code, self.year)) for code in outside)
            fought |= set(outside)
            if foes:
                said.append(f"{the(member.name)} against {listed(foes)}")
        if not fought:
            return None
        by = " (UCDP)" if "interstate_conflict" in self.dyads.values() else " (disputes at the level of war)"
        sources = {source for name in self.dyads.values() for source in lookup(name).sources}
        return Finding(
            id="order.fighting",
            chapter="order",
            statement=f"Fighting in {self.year}{by}: {'; '.join(said)}.",
            value=len(fought),
            unit="states",
            sources=tuple(sorted(sources)),
            rows=Rows("panel dyad-year, interstate_conflict, dispute_war", f"year = {self.year}"),
        )

    def told(self, dyad: tuple[int, int]) -> tuple[str, tuple[str, ...]]:
        """Return what has to be said beside a risk of the dyad, after a space, and its sources; nothing if they do not fight.

        >>> Fighting({(365, 369): "interstate_conflict"}, 2022).told((369, 365))[0]
        ' The two fight in 2022 already (UCDP: an armed conflict between them): this is the risk of another dispute beside it.'
        """
        if (name := self.dyads.get((min(dyad), max(dyad)))) is None:
            return "", ()
        already = f" {FIGHTING} {self.year} already ({TOLD_BY[name]}): this is the risk of another dispute beside it."
        return already, lookup(name).sources
