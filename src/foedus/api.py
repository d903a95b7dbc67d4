"""The functions people call. Each resolves names and hands over to the layer that does the work.

Nothing heavy is imported before it is needed: `import foedus` costs as little as the standard library allows.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from foedus.arguments import checked
from foedus.errors import InputError, PanelRemark

if TYPE_CHECKING:
    from pathlib import Path

    import polars as pl

    from foedus.assessment.comparison import Comparison
    from foedus.assessment.explain import Explanation
    from foedus.assessment.explain_mechanism import ExplainedMechanism
    from foedus.assessment.league import League
    from foedus.futures.ensemble import Ensemble
    from foedus.futures.scenario import Scenario
    from foedus.mechanisms.mechanism import Mechanism
    from foedus.models.grading import Graded
    from foedus.models.model import Model
    from foedus.models.registered import Registered
    from foedus.record.store import Record
    from foedus.report.shown import ShownAssessment, ShownClaims
    from foedus.report.shown_model import ShownModel
    from foedus.report.shown_warning import ShownWarning
    from foedus.validation.validate import Validation
    from foedus.validation.wars import WarValidation


LISTS_OF_A_PANEL = {
    **dict.fromkeys(("system", "contact", "membership", "disputes", "disputes_from", "alliances_from"), "str"),
    "record": "Record | None",
}
"""What panels and added variables are asked with, by their kinds."""


OF_ROWS = ("years", "states", "dyads", "group", "directed", "relevant", "keep_unknown", "contact", "size", "sample", "seed")
"""What chooses the rows of a panel; a frame of one's own has its rows, and is told so."""


@checked()
def assess(
    *members: str | int | Path | Sequence[str | int | Path],
    year: int = 2025,
    record: Record | None = None,
    alliances_from: str = "facts",
    against: str | int | None = None,
    without: str | Sequence[str] = "all",
    language: str = "en",
) -> ShownAssessment:
    """Assess the partnership of two states or more, named as anywhere in foedus, in a year from 1816 to 2025.

    Parameters
    ----------
    members : states, groups ("NATO"), or groups of one's own ("BALTIC=EST,LVA,LTU", or a TOML file); up to 60 states.
    record : the record to use; by default the one that is shipped, with what has been added to it.
    alliances_from : whose alliances count: "facts" (dated facts laid over ATOP), "atop", or "cow" once added to the record.
    against : an outsider: the members' risks with that state are told, instead of those with all.
    without : which obligations are switched off to tell what changes: "all", "bilateral", or types by name.
    language : of the page and of the brief as text: "en" or "fr". Findings, frames and JSON are the same in every language.

    Raises InputError for what cannot be assessed, and for a language that there is not.

    >>> assess("USA", "CAN", year=2022).title
    'United States and Canada'
    >>> print(assess("USA", "CAN", year=2022, language="fr").to_text().partition(";")[0].rstrip())
    Une alerte, oui
    >>> assess("AUKUS", against="CHN").title
    'The 3 members of AUKUS, facing China'
    """
    from foedus.assessment.assess import assess as assess_partnership
    from foedus.language.speaking import check
    from foedus.report.shown import ShownAssessment

    check(language)
    told = assess_partnership(
        *members, year=year, record=record, alliances_from=alliances_from, against=against, without=without
    )
    return ShownAssessment.of(told, language)


@checked()
def compare(
    *partnerships: str | Sequence[str | int],
    years: int | Sequence[int] = 2025,
    record: Record | None = None,
    alliances_from: str = "facts",
) -> Comparison:
    """Set partnerships side by side, or one partnership through the years: up to six columns.

    partnerships : states joined by hyphens ("USA-CAN"), groups ("NATO"), or lists of states. years : one year, or several.
    `alliances_from` and `record` are as in `assess`.

    Raises InputError for what cannot be assessed or compared.

    >>> compare("USA-CAN", years=[1938, 2025]).frame.filter(question="Kind of partnership").row(0)[1:]
    ('neither', 'allies')
    """
    from foedus.assessment.comparison import compare as compare_partnerships

    spans = [years] if isinstance(years, int) else list(years)
    return compare_partnerships(partnerships, spans, record=record, alliances_from=alliances_from)


@checked()
def league(*partnerships: str | Sequence[str | int], year: int = 2025, record: Record | None = None) -> League:
    """Return a league table of partnerships in a year from 1816 to 2025: what binds each, and its members' risks.

    partnerships : groups ("NATO"), states joined by hyphens ("USA-CAN"), or lists of states; by default the groups that were
    made for defence, or whose members have a treaty of defence of their own. `record` is as in `assess`.

    The table has one frame of partnerships and one of members; no score is made of its columns. Raises InputError for what
    cannot be assessed, more than sixteen partnerships, and one that is named twice.

    >>> league("CSTO", year=2020).partnerships.select("members", "pairs", "bound").row(0)
    (6, 15, 15)
    """
    from foedus.assessment.league import league as table_of

    return table_of(*partnerships, year=year, record=record)


