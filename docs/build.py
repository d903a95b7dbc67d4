"""The documents that follow from data, so that they cannot disagree with it: terms, codebook, validation, a picture.

`make docs` writes them from the catalog of sources, the codebook of variables and the results that ship: each by itself, those
that take seconds first, and says what it is at. `python docs/build.py NAME …` writes some of them. A test fails while a
committed document differs from what this file would write.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl

from foedus.api import panel
from foedus.futures.hindcast import parts
from foedus.futures.licence import RANKS, registered, scores
from foedus.futures.licence import SCORES as WORLDS
from foedus.futures.told import VARIABLES
from foedus.panels.codebook import Variable, codebook, world
from foedus.record.pinned import sums
from foedus.record.source import Source, catalog
from foedus.words import signed, significant

ROOT = Path(__file__).resolve().parent.parent

LICENCE_CLASSES = {
    "open": "May be used for anything, most with attribution.\n"
    "`foedus record filter --only open` makes a record of these alone.",
    "academic": "Free for research and teaching with citation; without a formal licence, or closed to commercial use. The\n"
    "record holds tables derived from them. Ask the producer before using those commercially or passing them on;\n"
    "[PERMISSIONS.md](PERMISSIONS.md) says whom, and what was answered.",
    "restricted": "Never part of foedus or of a record that is passed on. `foedus record add SOURCE` says which of the\n"
    "publisher's files to download; with its PATH, it reads the file into the record of the user who has it.",
}

DATA_LICENCES = """\
# Whose data, under which terms

The code of foedus is under the [Apache License 2.0](LICENSE). **That licence does not cover the data.** Under which licence the
tables of each source are is in `licences/`, a file a source, and in the licence field of the package, as SPDX identifiers; a
package of code and open data alone is built by `make wheel-open`. The record is
compiled from the data sets listed here; each stays its producer's, under its producer's terms. Whoever publishes a number
from foedus should cite the source it rests on: `foedus cite VARIABLE` prints what to cite, with `--bibtex` as BibTeX.

No source's file is shipped as its producer made it. The record is foedus's own tables of facts, each with the checksum of
what it was read from, in the [catalog](src/foedus/record/catalog).

*Written by `make docs` from that catalog: change the catalog, not this page.*
"""

CODEBOOK = """\
# Codebook

Every variable a panel can hold, at the unit of analysis at which it is defined. In a dyad-year panel a variable of one
state stands twice, as `name_1` and `name_2`. Outside the years given a value is missing, never zero; within them it is missing
where a source has no row, unless *no row* is said to mean something. The type is that of the column in a panel (polars); a dash
stands where you add the source first, or where no panel has it: what is of the world as a whole (unit: year) is read by
mechanisms and scenarios. `foedus variables TEXT` searches this list.

*Written by `make docs` from the [codebook](../src/foedus/codebook) and that of the [world](../src/foedus/world.toml):
change those, not this page.*
"""


VALIDATION = """\
# How far to believe the mechanisms

Every mechanism was given a test in writing, most of it before its numbers were seen: which outcome, from which past
origins, over which windows, against which baselines, by which score
([the registration](../src/foedus/validation/preregistered.toml)). At each origin it learns from the years up to it and
forecasts a window that no other origin forecasts. What a term is worth is the log score of the model without it less
that of the model with it, with an interval from a bootstrap of states (of other rows: clusters) and years. The grade follows
by a rule:
*supported* (clear over all windows, above zero in either era), *harmful* (over all windows the whole interval lies below
zero: forecasts are worse with it), *mixed* (clear somewhere, otherwise), *not supported* (clear nowhere). A grade says whether
a term helps to forecast, not which way it points: *direction* says whether the full model's coefficients have the signs that
the claim gives them. The signs were written down when the coefficients had been seen. ROC areas are means over windows.
*q* is for the many contests of this page: of those with a q up to .05, about one in twenty owes its gain or loss to chance
([Benjamini & Hochberg 1995](../src/foedus/validation/multiplicity.py)).

