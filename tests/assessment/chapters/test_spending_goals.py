"""Members of NATO beside what they agreed to spend: which goals are drawn, and which no counted share can be held against."""

from __future__ import annotations

from foedus.assessment.finding import Exhibit
from foedus.mechanisms.spending_goals import goals
from tests.assessed import assess_once


def _share(first: str, second: str) -> Exhibit:
    chapter = assess_once(first, second, year=2025).chapter("spending")
    return next(each for each in chapter.exhibits if each.id == "spending.share")


def test_goals_are_dated_and_have_a_page() -> None:
    """Wales, 5 September 2014: 2 % of GDP. The Hague, 25 June 2025: at least 3.5 % on core defence of 5 % in all, by 2035."""
    assert [(goal.share, goal.since, goal.comparable) for goal in goals()] == [
        (2.0, 2014, True),
        (3.5, 2025, True),
        (5.0, 2025, False),
    ]
    assert all(goal.page.startswith("https://") and goal.read.year == 2026 for goal in goals())


def test_the_picture_of_allied_spending_has_the_goals_that_a_share_can_be_held_against() -> None:
    exhibits = {each.id: each for each in assess_once("NATO", year=2025).chapter("spending").exhibits}
    allied = exhibits["spending.allied"]
    assert allied.frame.filter(group="Agreed")["value"].to_list() == [2.0, 3.5]
    spent = allied.frame.filter(group="Spent")
    assert spent["value"].is_sorted(descending=True)
    assert set(spent["baseline"]) == {2.0}
    assert "no share that SIPRI counts can be held against it" in allied.note
    assert "spending.share" not in exhibits, "32 lines cannot be told apart"


def test_two_members_have_lines_beside_the_goals_since_these_stand() -> None:
    share = _share("USA", "CAN")
    assert {"United States", "Canada", "NATO: 2 %", "NATO: 3.5 % by 2035"} == set(share.frame["series"])
    guideline = share.frame.filter(series="NATO: 2 %")
    assert guideline["year"].min() == 2014
    assert set(guideline["value"]) == {2.0}


def test_states_outside_nato_have_no_goal() -> None:
    share = _share("IND", "PAK")
    assert set(share.frame["series"]) == {"India", "Pakistan"}
    assert "NATO" not in share.note
