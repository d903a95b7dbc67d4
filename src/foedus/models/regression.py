"""A mechanism that is a formula: what the mechanisms that ship can do, of a claim that takes one line.

    outcome(i, t) ~ terms, each as it was known before the year t

Unit of analysis: that of the panel which the formula is for. A variable is read as of the year before, as in every forecast
(`known_before.py`), unless it looks back already. Leaves out: everything that the formula does not name.

>>> calm = Regression("state-year", "state_dispute_onset ~ polyarchy + log(population)", name="calm_democracies")
>>> calm.id, calm.model, calm.terms
('own.calm_democracies', 'logit', ('polyarchy', 'log(population)'))
>>> calm.read_as
'state_dispute_onset ~ lag(polyarchy) + log(lag(population))'
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from importlib.util import find_spec
from typing import Any

import polars as pl

from foedus.errors import InputError, PanelRemark, nearest
from foedus.estimation.boosted import BOOSTED
from foedus.estimation.design import Design
from foedus.estimation.estimate import Estimate
from foedus.estimation.forecasters import Forecast, Forecaster, Logit
from foedus.estimation.least_squares import Linear
from foedus.mechanisms.mechanism import Mechanism, check_choice
from foedus.models.build import asked
from foedus.models.expression import function, names, tree
from foedus.models.families import FAMILIES, Family
from foedus.models.fitting import fitted_to
from foedus.models.forecasting import OfFamily, Trees
from foedus.models.formula import Formula, parsed
from foedus.models.grading import OF_AMOUNTS, OF_YES_NO, design_of
from foedus.models.known_before import known_before
from foedus.models.outcomes import YES_NO
from foedus.models.rows import Choices, Sample, keys_in, sampled, with_years
from foedus.models.scaling import on_like_scales
from foedus.panels.codebook import codebook
from foedus.panels.columns import describe
from foedus.panels.frames import as_polars
from foedus.panels.panel import built
from foedus.panels.units import LAST_YEAR
from foedus.record.store import Record

UNITS = ("state-year", "dyad-year", "directed dyad-year")

MODELS = tuple(name for name in FAMILIES if name not in ("hazard", "lpm", "ologit"))
"""Kinds of models that forecast: a hazard is "cloglog" with what time does as a term; the others give no probabilities."""

ALL = ("",)
"""Stands for all terms of the formula."""


class OfFormula:
    """What follows from a formula: what a mechanism declares in its class otherwise."""

    unit: str
    formula: str
    name: str
    claim: str
    model: str
    known: tuple[str, ...]
    data: Any

    @property
    def id(self) -> str:
        """The claim, among those of one's own."""
        return f"own.{self.name}"

    @property
    def writes(self) -> tuple[str, ...]:
        """What it forecasts."""
        return (f"{self.name}_{'probability' if self.of_yes_no else 'expected'}",)

    @property
    def amounts(self) -> bool:
        """Whether what it forecasts is an amount."""
        return not self.of_yes_no

    @property
    def said(self) -> str:
        """What it claims, in words, and its formula: what another mechanism's file opens with."""
        return "\n\n".join([*filter(None, [self.claim]), f"    {self.read_as}", f"Unit of analysis: the {self.unit}."])

    @property
    def term_reads(self) -> Mapping[str, tuple[str, ...]]:
        """Term → the variables of the codebook that it is made of."""
        found = {}
        for term, factors in self._of_term.items():
            known = describe([name for factor in factors for name in names(tree(factor))]).values()
            found[term] = tuple(dict.fromkeys(info.variable for info in known if info.variable is not None))
        return found

    @property
    def reads(self) -> tuple[str, ...]:
        """The variables of the codebook that it reads, each once."""
        return tuple(dict.fromkeys(name for variables in self.term_reads.values() for name in variables))

    @property
    def term_columns(self) -> Mapping[str, tuple[str, ...]]:
        """Term → itself: which columns a polynomial or levels bring is known only with rows (`FormulaRows.columns_of`)."""
        return {term: (term,) for term in self._of_term}

    @property
    def family(self) -> Family:
        """Its kind of model."""
        return FAMILIES[self.model]

    @property
    def of_yes_no(self) -> bool:
        """Whether what it forecasts is yes or no."""
        return self.family.outcome == YES_NO

    @property
    def read_as(self) -> str:
        """The formula as forecasts read it: every value as known before the year."""
        return self._read[1].text

    @cached_property
    def _read(self) -> tuple[Formula, Formula, dict[str, str]]:
        """The formula, as it is written and as known before the year, and factor → what it became."""
        written = parsed(self.formula)
        columns = () if self.data is None else self.data.columns
        lagged, renamed = known_before(written, self.known, columns)
        return written, lagged, renamed

    @property
    def _of_term(self) -> dict[str, tuple[str, ...]]:
        """Term → its factors as known before the year."""
        written, _, renamed = self._read
        return {":".join(term): tuple(renamed[factor] for factor in term) for term in written.terms}


