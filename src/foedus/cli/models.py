"""Commands about models of one's own: estimate one, or several side by side; set down a claim before its scores are seen."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from foedus.cli.options import AlliancesFrom, groups_listed, listed, show, split, years_given
from foedus.errors import InputError


def estimate(
    formulas: Annotated[
        list[str], typer.Argument(metavar="FORMULA...", help="'outcome ~ term + term'; several stand side by side.")
    ],
    unit: Annotated[
        str | None,
        typer.Option(help="Build the panel of the variables named: state-year, dyad-year or any unit of `foedus panel`."),
    ] = None,
    panel: Annotated[Path | None, typer.Option(help="Or take a panel of your own: .parquet, .csv, .dta or a folder.")] = None,
    years: Annotated[str | None, typer.Option(help="First and last year of the rows fitted, A:B.")] = None,
    model: Annotated[
        str,
        typer.Option(
            help="logit, probit, cloglog, hazard, firth, lpm, ols, poisson, negbin, ologit; with commas, one for each formula."
        ),
    ] = "logit",
    cluster: Annotated[
        str | None,
        typer.Option(help="What errors are clustered by: unit (the default), dyad, state, year or a column; or two of them."),
    ] = None,
    errors: Annotated[str | None, typer.Option(help="Other errors: iid, HC1 or dyadic.")] = None,
    fixed: Annotated[
        str | None, typer.Option(help="Effects to take out: unit, dyad, state, year or columns, comma-separated.")
    ] = None,
    offset: Annotated[str | None, typer.Option(help="An offset, as an expression: 'log(population)'.")] = None,
    weights: Annotated[str | None, typer.Option(help="A column of weights.")] = None,
    where: Annotated[
        str | None, typer.Option(help="Only rows in which this is true, once lags are known: 'politically_relevant'.")
    ] = None,
    baseline: Annotated[str | None, typer.Option(help="Of a hazard: what time does, as 'poly(peace_years, 3)'.")] = None,
    levels: Annotated[str | None, typer.Option(help="Of an ordered outcome of text: its levels from the lowest.")] = None,
    uncertain: Annotated[
        list[str] | None,
        typer.Option(
            help="Draw a column from its published error, NAME=SD, and combine the fits: gdp=gdp_sd; may be repeated."
        ),
    ] = None,
    states: Annotated[str | None, typer.Option(help="As in `foedus panel`.")] = None,
    dyads: Annotated[str | None, typer.Option(help="As in `foedus panel`.")] = None,
    group: Annotated[str | None, typer.Option(help="As in `foedus panel`.")] = None,
    directed: Annotated[bool, typer.Option("--directed", help="One row for each direction.")] = False,
    relevant: Annotated[bool, typer.Option("--relevant", help="Politically relevant dyads only.")] = False,
    system: Annotated[str, typer.Option(help="State system: cow or gw.")] = "cow",
    alliances_from: AlliancesFrom = "facts",
    disputes_from: Annotated[str, typer.Option(help="List of disputes: gml, or mic or cow-mid once added.")] = "gml",
    effects: Annotated[bool, typer.Option("--effects", help="Show average marginal effects instead of coefficients.")] = False,
    ratios: Annotated[bool, typer.Option("--ratios", help="Show ratios of odds, hazards or rates.")] = False,
    plot: Annotated[
        str | None, typer.Option(help="Draw the first model instead, to -o FILE.svg: coefficients, roc or separation.")
    ] = None,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="File: .txt, .md, .tex, .html, .docx or .csv.")] = None,
) -> None:
    """Estimate models of your own. Example: foedus estimate "dispute_onset ~ contiguous + peace_years" --unit dyad-year"""
    import polars as pl

    from foedus.models.build import asked
    from foedus.models.estimate import choices_of
    from foedus.models.estimate import estimate as fit
    from foedus.panels.files.read import read_frame
    from foedus.panels.notes import remarks
    from foedus.panels.panel import built
    from foedus.record.writing import write_text
    from foedus.report.model_pictures import picture
    from foedus.report.regressions import as_csv, told, write_models

    _check_output(output, plot, effects)
    if (unit is None) == (panel is None):
        raise InputError("say where the rows come from: --unit dyad-year (and the like) builds them, --panel FILE reads yours.")
    kinds = split(model)
    if len(kinds) not in (1, len(formulas)):
        raise InputError(f"--model names {len(kinds)} models for {len(formulas)} formulas: name one, or one for each.")
    span = None if years is None else years_given(years)
    said: dict[str, Any] = {
        "cluster": listed("cluster", cluster),
        "fixed": listed("fixed", fixed) or (),
        "offset": offset,
        "weights": weights,
        "where": where,
    }
    said |= {"years": span, "errors": errors}
    every = [*formulas, *([f"{formulas[0].split('~')[0]} ~ {baseline}"] if baseline else [])]
    errors_of = dict(_split_uncertain(each) for each in uncertain or ())
    every += [f"{formulas[0].split('~')[0]} ~ {name} + I({spread})" for name, spread in errors_of.items()]
    if panel is not None:
        rows = read_frame(panel)
    else:
        chosen: dict[str, Any] = {
            "states": listed("states", states),
            "dyads": listed("dyads", dyads),
            "group": groups_listed(group),
        }
        chosen |= {"directed": directed, "relevant": relevant, "system": system}
        chosen |= {"alliances_from": alliances_from, "disputes_from": disputes_from}
        request = asked(every, choices_of(**said), str(unit), span, **chosen)
        for remark in remarks(request):
            print(f"foedus: {remark}.", file=sys.stderr)
        rows = built(request)
    fitted = {
        f"({place})": fit(
            formula,
            rows,
            kind,
            baseline=baseline if kind == "hazard" else None,
            levels=listed("levels", levels),
            uncertain=errors_of or None,
            **said,
        )
        for place, (formula, kind) in enumerate(zip(formulas, kinds * (len(formulas) // len(kinds)), strict=True), 1)
    }
    for name, each in fitted.items():
        for remark in each.remarks:
            print(f"foedus: {f'{name} ' if len(fitted) > 1 else ''}{remark}.", file=sys.stderr)
    if effects:
        tables = [each.marginal_effects().select(pl.lit(name).alias("model"), pl.all()) for name, each in fitted.items()]
        show(pl.concat(tables, how="diagonal"))
    elif output is None:
        print(told(fitted, exponentiate=ratios) if sys.stdout.isatty() else as_csv(fitted), end="")
    elif plot is not None:
        write_text(output, picture(fitted["(1)"], plot))
        print(f"drawn to {output}", file=sys.stderr)
    else:
        write_models(fitted, output, exponentiate=ratios)
        print(f"{len(fitted)} model{'s' * (len(fitted) > 1)} written to {output}", file=sys.stderr)


def new_mechanism(
    name: Annotated[str, typer.Argument(help="Its name: lower-case letters, digits and _.")],
    folder: Annotated[Path, typer.Option("-o", "--output", help="Folder to write to.")] = Path(),
) -> None:
    """Write a mechanism of your own, its test and its claim, to change. Example: foedus new mechanism trade_peace"""
    from foedus.models.scaffold import new_mechanism as write

    for path in write(name, folder):
        print(path)
    print(f"Change them, run the test, then: foedus register {name}.toml; foedus validate {name}.toml", file=sys.stderr)


def _split_uncertain(text: str) -> tuple[str, str]:
    """A column and its standard deviation, written NAME=SD."""
    name, _, spread = (part.strip() for part in text.partition("="))
    if not name or not spread:
        raise InputError(f"--uncertain {text} names no column with its standard deviation: write gdp=gdp_sd.")
    return name, spread


def _check_output(output: Path | None, plot: str | None, effects: bool) -> None:
    """Raise InputError, before anything is fitted, for a file that cannot hold what is asked for."""
    from foedus.report.model_pictures import KINDS
    from foedus.report.regressions import ENDINGS

    if plot is not None and plot not in KINDS:
        raise InputError(f"a model is drawn as {', '.join(KINDS)}, not {plot!r}.")
    if plot is not None and (effects or output is None or output.suffix.lower() != ".svg"):
        raise InputError("--plot draws the first model, to a file: name it with -o FILE.svg, without --effects.")
    if plot is None and output is not None and output.suffix.lower() not in ENDINGS:
        raise InputError(f"{output.name} names no form of a table: end the file's name in {', '.join(ENDINGS)}.")
    if effects and output is not None:
        raise InputError("--effects are shown, or piped into a file (foedus estimate … --effects > effects.csv): leave out -o.")


def register(
    claim: Annotated[Path, typer.Argument(metavar="CLAIM.toml", help="What is claimed, and how it will be tested.")],
) -> None:
    """Set a claim of your own down, dated and hashed, before it is graded. Example: foedus register my-claim.toml"""
    from datetime import date

    from foedus.models.registered import beside, register

    told = register(claim, date.today())
    print(f"registered on {told.about['registered']}, SHA-256 {told.about['sha256']}, in {beside(claim)}", file=sys.stderr)
    print(f"foedus validate {claim} grades it as it stands there.", file=sys.stderr)