@checked(coverage="Any")
def count_events(
    events: Any,
    unit: str = "state-year",
    *,
    kinds: str | Sequence[str] = (),
    spanning: str = "days",
    coverage: Any = None,
    system: str = "cow",
    record: Record | None = None,
) -> pl.DataFrame:
    """Return how many events, and deaths, there were in each unit, from a file of UCDP's GED or of ACLED that you have read.

    Parameters
    ----------
    events : polars, pandas or Arrow, with the source's own columns; whose it is, is told from them.
    unit : "state-year", "state-quarter" or "state-month", by where an event took place; "dyad-year", "dyad-quarter" or
        "dyad-month", by the two governments that fought.
    kinds : only these: of GED "state-based", "non-state", "one-sided"; of ACLED its event types, such as "Battles".
    spanning : how an event that lasts over several months, or quarters, counts in each: by the share of its "days", or at its
        "start".
    coverage : first and last year in which no row means no event: then every member has a row, zero where nothing happened. Or
        country → its span: only these have rows; ACLED, and a file of some countries alone, need that.
    system : "cow" or "gw": whose states.
    record : the record to use; by default the one that is shipped, with what has been added to it.

    Columns: ccode (or gwcode; of pairs ccode1, ccode2), year, quarter or month of parts of years; events; deaths_best,
    deaths_low, deaths_high of GED, fatalities of ACLED. What the reader must know is told in warnings: `PanelRemark` of spans
    and precision, `UnmatchedRows` of events in no state. Raises InputError for a file of neither source, rows that stand twice
    or say what their source does not have, and coverage that would make zeros of years that the file does not have.

    >>> import polars as pl
    >>> acled = pl.DataFrame({"event_id_cnty": ["KEN1", "KEN2"], "event_date": ["03 May 2001", "2001-06-09"],
    ...     "time_precision": [1, 1], "country": ["Kenya", "Kenya"], "event_type": ["Battles", "Riots"], "fatalities": [2, 0]})
    >>> count_events(acled, kinds=["Battles"], coverage={"Kenya": (2000, 2001)}).rows()
    [(501, 2000, 0, 0.0), (501, 2001, 1, 2.0)]
    """
    from foedus.panels.events import count_events as counted

    return counted(events, unit, kinds=kinds, spanning=spanning, coverage=coverage, system=system, record=record)


@checked()
def rebel_dyads(
    dyads: Any, *, between: bool = False, apart: int = 1, system: str = "cow", record: Record | None = None
) -> pl.DataFrame:
    """Return a row for each government, its rebels and a year of fighting, from UCDP's Dyadic Dataset that you have read.

    Untried on the publisher's own file: written from the codebook of version 25.1.

    Parameters
    ----------
    dyads : polars, pandas or Arrow, with the file's own columns: dyad_id, conflict_id, side_b, incompatibility, year,
        intensity_level, type_of_conflict, gwno_a.
    between : whether years without fighting between the first and the last of a dyad have a row.
    apart : an onset is a year of fighting after so many years without, or the first.
    system : "cow" or "gw": whose states. record : the record to use; by default the one that is shipped.

    Columns: ccode (or gwcode) of the government, dyad_id, year; conflict_id, rebels (their name), active, war (1,000 deaths in
    the year), onset, quiet_years (full years without fighting since the last), over_government, over_territory,
    internationalized. `add` puts the government's variables beside them; `estimate(…, by=["ccode", "dyad_id"])` knows the unit.

    Raises InputError for a file without these columns, and for what the codebook does not have; warns of rows left out.

    >>> import polars as pl
    >>> file = pl.DataFrame({"dyad_id": [7], "conflict_id": [3], "side_b": ["Rebels"], "incompatibility": [2], "year": [1990],
    ...     "intensity_level": [1], "type_of_conflict": [3], "gwno_a": [645]})
    >>> rebel_dyads(file).select("ccode", "rebels", "year", "war").rows()
    [(645, 'Rebels', 1990, False)]
    """
    from foedus.panels.rebels import rebel_dyads as told

    return told(dyads, between=between, apart=apart, system=system, record=record)


@checked()
def diff(before: Record | Path | str, after: Record | Path | str | None = None) -> pl.DataFrame:
    """Return what moved from one record to another: table, what, before, after; `after` is by default the record in use.

    Columns, types, states, years and rows of each table that differs, totals over the years both have, and values of one key.
    Records are given opened, or by their folders. Raises RecordError if a folder holds none.

    >>> from foedus.record.pinned import SHIPPED
    >>> diff(SHIPPED, SHIPPED).height
    0
    """
    from pathlib import Path as Folder

    from foedus.record.drift import diff as moved
    from foedus.record.store import Record, open_record

    def opened(record: Record | Path | str | None) -> Record:
        if isinstance(record, Record):
            return record
        return open_record(None if record is None else Folder(record), additions=False)

    return moved(opened(before), opened(after))


