"""Which source says what of two states: for each question and span of years, who says yes, who says no, who cannot know.

Sources that answer the same question do not always agree: whether two states had a dispute hangs on the list of disputes. Here
every source on record is asked with the same words, year by year, and years in which all answers stay the same become one
row. A source speaks only of years that it covers; in others its answer is unknown, never no. One that the user could add to
the record, and has not, is named as not added.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from foedus.errors import InputError
from foedus.panels.alliance_lists import by_alliances
from foedus.panels.alliances import ATOP, CODED, COW, FACTS
from foedus.panels.build import sided_name
from foedus.panels.codebook import lookup
from foedus.panels.dispute_lists import from_list
from foedus.panels.disputes import GML, LISTS
from foedus.panels.named import named_request
from foedus.panels.panel import built
from foedus.record.manifest import source_of
from foedus.record.spells import runs
from foedus.record.store import Record, open_record

LESSER_RIVALRY = 0.25
"""The level of the peace scale up to which its authors call two states rivals."""


@dataclass(frozen=True)
class Voice:
    """One source's answer to a question: true, false, or null where it does not know.

    Attributes
    ----------
    name : the source, as `foedus record add` and `--disputes-from` call it.
    variable : the variable that it is read from. says : what of the panel's columns makes a yes.
    disputes_from, alliances_from : the lists that the panel is of.
    """

    name: str
    variable: str
    says: pl.Expr
    disputes_from: str = GML
    alliances_from: str = FACTS

    @property
    def sources(self) -> tuple[str, ...]:
        """Ids of the sources that the answer rests on."""
        return by_alliances(from_list(lookup(self.variable), self.disputes_from), self.alliances_from).sources


def _voice(name: str, variable: str, **lists: str) -> Voice:
    return Voice(name, variable, pl.col(variable), **lists)


def _of_lists(variable: str, *more: Voice) -> tuple[Voice, ...]:
    """What each list of disputes says by the variable, and further sources."""
    return (*(_voice(name, variable, disputes_from=name) for name in LISTS), *more)


def _of_pacts(variable: str) -> tuple[Voice, ...]:
    """What each list of alliances says by the variable, if it tells of such a pledge."""
    ours = (_voice("atop", variable, alliances_from=ATOP), _voice("alliance-facts", variable))
    untold = variable.removesuffix("_pact") not in CODED[COW]
    return ours if untold else (*ours, _voice("cow-alliances", variable, alliances_from=COW))


_CRISES = pl.sum_horizontal(sided_name("crises_begun", side) for side in "12") > 0

QUESTIONS: dict[str, tuple[Voice, ...]] = {
    "a dispute under way": _of_lists("dispute_ongoing"),
    "a dispute begun": _of_lists("dispute_onset"),
    "a fatal dispute begun": _of_lists("fatal_dispute_onset"),
    "war": _of_lists(
        "dispute_war",
        _voice("cow-wars", "interstate_war_ongoing"),
        _voice("ucdp-armed-conflict", "interstate_conflict_war"),
    ),
    "an armed conflict, at least 25 deaths in the year": (_voice("ucdp-armed-conflict", "interstate_conflict"),),
    "a crisis of either, with any state": (Voice("icb", "crises_begun", _CRISES),),
    "rivals": (
        _voice("strategic-rivalries", "rivalry"),
        Voice("peace-scale", "peace_level", pl.col("peace_level") <= LESSER_RIVALRY),
    ),
    "a pledge of defence": _of_pacts("defence_pact"),
    "a pledge of support in attack": _of_pacts("offence_pact"),
    "a pledge of neutrality": _of_pacts("neutrality_pact"),
    "a promise not to attack": _of_pacts("nonaggression_pact"),
    "a promise to consult": _of_pacts("consultation_pact"),
    "contact on land": (
        _voice("minimum-distance", "contiguous"),
        Voice("cow-contiguity", "contiguity_type", pl.col("contiguity_type") == 1),
    ),
}
"""What is asked → the sources that answer."""

KEYS = ["ccode1", "ccode2"]
ANSWERS = ("yes", "no", "unknown")
COLUMNS = [*KEYS, "question", "first_year", "last_year", "differ", *ANSWERS, "not_added"]


def compared(
    dyad: str, *, years: tuple[int, int] | None = None, every: bool = False, record: Record | None = None
) -> pl.DataFrame:
    """Return which source says what of two states; `foedus.compare_sources` says the same with more words.

    >>> found = compared("USA-CAN", years=(1978, 1980)).filter(question="a dispute begun")
    >>> found.select("first_year", "last_year", "yes").rows()
    [(1979, 1979, 'gml')]
    """
    record = record or open_record()
    held = {table.source for table in record.tables.values()}
    answers = pl.concat(list(_answers(dyad, years, record, held)))
    if answers.is_empty():
        raise InputError(f"{dyad}: the two were never members of the state system together in these years.")
    spans = _spans(answers)
    shown = spans if every else spans.filter(pl.col("yes") != "")
    return shown.with_columns(
        differ=(pl.col("yes") != "") & (pl.col("no") != ""),
        not_added=pl.col("question").replace_strict(_not_added(held), return_dtype=pl.String),
    ).select(COLUMNS)


def missing(record: Record | None = None) -> dict[str, str]:
    """Return the sources that could be compared and are not in the record, each with how it is added or why it is left out."""
    record = record or open_record()
    held = {table.source for table in record.tables.values()}
    told = {}
    for voice in (voice for voices in QUESTIONS.values() for voice in voices if not held.issuperset(voice.sources)):
        source = source_of(voice.name.replace("-", "_"))
        told[voice.name] = source.how_to_add() if source.licence == "restricted" else "this record leaves it out."
    return told


def _answers(dyad: str, years: tuple[int, int] | None, record: Record, held: set[str]) -> Iterator[pl.DataFrame]:
    """Yield what each source says of every year: the dyad, year, question, its place, the name and its turn, says."""
    asked = [
        ({"place": pl.lit(place), "question": pl.lit(question), "name": pl.lit(voice.name), "turn": pl.lit(turn)}, voice)
        for place, (question, voices) in enumerate(QUESTIONS.items())
        for turn, voice in enumerate(voices)
        if held.issuperset(voice.sources)
    ]
    for lists in dict.fromkeys((voice.disputes_from, voice.alliances_from) for _, voice in asked):
        mine = [each for each in asked if (each[1].disputes_from, each[1].alliances_from) == lists]
        names = list(dict.fromkeys(voice.variable for _, voice in mine))
        choices = {"disputes_from": lists[0], "alliances_from": lists[1]}
        rows = built(named_request("dyad-year", names, dyads=[dyad], years=years, record=record, **choices))
        for told, voice in mine:
            yield rows.select(*KEYS, "year", **told, says=voice.says)


def _spans(answers: pl.DataFrame) -> pl.DataFrame:
    """Put together, per dyad and question, the years that follow each other with the same answers of all."""
    said = {"yes": pl.col("says"), "no": ~pl.col("says"), "unknown": pl.col("says").is_null()}
    who = {answer: pl.col("name").filter(says.fill_null(False)).str.join(", ") for answer, says in said.items()}
    unit = [*KEYS, "place", "question"]
    years = answers.sort("turn", maintain_order=True).group_by(*unit, "year", maintain_order=True).agg(**who)
    return runs(years, unit)


def _not_added(held: set[str]) -> dict[str, str]:
    return {
        question: ", ".join(voice.name for voice in voices if not held.issuperset(voice.sources))
        for question, voices in QUESTIONS.items()
    }
