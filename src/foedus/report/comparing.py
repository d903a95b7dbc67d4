"""Partnerships side by side, as a page and in the terminal; a question that the record does not answer has a dash."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text

from foedus.assessment.comparison import Comparison
from foedus.report.markup import Foot, Setting, page, plain
from foedus.report.said import prose
from foedus.report.wording import UNKNOWN, clean


def to_html(comparison: Comparison, command: str, setting: Setting | None = None) -> str:
    """Return the comparison as one HTML page; `command` is the command that made it, shown at the foot."""
    head = "".join(f'<th scope="col">{plain(name)}</th>' for name in comparison.columns)
    rows = "".join(
        f'<tr><th scope="row">{plain(question)}</th>'
        + "".join(f"<td>{plain(prose(cell.text)) if cell else UNKNOWN}</td>" for cell in cells)
        + "</tr>\n"
        for question, cells in zip(comparison.questions, comparison.cells, strict=True)
    )
    title = "; ".join(comparison.columns)
    return page(
        title=f"Side by side: {title}",
        top=(
            f'<p class="kind">Side by side</p>\n<h1>{plain(title)}</h1>\n<p class="facts">Record '
            f"{plain(comparison.record_version)}, <code>{plain(comparison.record_sha256[:12])}</code>. The same questions, "
            "asked of each; a dash where the record has no answer.</p>\n"
        ),
        contents='<li><a href="#compared">Side by side</a></li>\n',
        main=(
            '<section class="chapter" id="compared" aria-label="Side by side">\n<div class="scroll" tabindex="0" role="region" '
            'aria-label="Table: side by side">\n<table class="compared">\n<caption>Side by side</caption>\n'
            f'<thead><tr><th scope="col">Question</th>{head}</tr></thead>\n<tbody>\n{rows}</tbody>\n</table>\n'
            "</div>\n</section>\n"
        ),
        foot=Foot(command, comparison.sources, comparison.record_version, comparison.record_sha256),
        setting=setting,
    )


def show(comparison: Comparison, console: Console) -> None:
    """Print question by question what each column answers."""
    for question, cells in zip(comparison.questions, comparison.cells, strict=True):
        console.print(Text(clean(question), style="bold"))
        for name, cell in zip(comparison.columns, cells, strict=True):
            words = Text(f"  {clean(name)}: ", style="dim").append(
                prose(clean(cell.text)) if cell else UNKNOWN, style="not dim"
            )
            console.print(words)
        console.print()