@checked(
    years="Any",  # a pair, of which `named_request` says more
    states="Iterable[str | int] | None",
    dyads="Iterable[Any] | None",
    group="Iterable[str | int | Path] | Mapping | None",
    **LISTS_OF_A_PANEL,
    **dict.fromkeys(("directed", "relevant", "keep_unknown"), "bool"),
    **dict.fromkeys(("size", "sample"), "int | None"),
    **dict.fromkeys(("carry_forward", "seed"), "int"),
)
def panel(unit: str, variables: Sequence[str] | None = None, **choices: Any) -> pl.DataFrame:
    """Return a panel as a polars frame, one row a unit-year, null wherever the record does not know.

    Parameters
    ----------
    unit : "state-year", "state-quarter", "state-month", "state-day", "leader-year", "dyad-year", "dyad-quarter", "dyad-month",
        "dyad-day", "leader-dyad-year", "dispute-dyad", "group-year". Months and quarters have what the record has by month.
    variables : names from the codebook (`foedus.variables()`); by default all that the unit can have and the record holds.
    years : first and last year, both included; by default all that are known: 1816 to 2025, or from when an option is known.
    states : state-years of these, or dyads that hold at least one of them.
    dyads : pairs written "USA-CAN".
    group : states, or names of groups such as "NATO" (`foedus.groups()`): their state-years, the dyads among them, or the group
        itself. One of your own is {"BALTIC": ["EST", "LVA", "LTU"]}, "BALTIC=EST,LVA,LTU", or a TOML file with dates.
    membership : whether a member of a group is one for the year on "any" day of it, or on its "start" or "end".
    directed : one row for each direction of a dyad.
    relevant : politically relevant dyads only; what that rests on is then carried forward, with its age.
    keep_unknown : keep the rows of which nobody knows whether they are relevant; they are left out otherwise.
    contact : what contact between two states is judged by there: "distance", or "cow" for that source, once added.
    carry_forward : for how many years a value may stand in for later missing ones; its age stands beside it.
    system : "cow" or "gw": whose states, dates and codes.
    disputes : what several disputes in one dyad-year mean: "combined", or which one speaks ("highest-hostility", "first", …).
    disputes_from : the list they are taken from: "gml", or "mic" or "cow-mid" once added to the record.
    alliances_from : whose alliances count: "facts" (dated facts laid over ATOP), "atop", or "cow" once added to the record.
    size, sample, seed : group-years of all groups of `size` states, or of a sample of them.
    record : the record to use; by default the one that is shipped, with what has been added to it.

    A name or code means every state that bore it in one of the years; one that two shared in a year is refused, with both.
    What a panel leaves out is told in a warning (`PanelRemark`): rows of unknown relevance, members of a group that are in no
    list of states. Raises InputError for a request that cannot be met.

    >>> panel("state-year", ["polyarchy"], states=["Canada"], years=(2019, 2020)).columns
    ['ccode', 'year', 'polyarchy']
    """
    from foedus.panels.named import named_request
    from foedus.panels.notes import remarks
    from foedus.panels.panel import built

    request = named_request(unit, variables, **choices)
    for remark in remarks(request):
        warnings.warn(f"{remark}.", PanelRemark, stacklevel=2)
    return built(request)


@checked(**{**LISTS_OF_A_PANEL, **dict.fromkeys(OF_ROWS, "Any")}, carry_forward="int")
def add(
    frame: Any,
    variables: Sequence[str],
    *,
    by: str | Sequence[str] | None = None,
    code: str | None = None,
    year: str = "year",
    **choices: Any,
) -> pl.DataFrame:
    """Return a frame of your own with variables of the record beside its columns.

    Parameters
    ----------
    frame : polars, pandas or Arrow, with a column of states (two for dyads) and one of years.
    variables : names from the codebook; a state variable is added for either side of a dyad, as name_1 and name_2.
    by, year : the columns of states and of years; by default told from their names: ccode, gwcode, iso3, state, country, or two
        of them such as ccode1 and ccode2.
    code : what the columns of states hold: "name" (or ISO3 codes), "cow" or "gw" numbers; by default told from their names.
    system : "cow" or "gw": whose states, where the columns hold names; by default "cow", or that of the numbers.
    carry_forward, disputes, disputes_from, membership, alliances_from, record : as in `panel`.

    Rows keep their order; those that name no state get nulls, and a warning (`UnmatchedRows`) says which and why. Raises
    InputError if a column is there already.

    >>> import polars as pl
    >>> add(pl.DataFrame({"country": ["Canada"], "year": [2020], "mine": [7]}), ["polyarchy"]).columns
    ['country', 'year', 'mine', 'polyarchy']
    """
    from foedus.panels.extend import extended_by_name

    return extended_by_name(frame, variables, by=by, code=code, year=year, **choices)


