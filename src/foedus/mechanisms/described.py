"""Mechanisms that no registered test grades: those that follow from physics, and those that describe."""

from __future__ import annotations

from typing import Any

from foedus.mechanisms.arctic.disputes import ArcticInterest
from foedus.mechanisms.assistance import Assistance
from foedus.mechanisms.climate.disasters import Disasters
from foedus.mechanisms.technology.industry import Industry
from foedus.mechanisms.warning import WarningCoverage

PHYSICAL: tuple[Any, ...] = (WarningCoverage,)
"""Mechanisms that follow from geometry and physics, and are checked against known answers."""

DESCRIBED: tuple[Any, ...] = (Disasters, ArcticInterest, Industry, Assistance)
"""Mechanisms without a grade: Disasters has no data that may be shipped, the others describe and forecast nothing."""
