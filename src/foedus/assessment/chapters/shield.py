"""The shield: whether a state with allies is attacked less, by which design, and whether that helps to foresee attacks.

Several published designs stand side by side, each on all its years and on years it has not seen. A number in sample and a
number out of sample are never merged: where a pact goes with fewer attacks in sample and adds nothing out of sample, both are
said.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from math import expm1, isfinite
from typing import Any

import polars as pl

from foedus.assessment.finding import Baseline, Chapter, Exhibit, Finding, Interval, Rows
from foedus.assessment.standing import Standing, standing
from foedus.estimation.sensitivity import sensitivity_curve
from foedus.mechanisms.shield.checks import summary
from foedus.mechanisms.shield.designs import plans
from foedus.mechanisms.shield.deterrence import Shield
from foedus.panels.codebook import lookup
from foedus.partnership.partnership import Partnership
from foedus.record.store import Record
from foedus.validation import in_sample
from foedus.validation.grades import HARMFUL, NOT_SUPPORTED
from foedus.validation.validate import Validation, validate
from foedus.words import signed

ID = "shield"
TITLE = "The shield"
QUESTION = "Are states with allies attacked less, and does knowing their pacts help to foresee who will be?"

PACT, TERM = "target_defence", "target's defence pact"
"""The column and the term that the grade of the mechanism hangs on."""

STUDIES = {
    "leeds_2003": "Leeds (2003)",
    "johnson_leeds_2011": "Johnson & Leeds (2011)",
    "kenwick_vasquez_2017_to_1945": "Kenwick & Vasquez (2017), to 1945",
    "kenwick_vasquez_2017_from_1946": "Kenwick & Vasquez (2017), from 1946",
    "benson_2011": "Benson (2011)",
    "naive": "any other defence ally",
}
COLUMNS = {
    "target_defence": "a defence pact of the target",
    "target_defence_new": "a new defence pact of the target",
    "target_defence_young": "a defence pact of the target of 6 to 15 years",
    "target_defence_old": "a defence pact of the target of more than 15 years",
    "target_defence_from_birth": "a defence pact the target has had since it became a state",
    "target_unconditional_deterrent": "an unconditional deterrent pact of the target",
    "target_conditional_deterrent": "a conditional deterrent pact of the target",
    "challenger_defence": "a defence pact of the challenger",
    "challenger_offence": "an offence pact of the challenger",
    "challenger_neutrality": "a neutrality pact of the challenger",
    "challenger_unconditional_compellent": "an unconditional compellent pact of the challenger",
    "challenger_conditional_compellent": "a conditional compellent pact of the challenger",
}
SOURCES = tuple(sorted({source for name in Shield.reads for source in lookup(name).sources}))


def chapter(partnership: Partnership) -> Chapter:
    """Return the chapter for a partnership."""
    alike = everywhere(partnership.record)
    headline = alike.told("shield.in_sample", "shield.out_of_sample")
    findings = [
        _owed(partnership),
        *headline,
        *([_without(partnership, headline[0])] if partnership.year > lookup("dispute_onset").last_year else []),
        *alike.told("shield.design", "shield.negative_control", "shield.specifications", "shield.sensitivity"),
    ]
    return Chapter(
        id=ID,
        title=TITLE,
        question=QUESTION,
        findings=tuple(findings),
        exhibits=(
            *alike.exhibits,
            *_vector(partnership),
        ),
        would_change=(
            f"Dispute data after {lookup('dispute_onset').last_year}; a design in which pacts are not sought by those in "
            "danger; a clear gain of the target's pacts on the years forecast."
        ),
        gaps=(
            f"Treaties are known to {lookup('defence_pact').absent_to}, later where a document says so; disputes are known to "
            f"{lookup('dispute_onset').last_year}.",
            "What the pacts owe is what their texts say, not what was believed of them.",
        ),
        everywhere=alike.ids,
    )


def _vector(partnership: Partnership) -> Iterable[Exhibit]:
    """What binds the two; of more members the chapter on who they are has a row for each pair."""
    if len(partnership.members) == 2:
        vector = _readable(partnership.obligations())
        yield Exhibit("shield.vector", "What binds the members", "table", vector, "", partnership.by_list("atop"))


def everywhere(record: Record) -> Standing:
    """Return what is told of every partnership alike, from memory where it is there."""
    return standing(ID, record, of_every_partnership)


def of_every_partnership(record: Record) -> Standing:
    """Return what the published designs say of all years and of those forecast, and what may speak against it."""
    tests = {validation.test: validation for validation in validate("shield", record)}
    designs = in_sample.shield_designs(record)
    findings = (*_headline(tests["shield"], designs), *_designs(tests, designs), *_checks(record, designs))
    return Standing(findings, tuple(_exhibits(record, designs)))


def _owed(partnership: Partnership) -> Finding:
    vector = partnership.obligations()
    return Finding(
        id="shield.obligations",
        chapter=ID,
        statement=partnership.summary(),
        value=int(vector["last_known"].fill_null(False).sum()),
        unit="obligations",
        sources=partnership.by_list("alliance_facts", "atop", "dcad", "desta", "treaty_facts"),
        rows=Rows("Partnership(…).obligations()", f"year = {partnership.year}"),
    )


def _row(designs: pl.DataFrame, study: str, column: str) -> dict[str, Any]:
    return designs.row(by_predicate=(pl.col("study") == study) & (pl.col("column") == column), named=True)


def _gain(validation: Validation[Any], term: str) -> dict[str, Any]:
    gains = validation.over_all("gains")
    chosen = (pl.col("term") == term) & (pl.col("score") == validation.registration.score)
    return gains.row(by_predicate=chosen, named=True)


def both(row: Mapping[str, Any], gain: Mapping[str, Any], smallest: float) -> str:
    """Return what a pact goes with in sample and adds out of sample, in one breath; nothing, if no gain is clear.

    >>> row = {"odds_change": -18.2, "low": -30.0, "high": -4.0}
    >>> both(row, {"skill": 0.0001, "skill_low": -0.001, "skill_high": 0.001}, 0.005)
    'in sample −18 %, out of sample nothing (odds of an attack −30 to −4 %; gain in log score +0.01 %, −0.1 to +0.1)'
    """
    change, low, high = (signed(row[name]) for name in ("odds_change", "low", "high"))
    skill, worst, best = (signed(gain[name] * 100, 1) for name in ("skill", "skill_low", "skill_high"))
    phrase = "nothing"
    if gain["skill_low"] > 0 and gain["skill"] >= smallest:
        phrase = f"a gain of {skill} %"
    elif gain["skill_high"] < 0:
        phrase = f"nothing, and clearly worse by {skill.removeprefix('−')} %"
    intervals = f"odds of an attack {low} to {high} %; gain in log score {skill} %, {worst} to {best}"
    return f"in sample {change} %, out of sample {phrase} ({intervals})"


def _headline(validation: Validation[Any], designs: pl.DataFrame) -> Iterable[Finding]:
    """The target's defence pact in the design that covers both eras, in sample and out of sample."""
    row, gain, grade = _row(designs, "johnson_leeds_2011", PACT), _gain(validation, TERM), validation.grades[TERM]
    test = validation.registration
    span = f"{gain['first_year']}–{gain['last_year']} from {len(test.origins)} past origins"
    in_sample_odds = _odds(
        "shield.in_sample",
        (
            f"In sample, {row['first_year']}–{row['last_year']} ({row['events']:,} attacks in {row['n']:,} directed "
            f"dyad-years): where treaties oblige a third state to defend the target, the odds of an attack differ by "
            f"{signed(row['odds_change'])} % ({signed(row['low'])} to {signed(row['high'])}) from those of others like it; an "
            f"association, in the design of {STUDIES['johnson_leeds_2011']}."
        ),
        (row["odds_change"], row["low"], row["high"]),
        "targets without such a pact",
        grade,
        Rows("foedus fit shield", "term = target_defence"),
    )
    yield replace(in_sample_odds, direction=validation.direction(TERM))
    yield Finding(
        id="shield.out_of_sample",
        chapter=ID,
        statement=(
            f"Attacks on states that others are bound to defend: {both(row, gain, test.smallest)}, "
            f"{row['first_year']}–{row['last_year']} and forecasts of {span}."
        ),
        value=round(gain["skill"], 5) + 0.0,
        unit="share of the log score",
        interval=Interval(validation.registration.level, gain["skill_low"], gain["skill_high"]),
        baseline=Baseline("the same model without it", 0.0),
        grade=grade,
        direction=validation.direction(TERM),
        sources=SOURCES,
        rows=Rows("foedus validate shield.deterrence --json", f"test = shield and term = {TERM}"),
    )


