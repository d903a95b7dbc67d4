"""The application: every view answers in every form, refuses in one shape, and is documented."""

from __future__ import annotations

import base64
import hashlib
import html
import io
import json
import re
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from xml.etree import ElementTree

import polars as pl
import pytest

from foedus.api import assess, estimate, panel
from foedus.record.pinned import SHA256, VERSION
from foedus.record.store import open_record
from foedus.web.app import VIEWS
from foedus.web.faults import MEANINGS
from foedus.web.guard import policy
from foedus.web.questions import OfFormula
from foedus.web.settings import Limits, Settings
from foedus.web.site import setting
from foedus.web.view import MEDIA, PAGE, Desk
from foedus.web.views import formula
from tests.web.asked import Client

Started = Callable[..., Client]

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = (ROOT / "docs/application.md").read_text(encoding="utf-8")

ASKED = {
    "assess": "members=FRA-DEU&year=2010",
    "picture": "members=FRA-DEU&year=2010&exhibit=relation.bond",
    "explain": "finding=relation.disputes&members=FRA-DEU&year=2010",
    "compare": "partnerships=FRA-DEU, GBR-IRL&years=2010",
    "league": "partnerships=ANZUS, FRA-DEU&year=2020&sort=within",
    "ties": "year=1914",
    "causal": "mechanism=order.interests",
    "claims": "",
    "methods": "",
    "panel": "unit=dyad-year&variables=dispute_onset, peace_years&dyads=USA-CAN&first=1978&last=1980",
    "variables": "words=peace years",
    "coverage": "",
    "sources": "dyad=USA-CAN&first=1978&last=1980",
    "states": "when=1990",
    "groups": "name=EU",
    "warning": "tracks=200",
    "futures": "worlds=8",
    "test": "mechanism=war_size",
    "formula": "formula=dispute_onset ~ contiguous%2Bpeace_years&first=1990&last=2000&group=NATO",
    "panel-file": "variables=contiguous",
    "own-claims": "",
}
"""A question for each view; one that a job answers, or that a text asks, shows how it is begun."""

FORMS = [(view.path, ending) for view in VIEWS for ending in (PAGE, *view.endings) if not view.slow]
QUESTIONS = [(view.path, view.asks) for view in VIEWS if "json" in view.endings]
SLOW = {f"/{view.path}{ending and f'.{ending}'}" for view in VIEWS for ending in (PAGE, *view.endings) if view.slow}


def address(path: str, ending: str = "", **more: str) -> str:
    asked = "&".join([*filter(None, [ASKED[path]]), *(f"{name}={value}" for name, value in more.items())])
    return f"/{path}{ending and f'.{ending}'}?{asked}"


@pytest.mark.parametrize(("path", "ending"), FORMS, ids=[f"{path}.{ending or 'page'}" for path, ending in FORMS])
def test_every_view_answers_in_every_form(client: Client, path: str, ending: str) -> None:
    answer = client.get(address(path, ending))
    assert answer.status_code == 200, answer.text[:500]
    assert answer.headers["content-type"] == MEDIA[ending]
    sheets = re.findall(r"<style>(.*?)</style>", answer.text, re.DOTALL) if ending in (PAGE, "svg") else []
    hashes = [f"sha256-{base64.b64encode(hashlib.sha256(each.encode()).digest()).decode()}" for each in sheets]
    assert answer.headers["content-security-policy"] == policy(hashes)
    if ending == "json":
        told = answer.json()
        assert told["ok"]
        assert told["whole"]
        assert told["record"]["sha256"] == SHA256
        again = client.get(f"/{told['address']}")
        assert again.json() == told
    if ending == "csv":
        assert pl.read_csv(io.BytesIO(answer.content), infer_schema_length=None).height > 0
    if ending == "png":
        assert answer.content.startswith(b"\x89PNG")
    if ending == "svg":
        assert ElementTree.fromstring(answer.text).tag == "{http://www.w3.org/2000/svg}svg"
    if ending == PAGE:
        assert not re.search(r"<script(?! src=)|<[^>]*\son\w+=", answer.text)
        assert f"aria-current=page>{next(each.title for each in VIEWS if each.path == path)}" in answer.text