@checked(by="str | Sequence[str] | None", code="str | None", year="str")
def similarity(
    frame: Any,
    pledges: str | Sequence[str] | None = None,
    *,
    itself: bool = True,
    alliances_from: str = "facts",
    record: Record | None = None,
    **choices: Any,
) -> pl.DataFrame:
    """Return dyad-years with how alike the two states' alliance portfolios are: alliance_s, alliance_pi, alliance_kappa.

    Parameters
    ----------
    frame : polars, pandas or Arrow, with two columns of states and one of years, such as a dyad-year panel.
    pledges : "defence", "offence", "neutrality", "nonaggression", "consultation", or several: whether any of these binds a
        state to another, 1 or 0. By default all of them, by how closely they bind: 3 defence or support in attack, 2
        neutrality or consultation, 1 non-aggression, 0 nothing, the ranks of the S scores passed on with ATOP (COW's list: 3
        defence, 2 neutrality or non-aggression, 1 entente).
    itself : whether a state counts as bound to itself by the highest value.
    alliances_from : whose alliances count: "facts" (dated facts laid over ATOP), "atop", or "cow" once added to the record.
    record : the record to use; by default the one that is shipped, with what has been added to it.
    by, code, year : the columns of states, what they hold, and that of years, as in `add`.

    S (Signorino & Ritter 1999) reaches from -1 to 1; pi and kappa (Häge 2011, after Scott 1955 and Cohen 1968) from below 0,
    less alike than by chance, to 1. All are null outside the years for which the list of alliances speaks of every pair (to
    2018), and where a state was no member. Raises InputError for a frame that is not about two states, and for a pledge that
    the list has not.

    >>> similarity(panel("dyad-year", [], dyads=["USA-CAN"], years=(1938, 1950)))["alliance_s"].round(2).to_list()[::6]
    [0.94, 0.97, 0.49]
    """
    from foedus.panels.similarity import similarity as compared

    return compared(frame, pledges, itself=itself, alliances_from=alliances_from, record=record, **choices)


@checked()
def states(
    names: Any,
    year: int | str | Sequence[int] | None = None,
    to: Sequence[str] = ("ccode", "gwcode", "iso3", "name"),
    *,
    by: str | Sequence[str] | None = None,
    code: str | None = None,
    record: Record | None = None,
) -> pl.DataFrame:
    """Return which states names and codes mean: of a list of them, or of the rows of a frame.

    Parameters
    ----------
    names : a name or code, a list of them, or a frame (polars, pandas or Arrow) with a column of states, or two.
    year : one year, one for each name, or the name of the frame's column of years. Without any, every state that each name ever
        meant, with its first and last year.
    to : columns to return: "ccode", "gwcode", "iso3", "cow_abbreviation", "name" (as of the year), "vdem", "region".
    by, code : as in `add`.
    record : the record to use; by default the one that is shipped.

    A row that names no state has nulls, and a warning (`UnmatchedRows`) says which and why: a name that two states shared in
    the year is never guessed. Raises InputError for a column that there is not, and for a frame whose columns tell no states.

    >>> states("Vietnam", to=["ccode", "name"]).rows()[-1]
    ('Vietnam', 1976, 2025, 816, 'Vietnam')
    """
    from foedus.panels.lookup import looked_up

    return looked_up(names, year, to, by=by, code=code, record=record)


@checked()
def variables(text: str = "") -> pl.DataFrame:
    """Return the codebook, or those of its variables that match every word of `text`.

    One row a variable: name, label, unit, units, first_year, last_year, sources; no row where nothing matches. Raises
    InputError for a `text` that is none.

    >>> variables("polyarchy weaker").item(0, "name")
    'weaker_democracy'
    """
    import polars as pl

    from foedus.panels.codebook import search

    rows = [
        (each.name, each.label, each.unit, each.units, each.first_year, each.last_year, ", ".join(each.sources))
        for each in search(text)
    ]
    return pl.DataFrame(
        rows,
        schema=["name", "label", "unit", "units", "first_year", "last_year", "sources"],
        orient="row",
        infer_schema_length=None,
    )


@checked()
def groups(name: str | None = None, record: Record | None = None) -> pl.DataFrame:
    """Return every group of states that has a name or, of one, who belonged to it when, with the page that says so.

    record : the record to use; by default the one that is shipped.

    A member that is in no list of states stands there by its name, without codes; a suspension is a row of its own. Raises
    InputError with the nearest names if there is no such group.

    >>> from datetime import date
    >>> groups("EU").filter(until=date(2020, 1, 31)).item(0, "member")
    'United Kingdom'
    """
    from foedus.panels.group_lists import every_group, one_group
    from foedus.record.store import open_record

    record = record or open_record()
    return every_group(record) if name is None else one_group(record, name)


