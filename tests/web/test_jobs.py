"""Jobs: posted by a form of the application alone, queued within bounds, cancelled, kept, and begun again after a kill."""

from __future__ import annotations

import html
import io
import json
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import polars as pl
import pytest

from foedus.web import job
from foedus.web.app import VIEWS
from foedus.web.jobs import Jobs
from foedus.web.settings import Limits, Settings
from tests.web.asked import Client

pytest.importorskip("huey")

Started = Callable[..., Client]

ASKED = "test?mechanism=war_size"
"""What is quickly answered by a job, for its result ships."""

CLAIMS = Path(job.__file__).parents[1] / "assessment/claims/examples/australia-new-zealand.toml"


@pytest.fixture
def serving(started: Started, tmp_path: Path) -> Client:
    """An application with jobs of its own, whose queue nobody works on."""
    return started(Settings(jobs=str(tmp_path), limits=Limits(seconds=600, jobs_waiting=2)))


def form(client: Client, address: str) -> dict[str, str]:
    """The hidden fields of the form on a page that posts."""
    page = client.get(f"/{address}").text
    (posted,) = re.findall(r'<form class="question" method="post".*?</form>', page, re.DOTALL)
    return {name: html.unescape(value) for name, value in re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', posted)}


def post(client: Client, fields: dict[str, str], **headers: str) -> Any:
    return client.post("/jobs", fields, **headers)


def folder(tmp_path: Path, client: Client) -> Path:
    (held,) = [each["id"] for each in client.get("/jobs.json").json()["jobs"]]
    return tmp_path / held


def test_a_question_is_posted_by_its_form_and_answered_at_its_address(serving: Client, tmp_path: Path) -> None:
    page = serving.get(f"/{ASKED}")
    assert page.status_code == 200
    assert page.headers["cache-control"] == "no-store"
    assert "Compute it" in page.text
    data = serving.get("/test.json?mechanism=war_size")
    assert (data.status_code, data.json()["status"]) == (404, 404)
    assert "foedus validate war_size" in data.json()["remedy"]
    answer = post(serving, form(serving, ASKED))
    assert (answer.status_code, answer.headers["location"]) == (303, ASKED)
    waiting = serving.get(f"/{ASKED}")
    assert "about to begin" in waiting.text
    assert waiting.headers["refresh"] == "5"
    assert serving.get("/jobs.json").json()["jobs"][0]["state"] == "waiting"
    job.run(folder(tmp_path, serving))
    done = serving.get(f"/{ASKED}")
    assert "Gains and grades" in done.text
    assert done.headers["etag"] == serving.get(f"/{ASKED}").headers["etag"]
    assert serving.get("/test.json?mechanism=war_size").json()["result"][0]["test"] == "war_size"
    assert pl.read_csv(io.BytesIO(serving.get("/test.csv?mechanism=war_size").content)).height > 0
    assert serving.get("/jobs.json").json()["jobs"][0]["state"] == "done"
    assert "done" in serving.get("/jobs").text


@pytest.mark.parametrize(
    ("headers", "changed", "said"),
    [
        ({}, {"token": "0"}, "does not come from a page"),
        ({}, {"token": ""}, "does not come from a page"),
        ({"origin": "http://evil.example"}, {}, "another site"),
        ({"origin": "null"}, {}, "another site"),
        ({"sec_fetch_site": "cross-site"}, {}, "another site"),
        ({"sec_fetch_site": "same-site", "origin": "http://127.0.0.1:8000"}, {}, "another site"),
    ],
    ids=["wrong secret", "no secret", "origin", "no origin", "cross-site", "same-site"],
)
def test_no_other_site_can_post(serving: Client, headers: dict[str, str], changed: dict[str, str], said: str) -> None:
    answer = post(serving, {**form(serving, ASKED), **changed}, **headers)
    assert answer.status_code == 403
    assert said in answer.text
    assert serving.get("/jobs.json").json()["jobs"] == []


def test_a_page_that_tells_no_referrer_can_post(serving: Client) -> None:
    answer = post(serving, form(serving, ASKED), origin="null", sec_fetch_site="same-origin")  # as Chromium sends it
    assert answer.status_code == 303


def test_what_cannot_be_answered_is_refused_before_a_job_is_begun(serving: Client) -> None:
    token = form(serving, ASKED)["token"]
    refused = {
        "Ruritania": {"view": "futures", "partnership": "USA-Ruritania"},
        "at most 400": {"view": "futures", "worlds": "401"},
        "'horizon'": {"view": "futures", "horizon": "2200"},
        "no mechanism is called": {"view": "test", "mechanism": "luck"},
        "at most 5,000,000": {"view": "panel-file", "unit": "dyad-day", "variables": "contiguous"},
        "is not TOML": {"view": "own-claims", "text": "= ="},
        "that is answered by a job": {"view": "assess", "members": "USA-CAN"},
        "&#39;colour&#39;": {"view": "test", "mechanism": "disputes", "colour": "red"},
    }
    for said, fields in refused.items():
        answer = post(serving, {**fields, "token": token})
        assert answer.status_code == 400, said
        assert said in answer.text or html.unescape(said) in html.unescape(answer.text), answer.text[-900:]
    assert post(serving, {"text": "x" * 600_001, "token": token}).status_code == 400
    assert serving.get("/jobs.json").json()["jobs"] == []


def test_the_queue_is_bounded_and_a_job_can_be_cancelled(serving: Client) -> None:
    for seed in ("1", "2"):
        assert post(serving, form(serving, f"futures?seed={seed}")).status_code == 303
    full = post(serving, form(serving, "futures?seed=3"))
    assert (full.status_code, full.headers["retry-after"]) == (503, "5")
    first, second = serving.get("/jobs.json").json()["jobs"]
    assert (first["asked"]["seed"], second["asked"]["seed"]) == (2, 1)
    cancelled = post(serving, {"cancel": first["id"], "token": form(serving, "futures?seed=9")["token"]})
    assert cancelled.headers["location"] == "jobs"
    assert serving.get("/jobs.json").json()["jobs"][0]["state"] == "cancelled"
    assert "was cancelled" in serving.get("/futures?seed=2").text
    assert post(serving, form(serving, "futures?seed=3")).status_code == 303


def test_claims_of_ones_own_are_posted_as_text(serving: Client, tmp_path: Path) -> None:
    page = serving.get("/own-claims").text
    assert "<textarea" in page
    answer = post(serving, {**form(serving, "own-claims"), "text": CLAIMS.read_text(encoding="utf-8")})
    address = answer.headers["location"]
    assert re.fullmatch(r"own-claims\?posted=[0-9a-f]{20}", address)
    assert serving.get("/own-claims.json?posted=../secret").status_code == 400
    (tmp_path / "texts").is_dir()
    assert "about to begin" in serving.get(f"/{address}").text


def test_what_fails_says_why_and_can_be_begun_again(serving: Client, tmp_path: Path) -> None:
    post(serving, form(serving, ASKED))
    held = folder(tmp_path, serving)
    (held / "failed.json").write_text(json.dumps({"error": "there was no light.", "remedy": "Light a lamp."}))
    page = serving.get(f"/{ASKED}").text
    assert "There was no light." in page
    assert "Light a lamp." in page
    post(serving, form(serving, ASKED))
    assert serving.get("/jobs.json").json()["jobs"][0]["state"] == "waiting"


def test_only_so_many_that_have_ended_are_kept(tmp_path: Path) -> None:
    view = next(each for each in VIEWS if each.path == "futures")
    jobs = Jobs(tmp_path, Limits(jobs_kept=2))
    for seed in range(4):
        name = f"{seed}" * 20
        jobs.post(name, view, view.asks.model_validate({"seed": seed}))
        jobs.cancel(name)
    assert [each.id[0] for each in jobs.every()] == ["3", "2"]


def test_others_cannot_read_what_is_kept(serving: Client, tmp_path: Path) -> None:
    form(serving, ASKED)
    assert (tmp_path / "secret").stat().st_mode & 0o077 == 0


@pytest.fixture
def address() -> Iterator[Callable[[Path], tuple[str, subprocess.Popen[bytes]]]]:
    """Start the application as a user does, and end it."""
    running = []

    def start(kept: Path) -> tuple[str, subprocess.Popen[bytes]]:
        command = [sys.executable, "-m", "foedus", "serve", "--port", "0", "--jobs", str(kept)]
        process = subprocess.Popen(command, stderr=subprocess.PIPE)
        running.append(process)
        assert process.stderr
        told = re.search(rb"http://\S+/", process.stderr.readline())
        assert told
        return told[0].decode(), process

    yield start
    for each in running:
        with each:
            each.kill()


def until(ready: Callable[[], Any]) -> Any:
    for _ in range(1_200):
        if found := ready():
            return found
        time.sleep(0.25)
    raise AssertionError("it never came")


def sent(asked: str | Request) -> bytes:
    with urlopen(asked) as answer:
        told: bytes = answer.read()
        return told


@pytest.mark.slow
@pytest.mark.release
def test_a_kill_loses_no_finished_job_and_begins_the_others_again(
    tmp_path: Path, address: Callable[[Path], tuple[str, subprocess.Popen[bytes]]]
) -> None:
    def jobs(base: str) -> dict[str, dict[str, Any]]:
        return {each["view"]: each for each in json.loads(sent(f"{base}jobs.json"))["jobs"]}

    base, process = address(tmp_path)
    sent(f"{base}{ASKED}")
    token = (tmp_path / "secret").read_text()
    for asked in ("view=test&mechanism=war_size", "view=futures&worlds=60&horizon=2030"):
        sent(Request(f"{base}jobs", data=f"{asked}&token={token}".encode()))
    until(lambda: jobs(base)["test"]["state"] == "done" and jobs(base)["futures"]["state"] == "running")
    first = sent(f"{base}test.csv?mechanism=war_size")
    process.send_signal(signal.SIGKILL)
    process.wait()
    base, process = address(tmp_path)
    assert jobs(base)["test"]["state"] == "done"
    assert sent(f"{base}test.csv?mechanism=war_size") == first
    until(lambda: jobs(base)["futures"]["state"] == "running")
    sent(Request(f"{base}jobs", data=f"cancel={jobs(base)['futures']['id']}&token={token}".encode()))
    until(lambda: jobs(base)["futures"]["state"] == "cancelled")
