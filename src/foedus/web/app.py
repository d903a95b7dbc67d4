"""The application put together: every view with its forms, its place in the schema, and what is said where one fails."""

# Annotations are read when a route is made, and name models that only stand there: no `from __future__ import annotations`.

import asyncio
import inspect
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from functools import partial
from typing import Annotated, Any

from fastapi import FastAPI, Query, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from foedus.errors import InputError
from foedus.record.store import Record, open_record
from foedus.report.told import METHODS
from foedus.report.wording import clean
from foedus.version import __version__
from foedus.web import posting, shown, statics
from foedus.web.faults import ABSENT, BUSY, MEANINGS, OURS, Fault, Refusal, of_input, of_parameters
from foedus.web.guard import Guard
from foedus.web.identity import Stamp
from foedus.web.jobs import TEXTS, Jobs
from foedus.web.questions import Question
from foedus.web.settings import Settings
from foedus.web.start import start
from foedus.web.view import JSON, MEDIA, PAGE, Desk, View
from foedus.web.views import causal, formula, futures, league, lists, panels, partnerships, pictures, tests, ties, warning
from foedus.web.workshop import BusyError, Workshop

VIEWS: tuple[View, ...] = (
    *partnerships.VIEWS,
    *league.VIEWS,
    *ties.VIEWS,
    *pictures.VIEWS,
    *causal.VIEWS,
    *panels.VIEWS,
    *lists.VIEWS,
    *warning.VIEWS,
    *futures.VIEWS,
    *tests.VIEWS,
    *formula.VIEWS,
)
"""Every view, in the order of the navigation."""

DESCRIPTION = """What foedus tells, as data. Every view is a page; the same path with `.json`, `.csv` and, where it fits, other
endings is the same as data. An unknown parameter is refused by name. Every refusal has one shape (`Fault`). `record` makes an
address permanent: it is answered from that record or not at all."""


class Told(BaseModel):
    """The envelope of every answer as JSON."""

    ok: bool = Field(description="Always true.", examples=[True])
    whole: bool = Field(description="Whether the result is all there is.")
    unstable: bool = Field(description="Whether its shape may change in the next version.")
    record: dict[str, str | None] = Field(description="Version and hash of the record, and hash of what was added to it.")
    address: str = Field(description="The permanent address of this answer.")
    command: str = Field(description="The command that gives the same.")
    result: Any = Field(description="What the view tells: rows of a table, or an object with a `schema`.")


def application(settings: Settings | None = None, record: Record | None = None, *, warm: bool = False) -> FastAPI:
    """Return the application, to be run by any server; by default with the record that is in use.

    warm : whether a pair is assessed once it runs, so that what all pairs share is ready before the first is asked for.
    """
    settings, record = settings or Settings(), record or open_record()
    jobs, workshop = Jobs(settings.jobs_folder, settings.limits), Workshop(settings.limits)
    desk = Desk(record, settings.limits, texts=jobs.folder / TEXTS)

    @asynccontextmanager
    async def life(_: FastAPI) -> AsyncIterator[None]:
        begun = asyncio.create_task(asyncio.to_thread(_begin, jobs)) if warm else None
        first = asyncio.create_task(_warmed(desk, workshop)) if warm else None
        yield
        if begun is not None:
            await begun
        jobs.close()
        if first is not None:
            first.cancel()
        workshop.close()

    app = FastAPI(
        title="foedus",
        version=__version__,
        description=DESCRIPTION,
        docs_url=None,
        redoc_url=None,
        lifespan=life,
    )
    for view in VIEWS:
        for ending in (PAGE, *view.endings):
            _add(app, view, ending, desk, workshop, jobs)
    posting.add(app, VIEWS, desk, jobs)
    _add_others(app, desk)
    _add_refusals(app, desk, jobs)
    app.add_middleware(Guard, settings=settings, refuse=shown.refused)
    app.openapi = partial(_schema, app.openapi)  # type: ignore[method-assign]
    return app


def _begin(jobs: Jobs) -> None:
    """Begin to work on jobs, where there can be any."""
    with suppress(InputError, OSError):  # said to whoever posts one
        jobs.start()


async def _warmed(desk: Desk, workshop: Workshop) -> None:
    view = VIEWS[0]
    asked = view.asks.model_validate({"members": "USA-CAN"})
    with suppress(InputError, BusyError):  # a record may lack what this pair needs
        await workshop.answer(f"/{view.path} {asked.key()}", partial(shown.made, view, asked, PAGE, desk, VIEWS))


def _add(app: FastAPI, view: View, ending: str, desk: Desk, workshop: Workshop, jobs: Jobs) -> None:
    """Add a view in one form."""
    path = f"/{view.path}{ending and f'.{ending}'}"

    async def endpoint(request: Request, asked: Any) -> Response:
        _once_each(request)
        stamp = Stamp.of(desk.record)
        stamp.check(asked.record)
        etag = stamp.etag(path, asked.key())
        headers = {"etag": etag, "cache-control": "no-cache"}
        kept = jobs.answer(jobs.id_of(view, asked, stamp), ending) if view.slow else None
        if view.slow and kept is None:
            return posting.unanswered(view, asked, ending, desk, jobs, VIEWS)
        if etag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        if kept is not None:
            return shown.respond(kept, request.headers.get("accept-encoding", ""), headers)
        make = partial(shown.made, view, asked, ending, desk, VIEWS)
        answer = await workshop.answer(f"{path} {asked.key()}", make)
        return shown.respond(answer, request.headers.get("accept-encoding", ""), headers)

    endpoint.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [
            inspect.Parameter("request", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=Request),
            inspect.Parameter("asked", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=Annotated[view.asks, Query()]),
        ]
    )
    app.add_api_route(
        path,
        endpoint,
        methods=["GET"],
        name=f"{view.path}-{ending or 'page'}",
        operation_id=f"{view.path}_{ending or 'page'}",
        summary=f"{view.title}{f' as {ending.upper()}' if ending else ''}",
        description=f"{view.about}{' Unstable.' if view.unstable else ''}",
        response_class=Response,
        responses={**_refusals(ending), 200: _described(ending), 304: {"description": "The browser has the answer already."}},
    )


