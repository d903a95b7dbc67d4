"""A manifest says by itself whether a byte of it has changed: its first entry is the SHA-256 of all that follows.

A seal tells damage. It does not tell who wrote a manifest, for whoever changes one can seal it again: what shipped is told by
the hash that stands in the code (`pinned.py`), and what a table holds by its content.
"""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any

_SEAL = re.compile(rb'\{\n "seal": "([0-9a-f]{64})",\n')


def sealed(text: str) -> str:
    r"""Return the text of a JSON object, laid out with a line for each entry, with its seal as the first.

    >>> print(sealed('{\n "version": 1\n}\n'), end="")
    {
     "seal": "b9fa6df45790328547d9e900453c045c602765a30a57ec9dd073b1a339a401be",
     "version": 1
    }
    """
    body = text.removeprefix("{\n")
    return f'{{\n "seal": "{hashlib.sha256(body.encode()).hexdigest()}",\n{body}'


def unsealed(content: bytes) -> dict[str, Any]:
    """Return what a sealed object holds; raises ValueError, saying what is wrong, if any byte of it has changed."""
    seal = _SEAL.match(content)
    if seal is None:
        raise ValueError("it does not begin with a seal, as what foedus writes does")
    if hashlib.sha256(content[seal.end() :]).hexdigest() != seal[1].decode():
        raise ValueError("its seal is broken: a byte of it has changed since it was written")
    held: dict[str, Any] = json.loads(b"{" + content[seal.end() :])
    return held
