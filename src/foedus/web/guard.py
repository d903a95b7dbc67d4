"""What stands before every view: who may ask, how, and how often; and what every answer says of itself to a browser.

A browser may be led by another site to ask an address of this computer, so that only known names are answered. The policy lets
a page load the application's own looks and script, and nothing else; what switches the maps of a report is named by its hash,
and figures set their own widths, which are numbers.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from foedus.web.faults import BAD, FOREIGN, NOT_ALLOWED, TOO_MANY, Refusal
from foedus.web.settings import Settings

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send


def policy(sheets: Iterable[str] = ()) -> str:
    """Return what a page may load; `sheets` are hashes of styles that stand in it, "sha256-…"."""
    own = " ".join(["'self'", *(f"'{each}'" for each in sheets)])
    return (
        f"default-src 'none'; style-src {own}; style-src-attr 'unsafe-inline'; script-src 'self'; img-src 'self' data:; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )


POLICY_NAME = b"content-security-policy"
HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
)
MOST_ADDRESSES = 10_000
"""Addresses whose questions are counted; those that asked longest ago are forgotten."""

POSTED = "/jobs"
"""The one address that takes a POST."""

LONGEST = 8_000
"""Letters of an address."""


class Guard:
    """Let through what may be asked, and put the headers of every answer."""

    def __init__(self, app: ASGIApp, settings: Settings, refuse: Callable[[Refusal, str, str], ASGIApp]) -> None:
        """Stand before an application; `refuse` says a refusal to who asked for a path below a root path."""
        self.app, self.settings, self.refuse = app, settings, refuse
        self._asked: OrderedDict[str, tuple[float, float]] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or refuse in the one shape of every refusal."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        head = scope["method"] == "HEAD"

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                named = any(name == POLICY_NAME for name, _ in message["headers"])
                kept = message["status"] == 304  # whose headers would take the place of those that the browser has
                own = [] if named or kept else [(POLICY_NAME, policy().encode())]
                message["headers"] = [*message["headers"], *own, *HEADERS]
            elif head:
                message = {**message, "body": b""}
            await send(message)

        if refusal := self._refusal(scope):
            await self.refuse(refusal, scope["path"], scope.get("root_path", ""))(scope, receive, sent)
            return
        await self.app({**scope, "method": "GET"} if head else scope, receive, sent)

    def _refusal(self, scope: Scope) -> Refusal | None:
        """What is wrong with a question before it is looked at."""
        named = [value.decode("latin-1") for name, value in scope["headers"] if name == b"host"]
        if len(named) != 1 or _without_port(named[0]) not in self.settings.hosts:
            return Refusal(BAD, "the host of this address is none that is answered.", "Start `foedus serve --allow-host NAME`.")
        if scope["method"] == "POST" and scope["path"].removeprefix(scope.get("root_path", "")) == POSTED:
            if _foreign(scope, named[0]):
                return Refusal(FOREIGN, "what was posted comes from another site.", "Use the form of this application.")
        elif scope["method"] not in ("GET", "HEAD"):
            return Refusal(NOT_ALLOWED, f"the application only reads, and {scope['method'][:20]} would write.", "Use GET.")
        if len(scope["path"]) + len(scope["query_string"]) > LONGEST:
            return Refusal(BAD, f"the address is longer than {LONGEST:,} letters.", "Ask for less, or use the command line.")
        if self.settings.reachable and scope.get("client") and not self._may_ask(scope["client"][0]):
            most = self.settings.limits.per_minute
            return Refusal(TOO_MANY, f"more than {most} questions in a minute.", "Wait a minute, or run foedus of your own.")
        return None

    def _may_ask(self, address: str) -> bool:
        """Count a question: each address may ask so many at once, and as many again in a minute."""
        most, now = float(self.settings.limits.per_minute), time.monotonic()
        left, before = self._asked.pop(address, (most, now))
        left = min(most, left + (now - before) * most / 60)
        self._asked[address] = (max(left - 1, 0.0), now)
        while len(self._asked) > MOST_ADDRESSES:
            self._asked.popitem(last=False)
        return left >= 1


def _foreign(scope: Scope, host: str) -> bool:
    """Whether a browser says that a page of another site has posted.

    `Sec-Fetch-Site` says it outright. Browsers without it name the origin; from a page that tells no referrer, as ours do, that
    is "null", which may be any page's and is refused.
    """
    told = {name: value.decode("latin-1") for name, value in scope["headers"] if name in (b"origin", b"sec-fetch-site")}
    if site := told.get(b"sec-fetch-site"):
        return site not in ("same-origin", "none")
    return b"origin" in told and told[b"origin"].partition("://")[2] != host


def _without_port(host: str) -> str:
    """The name in a header, in small letters.

    >>> _without_port("LOCALHOST:8000"), _without_port("[::1]:8000")
    ('localhost', '::1')
    """
    if host.startswith("["):
        return host[1:].partition("]")[0].lower()
    return host.partition(":")[0].lower()
