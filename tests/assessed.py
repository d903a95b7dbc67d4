"""Assessments of the shipped record that several tests look at, made once in each process: no reader can change one."""

from __future__ import annotations

from functools import cache

from foedus.assessment.assess import assess
from foedus.assessment.assessment import Assessment


@cache
def assess_once(*members: str, year: int) -> Assessment:
    """The assessment of these members in a year."""
    return assess(*members, year=year)