def _described(ending: str) -> dict[str, Any]:
    """What the schema says of an answer in one form."""
    media = MEDIA[ending].partition(";")[0]
    if ending == JSON:
        return {"model": Told, "description": "The answer, in the envelope of every answer."}
    binary = {"type": "string"} if media.startswith(("text/", "image/svg")) else {"type": "string", "format": "binary"}
    return {"description": f"The answer as {ending.upper() or 'a page'}.", "content": {media: {"schema": binary}}}


def _refusals(ending: str) -> dict[int | str, dict[str, Any]]:
    """What the schema says of refusals: a page says the same four things as JSON."""
    page = {"content": {"text/html": {"schema": {"type": "string"}}}}
    return {
        status: {"description": words, **(page if ending == PAGE else {"model": Fault})} for status, words in MEANINGS.items()
    }


def _once_each(request: Request) -> None:
    """Refuse a parameter that is given twice, of which one would be ignored."""
    names = [name for name, _ in request.query_params.multi_items()]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise InputError(f"parameter {twice[:60]!r} is given twice. Give it once, with commas between several values.")


def _add_others(app: FastAPI, desk: Desk) -> None:
    """Add the first page, looks and script, and the name by which reports lead to the methods page."""

    async def first() -> Response:
        return Response(start(VIEWS, desk), media_type=MEDIA[PAGE], headers={"cache-control": "no-cache"})

    async def static(name: str) -> Response:
        if name not in statics.files():
            raise Refusal(ABSENT, "there is no such file.", "Load the page again: its looks may have changed.")
        media, body = statics.files()[name]
        return Response(body, media_type=media, headers={"cache-control": statics.FOREVER})

    async def methods() -> Response:
        return RedirectResponse("methods", status_code=308)

    about = {"methods": ["GET"], "include_in_schema": False}
    app.add_api_route("/", first, **about)  # type: ignore[arg-type]
    app.add_api_route("/static/{name}", static, **about)  # type: ignore[arg-type]
    app.add_api_route(f"/{METHODS}", methods, **about)  # type: ignore[arg-type]


def _add_refusals(app: FastAPI, desk: Desk, jobs: Jobs) -> None:
    """Say every failure in the one shape."""

    def page(request: Request, refusal: Refusal) -> Response:
        base = request.scope.get("root_path", "")
        given = dict(request.query_params)
        return shown.refused(refusal, request.scope["path"], base, VIEWS, given)

    def handled(kind: Any, told: Callable[[Any], Refusal]) -> None:
        async def handle(request: Request, error: Exception) -> Response:
            return page(request, told(error))

        app.add_exception_handler(kind, handle)

    async def unfilled(request: Request, error: Exception) -> Response:
        """A form of which nothing is filled in is shown, not refused."""
        view = next((each for each in VIEWS if request.url.path.endswith(f"/{each.path}")), None)
        if view is not None and not request.query_params and view.needed:
            token = jobs.token if view.posts else ""
            return Response(start(VIEWS, desk, view, token), media_type=MEDIA[PAGE], headers={"cache-control": "no-cache"})
        assert isinstance(error, RequestValidationError)
        model = next(
            (each.asks for each in VIEWS if request.url.path.rpartition("/")[2].partition(".")[0] == each.path), Question
        )
        return page(request, of_parameters(error.errors(), model.model_fields))

    async def absent(request: Request, error: Exception) -> Response:
        """An address that there is not; of a view that has no such form, with the forms it has."""
        assert isinstance(error, HTTPException)
        path, _, ending = request.url.path.rpartition("/")[2].partition(".")
        view = next((each for each in VIEWS if each.path == path), None)
        if view is not None and error.status_code == ABSENT and ending:
            forms = ", ".join(f".{each}" for each in view.endings)
            return page(request, Refusal(ABSENT, f"/{path} has no form .{clean(ending)[:20]}.", f"It is a page, and {forms}."))
        return page(request, Refusal(error.status_code, _sentence(error), "`/openapi.json` lists every view."))

    app.add_exception_handler(RequestValidationError, unfilled)
    handled(Refusal, lambda error: error)
    handled(InputError, of_input)
    handled(BusyError, lambda error: Refusal(BUSY, str(error), "Ask again in a few seconds, or use the command line."))
    app.add_exception_handler(HTTPException, absent)
    handled(Exception, lambda _: Refusal(OURS, "foedus failed; the fault is ours.", "Tell us the address that you asked for."))


def _sentence(error: HTTPException) -> str:
    return "there is no such view." if error.status_code == ABSENT else str(error.detail)


def _schema(made: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Return the schema without an answer that is never given: parameters are refused with 400."""
    schema = made()
    for operations in schema["paths"].values():
        for operation in operations.values():
            operation["responses"].pop("422", None)
    for name in ("HTTPValidationError", "ValidationError"):
        with suppress(KeyError):
            del schema["components"]["schemas"][name]
    return schema
