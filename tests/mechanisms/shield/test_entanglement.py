"""Entanglement: who may join what, who stood on whose side, and known coefficients from simulated joining."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import numpy as np
import polars as pl
import pytest

from foedus.errors import InputError
from foedus.estimation.estimate import expit
from foedus.mechanisms.shield.entanglement import CONTROL, OUTCOMES, TERMS, Entanglement, odds_ratio, side_of, with_means
from foedus.mechanisms.shield.sides import entangled
from foedus.record.store import Record
from tests.worlds import DISPUTE_ROW, frame, world

A, B, C, D, E = 1, 2, 3, 4, 5
"""A and B begin the dispute of 2003; C may join; D enters the system in 2005; E began the dispute beside A."""

Spell = tuple[int, int, int, int]


def drawn(
    pacts: list[Spell] | None = None,
    joins: list[tuple[int, bool, int]] | None = None,
    rivals: list[Spell] | None = None,
    distances: Mapping[tuple[int, int], float] | None = None,
) -> Record:
    """A world of one dispute in 2003–2004, A and E against B, and whoever else `joins` (state, side A, year)."""
    years = {A: (2000, 2009), B: (2000, 2009), C: (2000, 2009), D: (2005, 2009), E: (2000, 2009)}
    present = [(code, year) for code, (first, last) in years.items() for year in range(first, last + 1)]
    codes, when = [code for code, _ in present], [year for _, year in present]
    took_part = [(A, True, 2003, True), (E, True, 2003, True), (B, False, 2003, True)]
    took_part += [(code, side, year, False) for code, side, year in joins or []]
    near = {(A, B): 0.0, (A, C): 0.0, (B, C): 500.0, (A, E): 0.0, (B, E): 0.0, (C, E): 100.0} | dict(distances or {})
    return world(
        state_years=frame(ccode=codes, year=when),
        polyarchy=frame(ccode=codes, year=when, polyarchy=[code / 10 for code in codes]),
        economy=frame(ccode=codes, year=when, gdp_per_head=[1.0] * len(codes), population=[1.0] * len(codes)),
        population_un=frame(ccode=codes, year=when, population=[1] * len(codes)),
        economy_set_aside=frame(ccode=[9], year=[2000], population=[1.0], times=[1.0]),
        distance_spells=_spells([(*pair, 2000, 2009) for pair in near], min_km=list(near.values())),
        major_powers=frame(ccode=[A], start=[date(2000, 1, 1)], end=[None]).cast({"end": pl.Date}),
        rivalry_spells=_spells(rivals or []),
        alliance_dyad_spells=_pledges(pacts or []),
        dispute_participants=_participants(took_part),
        dispute_dyad_years=_dyad_years(took_part),
    )


def _spells(rows: list[Spell], **values: list[float]) -> pl.DataFrame:
    keys = dict.fromkeys(("ccode1", "ccode2", "first_year", "last_year"), pl.Int16)
    return pl.DataFrame(rows, schema=keys, orient="row").with_columns(pl.Series(name, kept) for name, kept in values.items())


def _pledges(rows: list[Spell]) -> pl.DataFrame:
    """Pacts of defence, which owe nothing else."""
    others = ("offence", "neutrality", "nonaggression", "consultation")
    return _spells(rows).with_columns(defence=pl.lit(True), **dict.fromkeys(others, pl.lit(False)))


def _participants(rows: list[tuple[int, bool, int, bool]]) -> pl.DataFrame:
    """From (state, side A, year entered, originator); all end in 2004 and fight a war."""
    return pl.DataFrame(
        [(1, code, year, 6, 15, 2004, side, began, 20) for code, side, year, began in rows],
        schema={
            **dict.fromkeys(("dispute", "ccode", "start_year", "start_month", "start_day", "end_year"), pl.Int16),
            **dict.fromkeys(("side_a", "originator"), pl.Boolean),
            "highest_action": pl.Int16,
        },
        orient="row",
    )


def _dyad_years(rows: list[tuple[int, bool, int, bool]]) -> pl.DataFrame:
    """Everybody on side A against everybody on side B, from the later entry on, in both directions."""
    pairs = [(one, two) for one in rows for two in rows if one[1] != two[1]]
    met = [(one, two, max(one[2], two[2])) for one, two in pairs]
    years = [
        {
            "dispute": 1,
            "ccode1": one[0],
            "ccode2": two[0],
            "year": year,
            "onset": year == first,
            "side_a1": one[1],
            "side_a2": two[1],
            "originator1": one[3],
            "originator2": two[3],
            "hostility": 5,
        }
        for one, two, first in met
        for year in range(first, 2005)
    ]
    return pl.DataFrame(years, schema=DISPUTE_ROW)


def rows_of(record: Record) -> dict[tuple[int, bool], dict[str, object]]:
    """The panel's rows by possible joiner and side."""
    return {(row["ccode"], row["side_a"]): row for row in Entanglement().panel(record, (2000, 2009)).to_dicts()}