@checked()
def compare_sources(
    dyad: str, years: tuple[int, int] | None = None, *, every: bool = False, record: Record | None = None
) -> pl.DataFrame:
    """Return which source says what of two states, a row for each question and span of years with the same answers.

    Parameters
    ----------
    dyad : two states joined by a hyphen, "USA-CAN".
    years : first and last year; by default all in which both were members of the state system.
    every : also the spans in which no source says yes; by default those in which one does.

    Columns: ccode1, ccode2, question, first_year, last_year, differ (whether one says yes and another no); in yes, no and
    unknown the sources that say so, separated by commas; in not_added those that the record does not hold. Raises InputError
    if the two were never members together.

    >>> found = compare_sources("USA-CAN", years=(1979, 1979))
    >>> found.filter(question="a dispute begun").item(0, "yes")
    'gml'
    """
    from foedus.panels.compare import compared

    return compared(dyad, years=years, every=every, record=record)


@checked()
def cite(*names: str | Path, bibtex: bool = False, disputes_from: str = "gml", alliances_from: str = "facts") -> str:
    """Return what to cite for these variables, sources or files (all sources, without names); with `bibtex`, as BibTeX.

    Of a file (.parquet, .csv, .xlsx, .dta, or a folder in parts) exactly what its columns rest on, with foedus and the record.
    Variables of disputes are cited from the list `disputes_from`, variables of pledges from `alliances_from`.
    Raises InputError for a name that is none of these.

    >>> cite("dispute_onset")[:7]
    'Gibler,'
    """
    from foedus.citation import citations

    return citations(names, bibtex=bibtex, disputes_from=disputes_from, alliances_from=alliances_from)


@checked()
def fit(mechanism: Any = "disputes", outcome: str | None = None, record: Record | None = None) -> Mechanism:
    """Return a mechanism fitted to every year on record, with the terms that earned their place out of sample.

    `outcome` is what it explains, or the name of one of its registered tests; by default the first. One of your own, given as
    in `validate`, has all its terms. Raises InputError for a mechanism or an outcome that there is not, with the nearest names,
    and for one that follows from physics or only describes.

    >>> fit("disputes").fitted.tidy().columns
    ['term', 'estimate', 'std_error', 'z', 'low', 'high']
    """
    from foedus.errors import InputError, nearest
    from foedus.models.validating import fitted as fitted_own
    from foedus.models.validating import is_own
    from foedus.validation.validate import validate as validate_mechanism

    if is_own(mechanism):
        return fitted_own(mechanism, outcome, record)
    found = validate_mechanism(mechanism, record)
    named = {validation.test: validation for validation in reversed(found)}
    named |= {validation.outcome: validation for validation in reversed(found)}
    chosen = outcome or found[0].outcome
    if chosen not in named:
        raise InputError(f"{mechanism} has no outcome {chosen!r}.{nearest(chosen, named)} It has: {', '.join(sorted(named))}.")
    fitted: Mechanism = named[chosen].headline
    return fitted


def estimate(formula: str, panel: Any, model: str = "logit", **choices: Any) -> ShownModel:
    """Return a model of your own, fitted to a panel: coefficients with errors, effects, predictions, what to cite.

    Parameters
    ----------
    formula : "outcome ~ term + term", with `a:b`, `a*b`, log(x), I(x**2), lag(x, 2), years_since(event), poly(x, 3),
        spline(x, 3), C(x); docs/models.md has all of it.
    panel : polars, pandas or Arrow, with the keys of its rows: ccode and year, or ccode1, ccode2 and year, or others by name.
    model : "logit", "probit", "cloglog", "hazard", "firth", "lpm", "ols", "poisson", "negbin", "ologit".
    cluster : what errors are clustered by, or two of it: "unit" (the default), "dyad", "state", "year", any column.
    errors : "clustered", or "iid", "HC1", "dyadic" (rows that share a state hang together).
    fixed : groupings whose effects are taken out. offset, weights : expressions such as "log(population)".
    where : only rows in which this is true, once lags are known: "politically_relevant".
    baseline : of a hazard, what time does: "poly(peace_years, 3)". levels : of an ordered outcome of text, its order.
    years : first and last year of the rows fitted; lags may reach before them.
    uncertain, draws, seed : column → its standard deviation, as a column or an expression: that many panels are drawn from such
        published measurement error, and fits combined by Rubin's rules; so are those of a list of imputed panels.
    by, year : the columns that name a unit and its year, where their names do not tell.

    Raises InputError, before anything is fitted, for a variable that is not there, an outcome that never varies or is text, a
    formula that asks for the future, columns that follow from others or separate the outcome, and fewer clusters than terms.

    >>> rows = panel("dyad-year", ["dispute_onset", "contiguous", "peace_years"], years=(1990, 2010), group=["NATO"])
    >>> fitted = estimate("dispute_onset ~ contiguous + log1p(peace_years)", rows)
    >>> fitted.terms, fitted.events
    (('intercept', 'contiguous', 'log1p(peace_years)'), 18)
    """
    from foedus.models.estimate import estimate as fit_model
    from foedus.report.shown_model import ShownModel

    return ShownModel.of(fit_model(formula, panel, model, **choices))


