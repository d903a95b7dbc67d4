"""Commands about mechanisms: fit one, and score its forecasts."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from foedus.cli.options import AsJson, show
from foedus.errors import InputError

if TYPE_CHECKING:
    import polars as pl

    from foedus.models.grading import Graded
    from foedus.validation.validate import Validation


def fit(
    mechanism: Annotated[str, typer.Argument(help="Mechanism to fit: its name or id.")] = "disputes",
    outcome: Annotated[str | None, typer.Option(help="What it explains, or one of its tests; by default the first.")] = None,
) -> None:
    """Show a mechanism's coefficients, fitted to every year. Example: foedus fit disputes --outcome fatal_dispute_onset"""
    from foedus.api import fit as fit_mechanism

    fitted = fit_mechanism(mechanism, outcome)
    about = fitted.fitted.glance().row(0, named=True)
    print(f"{fitted.id}: " + ", ".join(f"{name} {value}" for name, value in about.items()), file=sys.stderr)
    show(fitted.fitted.tidy())


def validate(
    mechanism: Annotated[
        str | None,
        typer.Argument(
            help="Mechanism to validate: its name or id; a registered claim, my-claim.toml; a file of your own, calm.py or "
            "calm.py:CalmStates, which is run. None validates all, those of installed packages too."
        ),
    ] = None,
    json: AsJson = False,
    keep: Annotated[
        bool,
        typer.Option(
            "--keep", help="Keep the grades beside the file of a registered claim of your own, for a package to bring."
        ),
    ] = False,
) -> None:
    """Score a mechanism's forecasts from past origins and grade it. Example: foedus validate order.interests --json"""
    import json as encoder

    import polars as pl

    from foedus.models.validating import every_offered, is_own, validated
    from foedus.models.validating import keep as keep_grades
    from foedus.validation.multiplicity import KEYS, contests
    from foedus.validation.validate import Validation
    from foedus.validation.validate import validate as validate_mechanism

    if is_own(mechanism):
        with _progress() as say:
            found = validated(mechanism, say=say)
        _show_own(found, json)
        if keep:
            print(f"kept in {keep_grades(mechanism, found)}", file=sys.stderr)
        return
    if keep:
        raise InputError("--keep is for a registered claim of your own: name its file. What ships has its grades already.")
    with _progress() as say:
        results = validate_mechanism(mechanism, say=say)
        own = [validated(name, say=say) for name in every_offered()] if mechanism is None else []
    judged = contests(result for result in results if isinstance(result, Validation))
    if json:
        q = [dict(judged.filter(test=each.test, outcome=each.outcome).select("term", "q").iter_rows()) for each in results]
        told = [{**each.as_dict(), "q": among} for each, among in zip(results, q, strict=True)]
        print(encoder.dumps([*told, *(each.as_dict() for each in own)], indent=1))
        return
    tables = [result.tidy().select(pl.lit(result.test).alias("test"), pl.all()) for result in results]
    tables += [each.tidy().select(pl.lit(each.test.name).alias("test"), pl.all()) for each in own]
    table = pl.concat(tables, how="diagonal_relaxed")
    keys = [key for key in KEYS if key in table.columns]
    show(table.join(judged.drop("p"), on=keys, how="left", maintain_order="left") if len(keys) == len(KEYS) else table)
    print(f"q is among these {judged.height} graded contests (Benjamini & Hochberg 1995).", file=sys.stderr)
    beside = [_beside_trees(result) for result in results if isinstance(result, Validation)]
    if any(table.height for table in beside):
        print("\nThe headline beside boosted trees on the same rows, windows and columns:")
        show(pl.concat(beside, how="diagonal_relaxed"))
    print("--json also gives the scores of every model and origin, and the reliability by stratum.", file=sys.stderr)


def _show_own(told: Graded, json: bool) -> None:
    """Show the grades of a claim, or of a mechanism of one's own."""
    import json as encoder

    if json:
        print(encoder.dumps([told.as_dict()], indent=1))
        return
    print(f"{told.test.name}: {told.formula}", file=sys.stderr)
    for remark in told.remarks:
        print(f"foedus: {remark}.", file=sys.stderr)
    show(told.tidy())
    print("\nEvery model over all windows:")
    show(told.over_all())
    print("--json also gives the scores of every window, the coefficients, and the reliability by stratum.", file=sys.stderr)


def _beside_trees(validation: Validation[Any]) -> pl.DataFrame:
    """The scores over all windows of the headline and of boosted trees; no rows where these were not asked."""
    import polars as pl

    from foedus.estimation.boosted import BOOSTED
    from foedus.validation.hindcast import HEADLINE

    scores = validation.over_all()
    both = scores.filter(pl.col("model").is_in([HEADLINE, BOOSTED]), pl.lit(BOOSTED in scores["model"]))
    return both.drop("origin")


@contextmanager
def _progress() -> Iterator[Callable[[str, int, int], None]]:
    """A progress bar on a terminal, nothing in a pipe."""
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task("validating", total=None)
        yield lambda test, done, steps: bar.update(task, description=test, completed=done, total=steps)
