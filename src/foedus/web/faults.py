"""What is said where a question cannot be answered: always the same four things, as JSON or as a page.

`ok` is false, `error` says what is wrong, `status` is that of HTTP, `remedy` what to do instead.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import BaseModel, Field

from foedus.errors import InputError, LeftOutError, nearest, shown

BAD, FOREIGN, ABSENT, NOT_ALLOWED, WITHHELD, TOO_MANY, OURS, BUSY = 400, 403, 404, 405, 451, 429, 500, 503

MEANINGS: Mapping[int, str] = {
    BAD: "The question cannot be met as it was asked: a parameter that is unknown, given twice or out of its bounds, a name "
    "that means nothing, more than a limit allows.",
    FOREIGN: "What was posted does not come from a page of this application.",
    ABSENT: "There is no such view, the record that a permanent address names is not here, or no job has made this answer yet.",
    NOT_ALLOWED: "Views only read: GET and HEAD. Jobs are posted to `/jobs`.",
    WITHHELD: "The data may not be passed on with foedus; the remedy says how to add them to a record of one's own.",
    TOO_MANY: "One address asked more in a minute than it may.",
    OURS: "A fault of foedus.",
    BUSY: "More is asked than can be computed; `Retry-After` says when to ask again.",
}
"""Every status that is not 200 or 304 → what it means."""

_SENTENCE = re.compile(r"(?<=[.!?]) (?=[A-Z`\"])")
_ADDED = "`foedus record add"


class Fault(BaseModel):
    """What is said where a question cannot be answered."""

    ok: bool = Field(False, description="Always false.")
    error: str = Field(description="What is wrong.")
    status: int = Field(description="The status of HTTP, again.")
    remedy: str = Field(description="What to do instead.")


class Refusal(Exception):
    """An answer other than the one asked for."""

    def __init__(self, status: int, error: str, remedy: str) -> None:
        """Hold what is said."""
        super().__init__(error)
        self.fault = Fault(ok=False, error=error, status=status, remedy=remedy)


def of_input(error: InputError) -> Refusal:
    """Return what is said of a question that the layers below refuse; of data that may not be passed on with its own status."""
    message = str(error)
    first, *rest = _SENTENCE.split(message, maxsplit=1)
    withheld = isinstance(error, LeftOutError) or _ADDED in message
    if withheld and _ADDED in message:
        missing, _, remedy = message.partition(": ")
        return Refusal(WITHHELD, f"{missing}.", remedy)
    if withheld:
        return Refusal(WITHHELD, first, rest[0] if rest else "Use the record that ships.")
    return Refusal(BAD, first, rest[0] if rest else "Change that part of the question, and ask again.")


def of_parameters(errors: Iterable[Mapping[str, Any]], known: Iterable[str]) -> Refusal:
    """Return what is said of parameters that a view does not take, or not with this value; each is named."""
    names, said = list(known), []
    for each in errors:
        name = shown(str((*each["loc"], "")[1] if len(each["loc"]) > 1 else ""), 60)
        if each["type"] == "extra_forbidden":
            said.append(f"there is no parameter {name!r}.{nearest(name, names)}".rstrip("."))
        elif each["type"] == "missing":
            said.append(f"parameter {name!r} is missing")
        else:
            message = str(each["msg"]).removeprefix("Value error, ")
            said.append(f"parameter {name!r}: {message[:1].lower()}{message[1:]}" if name else message)
    return Refusal(
        BAD,
        f"{'; '.join(said)}".removesuffix("?") + ("?" if said[-1].endswith("?") else "."),
        f"This view takes: {', '.join(names)}.",
    )