# ---------------------------------------------------------------------------------------------------------------- the panel


def test_a_row_is_a_possible_joiner_and_a_side() -> None:
    assert set(rows_of(drawn())) == {(C, True), (C, False)}, "originators began it, and D enters the system two years later"


def test_a_joiner_joined_the_side_it_entered_and_no_other() -> None:
    rows = rows_of(drawn(joins=[(C, True, 2004)]))
    assert rows[C, True]["joined"]
    assert rows[C, True]["joined_by_force"]
    assert rows[C, True]["entered"] == 2004
    assert not rows[C, False]["joined"]
    assert rows[C, False]["entered"] is None


def test_a_joiner_that_was_no_member_when_the_dispute_began_has_no_row() -> None:
    assert (D, True) not in rows_of(drawn(joins=[(D, True, 2004)]))


def test_a_pact_with_one_originator_of_a_side_is_a_pact_with_the_side() -> None:
    rows = rows_of(drawn(pacts=[(C, E, 2001, 2009)]))
    assert rows[C, True]["defence_pact"]
    assert not rows[C, True]["defence_owed_opponent"]
    assert not rows[C, False]["defence_pact"]
    assert rows[C, False]["defence_owed_opponent"]


def test_what_the_side_owes_the_joiner_is_not_what_the_joiner_owes_the_side() -> None:
    assert not rows_of(drawn(pacts=[(A, C, 2001, 2009)]))[C, True]["defence_pact"]


def test_a_pact_of_the_dispute_s_own_year_comes_too_late() -> None:
    assert not rows_of(drawn(pacts=[(C, A, 2003, 2009)]))[C, True]["defence_pact"]


@pytest.mark.parametrize(
    ("pact", "later"),
    [
        ((C, A, 2005, 2009), True),  # the year after the dispute is over
        ((C, A, 2009, 2009), True),  # five years after
        ((C, A, 2004, 2009), False),  # while it lasts
        ((C, A, 2001, 2009), False),  # before it
    ],
)
def test_the_negative_control_is_a_pact_that_begins_when_the_dispute_is_over(pact: Spell, later: bool) -> None:
    assert rows_of(drawn(pacts=[pact]))[C, True]["later_pact"] is later


def test_proximity_is_that_of_the_nearest_originator() -> None:
    row = rows_of(drawn(distances={(A, C): 300.0, (C, E): 100.0}))[C, True]
    assert not row["contiguous"]
    assert row["log_distance"] == pytest.approx(np.log1p(100))
    assert row["opponent_log_distance"] == pytest.approx(np.log1p(500))


def test_an_unknown_distance_leaves_proximity_unknown_unless_a_border_settles_it() -> None:
    unknown: dict[tuple[int, int], float] = {(C, E): None}  # type: ignore[dict-item]
    row = rows_of(drawn(distances=unknown))[C, True]
    assert row["contiguous"] is True
    assert row["log_distance"] is None
    assert rows_of(drawn(distances=unknown | {(A, C): 300.0}))[C, True]["contiguous"] is None


def test_the_dispute_is_described_by_what_its_begin_shows() -> None:
    row = rows_of(drawn(rivals=[(A, B, 2000, 2009), (B, C, 2000, 2009)], joins=[(C, True, 2004)]))[C, True]
    assert row["log_originators"] == pytest.approx(np.log(3)), "the joiner is not counted"
    assert row["originators_rivals"]
    assert row["acted_first"]
    assert row["side_major"]
    assert not row["opponent_major"]
    assert row["opponent_rival"]
    assert not row["rival"]


def test_joining_covers_every_column_of_every_term() -> None:
    made = Entanglement().panel(drawn(), (2000, 2009))
    assert {column for columns in {**TERMS, **CONTROL}.values() for column in columns} <= set(made.columns)


# ---------------------------------------------------------------------------------------------------------------- estimation


