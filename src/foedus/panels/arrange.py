"""Record tables, arranged so that at most one row speaks of a unit in a year, for a panel to take values from by position.

Most tables are so already and need only be named in the codes of the panel's state system (`systems.keyed`); those that hold
dates, several rows for one unit-year, or members where a panel wants pairs, have a function of their own here. Every function
takes the record and what is wanted, and returns a frame keyed by the system's code or codes and by year, or by a spell of years
(first_year, last_year; null: not over).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

from foedus.panels import disputes
from foedus.panels.alliances import FACTS
from foedus.panels.disputes import GML
from foedus.panels.groups import ANY, memberships
from foedus.panels.pledges import pledge_spells
from foedus.panels.systems import COW, GW, SUCCESSORS, System, keyed, recoded
from foedus.panels.units import FOREVER, LAST_YEAR, ByUnit, membership_runs
from foedus.record.spells import runs
from foedus.record.store import Record

GROUP = "group "
"""Begins the name of the arrangement of a named group's members: "group NATO"."""


@dataclass(frozen=True)
class Wanted:
    """For which system tables are arranged, by which rules for disputes and members of groups, and whose alliances count.

    `disputes_from` names the list that the disputes are taken from, one of `disputes.LISTS`.
    """

    system: System = COW
    disputes: str = disputes.COMBINED
    membership: str = ANY
    alliances: str = FACTS
    disputes_from: str = GML

    @property
    def pair(self) -> list[str]:
        """The columns that name the two sides of a dyad."""
        return [f"{self.system.key}1", f"{self.system.key}2"]


def arranged(record: Record, table: str, wanted: Wanted, *, one_way: bool = False) -> pl.DataFrame:
    """Return the table or arrangement called `table`; it is made once.

    A table of dyads that is `one_way` holds each dyad once, with the smaller code first whatever the codes.
    """
    if table.startswith(GROUP):
        name = f"{table} {wanted.system.name} {wanted.membership}"
        return record.derived(name, lambda: group_members(record, wanted, table.removeprefix(GROUP)))
    arrangement = ARRANGEMENTS.get(table)
    if arrangement is None and one_way:
        return record.derived(
            f"{table} {wanted.system.name} one way", lambda: _ordered(keyed(record, table, wanted.system), wanted)
        )
    if arrangement is None:
        return record.derived(f"{table} {wanted.system.name}", lambda: keyed(record, table, wanted.system))
    name = f"{table} {wanted.system.name} {wanted.disputes} {wanted.disputes_from} {wanted.alliances}"
    return record.derived(name, lambda: arrangement(record, wanted))


AS_HELD, ONE_WAY, BOTH_WAYS, TURNED = "as held", "one way", "both ways", "turned"
"""Ways to take a table of dyads: as it is; each dyad once, the smaller code first; that in both directions; sides exchanged."""


def by_unit(record: Record, table: str, wanted: Wanted, way: str = AS_HELD) -> ByUnit:
    """Return the table or arrangement called `table` in the order of its units, ready to be met with a layout; made once."""

    def made() -> ByUnit:
        frame = arranged(record, table, wanted, one_way=way in (ONE_WAY, BOTH_WAYS))
        if way == BOTH_WAYS:
            forward = frame.filter(pl.col(wanted.pair[0]) < pl.col(wanted.pair[1]))
            frame = pl.concat([forward, _turned(forward, wanted)])
        elif way == TURNED:
            frame = _turned(frame, wanted)
        return ByUnit.of(wanted.pair if wanted.pair[0] in frame.columns else [wanted.system.key], frame)

    choices = f"{wanted.disputes} {wanted.disputes_from} {wanted.membership} {wanted.alliances}"
    return record.derived(f"{table} {wanted.system.name} {choices} {way}, by unit", made)


def group_members(record: Record, wanted: Wanted, name: str) -> pl.DataFrame:
    """State-years of the members of a named group."""
    return member_years(memberships(record, name, wanted.system, wanted.membership))


