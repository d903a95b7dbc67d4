"""A model as `foedus.estimate` gives it, with what one asks of it in a script or a notebook; reports load none of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from foedus.models.model import Model
from foedus.record.writing import write_text
from foedus.report.model_pictures import picture
from foedus.report.regressions import told


@dataclass(frozen=True)
class ShownModel(Model):
    """A fitted model that can be told and displayed."""

    def table(self, form: str = "text", *, exponentiate: bool = False) -> str:
        """Return its table as "text", "markdown", "latex" or "html"; `foedus.table` puts several side by side."""
        return told({self.kind.label: self}, form, exponentiate=exponentiate)

    def plot(self, kind: str = "coefficients", output: Path | str | None = None) -> str:
        """Return a picture as SVG, and write it to a file where one is named: "coefficients", "roc" or "separation"."""
        drawn = picture(self, kind)
        if output is not None:
            write_text(Path(output), drawn)
        return drawn

    def _repr_html_(self) -> str:
        """Show its table in a notebook."""
        return self.table("html")

    def __str__(self) -> str:
        return self.table()
