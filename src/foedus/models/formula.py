"""What a formula says: an outcome, terms and their factors, in the notation of R and Wilkinson & Rogers (1973).

formulaic takes the right side apart (`+ - : * / ^ ( )`), and each factor is read by `expression.py`. Two habits of the notation
mislead, and are put right or refused here: `x + x**2` means x alone to every such parser, for x crossed with itself is x, so
that a power of one variable is read as I(x**2), with a remark; and a second part after `|` would be dropped without a word.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from foedus.errors import InputError

POWER = re.compile(r"\s*(\*\*|\^)\s*(\d+(?:\.\d+)?)")
NAME = re.compile(r"[A-Za-z_][\w.]*")


@dataclass(frozen=True)
class Formula:
    """A formula taken apart.

    Attributes
    ----------
    text : as it is understood, with powers written out. outcome : the left side.
    terms : of the right side, each the factors whose product it is; without the intercept.
    intercept : whether there is one. remarks : what was understood otherwise than it is written.
    """

    text: str
    outcome: str
    terms: tuple[tuple[str, ...], ...]
    intercept: bool
    remarks: tuple[str, ...] = ()

    @property
    def factors(self) -> tuple[str, ...]:
        """The factors of all terms, each once."""
        return tuple(dict.fromkeys(factor for term in self.terms for factor in term))


def parsed(text: str) -> Formula:
    """Return a formula taken apart; raises InputError if it has no two sides or cannot be read.

    >>> parsed("onset ~ contiguous + x + x**2 + a:b")
    Formula(text='onset ~ contiguous + x + I(x**2) + a:b', outcome='onset', terms=(('contiguous',), ('x',), ('I(x ** 2)',), \
('a', 'b')), intercept=True, remarks=('x**2 is read as I(x**2), the square: written bare it would be x alone',))
    """
    if not isinstance(text, str) or text.count("~") != 1:
        raise InputError(f"{text!r} is no formula: write the outcome, one ~ and the terms, as in 'dispute_onset ~ contiguous'.")
    left, right = (side.strip() for side in text.split("~"))
    if not left or not right:
        side = "outcome before" if not left else "terms after"
        raise InputError(f"the formula {text!r} has no {side} the ~: write it as 'outcome ~ term + term' (1 for none).")
    if "|" in right.replace("||", ""):
        raise InputError(f"the formula {text!r} has a part after |: name fixed effects with fixed= (or --fixed) instead.")
    understood, remarks = with_powers(right)
    terms = _terms(understood, text)
    intercept = ("1",) in terms
    kept = tuple(term for term in terms if term not in (("1",), ("0",)))
    if any(factor.startswith("offset(") for term in kept for factor in term):
        raise InputError("an offset is named with offset= (or --offset), not in the formula.")
    return Formula(f"{left} ~ {understood}", left, kept, intercept, remarks)


def with_powers(right: str) -> tuple[str, tuple[str, ...]]:
    """Return the right side with powers of one variable written out, and a remark on each; inside calls nothing changes.

    >>> with_powers("x^2 + log(y)**3 + (a + b)**2 + I(z**2)")[0]
    'I(x**2) + I(log(y)**3) + (a + b)**2 + I(z**2)'
    """
    parts, remarks, at = [], [], 0
    while at < len(right):
        name = NAME.match(right, at)
        if name is None:
            end = right.find("`", at + 1) + 1 if right[at] == "`" else at + 1
            parts.append(right[at : max(end, at + 1)])
            at = max(end, at + 1)
            continue
        end = name.end()
        if right[end:].lstrip().startswith("("):
            end = _closed(right, right.index("(", end))
        operand, power = right[at:end], POWER.match(right, end)
        if power is None:
            parts.append(operand)
            at = end
            continue
        meant = {"2": "the square", "3": "the cube"}.get(power[2], f"the power of {power[2]}")
        written = f"{operand}{power[1]}{power[2]}"
        parts.append(f"I({operand}**{power[2]})")
        bare = f"{operand} alone" if power[2].isdigit() else "no term at all"
        remarks.append(f"{written} is read as I({operand}**{power[2]}), {meant}: written bare it would be {bare}")
        at = power.end()
    return "".join(parts), tuple(dict.fromkeys(remarks))


def _closed(text: str, opened: int) -> int:
    """The place after the bracket that closes the one at `opened`; the text's end if none does."""
    depth = 0
    for at in range(opened, len(text)):
        depth += {"(": 1, ")": -1}.get(text[at], 0)
        if depth == 0:
            return at + 1
    return len(text)


def _terms(right: str, text: str) -> tuple[tuple[str, ...], ...]:
    """The terms of a right side, in its order, each as its factors."""
    from foedus.models.library import formulaic

    library = formulaic()
    try:
        found = library.Formula(right)
        return tuple(tuple(factor.expr for factor in term.factors) for term in found)
    except Exception as error:  # of its parser: several kinds, which share no base of their own
        said = re.sub(r"\x1b\[[\d;]*m|[⧛⧚]", "", str(error).splitlines()[0]).split(" (tip")[0].rstrip(".")
        inside = "literal" in said or "Unknown operator" in said
        hint = " Arithmetic and comparisons belong inside I(…), as in I(2 * x) or I(x > 0)." if inside else ""
        raise InputError(f"the formula {text!r} cannot be read: {said}.{hint}") from None
