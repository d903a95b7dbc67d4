"""The alliances mechanism: its outcomes and networks in a world of four states, what it learns, and Kinne's signs."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import polars as pl
import pytest

from foedus.errors import InputError
from foedus.estimation.cores import one_core
from foedus.estimation.estimate import expit
from foedus.mechanisms.order.alliances import DYAD, OUTCOMES, TERMS, Alliances, regime_contrasts
from foedus.mechanisms.order.regimes import formations, regime
from foedus.record.store import Record
from foedus.validation import scores
from tests.worlds import disputes, frame, world

PAST, LATER = (1981, 1999), (2000, 2010)
"""The split on which ties are tried against covariates alone (shared reference R10), chosen before any score was seen."""


@pytest.fixture(scope="module")
def four() -> pl.DataFrame:
    """The panel of four states, 2000–2009; 4 is gone after 2005. 1–2 and 1–3 have pacts, 2–3 makes one in 2005.

    1–2 lasts 2001–2003; 3–4 is a pact of three states with 1; 1 and 2 dispute with 4 in 2000 and 2002. 1–2 sign an agreement
    of five years in 2002.
    """
    states = [(code, year) for year in range(2000, 2010) for code in (1, 2, 3, 4) if code < 4 or year <= 2005]
    codes, years = [code for code, _ in states], [year for _, year in states]
    pairs = [(1, 2), (1, 3), (1, 4), (2, 3), (2, 4), (3, 4)]
    spells = [(1, 2, 2001, 2003), (1, 3, 2002, 2009), (2, 3, 2005, 2009), (3, 4, 2003, 2005)]
    none, many = [False] * 4, [False] * 3
    tables = {
        "state_years": frame(ccode=codes, year=years),
        "polyarchy": frame(ccode=codes, year=years, polyarchy=[code / 10 for code in codes]),
        "economy": frame(ccode=codes, year=years, gdp_per_head=[1.0] * len(codes), population=[1.0] * len(codes)),
        "population_un": frame(ccode=codes, year=years, population=[1] * len(codes)),
        "economy_set_aside": frame(ccode=[9], year=[2000], population=[1.0], times=[1.0]),
        "distance_spells": frame(
            ccode1=[one for one, _ in pairs],
            ccode2=[two for _, two in pairs],
            first_year=[2000] * 6,
            last_year=[2009] * 6,
            min_km=[0.0, 10.0, 20.0, 30.0, 40.0, 50.0],
        ),
        "rivalry_spells": frame(ccode1=[3], ccode2=[4], first_year=[2000], last_year=[2001], spatial=[True]),
        "dispute_dyad_years": disputes([(1, 4, 2000, True, 0), (2, 4, 2002, True, 0)]),
        "alliance_dyad_spells": frame(
            ccode1=[one for one, *_ in spells],
            ccode2=[two for _, two, *_ in spells],
            first_year=[first for *_, first, _ in spells],
            last_year=[last for *_, last in spells],
            defence=[True] * 4,
            offence=none,
            neutrality=none,
            nonaggression=none,
            consultation=none,
        ),
        "alliance_members": frame(
            ccode=[1, 3, 4],
            start=[date(2003, 5, 1)] * 3,
            end=[date(2005, 5, 1)] * 3,
            atop_id=[7] * 3,
            phase=[0] * 3,
            bilateral=many,
            defence=[False, False, True],
        ),
        "defence_agreements": frame(
            ccode1=[1], ccode2=[2], signed=[date(2002, 3, 1)], end_year=[2007], type=["sector"], category1=["training"]
        ),
    }
    return Alliances().panel(world(**tables), (2000, 2009))


@pytest.fixture(scope="module")
def rows(record: Record) -> pl.DataFrame:
    """The panel of the record, 1887–2019."""
    return Alliances().panel(record, (1887, 2019))


def said(rows: pl.DataFrame, name: str, one: int, two: int) -> dict[int, object]:
    """What a column says of a dyad, by year, where it says anything."""
    known = rows.filter((pl.col("ccode1") == one) & (pl.col("ccode2") == two)).drop_nulls(name)
    return dict(known.select("year", name).rows())


def test_a_pact_is_formed_in_the_first_year_it_binds_and_ends_in_the_last(four: pl.DataFrame) -> None:
    formed, ended = said(four, "defence_pact_formed", 1, 2), said(four, "defence_pact_ended", 1, 2)
    assert [year for year, happened in formed.items() if happened] == [2001]
    assert ended == {2002: False, 2003: True}
    assert set(formed) == {2001, *range(2005, 2010)}, "at risk only after a year without a pact"


def test_a_pact_whose_member_leaves_the_system_does_not_end(four: pl.DataFrame) -> None:
    assert said(four, "defence_pact_ended", 3, 4) == {2004: False}, "2005, the last year of state 4, is censored"


def test_partners_and_common_partners_of_the_year_before(four: pl.DataFrame) -> None:
    """In 2003 the pacts are 1–2, 1–3 and 3–4: 2 and 3 share 1; 1 and 4 share 3; 2 and 4 share nobody."""
    of_2004 = four.filter(pl.col("year") == 2004)
    found = {row[:2]: row[2:] for row in of_2004.select(*DYAD, *counts("pact")).iter_rows()}
    assert found == {
        (1, 2): (1, 0, 0),
        (1, 3): (1, 1, 0),
        (1, 4): (2, 1, 1),
        (2, 3): (1, 2, 1),
        (2, 4): (1, 1, 0),
        (3, 4): (1, 0, 0),
    }


def counts(kind: str) -> tuple[str, str, str]:
    """Columns of a network."""
    return f"{kind}_partners_1", f"{kind}_partners_2", f"common_{kind}_partners"


def test_common_enemies_are_rivals_or_opponents_of_the_ten_years_past(four: pl.DataFrame) -> None:
    """4 was a rival of 3 in 2000 and 2001, disputed with 1 in 2000 and with 2 in 2002, and left the system after 2005."""
    assert said(four, "common_enemies", 1, 3) == {2001: 1, 2002: 1, **dict.fromkeys(range(2003, 2010), 0)}
    assert said(four, "common_enemies", 1, 2) == {
        **dict.fromkeys(range(2001, 2003), 0),
        **dict.fromkeys(range(2003, 2007), 1),
        **dict.fromkeys(range(2007, 2010), 0),
    }


def test_an_agreement_is_a_tie_from_the_year_after_its_signature(four: pl.DataFrame) -> None:
    assert [year for year, signed in said(four, "defence_agreement_signed", 1, 2).items() if signed] == [2002]
    assert [year for year, number in said(four, "agreements_in_force", 1, 2).items() if number] == list(range(2003, 2009))
    assert said(four, "agreement_partners_1", 1, 3)[2003] == 1
    assert said(four, "agreement_partners_1", 1, 2)[2003] == 0, "the two are not counted as each other's partners"


def test_a_pact_of_three_states_is_multilateral(four: pl.DataFrame) -> None:
    assert [year for year, several in said(four, "multilateral_pact", 3, 4).items() if several] == [2003, 2004, 2005]
    assert not any(said(four, "multilateral_pact", 1, 2).values())
    bilateral = Alliances(terms=("regime",), bilateral_only=True).design(four)
    assert bilateral.outcome.sum() == Alliances(terms=("regime",)).design(four).outcome.sum() - 1, "3–4 in 2003 drops out"


def test_the_order_of_the_two_sides_does_not_matter(rows: pl.DataFrame) -> None:
    some = rows.filter(pl.col("year") == 1995)
    swapped = some.rename({name: f"{name[:-1]}{3 - int(name[-1])}" for name in rows.columns if name[-2:] in ("_1", "_2")})
    for outcome in OUTCOMES:
        mechanism = Alliances(outcome=outcome)
        np.testing.assert_array_equal(mechanism.design(some).matrix, mechanism.design(swapped).matrix)


def test_facts_of_the_record(rows: pl.DataFrame) -> None:
    """The North American allies of 1942 and 1949; the Warsaw Pact's last year; Germany's pacts of 1990 are not new."""
    formed, ended = said(rows, "defence_pact_formed", 2, 20), said(rows, "defence_pact_ended", 2, 20)
    assert [year for year, happened in formed.items() if happened] == [1942, 1949]
    assert [year for year, happened in ended.items() if happened] == [1945]
    assert said(rows, "defence_pact_ended", 310, 365)[1991]
    assert not any(said(rows, "defence_pact_formed", 2, 255).values())


def test_what_lies_outside_a_sources_years_is_unknown(rows: pl.DataFrame) -> None:
    """Whether a pact of 2018, the last year of the data, outlived it nobody knows."""
    names = ("defence_pact_formed", "defence_pact_ended", "defence_agreement_signed", "agreements_in_force", "common_enemies")
    last = {"defence_pact_formed": 2018, "defence_pact_ended": 2017, "common_enemies": 2018}
    years = {name: rows.drop_nulls(name)["year"] for name in names}
    assert {name: years[name].max() for name in last} == last
    assert set(years["defence_agreement_signed"]) == set(range(1980, 2011))
    assert set(years["agreements_in_force"]) == set(range(1981, 2012))
    older = rows.filter(pl.col("common_enemies_age") > 0).select(age=pl.col("year") - pl.col("common_enemies_age")).to_series()
    assert set(older) == {2011}, "a row of 2012 looks back on 2011, for which the disputes of 2010 stand: one year old"


def test_nothing_is_carried_forward_unless_asked_for(record: Record) -> None:
    rows = Alliances(carry_forward=0).panel(record, (2011, 2012))
    assert set(rows.drop_nulls("common_enemies")["year"]) == {2011}
    assert "major_powers_age" not in rows.columns


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_it_recovers_known_coefficients(outcome: str) -> None:
    mechanism = Alliances(outcome=outcome)
    rows = simulated(np.random.default_rng(7), 40_000).with_columns(pl.lit(False).alias(outcome))
    matrix = mechanism.design(rows).matrix
    truth = np.linspace(-1, 1, matrix.shape[1]) / matrix.std(axis=0)
    chance = expit(-2 + (matrix - matrix.mean(axis=0)) @ truth)
    happened = np.random.default_rng(8).random(len(chance)) < chance
    fitted = mechanism.fit(rows.with_columns(pl.Series(outcome, happened))).fitted
    error = np.sqrt(np.diag(fitted.covariance))[1:]
    assert (np.abs(fitted.coefficients[1:] - truth) < 3.5 * error).all()
    assert (error * matrix.std(axis=0) < 0.1).all(), "and closely"


def simulated(generator: np.random.Generator, rows: int) -> pl.DataFrame:
    """A panel of invented dyad-years with every covariate."""
    counted = ("common_enemies", "agreements_in_force", *counts("pact"), *counts("agreement"))
    first, second = generator.random((2, rows))
    made = {
        "ccode1": np.arange(rows) % 200,
        "ccode2": 200 + np.arange(rows) // 200,
        "year": generator.integers(1950, 2000, rows),
        "weaker_democracy": np.minimum(first, second),
        "regime_difference": np.abs(first - second),
        "contiguous": generator.random(rows) < 0.3,
        "min_distance": generator.gamma(1, 3000, rows),
        "major_powers": generator.integers(0, 3, rows),
        "capability_ratio": generator.uniform(0.5, 1, rows),
        "joint_capability": generator.normal(-15, 3, rows),
        "past_pact": generator.random(rows) < 0.4,
        "status_years": generator.integers(1, 100, rows),
        **{name: generator.poisson(3, rows) for name in counted},
    }
    return pl.DataFrame(made).with_columns(multilateral_pact=pl.lit(False))


def test_models_and_contests_name_each_other() -> None:
    for outcome in OUTCOMES:
        mechanism = Alliances(outcome=outcome)
        models = mechanism.models()
        assert {f"without {term}" for term in TERMS} | {"full model", "covariates only", "base rate"} <= set(models)
        assert all({rival, contender} <= set(models) for _, rival, contender in mechanism.contests())


def test_an_unknown_choice_is_named() -> None:
    with pytest.raises(InputError, match="no outcome 'defence_pact_form'"):
        Alliances(outcome="defence_pact_form")
    with pytest.raises(InputError, match="no term 'trade'"):
        Alliances(terms=("trade",))
    with pytest.raises(InputError, match=r"no cluster 'treaty'.*dyad, year"):
        Alliances(cluster="treaty")
    with pytest.raises(InputError, match="every defence cooperation agreement is bilateral"):
        Alliances(outcome="defence_agreement_signed", bilateral_only=True)
    with pytest.raises(InputError, match="polyarchy or polity2"):
        regime(pl.lit(0.5), "liberal_democracy")
    with pytest.raises(InputError, match="not fitted"):
        _ = Alliances().fitted


# ------------------------------------------------------------------------------------------------------------- pacts, learnt


@pytest.fixture(scope="module")
def fits(rows: pl.DataFrame) -> dict[str, Alliances]:
    """Formation since 1946: of every pact, of bilateral ones, and of every one with errors clustered by year."""
    formation = Alliances(first_year=1946)
    bilateral, by_year = replace(formation, bilateral_only=True), replace(formation, cluster="year")
    with one_core():
        return {"every": formation.fit(rows), "bilateral": bilateral.fit(rows), "by year": by_year.fit(rows)}


def test_nearly_all_pacts_since_1946_come_from_multilateral_treaties(rows: pl.DataFrame) -> None:
    later = formations(rows).filter(pl.col("era").is_in(["1946–1991", "1992–2018"]))
    assert int(later["multilateral"].sum()) > 0.95 * int(later["formed"].sum())
    assert later["years"].sum() < 50, "and they come in a few years"


@pytest.mark.parametrize("kind", ["every", "bilateral"])
def test_states_ally_where_they_share_enemies_and_friends_and_are_near(fits: dict[str, Alliances], kind: str) -> None:
    """With errors that know of shared states, friends are clear of bilateral pacts alone."""
    low = lowest(fits[kind])
    assert low["log_common_enemies"] > 0
    assert (low["triadic_closure"] > 0) == (kind == "bilateral")
    assert low["log_distance"] < 0


def test_whether_democracies_ally_more_readily_depends_on_multilateral_treaties(fits: dict[str, Alliances]) -> None:
    """Two autocracies form fewer pacts than two democracies; of bilateral pacts they form more."""
    every, bilateral = (regime_contrasts(fits[kind].fitted).row(0, named=True) for kind in ("every", "bilateral"))
    assert (every["pair"], every["against"]) == ("two autocracies", "two democracies")
    assert every["high"] < 0 < bilateral["low"]


def test_errors_by_state_hide_some_of_what_a_treaty_of_many_dyads_brings_at_once(fits: dict[str, Alliances]) -> None:
    by_state, by_year = (regime_contrasts(fits[kind].fitted)["std_error"].to_numpy() for kind in ("every", "by year"))
    assert (by_year > by_state).all()


def lowest(mechanism: Alliances) -> dict[str, float]:
    """Lower bound of each coefficient's 95 % interval; the upper bound of a negative one."""
    tidy = mechanism.fitted.tidy().with_columns(nearest=pl.when(pl.col("estimate") > 0).then("low").otherwise("high"))
    return dict(tidy.select("term", "nearest").iter_rows())