A headline model is made of the mechanism's core and of the terms that are supported by the other windows than the one it is
scored on; today's, which gives the headline numbers, of those that all windows support. Disputes have another: the model with
all terms, penalised as a whole. A fatal dispute is forecast as a dispute that turns fatal, a war as a fatal dispute that goes
to war; one between originators, which both were in from its first day, as a dispute that is so; a *joined* dispute, one that
at least one of the two joined where no such one began, as what is left: the two add up to disputes of any kind. A few wars make
most of joining, which its wide intervals show. Where a table of forecasts *11 to 15 years ahead* follows, the same windows were
forecast as if every record had ended ten years before them: so are years after the dispute data end. The registration says
what was added after scores were seen.

`foedus validate` prints all of it, `foedus validate --json` with every origin, score and interval. The numbers ship with
the hashes of the tables, variables and functions they follow from, and are computed anew where one of these differs.

*Written by `make docs` from those results: change the mechanisms, not this page.*
"""


def validation() -> str:
    """Return what the registered tests gave, as Markdown."""
    from foedus.validation.multiplicity import contests
    from foedus.validation.validate import Validation, validate

    validations = validate(say=lambda test, done, steps: _say(f"  {test} {done}/{steps}"))
    judged = contests(each for each in validations if isinstance(each, Validation))
    told = (of_test(each, judged) if isinstance(each, Validation) else of_wars(each) for each in validations)
    return "\n".join([VALIDATION, *told, *_of_lists()])


def of_test(found: Any, judged: pl.DataFrame) -> str:
    """One registered test and outcome: the headline model beside its baselines, the terms, and the strata."""
    first, last = found.registration.years
    gains = found.over_all("gains").filter(score=found.registration.score)
    scored = found.over_all()
    q = dict(judged.filter(test=found.test, outcome=found.outcome).select("term", "q").iter_rows())
    terms = [
        (
            _with_claim(found, row["term"]),
            f"{row['skill']:+.2%} ({row['skill_low']:+.2%} to {row['skill_high']:+.2%})",
            f"{q[row['term']]:.3f}",
            found.grades[row["term"]],
            ", ".join(f"`{column}` {sign}" for column, sign in found.expected(row["term"]).items()) or "–",
            _direction(found, row["term"]),
        )
        for row in gains.iter_rows(named=True)
    ]
    about = (
        f"## {found.full.id}: {found.outcome.replace('_', ' ')}"
        f"{'' if found.test == found.full.name else f' ({found.test})'}\n\n"
        f"{_counted(scored)} rows of {first}–{last}, {len(found.registration.origins)} origins.\n"
    )
    shown = ("headline model", "full model", "gradient boosting", *found.registration.baselines)
    tables = [about, _scores(scored.filter(pl.col("model").is_in(shown)))]
    worth = f"worth, share of the {found.registration.score} ({found.registration.level:.0%})"
    tables.append(markdown_table(("term", worth, "q", "grade", "sign claimed", "direction"), terms))
    if found.reliability.width:
        tables.append(_strata(found.reliability) + _within(found.reliability, found.registration))
    if found.totals:
        tables.append(_of_totals(found.totals))
    if found.long_range:
        tables.append(_of_long_range(found.long_range, found.registration))
    if found.aftermath:
        tables.append(_of_aftermath(found.aftermath))
    return "\n".join(tables)


def _direction(found: Any, term: str) -> str:
    """Whether the coefficients of a term have the signs claimed; a dash where none is."""
    return found.direction(term) or ("in part" if found.expected(term) else "–")


def _scores(rows: pl.DataFrame) -> str:
    """The scores of some models, those of them that the table has."""
    shown = {name: words for name, words in SCORES.items() if name in rows.columns}
    told = [(row["model"], *(f"{row[name]:.{shown[name][1]}g}" for name in shown)) for row in rows.iter_rows(named=True)]
    return markdown_table(("model", *(word for word, _ in shown.values())), told)


SCORES = {
    "log_score": ("log score", 4),
    "brier": ("Brier score", 3),
    "squared_error": ("squared error", 4),
    "absolute_error": ("absolute error", 4),
    "roc_auc": ("ROC area", 3),
    "pr_auc": ("PR area", 2),
}
"""Column of a table of scores → its name and digits."""


def _counted(scored: pl.DataFrame) -> str:
    """How many rows were forecast, and how many of them had the outcome where it is yes or no."""
    row = scored.row(0, named=True)
    return f"{row['events']:,} in {row['n']:,}" if "events" in row else f"{row['n']:,}"


def _strata(rows: pl.DataFrame) -> str:
    """How many events were expected, and how many came, by stratum and by forecast."""
    told = [
        (row["stratum"], f"{row['n']:,}", str(row["events"]), "–" if row["ratio"] is None else f"{row['ratio']:.2f}")
        for row in rows.iter_rows(named=True)
    ]
    return markdown_table(("stratum or forecast", "rows", "events", "predicted over observed"), told)


def _within(rows: pl.DataFrame, test: Any) -> str:
    """Which registered strata lie outside their bounds, or that none does."""
    low, high = test.reliable.bounds
    told = rows.filter(pl.col("stratum").is_in(test.reliable.strata)).drop_nulls("ratio")
    outside = told.filter(~pl.col("ratio").is_between(low, high))
    named = ", ".join(f"{row['stratum']} ({row['ratio']:.2f})" for row in outside.iter_rows(named=True))
    verdict = (
        f"outside the registered {low:g} to {high:g}: {named}" if named else f"all within the registered {low:g} to {high:g}"
    )
    return f"\nStrata with at least {test.reliable.fewest} events: {verdict}.\n"


def _of_long_range(found: Any, test: Any) -> str:
    """The same windows, forecast long before them."""
    whole = pl.col("last_year") - pl.col("first_year") == (pl.col("last_year") - pl.col("first_year")).max()
    gain = found.gains.filter(whole, score="log score").row(0, named=True)
    return (
        f"{found.first_ahead} to {found.last_ahead} years ahead: {found.grade}; log score {gain['skill']:+.2%} "
        f"({gain['skill_low']:+.2%} to {gain['skill_high']:+.2%})\nagainst {gain['against']}.\n\n"
        + _scores(found.scores.filter(whole))
        + "\n"
        + _strata(found.reliability)
        + _within(found.reliability, test)
        + "\n"
        + _of_totals(found.totals)
    )


def _of_totals(found: Any) -> str:
    """How many began in a year, and whether that lay in its band."""
    judged = found.years.drop_nulls("low")
    return (
        f"Yearly totals: a factor that all dyads share (standard deviation {found.sd:.2f}, correlation of years\n"
        f"{found.correlation:.2f}). The 90 % band held {found.held:.0%} of {judged.height} years, that of independent dyads\n"
        f"{found.held_apart:.0%}; in 95 of 100 simulated worlds it holds {found.chance_low:.0%} to {found.chance_high:.0%}.\n"
    )


def _with_claim(found: Any, term: str) -> str:
    """A term, with the claim it is, where that is another than the mechanism's."""
    claim = found.claim(term)
    return term if claim == found.full.id else f"{term} ({claim})"