def _without(partnership: Partnership, in_force: Finding) -> Finding:
    """What the headline risks would be without the members' defence pledges: what the term has earned, and the sensitivity."""
    estimate, grade = in_force.interval, in_force.grade
    if estimate is None or grade is None or not isinstance(in_force.value, float):
        raise TypeError(f"finding {in_force.id} has no estimate with an interval")
    change, low, high = (100 * (1 / (1 + odds / 100) - 1) for odds in (in_force.value, estimate.high, estimate.low))
    pledged = partnership.pledges()["defence_pact"].fill_null(False).any()
    bilateral = partnership.without("bilateral").pledges()["defence_pact"].fill_null(False).any()
    level = "of a treaty with others too" if bilateral else "of an agreement of their own"
    if not pledged:
        phrase = "Neither member owes the other defence, so that there is no such pledge to switch off"
    elif grade in (NOT_SUPPORTED, HARMFUL):
        phrase = f"Without the members' pledge of defence ({level}) no headline number changes, for it has earned no weight"
    else:
        phrase = f"The members' pledge of defence ({level}) is graded {grade}"
    without = _odds(
        "shield.without",
        (
            f"{phrase}; by the estimate in sample, the odds of an attack on a state without such a pact differ by "
            f"{signed(change)} % ({signed(low)} to {signed(high)}) from those with it: a sensitivity."
        ),
        (round(change, 1), low, high),
        "with the pact",
        grade,
        Rows('Partnership(…).without("all").pledges()', f"year = {partnership.year}"),
    )
    return replace(without, direction=in_force.direction)


