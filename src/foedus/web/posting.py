"""The addresses of jobs: where one is posted or cancelled, the list of all, and what a slow view says before it has an answer.

A form posts the question, or a text, with a secret that only pages of this application hold. Its answer is then at the address
of the question; until it is there, that address says how far the job is.
"""

# Annotations are read when a route is made: no `from __future__ import annotations`.

import hmac
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs

from fastapi import FastAPI, Request
from pydantic import BaseModel, Field, ValidationError
from starlette.responses import RedirectResponse, Response

from foedus.report import typeset
from foedus.report.markup import Foot, page, plain
from foedus.web import site
from foedus.web.faults import ABSENT, BAD, FOREIGN, MEANINGS, Fault, Refusal, of_parameters
from foedus.web.identity import Stamp
from foedus.web.jobs import CANCELLED, ENDS, FAILED, RUNNING, WAITING, Job, Jobs
from foedus.web.questions import Question
from foedus.web.view import JSON, MEDIA, PAGE, PNG, Desk, View
from foedus.words import capitalized, counted

AGAIN = 5
"""Seconds after which a browser looks again at a job that has not ended."""


class ListOfJobs(BaseModel):
    """Every job that is kept."""

    ok: bool = Field(True, description="Always true.")
    jobs: list[dict[str, Any]] = Field(description="id, view, asked, posted, state, doing, done, of, error, remedy, address.")


def add(app: FastAPI, views: tuple[View, ...], desk: Desk, jobs: Jobs) -> None:
    """Add the list of jobs, as a page and as JSON, and the address that takes what is posted."""
    by_path = {view.path: view for view in views if view.slow}

    async def listed(request: Request) -> Response:
        if request.query_params:
            raise Refusal(BAD, f"there is no parameter {next(iter(request.query_params))[:60]!r}.", "The list takes none.")
        told = ListOfJobs(ok=True, jobs=[{**job.as_dict(), "address": _address(job, by_path)} for job in jobs.every()])
        return Response(told.model_dump_json(), media_type=MEDIA[JSON], headers={"cache-control": "no-store"})

    async def shown() -> Response:
        return _page(
            _list(jobs, by_path), "Jobs", views, "jobs", desk, waits=any(job.state not in ENDS for job in jobs.every())
        )

    async def post(request: Request) -> Response:
        sent = await _sent(request, jobs)
        if "cancel" in sent:
            jobs.cancel(sent["cancel"])
            return RedirectResponse("jobs", status_code=303)
        if (view := by_path.get(sent.pop("view", ""))) is None:
            raise Refusal(BAD, "no view is named that is answered by a job.", f"There are: {', '.join(by_path)}.")
        if view.posts:
            sent = {"posted": jobs.keep_text(sent.get("text", "").replace("\r\n", "\n"))}
        asked = _question(view, sent)
        if view.check is not None:
            view.check(asked, desk)
        jobs.post(jobs.id_of(view, asked, Stamp.of(desk.record)), view, asked)
        return RedirectResponse(asked.address(view.path), status_code=303)

    refused: dict[int | str, dict[str, Any]] = {
        status: {"description": words, "model": Fault} for status, words in MEANINGS.items()
    }
    app.add_api_route(
        "/jobs.json",
        listed,
        summary="Jobs as JSON",
        description="Every job that is kept, those posted last first.",
        operation_id="jobs_json",
        response_model=ListOfJobs,
        responses=refused,
    )
    app.add_api_route("/jobs", shown, include_in_schema=False)
    app.add_api_route("/jobs", post, methods=["POST"], include_in_schema=False)


async def _sent(request: Request, jobs: Jobs) -> dict[str, str]:
    """What a form sent, checked to be one of this application's."""
    most, body = jobs.limits.posted_bytes, b""
    async for part in request.stream():
        body += part
        if len(body) > most:
            raise Refusal(BAD, f"more than {most:,} bytes are posted.", "Post less, or use the command line.")
    fields = parse_qs(body.decode(errors="replace"), keep_blank_values=True, max_num_fields=100)
    if twice := next((name for name, values in fields.items() if len(values) > 1), None):
        raise Refusal(BAD, f"field {twice[:60]!r} is given twice.", "Give it once.")
    sent = {name: values[0] for name, values in fields.items()}
    if not hmac.compare_digest(sent.pop("token", "").encode(), jobs.token.encode()):
        raise Refusal(FOREIGN, "what was posted does not come from a page of this application.", "Use its form.")
    return sent


def _question(view: View, sent: Mapping[str, str]) -> Question:
    try:
        return view.asks.model_validate(dict(sent))
    except ValidationError as error:
        found = [{**each, "loc": ("form", *each["loc"])} for each in error.errors()]
        raise of_parameters(found, view.asks.model_fields) from None


def unanswered(view: View, asked: Question, ending: str, desk: Desk, jobs: Jobs, views: tuple[View, ...]) -> Response:
    """Return what a slow view says before it has an answer: how far the job is, or how to begin one.

    Raises Refusal for data, which are not there yet, and whatever the view refuses.
    """
    if view.check is not None:
        view.check(asked, desk)
    if ending == PNG:
        typeset.check("pictures as PNG")
    job = jobs.find(jobs.id_of(view, asked, Stamp.of(desk.record)))
    if ending != PAGE:
        how = "it is being made" if job and job.state in (WAITING, RUNNING) else "nobody has asked for it"
        raise Refusal(
            ABSENT, f"no job has made this answer yet: {how}.", f"Begin it at /{view.path}, or run `{asked.command()}`."
        )
    told = _state(job, jobs) if job else '<p class="note">This has not been computed here yet.</p>\n'
    begin = "" if job and job.state in (WAITING, RUNNING) else _begin(view, asked, jobs.token)
    beside = site.elsewhere(asked)
    waits = job is not None and job.state in (WAITING, RUNNING)
    before = view.before(desk) if view.before and not view.needed else ""
    form = "" if view.posts else site.form(view, asked.given(), "Look")
    opened = "" if job or asked.given() else " open"
    ask = f"<details{opened}><summary>Ask something else</summary>\n{form}</details>\n" if form else ""
    body = f'{before}{told}{begin}<div class="ask elsewise">{ask}</div>\n{beside}'
    return _page(body, view.title, views, view.path, desk, waits=waits, command=asked.command(), facts=view.about)