@checked()
def missing(panel: Any, output: Path | str | None = None, *, by: str = "column") -> pl.DataFrame:
    """Return what a panel lacks, a row a column: rows, missing, share, first_year and last_year with a value, never.

    `never` counts states, or dyads, without a value in any year. With by="state", a row a state and year: state, year, share of
    the values that are missing. With `output`, a picture of that is written, as SVG. Raises InputError for one without keys.

    >>> missing(panel("state-year", ["gdp_per_head", "polyarchy"], years=(2000, 2010))).columns
    ['column', 'rows', 'missing', 'share', 'first_year', 'last_year', 'never']
    """
    from foedus.panels.frames import as_polars
    from foedus.panels.missing import by_column, by_state_and_year

    frame = as_polars(panel)
    if by not in ("column", "state"):
        raise InputError(f"what is missing is told by column or by state, not by {by!r}.")
    if output is not None:
        from pathlib import Path as File

        from foedus.record.writing import check_target, write_text
        from foedus.report.missing_picture import picture

        check_target(File(output))
        write_text(File(output), picture(by_state_and_year(frame)))
    return by_state_and_year(frame) if by == "state" else by_column(frame)


@checked()
def register(claim: Path | str) -> Registered:
    r"""Set a claim of your own down beside its file, dated and hashed, before its scores are seen; docs/models.md says how.

    One that is registered already keeps its day. Raises InputError, with the lines that differ, if it was changed since.

    >>> from pathlib import Path
    >>> from tempfile import mkdtemp
    >>> mine = Path(mkdtemp()) / "allies.toml"
    >>> words = ['claim = "Dyads with a defence pact begin fewer disputes."', 'unit = "dyad-year"', "years = [1980, 2010]"]
    >>> words += ['formula = "dispute_onset ~ defence_pact + log1p(peace_years)"', 'where = "politically_relevant"']
    >>> words += ["origins = [[1990, 1991, 2000], [2000, 2001, 2010]]", "[signs]", 'defence_pact = "-"']
    >>> mine.write_text("\n".join(words), encoding="utf-8") > 0
    True
    >>> register(mine).claim["signs"]
    {'defence_pact': '-'}
    """
    from datetime import date
    from pathlib import Path as File

    from foedus.models.registered import register as set_down

    return set_down(File(claim), date.today())


@checked()
def table(
    *models: Model,
    names: Sequence[str] | None = None,
    form: str = "text",
    output: Path | str | None = None,
    ratios: bool = False,
) -> str:
    """Return models side by side as "text", "markdown", "latex" or "html", and write them to a file where one is named.

    Parameters
    ----------
    form : of what is returned. models : as `estimate` gives them. names : above their columns; by default (1), (2), …
    output : a file: .txt, .md, .tex, .html, .docx or .csv.
    ratios : ratios of odds, hazards or rates in place of coefficients, where a model has such.

    Notes beneath say what errors and rows there are, and cite the data. Raises InputError without a model, for what is none,
    for names that are too few or not different, and for a form or an ending that is not known.

    >>> yearly = panel("state-year", ["state_dispute_onset", "polyarchy"], years=(2000, 2010))
    >>> print(table(estimate("state_dispute_onset ~ polyarchy", yearly), form="markdown").splitlines()[2])
    | intercept | −0.701 |
    """
    from pathlib import Path as File

    from foedus.errors import InputError, shown
    from foedus.report.regressions import told, write_models

    for place, model in enumerate(models, start=1):
        if not hasattr(model, "tidy"):
            raise InputError(f"table: model {place} is {shown(str(model))}, not a model as `foedus.estimate` gives it.")

    named = [f"({place})" for place in range(1, len(models) + 1)] if names is None else list(names)
    if len(set(named)) != len(models):
        raise InputError(f"{len(models)} models need as many different names, not {len(set(named))}.")
    chosen = dict(zip(named, models, strict=True))
    if output is not None:
        write_models(chosen, File(output), exponentiate=ratios)
    return told(chosen, form, exponentiate=ratios)


