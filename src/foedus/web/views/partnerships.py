"""What the report tells: a partnership, several side by side, claims, and how the numbers were tested."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from foedus.errors import InputError
from foedus.report.markup import Setting
from foedus.web.frame_page import Part, Sheet, table
from foedus.web.questions import OfAll, OfClaims, OfComparison, OfFinding, OfOwnClaims, OfPartnership, parts
from foedus.web.view import Desk, Told, View

if TYPE_CHECKING:
    from foedus.assessment.assessment import Assessment


def assessed(asked: OfPartnership, desk: Desk) -> Told:
    """Tell a partnership: the report's own page."""
    from foedus.report import html

    told = assessment(asked, desk)
    return Told(lambda setting: html.to_html(told, asked.command(), setting=setting), told.as_dict, told.tidy)


def assessment(asked: OfPartnership, desk: Desk) -> Assessment:
    """Return the assessment that is asked for, made once for the page, its data and its pictures."""
    from foedus.assessment.assess import assess

    names, off = few_enough(asked, desk, asked.command()), parts(asked.without)

    def make() -> Assessment:
        return assess(
            *names,
            year=asked.year,
            record=desk.record,
            alliances_from=asked.alliances_from,
            against=asked.against or None,
            without=off,
        )

    return desk.at_hand(f"assessment {names} {asked.year} {asked.alliances_from} {asked.against!r} {off}", make)


def explained(asked: OfFinding, desk: Desk) -> Told:
    """Tell what stands behind a finding: its mechanism, what computes it, its rows, and the command that shows them."""
    import polars as pl

    from foedus.assessment.explain import explain

    names = few_enough(asked.of(), desk, asked.command())
    told = explain(asked.finding, *names, year=asked.year, record=desk.record, against=asked.against or None)
    frame = pl.DataFrame(told.lines(), schema=["what", "said"], orient="row")
    sources = told.finding.sources if told.finding else ()

    def page(setting: Setting) -> str:
        part = Part(
            "finding", asked.finding, "What computes it, and from which rows?", table(frame, asked.finding, 20), wide=True
        )
        return Sheet("Finding", f"What stands behind {asked.finding}", "", [part], sources).page(asked, desk, setting)

    return Told(page, lambda: dict(told.lines()), lambda: frame)


def few_enough(asked: OfPartnership, desk: Desk, command: str) -> list[str]:
    """The names that are asked for; raises InputError for more states than the limit."""
    from foedus.partnership.members import named_states

    names, most = asked.names(desk.record), desk.limits.members
    if (number := sum(len(states) for _, states in named_states(names, asked.year, desk.record))) > most:
        raise InputError(
            f"{number} members are named, and the application assesses at most {most}. Name fewer states, or run `{command}`."
        )
    return names


def compared(asked: OfComparison, desk: Desk) -> Told:
    """Tell partnerships side by side: the report's own page."""
    from foedus.assessment.comparison import compare
    from foedus.report import comparing

    names, years = parts(asked.partnerships), asked.numbers()
    if (number := len(names) * len(years)) > desk.limits.columns:
        raise InputError(
            f"{number} columns are asked for, and the application sets at most {desk.limits.columns} side by side. Name fewer, "
            f"or run `{asked.command()}`."
        )
    for name, year in ((name, year) for name in names for year in years):
        few_enough(OfPartnership.model_validate({"members": name, "year": year}), desk, asked.command())
    told = compare(names, years, record=desk.record, alliances_from=asked.alliances_from)
    return Told(lambda setting: comparing.to_html(told, asked.command(), setting), told.as_dict, lambda: told.frame)


def claimed(asked: OfClaims, desk: Desk) -> Told:
    """Tell what is claimed and what the record shows: the report's own page."""
    from foedus.assessment.claims.check import check
    from foedus.assessment.claims.read import ESSAY, EXAMPLES
    from foedus.report import html

    found = check(ESSAY if asked.file == "essay" else EXAMPLES / f"{asked.file}.toml", desk.record)
    told = found if asked.number is None else found.only(asked.number)
    return Told(lambda setting: html.claims_to_html(told, asked.command(), setting), told.as_dict, told.tidy)


def check_posted(asked: OfOwnClaims, desk: Desk) -> None:
    """Refuse a text that was not posted here, or that is no claims file."""
    from foedus.assessment.claims.file import parse

    parse(_posted(asked, desk), "claims")


def own_claims(asked: OfOwnClaims, desk: Desk) -> Told:
    """Tell claims of one's own, within the bounds of every claims file."""
    from foedus.assessment.claims.check import checked
    from foedus.report import html

    found = desk.at_hand("claims", lambda: checked(_posted(asked, desk), "claims", desk.record))
    return Told(lambda setting: html.claims_to_html(found, asked.command(), setting), found.as_dict, found.tidy)


def _posted(asked: OfOwnClaims, desk: Desk) -> str:
    """The text that was posted; its name is no path."""
    path = desk.texts / f"{asked.posted}.toml"
    if not asked.posted.isalnum() or not path.is_file():
        raise InputError("no text of that name was posted here. Post it on the page of claims of your own.")
    return path.read_text(encoding="utf-8")


def tested(asked: OfAll, desk: Desk) -> Told:
    """Tell how the numbers were tested: the report's own page."""
    import polars as pl

    from foedus.assessment.methods import methods
    from foedus.report import html

    told = methods(desk.record)

    def frame() -> pl.DataFrame:
        """One row a finding."""
        found = [
            (each.id, each.chapter, each.statement, None if each.value is None else str(each.value), each.unit, each.grade)
            for each in told.findings
        ]
        columns = ["id", "chapter", "statement", "value", "unit", "grade"]
        return pl.DataFrame(found, schema=dict.fromkeys(columns, pl.String), orient="row")

    def data() -> list[dict[str, Any]]:
        return [each.as_dict() for each in told.findings]

    return Told(lambda setting: html.methods_to_html(told, asked.command(), setting), data, frame)


VIEWS = (
    View(
        "assess",
        "Partnership",
        "What two states or more owe each other, against what, at which risk, and what changes without it.",
        OfPartnership,
        assessed,
        further=("picture", "Its pictures, as files"),
    ),
    View(
        "compare",
        "Compare",
        "The same questions asked of several partnerships, or of one through the years.",
        OfComparison,
        compared,
    ),
    View(
        "explain",
        "Findings",
        "What stands behind a finding: the function that computes it, its rows, and the command that shows them.",
        OfFinding,
        explained,
    ),
    View(
        "claims",
        "Claims",
        "What is claimed and what the record shows, with the rows behind every verdict.",
        OfClaims,
        claimed,
    ),
    View(
        "own-claims",
        "Own claims",
        "Claims of your own, checked as the essay's are: a claims file, pasted as text.",
        OfOwnClaims,
        own_claims,
        slow=True,
        posts=True,
        check=check_posted,
    ),
    View(
        "methods",
        "Methods",
        "How the numbers were tested: scores, calibration, designs, and what leads to what.",
        OfAll,
        tested,
    ),
)