def _begin(view: View, asked: Question, token: str) -> str:
    """The form that posts the question as it stands."""
    hidden = "".join(
        f'<input type="hidden" name="{plain(name)}" value="{plain(str(each).lower() if isinstance(each, bool) else each)}">'
        for name, each in asked.given().items()
    )
    fields = type(asked).model_fields
    said = "; ".join(
        f"{fields[name].title or name}: {each}" for name, each in asked if name != "record" and each not in ("", None, False)
    )
    shown = "" if view.posts else f"<p>{plain(said)}.</p>\n"
    sent = hidden if not view.posts else f'<p><a href="{plain(view.path)}">Post the text again</a></p>'
    button = "" if view.posts else '<button type="submit">Compute it</button>'
    return f'{shown}<form class="question" method="post" action="jobs">\n{sent}{site.posted(view, token)}{button}</form>\n'


def _state(job: Job, jobs: Jobs) -> str:
    """How far a job is, with the button that cancels it."""
    if job.state == FAILED:
        return f'<div class="refusal"><p><strong>{plain(capitalized(job.error))}</strong></p><p>{plain(job.remedy)}</p></div>\n'
    if job.state == CANCELLED:
        return '<p class="note">This was cancelled.</p>\n'
    before = [each for each in jobs.every() if each.state not in ENDS and each.posted < job.posted]
    if job.state == WAITING:
        said = f"This waits; {counted(len(before), 'job')} before it." if before else "This is about to begin."
        bar = ""
    else:
        amount = f": {job.done:,} of {job.of:,}" if job.of else ""
        said = f"{capitalized(job.doing)}{amount}."
        bar = f'<progress max="{job.of}" value="{job.done}" aria-label="Progress"></progress>\n' if job.of else ""
    note = '<p class="note">This page looks again by itself.</p>\n'
    return f'<div role="status"><p>{plain(said)}</p>\n{bar}</div>\n{note}{_cancel(job, jobs)}'


def _cancel(job: Job, jobs: Jobs) -> str:
    return (
        f'<form class="question" method="post" action="jobs"><input type="hidden" name="cancel" value="{plain(job.id)}">'
        f'<input type="hidden" name="token" value="{plain(jobs.token)}"><button type="submit">Cancel</button></form>\n'
    )


def _list(jobs: Jobs, by_path: Mapping[str, View]) -> str:
    rows = "".join(
        f'<tr><th scope="row"><a href="{plain(_address(job, by_path))}">{plain(by_path[job.view].title)}</a></th>'
        f"<td>{plain('; '.join(f'{name} {each}' for name, each in _given(job, by_path).items()))}</td>"
        f"<td>{plain(job.state)}{plain(f', {job.done:,} of {job.of:,}' if job.state == RUNNING and job.of else '')}</td>"
        f"<td>{plain(job.posted[:16].replace('T', ' '))}</td>"
        f"<td>{_cancel(job, jobs) if job.state not in ENDS else ''}</td></tr>\n"
        for job in jobs.every()
        if job.view in by_path
    )
    links = ", ".join(f'<a href="{plain(path)}">{plain(view.title)}</a>' for path, view in by_path.items())
    if not rows:
        return f'<p class="note">There are none. Jobs answer {links}.</p>\n'
    head = "".join(f'<th scope="col">{words}</th>' for words in ("Answer", "Asked", "State", "Posted (UTC)", "End it"))
    return (
        '<div class="scroll" tabindex="0" role="region" aria-label="Table: jobs"><table>\n'
        f"<caption>Jobs, those posted last first</caption>\n<thead><tr>{head}</tr></thead>\n<tbody>\n"
        f"{rows}</tbody></table></div>\n<p>Jobs answer {links}.</p>\n"
    )


def _given(job: Job, by_path: Mapping[str, View]) -> Mapping[str, Any]:
    """What a job was asked beside what is asked by default."""
    try:
        return by_path[job.view].asks.model_validate(dict(job.asked)).given()
    except ValidationError:
        return job.asked


def _address(job: Job, by_path: Mapping[str, View]) -> str:
    """The address of a job's answer, by what its view can be asked now."""
    view = by_path.get(job.view)
    try:
        return view.asks.model_validate(dict(job.asked)).address(view.path) if view else ""
    except ValidationError:
        return job.view


def _page(
    body: str,
    title: str,
    views: tuple[View, ...],
    here: str,
    desk: Desk,
    *,
    waits: bool,
    command: str = "foedus serve",
    facts: str = "Long work, posted and kept: one at a time, in a process of its own.",
) -> Response:
    made = page(
        title=f"foedus: {title}",
        top=f'<p class="kind">Jobs</p>\n<h1>{plain(title)}</h1>\n<p class="facts">{plain(facts)}</p>\n',
        contents="",
        main=f'<section class="chapter listing" id="job" aria-label="{plain(title)}">\n{body}</section>\n',
        foot=Foot(command, (), desk.record.version, desk.record.sha256),
        setting=replace(site.setting(site.navigation(views, here)), again="every view says which command gives the same."),
    )
    headers = {"cache-control": "no-store", **({"refresh": str(AGAIN)} if waits else {})}
    return Response(made, media_type=MEDIA[PAGE], headers=headers)
