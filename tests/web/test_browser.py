"""The application in a browser: without scripts, by keyboard, on a telephone, on paper, in the dark, back and again.

It needs Chromium and Playwright, and says so where they are missing. FOEDUS_CHROMIUM names the program; FOEDUS_AXE the file of
axe-core (`axe.min.js`), with which every page is held to its rules: that of axe-playwright-python, where it is installed.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from tests.web.test_application import VIEWS, address

pytestmark = [pytest.mark.slow, pytest.mark.release]

CHROMIUM = os.environ.get("FOEDUS_CHROMIUM") or shutil.which("chromium")


def _axe() -> str | None:
    """The file of axe-core."""
    if named := os.environ.get("FOEDUS_AXE"):
        return named
    package = find_spec("axe_playwright_python")
    return str(Path(package.origin).with_name("axe.min.js")) if package and package.origin else None


AXE = _axe()

TELEPHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The application, started as a user does."""
    jobs = str(tmp_path_factory.mktemp("jobs"))
    with subprocess.Popen(
        [sys.executable, "-m", "foedus", "serve", "--port", "0", "--jobs", jobs], stderr=subprocess.PIPE
    ) as process:
        assert process.stderr
        told = re.search(rb"http://\S+/", process.stderr.readline())
        assert told
        yield told[0].decode()
        process.kill()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Chromium."""
    playwright = pytest.importorskip("playwright.sync_api")
    if CHROMIUM is None:
        pytest.skip("there is no chromium: install it, or name it by FOEDUS_CHROMIUM")
    with playwright.sync_playwright() as running:
        opened = running.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield opened
        opened.close()


@pytest.fixture
def page(browser: Any, request: pytest.FixtureRequest) -> Iterator[Any]:
    """A page, in a window of its own; what a test asks of it stands in its parameters. No error may show in the console."""
    context = browser.new_context(**getattr(request, "param", {}))
    context.set_default_timeout(60_000)
    opened, faults = context.new_page(), []
    opened.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    opened.on("pageerror", lambda fault: faults.append(str(fault)))
    yield opened
    context.close()
    assert not faults


@pytest.mark.parametrize("page", [{"java_script_enabled": False}], indirect=True)
def test_the_whole_way_works_without_scripts(page: Any, base: str) -> None:
    page.goto(base)
    page.get_by_label("States or group").fill("FRA-DEU")
    page.get_by_label("Year", exact=True).fill("2020")
    page.get_by_role("button", name="Assess").click()
    assert "members=FRA-DEU" in page.url
    assert page.locator("h1").inner_text() == "France and Germany"
    page.get_by_role("link", name="League").click()
    page.get_by_role("link", name="Highest risk among members").click()
    assert "sort=within" in page.url
    assert page.locator("th[aria-sort]").inner_text() == "Highest risk among members"
    page.goto(f"{base}test?mechanism=war_size")
    page.get_by_role("button", name="Compute it").click()
    assert page.url.endswith("test?mechanism=war_size")
    page.get_by_text("The data have the scores of every model").wait_for(timeout=300_000)  # a header has the page look again


@pytest.mark.parametrize("page", [{}], indirect=True)
def test_back_and_again_show_what_was_shown(page: Any, base: str) -> None:
    page.goto(f"{base}groups?name=EU")
    first = page.locator("main").inner_text()
    page.goto(f"{base}groups?name=NATO")
    page.go_back()
    assert page.locator("main").inner_text() == first
    page.reload()
    assert page.locator("main").inner_text() == first


@pytest.mark.parametrize("page", [{}], indirect=True)
def test_a_question_is_asked_by_keyboard_alone(page: Any, base: str) -> None:
    page.goto(f"{base}groups")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"  # the first key leads past the navigation
    for _ in range(60):
        if page.evaluate("document.activeElement.tagName") == "SUMMARY":
            break
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("ANZUS")
    page.keyboard.press("Enter")
    page.wait_for_url("**/groups?name=ANZUS*")
    assert page.locator("h1").inner_text() == "Members of ANZUS"


@pytest.mark.parametrize("page", [{"viewport": TELEPHONE}, {"viewport": TELEPHONE, "color_scheme": "dark"}], indirect=True)
@pytest.mark.parametrize("path", ["assess", "league", "futures", "panel", "claims", "warning"])
def test_nothing_is_wider_than_a_telephone(page: Any, base: str, path: str) -> None:
    page.goto(f"{base}{address(path).lstrip('/')}")
    assert page.evaluate("document.documentElement.scrollWidth") <= TELEPHONE["width"]


@pytest.mark.parametrize("page", [{}], indirect=True)
def test_on_paper_stand_no_forms(page: Any, base: str, tmp_path: Path) -> None:
    page.goto(f"{base}groups?name=EU")
    page.emulate_media(media="print")
    assert not page.locator(".site").is_visible()
    assert not page.locator("form.question").first.is_visible()
    page.pdf(path=str(tmp_path / "page.pdf"))
    assert (tmp_path / "page.pdf").read_bytes().startswith(b"%PDF")


@pytest.mark.skipif(not AXE, reason="there is no axe-core: install axe-playwright-python, or name its axe.min.js by FOEDUS_AXE")
@pytest.mark.parametrize("page", [{"bypass_csp": True}, {"bypass_csp": True, "color_scheme": "dark"}], indirect=True)
@pytest.mark.parametrize("path", [view.path for view in VIEWS])
def test_every_page_keeps_to_the_rules_of_axe(page: Any, base: str, path: str) -> None:
    page.goto(f"{base}{address(path).lstrip('/')}")
    page.add_script_tag(path=AXE)
    found = page.evaluate("axe.run().then(told => told.violations.map(each => [each.id, each.nodes.map(node => node.html)]))")
    assert not found