def _of_aftermath(aftermath: Any) -> str:
    """The armed conflicts that began after the dispute data end, and the course of their dyads' rank."""
    from foedus.record.states import StateSystem
    from foedus.record.store import open_record

    states = StateSystem.of(open_record(additions=False))
    rows = []
    for one, two in aftermath.course.select("ccode1", "ccode2").unique(maintain_order=True).iter_rows():
        course = aftermath.course.filter(ccode1=one, ccode2=two)
        ranks = {row["year"]: f"{row['rank']:,}" for row in course.iter_rows(named=True)}
        begun = ", ".join(str(year) for year in course.filter("primary")["year"])
        rows.append(
            (f"{states.name(one)}–{states.name(two)}", begun, *(ranks.get(year, "–") for year in (2013, 2017, 2021, 2024)))
        )
    score = aftermath.scores.filter(conflicts="primary").row(0, named=True)
    return (
        f"After the dispute data end, {score['events']} armed conflicts between primary parties began (UCDP). The risk learnt\n"
        f"to the end ranks their dyad-years with a ROC area of {score['roc_auc']:.3f}. Rank of the dyad among all of the year\n"
        "(1: the highest risk):\n\n" + markdown_table(("dyad", "conflict began", "2013", "2017", "2021", "2024"), rows)
    )


