"""Fitted models side by side, as a journal prints them: text, Markdown, LaTeX, HTML, Word or CSV.

A term a row, its standard error beneath in brackets, a model a column; then rows, events and fit. The notes say what errors and
rows there are and cite the data. No stars: an interval says more, and `--level` or `tidy()` has it.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

from foedus.errors import InputError, nearest
from foedus.models.model import Model
from foedus.record.writing import check_target, write_file, write_text
from foedus.report.word import document
from foedus.report.wording import clean

TOLD = {
    "n": "Rows",
    "events": "Rows with the outcome",
    "groups": "Clusters",
    "log_likelihood": "Log likelihood",
    "aic": "AIC",
    "pseudo_r2": "Pseudo R² (McFadden)",
    "r2": "R²",
}
"""What is said of each model as a whole."""


@dataclass(frozen=True)
class SideBySide:
    """Models as a table of words.

    Attributes
    ----------
    heading : of the columns, the first empty. terms : rows of coefficients and errors in turn. whole : rows about the models.
    notes : beneath it.
    """

    heading: tuple[str, ...]
    terms: tuple[tuple[str, ...], ...]
    whole: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...]

    @property
    def rows(self) -> tuple[tuple[str, ...], ...]:
        """All rows."""
        return self.terms + self.whole


def side_by_side(models: Mapping[str, Model], *, exponentiate: bool = False) -> SideBySide:
    """Return models as a table, each under its name; raises InputError if there is none.

    exponentiate : tell ratios of odds, hazards or rates where a model has them; its errors are then those of the coefficients.
    """
    if not models:
        raise InputError("no model is given: there is nothing to put side by side.")
    tidied = {
        name: {row["term"]: row for row in model.tidy(exponentiate=exponentiate).to_dicts()} for name, model in models.items()
    }
    terms = _in_order([model.terms for model in models.values()])
    rows: list[tuple[str, ...]] = []
    for term in terms:
        told = [tidied[name].get(term) for name in models]
        rows.append((term, *("" if row is None else number(row["estimate"]) for row in told)))
        rows.append(("", *("" if row is None else f"({number(row['std_error'])})" for row in told)))
    glanced = [model.glance().row(0, named=True) for model in models.values()]
    whole = [
        (label, *("" if row[name] is None else _count(row[name]) for row in glanced))
        for name, label in TOLD.items()
        if any(row[name] is not None for row in glanced)
    ]
    return SideBySide(("", *models), tuple(rows), tuple(whole), tuple(_notes(models, exponentiate)))


def _in_order(lists: Sequence[Sequence[str]]) -> list[str]:
    """Terms of all models, each once: a term new in a later model comes after the one that it follows there."""
    found: list[str] = []
    for terms in lists:
        at = 0
        for term in terms:
            if term in found:
                at = found.index(term) + 1
            else:
                found.insert(at, term)
                at += 1
    return found


def number(value: float) -> str:
    """Return a number with three decimals, or two digits where it is smaller than that.

    >>> number(-1.23456), number(0.00001234), number(30152.7)
    ('−1.235', '0.000012', '30152.7')
    """
    size = abs(value)
    digits = (
        3
        if size >= 0.0095 or size == 0
        else next(places for places in range(4, 20) if round(size, places) * 10**places >= 9.5 or places == 19)
    )
    written = f"{size:.1f}" if size >= 10_000 else f"{size:.{digits}f}"
    return f"{'−' if value < 0 and float(written) else ''}{written}"


def _count(value: float) -> str:
    return f"{value:,}" if isinstance(value, int) else number(value)


def _notes(models: Mapping[str, Model], exponentiate: bool) -> list[str]:
    """What stands beneath: errors, models, what is left out, and the data."""
    kinds = {name: f"{model.kind.label}: errors {model.errors}" for name, model in models.items()}
    same = len({*kinds.values()}) == 1
    notes = [f"{next(iter(kinds.values()))}." if same else f"{'; '.join(f'{name}: {kind}' for name, kind in kinds.items())}."]
    notes[0] += " Standard errors in brackets."
    if exponentiate and any(model.kind.ratio for model in models.values()):
        ratios = {str(model.kind.ratio) for model in models.values() if model.kind.ratio}
        notes[0] += (
            f" Estimates are {' and '.join(sorted(f'{each}s' for each in ratios))}; errors are those of the coefficients."
        )
    for name, model in models.items():
        first, last = model.years
        outcome = f"Outcome: {model.sample.formula.outcome}, {first}–{last}"
        taken = f"; effects of {' and '.join(model.sample.fixed)} taken out" if model.sample.fixed else ""
        said = "; ".join((f"{outcome}{taken}", *model.remarks))
        notes.append(f"{name}: {said}." if len(models) > 1 else f"{said}.")
    notes.append("Coefficients are associations among these rows; nothing here says what causes what.")
    cited = dict.fromkeys(line for model in models.values() for line in model.cite().splitlines())
    return [*notes, *(f"Data: {line}" for line in cited)]


def as_text(table: SideBySide) -> str:
    """Return the table for a terminal or a letter."""
    widths = [max(len(row[place]) for row in (table.heading, *table.rows)) for place in range(len(table.heading))]

    def line(row: Sequence[str]) -> str:
        cells = [
            clean(row[0]).ljust(widths[0]),
            *(clean(cell).rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)),
        ]
        return "  ".join(cells).rstrip()

    rule = "-" * (sum(widths) + 2 * (len(widths) - 1))
    lines = [line(table.heading), rule, *map(line, table.terms), rule, *map(line, table.whole), rule, *map(clean, table.notes)]
    return "\n".join(lines) + "\n"


MARKED, ESCAPED = re.compile(r"([|*_\\])"), r"\\\1"
"""Letters that Markdown would obey, and how they are written."""


def as_markdown(table: SideBySide) -> str:
    """Return the table as Markdown."""

    def line(row: Sequence[str]) -> str:
        return f"| {' | '.join(MARKED.sub(ESCAPED, clean(cell)) for cell in row)} |"

    rule = f"| --- |{' ---: |' * (len(table.heading) - 1)}"
    return "\n".join(
        [line(table.heading), rule, *map(line, table.rows), "", *(f"{note}\n" for note in map(clean, table.notes))]
    )


LATEX = {
    "\\": r"\textbackslash{}",
    **{each: f"\\{each}" for each in "&%$#_{}"},
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
}


def _latex(words: str) -> str:
    escaped = "".join(LATEX.get(letter, letter) for letter in clean(words))
    return (
        escaped.replace("−", "$-$").replace("–", "--").replace("²", "$^2$").replace("×", r"$\times$").replace("…", r"\ldots{}")
    )


def as_latex(table: SideBySide) -> str:
    """Return the table for LaTeX, with the rules of booktabs and the notes of threeparttable."""

    def line(row: Sequence[str]) -> str:
        return f"{' & '.join(map(_latex, row))} \\\\"

    columns = "r" * (len(table.heading) - 1)
    notes = [f"\\item {_latex(note)}" for note in table.notes]
    return "\n".join(
        [
            "% needs \\usepackage{booktabs,threeparttable}",
            r"\begin{threeparttable}",
            f"\\begin{{tabular}}{{l{columns}}}",
            r"\toprule",
            line(table.heading),
            r"\midrule",
            *map(line, table.terms),
            r"\midrule",
            *map(line, table.whole),
            r"\bottomrule",
            r"\end{tabular}",
            r"\begin{tablenotes}\footnotesize",
            *notes,
            r"\end{tablenotes}",
            r"\end{threeparttable}",
            "",
        ]
    )


STYLE = (
    "body{font:15px/1.4 serif;margin:2em}table{border-collapse:collapse;border-block:2px solid}"
    "th,td{padding:.1em .8em;text-align:right;font-weight:normal}tr>:first-child{text-align:left}"
    "thead tr,tr.whole{border-block:1px solid}p{max-width:60em;font-size:13px;margin:.3em 0}"
)


def as_html(table: SideBySide) -> str:
    """Return the table as a page of its own, which asks for nothing from elsewhere."""
    notes = "".join(f"<p>{escape(clean(note))}</p>\n" for note in table.notes)
    head = f'<meta charset="utf-8"><title>Models</title>\n<style>{STYLE}</style>'
    return f'<!doctype html>\n<html lang="en">{head}\n{as_markup(table)}\n{notes}</html>\n'


def as_markup(table: SideBySide) -> str:
    """Return the table as an element, without its notes."""

    def line(row: Sequence[str], tag: str = "td", class_: str = "") -> str:
        cells = [
            f'<th scope="row">{escape(clean(row[0]))}</th>',
            *(f"<{tag}>{escape(clean(cell))}</{tag}>" for cell in row[1:]),
        ]
        return f"<tr{class_}>{''.join(cells)}</tr>"

    body = [
        *map(line, table.terms),
        *(line(row, class_=' class="whole"' if not place else "") for place, row in enumerate(table.whole)),
    ]
    return f"<table>\n<thead>{line(table.heading, 'th')}</thead>\n<tbody>\n{chr(10).join(body)}\n</tbody>\n</table>"


def as_csv(models: Mapping[str, Model]) -> str:
    """Return the models for a program: model, term, estimate, std_error, statistic, p_value, low, high, n, events."""
    memory = io.StringIO()
    writer = csv.writer(memory, lineterminator="\n")
    writer.writerow(["model", "term", "estimate", "std_error", "statistic", "p_value", "low", "high", "n", "events"])
    for name, model in models.items():
        for row in model.tidy().iter_rows():
            cells = [row[0], *(f"{each:.10g}" for each in row[1:])]
            writer.writerow(
                [_unread(name), _unread(cells[0]), *cells[1:], model.n, "" if model.events is None else model.events]
            )
    return memory.getvalue()


def _unread(words: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{words}" if words[:1] in "=+-@" else words


FORMS: Mapping[str, Callable[[SideBySide], str]] = {
    "text": as_text,
    "markdown": as_markdown,
    "latex": as_latex,
    "html": as_html,
}
ENDINGS = {".txt": "text", ".md": "markdown", ".tex": "latex", ".html": "html", ".docx": "word", ".csv": "csv"}


def told(models: Mapping[str, Model], form: str = "text", *, exponentiate: bool = False) -> str:
    """Return models side by side in a form: "text", "markdown", "latex" or "html"; raises InputError for another."""
    if form not in FORMS:
        raise InputError(f"a table is told as {', '.join(FORMS)}, not {form!r}.{nearest(form, FORMS)}")
    return FORMS[form](side_by_side(models, exponentiate=exponentiate))


def write_models(models: Mapping[str, Model], path: Path, *, exponentiate: bool = False) -> None:
    """Write models side by side to a file, in the form of its ending; raises InputError for another ending or folder."""
    form = ENDINGS.get(path.suffix.lower())
    if form is None:
        raise InputError(f"{path.name} names no form of a table: end the file's name in {', '.join(ENDINGS)}.")
    check_target(path)
    if form == "csv":
        write_text(path, as_csv(models))
        return
    table = side_by_side(models, exponentiate=exponentiate)
    if form == "word":
        content = document(table.heading, table.rows, [len(table.terms)], table.notes)
        write_file(path, lambda temporary: Path(temporary).write_bytes(content))
        return
    write_text(path, FORMS[form](table))
