"""Futures, with and without a partnership: what the hindcasts license, then the two worlds, then their difference.

Worlds are run as a job. The page says first how far such forecasts may be believed, as the chapter on the outlook does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from foedus.errors import InputError
from foedus.report import charts
from foedus.report.figures import Shown, figure
from foedus.report.futures import drawn, steps, together
from foedus.report.markup import Setting, coded, plain
from foedus.report.said import prose
from foedus.web.frame_page import Part, Sheet, table
from foedus.web.questions import OfFutures
from foedus.web.shown import rows
from foedus.web.view import CSV, JSON, PARQUET, PNG, SVG, Desk, Told, View

if TYPE_CHECKING:
    from foedus.futures.ensemble import Ensemble
    from foedus.futures.scenario import Scenario


def check(asked: OfFutures, desk: Desk) -> None:
    """Refuse what no worlds can be run for, and more worlds than a job may run."""
    if asked.worlds > desk.limits.job_worlds:
        raise InputError(
            f"{asked.worlds:,} worlds are asked for, and a job runs at most {desk.limits.job_worlds}. Ask for fewer, or run "
            f"`{asked.command()}`."
        )
    off = asked.arguments()["without"]
    assumed(asked).but(
        members=asked.worlds, seed=asked.seed, last_year=asked.horizon, without=None if off is None else tuple(off)
    ).checked(desk.record)


def assumed(asked: OfFutures) -> Scenario:
    """Return the scenario that is asked for, of the partnership that is."""
    from foedus.futures.scenario import scenario

    return scenario(asked.scenario).but(partnership=asked.states())


def told(asked: OfFutures, desk: Desk) -> Told:
    """Tell futures; a run that was interrupted goes on from what it left in the folder of the job."""
    ensemble = desk.at_hand("worlds", lambda: _run(asked, desk))

    def data() -> dict[str, Any]:
        difference = rows(ensemble.difference()) if ensemble.paired else None
        about = dict(ensemble.about)
        return {"about": about, "said": ensemble.sentences(), "bands": rows(ensemble.bands()), "difference": difference}

    def parquet() -> bytes:
        import io

        buffer = io.BytesIO()
        ensemble.counts.write_parquet(buffer, compression="snappy")
        return buffer.getvalue()

    return Told(
        lambda setting: _page(ensemble, asked, desk, setting),
        data,
        lambda: together(ensemble),
        {SVG: lambda: charts.svg(drawn(ensemble)).encode(), PARQUET: parquet},
    )


def _run(asked: OfFutures, desk: Desk) -> Ensemble:
    from foedus.futures.simulate import simulate

    output = desk.folder / "worlds.parquet" if desk.folder else None
    return simulate(assumed(asked), **asked.arguments(), record=desk.record, output=output, say=desk.say)


def believed(desk: Desk) -> str:
    """Return what the hindcasts of whole worlds license, as the chapter on the outlook says it."""
    from foedus.assessment.chapters import outlook

    first, *others = outlook.everywhere(desk.record).findings
    listed = "".join(f"<li>{coded(prose(each.statement))}</li>\n" for each in others)
    how = '<p><a href="methods">How this was tested</a></p>\n'
    folded = f"<details>\n<summary>How forecasts from past years fared</summary>\n<ul>\n{listed}</ul>\n{how}</details>\n"
    return f"<p>{coded(prose(first.statement))}</p>\n{folded}"


def _page(ensemble: Ensemble, asked: OfFutures, desk: Desk, setting: Setting) -> str:
    from foedus.assessment.chapters import outlook
    from foedus.partnership.partnership import Partnership

    sentences = "".join(f"<p>{plain(each)}</p>\n" for each in ensemble.sentences())
    sections = [
        Part("licence", "How far to believe it", "What do forecasts from past years allow to be said?", believed(desk)),
        Part("said", "In words", "What differs, and what must be known beside it?", sentences),
        Part(
            "worlds",
            "The worlds",
            "What lies ahead with the obligations, and without them?" if ensemble.paired else "What lies ahead?",
            figure(Shown.of(drawn(ensemble), 1, None)),
        ),
    ]
    if ensemble.paired:
        caption = "With the obligations less without them, in the same worlds"
        note = (
            '<p class="note">Mean of the paired difference with its Monte-Carlo error, and the values between which 90 in 100 '
            "pairs lie. Two separate ensembles would have had the error that stands last.</p>\n"
        )
        markup = note + table(steps(ensemble), caption, desk.limits.shown)
        sections.append(Part("difference", "The difference", "What do the obligations change?", markup))
    years = ensemble.glance().row(0, named=True)
    facts = (
        f"{ensemble.members} worlds, {years['first_year']} to {years['last_year']}, scenario {asked.scenario}, seed "
        f"{asked.seed}. Scenarios, not probabilities, except where it is said."
    )
    named = Partnership(*ensemble.about["scenario"]["partnership"], record=desk.record).named
    title = f"Worlds with and without the obligations of {named}" if ensemble.paired else "Worlds to come"
    return Sheet("Futures", title, facts, sections, outlook.SOURCES).page(asked, desk, setting)


VIEWS = (
    View(
        "futures",
        "Futures",
        "Worlds run forward, with and without a partnership: what of it may be believed, fans of values, and the difference.",
        OfFutures,
        told,
        (JSON, CSV, SVG, PNG, PARQUET),
        unstable=True,
        slow=True,
        check=check,
        before=believed,
    ),
)
