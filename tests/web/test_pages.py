"""Pages can be used with a keyboard, a screen reader and without scripts: what can be seen of that in the markup."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest

from foedus.web.app import VIEWS
from tests.web.asked import Client
from tests.web.test_application import address

PAGES = {view.path: address(view.path) for view in VIEWS}
PAGES |= {f"form of {view.path}": f"/{view.path}" for view in VIEWS if view.needed}
PAGES |= {"first": "/", "refusal": "/assess?members=USA-Ruritania", "absent": "/nothing"}


class Page(HTMLParser):
    """Elements of a page with their attributes, and the text of links and headings."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.said: dict[int, str] = {}
        self._open: list[int] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        for place in self._open if tag == "img" else ():
            self.said[place] += dict(attrs).get("alt") or ""
        if tag in ("a", "h1", "h2", "h3", "button", "summary"):
            self._open.append(len(self.elements) - 1)
            self.said[self._open[-1]] = ""

    def handle_endtag(self, tag: str) -> None:
        if self._open and self.elements[self._open[-1]][0] == tag:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        for place in self._open:
            self.said[place] += data

    def all(self, *tags: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.elements if tag in tags]


@pytest.mark.parametrize("name", PAGES)
def test_a_page_can_be_read_and_used(client: Client, name: str) -> None:
    page = Page(client.get(PAGES[name]).text)
    ids = [each["id"] for each in page.all(*{tag for tag, _ in page.elements}) if "id" in each]
    assert page.all("html")[0]["lang"] == "en"
    assert len(page.all("h1")) == len(page.all("main")) == 1
    assert not {each for each in ids if ids.count(each) > 1}
    labels = {each.get("for") for each in page.all("label")}
    for field in (each for each in page.all("select", "input", "textarea") if each.get("type") != "hidden"):
        wrapped = field.get("type") in ("checkbox", "radio", "search")
        assert field.get("id") in labels or wrapped, field
        for described in (field.get("aria-describedby") or "").split():
            assert described in ids
    for place, words in page.said.items():
        attributes = page.elements[place][1]
        assert words.strip() or attributes.get("aria-label"), page.elements[place]
    assert all(int(each["tabindex"] or 0) <= 0 for _, each in page.elements if "tabindex" in each)
    inside = {each["href"][1:] for each in page.all("a") if (each.get("href") or "").startswith("#")}
    assert inside <= set(ids), sorted(inside - set(ids))[:5]


def test_every_link_of_the_navigation_leads_somewhere(client: Client) -> None:
    links = [each["href"] for each in Page(client.get("/").text).all("a") if each["href"] and not each["href"].startswith("#")]
    assert len(links) >= len(VIEWS)
    for link in dict.fromkeys(links):
        if "//" not in link:
            assert client.get(f"/{link.removeprefix('./')}").status_code == 200, link


def test_below_a_root_path_every_address_is_relative(client: Client) -> None:
    for asked in ("/", address("groups"), address("panel")):
        page = Page(client.get(asked).text)
        named = [each.get("href") or each.get("src") or each.get("action") for each in page.all("a", "link", "script", "form")]
        assert not [each for each in named if (each or "").startswith("/")]