def test_a_partnership_is_told_as_by_the_command(client: Client) -> None:
    expected = assess("FRA", "DEU", year=2010)
    told = client.get(address("assess", "json")).json()
    assert told["command"] == "foedus assess FRA DEU --year 2010"
    assert told["result"] == json.loads(json.dumps(expected.as_dict(), default=str))
    page = client.get(address("assess")).text
    assert [name for name in (each.id for each in expected.chapters) if f'id="chapter-{name}"' in page]
    assert expected.brief.lead.answer in page


def test_a_league_is_sorted_by_links_and_has_its_members_as_data(client: Client) -> None:
    page = client.get(address("league")).text
    assert re.findall(r'aria-sort="(\w+)">([\w ]+)', page) == [("descending", "Highest risk among members")]
    links = [html.unescape(each) for each in re.findall(r'<th scope="col"><a href="([^"]+)"', page)]
    assert len(links) == 5
    by_name = client.get(f"/{next(each for each in links if 'sort' not in each)}")  # by name, unless another is said
    assert by_name.text.index("ANZUS,") < by_name.text.index("FRA-DEU,")
    members = pl.read_csv(io.BytesIO(client.get(address("league", "csv", of="members")).content))
    assert members["partnership"].to_list() == ["ANZUS"] * 3 + ["FRA-DEU"] * 2


def test_the_ties_of_1914_are_those_of_the_panel_and_lead_to_other_years(client: Client) -> None:
    told = client.get(address("ties", "json")).json()
    pairs = {(row["state1"], row["state2"]) for row in told["result"]}
    assert ("France", "Russia") in pairs, "the Franco-Russian alliance of 1893"
    assert ("Germany", "Austria-Hungary") in pairs, "the Dual Alliance of 1879"
    assert ("United Kingdom", "France") not in pairs, "an entente without a pledge of defence"
    assert "pact of Germany and Austria-Hungary of 1879" in next(
        row["treaties"] for row in told["result"] if row["state2"] == "Austria-Hungary"
    )
    variable = panel("dyad-year", ["defence_pact"], years=(1914, 1914)).filter("defence_pact")
    assert {(row["ccode1"], row["ccode2"]) for row in told["result"]} == set(variable.select("ccode1", "ccode2").iter_rows())
    page = client.get(address("ties")).text
    assert {"ties?year=1913", "ties?year=1915", "ties?year=1940"} <= set(re.findall(r'href="([^"]+)"', page))
    assert 'aria-label="France: 1 tie"' in page


def test_a_tie_that_no_list_speaks_of_any_more_says_until_when_it_is_known(client: Client) -> None:
    rows = client.get("/ties.json?year=2025&states=EGY").json()["result"]
    known = {row["state1"] + row["state2"]: row["known_to"] for row in rows}
    assert known["EgyptSaudi Arabia"] == 2018, "ATOP ends then, and no fact is laid over it"
    assert all(row["known_to"] == 2025 for row in client.get("/ties.json?year=2025&states=CAN&group=").json()["result"])
    assert "as last known in 2018" in client.get("/ties?year=2025&states=EGY").text


def test_a_formula_is_fitted_as_by_the_function(client: Client) -> None:
    asked = OfFormula.model_validate(
        {"formula": "dispute_onset ~ contiguous + peace_years", "first": 1990, "last": 2000, "group": "NATO"}
    )
    told = formula.told(asked, Desk(open_record(), Limits()))
    rows = panel("dyad-year", ["dispute_onset", "contiguous", "peace_years"], years=(1990, 2000), group=["NATO"])
    assert told.frame().equals(estimate(asked.formula, rows).tidy())
    assert asked.command() == (
        "foedus estimate 'dispute_onset ~ contiguous + peace_years' --unit dyad-year --years 1990:2000 --group NATO"
    )
    names: dict[str, object] = {}
    exec(f"import foedus\n{asked.call().replace('foedus.estimate', 'found = foedus.estimate')}", names)
    assert names["found"].tidy().equals(told.frame())  # type: ignore[attr-defined]
    page = told.page(setting())
    assert "of 1990 to 2000" in page
    assert 'id="model.coefficients"' in page


def test_pages_lead_on_to_what_one_asks_next(client: Client) -> None:
    assert 'href="groups?name=NATO"' in client.get("/groups").text
    assert {"assess?members=NATO", "ties?group=NATO"} <= set(
        re.findall(r'href="([^"]+)"', client.get("/groups?name=NATO").text)
    )
    form = client.get("/test").text
    for name in ("order.interests", "spending.demand"):
        assert f'href="test?mechanism={name}"' in form
    assert "1 source, with its terms" in client.get("/states").text
    assert "sources differ in none of them" in client.get("/sources?dyad=USA-CAN").text


