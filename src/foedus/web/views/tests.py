"""A mechanism's test, run as a job: its gains, grades and scores from past origins, as `foedus validate` prints them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from foedus.report.markup import Setting, plain
from foedus.web.frame_page import Part, Sheet, table
from foedus.web.questions import OfTest
from foedus.web.view import Desk, Told, View

if TYPE_CHECKING:
    import polars as pl


def check(asked: OfTest, _: Desk) -> None:
    """Refuse a mechanism that has no test."""
    from foedus.validation.validate import check_registered, named

    check_registered([named(asked.mechanism)])


def told(asked: OfTest, desk: Desk) -> Told:
    """Tell how a mechanism fared."""
    import polars as pl

    from foedus.validation.validate import validate

    results = desk.at_hand("results", lambda: validate(asked.mechanism, desk.record, say=desk.say))
    frame = pl.concat(
        [each.tidy().insert_column(0, pl.lit(each.test).alias("test")) for each in results], how="diagonal_relaxed"
    )

    def data() -> list[dict[str, Any]]:
        return [each.as_dict() for each in results]

    return Told(lambda setting: _page(frame, asked, desk, setting), data, lambda: frame)


def _page(frame: pl.DataFrame, asked: OfTest, desk: Desk, setting: Setting) -> str:
    asks = (
        "What does each term add to forecasts of years that were not seen, and which grade follows by the rule set down before?"
    )
    part = Part("gains", "Gains and grades", asks, table(frame, "Gains and grades", desk.limits.shown), wide=True)
    facts = f"{frame.height} contests. The data have the scores of every model and origin as well."
    return Sheet("Test", f"How {asked.mechanism} fared", facts, [part], ()).page(asked, desk, setting)


def offered(_: Desk) -> str:
    """Return the mechanisms that have a test, each with what it claims, as links."""
    from foedus.assessment.causal_map import about
    from foedus.mechanisms.standard import MECHANISMS

    listed = "".join(
        f'<li><a href="{plain(OfTest.model_validate({"mechanism": kind.id}).address("test"))}">{plain(kind.id)}</a><br>'
        f"{plain(about(kind)[0])}</li>\n"
        for kind in MECHANISMS.values()
    )
    return f'<section aria-label="Mechanisms that have a test"><ul class="starts">\n{listed}</ul></section>\n'


VIEWS = (
    View(
        "test",
        "Tests",
        "A mechanism scored from past origins, with baselines, gains and grades.",
        OfTest,
        told,
        slow=True,
        check=check,
        before=offered,
    ),
)
