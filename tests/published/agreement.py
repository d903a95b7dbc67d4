"""Our tables beside the reference's, whole: every column is equal, or differs by a fault that makes it equal once put in.

`python -m tests.published.agreement` writes docs/agreement.md from the raw files; a test holds the page to them.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from foedus.panels.panel import panel
from foedus.record.store import Record
from tests.published import faults
from tests.published.faults import DYAD, KINDS, STATE
from tests.published.reference import DYADS, GW_STATES, MORE, STATES, Difference, compared, merged, reference, whole_record

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs/agreement.md"

AMOUNTS = ("milex", "milper", "irst", "pec", "tpop", "upop", "cinc", "polity2")
DEMOCRACY = {"euds": "uds", "aeuds": "uds_adjusted", "v2x_polyarchy": "polyarchy"}
ECONOMY = {"mrgdppc": "gdp_per_head", "pwtrgdp": "gdp", "pwtpop": "population"}
MEMBERSHIPS = {f"sum_igo_{kind}": f"igo_{kind.removesuffix('type')}" for kind in ("full", "associate", "observer", "anytype")}
PACTS = {
    "defense": "defence",
    "offense": "offence",
    "neutral": "neutrality",
    "nonagg": "nonaggression",
    "consul": "consultation",
}
SIDES = {
    "sidea": ("dispute_side_a", "side_a"),
    "orig": ("dispute_originator", "originator"),
    "hostlev": ("dispute_own_hostility", "hostility"),
    "hiact": ("dispute_own_action", "highest_action"),
    "fatality": ("dispute_own_fatality", "fatality"),
    "fatalpre": ("dispute_own_deaths", "deaths"),
}
WHOLE = {
    "dispnum": ("dispute_number", "dispute"),
    "hostlev": ("dispute_hostility", "hostility"),
    "fatality": ("dispute_fatality", "fatality"),
    "recip": ("dispute_reciprocated", "reciprocated"),
    "mindur": ("dispute_shortest_days", "shortest_days"),
    "maxdur": ("dispute_longest_days", "longest_days"),
    "stmon": ("dispute_start_month", "start_month"),
}
"""The reference's name → our variable, and the column of `dispute_dyad_years`; the first table with a number for each side."""
PUBLISHED = {
    "fractionalization/creg.parquet": {
        "ethfrac": "ethnic_fractionalization",
        "ethpol": "ethnic_polarization",
        "relfrac": "religious_fractionalization",
        "relpol": "religious_polarization",
    },
    "rivalries/terrthreat.parquet": {
        f"{prefix}{old}": f"territorial_threat{border}{new}"
        for prefix, border in {"": "", "m_": "_border"}.items()
        for old, new in {"lterrthreat": "", "sd": "_sd", "lwr": "_low", "upr": "_high"}.items()
    },
}
UNMATCHED = {"warnum", "warname", "wartype", "intnl", "outcome", "sideadeaths", "sidebdeaths", "intrawarnums"}
"""Columns of the reference about one civil war of a year; of several it chooses otherwise, by the flag of onset."""

FIRST_SPELL = "takes the first spell of a year, not the closest contiguity in it"
CLOCK = "counts the major powers of 2016 in every later year, where the list is silent"
NO_PLEDGE = "counts rows of the alliance data without any pledge as alliances"
NINES = "keeps −9, and month 13, as numbers"
ROWS = "counts rows and not years, across any absence from the system; has none for 2011, which ours knows as it begins"
SIDE_A = "counts only states on side A of a conflict"
SIDE_A_LEVEL = "counts only states on side A of a conflict; without one the level is missing there and 0 here"
SPELLS = "lets a dispute begin once for a state, and again when it returns; here with every new opponent; 0 after 2010"
ZERO = "is 0 after the disputes end in 2010, where nothing is known"
FLAG = "has the flag of onset often on the row of a state that intervened; has a row of 2008, after the data end"
WAR_2008 = "has a row of 2008, after the data end"
CODES = "keeps the file's numbers of wrong states in five rivalries (those of Yemen and of Austria)"
DIGITS = "keeps more than the seven digits kept here"
PRIORS = "keeps the model's prior where no series has data, and totals of other lands than the state held"
LATE = "ends in 2024; here the scores of 2025 are those of the same states under COW's numbers"
CAPITALS = "measures on 1 January, on a sphere as wide as the equator, with capitals out of place or not yet moved"


