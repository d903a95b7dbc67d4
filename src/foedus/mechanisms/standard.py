"""The standard set of mechanisms: those that a registered test grades, those that follow from physics, those that describe."""

from __future__ import annotations

from typing import Any

from foedus.mechanisms.alliances import Alliances
from foedus.mechanisms.arctic import ArcticDisputes, ArcticInterest
from foedus.mechanisms.arctic_ice import ArcticIce
from foedus.mechanisms.assistance import Assistance
from foedus.mechanisms.disasters import Disasters
from foedus.mechanisms.displacement import Displacement
from foedus.mechanisms.disputes import Disputes
from foedus.mechanisms.entanglement import Entanglement
from foedus.mechanisms.industry import Industry
from foedus.mechanisms.pressure import Pressure
from foedus.mechanisms.shield import Shield
from foedus.mechanisms.spending import Spending
from foedus.mechanisms.technology import Technology
from foedus.mechanisms.war_size import WarSize
from foedus.mechanisms.warning import WarningCoverage

MECHANISMS: dict[str, Any] = {
    kind.name: kind
    for kind in (
        Disputes,
        Alliances,
        Shield,
        Entanglement,
        WarSize,
        Displacement,
        Pressure,
        ArcticIce,
        ArcticDisputes,
        Technology,
        Spending,
    )
}
"""Mechanisms that are tested out of sample, by the name of their file."""

PHYSICAL: tuple[Any, ...] = (WarningCoverage,)
"""Mechanisms that follow from geometry and physics, and are checked against known answers."""

DESCRIBED: tuple[Any, ...] = (Disasters, ArcticInterest, Industry, Assistance)
"""Mechanisms without a grade: Disasters has no data that may be shipped, the others describe and forecast nothing."""
