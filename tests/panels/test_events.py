"""Events of GED and of ACLED, counted: small files worked by hand, with the traps that each source lays."""

from __future__ import annotations

import warnings
from typing import Any

import polars as pl
import pytest

import foedus
from foedus.errors import InputError, PanelRemark, UnmatchedRows


def ged(*rows: dict[str, Any]) -> pl.DataFrame:
    """Events as GED writes them: by default a day of fighting in Iraq (GW 645) between its government and rebels."""
    usual = {
        "type_of_violence": 1,
        "country_id": 645,
        "date_start": "2003-04-05 00:00:00.000",
        "date_end": "2003-04-05 00:00:00.000",
        "best": 4,
        "low": 2,
        "high": 9,
        "gwnoa": "645",
        "gwnob": None,
        "event_clarity": 1,
        "code_status": "Clear",
    }
    whole = [{"id": place, **usual, **row} for place, row in enumerate(rows)]
    return pl.DataFrame(whole, schema_overrides={"gwnob": pl.String}, infer_schema_length=None)


def acled(*rows: dict[str, Any]) -> pl.DataFrame:
    usual = {
        "event_date": "05 April 2003",
        "time_precision": 1,
        "country": "Kenya",
        "event_type": "Battles",
        "actor1": "Military Forces of Kenya (2002-2013)",
        "actor2": "Unidentified Armed Group (Kenya)",
        "fatalities": 3,
    }
    return pl.DataFrame([{"event_id_cnty": f"KEN{place}", **usual, **row} for place, row in enumerate(rows)])


def test_deaths_are_summed_by_each_estimate_and_states_named_by_gleditsch_and_ward() -> None:
    """GW 678 is Yemen, COW 679; GW 340 Serbia from 2006 on, COW 345."""
    serbia = {"country_id": 340, "date_start": "2010-01-01", "date_end": "2010-01-01"}
    told = foedus.count_events(ged({"country_id": 678}, {"country_id": 678, "best": 5, "low": 5, "high": 5}, serbia))
    assert told.rows() == [(345, 2010, 1, 4.0, 2.0, 9.0), (679, 2003, 2, 9.0, 7.0, 14.0)]
    assert foedus.count_events(ged({"country_id": 678.0}), system="gw").columns[0] == "gwcode"


def test_an_event_of_several_months_counts_by_its_days_and_is_told() -> None:
    """29 April to 8 May 2003 are ten days, two of them in April; 12 deaths are 2.4 and 9.6."""
    events = ged({"date_start": "2003-04-29", "date_end": "2003-05-08", "best": 12, "low": 10, "high": 20}, {"best": 8})
    with pytest.warns(PanelRemark, match="1 of 2 events, with 12 of 20 deaths, are dated to a span over more than one month"):
        told = foedus.count_events(events, "state-month")
    assert told.select("month", "events", "deaths_best").rows() == [(4, 1.2, 10.4), (5, 0.8, pytest.approx(9.6))]
    with pytest.warns(PanelRemark, match="count in the month they begin"):
        begun = foedus.count_events(events, "state-month", spanning="start")
    assert begun.select("month", "events", "deaths_best").rows() == [(4, 2, 20.0)]
    year = foedus.count_events(events)
    assert year.select("events", "deaths_best").rows() == [(2, 20.0)]


def test_quarters_are_three_months_and_pairs_have_months_too() -> None:
    """29 March to 7 April 2003 are ten days, three of them in the first quarter; the year has all of it in either."""
    events = ged({"date_start": "2003-03-29", "date_end": "2003-04-07", "best": 10, "low": 10, "high": 10, "gwnob": "630"})
    with pytest.warns(PanelRemark, match="over more than one quarter, and count by the share of their days"):
        told = foedus.count_events(events, "state-quarter", coverage=(2003, 2003))
    assert told.columns[:4] == ["ccode", "year", "quarter", "events"]
    assert told.filter(ccode=645)["deaths_best"].to_list() == [3.0, 7.0, 0.0, 0.0]
    with pytest.warns(PanelRemark, match="over more than one month"):
        pairs = foedus.count_events(events, "dyad-month")
    assert pairs.select("ccode1", "ccode2", "month", "events").rows() == [(630, 645, 3, 0.3), (630, 645, 4, 0.7)]
    late = ged({"date_start": "2011-08-01", "date_end": "2011-08-02", "country_id": 626, "gwnoa": "626", "gwnob": "625"})
    both = foedus.count_events(late, "dyad-quarter", coverage={"South Sudan": (2011, 2011), "Sudan": (2011, 2011)})
    assert both.rows() == [(625, 626, 2011, 3, 1, 4.0, 2.0, 9.0), (625, 626, 2011, 4, 0, 0.0, 0.0, 0.0)]