def test_what_is_not_prose_is_shown_as_it_is_written(client: Client) -> None:
    futures = client.get("/futures").text
    assert "<code>foedus simulate</code>" in futures
    assert "import scenario\nfoedus.simulate(" in futures


def test_every_mark_of_the_causal_map_leads_to_a_test_or_to_the_codebook(client: Client) -> None:
    whole = html.unescape(client.get("/causal").text)
    assert 'href="causal?mechanism=order.interests" class="mark"' in whole
    assert 'href="#topic-geography" class="mark words"' in whole
    assert 'id="topic-geography"' in whole
    one = html.unescape(client.get("/causal?mechanism=order.interests").text)
    for leads in ("test?mechanism=order.interests", "variables?words=weaker_democracy"):
        assert f'href="{leads}"' in one
        assert client.get(f"/{leads}").status_code == 200
    links = set(re.findall(r'href="(variables[^"]+|causal\?[^"]+)"', whole))
    empty = [link for link in links if "words" in link and not client.get(f"/{link.replace('?', '.json?')}").json()["result"]]
    assert len(links) > 60
    assert not empty


def test_a_panel_is_the_same_in_five_formats(client: Client, tmp_path: Path) -> None:
    expected = panel("dyad-year", ["dispute_onset", "peace_years"], dyads=["USA-CAN"], years=(1978, 1980))
    assert expected["peace_years"].to_list() == [58, 59, 0]  # a dispute of 1979: GML
    parquet = pl.read_parquet(io.BytesIO(client.get(address("panel", "parquet")).content))
    assert parquet.equals(expected.cast({name: parquet.schema[name] for name in expected.columns}))
    assert parquet.schema["year"] == pl.Int32
    assert client.get(address("panel", "json")).json()["result"] == expected.to_dicts()
    (tmp_path / "panel.csv").write_bytes(client.get(address("panel", "csv")).content)
    assert pl.read_csv(tmp_path / "panel.csv")["peace_years"].to_list() == [58, 59, 0]
    pyreadstat = pytest.importorskip("pyreadstat")
    (tmp_path / "panel.dta").write_bytes(client.get(address("panel", "dta")).content)
    assert pyreadstat.read_dta(tmp_path / "panel.dta")[0]["peace_years"].tolist() == [58, 59, 0]
    assert client.get(address("panel", "xlsx")).content[:2] == b"PK"


def test_a_preview_has_every_column_that_was_asked_for(client: Client) -> None:
    page = client.get("/panel?variables=contiguous&dyads=USA-CAN&first=2024&last=2025").text  # known to 2019
    preview = page.partition("All 2 rows")[2].partition("</table>")[0]
    assert re.findall(r'<th scope="col"[^>]*>([^<]+)', preview)[3:]


def test_parquet_is_read_by_others(client: Client, tmp_path: Path) -> None:
    duckdb = pytest.importorskip("duckdb")
    (tmp_path / "panel.parquet").write_bytes(client.get(address("panel", "parquet")).content)
    asked = f"select sum(peace_years) from '{tmp_path / 'panel.parquet'}'"
    assert duckdb.sql(asked).fetchall() == [(117,)]


@pytest.mark.parametrize(("path", "ending"), [(view.path, ending) for view in VIEWS for ending in view.endings[:2]])
def test_an_unknown_parameter_is_named(client: Client, path: str, ending: str) -> None:
    answer = client.get(address(path, ending, colour="red"))
    assert answer.status_code == 400
    assert "'colour'" in answer.json()["error"]