def member_years(spells: pl.DataFrame) -> pl.DataFrame:
    """Spells of years of a group's members as state-years, each once, marked in the column `member`."""
    years = each_year(spells).unique().sort(pl.all())
    return years.with_columns(member=pl.lit(True))


def members(record: Record, wanted: Wanted) -> pl.DataFrame:
    """Per state-year, the state's names and regions, and in `other_code` its code in the other state system."""
    return record.table(wanted.system.members).rename({wanted.system.other.key: "other_code"})


def member_since(record: Record, wanted: Wanted) -> pl.DataFrame:
    """Per spell of membership, its first year."""
    return membership_runs(record, wanted.system).with_columns(member_since="first_year")


def cow_member_since(record: Record, wanted: Wanted) -> pl.DataFrame:
    """Per spell of years in which COW's list has the state, whatever the system: since when, without a break."""
    if wanted.system is COW:
        return member_since(record, wanted).rename({"member_since": "cow_member_since"})
    return runs(listed_years(record, wanted.system, COW).rename({"since": "cow_member_since"}), [wanted.system.key])


def listed_years(record: Record, system: System, other: System) -> pl.DataFrame:
    """Return the state-years of a system that the other list has too: its code, year, and `since`, as `member_since` there."""
    both = record.table(system.members).select(system.key, other.key, "year").drop_nulls()
    spells = membership_runs(record, other).select(other.key, "last_year", since="first_year").sort("since")
    held = both.sort("year").join_asof(
        spells, left_on="year", right_on="since", by=other.key, strategy="backward", check_sortedness=False
    )
    return held.filter(pl.col("year") <= pl.col("last_year")).select(system.key, "year", "since").sort(system.key, "year")


def major_powers(record: Record, wanted: Wanted) -> pl.DataFrame:
    """State-years of major powers; a power on any day of the year counts for the year."""
    spells = _calendar_years(record.table("major_powers"), year_end=False)
    years = each_year(recoded(record, spells, wanted.system, events=True))
    return years.select(wanted.system.key, "year", major_power=pl.lit(True)).unique()


def capitals(record: Record, wanted: Wanted) -> pl.DataFrame:
    """Per state-year, the coordinates of the capital on 31 December."""
    key = wanted.system.key
    table = record.table("capitals_gw" if wanted.system is GW else "capitals")
    spells = _calendar_years(table, year_end=True).select(key, "first_year", "last_year", "latitude", "longitude")
    return each_year(spells).unique([key, "year"], keep="last", maintain_order=True)


def capabilities(record: Record, wanted: Wanted) -> pl.DataFrame:
    """Per state-year, the state's shares of the net resources, and of product and people, of all members with estimates.

    Net resources are product times product per head (Beckley 2018). People are as the United Nations count them from 1950, as
    estimated before; where the estimate is of other lands, it is taken down to the state's own. Product is people times product
    per head, of the same lands. The whole is what members of 1 July hold, the day for which people are counted: in 1990 both
    Germanys and not the united one beside them, in 1991 the Soviet Union. Who joined later that year has a share of it too.
    """
    system = wanted.system
    key = [system.key, "year"]
    estimates = keyed(record, "economy", system).select(*key, "gdp_per_head", estimated="population")
    counted = keyed(record, "population_un", system).select(*key, counted="population")
    elsewhere = keyed(record, "economy_set_aside", system).select(*key, own=pl.col("population") / pl.col("times"))
    members = _at_mid_year(record, system)
    present = members.join(estimates, on=key).join(counted, on=key, how="left").join(elsewhere, on=key, how="left")
    people, per_head = pl.coalesce("counted", "estimated", "own").cast(pl.Float64), pl.col("gdp_per_head")
    known = present.with_columns(people=people, product=people * per_head, net_resources=people * per_head.pow(2))
    held = known.drop_nulls("net_resources")
    share = {name: _share(name) for name in ("people", "product", "net_resources")}
    return held.select(
        *key, capability_share=share["net_resources"], gdp_population_share=(share["product"] + share["people"]) / 2
    )