def _odds(
    name: str,
    statement: str,
    change: tuple[float, float, float],
    against: str,
    grade: str,
    rows: Rows | None = None,
) -> Finding:
    """A finding about a change of the odds in per cent, with its interval, against what has none of it."""
    value, low, high = change
    return Finding(
        id=name,
        chapter=ID,
        statement=statement,
        value=value,
        unit="per cent of the odds",
        interval=Interval(0.95, low, high),
        baseline=Baseline(against, 0.0),
        grade=grade,
        sources=SOURCES,
        rows=rows,
    )


def _designs(tests: Mapping[str, Validation[Any]], designs: pl.DataFrame) -> Iterable[Finding]:
    """Each study's first pact of the target: what was published, what comes out here, and what it adds out of sample."""
    by_study = {validation.full.study: validation for validation in tests.values()}
    for study in designs["study"].unique(maintain_order=True):
        of_target = designs.filter((pl.col("study") == study) & pl.col("column").str.starts_with("target"))
        validation = by_study.get(study)
        if validation is None:
            continue
        for row in of_target.iter_rows(named=True):
            term = next(name for name, columns in plans()[study].terms.items() if row["column"] in columns)
            gain, grade = _gain(validation, term), validation.grades[term]
            phrase = both(row, gain, validation.registration.smallest)
            of_design = _odds(
                f"shield.design.{study}.{row['column']}",
                (
                    f"{STUDIES[study]}, {row['first_year']}–{row['last_year']}: {COLUMNS[row['column']]}{_published(row)}; "
                    f"here {phrase}{_agrees(row)}."
                ),
                (row["odds_change"], row["low"], row["high"]),
                "without such a pact",
                grade,
                Rows("foedus validate shield.deterrence --json", f"test = {validation.test} and term = {term}"),
            )
            yield replace(of_design, direction=validation.direction(term))


SIGNS = {"+": "more attacks", "-": "fewer attacks", "not +": "no more attacks", "not -": "no fewer attacks"}
"""What a study reports of a column."""


def _published(row: Mapping[str, Any]) -> str:
    return f", published as {SIGNS[row['expected']]}" if row["expected"] else ""


def _agrees(row: Mapping[str, Any]) -> str:
    if not row["expected"]:
        return ""
    return ": the sign agrees" if row["same_sign"] else ": the sign does not agree"


def _checks(record: Record, designs: pl.DataFrame) -> Iterable[Finding]:
    """The negative control, the specifications, and how strong an unmeasured confounder would have to be."""
    control = {row["pact"]: row for row in in_sample.shield_control(record).iter_rows(named=True)}
    later = control["in 1–5 years"]
    change = [_percent(later[name]) for name in ("estimate", "low", "high")]
    fails = later["low"] > 0 or later["high"] < 0
    read = "no sign that those about to gain allies are attacked more or less"
    if fails:
        read = f"those about to gain allies are attacked {'more' if later['low'] > 0 else 'less'} already"
    yield _odds(
        "shield.negative_control",
        (
            f"Negative control: where the target's first pact is still one to five years away, the odds of an attack differ by "
            f"{signed(change[0])} % ({signed(change[1])} to {signed(change[2])}) from those of targets that gain none: {read}."
        ),
        (round(change[0], 1), change[1], change[2]),
        "targets that gain no pact",
        NOT_SUPPORTED if fails else "not estimated",
    )
    curve = summary(in_sample.shield_curve(record)).row(0, named=True)
    yield Finding(
        id="shield.specifications",
        chapter=ID,
        statement=(
            f"Of {curve['specifications']} reasonable specifications, {curve['below']} find clearly fewer attacks on targets "
            f"with a pact and {curve['above']} clearly more; the median differs by {signed(_percent(curve['median']))} % of "
            f"the odds, from {signed(_percent(curve['lowest']))} to {signed(_percent(curve['highest']))}."
        ),
        value=round(_percent(curve["median"]), 1),
        unit="per cent of the odds",
        baseline=Baseline("no association", 0.0),
        grade="mixed" if curve["below"] and curve["above"] else "not estimated",
        sources=SOURCES,
    )
    strongest = designs.filter(pl.col("column") == PACT).sort("e_value", descending=True).row(0, named=True)
    yield Finding(
        id="shield.sensitivity",
        chapter=ID,
        statement=(
            f"Something unmeasured would have to be {strongest['e_value']:.1f} times as frequent with such a pact, and make "
            f"attack as many times {'less' if strongest['odds_change'] < 0 else 'more'} likely, to explain the largest "
            f"estimate of a pact in force away ({STUDIES[strongest['study']]}); {strongest['e_value_limit']:.1f} times to "
            "reach the end of its interval."
        ),
        value=round(strongest["e_value"], 2),
        unit="E-value",
        baseline=Baseline("nothing unmeasured is needed", 1.0),
        grade="not estimated",
        sources=SOURCES,
    )