@dataclass(frozen=True, eq=False)
class Regression(OfFormula, Mechanism):  # type: ignore[override]
    """A formula as a mechanism: it is fitted, checked and graded as those that ship.

    Parameters
    ----------
    unit : "state-year", "dyad-year" or "directed dyad-year". formula : "outcome ~ term + term", as in `foedus.estimate`.
    name : what it is called; its id is "own." and the name. claim : what it says, as a sentence.
    model : "logit", "ols", "poisson" or another of MODELS; by default a logit where the outcome is yes or no in the codebook or
        a comparison, and least squares where it is another variable of the codebook.
    where : only rows in which this is true. known : variables that are known at the beginning of a year.
    first_year : first year of the rows learnt from. rows : what else chooses them, as in `foedus.panel`: {"group": ["NATO"]}.
    data : a panel of your own, in place of the record's; polars, pandas or Arrow.
    terms, outcome, estimate : as in every mechanism; they follow from the formula.

    Two regressions are equal if they are one: frames are not compared.

    Raises InputError for a formula that cannot be read or forecasts nothing, and for an outcome of which nobody can tell
    whether it is yes or no.
    """

    unit: str = field()  # type: ignore[misc]
    formula: str = field()
    name: str = "regression"  # type: ignore[misc]
    claim: str = ""
    model: str = ""
    where: str | None = None
    known: tuple[str, ...] = ()
    first_year: int = 1950
    rows: Mapping[str, Any] = field(default_factory=dict)
    data: Any = field(default=None, repr=False)
    terms: tuple[str, ...] = ALL
    outcome: str = ""
    estimate: Estimate | None = None

    def __post_init__(self) -> None:
        if self.unit not in UNITS:
            close = nearest(str(self.unit), UNITS)
            raise InputError(f"a regression has no unit {self.unit!r}.{close} There are: {', '.join(UNITS)}.")
        if not re.fullmatch(r"[a-z][a-z0-9_]*", self.name):
            raise InputError(f"{self.name!r} cannot be a mechanism's name: lower-case letters, digits and _, a letter first.")
        if not isinstance(self.first_year, int) or self.first_year > LAST_YEAR:
            raise InputError(f"{self.id} cannot begin to learn in {self.first_year!r}: first_year is at most {LAST_YEAR}.")
        if self.data is not None:
            object.__setattr__(self, "data", as_polars(self.data))
        read = self._read[0]
        chosen: dict[str, Any] = {"outcome": read.outcome, "model": self.model or _model_of(read.outcome)}
        if self.outcome not in ("", read.outcome):
            raise InputError(f"{self.id} explains {read.outcome}, the left side of its formula, not {self.outcome}.")
        if chosen["model"] not in MODELS:
            close = nearest(chosen["model"], MODELS)
            raise InputError(f"no forecast is made by model={chosen['model']!r}.{close} There are: {', '.join(MODELS)}.")
        if not read.intercept or not read.terms:
            lacks = "term" if read.intercept else "intercept"
            raise InputError(f"the formula of {self.id} has no {lacks}: nothing is forecast.")
        if self.terms == ALL:
            chosen["terms"] = tuple(self._of_term)
        for name, value in chosen.items():
            object.__setattr__(self, name, value)
        check_choice(self.id, "term", self.terms, self._of_term)

    def panel(self, record: Record, years: tuple[int, int]) -> pl.DataFrame:
        """Return the rows of these years, with the outcome and all that the formula reads, values of other years included.

        What `where` leaves out that it cannot tell is warned of (`PanelRemark`).
        """
        frame, remarks = self.rows_of(record, years)
        for remark in remarks:
            warnings.warn(f"{self.id}: {remark}.", PanelRemark, stacklevel=2)
        return frame

    def rows_of(self, record: Record, years: tuple[int, int]) -> tuple[pl.DataFrame, list[str]]:
        """Return the rows of the panel, and remarks on their choice."""
        choices, formula = Choices(where=self.where, years=years), self._read[1]
        if self.data is not None:
            frame = self.data
        else:
            directed = {"directed": True} if self.unit.startswith("directed ") else {}
            unit = self.unit.removeprefix("directed ")
            frame = built(asked([formula.text], choices, unit, years, record=record, **directed, **self.rows))
        return with_years(formula, frame, keys_in(frame), choices)

    def complete(self, panel: pl.DataFrame) -> pl.DataFrame:
        """Return the rows of which everything is known that the formula reads, whichever terms enter."""
        return self._sample(panel).frame

    def design(self, panel: pl.DataFrame) -> FormulaRows:
        """Return the panel as rows for estimation, with the columns of all terms; the rows of a state or dyad are a cluster."""
        return FormulaRows.of_sample(self._sample(panel), self._of_term, self.model)

    def fit(self, panel: pl.DataFrame) -> Regression:
        """Return a copy fitted to the rows from `first_year` on; raises InputError for what no solver should see."""
        sample = self._sample(panel)
        rows = sample.frame.filter(pl.col(sample.keys.time) >= self.first_year)
        kept = replace(sample.formula, terms=tuple(self._of_term[term] for term in self.terms))
        found = fitted_to(sampled(kept, rows, sample.keys, sample.choices, self.family.outcome), self.family)
        count = len(found.sample.names)
        estimate = Estimate(
            terms=found.sample.names,
            coefficients=found.coefficients[:count],
            covariance=found.covariance[:count, :count],
            means=found.sample.matrix.mean(axis=0),
            n=found.n,
            events=found.events,
            clusters=found.n if found.groups is None else found.groups,
            first_year=found.years[0],
            last_year=found.years[1],
        )
        return replace(self, estimate=estimate)

    def forecaster(self, columns: Collection[str]) -> Forecaster:
        """Return what forecasts the outcome from some terms."""
        return OfTerms(self.model, tuple(columns))

    def baselines(self) -> Mapping[str, Forecaster]:
        """Return what it has to beat, by name: what is known without it."""
        return OF_YES_NO if self.of_yes_no else OF_AMOUNTS

    def models(self) -> Mapping[str, Forecaster]:
        """Return every model that is scored, and boosted trees on the same columns where scikit-learn is installed."""
        trees = {BOOSTED: OfTerms(self.model, self.terms, trees=True)} if find_spec("sklearn") and self.terms else {}
        return {**super().models(), **trees}

    def _sample(self, panel: pl.DataFrame) -> Sample:
        keys = keys_in(panel)
        choices = Choices(clusters=("dyad" if keys.sides else "unit",))
        return sampled(self._read[1], panel, keys, choices, self.family.outcome)