def military_spending(record: Record, wanted: Wanted) -> pl.DataFrame:
    """Per state-year, the share of what all members of 1 July with a figure spend on the military, in current dollars."""
    key = [wanted.system.key, "year"]
    burden = keyed(record, "military_burden", wanted.system).select(*key, "military_share")
    product = keyed(record, "gdp_current", wanted.system).select(*key, "gdp_current_usd")
    spent = burden.join(product, on=key).join(_at_mid_year(record, wanted.system), on=key)
    known = spent.with_columns(spending=pl.col("military_share") / 100 * pl.col("gdp_current_usd")).drop_nulls("spending")
    return known.select(*key, military_spending_share=_share("spending"))


def _at_mid_year(record: Record, system: System) -> pl.DataFrame:
    """State-years of members on any day of the year, each once, and whether the state was one on 1 July (`at_mid_year`)."""
    spells = record.table("state_spells").filter(pl.col("system") == system.name).rename({"code": system.key})
    middle = pl.date(pl.col("year"), 7, 1)
    held = (pl.col("from") <= middle) & (pl.col("to").is_null() | (pl.col("to") >= middle))
    years = each_year(_calendar_years(spells.with_columns(pl.col("start").alias("from"), to="end"), year_end=False))
    return years.group_by(system.key, "year", maintain_order=True).agg(at_mid_year=held.any())


def _share(name: str) -> pl.Expr:
    """A column over its sum in the year among members of 1 July."""
    return pl.col(name) / pl.when("at_mid_year").then(name).sum().over("year")


def dispute_years(record: Record, wanted: Wanted) -> pl.DataFrame:
    """Per dyad-year, in both directions: what its disputes together say or, under a rule, what the one it chooses says."""
    rows = arranged(record, "single_disputes", wanted)
    return disputes.combined(rows, [*wanted.pair, "year"])


def single_disputes(record: Record, wanted: Wanted) -> pl.DataFrame:
    """Per dyad-year, in both directions: the one dispute that speaks for it; without a rule, every dispute."""
    rows = dispute_rows(record, wanted)
    if wanted.disputes in disputes.ORDERS:
        return disputes.one_each(rows, wanted.pair, wanted.disputes)
    return rows


def last_dispute_years(record: Record, wanted: Wanted) -> pl.DataFrame:
    """Per dyad, in both directions: the spells in which each year with a dispute is the latest one past.

    The clock is kept in the numbers of the source's own list, so that it shows the same whichever list the panel is of.
    """
    spells = disputes.years_since(_own_disputes(record, wanted), Wanted(COW).pair)
    return recoded(record, spells, wanted.system)


def state_disputes(record: Record, wanted: Wanted) -> pl.DataFrame:
    """Per state-year, the disputes it had under way, those it entered with some opponent, and those it began or joined.

    Whoever the opponent was: one that the source's list of states has, whether or not the panel's has it.
    """
    rows = recoded(record, _own_disputes(record, wanted).drop("ccode2"), wanted.system, events=True)
    begun = pl.col("onset")
    return rows.group_by(pl.col(wanted.pair[0]).alias(wanted.system.key), "year").agg(
        state_dispute_ongoing=pl.lit(True),
        state_dispute_onset=begun.any(),
        state_dispute_initiation=(begun & disputes.INITIATED).any(),
        state_disputes=pl.col("dispute").n_unique().cast(pl.Int16),
        state_disputes_begun=pl.col("dispute").filter(begun).n_unique().cast(pl.Int16),
    )