def _percent(log_odds: float) -> float:
    return 100 * expm1(log_odds)


def _exhibits(record: Record, designs: pl.DataFrame) -> Iterable[Exhibit]:
    rows = designs.with_columns(pl.col("odds_change", "low", "high") / 100 + 1).select(
        label=pl.col("column").replace(COLUMNS),
        value="odds_change",
        low="low",
        high="high",
        baseline=pl.lit(1.0),
        group=pl.col("study").replace(STUDIES),
        unit=pl.lit("ratio of odds"),
    )
    yield Exhibit(
        "shield.designs",
        "Attack and pacts in the published designs",
        "bars",
        rows,
        "Odds of an attack with the pact over those without, all years of the study, 95 % intervals. Below one: fewer attacks.",
        SOURCES,
    )
    yield _confounder(designs)
    curve = in_sample.shield_curve(record)
    yield Exhibit(
        "shield.curve",
        "The target's pact by choice of specification",
        "bars",
        pl.concat([_by(curve, choice) for choice in ("era", "outcome", "population", "pact", "rivalry")]),
        "Median ratio of odds over the specifications that share a choice, lowest to highest. Below one: fewer attacks.",
        SOURCES,
    )
    yield Exhibit("shield.every_specification", "Every specification", "table", curve, "Estimates in log odds.", SOURCES)


def _confounder(designs: pl.DataFrame) -> Exhibit:
    """How much more frequent a confounder must be with the pact, by how much it raises (or lowers) the odds of an attack."""
    row = designs.filter(pl.col("column") == PACT).sort("e_value", descending=True).row(0, named=True)
    middle, low, high = (1 + row[name] / 100 for name in ("odds_change", "low", "high"))
    near = 1.0 if low <= 1 <= high else high if middle < 1 else low
    strengths = [2.5, 3.0, 4.0, 6.0, 10.0, 20.0]
    needed, enough = (sensitivity_curve(ratio, strengths)["prevalence_ratio"].to_list() for ratio in (middle, near))
    known = [(strength, most, least) for strength, most, least in zip(strengths, needed, enough, strict=True) if isfinite(most)]
    rows = pl.DataFrame(
        {
            "label": [f"alters the odds of an attack {strength:g}-fold" for strength, _, _ in known],
            "value": [most for _, most, _ in known],
            "low": [least for _, _, least in known],
            "high": [most for _, most, _ in known],
            "baseline": [1.0] * len(known),
            "group": [None] * len(known),
            "unit": ["ratio of prevalences"] * len(known),
        },
        schema_overrides={"group": pl.String},
    )
    return Exhibit(
        "shield.confounder",
        f"What would explain the estimate of {STUDIES[row['study']]} away",
        "bars",
        rows,
        "How many times more frequent something unmeasured would have to be with the pact than without (or the reverse) to "
        "explain all of it away; the interval reaches down to what its nearer bound asks for: one, if no difference is in it.",
        SOURCES,
    )


def _by(curve: pl.DataFrame, choice: str) -> pl.DataFrame:
    summed = summary(curve, [choice]).with_columns(pl.col("median", "lowest", "highest").exp())
    return summed.select(
        label=pl.col(choice),
        value="median",
        low="lowest",
        high="highest",
        baseline=pl.lit(1.0),
        group=pl.lit(choice),
        unit=pl.lit("ratio of odds"),
    )


def _readable(vector: pl.DataFrame) -> pl.DataFrame:
    """The obligations with lists as text."""
    lists = [name for name, kind in vector.schema.items() if isinstance(kind, pl.List)]
    return vector.with_columns(pl.col(lists).list.join("; ")).drop("ccode1", "ccode2")
