"""Who fought whom: by value, from UCDP and the list of disputes, and never a supporter or a mere side as a fighter."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest

from foedus.assessment.fighting import clash, sides
from foedus.panels.fighting import DISPUTES, FOUGHT, FRESH, JOINED, OPPOSITE, UCDP, last_known, opposed
from foedus.record.store import Record

USA, FRANCE, GERMANY, POLAND, RUSSIA, UKRAINE, GEORGIA = 2, 220, 255, 290, 365, 369, 372
IRAN, IRAQ, YEMEN, JAPAN, INDIA, PAKISTAN, SRI_LANKA = 630, 645, 679, 740, 750, 770, 780


@pytest.mark.parametrize(
    ("dyad", "year", "how", "war", "by"),
    [
        ((RUSSIA, UKRAINE), 2022, FOUGHT, True, UCDP),  # conflict 13243, intensity 2
        ((RUSSIA, UKRAINE), 2021, OPPOSITE, False, UCDP),  # Russia a supporter of Ukraine's opponents, conflict 13306
        ((RUSSIA, GEORGIA), 2008, OPPOSITE, False, UCDP),  # Russia a supporter of South Ossetia, conflict 393, intensity 1
        ((INDIA, PAKISTAN), 2014, FOUGHT, False, UCDP),  # intensity 1
        ((IRAN, IRAQ), 1984, FOUGHT, True, UCDP),  # intensity 2
        ((YEMEN, SRI_LANKA), 2024, OPPOSITE, False, UCDP),  # Sri Lanka a supporter
        ((USA, IRAN), 2021, OPPOSITE, False, UCDP),  # the United States a supporter of Israel
        ((USA, IRAQ), 1991, OPPOSITE, True, UCDP),  # supporters of Kuwait
        ((USA, IRAQ), 2003, FOUGHT, True, UCDP),
        ((FRANCE, GERMANY), 1940, JOINED, True, DISPUTES),  # dispute 258, Germany in it from the first day
        ((FRANCE, RUSSIA), 1939, OPPOSITE, True, DISPUTES),  # neither
        ((GERMANY, POLAND), 1939, FOUGHT, True, DISPUTES),  # both
        ((USA, JAPAN), 1943, FOUGHT, True, DISPUTES),  # dispute 339 of 1940-1941 became part of 258
    ],
)
def test_what_is_said_of_two_states(dyad: tuple[int, int], year: int, how: int, war: bool, by: str, record: Record) -> None:
    """UCDP/PRIO Armed Conflict Dataset 25.1; Gibler, Miller & Little's disputes."""
    told = clash(record, dyad, year)
    assert told is not None
    assert (told.side.how, told.side.war, told.side.by) == (how, war, by)


@pytest.mark.parametrize(
    ("dyad", "year"),
    [
        ((FRANCE, GERMANY), 1947),  # the war ended in 1945, and UCDP covers 1946 on
        ((USA, IRAQ), 2005),  # of 2004 and later UCDP has a conflict within Iraq alone
        ((160, 200), 1984),  # the Falklands, 1982
        ((2, 20), 2024),
    ],
)
def test_a_year_that_is_covered_is_not_told_by_an_earlier_war(dyad: tuple[int, int], year: int, record: Record) -> None:
    assert clash(record, dyad, year) is None


def test_a_year_that_is_not_covered_is_told_by_the_last_one_known(record: Record) -> None:
    """UCDP ends in 2024."""
    told = clash(record, (RUSSIA, UKRAINE), 2025)
    assert told is not None
    assert told.years == told.wars == (2022, 2023, 2024)


def test_fighting_of_long_ago_stands_in_for_no_year_whoever_asks(record: Record) -> None:
    known = last_known(record, 3000)
    assert sides(record, known + FRESH - 1) == sides(record, known) != {}
    assert sides(record, known + FRESH) == {}


def test_two_fought_each_other_by_ucdp_only_as_primary_parties(record: Record) -> None:
    primary = record.table("interstate_conflict_years").filter("primary").drop_nulls(["ccode1", "ccode2"])
    fought = opposed(record).filter(by=UCDP, how=FOUGHT)
    key = ["ccode1", "ccode2", "year"]
    assert fought.select(key).sort(key).equals(primary.select(key).unique().sort(key))
    war = fought.join(primary.select(*key, "intensity"), on=key)
    assert (war["war"] == (war["intensity"] == 2)).all()


def test_a_dyad_year_is_told_once(record: Record) -> None:
    assert not opposed(record).select("ccode1", "ccode2", "year").is_duplicated().any()


def test_a_source_that_is_left_out_says_nothing(record: Record) -> None:
    def without(name: str) -> Record:
        return replace(record, tables={key: table for key, table in record.tables.items() if key != name}, _derived={})

    assert set(opposed(without("interstate_conflict_years"))["by"]) == {DISPUTES}
    assert set(opposed(without("dispute_dyad_years"))["by"]) == {UCDP}
    told = clash(without("interstate_conflict_years"), (INDIA, PAKISTAN), 1999)
    assert told is not None, "then the list of disputes speaks of later years too"
    assert told.side.by == DISPUTES


def test_both_of_a_dispute_at_the_level_of_war_went_to_war_themselves(record: Record) -> None:
    """Dispute 375: Prussia fought Denmark in 1848; the United Kingdom threatened Prussia, and went to no war."""
    rows = opposed(record).filter(year=1848)
    assert rows.filter(ccode1=GERMANY, ccode2=390)["how"].to_list() == [FOUGHT]
    assert rows.filter(pl.col("ccode1") == 200, pl.col("ccode2") == GERMANY).is_empty()