def test_what_sums_up_several_events_or_is_not_settled_is_told() -> None:
    with pytest.warns(PanelRemark) as told:
        foedus.count_events(ged({"event_clarity": 2}, {"code_status": "Check dyad"}, {}))
    assert [str(each.message)[:30] for each in told] == [
        "1 of 3 rows sum up several eve",
        "1 of 3 rows are candidates tha",
    ]
    with pytest.warns(PanelRemark, match="1 of 1 events last into another year"):
        over = foedus.count_events(ged({"date_start": "2003-12-30", "date_end": "2004-01-02"}), "state-month")
    assert over["month"].to_list() == [12]


def test_pairs_of_states_are_of_two_governments_alone() -> None:
    """Rebels have no code; several governments on a side make a pair each; one-sided violence is no pair."""
    events = ged(
        {"gwnob": "630"}, {"gwnoa": "630", "gwnob": "645"}, {}, {"gwnoa": "2, 200", "gwnob": "645"}, {"type_of_violence": 3}
    )
    with (
        pytest.warns(PanelRemark, match="1 of 4 events have a side that is no government"),
        pytest.warns(PanelRemark, match=r"several governments \(1\) count in every pair of theirs, with all their deaths"),
    ):
        told = foedus.count_events(events, "dyad-year")
    assert told.select("ccode1", "ccode2", "events").rows() == [(2, 645, 1), (200, 645, 1), (630, 645, 2)]
    state = {"actor1": "Military Forces of Eritrea (1993-)", "actor2": "Military Forces of Ethiopia (1991-2018)"}
    with pytest.warns(PanelRemark, match="1 of 2 events have a side"):
        pairs = foedus.count_events(acled(state, {}), "dyad-year")
    assert pairs.rows() == [(530, 531, 2003, 1, 3.0)]


def test_zeros_stand_only_where_the_file_speaks() -> None:
    """South Sudan was a member from July 2011 on: six months of that year have a row, and none of 2010."""
    events = ged({"date_start": "2010-02-01", "date_end": "2010-02-01"}, {"date_start": "2012-02-01", "date_end": "2012-02-01"})
    whole = foedus.count_events(events, "state-month", coverage=(2010, 2012))
    assert whole["events"].sum() == 2
    assert whole.filter(ccode=626)["year"].to_list() == [2011] * 6 + [2012] * 12
    assert whole.filter(ccode=645).select("events").to_series().to_list()[:3] == [0, 1, 0]
    with pytest.raises(InputError, match=r"events are of 2010 to 2012: coverage=\(1989, 2023\) would make zeros of years"):
        foedus.count_events(events, coverage=(1989, 2023))
    some = foedus.count_events(events, coverage={"Iraq": (2010, 2011)})
    assert some.select("ccode", "year", "events").rows() == [(645, 2010, 1), (645, 2011, 0)]
    with pytest.raises(InputError, match="ACLED begins in another year in each country"):
        foedus.count_events(acled({}), coverage=(2000, 2003))
    kenya = foedus.count_events(acled({}, {"event_type": "Protests"}), kinds="Battles", coverage={"Kenya": (2002, 2003)})
    assert kenya.rows() == [(501, 2002, 0, 0.0), (501, 2003, 1, 3.0)]
    pairs = foedus.count_events(ged({"gwnob": "630"}), "dyad-year", coverage=(2003, 2003))
    assert pairs.filter(pl.col("events") > 0).select("ccode1", "ccode2").rows() == [(630, 645)]
    assert pairs.height == foedus.panel("dyad-year", [], years=(2003, 2003)).height