def dispute_rows(record: Record, wanted: Wanted) -> pl.DataFrame:
    """Dispute-dyad-years in both directions; several in a dyad-year in which several disputes were under way.

    `began` is the first year of the dispute, whether or not its states were members of the system then.
    """

    def made() -> pl.DataFrame:
        return recoded(record, _own_disputes(record, wanted), wanted.system, events=True)

    return record.derived(f"dispute rows {wanted.system.name} {wanted.disputes_from}", made)


def _own_disputes(record: Record, wanted: Wanted) -> pl.DataFrame:
    """Dispute-dyad-years in the numbers of COW's list of states, with the first year of each dispute."""
    return record.table(disputes.TABLES[wanted.disputes_from]).with_columns(began=pl.col("year").min().over("dispute"))


def interstate_conflicts(record: Record, wanted: Wanted) -> pl.DataFrame:
    """Dyad-years on opposite sides of an interstate armed conflict; an onset is a year after one without."""
    rows = _ordered(keyed(record, "interstate_conflict_years", wanted.system, events=True), wanted)
    key = [*wanted.pair, "year"]
    years = rows.group_by(key).agg(war=(pl.col("intensity") == 2).any()).sort(key)
    before = pl.col("year").shift(1).over(wanted.pair) == pl.col("year") - 1
    war_before = before & pl.col("war").shift(1).over(wanted.pair)
    return years.select(
        *key,
        interstate_conflict=pl.lit(True),
        interstate_conflict_onset=~before.fill_null(False),
        interstate_conflict_war="war",
        interstate_conflict_war_onset=pl.col("war") & ~war_before.fill_null(False),
    )


def rivalries(record: Record, wanted: Wanted) -> pl.DataFrame:
    """Dyad-years of strategic rivalry, with its kinds."""
    spells = keyed(record, "rivalry_spells", wanted.system, events=True)
    rows = _ordered(each_year(spells), wanted)
    kinds = [name for name in rows.columns if rows.schema[name] == pl.Boolean]
    return rows.group_by(*wanted.pair, "year").agg(pl.col(kinds).any(ignore_nulls=False)).with_columns(rivalry=pl.lit(True))


def peace_levels(record: Record, wanted: Wanted) -> pl.DataFrame:
    """Per dyad and spell of years, the level of the peace scale on 31 December; of two at once, the one that began later."""
    spells = _calendar_years(record.table("peace_spells").sort("start"), year_end=True).rename({"level": "peace_level"})
    ordered = _ordered(recoded(record, spells, wanted.system), wanted).sort(*wanted.pair, "first_year", maintain_order=True)
    followed = pl.col("first_year").shift(-1).over(wanted.pair).cast(pl.Int16) - 1
    until = ordered.with_columns(last_year=pl.min_horizontal("last_year", followed))
    return until.filter(pl.col("first_year") <= pl.col("last_year").fill_null(FOREVER))


def last_interstate_wars(record: Record, wanted: Wanted) -> pl.DataFrame:
    """Per dyad, the spells in which each year of a war is the latest one past."""
    own = Wanted(COW)
    spells = disputes.years_since(_ordered(record.table("interstate_war_years"), own), own.pair)
    return _ordered(recoded(record, spells, wanted.system), wanted).rename({"last_dispute_year": "last_interstate_war_year"})


def last_intrastate_wars(record: Record, wanted: Wanted) -> pl.DataFrame:
    """Per state, the spells in which each year of a civil war is the latest one past."""
    spells = disputes.years_since(record.table("intrastate_war_years"), [COW.key])
    return recoded(record, spells, wanted.system).rename({"last_dispute_year": "last_intrastate_war_year"})


def refugee_breaks(record: Record, wanted: Wanted) -> pl.DataFrame:
    """Directed dyad-years in which refugees were counted otherwise than in the year before."""
    told = keyed(record, "displacement_breaks", wanted.system).filter(pl.col("measure") == "refugees")
    return told.select(*wanted.pair, "year", refugees_break=pl.lit(True))