def simulated(coefficients: Mapping[str, float], rows: int = 60_000) -> pl.DataFrame:
    """A panel in which joining follows a logit with these coefficients on yes-or-no columns."""
    rng = np.random.default_rng(4)
    columns = {name: rng.random(rows) < 0.3 for name in coefficients if name != "intercept"}
    odds = coefficients["intercept"] + sum(coefficients[name] * values for name, values in columns.items())
    joined = rng.random(rows) < expit(np.asarray(odds, np.float64))
    keys = {"dispute": np.arange(rows) // 50, "ccode": np.arange(rows) % 50, "year": 1900 + np.arange(rows) // 600}
    return pl.DataFrame({**keys, **columns, "joined": joined})


def test_known_coefficients_come_back_from_simulated_joining() -> None:
    true = {"intercept": -3.0, "defence_pact": 1.2, "opponent_rival": 0.7, "rival": -0.5}
    fitted = Entanglement(terms=("pact", "rivalry")).fit(simulated(true)).fitted
    found = fitted.tidy()
    for row in found.to_dicts():
        assert abs(row["estimate"] - true[row["term"]]) < 3 * row["std_error"], row["term"]
    assert odds_ratio(fitted)["ratio"] == pytest.approx(np.exp(1.2), rel=0.15)


def test_an_unfitted_mechanism_says_so() -> None:
    with pytest.raises(InputError, match="not fitted"):
        _ = Entanglement().fitted


def test_clustering_moves_the_interval_and_not_the_estimate() -> None:
    panel = simulated({"intercept": -3.0, "defence_pact": 1.2, "opponent_rival": 0.7, "rival": -0.5})
    of_both = Entanglement(terms=("pact", "rivalry"))
    by_dispute, by_joiner = (replace(of_both, cluster=name).fit(panel).fitted for name in ("dispute", "joiner"))
    assert odds_ratio(by_dispute)["ratio"] == pytest.approx(odds_ratio(by_joiner)["ratio"])
    assert odds_ratio(by_dispute)["low"] != pytest.approx(odds_ratio(by_joiner)["low"], rel=1e-6)
    assert (by_dispute.clusters, by_joiner.clusters) == (1200, 50)


def test_disputes_outside_the_years_are_not_learnt_from() -> None:
    panel = simulated({"intercept": -1.0, "defence_pact": 0.0}, 6_000)
    design = Entanglement(terms=("pact",), first_year=1902, last_year=1905).design(panel)
    assert (design.year.min(), design.year.max()) == (1902, 1905)


def test_every_contest_is_between_two_models_and_a_term_left_out_leaves_its_columns_out() -> None:
    mechanism = Entanglement()
    models = mechanism.models()
    assert {name for _, *pair in mechanism.contests() for name in pair} <= set(models)
    assert {term for term, *_ in mechanism.contests()} == {*TERMS, "pact alone"}
    assert not set(TERMS["pact"]) & set(models["without pact"].columns)  # type: ignore[attr-defined]


def test_the_negative_control_enters_only_when_asked_for() -> None:
    assert "later_pact" not in Entanglement().columns
    assert "later_pact" in Entanglement(terms=(*TERMS, "later pact")).columns


@pytest.mark.parametrize(
    ("choice", "message"),
    [
        ({"outcome": "join"}, "Did you mean"),
        ({"terms": ("trade",)}, "no term 'trade'"),
        ({"cluster": "year"}, "no cluster 'year'"),
    ],
)
def test_an_unknown_choice_is_refused(choice: dict[str, object], message: str) -> None:
    with pytest.raises(InputError, match=message):
        Entanglement(**choice)  # type: ignore[arg-type]


def test_a_design_with_means_compares_within_dispute_sides() -> None:
    panel = simulated({"intercept": -2.0, "defence_pact": 1.0, "acted_first": 0.0}, 2_000)
    mechanism = replace(Entanglement(), terms=("pact",))
    design = mechanism.design(panel)
    assert with_means(design, design.cluster).columns == ("defence_pact", "mean defence_pact")
    both = with_means(design, np.arange(len(design.outcome)))
    assert both.columns == ("defence_pact",), "nothing varies within a row"


def test_a_dispute_side_has_a_number_of_its_own(record: Record) -> None:
    mechanism = Entanglement(first_year=1990, last_year=1990)
    design = mechanism.design(mechanism.panel(record, (1990, 1990)))
    assert len(np.unique(side_of(design))) == 2 * len(np.unique(design.cluster))


# ------------------------------------------------------------------------------------------------------------- who joined whom


def test_the_later_of_two_on_one_side_joined_the_earlier() -> None:
    found = entangled(drawn(joins=[(C, True, 2004)]), [A, C, B], 2009)
    assert found.select("event", "ccode", "other", "how").rows() == [(1, A, C, "joined")]
    assert found["other_entered"].item() == date(2004, 6, 15)


def test_two_that_begin_a_dispute_together_are_together() -> None:
    found = entangled(drawn(), [E, A], 2009)
    assert found.select("ccode", "other", "how").rows() == [(A, E, "together")]


def test_a_dispute_after_the_year_asked_about_is_not_told() -> None:
    assert entangled(drawn(), [A, E], 2002).is_empty()


def test_both_outcomes_are_in_the_panel() -> None:
    assert set(OUTCOMES) <= set(Entanglement().panel(drawn(), (2000, 2009)).columns)