REFUSED = [
    ("/assess.json?members=USA-CAN&yaer=2010", 400, "Did you mean year?"),
    ("/assess.json?members=USA-CAN&members=NATO", 400, "given twice"),
    ("/assess.json", 400, "'members' is missing"),
    ("/assess.json?members=USA-CAN&year=1815", 400, "greater than or equal to 1816"),
    ("/assess.json?members=USA-Ruritania", 400, "Ruritania"),
    ("/assess.json?members=mine.toml", 400, "names a file"),
    ("/assess.json?members=../etc/x=USA,CAN", 400, "names a file"),
    ("/panel.csv?variables=dispute_onset&group=mine.toml", 400, "names a file"),
    ("/panel.csv?variables=dispute_onset&disputes_from=mic", 451, "not in this record"),
    ("/panel.csv?variables=dispute_onset", 400, "at most 200,000"),
    ("/panel.csv?variables=dispute_onsat&dyads=USA-CAN", 400, "dispute_onset"),
    ("/panel.csv?unit=dyad-day&variables=contiguous&first=2000&last=2010", 400, "at most 200,000"),
    (f"/panel.csv?variables={','.join(['peace_years'] * 61)}", 400, "at most 60"),
    ("/compare.json?partnerships=USA-CAN,AUS-NZL,FRA-DEU&years=2000,2010", 400, "at most 4"),
    ("/compare.json?partnerships=USA-CAN&years=then", 400, "no list of years"),
    (f"/league.json?partnerships={','.join(['ANZUS'] * 13)}", 400, "at most 12"),
    ("/league.json?sort=score", 400, "'sort'"),
    ("/formula.json?formula=dispute_onset", 400, "no formula"),
    ("/formula.json?formula=dispute_onset ~ __import__('os').getpid()", 400, "cannot be read"),
    ("/formula.json?formula=dispute_onset ~ contiguus", 400, "not in the codebook"),
    ("/formula.json?formula=dispute_onset ~ contiguous&where=open('x')&first=2000", 400, "open"),
    ("/formula.json?formula=dispute_onset ~ contiguous&directed=true", 400, "at most 1,200,000"),
    ("/formula.json?formula=dispute_onset ~ contiguous&disputes_from=mic&first=2000", 451, "not in this record"),
    ("/causal.json?mechanism=order.interest", 400, "Did you mean order.interests"),
    ("/ties.json?pledge=friendship", 400, "'pledge'"),
    ("/ties.json?alliances_from=cow", 451, "not in this record"),
    ("/picture.svg?members=FRA-DEU&year=2010", 400, "relation.bond"),
    ("/picture.svg?members=FRA-DEU&year=2010&exhibit=relation.bnd", 400, "Did you mean relation.bond"),
    ("/explain.json?finding=relation.dispute", 400, "relation.disputes"),
    ("/compare.json?partnerships=USA-CAN&years=0", 400, "1816 to 2025"),
    ("/states.json?when=1990-13-01", 400, "is no day"),
    ("/states.json?when=%00", 400, "control character"),
    ("/warning.json?height=-1", 400, "'height'"),
    ("/warning.json?height=nan", 400, "'height'"),
    ("/claims.json?number=998", 400, "998"),
    ("/groups.json?name=Ruritania", 400, "Ruritania"),
    (f"/variables.json?words={'a' * 2001}", 400, "'words'"),
    (f"/variables.json?words={'a' * 9000}", 400, "longer than 8,000"),
    ("/nothing.json", 404, "no such view"),
    ("/assess.svg?members=FRA-DEU", 404, "/assess has no form .svg"),
    ("/static/nothing.css", 404, "no such file"),
    ("/assess.json?members=USA-CAN&record=2024.01-0123456789ab", 404, "this record is not here"),
    ("/assess.json?members=USA-CAN&record=/etc/passwd", 404, "this record is not here"),
]


@pytest.mark.parametrize(("asked", "status", "said"), REFUSED, ids=[f"{each[0][:40]}" for each in REFUSED])
def test_every_refusal_has_one_shape(client: Client, asked: str, status: int, said: str) -> None:
    answer = client.get(asked)
    told = answer.json()
    assert answer.status_code == told["status"] == status, told
    assert list(told) == ["ok", "error", "status", "remedy"]
    assert told["ok"] is False
    assert said in f"{told['error']} {told['remedy']}"
    assert told["remedy"]


def test_a_page_refuses_as_a_page_with_its_form(client: Client) -> None:
    answer = client.get("/assess?members=<script>alert(1)</script>-CAN")
    assert answer.status_code == 400
    assert "<script>alert" not in answer.text
    assert '<form class="question" method="get" action="assess"' in answer.text


