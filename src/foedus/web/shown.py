"""An answer as bytes: a page, JSON, CSV or a file; and a refusal in its one shape, as JSON or as a page."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from foedus.errors import InputError
from foedus.report.markup import coded, plain
from foedus.web import site
from foedus.web.faults import BUSY, MEANINGS, NOT_ALLOWED, Refusal
from foedus.web.guard import policy
from foedus.web.identity import Stamp
from foedus.web.questions import Question
from foedus.web.view import CSV, JSON, MEDIA, PAGE, PNG, SVG, Desk, View
from foedus.web.workshop import RETRY, Answer
from foedus.words import capitalized

if TYPE_CHECKING:
    import polars as pl
    from starlette.responses import Response

SMALL = 1_000
"""Bytes of an answer that is not worth compressing."""

PACKED = ("text/", "application/json", "image/svg")


def made(view: View, asked: Question, ending: str, desk: Desk, views: tuple[View, ...]) -> Answer:
    """Return the answer to a question in the form of an ending."""
    stamp = Stamp.of(desk.record)
    told = desk.at_hand(f"{view.path} {asked.key()}", lambda: view.tell(asked, desk))
    if ending == PAGE:
        body = told.page(site.around(views, view, asked, stamp.permanent)).encode()
    elif ending == JSON:
        body = _json(told.data(), view, asked, stamp)
    elif ending == CSV and CSV not in told.files:
        body = csv(told.frame())
    elif ending == PNG:
        body = _png(told.files[SVG], desk)
    else:
        body = told.files[ending]()
    packed = len(body) > SMALL and MEDIA[ending].startswith(PACKED)
    name = f"foedus-{view.path}.{ending}" if ending not in (PAGE, JSON, SVG, PNG) else ""
    sheets = tuple(map(_hashed, _SHEET.findall(body))) if ending in (PAGE, SVG) else ()
    return Answer(gzip.compress(body, 5, mtime=0) if packed else body, MEDIA[ending], packed, name, sheets)


def _png(drawn: Callable[[], bytes], desk: Desk) -> bytes:
    """A picture as PNG, by what draws those of `--charts`; raises InputError without it, and for one that is too large."""
    from foedus.report import typeset

    typeset.check("pictures as PNG")
    svg = drawn().decode()
    if (number := typeset.pixels(svg)) > desk.limits.pixels:
        raise InputError(
            f"the picture has {number:,} pixels, and the application gives at most {desk.limits.pixels:,}. Take it as SVG, or "
            "ask for fewer members."
        )
    return typeset.png(svg)


_SHEET = re.compile(rb"<style>(.*?)</style>", re.DOTALL)


def _hashed(sheet: bytes) -> str:
    """The name by which a policy allows a style that stands in the page."""
    return f"sha256-{base64.b64encode(hashlib.sha256(sheet).digest()).decode()}"


def _json(data: Any, view: View, asked: Question, stamp: Stamp) -> bytes:
    """The envelope of every answer as JSON: from which record, under which permanent address, and the result."""
    told = {
        "ok": True,
        "whole": True,
        "unstable": view.unstable,
        "record": {"version": stamp.version, "sha256": stamp.sha256, "added": stamp.added or None},
        "address": asked.address(f"{view.path}.json", stamp.permanent),
        "command": asked.command(),
        "result": data,
    }
    return json.dumps(told, ensure_ascii=False, allow_nan=False, default=str).encode(errors="replace")


def csv(frame: pl.DataFrame) -> bytes:
    """Return a frame as CSV, text that a spreadsheet would run neutralised."""
    import polars as pl

    from foedus.panels.files.spreadsheet import neutralised

    nested = [name for name, kind in frame.schema.items() if isinstance(kind, pl.List)]
    flat = frame.with_columns(pl.col(name).cast(pl.List(pl.String)).list.join("; ") for name in nested)
    return neutralised(flat).write_csv().encode()


def rows(frame: pl.DataFrame) -> list[dict[str, Any]]:
    """Return a frame as rows for JSON; what is no number there is null."""
    import polars as pl

    infinite = [name for name, kind in frame.schema.items() if kind.is_float()]
    clean = frame.with_columns(pl.when(pl.col(name).is_finite()).then(pl.col(name)).alias(name) for name in infinite)
    return clean.to_dicts()


def respond(answer: Answer, accepts: str, headers: Mapping[str, str]) -> Response:
    """Return an answer to a browser, unpacked for one that cannot do so itself."""
    from starlette.responses import Response

    sent = {**headers, "vary": "Accept-Encoding"}
    body = answer.body
    if answer.packed and "gzip" in accepts:
        sent["content-encoding"] = "gzip"
    elif answer.packed:
        body = gzip.decompress(body)
    if answer.sheets:
        sent["content-security-policy"] = policy(answer.sheets)
    if answer.name:
        sent["content-disposition"] = f'attachment; filename="{answer.name}"'
    return Response(body, media_type=answer.media, headers=sent)


def refused(
    refusal: Refusal, path: str, base: str, views: tuple[View, ...] = (), given: Mapping[str, str] | None = None
) -> Response:
    """Return a refusal: as a page where a page was asked for, with the form as it was filled in, as JSON otherwise."""
    from starlette.responses import Response

    fault = refusal.fault
    more = {BUSY: {"retry-after": str(RETRY)}, NOT_ALLOWED: {"allow": "GET, HEAD"}}
    headers = {"cache-control": "no-store", **more.get(fault.status, {})}
    if "." in path.rpartition("/")[2]:
        return Response(fault.model_dump_json(), fault.status, headers, MEDIA[JSON])
    here = path.removeprefix(base).strip("/")
    view = next((each for each in views if each.path == here), None)
    return Response(page_of(refusal, view, base, views, given or {}).encode(), fault.status, headers, MEDIA[PAGE])


def page_of(refusal: Refusal, view: View | None, base: str, views: tuple[View, ...], given: Mapping[str, str]) -> str:
    """Return a refusal as a page, with the form of the view that was asked."""
    fault = refusal.fault
    setting, place = site.setting(base=f"{base}/"), site.navigation(views, view.path if view else "", f"{base}/")
    asks = f'<div class="ask">{site.form(view, given)}</div>' if view else ""
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{fault.status}: {plain(fault.error)[:80]}</title>
<link rel="icon" href="data:,">
{setting.head}</head>
<body>
{place}<header class="top"><p class="kind">{fault.status}</p>
<h1>That cannot be answered</h1></header>
<main id="content" class="refused"><div class="refusal">
<p><strong>{coded(capitalized(fault.error))}</strong></p>
<p>{coded(fault.remedy)}</p>
<p class="from">{coded(MEANINGS.get(fault.status, ""))}</p>
</div></main>
{asks}</body>
</html>"""
