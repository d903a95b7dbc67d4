"""In which years states came into a crisis with another, 1918–2019: International Crisis Behavior, table of crisis actors.

Read from the user's own file; it never ships. `crisis_years` has one row per state and year in which a crisis began for it:
`crises_begun`, how many, and `crisis_violence`, the most violent of them, from 1 (no violence) to 4 (full-scale war). A crisis
is foreign policy's: leaders see a threat to basic values, little time, and a heightened likelihood of military hostilities.

**Untried on the real file.** The columns are those that the publisher's codebook of actors names (version 12 to 16): `cracid`,
`crisno`, `yrtrig` and, where it is there, `sevvio`. Look at the numbers before you rely on them: version 15 tells of 496 crises
and 1,100 crisis actors, a row of its table each.

Traps
-----
* A crisis begins for each of its actors in a year of its own, with the event that triggered it (`yrtrig`).
* Version 15 ends in 2019. Later rows of a newer version are read and lie outside the years for which foedus takes the source to
  speak: a year after 2019 without a crisis would else pass for a quiet one.
* `cracid` is nearly always a Correlates of War number; rows whose number is no member's in that year are left out, counted.
"""

from __future__ import annotations

import polars as pl

from foedus.record.publisher import Form, Tables, with_optional

_VIOLENCE = "sevvio"


def _tidy(frame: pl.DataFrame) -> Tables:
    known = pl.when(pl.col(_VIOLENCE).is_between(1, 4)).then(_VIOLENCE).cast(pl.Int8)
    begun = (
        with_optional(frame, [_VIOLENCE])
        .group_by(ccode="cracid", year="yrtrig")
        .agg(pl.col("crisno").n_unique().cast(pl.Int16).alias("crises_begun"), known.max().alias("crisis_violence"))
    )
    return {"crisis_years": begun.with_columns(pl.col("ccode", "year").cast(pl.Int16)).sort("ccode", "year")}


FORMS = (
    Form(
        "the table of crisis actors (ICB2)",
        ("crisno", "cracid", "yrtrig"),
        ("crisno", "cracid", "yrtrig"),
        _tidy,
        optional=(_VIOLENCE,),
        unique=False,
    ),
)