@dataclass(frozen=True)
class Agreement:
    """What a comparison of whole tables found: columns compared, differences, and what no fault explains."""

    columns: int
    differences: list[Difference]
    unexplained: list[str]


def compare(raw: Path, record: Record) -> Agreement:
    """Compare the four tables with the reference's."""
    columns, differences, unexplained = 0, [], []
    for part in (_states, _gw_states, _dyads, _more):
        for table, ours, faulty, extra in part(raw, record):
            found, left = compared(table, reference(raw, table), ours, faulty)
            columns += len(ours)
            differences += [*extra, *found]
            unexplained += left + [f"{table}: {name} is compared with nothing" for name in _forgotten(raw, table, ours)]
    return Agreement(columns, merged(differences), unexplained)


def _forgotten(raw: Path, table: str, ours: dict[str, pl.Series]) -> set[str]:
    return reference(raw, table).keys() - ours.keys() - (UNMATCHED if table == MORE else set())


Compared = Iterator[tuple[str, dict[str, pl.Series], dict[str, tuple[str, pl.Series]], list[Difference]]]


def _named(frame: pl.DataFrame, names: dict[str, str]) -> dict[str, pl.Series]:
    return {theirs: frame[ours] for theirs, ours in names.items()}


def _economy(frame: pl.DataFrame) -> dict[str, pl.Series]:
    """Ours are in dollars and persons, the reference's in dollars a head, and millions."""
    scale = {"gdp_per_head": 1, "gdp": 1e6, "population": 1e6}
    values = {theirs: frame[ours] / scale[ours] for theirs, ours in ECONOMY.items()}
    return values | {f"sd_{theirs}": frame[f"{ours}_sd"] / scale[ours] for theirs, ours in ECONOMY.items()}


def _states(raw: Path, record: Record) -> Compared:
    spread = [f"{name}_sd" for name in ECONOMY.values()]
    trade = ("imports", "exports")
    asked = [
        *AMOUNTS,
        *DEMOCRACY.values(),
        *ECONOMY.values(),
        *spread,
        *MEMBERSHIPS.values(),
        *trade,
        "major_power",
        "state_name",
    ]
    frame = panel("state-year", asked, record=record)
    ours = _named(
        frame, {name: name for name in (*STATE, *AMOUNTS, *trade)} | DEMOCRACY | MEMBERSHIPS | {"cw_name": "state_name"}
    )
    ours |= _economy(frame) | {"cowmaj": frame["major_power"]}
    majors = faults.majors_to_the_clock(frame.select(STATE), frame["major_power"], "ccode")
    yield STATES, ours, {"cowmaj": (CLOCK, majors)} | _priors(raw, "cw", frame.select(STATE)), []


def _gw_states(raw: Path, record: Record) -> Compared:
    spread = [f"{name}_sd" for name in ECONOMY.values()]
    asked = [*DEMOCRACY.values(), *ECONOMY.values(), *spread, "polity2", "microstate", "state_name"]
    frame = panel("state-year", [*asked, "armed_conflict", "conflict_intensity"], system="gw", record=record)
    same = {name: name for name in ("gwcode", "year", "microstate", "polity2")}
    ours = _named(frame, same | DEMOCRACY | {"gw_name": "state_name"}) | _economy(frame)
    ours |= {"ucdpongoing": frame["armed_conflict"], "maxintensity": frame["conflict_intensity"]}
    faulty = faults.side_a_only(record, frame.select("gwcode", "year"))
    ours |= {name: faulty[name] for name in ("ucdponset", "conflict_ids")}  # no variable here: the record's table gives them
    reasons = {"ucdpongoing": (SIDE_A, faulty["ucdpongoing"]), "maxintensity": (SIDE_A_LEVEL, faulty["maxintensity"])}
    ended = frame.select(pl.when(pl.col("year") <= 2024).then("polyarchy")).to_series()
    reasons["v2x_polyarchy"] = (LATE, ended)
    yield GW_STATES, ours, reasons | _priors(raw, "gw", frame.select("gwcode", "year")), []


