"""Commands about a partnership: assess it, explain a number, check claims, ask what radars see."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from foedus.cli.options import AlliancesFrom, AsJson, Json, listed, numbers, of_few_rows, show, typed
from foedus.errors import InputError


def assess(
    members: Annotated[
        list[str],
        typer.Argument(
            help="States (name, ISO3, COW or Gleditsch–Ward code), groups (NATO), or groups of your own (X=EST,LVA)."
        ),
    ],
    year: Annotated[int, typer.Option(help="Year assessed, 1816 to 2025.")] = 2025,
    against: Annotated[str | None, typer.Option(help="An outsider: tell the members' risks with that state.")] = None,
    without: Annotated[
        str, typer.Option(help="What is switched off to tell what changes: all, bilateral, or types (defence,warning).")
    ] = "all",
    alliances_from: AlliancesFrom = "facts",
    language: Annotated[str, typer.Option(help="Language of summary, page and brief: en, or fr for French.")] = "en",
    html: Annotated[
        Path | None, typer.Option(help="Where the report goes (- for the terminal); by default foedus-FIRST-SECOND.html here.")
    ] = None,
    json: Json = None,
    pdf: Annotated[Path | None, typer.Option(help="Also write a brief of two pages to this PDF file; needs [pdf].")] = None,
    charts: Annotated[
        Path | None, typer.Option(help="Also write every picture to this new folder, as SVG and, with [pdf], as PNG.")
    ] = None,
    base_url: Annotated[
        str | None,
        typer.Option(help="Address of the folder where the report will lie: links to it get a title and a card; needs [pdf]."),
    ] = None,
) -> None:
    """Assess a partnership: summary here, report beside it. Example: foedus assess USA CAN --year 2022"""
    of_few_rows()
    from foedus import report
    from foedus.api import assess as assess_partnership
    from foedus.language.speaking import speaking
    from foedus.record.store import open_record

    report.check_targets(html, json, pdf)
    report.check_forwarded(html=html, charts=charts, pdf=pdf, base_url=base_url)
    record, printed = open_record(), report.STANDARD_OUTPUT in (html, json)
    beside = None if html == report.STANDARD_OUTPUT else report.lacks_methods(html.parent if html else Path(), record.sha256)
    assessment = assess_partnership(
        *members,
        year=year,
        record=record,
        alliances_from=alliances_from,
        against=against,
        without=listed("without", without) or (),
        language=language,
    )
    target = html or Path(report.file_name(assessment, language))
    card = target.with_suffix(".png") if base_url is not None else None
    report.check_targets(target, json, pdf, card)
    address = None
    link = ""
    if base_url is not None and card is not None:
        from foedus.report.published import Address

        address = Address.of(base_url, target, card)
        link = address.page
    also: dict[str, str] = {}
    if json is not None:
        report.write_json(assessment, json)
    if beside is not None:
        from foedus.assessment.methods import methods as tell_methods

        report.write_methods(tell_methods(record), beside, command="foedus methods")
    with speaking(language):
        report.write_html(assessment, target, command=typed(), address=address)
        if card is not None:
            report.write_card(assessment, card)
            also["Card"] = str(card)
        if pdf is not None:
            report.write_pdf(assessment, pdf, command=typed(), link=link)
            also["Brief"] = str(pdf)
    if charts is not None:
        also["Pictures"] = f"{charts}: {report.write_charts(assessment, charts, link)}"
    if not printed:
        with speaking(language):
            report.show(assessment, target, also)


def methods(
    html: Annotated[
        Path | None, typer.Option(help="Where the page goes; by default foedus-methods.html here, where reports look for it.")
    ] = None,
) -> None:
    """Write how the numbers of all reports were tested, on one page. Example: foedus methods"""
    of_few_rows()
    from foedus import report
    from foedus.assessment.methods import methods as tell_methods
    from foedus.report.told import METHODS

    report.check_targets(html)
    target = html or Path(METHODS)
    told = tell_methods()
    report.write_methods(told, target, command=typed())
    if target != report.STANDARD_OUTPUT:
        print(f"{len(told.findings)} findings that hold for every two states alike: {target}")


def compare(
    partnerships: Annotated[list[str], typer.Argument(help="States joined by hyphens (USA-CAN), or groups (NATO).")],
    years: Annotated[str, typer.Option(help="One year, or several to follow a partnership through: 1913,1938,1962.")] = "2025",
    alliances_from: AlliancesFrom = "facts",
    html: Annotated[Path | None, typer.Option(help="Also write a page with the columns side by side.")] = None,
    json: AsJson = False,
) -> None:
    """Set partnerships side by side, or one through the years. Example: foedus compare USA-CAN AUS-NZL"""
    of_few_rows()
    import json as encoder

    from foedus import report
    from foedus.api import compare as compare_partnerships

    if json and html == report.STANDARD_OUTPUT:
        raise InputError("--json and --html - would both go to the terminal: name a file for the page.")
    report.check_targets(html)
    found = compare_partnerships(*partnerships, years=numbers("years", years), alliances_from=alliances_from)
    if html is not None:
        report.write_comparison(found, html, command=typed())
    if json:
        print(encoder.dumps(found.as_dict(), indent=1, ensure_ascii=False, allow_nan=False))
    elif html != report.STANDARD_OUTPUT:
        report.show_comparison(found)


def league(
    partnerships: Annotated[
        list[str] | None,
        typer.Argument(help="Groups (NATO), or states joined by hyphens (USA-CAN); by default those made for defence."),
    ] = None,
    year: Annotated[int, typer.Option(help="Year of memberships, obligations and risks, 1816 to 2025.")] = 2025,
    sort: Annotated[str, typer.Option(help="Column to sort by: name, members, bound, since, within or outside.")] = "name",
    members: Annotated[bool, typer.Option("--members", help="Print a row a member in place of a row a partnership.")] = False,
    json: AsJson = False,
) -> None:
    """Set partnerships in a table: what binds them, and their members' risks. Example: foedus league --sort within"""
    of_few_rows()
    import json as encoder

    from foedus.api import league as table_of
    from foedus.report.league import shown

    told = table_of(*(partnerships or ()), year=year).sorted_by(sort)
    if json:
        print(encoder.dumps(told.as_dict(), indent=1, ensure_ascii=False, allow_nan=False, default=str))
    else:
        show(shown(told, members=members, words=sys.stdout.isatty()))
        for sentence in (*told.left_out, *(each.statement for each in told.pledges)):
            print(sentence, file=sys.stderr)