def test_the_page_of_a_panel_that_is_too_large_says_how_large_it_is_and_shows_its_last_year(client: Client) -> None:
    page = client.get("/panel?variables=contiguous&first=1946&last=2005").text
    assert "and the application gives at most 200,000" in page
    assert "rows of 2005" in page
    assert "foedus panel dyad-year --variables contiguous --years 1946:2005" in page
    assert 'href="panel.csv' not in page.partition('id="take"')[2].partition("</section>")[0]


def test_a_picture_leads_to_the_same_in_other_years(client: Client) -> None:
    page = client.get(address("picture")).text
    links = [html.unescape(each) for each in re.findall(r'<a href="(picture\?[^"]*year=\d+[^"]*)"', page)]
    years = [int(re.findall(r"year=(\d+)", each)[0]) for each in links]
    assert {2000, 2009, 2011, 2020} <= set(years)
    assert all("exhibit=relation.bond" in each and "members=FRA-DEU" in each for each in links if "permanent" not in each)


def test_a_picture_as_png_has_bounds(started: Started) -> None:
    small = started(Settings(limits=Limits(pixels=1_000)))
    told = small.get(address("coverage", "png")).json()
    assert "at most 1,000" in told["error"]
    assert "SVG" in told["remedy"]


def test_a_form_is_shown_again_as_it_was_filled_in(client: Client) -> None:
    page = client.get("/assess?members=USA-CANN&year=1950").text
    assert 'value="USA-CANN"' in page
    assert 'value="1950"' in page


def test_what_is_found_in_the_codebook_leads_to_a_panel(client: Client) -> None:
    page = client.get("/variables?words=peace years").text  # some of them rest on sources that are not in the record
    assert "cow_wars" in page
    assert "Unit of analysis" in page
    address = html.unescape(re.findall(r'href="(panel\?[^"]+)"', page)[0])
    assert client.get(f"/{address}").status_code == 200


def test_a_form_of_which_nothing_is_filled_in_is_shown(client: Client) -> None:
    for view in VIEWS:
        if view.needed:
            answer = client.get(f"/{view.path}")
            assert answer.status_code == 200
            for name in {"text"} if view.posts else view.asks.model_fields.keys() - {"record"}:
                assert f'name="{name}"' in answer.text


def test_an_empty_or_blank_field_counts_as_not_given(client: Client) -> None:
    plain, empty, blank = client.all([f"/groups.json?name=EU{rest}" for rest in ("", "&record=", "&record=%20%09")])
    assert empty.json() == blank.json() == plain.json()
    asked = "/explain.json?finding=shield.obligations&year=2010"
    plain, blank = client.all([asked, f"{asked}&members=%20"])
    assert blank.status_code == 200
    assert blank.json() == plain.json()
    assert (
        client.get("/panel.json?variables=polyarchy&unit=state-year&states=CAN&first=2019&last=2019&dyads=").status_code == 200
    )


REQUIRED = [(path, each) for path, asks in QUESTIONS for each, field in asks.model_fields.items() if field.is_required()]


@pytest.mark.parametrize(("path", "name"), REQUIRED)
def test_what_has_to_be_given_may_not_be_blank(client: Client, path: str, name: str) -> None:
    others = "&".join(f"{other}=x" for view, other in REQUIRED if view == path and other != name)
    answer = client.get(f"/{path}.json?{name}=%20&{others}")
    assert answer.status_code == 400
    assert name in answer.json()["error"]


def test_only_known_hosts_are_answered_and_nothing_is_written(client: Client) -> None:
    assert client.get("/groups.json", base="http://evil.example").json()["error"].startswith("the host")
    assert client.get("/groups.json", base="http://localhost:8000").status_code == 200
    assert client.get("/groups.json", method="POST").json()["status"] == 405
    head = client.get("/groups.json", method="HEAD")
    assert (head.status_code, head.content) == (200, b"")


def test_what_a_browser_has_is_not_sent_again(client: Client) -> None:
    first = client.get("/groups.json?name=EU")
    again = client.get("/groups.json?name=EU", if_none_match=first.headers["etag"])
    assert again.status_code == 304
    assert "content-security-policy" not in again.headers  # it would replace that of the page, which names its styles
    assert client.get("/groups.json?name=NATO", if_none_match=first.headers["etag"]).status_code == 200


def test_the_same_question_gives_the_same_bytes_from_another_worker(client: Client, started: Started) -> None:
    other = started()
    for path in ("assess", "panel", "sources"):
        here, there = client.get(address(path)), other.get(address(path))
        assert here.content == there.content
        assert here.headers["etag"] == there.headers["etag"]