def test_places_that_are_no_state_are_told_and_a_name_that_cannot_be_read_makes_no_zero() -> None:
    with pytest.warns(UnmatchedRows, match="1 of 2 events are in no state"):
        told = foedus.count_events(acled({}, {"country": "Palestine"}))
    assert told["events"].to_list() == [1]
    with pytest.raises(InputError, match="some events could be theirs"):
        foedus.count_events(acled({"country": "Kenia?"}), coverage={"Kenya": (2003, 2003)})


def test_a_day_that_is_not_known_is_told() -> None:
    with pytest.warns(PanelRemark, match="1 of 2 events are known to the week or month alone"):
        foedus.count_events(acled({"time_precision": 3}, {}), "state-month")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        foedus.count_events(acled({"time_precision": 3}, {}))


@pytest.mark.parametrize(
    ("events", "choices", "told"),
    [
        (pl.DataFrame({"x": [1]}), {}, "events of neither source"),
        (ged({}).drop("low"), {}, "the file of GED lacks low"),
        (ged({"id": 7}, {"id": 7}), {}, "2 rows of GED share their id (first: 7)"),
        (ged({}, {"id": None}, {"id": None}), {}, "no id stands in 2 rows of GED (first: row 2)"),
        (ged({"date_start": "spring"}), {}, "date_start is no day in 1 row of GED (first: id 0, with 'spring'): write days as"),
        (
            acled({"event_date": "05/04/2003"}),
            {},
            "KEN0, with '05/04/2003'): write days as 2003-04-29 or 29 April 2003",
        ),
        (
            ged({"type_of_violence": 7}),
            {},
            "is none of 1 (state-based), 2 (non-state), 3 (one-sided) in 1 row of GED",
        ),
        (
            acled({}, {"time_precision": 9}),
            {},
            "time_precision is none of 1 (the day), 2 (the week), 3 (the month)",
        ),
        (ged({"best": float("nan")}), {}, "best is no number of deaths in 1 row of GED (first: id 0, with nan)"),
        (ged({"high": float("inf")}), {}, "high is no number of deaths in 1 row of GED (first: id 0, with inf)"),
        (ged({"date_end": "2003-04-01"}), {}, "begins on 2003-04-05 and ends on 2003-04-01"),
        (ged({"best": 1}), {}, "the best estimate of deaths lies outside low and high in 1 row of GED (first: id 0, with 1)"),
        (ged({"best": None}), {}, "best is no number of deaths in 1 row of GED (first: id 0, with None)"),
        (ged({}), {"unit": "state-yaer"}, "not counted by 'state-yaer'. Did you mean state-year"),
        (ged({}), {"kinds": ["one sided"]}, "no events of the kind 'one sided'. Did you mean one-sided"),
        (ged({}), {"spanning": "end"}, "spanning is days or start"),
        (ged({"type_of_violence": 3}), {"unit": "dyad-year", "kinds": ["one-sided"]}, "have state-based events alone"),
        (ged({}).drop("gwnob"), {"unit": "dyad-year"}, "pairs of states need GED's column gwnob or gwno_b"),
        (ged({}), {"coverage": {"Atlantis": (2003, 2003)}}, "coverage names no state:\n  'Atlantis': no state is known as"),
        (ged({}), {"coverage": {"Iraq": (2003, 2003), "IRQ": (2003, 2003)}}, "Iraq and IRQ are one state. Give it one span"),
        (ged({}), {"coverage": {}}, "coverage names no country"),
        (ged({}), {"coverage": 2003}, "coverage is a first and a last year, such as (1997, 2024), not 2003"),
        (ged({}), {"coverage": {"Iraq": 2003}}, "coverage of Iraq is a first and a last year"),
        (ged({"country_id": None}), {"coverage": (2003, 2003)}, "could be theirs:\n  no place (1 event, first: id 0)\nMend"),
        (
            ged({}, {"country_id": 9999}),
            {"coverage": (2003, 2003)},
            "  '9999' (1 event, first: id 1): no member of the state system has the Gleditsch–Ward number 9999\nMend",
        ),
    ],
)
def test_bad_input_is_one_message(events: pl.DataFrame, choices: dict[str, Any], told: str) -> None:
    with pytest.raises(InputError) as raised:
        foedus.count_events(events, **choices)
    assert told in str(raised.value)
