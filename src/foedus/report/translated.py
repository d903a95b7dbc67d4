"""An exhibit in the language that is spoken: its title, its note, and those texts of its frame that have words in it.

Pictures and tables are then drawn from it as from any other; nothing that is drawn knows languages but for words of its own.
"""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from foedus.assessment.finding import Exhibit
from foedus.language.speaking import ENGLISH, spoken, whole


def translated(exhibit: Exhibit) -> Exhibit:
    """Return an exhibit in the language that is spoken; in English the exhibit itself."""
    if spoken() == ENGLISH:
        return exhibit
    words = {str(each): whole(each)[0] for each in exhibit.words}
    texts = [
        name for name, kind in exhibit.frame.schema.items() if kind == pl.String and name not in ("kind", "source", "unit")
    ]
    frame = exhibit.frame.with_columns(pl.col(texts).replace(words)) if words else exhibit.frame
    return replace(exhibit, frame=frame, words=())