@checked()
def validate(
    mechanism: Any = None,
    record: Record | None = None,
    *,
    origins: Sequence[Any] | None = None,
    baselines: Sequence[str] | None = None,
    signs: Mapping[str, Any] | None = None,
    smallest: float | None = None,
) -> tuple[Validation[Any] | WarValidation | Graded, ...]:
    """Return scores, baselines, gains and grades of each outcome of a mechanism, or of all mechanisms.

    Parameters
    ----------
    mechanism : the name or id of one that ships or that an installed package offers; one of your own: a class, a `Regression`,
        a file ("calm.py", "calm.py:CalmStates"), which is run, or a registered claim ("calm.toml"). None: all that ship, then
        all that installed packages offer.
    origins, baselines, signs, smallest : of one of your own, as in `Model.validate`; by default those of the registered claim
        beside its file or, without one, ten windows over the later half of its years.
    record : the record to use; by default the one that is shipped, with what has been added to it.

    Raises InputError for a mechanism that there is not, with the nearest names, for a file that cannot be run, and for a claim
    that was changed since it was registered. Scores are lower, and areas under a curve higher, where forecasts are better.

    >>> [validation.outcome for validation in validate("order.democratic_peace")]
    ['dispute_onset', 'fatal_dispute_onset', 'war_dispute_onset', 'originated_dispute_onset', 'joined_dispute_onset']
    >>> import foedus
    >>> calm = foedus.Regression("state-year", "state_dispute_onset ~ polyarchy + log(population)", name="calm_democracies")
    >>> (told,) = validate(calm, origins=[1980, 1990, 2000], signs={"polyarchy": "-"})
    >>> told.grades["log(population)"], told.direction("polyarchy")
    ('supported', 'as claimed')
    """
    from foedus.errors import InputError
    from foedus.models.validating import every_offered, is_own, validated
    from foedus.validation.validate import validate as validate_mechanism

    test: dict[str, Any] = {"origins": origins, "baselines": baselines, "signs": signs, "smallest": smallest}
    if is_own(mechanism):
        return (validated(mechanism, record, **test),)
    if asked := [name for name, value in test.items() if value is not None]:
        raise InputError(f"{', '.join(asked)} are of a mechanism of your own: those that ship have registered tests.")
    shipped = validate_mechanism(mechanism, record)
    return shipped if mechanism else (*shipped, *(validated(name, record) for name in every_offered()))


@checked(
    **dict.fromkeys(("height", "cross_section", "speed", "bearing", "k"), "float | None"),
    line="str | float",
    tracks="int",
    seed="int",
    without="str | Iterable[str]",
    sites="Any",
    terrain="bool",
    record="Record | None",
)
def warning(**question: Any) -> ShownWarning:
    """Return what a network of warning radars sees and how early, with bands: that of the record, or of a table of your own.

    Parameters
    ----------
    height, cross_section : of what is looked for: metres above the sea, square metres.
    speed, bearing : metres a second; degrees from north of the middle of the spread of 60° to either side that it comes from.
    k : by how much refraction flattens the earth, 4/3 by default.
    line : where approaches end: "chain", a latitude as far as the chain goes, or a place "45.4,-75.7".
    tracks, seed : approaches that are drawn at random, and from what.
    without : states (names or ISO3 codes) whose sites are left out.
    sites : a CSV, or a polars, pandas or Arrow frame, of sites (docs/warning.md has the columns).
    terrain : let coarse ground stand in the way, for the line and the area; minutes are of smooth ground always.
    record : the record to use; by default the one that is shipped.

    Raises InputError for what cannot be asked, and for a table's faults, each with its row.

    >>> told = warning(height=100, tracks=500)
    >>> told.tidy().columns
    ['measure', 'state', 'value', 'low', 'high', 'unit', 'meaning']
    """
    from pathlib import Path

    from foedus.assessment.radars import answered
    from foedus.panels.frames import as_polars
    from foedus.report.shown_warning import ShownWarning

    sites = question.get("sites")
    if not (sites is None or isinstance(sites, str | Path)):
        question = {**question, "sites": as_polars(sites)}
    return ShownWarning.of(answered(**question))