# -------------------------------------------------------------------------------------------------- agreements: Kinne (2018)


@pytest.mark.parametrize("column", TERMS["ties"])
def test_either_tie_alone_is_positive(rows: pl.DataFrame, column: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(TERMS, "ties", (column,))
    assert lowest(Alliances(outcome="defence_agreement_signed").fit(rows))[column] > 0


def test_closure_is_positive_beside_the_sum_of_partners_and_not_beside_their_product(rows: pl.DataFrame) -> None:
    """Kinne has both positive; that holds with one of two usual forms of preferential attachment, and is no more robust."""
    mechanism = Alliances(outcome="defence_agreement_signed")
    fitted = [replace(mechanism, attachment=form).fit(rows) for form in ("sum", "product")]
    by_sum, by_product = map(lowest, fitted)
    assert by_sum["preferential_attachment"] > 0
    assert by_product["preferential_attachment"] > 0
    assert by_sum["triadic_closure"] > 0
    assert fitted[1].fitted.coefficients[fitted[1].fitted.terms.index("triadic_closure")] < 0


def test_ties_find_the_signatories_better_than_covariates_only(rows: pl.DataFrame) -> None:
    """R10: by the area under the precision–recall curve. By the log score, which the level decides too, they gain nothing."""
    mechanism = Alliances(outcome="defence_agreement_signed")
    design = mechanism.design(rows)
    past, later = (design.where((design.year >= first) & (design.year <= last)) for first, last in (PAST, LATER))
    models = mechanism.models()
    ties, rival = (models[name].learn(past)(later) for name in ("full model", "covariates only"))
    assert scores.pr_auc(ties, later.outcome) > 1.25 * scores.pr_auc(rival, later.outcome)
    assert scores.roc_auc(ties, later.outcome) > scores.roc_auc(rival, later.outcome) + 0.03
    log = [float(scores.log_score(forecast, later.outcome).mean()) for forecast in (ties, rival)]
    assert log[0] == pytest.approx(log[1], rel=0.02)
    assert ties.sum() > 2 * later.outcome.sum(), (
        "ties grew in the nineties, and the model took them for more agreements to come"
    )