def pledges(record: Record, wanted: Wanted) -> pl.DataFrame:
    """Per directed dyad and spell of years, what the first state owes the second by alliances."""
    return recoded(record, pledge_spells(record, wanted.alliances), wanted.system)


def defence_agreements_signed(record: Record, wanted: Wanted) -> pl.DataFrame:
    """Per dyad-year, the number of bilateral defence cooperation agreements signed, in all and by type."""
    signed = record.table("defence_agreements").with_columns(year=pl.col("signed").dt.year().cast(pl.Int16))
    rows = _ordered(recoded(record, signed, wanted.system, events=True), wanted)
    kinds = {kind: (pl.col("type") == kind).sum().cast(pl.Int16) for kind in ("general", "sector")}
    return rows.group_by(*wanted.pair, "year").agg(defence_agreements=pl.len().cast(pl.Int16), **kinds)


def shared_trade_agreements(record: Record, wanted: Wanted) -> pl.DataFrame:
    """Per dyad and spell of years, the number of trade agreements that bind the two to each other."""
    ties = recoded(record, record.derived("trade_ties", lambda: trade_ties(trade_members(record))), wanted.system)
    return _counted(_ordered(ties, wanted), wanted).rename({"count": "trade_agreements"})


def _counted(spells: pl.DataFrame, wanted: Wanted) -> pl.DataFrame:
    """Count the spells of years of a dyad that hold at once: the dyad, first_year, last_year, count; up to LAST_YEAR."""
    ended = pl.col("last_year").fill_null(LAST_YEAR).clip(upper_bound=LAST_YEAR).cast(pl.Int16)
    held = spells.with_columns(last_year=ended).filter(pl.col("first_year") <= pl.col("last_year"))
    key = [*wanted.pair, "year"]
    begun = held.select(*wanted.pair, year="first_year", step=pl.lit(1, pl.Int16))
    over = held.select(*wanted.pair, year=pl.col("last_year") + 1, step=pl.lit(-1, pl.Int16))
    steps = pl.concat([begun, over]).group_by(key).agg(pl.col("step").sum()).sort(key)
    # The steps of a dyad add up to zero, so that one running sum serves all of them, and the next row ends each spell.
    running = steps.select(
        *wanted.pair,
        first_year="year",
        last_year=(pl.col("year").shift(-1) - 1).cast(pl.Int16),
        count=pl.col("step").cum_sum().cast(pl.Int16),
    )
    return running.filter(pl.col("count") > 0)


def trade_ties(members: pl.DataFrame) -> pl.DataFrame:
    """Return who is bound to whom by which agreement: base_treaty, name, ccode1 < ccode2, first_year, last_year (or null).

    Two members of a treaty are bound to each other if they stand on different sides, if it has no sides, or if both join an
    earlier one together (`foedus.record.sources.desta`). A withdrawal ends the ties of those who leave with those who stay.
    """
    kind, side = pl.col("composition"), pl.col("side")
    ones = members.select(
        "agreement",
        "ccode",
        "year",
        "side",
        "base_treaty",
        "name",
        leaving=pl.col("entry_type") == "withdrawal",
        no_sides=kind.is_in(["bilateral", "plurilateral", "two blocs"]) & (side == 0),
        joining=kind.is_in(["accession", "accession to one side"]) & (side == 1),
    )
    pairs = ones.join(members.select("agreement", "ccode", "year", "side"), on="agreement", suffix="_2")
    tied = pairs.filter(
        pl.col("ccode") < pl.col("ccode_2"), (side != pl.col("side_2")) | pl.col("no_sides") | pl.col("joining")
    ).select("base_treaty", "name", "leaving", ccode1="ccode", ccode2="ccode_2", first_year=pl.max_horizontal("year", "year_2"))
    key = ["base_treaty", "ccode1", "ccode2"]
    first = tied.sort(*key, "first_year", maintain_order=True)
    begun = first.filter(~pl.col("leaving")).unique(key, keep="first", maintain_order=True)
    ended = first.filter("leaving").unique(key, keep="first").select(*key, last_year=pl.col("first_year") - 1)
    return begun.select(*key, "first_year", "name").join(ended, on=key, how="left", maintain_order="left")


