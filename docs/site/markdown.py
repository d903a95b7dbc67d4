"""Text of the code as Markdown: what is in back ticks is code, and nothing else is markup."""

from __future__ import annotations

import inspect
import re


def blocks(text: str) -> str:
    """Return paragraphs of a docstring as Markdown, with examples in blocks of code."""
    told = []
    for block in re.split(r"\n\s*\n", text.strip("\n")):
        if block.lstrip().startswith(">>>"):
            told.append(f"```pycon\n{inspect.cleandoc(block)}\n```\n")
        elif block.strip():
            told.append(f"{prose(block)}\n")
    return "\n".join(told)


def prose(text: str) -> str:
    r"""Return a text as Markdown, fit for a cell of a table too; one that is indented is code already.

    >>> prose("rate_of <int> | `a_b`")
    'rate\\_of \\<int> \\| `a_b`'
    """
    if text.startswith("    "):
        return text
    parts = re.split(r"(`[^`]*`)", text)
    return "".join(part if part.startswith("`") else re.sub(r"([*_<|])", r"\\\1", part) for part in parts)
