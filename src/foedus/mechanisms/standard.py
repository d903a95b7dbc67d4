"""The standard set of mechanisms, in the essay's order: those that a registered test grades. `described` has the others."""

from __future__ import annotations

from typing import Any

from foedus.mechanisms.arctic.disputes import ArcticDisputes
from foedus.mechanisms.arctic.ice import ArcticIce
from foedus.mechanisms.climate.displacement import Displacement
from foedus.mechanisms.climate.pressure import Pressure
from foedus.mechanisms.order.alliances import Alliances
from foedus.mechanisms.order.conflicts import Conflicts
from foedus.mechanisms.order.disputes import Disputes
from foedus.mechanisms.order.war_size import WarSize
from foedus.mechanisms.shield.deterrence import Shield
from foedus.mechanisms.shield.entanglement import Entanglement
from foedus.mechanisms.spending import Spending
from foedus.mechanisms.technology.convergence import Technology

MECHANISMS: dict[str, Any] = {
    kind.name: kind
    for kind in (
        Disputes,
        Alliances,
        Shield,
        Entanglement,
        WarSize,
        Conflicts,
        Displacement,
        Pressure,
        ArcticIce,
        ArcticDisputes,
        Technology,
        Spending,
    )
}
"""Mechanisms that are tested out of sample, by the name of their file."""


def names_of(kind: Any) -> tuple[str, ...]:
    """Return every name by which a mechanism is asked for: its own, its id, and the ids of terms that are a claim of their own.

    >>> names_of(Disputes)[:2]
    ('disputes', 'order.interests')
    """
    return tuple(dict.fromkeys((getattr(kind, "name", kind.id), kind.id, *getattr(kind, "ids", {}).values())))


def shipped_names() -> dict[str, str]:
    """Return every name of a mechanism that ships → its key in MECHANISMS.

    >>> shipped_names()["order.democratic_peace"]
    'disputes'
    """
    return {called: name for name, kind in MECHANISMS.items() for called in names_of(kind)}
