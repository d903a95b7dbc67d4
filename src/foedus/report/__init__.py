"""What is told: an assessment as a page, as a summary in the terminal, as JSON and as pictures.

Nothing here computes a number; everything is read from the `Assessment`.
"""

from __future__ import annotations

import json
from pathlib import Path

from foedus.assessment.assessment import Assessment
from foedus.record.store import write_text
from foedus.report.html import to_html

__all__ = ["to_html", "to_json", "write_html", "write_json"]


def to_json(assessment: Assessment) -> str:
    """Return the assessment as JSON text, in the shape of `Assessment.as_dict`."""
    return json.dumps(assessment.as_dict(), indent=1, ensure_ascii=False, allow_nan=False, default=str) + "\n"


def write_json(assessment: Assessment, path: Path) -> None:
    """Write the assessment as JSON; raises InputError if the file cannot be written."""
    write_text(path, to_json(assessment))


def write_html(assessment: Assessment, path: Path, command: str) -> None:
    """Write the report page; raises InputError if the file cannot be written."""
    write_text(path, to_html(assessment, command))
