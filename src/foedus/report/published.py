"""Where a report will lie on the web, and the card that a link to it is shown by.

With the address of a folder, a page names its own address (canonical) and says, in the words of the Open Graph protocol that
messengers and social networks read, its title, its answer and the address of its card. Nothing is asked of that address.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit

from foedus.assessment.assessment import Assessment
from foedus.errors import InputError, shown
from foedus.language.said import proper
from foedus.language.speaking import tell, told
from foedus.report import summary, typeset
from foedus.report.markup import asset, plain
from foedus.report.wording import clean

FOOT = "foedus · record {version} · every number with its interval, its test and its sources"
"""What stands at the foot of a card."""

SIZE = (1200, 630)
"""Pixels of a card."""


@dataclass(frozen=True)
class Address:
    """Where a page and its card will lie."""

    page: str
    card: str

    @classmethod
    def of(cls, base: str, page: Path, card: Path) -> Address:
        """Return the addresses of two files in the folder at an address; raises InputError for one that is no web address.

        >>> Address.of("https://example.org/reports", Path("foedus-USA-CAN.html"), Path("foedus-USA-CAN.png")).card
        'https://example.org/reports/foedus-USA-CAN.png'
        """
        check(base)
        folder = base.rstrip("/")
        return cls(f"{folder}/{quote(page.name)}", f"{folder}/{quote(card.name)}")


def check(base: str) -> None:
    """Raise InputError unless a text is the address of a folder on the web."""
    try:
        parts = urlsplit(base)
        fault = parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc
        fault = fault or bool(parts.query or parts.fragment)
        _ = parts.port
    except ValueError:
        fault = True
    if fault or not base.isascii() or not base.isprintable() or set(base) & set(" \"'<>\\"):
        raise InputError(
            f"--base-url {shown(base)} is no address of a folder on the web: write https:// or http://, the host and the "
            "folder, without a user's name, such as https://example.org/reports/."
        )


def card(assessment: Assessment) -> bytes:
    """Return the card as a PNG picture of SIZE; raises InputError where the extra `[pdf]` is not installed."""
    typeset.check("cards")
    answer, because = summary.answer(assessment)
    words = {
        "kind": summary.kind(assessment),
        "year": str(assessment.year),
        "heading": told(assessment.title),
        "answer": answer,
        "because": because,
        "foot": tell(FOOT, version=proper(assessment.record_version)),
    }
    held = json.dumps({name: clean(each) for name, each in words.items()})
    return typeset.picture(asset("card.typ"), {"card.json": held}, 96)


def tags(assessment: Assessment, title: str, description: str, address: Address) -> str:
    """Return what a page's head says of itself to those who link to it."""
    width, height = SIZE
    said = {
        "og:type": "article",
        "og:site_name": "foedus",
        "og:title": title,
        "og:description": description,
        "og:url": address.page,
        "og:image": address.card,
        "og:image:type": "image/png",
        "og:image:width": str(width),
        "og:image:height": str(height),
        "og:image:alt": f"{told(assessment.title)}, {assessment.year}. {description}",
    }
    properties = "".join(f'<meta property="{name}" content="{plain(each)}">\n' for name, each in said.items())
    return (
        f'<link rel="canonical" href="{plain(address.page)}">\n{properties}'
        '<meta name="twitter:card" content="summary_large_image">\n'
    )
