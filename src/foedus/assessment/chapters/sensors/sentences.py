"""Sentences that are kept as texts with what the radars see, and recognised again where they are told in another language."""

from __future__ import annotations

_FROM_THE_CHAIN = (
    "At {height} and {speed} m/s half of all approaches to the chain are first seen {minutes} ({low} to {high}) minutes or "
    "more before they reach it; {seen} % are seen at all, 95 of 100 of those {most} minutes or more before. "
)
MINUTES = f"{_FROM_THE_CHAIN}Without the radars in {{state}} more than half would not be seen at all."
MINUTES_LEFT = f"{_FROM_THE_CHAIN}Without the radars in {{state}} half would give {{left}} minutes or more."
"""How early approaches to the chain are seen, and what is left without a state's radars."""

_FROM_A_CAPITAL = (
    "Of all approaches at {height} and {speed} m/s that would end at {place}, from within {width}° of north, {seen} % are "
    "seen, half of all {minutes} ({low} to {high}) minutes or more before; "
)
LACKING = "without the radars in {state}"
FEWER = f"{_FROM_A_CAPITAL}{{lacking}} {{left}} % would be."
LATER = f"{_FROM_A_CAPITAL}{{lacking}} half would be {{left}} minutes or more before."
"""How early, and what is left without a state's radars: fewer than half seen at all, or half of them so long before."""