def trade_members(record: Record) -> pl.DataFrame:
    """Return the members of trade agreements, with those who inherited a membership."""
    return record.derived("trade_members", lambda: _succeeded(record.table("trade_agreement_members")))


def _succeeded(members: pl.DataFrame) -> pl.DataFrame:
    """The members, and the successor of each that was renumbered, from the year of its succession."""
    heirs = [
        members.filter(pl.col("ccode") == before).with_columns(
            pl.lit(after, pl.Int16).alias("ccode"), pl.max_horizontal("year", pl.lit(first, pl.Int16)).alias("year")
        )
        for before, (after, first) in SUCCESSORS.items()
    ]
    return pl.concat([members, *heirs]).unique(["agreement", "ccode"], keep="first", maintain_order=True)


def known_states(record: Record, table: str) -> list[int]:
    """Return the COW numbers of the states that a table names, with those of their successors."""

    def made() -> list[int]:
        frame = record.table(table)
        named = {code for name in frame.columns if name.startswith("ccode") for code in frame[name].unique().drop_nulls()}
        return sorted(named | {after for before, (after, _) in SUCCESSORS.items() if before in named})

    return record.derived(f"states named in {table}", made)


def _calendar_years(frame: pl.DataFrame, *, year_end: bool) -> pl.DataFrame:
    """Spells of days as spells of years: every year touched or, if `year_end`, those on whose last day the spell held."""
    ended = pl.col("end").dt.year()
    if year_end:
        ended = pl.when(pl.col("end") < pl.date(ended, 12, 31)).then(ended - 1).otherwise(ended)
    spans = frame.with_columns(first_year=pl.col("start").dt.year().cast(pl.Int16), last_year=ended.cast(pl.Int16))
    return spans.drop("start", "end").filter(pl.col("last_year").fill_null(FOREVER) >= pl.col("first_year"))


def each_year(frame: pl.DataFrame, last: int = LAST_YEAR) -> pl.DataFrame:
    """Spells of years repeated over the years they cover, up to `last`."""
    ended = pl.col("last_year").fill_null(last).clip(upper_bound=last)
    spans = frame.with_columns(last_year=ended).filter(pl.col("first_year") <= pl.col("last_year"))
    years = pl.int_ranges("first_year", pl.col("last_year") + 1, dtype=pl.Int16)
    return spans.with_columns(year=years).drop("first_year", "last_year").explode("year", empty_as_null=True)


def _ordered(frame: pl.DataFrame, wanted: Wanted) -> pl.DataFrame:
    """The smaller code first: translated codes may have changed their order."""
    one, two = wanted.pair
    low, high = pl.min_horizontal(one, two).alias(one), pl.max_horizontal(one, two).alias(two)
    return frame.with_columns(low, high).filter(pl.col(one) < pl.col(two))


def _turned(frame: pl.DataFrame, wanted: Wanted) -> pl.DataFrame:
    """The two sides' codes exchanged."""
    one, two = wanted.pair
    return frame.rename({one: two, two: one}).select(frame.columns)


Arrangement = Callable[[Record, Wanted], pl.DataFrame]

_BY_NAME: tuple[Arrangement, ...] = (
    members,
    member_since,
    cow_member_since,
    major_powers,
    capitals,
    capabilities,
    military_spending,
    dispute_years,
    single_disputes,
    last_dispute_years,
    state_disputes,
    interstate_conflicts,
    rivalries,
    peace_levels,
    last_interstate_wars,
    last_intrastate_wars,
    refugee_breaks,
    pledges,
    defence_agreements_signed,
    shared_trade_agreements,
)
ARRANGEMENTS: dict[str, Arrangement] = {getattr(function, "__name__", ""): function for function in _BY_NAME}