def _priors(raw: Path, system: str, keys: pl.DataFrame) -> dict[str, tuple[str, pl.Series]]:
    """The columns of the economy with every estimate of the file, as the reference has them."""
    file = faults.joined(keys, pl.read_parquet(raw / f"political/gdp_pop/isard_{system}_gdppop.parquet"))
    return {name: (PRIORS, file[name]) for theirs in ECONOMY for name in (theirs, f"sd_{theirs}")}


def _dyads(raw: Path, record: Record) -> Compared:
    sided = [*AMOUNTS, *DEMOCRACY.values(), "major_power"]
    pacts = {f"atop_{theirs}": f"{ours}_pact" for theirs, ours in PACTS.items()}
    single = ["dispute_ongoing", "dispute_onset", "dispute_initiator", *(ours for ours, _ in (SIDES | WHOLE).values())]
    single += [ours for ours, _ in SIDES.values()]
    asked = [*sided, *pacts.values(), "alliance_pledge", "contiguity_type", "peace_years", *dict.fromkeys(single)]
    frame = panel("dyad-year", asked, directed=True, disputes="onset-first", alliances_from="atop", record=record)
    names = {name: name for name in DYAD} | pacts | {"atop_alliance": "alliance_pledge", "conttype": "contiguity_type"}
    names |= {"gmlmidongoing": "dispute_ongoing", "gmlmidonset": "dispute_onset", "gmlmidspell": "peace_years"}
    names |= {theirs: ours for theirs, (ours, _) in WHOLE.items()}
    for side in "12":
        names |= {f"{name}{side}": f"{name}_{side}" for name in AMOUNTS}
        names |= {f"{theirs}{side}": f"{ours}_{side}" for theirs, ours in DEMOCRACY.items()}
        names |= {f"{theirs}{side}": f"{ours}_{side}" for theirs, (ours, _) in SIDES.items()}
        names |= {f"cowmaj{side}": f"major_power_{side}", f"init{side}": f"dispute_initiator_{side}"}
    yield DYADS, _named(frame, names), dict(_dyad_faults(raw, record, frame)), []


def _dyad_faults(raw: Path, record: Record, frame: pl.DataFrame) -> Iterator[tuple[str, tuple[str, pl.Series]]]:
    keys = frame.select(DYAD)
    first = faults.joined(keys, faults.first_spells(raw)).select(
        pl.when(pl.col("year") <= 2016).then(pl.col("conttype").fill_null(0))
    )
    yield "conttype", (FIRST_SPELL, first.to_series())
    yield "atop_alliance", (NO_PLEDGE, faults.alliance_without_pledge(raw, keys, frame["alliance_pledge"]))
    yield "gmlmidspell", (ROWS, faults.rows_not_years(frame))
    chosen = faults.joined(keys, faults.codes_for_missing(faults.whittled(record)))
    yield from ((theirs, (NINES, chosen[column])) for theirs, (_, column) in WHOLE.items() if theirs in ("fatality", "stmon"))
    for side in "12":
        majors = faults.majors_to_the_clock(keys, frame[f"major_power_{side}"], f"ccode{side}")
        yield f"cowmaj{side}", (CLOCK, majors)
        for theirs, (_, column) in SIDES.items():
            if "fatal" in theirs:
                yield f"{theirs}{side}", (NINES, chosen[f"{column}{side}"])


