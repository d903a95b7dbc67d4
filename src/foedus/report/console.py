"""The terminal that summaries are printed on: plain sentences, and a reader that goes away is an error like any other.

The library's own console ends the program with exit code 1 then, where `foedus.cli` promises 141.
"""

from __future__ import annotations

from rich.console import Console


class Terminal(Console):
    """A console on standard output that marks up nothing by itself."""

    def __init__(self) -> None:
        """Take width and colours from the terminal there is."""
        super().__init__(highlight=False, emoji=False)

    def on_broken_pipe(self) -> None:
        """Raise the error that there is: whoever asked for the summary says how the program ends."""
        raise BrokenPipeError
