"""What 41 states and the European Union have given Ukraine, 2022–2025: Ukraine Support Tracker of the Kiel Institute.

Read from the user's own file; it never ships. `ukraine_support` has one row per donor state and year, in billion
euros: `financial`, `humanitarian` and `military` allocations and their sum `allocated`; `commitments`, announced, and
`to_be_allocated`, announced less allocated. `allocated_share` is in per cent of the donor's GDP. `ukraine_support_eu` has the
amounts of the European Union's institutions (Commission, Council, Investment Bank), one row per year.

The file is the table behind the tracker's data explorer, one row per donor and month. The Excel file that the explorer offers
has neither the codes of donors nor what is to be allocated, and is not read.

Traps
-----
* The institutions of the European Union are no state: their rows drop out of `ukraine_support`, counted. They are the
  second-largest donor: a sum over states is not the sum of support, and a member's own amounts are not all that it bears.
* 41 states are followed, of all others nothing is known. Of those followed a year without a row is one without an
  allocation: for this the file must reach to the end of 2025, and an older release is refused.
* An allocation is aid set aside for a purpose, at the month it was; it may be delivered years later. Weapons are priced by
  the institute, money for weapons is military, and loans count in full. Refugees' costs at home are not in it.
* What is announced in one year and allocated in a later one makes `to_be_allocated` negative in the later one. Only its sum
  over the years says what is still open; it is below zero where more was allocated than ever announced.
* `allocated_share` divides by the GDP of 2021 in every year, as the tracker does; the shares of years may be added up.
* 2022 begins on 24 January. The release of August 2026 ends in April 2026: that year is not whole, and is left out.
"""

from __future__ import annotations

import polars as pl

from foedus.errors import InputError
from foedus.record.publisher import Form, Tables
from foedus.record.row_faults import Day

EUROPEAN_UNION = "EU"
LAST_YEAR = 2025

_AMOUNTS = ("allocated", "financial", "humanitarian", "military", "commitments", "to_be_allocated")
_MONTHLY = ("total", *_AMOUNTS[1:])
_DIGITS = 9
_MONTH = Day("year", "month")


def _tidy(frame: pl.DataFrame) -> Tables:
    _check(frame)
    months = frame.filter(pl.col("year") <= LAST_YEAR).rename(
        {"iso": "iso3", "total": "allocated", "pct_gdp": "allocated_share"}
    )
    years = months.group_by("iso3", "year").agg(pl.col(*_AMOUNTS, "allocated_share").sum().round(_DIGITS)).sort("iso3", "year")
    union = years.filter(iso3=EUROPEAN_UNION).select("year", *_AMOUNTS)
    return {"ukraine_support": years, "ukraine_support_eu": union}


def _check(months: pl.DataFrame) -> None:
    """Refuse a release that ends before the years foedus says it covers, an excerpt without the Union, and gaps."""
    faults = []
    year, month = max(months.select("year", "month").rows())
    if (year, month) < (LAST_YEAR, 12):
        faults.append(f"its months end in {year}-{month:02}, before December {LAST_YEAR}: this is an older release")
    if EUROPEAN_UNION not in months["iso"]:
        faults.append("it has no rows of the European Union: this is not the whole table")
    if gaps := months.select(pl.any_horizontal(pl.col(_MONTHLY).is_null()).sum()).item():
        faults.append(f"{gaps} rows lack an amount")
    if faults:
        raise InputError("; ".join(faults))


FORMS = (
    Form(
        "the table of donors and months",
        ("iso", "year", "month", *_MONTHLY, "pct_gdp"),
        ("iso", "year", "month"),
        _tidy,
        text=("iso",),
        decimals=(*_MONTHLY, "pct_gdp"),
        missing=(),
        spells=((_MONTH, _MONTH),),
    ),
)