def _of_lists() -> Iterable[str]:
    """How the models of disputes fared on other lists, in years that theirs does not know."""
    from foedus.validation.lists import RIVALS, shipped

    for other in shipped().values():
        rows = [
            (
                row["outcome"].replace("_", " "),
                f"{row['events']} in {row['n']:,}",
                f"{row['expected']:.0f}",
                f"{row['log_score']:.4g} ({row['constant']:.4g})",
                *("–" if row[name] is None else f"{row[name]:.3f}" for name in ("roc_auc", *RIVALS)),
            )
            for row in other.frozen.iter_rows(named=True)
        ]
        first, last = other.frozen.select("first_year", "last_year").row(0)
        head = ("outcome", "came", "expected", "log score (of a constant)", "ROC area", *RIVALS)
        yield (
            f"## Disputes of {first}–{last}, as another list has them: {other.name}\n\n"
            f"The models learnt to {first - 1} from the list that ships, frozen. One look had been taken at COW's list (ROC\n"
            f"area .955 and .969, .72 of the onsets expected). List `{other.sha256[:16]}`.\n\n" + markdown_table(head, rows)
        )


def of_wars(found: Any) -> str:
    """The test of war sizes."""
    rows = [
        (f"{row['years_ahead']}", f"{row['gain']:+.3f} ({row['low']:+.3f} to {row['high']:+.3f})")
        for row in found.gains.iter_rows(named=True)
    ]
    laws = [
        (row["term"], f"{row['estimate']:.3f}", "–" if row["low"] is None else f"{row['low']:.2f} to {row['high']:.2f}")
        for row in found.full.tidy().iter_rows(named=True)
    ]
    return (
        f"## {found.full.id}: {found.grades['headline']}\n\nThe constant rate of wars against that of the last ten years:\n\n"
        + markdown_table(("years ahead", "gain in log score (95 %)"), rows)
        + "\n"
        + markdown_table(("law", "estimate", "95 % interval"), laws)
    )


def data_licences(sources: Iterable[Source]) -> str:
    """Return the terms of every source as Markdown: a table for each licence class, then the citations."""
    listed = sorted(sources, key=lambda source: source.id)
    parts = [DATA_LICENCES]
    for licence, meaning in LICENCE_CLASSES.items():
        rows = [
            (f"`{source.id}`", f"[{source.title}]({source.url})", source.producer, source.version, source.terms)
            for source in listed
            if source.licence == licence
        ]
        if rows:
            table = markdown_table(("source", "data set", "producer", "version", "terms"), rows)
            parts.append(f"## Licence class: {licence}\n\n{meaning}\n\n{table}")
    citations = "\n".join(f"* `{source.id}`: {source.citation}" for source in listed)
    return "\n".join([*parts, f"## Citations\n\n{citations}\n"])


def data_licence(source: Source) -> str:
    """Return the terms of one source that ships, as the text that goes with the wheel."""
    return f"""\
{source.title}

SPDX-License-Identifier: {source.spdx}
Source: {source.id} ({source.licence})
Producer: {source.producer}
Version: {source.version}
Publisher's page: {source.url}
Terms, as read: {source.terms}
Tables that foedus derives from it and ships: {", ".join(source.tables)}
Cite as: {source.citation}
"""


def variables_by_unit(variables: Iterable[Variable]) -> str:
    """Return the codebook as Markdown: unit of analysis by unit, topic by topic, in the order of the codebook."""
    listed = tuple(variables)
    types = _types(listed)
    parts = [CODEBOOK]
    for unit in dict.fromkeys(variable.unit for variable in listed):
        parts.append(f"## {unit.capitalize()}\n")
        of_unit = [variable for variable in listed if variable.unit == unit]
        for topic in dict.fromkeys(variable.topic for variable in of_unit):
            rows = [_row(variable, types) for variable in of_unit if variable.topic == topic]
            table = markdown_table(("variable", "what it is", "units", "type", "years", "sources"), rows)
            parts.append(f"### {unit.capitalize()}: {topic}\n\n{table}")
    return "\n".join(parts)


