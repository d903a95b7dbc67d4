"""Measures of power: whom they rank first, and what they leave out."""

from __future__ import annotations

import polars as pl
import pytest

from foedus.panels.codebook import lookup
from foedus.panels.panel import panel
from foedus.record.store import Record

USA, UNITED_KINGDOM, GERMANY, RUSSIA, CHINA, JAPAN, INDIA = 2, 200, 255, 365, 710, 740, 750
WEST_GERMANY, EAST_GERMANY = 260, 265
SHARES = ("capability_share", "gdp_population_share", "military_spending_share")


def shares(record: Record, name: str, year: int) -> dict[int, float]:
    frame = panel("state-year", [name], years=(year, year), record=record).drop_nulls(name).sort(name, descending=True)
    return dict(frame.select("ccode", name).iter_rows())


@pytest.mark.parametrize(
    ("year", "first"),
    [
        (1850, [UNITED_KINGDOM]),
        (1900, [USA, UNITED_KINGDOM, GERMANY]),
        (1938, [USA, GERMANY, UNITED_KINGDOM, RUSSIA]),
        (1950, [USA, RUSSIA, UNITED_KINGDOM]),
        (1985, [USA, RUSSIA, JAPAN]),
        (2015, [USA, CHINA, JAPAN, GERMANY]),
    ],
)
def test_the_powers_of_a_year_are_those_historians_name(record: Record, year: int, first: list[int]) -> None:
    """Industrial potential by Bairoch (1982): 1900 USA 128, UK 100, Germany 71; 1938 USA 528, Germany 214, UK 181, USSR 152.

    Later years as Beckley (2018) argues: the Soviet Union second in the Cold War, China in 2015.
    """
    assert list(shares(record, "capability_share", year))[: len(first)] == first


@pytest.mark.parametrize("year", range(1950, 1986, 5))
def test_the_soviet_union_was_stronger_than_india(record: Record, year: int) -> None:
    told = shares(record, "capability_share", year)
    assert told[RUSSIA] > 5 * told[INDIA]


def test_people_alone_make_no_power(record: Record) -> None:
    """The mean of the shares of GDP and people has China first in 1900 and 1938; it goes by its own name."""
    for year in (1900, 1938):
        assert next(iter(shares(record, "gdp_population_share", year))) == CHINA
        assert next(iter(shares(record, "capability_share", year))) == USA


@pytest.mark.parametrize("name", SHARES)
@pytest.mark.parametrize("system", ["cow", "gw"])
def test_shares_of_the_members_of_1_july_add_up_to_one(record: Record, name: str, system: str) -> None:
    frame = panel("state-year", [name], years=(1816, 2019), system=system, record=record).drop_nulls(name)
    key = frame.columns[0]
    spells = record.table("state_spells").filter(system=system).select("start", "end", **{key: "code"})
    middle = pl.date(pl.col("year"), 7, 1)
    present = (pl.col("start") <= middle) & (pl.col("end").is_null() | (pl.col("end") >= middle))
    held = frame.join(spells, on=key).filter(present)
    assert held.group_by("year").agg(pl.col(name).sum())[name].to_numpy() == pytest.approx(1)
    assert (frame.group_by("year").agg(pl.col(name).sum())[name] >= 1 - 1e-9).all()


def test_what_no_series_tells_of_has_no_share(record: Record) -> None:
    """Bavaria and Naples of 1850, South Vietnam: the estimate is the model's prior."""
    for year, out in ((1850, [245, 329]), (1965, [817])):
        assert not set(out) & shares(record, "capability_share", year).keys()


def test_nobody_counts_twice_in_the_whole(record: Record) -> None:
    """In 1990 the two Germanys and the two Yemens are the whole, the united ones have shares of it; in 1991 the Soviet Union.

    The reference's own index counts 79, 63 and 16 million Germans in 1990 (National Material Capabilities 7.0, tpop).
    """
    for year, after in ((1990, {255, 679}), (1991, {366, 367, 368, 369, 370, 371, 372, 373, 701, 702, 703, 704, 705})):
        told = shares(record, "capability_share", year)
        assert after <= told.keys()
        assert sum(share for code, share in told.items() if code not in after) == pytest.approx(1, abs=0.003)
    both = shares(record, "capability_share", 1990)
    assert both[WEST_GERMANY] + both[EAST_GERMANY] == pytest.approx(both[GERMANY], rel=0.15)  # the squares of two lands


def test_lands_count_for_the_state_that_held_them(record: Record) -> None:
    """Prussia 1850 without the other Germanies (16 million of 34), Sardinia 5 of 24, the Ottoman Empire of 1900 with Arabia."""
    aside = record.table("economy_set_aside").filter(reason="lands")
    own = aside.select("ccode", "year", own=pl.col("population") / pl.col("times"))
    for ccode, year, people in ((255, 1850, 16.5e6), (325, 1850, 4.9e6), (640, 1900, 28e6), (816, 1965, 19e6)):
        assert own.filter(ccode=ccode, year=year)["own"].item() == pytest.approx(people, rel=0.08)
        assert shares(record, "capability_share", year)[ccode] > 0


def test_a_share_that_is_known_where_gdp_is_not_says_what_it_is_made_of(record: Record) -> None:
    """Sardinia 1850: Fariss et al. count Italy, so that gdp and population are null; the share is of Sardinia's own people."""
    wanted = ["capability_share", "gdp", "population", "gdp_per_head"]
    told = panel("state-year", wanted, record=record).drop_nulls("capability_share").filter(pl.col("gdp").is_null())
    assert told.height > 0
    assert told.filter(ccode=325, year=1850).height == 1
    assert (told["population"].null_count(), told["gdp_per_head"].null_count()) == (told.height, 0)
    for name in ("capability_share", "gdp_population_share"):
        assert "known where gdp and population are null because they count other lands" in lookup(name).label
    assert "gdp_per_head and the people of the state's own lands" in lookup("capability_share").label


def test_people_from_1950_are_those_the_united_nations_count(record: Record) -> None:
    """Pakistan of 1965 with its east; the Soviet Union of 1985 whole: 277 million, of the estimate's 201."""
    wanted = ["gdp_population_share", "population_un", "population", "gdp_per_head"]
    frame = panel("state-year", wanted, years=(1985, 1985), record=record)
    aside = record.table("economy_set_aside").filter(year=1985, reason="lands")
    own = aside.select("ccode", own=pl.col("population") / pl.col("times"))  # both Yemens, West Germany
    people = pl.coalesce("population_un", "population", "own")
    known = frame.join(own, on="ccode", how="left").drop_nulls("gdp_per_head").with_columns(people=people)
    product = pl.col("people") * pl.col("gdp_per_head")
    mean = (pl.col("people") / pl.col("people").sum() + product / product.sum()) / 2
    told = known.drop_nulls("people").with_columns(mean=mean).filter(pl.col("ccode") == RUSSIA)
    assert told["population"].item() is None
    assert told["population_un"].item() == pytest.approx(277e6, rel=0.01)
    assert told["gdp_population_share"].item() == pytest.approx(told["mean"].item(), rel=1e-9)


def test_military_spending_is_of_states_with_a_figure(record: Record) -> None:
    told = shares(record, "military_spending_share", 1985)
    assert next(iter(told)) == USA
    assert RUSSIA not in told
