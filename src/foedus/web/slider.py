"""The same in other years, as links: years beside the one that is shown, and a line of years from the first to the last."""

from __future__ import annotations

from foedus.panels.units import FIRST_YEAR, LAST_YEAR
from foedus.report.markup import plain
from foedus.web.questions import Question

STEPS = (-10, -1, 1, 10)
"""Years from what is shown to those beside it."""


def slider(asked: Question, path: str, year: int, every: int = 15) -> str:
    """Return the links; `every` so many years lie between two of the line."""
    beside = {f"{'−' if step < 0 else '+'}{abs(step)}": year + step for step in STEPS}
    line = {str(each): each for each in (*range(FIRST_YEAR + every - FIRST_YEAR % every, LAST_YEAR, every), LAST_YEAR)}

    def link(words: str, each: int) -> str:
        if each == year:
            return f'<strong aria-current="true">{plain(words)}</strong>'
        if not FIRST_YEAR <= each <= LAST_YEAR:
            return f"<span>{plain(words)}</span>"
        label = "" if words == str(each) else f' aria-label="{each}"'
        return f'<a href="{plain(asked.address(path, year=each))}"{label}>{plain(words)}</a>'

    around = "".join(f"<li>{link(words, each)}</li>\n" for words, each in {**beside, **line}.items())
    return f'<nav class="years" aria-label="The same in other years"><ol>\n{around}</ol></nav>\n'
