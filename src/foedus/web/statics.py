"""Looks and script as files whose names hold their hash, so that a browser keeps them for good."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from foedus.report.markup import asset

OWN = Path(__file__).with_name("looks") / "application.css"

FOREVER = "public, max-age=31536000, immutable"


@cache
def files() -> Mapping[str, tuple[str, bytes]]:
    """Return what is served below `static/`: name with hash → media type and bytes.

    >>> [name.partition(".")[2] for name in files()]
    ['css', 'js']
    """
    style = (asset("chart.css") + asset("report.css") + OWN.read_text(encoding="utf-8")).encode()
    script = asset("report.js").encode()
    return {
        f"{hashlib.sha256(body).hexdigest()[:16]}.{ending}": (media, body)
        for ending, media, body in (("css", "text/css; charset=utf-8", style), ("js", "text/javascript; charset=utf-8", script))
    }


def address(ending: str) -> str:
    """Return the relative address of the file with this ending."""
    return next(f"static/{name}" for name in files() if name.endswith(f".{ending}"))
