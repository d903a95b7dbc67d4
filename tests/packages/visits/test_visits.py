"""What the package offers has the shape that foedus relies on: the package's own tests."""

from visits import CLAIMS, SOURCE, chapter
from visits.calm_states import CALM

from foedus.testing import check_chapter, check_claims, check_mechanism, check_source


def test_foedus_can_rely_on_it() -> None:
    check_mechanism(CALM, years=(1980, 2000))
    check_chapter(chapter, "USA", "CAN", year=2010)
    check_source(SOURCE)
    check_claims(CLAIMS)
