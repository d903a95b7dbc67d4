"""What a term adds to forecasts: the score of the model without it less that of the model with it, and how sure that is.

The proper scores are means over rows, so that one bootstrap of all windows serves every part of them.
The area under the ROC curve is not: each part has its own, and its interval rests on how much each row moves it.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from foedus.estimation.design import Array
from foedus.validation import scores
from foedus.validation.bootstrap import Bootstrap
from foedus.validation.hindcast import Hindcast, of_model, spans, together, varying
from foedus.validation.registration import Registration

KEYS = ("term", "against", "score")
AMOUNTS = ("gain", "low", "high", "skill", "skill_low", "skill_high")

LEAST = 0.5
"""Share of the rival's score below which no resample takes it: with few events, first-order weights could bring it to zero."""


@dataclass(frozen=True)
class Contest:
    """What a term is worth: the score of the rival less that of the contender."""

    term: str
    rival: str
    contender: str


@dataclass(frozen=True)
class Evidence:
    """What the windows of a test say of some contests, by the proper scores.

    Attributes
    ----------
    bootstrap : of one column a score and model (`models_of` the contests): its score.
    """

    contests: tuple[Contest, ...]
    registration: Registration
    bootstrap: Bootstrap

    @classmethod
    def of(cls, windows: Sequence[Hindcast], contests: Sequence[Contest], registration: Registration) -> Evidence:
        """Score every row of the windows, and resample them."""
        whole = together(windows)
        named = models_of(contests)
        score = scores.PROPER[registration.score].values()
        columns = (each(of_model(windows, model), whole.outcome) for each in score for model in named)
        drawn = Bootstrap.of(columns, whole.units, whole.year, registration.bootstrap, registration.seed)
        return cls(tuple(contests), registration, drawn)

    def over(self, windows: Sequence[Hindcast]) -> pl.DataFrame:
        """Return, over some of the windows, one row a contest and score: KEYS and AMOUNTS."""
        years = np.unique(np.concatenate([window.year for window in windows]))
        means, drawn = self.bootstrap.mean(years), self.bootstrap.means(years)
        score_names = scores.PROPER[self.registration.score]
        names = [(contest.term, contest.rival, score) for score in score_names for contest in self.contests]
        columns = {each: place for place, each in enumerate(itertools.product(score_names, models_of(self.contests)))}
        rival, contender = (
            [columns[score, getattr(contest, side)] for score in score_names for contest in self.contests]
            for side in ("rival", "contender")
        )
        gains, drawn_gains = means[rival] - means[contender], drawn[:, rival] - drawn[:, contender]
        return _table(names, gains, drawn_gains, means[rival], drawn[:, rival], self.registration)


def models_of(contests: Iterable[Contest]) -> list[str]:
    """Return the models that take part in contests, each once.

    >>> models_of([Contest("power", "without power", "full"), Contest("peace", "without peace", "full")])
    ['without power', 'full', 'without peace']
    """
    return list(dict.fromkeys(model for contest in contests for model in (contest.rival, contest.contender)))


def gain_table(windows: Sequence[Hindcast], evidence: Evidence) -> pl.DataFrame:
    """Return what each contest shows over each window, each era and all windows, by each score.

    One row a span of windows, term and score: outcome, origin, first_year, last_year, term, against, score, gain, low, high,
    skill, skill_low, skill_high. Gains are positive where the term helps, in the score's own unit per row; skill is the gain as
    a share of the rival's score. `origin` is null for several windows together.
    """
    tables = []
    for span, parts in spans(windows, evidence.registration):
        about = {
            "outcome": pl.lit(span.outcome_name),
            "origin": pl.lit(span.origin, pl.Int64),
            "first_year": pl.lit(span.first_year, pl.Int64),
            "last_year": pl.lit(span.last_year, pl.Int64),
        }
        gains = [evidence.over(parts)]
        if scores.of_yes_or_no(evidence.registration.score) and varying(parts):
            gains.append(areas(varying(parts), evidence.contests, evidence.registration))
        tables.append(pl.concat(gains).select(**about, **{name: pl.col(name) for name in (*KEYS, *AMOUNTS)}))
    return pl.concat(tables)


def areas(windows: Sequence[Hindcast], contests: Sequence[Contest], registration: Registration) -> pl.DataFrame:
    """Return what each contest shows by the area under the ROC curve, a mean over the windows: KEYS and AMOUNTS."""
    whole = together(windows)
    areas_of = {model: _mean_area(model, windows) for model in models_of(contests)}
    influence = (areas_of[contest.contender][1] - areas_of[contest.rival][1] for contest in contests)
    gain = np.array([areas_of[contest.contender][0] - areas_of[contest.rival][0] for contest in contests])
    rival = np.array([areas_of[contest.rival][0] for contest in contests])
    drawn = Bootstrap.of(influence, whole.units, whole.year, registration.bootstrap, registration.seed).means()
    names = [(contest.term, contest.rival, "roc_auc") for contest in contests]
    return _table(names, gain, drawn + gain, rival, np.broadcast_to(rival, drawn.shape), registration)


def _mean_area(model: str, windows: Sequence[Hindcast]) -> tuple[float, Array]:
    """The mean area of a model over windows, and how much each of their rows moves it, as a mean over rows (row,)."""
    found = [scores.roc_auc_and_influence(each.forecasts[model], each.outcome) for each in windows]
    rows = sum(len(influence) for _, influence in found)
    return float(np.mean([area for area, _ in found])), np.concatenate([each * rows / len(found) for _, each in found])


def _table(
    names: Sequence[tuple[str, str, str]],
    gain: Array,
    drawn: Array,
    rival: Array,
    drawn_rival: Array,
    registration: Registration,
) -> pl.DataFrame:
    """Gains and the rival's scores (column,), as they are and in every resample (resample, column), with their intervals.

    A skill has the sign of its gain in every resample: the rival's score is no lower than LEAST of what it is.
    """
    drawn_skill = drawn / np.maximum(drawn_rival, LEAST * rival)
    levels = [(1 - registration.level) / 2, (1 + registration.level) / 2]
    (low, high), (least, most) = (np.quantile(each, levels, axis=0) for each in (drawn, drawn_skill))
    amounts = dict(zip(AMOUNTS, (gain, low, high, gain / rival, least, most), strict=True))
    return pl.DataFrame(names, schema=list(KEYS), orient="row").with_columns(pl.Series(*each) for each in amounts.items())