def _more(raw: Path, record: Record) -> Compared:
    simple = {
        "land": "land_borders",
        "sea": "sea_borders",
        "rugged": "ruggedness",
        "newlmtnest": "mountainous",
        "cowintraonset": "intrastate_war_onset",
        "cowintraongoing": "intrastate_war_ongoing",
        "gmlmidongoing": "state_dispute_ongoing",
        "gmlmidonset": "state_dispute_onset",
        "gmlmidonset_init": "state_dispute_initiation",
    }
    names = simple | {theirs: ours for columns in PUBLISHED.values() for theirs, ours in columns.items()}
    frame = panel("state-year", ["state_name", *names.values()], years=(1946, 2014), record=record)
    keys = frame.select(STATE)
    ours = _named(frame, {"ccode": "ccode", "cw_name": "state_name", "year": "year"} | names)
    begun = faults.participation(record, keys)
    ours["gmlmidongoing_init"] = begun["gmlmidongoing_init"]  # no variable here: the record's table gives it
    dyads = panel("dyad-year", _OF_PARTNERS, years=(1946, 2014), directed=True, record=record)
    nearest = [pl.col(f"{name}_distance").min() for name in ("min", "capital")]
    partners = dyads.group_by(ccode="ccode1", year="year").agg(*(pl.col(f"rivalry_{kind}").sum() for kind in KINDS), *nearest)
    found = faults.joined(keys, partners)
    ours |= {f"n_{kind}": found[f"rivalry_{kind}"] for kind in KINDS}
    ours |= {"minmindist": found["min_distance"], "mincapdist": found["capital_distance"]}
    yield MORE, ours, dict(_more_faults(raw, record, keys, dyads, begun)), []


_OF_PARTNERS = [*(f"rivalry_{kind}" for kind in KINDS), "min_distance", "capital_distance"]


def _more_faults(
    raw: Path, record: Record, keys: pl.DataFrame, dyads: pl.DataFrame, begun: pl.DataFrame
) -> Iterator[tuple[str, tuple[str, pl.Series]]]:
    borders, wars, rivals = faults.neighbours(raw, keys), faults.civil_wars(raw, keys), faults.rivals(raw, record, keys)
    yield from ((name, (FIRST_SPELL, borders[name])) for name in ("land", "sea"))
    yield "cowintraonset", (FLAG, wars["cowintraonset"])
    yield "cowintraongoing", (WAR_2008, wars["cowintraongoing"])
    yield from ((f"n_{kind}", (CODES, rivals[f"n_{kind}"])) for kind in KINDS)
    yield "gmlmidongoing", (ZERO, begun["gmlmidongoing"])
    yield from ((name, (SPELLS, begun[name])) for name in ("gmlmidonset", "gmlmidonset_init"))
    for file, columns in PUBLISHED.items():
        published = faults.as_published(raw, file, keys)
        yield from ((name, (DIGITS, published[name])) for name in columns)
    yield "mincapdist", (CAPITALS, faults.january_capitals(raw, dyads.select(DYAD), keys))


HEAD = """\
# Agreement with the reference implementation

Four whole tables of peacesciencer 1.2.9 beside the same tables from foedus: {columns} columns, up to 2,252,760 rows. Number,
missing, sum, mean, standard deviation, minimum, maximum and number of distinct values of a column are either equal, or differ
by what stands below. For each difference a test puts the reference's rule into our table; then all eight are equal. Of
`mincapdist`, which sines and cosines give, only seven are: distinct values are counted to the metre, not to a last digit that
hangs on the processor.
"""

TAIL = """\
Some columns have no variable of their own here and are made from the record's tables in the test, by the reference's rule: the
onset and the numbers of armed conflicts, and whether a state initiated a dispute under way. Rivals, and distances to the
nearest neighbour, are summed up from dyads. Not compared is what the reference says of one civil war alone:
{unmatched}.

*Written by `python -m tests.published.agreement` from the raw files: change that, not this page.*
"""


def page(agreement: Agreement) -> str:
    """Return the differences as Markdown."""
    header = "| columns | ours | reference | the reference | rows |\n| --- | --- | --- | --- | --- |\n"
    parts = [HEAD.format(columns=agreement.columns)]
    for table in dict.fromkeys(each.table for each in agreement.differences):
        rows = [
            f"| {', '.join(f'`{name}`' for name in each.columns)} | {each.ours} | {each.theirs} "
            f"| {each.reason} | {each.rows:,} |\n"
            for each in agreement.differences
            if each.table == table
        ]
        parts.append(f"## {table}\n\n{header}{''.join(rows)}")
    return "\n".join([*parts, TAIL.format(unmatched=", ".join(f"`{name}`" for name in sorted(UNMATCHED)))])


if __name__ == "__main__":
    from tests.conftest import RAW

    with tempfile.TemporaryDirectory() as folder:
        PAGE.write_text(page(compare(RAW, whole_record(RAW, Path(folder)))), encoding="utf-8")