@checked()
def simulate(
    scenario: str | Path | Scenario | None = None,
    *,
    members: int | None = None,
    seed: int | None = None,
    horizon: int | None = None,
    without: str | Sequence[str] | None = None,
    workers: int | None = None,
    scheduler: str | None = None,
    record: Record | None = None,
    output: Path | None = None,
    say: Callable[[str, int, int], None] | None = None,
) -> Ensemble:
    """Return futures of the world: an ensemble, of both worlds of each member where obligations are switched off.

    Parameters
    ----------
    scenario : "base", "without-partnership", "stressed", a TOML file, or a `Scenario`; by default the base.
    members, seed, horizon : how many worlds, the seed of all draws, the last year; by default as the scenario says.
    without : obligations switched off from the first year after the record: "bilateral", "all", or types by name.
    workers : processes of this computer that run worlds; by default this one alone does. scheduler : a Dask scheduler whose
        workers do, by its address, such as "tcp://head:8786". Both need the extra [cluster]; the result has the same bytes.
    record : the record to use; by default the one that is shipped, with what has been added to it.
    output : file to write: .parquet (counts) or .csv (bands, in the form of the IAMC). A run that is interrupted goes on from
        what it left beside it.
    say : told of progress: what is done, members done, members.

    Raises InputError with every fault of the scenario at once, and if the output cannot be written. docs/futures.md has a run.

    >>> simulate("without-partnershp")
    Traceback (most recent call last):
    foedus.errors.InputError: no scenario is called without-partnershp. Did you mean without-partnership? These ship: base, ...
    """
    from foedus.futures.simulate import simulate as run

    return run(
        scenario,
        members=members,
        seed=seed,
        horizon=horizon,
        without=without,
        workers=workers,
        scheduler=scheduler,
        record=record,
        output=output,
        say=say,
    )


@checked()
def explain(
    finding: Any, *members: str | int, year: int = 2025, record: Record | None = None, against: str | int | None = None
) -> Explanation | ExplainedMechanism:
    """Return what stands behind a finding: its mechanism, what computes it, its rows, and the command that shows them.

    Of a mechanism it returns what that claims, reads and writes, and how it was tested.

    Parameters
    ----------
    finding : its id, such as "order.dispute.probability"; or a mechanism: the name or id of one that ships or that a package
        offers, or one of your own, a class, a `Regression` or a file ("calm.py").
    members, year, against : whose assessment the rows are taken from; by default that of USA and CAN.
    record : the record to use; by default the one that is shipped, with what has been added to it.

    Raises InputError with the nearest ids for an id that no finding has.

    >>> explain("order.dispute.probability").mechanism
    'order.interests'
    """
    from foedus.assessment.explain import explain as explain_finding
    from foedus.assessment.explain import is_finding
    from foedus.assessment.explain_mechanism import explain_own, explain_shipped
    from foedus.mechanisms.standard import shipped_names
    from foedus.models.validating import is_offered, own
    from foedus.record.store import open_record

    if isinstance(finding, str) and not is_finding(finding):
        if finding in shipped_names():
            return explain_shipped(finding, record or open_record())
        if is_offered(finding):
            return explain_own(own(finding))
    if not isinstance(finding, str):
        return explain_own(own(finding))
    return explain_finding(finding, *members, year=year, record=record, against=against)


@checked(own="Any")
def causal_map(*own: Any, record: Record | None = None, output: Path | str | None = None) -> pl.DataFrame:
    """Return what every mechanism reads and writes, a row a link, with the grade of each; those of your own among them.

    own : mechanisms of your own: a class, a `Regression`, a file ("calm.py"); those that installed packages bring are there.
    record : the record to use; by default the one that is shipped, with what has been added to it.
    output : an SVG file to write the map to.

    Columns: mechanism, direction ("reads", "writes"), topic, variable, term, grade. Raises InputError for what is no mechanism.

    >>> from foedus.models.regression import Regression
    >>> calm = Regression("state-year", "state_dispute_onset ~ polyarchy", name="calm_democracies")
    >>> causal_map(calm).filter(mechanism="own.calm_democracies").select("direction", "variable", "grade").rows()
    [('reads', 'polyarchy', 'not estimated'), ('writes', 'calm_democracies_probability', 'not estimated')]
    """
    from foedus.assessment.explain_mechanism import causal_map as mapped
    from foedus.models.validating import own as of_ones_own
    from foedus.record.store import open_record

    frame = mapped([of_ones_own(each) for each in own], record or open_record())
    if output is not None:
        from pathlib import Path as File

        from foedus.assessment.finding import Exhibit
        from foedus.record.writing import check_target, write_text
        from foedus.report.charts import svg

        check_target(File(output))
        write_text(File(output), svg(Exhibit("map", "What each mechanism reads and writes", "causal map", frame)))
    return frame


@checked()
def claims(file: str | Path | None = None, record: Record | None = None) -> ShownClaims:
    """Return the essay's claims, or those of a file, each with its verdict, its evidence and the rows behind it.

    Parameters
    ----------
    file : a claims file (docs/claims.md), or the name of one that ships: "australia-new-zealand".
    record : the record to use; by default the one that is shipped, with what has been added to it.

    Raises InputError with every fault of the file, each with its claim and line.

    >>> claims().claim(6).verdict
    'holds'
    """
    from foedus.assessment.claims.check import check
    from foedus.assessment.claims.read import ESSAY, located
    from foedus.report.shown import ShownClaims

    return ShownClaims.of(check(ESSAY if file is None else located(file), record))