@dataclass(frozen=True)
class FormulaRows(Design):
    """Rows of a formula, ready for estimation.

    Attributes
    ----------
    sample : what they are taken from. of_term : term → its columns. eased : whether a solver needs them on like scales.
    """

    sample: Sample | None = field(default=None, repr=False, compare=False)
    of_term: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    eased: bool = False

    @classmethod
    def of_sample(cls, sample: Sample, terms: Mapping[str, tuple[str, ...]], model: str) -> FormulaRows:
        """Return the rows of a sample, with the columns that each term brings."""
        rows = design_of(sample)
        return cls(
            rows.matrix,
            rows.columns,
            rows.outcome,
            rows.cluster,
            rows.year,
            rows.sides,
            sample=sample,
            of_term={term: tuple(sample.encoding.columns_of(factors)) for term, factors in terms.items()},
            eased=on_like_scales(sample, model)[1] is not None,
        )

    def columns_of(self, terms: Collection[str]) -> tuple[str, ...]:
        """Return the columns that these terms bring, in the design's own order."""
        chosen = {column for term in terms for column in self.of_term[term]}
        return tuple(column for column in self.columns if column in chosen)


@dataclass(frozen=True)
class OfTerms:
    """What forecasts from some terms of a formula: its kind of model or, with `trees`, boosted trees on their columns."""

    model: str
    terms: tuple[str, ...]
    trees: bool = False

    def learn(self, known: Design) -> Forecast:
        """Return what the rows up to the origin teach; raises InputError where nothing can be learnt."""
        assert isinstance(known, FormulaRows)
        return self._made(known, known.columns_of(self.terms)).learn(known)

    def _made(self, known: FormulaRows, columns: tuple[str, ...]) -> Forecaster:
        family = FAMILIES[self.model]
        if self.trees:
            return Trees(columns, family.outcome == YES_NO)
        if self.model == "logit" and not known.eased:
            return Logit(columns)
        assert known.sample is not None
        return Linear(columns) if self.model == "ols" else OfFamily(family, known.sample, columns)


def _is_condition(node: ast.AST) -> bool:
    """Whether an expression is true or false of each row: a comparison, or conditions joined by and, or, not, & and |."""
    if isinstance(node, ast.BinOp):
        return isinstance(node.op, ast.BitAnd | ast.BitOr) and _is_condition(node.left) and _is_condition(node.right)
    if isinstance(node, ast.UnaryOp):
        return isinstance(node.op, ast.Not | ast.Invert) and _is_condition(node.operand)
    return isinstance(node, ast.Compare | ast.BoolOp)


def _model_of(outcome: str) -> str:
    """The kind of model of an outcome, as the codebook or the outcome itself tells it; raises InputError where neither does.

    >>> _model_of("dispute_onset"), _model_of("log(milex)"), _model_of("(milex > 0)"), _model_of("I((milex > 0) & (cinc > 0))")
    ('logit', 'ols', 'logit', 'logit')
    """
    node = tree(outcome)
    while isinstance(node, ast.Call) and function(node) in ("I", "lag", "lead") and node.args:
        node = node.args[0]
    if _is_condition(node):
        return "logit"
    if not isinstance(node, ast.Name):
        return "ols"
    info = describe([node.id]).get(node.id)
    known = codebook().get(info.variable or "") if info else None
    if known is None:
        raise InputError(f"is {outcome} yes or no, a count or an amount? Say model='logit', 'poisson', 'ols' or another.")
    return "logit" if known.units == "yes or no" else "ols"