def explain(
    finding: Annotated[
        str,
        typer.Argument(
            help="The id of a finding, such as order.dispute.probability; or a mechanism, by its id or by a file of your own, "
            "calm.py, which is run."
        ),
    ],
    members: Annotated[
        list[str] | None, typer.Argument(help="The partnership whose rows are named; by default USA CAN.", show_default=False)
    ] = None,
    year: Annotated[int, typer.Option(help="Year assessed, 1816 to 2025.")] = 2025,
    against: Annotated[str | None, typer.Option(help="The outsider, of an assessment against one.")] = None,
    map_: Annotated[
        Path | None, typer.Option("--map", help="Also draw what leads to what, a mechanism of your own among it: an .svg file.")
    ] = None,
) -> None:
    """Say what computes a finding, from which rows; or what a mechanism claims. Example: foedus explain order.interests"""
    of_few_rows()
    from foedus.api import causal_map
    from foedus.api import explain as explain_finding

    if map_ is not None:
        if map_.suffix.lower() != ".svg":
            raise InputError(f"{map_}: the map is SVG, so that the file's name ends in .svg.")
        causal_map(*([finding] if ".py" in finding else []), output=map_)
    lines = explain_finding(finding, *(members or ()), year=year, against=against).lines()
    width = max(len(heading) for heading, _ in lines)
    for heading, words in lines:
        print(f"{heading:<{width}}  {words}")


def claims(
    number: Annotated[int | None, typer.Argument(help="One claim, with its answers, rules, queries and rows.")] = None,
    file: Annotated[
        str | None,
        typer.Option(help="Claims of your own (docs/claims.md), or a file that ships: australia-new-zealand."),
    ] = None,
    html: Annotated[Path | None, typer.Option(help="Also write a page, with the rows behind every verdict.")] = None,
    json: AsJson = False,
) -> None:
    """Check the essay's claims, or those of a file, against the record. Example: foedus claims 11"""
    of_few_rows()
    import json as encoder

    from foedus import report
    from foedus.assessment.claims.check import check
    from foedus.assessment.claims.read import ESSAY, located

    if json and html == report.STANDARD_OUTPUT:
        raise InputError("--json and --html - would both go to the terminal: name a file for the page.")
    path = ESSAY if file is None else located(file)
    report.check_targets(html, beside=path)
    found = check(path)
    if number is not None:
        found = found.only(number)
    if html is not None:
        report.write_claims(found, html, command=typed())
    if json:
        print(encoder.dumps(found.as_dict(), indent=1, ensure_ascii=False, allow_nan=False))
    elif html != report.STANDARD_OUTPUT:
        report.show_claims(found, whole=number is not None)


def warning(
    height: Annotated[float | None, typer.Option(help="Height of what is looked for, metres above the sea; 100.")] = None,
    speed: Annotated[float | None, typer.Option(help="Its speed, metres a second; 250.")] = None,
    cross_section: Annotated[float | None, typer.Option(help="Its size to a radar, square metres; 1.")] = None,
    k: Annotated[float | None, typer.Option("--k", help="Refraction: the earth's effective radius over its own; 4/3.")] = None,
    line: Annotated[str, typer.Option(help="Where approaches end: chain, a latitude, or a place 45.4,-75.7.")] = "chain",
    bearing: Annotated[
        float | None, typer.Option(help="Middle of the spread, 60° to either side, that they come from; 0 is north.")
    ] = None,
    tracks: Annotated[int, typer.Option(help="Approaches drawn at random.")] = 10_000,
    seed: Annotated[int, typer.Option(help="Seed of the draw.")] = 1,
    without: Annotated[str | None, typer.Option(help="States whose radars are left out, comma-separated.")] = None,
    sites: Annotated[Path | None, typer.Option(help="A CSV of sites of your own; see docs/warning.md.")] = None,
    terrain: Annotated[bool, typer.Option("--terrain", help="Let coarse ground stand in the way, for line and area.")] = False,
    geojson: Annotated[Path | None, typer.Option(help="Also write sites and what they see to this file.")] = None,
    json: AsJson = False,
) -> None:
    """Say what warning radars see and how early, with and without a state's. Example: foedus warning --without USA"""
    of_few_rows()
    import json as encoder

    from foedus import report
    from foedus.api import warning as ask

    if json and geojson == report.STANDARD_OUTPUT:
        raise InputError("--json and --geojson - would both go to the terminal: name a file for one of them.")
    report.check_targets(geojson, beside=sites)
    asked = {"height": height, "speed": speed, "cross_section": cross_section, "k": k, "bearing": bearing}
    told = ask(
        **asked,
        line=line,
        tracks=tracks,
        seed=seed,
        without=listed("without", without) or (),
        sites=sites,
        terrain=terrain,
    )
    if geojson is not None:
        report.write_geojson(told, geojson)
    if json:
        print(encoder.dumps(told.as_dict(), indent=1, ensure_ascii=False, allow_nan=False))
    elif geojson != report.STANDARD_OUTPUT:
        report.show_warning(told)