def _row(variable: Variable, types: Mapping[str, str]) -> tuple[str, ...]:
    return (
        f"`{variable.name}`",
        _label(variable),
        variable.units,
        types.get(variable.name, "–"),
        f"{variable.first_year}–{variable.last_year}",
        ", ".join(f"`{name}`" for name in variable.sources),
    )


PANELS: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "state-year": ("state-year", {"states": ["USA"], "system": "gw"}),
    "dyad-year": ("dyad-year", {"dyads": ["USA-CAN"]}),
    "directed dyad-year": ("dyad-year", {"dyads": ["USA-CAN"], "directed": True}),
    "leader": ("leader-year", {"states": ["USA"]}),
    "month": ("state-month", {"states": ["USA"]}),
}
"""Unit of a variable → the panel that shows of which type its column is, and which rows are enough for that."""


def _types(variables: Iterable[Variable]) -> dict[str, str]:
    """The type of each variable's column in a panel; of what a user has to add first, where its units tell."""
    known = {variable.name: "Boolean" for variable in variables if variable.yes_or_no}
    for unit, (asked, rows) in PANELS.items():
        names = [each.name for each in variables if each.unit == unit and each.name != "gwcode" and _ships(each)]
        schema = panel(asked, names, years=(2000, 2000), **rows).schema
        known |= {name: str(schema.get(name) or schema[f"{name}_1"]) for name in names}
    return known | {"gwcode": known["ccode"]}


def _ships(variable: Variable) -> bool:
    return all(catalog()[source].licence != "restricted" for source in variable.sources)


def _label(variable: Variable) -> str:
    """What a variable is, and what is not said by its label: levels, what no row means, that it is known in hindsight."""
    told = variable.label
    if variable.hindsight and "hindsight" not in told:
        told += "; known in hindsight"
    if not all(meaning in told for meaning in variable.values.values()):
        told += f" ({', '.join(f'{level} {meaning}' for level, meaning in variable.values.items())})"
    if variable.absent is not None:
        told += f". No row: {'no' if variable.absent is False else variable.absent}"
    return told