def test_permanent_addresses_name_the_record(client: Client) -> None:
    page = client.get(address("groups")).text
    assert f"groups?name=EU&amp;record={VERSION}-{SHA256[:12]}" in page
    for meant in (VERSION, SHA256[:12], f"{VERSION}-{SHA256[:12]}"):
        assert client.get(address("groups", "json", record=meant)).status_code == 200


def test_looks_and_script_are_kept_for_good(client: Client) -> None:
    page = client.get("/").text
    for name in re.findall(r'(?:href|src)="(static/[^"]+)"', page):
        answer = client.get(f"/{name}")
        assert answer.status_code == 200
        assert "immutable" in answer.headers["cache-control"]
    assert client.get("/foedus-methods.html").headers["location"] == "methods"


def test_more_than_can_wait_is_turned_away(started: Started) -> None:
    small = started(Settings(limits=Limits(waiting=1)))
    answers = small.all(["/warning.json?tracks=201", "/warning.json?tracks=202", "/warning.json?tracks=201"])
    assert [each.status_code for each in answers] == [200, 503, 200]
    assert answers[1].headers["retry-after"] == "5"
    assert small.get("/warning.json?tracks=202").status_code == 200


def test_what_takes_too_long_is_computed_all_the_same(started: Started) -> None:
    hasty = started(Settings(limits=Limits(seconds=0.01)))
    asked = "/warning.json?tracks=203"
    assert hasty.get(asked).status_code == 503
    answers = [hasty.get(asked).status_code for _ in range(400)]
    assert answers[-1] == 200


def test_an_address_may_ask_so_often_where_others_can_reach_it(started: Started) -> None:
    reachable = started(Settings(host="0.0.0.0", limits=Limits(per_minute=3)))
    assert [each.status_code for each in reachable.all(["/groups.json"] * 5)].count(429) == 2


def test_members_are_limited(started: Started) -> None:
    small = started(Settings(limits=Limits(members=3)))
    told = small.get("/assess.json?members=MINE=BEL,NLD,LUX,FRA").json()
    assert "4 members are named, and the application assesses at most 3" in told["error"]
    assert "foedus assess MINE=BEL,NLD,LUX,FRA" in told["remedy"]


def test_the_schema_has_every_view_parameter_and_refusal(client: Client) -> None:
    schema = client.get("/openapi.json").json()
    assert set(schema["paths"]) == {f"/{path}{ending and f'.{ending}'}" for path, ending in FORMS} | SLOW | {"/jobs.json"}
    for view in VIEWS:
        for ending in (PAGE, *view.endings):
            operation = schema["paths"][f"/{view.path}{ending and f'.{ending}'}"]["get"]
            told = {each["name"]: each for each in operation["parameters"]}
            assert set(told) == set(view.asks.model_fields)
            assert all(each["description"] for each in told.values())
            assert set(operation["responses"]) == {"200", "304", *map(str, MEANINGS)}
            assert MEDIA[ending].partition(";")[0] in operation["responses"]["200"]["content"]
    assert "HTTPValidationError" not in json.dumps(schema)


def test_every_route_setting_and_limit_is_documented() -> None:
    missing = [f"/{view.path}" for view in VIEWS if f"`/{view.path}`" not in DOCUMENT]
    missing += [f"{view.path} {name}" for view in VIEWS for name in view.asks.model_fields if f"`{name}`" not in DOCUMENT]
    missing += [name for view in VIEWS for name in view.endings if f"`.{name}`" not in DOCUMENT]
    missing += [each.name for each in fields(Limits) if f"`{each.name}`" not in DOCUMENT]
    options = [each.name for each in fields(Settings) if each.name != "limits"]
    missing += [name for name in options if f"`--{name.replace('_', '-')}`" not in DOCUMENT]
    missing += [] if "`/jobs`" in DOCUMENT else ["/jobs"]
    missing += [str(status) for status in MEANINGS if f"| {status} |" not in DOCUMENT]
    assert not missing
    stated = dict(re.findall(r"^\| `(\w+)` \| ([\d,.]+)", DOCUMENT, flags=re.MULTILINE))
    assert {name: float(each.replace(",", "")) for name, each in stated.items() if name in vars(Limits())} == vars(Limits())