def markdown_table(header: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    """Return a table as Markdown."""
    lines = [header, ("---",) * len(header), *rows]
    return "".join(f"| {' | '.join(cell.replace('|', '&#124;') for cell in line)} |\n" for line in lines)


def futures() -> str:
    """Return the page about futures with its tables: what is told, how worlds were scored, where history ranked among them."""
    text = (ROOT / "docs/futures.md").read_text(encoding="utf-8")
    for name, table in (
        ("told", _told()),
        ("scores", _of_worlds()),
        ("ranks", _ranks(registered())),
        ("drawn", _drawn()),
        ("flight", _ranks(registered()["flight"])),
    ):
        start, end = f"<!-- {name}: written by make docs -->\n", "<!-- end -->\n"
        before, rest = text.split(start)
        text = f"{before}{start}\n{table}\n{end}{rest.split(end, 1)[1]}"
    return text


def _told() -> str:
    rows = [(f"`{name}`", each.label, each.unit) for name, each in VARIABLES.items()]
    return markdown_table(("variable", "what it is", "unit"), rows)


def _of_worlds() -> str:
    """Scores of worlds as known at the origin: a row a variable and horizon."""

    def share(value: float) -> str:
        return f"{100 * value:.0f}"

    def gain(row: Mapping[str, Any], over: str) -> str:
        middle, low, high = (signed(100 * row[f"over_{over}{end}"]) for end in ("", "_low", "_high"))
        return f"{middle} ({low} to {high})"

    header = (
        "as known at the origin",
        "years ahead",
        "CRPS",
        "over climatology, % (95 %)",
        "over persistence, %",
        "held by 50 and 90 % bands, %",
        "mean PIT (uniform: 95 %)",
        "PIT by fifths, % of years",
    )
    rows = [
        (
            VARIABLES[row["variable"]].label,
            f"{row['first']}–{row['last']}",
            significant(row["crps"], 3),
            gain(row, "climatology"),
            gain(row, "persistence"),
            f"{share(row['coverage_50'])}, {share(row['coverage_90'])}",
            f"{row['pit']:.2f} ({row['pit_low']:.2f} to {row['pit_high']:.2f})",
            " ".join(share(row[part]) for part in parts(registered()["pit"])),
        )
        for row in _in_order(scores()).to_dicts()
    ]
    return markdown_table(header, rows)


def _drawn() -> str:
    """What it does that rivalries and regimes stay: scores with both frozen, and drawn, beside each other."""
    rows = pl.read_csv(WORLDS).filter(pl.col("variable").is_in(["disputes", "fatal_disputes", "wars"]))
    keys = ["variable", "first", "last"]
    pairs = rows.filter(known="origin").join(rows.filter(known="drawn"), on=keys, suffix="_drawn")
    header = ("frozen, drawn", "years ahead", "CRPS", "held by 50 % bands, %", "held by 90 % bands, %", "mean PIT")
    told = [
        (
            VARIABLES[row["variable"]].label,
            f"{row['first']}–{row['last']}",
            f"{significant(row['crps'], 3)}, {significant(row['crps_drawn'], 3)}",
            *(f"{100 * row[name]:.0f}, {100 * row[f'{name}_drawn']:.0f}" for name in ("coverage_50", "coverage_90")),
            f"{row['pit']:.2f}, {row['pit_drawn']:.2f}",
        )
        for row in _in_order(pairs).to_dicts()
    ]
    return markdown_table(header, told)


def _ranks(test: Mapping[str, Any]) -> str:
    """Where history ranked among the worlds from each origin of a test, as known there: a row a variable and horizon."""
    origins = test["origins"]
    ranks = pl.read_csv(RANKS).filter(pl.col("variable").is_in(list(test["outcomes"])), known="origin")
    ranks = ranks.pivot("origin", index=["variable", "first", "last"], values="rank")
    rows = [
        (
            VARIABLES[row["variable"]].label,
            f"{row['first']}–{row['last']}",
            *("" if row[str(origin)] is None else f"{100 * row[str(origin)]:.0f}" for origin in origins),
        )
        for row in _in_order(ranks).to_dicts()
    ]
    return markdown_table(("worlds of a hundred below history", "years ahead", *(f"from {each}" for each in origins)), rows)


def _in_order(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows of hindcasts by variable, as they were set down, and horizon."""
    place = {name: at for at, name in enumerate([*registered()["outcomes"], *registered()["flight"]["outcomes"]])}
    return rows.sort(pl.col("variable").replace_strict(place, return_dtype=pl.Int64), "first")


def picture() -> str:
    """Return the README's picture: the map of the United States' risks in the assessment of USA–Canada in 2022."""
    from foedus.api import assess
    from foedus.report import charts

    assessment = assess("USA", "CAN", year=2022)
    world = next(exhibit for exhibit in assessment.chapter("order").exhibits if exhibit.kind == "map")
    return charts.svg(world, only=(assessment.members[0].name, "dispute"))


DOCUMENTS: Mapping[str, Callable[[], str]] = {
    "DATA_LICENSES.md": lambda: data_licences(catalog().values()),
    **{
        f"licences/{source.id}.txt": partial(data_licence, source)
        for source in catalog().values()
        if source.licence != "restricted"
    },
    "docs/codebook.md": lambda: variables_by_unit([*codebook().values(), *world().values()]),
    "docs/validation.md": validation,
    "docs/futures.md": futures,
    "docs/img/usa-can.svg": picture,
    "src/foedus/SHA256SUMS": sums,
}
"""Path of every generated document, from the root → what gives its text; those that take seconds come first."""


def main(names: Iterable[str]) -> None:
    """Write the documents of these names, by default all, each as soon as its text is there."""
    chosen = tuple(names) or tuple(DOCUMENTS)
    if unknown := [name for name in chosen if name not in DOCUMENTS]:
        sys.exit(f"no generated document is called {', '.join(unknown)}. There are: {', '.join(DOCUMENTS)}.")
    for name in chosen:
        begun, path = time.monotonic(), ROOT / name
        _say(f"{name} …")
        path.parent.mkdir(exist_ok=True)
        path.write_text(DOCUMENTS[name](), encoding="utf-8")
        _say(f"{name} written, {time.monotonic() - begun:.1f} s")


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
